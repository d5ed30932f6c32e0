"""Exceptions and attestations: what people decided or vouch for, laid over the verdicts and never under them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from auditgen.audit.checks.check import Check
from auditgen.audit.verdicts import Row
from auditgen.workspace.decisions import read_decisions

LAPSING_DAYS = 30
_EXCEPTION = {
    "check": str,
    "subject": str,
    "reason": str,
    "owner": str,
    "approver": str,
    "created": date,
    "expires": date,
    "ticket": str,
}
_ATTESTATION = {
    "check": str,
    "subject": str,
    "answer": str,
    "who": str,
    "when": date,
    "evidence": str,
    "valid_for_days": int,
    "note": str,
}
_REQUIRED = ("reason", "owner", "approver", "created", "expires")


@dataclass
class ExceptionEntry:
    """One accepted exception.

    state  active, lapsing (within 30 days), lapsed, incomplete (a field is missing or owner approves alone)
    """

    check: str
    subject: str | None
    reason: str | None
    owner: str | None
    approver: str | None
    created: date | None
    expires: date | None
    ticket: str | None
    state: str
    says: str
    matched: bool = False

    @property
    def applies(self) -> bool:
        return self.state in ("active", "lapsing")

    def covers(self, check: str, subject: str) -> bool:
        return self.check == check and (self.subject is None or self.subject.casefold() == subject.casefold())


@dataclass
class Attestation:
    """One answer a person gave to a question no file can settle."""

    check: str
    subject: str | None
    answer: str
    who: str | None
    when: date | None
    evidence: str | None
    valid_for_days: int | None
    note: str | None


def _day(value: date | None) -> date | None:
    return value.date() if isinstance(value, datetime) else value


def load_exceptions(path: Path | None, checks: Iterable[Check], as_of: date) -> list[ExceptionEntry]:
    """Read exceptions.toml; raises WorkspaceError for what cannot be meant, marks what only lacks something."""
    if path is None:
        return []
    found = []
    for entry in read_decisions(path, "exception", _EXCEPTION, [check.id for check in checks]):
        expires = _day(entry.get("expires"))
        created = _day(entry.get("created"))
        lacking = [key for key in _REQUIRED if not str(entry.get(key) or "").strip()]
        owner, approver = (" ".join(str(entry.get(key, "")).split()).casefold() for key in ("owner", "approver"))
        if lacking:
            state, says = "incomplete", f"Not in force: {' and '.join(lacking)} missing."
        elif owner == approver:
            state, says = "incomplete", "Not in force: the owner cannot also be the approver."
        elif created is not None and created > as_of:
            state, says = "incomplete", f"Not in force before {created}."
        elif expires is not None and expires < as_of:
            state, says = "lapsed", f"Lapsed on {expires}; the finding counts again."
        elif expires is not None and expires <= as_of + timedelta(days=LAPSING_DAYS):
            state, says = "lapsing", f"Lapses on {expires}."
        else:
            state, says = "active", f"In force until {expires}."
        found.append(
            ExceptionEntry(
                entry["check"],
                entry.get("subject"),
                entry.get("reason"),
                entry.get("owner"),
                entry.get("approver"),
                created,
                expires,
                entry.get("ticket"),
                state,
                says,
            )
        )
    return found


def load_attestations(path: Path | None, checks: Iterable[Check]) -> list[Attestation]:
    """Read attestations.toml; raises WorkspaceError for what cannot be meant."""
    if path is None:
        return []
    asked = [check.id for check in checks if check.attest is not None]
    return [
        Attestation(
            entry["check"],
            entry.get("subject"),
            str(entry.get("answer", "")).strip().casefold(),
            entry.get("who"),
            _day(entry.get("when")),
            entry.get("evidence"),
            entry.get("valid_for_days"),
            entry.get("note"),
        )
        for entry in read_decisions(path, "attestation", _ATTESTATION, asked)
    ]


def valid_until(attestation: Attestation, check: Check) -> date | None:
    """Last day on which an answer still counts; None when it carries no date."""
    if attestation.when is None:
        return None
    longest = int((check.attest or {}).get("valid_for_days", 365))
    days = longest if attestation.valid_for_days is None else min(attestation.valid_for_days, longest)
    # Days after the end of the calendar are its end.
    return attestation.when + timedelta(days=min(days, (date.max - attestation.when).days))


def attested_rows(
    checks: Iterable[Check], attestations: Iterable[Attestation], as_of: date, source: str | None
) -> dict[str, list[Row]]:
    """Rows of every check that asks a person. No answer, a lapsed one or an undated one is due, never a pass."""
    given: dict[str, list[Attestation]] = {}
    for attestation in attestations:
        given.setdefault(attestation.check, []).append(attestation)
    rows: dict[str, list[Row]] = {}
    for check in checks:
        if check.attest is None:
            continue
        question = str(check.attest.get("question", check.title))
        answers = latest(given.get(check.id, []), as_of)
        rows[check.id] = [_answer(attestation, check, as_of, source) for attestation in answers] or [
            Row("due", "organisation", f"A question for a person: {question}", source=source)
        ]
    return rows


def latest(attestations: Iterable[Attestation], as_of: date) -> list[Attestation]:
    """The last answer about each subject; an older one is history, and one that is still to come replaces none."""

    def age(attestation: Attestation) -> tuple[bool, date]:
        when = attestation.when
        return (when is not None and when <= as_of, when or date.min)

    found: dict[str, Attestation] = {}
    for attestation in attestations:
        key = (attestation.subject or "organisation").casefold()
        if key not in found or age(attestation) >= age(found[key]):
            found[key] = attestation
    return list(found.values())


def _answer(attestation: Attestation, check: Check, as_of: date, source: str | None) -> Row:
    until = valid_until(attestation, check)
    subject = attestation.subject or "organisation"
    row = Row("due", subject, "", source=source, seen_on=attestation.when, basis="declared")
    who = attestation.who or "Somebody"
    if until is None or not attestation.who or attestation.answer not in ("yes", "no"):
        row.says = "The answer is not complete: it needs answer (yes or no), who and when."
    elif attestation.when is not None and attestation.when > as_of:
        row.says = f"{who} is to answer on {attestation.when}."
    elif until < as_of:
        row.says = f"{who} answered on {attestation.when}; the answer lapsed on {until}."
    elif attestation.answer == "no":
        row.verdict, row.says = "fail", f"{who} answered no on {attestation.when}."
    else:
        row.verdict, row.says = "pass", f"{who} vouched for it on {attestation.when}, until {until}."
    return row
