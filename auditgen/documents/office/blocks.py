"""What the readers of Word and OpenDocument share: paragraphs and tables on their way into passages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from auditgen.documents.document import LONGEST_ADDRESS, Document, Outline, Passage, count_words, one_line, row_text
from auditgen.files.errors import ReadError

MAX_CHARACTERS = 4_000_000
MAX_COLUMNS = 64


@dataclass
class Paragraph:
    """A paragraph while it is read: what is written, and what it turned out to be.

    line      its number in the document, from 1
    level     of a heading from 1, 0 for the title; None for text
    left_out  is no text, such as a line of a table of contents
    """

    line: int
    pieces: list[str] = field(default_factory=list)
    level: int | None = None
    item: bool | None = None
    left_out: bool = False
    style: str = ""


@dataclass
class _Cell:
    span: int = 1
    from_above: bool = False
    paragraphs: list[Paragraph] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(filter(None, (one_line("".join(item.pieces)) for item in self.paragraphs)))


@dataclass
class _Table:
    header: tuple[str, ...] | None = None
    header_line: int = 1
    above: tuple[str, ...] = ()
    rows: int = 0
    cells: list[_Cell] = field(default_factory=list)
    # A row with a table in it that is open: paragraphs belong to the innermost cell.
    open: bool = False


class Blocks:
    """Takes paragraphs and cells in the order of the document. Raises ReadError beyond MAX_CHARACTERS."""

    def __init__(self, document: Document, file: str) -> None:
        self.document = document
        self.file = file
        self.outline = Outline()
        self.line = 0
        self.linked = 0
        # Links that are open: address, line and words.
        self._links: list[tuple[str, int, list[str]]] = []
        self._open: list[Paragraph] = []
        self._tables: list[_Table] = []
        self._characters = 0

    # Paragraphs

    def begin(self, line: int | None = None) -> Paragraph:
        self.line += 1
        paragraph = Paragraph(line or self.line)
        self._open.append(paragraph)
        return paragraph

    @property
    def paragraph(self) -> Paragraph | None:
        return self._open[-1] if self._open else None

    def write(self, text: str) -> None:
        if not self._open:
            return
        self._characters += len(text)
        if self._characters > MAX_CHARACTERS:
            raise ReadError(
                f"{self.file} holds more than {MAX_CHARACTERS / 1e6:.0f} million characters; no policy does, and it "
                "was not read."
            )
        self._open[-1].pieces.append(text)
        if self._links:
            self._links[-1][2].append(text)
        if not self.linked:
            self.document.plain += count_words(text)

    def begin_link(self, address: str) -> None:
        self.linked += 1
        self.document.links += 1
        line = self._open[-1].line if self._open else max(1, self.line)
        self._links.append((address[:LONGEST_ADDRESS], line, []))

    def end_link(self) -> None:
        self.linked -= 1
        if self._links:
            address, line, words = self._links.pop()
            self.document.found_link(address, "".join(words), line)

    def end(self) -> None:
        if not self._open:
            return
        paragraph = self._open.pop()
        if paragraph.left_out:
            return
        cell = self._cell()
        if cell is not None:
            if paragraph.pieces:
                cell.paragraphs.append(paragraph)
        else:
            self._put(paragraph)

    def _put(self, paragraph: Paragraph) -> None:
        if not paragraph.pieces:
            return
        lines = [one_line(line) for line in "".join(paragraph.pieces).split("\n")]
        text = "\n".join(line for line in lines if line)
        if not re.search(r"\w", text):
            return
        if paragraph.level is not None:
            heading = one_line(text)
            if paragraph.level == 0 and self.document.title is None:
                self.document.title = heading[:300]
            above = self.outline.enter(paragraph.level, heading)
            self.document.passages.append(Passage("heading", above, paragraph.line, heading))
            return
        kind = "item" if paragraph.item else "paragraph"
        self.document.passages.append(Passage(kind, self.outline.path, paragraph.line, text))

    # Tables

    def _cell(self) -> _Cell | None:
        table = self._tables[-1] if self._tables else None
        return table.cells[-1] if table and table.open and table.cells else None

    def begin_table(self) -> None:
        self._tables.append(_Table())

    def begin_row(self) -> None:
        if self._tables:
            self._tables[-1].cells = []

    def begin_cell(self, span: int = 1) -> None:
        if self._tables:
            table = self._tables[-1]
            # Beyond the bound the last cell takes the rest.
            if len(table.cells) < MAX_COLUMNS:
                table.cells.append(_Cell(span))
            table.open = True

    def span(self, columns: int) -> None:
        """The cell that is open reaches over several columns."""
        if (cell := self._cell()) is not None:
            cell.span = max(1, min(columns, MAX_COLUMNS))

    def from_above(self) -> None:
        """The cell that is open belongs to the one above it."""
        if (cell := self._cell()) is not None:
            cell.from_above = True

    def end_cell(self) -> None:
        if self._tables:
            self._tables[-1].open = False

    def end_row(self) -> None:
        if not self._tables:
            return
        table = self._tables[-1]
        cells, table.cells, table.open = table.cells, [], False
        if len(cells) == 1 and table.header is None:
            # A table of one column is a frame around text.
            for paragraph in cells[0].paragraphs:
                self._put_or_pass(paragraph)
            return
        names, texts, grid = [], [], []
        column = 0
        for cell in cells:
            text = cell.text
            if cell.from_above and not text and column < len(table.above):
                text = table.above[column][:200]
            names.append(table.header[column] if table.header and column < len(table.header) else "")
            texts.append(text)
            grid += [text] * cell.span
            column += cell.span
            if column >= MAX_COLUMNS:
                break
        if not any(texts):
            return
        line = next((item.line for cell in cells for item in cell.paragraphs), self.line)
        table.above = tuple(grid)
        if table.header is None:
            table.header, table.header_line = tuple(grid), line
            return
        table.rows += 1
        header = tuple(names)
        # Cells that are empty at the end of a row without a header say nothing.
        self._row(line, tuple(texts), header if any(header) else ())

    def _put_or_pass(self, paragraph: Paragraph) -> None:
        outer = self._tables[-2] if len(self._tables) > 1 else None
        if outer is not None and outer.open and outer.cells:
            outer.cells[-1].paragraphs.append(paragraph)
        else:
            self._put(paragraph)

    def _row(self, line: int, cells: tuple[str, ...], header: tuple[str, ...]) -> None:
        text = row_text(header, cells)
        if re.search(r"\w", text):
            self.document.passages.append(Passage("row", self.outline.path, line, text, cells, header))

    def end_table(self) -> None:
        if not self._tables:
            return
        table = self._tables.pop()
        if not table.rows and table.header and any(table.header):
            self._row(table.header_line, table.header, ())
