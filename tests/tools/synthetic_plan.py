"""Plan, reasons and numbers of the invented results: what stands in every run beside checks and disasters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def with_plan(data: dict[str, Any]) -> dict[str, Any]:
    """The results with a plan in stages. The first two steps each lift one disaster; from the fourth on it is ready."""
    first = [item["id"] for item in data["scenarios"] if item["state"] == "reaches"][:2]
    steps = [_step(step, first) for step in data["steps"]]
    ranks = [step["rank"] for step in steps]
    stages = [
        {"id": "open", "title": "Open, and it decides", "says": "The gate asks for it.", "steps": ranks[:3]},
        {"id": "unknown", "title": "To find out", "says": "No source says.", "steps": ranks[3:]},
    ]
    findings = [
        {"follows": None, "leads_to": [], "subject_title": item["subject"], **item} for item in data["findings"]
    ]
    if len(findings) > 1:
        findings[0]["leads_to"], findings[1]["follows"] = [findings[1]["id"]], findings[0]["id"]
    verdict = {**data["verdict"], "numbers": _numbers(data["scenarios"]),
               "reason": "Not ready, because a former colleague can still post on Instagram @northwind.",
               "reasons": [_reason(item, place) for place, item in enumerate(findings[:2])]}  # fmt: skip
    plan = {"gap": None, **data["plan"], "stages": stages}
    return {**data, "steps": steps, "findings": findings, "verdict": verdict, "plan": plan}


def _numbers(scenarios: list[dict[str, Any]]) -> dict[str, int]:
    states = [item["state"] for item in scenarios]
    certain = sum(item["certain"] for item in scenarios)
    return {
        "critical_open": 2, "high_open": 5, "critical_unseen": 1, "high_unseen": 4, "reaches": states.count("reaches"),
        "reaches_certain": certain, "reaches_unseen": states.count("reaches") - certain,
        "single": states.count("single"), "held": states.count("held"),
        "not_preventable": states.count("not_preventable"),
    }  # fmt: skip


def _reason(finding: Mapping[str, Any], place: int) -> dict[str, Any]:
    says = finding["says"].rstrip(".")
    return {"says": says[:1].lower() + says[1:], "severity": finding["severity"], "check": finding["check"],
            "finding": finding["id"], "account": finding["account"], "leads": place == 0, "scenarios": []}  # fmt: skip


def _step(step: Mapping[str, Any], first: list[str]) -> dict[str, Any]:
    rank = step["rank"]
    lifts = [first[rank - 1]] if rank <= len(first) else []
    return {
        **step, "id": step["check"], "kind": "fix", "checks": [step["check"]], "needs": [], "plan_stage": "open",
        "concerns": ["Dana Kovács", "Instagram @northwind"], "concerns_more": 0, "minutes": None, "lifts": lifts,
        "closed": {"critical": int(rank == 1), "high": int(rank > 1)},
        "settles": {"checks": 1, "critical": 0, "high": 0},
        "brings": "Lifts one disaster, closes one critical finding." if lifts else "Closes one high finding.",
        "after": {"reaches": max(0, 3 - rank), "single": 4, "held": 9, "critical_open": 1, "high_open": 5, "unseen": 2,
                  "gate": "ready" if rank > 3 else "not_ready"},
    }  # fmt: skip
