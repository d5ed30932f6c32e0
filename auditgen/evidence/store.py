"""The evidence store: typed tables in an embedded DuckDB, filled by readers, frozen before checks run."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

PROVENANCE = ("source", "locator", "seen_on", "basis")
PROVENANCE_NOTES = {
    "source": "file or address the row was read from",
    "locator": "where in the source: line, row, page, item",
    "seen_on": "date on which the source showed this",
    "basis": "probed, exported, joined or declared",
}
BASES = ("probed", "exported", "joined", "declared")
MEMORY_LIMIT = "3GB"
# One JSON parameter of this many rows keeps a batch at a few megabytes.
BATCH_ROWS = 20_000
LARGE_ROWS = 20_000

_TABLE = re.compile(r"((?:^--[^\n]*\n)+)create table (\w+) \((.*?)^\);", re.M | re.S)
_VIEW = re.compile(r"((?:^--[^\n]*\n)+)create view (\w+) as\n(.*?);\n", re.M | re.S)
_WORD = re.compile(r"[a-z][a-z_ -]{0,23}")
_WORDS = re.compile(r"one of: ([\w -]+)(, or)?")
_COLUMN = re.compile(r"^\s+(\w+) ([a-z]+(?:\[\])?),?\s*(?:-- (.*))?$")


class EvidenceError(Exception):
    """Saved evidence that cannot be judged: the message is one sentence for the user."""


class WordError(EvidenceError):
    """A row with a word that its column does not take."""


class QueryTimeout(Exception):
    """A query ran longer than its limit and was interrupted."""


@dataclass(frozen=True)
class Column:
    """A column of an evidence table: DuckDB type and one-line meaning.

    words  what it takes, in order; empty where it takes anything
    open   a reader may register further words
    """

    name: str
    type: str
    note: str
    words: tuple[str, ...] = ()
    open: bool = False

    @classmethod
    def read(cls, name: str, kind: str, comment: str) -> Column:
        """From the comment of schema.sql."""
        match = _WORDS.search(comment)
        words = tuple(match[1].split()) if match else ()
        return cls(name, kind, comment.replace("one of: ", ""), words, bool(match and match[2]))

    @property
    def meaning(self) -> str:
        """The note with its words as people write a list."""
        return (
            self.note.replace(" ".join(self.words), f"one of {', '.join(self.words)}", 1) if self.words else self.note
        )


@dataclass(frozen=True)
class Table:
    """An evidence table: what one row is, and its columns in order."""

    name: str
    note: str
    columns: tuple[Column, ...]

    @property
    def column_types(self) -> dict[str, str]:
        return {column.name: column.type for column in self.columns}


@dataclass(frozen=True)
class View:
    """A table that follows from others: what one row is, and the query."""

    name: str
    note: str
    query: str


@cache
def _schema_text() -> str:
    return files("auditgen.evidence").joinpath("schema.sql").read_text(encoding="utf-8")


@cache
def views() -> dict[str, View]:
    """The views of schema.sql."""
    return {
        name: View(name, comment.strip().splitlines()[-1].removeprefix("-- "), query)
        for comment, name, query in _VIEW.findall(_schema_text())
    }


@cache
def schema() -> dict[str, Table]:
    """Read schema.sql into tables; its comments are the documentation of every column."""
    tables = {}
    for comment, name, body in _TABLE.findall(_schema_text()):
        note = comment.strip().splitlines()[-1].removeprefix("-- ")
        columns = []
        for line in body.splitlines():
            if match := _COLUMN.match(line):
                columns.append(Column.read(match[1], match[2], match[3] or ""))
            elif "source varchar" in line:
                columns += [
                    Column(key, "date" if key == "seen_on" else "varchar", PROVENANCE_NOTES[key],
                           BASES if key == "basis" else ())
                    for key in PROVENANCE
                ]  # fmt: skip
        tables[name] = Table(name, note, tuple(columns))
    return tables


def _quote(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _plain(value: object) -> object:
    """JSON form of a cell. Dates become ISO text, which DuckDB casts back to the column's type."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"a cell of type {type(value).__name__} has no place in an evidence table")


class Store:
    """Tables of evidence.

    `add` and `insert_select` fill them, `freeze` closes every door, after which only `select` works.
    """

    def __init__(self) -> None:
        import duckdb

        self.connection: duckdb.DuckDBPyConnection = duckdb.connect(
            ":memory:",
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                # SQL must never see variables of the Python program.
                "python_enable_replacements": "false",
            },
        )
        self.frozen = False
        # Column by table and name → every word it takes; see allow.
        self._words = {
            table.name: {column.name: frozenset(column.words) for column in table.columns if column.words}
            for table in schema().values()
        }
        # Tables and columns that saved evidence of an older program does not hold.
        self.lacking: list[str] = []
        # Whether a query's rows had better stay in the database; see measure.
        self.large = False
        # A second connection to the same tables, for queries too small to keep two processors busy; see freeze.
        self.second: Store | None = None
        statements = ["set timezone = 'UTC'"]
        for table in schema().values():
            columns = ", ".join(f"{column.name} {column.type}" for column in table.columns)
            statements.append(f"create table {table.name} ({columns})")
        statements += [f"create view {view.name} as {view.query}" for view in views().values()]
        # At once: each call waits for its turn where another thread works.
        self.connection.execute(";\n".join(statements))

    def close(self) -> None:
        """Give the database back; without it DuckDB complains on standard error when the program ends."""
        if self.second:
            self.second.close()
        self.connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def beside(self) -> Store:
        """The same tables over a connection of its own, for another thread; closed by who asked for it."""
        other = copy(self)
        other.connection = self.connection.cursor()
        # A connection has settings of its own.
        other.connection.execute("set timezone = 'UTC'")
        return other

    # -- filling -----------------------------------------------------------------------------------

    def allow(self, table: str, column: str, words: Iterable[str]) -> None:
        """Take further words in a column that is open to them; raises WordError where it is not."""
        known = next((item for item in schema()[table].columns if item.name == column), None)
        if known is None or not known.open:
            raise WordError(f"table {table}, column {column}: no word can be registered for it")
        self._words[table][column] |= set(words)

    def add(self, table: str, rows: Iterable[Mapping[str, object]]) -> int:
        """Insert rows given as mappings; missing keys are NULL, unknown keys raise KeyError.

        Raises WordError when a column does not take a word; then no row of the batch gets in. Rows travel as one JSON
        value per batch, because a bound row at a time costs 0.4 ms.
        """
        types = schema()[table].column_types
        shape = json.dumps([{name: kind.upper() for name, kind in types.items()}])
        insert = f"insert into {table} select unnest(from_json($1::json, {_quote(shape)}), recursive := true)"
        words = self._words[table]
        count = 0
        batch: list[Mapping[str, object]] = []

        def flush() -> None:
            text = json.dumps(batch, default=_plain, ensure_ascii=False)
            # A lone surrogate is legal in a Python string and is not UTF-8; it becomes a question mark.
            text = text.encode("utf-8", "replace").decode("utf-8")
            self.connection.execute(insert, [text])
            batch.clear()

        for row in rows:
            if unknown := row.keys() - types.keys():
                raise KeyError(f"table {table} has no column {sorted(unknown)[0]}")
            for column, allowed in words.items():
                value = row.get(column)
                for word in value if isinstance(value, list | tuple) else (value,):
                    if word is not None and str(word) not in allowed:
                        raise WordError(self._strange(table, column, word))
            batch.append(row)
            count += 1
            if len(batch) == BATCH_ROWS:
                flush()
        if batch:
            flush()
        return count

    def insert_select(self, table: str, query: str, parameters: Mapping[str, object] | None = None) -> int:
        """Insert the rows of a query by column name; for bulk input that DuckDB reads itself.

        Raises WordError when a column does not take a word; the transaction of the caller takes the rows back.
        """
        result = self.connection.execute(
            f"insert into {table} by name {query}", dict(parameters) if parameters else None
        ).fetchone()
        self._refuse_strange(table)
        return int(result[0]) if result else 0

    def _refuse_strange(self, table: str) -> None:
        """Raise WordError when a row that SQL put in holds a word its column does not take."""
        types = schema()[table].column_types
        for column, allowed in self._words[table].items():
            one = f"unnest({column})" if types[column].endswith("[]") else column
            query = f"select word from (select distinct {one}::varchar as word from {table}) where word not in "
            found = self.select(query + "(select unnest($1::varchar[])) order by word limit 1", [sorted(allowed)])
            if found:
                raise WordError(self._strange(table, column, found[0]["word"]))

    def _strange(self, table: str, column: str, word: object) -> str:
        declared = next(item.words for item in schema()[table].columns if item.name == column)
        further = sorted(self._words[table][column] - set(declared))
        # A column taken for another one may hold a secret, so only what looks like a word of ours is shown.
        text = repr(word) if _WORD.fullmatch(str(word)) else "a text that is no such word"
        return f"table {table}, column {column}: {text} is not one of {', '.join((*declared, *further))}"

    # -- saving ------------------------------------------------------------------------------------

    def save(self, folder: Path) -> None:
        """Write every table as Parquet (zstd), one file a table."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in schema():
            target = _quote(str(folder / f"{name}.parquet"))
            self.connection.execute(f"copy {name} to {target} (format parquet, compression zstd)")

    @classmethod
    def load(cls, folder: Path, only: Sequence[str] = ()) -> Store:
        """Open saved evidence, or only some of its tables.

        What it does not hold is NULL, or a table without rows, and named in `lacking`.

        Raises EvidenceError when the folder holds none or a table is not in this program's shape.
        """
        import duckdb

        present = {path.stem for path in folder.glob("*.parquet")} if folder.is_dir() else set()
        if not present & schema().keys():
            raise EvidenceError(f"{folder}: expected the Parquet files of `auditgen gather`, found none")
        store = cls()
        for name, table in schema().items():
            if only and name not in only:
                continue
            if name not in present:
                store.lacking.append(name)
                continue
            path = _quote(str(folder / f"{name}.parquet"))
            try:
                found = {row[0] for row in store.connection.execute(f"describe from read_parquet({path})").fetchall()}
                wanted = [column.name for column in table.columns if column.name in found]
                store.lacking += [f"{name}.{column.name}" for column in table.columns if column.name not in found]
                if not wanted:
                    raise EvidenceError(f"{folder / (name + '.parquet')}: holds no column of the table {name}")
                store.connection.execute(
                    f"insert into {name} by name select {', '.join(wanted)} from read_parquet({path})"
                )
                # What a reader of the run that saved it registered is not known here.
                for column in (item for item in table.columns if item.open):
                    store._words[name].pop(column.name)
                store._refuse_strange(name)
            except WordError as error:
                raise EvidenceError(f"{folder / (name + '.parquet')}: {error}") from None
            except duckdb.Error as error:
                reason = str(error).splitlines()[0]
                raise EvidenceError(f"{folder / (name + '.parquet')}: could not be read: {reason}") from None
        return store

    def measure(self) -> None:
        """Decide whether the evidence is large, once it is complete.

        Over ordinary evidence the query optimiser takes longer than the queries, so it rests.
        """
        self.large = max(self.counts().values()) > LARGE_ROWS
        self.connection.execute(f"pragma {'enable' if self.large else 'disable'}_optimizer")

    # -- judging -----------------------------------------------------------------------------------

    def freeze(self, memory_limit: str = MEMORY_LIMIT) -> None:
        """Take away files, network, settings and spilling; nothing that SQL says can undo it."""
        if not self.large:
            self.second = self.beside()
            # Soon nobody can change a setting.
            for statement in ("pragma disable_optimizer", "set threads = 1"):
                self.second.connection.execute(statement)
            self.second.frozen = True
        for statement in (
            f"set memory_limit = {_quote(memory_limit)}",
            "set temp_directory = ''",
            "set enable_external_access = false",
            "set lock_configuration = true",
        ):
            self.connection.execute(statement)
        self.frozen = True

    @contextmanager
    def limit(self, seconds: float, *, read_only: bool = True) -> Iterator[None]:
        """Interrupt whatever the connection does after `seconds`; raises QueryTimeout.

        Meanwhile no table of evidence can change: a select may hold an insert, update or delete in its with clause.
        """
        with Lane(self, seconds, read_only=read_only) as lane, lane.one():
            yield

    def select(
        self,
        query: str | duckdb.Statement,
        parameters: Mapping[str, object] | Sequence[object] | None = None,
        most: int | None = None,
    ) -> list[dict[str, Any]]:
        """Run a query and return its rows as dictionaries, no more than `most` of them."""
        cursor = self.connection.execute(query, parameters)
        names = [column[0] for column in cursor.description or []]
        rows = cursor.fetchall() if most is None else cursor.fetchmany(most)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def fingerprint(self) -> str:
        """A hash of every row of every table, the same whatever order the rows are in."""
        each = "select '{0}' as name, count(*) as rows, sum(hash({0})) as sum, bit_xor(hash({0})) as mixed from {0}"
        query = " union all ".join(each.format(name) for name in schema())
        return hashlib.sha256(repr(self.connection.execute(query).fetchall()).encode()).hexdigest()

    def counts(self) -> dict[str, int]:
        """Number of rows of every table."""
        query = " union all ".join(f"select '{name}' as name, count(*) as rows from {name}" for name in schema())
        return {row["name"]: int(row["rows"]) for row in self.select(query)}


class Lane:
    """Queries that run one after the other on one connection, each for so many seconds at most.

    They share a transaction in which nothing can be written, and one thread that watches them: either of its own takes
    as long as a small query. No query runs outside such a transaction; after one that fails a new one is begun.
    """

    def __init__(self, store: Store, seconds: float, *, read_only: bool = True) -> None:
        self.store = store
        self._seconds = seconds
        self._read_only = read_only
        self._begun = False
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._deadline: float | None = None
        self._fired = False

    def __enter__(self) -> Lane:
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self.renew()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Interrupt what is done inside when its time is over; raises QueryTimeout."""
        import duckdb

        if self._read_only and not self._begun:
            self.store.connection.execute("begin transaction read only")
            self._begun = True
        self._fired = False
        self._deadline = time.monotonic() + self._seconds
        try:
            yield
        except BaseException as error:
            self._over()
            self._end("rollback")
            if isinstance(error, duckdb.InterruptException) and self._fired:
                raise QueryTimeout(f"took longer than {self._seconds:g} seconds") from None
            raise
        self._over()

    def renew(self) -> None:
        """Let the next query begin a transaction of its own, and the database let go of what this one kept."""
        self._end("commit")

    def _end(self, how: str) -> None:
        begun, self._begun = self._begun, False
        if begun:
            self.store.connection.execute(how)

    def _over(self) -> None:
        # With the lock, so that no query is hit in place of the one before it.
        with self._lock:
            self._deadline = None

    def _watch(self) -> None:
        wait = self._seconds
        # Every query has the same time, so the next one to run out is never nearer than the last one looked at.
        while not self._closed.wait(wait):
            with self._lock:
                wait = self._seconds if self._deadline is None else self._deadline - time.monotonic()
                if wait <= 0:
                    self._fired, self._deadline, wait = True, None, self._seconds
                    self.store.connection.interrupt()
