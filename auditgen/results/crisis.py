"""The crisis page as the results hold it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from auditgen.analysis.everybody import Everybody
from auditgen.results import wording
from auditgen.results.names import Names, Outcome, iso


def crisis(outcome: Outcome, names: Names) -> dict[str, Any]:
    """Who decides, who is on call, what can be switched off, what to say, and how to reach each platform."""
    crisis = outcome.crisis
    decides = [
        {"person": name, "title": names.person(name), "reach": reach}
        for name, reach in _decides(crisis.get("decides", []))
    ]
    on_call = [
        {
            "title": names.person(item.get("person")) or item.get("person", ""),
            "reach": item.get("reach", ""),
            "hours": item.get("hours", ""),
        }
        for item in crisis.get("on_call", [])
    ]
    switches = [
        {
            "id": row["switch"],
            "title": row["title"] or row["switch"],
            "feature": row["feature"],
            "covers": list(row["covers"] or ()),
            "off_how": row["off_how"],
            "on_how": row["on_how"],
            "people": [names.person(name) for name in row["people"] or ()],
            "minutes": row["minutes"],
            "not_covered": row["not_covered"],
            "tested_on": iso(row["tested_on"]),
        }
        for row in outcome.store.select("select * from switches order by minutes nulls last, switch")
    ]
    routes = [
        {
            "account": row["account"],
            "platform_title": names.platform(row["platform"]),
            "handle": row["handle"],
            "route": row["platform_route"],
            "contact": row["platform_contact"],
        }
        for row in names.accounts_in_order()
    ]
    return {
        "decides": decides,
        "on_call": on_call,
        "switches": switches,
        "statements": [dict(item) for item in crisis.get("statements", [])],
        "routes": routes,
        "gaps": not_here(outcome)
        + _unreached([*decides, *on_call])
        + wording.crisis_gaps(decides, on_call, switches, crisis.get("statements", []), routes),
    }


def not_here(outcome: Outcome) -> list[str]:
    """Whoever is named to decide or to be on call, and does not work here: a sentence each."""
    named = [name for name, _ in _decides(outcome.crisis.get("decides", []))]
    named += [str(item.get("person", "")) for item in outcome.crisis.get("on_call", [])]
    everybody = Everybody.of(outcome.store) if named else None
    found = []
    for name in dict.fromkeys(named):
        person = everybody.find(name).person if everybody else None
        why = person.why_not_here(outcome.as_of) if person else None
        # Where no list says who works here there is nothing to tell.
        gone = person and (person.left_on is not None or person.status in ("left", "suspended"))
        if person and why and gone:
            found.append(f"{person.name} stands under [crisis] in auditgen.toml: {why}.")
    return found


def _decides(entries: Sequence[str | Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    """Person and how to reach them; a bare name says nothing of the latter."""
    for entry in entries:
        yield (entry, "") if isinstance(entry, str) else (entry["person"], entry.get("reach", ""))


def _unreached(people: Sequence[Mapping[str, Any]]) -> list[str]:
    """Whom nobody could ring in the night, in one sentence."""
    silent = list(dict.fromkeys(str(item["title"]) for item in people if not item["reach"].strip()))
    return [f"How to reach {' and '.join(silent)} is not written down. Add reach under [crisis] in auditgen.toml."] \
        if silent else []  # fmt: skip
