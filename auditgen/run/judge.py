"""From evidence to results, step by step: read clauses, save, freeze, judge, replay, decide, build."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditgen.audit.absences import absences, told
from auditgen.audit.checks.packs import builtin_folder
from auditgen.audit.decisions import (
    Attestation,
    ExceptionEntry,
    Known,
    attested_rows,
    load_attestations,
    load_exceptions,
)
from auditgen.audit.disasters.barriers import Barriers
from auditgen.audit.disasters.causes import find_things
from auditgen.audit.disasters.scenario_files import load_scenarios
from auditgen.audit.disasters.scenarios import ScenarioResult, replay
from auditgen.audit.disasters.vocabulary import Scenario, Vocabulary, load_vocabulary
from auditgen.audit.gate import Coverage, Verdict, coverage_of, decide
from auditgen.audit.judge import FINDINGS_PER_CHECK, judge
from auditgen.audit.plan.acts import Acts, load_acts
from auditgen.audit.plan.alike import one_of_each
from auditgen.audit.plan.outlook import Outlook
from auditgen.audit.plan.stages import Plan, make_plan
from auditgen.audit.reasons import known_facts
from auditgen.audit.verdicts import Judged
from auditgen.files.problems import Problem
from auditgen.results.build import build_results
from auditgen.results.gaps import by_table
from auditgen.results.names import Outcome
from auditgen.run.clauses import ClauseReading
from auditgen.run.launch import last_day, select_launch
from auditgen.run.load import Loaded, choose, choose_profile
from auditgen.run.options import Options, Progress, quiet
from auditgen.run.render import titles_in_fix_lists
from auditgen.workspace.problems import WorkspaceError

if TYPE_CHECKING:
    from auditgen.audit.checks.check import Check
    from auditgen.evidence.store import Store
    from auditgen.workspace.model import Workspace

Problems = list[dict[str, str]]


@dataclass(frozen=True)
class Asked:
    """What this run judges by, settled before anything is judged."""

    profile: str
    chosen: Sequence[Check]
    left_out: Sequence[Check]
    exceptions: Sequence[ExceptionEntry]
    attestations: Sequence[Attestation]
    launch: Mapping[str, Any] | None
    known: Known
    absent: Mapping[tuple[str, str | None], str]


def judge_store(
    store: Store,
    loaded: Loaded,
    options: Options,
    problems: Problems,
    progress: Progress = quiet,
    save_to: Path | None = None,
    reading: ClauseReading | None = None,
) -> dict[str, Any]:
    """Judge evidence and return results. Saves the evidence first when asked, then freezes the store.

    See find_outcome for the parameters and what is raised.
    """
    return build_results(find_outcome(store, loaded, options, problems, progress, save_to, reading)[0])


def find_outcome(
    store: Store,
    loaded: Loaded,
    options: Options,
    problems: Problems,
    progress: Progress = quiet,
    save_to: Path | None = None,
    reading: ClauseReading | None = None,
) -> tuple[Outcome, Outlook]:
    """All that one run finds, before it becomes plain data; and what the disasters would come to once things change.

    `reading` looks for clauses already. Raises WorkspaceError on a launch, profile, check or decision that does not
    exist.
    """
    asked = settle(store, loaded, options, problems)
    progress("Reading policies for their clauses", 0.4)
    with closing(reading or ClauseReading(store, loaded)) as clauses:
        vocabulary, scenarios = read_clauses(store, loaded, clauses, problems)
    if save_to is not None:
        store.save(save_to)
    store.freeze()
    progress(f"Judging {len(asked.chosen)} checks", 0.5)
    judged = judge_checks(store, loaded.workspace, asked, options)
    progress(f"Replaying {len(scenarios)} disasters", 0.7)
    barriers, replayed, outlook = replay_disasters(
        store, loaded.workspace, asked, options, judged, vocabulary, scenarios
    )
    coverage, verdict = decide_gate(loaded, asked, judged, barriers, replayed)
    progress("Making the plan", 0.72)
    acts = load_acts(builtin_folder(), [check.id for check in loaded.checks])
    plan = plan_steps(loaded, asked, acts, judged, outlook, verdict)
    outcome = Outcome(
        store=store,
        organisation=loaded.workspace.organisation,
        crisis=loaded.workspace.crisis,
        names=str(loaded.workspace.report.get("names", "full")),
        effort_unit=loaded.workspace.effort_unit,
        as_of=options.as_of,
        launch=asked.launch,
        judged=judged,
        left_out=asked.left_out,
        vocabulary=vocabulary,
        barriers=barriers,
        scenarios=replayed,
        plan=plan,
        facts=known_facts(plan, barriers.judged, replayed, asked.exceptions),
        acts=acts,
        verdict=verdict,
        coverage=coverage,
        exceptions=asked.exceptions,
        attestations=asked.attestations,
        suppliers=list(loaded.readers.values()),
        problems=[*problems, *({"where": item.file, "says": item.says} for item in loaded.problems)],
        fix_lists=titles_in_fix_lists(loaded.workspace),
        run={"only": list(options.only), "skip": list(options.skip), "offline": options.offline},
    )
    return outcome, outlook


def settle(store: Store, loaded: Loaded, options: Options, problems: Problems) -> Asked:
    """Which checks, decisions, profile and launch count, until when, and what is absent. Raises WorkspaceError."""
    workspace, checks = loaded.workspace, loaded.checks
    chosen, left_out = choose(checks, options.only, options.skip)
    launch, wrong = select_launch(store, options.launch or workspace.launch, options.as_of)
    if wrong:
        where = Problem("--launch", 0, wrong) if options.launch else workspace.problem(wrong, "gate", "launch")
        raise WorkspaceError([where])
    profile = choose_profile(workspace, options.profile)
    until = last_day(launch, options.as_of, str(workspace.organisation.get("time_zone", "UTC")))
    known = Known.of(store, until)
    exceptions = load_exceptions(workspace.exceptions, checks, options.as_of, known)
    attestations = load_attestations(workspace.attestations, checks)
    said = absences(store, options.as_of, until)
    problems += told(said)
    absent = {(item.thing, item.account): item.says for item in said if item.why_not is None}
    return Asked(profile, chosen, left_out, exceptions, attestations, launch, known, absent)


def read_clauses(
    store: Store, loaded: Loaded, reading: ClauseReading, problems: Problems
) -> tuple[Vocabulary, list[Scenario]]:
    """Fill the table of clauses; meanwhile read the vocabulary and the disasters, which need no database."""
    store.measure()
    reading.begin()
    vocabulary = load_vocabulary(builtin_folder(), [check.id for check in loaded.checks])
    scenarios = load_scenarios((builtin_folder() / "scenarios", *loaded.workspace.scenario_folders), vocabulary)
    for name, error in reading.end().items():
        problems.append({"where": f"check {name}", "says": f"Its patterns could not be used ({error})."})
    return vocabulary, scenarios


def judge_checks(store: Store, workspace: Workspace, asked: Asked, options: Options) -> list[Judged]:
    """Every chosen check over the frozen evidence, and what people vouched for."""
    source = _source_name(workspace, workspace.attestations)
    rows = attested_rows(asked.chosen, asked.attestations, options.as_of, source, asked.known)
    limit = int(workspace.report.get("findings_per_check", FINDINGS_PER_CHECK))
    return judge(
        store, asked.chosen, options.as_of, rows, until=asked.known.until, absent=asked.absent, findings_per_check=limit
    )


def replay_disasters(
    store: Store,
    workspace: Workspace,
    asked: Asked,
    options: Options,
    judged: Sequence[Judged],
    vocabulary: Vocabulary,
    scenarios: Sequence[Scenario],
) -> tuple[Barriers, list[ScenarioResult], Outlook]:
    """Hold every disaster against the barriers that stand; and an outlook on what they would come to."""
    # A parked account still speaks in our name when somebody else gets hold of it.
    rows = store.select(
        "select account, platform, status from accounts where status is distinct from 'archived' order by account"
    )
    platforms = {row["account"]: row["platform"] for row in rows}
    posting = [row["account"] for row in store.select("select distinct account from posts where account is not null")]
    barriers = Barriers(
        vocabulary,
        judged,
        platforms,
        options.as_of,
        count_attested=workspace.count_attested,
        posting=posting,
        parked=[row["account"] for row in rows if row["status"] == "parked"],
        hangs_on=find_things(store, platforms, options.as_of),
    )
    in_launch = (asked.launch or {}).get("accounts") or ()

    absent: dict[str, list[str]] = {}
    for thing, account in sorted(asked.absent, key=str):
        absent.setdefault(account or "", []).append(thing)
    marks = {row["account"]: (row["platform"], row["status"], tuple(absent.get(row["account"], ()))) for row in rows}
    # Whatever is replayed again and again is replayed for one account of each kind.
    some = {account: platforms[account] for account in one_of_each(barriers, marks, in_launch)}

    chains = workspace.profiles[asked.profile].complete_chains

    def again(world: Barriers, scenario: Scenario) -> ScenarioResult:
        return replay(world, scenario, some, in_launch, asked.absent, whole=chains or world is few)

    replayed = [replay(barriers, scenario, platforms, in_launch, asked.absent) for scenario in scenarios]
    few = barriers.among(some)
    return barriers, replayed, Outlook(few, [again(few, scenario) for scenario in scenarios], again)


def decide_gate(
    loaded: Loaded,
    asked: Asked,
    judged: Sequence[Judged],
    barriers: Barriers,
    replayed: Sequence[ScenarioResult],
) -> tuple[Coverage, Verdict]:
    """How much was seen, and ready or not."""
    coverage = coverage_of(judged)
    profile = loaded.workspace.profiles[asked.profile]
    unreadable = [problem.file for problem in loaded.problems]
    return coverage, decide(profile, judged, replayed, barriers, asked.exceptions, coverage, asked.left_out, unreadable)


def plan_steps(
    loaded: Loaded,
    asked: Asked,
    acts: Acts,
    judged: Sequence[Judged],
    outlook: Outlook,
    verdict: Verdict,
) -> Plan:
    """What to do, in order, each step with what it brings."""
    profile = loaded.workspace.profiles[asked.profile]
    unreadable = [problem.file for problem in loaded.problems]

    def then(now: Mapping[str, Judged], results: Sequence[ScenarioResult], world: Barriers) -> Verdict:
        items = list(now.values())
        coverage = coverage_of(items)
        return decide(profile, items, results, world, asked.exceptions, coverage, asked.left_out, unreadable)

    return make_plan(
        outlook,
        judged,
        verdict,
        acts,
        by_table(loaded.readers.values()),
        then,
        profile.minimum_seen,
        profile.minimum_depth,
    )


def _source_name(workspace: Workspace, path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        return path.relative_to(workspace.root.resolve()).as_posix()
    except ValueError:
        return path.name
