"""Why the gate says what it says: the worst known facts first, in the order in which the plan puts them right.

What is written nowhere comes after what is so: a missing rule never hides an open door of the same run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from auditgen.audit.checks.check import Check
from auditgen.audit.decisions import ExceptionEntry
from auditgen.audit.disasters.scenarios import ScenarioResult, let_through
from auditgen.audit.plan.stages import Plan
from auditgen.audit.verdicts import Judged


@dataclass(frozen=True)
class Fact:
    """One check that is known to be open.

    leads      it is the first of its step, so that it stands for the others
    excepted   an exception lets all of it through; it is told where it decides all the same
    disasters  those that reach us for certain past the barrier it opens
    """

    check: Check
    count: int
    leads: bool
    disasters: tuple[str, ...]
    excepted: bool = False


def known_facts(
    plan: Plan,
    judged: Mapping[str, Judged],
    scenarios: Sequence[ScenarioResult],
    exceptions: Sequence[ExceptionEntry],
) -> list[Fact]:
    """What is known to be open and decides the gate, the first step's first; empty when no rule is known to break."""
    through = let_through(scenarios)
    facts: list[Fact] = []
    forgiven: list[Fact] = []
    for step in plan.steps:
        if step.stage != "open":
            continue
        leads = True
        for name in step.act.checks:
            item = judged[name]
            excepted = sum(
                any(entry.applies and entry.covers(name, row.subject) for entry in exceptions)
                for row in item.rows if row.verdict == "fail"
            )  # fmt: skip
            count = item.counts["fail"] - excepted
            if count > 0:
                facts.append(Fact(item.check, count, leads, tuple(through.get(name, ()))))
                leads = False
            elif excepted and name in through:
                # An exception forgives a finding, not the disaster that comes through it.
                forgiven.append(Fact(item.check, excepted, True, tuple(through[name]), excepted=True))
    return facts + forgiven
