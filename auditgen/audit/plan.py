"""The plan: which steps first.

First the checks that decide the verdict. Then greedy set multi-cover over the paths of the scenarios: repeatedly the
barrier that lifts most paths towards their target for the least effort, then the open links of the response chains in
the order act, cure, recover, then whatever else is open. Deterministic; a good order, not proven to be the cheapest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from auditgen.audit.checks.check import STAGES
from auditgen.audit.disasters.barriers import Barriers
from auditgen.audit.disasters.scenarios import ScenarioResult
from auditgen.audit.verdicts import Judged
from auditgen.reference.scale import SEVERITIES

SAYS = (
    "What decides the verdict comes first, then each step by how many disasters it helps to stop for its effort. "
    "A good order, not proven to be the cheapest."
)


@dataclass(frozen=True)
class Step:
    """One check to bring to green, and the scenarios it then helps to stop."""

    check: str
    closes: tuple[str, ...]


def _needed(barriers: Barriers, barrier: str, account: str | None, open_checks: dict[str, Judged]) -> tuple[str, ...]:
    """Checks that keep a barrier from standing for one account; empty when fixing checks cannot raise it."""
    item = barriers.vocabulary.barriers[barrier]
    waiting = [name for name in item.all_of if name in open_checks and _waits(barriers, name, account)]
    if item.any_of:
        options = [name for name in item.any_of if name in open_checks and _waits(barriers, name, account)]
        if len(options) == len(item.any_of):
            waiting.append(min(options, key=lambda name: (open_checks[name].check.effort, name)))
    return tuple(waiting)


def _waits(barriers: Barriers, name: str, account: str | None) -> bool:
    judged = barriers.judged[name]
    return any(
        (tally.failed or tally.unknown) and (account is None or key is None or key == account)
        for key, tally in judged.accounts.items()
    )


def make_plan(
    barriers: Barriers, judged: Sequence[Judged], scenarios: Sequence[ScenarioResult], deciding: Iterable[str] = ()
) -> list[Step]:
    """Every open or unseen check once, in the order to do them; checks that decide the verdict come first."""
    open_checks = {item.check.id: item for item in judged if item.state in ("open", "unseen")}
    steps: list[Step] = []
    done: set[str] = set()

    def rank(name: str) -> tuple[object, ...]:
        check = open_checks[name].check
        unseen = open_checks[name].state == "unseen"
        return (unseen, STAGES.index(check.stage), SEVERITIES.index(check.severity), check.effort, name)

    # Paths that fall short: scenario, families standing, and per missing family the checks that would raise it.
    short: list[tuple[str, set[str], dict[str, tuple[str, ...]], int]] = []
    for scenario in scenarios:
        for path in scenario.paths:
            standing = {item.family for item, state in path.barriers if barriers.counts(state)}
            ways: dict[str, tuple[str, ...]] = {}
            for item, state in path.barriers:
                if state.state == "not_applicable" or barriers.counts(state):
                    continue
                if item.kind == "barrier" and item.family not in standing:
                    needed = _needed(barriers, item.id, path.account, open_checks)
                    if needed and (item.family not in ways or len(needed) < len(ways[item.family])):
                        ways[item.family] = needed
            if ways and len(standing) < path.target:
                short.append((scenario.scenario.id, standing, ways, path.target))

    helps = {check: tuple(sorted({name for name, _, ways, _ in short if any(check in way for way in ways.values())}))
             for check in open_checks}  # fmt: skip
    for check in sorted(set(deciding) & open_checks.keys(), key=lambda name: (-len(helps[name]), rank(name))):
        steps.append(Step(check, helps[check]))
        done.add(check)
    for _, standing, ways, _ in short:
        standing |= {family for family, needed in ways.items() if set(needed) <= done}

    while True:
        gains: dict[tuple[str, ...], dict[str, int]] = {}
        for name, standing, ways, target in short:
            for family, needed in ways.items():
                left = tuple(check for check in needed if check not in done)
                if family not in standing and len(standing) < target and left:
                    # Lifting a path off the ground matters more than a second barrier.
                    weight = 3 if not standing else 1
                    gains.setdefault(left, {})[name] = max(gains.get(left, {}).get(name, 0), weight)
        if not gains:
            break
        best = min(
            gains,
            key=lambda left: (
                # What is known to be open goes before what has to be found out.
                all(open_checks[check].state == "unseen" for check in left),
                -sum(gains[left].values()) / sum(open_checks[check].check.effort for check in left),
                [rank(check) for check in left],
            ),
        )
        closes = tuple(sorted(gains[best]))
        for check in sorted(best, key=rank):
            steps.append(Step(check, closes))
            done.add(check)
        for _, standing, ways, _ in short:
            standing |= {family for family, needed in ways.items() if set(needed) <= done}

    chains: dict[str, set[str]] = {}
    for scenario in scenarios:
        for link in scenario.chain:
            if link.state in barriers.counted:
                continue
            for item, _ in link.barriers:
                for check in item.checks:
                    if check in open_checks and check not in done:
                        chains.setdefault(check, set()).add(scenario.scenario.id)
    for check in sorted(chains, key=rank):
        steps.append(Step(check, tuple(sorted(chains[check]))))
        done.add(check)
    steps += [Step(check, ()) for check in sorted(open_checks.keys() - done, key=rank)]
    return steps
