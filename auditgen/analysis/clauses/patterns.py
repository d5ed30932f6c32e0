"""Patterns of clauses over sentences. RE2, run by DuckDB without regard to case, so no pattern can run away.

Texts and patterns are folded to lower-case ASCII, character by character: a pattern of plain letters compiles in a
third of the time of one that has to know every case and every alphabet.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import duckdb

    from auditgen.analysis.clauses.units import Unit

Flags = npt.NDArray[np.bool_]

# A bracketed slot, TBD and TODO, an empty cell, or a sentence that says somebody still has to write it.
PLACEHOLDER = (
    r"\b(tbd|tbc|todo|fixme|lorem ipsum|xx+)\b"
    r"|\bto be (added|agreed|announced|completed|confirmed|decided|defined|determined|written)\b"
    r"|\[[^\]]*\b(add|company|date|email|e-mail|fill in|insert|link|name|number|organi[sz]ation|phone|role|team|time|"
    r"title|your)\b[^\]]*\]|\{\{[^}]*\}\}|<<[^>]*>>|_{4,}|<(insert|name|date|your|company|organi[sz]ation)[^>]{0,40}>"
    r"|\b(we|you) (still )?need to (identify|decide|agree|define) (who|what|which|how)\b|^[^:;]{2,40}:\s*[-–—]?\s*;"
)
RULE = (
    r"\b(must|shall|should|will|may not|required?|requires|mandatory|never|always|do not|don.t|ensure|is to be|"
    r"are to be|is responsible|are responsible|prohibited|not permitted|not allowed|cannot|needs? to|have to|has to)\b"
)
# The rule stands in another document, which may not have been given.
REFERENCE = (
    r"\b(see|refer to|referring to|consult|follow|set out in|described in|covered (by|in)|detailed in|found in|"
    r"in (line|accordance) with|according to|read (the|our|with))\b.{0,60}"
    r"\b(polic(y|ies)|procedures?|plan|guidance|guidelines?|handbook|playbook|manual|document|standard|page|runbook)\b"
)


# Fewer columns than twice this are not worth a second query.
FEW = 10


@dataclass(frozen=True)
class Hits:
    """Which patterns match; rows are units, columns clauses in the order given.

    found, partial, declined  in the sentence itself
    led      found in the sentence together with the line that leads into its list, and not in it alone
    heading  in the nearest heading
    rule, unfilled, reference  one value a unit
    wrong    clause → class of the error of its patterns, which then match nothing
    """

    found: Flags
    partial: Flags
    led: Flags
    heading: Flags
    declined: Flags
    rule: Flags
    unfilled: Flags
    reference: Flags
    wrong: Mapping[str, str]


class _Folding(dict[int, str]):
    """Code point → one lower-case ASCII character; filled as texts ask for it."""

    def __missing__(self, code: int) -> str:
        mark = chr(code)
        base = _ALIKE.get(mark) or unicodedata.normalize("NFKD", mark)[:1].lower()
        self[code] = base if len(base) == 1 and base.isascii() else " " if mark.isspace() else "~"
        return self[code]


_ALIKE = {
    **dict.fromkeys("‘’‚‛′", "'"),
    **dict.fromkeys("“”„‟″", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": ".",
    "•": "*",
    "·": "*",
}
_FOLDING = _Folding()
_ESCAPED = re.compile(r"\\p\{[^}]*\}|\\[pP].|\\.|[A-Z]|[^\x00-\x7f]", re.S)
_ANY = re.compile(r"(?<!\\)\.(?=[{*+?])")


def fold(text: str) -> str:
    """A text as patterns see it; every character stays in its place."""
    return text.translate(_FOLDING)


def fold_pattern(pattern: str) -> str:
    """A pattern for folded texts: plain letters in lower case, escapes as they are, and any character is ASCII."""

    def folded(match: re.Match[str]) -> str:
        if match[0][0] == "\\":
            return match[0]
        plain = fold(match[0])
        # A dash inside brackets would become a range.
        return plain if plain.isalpha() or plain in "'\"" else f"\\{plain}"

    return _ANY.sub("[ -~]", _ESCAPED.sub(folded, pattern))


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def together(patterns: Iterable[str]) -> str:
    """One alternation: compiled once, where separate patterns would each cost a pass."""
    return "|".join(f"(?:{pattern})" for pattern in patterns)


def _matches(column: str, pattern: str) -> str:
    return f"regexp_matches({column}, {literal(fold_pattern(pattern))})" if pattern else "false"


def match(
    connection: duckdb.DuckDBPyConnection, units: Sequence[Unit], clauses: Mapping[str, Mapping[str, Any]]
) -> Hits:
    """Match every clause against every unit. Patterns RE2 refuses match nothing and are named in `wrong`."""
    joined = {
        name: {key: together(clause.get(key, ())) for key in ("found", "partial", "heading", "declined")}
        for name, clause in clauses.items()
    }
    try:
        return _match(connection, units, joined, {})
    except Exception:
        wrong = _refused(connection, joined)
        if not wrong:
            raise
    return _match(connection, units, {**joined, **{name: dict.fromkeys(joined[name], "") for name in wrong}}, wrong)


def _match(
    connection: duckdb.DuckDBPyConnection,
    units: Sequence[Unit],
    joined: Mapping[str, Mapping[str, str]],
    wrong: Mapping[str, str],
) -> Hits:
    headings = sorted({unit.last_heading for unit in units})
    place = {heading: number for number, heading in enumerate(headings)}
    leads = [number for number, unit in enumerate(units) if unit.lead]
    # Items with their lead are further rows of the same query, since compiling the patterns costs most.
    texts = [unit.text for unit in units] + [f"{units[number].lead} {units[number].text}" for number in leads]
    columns = [_matches("text", item[key]) for item in joined.values() for key in ("found", "partial", "declined")]
    every = _run(connection, texts, [*columns, *(_matches("text", each) for each in (RULE, PLACEHOLDER, REFERENCE))])
    under = _run(connection, headings, [_matches("text", item["heading"]) for item in joined.values()])
    own, with_lead = every[: len(units)], every[len(units) :]
    found, partial, declined = (own[:, key : 3 * len(joined) : 3] for key in range(3))
    rule, unfilled, reference = own[:, -3].copy(), own[:, -2], own[:, -1]
    led = np.zeros_like(found)
    if leads:
        led[leads] = with_lead[:, 0 : 3 * len(joined) : 3] & ~found[leads]
        rule[leads] |= with_lead[:, -3]
    nearest = under[[place[unit.last_heading] for unit in units]] if units else np.zeros_like(found)
    return Hits(found, partial, led, nearest, declined, rule, unfilled, reference, wrong)


def _refused(connection: duckdb.DuckDBPyConnection, joined: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Clauses with a pattern that is none; asked only when something went wrong."""
    wrong = {}
    for name, item in joined.items():
        try:
            connection.execute(f"select {', '.join(_matches(literal(''), each) for each in item.values())}").fetchall()
        except Exception as error:  # one broken pattern leaves its own clause without evidence, no other
            wrong[name] = type(error).__name__
    return wrong


def _run(connection: duckdb.DuckDBPyConnection, texts: Sequence[str], columns: Sequence[str]) -> Flags:
    """A column of truth for each expression over `text`, in the order of the texts."""
    if not texts or not columns:
        return np.zeros((len(texts), len(columns)), dtype=bool)
    sent = json.dumps([fold(text) for text in texts])
    half = len(columns) // 2
    if half < FEW:
        return _query(connection, sent, len(texts), columns)
    # Compiling takes longer than matching over an ordinary set, and one query compiles on one processor.
    with ThreadPoolExecutor(2) as pool, connection.cursor() as beside:
        first = pool.submit(_query, connection, sent, len(texts), columns[:half])
        second = pool.submit(_query, beside, sent, len(texts), columns[half:])
        return np.hstack([first.result(), second.result()])


def _query(connection: duckdb.DuckDBPyConnection, sent: str, count: int, columns: Sequence[str]) -> Flags:
    names = ", ".join(f"{column} as c{number}" for number, column in enumerate(columns))
    # Places are kept beside the texts, since no order is promised for rows.
    query = (
        f"select place, {names} from (select unnest(range($n)) as place, "
        f"unnest(from_json($texts::json, '[\"VARCHAR\"]')) as text) order by place"
    )
    got = connection.execute(query, {"texts": sent, "n": count}).fetchnumpy()
    return np.column_stack([np.asarray(got[f"c{number}"], dtype=bool) for number in range(len(columns))])


def matched_words(
    connection: duckdb.DuckDBPyConnection, wanted: Sequence[tuple[str, Sequence[str]]]
) -> list[str | None]:
    """For each (text, patterns) the words that matched, or None."""
    # A query a clause, so that its pattern is a constant and compiled once.
    groups: dict[str, list[int]] = {}
    for number, (_, patterns) in enumerate(wanted):
        if patterns:
            groups.setdefault(fold_pattern(together(patterns)), []).append(number)
    words: list[str | None] = [None] * len(wanted)
    for pattern, numbers in groups.items():
        texts = [fold(wanted[number][0]) for number in numbers]
        rows = connection.execute(
            f"select regexp_extract(text, {literal(pattern)}) from (select unnest(range($n)) as place, "
            "unnest(from_json($texts::json, '[\"VARCHAR\"]')) as text) order by place",
            {"texts": json.dumps(texts), "n": len(numbers)},
        ).fetchall()
        for number, text, (said,) in zip(numbers, texts, rows, strict=True):
            at = text.find(said) if said else -1
            words[number] = wanted[number][0][at : at + len(said)].strip() if at >= 0 else None
    return words
