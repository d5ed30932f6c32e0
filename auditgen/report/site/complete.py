"""Fills in what results written before auditgen.results/3 do not hold, so that pages ask in one way.

What is filled in never looks better than what is known: a disaster that reaches us does so for certain only where
every barrier on one of its ways is known to be missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from auditgen.reference.scale import SEVERITIES, number
from auditgen.report.site.drawings import in_the_way

_STEP = {"kind": "fix", "needs": [], "lifts": [], "after": {}}


def completed(data: dict[str, Any]) -> dict[str, Any]:
    """The results with every part that pages ask for; those that hold all of them come back as they are."""
    verdict = data["verdict"]
    if "numbers" in verdict and "stages" in data["plan"]:
        return data
    scenarios = [_scenario(item) for item in data["scenarios"]]
    checks = {item["id"]: item for item in data["checks"]}
    findings = [
        {"follows": None, "leads_to": [], "subject_title": item["subject"], **item} for item in data["findings"]
    ]
    steps = [_step(step, checks) for step in data["steps"]]
    numbers = _numbers(findings, scenarios)
    plan = {"stages": [{"id": "plan", "title": "The plan, in order", "says": data["plan"]["says"],
                        "steps": [step["rank"] for step in steps]}], **data["plan"]}  # fmt: skip
    verdict = {"reason": "", "reasons": [], "numbers": numbers, **verdict}
    decides = [{"reach": "", **item} for item in data["crisis"]["decides"]]
    data = {**data, "crisis": {**data["crisis"], "decides": decides}}
    return {**data, "scenarios": scenarios, "findings": findings, "steps": steps, "plan": plan, "verdict": verdict}


def _scenario(scenario: Mapping[str, Any]) -> dict[str, Any]:
    paths = [
        {"says": "", **path, "barriers": [{"why": "", **item} for item in path["barriers"]]}
        for path in scenario["paths"]
    ]
    chain = [
        {**link, "barriers": [{"says": "", "needed": True, **part} for part in link["barriers"]]}
        for link in scenario["chain"]
    ]
    return {"certain": _certain(scenario), "says": "", "beyond": [], **scenario, "paths": paths, "chain": chain}


def _certain(scenario: Mapping[str, Any]) -> bool:
    if scenario["state"] != "reaches":
        return False
    return any(
        path["depth"] == 0 and all(item["state"] == "open" for item in in_the_way(path)) for path in scenario["paths"]
    )


def _step(step: Mapping[str, Any], checks: Mapping[str, Any]) -> dict[str, Any]:
    check = checks.get(step["check"])
    severity = check["severity"] if check else ""
    fails = check["counts"]["fail"] if check else 0
    closed = {name: fails if name == severity else 0 for name in ("critical", "high")}
    helps = len(step.get("closes", ()))
    brings = f"helps stop {number(helps)} of the disasters" if helps else ""
    return {**_STEP, "id": step["check"], "checks": [step["check"]], "concerns": [], "closed": closed,
            "brings": brings, **step}  # fmt: skip


def _numbers(findings: Iterable[Mapping[str, Any]], scenarios: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    made = dict.fromkeys((f"{name}_{kind}" for name in SEVERITIES[:2] for kind in ("open", "unseen")), 0)
    for item in findings:
        if item["severity"] in SEVERITIES[:2] and not item["exception"]:
            made[f"{item['severity']}_{'open' if item['verdict'] == 'fail' else 'unseen'}"] += 1
    states = [(item["state"], item["certain"]) for item in scenarios]
    certain = states.count(("reaches", True))
    return {
        **made,
        "reaches": certain + states.count(("reaches", False)),
        "reaches_certain": certain,
        "reaches_unseen": states.count(("reaches", False)),
        "single": sum(state == "single" for state, _ in states),
        "held": sum(state == "held" for state, _ in states),
    }
