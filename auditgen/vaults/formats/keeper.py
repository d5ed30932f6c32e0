"""Keeper: JSON, which lists who reads a shared folder, and CSV, which has no header."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import partial

from auditgen.vaults.entry import Broken, Entry, Key, Refused, Vault
from auditgen.vaults.formats import Format
from auditgen.vaults.formats.values import Reader, add_address, add_totp, counted, day
from auditgen.vaults.limits import Opened, list_of, table_of

CSV_COLUMNS = ("folder", "title", "login", "password", "url", "notes", "shared folder")
RECORD_KEYS = {"login", "password", "login_url", "custom_fields", "$type", "folders", "last_modified"}
LOGIN_TYPES = ("", "login", "general")
NOTE_TYPES = ("encryptedNotes", "file", "photo")
TOTP_KINDS = ("oneTimeCode", "TFC")
HIDDEN_KINDS = (
    "secret",
    "pinCode",
    "password",
    "securityQuestion",
    "note",
    "licenseNumber",
    "trafficEncryptionSeed",
)
CODED_KINDS = ("keyPair", "paymentCard", "bankAccount")
CODES = ("privateKey", "cardNumber", "cardSecurityCode", "accountNumber", "routingNumber", "answer")
# A password of these opens a key and signs in nowhere.
KEYS = "sshKeys"
# Of times beyond this many seconds, in the year 5138, the unit is the millisecond.
MILLISECONDS = 10**11
# Who can read a shared folder, by its path as written; None where the export does not list them.
People = dict[str, set[str] | None]


def is_json(opened: Opened) -> bool:
    data = table_of(opened.json)
    records = data.get("records")
    if not isinstance(records, list):
        return False
    if "shared_folders" in data:
        return True
    return any("title" in record and RECORD_KEYS & record.keys() for record in map(table_of, records[:20]))


def read_json(opened: Opened, key: Key) -> Vault:
    if not is_json(opened):
        raise Refused("not_vault")
    people = _people(opened.json)
    vault = Vault("keeper")
    for number, item in enumerate(opened.json["records"], 1):
        vault.take(counted(number), "records", partial(_entry, number, item, people))
    return vault


def _people(data: object) -> People:
    people: People = {}
    for folder in list_of(table_of(data).get("shared_folders")):
        try:
            reader = Reader(folder, "shared_folders")
            path, permissions = reader.text("path"), reader.parts("permissions")
            named = {each.text("name").casefold() for each in permissions}
            # A team has an id or a name that is no address, and nobody says who is in it.
            teams = any("uid" in each for each in permissions) or any("@" not in name for name in named)
        except Broken:
            continue
        people[path] = None if teams else named or None
    return people


def _entry(number: int, value: object, people: People) -> Entry:
    item = Reader(value, "records")
    entry = Entry(number, title=item.text("title"), username=item.text("login"), notes=item.text("notes"))
    entry.password, kind = item.text("password"), item.text("$type")
    entry.totp = False
    add_address(entry, item.text("login_url"))
    _folders(entry, item, people)
    custom = item.raw("custom_fields")
    # Older exports write an empty list where there are none.
    if custom not in (None, []):
        if not isinstance(custom, dict):
            raise Broken("custom_fields")
        for name, content in custom.items():
            _custom(entry, name, content)
    entry.revised_on = _moment(item)
    if kind == KEYS and entry.password:
        entry.secrets.append(entry.password)
        entry.password = ""
    entry.kind = "login" if kind in LOGIN_TYPES or entry.password else "note" if kind in NOTE_TYPES else "other"
    if entry.kind != "login":
        entry.password = None
    return entry


def _moment(item: Reader) -> date | None:
    value = item.raw("last_modified")
    try:
        large = isinstance(value, int | float) and value > MILLISECONDS
        return day(value, 1000 if large else 1)
    except (ValueError, TypeError) as error:
        raise Broken("last_modified", type(error).__name__) from None


def _folders(entry: Entry, item: Reader, people: People) -> None:
    """Where the record lies. People of several shared folders are counted once each."""
    own, shared = [], []
    for folder in item.parts("folders"):
        if folder.text("shared_folder"):
            shared.append(folder.text("shared_folder"))
        elif folder.text("folder"):
            own.append(folder.text("folder"))
    entry.shared = bool(shared)
    paths = shared or own
    entry.collection = _path(paths[0]) if paths else None
    known = [people.get(path) for path in shared]
    if known and all(known):
        entry.people = len(set().union(*(names for names in known if names)))


def _path(path: str) -> str:
    r"""A\B\C as A/B/C; a backslash of a name is written twice."""
    return re.sub(r"\\{1,2}", lambda found: "/" if len(found[0]) == 1 else "\\", path)


def _custom(entry: Entry, name: str, content: object) -> None:
    """One custom field. Its name is a label, or $kind, $kind:label or $kind:label:number."""
    kind, _, label = name.removeprefix("$").partition(":") if name.startswith("$") else ("", "", name)
    label = re.sub(r":\d*$", "", label) or kind
    if name.startswith("TFC:"):
        kind = "TFC"
    if kind == "passkey" and content:
        entry.passkey = True
    for value in _texts(content, kind):
        if kind in TOTP_KINDS or value.startswith("otpauth://"):
            add_totp(entry, value)
        elif kind == "url":
            add_address(entry, value)
        elif kind in CODED_KINDS or kind == "passkey":
            entry.secrets.append(value)
        else:
            entry.fields.append((label, value, kind in HIDDEN_KINDS))


def _texts(content: object, kind: str) -> Iterator[str]:
    """The texts in a custom field: one, a list of them, or a table of which only the codes count."""
    for value in content if isinstance(content, list) else [content]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            # The rest of a passkey is public, and d is what its key keeps to itself.
            codes = [*map(value.get, CODES), table_of(value.get("privateKey")).get("d")]
            yield from (text for text in codes if isinstance(text, str) and text)
        elif kind in TOTP_KINDS and value is not None:
            raise Broken("custom_fields")


def read_csv(opened: Opened, key: Key) -> Vault:
    vault = Vault("keeper")
    rows = opened.rows()
    if rows and [cell.strip().casefold() for cell in rows[0][:4]] == list(CSV_COLUMNS[:4]):
        del rows[0]
    for number, row in enumerate(rows, 1):
        if len(row) > 1 or row[0].strip():
            vault.take(number, "row", partial(_csv_entry, number, row))
    return vault


def _csv_entry(number: int, row: list[str]) -> Entry:
    if len(row) < len(CSV_COLUMNS):
        raise Broken(CSV_COLUMNS[len(row)], "TooFewCells")
    folder, title, login, password, url, notes, shared = row[: len(CSV_COLUMNS)]
    custom = row[len(CSV_COLUMNS) :]
    if len(custom) % 2:
        raise Broken("custom field", "TooFewCells")
    entry = Entry(number, title, login, password, notes=notes, shared=bool(shared.strip()))
    entry.collection = _path(shared.strip() or folder) or None
    add_address(entry, url)
    for name, value in zip(custom[::2], custom[1::2], strict=True):
        if name or value:
            _custom(entry, name, value)
    if not (login or password or url):
        entry.kind, entry.password = "note", None
    return entry


FORMATS = [
    Format("keeper-json", "Keeper JSON", is_json, read_json),
    Format("keeper-csv", "Keeper CSV", lambda opened: False, read_csv, only_named=True),
]
