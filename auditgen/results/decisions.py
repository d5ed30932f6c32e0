"""Exceptions and attestations as the results hold them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from auditgen.audit.decisions import LAPSING_DAYS, Attestation, ExceptionEntry, latest, valid_until
from auditgen.results.names import Outcome, iso


def exception(entry: ExceptionEntry, findings: Sequence[dict[str, Any]]) -> dict[str, Any]:
    covered = [
        item["id"] for item in findings if item["verdict"] == "fail" and entry.covers(item["check"], item["subject"])
    ]
    state, says = entry.state, entry.says
    if entry.subject is None and entry.applies:
        says += f" It names no subject, so it covers {_counted(len(covered))} of this check."
    if not entry.matched:
        state, says = "unmatched", "Fits no finding any more; it can be taken out."
    return {
        "check": entry.check,
        "subject": entry.subject,
        "reason": entry.reason,
        "owner": entry.owner,
        "approver": entry.approver,
        "created": iso(entry.created),
        "expires": iso(entry.expires),
        "ticket": entry.ticket,
        "state": state,
        "says": says,
        "findings": covered,
    }


def _counted(findings: int) -> str:
    if findings < 2:
        return "the one open finding" if findings else "no open finding"
    return f"all {findings} open findings"


def attestations(outcome: Outcome) -> list[dict[str, Any]]:
    given: dict[str, list[Attestation]] = {}
    for entry in outcome.attestations:
        given.setdefault(entry.check, []).append(entry)
    entries = []
    for judged in outcome.judged:
        check = judged.check
        if check.attest is None:
            continue
        rows = [*judged.rows, *judged.passed]
        if not rows:  # what the question is about is said not to be there
            continue
        answers: list[Attestation | None] = [*latest(given.get(check.id, []), outcome.as_of)] or [None]
        for attestation in answers:
            subject = (attestation.subject if attestation else None) or "organisation"
            row = next((item for item in rows if item.subject.casefold() == subject.casefold()), rows[0])
            until = valid_until(attestation, check) if attestation else None
            state = {"pass": "given", "fail": "denied"}.get(row.verdict, "lapsed" if attestation else "missing")
            soon = state == "given" and until is not None and until <= outcome.as_of + timedelta(days=LAPSING_DAYS)
            entries.append(
                {
                    "check": check.id,
                    "title": check.title,
                    "question": check.attest.get("question", check.title),
                    "subject": subject,
                    "answer": attestation.answer if attestation else None,
                    "who": attestation.who if attestation else None,
                    "when": iso(attestation.when) if attestation else None,
                    "valid_until": iso(until),
                    "evidence": attestation.evidence if attestation else None,
                    "state": "lapsing" if soon else state,
                    "says": row.says,
                }
            )
    order = {"lapsed": 0, "denied": 1, "missing": 2, "lapsing": 3, "given": 4}
    return sorted(entries, key=lambda item: (order[item["state"]], item["check"]))
