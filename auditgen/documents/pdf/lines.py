"""Lines and table rows of a PDF page, put together from the pieces of text that pypdf tells with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import hypot
from typing import Any

from auditgen.documents.headings import MARK

# Of the size of the letters: how far a baseline may move within a line, and how wide a gap between cells is.
SAME_LINE, CELL_GAP = 0.45, 1.5
# The widths of letters are guessed, so what follows a long piece may seem this much of its length away.
_GUESS = 0.08
# Rows above in which the first line of a cell is looked for, when its neighbour took several lines.
_BACK = 12
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_BOLD = re.compile(r"bold|black|heavy|demi", re.I)
_EVEN = re.compile(r"mono|courier|consol|typewriter|cmtt|fixed", re.I)
_NARROW, _WIDE = set("iljtfrI.,;:'|!()[]-’‘ "), set("mwMW@%—")


@dataclass
class Piece:
    """Text on one baseline without a wide gap in it; `end` is guessed."""

    x: float
    y: float
    size: float
    bold: bool
    text: str
    end: float


@dataclass
class Cell:
    x: float
    y: float
    end: float
    text: str


@dataclass
class Row:
    """A line of a page, or a row of a table when it has several cells.

    number  its line on the page, from 1
    mark    the mark of a list item that stood by itself before the text
    left    where the mark begins, else the text
    """

    page: int
    number: int
    y: float
    size: float
    bold: bool
    left: float
    cells: list[Cell] = field(default_factory=list)
    mark: str = ""

    @property
    def text(self) -> str:
        return " ".join(cell.text for cell in self.cells)

    @property
    def bottom(self) -> float:
        return min(cell.y for cell in self.cells)


def width(text: str, size: float) -> float:
    """About how wide a text is in letters of a size."""
    total = 0.0
    for mark in text:
        total += 0.28 if mark in _NARROW else 0.85 if mark in _WIDE else 0.66 if mark.isupper() else 0.52
    return total * size


class Collector:
    """Takes what pypdf's visitor tells: text, two matrices, font and size. Turned text (watermarks) is left out."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self._space: float | None = None
        # Where the cells of this line begin, and of the last line that had several.
        self._starts: list[float] = []
        self._columns: list[float] = []
        self.characters = 0

    def __call__(self, text: str, outer: Any, inner: Any, font: Any, size: Any) -> None:
        x = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
        if not text.strip():
            if text:
                self._space = x
            return
        a, b = inner[0] * outer[0] + inner[1] * outer[2], inner[0] * outer[1] + inner[1] * outer[3]
        up = inner[2] * outer[1] + inner[3] * outer[3]
        if abs(b) > 0.2 * abs(a) or a <= 0:
            return
        y = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
        height = abs(float(size) * (up or hypot(a, b))) or 1.0
        self.characters += len(text)
        name = _name(font)
        self._take(x, y, height, bool(_BOLD.search(name)), text.translate(_LIGATURES), bool(_EVEN.search(name)))

    def _take(self, x: float, y: float, size: float, bold: bool, text: str, even: bool) -> None:
        space, self._space = self._space, None
        last = self.pieces[-1] if self.pieces else None
        end = x + (0.6 * size * len(text.rstrip()) if even else width(text.rstrip(), size))
        if last is None or abs(y - last.y) > SAME_LINE * max(size, last.size) or x < last.x - size / 2:
            self.pieces.append(Piece(x, y, size, bold, text, end))
            if len(self._starts) > 1:
                self._columns = self._starts
            self._starts = [x]
            return
        spaced = space is not None or text[0].isspace() or last.text[-1].isspace()
        if spaced and self._gap(last, x, size, space):
            self._starts.append(x)
            self.pieces.append(Piece(x, y, size, bold, text.lstrip(), end))
            return
        last.text = f"{last.text.rstrip()} {text.lstrip()}" if spaced else last.text + text
        last.end = end
        last.bold = last.bold and bold
        last.size = max(last.size, size)

    def _gap(self, last: Piece, x: float, size: float, space: float | None) -> bool:
        """Whether a new cell begins at x."""
        if space is not None and last.x < space < x - 0.1:
            # The space was written, so the text before it ended where it stands.
            return x - space > CELL_GAP * size
        if self._column(x) > 0 <= self._column(last.x) < self._column(x):
            # In a table above, a cell begins here; the gap may be narrow when the text before it fills its own.
            return x - last.end > -size
        return x - last.end > CELL_GAP * size + _GUESS * (last.end - last.x)

    def _column(self, x: float) -> int:
        return next((number for number, start in enumerate(self._columns) if abs(x - start) < 1.5), -1)


def _name(font: Any) -> str:
    try:
        return str(font.get("/BaseFont", "")) if font else ""
    except Exception:  # a font of a broken file; its name is a hint only
        return ""


def rows(pieces: list[Piece], page: int) -> list[Row]:
    """Rows of a page in the order of the file; lines within a cell are joined to it."""
    found: list[Row] = []
    number = 0
    baseline: float | None = None
    for piece in (part for whole in pieces for part in _parts(whole)):
        text = re.sub(r"\s+", " ", piece.text).strip()
        if not text:
            continue
        if baseline is None or abs(piece.y - baseline) > SAME_LINE * piece.size:
            number += 1
        baseline = piece.y
        cell = Cell(piece.x, piece.y, piece.end, text)
        if (row := _row_of(found, piece)) is not None:
            if len(row.cells) == 1 and MARK.match(row.cells[0].text) and not row.mark:
                row.mark, row.cells = row.cells[0].text, [cell]
                row.bold, row.size = piece.bold, piece.size
            else:
                row.cells.append(cell)
                row.bold = row.bold and piece.bold
        elif found and (above := _cell_above(found[-1], piece)) is not None:
            above.text = f"{above.text} {text}"
            above.y, above.end = piece.y, max(above.end, piece.end)
        else:
            found.append(Row(page, number, piece.y, piece.size, piece.bold, piece.x, [cell]))
    return found


def _parts(piece: Piece) -> Iterator[Piece]:
    """A piece cut where somebody made columns of spaces."""
    at = 0
    for match in [*re.finditer(r"(?<=\S)\s{3,}(?=\S)", piece.text), None]:
        text = piece.text[at : match.start() if match else None]
        x = piece.x + width(piece.text[:at], piece.size)
        yield replace(piece, x=x, text=text, end=x + width(text, piece.size) if match or at else piece.end)
        at = match.end() if match else at


def _row_of(found: list[Row], piece: Piece) -> Row | None:
    """The row on whose first line a piece stands, to the right of all its cells."""
    for back, row in enumerate(reversed(found[-_BACK:])):
        if abs(row.y - piece.y) <= SAME_LINE * piece.size and piece.x > row.cells[-1].x + piece.size:
            later = found[len(found) - back :]
            if any(len(item.cells) > 1 or item.mark or abs(item.left - row.cells[-1].x) > 3 for item in later):
                return None
            # What came since are further lines of the cell to the left.
            for item in later:
                last = row.cells[-1]
                last.text, last.y = f"{last.text} {item.text}", item.y
            del found[len(found) - back :]
            return row
    return None


def _cell_above(row: Row, piece: Piece) -> Cell | None:
    """The cell of a table row that a piece goes on with; the first cell only begins rows."""
    if len(row.cells) < 2:
        return None
    for cell in reversed(row.cells[1:]):
        if abs(cell.x - piece.x) <= 2 and 0 < cell.y - piece.y <= 1.5 * piece.size:
            return cell
    return None


def margins(page: list[Row], most: int = 3) -> Iterator[Row]:
    """The rows that stand highest and lowest on a page."""
    ordered = sorted(page, key=lambda row: -row.y)
    yield from ordered[:most]
    yield from ordered[max(most, len(ordered) - most) :]
