"""Patterns of clauses over sentences. RE2, run by DuckDB without regard to case, so no pattern can run away.

Texts and patterns are folded to lower-case ASCII, character by character: a pattern of plain letters compiles in a
third of the time of one that has to know every case and every alphabet.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from auditgen.analysis.clauses import sieve
from auditgen.analysis.clauses.sieve import Needles, Sieve, parts
from auditgen.files.kept import kept, stamp

if TYPE_CHECKING:
    import duckdb

    from auditgen.analysis.clauses.sentences import Sentence

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
    """Which patterns match; rows are sentences, columns clauses in the order given.

    found, partial, declined  in the sentence itself
    led      found in the sentence together with the line that leads into its list, and not in it alone
    heading  in the nearest heading
    rule, unfilled, reference  one value a sentence
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


_folded: dict[str, str] = {}


def fold_pattern(pattern: str) -> str:
    """A pattern for folded texts: plain letters in lower case, escapes as they are, and any character is ASCII."""
    if pattern not in _folded:
        _folded[pattern] = _fold_pattern(pattern)
    return _folded[pattern]


def _fold_pattern(pattern: str) -> str:
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


def _matches(column: str, folded: str) -> str:
    return f"regexp_matches({column}, {literal(folded)})"


# The folded patterns that are to be compiled, of those a clause has.
Chosen = Callable[[Iterable[str]], list[str]]


def _every(patterns: Iterable[str]) -> list[str]:
    return [fold_pattern(pattern) for pattern in patterns]


def _sifted(texts: Sequence[str]) -> Chosen:
    """Only what can match one of the texts, which are folded."""
    sifting = Sieve(texts)
    return lambda patterns: sifting.of(_every(patterns))


def take_apart(patterns: Iterable[str]) -> None:
    """Make the sieve know patterns of the program before there is a text; what is made of them is kept."""
    every = tuple(dict.fromkeys(patterns))

    def plain() -> list[tuple[str, list[tuple[str, tuple[Needles, ...]]]]]:
        folded = map(fold_pattern, every)
        return [(pattern, [(part.pattern, part.needed) for part in parts(pattern)]) for pattern in folded]

    here = Path(__file__)
    taken = kept(here.parent, "patterns", (every, stamp((here, Path(sieve.__file__)))), plain)
    _folded.update(zip(every, (pattern for pattern, _ in taken), strict=True))
    sieve.remember(taken)


_KINDS = ("found", "partial", "declined")
_ANYWHERE = (RULE, PLACEHOLDER, REFERENCE)


def match(
    connection: duckdb.DuckDBPyConnection,
    sentences: Sequence[Sentence],
    clauses: Mapping[str, Mapping[str, Any]],
    *,
    sift: bool = False,
) -> Hits:
    """Match every clause against every sentence. Patterns RE2 refuses match nothing and are named in `wrong`.

    `sift` leaves patterns aside whose words stand nowhere in the sentences, which changes nothing but the time.
    """
    try:
        return _match(connection, sentences, clauses, {}, sift)
    except Exception:
        wrong = _refused(connection, clauses)
        if not wrong:
            raise
    usable = {name: {} if name in wrong else clause for name, clause in clauses.items()}
    return _match(connection, sentences, usable, wrong, sift)


def _match(
    connection: duckdb.DuckDBPyConnection,
    sentences: Sequence[Sentence],
    clauses: Mapping[str, Mapping[str, Any]],
    wrong: Mapping[str, str],
    sift: bool,
) -> Hits:
    headings = sorted({sentence.last_heading for sentence in sentences})
    place = {heading: number for number, heading in enumerate(headings)}
    leads = [number for number, sentence in enumerate(sentences) if sentence.lead]
    # Items with their lead are further rows of the same query, since compiling the patterns costs most.
    texts = [sentence.text for sentence in sentences] + [
        f"{sentences[number].lead} {sentences[number].text}" for number in leads
    ]
    asked = [clause.get(kind, ()) for clause in clauses.values() for kind in _KINDS]
    every = _run(connection, texts, [*asked, *((pattern,) for pattern in _ANYWHERE)], sift)
    under = _run(connection, headings, [clause.get("heading", ()) for clause in clauses.values()], sift)
    own, with_lead = every[: len(sentences)], every[len(sentences) :]
    found, partial, declined = (own[:, key : len(asked) : 3] for key in range(3))
    rule, unfilled, reference = own[:, -3].copy(), own[:, -2], own[:, -1]
    led = np.zeros_like(found)
    if leads:
        led[leads] = with_lead[:, 0 : len(asked) : 3] & ~found[leads]
        rule[leads] |= with_lead[:, -3]
    nearest = under[[place[sentence.last_heading] for sentence in sentences]] if sentences else np.zeros_like(found)
    return Hits(found, partial, led, nearest, declined, rule, unfilled, reference, wrong)


def _refused(connection: duckdb.DuckDBPyConnection, clauses: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Clauses with a pattern that is none; asked only when something went wrong."""
    wrong = {}
    for name, clause in clauses.items():
        asked = [_every(clause.get(kind, ())) for kind in (*_KINDS, "heading")]
        try:
            columns = [_matches(literal(""), together(patterns)) for patterns in asked if patterns]
            connection.execute(f"select {', '.join(['true', *columns])}").fetchall()
        except Exception as error:  # one broken pattern leaves its own clause without evidence, no other
            wrong[name] = type(error).__name__
    return wrong


def _run(
    connection: duckdb.DuckDBPyConnection, texts: Sequence[str], asked: Sequence[Iterable[str]], sift: bool
) -> Flags:
    """Which texts any pattern of each list matches; rows are texts, columns lists."""
    got = np.zeros((len(texts), len(asked)), dtype=bool)
    folded = [fold(text) for text in texts]
    choose = _sifted(folded) if sift else _every
    chosen = [choose(patterns) for patterns in asked]
    used = [number for number, patterns in enumerate(chosen) if patterns]
    if not texts or not used:
        return got
    columns = [_matches("text", together(chosen[number])) for number in used]
    sent = json.dumps(folded)
    if len(columns) < 2 * FEW:
        got[:, used] = _query(connection, sent, len(texts), columns)
        return got
    # Compiling takes longer than matching over an ordinary set, and one query compiles on one processor.
    shares = _shared_out([len(column) for column in columns])
    with ThreadPoolExecutor(2) as pool, connection.cursor() as beside:
        _rest(beside)
        lanes = [
            pool.submit(_query, lane, sent, len(texts), [columns[number] for number in share])
            for lane, share in zip((connection, beside), shares, strict=True)
        ]
        for share, lane in zip(shares, lanes, strict=True):
            got[:, [used[number] for number in share]] = lane.result()
    return got


def _shared_out(sizes: Sequence[int]) -> tuple[list[int], list[int]]:
    """Numbers of things of these sizes in two shares of about the same size."""
    shares: tuple[list[int], list[int]] = ([], [])
    weights = [0, 0]
    for number in sorted(range(len(sizes)), key=lambda number: -sizes[number]):
        lighter = weights.index(min(weights))
        shares[lighter].append(number)
        weights[lighter] += sizes[number]
    return shares


def _rest(connection: duckdb.DuckDBPyConnection) -> None:
    """Let the optimiser of a new connection rest: it would compile every pattern once more."""
    import duckdb

    # Not in a database whose settings are locked, where it only takes longer.
    with suppress(duckdb.Error):
        connection.execute("pragma disable_optimizer")


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
    # A column for each, so that its pattern is a constant and compiled once.
    columns: list[str] = []
    asked: list[int] = []
    texts: dict[str, int] = {}
    sifters: list[Chosen] = []
    for number, (text, patterns) in enumerate(wanted):
        folded = fold(text)
        if folded not in texts:
            texts[folded] = len(texts) + 1
            sifters.append(_sifted([folded]))
        if chosen := sifters[texts[folded] - 1](patterns):
            columns.append(f"regexp_extract(texts[{texts[folded]}], {literal(together(chosen))})")
            asked.append(number)
    words: list[str | None] = [None] * len(wanted)
    if not columns:
        return words
    row = connection.execute(
        f"select {', '.join(columns)} from (select from_json($texts::json, '[\"VARCHAR\"]') as texts)",
        {"texts": json.dumps(list(texts))},
    ).fetchone()
    for number, said in zip(asked, row or (), strict=True):
        text = wanted[number][0]
        at = fold(text).find(said) if said else -1
        words[number] = text[at : at + len(said)].strip() if at >= 0 else None
    return words
