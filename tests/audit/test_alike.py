"""One account of each kind comes as far as all of them, whatever check passes."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from auditgen.audit.disasters.barriers import Barriers
from auditgen.audit.disasters.causes import Thing
from auditgen.audit.disasters.scenarios import replay
from auditgen.audit.plan.alike import one_of_each
from auditgen.audit.plan.outlook import passing
from tests.tools.small_world import DAY, barrier, judged, scenario, vocabulary

ACCOUNTS = ("a", "b", "c", "d")
STATES = st.fixed_dictionaries({
    name: st.fixed_dictionaries({account: st.sampled_from(["pass", "fail", "unknown", "n/a", "attested"]) for account in ACCOUNTS})
    for name in ("m", "n")
})  # fmt: skip
PLATFORMS = st.fixed_dictionaries({account: st.sampled_from(["x", "instagram"]) for account in ACCOUNTS})
THINGS = st.fixed_dictionaries({account: st.sampled_from([None, "vault one", "vault two"]) for account in ACCOUNTS})


@settings(max_examples=150, deadline=None)
@given(states=STATES, platforms=PLATFORMS, things=THINGS, done=st.sets(st.sampled_from(["m", "n"])))
def test_no_disaster_can_tell_accounts_of_a_kind_apart(
    states: Any, platforms: dict[str, str], things: dict[str, str | None], done: set[str]
) -> None:
    words = vocabulary(barrier("m"), barrier("n"))
    hangs_on = {
        (name, account): frozenset({Thing("cc-vault", thing, thing)})
        for account, thing in things.items() if thing for name in ("m", "n")
    }  # fmt: skip
    items = [judged(name, found) for name, found in states.items()]
    barriers = Barriers(words, items, ACCOUNTS, DAY, hangs_on=hangs_on)
    some = one_of_each(barriers, platforms, ("c",))
    assert set(some) <= set(ACCOUNTS)
    after = {item.check.id: passing(item, barriers) if item.check.id in done else item for item in items}
    for told in (scenario(("m", "n")), scenario(("m",), ("n",), platforms=("x",))):
        whole = replay(barriers.changed(after), told, platforms, ("c",))
        few = replay(barriers.among(some).changed(after), told, {name: platforms[name] for name in some}, ("c",))
        assert (few.state, few.depth, few.certain) == (whole.state, whole.depth, whole.certain)


def test_accounts_that_differ_in_nothing_are_one_and_the_one_of_the_launch_stands_for_them() -> None:
    words = vocabulary(barrier("m"))
    barriers = Barriers(words, [judged("m", dict.fromkeys(ACCOUNTS, "fail"))], ACCOUNTS, DAY)
    assert one_of_each(barriers, dict.fromkeys(ACCOUNTS, "x")) == ["a"]
    assert one_of_each(barriers, dict.fromkeys(ACCOUNTS, "x"), ("c",)) == ["c"]
    assert one_of_each(barriers, {**dict.fromkeys(ACCOUNTS, "x"), "d": "instagram"}) == ["a", "d"]
