"""Every page of the site but the finding pages: which template, with which words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from auditgen.reference.scale import SEVERITIES, number
from auditgen.report.site import disasters, views
from auditgen.report.site.drawings import THEN_WORDS
from auditgen.report.site.front import front_pages
from auditgen.report.site.logins import AREA as LOGINS_AREA
from auditgen.report.site.logins import logins_context
from auditgen.report.site.model import Model, area_slug
from auditgen.report.site.page import Page
from auditgen.report.site.policies import AREA as POLICIES_AREA
from auditgen.report.site.policies import policies_context
from auditgen.report.site.search import FILE as SEARCH_FILE
from auditgen.report.site.slugs import slug
from auditgen.report.site.todo import todo_pages
from auditgen.report.site.words import capital, count, day_words

PER_PAGE = 200
_MATRIX_COLUMNS = 6


def findings_file(page: int) -> str:
    return "findings.html" if page == 1 else f"findings-{page}.html"


def _areas(model: Model) -> Iterator[Page]:
    for area in model.data["areas"]:
        checks = [model.checks[name] for name in area["checks"] if name in model.checks]
        context = {"area": area, "groups": views.check_groups(checks), "logins": None, "policies": None}
        if area["id"] == LOGINS_AREA:
            context |= logins_context(model)
        if area["id"] == POLICIES_AREA and (policies := policies_context(model)):
            # Clauses stand on this page with their quotes; listed are the checks of the documents themselves.
            rest = [check for check in checks if check["clause"] is None or check["state"] == "left_out"]
            context |= {**policies, "groups": views.check_groups(rest)}
        yield Page(f"area/{area_slug(area)}.html", "area.html", area["title"], "index", context=context)


def _checks(model: Model) -> Iterator[Page]:
    for check in model.data["checks"]:
        found = [model.findings[name] for name in check["findings"] if name in model.findings]
        area = model.areas.get(check["area"])
        context = {
            "check": check,
            "area_title": area["title"] if area else check["area"],
            "fails": [item for item in found if item["verdict"] == "fail"],
            "due": [item for item in found if item["verdict"] == "due"],
            "not_seen": [item for item in found if item["verdict"] == "unknown"],
        }
        title = f"{check['headline']} ({check['id']})"
        yield Page(f"check/{slug(check['id'])}.html", "check.html", title, "index", context=context)


def _findings(model: Model) -> Iterator[Page]:
    items = model.sorted_findings
    pages = max(1, -(-len(items) // PER_PAGE))
    summary = views.findings_summary(items)
    for number_ in range(1, pages + 1):
        context = {
            "items": items[(number_ - 1) * PER_PAGE : number_ * PER_PAGE],
            "number": number_,
            "pages": pages,
            "page_file": findings_file,
            "summary": summary,
            "severities": SEVERITIES,
            "areas": model.data["areas"],
            "data_file": SEARCH_FILE,
        }
        title = "Findings" if number_ == 1 else f"Findings, page {number_} of {pages}"
        yield Page(findings_file(number_), "findings.html", title, "findings", own=number_ == 1, script="site.js",
                   context=context)  # fmt: skip


def _accounts(model: Model) -> Iterator[Page]:
    accounts = model.data["accounts"]
    columns = views.matrix_columns(model.data["barriers"], accounts, _MATRIX_COLUMNS)
    weak = sum(bool(item["open"]) for item in accounts)
    launch = sum(bool(item["in_launch"]) for item in accounts)
    summary = f"{capital(count(len(accounts), 'account'))}, {number(launch)} of them in the launch. "
    summary += f"{capital(number(weak))} {'has' if weak == 1 else 'have'} something to fix."
    states = {item["id"]: {entry["id"]: entry["state"] for entry in item["barriers"]} for item in accounts}
    context = {"accounts": accounts, "columns": columns, "states": states, "summary": summary}
    yield Page("accounts.html", "accounts.html", "Accounts", "accounts", own=True, context=context)
    switches = {item["id"]: item for item in model.data["crisis"]["switches"]}
    for account in accounts:
        summary = views.account_summary(account)
        context = {
            "account": {**account, "barriers": views.open_first(account["barriers"])},
            "summary": summary,
            "strip_label": f"The barriers round this account. {summary}",
            "items": [model.findings[item] for item in account["findings"] if item in model.findings],
            "switches": [switches[item] for item in account["switches"] if item in switches],
            "weakest": [model.scenarios[item] for item in account["weakest_in"] if item in model.scenarios],
        }
        title = f"{model.account_name(account['id'])} ({account['id']})"
        yield Page(f"account/{slug(account['id'])}.html", "account.html", title, "accounts", context=context)


def _disasters(model: Model) -> Iterator[Page]:
    scenarios = model.data["scenarios"]
    context = {
        "summary": disasters.disasters_summary(scenarios),
        "groups": disasters.disaster_groups(scenarios),
        "ids_of": lambda items: [item["id"] for item in items],
    }
    yield Page("disasters.html", "disasters.html", "Disasters", "disasters", own=True, context=context)
    for item in scenarios:
        now = {entry["id"]: entry["state"] for path in item["paths"] for entry in path["barriers"]}
        now |= {entry["id"]: entry["state"] for link in item["chain"] for entry in link["barriers"]}
        then = [
            {**entry, "today": now.get(entry["barrier"]) or model.barriers.get(entry["barrier"], {}).get("state")}
            for entry in item["then"]
        ]
        context = {
            "item": item,
            "drawn": item["state"] != "not_applicable",
            "says": disasters.disaster_says(item, model.account_name(item["account"]) if item["account"] else ""),
            "then": then,
            "then_words": THEN_WORDS,
            "time_words": disasters.TIME_WORD,
            "grades": disasters.GRADES,
            "missing": disasters.chain_missing(item),
            "phases": disasters.phase_groups(item["chain"]),
        }
        title = f"{item['title']} ({item['id']})"
        yield Page(f"disaster/{slug(item['id'])}.html", "disaster.html", title, "disasters", context=context)


def _single_pages(model: Model) -> Iterator[Page]:
    data = model.data
    barriers = data["barriers"]
    context: dict[str, Any] = {
        "summary": views.barriers_summary(barriers),
        "groups": views.barrier_groups(barriers),
        "weak_accounts": views.weak_accounts,
        "barrier_says": views.barrier_says,
    }
    yield Page("barriers.html", "barriers.html", "Barriers", context=context)
    routes: dict[str, list[dict[str, Any]]] = {}
    for item in data["crisis"]["routes"]:
        platform = model.accounts.get(item["account"], {}).get("platform")
        routes.setdefault(item["route"] or "", []).append({**item, "platform": platform})
    context = {"crisis": data["crisis"], "launch": data["launch"], "routes": list(routes.items())}
    yield Page("dont-panic.html", "dont-panic.html", "Don’t panic", "crisis", own=True, context=context)
    read = sum(item["status"] == "read" for item in data["sources"])
    rows = sum(item["rows_read"] or 0 for item in data["sources"])
    summary = f"{capital(number(read))} of {count(len(data['sources']), 'source')} read whole, {rows:,} rows in all. "
    summary += f"Judged as of {day_words(data['run']['as_of'])}."
    run = data["run"]
    named = [f"--{name} {' '.join(run[name])}" for name in ("only", "skip") if run.get(name)]
    context = {
        "sources": data["sources"],
        "tables": data["tables"],
        "instruments": (data["logins"] or {}).get("instruments", []),
        "unseen": data["unseen"],
        "problems": data["problems"],
        "left_out": [item for item in data["checks"] if item["state"] == "left_out"],
        "options": f"This run was asked for {' and '.join(named)}." if named else "",
        "source_state": views.SOURCE_STATE,
        "source_word": views.SOURCE_WORD,
        "summary": summary,
    }
    yield Page("evidence.html", "evidence.html", "Evidence", "evidence", own=True, context=context)
    exceptions = capital(count(len(data["exceptions"]), "exception"))
    questions = count(len(data["attestations"]), "question")
    context = {
        "exceptions": data["exceptions"],
        "attestations": data["attestations"],
        "exception_state": views.EXCEPTION_STATE,
        "exception_word": views.EXCEPTION_WORD,
        "answer_state": views.ANSWER_STATE,
        "answer_word": views.ANSWER_WORD,
        "finding_says": lambda name: model.findings[name]["says"],
        "summary": f"{exceptions} and {questions} that only people can answer.",
    }
    yield Page("exceptions.html", "exceptions.html", "Exceptions and answers", context=context)
    context = {"verdict": data["verdict"], "plan": data["plan"]}
    yield Page("method.html", "method.html", "How to read this", context=context)
    yield Page("404.html", "missing.html", "This page is not here")


def all_pages(model: Model) -> Iterator[Page]:
    """Every page but those of findings."""
    yield from front_pages(model)
    yield from _areas(model)
    yield from _checks(model)
    yield from _findings(model)
    yield from _accounts(model)
    yield from todo_pages(model)
    yield from _disasters(model)
    yield from _single_pages(model)
