"""results.json: the one contract between the audit and every renderer.

`build_results` turns what was judged into plain data in display order: failing first, stable ids, nothing that
depends on the moment of the run. Its shape is published as results.schema.json beside this module and carries a
version.
"""

from __future__ import annotations

from typing import Any

from auditgen.evidence.store import schema
from auditgen.reference.scale import SEVERITIES
from auditgen.results import wording
from auditgen.results.accounts import accounts, owners
from auditgen.results.crisis import crisis, not_here
from auditgen.results.decisions import attestations, exception
from auditgen.results.disasters import barriers, scenarios
from auditgen.results.findings import Findings
from auditgen.results.gaps import find_gaps
from auditgen.results.logins import logins
from auditgen.results.names import Names, Outcome, iso
from auditgen.results.policies import policies
from auditgen.results.steps import plan, steps
from auditgen.results.verdict import verdict

SCHEMA = "auditgen.results/3"


def build_results(outcome: Outcome) -> dict[str, Any]:
    """Plain data of a run, in the shape of results.schema.json."""
    names = Names(outcome)
    found = Findings(outcome, names)
    checks, made, disasters = found.checks(), steps(outcome, names, found), scenarios(outcome, names)
    return {
        "schema": SCHEMA,
        "tool": wording.tool(),
        "run": {"as_of": outcome.as_of.isoformat(), **outcome.run},
        "organisation": {"name": outcome.organisation["name"], "domains": list(outcome.organisation["domains"])},
        "launch": _launch(outcome, names),
        "verdict": verdict(outcome, names, found, disasters, made),
        "coverage": {
            "share": round(outcome.coverage.share, 4),
            "answered": outcome.coverage.answered,
            "partly": outcome.coverage.partly,
            "not_at_all": outcome.coverage.not_at_all,
            "applicable": outcome.coverage.applicable,
        },
        "steps": made,
        "plan": plan(outcome, made),
        "areas": found.areas(checks),
        "checks": checks,
        "findings": found.findings,
        "accounts": accounts(outcome, names, found.findings),
        "owners": owners(outcome, names, found.findings, made),
        "barriers": barriers(outcome, names),
        "scenarios": disasters,
        "exceptions": [exception(entry, found.findings) for entry in outcome.exceptions],
        "attestations": attestations(outcome),
        "sources": [
            {**row, "seen_on": iso(row["seen_on"])}
            for row in outcome.store.select("select * exclude (settles) from sources order by origin, path")
        ],
        "tables": _tables(outcome),
        "unseen": _unseen(outcome, found),
        "problems": [
            *outcome.problems,
            *({"where": "auditgen.toml", "says": says} for says in not_here(outcome)),
            *_check_problems(outcome),
        ],
        "crisis": crisis(outcome, names),
        "logins": logins(outcome, names),
        "policies": policies(outcome, names),
    }


def _launch(outcome: Outcome, names: Names) -> dict[str, Any] | None:
    launch = outcome.launch
    if launch is None:
        return None
    return {
        "id": launch["launch"],
        "title": launch["title"] or launch["launch"],
        "starts_at": iso(launch["starts_at"]),
        "ends_at": iso(launch["ends_at"]),
        "days": (launch["starts_at"].date() - outcome.as_of).days if launch["starts_at"] else None,
        "accounts": list(launch["accounts"] or ()),
        "on_call": [{"person": name, "title": names.person(name)} for name in launch["on_call"] or ()],
    }


def _tables(outcome: Outcome) -> list[dict[str, Any]]:
    counts = outcome.store.counts()
    return [{"name": name, "note": table.note, "rows": counts[name]} for name, table in schema().items()]


def _unseen(outcome: Outcome, found: Findings) -> list[dict[str, Any]]:
    """Sources that are missing, then checks that could answer only in part, each with its first example."""
    entries = [
        {
            "title": gap.title,
            "needs": gap.needs,
            "says": wording.could_answer(len(gap.checks), gap.critical, len(gap.disasters)),
            "add": gap.add,
            "checks": gap.checks,
        }
        for gap in find_gaps(
            outcome.judged, outcome.store.counts(), outcome.suppliers, outcome.acts, found.n.check_scenarios
        )
    ]
    says = {item["id"]: item for item in found.findings}
    partly = []
    for judged in outcome.judged:
        not_seen = judged.counts["unknown"] + judged.counts["due"]
        if not not_seen or judged.missing:
            continue
        listed = [says[name] for name in found.by_check.get(judged.check.id, ())]
        first = next((item["says"] for item in listed if item["verdict"] != "fail"), judged.check.title)
        partly.append(
            {
                "title": judged.check.title,
                "needs": list(judged.check.needs),
                "says": wording.first_of(first, not_seen),
                "add": judged.check.adds or "",
                "checks": [judged.check.id],
            }
        )
    order = {item.check.id: SEVERITIES.index(item.check.severity) for item in outcome.judged}
    return entries + sorted(partly, key=lambda entry: (order[entry["checks"][0]], entry["title"]))


def _check_problems(outcome: Outcome) -> list[dict[str, str]]:
    return [
        {"where": f"check {item.check.id}", "says": item.message or ""}
        for item in outcome.judged
        if item.reason in ("error", "timeout")
    ]
