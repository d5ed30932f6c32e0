"""Identity: which records are one person, and who a name in a calendar is.

Two tiers decide, in this order: the same address after normalising (case, plus-tags, the organisation's own alias
domains), then a name that fits exactly one person on both sides, marked `name` and so only probable. Names that fit
several people are never joined. Fuzzy matching is left out on purpose: it is right four times in five.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from auditgen.evidence.store import Store

_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})
# Gmail ignores dots in the local part; other providers do not.
_DOTLESS = ("gmail.com", "googlemail.com")
# When sources disagree, the inventory names the person and the identity provider says whether the login works.
_ORIGINS = ("inventory", "identity_provider", "leavers")


def normal_email(email: str | None, aliases: Mapping[str, str]) -> str | None:
    """An address to compare by, or None when it is none."""
    if not email or "@" not in email:
        return None
    local, _, domain = email.strip().casefold().rpartition("@")
    domain = aliases.get(domain, domain)
    local = local.split("+", 1)[0]
    if domain in _DOTLESS:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}" if local else None


def name_key(name: str | None) -> str | None:
    """A name to compare by: ASCII, lower case, words sorted, notes in brackets dropped; None for a single word."""
    if not name:
        return None
    text = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", name).casefold().translate(_LETTERS)
    text = "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))
    words = sorted(re.findall(r"\w+", text))
    return " ".join(words) if len(words) > 1 else None


class _Groups:
    """Union of records that are one person."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def find(self, item: int) -> int:
        while self.parent[item] != item:
            self.parent[item] = self.parent[self.parent[item]]
            item = self.parent[item]
        return item

    def join(self, first: int, second: int) -> None:
        roots = sorted((self.find(first), self.find(second)))
        self.parent[roots[1]] = roots[0]


def join_people(store: Store, organisation: Mapping[str, Any]) -> None:
    """Fill `people` from `person_records`, then `actors` from every name in the calendars."""
    aliases = {
        str(key).casefold(): str(value).casefold() for key, value in organisation.get("mail_aliases", {}).items()
    }
    records = store.select("select * from person_records")
    records.sort(key=lambda row: (_rank(row["origin"]), row["source"] or "", _number(row["locator"])))
    groups, by_name = _group(records, aliases)
    members: dict[int, list[dict[str, Any]]] = {}
    for index, record in enumerate(records):
        members.setdefault(groups.find(index), []).append(record)
    has_provider = any(record["origin"] == "identity_provider" for record in records)
    people = [
        _person(rows, has_provider, "name" if root in by_name else "email" if len(rows) > 1 else "single")
        for root, rows in members.items()
    ]
    store.add("people", people)
    _actors(store, list(zip(people, members.values(), strict=True)), aliases)


def _rank(origin: str | None) -> tuple[int, str]:
    """The sources we know first, then those of other readers by name."""
    return (_ORIGINS.index(origin) if origin in _ORIGINS else len(_ORIGINS), origin or "")


def _number(locator: str | None) -> int:
    found = re.search(r"\d+", locator or "")
    return int(found[0]) if found else 0


def _group(records: list[dict[str, Any]], aliases: Mapping[str, str]) -> tuple[_Groups, set[int]]:
    groups = _Groups(len(records))
    owner: dict[str, int] = {}
    for index, record in enumerate(records):
        keys = [f"id {record['person']}"] if record["person"] else []
        keys += [key for email in _emails(record) if (key := normal_email(email, aliases))]
        for key in keys:
            if key in owner:
                groups.join(owner[key], index)
            else:
                owner[key] = index
    names: dict[str, set[int]] = {}
    origins: dict[int, set[str]] = {}
    for index, record in enumerate(records):
        root = groups.find(index)
        origins.setdefault(root, set()).add(record["origin"])
        if key := name_key(record["display"]):
            names.setdefault(key, set()).add(root)
    joined: set[int] = set()
    for roots in names.values():
        # Exactly two groups that no source holds twice: one person known under two addresses or none.
        current = sorted({groups.find(root) for root in roots})
        if len(roots) != 2 or len(current) != 2:
            continue
        first, second = current
        if not origins[first] & origins[second]:
            groups.join(first, second)
            origins[first] |= origins[second]
            joined.add(first)
    return groups, joined


def _emails(record: Mapping[str, Any]) -> Iterable[str]:
    yield from filter(None, [record["email"], *(record["other_emails"] or ())])


def _person(rows: list[dict[str, Any]], has_provider: bool, matched_by: str) -> dict[str, Any]:
    def first(key: str, *origins: str) -> Any:
        for row in rows:
            if row[key] is not None and (not origins or row["origin"] in origins):
                return row[key]
        return None

    provider = [row for row in rows if row["origin"] == "identity_provider"]
    left_on: date | None = first("left_on")
    said_left = any(row["status"] == "left" for row in rows)
    status = "left" if said_left else (provider[0]["status"] if provider else first("status"))
    best = rows[0]
    return {
        "person": first("person") or first("email") or first("display") or first("record"),
        "display": first("display") or first("email"),
        "email": first("email"),
        "kind": first("kind", "inventory") or first("kind"),
        "agency": first("agency"),
        "status": status,
        "left_on": left_on,
        "last_sign_in_on": first("last_sign_in_on"),
        # One source that says no outweighs another that says yes.
        "second_factor": min((row["second_factor"] for row in rows if row["second_factor"] is not None), default=None),
        "in_identity_provider": bool(provider) if has_provider else None,
        "matched_by": matched_by,
        "source": best["source"],
        "locator": best["locator"],
        "seen_on": min((row["seen_on"] for row in rows if row["seen_on"]), default=None),
        "basis": "joined" if len(rows) > 1 else best["basis"],
    }


def _actors(
    store: Store, people: list[tuple[dict[str, Any], list[dict[str, Any]]]], aliases: Mapping[str, str]
) -> None:
    """Who each distinct name in the calendars is: by id, by address, by a name that one person has."""
    names = store.select(
        """
        select actor, any_value(source) as source from (
            select author as actor, source from posts union all select approver, source from posts
            union all select sensitivity_reader, source from posts union all select legal_approver, source from posts
            union all select actor, source from post_events
        ) where actor is not null group by actor order by actor
        """
    )
    by_id: dict[str, str] = {}
    by_email: dict[str, str] = {}
    by_name: dict[str, set[str]] = {}
    for person, rows in people:
        name = str(person["person"])
        by_id[name.casefold()] = name
        for row in rows:
            for email in _emails(row):
                if key := normal_email(email, aliases):
                    by_email[key] = name
            if key := name_key(row["display"]):
                by_name.setdefault(key, set()).add(name)
    found = []
    for row in names:
        actor = row["actor"]
        fits = by_name.get(name_key(actor) or "", set())
        if match := by_id.get(actor.casefold()):
            how = "id"
        elif match := by_email.get(normal_email(actor, aliases) or ""):
            how = "email"
        elif len(fits) == 1:
            match, how = next(iter(fits)), "name"
        else:
            match, how = None, None
        found.append({"actor": actor, "person": match, "matched_by": how, "source": row["source"], "basis": "joined"})
    store.add("actors", found)
