"""Everybody the lists name: who a name, an address or an id written by hand is, and whether they work here.

Whoever decides or vouches is looked up here, so that nobody stands in for two people and nobody unknown decides.
Letters that only look like Latin ones are read as those, as in the addresses of false sites.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from auditgen.analysis.identity import name_key, normal_email

if TYPE_CHECKING:
    from auditgen.evidence.store import Store

# Cyrillic and Greek letters that are drawn like Latin ones.
_DRAWN_ALIKE = str.maketrans("аеорсухіјѕԁһкмтвнοανκρτυιεχζηβμ", "aeopcyxijsdhkmtbhoavkptuiexzhbm")


@dataclass(frozen=True)
class Person:
    """One row of `people`, as far as it decides who may decide."""

    id: str
    name: str
    kind: str | None
    agency: str | None
    status: str | None
    left_on: date | None
    listed: bool | None

    def why_not_here(self, day: date) -> str | None:
        """None when evidence shows that the person works here on that day; else a sentence without its full stop."""
        if self.kind == "bot":
            return f"{self.name} is a tool"
        if self.kind == "agency" or self.agency is not None:
            return f"{self.name} works for an agency"
        if self.left_on is not None and self.left_on < day:
            return f"the last day of {self.name} is {self.left_on}"
        if self.status == "left" and self.left_on is None:
            return f"{self.name} has left"
        if self.status == "suspended":
            return f"the work login of {self.name} is suspended"
        if self.status is None or self.listed is False:
            return f"no source says whether {self.name} works here"
        return None


@dataclass(frozen=True)
class Found:
    """Who was meant; without a person `says` tells why nobody was found, without its full stop."""

    person: Person | None
    says: str = ""


class Everybody:
    """Looks people up by id, address or name.

    people   rows of the table people
    records  rows of person_records with person, display, email and other_emails of the person they were joined to
    domains  the organisation's own domains; one address at two of them is one person
    """

    def __init__(self, people: Iterable[Mapping[str, Any]], domains: Iterable[str] = ()) -> None:
        self._own = {domain.casefold() for domain in domains}
        self._keys: dict[str, set[str]] = {}
        self._people: dict[str, Person] = {}
        for row in people:
            person = Person(
                str(row["person"]),
                str(row["display"] or row["person"]),
                row["kind"],
                row["agency"],
                row["status"],
                row["left_on"],
                row["in_identity_provider"],
            )
            self._people[person.id] = person
            texts = (row["person"], row["display"], row["email"], *(row.get("emails") or ()), *(row.get("names") or ()))
            for text in filter(None, texts):
                for key in self._of(str(text)):
                    self._keys.setdefault(key, set()).add(person.id)

    @classmethod
    def of(cls, store: Store) -> Everybody:
        """Everybody in the tables people and person_records."""
        people = {row["person"]: {**row, "emails": [], "names": []} for row in store.select("from people")}
        domains = [
            domain for row in store.select("select domains from organisation") for domain in row["domains"] or ()
        ]
        found = cls(people.values(), domains)
        # Records carry the addresses people have beside their main one.
        for row in store.select("select person, display, email, other_emails from person_records"):
            texts = [row["person"], row["email"], *(row["other_emails"] or ())]
            owners = {found._exact(text) for text in filter(None, texts)} - {None}
            if len(owners) == 1:
                (owner,) = owners
                people[str(owner)]["emails"] += [text for text in texts if text]
                people[str(owner)]["names"].append(row["display"])
        return cls(people.values(), domains)

    def find(self, text: str | None) -> Found:
        """Who is meant by a text: one person, or why nobody is."""
        if not text or not text.strip():
            return Found(None, "nobody is named")
        told = " ".join(text.split())
        if not self._people:
            return Found(None, f"no list of people was read, so nobody knows who {told} is")
        for key in self._of(told):
            owners = self._keys.get(key, set())
            if len(owners) == 1:
                return Found(self._people[next(iter(owners))])
            if owners:
                return Found(None, f"more than one person is called {told}")
        return Found(None, f"nobody called {told} is in the lists that were read")

    def _exact(self, text: str) -> str | None:
        for key in self._of(text):
            owners = self._keys.get(key, set())
            if len(owners) == 1:
                return next(iter(owners))
        return None

    def _of(self, text: str) -> list[str]:
        """Keys of a text, the surest first."""
        plain = " ".join(text.split()).casefold()
        folded = _folded(plain)
        keys = [f"text {plain}", f"text {folded}"]
        if email := normal_email(folded, {}):
            local, _, domain = email.rpartition("@")
            keys.append(f"mail {local}@ours" if domain in self._own else f"mail {email}")
        if name := name_key(folded):
            keys.append(f"name {name}")
        return keys


def _folded(text: str) -> str:
    """A text in lower case with every letter that is drawn like a Latin one as that letter."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_DRAWN_ALIKE)
    return "".join(mark for mark in plain if unicodedata.category(mark) != "Cf")
