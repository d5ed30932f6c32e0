"""Dashlane: its CSV, the zip of several CSVs, and the JSON of older versions."""

from __future__ import annotations

from functools import partial

from auditgen.vaults.entry import Entry, Key, Refused, Vault
from auditgen.vaults.formats import Format
from auditgen.vaults.formats.columns import (
    Row,
    Table,
    address,
    collection,
    notes,
    password,
    rows_of,
    tables_of,
    title,
    totp,
    username,
)
from auditgen.vaults.formats.values import Reader, add_address, counted
from auditgen.vaults.limits import Opened, table_of

JSON_LOGINS = "AUTHENTIFIANT"


def _note(entry: Entry, row: Row) -> Entry:
    entry.kind = "note"
    return entry


CSV = Table(
    name="dashlane-csv",
    title="Dashlane CSV",
    product="dashlane",
    columns={
        "username": username,
        "username2": username,
        "username3": username,
        "title": title,
        "password": password,
        "note": notes,
        "url": address,
        "category": collection,
        "otpSecret": totp,
        "otpUrl": totp,
        "otp": totp,
    },
    marks=("username", "username2", "username3", "title", "password", "note", "url", "category"),
)
# Only ever looked for inside the zip, where its neighbour tells the product.
NOTES = Table(
    name="dashlane-notes",
    title="Dashlane secure notes",
    product="dashlane",
    columns={"title": title, "note": notes, "category": collection},
    marks=("title", "note"),
    exact=True,
    finish=_note,
)


def is_zip(opened: Opened) -> bool:
    return any(CSV.layout(header) for _, header in tables_of(opened.archive))


def read_zip(opened: Opened, key: Key) -> Vault:
    """Logins first, then secure notes; cards, identities and addresses are left out."""
    vault = Vault("dashlane")
    found = list(tables_of(opened.archive))
    if opened.archive is None or not any(CSV.layout(header) for _, header in found):
        raise Refused("not_vault")
    for table in (CSV, NOTES):
        for name, header in found:
            if table.layout(header):
                table.fill(vault, rows_of(opened.archive, name))
    return vault


def is_json(opened: Opened) -> bool:
    return isinstance(table_of(opened.json).get(JSON_LOGINS), list)


def read_json(opened: Opened, key: Key) -> Vault:
    if not is_json(opened):
        raise Refused("not_vault")
    vault = Vault("dashlane")
    for number, item in enumerate(opened.json[JSON_LOGINS], 1):
        vault.take(counted(number), JSON_LOGINS, partial(_entry, number, item))
    return vault


def _entry(number: int, value: object) -> Entry:
    item = Reader(value, JSON_LOGINS)
    names = [name for name in map(item.text, ("login", "email", "secondaryLogin")) if name]
    entry = Entry(number, title=item.text("title"), password=item.text("password"), notes=item.text("note"))
    entry.username = names[0] if names else ""
    entry.fields = [("username", name, False) for name in names[1:]]
    add_address(entry, item.text("domain"))
    return entry


FORMATS = [
    CSV.format(),
    Format("dashlane-zip", "Dashlane zip", is_zip, read_zip),
    Format("dashlane-json", "Dashlane JSON", is_json, read_json),
]
