"""Barriers and disasters as the results hold them."""

from __future__ import annotations

import re
from typing import Any

from auditgen.audit.disasters.scenarios import PathResult, ScenarioResult
from auditgen.audit.disasters.vocabulary import Barrier
from auditgen.results.names import Names, Outcome

_SCENARIO_ORDER = {"reaches": 0, "single": 1, "held": 2, "not_preventable": 3, "not_applicable": 4}


def barriers(outcome: Outcome, names: Names) -> list[dict[str, Any]]:
    """Every barrier, safeguard and response, with its state for each account it is judged for."""
    return [_barrier(item, outcome, names) for item in outcome.vocabulary.barriers.values()]


def scenarios(outcome: Outcome, names: Names) -> list[dict[str, Any]]:
    """What would reach us first, then what hangs on one cause, then the rest."""
    found = [_scenario(item, outcome, names) for item in outcome.scenarios]
    return sorted(found, key=lambda item: (_SCENARIO_ORDER[item["state"]], item["depth"], item["title"]))


def _barrier(barrier: Barrier, outcome: Outcome, names: Names) -> dict[str, Any]:
    standing = outcome.barriers.overall(barrier)
    accounts = []
    if barrier.scope == "account":
        for account in outcome.barriers.accounts:
            answer = outcome.barriers.standing(barrier, account)
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
        "counts_as_standing": outcome.barriers.counts(standing),
        "accounts": accounts,
        "scenarios": names.barrier_scenarios.get(barrier.id, []),
    }


def _path(item: PathResult, outcome: Outcome) -> dict[str, Any]:
    threat = outcome.vocabulary.threats[item.path.threat]
    return {
        "threat": threat.id,
        "threat_title": threat.title,
        "barriers": [
            {
                "id": barrier.id,
                "title": barrier.title,
                "short": barrier.short,
                "family": barrier.family,
                "kind": barrier.kind,
                "state": standing.state,
                "says": standing.says,
                "why": standing.why,
                "counts_as_standing": outcome.barriers.counts(standing),
                "check": standing.check,
            }
            for barrier, standing in item.barriers
        ],
        "depth": item.depth,
        "ceiling": item.ceiling,
        "target": item.target,
        "account": item.account,
    }


def _known_names(says: str, item: ScenarioResult, names: Names) -> str:
    """The sentence with accounts as people know them: "for Instagram @acme" rather than "for ig-main"."""
    for account in sorted((name for name in item.accounts if name in says), key=len, reverse=True):
        pattern = rf"\b(for|of|to) {re.escape(account)}(?=[\s.:;,]|$)"
        says = re.sub(pattern, lambda found, account=account: f"{found[1]} {names.account_title(account)}", says)  # type: ignore[misc]
    return says


def _scenario(item: ScenarioResult, outcome: Outcome, names: Names) -> dict[str, Any]:
    scenario = item.scenario
    words = outcome.vocabulary
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
        "certain": item.certain,
        "says": item.says,
        "beyond": [
            {
                "threat": path.path.threat,
                "threat_title": words.threats[path.path.threat].title,
                "says": words.threats[path.path.threat].without or "",
                "account": path.account,
                "account_title": names.account_title(path.account),
            }
            for path in item.beyond
        ],
        "paths": [_path(path, outcome) for path in item.paths],
        "depth": item.depth,
        "ceiling": item.ceiling,
        "target": weakest.target if weakest else 0,
        "path": item.weakest,
        "account": item.account,
        "account_title": names.account_title(item.account),
        "single_cause": {"state": state, "cause": cause, "says": _known_names(says, item, names)},
        "chain": [
            {
                "function": link.function,
                "title": link.title,
                "phase": link.phase,
                "state": link.state,
                "barriers": [
                    {
                        "id": barrier.id,
                        "title": barrier.title,
                        "state": standing.state,
                        "says": standing.says,
                        # Of parts that are no must, one is enough.
                        "needed": barrier.id in link.needed,
                    }
                    for barrier, standing in link.barriers
                ],
            }
            for link in item.chain
        ],
        "chain_missing": [link.function for link in item.chain if link.state not in outcome.barriers.counted],
    }
