"""What the organisation says it has none of: who may say it, until when, and what a check makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from auditgen.audit.absences import absences, told, valid_absences
from auditgen.audit.judge import judge
from auditgen.audit.verdicts import Judged, Row
from auditgen.evidence.store import Store
from tests.tools.small_world import check

DAY = date(2026, 11, 20)
LAST = date(2026, 12, 8)
MARA = {"person": "mara", "display": "Mara Lindqvist", "email": "mara@hillfarm.example", "kind": "staff",
        "status": "active", "in_identity_provider": True}  # fmt: skip
SAID = {"thing": "agencies", "said_by": "mara", "said_on": date(2026, 11, 2), "until": date(2027, 5, 1),
        "source": "auditgen.toml", "locator": "line 9"}  # fmt: skip


@pytest.fixture
def store() -> Iterator[Store]:
    with Store() as opened:
        opened.add("people", [MARA])
        opened.add("accounts", [{"account": "x-main", "platform": "x", "status": "active"}, {"account": "ig-main"}])
        opened.add("organisation", [{"name": "Hill Farm", "domains": ["hillfarm.example"]}])
        yield opened


def why(store: Store, **changes: Any) -> str | None:
    store.add("absences", [{**SAID, **changes}])
    (found,) = absences(store, DAY, LAST)
    return found.why_not


def test_what_was_said_is_a_sentence(store: Store) -> None:
    store.add("absences", [SAID, {**SAID, "thing": "apps", "account": "x-main"}])
    assert valid_absences(store, DAY, LAST) == {
        ("agencies", None): "Mara Lindqvist said on 2026-11-02 that no agency works for us (until 2027-05-01)",
        ("apps", "x-main"): "Mara Lindqvist said on 2026-11-02 that no app is connected to x-main (until 2027-05-01)",
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"until": date(2026, 11, 19)}, "it lapsed on 2026-11-19"),
        ({"until": date(2026, 12, 7)}, "it lapses on 2026-12-07, before the launch ends"),
        ({"until": date(2026, 12, 8)}, None),
        ({"until": date(2026, 12, 9)}, None),
        ({"said_on": date(2026, 11, 20)}, None),
        ({"said_on": date(2026, 11, 21)}, "it is to be said on 2026-11-21"),
        # A year and a day is as long as anybody can know, whatever was written.
        ({"said_on": date(2025, 12, 6), "until": date(2030, 1, 1)}, "it lapses on 2026-12-07, before the launch ends"),
        ({"said_on": date(2025, 12, 7), "until": date(2030, 1, 1)}, None),
        ({"until": date(9999, 12, 31)}, None),
        ({"said_by": "Mara Lindqvist"}, None),
        ({"said_by": " Lindqvist, Mara "}, None),
        ({"said_by": "MARA@hillfarm.example"}, None),
        ({"said_by": "somebody"}, "nobody called somebody is in the lists that were read"),
        ({"said_by": " "}, "nobody is named"),
        ({"said_by": None}, "nobody is named"),
        ({"thing": "apps", "account": "x-mian"}, "there is no account x-mian; did you mean x-main?"),
    ],
)
def test_who_may_say_it_and_how_long_it_counts(store: Store, changes: dict[str, Any], expected: str | None) -> None:
    assert why(store, **changes) == expected
    assert bool(told(absences(store, DAY, LAST))) is (expected is not None)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"left_on": date(2026, 12, 7)}, "the last day of Mara Lindqvist is 2026-12-07"),
        ({"left_on": date(2026, 12, 8)}, None),
        ({"status": "left"}, "Mara Lindqvist has left"),
        ({"status": "suspended"}, "the work login of Mara Lindqvist is suspended"),
        ({"status": None}, "no source says whether Mara Lindqvist works here"),
        ({"in_identity_provider": False}, "no source says whether Mara Lindqvist works here"),
        ({"kind": "agency"}, "Mara Lindqvist works for an agency"),
        ({"kind": "bot"}, "Mara Lindqvist is a tool"),
    ],
)
def test_only_somebody_who_works_here_may_say_it(store: Store, changes: dict[str, Any], expected: str | None) -> None:
    store.connection.execute("delete from people")
    store.add("people", [{**MARA, **changes}])
    assert why(store) == expected


@pytest.mark.parametrize(
    ("thing", "account", "table", "row", "expected"),
    [
        ("agencies", None, "agencies", {"agency": "bright"}, "bright is in the list of agencies"),
        ("agencies", None, "accounts", {"account": "fb", "agency": "bright"}, "bright works on fb"),
        ("agencies", None, "people", {"person": "fay", "kind": "agency"}, "fay works for an agency"),
        ("agencies", None, "people", {"person": "fay", "kind": "agency", "status": "left"}, None),
        ("bots", None, "people", {"person": "robo", "kind": "bot"}, "robo is a bot"),
        ("bots", None, "post_events", {"actor": "robo", "actor_kind": "bot"}, "robo acts on posts as a bot"),
        ("bots", None, "post_events", {"actor": "robo", "actor_kind": "human"}, None),
        ("bots", None, "switches", {"switch": "helper", "feature": "automation"}, "helper is a switch of something automatic"),
        ("bots", None, "switches", {"switch": "queue", "feature": "scheduled_posts"}, None),
        ("agencies", None, "access", {"account": "fb", "person": "zed", "sponsor": "mara"},
         "zed holds a role on fb with a sponsor here"),
        ("agencies", None, "access", {"account": "fb", "person": "zed"}, None),
        ("paid_posts", None, "accounts", {"account": "ads", "platform": "ads"}, "ads is an advertising account"),
        ("paid_posts", None, "posts", {"post": "7", "paid": True}, "the post 7 is paid for"),
        ("paid_posts", None, "posts", {"post": "7", "paid": False}, None),
        ("paid_posts", "x-main", "posts", {"post": "7", "account": "ig-main", "paid": True}, None),
        ("sites", None, "sites", {"site": "shop"}, "shop is in the list of sites"),
        ("printed_addresses", None, "sites", {"site": "s", "purpose": "printed on the label"},
         "s is printed, as its purpose says"),
        ("printed_addresses", None, "sites", {"site": "s", "purpose": "shop"}, None),
        ("apps", None, "apps", {"app": "Countr", "account": "x-main"}, "Countr is connected to x-main"),
        ("apps", "x-main", "apps", {"app": "Countr", "account": "x-main"}, "Countr is connected to x-main"),
        ("apps", "ig-main", "apps", {"app": "Countr", "account": "x-main"}, None),
        ("personal_vaults", None, "vaults", {"vault": "v", "product": "browser"}, "v is a personal vault"),
        ("personal_vaults", None, "vaults", {"vault": "v", "kind": "organisation"}, None),
        ("incidents", None, "incidents", {"incident": "leak"}, "leak is in the list of incidents"),
        # A catalogue tells of others.
        ("incidents", None, "incidents", {"incident": "shop", "domain": "shop.example", "basis": "exported"}, None),
        ("incidents", "x-main", "incidents", {"incident": "leak", "account": "ig-main"}, None),
    ],
)  # fmt: skip
def test_a_row_that_shows_the_contrary_wins(
    store: Store, thing: str, account: str | None, table: str, row: dict[str, Any], expected: str | None
) -> None:
    store.add(table, [row])
    assert why(store, thing=thing, account=account) == expected


def test_a_newer_word_replaces_a_lapsed_one(store: Store) -> None:
    store.add("absences", [{**SAID, "until": date(2026, 11, 10)}, {**SAID, "said_on": date(2026, 11, 11)}])
    assert list(valid_absences(store, DAY, LAST)) == [("agencies", None)]
    assert told(absences(store, DAY, LAST)) == []


def test_what_does_not_count_is_told_with_its_line(store: Store) -> None:
    store.add("absences", [{**SAID, "said_by": "x"}])
    assert told(absences(store, DAY, LAST)) == [
        {
            "where": "auditgen.toml, line 9",
            "says": "none.agencies does not count: nobody called x is in the lists that were read.",
        }
    ]


# -- what a check makes of it ------------------------------------------------------------------------------

QUERY = """
select account as subject, account,
       case purpose when 'bad' then fail(account || ' is bad') when 'good' then pass(account || ' is good')
                    else unknown(account || ' is dark') end as verdict
from accounts
"""
NONE = {("apps", None): "Mara said so"}
ONE = {("apps", "x-main"): "Mara said so"}


def judged(store: Store, absent: dict[tuple[str, str | None], str], **more: Any) -> Judged:
    (item,) = judge(store, [check("c", query=QUERY, **more)], DAY, {}, absent=absent)
    return item


@pytest.mark.parametrize("large", [False, True], ids=["in Python", "in the database"])
@pytest.mark.parametrize(
    ("needs", "absent", "purposes", "expected", "state"),
    [
        pytest.param(("apps",), {}, {}, {"unknown": 2}, "unseen", id="nothing said"),
        pytest.param(("apps",), NONE, {}, {"n/a": 2}, "not_applicable", id="said of everything"),
        pytest.param(("apps.may_post",), NONE, {}, {"n/a": 2}, "not_applicable", id="a column of it"),
        pytest.param(("agencies",), NONE, {}, {"unknown": 2}, "unseen", id="said of something else"),
        pytest.param(("apps",), ONE, {}, {"n/a": 1, "unknown": 1}, "unseen", id="said of one account"),
        pytest.param(("apps",), NONE, {"x-main": "bad"}, {"fail": 1, "n/a": 1}, "open", id="what fails stays"),
        pytest.param(("apps",), ONE, {"ig-main": "good"}, {"n/a": 1, "unknown": 1}, "unseen", id="not of the other"),
        pytest.param((), NONE, {}, {"unknown": 2}, "unseen", id="a check that needs no such table"),
    ],
)
def test_a_check_without_its_thing_does_not_apply(
    store: Store, large: bool, needs: tuple[str, ...], absent: dict[tuple[str, str | None], str],
    purposes: dict[str, str], expected: dict[str, int], state: str,
) -> None:  # fmt: skip
    for name, purpose in purposes.items():
        store.select("update accounts set purpose = $1 where account = $2", [purpose, name])
    store.large = large
    item = judged(store, absent, needs=needs)
    assert {word: n for word, n in item.counts.items() if n} == expected
    assert item.state == state
    assert all(row.verdict != "n/a" for row in item.rows)


@pytest.mark.parametrize(
    ("thing", "account", "table", "expected"),
    [
        pytest.param("apps", None, None, "n/a", id="no row"),
        pytest.param("apps", None, "apps", "unknown", id="a row is judged"),
        pytest.param("apps", "x-main", "apps", "n/a", id="of one account, beside rows of others"),
        pytest.param("incidents", None, None, "n/a", id="no incident"),
        pytest.param("incidents", None, "incidents", "unknown", id="what happened to others is judged"),
        pytest.param("incidents", "x-main", "incidents", "unknown", id="of each account"),
    ],
)
def test_where_there_are_rows_they_are_judged(
    store: Store, thing: str, account: str | None, table: str | None, expected: str
) -> None:
    if table:
        store.add(table, [{"account": None}])
    store.connection.execute("delete from accounts where account <> 'x-main'")
    item = judged(store, {(thing, account): "Mara said so"}, needs=(thing,))
    assert [word for word, n in item.counts.items() if n] == [expected]


def test_no_subject_at_all_and_nothing_there_to_judge(store: Store) -> None:
    store.connection.execute("delete from accounts")
    item = judged(store, NONE, needs=("apps",))
    assert (item.state, item.missing, item.message) == ("not_applicable", (), "Mara said so.")
    assert item.accounts[None].not_applicable == 1


def test_a_question_about_what_is_not_there_is_not_asked(store: Store) -> None:
    asked = check("c", query=None, attest={"question": "?"}, absent=("bots",))
    for absent, expected in (({}, "unseen"), ({("bots", None): "Mara said so"}, "not_applicable")):
        (item,) = judge(store, [asked], DAY, {"c": [Row("due", "organisation", "A question")]}, absent=absent)
        assert item.state == expected
    (item,) = judge(store, [asked], DAY, {"c": [Row("fail", "organisation", "No")]}, absent={("bots", None): "so"})
    assert item.state == "open"


@pytest.mark.parametrize(
    ("until", "expected"),
    [(None, "2026-11-20"), (date(2026, 11, 19), "2026-11-20"), (LAST, "2026-12-08")],
)
def test_until_is_the_last_day_that_is_judged(store: Store, until: date | None, expected: str) -> None:
    query = "select 'us' as subject, pass(format('{} to {}', $as_of, $until)) as verdict"
    (item,) = judge(store, [check("c", query=query)], DAY, {}, until=until)
    assert [row.says for row in item.passed] == [f"2026-11-20 to {expected}"]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("our.example", "posts link to our.example"),
        ("www.our.example", "posts link to www.our.example"),
        ("notour.example", None),
        ("our.example.elsewhere.example", None),
    ],
)
def test_a_post_that_links_to_a_domain_of_ours_shows_a_site(store: Store, host: str, expected: str | None) -> None:
    store.add("organisation", [{"name": "Our", "domains": ["our.example"]}])
    store.add("post_links", [{"post": "1", "calendar": "c", "host": host}])
    assert why(store, thing="sites") == expected
