"""Every check keeps the promise its file makes: the examples hold, and a check that does not hold is refused."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditgen.audit.checks import (
    EXAMPLE_DAY,
    VERDICTS,
    Check,
    Harness,
    builtin_folder,
    load_checks,
    load_pack,
)
from auditgen.evidence.store import Store, schema


@cache
def pack() -> tuple[Check, ...]:
    checks, problems = load_pack(builtin_folder(), "auditgen")
    assert problems == []
    return tuple(checks)


def queries() -> list[Check]:
    return [check for check in pack() if check.sql is not None]


@pytest.fixture(scope="module")
def harness() -> Iterator[Harness]:
    harness = Harness()
    yield harness
    harness.store.close()


@pytest.mark.parametrize("check", pack(), ids=lambda check: check.id)
def test_the_examples_of_a_check_hold(check: Check, harness: Harness) -> None:
    assert [str(problem) for problem in harness.test(check)] == []


@pytest.mark.parametrize("check", [check for check in pack() if check.query is not None], ids=lambda check: check.id)
def test_a_check_that_passes_everything_is_refused(check: Check, harness: Harness) -> None:
    blind = replace(check, query=f"select * replace ('pass' as verdict) from ({check.query})")
    assert any("[fail]" in str(problem) for problem in harness.test(blind))
    assert any("[unknown]" in str(problem) for problem in harness.test(blind))


def test_a_clause_that_finds_anything_is_refused(harness: Harness) -> None:
    for check in pack():
        if check.clause is not None:
            blind = replace(check, clause={"found": ["."]})
            assert any("not_found" in str(problem) for problem in harness.test(blind)), check.id


def test_a_users_check_whose_fail_example_passes_does_not_load(tmp_path: Path) -> None:
    original = (builtin_folder() / "account_security" / "second-factor-is-on.md").read_text("utf-8")
    assert "when a.second_factor = 'none' then 'fail'" in original
    folder = tmp_path / "ours" / "account_security"
    folder.mkdir(parents=True)
    (folder / "our-second-factor.md").write_text(original, "utf-8")
    checks, problems = load_checks([tmp_path / "ours"])
    assert "our-second-factor" in {check.id for check in checks}
    assert problems == []
    mutated = original.replace("when a.second_factor = 'none' then 'fail'", "when a.second_factor = 'none' then 'pass'")
    (folder / "our-second-factor.md").write_text(mutated, "utf-8")
    checks, problems = load_checks([tmp_path / "ours"])
    assert "our-second-factor" not in {check.id for check in checks}
    assert any("should give fail" in str(problem) for problem in problems)


# -- whatever stands in the tables -------------------------------------------------------------------------

# What identifies a row; readers promise that it is there and unique.
KEYS = {
    "accounts": ("account",), "people": ("person",), "agencies": ("agency",), "launches": ("launch",),
    "limbs": ("limb",), "drills": ("drill",), "sites": ("site",), "vaults": ("vault",),
    "credentials": ("credential",), "posts": ("calendar", "post"), "documents": ("document",),
    "actors": ("actor",),
}  # fmt: skip
REFERENCES = ("account", "person", "post", "calendar", "document", "agency", "app", "limb")
WORDS = {
    "status": ["active", "left", "suspended", "published", "scheduled", "draft", "final", "archived"],
    "platform": ["x", "instagram", "ads", "scheduler", "elsewhere"],
    "second_factor": ["none", "sms", "totp", "sso", "security_key", "email"],
    "login_kind": ["shared", "delegated", "sso", "personal"],
    "activity": ["approved", "edited", "created", "published", "rejected", "submitted"],
    "feature": ["scheduled_posts", "comments"],
    "kind": ["limb", "takeover", "publisher", "analytics", "agency", "staff", "paragraph"],
    "state": ["read", "empty", "unreadable"],
    "email": ["a@x.example", "b@gmail.com"],
    "recovery_email": ["a@x.example", "b@gmail.com", "bad"],
    "recovery_phone_owner": ["none", "personal", "organisation"],
    "result": ["ok", "failed"],
    "text": ["hi {} %s", "[date] {{x}}", "#ad hi", "Ann Lee ' \" \\"],
    "scheme": ["http", "https"],
    "length_band": ["under_8", "8_to_14", "15_or_more"],
    "risk": ["health", "none"],
    "display": ["Ann Lee", "Bo Ek", "{}"],
}


def cell(rng: random.Random, name: str, kind: str) -> Any:
    if kind == "boolean":
        return rng.choice([True, False])
    if kind in ("integer", "bigint"):
        return rng.choice([0, 1, 2, 5, 99])
    if kind == "date":
        return EXAMPLE_DAY + timedelta(days=rng.choice([-900, -60, -3, 0, 3, 60]))
    if kind == "timestamp":
        return datetime(2026, 11, 20, 9) + timedelta(days=rng.choice([-60, -3, 0, 3]), minutes=rng.choice([0, 5]))
    if kind.endswith("[]"):
        return [rng.choice("abc") for _ in range(rng.choice([0, 1, 2]))]
    return rng.choice(WORDS.get(name, ["a", "b", "c", "{}"]))


def evidence(seed: int, share: float) -> Store:
    """A store with a few rows in every table; `share` of the cells that are no key are filled."""
    rng = random.Random(seed)
    store = Store()
    store.connection.execute("set threads = 1")
    for name, table in schema().items():
        rows: dict[tuple[object, ...], dict[str, object]] = {}
        for number in range(rng.choice([0, 1, 3, 6])):
            keys = KEYS.get(name, ())
            row = {
                column.name: cell(rng, column.name, column.type)
                for column in table.columns
                if column.name in keys or rng.random() < share
            }
            if not keys:
                for column in REFERENCES:
                    if column in table.column_types and rng.random() < 0.9:
                        row.setdefault(column, rng.choice("abc"))
            rows.setdefault(tuple(row[key] for key in keys) or (number,), row)
        store.add(name, rows.values())
    return store


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), share=st.sampled_from([0.2, 0.5, 0.9]))
def test_no_evidence_breaks_a_check(seed: int, share: float) -> None:
    """Whatever is in the tables, each subject comes once, with a known verdict and a sentence."""
    store = evidence(seed, share)
    try:
        for check in queries():
            rows = store.select(check.sql or "", check.parameters(EXAMPLE_DAY))
            for row in rows:
                assert row["subject"] is not None, check.id
                assert row["says"], check.id
                assert row["verdict"] in VERDICTS, check.id
            twice = [subject for subject, n in Counter(row["subject"] for row in rows).items() if n > 1]
            assert twice == [], check.id
    finally:
        store.close()


@pytest.mark.parametrize("seed", range(6))
def test_a_row_of_which_nothing_is_known_never_passes(seed: int) -> None:
    store = evidence(seed, 0)
    try:
        for check in queries():
            for row in store.select(check.sql or "", check.parameters(EXAMPLE_DAY)):
                assert row["verdict"] != "pass", f"{check.id}: {row['says']}"
    finally:
        store.close()


def test_empty_tables_give_no_pass() -> None:
    store = Store()
    try:
        for check in queries():
            rows = store.select(check.sql or "", check.parameters(EXAMPLE_DAY))
            assert all(row["verdict"] != "pass" for row in rows), check.id
    finally:
        store.close()


# -- the cases people argue about ---------------------------------------------------------------------------


def judge(name: str, **tables: list[dict[str, object]]) -> dict[str, str]:
    """Verdict by subject of one check over a few rows."""
    store = Store()
    try:
        for table, rows in tables.items():
            store.add(table, rows)
        check = next(check for check in pack() if check.id == name)
        rows = store.select(check.sql or "", check.parameters(EXAMPLE_DAY))
        return {row["subject"]: row["verdict"] for row in rows}
    finally:
        store.close()


def event(sequence: int, activity: str, actor: str, minute: int = 0) -> dict[str, object]:
    return {"post": "1", "calendar": "plan", "sequence": sequence, "activity": activity, "actor": actor,
            "happened_at": datetime(2026, 11, 1, 9, minute)}  # fmt: skip


PEOPLE = [{"actor": name, "person": name.lower()} for name in ("Ana", "Bo", "Cy")]
POST = [{"post": "1", "calendar": "plan", "account": "x-main"}]


@pytest.mark.parametrize(
    ("events", "verdict"),
    [
        ([event(1, "created", "Ana"), event(2, "approved", "Ana"), event(3, "approved", "Bo")], "pass"),
        ([event(1, "created", "Ana"), event(2, "approved", "Ana"), event(3, "approved", "Ana")], "fail"),
        # Whoever edits is an author too.
        ([event(1, "created", "Ana"), event(2, "edited", "Bo"), event(3, "approved", "Bo")], "fail"),
        ([event(1, "created", "Ana"), event(2, "edited", "Bo"), event(3, "approved", "Cy")], "pass"),
        # Somebody who is in no list of people might be the author under another name.
        ([event(1, "created", "Ana"), event(2, "approved", "A. D.")], "unknown"),
        ([event(1, "approved", "Bo")], "unknown"),
    ],
)
def test_four_eyes_need_an_approver_who_is_no_author(events: list[dict[str, object]], verdict: str) -> None:
    found = judge("a-second-person-approves", posts=POST, post_events=events, actors=PEOPLE)
    assert found == {"plan 1": verdict}


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [("edited", "approved", "pass"), ("approved", "edited", "fail")],
)
def test_events_of_the_same_minute_keep_the_order_of_their_source(first: str, second: str, verdict: str) -> None:
    events = [event(1, first, "Ana"), event(2, second, "Bo")]
    assert judge("nothing-changes-after-approval", posts=POST, post_events=events) == {"plan 1": verdict}


def test_one_vault_less_never_makes_a_reused_password_look_unique() -> None:
    accounts: list[dict[str, object]] = [
        {"account": "x-main", "vault_item": "X"},
        {"account": "ig-main", "vault_item": "Instagram"},
    ]
    team: dict[str, object] = {"credential": "C1", "vault": "team", "account": "x-main", "domain": "x.com",
                               "password_present": True, "reuse_group": "G1"}  # fmt: skip
    own: dict[str, object] = {
        **team,
        "credential": "C2",
        "vault": "own",
        "account": "ig-main",
        "domain": "instagram.com",
    }
    both = judge("each-password-opens-one-site", accounts=accounts, credentials=[team, own])
    assert both == {"C1 for x-main": "fail", "C2 for ig-main": "fail"}
    alone = judge("each-password-opens-one-site", accounts=accounts, credentials=[{**team, "reuse_group": None}])
    assert alone == {"logins in no vault that was read": "unknown"}


def test_somebody_suspended_or_unknown_to_the_identity_provider_is_not_seen_as_working_here() -> None:
    access: list[dict[str, object]] = [{"account": "x-main", "person": person} for person in ("ana", "bo", "cy", "di")]
    people: list[dict[str, object]] = [
        {"person": "ana", "display": "Ana", "status": "active", "in_identity_provider": True},
        {"person": "bo", "display": "Bo", "status": "suspended", "in_identity_provider": True},
        {"person": "cy", "display": "Cy", "status": "active", "in_identity_provider": False},
        # The last day may lie ahead.
        {"person": "di", "display": "Di", "status": "active", "in_identity_provider": True,
         "left_on": EXAMPLE_DAY + timedelta(days=9)},
    ]  # fmt: skip
    assert judge("no-former-colleague-can-still-post", access=access, people=people) == {
        "Ana on x-main": "pass", "Bo on x-main": "fail", "Cy on x-main": "unknown", "Di on x-main": "pass",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("platform", "factor", "verdict"),
    [
        ("x", "security_key", "pass"),
        ("x", "totp", "fail"),
        ("instagram", "totp", "n/a"),  # offers no key
        ("x", "sso", "n/a"),
        ("elsewhere", "totp", "unknown"),
    ],
)
def test_nobody_is_asked_for_a_key_the_platform_does_not_offer(platform: str, factor: str, verdict: str) -> None:
    accounts: list[dict[str, object]] = [{"account": "one", "platform": platform, "second_factor": factor}]
    assert judge("keys-and-passkeys-are-used-where-offered", accounts=accounts) == {"one": verdict}


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Ad: a new blend", "pass"),
        ("#ad a new blend", "pass"),
        ("A new blend " + "and more " * 20 + "#ad", "fail"),  # behind the fold
        ("A new blend, thanks to our partner", "fail"),
        ("Made in #Adelaide", "fail"),
    ],
)
def test_a_paid_post_says_so_before_the_fold(text: str, verdict: str) -> None:
    posts: list[dict[str, object]] = [{**POST[0], "paid": True, "text": text}]
    assert judge("paid-posts-say-so-early", posts=posts) == {"plan 1": verdict}
