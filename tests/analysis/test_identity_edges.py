"""Who is one person, at the edges: addresses that are nearly the same, names that fit two, sources that disagree."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from auditgen.analysis.identity import join_people, name_key, normal_email

FIELDS = ("record", "person", "display", "email", "other_emails", "kind", "agency", "status", "left_on", "last_sign_in_on",
          "never_signed_in", "second_factor", "origin", "source", "locator", "seen_on", "basis")  # fmt: skip


class Memory:
    """Stands in for the evidence: records and names of the calendars in, people and actors out."""

    def __init__(self, records: list[dict[str, Any]], actors: tuple[str, ...] = ()) -> None:
        self.records = [{**dict.fromkeys(FIELDS), **record} for record in records]
        self.names = [{"actor": actor, "source": "calendar.csv"} for actor in actors]
        self.tables: dict[str, list[dict[str, Any]]] = {}

    def select(self, query: str) -> list[dict[str, Any]]:
        return list(self.records) if "person_records" in query else self.names

    def add(self, table: str, rows: list[dict[str, Any]]) -> None:
        self.tables[table] = rows


def people(*records: dict[str, Any], aliases: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    memory = Memory(list(records))
    join_people(memory, {"mail_aliases": aliases} if aliases else {})  # type: ignore[arg-type]
    return memory.tables["people"]


def inventory(**more: Any) -> dict[str, Any]:
    return {"origin": "inventory", "source": "people.yml", "locator": "row 1", "basis": "declared", **more}


def provider(**more: Any) -> dict[str, Any]:
    return {"origin": "identity_provider", "source": "users.csv", "locator": "row 1", "basis": "exported", **more}


def leavers(**more: Any) -> dict[str, Any]:
    return {"origin": "leavers", "source": "leavers.csv", "locator": "row 1", "basis": "declared", **more}


@pytest.mark.parametrize(
    ("email", "normal"),
    [
        pytest.param("jo@our.org", "jo@our.org", id="as it is"),
        pytest.param(" Jo@OUR.org ", "jo@our.org", id="case and spaces"),
        pytest.param("jo+news@our.org", "jo@our.org", id="a tag"),
        pytest.param("jo+a+b@our.org", "jo@our.org", id="two tags"),
        pytest.param("+a@our.org", None, id="nothing before the tag"),
        pytest.param("jo@our-old.org", "jo@our.org", id="an alias of ours"),
        pytest.param("jo@mail.our-old.org", "jo@mail.our-old.org", id="no alias below it"),
        pytest.param("j.o@our.org", "j.o@our.org", id="dots count elsewhere"),
        pytest.param("j.o@gmail.com", "jo@gmail.com", id="dots do not count there"),
        pytest.param("J.O+x@GoogleMail.com", "jo@gmail.com", id="its other name, a dot and a tag"),
        pytest.param("j.o@gmail.com.ru", "j.o@gmail.com.ru", id="a look-alike is another provider"),
        pytest.param("j.o@brand.example", "jo@gmail.com", id="an alias that leads there loses its dots too"),
        pytest.param('"a@b"@our.org', '"a@b"@our.org', id="the last sign parts"),
        pytest.param("@our.org", None, id="nobody"),
        pytest.param("jo", None, id="no sign"),
        pytest.param("", None, id="empty"),
        pytest.param(None, None, id="none"),
    ],
)
def test_addresses_to_compare_by(email: str | None, normal: str | None) -> None:
    assert normal_email(email, {"our-old.org": "our.org", "brand.example": "gmail.com"}) == normal


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Ana Ruiz", "ana ruiz"),
        ("Ruiz, Ana", "ana ruiz"),
        ("Ana María Ruiz", "ana maria ruiz"),
        ("Jürgen Weiß", "jurgen weiss"),
        ("Søren Kjær", "kjaer soren"),
        ("Ana Ruiz (agency)", "ana ruiz"),
        ("Ana Ruiz [old]", "ana ruiz"),
        ("Ana", None),
        ("Ana (Ruiz)", None),
        ("", None),
        (None, None),
    ],
)
def test_names_to_compare_by(name: str | None, key: str | None) -> None:
    assert name_key(name) == key


@pytest.mark.parametrize(
    ("records", "count", "matched_by"),
    [
        pytest.param([inventory(email="jo@our.org"), provider(email="jo@our.org")], 1, "email", id="the same address"),
        pytest.param([inventory(email="jo@our.org"), provider(email="jo+x@our.org")], 1, "email", id="with a tag"),
        pytest.param([inventory(email="j@our.org"), provider(other_emails=["x@our.org", "j@our.org"])], 1, "email",
                     id="a further address"),
        pytest.param([inventory(email="jo@our.org"), provider(email="jo@other.org")], 2, "single", id="another domain"),
        pytest.param([inventory(email="jo@our.org"), provider(email="jo@our-old.org")], 1, "email", id="an alias of ours"),
        pytest.param([inventory(person="jo"), leavers(person="jo")], 1, "email", id="the same id"),
        pytest.param([inventory(person="jo"), leavers(person="Jo")], 2, "single", id="an id is told by its letters"),
        pytest.param([inventory(display="Jo Li"), provider(display="Li, Jo")], 1, "name", id="a name that fits one on each side"),
        pytest.param([inventory(display="Jo"), provider(display="Jo")], 2, "single", id="one word is no name"),
        pytest.param([inventory(display="Jo Li"), inventory(display="Jo Li", locator="row 2")], 2, "single",
                     id="one source holds both: two people"),
        pytest.param([inventory(display="Jo Li", email="a@our.org"), provider(display="Jo Li", email="b@our.org")], 1, "name",
                     id="one person under two addresses"),
        pytest.param([inventory(email="jo@our.org", display="Jo Li"), provider(email="jo@our.org", display="Jo Li")], 1, "email",
                     id="address before name"),
        pytest.param([inventory(display="Jo Li"), provider(display="Jo Li"), leavers(display="Jo Li")], 3, "single",
                     id="a name that fits three is never joined"),
        pytest.param([inventory(display="Jo Li"), provider(display="Jo Li"), provider(display="Jo Li", locator="row 2")], 3,
                     "single", id="a name that fits two on one side"),
        pytest.param([inventory(), provider()], 2, "single", id="records that say nothing are not one"),
    ],
)  # fmt: skip
def test_which_records_are_one_person(records: list[dict[str, Any]], count: int, matched_by: str) -> None:
    found = people(*records, aliases={"OUR-old.org": "Our.org"})
    assert (len(found), {row["matched_by"] for row in found}) == (count, {matched_by})


def test_three_records_are_joined_over_the_one_between() -> None:
    chain = [
        inventory(email="a@our.org"),
        leavers(email="b@our.org"),
        provider(email="a@our.org", other_emails=["b@our.org"]),
    ]
    (one,) = people(*chain)
    assert (one["email"], one["matched_by"], one["basis"]) == ("a@our.org", "email", "joined")


def test_two_that_were_joined_by_address_are_joined_with_a_third_by_name() -> None:
    records = [
        inventory(email="a@our.org", display="Jo Li"), provider(email="a@our.org", display="Jo Li"), leavers(display="Jo Li"),
    ]  # fmt: skip
    (one,) = people(*records)
    assert one["matched_by"] == "name"


def test_a_group_that_holds_a_source_takes_no_second_record_of_it_by_name() -> None:
    records = [
        inventory(email="a@our.org", display="Jo Li"), leavers(email="a@our.org", display="J. Li Jo"),
        leavers(display="Jo Li", locator="row 2"),
    ]  # fmt: skip
    assert len(people(*records)) == 2


def test_a_name_that_three_had_is_not_joined_when_another_name_made_two_of_them_one() -> None:
    records = [
        inventory(email="a@our.org", display="Ann Bo"), inventory(email="a@our.org", display="Jo Li", locator="row 2"),
        leavers(email="b@our.org", display="Ann Bo"), leavers(email="b@our.org", display="Jo Li", locator="row 2"),
        provider(email="c@our.org", display="Jo Li"),
    ]  # fmt: skip
    assert [row["email"] for row in people(*records)] == ["a@our.org", "c@our.org"]


def test_sources_joined_by_one_name_are_remembered_for_the_next() -> None:
    # Ana Ruiz and Ana Diaz are one by address; each of her names fits another record of the same source.
    records = [
        inventory(email="a@our.org", display="Ana Ruiz"), inventory(email="a@our.org", display="Ana Diaz", locator="row 2"),
        leavers(display="Ana Ruiz"), leavers(display="Ana Diaz", locator="row 2"),
    ]  # fmt: skip
    assert len(people(*records)) == 2


@pytest.mark.parametrize(
    ("records", "field", "value"),
    [
        pytest.param([inventory(display="Jo Li"), provider(display="Joanna Li")], "display", "Jo Li", id="the inventory names"),
        pytest.param([inventory(), provider(display="Joanna Li")], "display", "Joanna Li", id="else the identity provider"),
        pytest.param([inventory(), leavers(display="J. Li"), provider(display="Joanna Li")], "display", "Joanna Li",
                     id="before the list of leavers"),
        pytest.param([inventory(), leavers()], "display", "jo@our.org", id="else the address"),
        pytest.param([inventory(status="active"), provider(status="suspended")], "status", "suspended",
                     id="the identity provider says whether the login works"),
        pytest.param([inventory(status="suspended"), provider(status="active")], "status", "active", id="either way"),
        pytest.param([inventory(status="active"), provider()], "status", None, id="also when it does not say"),
        pytest.param([inventory(status="active"), leavers()], "status", "active", id="without it the first that says"),
        pytest.param([inventory(), leavers(status="active")], "status", "active", id="whoever says"),
        pytest.param([inventory(), leavers()], "status", None, id="nobody says"),
        pytest.param([inventory(status="left"), provider(status="active")], "status", "left", id="left is left"),
        pytest.param([provider(status="active"), leavers(status="left")], "status", "left", id="left, says the list"),
        pytest.param([inventory(status="active"), provider(status="left")], "status", "left", id="left, says the provider"),
        pytest.param([inventory(kind="agency"), provider(kind="staff")], "kind", "agency", id="the inventory knows the kind"),
        pytest.param([inventory(), leavers(kind="bot"), provider(kind="staff")], "kind", "staff", id="else the provider"),
        pytest.param([inventory(), leavers(kind="agency")], "kind", "agency", id="else whoever knows"),
        pytest.param([inventory(left_on=date(2026, 10, 1)), leavers(left_on=date(2026, 10, 2))], "left_on", date(2026, 10, 1),
                     id="the inventory's last day"),
        pytest.param([inventory(), leavers(left_on=date(2026, 10, 2))], "left_on", date(2026, 10, 2), id="else the list's"),
        pytest.param([inventory(agency="a"), provider(agency="b")], "agency", "a", id="the inventory's agency"),
        pytest.param([inventory(), provider(second_factor=False)], "second_factor", False, id="no is said, not missing"),
        pytest.param([inventory(second_factor=False), provider(second_factor=True)], "second_factor", False, id="one says no"),
        pytest.param([inventory(second_factor=True), provider(second_factor=False)], "second_factor", False, id="the other says no"),
        pytest.param([inventory(second_factor=True), provider()], "second_factor", True, id="declared where nobody else says"),
        pytest.param([inventory(), provider(last_sign_in_on=date(2026, 11, 1))], "last_sign_in_on", date(2026, 11, 1), id="seen"),
        pytest.param([inventory(), provider()], "in_identity_provider", True, id="listed there"),
        pytest.param([inventory(), leavers()], "in_identity_provider", None, id="no such export was read"),
        pytest.param([inventory(person="p1"), provider(person=None)], "person", "p1", id="the id of the inventory"),
        pytest.param([inventory(display="Jo Li"), provider()], "person", "jo@our.org", id="else the address"),
        pytest.param([inventory(seen_on=date(2026, 11, 2)), provider(seen_on=date(2026, 11, 1))], "seen_on", date(2026, 11, 1),
                     id="as old as its oldest source"),
        pytest.param([inventory(), provider(seen_on=date(2026, 11, 1))], "seen_on", date(2026, 11, 1), id="the one with a day"),
        pytest.param([inventory(), provider()], "seen_on", None, id="undated"),
        pytest.param([provider(), inventory()], "source", "people.yml", id="shown from the inventory"),
        pytest.param([provider(), inventory()], "basis", "joined", id="joined"),
    ],
)  # fmt: skip
def test_when_sources_disagree(records: list[dict[str, Any]], field: str, value: object) -> None:
    """Whatever the order in which the sources are read."""
    for order in (records, records[::-1]):
        (one,) = people(*[{**record, "email": "jo@our.org"} for record in order])
        assert one[field] == value


@pytest.mark.parametrize(
    ("record", "person"),
    [
        ({"person": "p", "email": "e@our.org", "display": "Jo Li", "record": "r"}, "p"),
        ({"email": "e@our.org", "display": "Jo Li", "record": "r"}, "e@our.org"),
        ({"display": "Jo Li", "record": "r"}, "Jo Li"),
        ({"record": "r"}, "r"),
    ],
)
def test_what_a_person_is_called_by(record: dict[str, Any], person: str) -> None:
    (one,) = people(inventory(**record))
    assert (one["person"], one["matched_by"], one["basis"]) == (person, "single", "declared")


def test_who_is_not_listed_at_the_identity_provider_is_told_when_one_was_read() -> None:
    found = people(inventory(email="a@our.org"), provider(email="b@our.org"))
    assert [(row["email"], row["in_identity_provider"]) for row in found] == [("a@our.org", False), ("b@our.org", True)]


def test_people_stand_in_the_order_of_their_sources() -> None:
    records = [
        {"origin": "zebra", "email": "6@our.org"}, {"origin": "apple", "email": "5@our.org"}, leavers(email="4@our.org"),
        provider(email="3@our.org"), inventory(email="2@our.org", locator="row 10"), inventory(email="1@our.org", locator="row 9"),
        inventory(email="0@our.org", source="a.yml", locator="row 11"),
    ]  # fmt: skip
    assert [row["email"] for row in people(*records)] == [f"{number}@our.org" for number in range(7)]


def test_of_two_people_at_the_provider_the_first_row_decides() -> None:
    rows = [
        provider(email="a@our.org", status="active", locator="row 2"),
        provider(email="a@our.org", status="suspended"),
    ]
    assert people(*rows)[0]["status"] == "suspended"


@pytest.mark.parametrize(
    ("actor", "person", "how"),
    [
        pytest.param("p1", "p1", "id", id="an id"),
        pytest.param("P1", "p1", "id", id="an id in other letters"),
        pytest.param("jo@our.org", "p1", "email", id="an address"),
        pytest.param("JO+x@old.org", "p1", "email", id="an address of an alias with a tag"),
        pytest.param("jo2@our.org", "p1", "email", id="a further address"),
        pytest.param("Li, Jo", "p1", "name", id="a name that one has"),
        pytest.param("Joanna Li", "p1", "name", id="a name of another source"),
        pytest.param("Kim Park", None, None, id="a name that two have"),
        pytest.param("Jo", None, None, id="a single word"),
        pytest.param("nobody@our.org", None, None, id="an address of nobody"),
        pytest.param("Sam Roe", "sam roe", "id", id="an id that looks like another's name"),
        pytest.param("Al Day", "x@our.org", "name", id="a name, and no id of it"),
    ],
)
def test_who_a_name_in_a_calendar_is(actor: str, person: str | None, how: str | None) -> None:
    memory = Memory(
        [
            inventory(person="p1", display="Jo Li", email="jo@our.org", other_emails=["jo2@our.org"]),
            provider(display="Joanna Li", email="jo@our.org"),
            inventory(person="p2", display="Kim Park", locator="row 2"),
            inventory(person="p3", display="Kim Park", locator="row 3"),
            inventory(person="sam roe", display="Al Grey", locator="row 4"),
            inventory(person="p5", display="Sam Roe", locator="row 5"),
            inventory(display="Al Day", email="x@our.org", locator="row 6"),
        ],
        (actor,),
    )
    join_people(memory, {"mail_aliases": {"Old.org": "OUR.org"}})  # type: ignore[arg-type]
    assert memory.tables["actors"] == [
        {"actor": actor, "person": person, "matched_by": how, "source": "calendar.csv", "basis": "joined"}
    ]
