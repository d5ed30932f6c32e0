"""The crisis page as the results hold it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

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
        "gaps": _unreached([*decides, *on_call])
        + wording.crisis_gaps(decides, on_call, switches, crisis.get("statements", []), routes),
    }


def _decides(entries: Sequence[str | Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    """Person and how to reach them; a bare name says nothing of the latter."""
    for entry in entries:
        yield (entry, "") if isinstance(entry, str) else (entry["person"], entry.get("reach", ""))


def _unreached(people: Sequence[Mapping[str, Any]]) -> list[str]:
    """Whom nobody could ring in the night, in one sentence."""
    silent = list(dict.fromkeys(str(item["title"]) for item in people if not item["reach"].strip()))
    return [f"How to reach {' and '.join(silent)} is not written down. Add reach under [crisis] in auditgen.toml."] \
        if silent else []  # fmt: skip
