"""Steps and verdict as the results hold them: who does it, whom it concerns, what is said, and why the gate says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from auditgen.audit.gate import Rule, Verdict
from auditgen.audit.plan.stages import Plan, Step
from auditgen.audit.reasons import Fact
from auditgen.audit.verdicts import Judged, Row
from auditgen.evidence.store import Store
from auditgen.results.findings import Findings
from auditgen.results.names import Names
from auditgen.results.steps import plan, steps
from auditgen.results.verdict import verdict
from tests.tools.small_plans import NO_ACTS
from tests.tools.small_results import item, outcome, step


@pytest.fixture
def store() -> Iterator[Store]:
    with Store() as made:
        made.add("people", [{"person": "jo", "display": "Jo Li"}, {"person": "kim", "display": "Kim Ode"}])
        made.add(
            "accounts",
            [{"account": "ig", "platform": "instagram", "handle": "larkfell"}, {"account": "x", "platform": "x"}],
        )
        yield made


def shown(store: Store, *made: Step, items: list[Judged], **more: Any) -> list[dict[str, Any]]:
    found = outcome(store, items, plan=Plan(made), **more)
    names = Names(found)
    return steps(found, names, Findings(found, names))


def test_who_does_it_is_told_apart_from_whom_it_concerns(store: Store) -> None:
    rows = [
        Row("fail", "Dana on ig", "Dana left", account="ig", owner="jo"),
        Row("fail", "Bo on x", "Bo left", account="x", owner="kim"),
    ]
    (made,) = shown(store, step("c"), items=[item("c", *rows, step="End the access")])
    assert (made["title"], made["owner"], made["owner_title"]) == ("End the access", "jo", "Jo Li and Kim Ode")
    assert (made["concerns"], made["concerns_more"]) == (["Instagram @larkfell", "X"], 0)


def test_three_things_are_named_and_the_rest_counted(store: Store) -> None:
    rows = [Row("fail", name, f"{name} lapses", account=None) for name in ("s1", "s2", "s3", "s4", "s5")]
    (made,) = shown(store, step("c"), items=[item("c", *rows, about="site")])
    assert (made["concerns"], made["concerns_more"]) == (["s1", "s2", "s3"], 2)
    assert made["says"] == "s1 lapses. Four more like it."


@pytest.mark.parametrize(
    ("act", "items", "title", "says"),
    [
        pytest.param({}, [item("c", Row("fail", "a", "A is bad"), step="Mend it")], "Mend it", "A is bad.", id="open"),
        pytest.param({"kind": "look"}, [item("c", Row("unknown", "a", "A is dark"), step="Mend it")], "Find out: c holds",
                     "A is dark.", id="not seen"),
        pytest.param({"kind": "ask"}, [item("c", Row("due", "a", "Was it?"))], "Answer: c holds", "Was it?", id="a question"),
        pytest.param({"kind": "source", "title": "Export it", "says": "There."}, [item("c", Row("unknown", "a", "A is dark"))],
                     "Export it", "There.", id="a source"),
        pytest.param({"kind": "look", "title": "Fill it in"}, [item("c", Row("unknown", "a", "A is dark"))],
                     "Find out: c holds", "A is dark.", id="one cell is found out by its name"),
        pytest.param({"id": "again:roles", "kind": "look"}, [item("c", passed=1)], "Have a fresh look: c holds", "", id="too old"),
    ],
)  # fmt: skip
def test_what_a_step_is_called(store: Store, act: dict[str, Any], items: list[Judged], title: str, says: str) -> None:
    (made,) = shown(store, step("c", **act), items=items)
    assert (made["title"], made["says"]) == (title, says)


def test_what_is_done_in_the_same_go_is_told(store: Store) -> None:
    items = [item(name, Row("fail", name, f"{name} is bad"), step=f"Mend {name}") for name in ("c", "d", "e", "f", "g")]
    (made,) = shown(store, step("c", "d", "e", "f", "g", where="the page"), items=items)
    assert made["title"] == "Mend c"
    assert made["says"] == "c is bad. In the same go, in the page: mend d; mend e; mend f; and one more."
    assert made["checks"] == ["c", "d", "e", "f", "g"]
    assert len(made["findings"]) == 5


def test_the_stages_hold_every_step_once(store: Store) -> None:
    made = [step("c", stage="open"), step("d", stage="rest"), step("e", stage="open")]
    items = [item(name, Row("fail", name, "s")) for name in ("c", "d", "e")]
    found = outcome(store, items, plan=Plan(tuple(made), gap=0.0))
    names = Names(found)
    listed = steps(found, names, Findings(found, names))
    shown_plan = plan(found, listed)
    assert [(stage["id"], stage["steps"]) for stage in shown_plan["stages"]] == [("open", [1, 3]), ("rest", [2])]
    assert (shown_plan["method"], shown_plan["gap"], shown_plan["effort"]) == ("optimal", 0.0, 3)


@pytest.mark.parametrize(
    ("gap", "method", "says"),
    [(0.0, "optimal", "Nothing cheaper does the same."), (0.02, "optimal", "Nothing more than 2.0% cheaper does the same."),
     (None, "greedy", "A good order, not proven to be the cheapest.")],
)  # fmt: skip
def test_the_plan_says_how_good_it_is(store: Store, gap: float | None, method: str, says: str) -> None:
    found = outcome(store, plan=Plan((), gap))
    made = plan(found, [])
    assert made["method"] == method
    assert made["says"].startswith(says)


BROKEN = Verdict("not_ready", "p", (Rule("max_open.high", "no high finding is open", "broken", "f"),), "max_open.high")


def said(store: Store, judged: Verdict, *facts: Fact, items: list[Judged]) -> dict[str, Any]:
    found = outcome(store, items, verdict=judged, facts=facts)
    names = Names(found)
    return verdict(found, names, Findings(found, names), [], [])


def fact(name: str, says: str, leads: bool = True, count: int = 1) -> tuple[Fact, Judged]:
    rows = [Row("fail", f"{name}{number}", "s", account="ig") for number in range(count)]
    made = item(name, *rows, fail=says, about="clause")
    return Fact(made.check, count, leads, ()), made


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        pytest.param([("A door is open", True)], "Not ready, because a door is open.", id="one"),
        pytest.param([("A door is open", True), ("B leaks", True)], "Not ready, because a door is open and b leaks.", id="two"),
        pytest.param([("A door is open", True), ("Its lock is weak", False), ("B leaks", True)],
                     "Not ready, because a door is open, b leaks and one more thing is open.", id="what is on the same screen is counted"),
        pytest.param([("A", True), ("B", True), ("C", True), ("D", True)], "Not ready, because A, B and two more things are open.",
                     id="two are told"),
    ],
)  # fmt: skip
def test_the_reason_names_the_first_facts_of_the_plan(store: Store, told: list[tuple[str, bool]], reason: str) -> None:
    made = [fact(f"c{place}", says, leads) for place, (says, leads) in enumerate(told)]
    block = said(store, BROKEN, *(each for each, _ in made), items=[each for _, each in made])
    assert block["reason"] == reason
    assert block["says"].startswith(reason)
    assert [entry["check"] for entry in block["reasons"]] == [f"c{place}" for place in range(len(told))]


@pytest.mark.parametrize(
    ("state", "items", "reason"),
    [
        pytest.param("ready", [], "Ready: every rule is met.", id="ready"),
        pytest.param("cannot_tell", [item("c", Row("unknown", "a", "s"), severity="critical")],
                     "Cannot tell yet, because one critical check could not be answered.", id="one is not known"),
        pytest.param("cannot_tell", [item("c", Row("unknown", "a", "s"), severity="critical"),
                                     item("d", Row("unknown", "a", "s"), severity="high"), item("e", Row("unknown", "a", "s"))],
                     "Cannot tell yet, because one critical and two high checks could not be answered.", id="three are not known"),
        pytest.param("not_ready", [], "Not ready, because this is not so: no high finding is open.", id="no fact of its own"),
    ],
)  # fmt: skip
def test_the_reason_without_a_fact(store: Store, state: str, items: list[Judged], reason: str) -> None:
    assert said(store, Verdict(state, "p", BROKEN.rules, BROKEN.rule), items=items)["reason"] == reason


def test_the_verdict_keeps_its_rules_and_code(store: Store) -> None:
    block = said(store, BROKEN, items=[])
    assert (block["title"], block["exit_code"], block["rule"], block["profile"]) == (
        "Not ready yet.",
        10,
        "max_open.high",
        "p",
    )
    assert block["rules"] == [{"id": "max_open.high", "says": "no high finding is open", "state": "broken", "found": "f",
                               "decided_by": []}]  # fmt: skip


def test_a_finding_that_follows_from_another_stands_under_it(store: Store) -> None:
    root = item("root", Row("fail", "x is bad", "s", account="x"), Row("fail", "ig is bad", "s", account="ig"))
    leaf = item("leaf", Row("fail", "x is worse", "s", account="x"), Row("fail", "y", "s", account=None))
    found = outcome(store, [root, leaf], acts=replace(NO_ACTS, follows={"leaf": ("root",)}))
    made = {entry["subject"]: entry for entry in Findings(found, Names(found)).findings}
    assert made["x is worse"]["follows"] == made["x is bad"]["id"]
    assert made["x is bad"]["leads_to"] == [made["x is worse"]["id"]]
    assert (made["y"]["follows"], made["ig is bad"]["leads_to"]) == (None, [])


def test_a_subject_is_called_what_people_call_it(store: Store) -> None:
    store.add("documents", [{"document": "p/crisis.md", "title": "Crisis plan"}])
    store.add("posts", [{"post": "P-1", "calendar": "c", "text": "First frost on the tops this morning and more"}])
    made = [
        item("a", Row("fail", "ig", "s", account="ig")), item("d", Row("fail", "p/crisis.md", "s"), about="document"),
        item("p", Row("fail", "c P-1", "s"), about="post"), item("s", Row("fail", "shop", "s"), about="site"),
    ]  # fmt: skip
    found = outcome(store, made)
    titles = {entry["subject"]: entry["subject_title"] for entry in Findings(found, Names(found)).findings}
    assert titles == {
        "ig": "Instagram @larkfell",
        "p/crisis.md": "Crisis plan",
        "c P-1": "“First frost on the tops this…”",
        "shop": "shop",
    }


def test_what_an_exception_lets_through_is_told_where_a_disaster_comes_through_it(store: Store) -> None:
    found, made = fact("c", "A door is open")
    block = said(store, BROKEN, replace(found, excepted=True), items=[made])
    assert block["reason"] == "Not ready, because a door is open, which an exception lets through."
