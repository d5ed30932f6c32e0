"""Who a name, an address or an id written by hand is."""

from __future__ import annotations

import pytest

from auditgen.analysis.everybody import Everybody
from auditgen.analysis.identity import join_people
from auditgen.evidence.store import Store

RECORDS = [
    {"person": "ana", "display": "Ana Duarte", "email": "ana.duarte@hillfarm.example", "origin": "inventory",
     "other_emails": ["a.duarte@partner.example"]},
    {"display": "Ana Duarte", "email": "ana.duarte@hillfarm.example", "status": "active", "origin": "identity_provider"},
    {"display": "Jörg Weiß", "email": "jw@hillfarm.example", "status": "active", "origin": "identity_provider"},
    {"person": "lee-1", "display": "Kim Lee", "origin": "inventory"},
    {"person": "lee-2", "display": "Kim Lee", "origin": "inventory"},
    {"person": "ольга", "display": "Ольга Петрова", "origin": "inventory"},
]  # fmt: skip


@pytest.fixture(scope="module")
def everybody() -> Everybody:
    with Store() as store:
        store.add("person_records", RECORDS)
        store.add("organisation", [{"domains": ["hillfarm.example", "hillfarm.co.example"]}])
        join_people(store, {})
        return Everybody.of(store)


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("ana", "ana"),
        (" Ana  Duarte ", "ana"),
        ("duarte ana", "ana"),
        ("Duarte, Ana (marketing)", "ana"),
        ("Ana.Duarte@hillfarm.example", "ana"),
        ("ana.duarte+audit@hillfarm.example", "ana"),
        ("ana.duarte@hillfarm.co.example", "ana"),
        ("a.duarte@partner.example", "ana"),
        ("\u0410n\u0430 Duarte", "ana"),
        ("Jorg Weiss", "jw@hillfarm.example"),
        ("Ольга Петрова", "ольга"),
        ("lee-1", "lee-1"),
        ("Kim Lee", None),
        ("Ana", "ana"),
        ("Duarte", None),
        ("ana.duarte@elsewhere.example", None),
        ("x", None),
        ("", None),
        (None, None),
    ],
)
def test_who_is_meant(everybody: Everybody, text: str | None, person: str | None) -> None:
    found = everybody.find(text)
    assert (found.person.id if found.person else None) == person
    assert bool(found.says) is (person is None)
