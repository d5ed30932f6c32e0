"""What is not known is never open and never fine: any cell, column or source may be erased.

A new failure may come only from a cell that is itself the record of the control (an owner who is not named, a pause that
is not written down). Nothing that failed or was not seen may pass because less is known.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from auditgen.audit.checks.answers import define_macros
from auditgen.audit.checks.check import Check
from auditgen.audit.checks.packs import load_builtin
from auditgen.audit.judge import unmet_needs
from auditgen.evidence.store import Store, schema
from auditgen.run.audit import gather_only
from auditgen.run.launch import select_launch
from auditgen.run.options import Options
from tests.tools.exemplary import AS_OF, LAUNCH_ENDS, write_exemplary

pytestmark = pytest.mark.slow

# What people and exports tell; ids are what a row is known by, and readers promise them.
TABLES = {
    "accounts": "account", "people": "person", "access": "", "apps": "app", "switches": "switch", "drills": "drill",
    "agencies": "agency", "sites": "site", "incidents": "incident", "posts": "post calendar", "post_events": "post calendar",
}  # fmt: skip
# Check → cells that are the record of its control: without them it is not in place.
RECORDS = {
    "every-account-has-an-owner-who-works-here": {"accounts.owner"},
    "every-account-has-a-deputy": {"accounts.deputy", "accounts.owner"},
    "agencies-have-a-sponsor-and-a-contact": {"agencies.sponsor"},
    "connected-apps-are-known": {"apps.owner"},
    "what-an-incident-touched-was-looked-at": {
        "incidents.looked_at_on", "accounts.sessions_reviewed_on", "accounts.access_reviewed_on", "apps.approved_on",
    },
    "features-can-be-switched-off-alone": {"drills.done_on", "drills.result"},
    "scheduled-posts-can-be-paused": {"drills.done_on", "drills.result"},
    "the-response-was-rehearsed": {"drills.done_on"},
    "context-is-checked-before-posting": {"posts.context_checked_on"},
    "campaign-posts-have-a-sensitivity-reader": {"posts.sensitivity_reader"},
    "claims-are-cleared-by-legal": {"posts.legal_approver"},
    "pictures-have-a-description": {"posts.alt_text"},
}  # fmt: skip
# The same where nobody says it of anything: a list has a column for it or it is no list of such things.
COLUMNS: dict[str, set[str]] = {"connected-apps-are-known": {"apps.owner"}}
# Check → cells whose absence means that the question does not come up.
QUESTIONS = {"access-for-a-time-ends-on-its-day": {"access.until"}}
CELLS = 1

Rows = Mapping[str, tuple[str, str | None]]


@cache
def checks() -> tuple[Check, ...]:
    return tuple(check for check in load_builtin()[0] if check.query is not None)


def reads(table: str, column: str = "") -> list[Check]:
    """Checks whose query may look at a table, and at a column of it."""
    found = []
    for check in checks():
        text = f"{check.query} {' '.join(check.needs)}"
        # The view of logins takes these of an account.
        through = (
            table == "accounts"
            and "logins" in text
            and column in ("", "owner", "login_kind", "second_factor", "platform")
        )
        named = re.search(rf"\b{table}\b", text) and (
            not column or re.search(rf"\b{column}\b|\bselect \*|\b\w\.\*|\bfrom \w+\)", text)
        )
        if through or named:
            found.append(check)
    return found


def judged(store: Store, asked: list[Check]) -> dict[str, Rows]:
    """Check → subject → verdict and account; as the judge does, nothing passes without the tables it needs."""
    unmet = unmet_needs(store, asked)
    found: dict[str, Rows] = {}
    for check in asked:
        missing = any(need in unmet for need in check.needs)
        rows = {}
        for row in store.select(check.sql or "", check.parameters(AS_OF, LAUNCH_ENDS)):
            verdict = row["verdict"]["verdict"]
            rows[row["subject"]] = ("unknown" if missing and verdict == "pass" else verdict, row.get("account"))
        if missing and not {verdict for verdict, _ in rows.values()} & {"pass", "fail", "unknown"}:
            rows["this check"] = ("unknown", None)
        found[check.id] = rows
    return found


def state(rows: Rows) -> str:
    verdicts = {verdict for verdict, _ in rows.values()}
    return next((word for word in ("fail", "unknown", "pass") if word in verdicts), "n/a")


def compared(
    before: Mapping[str, Rows], after: Mapping[str, Rows], erased: str, records: Mapping[str, set[str]]
) -> list[str]:
    """What became of the checks that should not have; `records` may fail when they are erased."""
    wrong = []
    for name, was in before.items():
        now = after[name]
        failed, fails = (
            Counter(account for verdict, account in rows.values() if verdict == "fail") for rows in (was, now)
        )
        # A subject may be told by another name when its own is erased; more failures it may not have.
        new = [
            subject
            for subject, (verdict, _) in now.items()
            if verdict == "fail" and was.get(subject, ("", None))[0] != "fail"
        ]
        # Without its account a failure stays one, of no account.
        more = fails - failed if not erased.endswith(".account") else fails.total() > failed.total()
        if new and more and erased not in records.get(name, ()):
            wrong.append(f"{name} fails without {erased}: {new[0]}")
        passed = [subject for subject, (verdict, _) in now.items()
                  if verdict == "pass" and was.get(subject, ("", None))[0] in ("fail", "unknown")]  # fmt: skip
        if passed:
            wrong.append(f"{name} passes without {erased}: {passed[0]}")
        greener = state(was) in ("fail", "unknown") and state(now) in ("pass", "n/a")
        if greener and erased not in QUESTIONS.get(name, ()):
            wrong.append(f"{name} is greener without {erased}")
    return wrong


@pytest.fixture(scope="module", params=["exemplary", "example"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, example: Path) -> Iterator[Store]:
    """Evidence of a workspace, with its launch selected."""
    workspace = example if request.param == "example" else write_exemplary(tmp_path_factory.mktemp("exemplary"))
    _, evidence = gather_only(Options(workspace, AS_OF, output=tmp_path_factory.mktemp("evidence")))
    with Store.load(evidence) as opened:
        define_macros(opened)
        select_launch(opened, None, AS_OF)
        for statement in ("pragma disable_optimizer", "set threads = 1"):
            opened.connection.execute(statement)
        yield opened


def erasures(store: Store, table: str) -> Iterator[tuple[str, str, list[Any]]]:
    """What is erased, and the statement with its values: each column, some of its cells, each source."""
    for column in schema()[table].columns:
        name = column.name
        if name in ("source", "locator", "basis", *TABLES[table].split()):
            continue
        rows = store.select(
            f"select rowid as row from {table} where {name} is not null order by hash(rowid) limit {CELLS}"
        )
        if rows:
            yield name, f"update {table} set {name} = null", []
        for row in rows:
            yield name, f"update {table} set {name} = null where rowid = $1", [row["row"]]
    for row in store.select(f"select distinct source from {table} where source is not null"):
        yield "", f"delete from {table} where source = $1", [row["source"]]


@pytest.mark.parametrize("table", TABLES)
def test_erasing_creates_no_failure_and_nothing_greener(store: Store, table: str) -> None:
    base = judged(store, reads(table))
    wrong = []
    for column, statement, values in erasures(store, table):
        asked = reads(table, column)
        store.connection.execute("begin")
        store.connection.execute(statement, values)
        after = judged(store, asked)
        store.connection.execute("rollback")
        records = RECORDS if values else COLUMNS
        wrong += compared(
            {check.id: base[check.id] for check in asked}, after, f"{table}.{column}".rstrip("."), records
        )
    assert not wrong, "\n".join(sorted(set(wrong)))


def test_the_day_lies_before_the_launch_ends() -> None:
    assert AS_OF < LAUNCH_ENDS == date(2026, 12, 8)
