"""Every check keeps the promise its file makes: the examples hold, and a check that does not hold is refused."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditgen.audit.checks.answers import define_macros
from auditgen.audit.checks.check import VERDICTS, Check
from auditgen.audit.checks.examples import EXAMPLE_DAY, Harness
from auditgen.audit.checks.packs import builtin_folder, load_checks, load_pack
from auditgen.audit.judge import judge as judge_all
from auditgen.evidence.store import Column, Store, schema


def answers(store: Store, check: Check) -> list[dict[str, Any]]:
    """The rows of a check with verdict, sentence and reason as columns of their own."""
    define_macros(store)
    rows = store.select(check.sql or "", check.parameters(EXAMPLE_DAY))
    return [row | row["verdict"] if isinstance(row["verdict"], dict) else row for row in rows]


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
    blind = replace(check, query=f"select * replace (pass('seen') as verdict) from ({check.query})")
    assert any("[fail]" in str(problem) for problem in harness.test(blind))
    assert any("[unknown]" in str(problem) for problem in harness.test(blind))


def test_a_clause_that_finds_anything_is_refused(harness: Harness) -> None:
    for check in pack():
        if check.clause is not None:
            blind = replace(check, clause={"found": ["."]})
            assert any("not_found" in str(problem) for problem in harness.test(blind)), check.id


def test_a_users_check_whose_fail_example_passes_does_not_load(tmp_path: Path) -> None:
    original = (builtin_folder() / "account_security" / "second-factor-is-on.md").read_text("utf-8")
    assert "when second_factor = 'none' then fail(" in original
    folder = tmp_path / "ours" / "account_security"
    folder.mkdir(parents=True)
    (folder / "our-second-factor.md").write_text(original, "utf-8")
    checks, problems = load_checks([tmp_path / "ours"])
    assert "our-second-factor" in {check.id for check in checks}
    assert problems == []
    mutated = original.replace("when second_factor = 'none' then fail(", "when second_factor = 'none' then pass(")
    (folder / "our-second-factor.md").write_text(mutated, "utf-8")
    checks, problems = load_checks([tmp_path / "ours"])
    assert "our-second-factor" not in {check.id for check in checks}
    assert any("should give fail" in str(problem) for problem in problems)


# -- whatever stands in the tables -------------------------------------------------------------------------

# What identifies a row; readers promise that it is there and unique.
KEYS = {
    "accounts": ("account",), "people": ("person",), "agencies": ("agency",), "launches": ("launch",),
    "switches": ("switch",), "drills": ("drill",), "sites": ("site",), "vaults": ("vault",),
    "credentials": ("credential",), "posts": ("calendar", "post"), "documents": ("document",),
    "actors": ("actor",),
}  # fmt: skip
REFERENCES = ("account", "person", "post", "calendar", "document", "agency", "app", "switch")
# Likely values of columns that take anything; the others say themselves what they take.
WORDS = {
    "status": ["published", "scheduled", "draft", "final", "expired"],
    "email": ["a@x.example", "b@gmail.com"],
    "recovery_email": ["a@x.example", "b@gmail.com", "bad"],
    "text": ["hi {} %s", "[date] {{x}}", "#ad hi", "Ann Lee ' \" \\"],
    "risk": ["health", "none"],
    "display": ["Ann Lee", "Bo Ek", "{}"],
}


def cell(rng: random.Random, column: Column) -> Any:
    name, kind = column.name, column.type
    if column.words:
        chosen = [word for word in column.words if rng.random() < 0.5]
        return chosen if kind.endswith("[]") else rng.choice(column.words)
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
                column.name: cell(rng, column)
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


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), share=st.sampled_from([0.2, 0.5, 0.9]))
def test_no_evidence_breaks_a_check(seed: int, share: float) -> None:
    """Whatever is in the tables, each subject comes once, with a known verdict and a sentence."""
    store = evidence(seed, share)
    try:
        for check in queries():
            rows = answers(store, check)
            for row in rows:
                assert row["subject"] is not None, check.id
                assert row["says"], check.id
                assert row["verdict"] in VERDICTS, check.id
            twice = [subject for subject, n in Counter(row["subject"] for row in rows).items() if n > 1]
            assert twice == [], check.id
    finally:
        store.close()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_a_row_of_which_nothing_is_known_never_passes(seed: int) -> None:
    store = evidence(seed, 0)
    try:
        for check in queries():
            for row in answers(store, check):
                assert row["verdict"] != "pass", f"{check.id}: {row['says']}"
    finally:
        store.close()


def test_empty_tables_give_no_pass() -> None:
    store = Store()
    try:
        for check in queries():
            rows = answers(store, check)
            assert all(row["verdict"] != "pass" for row in rows), check.id
    finally:
        store.close()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 5])
def test_a_table_taken_away_makes_no_check_greener(seed: int) -> None:
    def states(without: str | None = None) -> dict[str, str]:
        store = evidence(seed, 0.9)
        try:
            if without is not None:
                store.connection.execute(f"delete from {without}")
            return {item.check.id: item.state for item in judge_all(store, queries(), EXAMPLE_DAY, {})}
        finally:
            store.close()

    before = states()
    # A launch is what was asked, not evidence; clauses are found anew in every run.
    for table in schema().keys() - {"launches", "clauses", "sources"}:
        greener = {
            name for name, state in states(table).items()
            if before[name] in ("open", "unseen") and state not in ("open", "unseen")
        }  # fmt: skip
        assert greener == set(), f"without {table}"


# -- the cases people argue about ---------------------------------------------------------------------------


def judge(name: str, **tables: list[dict[str, object]]) -> dict[str, str]:
    """Verdict by subject of one check over a few rows."""
    store = Store()
    try:
        for table, rows in tables.items():
            store.add(table, rows)
        check = next(check for check in pack() if check.id == name)
        rows = answers(store, check)
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
         "left_on": EXAMPLE_DAY + timedelta(days=15)},
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
        ("other", "totp", "unknown"),
    ],
)
def test_nobody_is_asked_for_a_key_the_platform_does_not_offer(platform: str, factor: str, verdict: str) -> None:
    from auditgen.reference.second_factors import shipped

    accounts: list[dict[str, object]] = [{"account": "one", "platform": platform, "second_factor": factor}]
    found = judge("keys-and-passkeys-are-used-where-offered", accounts=accounts, second_factor_offers=list(shipped()))
    assert found == {"one": verdict}


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


# -- what was taken away never makes a check greener ---------------------------------------------------------

X = {"account": "x-main", "platform": "x"}
IG = {"account": "ig-main", "platform": "instagram"}
STAFF = {"person": "ana", "display": "Ana Duarte", "kind": "staff", "status": "active", "in_identity_provider": True,
         "email": "ana@northwind.example", "second_factor": True, "last_sign_in_on": EXAMPLE_DAY}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "access"),
    [
        ("no-former-colleague-can-still-post", {}),
        ("people-behind-accounts-have-a-second-factor", {}),
        ("role-holders-use-work-addresses", {}),
        ("administrators-signed-in-lately", {"administers": True}),
    ],
)
def test_an_account_without_a_list_of_people_is_not_seen(name: str, access: dict[str, object]) -> None:
    found = judge(
        name,
        accounts=[X, IG, {"account": "old", "status": "archived"}],
        people=[STAFF],
        access=[{"account": "x-main", "person": "ana", **access}],
    )
    assert found == {"Ana Duarte on x-main": "pass", "ig-main": "unknown"}


@pytest.mark.parametrize(
    "name",
    ["connected-apps-are-known", "no-unused-app-can-post", "only-publishing-tools-can-post",
     "publishing-tools-sit-behind-sign-on"],
)  # fmt: skip
def test_an_account_without_a_list_of_apps_is_not_seen(name: str) -> None:
    app = {"account": "x-main", "app": "Planner", "kind": "publisher", "may_post": True, "owner": "ana",
           "approved_on": EXAMPLE_DAY, "last_used_on": EXAMPLE_DAY, "single_sign_on": True}  # fmt: skip
    found = judge(name, accounts=[X, IG], apps=[app])
    # A list written by hand is not known to be complete.
    by_hand = {"the list of apps of x-main": "unknown"} if name == "connected-apps-are-known" else {}
    assert found == {"Planner on x-main": "pass", "ig-main": "unknown", **by_hand}


@pytest.mark.parametrize(
    "name",
    [
        "brand-logins-live-in-a-shared-vault",
        "login-addresses-are-encrypted",
        "no-brand-password-is-used-privately",
        "no-password-is-built-on-the-brand",
        "no-placeholder-passwords",
        "password-and-codes-are-kept-apart",
        "passwords-are-hard-to-guess",
        "passwords-are-long",
        "no-common-passwords",
        "no-password-is-in-a-breach",
        "no-password-is-close-to-a-breached-one",
        "no-near-copies-across-sites",
        "no-passwords-in-notes",
        "no-login-leads-to-a-look-alike",
        "no-return-to-an-old-password",
        "changes-are-more-than-a-figure",
        "vault-items-are-tidy",
    ],
)
def test_a_login_in_no_vault_that_was_read_is_not_seen(name: str) -> None:
    login = {"vault": "team", "shared": True, "password_present": True, "length_band": "15_or_more",
             "strength_band": 4, "placeholder": False, "context_word": False, "context_only": False, "totp": False,
             "address_present": True, "insecure_address": False, "common": False, "breach_band": "none",
             "near_breached": False, "imitates": False, "secret_in_text": False, "codes": False,
             "returned_to_old": False, "increments": False, "username_present": True}  # fmt: skip
    private = {**login, "credential": "C2", "shared": False}
    found = judge(
        name,
        vaults=[{"vault": "team"}],
        breach_checks=[{"method": "file", "list_on": EXAMPLE_DAY, "asked": 1, "answered": 1}],
        accounts=[X, IG, {"account": "planner", "login_kind": "sso"}, {"account": "old", "status": "archived"}],
        credentials=[{**login, "credential": "C1", "account": "x-main"}, private],
    )
    assert {key: value for key, value in found.items() if "C2" not in key} == {
        "C1 for x-main": "pass",
        "the login of ig-main": "unknown",
    }


@pytest.mark.parametrize("name", ["a-second-person-approves", "approvers-work-here", "nothing-changes-after-approval"])
def test_a_calendar_whose_approvals_went_missing_is_not_seen(name: str) -> None:
    """Also when another calendar still has them."""
    people = [{"person": name.lower(), "status": "active", "in_identity_provider": True} for name in ("Ana", "Bo")]
    events = [event(1, "created", "Ana"), event(2, "edited", "Ana"), event(3, "approved", "Bo")]
    posts: list[dict[str, object]] = [*POST, {"post": "1", "calendar": "other", "author": "Ana"}]
    found = judge(name, posts=posts, post_events=events, actors=PEOPLE, people=people)
    assert found == {"plan 1": "pass", "calendar other": "unknown"}


def test_a_post_that_says_published_and_not_when_is_not_seen() -> None:
    posts: list[dict[str, object]] = [
        {**POST[0], "status": "published", "approver": "Bo", "approved_at": datetime(2026, 11, 1, 9)}
    ]
    assert judge("approval-comes-before-publication", posts=posts) == {"plan 1": "unknown"}


def test_links_of_a_post_without_its_text_are_not_seen() -> None:
    posts: list[dict[str, object]] = [{**POST[0], "text": "hi"}, {"post": "2", "calendar": "plan"}]
    assert judge("links-lead-where-we-expect", posts=posts) == {"plan 2": "unknown"}


@pytest.mark.parametrize(
    ("person", "verdict"),
    [
        ({"person": "raj", "kind": "agency", "agency": "brightside"}, None),
        ({"person": "raj", "kind": "agency"}, "unknown"),
        ({"person": "raj"}, "unknown"),
        ({"person": "raj", "kind": "staff"}, "n/a"),
        (None, "unknown"),
    ],
)
def test_whoever_may_be_of_an_agency_is_not_taken_for_staff(person: dict[str, object] | None, verdict: str) -> None:
    agencies: list[dict[str, object]] = [{"agency": "brightside", "contract_until": EXAMPLE_DAY - timedelta(days=9)}]
    found = judge(
        "agency-access-ends-with-the-contract",
        accounts=[X],
        agencies=agencies,
        access=[{"account": "x-main", "person": "raj"}],
        people=[person] if person else [],
    )
    assert found == ({"brightside on x-main": "fail"} if verdict is None else {"x-main": verdict})


def test_a_second_factor_counts_only_with_the_day_somebody_looked() -> None:
    def found(**more: object) -> str:
        account = {**X, "seen_on": EXAMPLE_DAY, "second_factor": "totp", **more}
        return judge("second-factor-is-on", accounts=[account])["x-main"]

    assert found(second_factor_seen_on=EXAMPLE_DAY) == "pass"
    assert found() == "unknown"
    assert found(second_factor_seen_on=EXAMPLE_DAY + timedelta(days=1)) == "unknown"
    assert found(second_factor="none") == "fail"
    vault: list[dict[str, object]] = [{"credential": "C1", "account": "x-main", "totp": True, "seen_on": EXAMPLE_DAY}]
    assert judge("second-factor-is-on", accounts=[X], credentials=vault) == {"x-main": "pass"}
    old = [{**vault[0], "seen_on": EXAMPLE_DAY - timedelta(days=400)}]
    assert judge("second-factor-is-on", accounts=[X], credentials=old) == {"x-main": "unknown"}


def test_a_departure_without_a_day_is_not_the_absence_of_one() -> None:
    def found(people: list[dict[str, object]], access: list[dict[str, object]]) -> str:
        login = {"credential": "C1", "account": "x-main", "changed_on": EXAMPLE_DAY - timedelta(days=300)}
        account = {**X, "login_kind": "shared"}
        return judge(
            "passwords-changed-after-people-left", accounts=[account], credentials=[login], people=people, access=access
        )["x-main"]

    ana = {"account": "x-main", "person": "ana"}
    assert found([STAFF], [ana]) == "pass"
    assert found([{"person": "ana", "status": "left"}], [ana]) == "unknown"
    assert found([], [ana]) == "unknown"
    assert found([STAFF], []) == "unknown"


# -- verdicts on what teams really have ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "verdict"),
    [
        # An approval is for one wording: after Ana's change only Ana approved.
        ([event(1, "created", "Ana"), event(2, "approved", "Bo", 1), event(3, "edited", "Ana", 2),
          event(4, "approved", "Ana", 3)], "fail"),
        ([event(1, "created", "Ana"), event(2, "approved", "Ana", 1), event(3, "edited", "Ana", 2),
          event(4, "approved", "Bo", 3)], "pass"),
        # Not approved again: that it changed is asked elsewhere.
        ([event(1, "created", "Ana"), event(2, "approved", "Bo", 1), event(3, "edited", "Ana", 2)], "pass"),
        # What a tool does by itself is neither writing nor approving.
        ([{**event(1, "created", "Planner"), "actor_kind": "system"}, event(2, "edited", "Ana"),
          event(3, "approved", "Bo")], "pass"),
        ([event(1, "created", "Ana"), {**event(2, "approved", "Planner"), "actor_kind": "bot"},
          event(3, "approved", "Ana")], "fail"),
    ],
)  # fmt: skip
def test_only_approvals_of_the_last_wording_are_a_second_pair_of_eyes(
    events: list[dict[str, object]], verdict: str
) -> None:
    assert judge("a-second-person-approves", posts=POST, post_events=events, actors=PEOPLE) == {"plan 1": verdict}


@pytest.mark.parametrize(
    ("status", "verdict"), [("submitted", "n/a"), ("draft", "n/a"), ("scheduled", "fail"), (None, "fail")]
)
def test_a_change_that_waits_for_a_new_approval_is_in_order(status: str | None, verdict: str) -> None:
    events = [event(1, "approved", "Bo"), event(2, "edited", "Ana", 5)]
    found = judge("nothing-changes-after-approval", posts=[{**POST[0], "status": status}], post_events=events)
    assert found == {"plan 1": verdict}


@pytest.mark.parametrize(
    ("planned", "verdict"), [(EXAMPLE_DAY + timedelta(days=3), "fail"), (EXAMPLE_DAY - timedelta(days=20), "pass")]
)
def test_an_approver_who_left_matters_for_what_is_still_ahead(planned: Any, verdict: str) -> None:
    """A calendar that records no publication does not make every old post one that is still to go out."""
    posts = [{**POST[0], "status": "scheduled", "approver": "Ana", "approved_at": datetime(2026, 10, 1, 9),
              "scheduled_at": datetime(planned.year, planned.month, planned.day, 9), "seen_on": EXAMPLE_DAY}]  # fmt: skip
    people = [{"person": "ana", "status": "left", "left_on": EXAMPLE_DAY - timedelta(days=5),
               "in_identity_provider": True}]  # fmt: skip
    assert judge("approvers-work-here", posts=posts, actors=PEOPLE, people=people) == {"plan 1": verdict}


@pytest.mark.parametrize(
    ("post", "verdict"),
    [
        ({"status": "approved"}, "pass"),
        ({"status": "scheduled", "approved_at": datetime(2026, 11, 19, 9)}, "pass"),
        ({"status": "scheduled"}, "fail"),
        ({"status": "paused"}, None),
    ],
)
def test_a_post_is_approved_when_its_status_or_its_time_says_so(post: dict[str, object], verdict: str | None) -> None:
    posts: list[dict[str, object]] = [
        {**POST[0], "scheduled_at": datetime(2026, 11, 21, 9), **post},
        {"post": "2", "calendar": "plan", "status": "published", "approver": "Bo"},
    ]
    assert judge("posts-due-soon-are-approved", posts=posts) == ({"plan 1": verdict} if verdict else {})


def test_a_tools_approval_is_none_of_ours() -> None:
    posts: list[dict[str, object]] = [{**POST[0], "status": "scheduled", "scheduled_at": datetime(2026, 11, 21, 9)}]
    events = [{**event(1, "approved", "Planner"), "actor_kind": "system"}]
    assert judge("posts-due-soon-are-approved", posts=posts, post_events=events) == {"plan 1": "fail"}


def test_what_was_ahead_of_the_calendar_is_due_on_any_later_day() -> None:
    posts: list[dict[str, object]] = [
        {**POST[0], "status": "scheduled", "scheduled_at": datetime(2026, 11, 18, 9),
         "seen_on": EXAMPLE_DAY - timedelta(days=4)},
        {"post": "2", "calendar": "plan", "status": "published", "approver": "Bo"},
    ]  # fmt: skip
    assert judge("posts-due-soon-are-approved", posts=posts) == {"plan 1": "fail"}


@pytest.mark.parametrize(
    ("hour", "looked", "verdict"),
    [(9, 0, "pass"), (9, 1, "fail"), (20, 1, "unknown"), (20, 2, "fail"), (9, -8, "fail")],
)
def test_a_look_at_the_news_east_of_here_may_be_dated_tomorrow(hour: int, looked: int, verdict: str) -> None:
    posts = [{**POST[0], "status": "scheduled", "scheduled_at": datetime(2026, 11, 21, hour),
              "context_checked_on": EXAMPLE_DAY + timedelta(days=1 + looked)}]  # fmt: skip
    assert judge("context-is-checked-before-posting", posts=posts) == {"plan 1": verdict}


@pytest.mark.parametrize(
    ("host", "verdict"),
    [
        ("northwind.example", "pass"),
        ("dev.to", "pass"),
        ("www.test.de", "pass"),
        ("test-kitchen.example", "pass"),
        ("staging.northwind.example", "fail"),
        ("shop-staging.northwind.example", "fail"),
        ("staging-2.northwind.example", "fail"),
        ("intranet", "fail"),
        ("wiki.internal", "fail"),
        ("172.20.1.4", "fail"),
        ("172.32.1.4", "pass"),
        ("northwind.sharepoint.com", "fail"),
        ("www.dropbox.com", "fail"),
        ("notsharepoint.com", "pass"),
    ],
)
def test_private_places_are_told_from_public_names_that_look_like_them(host: str, verdict: str) -> None:
    links = [{"post": "1", "calendar": "plan", "url": f"https://{host}/", "scheme": "https", "host": host}]
    assert judge("links-lead-where-we-expect", posts=POST, post_links=links) == {"plan 1": verdict}


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Book now [link in bio]", "pass"),
        ("[gifted product] A morning with it", "pass"),
        ("Miss you all, xx", "pass"),
        ("Todo lo que necesitas", "pass"),
        ("TODO ask legal", "fail"),
        ("Back on [date]", "fail"),
        ("By [insert name of chef]", "fail"),
        ("By [Product name]", "fail"),
        ("Only xxxx pounds, until xx.xx.", "fail"),
        ("Hello {{first_name}}", "fail"),
    ],
)
def test_placeholders_are_told_from_finished_text(text: str, verdict: str) -> None:
    assert judge("no-unfinished-text-is-planned", posts=[{**POST[0], "text": text}]) == {"plan 1": verdict}


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Advertisement\nA new blend", "pass"),
        ("Anzeige – ein neuer Kaffee", "pass"),
        ("[Ad] A new blend", "pass"),
        ("Ad - a new blend", "pass"),
        ("Ad hoc tasting, in paid parking", "fail"),
        ("An adventure", "fail"),
    ],
)
def test_a_paid_post_may_say_so_in_the_ways_people_do(text: str, verdict: str) -> None:
    assert judge("paid-posts-say-so-early", posts=[{**POST[0], "paid": True, "text": text}]) == {"plan 1": verdict}


def test_a_post_with_several_labels_is_cleared_for_each() -> None:
    posts: list[dict[str, object]] = [
        {**POST[0], "risk": "Health, partner"},
        {"post": "2", "calendar": "plan", "risk": "claim", "legal_approver": "Lee"},
    ]
    assert judge("claims-are-cleared-by-legal", posts=posts) == {"plan 1": "fail", "plan 2": "pass"}


def test_the_author_under_another_address_is_no_reader_for_the_audience() -> None:
    actors = [{"actor": "Ana", "person": "ana"}, {"actor": "ANA@northwind.example", "person": "ana"}]
    posts: list[dict[str, object]] = [
        {**POST[0], "launch": "spring", "author": "Ana", "sensitivity_reader": "ANA@northwind.example"}
    ]
    found = judge("campaign-posts-have-a-sensitivity-reader", posts=posts, actors=actors)
    assert found == {"plan 1": "fail"}


def test_two_items_for_one_login_are_not_a_reused_password() -> None:
    twin: dict[str, object] = {"vault": "team", "account": "x-main", "domain": "x.com", "password_present": True,
                               "reuse_group": "G1"}  # fmt: skip
    both = [{**twin, "credential": "C1"}, {**twin, "credential": "C2", "domain": "twitter.com"}]
    found = judge("each-password-opens-one-site", accounts=[X], credentials=both)
    assert found == {"C1 for x-main": "pass", "C2 for x-main": "pass"}


@pytest.mark.parametrize(
    ("passkey", "site", "login"), [(True, "pass", "n/a"), (False, "fail", "fail"), (None, "unknown", "unknown")]
)
def test_a_login_with_a_passkey_alone_has_no_default_password(passkey: bool | None, site: str, login: str) -> None:
    """Some exports leave passkeys out; then an item without a password may hold one."""
    item: dict[str, object] = {"credential": "C1", "domain": "northwind.example", "placeholder": True,
                               "password_present": False, "passkey": passkey}  # fmt: skip
    found = judge("no-placeholder-passwords", credentials=[item])
    assert found == {"C1 at northwind.example": login}
    sites: list[dict[str, object]] = [{"site": "www", "url": "https://www.northwind.example"}]
    found = judge("site-logins-are-strong-and-unshared", sites=sites, credentials=[item])
    assert found == {"www": site}


@pytest.mark.parametrize(
    ("platform", "login", "verdict"),
    [
        ("instagram", "delegated", "pass"),
        ("instagram", "shared", "fail"),
        ("bluesky", "shared", "n/a"),
        ("bluesky", "delegated", "pass"),
        ("bluesky", "personal", "fail"),
        (None, "shared", "unknown"),
        ("x", None, "unknown"),
    ],
)
def test_roles_are_asked_for_where_the_platform_has_them(platform: str | None, login: str | None, verdict: str) -> None:
    account = {"account": "one", "platform": platform, "login_kind": login}
    assert judge("no-shared-login-where-roles-exist", accounts=[account]) == {"one": verdict}


def test_a_tool_is_nobody_who_could_get_an_account_back() -> None:
    tool = {"person": "planner", "kind": "bot", "status": "active"}
    access = [{"account": "x-main", "person": person, "administers": True} for person in ("ana", "planner")]
    assert judge("two-administrators-hold-each-account", accounts=[X], access=access, people=[STAFF, tool]) == {
        "x-main": "fail"
    }
    launch = {"launch": "spring", "accounts": ["x-main"], "on_call": ["ana", "planner"], "selected": True}
    assert judge("two-people-are-on-call-for-the-launch", launches=[launch], access=access, people=[STAFF, tool]) == {
        "x-main": "fail"
    }


def test_a_rehearsal_that_is_planned_is_none_yet_and_hides_none() -> None:
    def found(*days: int) -> str:
        drills = [{"drill": str(day), "kind": "takeover", "done_on": EXAMPLE_DAY + timedelta(days=day), "result": "ok"}
                  for day in days]  # fmt: skip
        return judge("the-response-was-rehearsed", drills=drills)["The response plan"]

    assert found(-30, 30) == "pass"
    assert found(30) == "fail"


def test_a_suspended_login_with_a_last_day_to_come_is_said_as_it_is() -> None:
    store = Store()
    try:
        store.add("access", [{"account": "x-main", "person": "ana"}])
        leave = {**STAFF, "status": "suspended", "left_on": EXAMPLE_DAY + timedelta(days=40)}
        store.add("people", [leave])
        check = next(check for check in pack() if check.id == "no-former-colleague-can-still-post")
        (row,) = answers(store, check)
        assert row["says"] == "The work login of Ana Duarte is suspended and the role on x-main is still there"
    finally:
        store.close()


@pytest.mark.parametrize(
    ("status", "days", "verdict"),
    [("active", 15, "pass"), ("active", 14, "unknown"), ("active", 1, "unknown"), ("left", 1, "unknown"),
     ("active", 0, "fail"), ("left", 0, "fail"), ("left", -1, "fail"), ("active", -1, "fail"), ("active", -2, "fail")],
)  # fmt: skip
def test_access_is_seen_to_end_with_the_last_day_or_not(status: str, days: int, verdict: str) -> None:
    people = [{**STAFF, "status": status, "left_on": EXAMPLE_DAY + timedelta(days=days)}]
    access: list[dict[str, object]] = [{"account": "x-main", "person": "ana"}]
    found = judge("no-former-colleague-can-still-post", accounts=[X], access=access, people=people)
    assert found == {"Ana Duarte on x-main": verdict}


@pytest.mark.parametrize(("days", "verdict"), [(2, "pass"), (3, "fail"), (4, "fail")])
def test_days_of_grace_are_days_after_the_last_one(days: int, verdict: str) -> None:
    people = [{**STAFF, "status": "active", "left_on": EXAMPLE_DAY - timedelta(days=days)}]
    (check,) = (check for check in pack() if check.id == "no-former-colleague-can-still-post")
    with Store() as store:
        store.add("access", [{"account": "x-main", "person": "ana"}])
        store.add("people", people)
        (row,) = answers(store, replace(check, params={**check.params, "grace_days": 3}))
    # Whether somebody whose last day is over still works here is not known.
    assert row["verdict"] == ("unknown" if verdict == "pass" else verdict)


def test_a_mailbox_is_ours_only_where_known_staff_have_theirs() -> None:
    account = {**X, "recovery_email": "social@partner.example"}
    for kind, verdict in (("staff", "pass"), ("agency", "unknown"), (None, "unknown")):
        people: list[dict[str, object]] = [{"person": "raj", "email": "raj@partner.example", "kind": kind}]
        assert judge("recovery-mailbox-belongs-to-us", accounts=[account], people=people) == {"x-main": verdict}


@pytest.mark.parametrize(("name", "verdict"), [("Ana Lee", "pass"), ("Diana Leeson", "fail"), ("José", "pass")])
def test_a_name_in_a_policy_is_the_whole_name(name: str, verdict: str) -> None:
    found = judge(
        "everybody-named-in-a-policy-works-here",
        documents=[{"document": "plan.md", "state": "read"}],
        passages=[{"document": "plan.md", "text": "Call Diana Leeson first."}],
        people=[{"person": "p", "display": name, "status": "left"}],
    )
    assert found == {"plan.md": verdict}


@pytest.mark.parametrize(
    ("status", "verdict"),
    [("final", "pass"), ("draft 3", "fail"), ("expired", "fail"), ("version 2", "unknown"), ("under review", "fail")],
)
def test_a_status_nobody_understands_is_no_draft(status: str, verdict: str) -> None:
    document = {"document": "plan.md", "state": "read", "status": status}
    assert judge("every-policy-is-in-force", documents=[document]) == {"plan.md": verdict}


# -- what an incident touched -------------------------------------------------------------------------------

TOUCHED = "what-an-incident-touched-was-looked-at"
AUGUST, OCTOBER = date(2026, 8, 1), date(2026, 10, 1)
CHARTLY: dict[str, object] = {"account": "x-main", "app": "Chartly", "approved_on": date(2024, 3, 1)}
WORLD: dict[str, list[dict[str, object]]] = {
    "accounts": [
        {**X, "agency": "bright", "access_reviewed_on": OCTOBER, "sessions_reviewed_on": OCTOBER},
        {"account": "planner", "platform": "scheduler", "handle": "hill-planner"},
    ],
    "apps": [CHARTLY],
    "agencies": [{"agency": "bright"}],
    "sites": [{"site": "shop", "url": "https://shop.hillfarm.example/sale"}],
    "access": [{"account": "planner", "person": "fay"}],
    "people": [{"person": "fay", "kind": "agency", "agency": "bright"}],
}


@pytest.mark.parametrize(
    ("incident", "expected"),
    [
        pytest.param({"app": "chartly"}, {"i: the app Chartly on x-main": "fail"}, id="an app"),
        pytest.param({"tool": "Chartly"}, {"i: the app Chartly on x-main": "fail"}, id="a tool that is an app"),
        pytest.param({"tool": "Hill-Planner"}, {"i: planner": "fail"}, id="a tool that is an account"),
        pytest.param({"domain": "chartly.example"}, {"i: the app Chartly on x-main": "fail"}, id="the domain of an app"),
        pytest.param({"what": "Chartly was broken into"}, {"i: the app Chartly on x-main": "fail"}, id="an app in its words"),
        pytest.param({"what": "Chartlys were drawn"}, {"i": "unknown"}, id="no part of a word"),
        pytest.param({"agency": "Bright"}, {"i: the agency bright on x-main": "pass", "i: the agency bright on planner": "fail"}, id="an agency"),
        pytest.param({"site": "shop"}, {"i: the site shop": "fail"}, id="a site"),
        pytest.param({"domain": "hillfarm.example"}, {"i: the site shop": "fail"}, id="a site by its domain"),
        pytest.param({"domain": "farm.example"}, {"i": "n/a"}, id="no part of a domain"),
        pytest.param({"account": "x-main"}, {"i: x-main": "pass"}, id="an account"),
        pytest.param({"account": "x-main", "app": "Chartly"}, {"i: x-main": "pass", "i: the app Chartly on x-main": "fail"}, id="both"),
        pytest.param({"app": "Elsewhere"}, {"i": "unknown"}, id="an app that no list holds"),
        pytest.param({"app": "Elsewhere", "looked_at_on": AUGUST}, {"i": "n/a"}, id="one that somebody looked at"),
        pytest.param({"agency": "Bright Ideas"}, {"i": "unknown"}, id="an agency that no list holds"),
        pytest.param({"site": "https://shop.hillfarm.example/sale"}, {"i: the site shop": "fail"}, id="a site by its address"),
        pytest.param({}, {"i": "unknown"}, id="nothing named"),
        pytest.param({"app": "Chartly", "looked_at_on": AUGUST}, {"i: the app Chartly on x-main": "pass"}, id="looked at that day"),
        pytest.param({"app": "Chartly", "looked_at_on": AUGUST - timedelta(1)}, {"i: the app Chartly on x-main": "fail"}, id="before"),
        pytest.param({"app": "Chartly", "looked_at_on": date(2027, 1, 1)}, {"i: the app Chartly on x-main": "unknown"}, id="to come"),
        pytest.param({"app": "Chartly", "happened_on": None}, {"i: the app Chartly on x-main": "unknown"}, id="undated"),
        pytest.param({"app": "Chartly", "happened_on": date(2024, 2, 29)}, {"i: the app Chartly on x-main": "pass"}, id="approved after"),
        pytest.param({"app": "Chartly", "happened_on": date(2024, 3, 1)}, {"i: the app Chartly on x-main": "fail"}, id="approved that day"),
    ],
)  # fmt: skip
def test_an_incident_leads_to_all_that_is_connected(incident: dict[str, object], expected: dict[str, str]) -> None:
    row: dict[str, object] = {"incident": "i", "happened_on": AUGUST, "what": "it happened", **incident}
    assert judge(TOUCHED, **WORLD, incidents=[row]) == expected


def test_an_incident_of_something_nobody_listed_is_not_seen() -> None:
    for key in ("app", "agency", "site"):
        assert judge(TOUCHED, incidents=[{"incident": "i", key: "it", "happened_on": AUGUST}]) == {"i": "unknown"}
