"""What to do first with the hours there are: a workspace judged, and the steps of its plan that fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditgen.audit.plan.budget import alone, best_within
from auditgen.results.build import build_results
from auditgen.results.steps import effects
from auditgen.run.audit import gather_into
from auditgen.run.clauses import ClauseReading
from auditgen.run.judge import find_outcome
from auditgen.run.load import load
from auditgen.run.options import Options, Progress, quiet

if TYPE_CHECKING:
    from auditgen.evidence.store import Store


def plan_within(options: Options, effort: float | None, progress: Progress = quiet) -> tuple[dict[str, Any], list[int]]:
    """Results of a workspace, and the ranks of the steps that bring most for at most this effort; None means all.

    Nothing is written. Raises WorkspaceError (2), NoInput and EvidenceError (3).
    """
    from auditgen.evidence.store import Store

    loaded = load(options.workspace)
    store: Store = Store() if options.from_evidence is None else Store.load(options.from_evidence)
    reading = ClauseReading(store, loaded)
    try:
        problems: list[dict[str, str]] = []
        if options.from_evidence is None:
            problems = gather_into(store, loaded, options, progress, reading=reading).problems
        outcome, outlook = find_outcome(store, loaded, options, problems, progress, reading=reading)
        results = build_results(outcome)
        if effort is None:
            return results, [step["rank"] for step in results["steps"]]
        chosen = best_within(outlook, outcome.plan.steps, outlook.barriers.judged, effort)
        judged = outlook.barriers.judged
        for place, step in zip(chosen, alone(outlook, outcome.plan.steps, judged, chosen), strict=True):
            results["steps"][place] |= effects(step)
        return results, [place + 1 for place in chosen]
    finally:
        reading.close()
        store.close()
