"""The crisis page as the results hold it."""

from __future__ import annotations

from typing import Any

from auditgen.results import wording
from auditgen.results.names import Names, Outcome, iso


def crisis(outcome: Outcome, names: Names) -> dict[str, Any]:
    """Who decides, who is on call, what can be switched off, what to say, and how to reach each platform."""
    crisis = outcome.crisis
    decides = [{"person": name, "title": names.person(name)} for name in crisis.get("decides", [])]
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
        "gaps": wording.crisis_gaps(decides, on_call, switches, crisis.get("statements", []), routes),
    }
