"""The gate at its edges: each rule one below, at and one above its limit, and which of two rules decides."""

from __future__ import annotations

import pytest

from auditgen.audit.decisions import ExceptionEntry
from auditgen.audit.disasters.scenarios import ScenarioResult
from auditgen.audit.gate import RANK, Rule, Verdict, coverage_of, decide
from auditgen.audit.verdicts import Judged
from tests.tools.small_world import DAY, barrier, check, counted, path, profile, replayed, scenario, world

NOWHERE = world({})


def gate(
    items: list[Judged], exceptions: tuple[ExceptionEntry, ...] = (), left_out: tuple = (), **rules: object
) -> Verdict:  # type: ignore[type-arg]
    return decide(profile(**rules), items, [], NOWHERE, exceptions, coverage_of(items), left_out)


def only(verdict: Verdict) -> Rule:
    (rule,) = verdict.rules
    return rule


@pytest.mark.parametrize(
    ("limit", "counts", "state", "outcome", "found"),
    [
        pytest.param(0, {"pass": 3}, "met", "ready", "0 open, 0 not seen", id="nothing open"),
        pytest.param(0, {"fail": 1}, "broken", "not_ready", "1 open, 0 not seen", id="one more than none"),
        pytest.param(0, {"unknown": 1}, "unseen", "cannot_tell", "0 open, 1 not seen", id="one not seen might be open"),
        pytest.param(0, {"due": 1}, "unseen", "cannot_tell", "0 open, 1 not seen", id="an answer due is not seen"),
        pytest.param(0, {"na": 5}, "met", "ready", "0 open, 0 not seen", id="what concerns nothing does not count"),
        pytest.param(2, {"fail": 1}, "met", "ready", "1 open, 0 not seen", id="one below the limit"),
        pytest.param(2, {"fail": 2}, "met", "ready", "2 open, 0 not seen", id="at the limit is still allowed"),
        pytest.param(2, {"fail": 3}, "broken", "not_ready", "3 open, 0 not seen", id="one above the limit"),
        pytest.param(
            2, {"fail": 1, "unknown": 1}, "met", "ready", "1 open, 1 not seen", id="if open, just at the limit"
        ),
        pytest.param(
            2, {"fail": 2, "unknown": 1}, "unseen", "cannot_tell", "2 open, 1 not seen", id="if open, one above"
        ),
        pytest.param(
            2, {"unknown": 1, "due": 1}, "met", "ready", "0 open, 2 not seen", id="unknown and due at the limit"
        ),
        pytest.param(
            2, {"unknown": 2, "due": 1}, "unseen", "cannot_tell", "0 open, 3 not seen", id="unknown and due above"
        ),
        pytest.param(
            2, {"fail": 3, "unknown": 9}, "broken", "not_ready", "3 open, 9 not seen", id="broken before unseen"
        ),
    ],
)
def test_at_most_so_many_open(limit: int, counts: dict[str, int], state: str, outcome: str, found: str) -> None:
    verdict = gate([counted("c", **counts)], max_open={"high": limit})
    assert (only(verdict).state, verdict.state, only(verdict).found) == (state, outcome, found)


@pytest.mark.parametrize(
    ("limit", "seen", "let_through", "state"),
    [
        pytest.param(0, {"pass": 1}, {"unknown": 1}, "allowed", id="only what is let through stands in the way"),
        pytest.param(0, {"pass": 1}, {"due": 1}, "allowed", id="an answer due may be let through"),
        pytest.param(0, {"pass": 1}, {"fail": 1}, "broken", id="letting unknowns through forgives nothing open"),
        pytest.param(0, {"unknown": 1}, {"unknown": 1}, "unseen", id="unseen before allowed"),
        pytest.param(2, {"fail": 2}, {"unknown": 1}, "allowed", id="known and let through are one above the limit"),
        pytest.param(2, {"fail": 1}, {"unknown": 1}, "met", id="known and let through are at the limit"),
        pytest.param(2, {"unknown": 1}, {"unknown": 1}, "met", id="unseen and let through are at the limit"),
        pytest.param(2, {"unknown": 2}, {"unknown": 1}, "allowed", id="unseen and let through are one above"),
        pytest.param(2, {"unknown": 3}, {"unknown": 0}, "unseen", id="unseen alone is one above"),
        pytest.param(3, {"fail": 1, "unknown": 1}, {"unknown": 1}, "met", id="all three kinds at the limit"),
        pytest.param(2, {"fail": 1, "unknown": 1}, {"unknown": 1}, "allowed", id="all three kinds one above"),
    ],
)
def test_unknowns_let_through(limit: int, seen: dict[str, int], let_through: dict[str, int], state: str) -> None:
    items = [counted("seen", **seen), counted("nightly", **let_through)]
    rule = only(gate(items, max_open={"high": limit}, allow_unknown=("nightly",)))
    assert rule.state == state
    if state in ("met", "allowed"):
        assert rule.decided_by == []


@pytest.mark.parametrize(
    ("limit", "left_out", "state", "found", "decided_by"),
    [
        pytest.param(0, [("skipped", "high")], "unseen", "0 open, 1 not seen", ["skipped"], id="skipped is not seen"),
        pytest.param(0, [("skipped", "low")], "met", "0 open, 0 not seen", [], id="skipped of another severity"),
        pytest.param(1, [("skipped", "high")], "met", "0 open, 1 not seen", [], id="one skipped at the limit"),
        pytest.param(1, [("skipped", "high"), ("too", "high")], "unseen", "0 open, 2 not seen", ["skipped", "too"],
                     id="two skipped above it"),
    ],
)  # fmt: skip
def test_checks_left_out(
    limit: int, left_out: list[tuple[str, str]], state: str, found: str, decided_by: list[str]
) -> None:
    skipped = tuple(check(name, severity=severity) for name, severity in left_out)
    rule = only(
        gate([counted("c", **{"pass": 1})], left_out=skipped, max_open={"high": limit}, allow_unknown=("nightly",))
    )
    assert (rule.state, rule.found, [item.id for item in rule.decided_by]) == (state, found, decided_by)


@pytest.mark.parametrize(
    ("counts", "decided_by"),
    [
        pytest.param([{"fail": 1}, {"unknown": 1}, {"pass": 1}], [("c0", "c0 is open")], id="broken names what is open only"),
        pytest.param([{"unknown": 1}, {"due": 1}, {"pass": 1}],
                     [("c0", "Not seen: c0 holds"), ("c1", "Not seen: c1 holds")], id="unseen names what was not seen"),
        pytest.param([{"fail": 1, "unknown": 1}], [("c0", "c0 is open")], id="a check that is open and unseen is open"),
        pytest.param([{"pass": 1}, {"na": 1}], [], id="a rule that is met names nobody"),
    ],
)  # fmt: skip
def test_who_decided(counts: list[dict[str, int]], decided_by: list[tuple[str, str]]) -> None:
    rule = only(gate([counted(f"c{n}", **each) for n, each in enumerate(counts)], max_open={"high": 0}))
    assert [(item.id, item.title) for item in rule.decided_by] == decided_by
    assert {item.kind for item in rule.decided_by} <= {"check"}


def test_unseen_names_what_is_open_below_the_limit_too() -> None:
    rule = only(gate([counted("open", fail=1), counted("dark", unknown=1)], max_open={"high": 1}))
    assert (rule.state, [item.id for item in rule.decided_by]) == ("unseen", ["open", "dark"])


@pytest.mark.parametrize(
    ("severity", "state"),
    [("critical", "met"), ("high", "broken"), ("medium", "met"), ("low", "met")],
)
def test_each_limit_counts_its_own_severity(severity: str, state: str) -> None:
    verdict = gate([counted("c", severity, fail=1)], max_open={"high": 0})
    assert only(verdict).state == state


@pytest.mark.parametrize(("limit", "says"), [(0, "no high finding is open"), (1, "at most 1 high findings are open")])
def test_what_the_rule_says(limit: int, says: str) -> None:
    assert (only(gate([], max_open={"high": limit})).says, only(gate([], max_open={"high": limit})).id) == (
        says,
        "max_open.high",
    )


def entry(state: str, subject: str | None = None, name: str = "c") -> ExceptionEntry:
    return ExceptionEntry(name, subject, "r", "o", "a", DAY, DAY, None, state, "")


@pytest.mark.parametrize(
    ("counts", "entries", "state", "found"),
    [
        pytest.param({"fail": 1}, [("active", None)], "met", "0 open, 0 not seen", id="in force"),
        pytest.param({"fail": 1}, [("lapsing", None)], "met", "0 open, 0 not seen", id="in force to its last day"),
        pytest.param({"fail": 1}, [("lapsed", None)], "broken", "1 open, 0 not seen", id="lapsed counts again"),
        pytest.param({"fail": 1}, [("incomplete", None)], "broken", "1 open, 0 not seen", id="never in force"),
        pytest.param({"fail": 2}, [("active", "fail-1")], "broken", "1 open, 0 not seen", id="one subject covers no other"),
        pytest.param({"fail": 2}, [("active", "fail-1"), ("active", "fail-2")], "met", "0 open, 0 not seen", id="both"),
        pytest.param({"fail": 2}, [("active", "FAIL-1"), ("active", "fail-1")], "broken", "1 open, 0 not seen",
                     id="two for one subject take it out once"),
        pytest.param({"fail": 1}, [("lapsed", "fail-1"), ("active", None)], "met", "0 open, 0 not seen",
                     id="a lapsed one beside one in force"),
        pytest.param({"unknown": 1}, [("active", None)], "unseen", "0 open, 1 not seen", id="unknown is not forgiven"),
        pytest.param({"due": 1}, [("active", "due-1")], "unseen", "0 open, 1 not seen", id="due is not forgiven"),
        pytest.param({"fail": 1, "unknown": 1}, [("active", None)], "unseen", "0 open, 1 not seen", id="only the open one"),
    ],
)  # fmt: skip
def test_exceptions(counts: dict[str, int], entries: list[tuple[str, str | None]], state: str, found: str) -> None:
    rule = only(gate([counted("c", **counts)], tuple(entry(*each) for each in entries), max_open={"high": 0}))
    assert (rule.state, rule.found) == (state, found)


def test_an_exception_for_another_check_covers_nothing() -> None:
    assert gate([counted("c", fail=1)], (entry("active", None, "d"),), max_open={"high": 0}).state == "not_ready"


# -- depth --------------------------------------------------------------------------------------------------


def with_scenarios(*items: ScenarioResult, count_attested: bool = False, **rules: object) -> Verdict:
    return decide(profile(**rules), [], items, world({}, count_attested=count_attested), (), coverage_of([]))


@pytest.mark.parametrize(
    ("wanted", "standings", "depth", "ceiling", "state"),
    [
        pytest.param(1, [("m", "open")], 0, 1, "broken", id="nothing stands"),
        pytest.param(1, [("m", "stands")], 1, 1, "met", id="one stands, one wanted"),
        pytest.param(1, [("m", "unseen")], 0, 1, "unseen", id="one might stand"),
        pytest.param(1, [("m", "attested")], 0, 1, "unseen", id="a word for it is not seen"),
        pytest.param(
            1, [("m", "not_applicable"), ("n", "open")], 0, 1, "broken", id="what does not concern cannot stand"
        ),
        pytest.param(1, [("m", "unseen", "safeguard"), ("n", "open")], 0, 1, "broken", id="a safeguard never counts"),
        pytest.param(2, [("m", "stands"), ("n", "open")], 1, 2, "broken", id="one less than wanted"),
        pytest.param(2, [("m", "stands"), ("n", "unseen")], 1, 2, "unseen", id="the second might stand"),
        pytest.param(2, [("m", "stands"), ("m", "unseen"), ("n", "open")], 1, 2, "broken", id="a twin gives no credit"),
        pytest.param(2, [("m", "stands"), ("n", "stands")], 2, 2, "met", id="as many as wanted"),
        pytest.param(2, [("m", "stands")], 1, 1, "met", id="no more is asked than there is"),
        pytest.param(3, [("m", "stands"), ("n", "stands")], 2, 2, "met", id="no third is asked where two exist"),
        pytest.param(3, [("m", "stands"), ("n", "stands"), ("o", "open")], 2, 3, "broken", id="two of three"),
    ],
)
def test_minimum_depth(wanted: int, standings: list[tuple[str, str]], depth: int, ceiling: int, state: str) -> None:
    verdict = with_scenarios(replayed(path(*standings, depth=depth, ceiling=ceiling)), minimum_depth=wanted)
    assert (only(verdict).id, only(verdict).state) == ("minimum_depth", state)


OPEN = path(("m", "open"), depth=0, ceiling=1)
DARK = path(("m", "unseen"), depth=0, ceiling=1)
GOOD = path(("m", "stands"), depth=1, ceiling=1)


@pytest.mark.parametrize(
    ("scenarios", "state", "found", "decided_by"),
    [
        ([[GOOD], [GOOD]], "met", "0 of 2 would reach us, 0 more cannot be ruled out", []),
        ([[GOOD, DARK], [GOOD]], "unseen", "0 of 2 would reach us, 1 more cannot be ruled out", ["s0"]),
        ([[DARK], [OPEN], [GOOD]], "broken", "1 of 3 would reach us, 1 more cannot be ruled out", ["s1"]),
        ([[DARK, OPEN]], "broken", "1 of 1 would reach us, 0 more cannot be ruled out", ["s0"]),
        ([[GOOD, OPEN, GOOD]], "broken", "1 of 1 would reach us, 0 more cannot be ruled out", ["s0"]),
    ],
)
def test_every_path_of_every_account_counts(scenarios: list, state: str, found: str, decided_by: list[str]) -> None:  # type: ignore[type-arg]
    items = [replayed(*paths, name=f"s{number}") for number, paths in enumerate(scenarios)]
    rule = only(with_scenarios(*items, minimum_depth=1))
    assert (rule.state, rule.found, [item.id for item in rule.decided_by]) == (state, found, decided_by)
    assert {item.kind for item in rule.decided_by} <= {"scenario"}


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (1, "every disaster meets at least one barrier that stands"),
        (2, "every disaster meets barriers of 2 kinds that stand"),
    ],
)
def test_what_the_depth_rule_says(wanted: int, says: str) -> None:
    assert only(with_scenarios(minimum_depth=wanted)).says == says


# -- one cause ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("standings", "depth", "ceiling", "result", "state", "found"),
    [
        pytest.param([("m", "stands"), ("n", "stands")], 2, 2, "held", "met", "0 hang on one cause", id="two kinds stand"),
        pytest.param([("m", "stands"), ("n", "open")], 1, 2, "single", "broken", "1 hangs on one cause", id="one kind left"),
        pytest.param([("m", "stands"), ("n", "unseen")], 1, 2, "single", "unseen", "1 hangs on one cause", id="one unseen"),
        pytest.param([("m", "stands"), ("n", "attested")], 1, 2, "single", "unseen", "1 hangs on one cause", id="one vouched"),
        pytest.param([("m", "stands"), ("m", "unseen"), ("n", "open")], 1, 2, "single", "broken", "1 hangs on one cause",
                     id="a twin that was not seen is no second kind"),
        pytest.param([("m", "stands")], 1, 1, "single", "met", "0 hang on one cause", id="only one kind exists"),
        pytest.param([("m", "open"), ("n", "open")], 0, 2, "reaches", "unseen", "0 hang on one cause",
                     id="where nothing stands there is nothing to lose"),
        pytest.param([("m", "stands"), ("n", "unseen", "safeguard"), ("o", "open")], 1, 2, "single", "broken",
                     "1 hangs on one cause", id="a safeguard that was not seen is no second kind"),
    ],
)  # fmt: skip
def test_no_single_cause(
    standings: list[tuple[str, str]], depth: int, ceiling: int, result: str, state: str, found: str
) -> None:
    item = replayed(path(*standings, depth=depth, ceiling=ceiling), state=result)
    rule = only(with_scenarios(item, single_cause=True))
    assert (rule.id, rule.state, rule.found) == ("single_cause", state, found)


def test_one_of_several_paths_is_enough_to_hang() -> None:
    safe = path(("m", "stands"), ("n", "stands"), depth=2, ceiling=2)
    thin = path(("m", "stands"), ("n", "open"), depth=1, ceiling=2)
    dark = path(("m", "stands"), ("n", "unseen"), depth=1, ceiling=2)
    assert only(with_scenarios(replayed(safe, thin), single_cause=True)).state == "broken"
    assert only(with_scenarios(replayed(safe, dark), single_cause=True)).state == "unseen"
    two = only(with_scenarios(replayed(thin, name="s0"), replayed(dark, name="s1"), single_cause=True))
    assert (two.state, two.found, [item.id for item in two.decided_by]) == ("broken", "2 hang on one cause", ["s0"])


# -- chains ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chains", "count_attested", "state", "found"),
    [
        pytest.param([("stands", "stands")], False, "met", "0 of 1 answers are incomplete", id="all prepared"),
        pytest.param([("stands", "open")], False, "broken", "1 of 1 answers are incomplete", id="one link open"),
        pytest.param([("stands", "unseen")], False, "unseen", "1 of 1 answers are incomplete", id="one link not seen"),
        pytest.param([("unseen", "open")], False, "broken", "1 of 1 answers are incomplete", id="open before unseen"),
        pytest.param(
            [("stands", "attested")], False, "unseen", "1 of 1 answers are incomplete", id="a word does not count"
        ),
        pytest.param(
            [("stands", "attested")], True, "met", "0 of 1 answers are incomplete", id="a word counts if it is let"
        ),
        pytest.param(
            [("unseen",), ("open",), ("stands",)], False, "broken", "2 of 3 answers are incomplete", id="three"
        ),
        pytest.param([()], False, "met", "0 of 1 answers are incomplete", id="no answer is asked for"),
    ],
)
def test_complete_chains(chains: list[tuple[str, ...]], count_attested: bool, state: str, found: str) -> None:
    items = [replayed(GOOD, chain=chain, name=f"s{number}") for number, chain in enumerate(chains)]
    rule = only(with_scenarios(*items, count_attested=count_attested, complete_chains=True))
    assert (rule.id, rule.state, rule.found) == ("complete_chains", state, found)


# -- how much was seen ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("passed", "unknown", "minimum", "state"),
    [
        pytest.param(3, 1, 0.75, "met", id="exactly the minimum"),
        pytest.param(74, 26, 0.75, "unseen", id="one in a hundred less"),
        pytest.param(76, 24, 0.75, "met", id="one in a hundred more"),
        pytest.param(1, 0, 1.0, "met", id="everything"),
        pytest.param(999, 1, 1.0, "unseen", id="all but one"),
    ],
)
def test_minimum_seen(passed: int, unknown: int, minimum: float, state: str) -> None:
    items = [counted("c", **{"pass": passed, "unknown": unknown})]
    verdict = gate(items, minimum_seen=minimum)
    assert (only(verdict).id, only(verdict).state) == ("minimum_seen", state)
    assert verdict.state == {"met": "ready", "unseen": "cannot_tell"}[state]


def test_nothing_to_see_is_not_everything_seen() -> None:
    assert gate([counted("c", na=4)], minimum_seen=0.01).state == "cannot_tell"


@pytest.mark.parametrize(
    ("checks", "share", "answered", "partly", "not_at_all"),
    [
        pytest.param([], 0.0, 0, 0, 0, id="no check at all"),
        pytest.param([{"pass": 2}], 1.0, 1, 0, 0, id="a pass is known"),
        pytest.param([{"fail": 2}], 1.0, 1, 0, 0, id="a fail is known"),
        pytest.param([{"unknown": 2}], 0.0, 0, 0, 1, id="nothing known"),
        pytest.param([{"due": 1}], 0.0, 0, 0, 1, id="due is not known"),
        pytest.param([{"na": 3}], 0.0, 0, 0, 0, id="concerns nothing here"),
        pytest.param([{"pass": 1, "na": 9}], 1.0, 1, 0, 0, id="n/a beside a pass weighs nothing"),
        pytest.param([{"pass": 1, "unknown": 1}], 0.5, 0, 1, 0, id="half of one"),
        pytest.param([{"pass": 999, "due": 1}], 0.999, 0, 1, 0, id="all but one is only partly"),
        pytest.param([{"fail": 1, "unknown": 999}], 0.001, 0, 1, 0, id="one in a thousand is partly"),
        pytest.param([{"pass": 1}, {"unknown": 99}], 0.5, 1, 0, 1, id="the mean over checks, not over subjects"),
        pytest.param([{"pass": 1}, {"pass": 1, "due": 1}, {"unknown": 1}, {"na": 1}], 0.5, 1, 1, 1, id="one of each"),
    ],
)
def test_how_sure(checks: list[dict[str, int]], share: float, answered: int, partly: int, not_at_all: int) -> None:
    sure = coverage_of(counted(f"c{number}", **counts) for number, counts in enumerate(checks))
    assert (sure.share, sure.answered, sure.partly, sure.not_at_all) == (share, answered, partly, not_at_all)
    assert sure.applicable == answered + partly + not_at_all


# -- which rule decides ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "counts", "scenarios", "outcome", "decided"),
    [
        pytest.param({}, {"fail": 9}, [OPEN], "ready", None, id="no rule, nothing to break"),
        pytest.param({"minimum_depth": 1, "max_open": {"high": 0}}, {"fail": 1}, [DARK], "not_ready", "max_open.high",
                     id="a broken rule before an unseen one that stands first"),
        pytest.param({"minimum_depth": 1, "max_open": {"high": 0}}, {"fail": 1}, [OPEN], "not_ready", "minimum_depth",
                     id="of two broken rules the first"),
        pytest.param({"minimum_depth": 1, "max_open": {"high": 0}}, {"unknown": 1}, [DARK], "cannot_tell", "minimum_depth",
                     id="of two unseen rules the first"),
        pytest.param({"max_open": {"high": 0}, "minimum_seen": 0.5, "allow_unknown": ("c",)}, {"unknown": 1}, [],
                     "cannot_tell", "minimum_seen", id="unseen before allowed"),
        pytest.param({"max_open": {"high": 0}, "allow_unknown": ("c",)}, {"unknown": 1}, [], "ready_with_unknowns",
                     "max_open.high", id="allowed is said"),
        pytest.param({"minimum_depth": 1, "max_open": {"high": 0}}, {"pass": 1}, [GOOD], "ready", None, id="all met"),
        pytest.param({"max_open": {"critical": 0, "high": 0}}, {"fail": 1}, [], "not_ready", "max_open.high",
                     id="of two limits the one that is broken"),
    ],
)  # fmt: skip
def test_which_rule_decides(rules: dict[str, object], counts: dict[str, int], scenarios: list, outcome: str,
                            decided: str | None) -> None:  # type: ignore[type-arg]  # fmt: skip
    items = [counted("c", **counts)]
    verdict = decide(profile(**rules), items, [replayed(each) for each in scenarios], NOWHERE, (), coverage_of(items))
    assert (verdict.state, verdict.rule, verdict.profile) == (outcome, decided, "p")


def test_rules_stand_in_one_order() -> None:
    verdict = with_scenarios(
        minimum_seen=0.5, complete_chains=True, single_cause=True, max_open={"critical": 0, "low": 3}, minimum_depth=1
    )
    assert [rule.id for rule in verdict.rules] == [
        "minimum_seen", "minimum_depth", "max_open.critical", "max_open.low", "single_cause", "complete_chains",
    ]  # fmt: skip


def test_what_is_broken_stands_before_what_is_not_known_and_decides() -> None:
    rules = profile(max_open={"critical": 0, "high": 0}, minimum_seen=0.9)
    items = [counted("c", "critical", unknown=1), counted("h", "high", fail=1)]
    verdict = decide(rules, items, (), world({}), (), coverage_of(items))
    assert [(rule.id, rule.state) for rule in verdict.rules] == [
        ("max_open.high", "broken"), ("max_open.critical", "unseen"), ("minimum_seen", "unseen"),
    ]  # fmt: skip
    assert (verdict.state, verdict.rule) == ("not_ready", "max_open.high")


@pytest.mark.parametrize(
    ("state", "code", "rank"),
    [("ready", 0, 2), ("ready_with_unknowns", 11, 1), ("cannot_tell", 10, 0), ("not_ready", 10, 0)],
)
def test_exit_codes_and_ranks(state: str, code: int, rank: int) -> None:
    assert (Verdict(state, "p", (), None).exit_code, RANK[state]) == (code, rank)


def test_a_shared_cause_that_is_there_breaks_and_one_nobody_saw_does_not() -> None:
    from auditgen.audit.disasters.scenarios import replay
    from auditgen.audit.disasters.vocabulary import Cause

    shared = Cause("phone", "one phone", "One phone.", "shared", ("m", "n"))
    for shares, state in (("fail", "broken"), ("unknown", "unseen"), ("pass", "met"), ("n/a", "met")):
        barriers = world({"m": {"a": "pass"}, "n": {"a": "pass"}, "shared": {"a": shares}}, barrier("m"), barrier("n"),
                         accounts=("a",), causes=(shared,))  # fmt: skip
        result = replay(barriers, scenario(("m", "n")), {"a": "x"}, ())
        verdict = decide(profile(single_cause=True), [], [result], barriers, (), coverage_of([]))
        assert only(verdict).state == state, shares


@pytest.mark.parametrize(
    ("looked", "allowed", "state", "outcome"),
    [
        pytest.param("unknown", ("nightly",), "allowed", "ready_with_unknowns", id="allowed and not seen"),
        pytest.param("skipped", ("nightly",), "allowed", "ready_with_unknowns", id="skipping it is no greener"),
        pytest.param("unknown", (), "unseen", "cannot_tell", id="not seen"),
        pytest.param("skipped", (), "unseen", "cannot_tell", id="skipped is not seen"),
    ],
)
def test_skipping_a_check_is_never_greener_than_not_seeing_it(
    looked: str, allowed: tuple[str, ...], state: str, outcome: str
) -> None:
    items = [counted("c", **{"pass": 1})] + ([counted("nightly", unknown=1)] if looked == "unknown" else [])
    left_out = (check("nightly", severity="high"),) if looked == "skipped" else ()
    verdict = gate(items, left_out=left_out, max_open={"high": 0}, allow_unknown=allowed)
    assert (only(verdict).state, verdict.state) == (state, outcome)


@pytest.mark.parametrize(
    ("unreadable", "outcome", "found"),
    [
        pytest.param((), "ready", None, id="every check was read"),
        pytest.param(("own/x.md",), "cannot_tell", "one file could not be read: own/x.md", id="one was not"),
        pytest.param(("own/y.md", "own/x.md", "own/x.md"), "cannot_tell", "2 files could not be read: own/x.md",
                     id="two were not, one with two mistakes"),
    ],
)  # fmt: skip
def test_a_check_that_could_not_be_read_is_not_seen(
    unreadable: tuple[str, ...], outcome: str, found: str | None
) -> None:
    items = [counted("c", **{"pass": 1})]
    verdict = decide(profile(max_open={"high": 0}), items, [], NOWHERE, (), coverage_of(items), (), unreadable)
    assert verdict.state == outcome
    assert [rule.found for rule in verdict.rules if rule.id == "checks_read"] == ([found] if found else [])
