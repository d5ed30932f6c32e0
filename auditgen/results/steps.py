"""Steps of the plan as the results hold them: one act each, with what it brings and what is left after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from auditgen.audit.plan.acts import AGAIN, COUNT_ATTESTED
from auditgen.audit.plan.stages import STAGES, Step
from auditgen.audit.verdicts import Judged
from auditgen.reference.scale import number
from auditgen.results import wording
from auditgen.results.findings import Findings
from auditgen.results.names import Names, Outcome

_STAGE_WORDS = {
    "open": ("Open, and it decides", "Known to be open, and the gate asks for it."),
    "unknown": ("To find out", "The gate needs to know this, and no source says."),
    "depth": ("Two kinds of barrier on every way", "So that one loss leaves nothing open."),
    "answer": ("The answer, if something gets through", "Act, put right, recover: in this order."),
    "rest": ("In its own time", "Worth doing; no disaster and no rule of the gate waits for it."),
}
_NAMED = 3


def steps(outcome: Outcome, names: Names, found: Findings) -> list[dict[str, Any]]:
    """Every step in order, in the shape of results.schema.json."""
    judged = {item.check.id: item for item in outcome.judged}
    return [_step(step, rank, outcome, names, found, judged) for rank, step in enumerate(outcome.plan.steps, 1)]


def plan(outcome: Outcome, made: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How the order was found, what all of it takes, and its stages."""
    total = sum(step["effort"] for step in made)
    gap = outcome.plan.gap
    if gap is None:
        says = "A good order, not proven to be the cheapest."
    elif gap > 0:
        says = f"Nothing more than {gap:.1%} cheaper does the same."
    else:
        says = "Nothing cheaper does the same."
    return {
        "method": "greedy" if gap is None else "optimal",
        "gap": gap,
        "says": f"{says} What each step brings was replayed, given the steps before it.",
        "effort": total,
        "effort_says": wording.effort(total, outcome.effort_unit),
        "stages": [
            {"id": stage, "title": _STAGE_WORDS[stage][0], "says": _STAGE_WORDS[stage][1], "steps": ranks}
            for stage in STAGES
            if (ranks := [step["rank"] for step in made if step["plan_stage"] == stage])
        ],
    }


def _step(
    step: Step, rank: int, outcome: Outcome, names: Names, found: Findings, judged: Mapping[str, Judged]
) -> dict[str, Any]:
    act = step.act
    items = [judged[name] for name in act.checks if name in judged]
    if act.id == COUNT_ATTESTED:
        items = [item for item in outcome.judged if any(tally.attested for tally in item.accounts.values())]
    listed = {item["id"]: item for item in found.findings}
    findings = [name for item in items for name in found.by_check.get(item.check.id, ())]
    rows = [listed[name] for name in findings]
    fails = [row for row in rows if row["verdict"] == "fail"]
    # Who has something to put right does it; who only might have something is asked where nothing is known.
    people = list(dict.fromkeys(row["owner"] for row in fails or rows if row["owner"]))
    concerns = list(dict.fromkeys(filter(None, (names.concerned(row) for row in fails or rows))))
    first = items[0] if items else None
    return {
        "rank": rank,
        "id": act.id,
        "kind": act.kind,
        "title": _title(step, items),
        "says": _says(step, items, fails or rows),
        "check": first.check.id if first else "",
        "checks": [item.check.id for item in items],
        "findings": findings,
        "needs": list(act.needs),
        "owner": people[0] if people else None,
        "owner_title": wording.several([str(names.person(name)) for name in people]) if people else "",
        "concerns": concerns[:_NAMED],
        "concerns_more": max(0, len(concerns) - _NAMED),
        "effort": act.effort,
        "effort_says": wording.effort(act.effort, outcome.effort_unit),
        "minutes": act.minutes or None,
        "plan_stage": step.stage,
        "stage": first.check.stage if first else "prevent",
        "state": "open" if any(item.state == "open" for item in items) else "unseen",
        **effects(step),
        "after": dict(step.after),
    }  # fmt: skip


def effects(step: Step) -> dict[str, Any]:
    """What a step lifts, closes and settles, with the sentence that says so."""
    return {
        "lifts": list(step.lifts),
        "closed": {name: step.closed.get(name, 0) for name in ("critical", "high")},
        "settles": {"checks": sum(step.answered.values()),
                    **{name: step.answered.get(name, 0) for name in ("critical", "high")}},
        "brings": wording.brings(step.lifts, step.closed, step.answered),
    }  # fmt: skip


def _title(step: Step, items: Sequence[Judged]) -> str:
    act = step.act
    if act.id == COUNT_ATTESTED:
        return "Let what people vouch for count, or have it looked at"
    if act.kind == "ask" and len(items) > 1:
        return f"Answer {number(len(items))} questions that no file can answer"
    if act.id.startswith(AGAIN):
        return (
            f"Have a fresh look: {items[0].check.title}" if len(items) == 1 else "Have a fresh look at what is too old"
        )
    if act.title and (act.kind == "source" or len(items) > 1):
        return act.title
    check = items[0].check
    if act.kind == "ask":
        return f"Answer: {check.title}"
    return (check.step or check.title) if items[0].state == "open" else f"Find out: {check.title}"


def _says(step: Step, items: Sequence[Judged], rows: Sequence[Mapping[str, Any]]) -> str:
    act = step.act
    if act.id == COUNT_ATTESTED:
        return (
            "Some barriers stand only on somebody’s word. count_attested = true under [barriers] in auditgen.toml lets "
            "such words count, each until its day; or add a source that shows the same."
        )
    if act.kind == "source":
        return act.says
    parts = []
    if rows:
        same = [row for row in rows if row["check"] == rows[0]["check"]]
        parts.append(wording.first_of(str(rows[0]["says"]), len(same)))
    elif items and items[0].message:
        parts.append(items[0].message)
    others = [item.check.step or item.check.title for item in items[1:]]
    if others:
        where = f"In the same go, in {act.where}" if act.where else "In the same go"
        shown = [text[:1].lower() + text[1:] if text[1:2].islower() else text for text in others[:_NAMED]]
        more = f"; and {number(len(others) - _NAMED)} more" if len(others) > _NAMED else ""
        parts.append(f"{where}: {'; '.join(shown)}{more}.")
    return " ".join(parts)
