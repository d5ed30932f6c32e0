"""Readers: one module an input kind, found by entry point. Rows out, nothing else.

A reader is an object with `name`, `title`, `options` and `read(path, context, sink)`. It puts rows into
evidence tables through the sink and returns one `SourceReport` a file. It knows nothing of checks.
A reader raises `ReadError` when a file cannot be used at all; a single bad row is refused, counted and named.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from auditgen.files.errors import ReadError as ReadError


@dataclass
class SourceReport:
    """What became of one file: a row of the `sources` table."""

    path: str
    status: str = "read"
    rows_read: int = 0
    rows_refused: int = 0
    columns_used: list[str] = field(default_factory=list)
    columns_ignored: list[str] = field(default_factory=list)
    message: str | None = None
    seen_on: date | None = None


@dataclass(frozen=True)
class Context:
    """What a reader may know.

    root        folder of the workspace; `source` columns are relative to it
    as_of       the day the audit judges
    organisation name, domains, brand_words, mail_aliases, time_zone from auditgen.toml
    options     keys of the [[source]] entry the reader declared in `options`
    accounts    rows of the accounts table, for readers that declare `after = ("accounts",)`
    """

    root: Path
    as_of: date
    organisation: Mapping[str, Any]
    options: Mapping[str, Any]
    accounts: tuple[Mapping[str, Any], ...] = ()

    def relative(self, path: Path) -> str:
        """The path as the workspace names it, with forward slashes; one far outside is told by its last folder."""
        near = Path(os.path.relpath(path.resolve(), self.root.resolve()))
        if near.parts[:3] == ("..", "..", ".."):
            return f"{path.resolve().parent.name}/{path.name}"
        return near.as_posix()

    def seen_on(self, path: Path) -> date:
        """Date the source was made: the `seen_on` option, else the file's own date."""
        return day_made(path, self.options)


def day_made(path: Path, options: Mapping[str, Any]) -> date:
    """The `seen_on` among the options of a source, else the date of the file."""
    given = options.get("seen_on")
    return given if isinstance(given, date) else date.fromtimestamp(path.stat().st_mtime)


class Sink(Protocol):
    """Where rows go: the evidence store, or a list in a test."""

    def add(self, table: str, rows: Iterable[Mapping[str, object]]) -> int: ...

    def insert_select(self, table: str, query: str, parameters: Mapping[str, object] | None = None) -> int: ...

    def select(
        self, query: str, parameters: Mapping[str, object] | Sequence[object] | None = None
    ) -> list[dict[str, Any]]:
        """Run any SQL beside the tables, such as a temporary table for bulk input; rows as dictionaries."""
        ...


class Reader(Protocol):
    """The shape of a reader.

    options  name of each option of its [[source]] entry → what it means
    tables   tables it fills, and table.column for what only it can tell
    after    tables that must be filled before it runs
    missing  what adding this source would let the audit answer, one sentence

    A reader of people may also have `origins`, words of its own for the column person_records.origin. A reader whose
    list says something even without a row may have `settles`, the table.column that is then known.
    """

    name: str
    title: str
    options: Mapping[str, str]
    tables: tuple[str, ...]
    after: tuple[str, ...]
    missing: str

    def read(self, path: Path, context: Context, sink: Sink) -> list[SourceReport]: ...
