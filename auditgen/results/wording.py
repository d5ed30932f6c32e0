"""Sentences of the results: calm, short, about barriers and steps, never about people's failings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from auditgen import __version__
from auditgen.audit.checks.check import Check
from auditgen.reference.scale import number

_UNITS = {"credential": "login", "person": "person", "account": "account", "post": "post", "site": "site",
          "document": "document"}  # fmt: skip


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


def series(parts: Sequence[str]) -> str:
    """Parts of a sentence in a row: a, b and c."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def fact(check: Check, subjects: Sequence[str], count: int) -> str:
    """What is open as part of a sentence, with the one thing it concerns or how many there are."""
    says = check.fail.rstrip(".")
    says = says[:1].lower() + says[1:] if says[1:2].islower() or says[1:2] == " " else says
    if check.about in ("clause", "organisation"):
        return says
    if len(subjects) == 1:
        return f"{says} ({subjects[0]})"
    # Somebody with a role on three accounts is three findings: it is the accounts that are counted.
    unit = "account" if check.about == "person" and subjects else _UNITS.get(check.about, "thing")
    return f"{says} ({number(len(subjects) or count)} {plural(len(subjects) or count, unit)})"


def disasters(numbers: Mapping[str, int]) -> str:
    """How many disasters would reach us, and how many nobody could rule out: two numbers."""
    certain, unseen, single = numbers["reaches_certain"], numbers["reaches_unseen"], numbers["single"]
    parts = []
    if certain:
        parts.append(f"{number(certain)} would reach us")
    if unseen:
        parts.append(f"{number(unseen)} {'more ' if certain else ''}cannot be ruled out")
    if single:
        parts.append(f"{number(single)} {plural(single, 'hangs', 'hang')} on a single cause")
    if not parts:
        parts.append(
            f"{number(numbers['held'])} {plural(numbers['held'], 'meets', 'meet')} at least two kinds of barrier"
        )
    if numbers["not_preventable"]:
        count = numbers["not_preventable"]
        parts.append(f"{number(count)} {plural(count, 'is', 'are')} beyond anybody’s barriers")
    first, _, told = parts[0].partition(" ")
    parts[0] = f"{first} of the disasters we replayed {told}"
    text = series(parts)
    return f"{text[:1].upper()}{text[1:]}."


def seen(share: float) -> str:
    return f"We could look at {share * 100:.0f}\u00a0% of what there is to see."


def brings(lifts: Sequence[str], closed: Mapping[str, int], answered: Mapping[str, int]) -> str:
    """What a step brings, as it was replayed: disasters it lifts, findings it closes, checks it settles."""
    parts = []
    if lifts:
        parts.append(f"lifts {number(len(lifts))} {plural(len(lifts), 'disaster')}")
    known = [f"{number(closed[name])} {name}" for name in ("critical", "high") if closed.get(name)]
    if known:
        last = closed.get("high") or closed["critical"]
        parts.append(f"closes {' and '.join(known)} {plural(last, 'finding')}")
    elif total := sum(closed.values()):
        parts.append(f"closes {number(total)} {plural(total, 'finding')}")
    if checks := sum(answered.values()):
        worst = [f"{number(answered[name])} of them {name}" for name in ("critical", "high") if answered.get(name)]
        parts.append(
            f"settles {number(checks)} {plural(checks, 'check')}" + (f", {worst[0]}" if worst and checks > 1 else "")
        )
    text = "; ".join(parts) if any(", " in part for part in parts) else ", ".join(parts)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def first_of(says: str, count: int) -> str:
    """The first of several sentences and how many more there are."""
    text = says if says.endswith(("?", "…", "”")) else says.rstrip(".") + "."
    return f"{text} {number(count - 1).capitalize()} more like it." if count > 1 else text


def could_answer(checks: int, critical: int = 0, disasters: int = 0) -> str:
    """What a source would decide: checks, the critical ones among them, and disasters they bear on."""
    text = f"{number(checks).capitalize()} {plural(checks, 'check')} could answer with it"
    if critical:
        text += f", {number(critical)} of them critical" if checks > 1 else ", a critical one"
    if disasters:
        text += f"; {plural(checks, 'it bears', 'they bear')} on {number(disasters)} {plural(disasters, 'disaster')}"
    return text + "."


def crisis_gaps(decides: Sequence[object], on_call: Sequence[object], switches: Sequence[dict[str, Any]],
               statements: Sequence[object], routes: Sequence[dict[str, Any]]) -> list[str]:  # fmt: skip
    """What the crisis page still lacks, each with the place to add it."""
    gaps = []
    if not decides:
        gaps.append("Nobody is named yet who decides. Add decides under [crisis] in auditgen.toml.")
    if not on_call:
        gaps.append("No on-call list is named yet. Add [[crisis.on_call]] to auditgen.toml.")
    if not switches:
        gaps.append("Nothing is listed that can be switched off alone. Add switches to the inventory.")
    untested = [item["title"] for item in switches if not item["tested_on"]]
    if untested:
        gaps.append(f"Never rehearsed: {', '.join(untested)}.")
    if not statements:
        gaps.append("No holding statement is prepared. Add [[crisis.statements]] to auditgen.toml.")
    silent = [f"{item['platform_title']} {item['handle'] or item['account']}" for item in routes if not item["route"]]
    if silent:
        gaps.append(f"No way to reach the platform is recorded for {', '.join(silent)}.")
    return gaps
