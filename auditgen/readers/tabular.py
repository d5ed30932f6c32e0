"""Tables as people export them: CSV in any usual dialect, and XLSX sheets, as rows with their numbers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from auditgen.readers import ReadError

MAX_BYTES = 200_000_000
MAX_SHEET_CELLS = 20_000_000
_DELIMITERS = ",;\t|"


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
    """Text of a file: UTF-8, UTF-16 with mark, else Windows-1252 as Excel writes it. Raises ReadError."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise ReadError(f"{file}: {size / 1e6:,.0f} MB is more than the {MAX_BYTES // 1_000_000} MB this reader takes")
    data = path.read_bytes()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def read_csv(path: Path, file: str) -> Sheet:
    """A CSV or TSV file; the delimiter is the one that splits the header most. Raises ReadError when empty."""
    text = decode(path, file)
    if text[:4000].count("\x00") > len(text[:4000]) / 50:
        raise ReadError(f"{file}: expected a table as text, found a binary file")
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise ReadError(f"{file}: the file is empty; expected a header row")
    delimiter = max(_DELIMITERS, key=lambda mark: (lines[0].count(mark), -_DELIMITERS.index(mark)))
    csv.field_size_limit(10_000_000)
    try:
        records = list(enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1))
    except csv.Error:
        raise ReadError(f"{file}: is not a readable CSV file") from None
    filled = [(number, row) for number, row in records if any(cell.strip() for cell in row)]
    number, header = filled[0]
    del number
    rows = tuple((number, tuple(row)) for number, row in filled[1:])
    return Sheet("", tuple(cell.strip() for cell in header), rows)


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
