"""Sentences of the results: calm, short, about barriers and steps, never about people's failings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from auditgen import __version__
from auditgen.audit.gate import Sure, Verdict
from auditgen.audit.verdicts import Judged
from auditgen.reference.scale import number

_TITLES = {
    "ready": "Ready.",
    "ready_with_unknowns": "Ready, with unknowns.",
    "not_ready": "Not ready yet.",
    "cannot_tell": "Cannot tell.",
}


def tool() -> dict[str, str]:
    return {"name": "auditgen", "version": __version__}


def several(names: Sequence[str]) -> str:
    """Names as a short list: two in full, more as a count."""
    if len(names) <= 2:
        return " and ".join(names)
    return f"{names[0]} and {number(len(names) - 1)} more"


def plural(count: int, one: str, many: str | None = None) -> str:
    return one if count == 1 else (many or one + "s")


def effort(value: float, unit: str | None) -> str:
    """Effort in the user's unit, or as a bare figure when none is named."""
    text = f"{value:g}"
    if not unit:
        return f"effort {text}"
    if value == 1 and unit.endswith("s"):
        unit = unit[:-1]
    return f"{text} {unit}"


def verdict(outcome: Verdict, scenarios: Sequence[dict[str, Any]], steps: Sequence[dict[str, Any]], sure: Sure,
            unit: str | None) -> dict[str, Any]:  # fmt: skip
    """The verdict block: state, title, lede and rules."""
    return {
        "state": outcome.state,
        "exit_code": outcome.exit_code,
        "profile": outcome.profile,
        "title": _TITLES[outcome.state],
        "says": _lede(outcome, scenarios, steps, sure, unit),
        "rule": outcome.rule,
        "rules": [
            {
                "id": rule.id,
                "says": rule.says,
                "state": rule.state,
                "found": rule.found,
                "decided_by": [{"kind": item.kind, "id": item.id, "title": item.title} for item in rule.decided_by],
            }
            for rule in outcome.rules
        ],
    }


def _lede(outcome: Verdict, scenarios: Sequence[dict[str, Any]], steps: Sequence[dict[str, Any]], sure: Sure,
          unit: str | None) -> str:  # fmt: skip
    reach = [item for item in scenarios if item["state"] == "reaches"]
    single = [item for item in scenarios if item["state"] == "single"]
    shared = any(item["single_cause"]["cause"] and item["depth"] > 1 for item in single)
    thread = "a single cause" if shared else "a single barrier"
    parts = []
    if reach:
        count = number(len(reach)).capitalize()
        first = f"{count} {plural(len(reach), 'disaster')} that happened to others would still reach us"
        if single:
            first += f", and {number(len(single))} {plural(len(single), 'hangs', 'hang')} on {thread}"
        parts.append(first + ".")
    elif single:
        parts.append(
            f"Every disaster we replayed would be stopped; {number(len(single))} "
            f"{plural(len(single), 'hangs', 'hang')} on {thread}."
        )
    elif scenarios:
        parts.append("Every disaster we replayed meets at least two barriers that stand.")
    parts.append(f"We could look at {sure.share * 100:.0f}\u00a0% of what there is to see.")
    helping = [step for step in steps if set(step["closes"]) & {item["id"] for item in reach}]
    if outcome.state in ("not_ready", "cannot_tell") and steps:
        three = steps[:3]
        total = sum(step["effort"] for step in three)
        closed = {name for step in three for name in step["closes"]} & {item["id"] for item in reach}
        cost = f", {effort(total, unit)} together," if unit else ""
        if closed and helping:
            parts.append(
                f"The first {number(len(three))} {plural(len(three), 'step')} below{cost} "
                f"{plural(len(three), 'puts', 'put')} a barrier in front of {number(len(closed))} of them."
            )
    return " ".join(parts)


def step(judged: Judged, findings: Sequence[dict[str, Any]], closes: int) -> str:
    """What a step is about: the first subject in its own words, how many more, what it helps to stop."""
    if not findings:
        text = judged.message or ""
    else:
        text = first_of(findings[0]["says"], judged.counts["fail"] or judged.counts["unknown"] + judged.counts["due"])
    if closes:
        text += f" Stands in the way of {number(closes)} {plural(closes, 'disaster')}."
    return text.strip()


def first_of(says: str, count: int) -> str:
    """The first of several sentences and how many more there are."""
    text = says if says.endswith(("?", "…", "”")) else says.rstrip(".") + "."
    return f"{text} {number(count - 1).capitalize()} more like it." if count > 1 else text


def could_answer(checks: int) -> str:
    return f"{number(checks).capitalize()} {plural(checks, 'check')} could answer with it."


def panic_gaps(decides: Sequence[object], on_call: Sequence[object], limbs: Sequence[dict[str, Any]],
               statements: Sequence[object], routes: Sequence[dict[str, Any]]) -> list[str]:  # fmt: skip
    """What the crisis page still lacks, each with the place to add it."""
    gaps = []
    if not decides:
        gaps.append("Nobody is named yet who decides. Add decides under [panic] in auditgen.toml.")
    if not on_call:
        gaps.append("No on-call list is named yet. Add [[panic.on_call]] to auditgen.toml.")
    if not limbs:
        gaps.append("Nothing is listed that can be switched off alone. Add limbs to the inventory.")
    untested = [item["title"] for item in limbs if not item["tested_on"]]
    if untested:
        gaps.append(f"Never rehearsed: {', '.join(untested)}.")
    if not statements:
        gaps.append("No holding statement is prepared. Add [[panic.statements]] to auditgen.toml.")
    silent = [f"{item['platform_title']} {item['handle'] or item['account']}" for item in routes if not item["route"]]
    if silent:
        gaps.append(f"No way to reach the platform is recorded for {', '.join(silent)}.")
    return gaps
