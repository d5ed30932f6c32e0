"""The words of the results at their edges: none, one, two and more."""

from __future__ import annotations

from typing import Any

import pytest

from auditgen.results import wording
from tests.tools.small_world import check

# -- words ------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "says"),
    [
        (1, None, "effort 1"), (0.5, None, "effort 0.5"), (1, "hours", "1 hour"), (1.0, "hours", "1 hour"), (1.5, "hours", "1.5 hours"),
        (2, "hours", "2 hours"), (0, "hours", "0 hours"), (1, "hour", "1 hour"), (2, "hour", "2 hour"), (1, "", "effort 1"),
        (0.5, "days", "0.5 days"), (10, "points", "10 points"),
    ],
)  # fmt: skip
def test_effort(value: float, unit: str | None, says: str) -> None:
    assert wording.effort(value, unit) == says


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a and two more"),
        (["a", "b", "c", "d"], "a and three more"),
    ],
)
def test_several(names: list[str], says: str) -> None:
    assert wording.several(names) == says


@pytest.mark.parametrize(
    ("text", "count", "says"),
    [
        ("It is bad", 0, "It is bad."), ("It is bad", 1, "It is bad."), ("It is bad.", 2, "It is bad. One more like it."),
        ("Is it?", 3, "Is it? Two more like it."), ("He said “no”", 1, "He said “no”"), ("And so…", 1, "And so…"),
    ],
)  # fmt: skip
def test_the_first_of_several(text: str, count: int, says: str) -> None:
    assert wording.first_of(text, count) == says


@pytest.mark.parametrize(
    ("count", "one", "many", "says"), [(0, "step", None, "steps"), (1, "step", None, "step"), (2, "step", None, "steps"),
                                       (2, "hangs", "hang", "hang"), (1, "hangs", "hang", "hangs")],
)  # fmt: skip
def test_one_or_many(count: int, one: str, many: str | None, says: str) -> None:
    assert wording.plural(count, one, many) == says


@pytest.mark.parametrize(
    ("checks", "says"), [(1, "One check could answer with it."), (2, "Two checks could answer with it.")]
)
def test_could_answer(checks: int, says: str) -> None:
    assert wording.could_answer(checks) == says


NOTHING = {
    "critical_open": 0, "critical_unseen": 0, "high_open": 0, "high_unseen": 0, "reaches": 0, "reaches_certain": 0,
    "reaches_unseen": 0, "single": 0, "held": 0, "not_preventable": 0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("numbers", "says"),
    [
        pytest.param({"held": 30}, "30 of the disasters we replayed meet at least two kinds of barrier.", id="all are held"),
        pytest.param({"reaches_certain": 1}, "One of the disasters we replayed would reach us.", id="one for certain"),
        pytest.param({"reaches_unseen": 28}, "28 of the disasters we replayed cannot be ruled out.", id="none for certain"),
        pytest.param({"reaches_certain": 12, "reaches_unseen": 1}, "Twelve of the disasters we replayed would reach us and one "
                     "more cannot be ruled out.", id="known and not known are two numbers"),
        pytest.param({"single": 1}, "One of the disasters we replayed hangs on a single cause.", id="one hangs"),
        pytest.param({"reaches_certain": 2, "single": 3, "not_preventable": 1}, "Two of the disasters we replayed would reach us, "
                     "three hang on a single cause and one is beyond anybody\u2019s barriers.", id="everything"),
        pytest.param({"held": 5, "not_preventable": 2}, "Five of the disasters we replayed meet at least two kinds of barrier and "
                     "two are beyond anybody\u2019s barriers.", id="what nobody can stop is not said to be stopped"),
    ],
)  # fmt: skip
def test_how_many_disasters(numbers: dict[str, int], says: str) -> None:
    assert wording.disasters({**NOTHING, **numbers}) == says


@pytest.mark.parametrize(
    ("about", "subjects", "count", "says"),
    [
        ("account", ["X @house"], 1, "a door is open (X @house)"),
        ("account", ["X @house", "X @shop"], 2, "a door is open (two accounts)"),
        ("credential", [], 2, "a door is open (two logins)"),
        ("credential", ["C1", "C2", "C3"], 3, "a door is open (three logins)"),
        ("person", ["X @house"], 3, "a door is open (X @house)"),
        ("person", ["X @house", "X @shop"], 3, "a door is open (two accounts)"),
        ("clause", ["X @house"], 1, "a door is open"),
        ("organisation", [], 1, "a door is open"),
    ],
)
def test_a_fact_in_a_sentence(about: str, subjects: list[str], count: int, says: str) -> None:
    assert wording.fact(check("c", about=about, fail="A door is open."), subjects, count) == says


@pytest.mark.parametrize(("parts", "says"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_a_series(parts: list[str], says: str) -> None:
    assert wording.series(parts) == says


@pytest.mark.parametrize(
    ("lifts", "closed", "answered", "says"),
    [
        pytest.param((), {}, {}, "", id="nothing"),
        pytest.param(("s",), {}, {}, "Lifts one disaster.", id="one disaster"),
        pytest.param(("s", "t"), {"critical": 1}, {}, "Lifts two disasters, closes one critical finding.", id="and a finding"),
        pytest.param((), {"critical": 1, "high": 1, "low": 4}, {}, "Closes one critical and one high finding.", id="the worst are named"),
        pytest.param((), {"low": 4}, {}, "Closes four findings.", id="small ones are counted"),
        pytest.param((), {}, {"low": 1}, "Settles one check.", id="one check"),
        pytest.param(("s",), {}, {"critical": 2, "low": 12}, "Lifts one disaster; settles 14 checks, two of them critical.", id="many checks"),
    ],
)  # fmt: skip
def test_what_a_step_brings(
    lifts: tuple[str, ...], closed: dict[str, int], answered: dict[str, int], says: str
) -> None:
    assert wording.brings(lifts, closed, answered) == says


SWITCH = {"title": "Comments", "tested_on": "2026-01-01"}
ROUTE = {"platform_title": "X", "handle": "house", "account": "a", "route": "mail"}


@pytest.mark.parametrize(
    ("changes", "gaps"),
    [
        pytest.param({}, [], id="nothing lacks"),
        pytest.param({"decides": []}, ["Nobody is named yet who decides. Add decides under [crisis] in auditgen.toml."], id="who decides"),
        pytest.param({"on_call": []}, ["No on-call list is named yet. Add [[crisis.on_call]] to auditgen.toml."], id="who is on call"),
        pytest.param({"switches": []}, ["Nothing is listed that can be switched off alone. Add switches to the inventory."], id="what goes off"),
        pytest.param({"switches": [SWITCH, {"title": "Ads", "tested_on": None}]}, ["Never rehearsed: Ads."], id="what was never tried"),
        pytest.param({"statements": []}, ["No holding statement is prepared. Add [[crisis.statements]] to auditgen.toml."], id="what to say"),
        pytest.param({"routes": [ROUTE, {**ROUTE, "route": None, "handle": None}]},
                     ["No way to reach the platform is recorded for X a."], id="how to reach the platform"),
        pytest.param({"routes": [{**ROUTE, "route": ""}]}, ["No way to reach the platform is recorded for X house."], id="a blank route"),
    ],
)  # fmt: skip
def test_what_the_crisis_page_lacks(changes: dict[str, Any], gaps: list[str]) -> None:
    whole: dict[str, Any] = {
        "decides": ["jo"],
        "on_call": ["jo"],
        "switches": [SWITCH],
        "statements": ["s"],
        "routes": [ROUTE],
    }
    assert wording.crisis_gaps(**{**whole, **changes}) == gaps
