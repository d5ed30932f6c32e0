"""From evidence to results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditgen.run.load import Loaded, choose, choose_profile
from auditgen.run.options import Options, Progress, quiet
from auditgen.run.render import _fix_lists
from auditgen.workspace.problems import Problem, WorkspaceError

if TYPE_CHECKING:
    from auditgen.evidence.store import Store
    from auditgen.workspace.model import Workspace


def judge_store(
    store: Store,
    loaded: Loaded,
    options: Options,
    problems: list[dict[str, str]],
    progress: Progress = quiet,
    save_to: Path | None = None,
) -> dict[str, Any]:
    """Judge evidence and return results. Saves the evidence first when asked, then freezes the store."""
    from concurrent.futures import ThreadPoolExecutor

    from auditgen.analysis.clauses import find_clauses
    from auditgen.analysis.clauses.reviews import load_reviews
    from auditgen.audit.checks.packs import builtin_folder, clause_set
    from auditgen.audit.decisions import attested_rows, load_attestations, load_exceptions
    from auditgen.audit.disasters.barriers import Barriers
    from auditgen.audit.disasters.scenarios import replay
    from auditgen.audit.disasters.vocabulary import load_scenarios, load_vocabulary
    from auditgen.audit.gate import decide, how_sure
    from auditgen.audit.judge import FINDINGS_PER_CHECK, judge
    from auditgen.audit.plan import make_plan
    from auditgen.results.build import build_results
    from auditgen.results.names import Outcome
    from auditgen.run.launch import select_launch

    workspace, checks = loaded.workspace, loaded.checks
    profile_name = choose_profile(workspace, options.profile)
    chosen, left_out = choose(checks, options.only, options.skip)
    exceptions = load_exceptions(workspace.exceptions, checks, options.as_of)
    attestations = load_attestations(workspace.attestations, checks)
    reviews = load_reviews(workspace.reviews, [item.id for item in checks if item.clause is not None])
    launch, wrong = select_launch(store, options.launch or workspace.launch, options.as_of)
    if wrong:
        raise WorkspaceError([Problem("--launch", 0, wrong) if options.launch else
                              workspace.problem(wrong, "gate", "launch")])  # fmt: skip

    store.measure()
    progress("Reading policies for their clauses", 0.4)
    with ThreadPoolExecutor(1) as beside:
        # The database matches patterns while Python reads the disasters.
        clauses = beside.submit(find_clauses, store, clause_set(checks), reviews)
        vocabulary = load_vocabulary(builtin_folder(), [check.id for check in checks])
        scenario_folders = (builtin_folder() / "scenarios", *workspace.scenario_folders)
        scenarios = load_scenarios(scenario_folders, vocabulary)
    for name, error in clauses.result().items():
        problems.append({"where": f"check {name}", "says": f"Its patterns could not be used ({error})."})
    if save_to is not None:
        store.save(save_to)
    store.freeze()

    progress(f"Judging {len(chosen)} checks", 0.5)
    source = _source_name(workspace, workspace.attestations)
    rows = attested_rows(chosen, attestations, options.as_of, source)
    limit = int(workspace.report.get("findings_per_check", FINDINGS_PER_CHECK))
    judged = judge(store, chosen, options.as_of, rows, findings_per_check=limit)

    progress(f"Replaying {len(scenarios)} disasters", 0.7)
    platforms = {
        row["account"]: row["platform"]
        for row in store.select(
            "select account, platform from accounts where coalesce(status, 'active') = 'active' order by account"
        )
    }
    posting = [row["account"] for row in store.select("select distinct account from posts where account is not null")]
    barriers = Barriers(
        vocabulary, judged, platforms, options.as_of, count_attested=workspace.count_attested, posting=posting
    )
    in_launch = (launch or {}).get("accounts") or ()
    replayed = [replay(barriers, scenario, platforms, in_launch) for scenario in scenarios]
    sure = how_sure(judged)
    verdict = decide(workspace.profiles[profile_name], judged, replayed, barriers, exceptions, sure, left_out)
    deciding = [item.id for rule in verdict.rules if rule.id == verdict.rule for item in rule.decided_by]
    outcome = Outcome(
        store=store,
        organisation=workspace.organisation,
        panic=workspace.panic,
        names=str(workspace.report.get("names", "full")),
        effort_unit=workspace.effort_unit,
        as_of=options.as_of,
        launch=launch,
        judged=judged,
        left_out=left_out,
        vocabulary=vocabulary,
        barriers=barriers,
        scenarios=replayed,
        steps=make_plan(barriers, judged, replayed, deciding),
        verdict=verdict,
        sure=sure,
        exceptions=exceptions,
        attestations=attestations,
        readers=loaded.readers,
        problems=[*problems, *({"where": item.file, "says": item.says} for item in loaded.problems)],
        fix_lists=_fix_lists(workspace),
        run={"only": list(options.only), "skip": list(options.skip), "offline": options.offline},
    )
    return build_results(outcome)


def _source_name(workspace: Workspace, path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        return path.relative_to(workspace.root.resolve()).as_posix()
    except ValueError:
        return path.name
