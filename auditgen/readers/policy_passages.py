"""Documents taken apart: Markdown and HTML into headings, paragraphs, list items, table rows and code blocks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from auditgen.readers.cells import Notes

if TYPE_CHECKING:
    from markdown_it.token import Token

# Front matter longer than this is no front matter.
MAX_FRONT = 20_000
MAX_ALIASES = 20
_FENCE = re.compile(r"^\s{0,3}(`{3,}|~{3,})")
_IMPORT = re.compile(r"^(?:import\s.+\sfrom\s+['\"]|import\s+['\"]|export\s+(?:const|default|function|let)\b)")
_JSX = re.compile(r"</?[A-Z][\w.]*(?:\s[^<>]*)?/?>")
_CUT = (("{{<", ">}}"), ("{{%", "%}}"))
_COMMENTS = (("{/*", "*/}"), ("<!--", "-->"))
_TAG = re.compile(r"</?[a-z][a-z0-9-]*(?:\s[^<>]*)?/?>", re.I)
_SPACE = re.compile(r"\s+")

_SKIP = ("nav", "header", "footer", "script", "style", "noscript", "template", "svg", "form", "aside", "iframe")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# Elements that end a passage when they begin.
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)


@dataclass
class Passage:
    """One piece of a document.

    own    its text without the words of links
    cells  (header, value) of a table row
    raw    its text with line breaks, where the source had them
    """

    kind: str
    text: str
    line: int | None
    headings: tuple[str, ...]
    own: str = ""
    cells: tuple[tuple[str, str], ...] = ()
    raw: str = ""


@dataclass
class Parsed:
    """A document: its front matter, title, language, passages and number of links."""

    passages: list[Passage] = field(default_factory=list)
    front: Mapping[str, Any] = field(default_factory=dict)
    title: str | None = None
    language: str | None = None
    links: int = 0


def plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


# -- Markdown --------------------------------------------------------------------------------------------


def split_front(text: str, notes: Notes) -> tuple[dict[str, Any], str]:
    """Front matter (YAML between ---, TOML between +++) and the body, which keeps its line numbers."""
    for mark, read in (("---", _yaml), ("+++", _toml)):
        if not text.startswith(mark + "\n"):
            continue
        end = re.compile(rf"^{re.escape(mark)}\s*$", re.M).search(text, len(mark) + 1)
        if end is None or end.start() > MAX_FRONT:
            return {}, text
        front = text[len(mark) + 1 : end.start()]
        try:
            found = read(front)
        except Exception as error:  # whatever a parser of foreign text may raise
            notes.add("The front matter could not be read", f"lines 1 to {front.count(chr(10)) + 2}, {_class(error)}")
            found = {}
        blank_lines = "\n" * text[: end.end()].count("\n")
        return found, blank_lines + text[end.end() :]
    return {}, text


def _class(error: Exception) -> str:
    return type(error).__name__


def _yaml(text: str) -> dict[str, Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.events import AliasEvent

    if "*" in text:
        aliases = sum(isinstance(event, AliasEvent) for event in YAML(typ="safe", pure=True).parse(text))
        if aliases > MAX_ALIASES:
            raise ValueError("too many aliases")
    data = YAML(typ="safe", pure=True).load(text)
    return {str(key): value for key, value in data.items()} if isinstance(data, dict) else {}


def _toml(text: str) -> dict[str, Any]:
    import tomllib

    return tomllib.loads(text)


def strip_code_of_sites(text: str) -> str:
    """Markdown without MDX imports, JSX tags, Hugo shortcodes and comments; lines stay where they were."""

    for opening, closing in _CUT:
        text = _without(text, opening, closing)
    lines, fence = [], ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        elif not fence:
            line = "" if _IMPORT.match(line[:500]) else _JSX.sub(" ", line)
        lines.append(line)
    text = "\n".join(lines)
    for opening, closing in _COMMENTS:
        text = _without(text, opening, closing)
    return text


def _without(text: str, opening: str, closing: str) -> str:
    """Text without everything from an opening to its closing mark; line breaks stay. Linear, unlike a pattern."""
    parts, at = [], 0
    while (start := text.find(opening, at)) >= 0 and (end := text.find(closing, start)) >= 0:
        parts += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end + len(closing)
    return "".join([*parts, text[at:]])


class _Walker:
    """Collects passages while the headings above them change."""

    def __init__(self) -> None:
        self.passages: list[Passage] = []
        self.path: list[tuple[int, str]] = []

    def heading(self, level: int, text: str, line: int | None) -> None:
        while self.path and self.path[-1][0] >= level:
            self.path.pop()
        self.add("heading", text, line)
        self.path.append((level, plain(text)))

    def add(
        self,
        kind: str,
        text: str,
        line: int | None,
        own: str | None = None,
        cells: tuple[tuple[str, str], ...] = (),
    ) -> None:
        if whole := plain(text):
            above = tuple(title for _, title in self.path)
            self.passages.append(Passage(kind, whole, line, above, plain(text if own is None else own), cells, text))


def markdown_passages(text: str, notes: Notes) -> Parsed:
    """Take Markdown apart with CommonMark rules and tables; raw HTML in it is text and never interpreted."""
    from markdown_it import MarkdownIt

    front, body = split_front(text, notes)
    body = strip_code_of_sites(body)
    # Nesting is bounded: ten thousand ">" in a row are one paragraph, not a recursion.
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 60}).enable("table")
    tokens = parser.parse(body)
    walker, links = _Walker(), 0
    header: list[str] = []
    row: list[str] = []
    in_header = False
    depth = 0
    for index, token in enumerate(tokens):
        line = token.map[0] + 1 if token.map else None
        if token.type in ("list_item_open", "list_item_close"):
            depth += token.nesting
        elif token.type in ("thead_open", "thead_close"):
            in_header = token.nesting == 1
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            if in_header:
                header = row
                walker_line = _row_line(tokens, index)
                # A control table may begin with its first fact instead of a header.
                if len(row) == 2 and row[0] and row[1]:
                    walker.add("row", f"{row[0]}: {row[1]}", walker_line, cells=(("", row[0]), ("", row[1])))
            else:
                _row(walker, header, row, _row_line(tokens, index))
        elif token.type == "inline":
            content, own, count = _inline(token)
            links += count
            before = tokens[index - 1]
            if before.type in ("th_open", "td_open"):
                row.append(plain(content))
            elif before.type == "heading_open":
                walker.heading(int(before.tag[1]), content, line)
            else:
                walker.add("item" if depth else "paragraph", content, line, own)
        elif token.type in ("fence", "code_block"):
            walker.add("code", token.content.strip(), line)
    return Parsed(walker.passages, front, None, None, links)


def _row_line(tokens: list[Token], index: int) -> int | None:
    for token in reversed(tokens[:index]):
        if token.type == "tr_open":
            return token.map[0] + 1 if token.map else None
    return None


def _row(walker: _Walker, header: list[str], row: list[str], line: int | None) -> None:
    """One table row as "header: cell; header: cell"; empty cells are left out."""
    pairs = []
    for position, cell in enumerate(row):
        name = header[position] if position < len(header) else ""
        pairs.append((name, cell))
    text = "; ".join(f"{name}: {cell}" if name else cell for name, cell in pairs if cell)
    walker.add("row", text, line, cells=tuple(pairs))


def _inline(token: Token) -> tuple[str, str, int]:
    """Text of an inline token, the same without the words of links, and the number of links."""
    words, own, links, inside = [], [], 0, 0
    for child in token.children or []:
        if child.type == "link_open":
            links, inside = links + 1, inside + 1
        elif child.type == "link_close":
            inside -= 1
        elif child.type in ("softbreak", "hardbreak"):
            words.append("\n")
            own.append("\n")
        elif child.type == "image":
            words.append(f" {child.content} ")
        elif child.type in ("text", "code_inline", "html_inline"):
            words.append(child.content)
            if not inside:
                own.append(child.content)
    return _tagless("".join(words)), _tagless("".join(own)), links


def _tagless(text: str) -> str:
    return (_TAG.sub(" ", text) if "<" in text else text).strip()


# -- HTML ------------------------------------------------------------------------------------------------


def html_passages(text: str) -> Parsed:
    """Take HTML apart in document order; navigation, headers, footers, scripts and hidden parts are left out.

    The parser keeps no lines, so the line of a passage is the first one after the passage before it that holds
    its first words; None when they are not found.
    """
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(text)
    root = tree.css_first("html")
    language = (root.attributes.get("lang") or None) if root else None
    title_node = tree.css_first("title")
    title = plain(title_node.text()) if title_node else None
    for node in tree.css(", ".join(_SKIP)):
        node.decompose()
    for node in tree.css("[hidden], [aria-hidden=true]"):
        node.decompose()
    body = tree.css_first("main") or tree.css_first("[role=main]") or tree.css_first("article") or tree.body
    walker = _Html(_Lines(text))
    if body is not None:
        walker.walk(body)
        walker.flush()
    return Parsed(walker.out.passages, {}, title, language, walker.links)


class _Lines:
    """Finds lines of passages, moving forward only, so that the search stays linear."""

    def __init__(self, text: str) -> None:
        self.words = list(re.finditer(r"[^\s<>&]+", re.sub(r"<[^<>]*>", lambda tag: " " * len(tag[0]), text)))
        self.text = text
        start = max(text.lower().find("<body"), 0)
        self.at = next((index for index, word in enumerate(self.words) if word.start() >= start), 0)
        self.line = 1
        self.counted = 0

    def of(self, passage: str) -> int | None:
        wanted = re.findall(r"[^\s<>&]+", passage)[:3]
        for index in range(self.at, min(self.at + 20_000, len(self.words))):
            if all(
                index + offset < len(self.words) and self.words[index + offset][0] == word
                for offset, word in enumerate(wanted)
            ):
                start = self.words[index].start()
                self.line += self.text.count("\n", self.counted, start)
                self.counted, self.at = start, index + 1
                return self.line
        return None


class _Html:
    """Walks an element tree without recursion, since hostile pages nest deeper than Python does."""

    def __init__(self, lines: _Lines) -> None:
        self.out = _Walker()
        self.lines = lines
        self.links = 0
        self.text: list[str] = []
        self.own: list[str] = []
        self.kind = "paragraph"
        self.term = ""

    def flush(self) -> None:
        text = "".join(self.text).strip()
        if text:
            if self.kind.startswith("h") and self.kind in _HEADINGS:
                self.out.heading(int(self.kind[1]), text, self.lines.of(text))
            elif self.kind == "dt":
                self.term = plain(text)
            elif self.kind == "dd":
                whole = f"{self.term}: {text}" if self.term else text
                self.out.add("row", whole, self.lines.of(text), cells=(("", self.term), ("", plain(text))))
            else:
                kind = {"li": "item", "pre": "code"}.get(self.kind, "paragraph")
                self.out.add(kind, text, self.lines.of(text), "".join(self.own))
        self.text, self.own = [], []

    def walk(self, root: Any) -> None:
        # (node, leaving): a node is met once going in and, when it is a block, once coming out.
        stack: list[tuple[Any, str]] = [(root, "in")]
        kinds: list[str] = []
        linked = 0
        while stack:
            node, way = stack.pop()
            tag = node.tag
            if way == "unlink":
                linked -= 1
                continue
            if way == "out":
                self.flush()
                kinds.pop()
                self.kind = kinds[-1] if kinds else "paragraph"
                continue
            if tag == "-text":
                words = node.text_content or ""
                self.text.append(words)
                if not linked:
                    self.own.append(words)
                continue
            if tag == "table":
                self.flush()
                self.table(node)
                continue
            if tag == "br":
                self.text.append("\n")
                self.own.append("\n")
                continue
            if tag.startswith(("-", "_")):
                continue
            if tag == "a" and node.attributes.get("href"):
                self.links += 1
                linked += 1
                stack.append((node, "unlink"))
            if tag in _BLOCKS:
                self.flush()
                keep = tag in ("p", "div", "summary") and kinds and kinds[-1] in ("li", "dd", "dt", *_HEADINGS)
                kinds.append(
                    kinds[-1] if keep else tag if tag in ("li", "pre", "dt", "dd", *_HEADINGS) else "paragraph"
                )
                self.kind = kinds[-1]
                stack.append((node, "out"))
            children = []
            child = node.child
            while child is not None:
                children.append((child, "in"))
                child = child.next
            stack.extend(reversed(children))

    def table(self, table: Any) -> None:
        """Rows of a table; the header is its first row when that consists of th, else none."""
        header: list[str] = []
        for number, row in enumerate(table.css("tr")):
            cells = row.css("th, td")
            values = [plain(cell.text(separator=" ")) for cell in cells]
            self.links += len(row.css("a[href]"))
            if number == 0 and cells and all(cell.tag == "th" for cell in cells):
                header = values
            elif any(values):
                before = len(self.out.passages)
                _row(self.out, header, values, None)
                for passage in self.out.passages[before:]:
                    passage.line = self.lines.of(next(value for value in values if value))
