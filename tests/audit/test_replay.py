"""Barriers, scenarios, gate and plan on a small world whose answers can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditgen.audit.checks.check import Check
from auditgen.audit.checks.packs import builtin_folder, load_pack
from auditgen.audit.decisions import ExceptionEntry
from auditgen.audit.disasters.barriers import Barriers
from auditgen.audit.disasters.scenario_files import load_scenarios
from auditgen.audit.disasters.scenarios import ScenarioResult, replay
from auditgen.audit.disasters.vocabulary import (
    Barrier,
    Cause,
    Scenario,
    Stop,
    Threat,
    ThreatPath,
    Vocabulary,
    load_vocabulary,
)
from auditgen.audit.gate import RANK, Verdict, coverage_of, decide
from auditgen.audit.verdicts import Judged, Row, Tally
from auditgen.workspace.model import Profile

DAY = date(2026, 11, 20)
CHECKS = ("factor", "phone", "second-person", "watch")
ACCOUNTS = {"ig": "instagram", "x": "x"}


def barrier(name: str, family: str, check: str, **more: object) -> Barrier:
    values = {"kind": "barrier", "phase": "prevent", "function": None, "scope": "account", "any_of": (),
              "max_age_days": None, "tolerance": 0, **more}  # fmt: skip
    return Barrier(id=name, title=name, short=name, stands_when=name, family=family, all_of=(check,), **values)  # type: ignore[arg-type]


VOCABULARY = Vocabulary(
    barriers={
        item.id: item
        for item in (
            barrier("p-factor", "factor", "factor", max_age_days=90),
            barrier("p-phone", "phone", "phone"),
            barrier("p-twin", "factor", "phone"),
            barrier("p-second", "approval", "second-person", tolerance=1),
            barrier("a-watch", "watch", "watch", kind="response", phase="act", function="detect", scope="organisation"),
        )
    },
    causes=(
        Cause(
            "cc-phone",
            "one phone",
            "One phone carries everything of {account}.",
            "second-person",
            ("p-factor", "p-phone"),
        ),
    ),
    threats={"t": Threat("t", "Number taken over", "te", {"p-factor": Stop("f"), "p-phone": Stop("p")})},
    top_events={"te": {"title": "Someone else speaks", "functions": ["detect"]}},
    functions={"detect": {"title": "Notice it", "phase": "act"}},
    platforms={"x": "X", "instagram": "Instagram"},
    areas={"a": {"title": "A", "slug": "a"}},
)


def scenario(*paths: tuple[str, ...], platforms: tuple[str, ...] = ("any",), preventable: bool = True) -> Scenario:
    return Scenario(
        id="s", title="S", date="2024", who="a regulator", platforms=platforms, top_event="te",
        preventable=preventable, good_response=False, what="w", lesson="l", times={},
        paths=tuple(ThreatPath("t", path) for path in paths), then=(), sources=(),
    )  # fmt: skip


def check(name: str, severity: str = "high", effort: float = 1, about: str = "account") -> Check:
    return Check(
        id=name, area="a", title=f"{name} holds", fail=f"{name} is open", stage="prevent", severity=severity,
        effort=effort, about=about, needs=(), references=(), version=1, params={}, why="w", fix="f", query="",
        clause=None, attest=None, adds=None, step=None, example="", pack="p", file="f",
    )  # fmt: skip


def judged(name: str, verdicts: dict[str | None, str], oldest: date | None = DAY, **more: object) -> Judged:
    item = Judged(check(name, **more))  # type: ignore[arg-type]
    for account, verdict in verdicts.items():
        item.counts[verdict] += 1
        tally = item.accounts.setdefault(account, Tally())
        if verdict == "pass":
            tally.add(Tally(passed=1, oldest=oldest))
            continue
        tally.add(
            Tally(
                failed=int(verdict == "fail"), unknown=int(verdict == "unknown"), not_applicable=int(verdict == "n/a")
            )
        )
        if verdict != "n/a":
            item.rows.append(Row(verdict, account or "organisation", f"{name} {verdict}", account=account))
    return item


def world(**states: dict[str | None, str]) -> Barriers:
    items = [judged(name, states.get(name.replace("-", "_"), {"ig": "pass", "x": "pass"})) for name in CHECKS]
    return Barriers(VOCABULARY, items, ACCOUNTS, DAY)


def one(barriers: Barriers, item: Scenario, launch: tuple[str, ...] = ()) -> ScenarioResult:
    return replay(barriers, item, ACCOUNTS, launch)


def test_families_count_once_and_the_weakest_account_is_named() -> None:
    barriers = world(phone={"ig": "pass", "x": "fail"})
    result = one(barriers, scenario(("p-factor", "p-twin", "p-phone")))
    assert (result.depth, result.ceiling, result.account) == (1, 2, "x")
    assert result.state == "single"


def test_depth_of_a_scenario_is_its_weakest_path() -> None:
    barriers = world(factor={"ig": "fail", "x": "fail"})
    result = one(barriers, scenario(("p-phone", "p-second"), ("p-factor",)))
    assert (result.depth, result.weakest, result.state) == (0, 1, "reaches")


def test_among_equally_weak_accounts_one_of_the_launch_is_named() -> None:
    barriers = world(factor={"ig": "fail", "x": "fail"})
    assert one(barriers, scenario(("p-factor",)), ("x",)).account == "x"


@pytest.mark.parametrize(
    ("verdict", "says", "gate_says"),
    [
        ("fail", "One phone carries everything of x.", "broken"),
        # What nobody looked at is not claimed to be so.
        ("unknown", "Nobody could see whether one phone would take away all that stands for x.", "unseen"),
    ],
)
def test_a_shared_cause_breaks_n_minus_one_unless_it_is_known_to_be_absent(
    verdict: str, says: str, gate_says: str
) -> None:
    item = scenario(("p-factor", "p-phone"))
    safe = one(world(), item)
    assert (safe.depth, safe.single_cause[0], safe.state) == (2, "met", "held")
    barriers = world(second_person={"ig": "pass", "x": verdict})
    risky = one(barriers, item)
    assert risky.depth == 2
    assert risky.single_cause == ("broken", "cc-phone", says)
    assert risky.state == "single"
    profile = Profile("p", {}, 0, True, 0.0, False)
    (rule,) = decide(profile, [], [risky], barriers, (), coverage_of([])).rules
    assert (rule.state, rule.found) == (gate_says, "1 hangs on one cause")


def test_one_barrier_that_stands_is_not_not_ready_while_the_other_is_only_unseen() -> None:
    barriers = world(phone={"ig": "unknown", "x": "unknown"})
    result = one(barriers, scenario(("p-factor", "p-phone")))
    assert (result.state, result.single_cause[0]) == ("single", "broken")
    assert (
        decide(Profile("p", {}, 0, True, 0.0, False), [], [result], barriers, (), coverage_of([])).state
        == "cannot_tell"
    )


def test_no_second_kind_of_barrier_is_asked_for_where_only_one_exists() -> None:
    barriers = world(phone={"ig": "n/a", "x": "n/a"})
    result = one(barriers, scenario(("p-factor", "p-phone")))
    assert (result.state, result.depth, result.ceiling) == ("single", 1, 1)
    assert decide(Profile("p", {}, 0, True, 0.0, False), [], [result], barriers, (), coverage_of([])).state == "ready"


def test_two_barriers_of_one_kind_are_not_called_one() -> None:
    result = one(world(), scenario(("p-factor", "p-twin")))
    assert result.single_cause[2] == "Only barriers of one kind stand for ig: p-factor; p-twin."


def test_of_two_equally_deep_accounts_the_one_that_could_be_deeper_decides() -> None:
    """An account that has all it can have does not hide one that lacks a barrier."""
    barriers = world(factor={"ig": "n/a", "x": "fail"})
    result = one(barriers, scenario(("p-factor", "p-phone")), launch=("ig",))
    assert (result.account, result.depth, result.ceiling) == ("x", 1, 2)
    profile = Profile("p", {}, 2, False, 0.0, False)
    assert decide(profile, [], [result], barriers, (), coverage_of([])).state == "not_ready"


def test_an_account_of_an_unknown_platform_may_be_on_any() -> None:
    platforms = {"ig": "instagram", "x": None}
    result = replay(
        world(factor={"ig": "pass", "x": "fail"}), scenario(("p-factor",), platforms=("tiktok",)), platforms, ()
    )
    assert (result.state, result.account) == ("reaches", "x")


def test_scenarios_of_posts_concern_accounts_on_other_platforms_too() -> None:
    checks, _ = load_pack(builtin_folder(), "auditgen", verify=False)
    words = load_vocabulary(builtin_folder(), [item.id for item in checks])
    for item in load_scenarios([builtin_folder() / "scenarios"], words):
        if set(item.platforms) not in ({"site"}, {"ads"}, {"any"}):
            assert {"x", "instagram", "other"} <= set(item.platforms), item.id


def test_evidence_without_a_date_is_not_fresh() -> None:
    items = [judged(name, {"ig": "pass", "x": "pass"}) for name in CHECKS]
    items[0].accounts["x"].add(Tally(passed=1, undated=True))
    barriers = Barriers(VOCABULARY, items, ACCOUNTS, DAY)
    assert barriers.standing(VOCABULARY.barriers["p-factor"], "ig").state == "stands"
    assert barriers.standing(VOCABULARY.barriers["p-factor"], "x").state == "unseen"


def test_where_the_heart_of_a_barrier_concerns_nothing_the_rest_cannot_make_it_stand() -> None:
    """Where a platform knows no roles, few people with the one login are not roles of their own."""
    items = [judged("factor", {"x": "n/a"}), judged("phone", {"x": "pass"})]
    plain = replace(VOCABULARY.barriers["p-factor"], all_of=("factor", "phone"))
    for heart, state in ((None, "stands"), ("phone", "stands"), ("factor", "not_applicable")):
        assert Barriers(VOCABULARY, items, ACCOUNTS, DAY).standing(replace(plain, heart=heart), "x").state == state


def test_old_evidence_is_no_evidence() -> None:
    items = [judged(name, {"ig": "pass", "x": "pass"}, oldest=date(2026, 1, 1)) for name in CHECKS]
    barriers = Barriers(VOCABULARY, items, ACCOUNTS, DAY)
    standing = barriers.standing(VOCABULARY.barriers["p-factor"], "x")
    assert standing.state == "unseen"
    assert "longer ago than 90 days" in standing.says
    assert barriers.standing(VOCABULARY.barriers["p-phone"], "x").state == "stands"


def test_tolerance_lets_a_few_subjects_fail_and_says_so() -> None:
    items = [judged(name, {"ig": "pass", "x": "pass"}) for name in CHECKS]
    items[2].accounts["x"] = Tally(passed=998, failed=1, oldest=DAY)
    standing = Barriers(VOCABULARY, items, ACCOUNTS, DAY).standing(VOCABULARY.barriers["p-second"], "x")
    assert standing.state == "stands"
    assert standing.says.startswith("998 of 999")
    items[2].accounts["x"].failed = 2
    assert Barriers(VOCABULARY, items, ACCOUNTS, DAY).standing(VOCABULARY.barriers["p-second"], "x").state == "open"


def test_an_account_nothing_was_seen_of_has_no_standing_barrier() -> None:
    barriers = world(factor={"ig": "pass"})
    assert barriers.standing(VOCABULARY.barriers["p-factor"], "x").state == "unseen"


def test_attested_counts_only_when_the_workspace_says_so() -> None:
    items = [judged(name, {"ig": "pass", "x": "pass"}) for name in CHECKS]
    items[0].accounts[None] = Tally(attested=True)
    for counted, depth in ((False, 0), (True, 1)):
        barriers = Barriers(VOCABULARY, items, ACCOUNTS, DAY, count_attested=counted)
        assert one(barriers, scenario(("p-factor",))).depth == depth


def test_what_nobody_could_have_stopped_is_only_a_response() -> None:
    result = one(world(), scenario(preventable=False))
    assert result.state == "not_preventable"
    assert [link.function for link in result.chain] == ["detect"]


def test_platforms_decide_which_accounts_are_concerned() -> None:
    barriers = world(factor={"ig": "fail", "x": "pass"})
    assert one(barriers, scenario(("p-factor",), platforms=("x",))).account == "x"
    assert one(barriers, scenario(("p-factor",), platforms=("tiktok",))).state == "not_applicable"


def test_a_disaster_of_the_site_is_judged_for_the_organisation() -> None:
    items = [judged(name, {"ig": "pass", "x": "pass"}) for name in CHECKS]
    words = replace(
        VOCABULARY, barriers={**VOCABULARY.barriers, "p-site": barrier("p-site", "site", "watch", scope="site")}
    )
    barriers = Barriers(words, items, ACCOUNTS, DAY)
    result = replay(barriers, scenario(("p-site",), platforms=("site",)), ACCOUNTS, ())
    assert (result.depth, result.account) == (1, None)


def test_without_an_inventory_nothing_is_ruled_out() -> None:
    barriers = Barriers(VOCABULARY, [judged(name, {None: "pass"}) for name in CHECKS], {}, DAY)
    result = replay(barriers, scenario(("p-factor",), platforms=("tiktok",)), {}, ())
    assert (result.state, result.depth) == ("reaches", 0)


PROFILE = Profile("launch", {"critical": 0, "high": 1}, 1, False, 0.5, False)


def gate(barriers: Barriers, profile: Profile = PROFILE, exceptions: tuple[ExceptionEntry, ...] = ()) -> Verdict:
    items = list(barriers.judged.values())
    results = [one(barriers, scenario(("p-factor", "p-second")))]
    return decide(profile, items, results, barriers, exceptions, coverage_of(items))


def test_the_gate_names_the_rule_and_what_decided_it() -> None:
    verdict = gate(world(factor={"ig": "fail", "x": "fail"}))
    assert (verdict.state, verdict.exit_code, verdict.rule) == ("not_ready", 10, "max_open.high")
    assert [item.id for rule in verdict.rules if rule.id == verdict.rule for item in rule.decided_by] == ["factor"]
    assert gate(world()).exit_code == 0


def test_unknowns_make_it_cannot_tell_and_let_through_unknowns_are_said() -> None:
    barriers = world(watch={"ig": "unknown", "x": "unknown"})
    assert gate(barriers).state == "cannot_tell"
    allowed = Profile("nightly", {"high": 1}, 1, False, 0.5, False, ("watch",))
    verdict = gate(barriers, allowed)
    assert (verdict.state, verdict.exit_code) == ("ready_with_unknowns", 11)


def test_an_exception_in_force_is_not_counted_and_a_lapsed_one_is() -> None:
    barriers = world(watch={"ig": "fail", "x": "fail"})
    entry = ExceptionEntry("watch", None, "r", "o", "a", DAY, DAY, None, "active", "")
    assert gate(barriers).state == "not_ready"
    assert gate(barriers, exceptions=(entry,)).state == "ready"
    entry.state = "lapsed"
    assert gate(barriers, exceptions=(entry,)).state == "not_ready"


VERDICTS = st.sampled_from(["pass", "fail", "unknown"])
STATES = st.fixed_dictionaries(
    {
        name: st.fixed_dictionaries({"ig": VERDICTS, "x": VERDICTS})
        for name in ("factor", "phone", "second_person", "watch")
    }
)


@settings(max_examples=200, deadline=None)
@given(states=STATES, data=st.data())
def test_unknown_never_raises_a_verdict(states: dict[str, dict[str, str]], data: st.DataObject) -> None:
    """Whatever is known, knowing less of it never gives a greener gate, a deeper scenario or a calmer state."""
    profile = Profile(
        "p", {"high": data.draw(st.integers(0, 4))}, data.draw(st.integers(0, 2)), data.draw(st.booleans()),
        data.draw(st.sampled_from([0.0, 0.5, 0.9])), data.draw(st.booleans()),
    )  # fmt: skip
    name = data.draw(st.sampled_from(sorted(states)))
    account = data.draw(st.sampled_from(["ig", "x"]))
    less = {key: dict(value) for key, value in states.items()}
    less[name][account] = "unknown"
    before, after = world(**states), world(**less)  # type: ignore[arg-type]
    assert RANK[gate(after, profile).state] <= RANK[gate(before, profile).state]
    for paths in (("p-factor",), ("p-factor", "p-phone"), ("p-phone", "p-second")):
        first, second = one(before, scenario(paths)), one(after, scenario(paths))
        assert second.depth <= first.depth
        order = ["reaches", "single", "held"]
        assert order.index(second.state) <= order.index(first.state)


def test_a_login_of_no_account_opens_no_account_but_what_was_not_seen_might() -> None:
    for verdict, state in (("fail", "stands"), ("unknown", "unseen")):
        item = judged("factor", {"x": "pass", None: verdict})
        object.__setattr__(item.check, "about", "credential")
        barriers = Barriers(VOCABULARY, [item], ACCOUNTS, DAY)
        assert barriers.standing(VOCABULARY.barriers["p-factor"], "x").state == state


@pytest.mark.parametrize(("verdict", "state"), [("pass", "unseen"), ("fail", "open"), ("unknown", "unseen")])
def test_a_post_of_an_unknown_account_earns_no_credit_and_hides_no_doubt(verdict: str, state: str) -> None:
    item = judged("factor", {None: verdict})
    object.__setattr__(item.check, "about", "post")
    barriers = Barriers(VOCABULARY, [item], ACCOUNTS, DAY)
    assert barriers.standing(VOCABULARY.barriers["p-factor"], "x").state == state


def test_an_account_that_posts_is_not_concerned_by_a_check_with_nothing_to_examine_there() -> None:
    item = judged("factor", {"ig": "pass"})
    object.__setattr__(item.check, "about", "post")
    for posting, state in ((["x"], "not_applicable"), ([], "unseen")):
        barriers = Barriers(VOCABULARY, [item], ACCOUNTS, DAY, posting=posting)
        assert barriers.standing(VOCABULARY.barriers["p-factor"], "x").state == state


def test_a_barrier_nobody_could_see_says_what_was_not_seen_and_not_what_is_open_elsewhere() -> None:
    item = judged("factor", {"ig": "pass"}, about="credential")
    item.accounts[None] = Tally(failed=1, unknown=1, says="One password opens two shops", unseen="A vault was not read")
    barriers = Barriers(VOCABULARY, [item], ("ig",), DAY)
    standing = barriers.standing(VOCABULARY.barriers["p-factor"], "ig")
    assert (standing.state, standing.says) == ("unseen", "A vault was not read")
