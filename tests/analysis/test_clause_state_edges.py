"""States of a clause at the thresholds of their bands, and which of two that disagree is shown."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from auditgen.analysis.clauses import states
from auditgen.analysis.clauses.detect import Reading
from auditgen.analysis.clauses.model import DOCUMENT, Model
from auditgen.analysis.clauses.patterns import Hits
from auditgen.analysis.clauses.reviews import Review
from auditgen.analysis.clauses.sentences import Sentence, digest
from auditgen.analysis.clauses.states import STATES, Found, band, find_states, ranked

# A document is as likely to cover the clause as its best sentence is to say it.
MODEL = Model({}, {}, {}, {"best": 1.0})
CLAUSE = {"c": {"name": "C", "facts": ["owner", "review_due_on"]}}


def odds(p: float) -> float:
    return math.log(p / (1 - p))


def says(
    text: str, p: float, document: str = "d", heading: str = "Rules", **flags: bool
) -> tuple[Sentence, float, dict[str, bool]]:
    """A sentence that says it with so much likelihood, and what matches in it."""
    return Sentence(document, 1, "paragraph", heading, "", 1, None, text), odds(p), flags


def found(*sentences: tuple[Sentence, float, dict[str, bool]], reviews: Sequence[Review] = (), facts: dict[str, Any] | None = None,
          documents: Sequence[str] = ("d",)) -> list[Found]:  # fmt: skip
    units = [sentence for sentence, _, _ in sentences]
    shape = (len(units), 1)

    def column(name: str) -> Any:
        return np.asarray([flags.get(name, False) for _, _, flags in sentences], dtype=bool)

    none = np.zeros(shape, dtype=bool)
    hits = Hits(column("found").reshape(shape), none, none, none, column("declined").reshape(shape), column("rule"),
                column("unfilled"), column("reference"), {})  # fmt: skip
    sentence = np.asarray([score for _, score, _ in sentences], dtype=float).reshape(shape)
    empty = np.zeros((len(documents), 1, len(DOCUMENT)))
    reading = Reading(
        units, ["c"], hits, np.zeros((*shape, 10)), sentence, list(documents), empty, np.zeros((len(documents), 1))
    )
    return find_states(reading, CLAUSE, MODEL, {"d": facts or {}}, reviews)


def shown(*sentences: tuple[Sentence, float, dict[str, bool]], **more: Any) -> list[tuple[str, str]]:
    return [(item.state, item.text) for item in found(*sentences, **more)]


@pytest.mark.parametrize(
    ("probability", "name"),
    [
        (1.0, "found_sure"), (0.79, "found_sure"), (0.78, "found_sure"), (0.7799, "found_check"), (0.41, "found_check"),
        (0.40, "found_check"), (0.3999, "not_found_check"), (0.13, "not_found_check"), (0.12, "not_found_check"),
        (0.1199, "not_found"), (0.0, "not_found"),
    ],
)  # fmt: skip
def test_bands(probability: float, name: str) -> None:
    assert band(probability) == name


@pytest.mark.parametrize(
    ("p", "flags", "state"),
    [
        pytest.param(0.79, {}, "found_sure", id="just sure"),
        pytest.param(0.77, {}, "found_check", id="just not sure"),
        pytest.param(0.51, {}, "found_check", id="a sentence that is more likely than not"),
        pytest.param(0.49, {}, "not_found_check", id="a sentence less likely than not is no evidence"),
        pytest.param(0.13, {}, "not_found_check", id="just worth a look"),
        pytest.param(0.11, {}, None, id="not worth a look"),
        pytest.param(0.9, {"declined": True}, "declined", id="said, and refused"),
        pytest.param(0.9, {"unfilled": True}, "hollow", id="said, with an open field"),
        pytest.param(0.41, {"unfilled": True}, "hollow", id="perhaps said, with an open field"),
        pytest.param(0.39, {"unfilled": True}, None, id="hardly said, with an open field"),
        pytest.param(0.9, {"unfilled": True, "declined": True}, "declined", id="refused before open"),
        pytest.param(0.9, {"reference": True}, "found_sure", id="sure, although it points elsewhere"),
        pytest.param(0.7, {"reference": True}, "referenced", id="pointed to"),
        pytest.param(0.3, {"reference": True}, "referenced", id="hardly said and pointed to"),
        pytest.param(0.7, {"reference": True, "found": True}, "found_check", id="pointed to and said"),
    ],
)
def test_one_sentence(p: float, flags: dict[str, bool], state: str | None) -> None:
    assert shown(says("It is so.", p, **flags)) == ([(state, "It is so.")] if state else [])


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        pytest.param([says("one", 0.8), says("two", 0.9)], [("found_sure", "two"), ("found_sure", "one")], id="the better first"),
        pytest.param([says("one", 0.8), says("two", 0.8)], [("found_sure", "one"), ("found_sure", "two")], id="of equals the first"),
        pytest.param([says("one", 0.9), says("two", 0.85), says("three", 0.8)], [("found_sure", "one"), ("found_sure", "two")],
                     id="two at most"),
        pytest.param([says("one", 0.9), says("two", 0.19)], [("found_sure", "one"), ("found_sure", "two")], id="a second worth showing"),
        pytest.param([says("one", 0.9), says("two", 0.18)], [("found_sure", "one")], id="a second not worth showing"),
        pytest.param([says("one", 0.9, unfilled=True), says("two", 0.8)], [("found_sure", "two")], id="filled before hollow"),
        pytest.param([says("one", 0.9, unfilled=True), says("two", 0.3)], [("hollow", "one"), ("hollow", "two")],
                     id="hollow before hardly said"),
        pytest.param([says("one", 0.9, declined=True), says("two", 0.8)], [("found_sure", "two")], id="said before declined"),
        pytest.param([says("one", 0.9, declined=True), says("two", 0.3)], [("declined", "one")], id="declined before hardly said"),
        pytest.param([says("one", 0.9, declined=True), says("two", 0.9, declined=True)], [("declined", "one")],
                     id="the first that refuses"),
        pytest.param([says("one", 0.9, unfilled=True), says("two", 0.9, declined=True)], [("hollow", "one")],
                     id="hollow before declined"),
    ],
)  # fmt: skip
def test_two_sentences_of_one_document(sentences: list[Any], expected: list[tuple[str, str]]) -> None:
    assert shown(*sentences) == expected


@pytest.mark.parametrize(
    ("heading", "text", "state"),
    [
        ("Rules", "[fill in: name] decides.", "hollow"),
        ("Holding statements", "It is so.", "found_sure"),
        ("Message templates", "It is so.", "found_sure"),
        ("Rules", "It is so.", "hollow"),
        ("Holding statements", "[fill in: name] decides.", "hollow"),
    ],
)
def test_a_slot_is_the_point_of_a_prepared_text_and_not_of_a_starter(heading: str, text: str, state: str) -> None:
    assert shown(says(text, 0.9, heading=heading, unfilled=True)) == [(state, text)]


def test_an_open_field_makes_its_whole_section_hollow_and_no_other() -> None:
    gap = says("[fill in: name] decides.", 0.1, heading="A")
    assert shown(gap, says("said", 0.9, heading="A"))[0] == ("hollow", "said")
    assert shown(gap, says("said", 0.9, heading="B"))[0] == ("found_sure", "said")
    other = says("said", 0.9, heading="A", document="e")
    assert [item.state for item in found(gap, other, documents=("d", "e"))] == ["found_sure"]


@pytest.mark.parametrize(
    ("sentences", "facts", "expected"),
    [
        pytest.param([says("x", 0.5)], {"owner": "Kim"}, [("found_sure", "Owner: Kim"), ("found_sure", "x")], id="a fact is sure, and first"),
        pytest.param([says("x", 0.9, found=True)], {"owner": "Kim"}, [("found_sure", "x")], id="a sentence that says it first"),
        pytest.param([says("x", 0.13)], {"owner": "Kim"}, [("found_sure", "Owner: Kim")], id="a weak sentence is not shown beside it"),
        pytest.param([says("x", 0.9)], {"owner": "", "review_due_on": None}, [("found_sure", "x")], id="an empty fact is none"),
        pytest.param([says("x", 0.8)], {"review_due_on": "2027-01-01", "owner": "Kim"},
                     [("found_sure", "Owner: Kim; Review due: 2027-01-01"), ("found_sure", "x")], id="two facts in one line"),
        pytest.param([says("x", 0.8), says("y", 0.8)], {"owner": "Kim"}, [("found_sure", "Owner: Kim"), ("found_sure", "x")],
                     id="a fact takes one of two places"),
        pytest.param([says("x", 0.8)], {"version": "3"}, [("found_sure", "x")], id="a fact the clause does not ask for"),
    ],
)  # fmt: skip
def test_what_a_document_says_of_itself(
    sentences: list[Any], facts: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert shown(*sentences, facts=facts) == expected


def review(verdict: str, text: str = "said", document: str = "d", **more: Any) -> Review:
    return Review("c", verdict, document, digest(text), **more)


@pytest.mark.parametrize(
    ("p", "reviews", "expected"),
    [
        pytest.param(0.05, [review("accepted")], [("accepted", "said")], id="a person says that it does"),
        pytest.param(0.9, [review("accepted")], [("accepted", "said")], id="accepted stands for sure"),
        pytest.param(0.9, [review("rejected")], [], id="a person says that it does not"),
        pytest.param(0.9, [review("rejected", "other")], [("found_sure", "said")], id="another sentence was rejected"),
        pytest.param(0.9, [review("accepted", "old", says="It was so.")], [("found_sure", "said")],
                     id="the accepted one is gone, and another is sure"),
        pytest.param(0.77, [review("accepted", "old", says="It was so.")], [("reopened", "It was so.")],
                     id="the accepted one is gone, and nothing is sure"),
        pytest.param(0.05, [review("accepted", "old")], [("reopened", "the accepted sentence")], id="gone, without its words"),
        pytest.param(0.9, [review("accepted", document="e")], [("found_sure", "said"), ("reopened", "the accepted sentence")],
                     id="accepted in another document"),
        pytest.param(0.05, [review("accepted"), review("accepted", "old")], [("accepted", "said")], id="one of two still stands"),
        pytest.param(0.05, [review("accepted", "old"), review("accepted")], [("accepted", "said")], id="the same in another order"),
        pytest.param(0.9, [Review("c", "not-applicable", reason="no bots", who="kim")], [("not_applicable", "no bots (kim)")],
                     id="it does not apply"),
        pytest.param(0.9, [Review("c", "not-applicable", reason="no bots")], [("not_applicable", "no bots")], id="says nobody"),
        pytest.param(0.9, [Review("other", "not-applicable", reason="no bots")], [("found_sure", "said")], id="another clause"),
        pytest.param(0.9, [Review("other", "accepted", "d", digest("said"))], [("found_sure", "said")], id="accepted for another"),
        pytest.param(0.9, [Review("other", "rejected", "d", digest("said"))], [("found_sure", "said")], id="rejected for another"),
    ],
)  # fmt: skip
def test_what_people_decided(p: float, reviews: list[Review], expected: list[tuple[str, str]]) -> None:
    assert shown(says("said", p), reviews=reviews) == expected


def test_a_rejected_sentence_leaves_the_place_to_the_next() -> None:
    assert shown(says("said", 0.9), says("also", 0.8), reviews=[review("rejected")]) == [("found_sure", "also")]


def test_an_accepted_sentence_takes_the_others_of_its_document_away() -> None:
    assert shown(says("said", 0.8), says("also", 0.9), reviews=[review("accepted")]) == [("accepted", "said")]


def test_what_a_passage_tells_of_itself() -> None:
    first, second = found(says("one", 0.8), says("two", 0.9))
    assert (first.place, first.sentence, round(first.probability, 2), first.document, first.clause) == (
        1,
        1,
        0.9,
        "d",
        "c",
    )
    assert (second.place, second.sentence, round(second.score, 4)) == (2, 0, round(odds(0.8), 4))


def test_a_weak_sentence_is_never_called_likely() -> None:
    (one,) = found(says("one", 0.49))
    assert (one.state, one.probability) == ("not_found_check", 0.39)


def at(state: str, document: str = "d", place: int = 1, p: float = 0.5, score: float = 1.0) -> Found:
    return Found("c", document, state, p, place, 1, "t", score)


def test_the_order_of_states_from_best_to_worst() -> None:
    assert STATES == (
        "not_applicable", "accepted", "found_sure", "reopened", "found_check", "hollow", "declined", "referenced",
        "not_found_check",
    )  # fmt: skip
    for better, worse in itertools.pairwise(STATES):
        assert [item.state for item in ranked([at(worse, p=0.99, score=9), at(better, p=0.01, score=-9)])["c"]] == [
            better,
            worse,
        ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(at("found_sure", p=0.8, score=0), at("found_check", p=0.9, score=9), id="the state before all"),
        pytest.param(
            at("found_sure", place=1, p=0.8), at("found_sure", place=2, p=0.9), id="the best passage of its document"
        ),
        pytest.param(at("found_sure", p=0.9, score=0), at("found_sure", p=0.8, score=9), id="the likelier document"),
        pytest.param(at("found_sure", p=0.9, score=2), at("found_sure", p=0.9, score=1), id="the better sentence"),
        pytest.param(
            at("found_sure", p=0.9, score=2),
            at("found_sure", p=0.9000001, score=1),
            id="a millionth makes no difference",
        ),
        pytest.param(at("found_sure", "a"), at("found_sure", "b"), id="the name of the document"),
    ],
)
def test_which_passage_is_shown_first(first: Found, second: Found) -> None:
    assert ranked([second, first])["c"] == ranked([first, second])["c"] == [first, second]


def test_the_thresholds() -> None:
    assert (states.SURE, states.CHECK, states.UNLIKELY, states.LEAST_SENTENCE, states.PASSAGES) == (
        0.78,
        0.40,
        0.12,
        0.0,
        2,
    )
