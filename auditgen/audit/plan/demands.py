"""What has to stand, as demands on acts: ways past which a disaster comes, shared causes, links of the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product

from auditgen.audit.disasters.barriers import Barriers
from auditgen.audit.disasters.scenarios import Link, PathResult
from auditgen.audit.disasters.vocabulary import Barrier
from auditgen.audit.plan.acts import COUNT_ATTESTED
from auditgen.audit.plan.cover import Demand

# Checks that must pass, all of them, for a barrier to stand; a barrier may have several such ways.
Checks = frozenset[str]
# More ways than this past one barrier (a choice of checks within a choice) are not looked at.
_MOST_WAYS = 16


def ways_to_stand(barriers: Barriers, barrier: Barrier, account: str | None, threat: str | None) -> list[Checks]:
    """Sets of checks that each would make a barrier stand for an account; none where no check can."""
    waiting: set[str] = set()
    vouched = False
    all_of, any_of = barriers.parts(barrier, account, threat)
    for name, part in all_of.items():
        if part.state in ("open", "unseen"):
            waiting.add(name)
        vouched = vouched or (part.state == "attested" and part.state not in barriers.counted)
    options: list[set[str]] = [set()]
    known = {name: part for name, part in any_of.items() if part.state != "not_applicable"}
    if known and not any(part.state in barriers.counted for part in known.values()):
        options = [{COUNT_ATTESTED} if part.state == "attested" else {name} for name, part in known.items()]
    if not all_of and not any_of:
        return []
    made = [frozenset(waiting | option | ({COUNT_ATTESTED} if vouched else set())) for option in options]
    return [way for way in dict.fromkeys(made) if way]


class Demands:
    """Turns ways into demands on acts. `acts_of` maps a check to the places of the acts it waits for."""

    def __init__(self, barriers: Barriers, acts_of: Mapping[str, Iterable[int]]) -> None:
        self.barriers = barriers
        self._acts_of = {name: frozenset(places) for name, places in acts_of.items()}
        self._made: dict[tuple[str, str | None, str | None], list[frozenset[int]]] = {}

    def cell(self, barrier: Barrier, account: str | None, threat: str | None) -> list[frozenset[int]]:
        """Sets of acts that each would make a barrier stand for an account."""
        key = (barrier.id, account if barrier.scope == "account" else None, threat)
        if key not in self._made:
            ways = ways_to_stand(self.barriers, barrier, key[1], threat)
            self._made[key] = [
                frozenset().union(*(self._acts_of[check] for check in way))
                for way in ways[:_MOST_WAYS] if all(check in self._acts_of for check in way)
            ]  # fmt: skip
        return self._made[key]

    def depth(self, path: PathResult, wanted: int) -> Demand | None:
        """So many kinds of barrier on a path; None where they stand, or no act could help."""
        standing = {item.family for item, state in path.barriers
                    if item.kind == "barrier" and state.state in self.barriers.counted}  # fmt: skip
        if path.depth >= wanted:
            return None
        families: dict[str, list[frozenset[int]]] = {}
        for item, state in path.barriers:
            if item.kind == "barrier" and item.family not in standing and state.state != "not_applicable":
                families.setdefault(item.family, []).extend(self.cell(item, path.account, path.path.threat))
        ways = self._without_trust(list(filter(None, families.values())))
        # Kinds that stand and do not count by themselves count again beside another.
        need = min(max(1, wanted - len(standing)), len(ways))
        return Demand.of(need, ways) if need else None

    def beside(self, path: PathResult, lost: frozenset[str], mended: Iterable[str] = ()) -> Demand | None:
        """One barrier more beside those that one cause would take, or an end of the cause by a check."""
        family = [
            way
            for item, state in path.barriers
            if item.kind == "barrier" and item.id not in lost and state.state not in self.barriers.counted
            for way in self.cell(item, path.account, path.path.threat)
        ]
        family += [self._acts_of[check] for check in mended if check in self._acts_of]
        ways = self._without_trust([family])
        return Demand.of(1, ways) if ways and ways[0] else None

    def link(self, link: Link) -> Demand | None:
        """One link of the answer; None where it stands, or no act could help."""
        if link.state in self.barriers.counted:
            return None
        parts = {item.id: item for item, standing in link.barriers if standing.state != "not_applicable"}
        ways: list[frozenset[int]] = [frozenset()]
        for name in link.needed:
            if name in parts:
                ways = [way | more for way, more in product(ways, self._everywhere(parts[name]))][:_MOST_WAYS]
        either = [more for name in link.either if name in parts for more in self._everywhere(parts[name])]
        if any(name in parts for name in link.either):
            ways = [way | more for way, more in product(ways, either)][:_MOST_WAYS]
        found = self._without_trust([[way for way in ways if way]])
        return Demand.of(1, found) if found and found[0] else None

    def _everywhere(self, barrier: Barrier) -> list[frozenset[int]]:
        """Sets of acts that each would make a barrier stand on every account; the empty set where it stands."""
        accounts = self.barriers.accounts if barrier.scope == "account" else (None,)
        ways: dict[frozenset[int], None] = {frozenset(): None}
        for account in accounts:
            state = self.barriers.standing(barrier, account).state
            if state in self.barriers.counted or state == "not_applicable":
                continue
            cell = self.cell(barrier, account, None)[:2]
            ways = dict.fromkeys([way | more for way, more in product(ways, cell)][:_MOST_WAYS])
        return list(ways)

    def _without_trust(self, families: list[list[frozenset[int]]]) -> list[list[frozenset[int]]]:
        """Ways without the setting that lets people's word count, wherever there is another way at all."""
        trust = self._acts_of.get(COUNT_ATTESTED, frozenset())
        seen = [[way for way in family if not trust or not trust <= way] for family in families]
        seen = [family for family in seen if family]
        return seen or families
