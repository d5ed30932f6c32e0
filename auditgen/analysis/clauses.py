"""Clauses: which passages of the policy documents say what a clause check asks for.

Patterns are RE2, run by DuckDB without regard to case, so no pattern can run away. A passage counts as
`found` when a found-pattern matches, as `hollow` when it does but still holds a placeholder, and as `partial`
when only a partial- or heading-pattern matches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditgen.evidence.store import Store

# A bracketed slot, TBD and TODO, or a sentence that says somebody still has to write it.
PLACEHOLDER = (
    r"\b(tbd|tbc|todo|to be (added|agreed|confirmed|completed|decided|defined|written)|lorem ipsum|xx+)\b"
    r"|\[[^\]]*\b(name|date|insert|add|number|phone|email|team|company|your)\b[^\]]*\]|\{\{[^}]*\}\}|<<[^>]*>>"
    r"|_{4,}"
)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _any(column: str, patterns: Iterable[str]) -> str:
    # One alternation is compiled once; separate patterns would each cost a compilation for every query.
    joined = "|".join(f"(?:{pattern})" for pattern in patterns)
    return f"regexp_matches({column}, {_literal(joined)}, 'i')" if joined else "false"


def _state(clause: Mapping[str, list[str]]) -> str:
    """SQL expression for the state of a passage with columns text, heading and unfilled."""
    found = _any("text", clause.get("found", ()))
    partial = _any("text", clause.get("partial", ()))
    heading = _any("heading", clause.get("heading", ()))
    return f"case when {found} then if(unfilled, 'hollow', 'found') when {partial} or {heading} then 'partial' end"


_UNFILLED = f"regexp_matches(text, {_literal(PLACEHOLDER)}, 'i') as unfilled"


def clause_state(store: Store, clause: Mapping[str, list[str]], sentence: str) -> str | None:
    """State of one sentence: found, hollow, partial or None."""
    query = f"select {_state(clause)} as state from (select *, {_UNFILLED} from (select $1 as text, '' as heading))"
    rows = store.select(query, [sentence])
    state = rows[0]["state"]
    return None if state is None else str(state)


def find_clauses(store: Store, clauses: Mapping[str, Mapping[str, list[str]]]) -> dict[str, str]:
    """Fill the `clauses` table: for every clause, each passage that says something, the best first.

    Returns the clauses whose patterns could not be used, with the class of the error; the others are filled.
    """
    store.connection.execute("delete from clauses")
    store.connection.execute(
        f"""
        create or replace temp table readable as
        select *, {_UNFILLED} from passages where kind in ('paragraph', 'item', 'row')
        """
    )
    wrong = {}
    for name, clause in clauses.items():
        try:
            store.insert_select(
                "clauses",
                f"""
                select {_literal(name)} as clause, document, state, heading, line, text,
                       row_number() over (
                           order by case state when 'found' then 1 when 'hollow' then 2 else 3 end,
                           document, sequence
                       ) as rank,
                       source, locator, seen_on, 'joined' as basis
                from (select *, {_state(clause)} as state from temp.readable) where state is not null
                """,
            )
        except Exception as error:  # one broken pattern leaves its own clause without evidence, no other
            wrong[name] = type(error).__name__
    store.connection.execute("drop table temp.readable")
    return wrong
