"""Accounts and the people who answer for them, as the results hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from auditgen.results import wording
from auditgen.results.names import Names, Outcome

Findings = Sequence[Mapping[str, Any]]


def accounts(outcome: Outcome, names: Names, findings: Findings) -> list[dict[str, Any]]:
    """Accounts of the launch first."""
    own: dict[str | None, list[Mapping[str, Any]]] = {}
    for item in findings:
        own.setdefault(item["account"], []).append(item)
    return [_account(row, outcome, names, own.get(row["account"], [])) for row in names.accounts_in_order()]


def owners(
    outcome: Outcome, names: Names, findings: Findings, steps: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Everybody with something to mend, with their findings in the order of the plan."""
    ranks: dict[str, int] = {}
    for step in steps:
        for check in step["checks"]:
            ranks.setdefault(check, step["rank"])
    owners: dict[str | None, dict[str, Any]] = {}
    for item in sorted(findings, key=lambda item: (ranks.get(item["check"], 10**6), item["id"])):
        name = item["owner"]
        entry = owners.setdefault(
            name,
            {
                "id": name,
                "title": names.person(name) or "Nobody named yet",
                "findings": [],
                "accounts": [],
                "effort": 0.0,
                "checks": [],
            },
        )
        entry["findings"].append(item["id"])
        if item["check"] not in entry["checks"]:
            entry["checks"].append(item["check"])
            entry["effort"] += item["effort"]
    for row in names.accounts:
        if row["owner"] in owners:
            owners[row["owner"]]["accounts"].append(row["account"])
    for entry in owners.values():
        entry["effort_says"] = wording.effort(entry["effort"], outcome.effort_unit)
    return sorted(
        owners.values(), key=lambda entry: (entry["id"] is not None, -len(entry["findings"]), str(entry["id"]))
    )


def _account(row: Mapping[str, Any], outcome: Outcome, names: Names, own: Findings) -> dict[str, Any]:
    account = row["account"]
    barriers = []
    for barrier in outcome.vocabulary.barriers.values():
        if barrier.kind == "barrier" and barrier.scope == "account":
            standing = outcome.barriers.standing(barrier, account)
            barriers.append(
                {
                    "id": barrier.id,
                    "title": barrier.title,
                    "short": barrier.short,
                    "state": standing.state,
                    "says": standing.says,
                    "check": standing.check,
                }
            )
    holds = sum(
        1
        for item in outcome.judged
        if (tally := item.accounts.get(account)) and tally.passed and not tally.failed and not tally.unknown
    )
    switches = outcome.store.select(
        "select switch from switches where list_contains(covers, $1) order by switch", [account]
    )
    return {
        "id": account,
        "platform": row["platform"],
        "platform_title": names.platform(row["platform"]),
        "handle": row["handle"],
        "url": row["url"],
        "status": row["status"],
        "purpose": row["purpose"],
        "owner": row["owner"],
        "owner_title": names.person(row["owner"]),
        "deputy_title": names.person(row["deputy"]),
        "in_launch": account in names.launch_accounts,
        "open": len({item["check"] for item in own if item["verdict"] == "fail"}),
        "unseen": len({item["check"] for item in own if item["verdict"] != "fail"}),
        "holds": holds,
        "findings": [item["id"] for item in own],
        "barriers": barriers,
        "switches": [item["switch"] for item in switches],
        "weakest_in": [item.scenario.id for item in outcome.scenarios if item.account == account],
    }
