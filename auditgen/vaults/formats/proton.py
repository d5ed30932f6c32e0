"""Proton Pass: JSON, the zip around it, and CSV."""

from __future__ import annotations

from functools import partial

from auditgen.vaults.entry import Broken, Entry, Key, Refused, Vault
from auditgen.vaults.formats import Format
from auditgen.vaults.formats.columns import (
    Row,
    Table,
    collection,
    created,
    notes,
    nothing,
    password,
    revised,
    title,
    totp,
    with_column,
)
from auditgen.vaults.formats.values import Reader, add_address, add_totp, counted, json_list, parsed
from auditgen.vaults.limits import Opened, table_of

MEMBER = "Proton Pass/data.json"
PGP_MEMBERS = ("Proton Pass/data.pgp", "data.pgp")
PGP = b"-----BEGIN PGP MESSAGE-----"
KINDS = {"login": "login", "note": "note"}
# Kinds that the CSV writes as JSON into the note, and what of any kind opens something.
PACKED = ("creditCard", "identity")
CODES = ("number", "verificationNumber", "pin", "privateKey", "password")
# State of an item in the bin; 1 is a live one.
BINNED = 2


def _set_username(entry: Entry, email: str, name: str) -> None:
    """The name signs in where there is one; the address stays as a field beside it."""
    entry.username = name or email
    if name and email:
        entry.fields.append(("email", email, False))


def _finish(entry: Entry, row: Row) -> Entry:
    entry.kind = KINDS.get(row["type"].strip(), "other")
    # Without the column email, username holds the address.
    _set_username(entry, row.get("email", ""), row["username"])
    if row.get("autofillUrls", "").strip():
        with_column("autofillUrls", _add_autofill, entry, row["autofillUrls"])
    # An address holds no blank, so this comma divides two.
    for url in row["url"].split(", "):
        add_address(entry, url)
    if entry.kind != "login":
        entry.password, entry.totp = entry.password or None, None
    if row["type"].strip() in PACKED:
        with_column("note", _unpack, entry, row["note"])
    return entry


def _unpack(entry: Entry, cell: str) -> None:
    content = Reader(parsed(cell), "note")
    entry.notes = content.text("note")
    entry.secrets += [text for text in map(content.text, CODES) if text]


def _add_autofill(entry: Entry, cell: str) -> None:
    for rule in json_list(cell):
        add_address(entry, Reader(rule, "autofillUrls").text("url"))


CSV = Table(
    name="proton-csv",
    title="Proton Pass CSV",
    product="proton",
    columns={
        "type": nothing,
        "name": title,
        "url": nothing,
        "autofillUrls": nothing,
        "email": nothing,
        "username": nothing,
        "password": password,
        "note": notes,
        "totp": totp,
        "createTime": created,
        "modifyTime": revised,
        "vault": collection,
    },
    marks=("type", "name", "url", "username", "password", "note", "totp", "createTime", "modifyTime"),
    finish=_finish,
)


def is_json(opened: Opened) -> bool:
    return _is_export(opened.json)


def _is_export(data: object) -> bool:
    """Whether this is what Proton Pass writes. Raises Refused("proton_encrypted") for one nobody can read."""
    if not isinstance(data, dict) or "userId" not in data or not isinstance(data.get("version"), str):
        return False
    if data.get("encrypted") is True:
        raise Refused("proton_encrypted")
    return isinstance(data.get("vaults"), dict)


def is_zip(opened: Opened) -> bool:
    """Whether it is the zip of Proton Pass; its export under PGP is refused here, in a zip or bare."""
    if opened.head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(PGP):
        raise Refused("proton_encrypted")
    names = opened.archive.names if opened.archive else []
    if MEMBER not in names and any(name in names for name in PGP_MEMBERS):
        raise Refused("proton_encrypted")
    return MEMBER in names


def read_json(opened: Opened, key: Key) -> Vault:
    return _read(opened.json)


def read_zip(opened: Opened, key: Key) -> Vault:
    if opened.archive is None or not is_zip(opened):
        raise Refused("not_vault")
    return _read(opened.archive.json(MEMBER))


def _read(data: object) -> Vault:
    if not _is_export(data):
        raise Refused("not_vault")
    vault, number = Vault("proton"), 0
    for kept in table_of(table_of(data)["vaults"]).values():
        try:
            reader = Reader(kept, "vaults")
            name, items = reader.text("name"), reader.items("items")
        except Broken as broken:
            number = counted(number + 1)
            vault.broken.append((number, broken.field_name, broken.error))
            continue
        for item in items:
            number = counted(number + 1)
            vault.take(number, "items", partial(_entry, number, item, name))
    return vault


def _entry(number: int, value: object, name: str) -> Entry:
    item = Reader(value, "items")
    data = item.part("data")
    metadata, content = data.part("metadata"), data.part("content")
    entry = Entry(number, title=metadata.text("name"), notes=metadata.text("note"), collection=name or None)
    entry.kind = KINDS.get(data.text("type"), "other")
    state = item.raw("state")
    if state is not None and (isinstance(state, bool) or not isinstance(state, int)):
        raise Broken("state")
    entry.place = "bin" if state == BINNED else "live"
    entry.created_on, entry.revised_on = item.day("createTime"), item.day("modifyTime")
    if entry.kind == "login":
        _login(entry, content)
    elif data.text("type") == "alias":
        entry.username = item.text("aliasEmail")
    elif entry.kind == "other":
        entry.secrets += [text for text in map(content.text, CODES) if text]
    for field in data.parts("extraFields"):
        _extra(entry, field)
    return entry


def _login(entry: Entry, content: Reader) -> None:
    # Before 1.18 there was one field for both.
    if "itemEmail" in content or "itemUsername" in content:
        _set_username(entry, content.text("itemEmail"), content.text("itemUsername"))
    else:
        entry.username = content.text("username")
    entry.password = content.text("password")
    for url in content.items("urls"):
        if not isinstance(url, str):
            raise Broken("urls")
        add_address(entry, url)
    for rule in content.parts("autofillUrls"):
        add_address(entry, rule.text("url"))
    add_totp(entry, content.text("totpUri"))
    if content.raw("passkeys") is not None:
        passkeys = content.parts("passkeys")
        entry.passkey = bool(passkeys)
        entry.secrets += [text for text in (passkey.text("content") for passkey in passkeys) if text]


def _extra(entry: Entry, field: Reader) -> None:
    kind, data = field.text("type"), field.part("data")
    if kind == "totp":
        add_totp(entry, data.text("totpUri"))
    elif kind in ("text", "hidden"):
        entry.fields.append((field.text("fieldName"), data.text("content"), kind == "hidden"))


FORMATS = [
    Format("proton-json", "Proton Pass JSON", is_json, read_json),
    Format("proton-zip", "Proton Pass zip", is_zip, read_zip),
    CSV.format(),
]
