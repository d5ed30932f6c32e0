"""Accounts, owners, barriers, scenarios and the crisis page as the results hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from auditgen.audit.disasters.scenarios import PathResult, ScenarioResult
from auditgen.audit.disasters.vocabulary import Barrier
from auditgen.results import wording
from auditgen.results.names import Names, Outcome, iso

_SCENARIO_ORDER = {"reaches": 0, "single": 1, "held": 2, "not_preventable": 3, "not_applicable": 4}


class World:
    """What the organisation has and what stands between it and each disaster."""

    def __init__(self, outcome: Outcome, names: Names, findings: Sequence[dict[str, Any]]) -> None:
        self.o = outcome
        self.n = names
        self.findings = findings

    def accounts(self) -> list[dict[str, Any]]:
        """Accounts of the launch first."""
        return [self._account(row) for row in self.n.accounts_in_order()]

    def barriers(self) -> list[dict[str, Any]]:
        return [self._barrier(item) for item in self.o.vocabulary.barriers.values()]

    def scenarios(self) -> list[dict[str, Any]]:
        """What would reach us first, then what hangs on one cause, then the rest."""
        found = [self._scenario(item) for item in self.o.scenarios]
        return sorted(found, key=lambda item: (_SCENARIO_ORDER[item["state"]], item["depth"], item["title"]))

    def _account(self, row: Mapping[str, Any]) -> dict[str, Any]:
        account = row["account"]
        own = [item for item in self.findings if item["account"] == account]
        barriers = []
        for barrier in self.o.vocabulary.barriers.values():
            if barrier.kind == "barrier" and barrier.scope == "account":
                standing = self.o.barriers.standing(barrier, account)
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
            for item in self.o.judged
            if (tally := item.accounts.get(account)) and tally.passed and not tally.failed and not tally.unknown
        )
        limbs = self.o.store.select("select limb from limbs where list_contains(covers, $1) order by limb", [account])
        return {
            "id": account,
            "platform": row["platform"],
            "platform_title": self.n.platform(row["platform"]),
            "handle": row["handle"],
            "url": row["url"],
            "status": row["status"],
            "purpose": row["purpose"],
            "owner": row["owner"],
            "owner_title": self.n.person(row["owner"]),
            "deputy_title": self.n.person(row["deputy"]),
            "in_launch": account in self.n.launch_accounts,
            "open": len({item["check"] for item in own if item["verdict"] == "fail"}),
            "unseen": len({item["check"] for item in own if item["verdict"] != "fail"}),
            "holds": holds,
            "findings": [item["id"] for item in own],
            "barriers": barriers,
            "limbs": [item["limb"] for item in limbs],
            "weakest_in": [item.scenario.id for item in self.o.scenarios if item.account == account],
        }

    def owners(self, steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
        ranks = {step["check"]: step["rank"] for step in steps}
        owners: dict[str | None, dict[str, Any]] = {}
        for item in sorted(self.findings, key=lambda item: (ranks.get(item["check"], 10**6), item["id"])):
            name = item["owner"]
            entry = owners.setdefault(
                name,
                {
                    "id": name,
                    "title": self.n.person(name) or "Nobody named yet",
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
        for row in self.n.accounts:
            if row["owner"] in owners:
                owners[row["owner"]]["accounts"].append(row["account"])
        for entry in owners.values():
            entry["effort_says"] = wording.effort(entry["effort"], self.o.effort_unit)
        return sorted(
            owners.values(), key=lambda entry: (entry["id"] is not None, -len(entry["findings"]), str(entry["id"]))
        )

    def _barrier(self, barrier: Barrier) -> dict[str, Any]:
        standing = self.o.barriers.overall(barrier)
        accounts = []
        if barrier.scope == "account":
            for account in self.o.barriers.accounts:
                answer = self.o.barriers.standing(barrier, account)
                accounts.append({"account": account, "state": answer.state, "check": answer.check, "says": answer.says})
        return {
            "id": barrier.id,
            "title": barrier.title,
            "short": barrier.short,
            "stands_when": barrier.stands_when,
            "family": barrier.family,
            "kind": barrier.kind,
            "phase": barrier.phase,
            "function": barrier.function,
            "scope": barrier.scope,
            "max_age_days": barrier.max_age_days,
            "checks": list(barrier.checks),
            "state": standing.state,
            "says": standing.says,
            "counts_as_standing": self.o.barriers.counts(standing),
            "accounts": accounts,
            "scenarios": self.n.barrier_scenarios.get(barrier.id, []),
        }

    def _path(self, item: PathResult) -> dict[str, Any]:
        return {
            "threat": item.path.threat,
            "threat_title": self.o.vocabulary.threats[item.path.threat].title,
            "barriers": [
                {
                    "id": barrier.id,
                    "title": barrier.title,
                    "short": barrier.short,
                    "family": barrier.family,
                    "kind": barrier.kind,
                    "state": standing.state,
                    "says": standing.says,
                    "counts_as_standing": self.o.barriers.counts(standing),
                    "check": standing.check,
                }
                for barrier, standing in item.barriers
            ],
            "depth": item.depth,
            "ceiling": item.ceiling,
            "target": item.target,
            "account": item.account,
        }

    def _scenario(self, item: ScenarioResult) -> dict[str, Any]:
        scenario = item.scenario
        words = self.o.vocabulary
        weakest = item.paths[item.weakest] if item.paths else None
        state, cause, says = item.single_cause
        return {
            "id": scenario.id,
            "title": scenario.title,
            "date": scenario.date,
            "who": scenario.who,
            "platforms": list(scenario.platforms),
            "top_event": scenario.top_event,
            "top_event_title": words.top_events[scenario.top_event]["title"],
            "what": scenario.what,
            "lesson": scenario.lesson,
            "times": dict(scenario.times),
            "sources": [{"url": entry.get("url", ""), "grade": entry.get("grade", "")} for entry in scenario.sources],
            "preventable": scenario.preventable,
            "good_response": scenario.good_response,
            "then": [
                {
                    "barrier": entry["barrier"],
                    "title": words.barriers[entry["barrier"]].title,
                    "state": entry.get("state", "unknown"),
                    "basis": entry.get("basis", "judged"),
                }
                for entry in scenario.then
            ],
            "state": item.state,
            "paths": [self._path(path) for path in item.paths],
            "depth": item.depth,
            "ceiling": item.ceiling,
            "target": weakest.target if weakest else 0,
            "path": item.weakest,
            "account": item.account,
            "account_title": self.n.account_title(item.account),
            "single_cause": {"state": state, "cause": cause, "says": says},
            "chain": [
                {
                    "function": link.function,
                    "title": link.title,
                    "phase": link.phase,
                    "state": link.state,
                    "barriers": [
                        {"id": barrier.id, "title": barrier.title, "state": standing.state}
                        for barrier, standing in link.barriers
                    ],
                }
                for link in item.chain
            ],
            "chain_missing": [link.function for link in item.chain if link.state not in self.o.barriers.counted],
        }

    def panic(self) -> dict[str, Any]:
        panic = self.o.panic
        decides = [{"person": name, "title": self.n.person(name)} for name in panic.get("decides", [])]
        on_call = [
            {
                "title": self.n.person(item.get("person")) or item.get("person", ""),
                "reach": item.get("reach", ""),
                "hours": item.get("hours", ""),
            }
            for item in panic.get("on_call", [])
        ]
        limbs = [
            {
                "id": row["limb"],
                "title": row["title"] or row["limb"],
                "feature": row["feature"],
                "covers": list(row["covers"] or ()),
                "off_how": row["off_how"],
                "on_how": row["on_how"],
                "people": [self.n.person(name) for name in row["people"] or ()],
                "minutes": row["minutes"],
                "not_covered": row["not_covered"],
                "tested_on": iso(row["tested_on"]),
            }
            for row in self.o.store.select("select * from limbs order by minutes nulls last, limb")
        ]
        routes = [
            {
                "account": row["account"],
                "platform_title": self.n.platform(row["platform"]),
                "handle": row["handle"],
                "route": row["platform_route"],
                "contact": row["platform_contact"],
            }
            for row in self.n.accounts_in_order()
        ]
        return {
            "decides": decides,
            "on_call": on_call,
            "limbs": limbs,
            "statements": [dict(item) for item in panic.get("statements", [])],
            "routes": routes,
            "gaps": wording.panic_gaps(decides, on_call, limbs, panic.get("statements", []), routes),
        }
