"""The plan at its edges: what a step brings for its effort, what goes first among equals, and what waits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from auditgen.audit.disasters.barriers import Barriers
from auditgen.audit.disasters.scenarios import replay
from auditgen.audit.disasters.vocabulary import Barrier
from auditgen.audit.plan import Step, make_plan
from auditgen.audit.verdicts import Tally
from tests.tools.small_world import DAY, TALLIES, barrier, judged, scenario, vocabulary

Checks = dict[str, tuple[str, dict[str, Any]]]


def plan(
    checks: Checks,
    paths: dict[str, list[tuple[str, ...]]],
    barriers: Iterable[Barrier] = (),
    deciding: Iterable[str] = (),
    accounts: tuple[str, ...] = ("a",),
    functions: tuple[str, ...] = (),
) -> list[tuple[str, str]]:
    """Steps as (check, scenarios it helps to stop). A barrier for each check stands beside those that are given."""
    given = {item.id: item for item in barriers}
    words = vocabulary(
        *(given.get(name, barrier(name)) for name in {**dict.fromkeys(checks), **given}), functions=functions
    )
    items = [judged(name, dict.fromkeys(accounts, state), **more) for name, (state, more) in checks.items()]
    world = Barriers(words, items, accounts, DAY)
    results = [
        replay(world, scenario(*ways, name=name), dict.fromkeys(accounts, "x"), ()) for name, ways in paths.items()
    ]
    return [(step.check, " ".join(step.closes)) for step in make_plan(world, items, results, deciding)]


OPEN: tuple[str, dict[str, Any]] = ("fail", {})
DARK: tuple[str, dict[str, Any]] = ("unknown", {})
GOOD: tuple[str, dict[str, Any]] = ("pass", {})


def costs(effort: float) -> tuple[str, dict[str, Any]]:
    return "fail", {"effort": effort}


@pytest.mark.parametrize(
    ("checks", "paths", "steps"),
    [
        pytest.param({"m": costs(2), "n": costs(1)}, {"s": [("m", "n")]}, [("n", "s"), ("m", "s")], id="the cheaper of two"),
        pytest.param({"m": costs(1), "n": costs(1)}, {"s": [("m",)], "t": [("n", "m")]},
                     [("m", "s t"), ("n", "t")], id="what helps two before what helps one"),
        pytest.param({"n": costs(1), "m": costs(1.9)}, {"s": [("m",)], "t": [("m",)], "u": [("n",)]},
                     [("m", "s t"), ("n", "u")], id="two for less than twice the effort"),
        pytest.param({"m": costs(2), "n": costs(1)}, {"s": [("m",)], "t": [("m",)], "u": [("n",)]},
                     [("n", "u"), ("m", "s t")], id="two for twice the effort: the smaller step first"),
        pytest.param({"m": costs(2.1), "n": costs(1)}, {"s": [("m",)], "t": [("m",)], "u": [("n",)]},
                     [("n", "u"), ("m", "s t")], id="two for more than twice the effort"),
        pytest.param({"g": GOOD, "m": OPEN, "n": OPEN}, {"s": [("g", "m")], "t": [("n",)]},
                     [("n", "t"), ("m", "s")], id="a way on which nothing stands before a second barrier"),
        pytest.param({"g": GOOD, "m": OPEN, "n": OPEN}, {"s": [("g", "m")], "t": [("g", "m")], "u": [("n",)]},
                     [("n", "u"), ("m", "s t")], id="and before two second barriers"),
        pytest.param({"g": GOOD, "m": OPEN, "n": OPEN}, {"s": [("g", "m")], "t": [("g", "m")], "u": [("g", "m")], "v": [("n",)]},
                     [("m", "s t u"), ("n", "v")], id="three second barriers weigh the same: the name decides"),
        pytest.param({"g": GOOD, "n": OPEN, "o": OPEN}, {"s": [("g", "o")], "t": [("g", "o")], "u": [("g", "o")], "v": [("n",)]},
                     [("n", "v"), ("o", "s t u")], id="the same, with the other name first"),
        pytest.param({"g": GOOD, "h": GOOD, "m": OPEN, "n": costs(9)}, {"s": [("g", "h", "m")], "t": [("n",)]},
                     [("n", "t"), ("m", "")], id="a third barrier is asked for by nobody"),
        pytest.param({"g": GOOD, "m": OPEN, "n": OPEN, "o": OPEN}, {"s": [("g", "m", "n")], "t": [("o",)]},
                     [("o", "t"), ("m", "s"), ("n", "")], id="one more is enough where one stands"),
        pytest.param({"m": costs(1), "n": costs(2), "o": costs(3)}, {"s": [("m", "n", "o")]},
                     [("m", "s"), ("n", "s"), ("o", "")], id="two of three are enough"),
        pytest.param({"m": OPEN, "n": costs(1.5)}, {"s": [("m",), ("m",)], "t": [("n",)]},
                     [("m", "s"), ("n", "t")], id="two ways of one disaster count once"),
        pytest.param({"m": costs(1.5), "n": OPEN}, {"s": [("m",), ("m",)], "t": [("n",)]},
                     [("n", "t"), ("m", "s")], id="two ways of one disaster do not count twice"),
        pytest.param({"g": GOOD, "m": OPEN, "n": costs(1.1)}, {"s": [("g", "m"), ("m",)], "t": [("n",)]},
                     [("m", "s"), ("n", "t")], id="of two ways the one that lies open counts"),
    ],
)  # fmt: skip
def test_most_for_the_least_effort(
    checks: Checks, paths: dict[str, list[tuple[str, ...]]], steps: list[tuple[str, str]]
) -> None:
    assert plan(checks, paths) == steps


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(("fail", {"effort": 9}), ("unknown", {"effort": 1}), id="open before what has to be found out"),
        pytest.param(("fail", {"stage": "prevent", "severity": "low"}), ("fail", {"stage": "act", "severity": "critical"}),
                     id="prevent before act"),
        pytest.param(("fail", {"stage": "act"}), ("fail", {"stage": "cure"}), id="act before cure"),
        pytest.param(("fail", {"stage": "cure"}), ("fail", {"stage": "recover"}), id="cure before recover"),
        pytest.param(("fail", {"severity": "critical"}), ("fail", {"severity": "high"}), id="critical before high"),
        pytest.param(("fail", {"severity": "high"}), ("fail", {"severity": "medium"}), id="high before medium"),
        pytest.param(("fail", {"severity": "medium"}), ("fail", {"severity": "low"}), id="medium before low"),
        pytest.param(("fail", {"severity": "low"}), ("fail", {"severity": "info"}), id="low before info"),
        pytest.param(("fail", {"severity": "high", "effort": 5}), ("fail", {"severity": "low", "effort": 1}),
                     id="how bad before how much work"),
        pytest.param(("unknown", {"stage": "prevent"}), ("unknown", {"stage": "act"}), id="the same among what was not seen"),
    ],
)  # fmt: skip
def test_among_what_helps_against_nothing(
    first: tuple[str, dict[str, Any]], second: tuple[str, dict[str, Any]]
) -> None:
    assert [name for name, _ in plan({"a": second, "z": first}, {})] == ["z", "a"]
    assert [name for name, _ in plan({"a": first, "z": second}, {})] == ["a", "z"]


def test_less_work_then_the_name_decides_among_equals() -> None:
    assert [name for name, _ in plan({"a": costs(2), "z": costs(1)}, {})] == ["z", "a"]
    assert [name for name, _ in plan({"z": costs(1), "a": costs(1)}, {})] == ["a", "z"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(("fail", {"effort": 9}), ("unknown", {"effort": 1}), id="open before unseen, whatever the effort"),
        pytest.param(("fail", {"stage": "prevent"}), ("fail", {"stage": "act"}), id="equal worth: the earlier stage"),
        pytest.param(("fail", {"severity": "high"}), ("fail", {"severity": "low"}), id="equal worth: the worse one"),
        pytest.param(("fail", {"severity": "low", "effort": 1}), ("fail", {"severity": "high", "effort": 2}),
                     id="worth for the effort before how bad"),
    ],
)  # fmt: skip
def test_among_what_helps_equally(first: tuple[str, dict[str, Any]], second: tuple[str, dict[str, Any]]) -> None:
    assert plan({"a": second, "z": first}, {"s": [("a",)], "t": [("z",)]}) == [("z", "t"), ("a", "s")]


@pytest.mark.parametrize(
    ("checks", "needs", "steps"),
    [
        pytest.param({"c": OPEN, "d": OPEN}, {"all_of": ("c", "d")}, [("c", "s"), ("d", "s")], id="both are needed"),
        pytest.param({"c": GOOD, "d": OPEN}, {"all_of": ("c", "d")}, [("d", "s")], id="one is done"),
        pytest.param({"c": ("fail", {"severity": "low"}), "d": OPEN}, {"all_of": ("c", "d")}, [("d", "s"), ("c", "s")],
                     id="the worse one of both first"),
        pytest.param({"c": OPEN, "d": GOOD}, {"any_of": ("c", "d")}, [("c", "")], id="another way holds"),
        pytest.param({"c": costs(3), "d": costs(2)}, {"any_of": ("c", "d")}, [("d", "s"), ("c", "")], id="the cheaper way"),
        pytest.param({"c": costs(2), "d": costs(2)}, {"any_of": ("d", "c")}, [("c", "s"), ("d", "")], id="the first by name"),
        pytest.param({"c": OPEN, "d": costs(3), "e": costs(2)}, {"all_of": ("c",), "any_of": ("d", "e")},
                     [("c", "s"), ("e", "s"), ("d", "")], id="what must hold and the cheaper way"),
        pytest.param({"c": DARK, "d": DARK}, {"all_of": ("c", "d")}, [("c", "s"), ("d", "s")], id="both to be found out"),
        pytest.param({"c": DARK, "d": OPEN}, {"all_of": ("c", "d")}, [("d", "s"), ("c", "s")], id="open, then unseen"),
    ],
)  # fmt: skip
def test_what_a_barrier_waits_for(
    checks: Checks, needs: dict[str, tuple[str, ...]], steps: list[tuple[str, str]]
) -> None:
    assert plan(checks, {"s": [("b",)]}, [barrier("b", **needs)]) == steps


def test_a_barrier_half_open_goes_before_one_that_has_to_be_found_out() -> None:
    both = barrier("b", all_of=("y", "z"))
    steps = plan({"a": DARK, "y": DARK, "z": OPEN}, {"s": [("a",)], "t": [("b",)]}, [both])
    assert steps == [("z", "t"), ("y", "t"), ("a", "s")]


def test_two_checks_cost_what_both_cost() -> None:
    both = barrier("b", all_of=("a", "b1"))
    steps = plan({"a": costs(2), "b1": costs(2), "m": costs(3)}, {"s": [("b",)], "t": [("m",)]}, [both])
    assert [name for name, _ in steps] == ["m", "a", "b1"]
    steps = plan({"a": costs(1), "b1": costs(1), "m": costs(3)}, {"s": [("b",)], "t": [("m",)]}, [both])
    assert [name for name, _ in steps] == ["a", "b1", "m"]


@pytest.mark.parametrize(
    ("first", "second", "steps"),
    [
        pytest.param(("c", "d"), ("e",), [("e", "s"), ("c", ""), ("d", "")], id="the way with fewer checks"),
        pytest.param(("e",), ("c", "d"), [("e", "s"), ("c", ""), ("d", "")], id="the same, told the other way round"),
        pytest.param(("d",), ("c",), [("d", "s"), ("c", ""), ("e", "")], id="of equals the one told first"),
    ],
)
def test_one_barrier_of_a_kind_is_enough(
    first: tuple[str, ...], second: tuple[str, ...], steps: list[tuple[str, str]]
) -> None:
    twins = [barrier("b1", "kind", all_of=first), barrier("b2", "kind", all_of=second)]
    assert plan({"c": OPEN, "d": OPEN, "e": OPEN}, {"s": [("b1", "b2")]}, twins) == steps


@pytest.mark.parametrize(("kind", "closes"), [("barrier", "s"), ("safeguard", "")])
def test_a_safeguard_stops_nothing(kind: str, closes: str) -> None:
    assert plan({"c": OPEN, "m": GOOD}, {"s": [("m", "c")]}, [barrier("c", kind=kind)]) == [("c", closes)]


def test_a_twin_of_what_stands_stops_nothing_more() -> None:
    twins = [barrier("c", "kind"), barrier("m", "kind")]
    assert plan({"c": OPEN, "m": GOOD, "n": OPEN}, {"s": [("m", "c", "n")]}, twins) == [("n", "s"), ("c", "")]


@pytest.mark.parametrize(
    ("deciding", "steps"),
    [
        pytest.param((), [("b", "s t"), ("a", "s"), ("z", "")], id="nothing decides"),
        pytest.param(
            ("z",), [("z", ""), ("b", "s t"), ("a", "s")], id="what decides is first although it helps nowhere"
        ),
        pytest.param(("z", "b"), [("b", "s t"), ("z", ""), ("a", "s")], id="of what decides, what helps most"),
        pytest.param(("a", "b", "z"), [("b", "s t"), ("a", "s"), ("z", "")], id="all decide"),
        pytest.param(("a", "a"), [("a", "s"), ("b", "s t"), ("z", "")], id="named twice, done once"),
        pytest.param(("g", "gone"), [("b", "s t"), ("a", "s"), ("z", "")], id="what holds or was left out is no step"),
    ],
)
def test_what_decides_goes_first(deciding: tuple[str, ...], steps: list[tuple[str, str]]) -> None:
    checks = {"a": costs(2), "b": OPEN, "z": OPEN, "g": GOOD}
    assert plan(checks, {"s": [("a", "b")], "t": [("b",)]}, deciding=deciding) == steps


def test_of_what_decides_and_helps_equally_the_worse_goes_first() -> None:
    checks: Checks = {"a": ("fail", {"severity": "low"}), "z": ("fail", {"severity": "high"})}
    assert plan(checks, {"s": [("a", "z")]}, deciding=("a", "z")) == [("z", "s"), ("a", "s")]


def test_what_is_done_first_counts_as_standing_for_what_follows() -> None:
    # Once m is done, n is only a second barrier on s, and o lifts a way off the ground.
    checks = {"m": OPEN, "n": OPEN, "o": costs(2)}
    assert plan(checks, {"s": [("m", "n")], "t": [("o",)]}, deciding=("m",)) == [("m", "s"), ("o", "t"), ("n", "s")]
    assert plan(checks, {"s": [("m", "n")], "t": [("o",)]})[:3] == [("m", "s"), ("o", "t"), ("n", "s")]


def test_half_of_what_is_needed_is_not_standing() -> None:
    both = barrier("b", all_of=("c", "d"))
    steps = plan({"c": OPEN, "d": OPEN, "n": costs(1.5)}, {"s": [("b",)], "t": [("n",)]}, [both], deciding=("c",))
    assert steps == [("c", "s"), ("d", "s"), ("n", "t")]


@pytest.mark.parametrize(
    ("tallies", "closes"),
    [
        pytest.param({"a": "fail"}, ("s",), id="open on that account"),
        pytest.param({"a": "unknown"}, ("s",), id="not seen on that account"),
        pytest.param({"a": "pass", "b": "fail"}, (), id="open on another"),
        pytest.param({"a": "pass", None: "fail"}, ("s",), id="open for all"),
        pytest.param({"a": "pass", None: "unknown"}, ("s",), id="not seen for all"),
    ],
)
def test_a_step_helps_where_its_check_is_open(tallies: dict[str | None, str], closes: tuple[str, ...]) -> None:
    items = [judged("m", tallies), judged("g", {"a": "pass"})]
    world = Barriers(vocabulary(barrier("m"), barrier("g")), items, ["a", "b"], DAY)
    result = replay(world, scenario(("g", "m")), {"a": "x"}, ())
    assert make_plan(world, items, [result]) == [Step("m", closes)]


def test_for_the_organisation_any_account_counts() -> None:
    items = [judged("m", {"b": "fail"})]
    world = Barriers(vocabulary(barrier("m", scope="site")), items, ["a", "b"], DAY)
    result = replay(world, scenario(("m",), platforms=("site",)), {"a": "x"}, ())
    assert make_plan(world, items, [result]) == [Step("m", ("s",))]


def test_what_is_too_old_is_raised_by_no_step() -> None:
    from datetime import date

    items = [judged("m", {"a": "pass", "b": "fail"})]
    items[0].accounts["a"] = Tally(passed=1, oldest=date(2026, 1, 1))
    world = Barriers(vocabulary(barrier("m", max_age_days=30)), items, ["a", "b"], DAY)
    assert make_plan(world, items, [replay(world, scenario(("m",)), {"a": "x"}, ())]) == [Step("m", ())]


def answer(name: str, function: str, **more: Any) -> Barrier:
    return barrier(name, kind="response", phase="act", function=function, scope="organisation", **more)


@pytest.mark.parametrize(
    ("checks", "steps"),
    [
        pytest.param({"m": OPEN, "r": ("fail", {"severity": "critical"}), "z": ("fail", {"severity": "critical"})},
                     [("m", "s"), ("r", "s t"), ("z", "")], id="barriers, then answers, then the rest"),
        pytest.param({"m": OPEN, "r": GOOD, "z": OPEN}, [("m", "s"), ("z", "")], id="an answer that stands"),
        pytest.param({"m": GOOD, "r": DARK, "z": OPEN}, [("r", "s t"), ("z", "")], id="an answer that was not seen"),
        pytest.param({"m": GOOD, "r": ("attested", {}), "z": OPEN}, [("z", "")], id="an answer somebody vouches for"),
    ],
)  # fmt: skip
def test_answers_come_after_barriers(checks: Checks, steps: list[tuple[str, str]]) -> None:
    paths: dict[str, list[tuple[str, ...]]] = {"t": [("g",)], "s": [("m",)]}
    assert plan({**checks, "g": GOOD}, paths, [answer("r", "stop")], functions=("stop",)) == steps


def test_answers_are_ordered_act_cure_recover() -> None:
    checks: Checks = {
        "a": ("fail", {"stage": "recover"}),
        "b": ("fail", {"stage": "cure"}),
        "c": ("fail", {"stage": "act"}),
    }
    answers = [answer("a", "learn"), answer("b", "explain"), answer("c", "stop")]
    steps = plan({**checks, "g": GOOD}, {"s": [("g",)]}, answers, functions=("stop", "explain", "learn"))
    assert steps == [("c", "s"), ("b", "s"), ("a", "s")]


def test_an_answer_is_not_done_twice_and_every_part_of_it_is_needed() -> None:
    answers = [answer("r", "stop"), answer("q", "stop"), answer("w", "lead", all_of=("m",))]
    steps = plan({"m": OPEN, "r": GOOD, "q": OPEN}, {"s": [("m",)]}, answers, functions=("stop", "lead"))
    assert steps == [("m", "s"), ("q", "s")]


def test_every_open_check_is_a_step_and_no_other() -> None:
    checks = {state.replace("/", ""): (state, {}) for state in TALLIES}
    assert [name for name, _ in plan(checks, {})] == ["fail", "unknown"]
