"""The CSVs of KeePassXC, LastPass, NordPass and of what browsers and systems keep."""

from __future__ import annotations

import re

from auditgen.vaults.entry import Broken, Entry, Key, Refused, Vault
from auditgen.vaults.formats import Format
from auditgen.vaults.formats.columns import (
    Row,
    Table,
    address,
    changed_ms,
    collection,
    created_iso,
    created_ms,
    notes,
    nothing,
    password,
    revised_iso,
    rows_of,
    secret,
    tables_of,
    title,
    totp,
    username,
    with_column,
)
from auditgen.vaults.formats.values import Reader, add_address, json_list
from auditgen.vaults.limits import Opened, text_of

# A password that only points to that of another entry; a CSV has no ids to follow it by.
REFERENCE = re.compile(r"\{REF:P@[TUPANI]:[^{}]*\}", re.IGNORECASE)
# What KeePassXC calls its bin in English; by a translated name it cannot be told from a group.
BIN = "Recycle Bin"
NOTE_URL = "http://sn"
NO_URL = "http://"
SYNC_URL = "chrome://FirefoxAccounts"
# Fields of LastPass's own kinds of note that open something.
CODES = ("password", "passphrase", "private key", "pin", "security code", "number", "routing number", "account number")
CODES_OF_CARDS = {"cardnumber": secret, "cvc": secret, "pin": secret}
PERSON = ("full_name", "phone_number", "email", "address1", "address2", "city")
NORDPASS_KINDS = {"password": "login", "note": "note"}


def _keepassxc(entry: Entry, row: Row) -> Entry:
    if REFERENCE.fullmatch(row["Password"]):
        entry.password = None
    groups = row["Group"].split("/")
    # The first one is the database itself.
    if BIN in groups[1:2]:
        entry.place = "bin"
    return entry


def _lastpass(entry: Entry, row: Row) -> Entry:
    url = row["url"].strip()
    if url == NOTE_URL:
        entry.kind, entry.addresses, entry.password = "note", [], entry.password or None
        if entry.notes.startswith("NoteType:"):
            _typed_note(entry)
    elif url == NO_URL:
        entry.addresses = []
    return entry


def _typed_note(entry: Entry) -> None:
    """LastPass's own kinds of note: a line for each field, what has several lines goes on below; notes last."""
    head, _, rest = entry.notes.partition("\nNotes:")
    fields: list[tuple[str, str]] = []
    for line in head.split("\n"):
        name, colon, value = line.partition(":")
        # A private key may have lines of the form of a field.
        inside = bool(fields) and "-----BEGIN" in fields[-1][1] and "-----END" not in fields[-1][1]
        if colon and len(name) < 40 and "-----" not in name and not inside:
            fields.append((name, value))
        elif fields:
            fields[-1] = (fields[-1][0], f"{fields[-1][1]}\n{line}")
    entry.notes = rest
    entry.fields += [(name, value, name.casefold() in CODES) for name, value in fields[1:] if value]


def _firefox(entry: Entry, row: Row) -> Entry:
    if row["url"].strip() == SYNC_URL:
        # The browser's own sign-in to its sync service, no password of anybody.
        entry.kind, entry.password, entry.secrets = "other", None, [row["password"]]
    return entry


def _nordpass(entry: Entry, row: Row) -> Entry | None:
    kind = row["type"].strip() if "type" in row else _kind_of_old(row)
    if kind == "folder":
        return None
    entry.kind = NORDPASS_KINDS.get(kind, "other")
    if entry.kind != "login":
        entry.password = entry.password or None
    with_column("additional_urls", _additional_urls, entry, row.get("additional_urls", ""))
    with_column("custom_fields", _custom_fields, entry, row.get("custom_fields", ""))
    return entry


def _kind_of_old(row: Row) -> str:
    """Kind of a row from before rows told it."""
    if row["cardnumber"]:
        return "credit_card"
    if row["username"] or row["password"] or row["url"]:
        return "password"
    if any(row.get(name) for name in PERSON):
        return "identity"
    # A folder lies in none.
    return "note" if row["note"] or row["folder"] else "folder"


def _additional_urls(entry: Entry, cell: str) -> None:
    for url in json_list(cell):
        if not isinstance(url, str):
            raise Broken("additional_urls")
        add_address(entry, url)


def _custom_fields(entry: Entry, cell: str) -> None:
    for kept in json_list(cell):
        field = Reader(kept, "custom_fields")
        value = field.raw("value")
        if isinstance(value, dict | list):
            raise Broken("custom_fields")
        if value is not None and value != "":
            hidden = text_of(field.raw("type")) in ("hidden", "password", "pin")
            entry.fields.append((text_of(field.raw("label")), str(value), hidden))


APPLE = Table(
    name="apple-csv",
    title="Apple Passwords or Safari CSV",
    product="apple",
    columns={
        "Title": title,
        "URL": address,
        "Url": address,
        "Username": username,
        "Password": password,
        "Notes": notes,
        "OTPAuth": totp,
    },
    marks=("Title", "Username", "Password"),
    one_of=(("URL", "Url"),),
    exact=True,
    cased=True,
    kind="individual",
    shared=False,
)
TABLES = (
    Table(
        name="keepassxc-csv",
        title="KeePassXC CSV",
        product="keepass",
        columns={
            "Group": collection,
            "Title": title,
            "Username": username,
            "Password": password,
            "URL": address,
            "Notes": notes,
            "TOTP": totp,
            "Icon": nothing,
            "Last Modified": revised_iso,
            "Created": created_iso,
        },
        marks=("Group", "Title", "Username", "Password", "URL", "Notes"),
        finish=_keepassxc,
    ),
    Table(
        name="lastpass-csv",
        title="LastPass CSV",
        product="lastpass",
        columns={
            "url": address,
            "username": username,
            "password": password,
            "totp": totp,
            "extra": notes,
            "name": title,
            "grouping": collection,
            "fav": nothing,
        },
        marks=("url", "username", "password", "extra", "name", "grouping"),
        finish=_lastpass,
    ),
    Table(
        name="firefox-csv",
        title="Firefox CSV",
        product="firefox",
        columns={
            "url": address,
            "username": username,
            "password": password,
            "httpRealm": nothing,
            "formActionOrigin": nothing,
            "guid": nothing,
            "timeCreated": created_ms,
            "timeLastUsed": nothing,
            "timePasswordChanged": changed_ms,
        },
        marks=("url", "username", "password", "timePasswordChanged"),
        kind="individual",
        shared=False,
        finish=_firefox,
    ),
    Table(
        name="nordpass-csv",
        title="NordPass CSV",
        product="nordpass",
        columns={
            "name": title,
            "url": address,
            "additional_urls": nothing,
            "username": username,
            "password": password,
            "note": notes,
            "folder": collection,
            "type": nothing,
            "custom_fields": nothing,
            "expirydate": nothing,
            **CODES_OF_CARDS,
            **dict.fromkeys(PERSON, nothing),
        },
        marks=("name", "url", "username", "password", "note", "cardnumber", "cvc", "expirydate", "folder"),
        finish=_nordpass,
    ),
    Table(
        name="browser-csv",
        title="Chrome, Edge or Brave CSV",
        product="browser",
        columns={"name": title, "url": address, "username": username, "password": password, "note": notes},
        marks=("name", "url", "username", "password"),
        exact=True,
        kind="individual",
        shared=False,
    ),
    APPLE,
)


def is_apple_zip(opened: Opened) -> bool:
    return any(APPLE.layout(header) for _, header in tables_of(opened.archive))


def read_apple_zip(opened: Opened, key: Key) -> Vault:
    """Safari's own archive, in which only the language of the Mac decides the name of the table."""
    vault = Vault(APPLE.product, APPLE.kind)
    found = [name for name, header in tables_of(opened.archive) if APPLE.layout(header)]
    if opened.archive is None or not found:
        raise Refused("not_vault")
    for name in found:
        APPLE.fill(vault, rows_of(opened.archive, name))
    return vault


FORMATS = [
    *(table.format() for table in TABLES),
    Format("apple-zip", "Safari zip", is_apple_zip, read_apple_zip),
]
