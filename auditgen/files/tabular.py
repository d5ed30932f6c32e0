"""Tables as people export them: CSV in any usual dialect, and XLSX sheets, as rows with their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from auditgen.files.delimited import MAX_CELL, Unreadable, delimiter_of, names_delimiter, records, refuse_open_quote
from auditgen.files.errors import ReadError

MAX_BYTES = 200_000_000
MAX_SHEET_CELLS = 20_000_000
# Rows in which a header is looked for; a title may stand above it.
HEADER_ROWS = 10
# A cell like this is data: an address, a date, a long number, code.
_DATA = re.compile(r"[@{}<>\\=$\"\x00-\x1f]|://|\d{3}|\d[A-Za-z]{4}|[A-Za-z]{3}\d")


@dataclass(frozen=True)
class Sheet:
    """One table: its name, header cells and rows as (row number, cells); numbers count from 1 with the header."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[object, ...]], ...]


def header_key(text: object) -> str:
    """A header to compare by: lower case, without notes in brackets, punctuation as single spaces."""
    plain = re.sub(r"\[[^\]]*\]|\([^)]*\)", " ", str(text or ""))
    return re.sub(r"[\W_]+", " ", plain.casefold()).strip()


def decode(path: Path, file: str) -> str:
    """Text of a file, as decode_bytes tells it. Raises ReadError for one that is too large."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise ReadError(f"{file}: {size / 1e6:,.0f} MB is more than the {MAX_BYTES // 1_000_000} MB this reader takes")
    return decode_bytes(path.read_bytes())


def decode_bytes(data: bytes) -> str:
    """Text of bytes: UTF-8, UTF-16 with mark, else Windows-1252 as Excel writes it.

    UTF-8 with a few broken characters in it stays UTF-8, and those become question marks.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("utf-8-sig", "replace")
    broken = text.count("\ufffd")
    beyond = len(text.encode("utf-8")) - len(text)
    # Each whole character beyond ASCII takes at least one byte more, each replacement two.
    return text if beyond - 2 * broken > broken else data.decode("cp1252", "replace")


def read_csv(path: Path, file: str) -> Sheet:
    """A CSV or TSV file; its delimiter told by its rows. Raises ReadError when empty."""
    text = decode(path, file)
    if text[:4000].count("\x00") > len(text[:4000]) / 50:
        raise ReadError(f"{file}: expected a table as text, found a binary file")
    if not text.strip():
        raise ReadError(f"{file}: the file is empty; expected a header row")
    mark = delimiter_of(text)
    try:
        found = list(enumerate(records(text, mark), 1))
    except Unreadable as error:
        raise ReadError(f"{file}, line {error.line + 1}: a cell holds more than {MAX_CELL:,} characters") from None
    refuse_open_quote(text, mark, file)
    filled = [(number, row) for number, row in found if any(cell.strip() for cell in row)]
    filled = filled[1:] if names_delimiter(text) else filled
    if not filled:
        raise ReadError(f"{file}: the file is empty; expected a header row")
    rows = tuple((number, tuple(row)) for number, row in filled[1:])
    return Sheet("", tuple(cell.strip() for cell in filled[0][1]), rows)


def read_xlsx(path: Path, file: str) -> list[Sheet]:
    """Every sheet with a header row of an Excel or LibreOffice file. Raises ReadError when it cannot be opened."""
    from python_calamine import CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        sheets = []
        for name in book.sheet_names:
            content = book.get_sheet_by_name(name)
            if content.total_height * content.total_width > MAX_SHEET_CELLS:
                raise ReadError(f"{file}, sheet {name}: holds more than {MAX_SHEET_CELLS:,} cells")
            sheets.append((name, content.to_python(skip_empty_area=False)))
    except ReadError:
        raise
    except Exception as error:
        raise ReadError(f"{file}: could not be opened as a spreadsheet ({type(error).__name__})") from None
    found = []
    for name, cells in sheets:
        filled = [(number, row) for number, row in enumerate(cells, 1) if any(str(cell).strip() for cell in row)]
        if filled:
            header = tuple(str(cell).strip() for cell in filled[0][1])
            found.append(Sheet(name, header, tuple((number, tuple(row)) for number, row in filled[1:])))
    return found


def read_sheets(path: Path, file: str) -> list[Sheet]:
    """Sheets of a table file by its ending. Raises ReadError for any other ending."""
    ending = path.suffix.lower()
    if ending in (".csv", ".tsv", ".txt"):
        return [read_csv(path, file)]
    if ending in (".xlsx", ".xlsm", ".xls", ".ods"):
        return read_xlsx(path, file)
    raise ReadError(f"{file}: expected .csv, .tsv, .xlsx, .xls or .ods, found {ending or 'no ending'}")


def with_header(sheet: Sheet, known: Mapping[str, str]) -> Sheet:
    """The sheet from the first of its rows that holds two known headers, so that a title above it does no harm."""

    def hits(cells: Sequence[object]) -> int:
        return sum(header_key(cell) in known for cell in cells if isinstance(cell, str))

    if hits(sheet.header):
        return sheet
    for index, (_, cells) in enumerate(sheet.rows[:HEADER_ROWS]):
        if hits(cells) > 1:
            return Sheet(sheet.name, tuple(str(cell).strip() for cell in cells), sheet.rows[index + 1 :])
    return sheet


def looks_like_data(cells: Iterable[str]) -> bool:
    """Whether a row holds more than names of columns: addresses, numbers, code, long texts."""
    return any(_DATA.search(cell) or len(cell) > 60 for cell in cells)


def header_words(sheet: Sheet) -> str:
    """The header as an error may show it; a first row of data is not shown, it might hold a password."""
    if looks_like_data(sheet.header):
        return "a first row that does not look like column names"
    return ", ".join([cell for cell in sheet.header if cell][:12]) or "an empty row"


def overlong(sheet: Sheet) -> list[int]:
    """Numbers of the rows with more cells than the header: most often a comma that should stand in quotes."""
    width = len(sheet.header)
    return [number for number, cells in sheet.rows if any(str(cell).strip() for cell in cells[width:])]


def columns(sheet: Sheet, known: Mapping[str, str]) -> tuple[dict[str, int], list[str], list[str]]:
    """Match headers: field → position, headers used, headers ignored. The first match of a field wins."""
    found: dict[str, int] = {}
    used, ignored = [], []
    for position, header in enumerate(sheet.header):
        field = known.get(header_key(header))
        if field is not None and field not in found:
            found[field] = position
            used.append(header)
        elif header:
            ignored.append(header)
    return found, used, ignored
