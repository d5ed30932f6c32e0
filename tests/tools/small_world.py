"""A small world for tables of cases: checks, tallies, barriers and disasters of a few words each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from auditgen.analysis.everybody import Everybody
from auditgen.audit.checks.check import Check
from auditgen.audit.decisions import Known
from auditgen.audit.disasters.barriers import Barriers, Standing
from auditgen.audit.disasters.scenarios import Link, PathResult, ScenarioResult
from auditgen.audit.disasters.vocabulary import Barrier, Cause, Scenario, Stop, Threat, ThreatPath, Vocabulary
from auditgen.audit.verdicts import Judged, Row, Tally
from auditgen.workspace.model import Profile

DAY = date(2026, 11, 20)
TALLIES = {
    "pass": Tally(passed=1, oldest=DAY),
    "fail": Tally(failed=1),
    "unknown": Tally(unknown=1),
    "n/a": Tally(not_applicable=1),
    "attested": Tally(passed=1, attested=True, oldest=DAY),
}


def check(name: str, **more: Any) -> Check:
    values: dict[str, Any] = {
        "id": name, "area": "a", "title": f"{name} holds", "fail": f"{name} is open", "stage": "prevent",
        "severity": "high", "effort": 1, "about": "account", "needs": (), "references": (), "version": 1, "params": {},
        "why": "w", "fix": "f", "query": "", "clause": None, "attest": None, "adds": None, "step": None, "example": "",
        "pack": "p", "file": "f", **more,
    }  # fmt: skip
    return Check(**values)


def person(name: str, **more: Any) -> dict[str, Any]:
    """A row of people: somebody on the staff whom the identity provider lists."""
    return {"person": name.split()[0].lower(), "display": name, "email": None, "kind": "staff", "agency": None,
            "status": "active", "left_on": None, "in_identity_provider": True, **more}  # fmt: skip


def known(
    *people: dict[str, Any], until: date = DAY, accounts: tuple[str, ...] = (), subjects: tuple[str, ...] = ()
) -> Known:
    """What decisions are held against: Ana, Tom and whoever is given; names of accounts are subjects too."""
    everybody = Everybody([person("Ana"), person("Tom"), *people])
    names = {name.casefold(): name for name in (*accounts, *subjects)}
    return Known(everybody, until, accounts, names)


def judged(name: str, states: Mapping[str | None, str] | None = None, **more: Any) -> Judged:
    """A check with one verdict for each account."""
    item = Judged(check(name, **more))
    for account, state in (states or {}).items():
        item.accounts.setdefault(account, Tally()).add(TALLIES[state])
        item.counts["pass" if state == "attested" else state] += 1
        if state in ("fail", "unknown"):
            item.rows.append(Row(state, account or "organisation", f"{name} {state}", account=account))
    return item


def counted(name: str, severity: str = "high", **counts: int) -> Judged:
    """A check with so many verdicts, on the subjects fail-1, fail-2, …"""
    item = Judged(check(name, severity=severity))
    for verdict, count in counts.items():
        word = "n/a" if verdict == "na" else verdict
        item.counts[word] = count
        if word not in ("pass", "n/a"):
            item.rows += [Row(word, f"{word}-{n}", f"{name} {n}") for n in range(1, count + 1)]
    return item


def barrier(name: str, family: str | None = None, **more: Any) -> Barrier:
    """A barrier that hangs on the check of its own name, unless all_of or any_of are given."""
    values: dict[str, Any] = {
        "kind": "barrier", "phase": "prevent", "function": None, "scope": "account",
        "all_of": () if "any_of" in more else (name,), "any_of": (), "max_age_days": None, "tolerance": 0, **more,
    }  # fmt: skip
    return Barrier(id=name, title=name, short=name, stands_when=name, family=family or name, **values)


def vocabulary(
    *barriers: Barrier, causes: tuple[Cause, ...] = (), functions: tuple[str, ...] = (), **threat: Any
) -> Vocabulary:
    """A vocabulary of one threat, t, that every barrier stops; `threat` holds what else is said of it."""
    stops = {item.id: Stop(f"{item.id} stops it") for item in barriers} | threat.pop("stops", {})
    return Vocabulary(
        barriers={item.id: item for item in barriers},
        causes=causes,
        threats={"t": Threat("t", "T", "te", stops, **threat)},
        top_events={"te": {"title": "It happens", "functions": list(functions)}},
        functions={name: {"title": name, "phase": "act"} for name in functions},
        platforms={"x": "X", "instagram": "Instagram"},
        areas={"a": {"title": "A", "slug": "a"}},
    )


def scenario(*paths: tuple[str, ...], name: str = "s", **more: Any) -> Scenario:
    values: dict[str, Any] = {
        "title": name, "date": "2024", "who": "w", "platforms": ("any",), "top_event": "te", "preventable": True,
        "good_response": False, "what": "w", "lesson": "l", "times": {}, "then": (), "sources": (), **more,
    }  # fmt: skip
    return Scenario(id=name, paths=tuple(ThreatPath("t", path) for path in paths), **values)


def world(
    states: Mapping[str, Mapping[str | None, str]],
    *barriers: Barrier,
    accounts: tuple[str, ...] = ("a", "b"),
    **more: Any,
) -> Barriers:
    """Barriers over checks that say so of each account."""
    causes = more.pop("causes", ())
    functions = more.pop("functions", ())
    threat = more.pop("threat", {})
    items = [judged(name, found) for name, found in states.items()]
    return Barriers(vocabulary(*barriers, causes=causes, functions=functions, **threat), items, accounts, DAY, **more)


def path(*standings: tuple[str, str] | tuple[str, str, str], depth: int, ceiling: int) -> PathResult:
    """A path whose barriers are given as (family, state) or (family, state, kind)."""
    found = []
    for number, (family, state, *kind) in enumerate(standings):
        item = barrier(f"b{number}", family, kind=kind[0] if kind else "barrier")
        found.append((item, Standing(state, None, "")))
    return PathResult(ThreatPath("t", ()), None, tuple(found), depth, ceiling)


def replayed(*paths: PathResult, state: str = "held", name: str = "s", chain: tuple[str, ...] = ()) -> ScenarioResult:
    links = tuple(Link(f"f{number}", "F", "act", found, ()) for number, found in enumerate(chain))
    return ScenarioResult(scenario(name=name), state, paths, 0, ("met", None, ""), links, (), paths)


def profile(**rules: Any) -> Profile:
    return Profile("p", **rules)
