"""HTML pages as passages: menus, page headers, footers, scripts and styles are not text."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from auditgen.documents.document import Document, Outline, Passage, count_words, one_line, row_text

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

# Characters that searches in vain may cost in one page; after that only the next few are looked at.
SEARCH, NEAR = 100_000_000, 5_000
# The parser takes time with the square of the depth; pages of people stay under a hundred.
MAX_DEPTH = 3_000
_NESTING = re.compile(r"<(/?)(?!(?:p|li|dt|dd|tr|td|th|option|thead|tbody|tfoot|br|hr|img|input|meta|link|col|wbr|area|"
                      r"base|embed|source|track|param)[\s/>])[a-z][a-z0-9]*[^<>]*?(/?)>", re.I)  # fmt: skip

_UNSEEN = re.compile(r"\b(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.I)
_SKIP = {"script", "style", "nav", "noscript", "template", "svg", "iframe", "object", "head", "select", "button"}
_PAGE_ONLY = {"header", "footer", "aside"}
_INLINE = {"a", "abbr", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img",
           "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time",
           "tt", "u", "var", "wbr"}  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}


def _unseen(node: LexborNode) -> bool:
    """Whether the page itself hides an element from everybody; what nobody reads is no policy."""
    return "hidden" in node.attributes or bool(_UNSEEN.search(node.attributes.get("style") or ""))


def read_html(text: str) -> Document:
    """Take an HTML page apart. Lines are those of the source in which a block's first words stand."""
    from selectolax.lexbor import LexborHTMLParser

    document = Document()
    if _depth(text) > MAX_DEPTH:
        document.notes.append(f"elements stand more than {MAX_DEPTH:,} deep in each other, so nothing was read")
        document.readable = False
        return document
    tree = LexborHTMLParser(text)
    root = tree.root
    if root is None:
        return document
    document.language = root.attributes.get("lang")
    for node in tree.css("meta[name][content]"):
        document.meta.setdefault(str(node.attributes["name"]).lower(), str(node.attributes["content"])[:500])
    for name in ("h1", "title"):
        found = tree.css_first(name)
        if found is not None and document.title is None:
            document.title = one_line(found.text())[:300] or None
    walker = _Walker(document, text)
    start = tree.css_first("main") or tree.css_first("article") or tree.body
    if start is not None:
        walker.walk(start)
    return document


def _depth(text: str) -> int:
    """How deep elements may stand in each other, judged by the tags alone; never less than it is."""
    depth = deepest = 0
    for match in _NESTING.finditer(text):
        if match[1]:
            depth -= 1 if depth else 0
        elif not match[2]:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


class _Walker:
    """Goes through the tree with a stack of its own, so that no depth of nesting is too deep."""

    def __init__(self, document: Document, source: str) -> None:
        self.document = document
        self.source = source
        # The title of the page says the same as its first heading, and stands before it.
        body = re.search(r"<body\b", source, re.I)
        self.cursor = body.start() if body else 0
        self.line = 1 + source.count("\n", 0, self.cursor)
        self.budget = SEARCH
        self.outline = Outline()
        self.buffer: list[str] = []
        # Whether there is more than white space in the buffer; looking through it each time would take its square.
        self.filled = False
        self.kinds: list[str] = []
        self.linked = 0
        # Links that are open: address and words.
        self.anchors: list[tuple[str, list[str]]] = []
        self.rows: list[list[str]] = []
        self.heads: list[tuple[str, ...]] = []
        self.term = ""

    def walk(self, start: LexborNode) -> None:
        stack: list[tuple[LexborNode, bool]] = [(start, False)]
        while stack:
            node, done = stack.pop()
            tag = node.tag or ""
            if done:
                self.leave(node, tag)
                continue
            if tag == "-text":
                self.take(node.text_content or "")
                continue
            if tag in _SKIP or (tag in _PAGE_ONLY and not _within(node)) or _unseen(node):
                continue
            self.enter(node, tag)
            stack.append((node, True))
            children = []
            child = node.child
            while child is not None:
                children.append(child)
                child = child.next
            stack.extend((item, False) for item in reversed(children))
        self.flush()

    def take(self, text: str) -> None:
        if text.strip():
            if not self.linked:
                self.document.plain += count_words(text)
            if not self.filled and not (self.rows and self.rows[-1]):
                self.find(text)
            self.filled = True
            if self.anchors:
                self.anchors[-1][1].append(text)
        self.buffer.append(text if "pre" in self.kinds else " ".join(text.split("\n")))

    def find(self, text: str) -> None:
        """Move to the place of a text in the source; when it stands there differently, stay."""
        words = html.escape(text.strip().split("\n")[0][:60], quote=False)
        end = self.cursor + (len(self.source) if self.budget > 0 else NEAR)
        at = self.source.find(words, self.cursor, end)
        if at >= 0:
            self.line += self.source.count("\n", self.cursor, at)
            self.cursor = at
        else:
            self.budget -= len(self.source) - self.cursor

    def enter(self, node: LexborNode, tag: str) -> None:
        if tag == "a":
            self.linked += 1
            self.document.links += 1
            self.anchors.append((node.attributes.get("href") or "", []))
        if tag == "img" and self.anchors:
            self.anchors[-1][1].append(node.attributes.get("alt") or "")
        if tag == "br":
            self.buffer.append("\n")
        if tag in _INLINE:
            return
        if tag in ("td", "th"):
            self.empty()
        elif not self._in_cell():
            self.flush()
        else:
            self.buffer.append(" ")
        if tag == "table":
            self.heads.append(())
        if tag == "tr":
            self.rows.append([])
        self.kinds.append(tag)

    def leave(self, node: LexborNode, tag: str) -> None:
        if tag == "a":
            self.linked -= 1
            address, words = self.anchors.pop()
            self.document.found_link(address, " ".join(words), self.line)
        if tag in _INLINE:
            return
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append(one_line("".join(self.buffer)))
            self.empty()
        elif tag == "tr":
            self.row(node)
        elif not self._in_cell():
            self.flush()
        self.kinds.pop()
        if tag == "table":
            self.heads.pop()

    def _in_cell(self) -> bool:
        return bool(self.rows)

    def row(self, node: LexborNode) -> None:
        cells = tuple(self.rows.pop())
        if not any(cells):
            return
        header = self.heads[-1] if self.heads else ()
        only_heads = node.css_first("td") is None
        if self.heads and only_heads and not header:
            self.heads[-1] = cells
            return
        text = row_text(header, cells)
        self.document.passages.append(Passage("row", self.outline.path, self.line, text, cells, header))

    def empty(self) -> None:
        self.buffer.clear()
        self.filled = False

    def flush(self) -> None:
        text = "".join(self.buffer).strip()
        self.empty()
        if not text:
            return
        tag = next(
            (kind for kind in reversed(self.kinds) if kind in _HEADINGS or kind in ("li", "pre", "dd", "dt")), ""
        )
        if tag in _HEADINGS:
            above = self.outline.enter(_HEADINGS[tag], one_line(text))
            self.document.passages.append(Passage("heading", above, self.line, one_line(text)))
            return
        if tag == "dt":
            # A term waits for its description; the two are a row of two cells.
            self.term = one_line(text)
            return
        if tag == "dd" and self.term:
            cells = (self.term, one_line(text))
            self.document.passages.append(Passage("row", self.outline.path, self.line, ": ".join(cells), cells, ()))
            return
        kind = {"li": "item", "dd": "item", "pre": "code"}.get(tag, "paragraph")
        lines = [one_line(line) for line in text.split("\n")]
        kept = text if kind == "code" else "\n".join(line for line in lines if line)
        self.document.passages.append(Passage(kind, self.outline.path, self.line, kept))


def _within(node: LexborNode) -> bool:
    """Whether a header or footer belongs to an article rather than to the page."""
    parent = node.parent
    while parent is not None:
        if parent.tag in ("article", "main", "section"):
            return True
        parent = parent.parent
    return False
