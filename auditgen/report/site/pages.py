"""Every page of the site but the finding pages: which template, with which words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from auditgen.reference.scale import SEVERITIES, number
from auditgen.report.site import views
from auditgen.report.site.logins import AREA as LOGINS_AREA
from auditgen.report.site.logins import logins_context
from auditgen.report.site.model import UNOWNED, Links, Model, area_slug
from auditgen.report.site.policies import AREA as POLICIES_AREA
from auditgen.report.site.policies import policies_context
from auditgen.report.site.search import FILE as SEARCH_FILE
from auditgen.report.site.slugs import slug
from auditgen.report.site.words import capital, count, day, day_words

PER_PAGE = 200
# On the front page, lines that are held are shown up to this many lines in all; the rest stand on their own page.
_PICTURE = 30
_MATRIX_COLUMNS = 6
_PER_GROUP = 25


@dataclass
class Page:
    """One page to render. `section` is its entry in the navigation; `own` says it is that entry's page itself."""

    path: str
    template: str
    title: str
    section: str = ""
    own: bool = False
    script: bool = False
    stamp: str = ""
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def root(self) -> str:
        return "../" * self.path.count("/")


def findings_file(page: int) -> str:
    return "findings.html" if page == 1 else f"findings-{page}.html"


def _front(model: Model) -> Page:
    data = model.data
    verdict, launch = data["verdict"], data["launch"]
    links = Links(model, "")
    rules = {rule["id"]: rule for rule in verdict["rules"]}
    decided = rules.get(verdict["rule"])
    deciders = []
    for item in decided["decided_by"][:4] if decided else []:
        href = links.scenario(item["id"]) if item["kind"] == "scenario" else ""
        href = href or (links.check(item["id"]) if item["kind"] == "check" else links.finding(item["id"]))
        words = Markup('<a href="{}">{}</a>') if href else Markup("{1}")
        deciders.append(words.format(href, item["title"]))
    more = len(decided["decided_by"]) - len(deciders) if decided else 0
    if more:
        deciders.append(Markup("{} more").format(number(more)))
    drawn = [item for item in data["scenarios"] if item["paths"] and item["state"] != "not_applicable"]
    urgent = [item for item in drawn if item["state"] != "held"]
    picture = drawn[: max(_PICTURE, len(urgent))]
    outside = [
        Markup('<a href="{}">{}</a>').format(links.scenario(item["id"]), item["title"])
        for item in data["scenarios"]
        if item["state"] == "not_preventable"
    ]
    sure = data["sure"]
    title = verdict["title"].rstrip(".") + (f" · {launch['title']}" if launch else "")
    made = Markup("<p>Judged as of {}, by {} {}.</p>").format(
        day(data["run"]["as_of"]), data["tool"]["name"], data["tool"]["version"]
    )
    context = {
        "verdict": verdict,
        "launch": launch,
        "run": data["run"],
        "decided": decided,
        "deciders": deciders,
        "rule_state": views.RULE_STATE,
        "rule_word": views.RULE_WORD,
        "sure": sure,
        "sure_label": f"{sure['answered']} checks answered, {sure['partly']} in part, {sure['not_at_all']} not at all",
        "problems": data["problems"],
        "steps": data["steps"],
        "first": data["steps"][:3],
        "picture": picture,
        "outside": outside,
        "areas": data["areas"],
        "unseen": data["unseen"][:5],
        "left_out": sum(item["state"] == "left_out" for item in data["checks"]),
        "exceptions": data["exceptions"],
        "expiring": [item for item in data["exceptions"] if item["state"] in ("lapsing", "lapsed", "incomplete")],
    }
    return Page("index.html", "index.html", title, "index", own=True, stamp=str(made), context=context)


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
            "dark": [item for item in found if item["verdict"] == "unknown"],
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
        yield Page(findings_file(number_), "findings.html", title, "findings", own=number_ == 1, script=True,
                   context=context)  # fmt: skip


def _accounts(model: Model) -> Iterator[Page]:
    accounts = model.data["accounts"]
    columns = views.matrix_columns(model.data["barriers"], accounts, _MATRIX_COLUMNS)
    weak = sum(bool(item["open"]) for item in accounts)
    launch = sum(bool(item["in_launch"]) for item in accounts)
    summary = f"{capital(count(len(accounts), 'account'))}, {number(launch)} of them in the launch. "
    summary += f"Something is open on {number(weak)}."
    states = {item["id"]: {entry["id"]: entry["state"] for entry in item["barriers"]} for item in accounts}
    context = {"accounts": accounts, "columns": columns, "states": states, "summary": summary}
    yield Page("accounts.html", "accounts.html", "Accounts", "accounts", own=True, context=context)
    handles = [item["handle"] or item["id"] for item in accounts]
    limbs = {item["id"]: item for item in model.data["panic"]["limbs"]}
    for account in accounts:
        name = account["handle"] or account["id"]
        summary = views.account_summary(account)
        context = {
            "account": {**account, "barriers": views.open_first(account["barriers"])},
            "same_name": handles.count(name) > 1,
            "summary": summary,
            "strip_label": f"The barriers round this account. {summary}",
            "items": [model.findings[item] for item in account["findings"] if item in model.findings],
            "limbs": [limbs[item] for item in account["limbs"] if item in limbs],
            "weakest": [model.scenarios[item] for item in account["weakest_in"] if item in model.scenarios],
        }
        title = f"{account['platform_title']} {name} ({account['id']})"
        yield Page(f"account/{slug(account['id'])}.html", "account.html", title, "accounts", context=context)


def _owner_groups(model: Model, owner: dict[str, Any]) -> list[dict[str, Any]]:
    """Findings of one owner by check, in the order given, with the check's step as the title."""
    groups: dict[str, dict[str, Any]] = {}
    steps = {step["check"]: step["title"] for step in model.data["steps"]}
    for name in owner["findings"]:
        item = model.findings.get(name)
        check = model.checks.get(item["check"]) if item else None
        if item is None or check is None:
            continue
        group = groups.setdefault(
            check["id"],
            {
                "check": check,
                "title": steps.get(check["id"]) or check["headline"],
                "state": item["verdict"],
                "found": [],
                "more": 0,
            },
        )
        if len(group["found"]) < _PER_GROUP:
            group["found"].append(item)
        else:
            group["more"] += 1
    return list(groups.values())


def _owners(model: Model) -> Iterator[Page]:
    owners = model.data["owners"]
    steps = model.data["steps"]
    if steps:
        summary = f"{capital(count(len(steps), 'step'))} in the order that closes most for the least effort; "
        summary += f"{model.data['plan']['effort_says']} in all."
    else:
        summary = "Nothing is waiting."
    unowned = model.owners.get(None)
    if unowned:
        things = len(unowned["findings"])
        summary += f" {capital(count(things, 'thing'))} {'has' if things == 1 else 'have'} no owner yet."
    context = {"steps": steps, "owners": owners, "plan": model.data["plan"], "summary": summary}
    yield Page("todo.html", "todo.html", "To do", "todo", own=True, context=context)
    for owner in owners:
        groups = _owner_groups(model, owner)
        named = owner["id"] is not None
        context = {
            "owner": owner,
            "groups": groups,
            "lead": views.owner_lead(len(owner["findings"]), groups, named),
            "accounts": [name for name in owner["accounts"] if name in model.accounts],
        }
        name = slug(owner["id"]) if named else UNOWNED
        title = f"{owner['title']}: to do" + (f" ({owner['id']})" if named else "")
        yield Page(f"owner/{name}.html", "owner.html", title, "todo", context=context)


def _disasters(model: Model) -> Iterator[Page]:
    scenarios = model.data["scenarios"]
    context = {
        "summary": views.disasters_summary(scenarios),
        "groups": views.disaster_groups(scenarios),
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
            "says": views.disaster_says(item, model.account_name(item["account"]) if item["account"] else ""),
            "then": then,
            "then_words": views.THEN_WORD,
            "time_words": views.TIME_WORD,
            "grades": views.GRADES,
            "missing": views.chain_missing(item),
            "phases": views.phase_groups(item["chain"]),
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
    }
    yield Page("barriers.html", "barriers.html", "Barriers", context=context)
    context = {"panic": data["panic"], "launch": data["launch"]}
    yield Page("dont-panic.html", "dont-panic.html", "Don’t panic", "panic", own=True, context=context)
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
    yield _front(model)
    yield from _areas(model)
    yield from _checks(model)
    yield from _findings(model)
    yield from _accounts(model)
    yield from _owners(model)
    yield from _disasters(model)
    yield from _single_pages(model)
