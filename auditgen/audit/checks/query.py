"""The query of a check: one select that reads, whatever stands in the check file, and errors that quote no data.

Three walls, each enough by itself: what runs is parsed again right before it runs and must be one select; it runs in
a transaction that cannot write; and nothing that SQL says opens a file, a socket or a setting (see Store.freeze).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from auditgen.files.problems import nearest

if TYPE_CHECKING:
    import duckdb

NAME = re.compile(r"\$([a-z_]+)")
# Functions that stand where a table does and only make rows out of what they are given.
TABLE_FUNCTIONS = ("unnest", "range", "generate_series", "json_each", "json_tree")
_WRITES = ("INSERT_QUERY_NODE", "UPDATE_QUERY_NODE", "DELETE_QUERY_NODE", "MERGE_QUERY_NODE", "COPY_QUERY_NODE")
# What the database calls an error → what it is to whoever wrote the query.
_KINDS = {
    "ParserException": "it is not SQL",
    "SyntaxException": "it is not SQL",
    "CatalogException": "it names something that is not there",
    "BinderException": "it names something that is not there, or of another kind",
    "ConversionException": "a value could not be turned into another type",
    "TypeMismatchException": "a value could not be turned into another type",
    "InvalidTypeException": "a value could not be turned into another type",
    "InvalidInputException": "a function got a value it cannot take",
    "OutOfRangeException": "a number is too large for its type",
    "OutOfMemoryException": "it needs more memory than a check may use",
    "PermissionException": "it asks for a file, a setting or the network, which a check may not",
    "TransactionException": "it would change the evidence, which a check may not",
}


class NotOneSelect(ValueError):
    """What was to run is not one select that only reads; the message is one sentence without data."""


def one_select(sql: str, connection: duckdb.DuckDBPyConnection | None = None) -> duckdb.Statement:
    """The statement of a text that is exactly one select. Raises NotOneSelect, and duckdb.Error where it is no SQL.

    Without a connection the database opens one of its own, which is worth it only where there is none.
    """
    import duckdb

    statements = (connection or duckdb).extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise NotOneSelect("expected exactly one select statement")
    return statements[0]


def only_reads(sql: str) -> None:
    """Raise NotOneSelect for a select that writes in a with clause or asks more than the tables of evidence.

    Costs about a millisecond, so it is asked when a check is loaded; see the module for what stands behind it.
    """
    import duckdb

    (text,) = duckdb.execute("select json_serialize_sql($1)", [sql]).fetchone() or ("{}",)
    for node in _nodes(json.loads(text)):
        kind = node.get("type")
        if kind in _WRITES:
            raise NotOneSelect(f"expected a query that only reads, found {str(kind).partition('_')[0].lower()}")
        if kind == "TABLE_FUNCTION":
            name = str((node.get("function") or {}).get("function_name"))
            if name not in TABLE_FUNCTIONS:
                raise NotOneSelect(
                    f"a check may not ask {name}() for rows; besides tables it may use {', '.join(TABLE_FUNCTIONS)}"
                )


def _nodes(tree: Any) -> Iterator[Mapping[str, Any]]:
    waiting = [tree]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield item
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item


def parameters_of(sql: str) -> list[str]:
    """Names of the parameters of a query in the order they stand in; none of a comment, a text or a quoted name."""
    return [name for name, _, _ in _places(sql.encode())]


def with_texts(sql: str, texts: Mapping[str, str]) -> str:
    """The query with texts in place of their parameters, as literals.

    A pattern that is no constant is compiled for every row, so texts are not bound. They are put where the database
    itself sees a parameter, on one line, and never into a comment or another text.
    """
    raw, parts, end = sql.encode(), [], 0
    for name, start, stop in _places(raw):
        if name in texts:
            parts += [raw[end:start], _literal(texts[name]).encode()]
            end = stop
    return b"".join((*parts, raw[end:])).decode()


def _places(raw: bytes) -> Iterator[tuple[str, int, int]]:
    """Name, first byte and byte after the last of every parameter. Raises duckdb.Error where it is no SQL."""
    import duckdb

    if b"$" not in raw:
        return
    text = raw.decode()
    kinds = dict(duckdb.tokenize(text))
    for match in re.finditer(rb"\$([a-z_]+)", raw):
        if kinds.get(match.start()) is duckdb.token_type.operator and match.start() + 1 in kinds:
            yield match[1].decode(), match.start(), match.end()


def _literal(text: str) -> str:
    if not re.search(r"[\n\r]", text):
        return "'" + text.replace("'", "''") + "'"
    plain = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
    return f"e'{plain}'"


def sql_says(error: Exception) -> str:
    """An error as one sentence for the person who typed the query: with the nearest right name the database offers."""
    text = str(error).strip() or type(error).__name__
    return " ".join(line.strip() for line in re.split(r"\n\s*\n|\nLINE ", text)[0].splitlines())


def error_line(error: Exception) -> int:
    """Line of the query the database names, from 1; 0 when it names none."""
    match = re.search(r"^LINE (\d+):", str(error), re.M)
    return int(match[1]) if match else 0


def error_kind(error: Exception) -> str:
    """What kind of error it is. The database's own text may quote evidence, so none of it is told."""
    for kind in type(error).__mro__:
        if kind.__name__ in _KINDS:
            return _KINDS[kind.__name__]
    return str(error) if isinstance(error, NotOneSelect) else f"it stopped with {type(error).__name__}"


def unknown_names(sql: str, known: Iterable[str]) -> list[str]:
    """One clause for every parameter that is not declared."""
    known = set(known)
    return [
        f"${name} is not declared in [params]{nearest(name, known)}" for name in sorted(set(parameters_of(sql)) - known)
    ]
