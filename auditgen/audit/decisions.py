"""Exceptions and attestations: what people decided or vouch for, laid over the verdicts and never under them.

Whoever decides is a person in the lists that were read and works here until the launch ends; else it does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from auditgen.analysis.everybody import Everybody
from auditgen.audit.checks.check import Check
from auditgen.audit.verdicts import Row
from auditgen.files.problems import nearest
from auditgen.workspace.decisions import read_decisions

if TYPE_CHECKING:
    from auditgen.evidence.store import Store

LAPSING_DAYS = 30
# An exception is a decision for a while, and one about every subject of a check for a shorter one: what it will come
# to cover is not known yet.
LONGEST_DAYS = 366
LONGEST_DAYS_WITHOUT_SUBJECT = 92
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


@dataclass(frozen=True)
class Known:
    """What decisions are held against.

    everybody  who is who, and who works here
    until      last day that is judged
    accounts   ids of accounts that are in use
    subjects   what a decision can be about: name in lower case → name
    """

    everybody: Everybody
    until: date
    accounts: tuple[str, ...] = ()
    subjects: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, store: Store, until: date) -> Known:
        """From the tables of evidence."""
        rows = store.select("select account, status from accounts order by account")
        things = " union ".join(f"select {column} as name from {table}" for table, column in _SUBJECTS.items())
        names = [row["name"] for row in store.select(f"select name from ({things}) where name is not null order by 1")]
        return cls(
            Everybody.of(store),
            until,
            tuple(row["account"] for row in rows if row["status"] not in ("parked", "archived")),
            {name.casefold(): name for name in names},
        )


# Table → column of the ids that a decision may name.
_SUBJECTS = {
    "accounts": "account",
    "people": "person",
    "sites": "site",
    "documents": "document",
    "launches": "launch",
    "agencies": "agency",
    "switches": "switch",
    "apps": "app",
    "vaults": "vault",
}


@dataclass
class ExceptionEntry:
    """One accepted exception.

    state    active, lapsing (within 30 days), lapsed, incomplete (a field is missing, or who decided does not count)
    expires  the day that was written, or the last one that an exception may have where that is earlier
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


def load_exceptions(path: Path | None, checks: Iterable[Check], as_of: date, known: Known) -> list[ExceptionEntry]:
    """Read exceptions.toml; raises WorkspaceError for what cannot be meant, marks what does not count and says why."""
    if path is None:
        return []
    found = []
    for entry in read_decisions(path, "exception", _EXCEPTION, [check.id for check in checks]):
        expires = _day(entry.get("expires"))
        created = _day(entry.get("created"))
        lacking = [key for key in _REQUIRED if not str(entry.get(key) or "").strip()]
        expires, why_then = _bounded(created, expires, entry.get("subject"))
        if lacking:
            state, says = "incomplete", f"Not in force: {' and '.join(lacking)} missing."
        elif why_not := _undecided(entry["owner"], entry["approver"], known):
            state, says = "incomplete", f"Not in force: {why_not}."
        elif created is not None and created > as_of:
            state, says = "incomplete", f"Not in force before {created}."
        elif expires is not None and expires < as_of:
            state, says = "lapsed", f"Lapsed on {expires}{why_then}; the finding counts again."
        elif expires is not None and expires < known.until:
            state, says = "incomplete", f"Not in force: it ends on {expires}{why_then}, before the launch does."
        elif expires is not None and expires <= as_of + timedelta(days=LAPSING_DAYS):
            state, says = "lapsing", f"Lapses on {expires}{why_then}."
        else:
            state, says = "active", f"In force until {expires}{why_then}."
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


def _bounded(created: date | None, expires: date | None, subject: str | None) -> tuple[date | None, str]:
    """The last day of an exception, and why it is an earlier one than was written; empty where it is not."""
    if created is None or expires is None:
        return expires, ""
    days = LONGEST_DAYS if subject else LONGEST_DAYS_WITHOUT_SUBJECT
    last = _after(created, days)
    if expires <= last:
        return expires, ""
    whose = "an exception" if subject else "one that names no subject"
    return last, f", {days} days after it was agreed, which is the longest for {whose}"


def _undecided(owner: str, approver: str, known: Known) -> str | None:
    """Why two names are not those of two people who work here; None when they are. Without its full stop."""
    who = [known.everybody.find(name) for name in (owner, approver)]
    if who[0].person and who[1].person and who[0].person.id == who[1].person.id:
        return "the owner cannot also be the approver"
    for found in who:
        if found.person is None:
            return found.says
        if why := found.person.why_not_here(known.until):
            return why
    return None


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
    return _after(attestation.when, days)


def _after(day: date, days: int) -> date:
    return day + timedelta(days=min(days, (date.max - day).days))


def attested_rows(
    checks: Iterable[Check], attestations: Iterable[Attestation], as_of: date, source: str | None, known: Known
) -> dict[str, list[Row]]:
    """Rows of every check that asks a person.

    No answer, one that is lapsed or undated, one by nobody who works here, and one about nothing that exists are due,
    never a pass. An answer about some accounts leaves the question open for the others.
    """
    given: dict[str, list[Attestation]] = {}
    for attestation in attestations:
        given.setdefault(attestation.check, []).append(attestation)
    rows: dict[str, list[Row]] = {}
    for check in checks:
        if check.attest is None:
            continue
        question = str(check.attest.get("question", check.title))
        answers = [_answer(item, check, as_of, source, known) for item in latest(given.get(check.id, []), as_of)]
        rows[check.id] = answers + [
            Row("due", subject, f"A question for a person: {question}", source=source)
            for subject in _unasked([row.subject for row in answers], known)
        ]
    return rows


def _unasked(answered: list[str], known: Known) -> list[str]:
    """Subjects nobody answered for: the organisation, or the other accounts where the answers go by account."""
    if "organisation" in answered:
        return []
    if set(answered) & set(known.accounts):
        return [account for account in known.accounts if account not in answered]
    return ["organisation"]


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


def _answer(attestation: Attestation, check: Check, as_of: date, source: str | None, known: Known) -> Row:
    until = valid_until(attestation, check)
    told = attestation.subject or "organisation"
    subject = "organisation" if told.casefold() == "organisation" else known.subjects.get(told.casefold())
    row = Row("due", subject or told, "", source=source, seen_on=attestation.when, basis="declared")
    found = known.everybody.find(attestation.who)
    who = found.person.name if found.person else attestation.who or "Somebody"
    if until is None or not attestation.who or attestation.answer not in ("yes", "no"):
        row.says = "The answer is not complete: it needs answer (yes or no), who and when."
    elif subject is None:
        row.says = f"An answer about {told}, and there is nothing of that name{nearest(told, known.subjects.values())}"
        row.says = row.says if row.says.endswith("?") else f"{row.says}."
    elif attestation.when is not None and attestation.when > as_of:
        row.says = f"{who} is to answer on {attestation.when}."
    elif until < as_of:
        row.says = f"{who} answered on {attestation.when}; the answer lapsed on {until}."
    elif why_not := found.says if found.person is None else found.person.why_not_here(known.until):
        row.says = f"The answer of {attestation.when} does not count: {why_not}."
    elif attestation.answer == "no":
        row.verdict, row.says = "fail", f"{who} answered no on {attestation.when}."
    else:
        row.verdict, row.says = "pass", f"{who} vouched for it on {attestation.when}, until {until}."
    return row
