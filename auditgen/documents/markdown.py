"""Markdown, MDX and Hugo pages as passages. Front matter, imports, components and shortcodes are not text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from auditgen.documents.document import Document, Outline, Passage, count_words, flat, one_line, row_text
from auditgen.files import yaml12

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

FRONT_MATTER = 50_000
# Above this a block is taken as it stands: links inside it are not worth a slow parse.
LONG_BLOCK = 20_000
# Brackets of a block that are looked up among the references; each may take the length of the block.
_BRACKETS = 100

_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
_IMPORT = re.compile(r"^(?:import\s.+\bfrom\s+['\"].*|import\s+['\"].*|export\s+(?:const|default|let|function)\b.*)$")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|\{/\*.*?(?:\*/\}|\Z)", re.S)
_TAG = re.compile(r"(?<!<)</?([A-Za-z][A-Za-z0-9.-]*)(?=[\s/>])([^<>]*)>(?!>)")
_HTML = {
    "a", "abbr", "address", "article", "aside", "audio", "b", "big", "blockquote", "body", "br", "button",
    "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl",
    "dt", "em", "embed", "figcaption", "figure", "font", "footer", "form", "h1", "h2", "h3", "h4", "h5",
    "h6", "head", "header", "hr", "html", "i", "iframe", "img", "input", "ins", "kbd", "label", "li",
    "link", "main", "mark", "meta", "nav", "noscript", "object", "ol", "option", "p", "pre", "q", "s",
    "samp", "script", "section", "select", "small", "span", "strike", "strong", "style", "sub", "summary",
    "sup", "svg", "table", "tbody", "td", "textarea", "tfoot", "th", "thead", "time", "title", "tr", "tt",
    "u", "ul", "var", "video", "wbr",
}  # fmt: skip
_CLOSING = re.compile(r"</([A-Za-z][A-Za-z0-9.-]*)>")
_HIDDEN = re.compile(r"<(script|style|template)\b.*?(?:</\1\s*>|\Z)", re.S | re.I)


def read_markdown(text: str) -> Document:
    """Take a Markdown text apart; lines count from 1 in the text as given."""
    from markdown_it import MarkdownIt

    document = Document()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _front_matter(text, document)
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("inline")
    inline = MarkdownIt("commonmark", {"html": False})
    for each in (parser, inline):
        # Nothing is rendered, and an address of somebody's own machine is one that matters here, as it is written.
        each.validateLink = _any_link  # type: ignore[method-assign, assignment]
        each.normalizeLink = str  # type: ignore[method-assign, assignment]
    references: dict[str, Any] = {}
    tokens = parser.parse(_without_markup(text), references)
    document.passages = list(_passages(tokens, inline, document, references))
    first = next((item for item in document.passages if item.kind == "heading"), None)
    document.title = one_line(str(document.meta.get("title") or "")) or (first.text if first else None)
    language = document.meta.get("lang") or document.meta.get("language")
    document.language = str(language) if language else None
    return document


def _any_link(_: str) -> bool:
    return True


def _front_matter(text: str, document: Document) -> str:
    """Take front matter out, keeping its lines so that all others keep their numbers."""
    match = re.match(r"\A\ufeff?(---|\+\+\+)[ \t]*\n(.*?)\n\1[ \t]*(?:\n|\Z)", text, re.S)
    if match is None or len(match[2]) > FRONT_MATTER:
        return text
    data: Any = None
    try:
        data = tomllib.loads(match[2]) if match[1] == "+++" else yaml12.load(match[2])
    except yaml12.YamlError as error:
        document.notes.append(f"front matter, line {error.line + 1}: is not usable YAML here: {error.says}")
    except Exception as error:  # a foreign parser over hostile text
        document.notes.append(f"front matter could not be read ({type(error).__name__})")
    if isinstance(data, dict):
        document.meta = flat(data)
    return "\n" * match[0].count("\n") + text[match.end() :]


def _blank(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


def _without_markup(text: str) -> str:
    """Imports, shortcodes, comments, tags and components taken out, outside code and with every line kept."""
    parts: list[str] = []
    closed = set(_CLOSING.findall(text))
    for code, part in _split_code(text):
        if code:
            parts.append(part)
            continue
        part = _without_shortcodes(_HIDDEN.sub(_blank, _COMMENT.sub(_blank, part)))
        lines = ["" if _IMPORT.match(line) else line for line in part.split("\n")]
        parts.append(_TAG.sub(lambda match: _tag(match, closed), "\n".join(lines)))
    return "".join(parts)


def _without_shortcodes(text: str) -> str:
    """Text without {{< … >}} and {{% … %}}; a search, since a pattern would try every opening to the end."""
    for opening, closing in (("{{<", ">}}"), ("{{%", "%}}")):
        parts, at = [], 0
        while (start := text.find(opening, at)) >= 0 and (end := text.find(closing, start)) >= 0:
            parts += [text[at:start], "\n" * text.count("\n", start, end)]
            at = end + len(closing)
        text = "".join([*parts, text[at:]])
    return text


def _tag(match: re.Match[str], closed: set[str]) -> str:
    """Nothing for a tag or a component; anything else in angle brackets may be a slot that somebody left open."""
    name, rest = match[1], match[2]
    component = name[0].isupper() and (rest.endswith("/") or "=" in rest or name in closed)
    return "\n" * match[0].count("\n") if name.lower() in _HTML or component else match[0]


def _split_code(text: str) -> Iterator[tuple[bool, str]]:
    """The text in turns of (is it a code fence, part)."""
    part: list[str] = []
    mark = ""
    for line in text.splitlines(keepends=True):
        match = _FENCE.match(line)
        if not mark and match:
            yield False, "".join(part)
            part, mark = [line], match[1]
        elif mark and match and match[1].startswith(mark) and not line[match.end() :].strip():
            part.append(line)
            yield True, "".join(part)
            part, mark = [], ""
        else:
            part.append(line)
    yield bool(mark), "".join(part)


def _passages(
    tokens: list[Token], inline: MarkdownIt, document: Document, references: dict[str, Any]
) -> Iterator[Passage]:
    outline = Outline()
    lists = 0
    level = 0
    header: tuple[str, ...] = ()
    cells: list[str] | None = None
    in_head = rows = False
    head_line = line = 1
    for token in tokens:
        if token.map:
            line = token.map[0] + 1
        kind = token.type
        if kind in ("list_item_open", "list_item_close"):
            lists += 1 if kind.endswith("open") else -1
        elif kind == "heading_open":
            level = int(token.tag[1])
        elif kind == "thead_open":
            in_head, rows, head_line = True, False, line
        elif kind == "thead_close":
            in_head = False
        elif kind == "tr_open":
            cells = []
        elif kind == "tr_close":
            row, cells = tuple(cells or ()), None
            if in_head:
                header = row
            else:
                rows = True
                yield Passage("row", outline.path, line, row_text(header, row), row, header)
        elif kind == "table_close":
            if not rows and any(header):
                yield Passage("row", outline.path, head_line, row_text((), header), header, ())
        elif kind in ("fence", "code_block"):
            if token.content.strip():
                yield Passage("code", outline.path, line, token.content.strip())
        elif kind == "inline":
            known = references if token.content.count("[") <= _BRACKETS else {}
            text = _inline_text(token.content, inline, document, known, line)
            if cells is not None:
                cells.append(one_line(text))
            elif level:
                heading = one_line(text)
                above = outline.enter(level, heading)
                level = 0
                if heading:
                    yield Passage("heading", above, line, heading)
            elif text.strip():
                yield Passage("item" if lists else "paragraph", outline.path, line, text.strip())


def _inline_text(content: str, inline: MarkdownIt, document: Document, references: dict[str, Any], line: int) -> str:
    """Plain text of inline Markdown; words outside links are counted, because a page of links says nothing itself."""
    if len(content) > LONG_BLOCK:
        document.plain += count_words(content)
        for number, part in enumerate(content.split("\n"), line):
            document.found_bare_links(part, number)
        return content
    (token,) = inline.parseInline(content, references)
    return "".join(_pieces(token.children or (), document, line))


def _pieces(children: Iterable[Token], document: Document, line: int) -> Iterator[str]:
    # Links do not stand in each other.
    address: str | None = None
    begins = line
    words: list[str] = []
    for child in children:
        if child.type == "link_open":
            document.links += 1
            address, begins, words = str(child.attrGet("href") or ""), line, []
        elif child.type == "link_close":
            document.found_link(address or "", " ".join(words), begins)
            address = None
        elif child.type in ("softbreak", "hardbreak"):
            line += 1
            yield "\n"
        elif child.content:
            if address is None:
                document.plain += count_words(child.content)
                if child.type == "text":
                    document.found_bare_links(child.content, line)
            else:
                words.append(child.content)
            yield child.content
