"""Results in the shape of auditgen.results/3 without running an audit: plausible, of any size, or hostile.

`synthetic_results(findings=N)` is deterministic: the same N gives the same data. Run as a program it writes
JSON: `python synthetic_results.py 10000 results.json`.
"""

from __future__ import annotations

import copy
import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import synthetic_data as data
from synthetic_plan import with_plan

_SEVERITIES = ("critical", "high", "medium", "low", "info")
_SOURCES = ("accounts.yml", "google-users.csv", "leavers.csv", "vault-team.json", "calendar.csv", "policies/social.md")
_STANDING = ("stands", "attested")


def _digest(text: str, size: int = 4) -> str:
    return hashlib.blake2s(text.encode(), digest_size=size).hexdigest()


def _platform(account: str | None) -> str | None:
    for row in data.ACCOUNTS:
        if row[0] == account:
            return f"{row[2]} @{row[3]}"
    return None


def _account_state(barrier: str, account: str) -> str:
    """State of a barrier on one account: the overall state holds for a third of the accounts."""
    overall = data.BARRIERS[barrier][4]
    if overall == "stands":
        return "stands"
    roll = int(_digest(barrier + account, 2), 16) % 10
    if account in ("ig-main", "ig-kiosk"):
        return overall
    return overall if roll < 3 else "unseen" if roll < 4 else "stands"


def _barrier_says(name: str, state: str) -> str:
    title = data.BARRIERS[name][1]
    return {
        "stands": f"{title}: seen on 20 November 2026.",
        "open": "At least one subject is open.",
        "unseen": "No evidence found. If it exists, point the audit at it.",
        "attested": "Only a person’s word stands for it, given on 2 October 2026.",
    }[state]


def _barrier_on_path(name: str, account: str) -> dict[str, Any]:
    short, title, family, scope, overall = data.BARRIERS[name]
    state = _account_state(name, account) if scope == "account" else overall
    return {
        "id": name, "title": title, "short": short, "family": family, "kind": "barrier", "state": state,
        "says": _barrier_says(name, state), "counts_as_standing": state == "stands", "check": None,
        "why": "It ends this way at its first step.",
    }  # fmt: skip


def _scenario(row: tuple[str, ...]) -> dict[str, Any]:
    name, title, who, date, event, threat, barriers = row
    paths = []
    accounts = [item[0] for item in data.ACCOUNTS]
    if barriers:
        best: dict[str, Any] | None = None
        for account in accounts:
            found = [_barrier_on_path(item, account) for item in barriers.split()]
            depth = len({item["family"] for item in found if item["counts_as_standing"]})
            if best is None or depth < best["depth"]:
                best = {
                    "threat": threat, "threat_title": data.THREATS[threat], "barriers": found, "depth": depth,
                    "ceiling": len({item["family"] for item in found}), "target": 2, "account": account,
                }  # fmt: skip
        assert best is not None
        paths.append(best)
    if name == "us-airways-2014":
        paths.append({**copy.deepcopy(paths[0]), "threat": "t-wrong-account",
                      "threat_title": data.THREATS["t-wrong-account"],
                      "barriers": [_barrier_on_path(item, "x-main") for item in
                                   ("p-separate-context", "p-two-person", "p-publish-gate")],
                      "depth": 2, "ceiling": 2, "account": "x-main"})  # fmt: skip
    weakest = paths[0] if paths else None
    depth = weakest["depth"] if weakest else 0
    state = "not_preventable" if not paths else "reaches" if depth == 0 else "single" if depth == 1 else "held"
    event_title, functions = data.TOP_EVENTS[event]
    chain = []
    for item in functions.split():
        label, phase, function_state = data.FUNCTIONS[item]
        chain.append({"function": item, "title": label, "phase": phase, "state": function_state,
                      "barriers": [{"id": f"a-{item}", "title": f"{label}: written down and tried", "says": "Seen.",
                                    "needed": True, "state": function_state}]})  # fmt: skip
    cause = {"state": "not_applicable", "cause": None,
             "says": "Nothing stands in the way yet, so there is nothing to lose."}  # fmt: skip
    if depth == 1 and weakest:
        one = next(item for item in weakest["barriers"] if item["counts_as_standing"])
        cause = {"state": "broken", "cause": one["id"],
                 "says": f"Only one barrier stands for {weakest['account']}: {one['title']}."}  # fmt: skip
    elif depth > 1:
        cause = {"state": "met", "cause": None, "says": "No single cause would leave the way open."}
    account = weakest["account"] if weakest else None
    return {
        "id": name, "title": title, "date": date, "who": who, "platforms": ["x"], "top_event": event,
        "top_event_title": event_title,
        "what": f"{who[0].upper()}{who[1:]} found words on its own channel that nobody there had approved. They "
                "stayed up for about an hour, were read widely, and were taken down by hand.",
        "lesson": "A barrier that could be tried beforehand would have ended it at the first step; the visible "
                  "correction the same day is what people remember kindly.",
        "times": {"detect": "about 15 minutes", "acknowledge": "same evening", "contain": "about an hour"},
        "sources": [{"url": f"https://news.example/{name}", "grade": "several"},
                    {"url": f"https://records.example/{name}", "grade": "official"}],
        "preventable": bool(paths), "good_response": name in ("buffer-2013", "red-cross-2011"),
        "then": [{"barrier": item, "title": data.BARRIERS[item][1], "state": ("absent", "failed", "unknown")[i % 3],
                  "basis": ("stated", "judged")[i % 2]} for i, item in enumerate(barriers.split())],
        "certain": bool(weakest) and all(item["state"] == "open" for item in weakest["barriers"]), "says": "" if paths else "Nothing of ours was in the way.", "beyond": [],
        "state": state, "paths": paths, "depth": depth, "ceiling": weakest["ceiling"] if weakest else 0,
        "target": 2, "path": 0, "account": account, "account_title": _platform(account), "single_cause": cause,
        "chain": chain,
        "chain_missing": [item["function"] for item in chain if item["state"] not in _STANDING],
    }  # fmt: skip


def _check(row: tuple[Any, ...], scenarios: list[dict[str, Any]]) -> dict[str, Any]:
    name, area, severity, title, fail, step, barriers, state, about = row
    names = barriers.split()
    hit = [item["id"] for item in scenarios
           if any(b["id"] in names for path in item["paths"] for b in path["barriers"])]  # fmt: skip
    clause = {"present": ["who decides"]} if about == "clause" else None
    question = "Has the pause of all scheduled posts been tried since the last launch?"
    asks = name in ("personal-apps-are-apart", "sessions-close-by-themselves")
    return {
        "id": name, "area": data.AREAS[area][0], "title": title, "fail": fail, "step": step, "stage": "prevent",
        "severity": severity, "effort": 1, "effort_says": "effort 1", "about": about, "needs": ["access", "people.left_on"],
        "references": ["CIS 6.2", "NCSC social media guidance https://guidance.example/social"], "version": 1,
        "why": data.WHY, "fix": data.FIX, "query": None if clause or asks else data.QUERY,
        "question": question if asks else None, "clause": clause, "params": {"grace_days": 1}, "pack": "auditgen",
        "file": f"{data.AREAS[area][0]}/{name}.md", "state": state, "headline": fail if state == "open" else title,
        "counts": {"pass": 9 if state == "holds" else 7, "fail": 0, "unknown": 0, "due": 0, "na": 0},
        "reason": "missing" if state == "unseen" else None,
        "message": "No evidence was read for people. Export the identity provider’s list of people and name it as a "
                   "source." if state == "unseen" else None,
        "barriers": [{"id": item, "title": data.BARRIERS[item][1]} for item in names], "scenarios": hit,
        "findings": [], "passed": [], "passed_more": 0, "findings_more": 0,
    }  # fmt: skip


def _says(check: dict[str, Any], account: str, number: int) -> str:
    person = list(data.PEOPLE.values())[number % len(data.PEOPLE)]
    platform = _platform(account)
    return {
        "access": f"{person} still holds administrator rights on {platform}, last used on 7 November",
        "account": f"{platform}: {check['fail'][0].lower()}{check['fail'][1:]}",
        "credential": f"Login C{number + 1} in the team vault shares its password with one other site",
        "post": f"Post {1000 + number} for {platform} on 1 December: {check['fail'][0].lower()}{check['fail'][1:]}",
        "document": f"Social media policy, section {number % 9 + 1}: {check['fail'][0].lower()}{check['fail'][1:]}",
        "clause": f"{check['fail']}; the nearest passage is in the crisis plan, line {40 + number}",
    }.get(check["about"], f"{check['fail']} ({person} could say more)")


def _finding(check: dict[str, Any], number: int, verdict: str) -> dict[str, Any]:
    row = data.ACCOUNTS[number % len(data.ACCOUNTS)]
    about_account = check["about"] in ("access", "account", "post")
    account = row[0] if about_account else None
    owner = row[4] if about_account else list(data.PEOPLE)[number % len(data.PEOPLE)]
    subject = f"{check['about']} {number} on {account or 'the organisation'}"
    exception = None
    if check["id"] == "named-roles-instead-of-shared-logins" and row[0] == "threads-main":
        exception = {"state": "lapsing", "reason": "The team shares one phone until the second one arrives.",
                     "owner": "Priya Nair", "approver": "Samir Haddad", "expires": "2026-12-01",
                     "ticket": "https://tickets.example/SEC-41"}  # fmt: skip
    return {
        "id": f"{check['id']}-{_digest(subject)}", "check": check["id"], "area": check["area"],
        "severity": check["severity"], "stage": check["stage"], "effort": check["effort"], "effort_says": "effort 1", "verdict": verdict,
        "reason": ("missing", "too_old")[number % 2] if verdict == "unknown" else None, "about": check["about"],
        "subject": subject, "account": account, "owner": owner, "owner_title": data.PEOPLE.get(owner or ""),
        "says": _says(check, row[0], number) + ".", "source": _SOURCES[number % len(_SOURCES)],
        "locator": f"row {number + 2}", "seen_on": f"2026-11-{number % 20 + 1:02d}",
        "basis": ("exported", "declared", "joined")[number % 3],
        "barriers": [item["id"] for item in check["barriers"]], "scenarios": list(check["scenarios"]),
        "exception": exception,
    }  # fmt: skip


def _fill(checks: list[dict[str, Any]], total: int) -> list[dict[str, Any]]:
    findings = []
    shown = [item for item in checks if item["state"] in ("open", "unseen")]
    for index, check in enumerate(shown):
        share = total // len(shown) + (index < total % len(shown))
        for number in range(share):
            verdict = "fail" if check["state"] == "open" else "due" if check["question"] else "unknown"
            item = _finding(check, number + index, verdict)
            findings.append(item)
            check["findings"].append(item["id"])
            check["counts"][verdict] += 1
    for check in checks:
        for number in range(min(check["counts"]["pass"], 12)):
            row = data.ACCOUNTS[number % len(data.ACCOUNTS)]
            check["passed"].append({"subject": f"{row[2]} @{row[3]}", "account": row[0],
                                    "says": f"{row[2]} @{row[3]}: {check['title'][0].lower()}{check['title'][1:]}."})  # fmt: skip
    ranks = {"fail": 0, "due": 1, "unknown": 2}
    findings.sort(key=lambda item: (ranks[item["verdict"]], _SEVERITIES.index(item["severity"]), item["check"]))
    return findings


def _accounts(findings: list[dict[str, Any]], scenarios: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    own: dict[str, list[dict[str, Any]]] = {}
    for item in findings:
        if item["account"]:
            own.setdefault(item["account"], []).append(item)
    for name, platform, title, handle, owner, deputy, launch in data.ACCOUNTS:
        barriers = [
            {"id": key, "title": value[1], "short": value[0], "state": _account_state(key, name),
             "says": _barrier_says(key, _account_state(key, name)), "check": None}
            for key, value in data.BARRIERS.items() if value[3] == "account"
        ]  # fmt: skip
        found = own.get(name, [])
        rows.append({
            "id": name, "platform": platform, "platform_title": title, "handle": handle,
            "url": f"https://{platform}.example/{handle}", "status": "active", "purpose": "Product news and stories",
            "owner": owner, "owner_title": data.PEOPLE.get(owner or ""),
            "deputy_title": data.PEOPLE.get(deputy or ""), "in_launch": launch,
            "open": len({item["check"] for item in found if item["verdict"] == "fail"}),
            "unseen": len({item["check"] for item in found if item["verdict"] != "fail"}), "holds": 14,
            "findings": [item["id"] for item in found], "barriers": barriers,
            "switches": ["pause-all", "comments-off"] if launch else [],
            "weakest_in": [item["id"] for item in scenarios if item["account"] == name],
        })  # fmt: skip
    return rows


def _owners(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    owners: dict[str | None, dict[str, Any]] = {}
    for item in findings:
        entry = owners.setdefault(
            item["owner"],
            {"id": item["owner"], "title": item["owner_title"] or "Nobody named yet", "findings": [], "effort": 0.0, "effort_says": "effort 1",
             "accounts": [row[0] for row in data.ACCOUNTS if row[4] and row[4] == item["owner"]], "checks": []},
        )  # fmt: skip
        entry["findings"].append(item["id"])
        if item["check"] not in entry["checks"]:
            entry["checks"].append(item["check"])
            entry["effort"] += item["effort"]
    return sorted(owners.values(), key=lambda entry: (entry["id"] is not None, -len(entry["findings"])))


def _barriers(checks: list[dict[str, Any]], scenarios: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for name, (short, title, family, scope, state) in data.BARRIERS.items():
        rows.append({
            "id": name, "title": title, "short": short, "stands_when": f"{title}, for every account it concerns.",
            "family": family, "kind": "barrier", "phase": "prevent", "function": None, "scope": scope,
            "max_age_days": 184, "state": state, "says": _barrier_says(name, state),
            "checks": [item["id"] for item in checks if any(b["id"] == name for b in item["barriers"])],
            "counts_as_standing": state == "stands",
            "accounts": [{"account": row[0], "state": _account_state(name, row[0]), "check": None,
                          "says": _barrier_says(name, _account_state(name, row[0]))} for row in data.ACCOUNTS]
            if scope == "account" else [],
            "scenarios": [item["id"] for item in scenarios
                          if any(b["id"] == name for path in item["paths"] for b in path["barriers"])],
        })  # fmt: skip
    for name, (title, phase, state) in data.FUNCTIONS.items():
        rows.append({
            "id": f"a-{name}", "title": f"{title}: written down and tried", "short": title, "stands_when": title,
            "family": name, "kind": "response", "phase": phase, "function": name, "scope": "organisation",
            "max_age_days": None, "checks": [], "state": state, "counts_as_standing": state == "stands",
            "says": "Seen in the crisis plan.", "accounts": [], "scenarios": [],
        })  # fmt: skip
    return rows


def _steps(checks: list[dict[str, Any]], findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_check = {item["check"]: item for item in reversed(findings)}
    steps = []
    for check in checks:
        if check["state"] != "open" or not check["findings"]:
            continue
        first = by_check[check["id"]]
        steps.append({
            "rank": len(steps) + 1, "title": check["step"], "says": first["says"], "check": check["id"],
            "findings": check["findings"], "owner": first["owner"], "owner_title": first["owner_title"] or "",
            "effort": check["effort"], "effort_says": "1 unit", "stage": "prevent",
            "state": "open",
        })  # fmt: skip
    return steps


def _areas(checks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    areas = []
    for name, title in data.AREAS:
        own = [item for item in checks if item["area"] == name]
        states = [item["state"] for item in own]
        areas.append({
            "id": name, "slug": name.replace("_", "-"), "title": title, "open": states.count("open"),
            "holds": states.count("holds"), "unseen": states.count("unseen"),
            "not_applicable": states.count("not_applicable") + states.count("left_out"),
            "checks": [item["id"] for item in own],
        })  # fmt: skip
    return areas


def _logins() -> dict[str, Any]:
    return {
        "total": 12,
        "private": 2,
        "fix_lists": False,
        "vaults": [
            {"vault": "team.kdbx", "product_title": "KeePass", "owner": None, "owner_title": None, "logins": 12,
             "left_out": 1, "locked": True, "exported_on": "2026-11-20"}
        ],
        "counts": [],
        "families": [
            {"label": "family 1", "kind": "near", "passwords": 3, "sites": 2, "logins": 4, "accounts": []}
        ],
        "families_more": 0,
        "kept": [],
        "breach": {"method": "file", "list_on": "2026-11-01", "lines": None, "asked": 11, "answered": 0, "reason": "truncated",
                   "says": "list.txt does not go from the first hash to the last"},
        "instruments": [{"title": "zxcvbn-rs-py", "version": "0.3.0", "does": "estimates", "dated_on": None}],
    }  # fmt: skip


def _policies(checks: list[dict[str, Any]]) -> dict[str, Any]:
    states = ("found_sure", "not_found", "hollow", "found_check", "not_found_check")
    documents = [("plan.md", "Crisis plan", "read"), ("old.pdf", "old", "unreadable")]
    asked = [check for check in checks if check["about"] == "clause"]
    return {
        "covered": {"low": 1, "high": 4, "total": len(asked)},
        "stages": [{"stage": "act", "low": 1, "high": 4, "total": len(asked)}],
        "documents": [
            {"document": name, "title": title, "format": name.rpartition(".")[2], "language": "en", "state": state,
             "words": 900, "owner": None, "version": None, "status": None, "reviewed_on": None, "review_due_on": None}
            for name, title, state in documents
        ],
        "columns": ["plan.md"],
        "clauses": [
            {"check": check["id"], "name": check["title"], "stage": "act", "present": "says who decides",
             "state": states[number % 5], "scenarios": check["scenarios"],
             "cells": {} if states[number % 5] == "not_found" else {"plan.md": states[number % 5]},
             "quotes": [] if states[number % 5] == "not_found" else [
                 {"document": "plan.md", "title": "Crisis plan", "heading": "Steps", "place": f"line {nth}",
                  "text": f"The person on duty decides, {nth}.", "why": "it says “decides”",
                  "state": states[number % 5], "hash": "0123456789abcdef"} for nth in (4, 9)]}
            for number, check in enumerate(asked)
        ],
        "accuracy": {"measured_on": "2026-11-24", "documents": 20, "organisations": 15, "clauses": 50, "cells": 1000,
                     "covered": 200, "f1": 0.8, "f1_low": 0.7, "f1_high": 0.85, "sure": 100, "sure_right": 95,
                     "absent": 700, "absent_right": 670, "unsure": 200, "quotes": 50, "quotes_right": 45},
    }  # fmt: skip


def _crisis() -> dict[str, Any]:
    return {
        "decides": [{"person": "samir-haddad", "title": "Samir Haddad", "reach": "extension 1001"},
                    {"person": "priya-nair", "title": "Priya Nair", "reach": ""}],
        "on_call": [{"title": "Ana Duarte", "reach": "internal line 4410", "hours": "07–19"},
                    {"title": "Tom Adeyemi", "reach": "internal line 4411", "hours": "nights and weekends"}],
        "switches": [
            {"id": "pause-all", "title": "All scheduled posts", "feature": "scheduled_posts",
             "covers": ["ig-main", "x-main", "tiktok-main"], "off_how": "Scheduler, Queue, Pause everything",
             "on_how": "Resume one account at a time and read the first three posts",
             "people": ["Ana Duarte", "Tom Adeyemi"], "minutes": 4, "tested_on": None,
             "not_covered": "Posts planned inside TikTok itself"},
            {"id": "comments-off", "title": "Comments on Instagram", "feature": "comments", "covers": ["ig-main"],
             "off_how": "Settings, Comments, Nobody", "on_how": "Settings, Comments, Everybody",
             "people": ["Priya Nair"], "minutes": 2, "not_covered": None, "tested_on": "2026-09-14"},
            {"id": "ads-off", "title": "Advertising", "feature": "ads", "covers": ["ads-manager"],
             "off_how": "Pause all campaigns", "on_how": "Resume campaign by campaign",
             "people": ["Samir Haddad"], "minutes": 6, "not_covered": "Influencer posts", "tested_on": "2026-10-02"},
        ],
        "statements": [
            {"title": "We know, we are looking", "text": "Something appeared on our channel a short while ago that we did "
             "not approve. We have stopped posting while we find out how. We will be back here at ____ with what we know."},
            {"title": "It was our mistake", "text": "We published ____ at ____. It was wrong, and it was ours. The correct "
             "information is ____. We have left a note where the post stood."},
        ],
        "routes": [
            {"account": row[0], "platform_title": row[2], "handle": row[3],
             "route": f"https://help.{row[1]}.example/hacked" if index != 8 else None,
             "contact": "partner desk" if index < 2 else None}
            for index, row in enumerate(data.ACCOUNTS)
        ],
        "gaps": ["Never rehearsed: All scheduled posts.", "No way to reach the platform is recorded for Mastodon."],
    }  # fmt: skip


def _overlay(findings: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    covered = [item for item in findings if item["exception"]]
    exceptions = [
        {"check": item["check"], "subject": item["subject"], **item["exception"], "created": "2026-09-01",
         "says": "Lapses on the day of the launch.", "findings": [item["id"]]} for item in covered
    ] + [{"check": "policy-is-reviewed", "subject": None, "reason": "The review waits for the new guideline.",
          "owner": "Jonas Weber", "approver": "Samir Haddad", "created": "2026-06-01", "expires": "2026-10-31",
          "ticket": None, "state": "lapsed", "says": "Lapsed on 31 October 2026.", "findings": []}]  # fmt: skip
    attestations = [
        {"check": "personal-apps-are-apart", "title": "Brand posting is apart from personal apps",
         "question": "Is brand posting done from a separate profile?", "subject": "organisation", "answer": "yes",
         "who": "Priya Nair", "when": "2026-03-02", "valid_until": "2026-08-29", "evidence": "https://wiki.example/profiles",
         "state": "lapsed", "says": "The answer lapsed on 29 August 2026."},
        {"check": "sessions-close-by-themselves", "title": "Sessions lock and end by themselves",
         "question": "Do sessions end by themselves?", "subject": "organisation", "answer": None, "who": None,
         "when": None, "valid_until": None, "evidence": None, "state": "missing", "says": "Nobody has answered yet."},
    ]  # fmt: skip
    return exceptions, attestations


def synthetic_results(findings: int = 60) -> dict[str, Any]:
    """Results of an invented organisation with about `findings` findings, 30 scenarios and 12 accounts."""
    scenarios = [_scenario(row) for row in data.SCENARIOS]
    ranks = {"reaches": 0, "single": 1, "held": 2, "not_preventable": 3}
    scenarios.sort(key=lambda item: (ranks[item["state"]], item["depth"], item["title"]))
    checks = [_check(row, scenarios) for row in data.CHECKS]
    items = _fill(checks, findings)
    order = {"open": 0, "unseen": 1, "holds": 2}
    checks.sort(key=lambda item: (order[item["state"]], _SEVERITIES.index(item["severity"]), item["id"]))
    left_out = {**copy.deepcopy(checks[-1]), "id": "handles-are-claimed", "title": "Brand handles are claimed",
                "headline": "Brand handles are claimed", "state": "left_out", "passed": [], "findings": [],
                "counts": dict.fromkeys(("pass", "fail", "unknown", "due", "na"), 0),
                "message": "Left out of this run by --only or --skip."}  # fmt: skip
    checks.append(left_out)
    reach = [item for item in scenarios if item["state"] == "reaches"]
    exceptions, attestations = _overlay(items)
    steps = _steps(checks, items)
    return with_plan({
        "schema": "auditgen.results/3",
        "tool": {"name": "auditgen", "version": "0.1.0"},
        "run": {"as_of": "2026-11-24", "only": [], "skip": ["handles-are-claimed"], "offline": True},
        "organisation": {"name": "Northwind Coffee", "domains": ["northwind.example"]},
        "launch": {"id": "spring", "title": "Winter blend launch", "starts_at": "2026-12-01T09:00:00Z",
                   "ends_at": "2026-12-03T18:00:00Z", "days": 7,
                   "accounts": [row[0] for row in data.ACCOUNTS if row[6]],
                   "on_call": [{"person": "ana-duarte", "title": "Ana Duarte"},
                               {"person": "tom-adeyemi", "title": "Tom Adeyemi"}]},
        "verdict": {
            "state": "not_ready", "exit_code": 10, "profile": "launch", "title": "Not ready yet.",
            "says": "Eight disasters that happened to others would still reach us, and ten hang on a single cause. We "
                    "could look at 82\u00a0% of what there is to see. The first three steps below, 3 units together, "
                    "put a barrier in front of five of them.",
            "rule": "minimum_depth",
            "rules": [
                {"id": "minimum_depth", "says": "every disaster meets at least one barrier that stands",
                 "state": "broken", "found": f"{len(reach)} of 30 would reach us, 0 more cannot be ruled out",
                 "decided_by": [{"kind": "scenario", "id": item["id"], "title": item["title"]} for item in reach]},
                {"id": "max_open.critical", "says": "no critical finding is open", "state": "broken",
                 "found": "5 open, 0 not seen",
                 "decided_by": [{"kind": "check", "id": item["id"], "title": item["fail"]} for item in checks
                                if item["severity"] == "critical" and item["state"] == "open"]},
                {"id": "single_cause", "says": "no single cause takes away all that stands", "state": "unseen",
                 "found": "10 hang on one cause", "decided_by": []},
                {"id": "minimum_seen", "says": "at least 75% of what there is to see was seen", "state": "met",
                 "found": "82% seen", "decided_by": []},
            ],
        },
        "coverage": {"share": 0.82, "answered": 31, "partly": 9, "not_at_all": 8, "applicable": 48},
        "steps": steps,
        "plan": {"method": "greedy", "says": "Steps that put a barrier in front of most disasters for the least effort "
                 "come first.", "effort": len(steps), "effort_says": f"effort {len(steps)}"},
        "areas": _areas(checks),
        "checks": checks,
        "findings": items,
        "accounts": _accounts(items, scenarios),
        "owners": _owners(items),
        "barriers": _barriers(checks, scenarios),
        "scenarios": scenarios,
        "exceptions": exceptions,
        "attestations": attestations,
        "sources": [
            {"origin": "inventory", "reader": "inventory", "path": "accounts.yml", "status": "read", "rows_read": 96,
             "rows_refused": 0, "columns_used": ["id", "platform", "handle", "owner"], "columns_ignored": ["colour"],
             "message": None, "seen_on": "2026-11-20"},
            {"origin": "people", "reader": "google-users", "path": "google-users.csv", "status": "partly", "rows_read": 24,
             "rows_refused": 1, "columns_used": ["Email Address", "Status", "Last Sign In"],
             "columns_ignored": ["Password", "Org Unit Path", "Cost Center"],
             "message": "Line 12: the last sign-in is no date that could be read; left open.", "seen_on": "2026-11-19"},
            {"origin": "vault", "reader": "bitwarden", "path": "vault-team.json", "status": "failed", "rows_read": 0,
             "rows_refused": 0, "columns_used": [], "columns_ignored": [],
             "message": "The export is encrypted; export it again as JSON without a password.", "seen_on": None},
            {"origin": "calendar", "reader": "calendar", "path": "calendar.csv", "status": "read", "rows_read": 120,
             "rows_refused": 0, "columns_used": ["Date", "Copy", "Approver"], "columns_ignored": [], "message": None,
             "seen_on": "2026-11-22"},
        ],
        "tables": [{"name": "accounts", "note": "One official account, tool or advertising account.", "rows": 12},
                   {"name": "posts", "note": "One planned or published post.", "rows": 120},
                   {"name": "credentials", "note": "Facts about one login in a vault.", "rows": 0}],
        "unseen": [
            {"title": "Who approved the 38 scheduled posts", "needs": ["post_events"], "says": "Ten checks could answer with it.",
             "add": "Export the review history of the calendar and name it as a source.",
             "checks": ["pictures-are-cleared", "an-audience-reader-was-asked"]},
            {"title": "The signed-in devices of the scheduler", "needs": ["accounts.sessions_reviewed_on"],
             "says": "Two checks could answer with it.", "add": "Write the date of the last review into the inventory.",
             "checks": ["sessions-are-reviewed"]},
        ],
        "problems": [{"where": "reader bitwarden, vault-team.json",
                      "says": "The export is encrypted; export it again as JSON without a password."}],
        "crisis": _crisis(),
        "logins": _logins(),
        "policies": _policies(checks),
    })  # fmt: skip


HOSTILE = (
    "<script>canary()</script>",
    '"><img src=x onerror=canary()>',
    "javascript:canary()",
    "{{ 7 * 7 }}{% raw %}",
    "=cmd|' /C calc'!A0",
    "\u202egnp.exe\u202c abc\u0000\u001b[31m",
    "'); drop table findings; --",
    "](javascript:canary()) ![x](https://evil.example/x.png) <iframe src=https://evil.example></iframe>",
    "</title></style></svg><svg onload=canary()>",
    "W" * 90,
    "\ud800 lone and \ufeff marks and \u2066isolates",
    "&lt;b&gt; &amp;amp; ../../etc/passwd",
)

# Values that decide what is drawn keep their meaning; everything else may be anything.
_KEPT = {"schema", "state", "severity", "verdict", "stage", "phase", "kind", "scope", "function", "basis", "about",
         "reason_code", "family", "status", "area", "feature", "top_event", "threat"}  # fmt: skip


def hostile_results(findings: int = 60) -> dict[str, Any]:
    """The same shape with every text turned into markup, a formula, SQL or control characters; links stay joined."""
    base = synthetic_results(findings)
    known = _ids(base)
    counter = 0

    def poison(value: str) -> str:
        nonlocal counter
        counter += 1
        return HOSTILE[counter % len(HOSTILE)] + f" {counter}"

    renamed = {name: f"{HOSTILE[index % len(HOSTILE)]} {index}" for index, name in enumerate(sorted(known))}
    return _walk(base, lambda key, value: value if key in _KEPT else renamed.get(value) or poison(value))


def _ids(base: dict[str, Any]) -> set[str]:
    ids = {item["id"] for name in ("checks", "findings", "accounts", "barriers", "scenarios") for item in base[name]}
    return ids | {item["id"] for item in base["owners"] if item["id"]}


def _walk(value: Any, change: Callable[[str, str], str], key: str = "") -> Any:
    if isinstance(value, str):
        return change(key, value)
    if isinstance(value, list):
        return [_walk(item, change, key) for item in value]
    if isinstance(value, dict):
        return {name: _walk(item, change, name) for name, item in value.items()}
    return value


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    text = json.dumps(synthetic_results(size), ensure_ascii=False)
    if len(sys.argv) > 2:
        Path(sys.argv[2]).write_text(text, encoding="utf-8")
    else:
        print(text)
