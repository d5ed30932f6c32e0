"""A run of a few words, as the results take it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from auditgen.audit.disasters.barriers import Barriers
from auditgen.audit.gate import Coverage, Verdict
from auditgen.audit.plan.acts import Act
from auditgen.audit.plan.stages import Plan, Step
from auditgen.audit.verdicts import Judged, Row
from auditgen.evidence.store import Store
from auditgen.results.findings import Findings
from auditgen.results.names import Names, Outcome
from tests.tools.small_plans import NO_ACTS
from tests.tools.small_world import DAY, check, judged, vocabulary

READY = Verdict("ready", "p", (), None)
SURE = Coverage(0.5, 1, 0, 1)


def outcome(store: Store, items: Sequence[Judged] = (), **more: Any) -> Outcome:
    words = more.pop("vocabulary", vocabulary())
    values: dict[str, Any] = {
        "store": store, "organisation": {"name": "House", "domains": ["our.org"]}, "crisis": {}, "names": "full",
        "effort_unit": None, "as_of": DAY, "launch": None, "judged": items, "left_out": (), "vocabulary": words,
        "barriers": Barriers(words, items, more.pop("accounts", ()), DAY), "scenarios": (), "plan": Plan(), "facts": (), "acts": NO_ACTS, "verdict": READY,
        "coverage": SURE, "exceptions": (), "attestations": (), "suppliers": (), **more,
    }  # fmt: skip
    return Outcome(**values)


def item(name: str, *rows: Row, **more: Any) -> Judged:
    """A check with rows as they stand; what passes is counted only."""
    passed = more.pop("passed", 0)
    found = Judged(check(name, **more), rows=list(rows))
    for row in rows:
        found.counts[row.verdict] += 1
    found.counts["pass"] = passed
    return found


def step(*checks: str, **more: Any) -> Step:
    """A step of the plan; `kind`, `effort`, `needs`, `title` and the like belong to its act."""
    own = {
        name: more.pop(name) for name in ("stage", "settled", "lifts", "closed", "answered", "after") if name in more
    }
    act = Act(**{"id": checks[0], "kind": "fix", "checks": checks, "effort": 1, **more})
    after = {"reaches": 0, "single": 0, "held": 0, "critical_open": 0, "high_open": 0, "unseen": 0}
    return Step(
        act, **{"stage": "open", "settled": checks, "lifts": (), "closed": {}, "answered": {}, "after": after, **own}
    )


def findings(store: Store, *items: Judged, **more: Any) -> Findings:
    made = outcome(store, items, **more)
    return Findings(made, Names(made))


@dataclass(frozen=True)
class Reader:
    title: str
    tables: tuple[str, ...]
    missing: str


PEOPLE = Reader("A list of people", ("people",), "Who works here.")
LEAVERS = Reader("A list of leavers", ("people.left_on",), "Who has left.")


def lacking(name: str, *missing: str, adds: str | None = None) -> Judged:
    each = judged(name, adds=adds)
    each.missing = missing
    return each
