"""The plan at its edges: its stages, what goes first in each, what is one step, and what a step brings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditgen.audit.disasters.barriers import Barriers
from auditgen.audit.disasters.vocabulary import Barrier, Cause
from auditgen.audit.plan.acts import COUNT_ATTESTED, Acts, Added
from auditgen.audit.plan.outlook import RANK, Outlook, counted, passing
from auditgen.audit.verdicts import Tally
from tests.tools.small_plans import NO_ACTS, Checks, made_of, outlook, plan, plan_of
from tests.tools.small_world import DAY, barrier, judged, profile, vocabulary

OPEN: tuple[str, dict[str, Any]] = ("fail", {})
DARK: tuple[str, dict[str, Any]] = ("unknown", {})
GOOD: tuple[str, dict[str, Any]] = ("pass", {})
TRUSTED: tuple[str, dict[str, Any]] = ("attested", {})
LAUNCH = profile(max_open={"critical": 0, "high": 0}, minimum_depth=1)


def bad(severity: str, **more: Any) -> tuple[str, dict[str, Any]]:
    return "fail", {"severity": severity, **more}


def dark(severity: str, **more: Any) -> tuple[str, dict[str, Any]]:
    return "unknown", {"severity": severity, **more}


def order(*steps: tuple[str, str, str]) -> list[str]:
    return [checks for _, checks, _ in steps]


@pytest.mark.parametrize(
    ("checks", "steps"),
    [
        pytest.param({"m": OPEN, "n": OPEN}, [("depth", "m", "s"), ("depth", "n", "s")], id="two kinds are the aim"),
        pytest.param({"m": OPEN, "n": OPEN, "o": OPEN}, [("depth", "m", "s"), ("depth", "n", "s"), ("rest", "o", "")],
                     id="a third is asked for by nobody"),
        pytest.param({"m": bad("high", effort=3), "n": bad("high", effort=1), "o": bad("high", effort=2)},
                     [("depth", "n", "s"), ("depth", "o", "s"), ("rest", "m", "")], id="the cheapest two of three"),
        pytest.param({"m": GOOD, "n": OPEN}, [("depth", "n", "s")], id="one stands already"),
        pytest.param({"m": GOOD, "n": GOOD, "o": OPEN}, [("rest", "o", "")], id="both stand"),
        pytest.param({"m": DARK, "n": OPEN}, [("depth", "n", "s"), ("depth", "m", "s")], id="known before not known, of equals"),
    ],
)  # fmt: skip
def test_every_way_comes_to_two_kinds_of_barrier(checks: Checks, steps: list[tuple[str, str, str]]) -> None:
    assert plan(checks, {"s": [tuple(checks)]}) == steps


@pytest.mark.parametrize(
    ("rules", "checks", "stages"),
    [
        pytest.param({"max_open": {"critical": 0}}, {"c": bad("critical"), "h": bad("high")}, ["open c", "rest h"],
                     id="what the rule asks for"),
        pytest.param({"max_open": {"critical": 1}}, {"c": bad("critical"), "h": bad("high")}, ["rest c", "rest h"],
                     id="as many as the rule lets through"),
        pytest.param({"max_open": {"critical": 0}}, {"c": dark("critical"), "h": bad("high")}, ["unknown c", "rest h"],
                     id="not known: to find out"),
        pytest.param({"max_open": {"critical": 0, "high": 0}}, {"c": dark("critical"), "h": bad("high")},
                     ["open h", "unknown c"], id="what is known goes before what is not"),
        pytest.param({"max_open": {"high": 0}}, {"c": dark("critical"), "h": bad("high")}, ["open h", "rest c"],
                     id="no rule asks for it"),
    ],
)  # fmt: skip
def test_what_decides_the_gate_goes_first(rules: dict[str, Any], checks: Checks, stages: list[str]) -> None:
    steps = plan(checks, {}, rules=profile(**rules))
    assert [f"{stage} {names}" for stage, names, _ in steps] == stages


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(bad("critical", effort=9), bad("high"), id="critical before high"),
        pytest.param(bad("high"), bad("critical", clause={"code": "C"}), id="what is so before what is written nowhere"),
        pytest.param(bad("high", stage="prevent"), bad("high", stage="act"), id="prevent before act"),
        pytest.param(bad("high", stage="act"), bad("high", stage="cure"), id="act before cure"),
        pytest.param(bad("high", stage="cure"), bad("high", stage="recover"), id="cure before recover"),
        pytest.param(bad("high", effort=1), bad("high", effort=2), id="of equals the smaller"),
    ],
)  # fmt: skip
def test_of_what_decides_the_worst_goes_first(
    first: tuple[str, dict[str, Any]], second: tuple[str, dict[str, Any]]
) -> None:
    assert order(*plan({"a": second, "z": first}, {}, rules=LAUNCH)) == ["z", "a"]
    assert order(*plan({"a": first, "z": second}, {}, rules=LAUNCH)) == ["a", "z"]


def test_of_equally_bad_things_the_one_that_more_is_known_to_come_through_goes_first() -> None:
    paths = {"s": [("a",)], "t": [("z",)], "u": [("z",)]}
    assert plan({"a": bad("high"), "z": bad("high")}, paths, rules=LAUNCH) == [("open", "z", "t u"), ("open", "a", "s")]
    dear = {"a": bad("high"), "z": bad("high", effort=2.5)}
    assert plan(dear, paths, rules=LAUNCH) == [("open", "z", "t u"), ("open", "a", "s")]
    # As many through each: the one that lifts most for its effort.
    even = {"s": [("a",)], "t": [("z",)]}
    assert plan(dear, even, rules=LAUNCH) == [("open", "a", "s"), ("open", "z", "t")]
    assert plan({"a": bad("high", effort=2), "z": bad("high")}, even, rules=LAUNCH) == [
        ("open", "z", "t"),
        ("open", "a", "s"),
    ]


def test_a_disaster_that_reaches_us_for_certain_decides_and_one_not_ruled_out_has_to_be_looked_at() -> None:
    rules = profile(minimum_depth=1)
    low = {"effort": 1, "severity": "low"}
    known = plan({"m": ("fail", low), "n": ("fail", {**low, "effort": 2})}, {"s": [("m", "n")]}, rules=rules)
    assert known[0] == ("open", "m", "s")
    assert plan({"m": ("unknown", low)}, {"s": [("m",)]}, rules=rules) == [("unknown", "m", "s")]


@pytest.mark.parametrize(
    ("seen", "stages"),
    [
        pytest.param(0.5, ["rest a", "rest b"], id="seen enough"),
        pytest.param(0.51, ["unknown a", "rest b"], id="a little too little: one more"),
        pytest.param(0.75, ["unknown a", "rest b"], id="exactly enough with one more"),
        pytest.param(0.76, ["unknown a", "unknown b"], id="two more"),
    ],
)
def test_as_much_has_to_be_seen_as_the_gate_asks(seen: float, stages: list[str]) -> None:
    checks = {"a": DARK, "b": DARK, "c": GOOD, "d": GOOD}
    steps = plan(checks, {}, rules=profile(minimum_seen=seen))
    assert [f"{stage} {names}" for stage, names, _ in steps] == stages


@pytest.mark.parametrize(
    ("checks", "needs", "wanted"),
    [
        pytest.param({"c": OPEN, "d": OPEN}, {"all_of": ("c", "d")}, {"c", "d"}, id="both are needed"),
        pytest.param({"c": GOOD, "d": OPEN}, {"all_of": ("c", "d")}, {"d"}, id="one is done"),
        pytest.param({"c": OPEN, "d": GOOD}, {"any_of": ("c", "d")}, set(), id="another way holds"),
        pytest.param({"c": bad("high", effort=3), "d": bad("high", effort=2)}, {"any_of": ("c", "d")}, {"d"},
                     id="the cheaper of two"),
        pytest.param({"c": OPEN, "d": bad("high", effort=3), "e": bad("high", effort=2)},
                     {"all_of": ("c",), "any_of": ("d", "e")}, {"c", "e"}, id="what must hold, and the cheaper of two"),
        pytest.param({"c": ("n/a", {}), "d": OPEN}, {"any_of": ("c", "d")}, {"d"}, id="what concerns nothing is no way"),
    ],
)  # fmt: skip
def test_what_a_barrier_waits_for(checks: Checks, needs: dict[str, Any], wanted: set[str]) -> None:
    steps = plan(checks, {"s": [("b",)]}, [barrier("b", **needs)])
    assert {names for stage, names, _ in steps if stage == "depth"} == wanted
    # Half of what is needed lifts nothing; the last of it lifts all.
    assert [lifts for stage, _, lifts in steps if stage == "depth"] == [""] * (len(wanted) - 1) + ["s"] * bool(wanted)


def test_one_barrier_of_a_kind_is_enough_and_a_twin_of_what_stands_is_nothing_more() -> None:
    twins = [barrier("b1", "kind", all_of=("c",)), barrier("b2", "kind", all_of=("d",))]
    steps = plan({"c": bad("high", effort=2), "d": OPEN}, {"s": [("b1", "b2")]}, twins)
    assert steps == [("depth", "d", "s"), ("rest", "c", "")]
    assert plan({"c": GOOD, "d": OPEN}, {"s": [("b1", "b2")]}, twins) == [("rest", "d", "")]


@pytest.mark.parametrize(("kind", "stage"), [("barrier", "depth"), ("safeguard", "rest")])
def test_a_safeguard_stops_nothing(kind: str, stage: str) -> None:
    assert plan({"c": OPEN, "m": GOOD}, {"s": [("m", "c")]}, [barrier("c", kind=kind)])[0][0] == stage


def test_a_cause_is_answered_by_its_own_check_or_by_a_barrier_it_does_not_take() -> None:
    phone = Cause("phone", "one phone", "One phone.", "shared", ("m", "n"))
    checks = {"m": GOOD, "n": GOOD, "o": bad("high", effort=3), "shared": OPEN}
    paths = {"s": [("m", "n", "o")]}
    assert plan(checks, paths, causes=(phone,)) == [("depth", "shared", "s"), ("rest", "o", "")]
    cheap = {**checks, "o": bad("high", effort=0.5)}
    assert plan(cheap, paths, causes=(phone,)) == [("depth", "o", "s"), ("rest", "shared", "")]
    assert plan({**checks, "shared": GOOD}, paths, causes=(phone,)) == [("rest", "o", "")]


def answer(name: str, function: str, phase: str = "act", **more: Any) -> Barrier:
    return barrier(name, kind="response", phase=phase, function=function, scope="organisation", **more)


@pytest.mark.parametrize(
    ("state", "stage"),
    [("fail", "answer"), ("unknown", "answer"), ("pass", None), ("attested", None)],
)
def test_a_link_of_the_answer(state: str, stage: str | None) -> None:
    steps = plan({"r": (state, {}), "g": GOOD}, {"s": [("g",)]}, [answer("r", "stop")], functions=("stop",))
    assert [found for found, names, _ in steps if names == "r"] == ([stage] if stage else [])


def test_barriers_come_before_answers_and_answers_before_the_rest() -> None:
    steps = plan({"m": OPEN, "r": bad("critical"), "z": bad("critical")}, {"s": [("m",)]}, [answer("r", "stop")],
                 functions=("stop",))  # fmt: skip
    assert [(stage, names) for stage, names, _ in steps] == [("depth", "m"), ("answer", "r"), ("rest", "z")]


SCREEN = Acts(
    screens={"m": "page", "n": "page", "o": "page"}, where={"page": "the page"}, added={}, order={"o": 0, "n": 1, "m": 2},
    follows={},
)  # fmt: skip


@pytest.mark.parametrize(
    ("checks", "steps"),
    [
        pytest.param({"m": OPEN, "n": OPEN}, ["n m"], id="one screen is one step, in the order of its list"),
        pytest.param({"m": bad("critical"), "n": OPEN}, ["m n"], id="the worst of a screen leads"),
        pytest.param({"m": OPEN, "n": DARK}, ["m n"], id="what was not seen is looked at while there"),
        pytest.param({"m": OPEN, "n": GOOD}, ["m"], id="what holds is no step"),
        pytest.param({"m": DARK, "n": DARK}, ["m", "n"], id="nothing to put right: looked at one by one"),
        pytest.param({"m": OPEN, "z": OPEN}, ["m", "z"], id="another screen is another step"),
    ],
)
def test_what_is_put_right_on_one_screen_is_one_step(checks: Checks, steps: list[str]) -> None:
    assert order(*plan(checks, {}, acts=SCREEN)) == steps


def test_rules_are_one_step_that_costs_what_all_cost_and_questions_one_that_costs_one() -> None:
    clause, question = {"clause": {"code": "C"}}, {"attest": {"question": "Was it?"}}
    checks = {
        "a": bad("low", **clause),
        "b": bad("low", effort=2, **clause),
        "q": ("unknown", question),
        "r": ("unknown", question),
    }
    world = Barriers(vocabulary(), made_of(checks), (), DAY)
    steps = plan_of(outlook(world, {}), profile()).steps
    assert sorted((step.act.id, " ".join(step.act.checks), step.act.effort) for step in steps) == [
        ("ask", "q r", 1), ("clause", "a b", 3),
    ]  # fmt: skip


SOURCES = replace(NO_ACTS, added={
    "access": Added("roles", "Write down the roles", "Complete the roles", 40),
    "people.left_on": Added("leavers", "Ask who left", "Ask again", 15),
})  # fmt: skip


def test_a_missing_source_is_one_step_and_a_check_waits_for_all_of_its_sources() -> None:
    found = [judged(name, {None: "unknown"}, needs=needs) for name, needs in (
        ("a", ("access",)), ("b", ("access",)), ("both", ("access", "people.left_on")),
    )]  # fmt: skip
    for item in found:
        item.missing = item.check.needs
    view = outlook(Barriers(vocabulary(), found, (), DAY), {})
    steps = plan_of(view, profile(), SOURCES).steps
    assert [(step.act.kind, step.act.title, step.act.needs) for step in steps] == [
        ("source", "Write down the roles", ("access",)), ("source", "Ask who left", ("people.left_on",)),
    ]  # fmt: skip
    assert [step.act.checks for step in steps] == [("a", "b", "both"), ("both",)]
    assert [step.settled for step in steps] == [("a", "b"), ("both",)]
    assert [step.answered for step in steps] == [{"high": 2}, {"high": 1}]


def test_cells_that_are_missing_in_one_source_are_one_step() -> None:
    found = [judged(name, {"x": "unknown"}, needs=("access",)) for name in ("a", "b")]
    (step,) = plan_of(outlook(Barriers(vocabulary(), found, (), DAY), {}), profile(), SOURCES).steps
    assert (step.act.kind, step.act.title, step.act.checks) == ("look", "Complete the roles", ("a", "b"))


def test_what_was_seen_too_long_ago_for_a_barrier_has_to_be_looked_at_again() -> None:
    items = made_of({"m": GOOD})
    items[0].accounts["a"] = Tally(passed=1, oldest=date(2026, 1, 1))
    world = Barriers(vocabulary(barrier("m", max_age_days=30)), items, ["a"], DAY)
    steps = plan_of(outlook(world, {"s": [("m",)]}), profile(minimum_depth=1)).steps
    assert [(step.stage, step.act.kind, step.act.checks, step.lifts) for step in steps] == [
        ("unknown", "look", ("m",), ("s",))
    ]


def test_the_setting_is_a_step_only_where_nothing_else_can_help() -> None:
    paths = {"s": [("m", "n")]}
    rules = profile(minimum_depth=1)
    assert plan({"m": TRUSTED, "n": OPEN}, paths, rules=rules) == [("unknown", "n", "s")]
    assert plan({"m": TRUSTED}, {"s": [("m",)]}, rules=rules) == [("unknown", COUNT_ATTESTED, "s")]
    assert plan({"m": TRUSTED}, {"s": [("m",)]}, rules=rules, count_attested=True) == []


def test_what_people_vouch_for_still_does_not_count_once_they_did() -> None:
    asked = judged("m", {"a": "unknown"}, attest={"question": "Was it?"})
    world = Barriers(vocabulary(barrier("m")), [asked], ["a"], DAY)
    view = outlook(world, {"s": [("m",)]})
    assert view.result("s", frozenset({"m"})).state == "reaches"
    assert view.result("s", frozenset({"m", COUNT_ATTESTED})).state == "single"


def test_a_check_that_passes_then_passes_for_all_it_examined_today() -> None:
    item = judged("m", {"a": "fail", "b": "unknown", "c": "pass", "d": "n/a"})
    now = passing(item, Barriers(vocabulary(), [item], (), DAY))
    assert (now.state, now.counts["pass"], now.counts["n/a"]) == ("holds", 3, 1)
    assert now.accounts["a"] == Tally(passed=1, oldest=DAY)
    assert now.accounts["d"] == Tally(not_applicable=1)
    assert item.counts["fail"] == 1


def test_what_is_left_after_a_step_is_what_the_gate_would_then_say() -> None:
    checks = {"m": bad("critical"), "n": dark("high"), "o": bad("high", effort=2)}
    world = Barriers(vocabulary(*map(barrier, checks)), made_of(checks), ["a"], DAY)
    steps = plan_of(outlook(world, {"s": [("m", "o")]}), LAUNCH).steps
    assert [step.act.checks for step in steps] == [("m",), ("o",), ("n",)]
    assert [step.after for step in steps] == [
        {"reaches": 0, "single": 1, "held": 0, "critical_open": 0, "high_open": 1, "unseen": 1, "gate": "not_ready"},
        {"reaches": 0, "single": 0, "held": 1, "critical_open": 0, "high_open": 0, "unseen": 1, "gate": "cannot_tell"},
        {"reaches": 0, "single": 0, "held": 1, "critical_open": 0, "high_open": 0, "unseen": 0, "gate": "ready"},
    ]
    assert [step.closed for step in steps] == [{"critical": 1}, {"high": 1}, {}]


NAMES = ("c0", "c1", "c2", "c3", "c4", "c5")
WORLDS = st.fixed_dictionaries({
    "states": st.fixed_dictionaries({
        name: st.fixed_dictionaries({a: st.sampled_from(["pass", "fail", "unknown", "n/a", "attested"]) for a in ("a", "b")})
        for name in NAMES
    }),
    "kinds": st.lists(st.sampled_from(["k0", "k1", "k2"]), min_size=4, max_size=4),
    "needs": st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True), min_size=4, max_size=4),
    "paths": st.lists(st.lists(st.sampled_from(["b0", "b1", "b2", "b3"]), min_size=1, max_size=3, unique=True),
                      min_size=1, max_size=4),
    "efforts": st.lists(st.sampled_from([0.5, 1, 2, 3]), min_size=6, max_size=6),
})  # fmt: skip


def drawn(found: dict[str, Any]) -> Outlook:
    words = vocabulary(*(
        barrier(f"b{place}", kind, all_of=tuple(needs))
        for place, (kind, needs) in enumerate(zip(found["kinds"], found["needs"], strict=True))
    ))  # fmt: skip
    items = [
        judged(name, states, effort=effort)
        for (name, states), effort in zip(found["states"].items(), found["efforts"], strict=True)
    ]
    paths = {f"s{place}": [tuple(path)] for place, path in enumerate(found["paths"])}
    return outlook(Barriers(words, items, ("a", "b"), DAY), paths, ("a", "b"))


@settings(max_examples=60, deadline=None)
@given(found=WORLDS)
def test_what_a_step_lifts_is_what_a_whole_replay_says(found: dict[str, Any]) -> None:
    view = drawn(found)
    steps = plan_of(view, LAUNCH).steps
    before = {name: item.state for name, item in view.now.items()}
    done: dict[str, Any] = dict(view.barriers.judged)
    trusted = False
    for step in steps:
        for name in step.settled:
            trusted = trusted or name == COUNT_ATTESTED
            if name in done:
                done[name] = passing(done[name], view.barriers)
        # From nothing: every barrier judged again, every disaster replayed again.
        items = list(done.values())
        world = Barriers(view.barriers.vocabulary, items, ("a", "b"), DAY, count_attested=trusted)
        after = {name: outlook(world, {name: [path.barriers for path in told.paths]}, ("a", "b")).now[name]
                 for name, told in view.scenarios.items()}  # fmt: skip
        lifted = {name for name, item in after.items() if RANK[item.state] > RANK[before[name]]}
        assert set(step.lifts) == lifted
        assert {key: step.after[key] for key in ("reaches", "single", "held")} == counted(after.values())
        before = {name: item.state for name, item in after.items()}


@settings(max_examples=60, deadline=None)
@given(found=WORLDS)
def test_every_open_check_is_in_one_step_and_the_plan_is_the_same_again(found: dict[str, Any]) -> None:
    view = drawn(found)
    steps = plan_of(view, LAUNCH).steps
    waiting = sorted(name for name, item in view.barriers.judged.items() if item.state in ("open", "unseen"))
    assert sorted(name for step in steps for name in step.settled if name != COUNT_ATTESTED) == waiting
    other = drawn({**found, "paths": found["paths"]})
    assert plan_of(other, LAUNCH).steps == steps
