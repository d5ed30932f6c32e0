"""The words of the results at their edges: none, one, two and more."""

from __future__ import annotations

from typing import Any

import pytest

from auditgen.audit.gate import Decider, Rule, Verdict
from auditgen.results import wording
from tests.tools.small_results import READY, SURE
from tests.tools.small_world import judged

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


def test_a_step_without_findings_says_what_the_check_says() -> None:
    each = judged("c")
    assert wording.step(each, [], 0) == ""
    each.message = "Nothing was read."
    assert wording.step(each, [], 1) == "Nothing was read. Stands in the way of one disaster."


def disaster(name: str, state: str, depth: int = 1, cause: str | None = "m") -> dict[str, Any]:
    return {"id": name, "state": state, "depth": depth, "single_cause": {"cause": cause}}


def step(*closes: str, effort: float = 1) -> dict[str, Any]:
    return {"closes": list(closes), "effort": effort}


NOT_READY = Verdict("not_ready", "p", (), None)
SEEN = " We could look at 50\u00a0% of what there is to see."


@pytest.mark.parametrize(
    ("verdict", "disasters", "steps", "unit", "says"),
    [
        pytest.param(READY, [], [], None, SEEN.strip(), id="nothing was replayed"),
        pytest.param(READY, [disaster("s", "held")], [], None, "Every disaster we replayed meets at least two barriers that stand." + SEEN,
                     id="all are held"),
        pytest.param(READY, [disaster("s", "single")], [], None,
                     "Every disaster we replayed would be stopped; one hangs on a single barrier." + SEEN, id="one hangs on a barrier"),
        pytest.param(READY, [disaster("s", "single"), disaster("t", "single", 2)], [], None,
                     "Every disaster we replayed would be stopped; two hang on a single cause." + SEEN, id="one of two on a cause"),
        pytest.param(READY, [disaster("s", "single", 2, None)], [], None,
                     "Every disaster we replayed would be stopped; one hangs on a single barrier." + SEEN, id="no cause is named"),
        pytest.param(NOT_READY, [disaster("s", "reaches")], [], None, "One disaster that happened to others would still reach us." + SEEN,
                     id="one reaches us, no step"),
        pytest.param(NOT_READY, [disaster("s", "reaches"), disaster("t", "reaches"), disaster("u", "single")], [], None,
                     "Two disasters that happened to others would still reach us, and one hangs on a single barrier." + SEEN, id="two and one"),
        pytest.param(NOT_READY, [disaster("s", "reaches")], [step("s")], None,
                     "One disaster that happened to others would still reach us." + SEEN
                     + " The first one step below puts a barrier in front of one of them.", id="one step"),
        pytest.param(NOT_READY, [disaster("s", "reaches")], [step("s"), step("s"), step(), step(effort=9)], "hours",
                     "One disaster that happened to others would still reach us." + SEEN
                     + " The first three steps below, 3 hours together, put a barrier in front of one of them.", id="three of four steps"),
        pytest.param(NOT_READY, [disaster("s", "reaches")], [step(), step(), step(), step("s")], None,
                     "One disaster that happened to others would still reach us." + SEEN, id="only the fourth step helps"),
        pytest.param(NOT_READY, [disaster("s", "reaches"), disaster("t", "single")], [step("t")], None,
                     "One disaster that happened to others would still reach us, and one hangs on a single barrier." + SEEN,
                     id="the step helps against what does not reach us"),
        pytest.param(READY, [disaster("s", "reaches")], [step("s")], None, "One disaster that happened to others would still reach us." + SEEN,
                     id="ready: no step is urged"),
        pytest.param(Verdict("cannot_tell", "p", (), None), [disaster("s", "reaches")], [step("s")], None,
                     "One disaster that happened to others would still reach us." + SEEN
                     + " The first one step below puts a barrier in front of one of them.", id="cannot tell: a step is urged"),
    ],
)  # fmt: skip
def test_the_first_words_of_the_verdict(verdict: Verdict, disasters: list[dict[str, Any]], steps: list[dict[str, Any]], unit: str | None,
                                        says: str) -> None:  # fmt: skip
    assert wording.verdict(verdict, disasters, steps, SURE, unit)["says"] == says


@pytest.mark.parametrize(
    ("state", "title", "code"),
    [("ready", "Ready.", 0), ("ready_with_unknowns", "Ready, with unknowns.", 11), ("not_ready", "Not ready yet.", 10),
     ("cannot_tell", "Cannot tell.", 10)],
)  # fmt: skip
def test_how_the_verdict_is_called(state: str, title: str, code: int) -> None:
    rule = Rule("r", "says", "met", "found", [Decider("check", "c", "C")])
    block = wording.verdict(Verdict(state, "p", (rule,), "r"), [], [], SURE, None)
    assert (block["title"], block["exit_code"], block["rule"], block["profile"]) == (title, code, "r", "p")
    assert block["rules"] == [{"id": "r", "says": "says", "state": "met", "found": "found",
                               "decided_by": [{"kind": "check", "id": "c", "title": "C"}]}]  # fmt: skip


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
