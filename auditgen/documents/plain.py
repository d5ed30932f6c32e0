"""Plain text and reStructuredText as passages: paragraphs by blank lines, headings by how they look."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditgen.documents.document import Document, Outline, Passage, count_words, one_line, row_text, trimmed
from auditgen.documents.headings import capitals, depth, item_text, short

_UNDERLINE = re.compile(r"^([=\-~^\"'`#*+.:_])\1{2,}\s*$")
_RULE = re.compile(r"^\s*(?=\S{3})[+|][-=+|: ]*$")
_MARKS = re.compile(r"^(#{1,6})\s+(\S.*?)\s*#*$")
_DIRECTIVE = re.compile(r"^\s*\.\.(?:\s+([\w:-]+)::\s*(.*)|\s+.*|)$")
_FIELD = re.compile(r"^\s*:([A-Za-z][\w -]{0,40}):(?=\s)")
_PAIR = re.compile(r"^[A-Za-z][A-Za-z ()/-]{1,40}:\s+\S")
_LINK = re.compile(r"`([^`<>]{1,200}?)\s*<[^<>`]{1,2000}>`_{1,2}|<?https?://[^\s<>]{1,2000}>?|\bwww\.[^\s<>]{1,2000}")
_INLINE = re.compile(r"(\*\*|``)(?=\S)([^*`\n]{1,500}?)(?<=\S)\1")
_ADMONITIONS = ("note", "warning", "important", "tip", "caution", "danger", "attention", "hint")
_CAPITALS_LEVEL = 7


def read_plain(text: str) -> Document:
    """Take a text apart; lines count from 1."""
    document = Document()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n")
    reading = _Reading(document)
    for number, block in _blocks(lines):
        reading.block(number, block)
    first = next((item for item in document.passages if item.kind == "heading"), None)
    document.title = first.text if first else None
    return document


def _blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Runs of lines without a blank one, each with the number of its first line."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        if line.strip():
            block.append(line.expandtabs(4))
        elif block:
            yield number - len(block), block
            block = []


class _Reading:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.outline = Outline()
        # Underline marks in the order in which they came: their level.
        self.marks: list[str] = []
        self.comment = False
        self.in_item = False

    def block(self, number: int, lines: list[str]) -> None:
        indented = lines[0].startswith(("  ", "\t"))
        if self.comment and indented:
            return
        self.comment = False
        if match := _DIRECTIVE.match(lines[0]):
            name = (match[1] or "").lower()
            if name not in _ADMONITIONS:
                self.comment = True
                return
            lines = [match[2] or "", *lines[1:]]
        for place, line in enumerate(lines, number):
            self._links(place, line)
        if all(_cells(line) or _RULE.match(line) for line in lines):
            self._table(number, lines)
            return
        alone = len(lines) == 1
        held: list[str] = []
        start = number
        at = 0
        while at < len(lines):
            line = lines[at]
            found = self._heading(lines, at, alone)
            if found is not None:
                level, heading, taken = found
                self._paragraph(start, held)
                held = []
                self._enter(level, heading, number + at)
                at += taken
                start = number + at
                self.in_item = False
                continue
            begins = item_text(line) is not None or _FIELD.match(line) or _PAIR.match(line)
            # Pairs that follow each other stay one paragraph of several lines.
            if begins and not (held and _pairs(held) and _PAIR.match(line)):
                self._paragraph(start, held)
                held = []
                start = number + at
            held.append(line)
            at += 1
        self._paragraph(start, held, indented)

    def _links(self, number: int, line: str) -> None:
        for match in _LINK.finditer(line):
            address = match[0].rstrip("_`>").rpartition("<")[2]
            self.document.found_link(address if match[1] else trimmed(address), match[1] or "", number)

    def _heading(self, lines: list[str], at: int, alone: bool) -> tuple[int, str, int] | None:
        """Level, text and number of lines of a heading that begins here."""
        line = lines[at].strip()
        after = lines[at + 1] if at + 1 < len(lines) else ""
        if match := _MARKS.match(line):
            return len(match[1]), match[2], 1
        if _UNDERLINE.match(line):
            # A line over a title, which then has one under it too; else only a rule.
            below = lines[at + 2] if at + 2 < len(lines) else ""
            if after.strip() and _UNDERLINE.match(below) and below.strip()[0] == line[0]:
                return self._level("over" + line[0]), after.strip(), 3
            return 0, "", 1
        if _UNDERLINE.match(after) and len(line) <= 200 and len(after.strip()) >= min(len(line), 4):
            return self._level(after.strip()[0]), line, 2
        if at or _PAIR.match(line):
            return None
        last = len(lines) == 1
        if depth(line) and short(line) and (last or (depth(line) > 1 and len(line) < 60)):
            return depth(line), line, 1
        if capitals(line) and (last or not capitals(after)):
            return _CAPITALS_LEVEL, line, 1
        return None

    def _level(self, mark: str) -> int:
        if mark not in self.marks:
            self.marks.append(mark)
        return self.marks.index(mark) + 1

    def _enter(self, level: int, heading: str, line: int) -> None:
        text = one_line(self._inline(heading))
        if not re.search(r"\w", text):
            return
        above = self.outline.enter(level, text)
        self.document.passages.append(Passage("heading", above, line, text))

    def _paragraph(self, line: int, lines: list[str], indented: bool = False) -> None:
        if not lines:
            return
        item = item_text(lines[0])
        kind = "item" if item is not None or (indented and self.in_item) else "paragraph"
        self.in_item = kind == "item"
        first = item if item is not None else _FIELD.sub(r"\1:", lines[0])
        told = [one_line(self._inline(part)) for part in (first, *lines[1:])]
        text = "\n".join(part for part in told if part)
        if re.search(r"\w", text):
            self.document.passages.append(Passage(kind, self.outline.path, line, text))

    def _table(self, number: int, lines: list[str]) -> None:
        """Rows drawn with bars; the first names the columns when a rule stands below it."""
        header: tuple[str, ...] = ()
        drawn = [line for line in lines if _cells(line)]
        headed = len(drawn) > 1 and any(_RULE.match(line) for line in lines[1:-1])
        for line, text in enumerate(lines, number):
            if not (cells := tuple(one_line(self._inline(cell)) for cell in _cells(text))):
                continue
            if headed and not header:
                header = cells
                continue
            told = row_text(header, cells)
            if re.search(r"\w", told):
                self.document.passages.append(Passage("row", self.outline.path, line, told, cells, header))

    def _inline(self, text: str) -> str:
        """Text without the marks of links and bold letters; words outside links are counted."""

        def link(match: re.Match[str]) -> str:
            self.document.links += 1
            linked.append(match[1] or "")
            return match[1] or match[0]

        linked: list[str] = []
        plain = _LINK.sub("", text)
        self.document.plain += count_words(plain)
        return _INLINE.sub(r"\2", _LINK.sub(link, text))


def _pairs(lines: list[str]) -> bool:
    return all(_PAIR.match(line) for line in lines)


def _cells(line: str) -> tuple[str, ...]:
    """Cells of a row drawn with bars; a ruled line has none."""
    text = line.strip()
    if len(text) < 3 or _RULE.match(line) or not (text.startswith("|") and text.endswith("|")):
        return ()
    return tuple(cell.strip() for cell in text[1:-1].split("|"))
