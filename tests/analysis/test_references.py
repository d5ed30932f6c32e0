"""References to people are joined, and leavers who fit nobody are told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from auditgen.analysis.identity import join_people
from auditgen.analysis.references import doubt_leavers, join_references
from auditgen.evidence.store import Store

ANA = {"person": "ana", "display": "Ana Duarte", "email": "ana.duarte@hillfarm.example", "origin": "inventory"}
ORGANISATION = {"mail_aliases": {"hillfarm.co.example": "hillfarm.example"}}


def joined(records: list[dict[str, Any]], **tables: list[dict[str, Any]]) -> Store:
    store = Store()
    numbered = [{"source": f"{row['origin']}.csv", "locator": f"row {n}", **row} for n, row in enumerate(records, 2)]
    store.add("person_records", numbered)
    store.add("organisation", [{"domains": ["hillfarm.example", "hillfarm.co.example"]}])
    for table, rows in tables.items():
        store.add(table, rows)
    join_people(store, ORGANISATION)
    join_references(store)
    doubt_leavers(store)
    return store


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("ana", "ana"),
        ("ANA", "ana"),
        ("ana.duarte@hillfarm.example", "ana"),
        ("Ana.Duarte@hillfarm.co.example", "ana"),
        ("Duarte, Ana", "ana"),
        # The id that another file gave to the same address.
        ("aduarte", "ana"),
        ("somebody", "somebody"),
        (None, None),
    ],
)
def test_every_list_names_a_person_by_one_id(name: str | None, person: str | None) -> None:
    second = {"person": "aduarte", "email": "ana.duarte@hillfarm.example", "origin": "inventory"}
    with joined(
        [ANA, second],
        accounts=[{"account": "x-main", "owner": name, "deputy": name}],
        access=[{"account": "x-main", "person": name, "sponsor": name}],
        apps=[{"app": "Planner", "owner": name}],
        switches=[{"switch": "queue", "people": [name, "bo"]}],
        agencies=[{"agency": "bright", "sponsor": name}],
        launches=[{"launch": "spring", "on_call": ["bo", name]}],
        drills=[{"drill": "d", "person": name}],
        sites=[{"site": "shop", "owner": name}],
        vaults=[{"vault": "v", "owner": name}],
    ) as store:
        assert store.select("select owner, deputy from accounts") == [{"owner": person, "deputy": person}]
        assert store.select("select person, sponsor from access") == [{"person": person, "sponsor": person}]
        assert store.select("select people from switches") == [{"people": [person, "bo"]}]
        assert store.select("select on_call from launches") == [{"on_call": ["bo", person]}]
        for table, column in (("apps", "owner"), ("agencies", "sponsor"), ("drills", "person"), ("sites", "owner"),
                              ("vaults", "owner")):  # fmt: skip
            assert store.select(f"select {column} as person from {table}") == [{"person": person}], table
        assert store.select("select owner from logins") == [{"owner": person}]


def test_a_name_that_two_people_have_stays_as_it_is() -> None:
    twice = [{"person": name, "display": "Kim Lee", "origin": "inventory"} for name in ("kim-1", "kim-2")]
    with joined(twice, accounts=[{"account": "x-main", "owner": "Kim Lee"}]) as store:
        assert store.select("select owner from accounts") == [{"owner": "Kim Lee"}]


HERE = {
    "display": "Poppy Lane",
    "email": "poppy.lane@hillfarm.example",
    "status": "active",
    "origin": "identity_provider",
}


@pytest.mark.parametrize(
    ("holder", "leaver", "doubted"),
    [
        pytest.param({}, {"display": "Popy Lane"}, True, id="a letter short, without an address"),
        pytest.param({}, {"display": "Lane, Popy"}, True, id="in the other order"),
        pytest.param({}, {"display": "Papy Lan"}, False, id="two letters of nine"),
        pytest.param({"display": "Poppy Laneworth"}, {"display": "Papy Laneworth"}, True, id="two letters of fifteen"),
        pytest.param({}, {"display": "Popy Lane", "email": "popy.lane@hillfarm.example"}, False, id="two addresses"),
        pytest.param({"email": None}, {"display": "Popy Lane", "email": "p@hillfarm.example"}, True, id="one address"),
        pytest.param({"display": None}, {"email": "poppy.lane@old.example"}, True, id="one name before two domains"),
        pytest.param({}, {"display": "Jem Fox"}, False, id="somebody else"),
        pytest.param({}, {"display": "Poppy"}, False, id="one word"),
        pytest.param({}, {"display": "P. Lane"}, True, id="a letter for the first name"),
        pytest.param({}, {"display": "J. Lane"}, False, id="another letter"),
        pytest.param({}, {"display": "Poppy Lane-Marsh"}, True, id="one more name"),
        pytest.param({}, {"display": "Poppy Marsh"}, False, id="another name"),
        pytest.param({}, {"email": "lane@hillfarm.example"}, True, id="a name in an address alone"),
        pytest.param({}, {"email": "info@hillfarm.example"}, False, id="no name in an address alone"),
    ],
)
def test_a_leaver_who_may_be_somebody_here(holder: dict[str, Any], leaver: dict[str, Any], doubted: bool) -> None:
    here = {**HERE, **holder, "person": "poppy"}
    gone = {"origin": "leavers", "status": "left", "left_on": date(2026, 10, 1), **leaver}
    with joined([here, gone], access=[{"account": "x-main", "person": "poppy"}]) as store:
        (row,) = store.select("select status, maybe_left from people where person = 'poppy'")
    name = leaver.get("display") or leaver["email"]
    expected = {"status": None, "maybe_left": f"{name} (leavers.csv, row 3)"}
    assert row == (expected if doubted else {"status": "active", "maybe_left": None})


def test_only_whoever_holds_something_is_doubted() -> None:
    gone = {"origin": "leavers", "status": "left", "display": "Popy Lane"}
    with joined([{**HERE, "person": "poppy"}, gone]) as store:
        assert store.select("select status from people where person = 'poppy'") == [{"status": "active"}]


def test_of_two_with_the_name_of_a_leaver_neither_is_known_to_work_here() -> None:
    twice = [
        {**HERE, "person": name, "display": "Kim Lee", "email": f"{name}@hillfarm.example"} for name in ("k1", "k2")
    ]
    gone = {"origin": "leavers", "status": "left", "display": "Kim Lee", "email": "k3@hillfarm.example"}
    access = [{"account": "x-main", "person": name} for name in ("k1", "k2")]
    with joined([*twice, gone], access=access) as store:
        rows = store.select("select status from people where person in ('k1', 'k2')")
    assert rows == [{"status": None}, {"status": None}]


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (1, "In no other list of people: Leaver A."),
        (5, "In no other list of people: Leaver A, Leaver B, Leaver C, Leaver D, Leaver E."),
        (7, "In no other list of people: Leaver A, Leaver B, Leaver C, Leaver D, Leaver E, and 2 more."),
    ],
)
def test_leavers_in_no_other_list_are_told_by_name(number: int, says: str) -> None:
    gone = [{"origin": "leavers", "status": "left", "display": f"Leaver {letter}"} for letter in "ABCDEFG"[:number]]
    with joined([HERE, *gone], sources=[{"origin": "l", "path": "leavers.csv", "message": "Read."}]) as store:
        assert store.select("select message from sources") == [{"message": f"Read. {says}"}]


def test_a_leaver_who_fits_is_not_told() -> None:
    gone = {"origin": "leavers", "status": "left", "display": "Poppy Lane"}
    with joined([HERE, gone], sources=[{"origin": "l", "path": "leavers.csv"}]) as store:
        assert store.select("select message from sources") == [{"message": None}]
