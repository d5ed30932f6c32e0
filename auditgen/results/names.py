"""Names the results show: people, accounts, platforms, and which scenarios a check matters to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from auditgen.audit.checks.check import Check
from auditgen.audit.decisions import Attestation, ExceptionEntry
from auditgen.audit.disasters.barriers import Barriers
from auditgen.audit.disasters.scenarios import ScenarioResult
from auditgen.audit.disasters.vocabulary import Barrier, Vocabulary
from auditgen.audit.gate import Coverage, Verdict
from auditgen.audit.plan.stages import Plan
from auditgen.audit.reasons import Fact
from auditgen.audit.verdicts import Judged

if TYPE_CHECKING:
    from auditgen.audit.plan.acts import Acts, Supplier
    from auditgen.evidence.store import Store


@dataclass
class Outcome:
    """Everything one run found, before it becomes plain data."""

    store: Store
    organisation: Mapping[str, Any]
    crisis: Mapping[str, Any]
    names: str
    effort_unit: str | None
    as_of: date
    launch: Mapping[str, Any] | None
    judged: Sequence[Judged]
    left_out: Sequence[Check]
    vocabulary: Vocabulary
    barriers: Barriers
    scenarios: Sequence[ScenarioResult]
    plan: Plan
    facts: Sequence[Fact]
    acts: Acts
    verdict: Verdict
    coverage: Coverage
    exceptions: Sequence[ExceptionEntry]
    attestations: Sequence[Attestation]
    suppliers: Sequence[Supplier]
    problems: list[dict[str, str]] = field(default_factory=list)
    run: Mapping[str, Any] = field(default_factory=dict)
    fix_lists: bool = False


def iso(value: date | datetime | None) -> str | None:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if value else None


def _first_words(text: str) -> str:
    words = text.split()
    return " ".join(words[:6]) + ("…" if len(words) > 6 else "")


class Names:
    """Looks names up once for all parts of the results."""

    def __init__(self, outcome: Outcome) -> None:
        self.o = outcome
        self.people = {
            row["person"]: row["display"] or row["person"]
            for row in outcome.store.select("select person, display from people order by person")
        }
        self.accounts = outcome.store.select("select * from accounts order by account")
        self._titles = {row["account"]: self._account(row) for row in self.accounts}
        self._posts: dict[str, str] | None = None
        self.documents = {
            row["document"]: row["title"] or row["document"]
            for row in outcome.store.select("select document, title from documents order by document")
        }
        self.launch_accounts = set((outcome.launch or {}).get("accounts") or ())
        # A barrier asks other checks of one threat than of another.
        self.check_barriers: dict[str, list[Barrier]] = {}
        for barrier in outcome.vocabulary.barriers.values():
            for check in outcome.vocabulary.checks_of(barrier):
                self.check_barriers.setdefault(check, []).append(barrier)
        self.check_scenarios: dict[str, dict[str, None]] = {}
        for item in outcome.scenarios:
            for path in item.scenario.paths:
                for name in path.barriers:
                    barrier = outcome.vocabulary.against(outcome.vocabulary.barriers[name], path.threat)
                    for check in barrier.checks if barrier.kind == "barrier" else ():
                        self.check_scenarios.setdefault(check, {})[item.scenario.id] = None
        self.barrier_scenarios: dict[str, list[str]] = {}
        for item in outcome.scenarios:
            names = {name for path in item.scenario.paths for name in path.barriers}
            for name in sorted(names):
                self.barrier_scenarios.setdefault(name, []).append(item.scenario.id)

    def person(self, person: str | None) -> str | None:
        """Name to show for a person id; initials when the workspace asks for them."""
        if person is None:
            return None
        name = str(self.people.get(person, person))
        if self.o.names == "initials":
            return " ".join(part[0] + "." for part in name.replace("@", " ").split() if part)
        return name

    def platform(self, platform: str | None) -> str:
        return self.o.vocabulary.platforms.get(platform or "", platform or "Platform not recorded")

    def account_title(self, account: str | None) -> str | None:
        return self._titles.get(account, account) if account is not None else None

    def _account(self, row: Mapping[str, Any]) -> str:
        handle = f" @{row['handle']}" if row["handle"] else ""
        return f"{self.platform(row['platform'])}{handle}"

    def concerned(self, finding: Mapping[str, Any]) -> str | None:
        """Whom or what a finding concerns, as people know it: an account by its platform and name."""
        return self.account_title(finding["account"]) or self.subject_title(finding)

    def subject_title(self, finding: Mapping[str, Any]) -> str | None:
        """The subject of a finding as people know it, None where only its check is meant."""
        subject = str(finding["subject"])
        if finding["about"] == "account" and subject in self._titles:
            return self._titles[subject]
        if finding["about"] == "document":
            return str(self.documents.get(subject, subject))
        if finding["about"] == "post":
            return self.posts().get(subject, subject)
        nothing = finding["about"] in ("clause", "organisation") or subject in ("this check", "organisation")
        return None if nothing else subject

    def posts(self) -> dict[str, str]:
        """Calendar and post, as checks name a post → its first words; read only when a finding is about a post."""
        if self._posts is None:
            query = (
                "select concat_ws(' ', calendar, post) as subject, text[1:80] as text from posts "
                "where text is not null order by all limit 100_000"
            )
            self._posts = {row["subject"]: f"“{_first_words(row['text'])}”" for row in self.o.store.select(query)}
        return self._posts

    def scenarios_of(self, check: str) -> list[str]:
        """Disasters in whose way a barrier stands that asks this check of their threat."""
        return list(self.check_scenarios.get(check, ()))

    def scenarios_behind(self, check: Check) -> list[str]:
        """Disasters a clause matters to: those whose paths or story name a barrier that its rule keeps up."""
        own = [barrier.id for barrier in self.check_barriers.get(check.id, ())]
        keeps = {*own, *(check.clause or {}).get("keeps", ())}
        return [
            item.scenario.id
            for item in self.o.scenarios
            if keeps & {name for path in item.scenario.paths for name in path.barriers}
            or keeps & {str(told.get("barrier")) for told in item.scenario.then}
        ]

    def accounts_in_order(self) -> list[dict[str, Any]]:
        return sorted(self.accounts, key=lambda row: (row["account"] not in self.launch_accounts, row["account"]))
