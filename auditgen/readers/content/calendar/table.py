"""A calendar file as a temporary table of texts, in the order of the file.

DuckDB reads a CSV itself, because a million rows are normal; spreadsheets and files in older encodings come through
Python. Either way the columns are c0, c1, … and a row's number counts the header as row 1 of its table.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

from auditgen.files.delimited import Unreadable, delimiter_of, lines_of, records, refuse_open_quote
from auditgen.files.errors import ReadError
from auditgen.files.tabular import decode, decode_bytes
from auditgen.readers import Sink

TABLE = "calendar_rows"
SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".ods")
_BATCH = 20_000
_HEAD_BYTES = 262_144
_PREVIEW_ROWS = 30
_CHUNK = 4_194_304


@dataclass(frozen=True)
class Loaded:
    """What was put into TABLE: SQL for a row's number, header names, rows that could not be taken."""

    number: str
    header: tuple[str, ...]
    refused: int = 0
    first_refused: int | None = None


def quote(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _cell(value: object) -> str:
    """A spreadsheet cell as the text a CSV would hold."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}:{seconds % 60:02}"
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _sheet_rows(path: Path, file: str, sheet: str | None) -> list[list[str]]:
    from python_calamine import CalamineWorkbook

    from auditgen.files.problems import nearest

    try:
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if sheet is not None and sheet not in names:
            raise ReadError(f"{file}: has no sheet {sheet!r}{nearest(sheet, names)}")
        content = book.get_sheet_by_name(sheet or names[0]).to_python(skip_empty_area=False)
    except ReadError:
        raise
    except Exception as error:
        raise ReadError(f"{file}: could not be opened as a spreadsheet ({type(error).__name__})") from None
    return [[_cell(value).strip() for value in row] for row in content]


def _head(path: Path) -> str:
    """The beginning of a text file, cut at a line end."""
    with path.open("rb") as source:
        data = source.read(_HEAD_BYTES)
        more = bool(source.read(1))
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        text = data[: len(data) // 2 * 2].decode("utf-16", "replace")
    else:
        try:
            text = codecs.getincrementaldecoder("utf-8-sig")().decode(data, not more)
        except UnicodeDecodeError:
            text = decode_bytes(data)
    return text[: text.rfind("\n") + 1] or text if more else text


def preview(path: Path, file: str, sheet: str | None = None, delimiter: str | None = None) -> list[list[str]]:
    """The first rows of a table file, empty ones included. Raises ReadError when it is none."""
    ending = path.suffix.lower()
    if ending in SPREADSHEETS:
        return _sheet_rows(path, file, sheet)[:_PREVIEW_ROWS]
    if ending not in (".csv", ".tsv", ".txt"):
        raise ReadError(f"{file}: expected .csv, .tsv or .xlsx, found {ending or 'no ending'}")
    text = _head(path)
    if "\x00" in text[:4000]:
        raise ReadError(f"{file}: expected a table as text, found a binary file")
    if not text.strip():
        raise ReadError(f"{file}: the file is empty; expected a header row")
    mark = delimiter or delimiter_of(text)
    try:
        return [[cell.strip() for cell in row] for row in islice(records(text, mark), _PREVIEW_ROWS)]
    except Unreadable:
        raise ReadError(f"{file}: is not a readable CSV file") from None


def _is_utf8(path: Path) -> bool:
    """Whether the whole file is UTF-8; plain ASCII passes at the speed of the disk."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as source:
        while chunk := source.read(_CHUNK):
            if chunk.isascii() and not decoder.getstate()[0]:
                continue
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return False
    return not decoder.getstate()[0]


def _refuse_open_quote(path: Path, file: str, mark: str) -> None:
    """Raise ReadError for a quote that is never closed, when it would swallow rows after it.

    Quotes come in pairs, so only a file with an odd number of them is read through once more.
    """
    with path.open("rb") as source:
        quotes = 0
        while chunk := source.read(_CHUNK):
            quotes += chunk.count(b'"')
    if quotes % 2:
        refuse_open_quote(decode(path, file), mark, file)


def load(
    path: Path,
    file: str,
    sink: Sink,
    wanted: Sequence[int],
    typed: Mapping[str, str],
    header_row: int,
    sheet: str | None,
    delimiter: str | None,
) -> Loaded:
    """Put the wanted columns of a file into TABLE as trimmed texts, empty cells as NULL, and beside them `typed`.

    typed  name of a further column → SQL over c0, c1, …; worked out while the file is read
    Raises ReadError.
    """
    sink.select(f"drop table if exists {TABLE}")
    if path.suffix.lower() in SPREADSHEETS:
        return _load_rows(sink, _sheet_rows(path, file, sheet), wanted, typed, header_row)
    head = preview(path, file, sheet, delimiter)
    mark = delimiter or delimiter_of(_head(path))
    _refuse_open_quote(path, file, mark)
    if not _is_utf8(path):
        try:
            rows = list(records(decode(path, file), mark))
        except Unreadable:
            raise ReadError(f"{file}: is not a readable CSV file") from None
        return _load_rows(sink, rows, wanted, typed, header_row)
    return _load_csv(sink, path, file, head, wanted, typed, header_row, mark)


def _load_csv(
    sink: Sink,
    path: Path,
    file: str,
    head: list[list[str]],
    wanted: Sequence[int],
    typed: Mapping[str, str],
    header_row: int,
    mark: str,
) -> Loaded:
    import duckdb

    header = tuple(head[header_row - 1])
    # Lines, not rows, because a title above the header may break over several.
    lines = lines_of(_head(path), mark, header_row)
    columns = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(len(header)))
    picked = ", ".join(f"nullif(trim(c{number}), '') as c{number}" for number in wanted)

    def create(extra: str) -> None:
        sink.select(
            f"create or replace temp table {TABLE} as select *{_listed(typed)} from (select {picked} "
            f"from read_csv({quote(str(path))}, "
            f"header = false, skip = {lines}, auto_detect = false, delim = {quote(mark)}, quote = '\"', escape = '\"', "
            f"strict_mode = false, columns = {{{columns}}}, ignore_errors = true, store_rejects = true{extra}))"
        )

    def rejects() -> tuple[int, int | None]:
        (row,) = sink.select("select count(distinct line) as n, min(line) as line from reject_errors")
        sink.select("drop table reject_errors")
        sink.select("drop table reject_scans")
        return int(row["n"]), row["line"]

    try:
        create("")
        refused, line = rejects()
        if refused:
            # Short rows need padding, which the parallel reader cannot do when cells hold line ends.
            create(", null_padding = true, parallel = false")
            refused, line = rejects()
    except duckdb.Error as error:
        raise ReadError(f"{file}: is not a readable CSV file ({type(error).__name__})") from None
    # Inside a transaction the ids of rows begin at a high number, but keep the order of the file.
    (row,) = sink.select(f"select min(rowid) as lowest from {TABLE}")
    return Loaded(f"(rowid - {row['lowest'] or 0} + {header_row + 1})", header, refused, line)


def _listed(typed: Mapping[str, str]) -> str:
    return "".join(f", {value} as {name}" for name, value in typed.items())


def _load_rows(
    sink: Sink, rows: list[list[str]], wanted: Sequence[int], typed: Mapping[str, str], header_row: int
) -> Loaded:
    header = tuple(rows[header_row - 1]) if len(rows) >= header_row else ()
    shape = {"n": "BIGINT", **{f"c{number}": "VARCHAR" for number in wanted}}
    sink.select(
        f"create or replace temp table calendar_cells ({', '.join(f'{name} {kind}' for name, kind in shape.items())})"
    )
    kinds = quote(json.dumps([shape]))
    insert = f"insert into calendar_cells select unnest(from_json($1::json, {kinds}), recursive := true)"

    def cells() -> Iterable[dict[str, object]]:
        for number, row in enumerate(rows[header_row:], header_row + 1):
            if any(cell.strip() for cell in row):
                yield {"n": number,
                       **{f"c{at}": (row[at].strip() or None) if at < len(row) else None for at in wanted}}  # fmt: skip

    batch: list[dict[str, object]] = []
    for item in cells():
        batch.append(item)
        if len(batch) == _BATCH:
            sink.select(insert, [_json(batch)])
            batch.clear()
    if batch:
        sink.select(insert, [_json(batch)])
    sink.select(f"create temp table {TABLE} as select *{_listed(typed)} from calendar_cells")
    sink.select("drop table calendar_cells")
    return Loaded("n", header)


def _json(rows: list[dict[str, object]]) -> str:
    return json.dumps(rows, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
