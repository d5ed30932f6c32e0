"""The verdict as the results hold it: state, reason in plain words, numbers, rules with the broken ones first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from auditgen.audit.reasons import Fact
from auditgen.reference.scale import number
from auditgen.results import wording
from auditgen.results.findings import Findings
from auditgen.results.names import Names, Outcome

_TITLES = {
    "ready": "Ready.",
    "ready_with_unknowns": "Ready, with unknowns.",
    "not_ready": "Not ready yet.",
    "cannot_tell": "Cannot tell yet.",
}
# Facts that are named in the sentence; the rest are counted.
_TOLD = 2


def verdict(
    outcome: Outcome,
    names: Names,
    found: Findings,
    disasters: Sequence[Mapping[str, Any]],
    steps: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """The verdict block of the results."""
    judged = outcome.verdict
    numbers = _numbers(outcome, disasters)
    reasons = [_reason(fact, names, found) for fact in outcome.facts]
    reason = _sentence(outcome, reasons, numbers, steps)
    return {
        "state": judged.state,
        "exit_code": judged.exit_code,
        "profile": judged.profile,
        "title": _TITLES[judged.state],
        "reason": reason,
        "reasons": reasons,
        "numbers": numbers,
        "says": " ".join(filter(None, [reason, wording.disasters(numbers), wording.seen(outcome.coverage.share)])),
        "rule": judged.rule,
        "rules": [
            {
                "id": rule.id,
                "says": rule.says,
                "state": rule.state,
                "found": rule.found,
                "decided_by": [{"kind": item.kind, "id": item.id, "title": item.title} for item in rule.decided_by],
            }
            for rule in judged.rules
        ],
    }


def _numbers(outcome: Outcome, disasters: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """What is known and what is not, kept apart: findings by severity, disasters by how far they would come."""
    numbers = {}
    for severity in ("critical", "high"):
        own = [item for item in outcome.judged if item.check.severity == severity]
        numbers[f"{severity}_open"] = sum(item.counts["fail"] for item in own)
        numbers[f"{severity}_unseen"] = sum(item.state == "unseen" for item in own)
    reach = [item for item in disasters if item["state"] == "reaches"]
    certain = sum(bool(item["certain"]) for item in reach)
    return {
        **numbers,
        "reaches": len(reach),
        "reaches_certain": certain,
        "reaches_unseen": len(reach) - certain,
        "single": sum(item["state"] == "single" for item in disasters),
        "held": sum(item["state"] == "held" for item in disasters),
        "not_preventable": sum(item["state"] == "not_preventable" for item in disasters),
    }


def _reason(fact: Fact, names: Names, found: Findings) -> dict[str, Any]:
    listed = {item["id"]: item for item in found.findings}
    rows = [listed[name] for name in found.by_check.get(fact.check.id, ()) if listed[name]["verdict"] == "fail"]
    subjects = list(dict.fromkeys(filter(None, (names.concerned(row) for row in rows))))
    says = wording.fact(fact.check, subjects, fact.count)
    return {
        "says": f"{says}, which an exception lets through" if fact.excepted else says,
        "severity": fact.check.severity,
        "check": fact.check.id,
        "finding": rows[0]["id"] if rows else None,
        "account": next((row["account"] for row in rows if row["account"]), None),
        "leads": fact.leads,
        "scenarios": list(fact.disasters),
    }


def _sentence(
    outcome: Outcome,
    reasons: Sequence[Mapping[str, Any]],
    numbers: Mapping[str, int],
    steps: Sequence[Mapping[str, Any]],
) -> str:
    state = outcome.verdict.state
    if state == "ready":
        return "Ready: every rule is met."
    if state == "ready_with_unknowns":
        return "Ready, because all that is not known is something this profile lets through."
    if state == "not_ready" and reasons:
        told = [str(item["says"]) for item in reasons if item["leads"]][:_TOLD]
        more = len(reasons) - len(told)
        if more:
            told.append(f"{number(more)} more {wording.plural(more, 'thing')} {wording.plural(more, 'is', 'are')} open")
        return f"Not ready, because {wording.series(told)}."
    deciding = next((rule for rule in outcome.verdict.rules if rule.id == outcome.verdict.rule), None)
    if state == "not_ready":
        return f"Not ready, because this is not so: {deciding.says}." if deciding else "Not ready."
    trusted = sum(_only_trusted(outcome, item) for item in outcome.scenarios)
    if trusted and trusted == numbers["reaches"]:
        return (
            f"Cannot tell yet, because {number(trusted)} {wording.plural(trusted, 'disaster')} "
            f"{wording.plural(trusted, 'meets', 'meet')} only barriers that somebody vouches for, and count_attested "
            "under [barriers] in auditgen.toml does not let such words count."
        )
    critical, high = numbers["critical_unseen"], numbers["high_unseen"]
    if critical or high:
        parts = [f"{number(count)} {name}" for name, count in (("critical", critical), ("high", high)) if count]
        lacking = f"{' and '.join(parts)} {wording.plural(high or critical, 'check')} could not be answered"
    elif numbers["reaches_unseen"]:
        count = numbers["reaches_unseen"]
        lacking = f"{number(count)} {wording.plural(count, 'disaster')} cannot be ruled out"
    else:
        lacking = f"this is not known: {deciding.says}" if deciding else "something is not known"
    first = next((step for step in steps if step["plan_stage"] == "unknown"), None)
    return f"Cannot tell yet, because {lacking}" + (f". First step: “{first['title']}”." if first else ".")


def _only_trusted(outcome: Outcome, item: Any) -> bool:
    """Whether a disaster reaches us only because nobody's word counts."""
    if item.state != "reaches" or item.certain or outcome.barriers.counted != {"stands"}:
        return False
    return all(
        path.depth
        or any(standing.state == "attested" for barrier, standing in path.barriers if barrier.kind == "barrier")
        for path in item.every
    )
