"""Results with a plan in stages, reasons, and disasters that are certain or not: made from the plain invented ones."""

from __future__ import annotations

from typing import Any

from tests.tools.synthetic_results import synthetic_results


def planned_results(findings: int = 60) -> dict[str, Any]:
    """The same invented organisation; its first disasters reach us, one for certain and one as far as one can tell."""
    data = synthetic_results(findings)
    data["scenarios"] = [_scenario(item, place) for place, item in enumerate(data["scenarios"])]
    first = [item["id"] for item in data["scenarios"] if item["state"] == "reaches"][:2]
    data["steps"] = [_step(step, first) for step in data["steps"]]
    ranks = [step["rank"] for step in data["steps"]]
    data["plan"] |= {
        "stages": [
            {"id": "open", "title": "What is known to be open", "says": "These decide the gate.", "steps": ranks[:3]},
            {"id": "unknown", "title": "What the gate lacks", "says": "A look settles these.", "steps": ranks[3:]},
        ]
    }
    states = [(item["state"], item["certain"]) for item in data["scenarios"]]
    finding = data["findings"][0]
    data["verdict"] |= {
        "reason": "Not ready, because a former colleague can still post on Instagram @northwind.",
        "reasons": [{"says": finding["says"], "severity": finding["severity"], "check": finding["check"],
                     "finding": finding["id"], "account": finding["account"]}],
        "numbers": {
            "critical_open": 2, "high_open": 5, "critical_unseen": 1, "high_unseen": 4,
            "reaches": sum(state == "reaches" for state, _ in states),
            "reaches_certain": states.count(("reaches", True)),
            "reaches_unseen": states.count(("reaches", False)),
            "single": sum(state == "single" for state, _ in states),
            "held": sum(state == "held" for state, _ in states),
        },
    }  # fmt: skip
    data["findings"] = [
        {"follows": None, "leads_to": [], "subject_title": item["subject"], **item} for item in data["findings"]
    ]
    root, follower = data["findings"][0], data["findings"][1]
    root["leads_to"], follower["follows"] = [follower["id"]], root["id"]
    return data


def _scenario(item: dict[str, Any], place: int) -> dict[str, Any]:
    paths = [
        {**path, "says": "", "barriers": [{**bar, "why": "It ends this way at its first step."} for bar in path["barriers"]]}
        for path in item["paths"]
    ]  # fmt: skip
    says = "" if item["paths"] else "The tokens were taken at the maker; nothing of ours was in the way."
    return {**item, "paths": paths, "certain": item["state"] == "reaches" and place % 2 == 0, "says": says}


def _step(step: dict[str, Any], first: list[str]) -> dict[str, Any]:
    rank = step["rank"]
    lifts = [first[rank - 1]] if rank <= len(first) else []
    plain = {key: value for key, value in step.items() if key != "closes"}
    return {
        **plain, "id": step["check"], "kind": "fix", "checks": [step["check"]], "needs": [], "plan_stage": "open",
        "concerns": ["Dana Kovács", "Instagram @northwind"], "lifts": lifts,
        "closed": {"critical": int(rank == 1), "high": int(rank > 1)},
        "settles": {"checks": 1, "critical": 0, "high": 0},
        "brings": "lifts one disaster, closes one critical finding" if lifts else "closes one high finding",
        "after": {"reaches": max(0, 3 - rank), "single": 4, "held": 9, "critical_open": 1, "high_open": 5, "unseen": 2,
                  "gate": "ready" if rank > 3 else "not_ready"},
    }  # fmt: skip
