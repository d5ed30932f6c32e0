"""What people said about passages: accepted and rejected sentences, each known by its hash.

A decision counts as long as the sentence reads the same, and asks again when it changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Review:
    """One decision. `hash` is auditgen.analysis.clauses.units.digest of the sentence; not-applicable has none."""

    check: str
    verdict: str
    document: str | None = None
    hash: str | None = None
    says: str | None = None
    who: str | None = None
    when: date | None = None
    reason: str | None = None
