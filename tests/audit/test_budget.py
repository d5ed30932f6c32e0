"""What fits into the hours there are: the best of all sets of steps, not the first ones until it is full."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings

from auditgen.audit.disasters.barriers import Barriers
from auditgen.audit.plan.budget import alone, best_within
from auditgen.audit.plan.outlook import RANK, Outlook
from tests.audit.test_plan_edges import LAUNCH, SOURCES, WORLDS, bad, drawn
from tests.tools.small_plans import made_of, outlook, plan_of
from tests.tools.small_world import DAY, barrier, judged, vocabulary


def chosen(checks: dict[str, Any], paths: dict[str, list[tuple[str, ...]]], effort: float) -> list[str]:
    view = outlook(Barriers(vocabulary(*map(barrier, checks)), made_of(checks), ["a"], DAY), paths)
    steps = plan_of(view, LAUNCH).steps
    return [" ".join(steps[place].act.checks) for place in best_within(view, steps, view.barriers.judged, effort)]


@pytest.mark.parametrize(
    ("effort", "names"),
    [
        pytest.param(0.9, [], id="nothing fits"),
        pytest.param(1, ["h"], id="one high one"),
        pytest.param(2, ["c"], id="the critical one, and nothing beside it"),
        pytest.param(3, ["c", "h"], id="the critical one first, then the high one"),
        pytest.param(9, ["c", "h", "m"], id="all of them"),
    ],
)
def test_what_is_critical_goes_before_what_is_high(effort: float, names: list[str]) -> None:
    checks = {"c": bad("critical", effort=2), "h": bad("high"), "m": bad("medium", effort=2)}
    paths: dict[str, list[tuple[str, ...]]] = {"s": [("m",)]}
    assert chosen(checks, paths, effort) == names


def test_two_small_ones_before_a_large_one_that_brings_as_much() -> None:
    checks = {"l": bad("high", effort=2), "m": bad("high"), "n": bad("high")}
    assert chosen(checks, {}, 2) == ["m", "n"]


def test_what_lifts_a_disaster_goes_before_what_lifts_none() -> None:
    checks = {"m": bad("medium"), "n": bad("medium")}
    assert chosen(checks, {"s": [("n",)]}, 1) == ["n"]


@settings(max_examples=40, deadline=None)
@given(found=WORLDS)
def test_nothing_else_that_fits_closes_more(found: dict[str, Any]) -> None:
    view: Outlook = drawn(found)
    steps = plan_of(view, LAUNCH).steps[:6]
    judged = view.barriers.judged
    budget = 3.0
    places = {
        check: {n for n, step in enumerate(steps) if check in step.act.checks}
        for step in steps
        for check in step.act.checks
    }

    def high(some: tuple[int, ...]) -> int:
        return sum(
            judged[check].counts["fail"] for check, own in places.items()
            if check in judged and own <= set(some) and judged[check].state == "open"
        )  # fmt: skip

    every = [some for size in range(len(steps) + 1) for some in combinations(range(len(steps)), size)
             if sum(steps[place].act.effort for place in some) <= budget]  # fmt: skip
    best = tuple(best_within(view, steps, judged, budget))
    assert best in every
    assert high(best) == max(map(high, every))


@settings(max_examples=30, deadline=None)
@given(found=WORLDS)
def test_what_the_chosen_steps_lift_is_replayed_without_the_others(found: dict[str, Any]) -> None:
    view: Outlook = drawn(found)
    steps = plan_of(view, LAUNCH).steps
    every = list(range(0, len(steps), 2))
    done = frozenset(
        check for place in every for check in steps[place].act.checks
        if all(check not in step.act.checks or other in every for other, step in enumerate(steps))
    )  # fmt: skip
    lifted = {name for step in alone(view, steps, view.barriers.judged, every) for name in step.lifts}
    assert lifted == {name for name in view.now if RANK[view.result(name, done).state] > RANK[view.now[name].state]}


def test_a_check_that_also_waits_for_a_step_left_out_is_not_said_to_be_settled() -> None:
    found = [judged(name, {None: "unknown"}, needs=needs) for name, needs in (
        ("a", ("access",)), ("both", ("access", "people.left_on")),
    )]  # fmt: skip
    for item in found:
        item.missing = item.check.needs
    view = outlook(Barriers(vocabulary(), found, (), DAY), {})
    steps = plan_of(view, LAUNCH, SOURCES).steps
    assert [step.act.checks for step in steps] == [("a", "both"), ("both",)]
    assert [step.settled for step in alone(view, steps, view.barriers.judged, [0, 1])] == [("a",), ("both",)]
    (first,) = alone(view, steps, view.barriers.judged, [0])
    assert (first.settled, first.answered) == (("a",), {"high": 1})
    (last,) = alone(view, steps, view.barriers.judged, [1])
    assert (last.settled, last.answered) == ((), {})
