"""Disasters at their edges: depth, ceiling, the weakest account and path, and what one cause takes away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditgen.audit.disasters.barriers import Barriers
from auditgen.audit.disasters.scenarios import (
    TARGET_DEPTH,
    hangs_on_one,
    hangs_whatever_is_unseen,
    replay,
)
from auditgen.audit.disasters.vocabulary import Cause
from tests.tools.small_world import DAY, barrier, judged, scenario, vocabulary, world

BOTH = {"a": "x", "b": "x"}
# m, n and o are three kinds; m2 is of the kind of m; s is a safeguard.
BARRIERS = (barrier("m"), barrier("m2", "m"), barrier("n"), barrier("o"), barrier("s", kind="safeguard"))


def of(states: dict[str, str], account: str = "a", **more: object) -> Barriers:
    """A world of one account, in which the check of each barrier says so."""
    return world({name: {account: state} for name, state in states.items()}, *BARRIERS, accounts=(account,), **more)


@pytest.mark.parametrize(
    ("states", "depth", "ceiling", "target", "state"),
    [
        pytest.param({"m": "fail"}, 0, 1, 1, "reaches", id="nothing stands"),
        pytest.param({"m": "unknown", "n": "unknown"}, 0, 2, 2, "reaches", id="what was not seen counts as open"),
        pytest.param({"m": "pass"}, 1, 1, 1, "single", id="one of one"),
        pytest.param({"m": "pass", "n": "fail"}, 1, 2, 2, "single", id="one of two"),
        pytest.param({"m": "pass", "m2": "pass"}, 1, 1, 1, "single", id="two of one kind are one"),
        pytest.param({"m": "pass", "m2": "pass", "n": "pass"}, 2, 2, 2, "held", id="two kinds"),
        pytest.param({"m": "pass", "n": "pass", "o": "pass"}, 3, 3, 2, "held", id="no more than two are aimed at"),
        pytest.param({"m": "pass", "s": "pass"}, 1, 1, 1, "single", id="a safeguard is no barrier"),
        pytest.param({"m": "pass", "n": "n/a"}, 1, 1, 1, "single", id="what concerns nothing lowers the ceiling"),
        pytest.param({"m": "pass", "m2": "n/a", "n": "fail"}, 1, 2, 2, "single", id="its twin keeps the kind"),
        pytest.param({"m": "attested", "n": "pass"}, 1, 2, 2, "single", id="a word is no barrier"),
    ],
)
def test_depth_and_ceiling(states: dict[str, str], depth: int, ceiling: int, target: int, state: str) -> None:
    result = replay(of(states), scenario(tuple(states)), {"a": "x"}, ())
    (path,) = result.paths
    assert (result.depth, result.ceiling, path.target, result.state) == (depth, ceiling, target, state)


def test_a_word_counts_where_the_workspace_lets_it() -> None:
    result = replay(of({"m": "attested", "n": "pass"}, count_attested=True), scenario(("m", "n")), {"a": "x"}, ())
    assert (result.depth, result.state) == (2, "held")


def test_two_kinds_are_the_target() -> None:
    assert TARGET_DEPTH == 2


@pytest.mark.parametrize(
    ("m", "n", "launch", "weakest"),
    [
        pytest.param(("pass", "pass"), ("pass", "fail"), (), "b", id="the one with less"),
        pytest.param(("fail", "pass"), ("pass", "pass"), (), "a", id="the one with less, whichever barrier"),
        pytest.param(("fail", "pass"), ("pass", "pass"), ("b",), "a", id="less comes before the launch"),
        pytest.param(("fail", "fail"), ("pass", "pass"), (), "a", id="of equals the first by name"),
        pytest.param(("fail", "fail"), ("pass", "pass"), ("b",), "b", id="of equals the one of the launch"),
        pytest.param(("fail", "fail"), ("pass", "pass"), ("a", "b"), "a", id="both of the launch"),
        pytest.param(("n/a", "fail"), ("pass", "pass"), ("a",), "b", id="equally deep, but that one could be deeper"),
        pytest.param(("unknown", "fail"), ("pass", "pass"), (), "a", id="not seen is as bad as open"),
        pytest.param(
            ("unknown", "fail"), ("fail", "fail"), (), "b", id="of two that are open the one that is known to be"
        ),
        pytest.param(("unknown", "fail"), ("fail", "fail"), ("a",), "b", id="known to be open comes before the launch"),
        pytest.param(("unknown", "unknown"), ("fail", "fail"), (), "a", id="of two that may be open the first"),
    ],
)
def test_the_weakest_account(m: tuple[str, str], n: tuple[str, str], launch: tuple[str, ...], weakest: str) -> None:
    states = {"m": dict(zip("ab", m, strict=True)), "n": dict(zip("ab", n, strict=True))}
    result = replay(world(states, *BARRIERS), scenario(("m", "n")), BOTH, launch)
    assert result.account == weakest
    assert [item.account for item in result.every] == [weakest, "b" if weakest == "a" else "a"]


@pytest.mark.parametrize(
    ("states", "paths", "weakest", "depth"),
    [
        pytest.param({"m": "pass", "n": "pass"}, [("m", "n"), ("m",)], 1, 1, id="the second is weaker"),
        pytest.param({"m": "pass", "n": "fail"}, [("n",), ("m",)], 0, 0, id="the first is weaker"),
        pytest.param({"m": "pass", "n": "pass"}, [("m",), ("n",)], 0, 1, id="of equals the first told"),
        pytest.param({"m": "n/a", "n": "pass"}, [("m",), ("n",)], 0, 1, id="a way that concerns nobody is no way"),
    ],
)
def test_the_weakest_path(states: dict[str, str], paths: list[tuple[str, ...]], weakest: int, depth: int) -> None:
    result = replay(of(states), scenario(*paths), {"a": "x"}, ())
    assert (result.weakest, result.depth) == (weakest, depth)


PHONE = Cause("cc-phone", "one phone", "One phone carries {account}.", "shared", ("m", "n"))
DESK = Cause("cc-desk", "one desk", "One desk holds {account}.", "desk", ("m", "n", "o"))


@pytest.mark.parametrize(
    ("states", "outcome", "cause", "says"),
    [
        pytest.param({"m": "fail", "n": "fail"}, "not_applicable", None,
                     "Nothing stands in the way yet, so there is nothing to lose.", id="nothing to lose"),
        pytest.param({"m": "pass", "n": "fail"}, "broken", "m", "Only one barrier stands for a: m.", id="one barrier"),
        pytest.param({"m": "pass", "m2": "pass", "n": "fail"}, "broken", "m",
                     "Only barriers of one kind stand for a: m; m2.", id="one kind"),
        pytest.param({"m": "pass", "n": "pass", "shared": "pass", "desk": "pass"}, "met", None,
                     "No single cause would leave the way open.", id="no cause is there"),
        pytest.param({"m": "pass", "n": "pass", "shared": "n/a", "desk": "n/a"}, "met", None,
                     "No single cause would leave the way open.", id="no cause concerns it"),
        pytest.param({"m": "pass", "n": "pass", "shared": "fail", "desk": "pass"}, "broken", "cc-phone",
                     "One phone carries a.", id="a cause that is there"),
        pytest.param({"m": "pass", "n": "pass", "shared": "unknown", "desk": "pass"}, "broken", "cc-phone",
                     "Nobody could see whether one phone would take away all that stands for a.", id="nobody could see"),
        pytest.param({"m": "pass", "n": "pass", "desk": "pass"}, "broken", "cc-phone",
                     "Nobody could see whether one phone would take away all that stands for a.", id="nobody looked"),
        pytest.param({"m": "pass", "n": "pass", "shared": "pass", "desk": "fail"}, "broken", "cc-desk",
                     "One desk holds a.", id="the second cause is there"),
        pytest.param({"m": "pass", "n": "pass", "o": "pass", "shared": "fail", "desk": "pass"}, "met", None,
                     "No single cause would leave the way open.", id="a third that the cause does not take stands"),
        pytest.param({"m": "pass", "n": "pass", "o": "fail", "shared": "fail", "desk": "pass"}, "broken", "cc-phone",
                     "One phone carries a.", id="the third that it does not take is open"),
        pytest.param({"m": "pass", "o": "pass", "shared": "fail", "desk": "pass"}, "met", None,
                     "No single cause would leave the way open.", id="one that stands is not taken"),
        pytest.param({"m": "pass", "o": "pass", "shared": "pass", "desk": "fail"}, "broken", "cc-desk",
                     "One desk holds a.", id="the cause takes more than stands"),
        pytest.param({"m": "pass", "n": "pass", "s": "pass", "shared": "fail", "desk": "pass"}, "broken", "cc-phone",
                     "One phone carries a.", id="a safeguard that stands saves nothing"),
    ],
)  # fmt: skip
def test_one_cause(states: dict[str, str], outcome: str, cause: str | None, says: str) -> None:
    names = tuple(name for name in states if name not in ("shared", "desk"))
    result = replay(of(states, causes=(PHONE, DESK)), scenario(names), {"a": "x"}, ())
    assert result.single_cause == (outcome, cause, says)
    assert result.state == {"not_applicable": "reaches", "broken": "single", "met": "held"}[outcome]


def test_one_cause_of_the_organisation_names_it() -> None:
    items = (barrier("m", scope="site"), barrier("n", scope="site"))
    states: dict[str, dict[str | None, str]] = {"m": {None: "pass"}, "n": {None: "pass"}, "shared": {None: "fail"}}
    result = replay(world(states, *items, causes=(PHONE,)), scenario(("m", "n"), platforms=("site",)), BOTH, ())
    assert result.single_cause[2] == "One phone carries the organisation."
    unseen = {**states, "shared": {None: "unknown"}}
    result = replay(world(unseen, *items, causes=(PHONE,)), scenario(("m", "n"), platforms=("site",)), BOTH, ())
    assert result.single_cause[2] == "Nobody could see whether one phone would take away all that stands."
    alone = {**states, "n": {None: "fail"}}
    result = replay(world(alone, *items, causes=(PHONE,)), scenario(("m", "n"), platforms=("site",)), BOTH, ())
    assert result.single_cause[2] == "Only one barrier stands: m."


def test_where_one_path_is_open_nothing_is_said_of_a_cause() -> None:
    result = replay(of({"m": "pass", "n": "fail"}), scenario(("m",), ("n",)), {"a": "x"}, ())
    assert result.single_cause[0] == "not_applicable"


@pytest.mark.parametrize(
    ("states", "hangs", "for_sure"),
    [
        pytest.param({"m": "pass", "n": "fail"}, True, True, id="one stands, the other is open"),
        pytest.param({"m": "pass", "n": "unknown"}, True, False, id="the other might stand"),
        pytest.param({"m": "pass", "n": "attested"}, True, False, id="there is a word for the other"),
        pytest.param({"m": "pass", "m2": "unknown", "n": "fail"}, True, True, id="a twin might stand"),
        pytest.param({"m": "pass", "s": "unknown"}, True, True, id="a safeguard might stand"),
        pytest.param({"m": "pass", "n": "pass", "shared": "fail"}, True, True, id="a cause is there"),
        pytest.param({"m": "pass", "n": "pass", "shared": "unknown"}, True, False, id="a cause might be there"),
        pytest.param({"m": "pass", "n": "pass", "shared": "pass"}, False, False, id="no cause is there"),
        pytest.param({"m": "pass", "n": "pass", "o": "unknown", "shared": "fail"}, True, False,
                     id="a third that the cause does not take might stand"),
        pytest.param({"m": "pass", "n": "unknown", "o": "fail", "shared": "fail"}, True, True,
                     id="the cause takes what might stand too"),
        pytest.param({"m": "fail", "n": "fail"}, False, True, id="nothing stands or might"),
    ],
)  # fmt: skip
def test_what_hangs_on_one(states: dict[str, str], hangs: bool, for_sure: bool) -> None:
    barriers = of(states, causes=(PHONE,))
    names = tuple(name for name in states if name != "shared")
    (path,) = replay(barriers, scenario(names), {"a": "x"}, ()).every
    assert (hangs_on_one(barriers, path), hangs_whatever_is_unseen(barriers, path)) == (hangs, for_sure)


@pytest.mark.parametrize(
    ("platforms", "of_scenario", "state", "accounts"),
    [
        pytest.param({"a": "x", "b": "y"}, ("x",), "single", ("a",), id="accounts on the platform"),
        pytest.param({"a": "x", "b": "y"}, ("x", "y"), "single", ("a", "b"), id="either platform"),
        pytest.param({"a": "x", "b": "y"}, ("any",), "single", ("a", "b"), id="any platform"),
        pytest.param({"a": "x", "b": None}, ("z",), "single", ("b",), id="a platform nobody wrote down may be it"),
        pytest.param({"a": "x", "b": "y"}, ("z",), "not_applicable", (), id="nobody is on it"),
        pytest.param({}, ("z",), "reaches", (), id="without an inventory nothing is ruled out"),
        pytest.param({"a": "x", "b": "y"}, ("site",), "reaches", (), id="a site has no account"),
        pytest.param({"a": "x", "b": "y"}, ("site", "x"), "single", ("a",), id="a site and a platform"),
    ],
)
def test_whom_it_concerns(
    platforms: dict[str, str | None], of_scenario: tuple[str, ...], state: str, accounts: tuple
) -> None:  # type: ignore[type-arg]
    barriers = world({"m": {"a": "pass", "b": "pass"}}, *BARRIERS)
    result = replay(barriers, scenario(("m",), platforms=of_scenario), platforms, ())
    assert (result.state, result.accounts) == (state, accounts)


@pytest.mark.parametrize(
    ("more", "state", "says"),
    [
        pytest.param({"preventable": False}, "not_preventable", "No barrier of ours could have stopped this one.", id="told so"),
        pytest.param({"paths": ()}, "not_preventable", "No barrier of ours could have stopped this one.", id="without a way"),
        pytest.param({"paths": (("s",),)}, "not_applicable", "No barrier of this way concerns our accounts.",
                     id="only a safeguard"),
        pytest.param({"platforms": ("z",)}, "not_applicable", "No account of ours is on the platforms concerned.", id="elsewhere"),
    ],
)  # fmt: skip
def test_what_is_not_replayed(more: dict[str, object], state: str, says: str) -> None:
    paths = more.pop("paths", (("m",),))
    result = replay(of({"m": "pass", "s": "pass"}), scenario(*paths, **more), {"a": "x"}, ())  # type: ignore[misc]
    assert (result.state, result.single_cause, result.depth, result.account) == (
        state, ("not_applicable", None, says), 0, None,
    )  # fmt: skip
    assert (result.paths, result.every, result.ceiling, result.weakest) == ((), (), 0, 0)


def test_an_account_that_no_barrier_concerns_is_not_on_the_way() -> None:
    result = replay(world({"m": {"a": "n/a", "b": "pass"}}, *BARRIERS), scenario(("m",)), BOTH, ())
    assert [item.account for item in result.every] == ["b"]


@pytest.mark.parametrize(
    ("states", "state"),
    [
        pytest.param(("pass", "pass"), "stands", id="both"),
        pytest.param(("pass", "fail"), "open", id="one of two is not enough"),
        pytest.param(("pass", "unknown"), "unseen", id="one was not seen"),
        pytest.param(("pass", "attested"), "attested", id="a word for one"),
        pytest.param(("unknown", "fail"), "open", id="open before unseen"),
        pytest.param(("n/a", "fail"), "open", id="the other concerns nothing"),
        pytest.param(("n/a", "pass"), "stands", id="only one concerns anything"),
        pytest.param(("n/a", "n/a"), "unseen", id="none concerns anything"),
    ],
)
def test_a_link_of_the_answer_stands_only_when_all_it_needs_stands(states: tuple[str, str], state: str) -> None:
    items = [
        barrier(name, kind="response", phase="act", function="detect", scope="organisation") for name in ("r1", "r2")
    ]
    found = [judged(name, {None: said}) for name, said in zip(("r1", "r2"), states, strict=True)]
    words = vocabulary(barrier("m"), *items, functions=("detect", "lead"))
    result = replay(Barriers(words, found, ["a"], DAY), scenario(("m",)), {"a": "x"}, ())
    assert [(link.function, link.state, len(link.barriers)) for link in result.chain] == [
        ("detect", state, 2),
        ("lead", "unseen", 0),
    ]


@pytest.mark.parametrize(
    ("states", "state"),
    [
        pytest.param(("pass", "pass", "fail"), "stands", id="one of the two is enough"),
        pytest.param(("pass", "unknown", "attested"), "attested", id="the better of the two"),
        pytest.param(("pass", "fail", "fail"), "open", id="neither of the two"),
        pytest.param(("fail", "pass", "pass"), "open", id="what is a must is open"),
        pytest.param(("unknown", "pass", "pass"), "unseen", id="what is a must was not seen"),
        pytest.param(("pass", "n/a", "n/a"), "stands", id="the two concern nothing"),
        pytest.param(("n/a", "fail", "pass"), "stands", id="the must concerns nothing"),
    ],
)
def test_of_some_parts_of_a_link_one_is_enough(states: tuple[str, ...], state: str) -> None:
    names = ("r1", "r2", "r3")
    items = [barrier(name, kind="response", phase="act", function="regain", scope="organisation") for name in names]
    words = vocabulary(barrier("m"), *items, functions=("regain",))
    words.functions["regain"].update({"all_of": ["r1"], "any_of": ["r2", "r3"]})  # type: ignore[attr-defined]
    found = [judged(name, {None: said}) for name, said in zip(names, states, strict=True)]
    (link,) = replay(Barriers(words, found, ["a"], DAY), scenario(("m",)), {"a": "x"}, ()).chain
    assert (link.state, link.needed, link.either) == (state, ("r1",), ("r2", "r3"))
    assert [standing.state for _, standing in link.barriers] == [
        {"pass": "stands", "fail": "open", "unknown": "unseen", "n/a": "not_applicable"}.get(said, said)
        for said in states
    ]


def failing(*names: str) -> tuple[dict[str, str], ...]:
    return tuple({"barrier": name, "state": "failed"} for name in names)


@pytest.mark.parametrize(
    ("states", "then", "depth", "state", "certain"),
    [
        pytest.param({"m": "pass"}, failing("m"), 1, "single", False, id="nothing else can exist"),
        pytest.param({"m": "pass"}, ({"barrier": "m", "state": "absent"},), 1, "single", False, id="it was not there"),
        pytest.param({"m": "pass"}, failing("n"), 1, "single", False, id="another failed there"),
        pytest.param({"m": "pass", "n": "pass"}, failing("m"), 2, "held", False, id="beside another kind it counts"),
        pytest.param({"m": "pass", "n": "pass"}, failing("m", "n"), 2, "held", False, id="two kinds that failed there"),
        pytest.param({"m": "pass", "m2": "pass", "n": "fail"}, failing("m"), 1, "single", False, id="its twin did not fail there"),
        pytest.param({"m": "pass", "m2": "pass", "n": "fail"}, failing("m", "m2"), 0, "reaches", True, id="the whole kind failed"),
        pytest.param({"m": "pass", "n": "fail"}, failing("m"), 0, "reaches", True, id="the other is open"),
        pytest.param({"m": "pass", "n": "unknown"}, failing("m"), 0, "reaches", False, id="the other might stand"),
        pytest.param({"m": "unknown", "n": "fail"}, failing("m"), 0, "reaches", True, id="not seen, and no help if it stood"),
        pytest.param({"m": "unknown"}, (), 0, "reaches", False, id="not seen, and it might stand"),
        pytest.param({"m": "fail"}, (), 0, "reaches", True, id="open"),
        pytest.param({"m": "attested"}, (), 0, "reaches", False, id="only a word for it"),
    ],
)  # fmt: skip
def test_what_failed_in_the_disaster_itself(
    states: dict[str, str], then: tuple[dict[str, str], ...], depth: int, state: str, certain: bool
) -> None:
    result = replay(of(states), scenario(tuple(states), then=then), {"a": "x"}, ())
    assert (result.depth, result.state, result.certain) == (depth, state, certain)
    says = {barrier.id: standing for barrier, standing in result.paths[0].barriers}
    for name, standing in says.items():
        if states[name] == "pass":
            assert standing.credit is (depth > 0)
            assert standing.says.endswith("alone it does not count.") is (depth == 0)


ALL = {("bots", None): "Ana said that there are no bots"}
ONE = {("bots", "a"): "Ana said that there are no bots on a"}


@pytest.mark.parametrize(
    ("threat", "absent", "state", "accounts", "says"),
    [
        pytest.param({}, ALL, "reaches", ["a", "b"], "", id="it is about nothing that could be absent"),
        pytest.param({"about": "bots"}, None, "reaches", ["a", "b"], "", id="nobody said anything"),
        pytest.param({"about": "apps"}, ALL, "reaches", ["a", "b"], "", id="something else is absent"),
        pytest.param({"about": "bots"}, ALL, "not_applicable", [], ALL["bots", None], id="absent everywhere"),
        pytest.param({"about": "bots"}, ONE, "reaches", ["b"], "", id="absent on one account"),
        pytest.param({"about": "bots"}, {**ONE, ("bots", "b"): "nor on b"}, "not_applicable", [], ONE["bots", "a"],
                     id="absent on each"),
    ],
)  # fmt: skip
def test_a_way_about_something_that_is_not_there(
    threat: dict[str, str], absent: dict[tuple[str, str | None], str] | None, state: str, accounts: list[str], says: str
) -> None:
    found = world({"m": {"a": "fail", "b": "fail"}}, *BARRIERS, threat=threat)
    result = replay(found, scenario(("m",)), BOTH, (), absent)
    assert (result.state, [item.account for item in result.every], result.says) == (state, accounts, says)


def test_one_way_may_need_what_its_threat_does_not() -> None:
    path = replace(scenario(("m",)).paths[0], about="bots")
    story = replace(scenario(("m",), ("n",)), paths=(path, scenario(("n",)).paths[0]))
    result = replay(of({"m": "fail", "n": "pass"}), story, {"a": "x"}, (), ALL)
    assert [item.path.barriers for item in result.paths] == [("n",)]
    assert result.state == "single"


@pytest.mark.parametrize(
    ("states", "state", "beyond"),
    [
        pytest.param({"a": "n/a", "b": "n/a"}, "not_preventable", ["a"], id="on no account can a barrier exist"),
        pytest.param({"a": "n/a", "b": "pass"}, "single", ["a"], id="on one it can, on the other not"),
        pytest.param({"a": "fail", "b": "n/a"}, "reaches", ["b"], id="it is open where it can"),
        pytest.param({"a": "pass", "b": "pass"}, "single", [], id="on both it can"),
    ],
)
def test_a_way_on_which_no_barrier_can_exist(states: dict[str, str], state: str, beyond: list[str]) -> None:
    threat = {"without": "Nothing of ours is there."}
    result = replay(world({"m": states}, *BARRIERS, threat=threat), scenario(("m",)), BOTH, ())
    assert (result.state, [item.account for item in result.beyond]) == (state, beyond)
    assert result.says == ("Nothing of ours is there." if state == "not_preventable" else "")


def test_without_its_heart_a_threat_does_not_concern_an_account() -> None:
    found = world({"m": {"a": "n/a", "b": "fail"}, "n": {"a": "fail", "b": "pass"}}, *BARRIERS, threat={"heart": "m"})
    result = replay(found, scenario(("m", "n")), BOTH, ())
    assert ([item.account for item in result.every], result.state) == (["b"], "single")
    alone = replay(found, scenario(("m", "n")), {"a": "x"}, ())
    assert (alone.state, alone.says) == ("not_applicable", "Does not concern this account: m holds")


def test_every_event_of_a_disaster_asks_for_its_answers() -> None:
    words = vocabulary(barrier("m"), functions=("detect", "lead", "stop"))
    words.top_events["te"]["functions"] = ["lead"]  # type: ignore[index]
    words.top_events["later"] = {"title": "Then", "functions": ["stop", "lead"]}  # type: ignore[index]
    result = replay(Barriers(words, [], ["a"], DAY), scenario(("m",), top_event="later"), {"a": "x"}, ())
    assert [link.function for link in result.chain] == ["lead", "stop"]


@pytest.mark.parametrize(
    ("threat", "parked", "posting", "accounts", "state"),
    [
        pytest.param({}, ("a",), (), ["a", "b"], "reaches", id="whoever gets hold of it speaks in our name"),
        pytest.param({"parked": False}, ("a",), (), ["b"], "reaches", id="no post goes wrong where nothing is posted"),
        pytest.param({"parked": False}, ("a",), ("a",), ["a", "b"], "reaches", id="parked, and it posts all the same"),
        pytest.param({"parked": False}, (), (), ["a", "b"], "reaches", id="neither is parked"),
        pytest.param({"parked": False}, ("a", "b"), (), [], "not_applicable", id="both are parked"),
    ],
)
def test_accounts_that_are_parked(
    threat: dict[str, bool], parked: tuple[str, ...], posting: tuple[str, ...], accounts: list[str], state: str
) -> None:
    found = world({"m": {"a": "fail", "b": "fail"}}, *BARRIERS, threat=threat, parked=parked, posting=posting)
    result = replay(found, scenario(("m",)), BOTH, ())
    assert ([item.account for item in result.every], result.state) == (accounts, state)
    assert bool(result.says) is (state == "not_applicable")


def test_a_disaster_nobody_could_have_stopped_tells_the_way_it_took() -> None:
    found = of({"m": "pass"}, threat={"without": "Nothing of ours is there."})
    result = replay(found, scenario((), preventable=False), {"a": "x"}, ())
    assert [(item.path.threat, item.account) for item in result.beyond] == [("t", None)]
    assert (result.state, result.says) == ("not_preventable", "Nothing of ours is there.")
