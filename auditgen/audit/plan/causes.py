"""Shared causes that would leave a way with nothing, as the plan has to answer them."""

from __future__ import annotations

from auditgen.audit.disasters.barriers import Barriers
from auditgen.audit.disasters.scenarios import PathResult


def threatening(barriers: Barriers, path: PathResult) -> list[tuple[frozenset[str], tuple[str, ...]]]:
    """Causes that nothing on the way outlasts: the barriers each would take, and the checks that end it."""
    own = [(item, state) for item, state in path.barriers if item.kind == "barrier"]
    standing = {item.id for item, state in own if barriers.counts(state)}
    found: list[tuple[frozenset[str], tuple[str, ...]]] = []
    for cause in barriers.vocabulary.causes:
        lost = frozenset(cause.barriers)
        if standing <= lost and barriers.cause(cause, path.account) != "absent":
            found.append((lost, (cause.check,)))
    hangs = {item.id: barriers.hangs_on(item, path.account) for item, _ in own}
    for thing in sorted(frozenset().union(*hangs.values())):
        lost = frozenset(name for name, things in hangs.items() if thing in things)
        if standing <= lost:
            found.append((lost, ()))
    return found
