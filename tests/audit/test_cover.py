"""The cheapest cover: as cheap as trying everything, the same whatever the order, and honest without a solver."""

from __future__ import annotations

import builtins
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditgen.audit.plan.cover import Demand, cheapest, greedy

EFFORTS = st.lists(st.sampled_from([0.5, 1.0, 2.0, 3.0]), min_size=7, max_size=7)
WAY = st.frozensets(st.integers(0, 6), min_size=1, max_size=2)
DEMAND = st.builds(
    lambda need, families: Demand.of(min(need, len(families)), families),
    st.integers(1, 2), st.lists(st.lists(WAY, min_size=1, max_size=2), min_size=1, max_size=3),
)  # fmt: skip


def covers(chosen: frozenset[int], demand: Demand) -> bool:
    return sum(any(way <= chosen for way in family) for family in demand.families) >= demand.need


@settings(max_examples=300, deadline=None)
@given(efforts=EFFORTS, demands=st.lists(DEMAND, max_size=5), done=st.frozensets(st.integers(0, 6), max_size=2))
def test_nothing_cheaper_covers_the_same(efforts: list[float], demands: list[Demand], done: frozenset[int]) -> None:
    found = cheapest(efforts, demands, done)
    assert found.gap == 0
    assert all(covers(found.chosen | done, demand) for demand in demands)
    # Least effort, then fewest acts: against every set there is.
    every = [frozenset(some) for size in range(8) for some in combinations(range(7), size)]
    best = min(
        (sum(efforts[act] for act in some), len(some))
        for some in every if all(covers(some | done, demand) for demand in demands)
    )  # fmt: skip
    assert (found.effort, len(found.chosen)) == pytest.approx(best)


@settings(max_examples=50, deadline=None)
@given(efforts=EFFORTS, demands=st.lists(DEMAND, max_size=5), data=st.data())
def test_the_order_of_the_demands_changes_nothing(efforts: list[float], demands: list[Demand], data: Any) -> None:
    assert cheapest(efforts, data.draw(st.permutations(demands))) == cheapest(efforts, demands)


@pytest.mark.parametrize(
    ("efforts", "families", "chosen"),
    [
        pytest.param([2, 1], [[[0], [1]]], {1}, id="the cheaper"),
        pytest.param([1, 1], [[[0], [1]]], {0}, id="of equals the first"),
        pytest.param([2, 1, 1], [[[0], [1, 2]]], {0}, id="as much effort: fewer acts"),
        pytest.param([2.1, 1, 1], [[[0], [1, 2]]], {1, 2}, id="less effort in two acts"),
    ],
)
def test_three_goals_one_after_the_other(efforts: list[float], families: Any, chosen: set[int]) -> None:
    assert cheapest(efforts, [Demand.of(1, families)]).chosen == chosen


def test_one_act_may_be_worth_two_families() -> None:
    # Both kinds that the first act brings count, so the second is not needed; told alike or with a detour.
    assert cheapest([1, 1], [Demand.of(2, [[[0]], [[0]], [[1]]])]).chosen == {0}
    assert cheapest([1, 1], [Demand.of(2, [[[0]], [[0], [0, 1]], [[1]]])]).chosen == {0}
    assert cheapest([1, 1], [Demand.of(2, [[[0]], [[1]]])]).chosen == {0, 1}


def test_what_is_done_costs_nothing_and_what_nobody_asks_for_is_not_chosen() -> None:
    asked = Demand.of(2, [[[0]], [[1]], [[2]]])
    assert cheapest([9, 1, 2], [asked], done=[0]).chosen == {1}
    assert cheapest([9, 1, 2], [asked], done=[0, 2]).chosen == frozenset()
    assert cheapest([1, 1], []).chosen == frozenset()


def test_without_a_solver_the_cover_is_good_and_nobody_calls_it_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def no_solver(name: str, *rest: Any) -> Any:
        if name == "highspy":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", no_solver)
    demands = [Demand.of(1, [[[0], [1]]]), Demand.of(1, [[[0], [2]]])]
    found = cheapest([1, 1, 1], demands)
    assert (found.chosen, found.gap) == ({0}, None)


@settings(max_examples=80, deadline=None)
@given(efforts=EFFORTS, demands=st.lists(DEMAND, max_size=5))
def test_the_good_cover_covers_and_holds_nothing_it_does_not_need(efforts: list[float], demands: list[Demand]) -> None:
    found = greedy(efforts, demands)
    assert all(covers(found, demand) for demand in demands)
    for act in found:
        assert not all(covers(found - {act}, demand) for demand in demands)
