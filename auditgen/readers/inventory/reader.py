"""The inventory people keep by hand: accounts, people, access, apps, switches, agencies, launches, drills, sites.

`accounts.yml` holds all of it, `accounts.xlsx` has a sheet for each, `accounts.csv` has one row an account.
YAML is read as YAML 1.2, so `no`, `off` and `12:30` stay what they are. Secrets are refused by key and by shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from auditgen.files import cells as cell
from auditgen.files import yaml12
from auditgen.files.errors import ReadError
from auditgen.files.problems import nearest
from auditgen.files.tabular import decode, header_key, header_words, overlong, read_sheets, with_header
from auditgen.readers import Context, Sink, SourceReport
from auditgen.readers.inventory.fields import ABOUT, CSV_EXTRAS, ENTITY_ALIASES, FIELDS, TABLES, WORDS, keys_of
from auditgen.reference.sites import SAME

_BASES = ("probed", "exported", "joined", "declared")


@dataclass(frozen=True)
class Entry:
    """One entry as written: flat key → (value, place), and where the entry stands."""

    entity: str
    values: Mapping[str, tuple[Any, str]]
    place: str


class Inventory:
    name = "inventory"
    title = "Inventory of accounts"
    options: Mapping[str, str] = {}
    tables = ("accounts", "person_records", "access", "apps", "switches", "agencies", "launches", "drills", "sites",
              "incidents")  # fmt: skip
    after: tuple[str, ...] = ()
    missing = "Add it to the inventory (accounts.yml or accounts.xlsx; accounts.csv holds accounts only)."

    def read(self, path: Path, context: Context, sink: Sink) -> list[SourceReport]:
        """Fill the inventory's tables. Raises ReadError for a file that is no inventory."""
        file = context.relative(path)
        taker = _Taker(file, context.seen_on(path), context.as_of)
        ignored: list[str] = []
        if path.suffix.lower() in (".yml", ".yaml"):
            entries = list(_yaml_entries(path, file))
        else:
            entries = _sheet_entries(path, file, ignored, taker.notes)
        rows = taker.take(entries)
        total = 0
        for table, content in rows.items():
            total += sink.add(table, content)
        status = "empty" if not total else "partly" if taker.refused else "read"
        used = sorted(taker.used)
        message = taker.notes.sentence()
        if not entries and message is None:
            message = "It has no entry yet; one account is enough to begin."
        return [SourceReport(file, status, total, taker.refused, used, ignored, message, taker.seen_on)]


# -- YAML ------------------------------------------------------------------------------------------------


def _yaml_entries(path: Path, file: str) -> Iterator[Entry]:
    try:
        data = yaml12.load(decode(path, file))
    except yaml12.YamlError as error:
        raise ReadError(f"{file}, line {error.line}: is not usable YAML here: {error.says}") from None
    if not isinstance(data, yaml12.Map):
        seen = "nothing" if data is None else "a list" if isinstance(data, list) else "a single word"
        raise ReadError(f"{file}: expected keys such as accounts and people, found {seen}")
    known = {*TABLES, *ENTITY_ALIASES, "schema", "organisation", "organization"}
    for key, content in data.items():
        entity = ENTITY_ALIASES.get(key, key)
        line = data.lines[key]
        if key not in known:
            raise ReadError(f"{file}, line {line}: unknown key {key}{nearest(key, known)}")
        if entity not in TABLES or content is None:
            continue
        if not isinstance(content, yaml12.Sequence):
            raise ReadError(f"{file}, line {line}: {key} should be a list of entries, each beginning with a dash")
        for item, line in zip(content, content.lines, strict=True):
            if not isinstance(item, yaml12.Map):
                says = f"an entry of {key} should hold keys such as id, found {cell.shown(item)}"
                raise ReadError(f"{file}, line {line}: {says}")
            yield Entry(entity, dict(_flat(item, "")), f"line {line}")


def _flat(item: yaml12.Map, prefix: str) -> Iterator[tuple[str, tuple[Any, str]]]:
    for key, value in item.items():
        if isinstance(value, yaml12.Map):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            plain = list(value) if isinstance(value, list) else value
            yield f"{prefix}{key}", (plain, f"line {item.lines[key]}")


# -- tables ----------------------------------------------------------------------------------------------


def _sheet_entries(path: Path, file: str, ignored: list[str], notes: cell.Notes) -> list[Entry]:
    """Entries of every sheet; headers and sheets without use go to `ignored`, what looks wrong to `notes`."""
    sheets = read_sheets(path, file)
    if not sheets:
        raise ReadError(f"{file}: holds no table")
    entries: list[Entry] = []
    for sheet in sheets:
        label = header_key(sheet.name).replace(" ", "_")
        entity = ENTITY_ALIASES.get(label, label)
        if entity not in TABLES:
            if len(sheets) > 1:
                ignored.append(f"sheet {sheet.name}")
                continue
            entity = "accounts"
        known = {key.replace("_", " ").replace(".", " "): key for key in keys_of(entity)}
        known |= {key.replace("_", " "): key for key in ABOUT}
        if entity == "accounts":
            known |= {key.replace("_", " "): key for key in CSV_EXTRAS}
        sheet = with_header(sheet, known)
        headers: list[str | None] = []
        for header in sheet.header:
            key = known.get(header_key(header))
            if key is not None and key in headers:
                notes.add("Columns that stand twice, of which the first counts", header)
                key = None
            elif key is None and header:
                if cell.looks_secret(header, "value"):
                    raise ReadError(
                        f"{file}: the column {header} looks like it holds secrets; take it out of the inventory"
                    )
                ignored.append(header)
            headers.append(key)
        found = {keys_of(entity).get(key or "") for key in headers}
        # An account can be told by platform and handle, a person by name or address; all else needs its id.
        enough = {"accounts": {"handle", "url"}, "people": {"display", "email"}}.get(entity, set())
        if not found & {next(iter(FIELDS[entity])), *enough}:
            says = f"expected a column id in {sheet.name or 'the header'}, found {header_words(sheet)}"
            if len(sheets) == 1:
                raise ReadError(f"{file}: {says}")
            notes.add("Sheets that were not read", f"sheet {sheet.name}, {says}")
            continue
        place = f"sheet {sheet.name} row" if sheet.name else "row"
        for number in overlong(sheet):
            notes.add("Rows with more cells than the header; a comma inside a cell needs quotes around the cell",
                      f"{place} {number}")  # fmt: skip
        for number, cells in sheet.rows:
            values = {
                key: (value, f"{place} {number}")
                for key, value in zip(headers, cells, strict=False)
                if key is not None and not cell.blank(value)
            }
            entries.append(Entry(entity, values, f"{place} {number}"))
    return entries


# -- rows ------------------------------------------------------------------------------------------------


class _Taker:
    """Turns entries into rows: kinds checked, people resolved, secrets refused, troubles noted."""

    def __init__(self, file: str, seen_on: date, as_of: date) -> None:
        self.file = file
        self.seen_on = seen_on
        self.as_of = as_of
        self.notes = cell.Notes()
        self.refused = 0
        self.used: set[str] = set()
        self.people: dict[str, str] = {}
        self.mentioned: dict[str, str] = {}

    def take(self, entries: Iterable[Entry]) -> dict[str, list[dict[str, Any]]]:
        entries = list(entries)
        for entry in entries:
            if entry.entity == "people":
                name = cell.as_text(entry.values.get("id", entry.values.get("person", (None, "")))[0])
                for key in ("emails", "email"):
                    for address in cell.as_list(entry.values.get(key, (None, ""))[0]) or ():
                        self.people[address.casefold()] = name or address.casefold()
                if name:
                    self.people[name.casefold()] = name
        rows: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES.values()}
        seen: set[tuple[str, str]] = set()
        for entry in entries:
            row = self._row(entry)
            if row is None:
                continue
            key = next(iter(FIELDS[entry.entity]))
            if entry.entity not in ("access", "apps", "people"):
                # Two ids that differ in case alone are one name written in two ways.
                if (entry.entity, row[key].casefold()) in seen:
                    self._refuse(f"{entry.place}: the id {row[key]} is used twice")
                    continue
                seen.add((entry.entity, row[key].casefold()))
            rows[TABLES[entry.entity]].append(row)
            if entry.entity == "accounts":
                self._extras(entry, row, rows)
        known = {str(row["person"]) for row in rows["person_records"]}
        for email, place in self.mentioned.items():
            if email not in known:
                rows["person_records"].append(
                    {"person": email, "email": email, "origin": "inventory", **self._about(place)}
                )
        return rows

    def _about(self, place: str) -> dict[str, Any]:
        return {"source": self.file, "locator": place, "seen_on": self.seen_on, "basis": "declared"}

    def _refuse(self, says: str) -> None:
        self.refused += 1
        self.notes.add("Entries were left out", says)

    def _row(self, entry: Entry) -> dict[str, Any] | None:
        known = keys_of(entry.entity)
        row: dict[str, Any] = self._about(entry.place)
        for key, (value, place) in entry.values.items():
            if key in ABOUT:
                if key == "seen_on" and (day := self._value("date", key, value, place)):
                    if day > self.as_of:
                        self.notes.add(
                            "Days still to come, on which nothing can have been seen", f"{place}, {key}: {day}"
                        )
                    else:
                        row["seen_on"] = day
                elif key == "basis" and value in _BASES:
                    row["basis"] = value
                continue
            if entry.entity == "accounts" and key in CSV_EXTRAS:
                continue
            if cell.looks_secret(key, value):
                self.notes.add("Looks like a secret and was not taken", f"{place}, {key}")
                continue
            column = known.get(key)
            if column is None:
                base = key.partition(".")[0]
                if f"{base}.source" == key or key.endswith(".source"):
                    continue
                self.notes.add("Unknown keys were left out", f"{place}: {key}{nearest(key, known)}")
                continue
            self.used.add(f"{entry.entity}.{column}")
            taken = self._value(FIELDS[entry.entity][column][0], key, value, place)
            if column == "email" and isinstance(taken, list):
                row["email"], row["other_emails"] = taken[0], taken[1:]
            elif taken is not None and row.get(column) is None:
                row[column] = taken
        return self._complete(entry, row)

    def _complete(self, entry: Entry, row: dict[str, Any]) -> dict[str, Any] | None:
        """Fill the id where it can be told without guessing; refuse an entry without one."""
        first = next(iter(FIELDS[entry.entity]))
        if entry.entity == "people":
            row["origin"] = "inventory"
            row[first] = row.get(first) or row.get("email") or row.get("display")
        if entry.entity == "drills":
            row[first] = row.get(first) or "-".join(
                str(row.get(key) or "") for key in ("kind", "switch", "done_on")
            ).strip("-")
            row["kind"] = row.get("kind") or ("switch" if row.get("switch") else None)
        if entry.entity == "incidents":
            # A site may be told by its id or by its address.
            domain = str(row.get("domain") or (row.get("site") if "." in str(row.get("site")) else "") or "").casefold()
            row["domain"] = SAME.get(domain, domain) or None
            named = next(
                (row[key] for key in ("account", "app", "tool", "agency", "site", "domain") if row.get(key)), None
            )
            if named:
                row[first] = row.get(first) or f"{named}-{row.get('happened_on') or 'undated'}"
        if entry.entity == "accounts" and not row.get(first) and row.get("platform") and row.get("handle"):
            row[first] = f"{row['platform']}-{row['handle']}"
        if not row.get(first):
            self._refuse(f"{entry.place}: an entry of {entry.entity} needs an id")
            return None
        if entry.entity == "launches" and not row.get("starts_at"):
            self._refuse(f"{entry.place}: an entry of launches needs a start")
            return None
        if entry.entity == "access" and not row.get("person"):
            self._refuse(f"{entry.place}: an entry of access needs a person")
            return None
        if entry.entity == "access" and row.get("administers") is None and row.get("role"):
            # The role's own name is the only evidence; any other name says nothing either way.
            role = str(row["role"]).casefold()
            if any(word in role for word in ("owner", "admin", "full control", "manager")):
                row["administers"] = True
            elif role in ("contributor", "editor", "analyst", "viewer", "author", "advertiser", "content creator"):
                row["administers"] = False
        return row

    def _value(self, kind: str, key: str, value: Any, place: str) -> Any:
        try:
            if kind.startswith("word:"):
                if kind == "word:second_factor" and value is False:
                    return "none"
                return cell.as_word(value, WORDS[kind[5:]])
            if kind == "factor":
                return _has_factor(value)
            if kind in ("person", "people", "emails"):
                found = [self._person(item, key, place, kind) for item in cell.as_list(value) or ()]
                return (found or None) if kind != "person" else (found[0] if found else None)
            if kind == "handle":
                text = cell.as_text(value)
                return text.lstrip("@") or None if text else None
            if kind == "joined":
                items = cell.as_list(value)
                return ", ".join(items) if items else None
            kinds: dict[str, Any] = {"text": cell.as_text, "bool": cell.as_bool, "date": cell.as_date,
                                     "moment": cell.as_moment, "int": cell.as_int, "list": cell.as_list}  # fmt: skip
            return kinds[kind](value)
        except ValueError as error:
            self.notes.add(
                "Not understood and taken as not known", f"{place}, {key}: {cell.shown(value)}, expected {error}"
            )
            return None

    def _person(self, text: str, key: str, place: str, kind: str) -> str:
        known = text.casefold()
        if kind == "emails":
            return known
        if known in self.people:
            return self.people[known]
        if "@" in text:
            self.mentioned.setdefault(known, place)
            return known
        if self.people:
            self.notes.add(
                "People that are in no entry of people", f"{place}, {key}: {text}{nearest(text, self.people)}"
            )
        return text

    def _extras(self, entry: Entry, row: Mapping[str, Any], rows: dict[str, list[dict[str, Any]]]) -> None:
        """Agency and pause of the one-row-an-account form become entries of their own."""

        def given(key: str) -> Any:
            return entry.values.get(key, (None, ""))[0]

        if row.get("agency") and not cell.blank(given("agency_until")):
            until = self._value("date", "agency_until", given("agency_until"), entry.place)
            if not any(item["agency"] == row["agency"] for item in rows["agencies"]):
                rows["agencies"].append({"agency": row["agency"], "title": row["agency"], "contract_until": until,
                                         **self._about(entry.place)})  # fmt: skip
        if not cell.blank(given("pause_how")):
            tested = self._value("date", "pause_tested", given("pause_tested"), entry.place)
            rows["switches"].append(
                {
                    "switch": f"pause-{row['account']}",
                    "title": f"Scheduled posts of {row['account']}",
                    "feature": "scheduled_posts",
                    "covers": [row["account"]],
                    "off_how": cell.as_text(given("pause_how")),
                    "tested_on": tested,
                    **self._about(entry.place),
                }
            )


def _has_factor(value: Any) -> bool | None:
    """Whether a person has a second factor: yes or no, or the kind of it. Raises ValueError for another word."""
    try:
        return cell.as_bool(value)
    except ValueError:
        word = cell.as_word(value, WORDS["second_factor"])
        return None if word is None else word != "none"


READER = Inventory()
