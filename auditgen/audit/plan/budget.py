"""The best that can be done with so much effort: which steps of a plan, when not all of them fit.

Best means, one after the other: most critical findings closed that are known to be open, most high ones, most disasters
lifted that would reach us, most disasters brought to their target, least effort, and the order of the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from auditgen.audit.disasters.scenarios import ScenarioResult
from auditgen.audit.plan.cover import HALF, Demand, Model, solve
from auditgen.audit.plan.demands import Demands
from auditgen.audit.plan.outlook import Outlook
from auditgen.audit.plan.stages import Step, closes
from auditgen.audit.verdicts import Judged


def best_within(outlook: Outlook, steps: Sequence[Step], judged: Mapping[str, Judged], effort: float) -> list[int]:
    """Places of the steps that bring most for at most this effort, in the order of the plan.

    Falls back to the plan's own order, as far as it fits, without the solver.
    """
    places: dict[str, list[int]] = {}
    for place, step in enumerate(steps):
        for check in step.act.checks:
            places.setdefault(check, []).append(place)
    efforts = [step.act.effort for step in steps]
    try:
        values = _chosen(outlook, steps, judged, places, efforts, effort)
    except ImportError:
        values = None
    if values is not None:
        return [place for place in range(len(steps)) if values[place] > HALF]
    fits, left = [], effort
    for place, cost in enumerate(efforts):
        if cost <= left:
            fits.append(place)
            left -= cost
    return fits


def alone(outlook: Outlook, steps: Sequence[Step], judged: Mapping[str, Judged], chosen: Sequence[int]) -> list[Step]:
    """The chosen steps as they are when only these are done, in this order: what each settles, lifts and closes.

    What is left after a step is not said anew; it stands as in the whole plan.
    """
    places: dict[str, set[int]] = {}
    for place, step in enumerate(steps):
        for check in step.act.checks:
            places.setdefault(check, set()).add(place)
    found, done_steps, done = [], set[int](), frozenset[str]()
    for place in chosen:
        done_steps.add(place)
        settled = tuple(check for check in steps[place].act.checks if places[check] <= done_steps)
        after = done | set(settled)
        closed, answered = closes(settled, judged)
        lifts = outlook.lifted(done, after)
        found.append(replace(steps[place], settled=settled, lifts=lifts, closed=closed, answered=answered))
        done = after
    return found


def _chosen(
    outlook: Outlook, steps: Sequence[Step], judged: Mapping[str, Judged], places: Mapping[str, list[int]],
    efforts: Sequence[float], effort: float,
) -> list[float] | None:  # fmt: skip
    model = Model(len(steps))
    model.row(-effort, [(place, -cost) for place, cost in enumerate(efforts)])
    closed: dict[str, dict[int, float]] = {"critical": {}, "high": {}}
    for name, own in places.items():
        item = judged.get(name)
        if item is not None and item.state == "open" and item.check.severity in closed:
            column = model.way(frozenset(own))
            closed[item.check.severity][column] = closed[item.check.severity].get(column, 0.0) - item.counts["fail"]
    demands = Demands(outlook.barriers, places)
    lifted = _wanted(model, outlook.now.values(), demands, lowest=True)
    deep = _wanted(model, outlook.now.values(), demands, lowest=False)
    goals: list[Mapping[int, float]] = [
        closed["critical"], closed["high"], lifted, deep, dict(enumerate(efforts)),
        {place: float(place + 1) for place in range(len(steps))},
    ]  # fmt: skip
    return solve(model, len(steps), [goal for goal in goals if goal])[0]


def _wanted(model: Model, results: Iterable[ScenarioResult], demands: Demands, *, lowest: bool) -> dict[int, float]:
    """A column a disaster that is 1 only when all its ways are lifted off the ground, or brought to their target."""
    columns: dict[int, float] = {}
    for item in results:
        asked: set[Demand] = set()
        possible = True
        for path in item.every:
            wanted = min(1, path.ceiling) if lowest else path.target
            if path.depth >= wanted:
                continue
            demand = demands.depth(path, wanted)
            possible = possible and demand is not None
            if demand is not None:
                asked.add(demand)
        if asked and possible:
            column = model.column()
            for demand in sorted(asked, key=lambda each: each.order):
                model.demand(demand, when=column)
            columns[column] = -1.0
    return columns
