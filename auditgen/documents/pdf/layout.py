"""Passages of a PDF from its rows: running heads taken out, lines joined into paragraphs, headings guessed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from auditgen.documents.document import Document, Outline, Passage, count_words, row_text
from auditgen.documents.headings import capitals, depth, item_text, short
from auditgen.documents.pdf.lines import Cell, Row, margins

_PAGE_NUMBER = re.compile(r"^\W*(?:page\s*)?(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:of|/|\|)\s*\d{1,4})?\W*$", re.I)
_LEADER = re.compile(r"(?:\.\s?){4,}\s*\d{1,4}$|…{2,}\s*\d{1,4}$")
_BROKEN = re.compile(r"([A-Za-zÀ-ÿ]{2,})[-\u2010]$")
# A gap of this many times the usual one ends a paragraph.
_PARAGRAPH = 1.25
_REPEATED = 3
# Characters after which a paragraph ends in any case; lines without a gap for pages are no paragraph.
_LONGEST = 10_000


@dataclass
class _Open:
    """A paragraph, item or heading that may go on in the next row."""

    row: Row
    text: str
    kind: str
    last: Row
    level: int = 0
    style: tuple[float, bool, bool] = (0.0, False, False)


def lay_out(pages: list[list[Row]], document: Document) -> None:
    """Fill passages, margins and plain of a document from the rows of its pages."""
    pages = _without_margins(pages, document)
    layout = _Layout(pages, document)
    layout.run()


def _without_margins(pages: list[list[Row]], document: Document) -> list[list[Row]]:
    """Rows without running heads, page numbers and lines of a table of contents."""
    body = _body_size([row for page in pages for row in page])
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_key(row) for row in margins(page)})
    filled = sum(bool(page) for page in pages)
    # Three pages say it, or half of a short document, but never one page alone.
    least = min(_REPEATED, max(2, (filled + 1) // 2))
    kept: list[list[Row]] = []
    told: set[str] = set()
    for page in pages:
        outer = {id(row) for row in margins(page)}
        rest = []
        for row in page:
            key = _key(row)
            if id(row) in outer and row.size <= body + 1 and (seen[key] >= least or _PAGE_NUMBER.match(row.text)):
                if key not in told:
                    told.add(key)
                    document.margins.append(Passage("paragraph", "", row.number, _spaced(row), page=row.page))
            elif not _LEADER.search(row.text):
                rest.append(row)
        kept.append(rest)
    return kept


def _key(row: Row) -> str:
    return re.sub(r"\W+", " ", re.sub(r"\d+", "#", row.text)).strip().casefold()


def _spaced(row: Row) -> str:
    """Cells with the wide gaps between them, which part facts that stand in one line."""
    return "    ".join(cell.text for cell in row.cells)


def _body_size(found: list[Row]) -> float:
    sizes: Counter[float] = Counter()
    for row in found:
        sizes[round(row.size * 2) / 2] += len(row.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


class _Layout:
    def __init__(self, pages: list[list[Row]], document: Document) -> None:
        self.pages = pages
        self.document = document
        every = [row for page in pages for row in page]
        self.body = _body_size(every)
        letters = sum(len(row.text) for row in every)
        self.bold_tells = sum(len(row.text) for row in every if row.bold) < letters / 2
        self.pitch = _pitch(pages)
        ends = sorted(row.cells[-1].end for row in every)
        lefts = sorted(row.left for row in every)
        self.right = ends[int(len(ends) * 0.9)] if ends else 0.0
        self.left = lefts[len(lefts) // 10] if lefts else 0.0
        self.words = _words(every)
        self.blocks: list[_Open | list[Row]] = []

    def run(self) -> None:
        open_block: _Open | None = None
        for page in self.pages:
            for number, row in enumerate(page):
                if len(row.cells) > 1 and self._lone(page, number):
                    row.cells = [Cell(row.left, row.bottom, row.cells[-1].end, row.text)]
                if len(row.cells) > 1:
                    open_block = None
                    last = self.blocks[-1] if self.blocks else None
                    if isinstance(last, list):
                        last.append(row)
                    else:
                        self.blocks.append([row])
                    continue
                if open_block is not None and self._goes_on(open_block, row):
                    open_block.text = self._join(open_block.text, row.text)
                    open_block.last = row
                    continue
                open_block = self._begin(row)
                self.blocks.append(open_block)
        self._put()

    def _lone(self, page: list[Row], number: int) -> bool:
        """Whether a row is a line of running text with a wide gap in it, and no row of a table."""
        row = page[number]
        near = page[max(0, number - 1) : number] + page[number + 1 : number + 2]
        if any(len(item.cells) > 1 for item in near) or row.cells[0].text.endswith(":"):
            return False
        if item_text(row.cells[0].text) is not None:
            return True
        steps = (abs(item.y - row.y) / row.size for item in near if abs(item.left - row.left) < row.size)
        return any(step <= self.pitch * _PARAGRAPH + 0.05 for step in steps)

    def _begin(self, row: Row) -> _Open:
        text = row.text
        inner = item_text(text)
        kind = "item" if row.mark or inner is not None else "paragraph"
        if kind == "item" and not row.mark:
            kind = "numbered" if depth(text) else "item"
        if kind == "item" and inner is not None and not row.mark:
            text = inner
        if row.mark and depth(f"{row.mark} {text}"):
            kind = "numbered"
            text = f"{row.mark} {text}"
        return _Open(row, text, kind, row)

    def _strong(self, row: Row) -> bool:
        return row.size > self.body + 0.6 or (row.bold and self.bold_tells)

    def _goes_on(self, block: _Open, row: Row) -> bool:
        last = block.last
        if row.mark or item_text(row.text) is not None or len(block.text) > _LONGEST:
            return False
        end = block.text[-40:]
        if abs(row.size - last.size) > 0.6 or self._strong(row) != self._strong(last):
            return False
        if row.page != last.page:
            return not re.search(r"[.!?:;]\W*$", end) and row.text[:1].islower()
        gap = last.bottom - row.y
        if gap <= 0 or gap / row.size > self.pitch * _PARAGRAPH + 0.05:
            return False
        if row.left < block.row.left - 2:
            # Text that moves out ends an item, but the first line of a paragraph may stand in.
            return block.kind == "paragraph" and block.last is block.row and block.row.left - row.left < 4 * row.size
        if self._strong(row):
            return depth(row.text) == 0
        if (depth(row.text) > 1 and short(row.text)) or capitals(row.text) or capitals(block.text):
            return False
        whole = self.right - self.left
        ended = bool(re.search(r"[.!?:]\W*$", end))
        return not (ended and last.cells[-1].end < self.right - 0.2 * whole)

    def _join(self, text: str, more: str) -> str:
        if text.endswith("\xad"):
            return text[:-1] + more
        match = _BROKEN.search(text[-80:])
        if match is None or not more[:1].islower():
            return f"{text} {more}"
        first, second = match[1].casefold(), re.match(r"[^\W\d_]*", more)[0].casefold()  # type: ignore[index]
        together = first + second in self.words
        if f"{first}-{second}" in self.words or (not together and first in self.words and second in self.words):
            return text + more
        return text[:-1] + more

    def _put(self) -> None:
        self._find_headings()
        outline = Outline()
        passages = self.document.passages
        for block in self.blocks:
            if isinstance(block, list):
                passages += _table(block, outline.path)
                continue
            row = block.row
            text = block.text
            if not re.search(r"\w", text):
                continue
            if block.kind == "heading":
                above = outline.enter(block.level, text)
                passages.append(Passage("heading", above, row.number, text, page=row.page))
                continue
            kind = "item" if block.kind in ("item", "numbered") else "paragraph"
            if block.kind == "numbered":
                text = item_text(text) or text
            passages.append(Passage(kind, outline.path, row.number, text, page=row.page))
        self.document.plain = sum(count_words(item.text) for item in passages)

    def _find_headings(self) -> None:
        found = [block for block in self.blocks if isinstance(block, _Open) and self._heading(block)]
        for block in found:
            block.kind = "heading"
            # Letters of two sizes within half a point are one style.
            block.style = (round(block.row.size), self._strong(block.row), capitals(block.text))
        order = sorted({block.style for block in found}, key=lambda style: (-style[0], not style[1], not style[2]))
        for block in found:
            deeper = max(0, depth(block.text) - 1) if len(order) <= 2 else 0
            block.level = min(9, order.index(block.style) + 1 + deeper)

    def _heading(self, block: _Open) -> bool:
        if not short(block.text) or (block.row.mark and block.kind == "item"):
            return False
        if self._strong(block.row):
            return True
        return block.kind != "item" and (depth(block.text) > 1 or capitals(block.text))


def _words(found: list[Row]) -> set[str]:
    """Words of a document, without the halves of those that a line breaks."""
    words: set[str] = set()
    broken = False
    for row in found:
        told = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", row.text.casefold())
        after, broken = broken, bool(_BROKEN.search(row.text))
        words.update(told[int(after) : len(told) - int(broken)])
    return words


def _pitch(pages: list[list[Row]]) -> float:
    """The usual distance of lines within a paragraph, in sizes of the letters."""
    found: list[float] = []
    for page in pages:
        for above, below in pairwise(page):
            step = (above.bottom - below.y) / below.size
            if len(above.cells) == len(below.cells) == 1 and abs(above.size - below.size) < 0.3 and 0.8 < step < 2.5:
                found.append(step)
    found.sort()
    return found[len(found) // 4] if found else 1.2


def _table(found: list[Row], heading: str) -> list[Passage]:
    """Rows of a table; the first names the columns, unless the first column does."""
    if len(found) == 1 or sum(row.cells[0].text.endswith(":") for row in found) * 2 > len(found):
        return [_passage(row, heading, tuple(cell.text for cell in row.cells), ()) for row in found]
    first = found[0]
    header = tuple(cell.text for cell in first.cells)
    passages = []
    for row in found[1:]:
        cells = [""] * len(header)
        at = -1
        for number, cell in enumerate(row.cells):
            if len(row.cells) >= len(header):
                at = min(number, len(header) - 1)
            else:
                left = len(row.cells) - number - 1
                free = range(at + 1, max(at + 2, len(header) - left))
                at = min(free, key=lambda column: abs(first.cells[column].x - cell.x))
            cells[at] = f"{cells[at]} {cell.text}".strip()
        passages.append(_passage(row, heading, tuple(cells), header))
    return passages


def _passage(row: Row, heading: str, cells: tuple[str, ...], header: tuple[str, ...]) -> Passage:
    text = row_text(header, cells)
    if not header and len(cells) == 2 and cells[0].endswith(":"):
        text = " ".join(cells)
        cells = (cells[0].rstrip(": "), cells[1])
    return Passage("row", heading, row.number, text, cells, header, row.page)
