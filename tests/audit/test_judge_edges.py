"""Tallies and judging at their edges: what a pass is worth without its evidence, and what the limits cut."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from auditgen.audit.checks.check import Check
from auditgen.audit.judge import judge, unmet_needs
from auditgen.audit.verdicts import Judged, Row, Tally
from auditgen.evidence.store import Store
from tests.tools.small_world import DAY, check, counted

# Accounts say by their purpose how they are judged.
QUERY = """
select account as subject, account, owner, seen_on,
       case purpose when 'good' then pass(account || ' is good') when 'bad' then fail(account || ' is bad')
                    when 'dark' then unknown(account || ' is dark', 'unsure')
                    else not_applicable(account || ' is no matter') end as verdict
from accounts
"""


@pytest.fixture(scope="module")
def opened() -> Iterator[list[Store]]:
    """Stores that were opened; one is kept between cases, because opening takes longer than judging."""
    stores: list[Store] = [Store()]
    yield stores
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: list[Store]) -> Iterator[Store]:
    yield opened[0]
    for table in ("accounts", "people"):
        opened[0].connection.execute(f"delete from {table}")
    opened[0].large = False


def account(name: str, purpose: str, **more: Any) -> dict[str, Any]:
    return {"account": name, "purpose": purpose, "seen_on": DAY, **more}


def run(store: Store, accounts: list[dict[str, Any]], needs: tuple[str, ...] = (), query: str = QUERY, large: bool = False,
        **limits: Any) -> Judged:  # fmt: skip
    store.add("accounts", accounts)
    store.large = large
    (item,) = judge(store, [check("c", needs=needs, query=query)], DAY, {}, **limits)
    return item


@pytest.mark.parametrize("large", [False, True], ids=["in Python", "in the database"])
@pytest.mark.parametrize(
    ("purposes", "counts", "state"),
    [
        pytest.param(["good", "good"], (2, 0, 0, 0), "holds", id="all pass"),
        pytest.param(["good", "bad"], (1, 1, 0, 0), "open", id="one fails"),
        pytest.param(["good", "dark"], (1, 0, 1, 0), "unseen", id="one was not seen"),
        pytest.param(["bad", "dark"], (0, 1, 1, 0), "open", id="open before unseen"),
        pytest.param(["good", "no"], (1, 0, 0, 1), "holds", id="one is no matter"),
        pytest.param(["no", "no"], (0, 0, 0, 2), "not_applicable", id="none matters"),
        pytest.param(["dark", "no"], (0, 0, 1, 1), "unseen", id="unseen before no matter"),
        pytest.param([], (0, 0, 0, 0), "not_applicable", id="no subject, nothing needed"),
    ],
)
def test_verdicts_are_counted(
    store: Store, large: bool, purposes: list[str], counts: tuple[int, ...], state: str
) -> None:
    item = run(store, [account(f"a{n}", purpose) for n, purpose in enumerate(purposes)], large=large)
    assert tuple(item.counts[word] for word in ("pass", "fail", "unknown", "n/a")) == counts
    assert (item.state, item.counts["due"]) == (state, 0)


@pytest.mark.parametrize("large", [False, True], ids=["in Python", "in the database"])
@pytest.mark.parametrize(
    ("needs", "purpose", "verdict", "reason", "says", "missing"),
    [
        pytest.param(("accounts",), "good", "pass", None, None, (), id="what it needs is there"),
        pytest.param(("accounts.account",), "good", "pass", None, None, (), id="a column with one value"),
        pytest.param(("accounts", "people"), "good", "unknown", "missing",
                     "Not certain, because nothing was read for people: a is good", ("people",), id="a pass is only not seen"),
        pytest.param(("accounts.url",), "good", "unknown", "missing",
                     "Not certain, because nothing was read for accounts.url: a is good", ("accounts.url",), id="a column without a value"),
        pytest.param(("accounts.url", "people"), "good", "unknown", "missing",
                     "Not certain, because nothing was read for accounts.url, people: a is good", ("accounts.url", "people"), id="both"),
        pytest.param(("people",), "bad", "fail", None, "a is bad", ("people",), id="a fail stays a fail"),
        pytest.param(("people",), "dark", "unknown", "unsure", "a is dark", ("people",), id="not seen stays not seen, for its reason"),
        pytest.param(("people",), "no", "unknown", "missing", "Nothing was read for people.", ("people",), id="n/a alone is not seen"),
    ],
)  # fmt: skip
def test_without_what_it_needs(store: Store, large: bool, needs: tuple[str, ...], purpose: str, verdict: str, reason: str | None,
                               says: str | None, missing: tuple[str, ...]) -> None:  # fmt: skip
    item = run(store, [account("a", purpose)], needs, large=large)
    assert (item.counts[verdict], item.missing) == (1, missing)
    assert [(row.verdict, row.reason, row.says) for row in item.rows] == ([(verdict, reason, says)] if says else [])
    assert bool(item.passed) is (verdict == "pass")
    assert (item.reason, item.message) == (
        ("missing", f"Nothing was read for {', '.join(missing)}.") if missing else (None, None)
    )


def test_without_a_subject_or_evidence_it_was_not_seen(store: Store) -> None:
    item = run(store, [], ("accounts",))
    assert (item.state, item.counts["unknown"], item.accounts[None].unknown) == ("unseen", 1, 1)
    assert [(row.subject, row.says) for row in item.rows] == [("this check", "Nothing was read for accounts.")]


@pytest.mark.parametrize("large", [False, True], ids=["in Python", "in the database"])
@pytest.mark.parametrize(
    ("limit", "purposes", "listed"),
    [
        pytest.param(3, ["bad"] * 2, ["a0", "a1"], id="one below the limit"),
        pytest.param(3, ["bad"] * 3, ["a0", "a1", "a2"], id="at the limit"),
        pytest.param(3, ["bad"] * 4, ["a0", "a1", "a2"], id="one above: the first by account"),
        pytest.param(3, ["dark", "dark", "dark", "bad"], ["a3", "a0", "a1"], id="what fails is listed first"),
        pytest.param(1, ["good", "dark"], ["a1"], id="what passes takes no place"),
    ],
)
def test_lists_are_cut_and_counts_are_not(
    store: Store, large: bool, limit: int, purposes: list[str], listed: list[str]
) -> None:
    item = run(
        store, [account(f"a{n}", purpose) for n, purpose in enumerate(purposes)], large=large, findings_per_check=limit
    )
    assert [row.subject for row in item.rows] == listed
    assert (item.counts["fail"], item.counts["unknown"]) == (purposes.count("bad"), purposes.count("dark"))
    assert sum(tally.failed for tally in item.accounts.values()) == purposes.count("bad")


@pytest.mark.parametrize("large", [False, True], ids=["in Python", "in the database"])
def test_two_hundred_that_pass_are_listed(store: Store, large: bool) -> None:
    item = run(store, [account(f"a{n:03}", "good") for n in range(201)], large=large)
    assert (len(item.passed), item.counts["pass"], item.passed[-1].subject) == (200, 201, "a199")


@pytest.mark.parametrize("large", [False, True], ids=["in Python", "in the database"])
@pytest.mark.parametrize(
    ("days", "oldest", "undated"),
    [
        pytest.param([date(2026, 11, 2), date(2026, 11, 1)], date(2026, 11, 1), False, id="the oldest"),
        pytest.param([date(2026, 11, 2), None], None, True, id="one without a day"),
        pytest.param([None], None, True, id="none with a day"),
    ],
)
def test_how_old_a_pass_is(
    store: Store, large: bool, days: list[date | None], oldest: date | None, undated: bool
) -> None:
    query = QUERY.replace("account, owner", "'x' as account, owner")
    item = run(store, [account(f"a{n}", "good", seen_on=day) for n, day in enumerate(days)], query=query, large=large)
    assert (item.accounts["x"].oldest, item.accounts["x"].undated) == (oldest, undated)


def test_a_day_that_fails_makes_a_pass_no_older(store: Store) -> None:
    query = QUERY.replace("account, owner", "'x' as account, owner")
    item = run(
        store,
        [account("a", "good"), account("b", "bad", seen_on=None), account("c", "dark", seen_on=date(2020, 1, 1))],
        query=query,
    )
    tally = item.accounts["x"]
    assert (tally.oldest, tally.undated, tally.passed, tally.failed, tally.unknown) == (DAY, False, 1, 1, 1)
    assert (tally.says, tally.unseen, tally.attested) == ("b is bad", "c is dark", False)


@pytest.mark.parametrize(
    ("person", "owner"),
    [
        pytest.param({"person": "jo"}, "jo", id="works here"),
        pytest.param({"person": "jo", "status": "left"}, None, id="has left"),
        pytest.param({"person": "jo", "left_on": date(2026, 11, 19)}, None, id="left yesterday"),
        pytest.param({"person": "jo", "left_on": DAY}, "jo", id="the last day is today"),
        pytest.param({"person": "jo", "left_on": date(2026, 11, 21)}, "jo", id="leaves tomorrow"),
        pytest.param({"person": "kim", "status": "left"}, "jo", id="somebody else has left"),
        pytest.param({"person": "jo", "status": "suspended"}, "jo", id="is suspended"),
    ],
)
def test_whose_a_finding_is(store: Store, person: dict[str, Any], owner: str | None) -> None:
    store.add("people", [person])
    assert run(store, [account("a", "bad", owner="jo")]).rows[0].owner == owner


def test_a_finding_without_an_owner_goes_to_the_account_s(store: Store) -> None:
    query = QUERY.replace("account, owner", "account, 'kim' as owner")
    store.add("people", [{"person": "kim", "status": "left"}])
    assert run(store, [account("a", "bad", owner="jo")], query=query).rows[0].owner == "jo"


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(
            "select 'a' as subject, {'verdict': 'fine', 'says': 'x', 'reason': null} as verdict", id="no such verdict"
        ),
        pytest.param(
            "select 'a' as subject, {'verdict': 'due', 'says': 'x', 'reason': null} as verdict",
            id="only people are due",
        ),
        pytest.param("select 'a' as subject, pass(null) as verdict", id="no sentence"),
        pytest.param("select null as subject, pass('x') as verdict", id="no subject"),
        pytest.param("select 'a' as subject", id="no verdict"),
        pytest.param("select pass('x') as verdict", id="no column of subjects"),
    ],
)
@pytest.mark.parametrize("large", [False, True], ids=["in Python", "in the database"])
def test_what_is_no_verdict(store: Store, query: str, large: bool) -> None:
    item = run(store, [account("a", "good")], query=query, large=large)
    assert (item.state, item.reason, item.counts["unknown"], item.counts["pass"]) == ("unseen", "error", 1, 0)
    assert str(item.message).startswith("The check itself failed")
    assert item.accounts[None].unknown == 1 and [row.reason for row in item.rows] == ["error"]


def attested(store: Store, *rows: Row) -> Judged:
    store.add("accounts", [account("a", "good"), account("b", "good")])
    (item,) = judge(store, [check("c", query=None, attest={"question": "q"})], DAY, {"c": list(rows)})
    return item


@pytest.mark.parametrize(
    ("rows", "state", "tallies"),
    [
        pytest.param([Row("pass", "organisation", "s", seen_on=DAY)], "holds", {None: (1, 0, 0, True, False)}, id="a word for all"),
        pytest.param([Row("pass", "a", "s", seen_on=DAY)], "holds", {"a": (1, 0, 0, True, False)}, id="a word for one"),
        pytest.param([Row("pass", "a", "s")], "holds", {"a": (1, 0, 0, True, True)}, id="an undated word"),
        pytest.param([Row("fail", "a", "s")], "open", {"a": (0, 1, 0, False, False)}, id="a no"),
        pytest.param([Row("due", "organisation", "s")], "unseen", {None: (0, 0, 1, False, False)}, id="an answer due"),
        pytest.param([Row("pass", "a", "s", seen_on=DAY), Row("due", "b", "t")], "unseen",
                     {"a": (1, 0, 0, True, False), "b": (0, 0, 1, False, False)}, id="one of two"),
    ],
)  # fmt: skip
def test_words_of_people(
    store: Store, rows: list[Row], state: str, tallies: dict[str | None, tuple[int, int, int, bool, bool]]
) -> None:
    item = attested(store, *rows)
    assert item.state == state
    found = {name: (t.passed, t.failed, t.unknown, t.attested, t.undated) for name, t in item.accounts.items()}
    assert found == tallies


@pytest.mark.parametrize(
    ("needs", "unmet"),
    [
        ((), set()), (("accounts",), set()), (("people",), {"people"}), (("accounts.owner",), {"accounts.owner"}),
        (("accounts.purpose",), set()), (("people.left_on", "accounts"), {"people.left_on"}),
    ],
)  # fmt: skip
def test_what_is_needed_and_not_there(store: Store, needs: tuple[str, ...], unmet: set[str]) -> None:
    store.add("accounts", [account("a", "good")])
    checks: list[Check] = [check("c", needs=needs)]
    assert unmet_needs(store, checks) == unmet


# -- tallies -----------------------------------------------------------------------------------------------------

OLD, NEW = date(2026, 11, 1), date(2026, 11, 2)


@pytest.mark.parametrize(
    ("one", "two", "sum_"),
    [
        (Tally(), Tally(), Tally()),
        (Tally(1, 2, 3, 4), Tally(10, 20, 30, 40), Tally(11, 22, 33, 44)),
        (Tally(attested=True), Tally(), Tally(attested=True)),
        (Tally(), Tally(attested=True), Tally(attested=True)),
        (Tally(undated=True), Tally(), Tally(undated=True)),
        (Tally(), Tally(undated=True), Tally(undated=True)),
        (Tally(oldest=NEW), Tally(oldest=OLD), Tally(oldest=OLD)),
        (Tally(oldest=OLD), Tally(oldest=NEW), Tally(oldest=OLD)),
        (Tally(oldest=NEW), Tally(), Tally(oldest=NEW)),
        (Tally(), Tally(oldest=NEW), Tally(oldest=NEW)),
        (Tally(says="a"), Tally(says="b"), Tally(says="a")),
        (Tally(), Tally(says="b"), Tally(says="b")),
        (Tally(unseen="a"), Tally(unseen="b"), Tally(unseen="a")),
        (Tally(), Tally(unseen="b"), Tally(unseen="b")),
    ],
)
def test_tallies_add_up(one: Tally, two: Tally, sum_: Tally) -> None:
    one.add(two)
    assert one == sum_


@pytest.mark.parametrize(
    ("counts", "state", "share"),
    [
        ({"pass": 1}, "holds", 1.0), ({"fail": 1}, "open", 1.0), ({"unknown": 1}, "unseen", 0.0), ({"due": 1}, "unseen", 0.0),
        ({"na": 1}, "not_applicable", None), ({}, "not_applicable", None), ({"pass": 1, "na": 1}, "holds", 1.0),
        ({"pass": 3, "unknown": 1}, "unseen", 0.75), ({"fail": 1, "due": 1}, "open", 0.5),
        ({"pass": 1, "fail": 1, "unknown": 1, "due": 1}, "open", 0.5), ({"pass": 1, "due": 3}, "unseen", 0.25),
    ],
)  # fmt: skip
def test_what_counts_come_to(counts: dict[str, int], state: str, share: float | None) -> None:
    item = counted("c", **counts)
    assert (item.state, item.seen_share) == (state, share)


@pytest.mark.parametrize(
    ("sources", "met"),
    [
        pytest.param([], False, id="no list"),
        pytest.param([["people.left_on"]], True, id="a list that says it without a row"),
        pytest.param([[]], False, id="a list that was not read whole"),
        pytest.param([["people.left_on"], []], False, id="one read whole, one not"),
        pytest.param([["people.status"]], False, id="a list that says something else"),
    ],
)
def test_a_list_may_answer_without_a_row(store: Store, sources: list[list[str]], met: bool) -> None:
    store.add("sources", [{"reader": "leavers", "settles": settles} for settles in sources])
    try:
        assert unmet_needs(store, [check("c", needs=("people.left_on",))]) == (set() if met else {"people.left_on"})
    finally:
        store.connection.execute("delete from sources")
