"""People, deputies, on-call and contracts are judged until the last day of the launch: every edge as a case."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from auditgen.audit.checks.answers import define_macros
from auditgen.audit.checks.check import Check
from auditgen.audit.checks.packs import builtin_folder, load_pack
from auditgen.evidence.store import Store

DAY = date(2026, 11, 20)
# The launch ends twenty days after the day that is judged.
LAST = DAY + timedelta(days=20)
PACK = {check.id: check for check in load_pack(builtin_folder(), "auditgen")[0]}
X = {"account": "x-main", "platform": "x", "status": "active", "owner": "ana", "deputy": "bo"}
FORMER = "no-former-colleague-can-still-post"
LEAVERS = "leavers-hand-over-before-their-last-day"


def person(name: str, **more: Any) -> dict[str, Any]:
    return {"person": name, "display": name.title(), "kind": "staff", "status": "active",
            "in_identity_provider": True, **more}  # fmt: skip


def judge(check: Check, until: date | None = None, **tables: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """Verdict and sentence by subject."""
    with Store() as store:
        for table, rows in tables.items():
            store.add(table, rows)
        define_macros(store)
        rows = store.select(check.sql or "", check.parameters(DAY, until))
    return {row["subject"]: (row["verdict"]["verdict"], row["verdict"]["says"]) for row in rows}


def role(until: date | None, days: int | None, check: str) -> str:
    left_on = None if days is None else DAY + timedelta(days=days)
    rows = judge(PACK[check], until, accounts=[X], access=[{"account": "x-main", "person": "ana"}],
                 people=[person("ana", left_on=left_on)])  # fmt: skip
    return rows["Ana on x-main"][0]


@pytest.mark.parametrize(
    ("until", "days", "former", "leavers"),
    [
        pytest.param(None, None, "pass", "pass", id="nobody leaves"),
        pytest.param(None, 15, "pass", "pass", id="15 days before"),
        pytest.param(None, 14, "unknown", "fail", id="14 days before"),
        pytest.param(None, 13, "unknown", "fail", id="13 days before"),
        pytest.param(None, 1, "unknown", "fail", id="the day before"),
        pytest.param(None, 0, "fail", "n/a", id="the day"),
        pytest.param(None, -1, "fail", "n/a", id="the day after"),
        pytest.param(LAST, 21, "pass", "pass", id="the day after the launch"),
        pytest.param(LAST, 20, "unknown", "fail", id="the last day of the launch"),
        pytest.param(LAST, 19, "unknown", "fail", id="the day before the launch ends"),
        pytest.param(LAST, 0, "fail", "n/a", id="the day, with a launch"),
    ],
)
def test_a_planned_leaver_with_a_role(until: date | None, days: int | None, former: str, leavers: str) -> None:
    assert role(until, days, FORMER) == former
    assert role(until, days, LEAVERS) == leavers


@pytest.mark.parametrize(("login", "expected"), [("shared", "fail"), ("personal", "fail"), ("delegated", "unknown")])
def test_a_shared_login_is_known_to_those_who_answer_for_it(login: str, expected: str) -> None:
    people = [person("ana", left_on=DAY + timedelta(days=5)), person("bo")]
    rows = judge(PACK[LEAVERS], accounts=[{**X, "login_kind": login}], people=people)
    assert rows["Ana on x-main" if login != "delegated" else "x-main"][0] == expected


def test_a_login_in_the_vault_of_a_leaver_is_still_with_them() -> None:
    rows = judge(
        PACK[LEAVERS],
        accounts=[X],
        credentials=[{"credential": "C1", "vault": "v", "account": "x-main"}],
        vaults=[{"vault": "v", "owner": "ana"}],
        people=[person("ana", left_on=DAY + timedelta(days=5))],
    )
    says = "The last day of Ana is 2026-11-25, and the login in a vault on x-main is still there"
    assert rows == {"Ana on x-main": ("fail", says)}


@pytest.mark.parametrize(
    ("until", "days", "expected"),
    [(None, -1, "fail"), (None, 0, "pass"), (None, 1, "pass"), (LAST, 19, "fail"), (LAST, 20, "pass"), (LAST, 21, "pass")],
)  # fmt: skip
def test_owner_deputy_and_sponsor_are_there_until_the_launch_ends(until: date | None, days: int, expected: str) -> None:
    gone = {"left_on": DAY + timedelta(days=days)}
    people = [person("ana", **gone), person("bo", **gone)]
    agencies = [{"agency": "bright", "sponsor": "ana", "offboarding_contact": "end@bright.example"}]
    for check, subject in (
        ("every-account-has-an-owner-who-works-here", "x-main"),
        ("every-account-has-a-deputy", "x-main"),
        ("agencies-have-a-sponsor-and-a-contact", "bright"),
    ):
        verdict, says = judge(PACK[check], until, accounts=[X], people=people, agencies=agencies)[subject]
        assert verdict == expected, check
        assert (f"leaves on {gone['left_on']}" in says) is (expected == "fail" and days > 0), check


@pytest.mark.parametrize(
    ("ana", "bo", "role_until", "expected"),
    [
        pytest.param(None, None, None, "pass", id="nobody leaves"),
        pytest.param(20, 20, None, "pass", id="both leave on the last day"),
        pytest.param(19, 20, None, "fail", id="one leaves a day before"),
        pytest.param(1, 1, None, "fail", id="both leave tomorrow"),
        pytest.param(-1, None, None, "fail", id="one has left"),
        pytest.param(None, None, 19, "fail", id="a role ends a day before"),
        pytest.param(None, None, 20, "pass", id="a role ends on the last day"),
    ],
)
def test_who_is_on_call_and_who_administers_until_the_launch_ends(
    ana: int | None, bo: int | None, role_until: int | None, expected: str
) -> None:
    def day(days: int | None) -> date | None:
        return None if days is None else DAY + timedelta(days=days)

    tables: dict[str, list[dict[str, Any]]] = {
        "accounts": [X],
        "launches": [{"launch": "spring", "accounts": ["x-main"], "on_call": ["ana", "bo"], "selected": True}],
        "access": [
            {"account": "x-main", "person": "ana", "administers": True, "until": day(role_until)},
            {"account": "x-main", "person": "bo", "administers": True},
        ],
        "people": [person("ana", left_on=day(ana)), person("bo", left_on=day(bo))],
    }
    for check in ("two-people-are-on-call-for-the-launch", "two-administrators-hold-each-account"):
        assert judge(PACK[check], LAST, **tables)["x-main"][0] == expected, check
    if ana == 1:
        says = judge(PACK["two-people-are-on-call-for-the-launch"], LAST, **tables)["x-main"][1]
        assert says.startswith("Fewer than 2 people are on call for x-main until the launch ends on 2026-12-10")


@pytest.mark.parametrize(
    ("until", "days", "expected"),
    [(None, -1, "fail"), (None, 0, "pass"), (LAST, 19, "fail"), (LAST, 20, "pass"), (LAST, 21, "pass")],
)
def test_a_contract_and_agreed_access_last_until_the_launch_ends(until: date | None, days: int, expected: str) -> None:
    end = DAY + timedelta(days=days)
    rows = judge(PACK["agency-access-ends-with-the-contract"], until, accounts=[{**X, "agency": "bright"}],
                 agencies=[{"agency": "bright", "contract_until": end}])  # fmt: skip
    assert rows["bright on x-main"][0] == expected
    rows = judge(PACK["access-for-a-time-ends-on-its-day"], until, access=[{"account": "x-main", "person": "ana",
                 "until": end}], people=[person("ana")])  # fmt: skip
    assert rows["Ana on x-main"][0] == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-1, "fail"), (19, "fail"), (20, "pass")],
)
def test_whoever_answers_for_access_is_there_until_the_launch_ends(days: int, expected: str) -> None:
    rows = judge(
        PACK["access-for-a-time-ends-on-its-day"],
        LAST,
        access=[{"account": "x-main", "person": "fay", "until": LAST, "sponsor": "ana"}],
        people=[person("ana", left_on=DAY + timedelta(days=days))],
    )
    assert rows["fay on x-main"][0] == expected


def test_nothing_says_of_somebody_with_a_login_that_they_have_none() -> None:
    for check in PACK.values():
        assert "no longer has a" not in (check.query or ""), check.id


@pytest.mark.parametrize(
    ("until", "days", "expected"),
    [(None, -1, "fail"), (None, 0, "pass"), (LAST, 19, "fail"), (LAST, 20, "pass"), (LAST, None, "pass")],
)
def test_approvers_take_turns_until_the_launch_ends(until: date | None, days: int | None, expected: str) -> None:
    left_on = None if days is None else DAY + timedelta(days=days)
    rows = judge(
        PACK["two-people-can-approve"],
        until,
        posts=[{"post": name, "calendar": "plan", "account": "x-main", "approver": name} for name in ("Ana", "Bo")],
        actors=[{"actor": name, "person": name.lower()} for name in ("Ana", "Bo")],
        people=[person("ana", left_on=left_on), person("bo")],
    )
    assert rows["x-main"][0] == expected


@pytest.mark.parametrize(
    ("people", "ana", "expected"),
    [
        pytest.param(["ana", "bo"], {}, "pass", id="two who stay"),
        pytest.param(
            ["ana", "bo"], {"left_on": DAY + timedelta(days=19)}, "fail", id="one leaves a day before the end"
        ),
        pytest.param(["ana", "bo"], {"left_on": LAST}, "pass", id="one leaves on the last day"),
        pytest.param(["ana", "bo"], {"status": None}, "unknown", id="of one nobody knows"),
        pytest.param(["ana", "ana"], {}, "fail", id="one, told twice"),
        pytest.param([], {}, "fail", id="nobody"),
        pytest.param(None, {}, "unknown", id="a list that has no word on people"),
    ],
)
def test_who_can_pause_the_queue_is_there_until_the_launch_ends(
    people: list[str] | None, ana: dict[str, Any], expected: str
) -> None:
    switch = {"switch": "queue", "feature": "scheduled_posts", "covers": ["x-main"], "off_how": "Suspend", "minutes": 5,
              "people": people, "tested_on": DAY}  # fmt: skip
    rows = judge(PACK["scheduled-posts-can-be-paused"], LAST, accounts=[X], switches=[switch],
                 people=[person("ana", **ana), person("bo")])  # fmt: skip
    assert rows["x-main"][0] == expected


@pytest.mark.parametrize(
    ("switches", "account", "expected"),
    [
        pytest.param([], {}, "unknown", id="no list of switches"),
        pytest.param([{"switch": "comments", "feature": "comments", "covers": ["x-main"]}], {}, "fail", id="none for the queue"),
        pytest.param([{"switch": "queue", "feature": "scheduled_posts"}], {}, "unknown", id="one that may reach it"),
        pytest.param([{"switch": "queue", "covers": ["x-main"]}], {}, "unknown", id="one that may pause it"),
        pytest.param([{"switch": "comments", "feature": "comments", "covers": []}], {"platform": None}, "unknown", id="no platform"),
        pytest.param([{"switch": "comments", "feature": "comments", "covers": []}], {"status": None}, "unknown", id="no status"),
        pytest.param([], {"platform": "ads"}, "n/a", id="no queue of its own"),
    ],
)  # fmt: skip
def test_a_pause_is_missing_only_where_a_list_would_hold_it(
    switches: list[dict[str, Any]], account: dict[str, Any], expected: str
) -> None:
    rows = judge(PACK["scheduled-posts-can-be-paused"], accounts=[{**X, **account}], switches=switches)
    assert rows["x-main"][0] == expected


STAFF = [{"account": "x-main", "person": "ana"}]


@pytest.mark.parametrize(
    ("account", "access", "people", "ends", "sponsor"),
    [
        pytest.param({}, STAFF, [person("ana")], "n/a", "n/a", id="everybody is on the staff"),
        pytest.param({}, [], [person("ana")], "unknown", "unknown", id="no list of who has access"),
        pytest.param({}, STAFF, [person("ana", kind=None)], "unknown", "unknown", id="of somebody nobody says it"),
        pytest.param({}, STAFF, [person("ana", kind="agency")], "unknown", "unknown", id="somebody from outside"),
        pytest.param({"agency": "bright"}, STAFF, [person("ana")], "unknown", "unknown", id="an agency that is not listed"),
        pytest.param({}, STAFF, [], "unknown", "unknown", id="no list of people"),
    ],
)  # fmt: skip
def test_an_organisation_without_an_agency(
    account: dict[str, Any], access: list[dict[str, Any]], people: list[dict[str, Any]], ends: str, sponsor: str
) -> None:
    tables = {"accounts": [{**X, **account}], "access": access, "people": people}
    (verdict, _), *_ = judge(PACK["agency-access-ends-with-the-contract"], **tables).values()
    assert verdict == ends
    ((verdict, _),) = judge(PACK["agencies-have-a-sponsor-and-a-contact"], **tables).values()
    assert verdict == sponsor


def events(*activities: str | None) -> list[dict[str, Any]]:
    return [{"post": "1", "calendar": "plan", "sequence": n, "activity": item} for n, item in enumerate(activities)]


@pytest.mark.parametrize(
    ("activities", "rejected", "changed"),
    [
        pytest.param(("created", "submitted", "approved"), "n/a", "n/a", id="a whole log"),
        pytest.param(("edited", "approved"), "n/a", "pass", id="edits and approvals"),
        pytest.param(("approved",), "unknown", "unknown", id="approvals alone"),
        pytest.param(("submitted", "approved"), "n/a", "unknown", id="no word on how posts are made"),
        pytest.param(
            ("created", "submitted", "approved", None), "unknown", "unknown", id="something nobody understood"
        ),
        pytest.param(("created", "submitted", "rejected", "approved"), "pass", "n/a", id="rejected once"),
        pytest.param(("created", "submitted", "approved", "edited"), "n/a", "fail", id="changed after its approval"),
    ],
)
def test_nothing_rejected_or_edited_is_no_gap(activities: tuple[str | None, ...], rejected: str, changed: str) -> None:
    tables = {"posts": [{"post": "1", "calendar": "plan", "status": "published"}], "post_events": events(*activities)}
    ((verdict, _),) = judge(PACK["rejected-posts-were-approved-again"], **tables).values()
    assert verdict == rejected
    ((verdict, _),) = judge(PACK["nothing-changes-after-approval"], **tables).values()
    assert verdict == changed


@pytest.mark.parametrize(
    ("person_says", "access_says", "expected"),
    [(True, None, "pass"), (None, True, "pass"), (None, False, "fail"), (False, True, "fail"), (None, None, "unknown")],
)
def test_an_agencys_person_can_have_a_second_factor(
    person_says: bool | None, access_says: bool | None, expected: str
) -> None:
    rows = judge(
        PACK["people-behind-accounts-have-a-second-factor"],
        accounts=[X],
        access=[{"account": "x-main", "person": "fay", "second_factor": access_says}],
        people=[person("fay", kind="agency", agency="bright", in_identity_provider=False, second_factor=person_says)],
    )
    assert rows["Fay on x-main"][0] == expected
