"""Delimited text (CSV, TSV and their kin): the one place where it is opened, for every reader and for vaults."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from auditgen.files.errors import ReadError

MAX_CELL = 10_000_000
_MARKS = ",;\t|"
# Rows by which the delimiter is told.
_LOOKED_AT = 30
_HEAD = 262_144
# Excel may name the delimiter in a line of its own above the header.
_NAMED = re.compile(r"\s*sep=([,;\t|])[ \t]*(?:\r?\n|\Z)", re.I)


class Unreadable(Exception):
    """A cell longer than allowed, or a text that is no table; `line` is the last line that could be read."""

    def __init__(self, line: int) -> None:
        super().__init__(f"after line {line}")
        self.line = line


def names_delimiter(text: str) -> str | None:
    """The mark that a first line `sep=;` names."""
    match = _NAMED.match(text)
    return match[1] if match else None


def delimiter_of(text: str) -> str:
    """The mark by which most of the first rows come out equally long, and long; captions hold marks of all kinds."""
    if named := names_delimiter(text):
        return named
    head = text[:_HEAD]

    def fit(mark: str) -> tuple[float, int, int]:
        try:
            lengths = [len(row) for row in islice(records(head, mark), _LOOKED_AT) if any(cell.strip() for cell in row)]
        except Unreadable:
            return (0, 0, 0)
        counts = Counter(length for length in lengths if length > 1)
        if not counts:
            return (0, 0, 0)
        length, rows_like_it = max(counts.items(), key=lambda item: (item[1], item[0]))
        return (round(rows_like_it / len(lengths), 1), length, -_MARKS.index(mark))

    return max(_MARKS, key=fit)


def records(text: str, mark: str, limit: int = MAX_CELL, *, strict: bool = False) -> Iterator[list[str]]:
    """Every row, blank lines as empty lists; line ends inside quotes stay. Raises Unreadable."""
    csv.field_size_limit(limit)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=strict)
    line = 0
    try:
        for record in reader:
            yield record
            line = reader.line_num
    except csv.Error:
        raise Unreadable(line) from None


def lines_of(text: str, mark: str, rows: int) -> int:
    """Lines that the first rows take; a cell may break over several."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    for _ in range(rows):
        next(reader, None)
    return reader.line_num


def refuse_open_quote(text: str, mark: str, file: str) -> None:
    """Raise ReadError for a quote that is never closed, when it would swallow rows after it."""
    if text.count('"') % 2 == 0:
        return
    try:
        for _ in records(text, mark, strict=True):
            pass
    except Unreadable as error:
        if error.line + 1 < len(text.rstrip().splitlines()):
            raise ReadError(f"{file}, line {error.line + 1}: a quote is opened here and never closed") from None
