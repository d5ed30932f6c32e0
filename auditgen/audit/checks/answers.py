"""What a query answers with: verdict and sentence in one value, so that they cannot drift apart.

A query returns a row for every subject it looked at, with the column `verdict` made by one of four macros.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auditgen.evidence.store import Store

MACROS = {
    "pass": "(says) as {'verdict': 'pass', 'says': says::varchar, 'reason': null::varchar}",
    "fail": "(says) as {'verdict': 'fail', 'says': says::varchar, 'reason': null::varchar}",
    "unknown": "(says, reason := null) as {'verdict': 'unknown', 'says': says::varchar, 'reason': reason::varchar}",
    "not_applicable": "(says) as {'verdict': 'n/a', 'says': says::varchar, 'reason': null::varchar}",
}
# How DuckDB writes the type of what a macro returns.
TYPE = "STRUCT(verdict VARCHAR, says VARCHAR, reason VARCHAR)"
# A query cannot say "due": that is a question for a person.
GIVEN = ("pass", "fail", "unknown", "n/a")
# A sentence is read by a person; a long quotation of a policy has about 1,500 characters.
LONGEST = 20_000
HOW = (
    "the column verdict should come from pass(says), fail(says), unknown(says, reason) or not_applicable(says), "
    "as in `case when owner is null then fail(format('{} has no owner', account)) "
    "else pass(format('{} owns {}', owner, account)) end as verdict`"
)


class BadAnswer(ValueError):
    """A query that returned something else than answers; one sentence without data. `row` counts from 1."""

    def __init__(self, says: str, row: int = 0) -> None:
        super().__init__(says)
        self.row = row


@dataclass(frozen=True)
class Answer:
    """What a check says of one subject; `reason` only for unknown."""

    verdict: str
    says: str
    reason: str | None


def define_macros(store: Store) -> None:
    """Let queries call the macros."""
    for name, body in MACROS.items():
        store.connection.execute(f"create or replace macro {name}{body}")


def check_columns(types: Mapping[str, object]) -> None:
    """Raise BadAnswer unless a query returns subject and verdict in their form; a type of None is not known."""
    for column in ("subject", "verdict"):
        if column not in types:
            raise BadAnswer(f"the query returns no column {column}" + (f"; {HOW}" if column == "verdict" else ""))
    if types["verdict"] not in (None, TYPE):
        raise BadAnswer(HOW)
    for column in ("says", "reason"):
        if column in types:
            raise BadAnswer(f"the query returns a column {column} of its own; {HOW}")


def unpacked(rows: Iterable[Mapping[str, Any]]) -> Iterator[Answer]:
    """The answers of rows as the database gives them. Raises BadAnswer."""
    for number, row in enumerate(rows, 1):
        given = row.get("verdict")
        if number == 1 or not isinstance(given, dict):
            formed = given is None or isinstance(given, dict)
            check_columns({name: None if name != "verdict" or formed else "" for name in row})
        if row["subject"] is None:
            raise BadAnswer(f"row {number} has no subject", number)
        if given is None:
            says = f"row {number} has no verdict: no branch of the case took it; end with else unknown(…)"
            raise BadAnswer(says, number)
        if given.keys() != {"verdict", "says", "reason"} or given["verdict"] not in GIVEN:
            raise BadAnswer(f"row {number} has a verdict that is none; {HOW}", number)
        if given["says"] is not None and len(given["says"]) > LONGEST:
            raise BadAnswer(f"row {number} has a sentence of more than {LONGEST:,} characters", number)
        if given["says"] is None:
            says = f"row {number} has no sentence: a part of it is null; use format() or coalesce()"
            raise BadAnswer(says, number)
        yield Answer(given["verdict"], given["says"], given["reason"])
