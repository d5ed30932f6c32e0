"""What the disasters would come to once some checks pass: the replay itself, run again over the changed verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from auditgen.audit.checks.check import VERDICTS
from auditgen.audit.disasters.barriers import Barriers
from auditgen.audit.disasters.scenarios import ScenarioResult
from auditgen.audit.disasters.vocabulary import Scenario
from auditgen.audit.plan.acts import COUNT_ATTESTED
from auditgen.audit.verdicts import Judged, Tally

# How far a disaster would come, from worst to best; the last two cannot change.
RANK = {"reaches": 0, "single": 1, "held": 2, "not_preventable": 3, "not_applicable": 3}
Replayer = Callable[[Barriers, Scenario], ScenarioResult]


def passing(item: Judged, barriers: Barriers) -> Judged:
    """The check as it would be once all that is open or not seen passes, seen today. What is vouched for stays so."""
    counts = dict.fromkeys(VERDICTS, 0) | {"n/a": item.counts["n/a"]}
    counts["pass"] = sum(item.counts[verdict] for verdict in ("pass", "fail", "unknown", "due"))
    accounts = {}
    for account, tally in item.accounts.items():
        good = tally.passed + tally.failed + tally.unknown
        vouched = tally.attested or item.check.attest is not None
        accounts[account] = Tally(
            passed=good, not_applicable=tally.not_applicable, attested=bool(good) and vouched,
            oldest=barriers.as_of if good else None,
        )  # fmt: skip
    return replace(item, counts=counts, rows=[], accounts=accounts, reason=None, message=None, missing=())


class Outlook:
    """Replays every disaster as if a set of checks passed; remembers each answer.

    `done` below holds ids of checks, and COUNT_ATTESTED where what people vouch for is to count.
    """

    def __init__(self, barriers: Barriers, scenarios: Sequence[ScenarioResult], replayer: Replayer) -> None:
        self.barriers = barriers
        self.scenarios = {item.scenario.id: item.scenario for item in scenarios}
        self.now = {item.scenario.id: item for item in scenarios}
        self._replayer = replayer
        self._worlds: dict[frozenset[str], Barriers] = {frozenset(): barriers}
        self._passing: dict[str, Judged] = {}
        self._results: dict[tuple[str, frozenset[str]], ScenarioResult] = {}
        causes = {cause.check for cause in barriers.vocabulary.causes}
        self._matter = {
            item.scenario.id: causes
            | {COUNT_ATTESTED}
            | {
                check
                for path in item.scenario.paths
                for name in path.barriers
                for part in barriers.asked(barriers.vocabulary.barriers[name], path.threat)
                for check in part
            }
            for item in scenarios
        }
        self._fixed = {item.scenario.id for item in scenarios if RANK[item.state] == RANK["not_applicable"]}

    def judged(self, done: Iterable[str]) -> dict[str, Judged]:
        """Every check as it would be judged then, by id."""
        now = self.barriers.judged
        for name in done:
            if name in now and name not in self._passing:
                self._passing[name] = passing(now[name], self.barriers)
        return {**now, **{name: self._passing[name] for name in done if name in now}}

    def world(self, done: frozenset[str]) -> Barriers:
        """The barriers as they would stand then."""
        if done not in self._worlds:
            self._worlds[done] = self.barriers.changed(self.judged(done), count_attested=COUNT_ATTESTED in done or None)
        return self._worlds[done]

    def result(self, scenario: str, done: frozenset[str]) -> ScenarioResult:
        """One disaster replayed then."""
        matters = done & self._matter[scenario]
        if not matters or scenario in self._fixed:
            return self.now[scenario]
        key = (scenario, matters)
        if key not in self._results:
            self._results[key] = self._replayer(self.world(matters), self.scenarios[scenario])
        return self._results[key]

    def results(self, done: frozenset[str]) -> list[ScenarioResult]:
        """Every disaster replayed then, in the order they came."""
        return [self.result(name, done) for name in self.scenarios]

    def lifted(self, before: frozenset[str], after: frozenset[str]) -> tuple[str, ...]:
        """Disasters that would come less far after than before."""
        new = after - before
        found = []
        for name, matter in self._matter.items():
            if new & matter:
                now = RANK[self.result(name, before).state]
                # What is held cannot come less far.
                if now < RANK["held"] and RANK[self.result(name, after).state] > now:
                    found.append(name)
        return tuple(found)


def counted(results: Iterable[ScenarioResult]) -> Mapping[str, int]:
    """How many disasters are in each state."""
    found = {"reaches": 0, "single": 0, "held": 0}
    for item in results:
        if item.state in found:
            found[item.state] += 1
    return found
