"""Plans over a small world: every check an act of its own, unless a test says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from auditgen.audit.checks.check import Check
from auditgen.audit.disasters.barriers import Barriers
from auditgen.audit.disasters.scenarios import ScenarioResult, replay
from auditgen.audit.disasters.vocabulary import Barrier, Scenario
from auditgen.audit.gate import Verdict, coverage_of, decide
from auditgen.audit.plan.acts import Acts
from auditgen.audit.plan.outlook import Outlook
from auditgen.audit.plan.stages import Plan, make_plan
from auditgen.audit.verdicts import Judged
from auditgen.workspace.model import Profile
from tests.tools.small_world import DAY, barrier, judged, profile, scenario, vocabulary

NO_ACTS = Acts({}, {}, {}, {}, {})
# Check → its verdict on every account, and what else its file says.
Checks = Mapping[str, tuple[str, Mapping[str, Any]]]
Paths = Mapping[str, Sequence[tuple[str, ...]]]


def outlook(
    world: Barriers, paths: Paths, accounts: Sequence[str] = ("a",), more: Mapping[str, Any] | None = None
) -> Outlook:
    """Every disaster of `paths` replayed over these barriers, ready to be replayed again."""
    platforms = dict.fromkeys(accounts, "x")

    def again(other: Barriers, told: Scenario) -> ScenarioResult:
        return replay(other, told, platforms, ())

    scenarios = [scenario(*ways, name=name, **(more or {})) for name, ways in paths.items()]
    return Outlook(world, [again(world, told) for told in scenarios], again)


def made_of(checks: Checks, accounts: Sequence[str] = ("a",)) -> list[Judged]:
    return [judged(name, dict.fromkeys(accounts, state), **more) for name, (state, more) in checks.items()]


def plan_of(view: Outlook, rules: Profile, acts: Acts = NO_ACTS, left_out: Sequence[Check] = ()) -> Plan:
    """The plan for what a gate says of an outlook."""
    items = list(view.barriers.judged.values())

    def then(now: Mapping[str, Judged], results: Sequence[ScenarioResult], world: Barriers) -> Verdict:
        found = list(now.values())
        return decide(rules, found, results, world, (), coverage_of(found), left_out)

    verdict = then(view.barriers.judged, list(view.now.values()), view.barriers)
    return make_plan(view, items, verdict, acts, {}, then, rules.minimum_seen, rules.minimum_depth)


def plan(
    checks: Checks,
    paths: Paths,
    barriers: Iterable[Barrier] = (),
    *,
    accounts: Sequence[str] = ("a",),
    functions: tuple[str, ...] = (),
    acts: Acts = NO_ACTS,
    rules: Profile | None = None,
    **more: Any,
) -> list[tuple[str, str, str]]:
    """Steps as (stage, checks, disasters lifted). A barrier for each check stands beside those that are given."""
    given = {item.id: item for item in barriers}
    words = vocabulary(
        *(given.get(name, barrier(name)) for name in {**dict.fromkeys(checks), **given}),
        causes=more.pop("causes", ()),
        functions=functions,
    )
    world = Barriers(words, made_of(checks, accounts), accounts, DAY, **more)
    found = plan_of(outlook(world, paths, accounts), rules or profile(), acts)
    return [(step.stage, " ".join(step.act.checks), " ".join(step.lifts)) for step in found.steps]
