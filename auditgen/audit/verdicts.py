"""What a check says of each subject, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from auditgen.audit.checks.check import VERDICTS, Check

REASONS = ("missing", "unreadable", "unsure", "too_old", "denied", "network", "timeout", "error")


@dataclass
class Row:
    """The verdict on one subject."""

    verdict: str
    subject: str
    says: str
    account: str | None = None
    owner: str | None = None
    reason: str | None = None
    source: str | None = None
    locator: str | None = None
    seen_on: date | None = None
    basis: str | None = None


@dataclass
class Tally:
    """Verdicts of one check over the subjects of one account.

    oldest   the earliest seen_on behind a pass
    undated  a pass carries no date, so nobody can say how old it is
    says     the first sentence about something open, and unseen about something not seen
    """

    passed: int = 0
    failed: int = 0
    unknown: int = 0
    not_applicable: int = 0
    attested: bool = False
    undated: bool = False
    oldest: date | None = None
    says: str | None = None
    unseen: str | None = None

    def add(self, other: Tally) -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.unknown += other.unknown
        self.not_applicable += other.not_applicable
        self.attested = self.attested or other.attested
        self.undated = self.undated or other.undated
        self.oldest = min((day for day in (self.oldest, other.oldest) if day), default=None)
        self.says = self.says or other.says
        self.unseen = self.unseen or other.unseen


@dataclass
class Judged:
    """What one check said of the evidence.

    rows      every verdict but pass and n/a, the first FINDINGS_PER_CHECK of them, failing first
    passed    the first PASSED_SHOWN subjects that pass
    counts    verdict → number of subjects, complete whatever was cut from the lists
    accounts  account id (None for subjects of no account) → tally
    """

    check: Check
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(VERDICTS, 0))
    rows: list[Row] = field(default_factory=list)
    passed: list[Row] = field(default_factory=list)
    accounts: dict[str | None, Tally] = field(default_factory=dict)
    reason: str | None = None
    message: str | None = None
    missing: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def state(self) -> str:
        """open when anything fails, unseen when anything is not known, holds when all pass."""
        if self.counts["fail"]:
            return "open"
        if self.counts["unknown"] or self.counts["due"]:
            return "unseen"
        return "holds" if self.counts["pass"] else "not_applicable"

    @property
    def seen_share(self) -> float | None:
        """Known verdicts / verdicts that matter; None when the check concerns nothing here."""
        known = self.counts["pass"] + self.counts["fail"]
        total = known + self.counts["unknown"] + self.counts["due"]
        return known / total if total else None
