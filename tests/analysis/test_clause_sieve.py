"""The sieve of patterns never loses a match: whatever RE2 finds, the sieve has let through."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Iterator, Sequence
from pathlib import Path
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import duckdb
import pytest
from hypothesis import Phase, given, settings
from hypothesis import example as case
from hypothesis import strategies as st

from auditgen.analysis.clauses import find_clauses, prepare, sieve
from auditgen.analysis.clauses.patterns import (
    PLACEHOLDER,
    REFERENCE,
    RULE,
    fold,
    fold_pattern,
    literal,
    match,
    matched_words,
    together,
)
from auditgen.analysis.clauses.sentences import Sentence
from auditgen.analysis.clauses.sieve import Sieve, parts
from auditgen.audit.checks.packs import builtin_folder, clause_set, load_pack
from auditgen.evidence.store import Store
from tests.conftest import AS_OF

pytestmark = pytest.mark.slow

CONNECTION = duckdb.connect()
CONNECTION.execute("pragma disable_optimizer")
CLAUSES = clause_set(load_pack(builtin_folder(), "auditgen", verify=False)[0])
KINDS = ("found", "partial", "heading", "declined")
SHIPPED = sorted(
    {pattern for clause in CLAUSES.values() for kind in KINDS for pattern in clause.get(kind, ())}
    | {RULE, PLACEHOLDER, REFERENCE}
)
# Characters a sentence of a policy may hold, and some that fold into them.
MARKS = string.ascii_letters + string.digits + " -'.,:;()@#/_\n~[]|?ÀéßıİſKﬁ½’–…•\u00a0\u2028漢"


def re2(pattern: str, text: str) -> bool | None:
    """Whether RE2 finds a folded pattern in a folded text; None when it refuses the pattern."""
    try:
        row = CONNECTION.execute(f"select regexp_matches($text, {literal(pattern)})", {"text": text}).fetchone()
    except duckdb.Error:
        return None
    return bool(row and row[0])


def written_out(tree: Any, chance: random.Random) -> Iterator[str]:
    """A text that a parsed pattern describes; assertions are passed over, so not every text is matched."""
    for kind, value in tree:
        if kind is code.LITERAL:
            yield chr(value)
        elif kind is code.NOT_LITERAL:
            yield chance.choice("ab -")
        elif kind is code.ANY:
            yield chance.choice(" aZ -é.")
        elif kind is code.IN:
            yield one_of(value, chance)
        elif kind is code.BRANCH:
            yield from written_out(chance.choice(value[1]), chance)
        elif kind is code.SUBPATTERN:
            yield from written_out(value[-1], chance)
        elif kind in (code.MAX_REPEAT, code.MIN_REPEAT):
            least, most, inner = value
            # A gap between words is mostly no word itself.
            for _ in range(max(least, 1) if most > 5 else chance.randint(least, min(most, least + 1))):
                yield from written_out(inner, chance)


def one_of(items: Sequence[Any], chance: random.Random) -> str:
    """A character of a class."""
    if items[0][0] is code.NEGATE:
        inside = "[^" + "".join(_again(item) for item in items[1:]) + "]"
    else:
        inside = "[" + "".join(_again(item) for item in items) + "]"
    if chance.random() < 0.9 and re.fullmatch(inside, " ", re.A):
        return " "
    return chance.choice([mark for mark in map(chr, range(32, 127)) if re.fullmatch(inside, mark, re.A)])


def _again(item: tuple[Any, Any]) -> str:
    kind, value = item
    if kind is code.CATEGORY:
        return {
            code.CATEGORY_DIGIT: r"\d", code.CATEGORY_NOT_DIGIT: r"\D", code.CATEGORY_SPACE: r"\s",
            code.CATEGORY_NOT_SPACE: r"\S", code.CATEGORY_WORD: r"\w", code.CATEGORY_NOT_WORD: r"\W",
        }[value]  # fmt: skip
    if kind is code.RANGE:
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
    return re.escape(chr(value))


def disguised(text: str, chance: random.Random) -> str:
    """The same text as a person may write it: capitals, accents, other quotes and dashes, words around it."""
    other = {"e": "é", "a": "À", "'": "’", "-": "–", " ": "\u00a0", "s": "ſ", "k": "K", "i": "İ"}
    marks = [other.get(mark, mark) if chance.random() < 0.02 else mark for mark in text]
    marks = [mark.upper() if mark.isascii() and chance.random() < 0.2 else mark for mark in marks]
    return (
        chance.choice(["", "We say: ", "x", "-", "_"]) + "".join(marks) + chance.choice(["", ".", " of it", "x", "_"])
    )


# Nothing is gained by a smaller seed.
@settings(max_examples=6, phases=(Phase.explicit, Phase.generate))
@given(st.integers(0, 2**32))
def test_lets_every_shipped_pattern_through_that_matches(seed: int) -> None:
    """Texts made of the alternatives of each pattern itself."""
    chance = random.Random(seed)
    folded = [fold_pattern(pattern) for pattern in SHIPPED]
    texts = [fold(disguised("".join(written_out(_parser.parse(pattern, re.A), chance)), chance)) for pattern in folded]
    columns = [
        f"regexp_matches({literal(text)}, {literal(pattern)})" for text, pattern in zip(texts, folded, strict=True)
    ]
    matched = CONNECTION.execute(f"select {', '.join(columns)}").fetchone() or ()
    # The texts are what the patterns describe, so that many do match.
    assert sum(matched) > len(SHIPPED) / 3
    lost = [
        (pattern, text)
        for pattern, text, found in zip(folded, texts, matched, strict=True)
        if found and not Sieve([text]).of([pattern])
    ]
    assert lost == []


WORDS = st.sampled_from(
    ["post", "posts", "re", "press office", "a", "it", "self-care", "don't", "x_y", "7", "é", "Team"]
)
ATOMS = st.one_of(
    WORDS,
    st.sampled_from(
        [".", " ", "-", ":", r"\b", r"\B", r"\w", r"\W", r"\s", r"\d", r"\.", r"\-", "[- ]", "[a-c]", "[^x]", "[sz]", "^",
         "$", "[", "]", "{", "}", r"\x41", r"\Qa|b\E", r"\pL", "(?i)", "[[:alpha:]]", "~", "/", "#", "["]
    ),
)  # fmt: skip
REPEATS = st.sampled_from(
    ["", "", "", "?", "*", "+", "{2}", "{0,3}", "{1,2}", "{0}", "{,2}", "{3,1}", "{2000}", "??", "+?", "**"]
)


def groups(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Sequences, alternatives and groups of patterns, some of them repeated."""
    row = st.lists(st.tuples(inner, REPEATS).map("".join), min_size=1, max_size=4).map("".join)
    either = st.lists(row, min_size=1, max_size=3).map("|".join)
    return st.one_of(
        row,
        either,
        st.tuples(st.sampled_from(["(", "(?:", "(", "(?i:", "(?P<n>"]), either, st.just(")")).map("".join),
        st.tuples(st.just(r"\b("), either, st.sampled_from([r")\b", r")+\b", r")?\b", ") ", ")[- ]?", ") ?", r")\s"])).map("".join),
    )  # fmt: skip


PATTERNS = st.recursive(ATOMS, groups, max_leaves=12)
TEXTS = st.one_of(
    st.lists(st.sampled_from(["post", "posts", "re", "press office", "a", "it", "self-care", "don't", "x_y", "7", "é",
                              "team", " ", "-", "s", ".", "A", "\n", "_", "~", "pres", "b"]), max_size=9).map("".join),
    st.text(MARKS, max_size=20),
)  # fmt: skip


@settings(max_examples=600)
@given(PATTERNS, st.lists(TEXTS, min_size=1, max_size=4))
@case(r"\b(post|team)+\b", ["postteam"])
@case(r"on[- ]?call", ["oncall"])
@case(r"(axo.o|team)\b", ["axo-o"])
@case(r"\b(re-?)?post", ["repost"])
@case(r"posts?\b|x{0}", ["nothing"])
@case("press  office", ["press  office"])
@case(r"\x41team", ["ateam"])
@case(r"a(?:b|)c", ["ac"])
@case("self-care", ["self–care"])
@case(r"\bteam \bpost", ["team post"])
@case("[z-a]post", ["nothing"])
@case("(post){40}{40}", ["nothing"])
@case("(?:(?:post){40}){40}", ["nothing"])
def test_lets_every_pattern_through_that_matches(pattern: str, texts: list[str]) -> None:
    """Patterns of every grammar, and what is no pattern; a refused one is never taken apart."""
    folded, plain = fold_pattern(pattern), [fold(text) for text in texts]
    found = [re2(folded, text) for text in plain]
    kept = Sieve(plain).of([folded])
    if None in found:
        assert kept == [folded]
        return
    again = [bool(re2(together(kept), text)) if kept else False for text in plain]
    assert again == found


@settings(max_examples=150)
@given(st.sampled_from(SHIPPED), st.data())
def test_the_alternatives_of_a_pattern_match_what_it_matches(pattern: str, data: st.DataObject) -> None:
    folded = fold_pattern(pattern)
    inside = st.from_regex(re.compile(folded, re.A), alphabet=string.printable.lower())
    text = fold(data.draw(inside))[:2_000]
    every = together(part.pattern for part in parts(folded))
    kept = together(Sieve([text]).of([folded]))
    asked = [f"regexp_extract($text, {literal(item)})" for item in (f"(?:{folded})", every, kept or "[^\\s\\S]")]
    whole, split, sifted = CONNECTION.execute(f"select {', '.join(asked)}", {"text": text}).fetchone() or ()
    assert whole == split == sifted
    assert bool(re2(folded, text)) == bool(kept and re2(kept, text))


def sentence(text: str, number: int = 1) -> Sentence:
    return Sentence("plan.md", number, "paragraph", "Rules", "", number, None, text)


def test_leaves_most_patterns_aside() -> None:
    """What it is for: a short text needs few of them."""
    chosen = Sieve([fold("Two people approve every post before it goes out.")]).of(map(fold_pattern, SHIPPED))
    assert 0 < len(chosen) < len(SHIPPED) / 10


def test_hits_are_the_same() -> None:
    sentences = [
        sentence(text, n) for clause in CLAUSES.values() for n, text in enumerate([str(clause.get("present"))])
    ]
    plain, sifted = (match(CONNECTION, sentences, CLAUSES, sift=choice) for choice in (False, True))
    for name in ("found", "partial", "led", "heading", "declined", "rule", "unfilled", "reference"):
        assert (getattr(plain, name) == getattr(sifted, name)).all(), name
    assert plain.found.any()


def test_a_refused_pattern_is_told_though_its_words_stand_nowhere() -> None:
    clauses = {"broken": {"found": [r"\bnowhere\b(", "post"]}, "whole": {"found": ["post"]}}
    hits = match(CONNECTION, [sentence("We post.")], clauses, sift=True)
    assert list(hits.wrong) == ["broken"]
    assert hits.found.tolist() == [[False, True]]


def test_words_come_from_the_text_as_written() -> None:
    wanted = [
        ("Ask the Press–Office first.", [r"\bpress[- ]office\b"]),
        ("Nothing\x00here", ["team"]),
        ("x\x00Team", ["team"]),
    ]
    assert matched_words(CONNECTION, wanted) == ["Press–Office", None, "Team"]


def test_long_texts_are_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sieve, "LONGEST_TEXT", 3)
    assert Sieve(["nothing of it"]).of(["team|post"]) == ["team", "post"]


def test_the_example_gives_the_same_clauses(example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from auditgen.run.audit import gather_into
    from auditgen.run.load import load
    from auditgen.run.options import Options

    loaded = load(example)
    with Store() as store:
        gather_into(store, loaded, Options(example, AS_OF))
        found = []
        for idle in (False, True):
            if idle:
                monkeypatch.setattr(Sieve, "of", lambda self, patterns: list(patterns))
            assert find_clauses(store, clause_set(loaded.checks)) == {}
            found.append(store.select("select * from clauses order by all"))
    assert found[0] == found[1]
    assert len(found[0]) > 50


def test_preparing_changes_nothing_and_a_broken_pattern_stops_nothing() -> None:
    clauses = {"broken": {"found": ["post("]}, "whole": {"found": ["post"], "heading": ["rules"]}}
    prepare({})
    prepare(clauses)
    hits = match(CONNECTION, [sentence("We post.")], clauses, sift=True)
    assert list(hits.wrong) == ["broken"]
    assert hits.found.tolist() == [[False, True]]
    assert hits.heading.tolist() == [[False, True]]
