"""Bitwarden exports: JSON, zip and password-protected JSON; the CSV is in bitwarden_csv."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from typing import Any

from auditgen.vaults.entry import Broken, Entry, Key, Refused, Vault
from auditgen.vaults.formats import Format, bitwarden_csv
from auditgen.vaults.formats.bitwarden_encrypted import SEALED, container_of, is_protected, open_protected
from auditgen.vaults.formats.values import iso_day
from auditgen.vaults.limits import MAX_ITEMS, Opened, list_of, table_of, text_of

LOGIN, NOTE = 1, 2
HIDDEN, LINKED = 1, 3
MEMBER = "data.json"
# Parts of other kinds of items that are secrets of their own.
SECRETS = {"card": ("number", "code"), "sshKey": ("privateKey",), "bankAccount": ("pin",)}


# -- which file ------------------------------------------------------------------------------------


def is_plain(data: object) -> bool:
    return (
        isinstance(data, dict)
        and data.get("encrypted") is not True
        and isinstance(data.get("items"), list)
        and ("folders" in data or "collections" in data)
    )


def is_encrypted(data: object) -> bool:
    """An encrypted export. Raises Refused("bitwarden_account") for one whose key only the account has."""
    if not isinstance(data, dict) or data.get("encrypted") is not True:
        return False
    if is_protected(data):
        return SEALED in data
    if SEALED in data or (isinstance(data.get("items"), list) and ("folders" in data or "collections" in data)):
        raise Refused("bitwarden_account")
    return False


def recognise_plain(opened: Opened) -> bool:
    return is_plain(opened.json)


def recognise_encrypted(opened: Opened) -> bool:
    """What cannot be opened here is refused at once, before anybody is asked for a passphrase."""
    if not is_encrypted(opened.json):
        return False
    container_of(opened.json)
    return True


def recognise_zip(opened: Opened) -> bool:
    return opened.archive is not None and MEMBER in opened.archive.names


# -- reading ---------------------------------------------------------------------------------------


def read(opened: Opened, key: Key) -> Vault:
    return _vault(opened.json, key)


def read_zip(opened: Opened, key: Key) -> Vault:
    if not recognise_zip(opened) or opened.archive is None:
        raise Refused("not_vault")
    return _vault(opened.archive.json(MEMBER), key)


def _vault(data: Any, key: Key) -> Vault:
    if is_encrypted(data):
        vault = _vault_of(open_protected(data, key.passphrase))
        vault.container = container_of(data)
        return vault
    return _vault_of(data)


def _vault_of(data: Any) -> Vault:
    if not is_plain(data):
        raise Refused("not_vault")
    if len(data["items"]) > MAX_ITEMS:
        raise Refused("too_many")
    organisation = "collections" in data
    vault = Vault("bitwarden", "organisation" if organisation else "individual")
    for number, item in enumerate(data["items"], 1):
        vault.take(number, "item", partial(_entry, vault, number, item, organisation))
    return vault


def _entry(vault: Vault, number: int, item: Any, organisation: bool) -> Entry:
    if not isinstance(item, dict):
        raise Broken("item")
    # Early exports leave the kind out.
    kind = item.get("type", LOGIN if isinstance(item.get("login"), dict) else None)
    entry = Entry(number, kind="login" if kind == LOGIN else "note" if kind == NOTE else "other")
    entry.title, entry.notes = text_of(item.get("name")), text_of(item.get("notes"))
    # Of what belongs to nobody else, some exports write [null].
    collections = [collection for collection in list_of(item.get("collectionIds")) if collection]
    # An individual export leaves out what belongs to an organisation.
    entry.shared = bool(organisation or item.get("organizationId") or collections)
    entry.collection = str(collections[0]) if collections else None
    entry.created_on, entry.revised_on = _day(item, "creationDate"), _day(item, "revisionDate")
    if item.get("deletedDate"):
        entry.place = "bin"
    elif item.get("archivedDate"):
        entry.place = "archive"
    _fields(entry, item)
    _history(entry, item)
    if kind == LOGIN:
        try:
            _login(entry, item)
        except Broken as broken:
            vault.broken.append((number, broken.field_name, broken.error))
    for part, names in SECRETS.items():
        held = table_of(item.get(part))
        entry.secrets += [text for name in names if (text := text_of(held.get(name)))]
    return entry


def _login(entry: Entry, item: dict[str, Any]) -> None:
    """The login of an item. Raises Broken for a password that is no text; the rest of the item stays."""
    login = table_of(item.get("login"))
    entry.username = text_of(login.get("username"))
    uris = (text_of(table_of(uri).get("uri")) for uri in list_of(login.get("uris")))
    entry.addresses = [uri for uri in uris if uri.strip()]
    # Exports of some apps leave seeds or passkeys out, and then say nothing about them.
    entry.totp, entry.passkey = _present(login, "totp", str), _present(login, "fido2Credentials", list)
    entry.secrets += [text for text in (text_of(login.get("totp")),) if text.strip()]
    passkeys = (text_of(table_of(key).get("keyValue")) for key in list_of(login.get("fido2Credentials")))
    entry.secrets += [text for text in passkeys if text]
    if "passwordRevisionDate" in login:
        # null says "never changed", so the password is as old as the item.
        unchanged = login["passwordRevisionDate"] is None
        entry.changed_on = entry.created_on if unchanged else _day(login, "passwordRevisionDate")
    if "password" in login:
        password = login["password"]
        if not (password is None or isinstance(password, str)):
            raise Broken("login.password")
        entry.password = password or ""


def _present(login: dict[str, Any], name: str, kind: type) -> bool | None:
    """Whether a field is filled; None when the export has no such field or something else in it."""
    value = login.get(name)
    if name not in login or not (value is None or isinstance(value, kind)):
        return None
    return bool(value.strip() if isinstance(value, str) else value)


def _fields(entry: Entry, item: dict[str, Any]) -> None:
    for told in list_of(item.get("fields")):
        if isinstance(told, dict) and told.get("type") != LINKED:
            entry.fields.append((text_of(told.get("name")), text_of(told.get("value")), told.get("type") == HIDDEN))


def _history(entry: Entry, item: dict[str, Any]) -> None:
    """Passwords the item had. Bitwarden writes the newest first, and hidden fields among them as "name: value"."""
    if "passwordHistory" not in item:
        return
    told = [
        (text_of(old.get("lastUsedDate")), text_of(old.get("password")))
        for old in reversed(list_of(item["passwordHistory"]))
        if isinstance(old, dict)
    ]
    if all(re.match(r"\d{4}-\d\d-\d\dT", used) for used, _ in told):
        told.sort(key=lambda old: old[0])
    hidden = tuple(f"{name}: " for name, _, kept in entry.fields if kept and name)
    entry.history = []
    for _, password in told:
        if hidden and password.startswith(hidden):
            entry.secrets.append(password.partition(": ")[2])
        elif password:
            entry.history.append(password)


def _day(item: dict[str, Any], name: str) -> date | None:
    try:
        return iso_day(text_of(item.get(name)))
    except ValueError:
        return None


FORMATS = [
    Format("bitwarden-json", "Bitwarden JSON", recognise_plain, read),
    Format("bitwarden-encrypted", "Bitwarden JSON, password protected", recognise_encrypted, read, protected=True),
    Format("bitwarden-zip", "Bitwarden zip", recognise_zip, read_zip),
    *bitwarden_csv.FORMATS,
]
