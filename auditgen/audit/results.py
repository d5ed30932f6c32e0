"""results.json: the one contract between the audit and every renderer.

`build_results` turns what was judged into plain data in display order: failing first, stable ids, no run stamp
outside `run`. Its shape is published as results.schema.json beside this module and carries a version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from auditgen.audit import wording
from auditgen.audit.barriers import Barriers
from auditgen.audit.checks import SEVERITIES, STAGES, Check
from auditgen.audit.gaps import find_gaps, suppliers
from auditgen.audit.gate import Sure, Verdict
from auditgen.audit.judge import Judged, Row
from auditgen.audit.overlay import LAPSING_DAYS, Attestation, ExceptionEntry, valid_until
from auditgen.audit.plan import SAYS, Step
from auditgen.audit.scenarios import PathResult, ScenarioResult
from auditgen.audit.vocabulary import Barrier, Vocabulary

if TYPE_CHECKING:
    from auditgen.evidence.store import Store
    from auditgen.readers import Reader

SCHEMA = "auditgen.results/1"
_VERDICT_ORDER = {"fail": 0, "due": 1, "unknown": 2}


@dataclass
class Outcome:
    """Everything one run found, before it becomes plain data."""

    store: Store
    organisation: Mapping[str, Any]
    panic: Mapping[str, Any]
    names: str
    effort_unit: str | None
    as_of: date
    launch: Mapping[str, Any] | None
    judged: Sequence[Judged]
    left_out: Sequence[Check]
    vocabulary: Vocabulary
    barriers: Barriers
    scenarios: Sequence[ScenarioResult]
    steps: Sequence[Step]
    verdict: Verdict
    sure: Sure
    exceptions: Sequence[ExceptionEntry]
    attestations: Sequence[Attestation]
    readers: Mapping[str, Reader]
    problems: list[dict[str, str]] = field(default_factory=list)
    run: Mapping[str, Any] = field(default_factory=dict)


def finding_id(check: str, subject: str, extra: str = "") -> str:
    """Stable id of a finding: its check and a digest of its subject, never a counter."""
    text = subject if not extra else f"{subject}\x00{extra}"
    return f"{check}-{hashlib.blake2s(text.encode('utf-8', 'replace'), digest_size=4).hexdigest()}"


def _iso(value: date | datetime | None) -> str | None:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if value else None


class _Builder:
    def __init__(self, outcome: Outcome) -> None:
        self.o = outcome
        self.people = {
            row["person"]: row["display"] or row["person"]
            for row in outcome.store.select("select person, display from people order by person")
        }
        self.accounts = outcome.store.select("select * from accounts order by account")
        self.launch_accounts = set((outcome.launch or {}).get("accounts") or ())
        self.check_barriers: dict[str, list[Barrier]] = {}
        for barrier in outcome.vocabulary.barriers.values():
            for check in barrier.checks:
                self.check_barriers.setdefault(check, []).append(barrier)
        self.barrier_scenarios: dict[str, list[str]] = {}
        for item in outcome.scenarios:
            names = {name for path in item.scenario.paths for name in path.barriers}
            for name in sorted(names):
                self.barrier_scenarios.setdefault(name, []).append(item.scenario.id)
        self.findings: list[dict[str, Any]] = []
        self.by_check: dict[str, list[str]] = {}

    # -- names -----------------------------------------------------------------------------------------

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

    def scenarios_of(self, check: str) -> list[str]:
        found: dict[str, None] = {}
        for barrier in self.check_barriers.get(check, ()):
            if barrier.kind == "barrier":
                found.update(dict.fromkeys(self.barrier_scenarios.get(barrier.id, ())))
        return list(found)

    # -- parts -----------------------------------------------------------------------------------------

    def build(self) -> dict[str, Any]:
        for judged in self.o.judged:
            self._add_findings(judged)
        self.findings.sort(
            key=lambda item: (
                _VERDICT_ORDER[item["verdict"]],
                SEVERITIES.index(item["severity"]),
                STAGES.index(item["stage"]),
                item["check"],
                item["account"] or "~",
                item["subject"],
            )
        )
        for item in self.findings:
            self.by_check.setdefault(item["check"], []).append(item["id"])
        checks = [self._check(judged) for judged in self.o.judged]
        order = {"open": 0, "unseen": 1, "holds": 2, "not_applicable": 3, "left_out": 4}
        checks += [self._left_out(check) for check in self.o.left_out]
        checks.sort(
            key=lambda item: (
                order[item["state"]],
                SEVERITIES.index(item["severity"]),
                STAGES.index(item["stage"]),
                item["id"],
            )
        )
        scenarios = [self._scenario(item) for item in self.o.scenarios]
        ranks = {"reaches": 0, "single": 1, "held": 2, "not_preventable": 3, "not_applicable": 4}
        scenarios.sort(key=lambda item: (ranks[item["state"]], item["depth"], item["title"]))
        steps = self._steps()
        return {
            "schema": SCHEMA,
            "tool": wording.tool(),
            "run": {"as_of": self.o.as_of.isoformat(), **self.o.run},
            "organisation": {"name": self.o.organisation["name"], "domains": list(self.o.organisation["domains"])},
            "launch": self._launch(),
            "verdict": wording.verdict(self.o.verdict, scenarios, steps, self.o.sure, self.o.effort_unit),
            "sure": {
                "share": round(self.o.sure.share, 4),
                "answered": self.o.sure.answered,
                "partly": self.o.sure.partly,
                "not_at_all": self.o.sure.not_at_all,
                "applicable": self.o.sure.applicable,
            },
            "steps": steps,
            "plan": {"method": "greedy", "says": SAYS, "effort": sum(step["effort"] for step in steps)},
            "areas": self._areas(checks),
            "checks": checks,
            "findings": self.findings,
            "accounts": [self._account(row) for row in self._account_order()],
            "owners": self._owners(steps),
            "barriers": [self._barrier(item) for item in self.o.vocabulary.barriers.values()],
            "scenarios": scenarios,
            "exceptions": [self._exception(entry) for entry in self.o.exceptions],
            "attestations": self._attestations(),
            "sources": [
                {**row, "seen_on": _iso(row["seen_on"])}
                for row in self.o.store.select("select * from sources order by origin, path")
            ],
            "tables": self._tables(),
            "unseen": self._unseen(),
            "problems": [*self.o.problems, *self._check_problems()],
            "panic": self._panic(),
        }

    def _add_findings(self, judged: Judged) -> None:
        seen: set[str] = set()
        for row in judged.rows:
            name = finding_id(judged.check.id, row.subject)
            if name in seen:
                name = finding_id(judged.check.id, row.subject, row.says)
                number = 2
                while name in seen:
                    name = finding_id(judged.check.id, row.subject, f"{row.says}\x00{number}")
                    number += 1
            seen.add(name)
            self.findings.append(self._finding(judged, row, name))

    def _finding(self, judged: Judged, row: Row, name: str) -> dict[str, Any]:
        check = judged.check
        exception = None
        for entry in self.o.exceptions:
            if entry.covers(check.id, row.subject):
                entry.matched = True
                if row.verdict == "fail":
                    exception = {
                        "state": entry.state,
                        "reason": entry.reason,
                        "owner": entry.owner,
                        "approver": entry.approver,
                        "expires": _iso(entry.expires),
                        "ticket": entry.ticket,
                    }
        return {
            "id": name,
            "check": check.id,
            "area": check.area,
            "severity": check.severity,
            "stage": check.stage,
            "effort": check.effort,
            "verdict": row.verdict,
            "reason": row.reason or ("missing" if row.verdict == "unknown" else None),
            "about": check.about,
            "subject": row.subject,
            "account": row.account,
            "owner": row.owner,
            "owner_title": self.person(row.owner),
            "says": row.says,
            "source": row.source,
            "locator": row.locator,
            "seen_on": _iso(row.seen_on),
            "basis": row.basis,
            "barriers": [item.id for item in self.check_barriers.get(check.id, ())],
            "scenarios": self.scenarios_of(check.id),
            "exception": exception,
        }

    def _check(self, judged: Judged) -> dict[str, Any]:
        check = judged.check
        listed = self.by_check.get(check.id, [])
        counts = {"pass": 0, "fail": 0, "unknown": 0, "due": 0, "na": judged.counts["n/a"]}
        counts |= {key: judged.counts[key] for key in ("pass", "fail", "unknown", "due")}
        return {
            **self._about_check(check),
            "state": judged.state,
            "headline": check.fail if judged.state == "open" else check.title,
            "counts": counts,
            "reason": judged.reason,
            "message": self._message(judged),
            "findings": listed,
            "passed": [{"subject": row.subject, "says": row.says, "account": row.account} for row in judged.passed],
            "passed_more": max(0, counts["pass"] - len(judged.passed)),
            "findings_more": max(0, counts["fail"] + counts["unknown"] + counts["due"] - len(listed)),
        }

    def _message(self, judged: Judged) -> str | None:
        if judged.missing:
            return " ".join(filter(None, [judged.message, judged.check.adds or self._adds(judged.missing[0])]))
        return judged.message

    def _adds(self, need: str) -> str:
        known = suppliers(self.o.readers)
        reader = known.get(need) or known.get(need.partition(".")[0])
        return reader.missing if reader else ""

    def _left_out(self, check: Check) -> dict[str, Any]:
        return {
            **self._about_check(check),
            "state": "left_out",
            "headline": check.title,
            "counts": {"pass": 0, "fail": 0, "unknown": 0, "due": 0, "na": 0},
            "reason": None,
            "message": "Left out of this run by --only or --skip.",
            "findings": [],
            "passed": [],
            "passed_more": 0,
            "findings_more": 0,
        }

    def _about_check(self, check: Check) -> dict[str, Any]:
        return {
            "id": check.id,
            "area": check.area,
            "title": check.title,
            "fail": check.fail,
            "step": check.step or check.title,
            "stage": check.stage,
            "severity": check.severity,
            "effort": check.effort,
            "about": check.about,
            "needs": list(check.needs),
            "references": list(check.references),
            "version": check.version,
            "why": check.why,
            "fix": check.fix,
            "query": check.query,
            "question": str(check.attest.get("question")) if check.attest else None,
            "clause": {key: list(value) for key, value in check.clause.items()} if check.clause else None,
            "params": {key: _iso(value) if isinstance(value, date) else value for key, value in check.params.items()},
            "pack": check.pack,
            "file": check.file,
            "barriers": [{"id": item.id, "title": item.title} for item in self.check_barriers.get(check.id, ())],
            "scenarios": self.scenarios_of(check.id),
        }

    def _launch(self) -> dict[str, Any] | None:
        launch = self.o.launch
        if launch is None:
            return None
        return {
            "id": launch["launch"],
            "title": launch["title"] or launch["launch"],
            "starts_at": _iso(launch["starts_at"]),
            "ends_at": _iso(launch["ends_at"]),
            "days": (launch["starts_at"].date() - self.o.as_of).days if launch["starts_at"] else None,
            "accounts": list(launch["accounts"] or ()),
            "on_call": [{"person": name, "title": self.person(name)} for name in launch["on_call"] or ()],
        }

    def _steps(self) -> list[dict[str, Any]]:
        judged = {item.check.id: item for item in self.o.judged}
        owners = {item["id"]: item for item in self.findings}
        steps = []
        for rank, step in enumerate(self.o.steps, 1):
            item = judged[step.check]
            findings = self.by_check.get(step.check, [])
            people = list(dict.fromkeys(owners[name]["owner"] for name in findings if owners[name]["owner"]))
            fails = [owners[name] for name in findings if owners[name]["verdict"] == "fail"]
            effort = item.check.effort
            steps.append(
                {
                    "rank": rank,
                    "title": (item.check.step or item.check.title) if fails else f"Find out: {item.check.title}",
                    "says": wording.step(item, fails or [owners[name] for name in findings], len(step.closes)),
                    "check": step.check,
                    "findings": findings,
                    "owner": people[0] if people else None,
                    "owner_title": wording.several([str(self.person(name)) for name in people]) if people else "",
                    "effort": effort,
                    "effort_says": wording.effort(effort, self.o.effort_unit),
                    "closes": list(step.closes),
                    "stage": item.check.stage,
                    "state": item.state,
                }
            )
        return steps

    def _areas(self, checks: list[dict[str, Any]]) -> list[dict[str, Any]]:
        areas = []
        extra = sorted({check["area"] for check in checks} - self.o.vocabulary.areas.keys())
        known = {**self.o.vocabulary.areas, **{name: {"title": name.replace("_", " ").capitalize()} for name in extra}}
        for name, about in known.items():
            own = [check for check in checks if check["area"] == name]
            if not own:
                continue
            states = [check["state"] for check in own]
            areas.append(
                {
                    "id": name,
                    "slug": about.get("slug", name.replace("_", "-")),
                    "title": about["title"],
                    "open": states.count("open"),
                    "holds": states.count("holds"),
                    "unseen": states.count("unseen"),
                    "not_applicable": states.count("not_applicable") + states.count("left_out"),
                    "checks": [check["id"] for check in own],
                }
            )
        return areas

    def _account_order(self) -> list[dict[str, Any]]:
        return sorted(self.accounts, key=lambda row: (row["account"] not in self.launch_accounts, row["account"]))

    def _account(self, row: Mapping[str, Any]) -> dict[str, Any]:
        account = row["account"]
        own = [item for item in self.findings if item["account"] == account]
        barriers = []
        for barrier in self.o.vocabulary.barriers.values():
            if barrier.kind == "barrier" and barrier.scope == "account":
                standing = self.o.barriers.standing(barrier, account)
                barriers.append(
                    {
                        "id": barrier.id,
                        "title": barrier.title,
                        "short": barrier.short,
                        "state": standing.state,
                        "says": standing.says,
                        "check": standing.check,
                    }
                )
        holds = sum(
            1
            for item in self.o.judged
            if (tally := item.accounts.get(account)) and tally.passed and not tally.failed and not tally.unknown
        )
        limbs = self.o.store.select("select limb from limbs where list_contains(covers, $1) order by limb", [account])
        return {
            "id": account,
            "platform": row["platform"],
            "platform_title": self.platform(row["platform"]),
            "handle": row["handle"],
            "url": row["url"],
            "status": row["status"],
            "purpose": row["purpose"],
            "owner": row["owner"],
            "owner_title": self.person(row["owner"]),
            "deputy_title": self.person(row["deputy"]),
            "in_launch": account in self.launch_accounts,
            "open": len({item["check"] for item in own if item["verdict"] == "fail"}),
            "unseen": len({item["check"] for item in own if item["verdict"] != "fail"}),
            "holds": holds,
            "findings": [item["id"] for item in own],
            "barriers": barriers,
            "limbs": [item["limb"] for item in limbs],
            "weakest_in": [item.scenario.id for item in self.o.scenarios if item.account == account],
        }

    def _owners(self, steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
        ranks = {step["check"]: step["rank"] for step in steps}
        owners: dict[str | None, dict[str, Any]] = {}
        for item in sorted(self.findings, key=lambda item: (ranks.get(item["check"], 10**6), item["id"])):
            name = item["owner"]
            entry = owners.setdefault(
                name,
                {
                    "id": name,
                    "title": self.person(name) or "Nobody named yet",
                    "findings": [],
                    "accounts": [],
                    "effort": 0.0,
                    "checks": [],
                },
            )
            entry["findings"].append(item["id"])
            if item["check"] not in entry["checks"]:
                entry["checks"].append(item["check"])
                entry["effort"] += item["effort"]
        for row in self.accounts:
            if row["owner"] in owners:
                owners[row["owner"]]["accounts"].append(row["account"])
        return sorted(
            owners.values(), key=lambda entry: (entry["id"] is not None, -len(entry["findings"]), str(entry["id"]))
        )

    def _barrier(self, barrier: Barrier) -> dict[str, Any]:
        standing = self.o.barriers.overall(barrier)
        accounts = []
        if barrier.scope == "account":
            for account in self.o.barriers.accounts:
                answer = self.o.barriers.standing(barrier, account)
                accounts.append({"account": account, "state": answer.state, "check": answer.check, "says": answer.says})
        return {
            "id": barrier.id,
            "title": barrier.title,
            "short": barrier.short,
            "stands_when": barrier.stands_when,
            "family": barrier.family,
            "kind": barrier.kind,
            "phase": barrier.phase,
            "function": barrier.function,
            "scope": barrier.scope,
            "max_age_days": barrier.max_age_days,
            "checks": list(barrier.checks),
            "state": standing.state,
            "says": standing.says,
            "counts_as_standing": self.o.barriers.counts(standing),
            "accounts": accounts,
            "scenarios": self.barrier_scenarios.get(barrier.id, []),
        }

    def _path(self, item: PathResult) -> dict[str, Any]:
        return {
            "threat": item.path.threat,
            "threat_title": self.o.vocabulary.threats[item.path.threat].title,
            "barriers": [
                {
                    "id": barrier.id,
                    "title": barrier.title,
                    "short": barrier.short,
                    "family": barrier.family,
                    "kind": barrier.kind,
                    "state": standing.state,
                    "says": standing.says,
                    "counts_as_standing": self.o.barriers.counts(standing),
                    "check": standing.check,
                }
                for barrier, standing in item.barriers
            ],
            "depth": item.depth,
            "ceiling": item.ceiling,
            "target": item.target,
            "account": item.account,
        }

    def _scenario(self, item: ScenarioResult) -> dict[str, Any]:
        scenario = item.scenario
        words = self.o.vocabulary
        weakest = item.paths[item.weakest] if item.paths else None
        state, cause, says = item.single_cause
        return {
            "id": scenario.id,
            "title": scenario.title,
            "date": scenario.date,
            "who": scenario.who,
            "platforms": list(scenario.platforms),
            "top_event": scenario.top_event,
            "top_event_title": words.top_events[scenario.top_event]["title"],
            "what": scenario.what,
            "lesson": scenario.lesson,
            "times": dict(scenario.times),
            "sources": [{"url": entry.get("url", ""), "grade": entry.get("grade", "")} for entry in scenario.sources],
            "preventable": scenario.preventable,
            "good_response": scenario.good_response,
            "then": [
                {
                    "barrier": entry["barrier"],
                    "title": words.barriers[entry["barrier"]].title,
                    "state": entry.get("state", "unknown"),
                    "basis": entry.get("basis", "judged"),
                }
                for entry in scenario.then
            ],
            "state": item.state,
            "paths": [self._path(path) for path in item.paths],
            "depth": item.depth,
            "ceiling": item.ceiling,
            "target": weakest.target if weakest else 0,
            "path": item.weakest,
            "account": item.account,
            "account_title": self._account_title(item.account),
            "single_cause": {"state": state, "cause": cause, "says": says},
            "chain": [
                {
                    "function": link.function,
                    "title": link.title,
                    "phase": link.phase,
                    "state": link.state,
                    "barriers": [
                        {"id": barrier.id, "title": barrier.title, "state": standing.state}
                        for barrier, standing in link.barriers
                    ],
                }
                for link in item.chain
            ],
            "chain_missing": [link.function for link in item.chain if link.state not in self.o.barriers.counted],
        }

    def _account_title(self, account: str | None) -> str | None:
        for row in self.accounts:
            if row["account"] == account:
                handle = f" @{row['handle']}" if row["handle"] else ""
                return f"{self.platform(row['platform'])}{handle}"
        return account

    def _exception(self, entry: ExceptionEntry) -> dict[str, Any]:
        covered = [
            item["id"]
            for item in self.findings
            if item["verdict"] == "fail" and entry.covers(item["check"], item["subject"])
        ]
        state, says = entry.state, entry.says
        if not entry.matched:
            state, says = "unmatched", "Fits no finding any more; it can be taken out."
        return {
            "check": entry.check,
            "subject": entry.subject,
            "reason": entry.reason,
            "owner": entry.owner,
            "approver": entry.approver,
            "created": _iso(entry.created),
            "expires": _iso(entry.expires),
            "ticket": entry.ticket,
            "state": state,
            "says": says,
            "findings": covered,
        }

    def _attestations(self) -> list[dict[str, Any]]:
        given: dict[str, list[Attestation]] = {}
        for entry in self.o.attestations:
            given.setdefault(entry.check, []).append(entry)
        entries = []
        for judged in self.o.judged:
            check = judged.check
            if check.attest is None:
                continue
            rows = [*judged.rows, *judged.passed]
            answers: list[Attestation | None] = [*given.get(check.id, [])] or [None]
            for attestation in answers:
                subject = (attestation.subject if attestation else None) or "organisation"
                row = next((item for item in rows if item.subject == subject), rows[0])
                until = valid_until(attestation, check) if attestation else None
                state = {"pass": "given", "fail": "denied"}.get(row.verdict, "lapsed" if attestation else "missing")
                soon = state == "given" and until is not None and until <= self.o.as_of + timedelta(days=LAPSING_DAYS)
                entries.append(
                    {
                        "check": check.id,
                        "title": check.title,
                        "question": check.attest.get("question", check.title),
                        "subject": subject,
                        "answer": attestation.answer if attestation else None,
                        "who": attestation.who if attestation else None,
                        "when": _iso(attestation.when) if attestation else None,
                        "valid_until": _iso(until),
                        "evidence": attestation.evidence if attestation else None,
                        "state": "lapsing" if soon else state,
                        "says": row.says,
                    }
                )
        order = {"lapsed": 0, "denied": 1, "missing": 2, "lapsing": 3, "given": 4}
        return sorted(entries, key=lambda item: (order[item["state"]], item["check"]))

    def _tables(self) -> list[dict[str, Any]]:
        from auditgen.evidence.store import schema

        counts = self.o.store.counts()
        return [{"name": name, "note": table.note, "rows": counts[name]} for name, table in schema().items()]

    def _unseen(self) -> list[dict[str, Any]]:
        return [
            {
                "title": gap.title,
                "needs": gap.needs,
                "says": wording.could_answer(len(gap.checks)),
                "add": gap.add,
                "checks": gap.checks,
            }
            for gap in find_gaps(self.o.judged, self.o.store.counts(), self.o.readers)
        ]

    def _check_problems(self) -> Iterable[dict[str, str]]:
        for judged in self.o.judged:
            if judged.reason in ("error", "timeout"):
                yield {"where": f"check {judged.check.id}", "says": judged.message or ""}

    def _panic(self) -> dict[str, Any]:
        panic = self.o.panic
        decides = [{"person": name, "title": self.person(name)} for name in panic.get("decides", [])]
        on_call = [
            {
                "title": self.person(item.get("person")) or item.get("person", ""),
                "reach": item.get("reach", ""),
                "hours": item.get("hours", ""),
            }
            for item in panic.get("on_call", [])
        ]
        limbs = [
            {
                "id": row["limb"],
                "title": row["title"] or row["limb"],
                "feature": row["feature"],
                "covers": list(row["covers"] or ()),
                "off_how": row["off_how"],
                "on_how": row["on_how"],
                "people": [self.person(name) for name in row["people"] or ()],
                "minutes": row["minutes"],
                "not_covered": row["not_covered"],
                "tested_on": _iso(row["tested_on"]),
            }
            for row in self.o.store.select("select * from limbs order by minutes nulls last, limb")
        ]
        routes = [
            {
                "account": row["account"],
                "platform_title": self.platform(row["platform"]),
                "handle": row["handle"],
                "route": row["platform_route"],
                "contact": row["platform_contact"],
            }
            for row in self._account_order()
        ]
        return {
            "decides": decides,
            "on_call": on_call,
            "limbs": limbs,
            "statements": [dict(item) for item in panic.get("statements", [])],
            "routes": routes,
            "gaps": wording.panic_gaps(decides, on_call, limbs, panic.get("statements", []), routes),
        }


def build_results(outcome: Outcome) -> dict[str, Any]:
    """Plain data of a run, in the shape of results.schema.json."""
    return _Builder(outcome).build()
