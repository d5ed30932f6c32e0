"""What the policy documents cover as a whole set: every clause with its quotes, and the range of what is covered."""

from __future__ import annotations

from typing import Any

from auditgen.analysis.clauses import accuracy
from auditgen.audit.checks.check import STAGES
from auditgen.results.names import Names, Outcome, iso

# Documents that have a column of their own, those that say most first.
DOCUMENTS_SHOWN = 12
QUOTES = 2
COVERED = ("found_sure", "accepted")
UNSURE = ("found_check", "not_found_check", "referenced", "hollow")


def policies(outcome: Outcome, names: Names) -> dict[str, Any] | None:
    """The section `policies` of the results; None when no document was given or no clause is looked for."""
    documents = outcome.store.select("select * from documents order by document")
    looked_for = [judged.check for judged in outcome.judged if judged.check.clause is not None]
    if not documents or not looked_for:
        return None
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in outcome.store.select("select * from clauses order by clause, rank"):
        rows.setdefault(row["clause"], []).append(row)
    titles = {row["document"]: row["title"] or row["document"] for row in documents}
    read = any(row["state"] == "read" for row in documents)
    clauses: list[dict[str, Any]] = []
    for check in looked_for:
        found = rows.get(check.id, [])
        clause = check.clause or {}
        clauses.append(
            {
                "check": check.id,
                "name": clause.get("name") or check.title,
                "stage": check.stage,
                "present": clause.get("present"),
                "state": found[0]["state"] if found else "not_found" if read else "not_seen",
                "scenarios": names.scenarios_behind(check),
                "cells": {row["document"]: row["state"] for row in found if row["place"] == 1 and row["document"]},
                "quotes": [
                    {
                        "document": row["document"],
                        "title": titles.get(row["document"], row["document"]),
                        "heading": row["heading"],
                        "place": row["locator"],
                        "text": row["text"],
                        "why": row["why"],
                        "state": row["state"],
                        "hash": row["hash"],
                    }
                    for row in found[:QUOTES]
                ],
            }
        )
    order = {stage: number for number, stage in enumerate(STAGES)}
    clauses.sort(key=lambda item: (order[item["stage"]], item["name"]))
    shown = sorted(
        (row for row in documents if row["state"] == "read"),
        key=lambda row: (-sum(row["document"] in item["cells"] for item in clauses), row["document"]),
    )
    return {
        "covered": _range(clauses),
        "stages": [
            {"stage": stage, **_range([item for item in clauses if item["stage"] == stage])}
            for stage in STAGES
            if any(item["stage"] == stage for item in clauses)
        ],
        "documents": [
            {
                "document": row["document"],
                "title": titles[row["document"]],
                "format": row["format"],
                "language": row["language"],
                "state": row["state"],
                "words": row["words"] or 0,
                "owner": row["owner"],
                "version": row["version"],
                "status": row["status"],
                "reviewed_on": iso(row["reviewed_on"]),
                "review_due_on": iso(row["review_due_on"]),
            }
            for row in documents
        ],
        "columns": [row["document"] for row in shown[:DOCUMENTS_SHOWN]],
        "clauses": clauses,
        "accuracy": accuracy(),
    }


def _range(clauses: list[dict[str, Any]]) -> dict[str, int]:
    """Clauses surely covered, those and the ones that are not sure, and all that apply."""
    states = [item["state"] for item in clauses]
    low = sum(state in COVERED for state in states)
    return {
        "low": low,
        "high": low + sum(state in UNSURE for state in states),
        "total": sum(state != "not_applicable" for state in states),
    }
