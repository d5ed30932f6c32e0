"""1Password: 1PUX, its full export, and the CSV of its versions 4 and 8."""

from __future__ import annotations

from datetime import date
from functools import partial

from auditgen.vaults.entry import Broken, Entry, Key, Refused, Vault
from auditgen.vaults.formats import Format
from auditgen.vaults.formats.columns import (
    Table,
    address,
    archived,
    notes,
    nothing,
    password,
    title,
    totp,
    username,
)
from auditgen.vaults.formats.values import Reader, add_address, add_totp, counted
from auditgen.vaults.limits import Archive, Opened, table_of, text_of

LOGINS = ("001", "005")
NOTE = "003"
# Categories whose concealed fields are no passwords for signing in: cards, identities, documents, licences, keys.
NEVER_LOGINS = ("002", "003", "004", "006", "100", "103", "104", "105", "106", "107", "108", "114")
# Type of a vault → whether others read it: personal, everyone's, made by a user.
SHARED = {"P": False, "E": True, "U": True}
PLACES = {"archived": "archive", "trashed": "bin"}
MEMBERS = ("export.attributes", "export.data")
# Where the sign-in of a server, a database, a router or a mailbox stands: the field's id, which is never translated.
USERNAMES = ("username", "pop_username", "smtp_username")
PASSWORDS = ("password", "pop_password", "smtp_password")
ADDRESS = "url"


CSV = Table(
    name="onepassword-csv",
    title="1Password CSV",
    product="onepassword",
    columns={
        "Title": title,
        "Website": address,
        "Url": address,
        "Username": username,
        "Password": password,
        "One-time password": totp,
        "OTPAuth": totp,
        "Favorite status": nothing,
        "Favorite": nothing,
        "Archived status": archived,
        "Archived": archived,
        "Tags": nothing,
        "Notes": notes,
    },
    marks=("Title", "Username", "Password"),
    one_of=(("Website", "Url"), ("One-time password", "OTPAuth"), ("Archived status", "Archived")),
)
OLD_CSV = Table(
    name="onepassword-4-csv",
    title="1Password 4 CSV",
    product="onepassword",
    columns={"title": title, "notes": notes, "username": username, "password": password, "url": address},
    marks=("title", "notes", "username", "password", "url"),
    exact=True,
    cased=True,
)


def is_1pux(opened: Opened) -> bool:
    return opened.archive is not None and set(MEMBERS).issubset(opened.archive.names)


def read_1pux(opened: Opened, key: Key) -> Vault:
    archive = opened.archive
    if archive is None or not is_1pux(opened):
        raise Refused("not_vault")
    data = table_of(archive.json("export.data"))
    if not isinstance(data.get("accounts"), list):
        raise Refused("not_vault")
    vault = Vault("onepassword", exported_on=_exported_on(archive))
    number = 0
    for kept in data["accounts"]:
        number = _read_account(vault, kept, number)
    return vault


def _exported_on(archive: Archive) -> date | None:
    try:
        attributes = Reader(archive.json("export.attributes"), "export.attributes")
        # The product writes the second, its documentation names the first.
        return attributes.day("createdAt") or attributes.day("timestamp")
    except Broken:
        return None


def _read_account(vault: Vault, account: object, number: int) -> int:
    """Add the items of all vaults of one account; the number of the last one."""
    try:
        vaults = Reader(account, "accounts").parts("vaults")
    except Broken as broken:
        return _lost(vault, number, broken)
    for kept in vaults:
        try:
            attrs, items = kept.part("attrs"), kept.items("items")
            shared, name = SHARED.get(attrs.text("type")), attrs.text("name")
        except Broken as broken:
            number = _lost(vault, number, broken)
            continue
        for item in items:
            number = counted(number + 1)
            vault.take(number, "items", partial(_entry, number, item, shared, name))
    return number


def _lost(vault: Vault, number: int, broken: Broken) -> int:
    """Count what holds items but cannot be looked into."""
    vault.broken.append((number + 1, broken.field_name, broken.error))
    return counted(number + 1)


def _entry(number: int, value: object, shared: bool | None, name: str) -> Entry:
    item = Reader(value, "items")
    # The first exports of this kind put each item into a table of its own.
    if "item" in item:
        item = item.part("item")
    overview, details = item.part("overview"), item.part("details")
    category = item.text("categoryUuid")
    entry = Entry(number, title=overview.text("title"), notes=details.text("notesPlain"))
    entry.shared, entry.collection = shared, name or None
    entry.place = PLACES.get(item.text("state"), "bin" if item.raw("trashed") in (True, "true") else "live")
    entry.created_on, entry.revised_on = item.day("createdAt"), item.day("updatedAt")
    entry.excluded = _excludes(overview.raw("watchtowerExclusions"))
    add_address(entry, overview.text("url"))
    for url in overview.parts("urls"):
        add_address(entry, url.text("url"))
    entry.totp = False
    # Not documented for this format: one that is there counts, a missing one says nothing.
    entry.passkey = True if "passkey" in details or "passkeys" in details else None
    _login_fields(entry, details)
    sections = [field for section in details.parts("sections") for field in section.parts("fields")]
    for field in sections:
        _section_field(entry, field, category)
    # The password of any category may stand here, not only that of category 005.
    entry.password = entry.password or details.text("password")
    _history(entry, details)
    entry.kind = "login" if category in LOGINS or entry.password else "note" if category == NOTE else "other"
    if entry.kind != "login":
        entry.password = None
    return entry


def _excludes(value: object) -> bool:
    """Whether anything is left out of Watchtower; null, or a list or table of it."""
    if isinstance(value, dict):
        return any(value.values())
    return bool(value)


def _login_fields(entry: Entry, details: Reader) -> None:
    for field in details.parts("loginFields"):
        what = field.text("designation").casefold()
        if what in ("username", "password"):
            value = _plain(field.raw("value"), "loginFields")
            # Of several the last one counts, as in 1Password's own form.
            if value and what == "password":
                entry.password = value
            elif value:
                entry.username = value
        else:
            value = text_of(field.raw("value"))
            if value:
                entry.fields.append((text_of(field.raw("name")), value, field.raw("fieldType") == "P"))


def _section_field(entry: Entry, field: Reader, category: str) -> None:
    value = field.part("value")
    name = field.text("title") or field.text("id")
    if "totp" in value:
        add_totp(entry, _plain(value.raw("totp"), "totp"))
    elif "concealed" in value:
        hidden = _plain(value.raw("concealed"), "concealed")
        if field.text("id") in PASSWORDS and not entry.password and category not in NEVER_LOGINS:
            entry.password = hidden
        elif hidden:
            entry.fields.append((name, hidden, True))
    elif "sshKey" in value:
        entry.secrets += [text for text in [value.part("sshKey").text("privateKey")] if text]
    elif "creditCardNumber" in value:
        entry.secrets += [text for text in [_plain(value.raw("creditCardNumber"), "creditCardNumber")] if text]
    else:
        for kind in ("url", "string", "email", "phone", "menu"):
            text = _plain(value.raw(kind), kind) if kind in value else ""
            if text and field.text("id") in USERNAMES and not entry.username:
                entry.username = text
            elif text:
                entry.fields.append((name, text, False))
            # Only what stands with the item's own addresses decides where it signs in; this one is the server's.
            if field.text("id") == ADDRESS:
                add_address(entry, text)


def _plain(value: object, name: str) -> str:
    """The text of a value; some versions wrap it into an object such as {"email_address": …}."""
    if isinstance(value, dict):
        value = value.get("email_address") or next((part for part in value.values() if isinstance(part, str)), None)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Broken(name)
    return value


def _history(entry: Entry, details: Reader) -> None:
    """Earlier passwords, oldest first; each one's time is the day another took its place."""
    # The newest stands first, also among those of one second.
    earlier = [(old.day("time"), old) for old in reversed(details.parts("passwordHistory"))]
    dated = [(float(old.raw("time")), day, old.text("value")) for day, old in earlier if day is not None]
    dated.sort(key=lambda old: old[0])
    undated = [old.text("value") for day, old in earlier if day is None]
    entry.history = [value for value in (*undated, *(value for _, _, value in dated)) if value]
    entry.changed_on = dated[-1][1] if dated else None


FORMATS = [
    Format("onepassword-1pux", "1Password 1PUX", is_1pux, read_1pux),
    CSV.format(),
    OLD_CSV.format(),
]
