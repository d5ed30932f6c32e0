"""Bitwarden CSV exports of one person and of an organisation, read by the columns their header names."""

from __future__ import annotations

import re
from functools import partial

from auditgen.vaults.entry import Broken, Entry, Key, Refused, Vault
from auditgen.vaults.formats import Format
from auditgen.vaults.formats.values import add_address, add_totp
from auditgen.vaults.limits import Opened

NEEDED = frozenset(("type", "name", "notes", "fields", "login_uri", "login_username", "login_password", "login_totp"))
PERSONAL, ORGANISATION = "folder", "collections"
# How an address begins: with a scheme, or with a host whose last label is a word.
_BEGINS = re.compile(r"[a-z][a-z0-9+.-]*://|[\w-]+(\.[\w-]+)*\.[a-z]{2,}([:/?#]|$)", re.IGNORECASE)


def recognise(opened: Opened) -> bool:
    return opened.header is not None and _fits(opened.header)


def _fits(header: list[str]) -> bool:
    return NEEDED.issubset(header) and len(set(header)) == len(header) and header[0] in (PERSONAL, ORGANISATION)


def read(opened: Opened, key: Key) -> Vault:
    if not recognise(opened):
        raise Refused("not_vault")
    header, *rows = opened.rows()
    header = [cell.strip() for cell in header]
    organisation = header[0] == ORGANISATION
    vault = Vault("bitwarden", "organisation" if organisation else "individual")
    for number, row in enumerate(rows, 1):
        if len(row) >= len(header) or any(cell.strip() for cell in row):
            vault.take(number, "row", partial(_entry, number, header, row, organisation))
    return vault


def _entry(number: int, header: list[str], row: list[str], organisation: bool) -> Entry:
    if len(row) != len(header):
        # The others are shifted, so none of the row can be trusted.
        raise Broken("row", "TooFewCells" if len(row) < len(header) else "TooManyCells")
    cells = dict(zip(header, row, strict=True))
    kind = cells["type"].strip().lower()
    # An individual export leaves out what belongs to an organisation.
    entry = Entry(number, shared=organisation, kind=kind if kind in ("login", "note") else "other")
    entry.title, entry.notes, entry.username = cells["name"], cells["notes"], cells["login_username"]
    entry.fields = list(_fields(cells["fields"]))
    if organisation:
        # Names joined by commas; the first one is the main one, as in the JSON.
        entry.collection = cells[ORGANISATION].split(",")[0].strip() or None
    if cells.get("archivedDate", "").strip():
        entry.place = "archive"
    if entry.kind == "login":
        entry.password = cells["login_password"]
        add_totp(entry, cells["login_totp"])
        for address in addresses(cells["login_uri"]):
            add_address(entry, address)
    return entry


def _fields(cell: str) -> list[tuple[str, str, bool]]:
    """One "name: value" a line; a line without a name belongs to the value before it. Nothing tells hidden ones."""
    found: list[tuple[str, str, bool]] = []
    for line in cell.splitlines():
        name, colon, value = line.partition(": ")
        if colon:
            found.append((name, value, False))
        elif found:
            found[-1] = (found[-1][0], f"{found[-1][1]}\n{line}", False)
        elif line.strip():
            found.append(("", line, False))
    return found


def addresses(cell: str) -> list[str]:
    """Addresses joined by commas without quotes; a comma inside the path of one stays where it is."""
    found: list[str] = []
    for part in cell.split(","):
        if not found or _BEGINS.match(part.strip()):
            found.append(part)
        else:
            found[-1] += f",{part}"
    return found


FORMATS = [Format("bitwarden-csv", "Bitwarden CSV", recognise, read)]
