"""Findings, checks, steps and areas as the results hold them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from auditgen.audit.checks.check import STAGES, Check
from auditgen.audit.verdicts import Judged, Row
from auditgen.reference.scale import SEVERITIES
from auditgen.results import wording
from auditgen.results.gaps import by_table
from auditgen.results.names import Names, Outcome, iso

_VERDICT_ORDER = {"fail": 0, "due": 1, "unknown": 2}
_STATE_ORDER = {"open": 0, "unseen": 1, "holds": 2, "not_applicable": 3, "left_out": 4}


def finding_id(check: str, subject: str, extra: str = "") -> str:
    """Stable id of a finding: its check and a digest of its subject, never a counter."""
    text = subject if not extra else f"{subject}\x00{extra}"
    return f"{check}-{hashlib.blake2s(text.encode('utf-8', 'replace'), digest_size=4).hexdigest()}"


class Findings:
    """Turns what was judged into findings and checks; `findings` and `by_check` are there once it is made."""

    def __init__(self, outcome: Outcome, names: Names) -> None:
        self.o = outcome
        self.n = names
        self.findings: list[dict[str, Any]] = []
        self.by_check: dict[str, list[str]] = {}
        for judged in outcome.judged:
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
        self._trace()

    def _trace(self) -> None:
        """Tie each finding that follows from another to its root: about the same subject, or the same account."""
        fails = [item for item in self.findings if item["verdict"] == "fail"]
        roots: dict[tuple[str, str | None], dict[str, Any]] = {}
        for item in reversed(fails):
            for place in (item["subject"], item["account"]):
                roots[(item["check"], place)] = item
        for item in fails:
            for check in self.o.acts.follows.get(item["check"], ()):
                root = roots.get((check, item["subject"]))
                if root is None and item["account"] is not None:
                    root = roots.get((check, item["account"]))
                if root is not None and root["follows"] is None:
                    item["follows"] = root["id"]
                    root["leads_to"].append(item["id"])
                    break

    def checks(self) -> list[dict[str, Any]]:
        """Every check, open ones first, those left out of this run last."""
        checks = [self._check(judged) for judged in self.o.judged]
        checks += [self._left_out(check) for check in self.o.left_out]
        checks.sort(
            key=lambda item: (
                _STATE_ORDER[item["state"]],
                SEVERITIES.index(item["severity"]),
                STAGES.index(item["stage"]),
                item["id"],
            )
        )
        return checks

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
                        "expires": iso(entry.expires),
                        "ticket": entry.ticket,
                    }
        finding = {
            "id": name,
            "check": check.id,
            "area": check.area,
            "severity": check.severity,
            "stage": check.stage,
            "effort": check.effort,
            "effort_says": wording.effort(check.effort, self.o.effort_unit),
            "verdict": row.verdict,
            "reason": row.reason or ("missing" if row.verdict == "unknown" else None),
            "about": check.about,
            "subject": row.subject,
            "account": row.account,
            "owner": row.owner,
            "owner_title": self.n.person(row.owner),
            "says": row.says,
            "source": row.source,
            "locator": row.locator,
            "seen_on": iso(row.seen_on),
            "basis": row.basis,
            "barriers": [item.id for item in self.n.check_barriers.get(check.id, ())],
            "scenarios": self.n.scenarios_of(check.id),
            "exception": exception,
            "follows": None,
            "leads_to": [],
        }
        return {**finding, "subject_title": self.n.subject_title(finding)}

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
        known = by_table(self.o.suppliers)
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
            "effort_says": wording.effort(check.effort, self.o.effort_unit),
            "about": check.about,
            "needs": list(check.needs),
            "references": list(check.references),
            "version": check.version,
            "why": check.why,
            "fix": check.fix,
            "query": check.query,
            "question": str(check.attest.get("question")) if check.attest else None,
            "clause": _plain(check.clause) if check.clause else None,
            "params": {key: iso(value) if isinstance(value, date) else value for key, value in check.params.items()},
            "pack": check.pack,
            "file": check.file,
            "barriers": [{"id": item.id, "title": item.title} for item in self.n.check_barriers.get(check.id, ())],
            "scenarios": self.n.scenarios_of(check.id),
        }

    def areas(self, checks: list[dict[str, Any]]) -> list[dict[str, Any]]:
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


def _plain(clause: Mapping[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, list) else value for key, value in clause.items()}
