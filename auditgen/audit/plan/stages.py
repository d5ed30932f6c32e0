"""The plan: which acts, in which order, and what each brings.

Stages, one after the other: what is known to be open and decides the gate; what the gate lacks to be known; every way
of a disaster to two kinds of barrier that no single cause takes away, or to as many as there can be; the answer, in
the order act, cure, recover; and what is left. Within a stage the cheapest acts are chosen (see cover), and ordered so
that each next one brings most for its effort. What an act brings is replayed, never counted from its barriers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from auditgen.audit.disasters.barriers import Barriers
from auditgen.audit.disasters.scenarios import ScenarioResult, let_through, possible_depth
from auditgen.audit.gate import Coverage, Verdict, coverage_of
from auditgen.audit.plan.acts import AGAIN, COUNT_ATTESTED, Act, Acts, Supplier, find_acts, weight
from auditgen.audit.plan.causes import threatening
from auditgen.audit.plan.cover import Cover, Demand, cheapest
from auditgen.audit.plan.demands import Demands
from auditgen.audit.plan.outlook import Outlook, counted
from auditgen.audit.verdicts import Judged
from auditgen.reference.scale import SEVERITIES

STAGES = ("open", "unknown", "depth", "answer", "rest")
_PHASES = ("act", "cure", "recover")

# What the gate would say of verdicts and disasters.
Decide = Callable[[Mapping[str, Judged], Sequence[ScenarioResult], Barriers], Verdict]


@dataclass(frozen=True)
class Step:
    """One act in its place.

    settled   checks that pass once it is done, given the steps before
    lifts     disasters that come less far once it is done, given the steps before
    closed    severity → findings known to be open that it closes
    answered  severity → checks that were not known and then are
    after     what is left once this and all steps before are done: disasters by state, findings, gate
    """

    act: Act
    stage: str
    settled: tuple[str, ...]
    lifts: tuple[str, ...]
    closed: Mapping[str, int]
    answered: Mapping[str, int]
    after: Mapping[str, int | str]


@dataclass(frozen=True)
class Plan:
    """Steps in order. gap is 0 where no cheaper choice exists, None where nobody could say."""

    steps: tuple[Step, ...] = ()
    gap: float | None = 0.0


@dataclass
class _Work:
    """The plan while it is made: acts by their place, and what is done."""

    acts: list[Act]
    places: dict[str, list[int]]
    outlook: Outlook
    through: Mapping[str, Sequence[str]]
    done_acts: set[int] = field(default_factory=set)
    done: frozenset[str] = frozenset()
    gaps: list[float | None] = field(default_factory=list)

    def settled(self, acts: Iterable[int]) -> frozenset[str]:
        """Checks that pass once these acts are done too."""
        all_done = self.done_acts | set(acts)
        new = {check for act in acts for check in self.acts[act].checks}
        return frozenset(check for check in new if all_done.issuperset(self.places[check])) - self.done

    def cover(self, demands: Iterable[Demand | None], beside: Iterable[int] = ()) -> list[int]:
        found: Cover = cheapest(
            [act.effort for act in self.acts], [item for item in demands if item], self.done_acts | set(beside)
        )
        self.gaps.append(found.gap)
        return sorted(found.chosen)


def make_plan(
    outlook: Outlook,
    judged: Sequence[Judged],
    verdict: Verdict,
    known: Acts,
    suppliers: Mapping[str, Supplier],
    decide: Decide,
    minimum_seen: float = 0.0,
    minimum_depth: int = 0,
) -> Plan:
    """Every open or unseen check in its step, in the order to do them."""
    by_id = {item.check.id: item for item in judged}
    acts = find_acts(judged, known, suppliers)
    acts += _fresh_looks(outlook, by_id, {check for act in acts for check in act.checks}, known, suppliers)
    acts.sort(key=lambda act: (weight(by_id[act.checks[0]]), act.id))
    acts.append(Act(COUNT_ATTESTED, "setting", (COUNT_ATTESTED,), 1))
    places: dict[str, list[int]] = {}
    for place, act in enumerate(acts):
        for check in act.checks:
            places.setdefault(check, []).append(place)
    work = _Work(acts, places, outlook, let_through(outlook.now.values()))
    demands = Demands(outlook.barriers, places)
    steps: list[Step] = []
    steps += _ordered(work, "open", _open(work, by_id, demands, verdict, minimum_depth), by_id, decide)
    lacking = _unknown(work, by_id, demands, verdict, minimum_depth, minimum_seen)
    steps += _ordered(work, "unknown", lacking, by_id, decide)
    steps += _ordered(work, "depth", work.cover(_deep(outlook, demands)), by_id, decide)
    for phase in _PHASES:
        links = [link for item in outlook.now.values() for link in item.chain if link.phase == phase]
        steps += _ordered(work, "answer", work.cover(map(demands.link, links)), by_id, decide)
    left = [place for place in range(len(acts) - 1) if place not in work.done_acts]
    steps += _ordered(work, "rest", left, by_id, decide, gate=False)
    gap = None if None in work.gaps else max((gap for gap in work.gaps if gap is not None), default=0.0)
    return Plan(tuple(steps), gap)


def _fresh_looks(
    outlook: Outlook, judged: Mapping[str, Judged], known: set[str], acts: Acts, suppliers: Mapping[str, Supplier]
) -> list[Act]:
    """Acts for checks that hold and were last seen too long ago for a barrier."""
    found: dict[str, list[Judged]] = {}
    for result in outlook.now.values():
        for path in result.every:
            for _, standing in path.barriers:
                name = standing.check
                if (
                    name
                    and standing.state == "unseen"
                    and name in judged
                    and name not in known
                    and judged[name].state == "holds"
                ):
                    check = judged[name].check
                    source = acts.source(check.needs[0], suppliers).id if check.needs else check.id
                    found.setdefault(f"{AGAIN}{source}", []).append(judged[name])
    made = []
    for name, items in found.items():
        once = sorted({item.check.id: item for item in items}.values(), key=weight)
        made.append(Act(name, "look", tuple(item.check.id for item in once), 1))
    return made


def _rules(verdict: Verdict) -> Mapping[str, str]:
    return {rule.id: rule.state for rule in verdict.rules}


def _open(
    work: _Work, judged: Mapping[str, Judged], demands: Demands, verdict: Verdict, minimum_depth: int
) -> list[int]:
    """Acts for what is known to be open and breaks a rule of the gate."""
    rules = _rules(verdict)
    broken = {rule.removeprefix("max_open.") for rule, state in rules.items() if state == "broken"}
    must = {
        place
        for place, act in enumerate(work.acts)
        if any(
            name in judged and judged[name].state == "open" and judged[name].check.severity in broken
            for name in act.checks
        )
    }  # fmt: skip
    wanted: list[Demand | None] = []
    if rules.get("minimum_depth") == "broken":
        wanted += [
            demands.depth(path, least)
            for item in work.outlook.now.values()
            for path in item.every
            if possible_depth(work.outlook.barriers, path) < (least := min(minimum_depth, path.ceiling))
        ]
    if rules.get("single_cause") == "broken":
        wanted += _deep(work.outlook, demands)
    if rules.get("complete_chains") == "broken":
        wanted += [
            demands.link(link) for item in work.outlook.now.values() for link in item.chain if link.state == "open"
        ]
    chosen = must | set(work.cover(wanted, must))
    # What only has to be found out belongs to the next stage, which asks for it again.
    return sorted(place for place in chosen if work.acts[place].kind == "fix")


def _unknown(
    work: _Work, judged: Mapping[str, Judged], demands: Demands, verdict: Verdict, minimum_depth: int, seen: float
) -> list[int]:
    """Acts for what the gate lacks to be known."""
    rules = _rules(verdict)
    asked = {rule.removeprefix("max_open.") for rule in rules if rule.startswith("max_open.")}
    must = {
        place
        for place, act in enumerate(work.acts)
        if place not in work.done_acts and any(
            name in judged and judged[name].check.severity in asked and judged[name].check.id not in work.done
            and judged[name].counts["unknown"] + judged[name].counts["due"] for name in act.checks
        )
    }  # fmt: skip
    wanted: list[Demand | None] = []
    now = work.outlook.results(work.done)
    if minimum_depth:
        wanted += [demands.depth(path, min(minimum_depth, path.ceiling)) for item in now for path in item.every]
    if rules.get("single_cause") in ("broken", "unseen"):
        wanted += _deep(work.outlook, demands)
    if rules.get("complete_chains") in ("broken", "unseen"):
        wanted += [demands.link(link) for item in now for link in item.chain]
    chosen = must | set(work.cover(wanted, must))
    return sorted(chosen | _enough_seen(work, judged, chosen, seen))


def _enough_seen(work: _Work, judged: Mapping[str, Judged], chosen: set[int], seen: float) -> set[int]:
    """Acts that bring what was seen up to the gate's minimum: those that settle most checks for their effort."""
    more: set[int] = set()

    def share(acts: set[int]) -> float:
        done = work.done | work.settled(acts)
        coverage: Coverage = coverage_of(work.outlook.judged(done & judged.keys()).values())
        return coverage.share

    while share(chosen | more) < seen:
        left = [place for place in range(len(work.acts) - 1) if place not in work.done_acts | chosen | more]
        worth = {place: len(work.settled(chosen | more | {place}) - work.settled(chosen | more)) for place in left}
        if not any(worth.values()):
            break
        more.add(min(left, key=lambda place: (-worth[place] / work.acts[place].effort, place)))
    return more


def _deep(outlook: Outlook, demands: Demands) -> list[Demand | None]:
    """Two kinds of barrier on every way and one that outlasts every single cause, or as many as there can be."""
    wanted: list[Demand | None] = []
    for item in outlook.now.values():
        for path in item.every:
            wanted.append(demands.depth(path, path.target))
            if path.ceiling > 1:
                wanted += [demands.beside(path, lost, mended) for lost, mended in threatening(outlook.barriers, path)]
    return wanted


def _ordered(
    work: _Work, stage: str, chosen: Iterable[int], judged: Mapping[str, Judged], decide: Decide, gate: bool = True
) -> list[Step]:
    """Steps of a stage, each next one bringing most for its effort. Rules that are to be written are one step."""
    left = _together(work, [place for place in chosen if place not in work.done_acts])
    steps: list[Step] = []
    while left:
        # Only among equals is it asked what each would bring: a replay is dear.
        first = {group: _first(work, stage, group, judged) for group in left}
        best = min(first.values())
        equal = [group for group in left if first[group] == best]
        chosen_group = min(equal, key=lambda group: _worth(work, group)) if len(equal) > 1 else equal[0]
        left.remove(chosen_group)
        steps.append(_step(work, stage, chosen_group, judged, decide, gate))
    return steps


def _first(work: _Work, stage: str, group: tuple[int, ...], judged: Mapping[str, Judged]) -> tuple[object, ...]:
    """What goes before what in a stage, whatever it brings."""
    lead = work.acts[group[0]].checks[0]
    if stage == "open" and lead in judged:
        # Of equally bad things the one that most disasters are known to come through.
        through = {name for place in group for check in work.acts[place].checks for name in work.through.get(check, ())}
        return (*weight(judged[lead])[:4], -len(through))
    return (group[0],) if stage == "rest" else ()


def _worth(work: _Work, group: tuple[int, ...]) -> tuple[float, float, int]:
    """Most disasters lifted for the effort, then most checks settled for it, then the order of the acts."""
    settled = work.settled(group)
    effort = sum(work.acts[place].effort for place in group)
    lifts = len(work.outlook.lifted(work.done, work.done | settled))
    return (-lifts / effort, -len(settled) / effort, group[0])


def _together(work: _Work, chosen: Sequence[int]) -> list[tuple[int, ...]]:
    """Acts that are done at one desk: rules that are to be written."""
    groups: dict[object, list[int]] = {}
    for place in chosen:
        groups.setdefault("clause" if work.acts[place].id.startswith("clause:") else place, []).append(place)
    return [tuple(group) for group in groups.values()]


def _step(
    work: _Work, stage: str, group: tuple[int, ...], judged: Mapping[str, Judged], decide: Decide, gate: bool
) -> Step:
    acts = [work.acts[place] for place in group]
    settled = work.settled(group)
    before, after = work.done, work.done | settled
    lifts = work.outlook.lifted(before, after)
    work.done_acts |= set(group)
    work.done = after
    act = acts[0]
    if len(acts) > 1:
        act = replace(act, id=act.id.partition(":")[0], checks=tuple(check for item in acts for check in item.checks),
                      effort=sum(item.effort for item in acts))  # fmt: skip
    results = work.outlook.results(after)
    now = work.outlook.judged(after & judged.keys())
    state: dict[str, int | str] = dict(counted(results))
    for severity in SEVERITIES[:2]:
        state[f"{severity}_open"] = sum(i.counts["fail"] for i in now.values() if i.check.severity == severity)
    state["unseen"] = sum(item.state == "unseen" for item in now.values())
    if gate:
        state["gate"] = decide(now, results, work.outlook.world(after)).state
    closed, answered = closes(settled, judged)
    return Step(
        act=act,
        stage=stage,
        settled=tuple(name for name in act.checks if name in settled),
        lifts=lifts,
        closed=closed,
        answered=answered,
        after=state,
    )


def closes(settled: Iterable[str], judged: Mapping[str, Judged]) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Findings known to be open that go, and checks that were not known and then are, both by severity."""
    mine = [judged[name] for name in settled if name in judged]
    return (
        _by_severity((item.check.severity, item.counts["fail"]) for item in mine),
        _by_severity((item.check.severity, int(item.state == "unseen")) for item in mine),
    )


def _by_severity(found: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    total = dict.fromkeys(SEVERITIES, 0)
    for severity, count in found:
        total[severity] += count
    return {severity: count for severity, count in total.items() if count}
