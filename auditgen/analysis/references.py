"""References to people: every table names a person by the id that `people` has, and a leaver who fits nobody is told.

Lists name the same person by id, address or name; where that fits one person, the id takes its place. A row of the
leavers' list that could be somebody who holds something here, and could not be joined, leaves open whether they work
here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from auditgen.analysis.everybody import Everybody
from auditgen.analysis.identity import name_key

if TYPE_CHECKING:
    from auditgen.evidence.store import Store

# Table → columns that name people.
_REFERENCES = {
    "accounts": ("owner", "deputy"),
    "access": ("person", "sponsor"),
    "apps": ("owner",),
    "switches": ("people",),
    "agencies": ("sponsor",),
    "launches": ("on_call",),
    "drills": ("person",),
    "sites": ("owner",),
    "vaults": ("owner",),
}
# Names that a message lists before it counts the rest.
_SHOWN = 5


def join_references(store: Store) -> None:
    """Write the id of `people` wherever another list names the same person by an address, a name or another id."""
    ids = {row["person"] for row in store.select("select person from people")}
    everybody: Everybody | None = None
    for table, columns in _REFERENCES.items():
        replaced = []
        for column in columns:
            many = column in ("people", "on_call")
            one = f"unnest({column})" if many else column
            told = store.select(f"select distinct name from (select {one} as name from {table}) where name is not null")
            strange = sorted(row["name"] for row in told if row["name"] not in ids)
            if not strange:
                continue
            everybody = everybody or Everybody.of(store)
            found = {name: person.id for name in strange if (person := everybody.find(name).person)}
            if not found:
                continue
            names = ", ".join(_quoted(name) for name in found)
            into = ", ".join(_quoted(person) for person in found.values())
            known = f"map([{names}], [{into}])"
            new = f"list_transform({column}, lambda name: coalesce({known}[name], name))" if many else (
                f"coalesce({known}[{column}], {column})"
            )  # fmt: skip
            replaced.append(f"{new} as {column}")
        if replaced:
            # Written anew rather than updated, so that the same evidence is saved as the same bytes.
            store.select(f"create or replace table {table} as select * replace ({', '.join(replaced)}) from {table}")


def doubt_leavers(store: Store) -> None:
    """Tell leavers who are in no other list; whom one of them may be has a status that is not known."""
    alone = store.select(
        """
        select p.person, p.display, p.email, r.source, r.locator, r.email as written
        from people p join person_records r
          on r.source is not distinct from p.source and r.locator is not distinct from p.locator
        where r.origin = 'leavers' order by r.source, try_cast(regexp_extract(r.locator, '\\d+') as integer), r.locator
        """
    )
    if not alone:
        return
    gone = {row["person"] for row in alone}
    columns = " union ".join(
        f"select {f'unnest({column})' if column in ('people', 'on_call') else column} as person from {table}"
        for table, columns in _REFERENCES.items()
        for column in columns
    )
    holders = store.select(
        f"select person, display, email from people where person in (select person from ({columns})) "
        "and status is distinct from 'left' and left_on is null order by person"
    )
    near: dict[str, dict[str, Any]] = {}
    for leaver in alone:
        for holder in holders:
            if holder["person"] not in gone and _may_be(leaver, holder):
                near.setdefault(holder["person"], leaver)
    for person, leaver in near.items():
        told = f"{leaver['display'] or leaver['email']} ({leaver['source']}, {leaver['locator']})"
        store.select(
            "update people set status = null, maybe_left = $told where person = $person",
            {"told": told, "person": person},
        )
    by_source: dict[str, list[str]] = {}
    for leaver in alone:
        by_source.setdefault(leaver["source"], []).append(leaver["display"] or leaver["email"] or leaver["person"])
    for source, names in by_source.items():
        store.select(
            "update sources set message = concat_ws(' ', message, $says::varchar) where path = $path",
            {"says": f"In no other list of people: {', '.join(_some(names))}.", "path": source},
        )


def _some(names: list[str]) -> Iterator[str]:
    yield from names[:_SHOWN]
    if len(names) > _SHOWN:
        yield f"and {len(names) - _SHOWN:,} more"


def _may_be(leaver: Mapping[str, Any], holder: Mapping[str, Any]) -> bool:
    """Whether a leaver in no other list may be somebody of another one: the same name, or nearly the same."""
    # Who has no name is shown by the address, which is none.
    left, here = (None if "@" in str(row["display"]) else name_key(row["display"]) for row in (leaver, holder))
    if left and left == here:
        return True
    mails = [str(row["email"]).rpartition("@")[0] if row["email"] else None for row in (leaver, holder)]
    if not left and mails[0] and here and _within(mails[0], str(holder["display"])):
        return True
    if mails[0] and mails[1]:
        # Two addresses are two people, unless one name stands before two domains.
        return mails[0] == mails[1] and leaver["email"] != holder["email"] and not (left and here)
    if not left or not here:
        return False
    names = [str(row["display"]) for row in (leaver, holder)]
    # One word is the name of too many.
    if min(len(name.split()) for name in names) > 1 and (_within(*names) or _within(*reversed(names))):
        return True
    from rapidfuzz.distance import OSA

    most = 1 if len(left) < 10 else 2
    return bool(OSA.distance(left, here, score_cutoff=most) <= most)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _within(short: str, long: str) -> bool:
    """Whether every part of one name stands in another, one letter for its first: C. Moreau and Cyril Moreau-Petit."""
    few, many = ([part for part in re.split(r"[^\w]+|_", name.casefold()) if part] for name in (short, long))
    whole = [part for part in few if len(part) > 1]
    return (
        bool(whole) and set(whole) <= set(many) and all(any(other.startswith(part) for other in many) for part in few)
    )
