"""What pages say about disasters: how far each would come, what was not checked on its way, and the answer to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from auditgen.reference.scale import number
from auditgen.report.site.drawings import first_standing, in_the_way, shape, stops
from auditgen.report.site.words import capital, count, numbers

TIME_WORD = {"detect": "Noticed", "acknowledge": "Acknowledged", "contain": "Contained"}
GRADES = {
    "official": "official record",
    "several": "reported by several",
    "single": "reported once",
    "record": "record of the case",
}
PHASES = (("act", "Act"), ("cure", "Cure"), ("recover", "Recover"))
_OUTSIDE = "Nothing of ours could have stopped this one. What can be prepared is the answer."
_ELSEWHERE = "This one does not concern us: it leads to no account in use here."


def line(path: Mapping[str, Any]) -> list[dict[str, str]]:
    """Barriers of a way with how the line runs past each: on, end (it stops here) or off (beyond the stop).

    What does not apply to the account is not in the way, so it is not drawn.
    """
    barriers = in_the_way(path)
    end = first_standing(path)
    made = []
    for index, item in enumerate(barriers):
        run = "on" if end is None or index < end else "end" if index == end else "off"
        made.append({"run": run, "state": item["state"], "short": item["short"]})
    return made


def shorts(path: Mapping[str, Any], kind: str) -> str:
    """Names of the barriers on a way that stop it, are missing, or were not checked (a mere word counts here too)."""
    names = []
    for item in in_the_way(path):
        found = "stands" if stops(item) else "open" if shape(item["state"]) == "open" else "unseen"
        if found == kind:
            names.append(item["short"])
    return ", ".join(names) or "–"


def kinds(depth: int, ceiling: int) -> str:
    """Depth with its unit."""
    return f"{depth} of {ceiling} {'kind' if ceiling == 1 else 'kinds'} in place"


def gaps(path: Mapping[str, Any]) -> str:
    """What a way lacks, as two numbers that never run together: what is missing and what could not be checked."""
    states = [
        item["state"] for item in in_the_way(path) if not stops(item) and item.get("kind", "barrier") == "barrier"
    ]
    missing, unseen, word = states.count("open"), states.count("unseen"), states.count("attested")
    small = numbers(missing, unseen, word)
    parts = []
    if missing:
        parts.append(f"{small[0]} {'barrier is' if missing == 1 else 'barriers are'} missing")
    if unseen:
        parts.append(f"{small[1]} could not be checked")
    if word:
        parts.append(f"{small[2]} {'has' if word == 1 else 'have'} only somebody’s word")
    if not parts:
        return ""
    text = ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1]
    return capital(text) + "."


def not_alone(path: Mapping[str, Any]) -> str:
    """Why a way arrives although something on it is in place; else nothing."""
    names = [item["title"] for item in in_the_way(path) if stops(item)]
    if path["depth"] or not names:
        return ""
    return f"“{names[0]}” was in place there too and did not stop it, so it does not count by itself."


def reach_class(item: Mapping[str, Any]) -> str:
    """How a disaster is drawn: reach, reach maybe (only for want of evidence), or nothing."""
    if item["state"] != "reaches":
        return ""
    return "reach" if item["certain"] else "reach maybe"


def level(item: Mapping[str, Any]) -> str:
    """Shape of the one bar that stands for a whole disaster."""
    if item["state"] == "reaches":
        return "open" if item["certain"] else "unseen"
    return "attested" if item["state"] == "single" else "stands"


def disaster_says(item: Mapping[str, Any], account: str) -> str:
    """One sentence on how far a disaster would come today; `account` names the weakest one."""
    if item["state"] == "not_preventable":
        return item.get("says") or _OUTSIDE
    if item["state"] == "not_applicable" or not item["paths"]:
        return item.get("says") or _ELSEWHERE
    stand = kinds(item["depth"], item["ceiling"]).replace(" in place", " of barrier in place")
    stand += f" for {account}" if account else ""
    if item["state"] == "reaches":
        if item["certain"]:
            return f"This one would still reach us: {stand}."
        return f"This one cannot be ruled out: {stand}, as far as anybody could look."
    if item["state"] == "single":
        return f"This one would be stopped, but by one thing alone: {stand}."
    return f"This one would be stopped: {stand}."


def disaster_groups(scenarios: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str, list[Mapping[str, Any]]]]:
    """Disasters by how far they would come: name, heading, note, disasters."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for item in scenarios:
        state = item["state"]
        found.setdefault("maybe" if state == "reaches" and not item["certain"] else state, []).append(item)
    groups = (
        ("reaches", "Would still reach us", "On the weakest way no barrier is in place, whatever else is looked at."),
        ("maybe", "Cannot be ruled out",
         "No barrier is known to be in place, but some could not be checked. A look at them may be all it takes."),
        ("single", "Hang on one thing", "Stopped today, but one loss would leave the way open."),
        ("held", "Held", "More than one kind of barrier is in place, and no single cause takes them all."),
        ("not_preventable", "Out of our hands", "Nothing of ours could have stopped these; the answer can be ready."),
        ("not_applicable", "Do not concern us", "These lead to nothing that is in use here."),
    )  # fmt: skip
    return [(state, heading, note, found[state]) for state, heading, note in groups if state in found]


def disasters_summary(scenarios: Sequence[Mapping[str, Any]]) -> str:
    """How many were replayed, and how far they would come."""
    states = [item["state"] for item in scenarios]
    certain = sum(item["state"] == "reaches" and bool(item["certain"]) for item in scenarios)
    single, held = states.count("single"), states.count("held")
    one = len(scenarios) == 1
    first = f"{capital(count(len(scenarios), 'documented disaster'))} {'was' if one else 'were'} replayed."
    text = f"{first} {capital(reach_words(certain, states.count('reaches') - certain))}"
    hang, are = "hangs" if single == 1 else "hang", "is" if held == 1 else "are"
    return f"{text}; {number(single)} {hang} on one thing, {number(held)} {are} held."


def reach_words(certain: int, maybe: int) -> str:
    """How many would reach us for certain, and how many cannot be ruled out, as two numbers."""
    if certain and maybe:
        return f"{number(certain)} would reach us, {number(maybe)} more cannot be ruled out"
    if maybe:
        return f"{number(maybe)} cannot be ruled out"
    return f"{number(certain) if certain else 'none'} would reach us"


def chain_missing(item: Mapping[str, Any]) -> str:
    """Links of the answer that are not ready, in a list."""
    titles = {link["function"]: link["title"] for link in item["chain"]}
    return ", ".join(titles.get(name, name).lower() for name in item["chain_missing"])


def phase_groups(chain: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Links of the answer by phase."""
    return [(title, found) for phase, title in PHASES if (found := [link for link in chain if link["phase"] == phase])]
