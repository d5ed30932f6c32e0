"""KeePass 2 XML exports, and from document to items for KeePass databases of every kind."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial

from auditgen.vaults.entry import Entry, Key, Refused, Vault
from auditgen.vaults.formats import Format
from auditgen.vaults.formats.keepass.document import Document, Item, Text, moment, read_document
from auditgen.vaults.formats.keepass.references import References
from auditgen.vaults.limits import MAX_ITEMS, Opened

STANDARD = ("Title", "UserName", "Password", "URL", "Notes")
SEEDS = ("otp", "TOTP Seed")
SEED_KINDS = ("TimeOtp-Secret", "HmacOtp-Secret")
# How the seeds are to be used; no secrets and nobody's own fields.
SETTINGS = ("TOTP Settings", "TimeOtp-", "HmacOtp-")
ADDRESSES = "KP2A_URL"
PASSKEY = "KPEX_PASSKEY_"
PASSKEY_PUBLIC = ("KPEX_PASSKEY_RELYING_PARTY", "KPEX_PASSKEY_USERNAME")


def recognise(opened: Opened) -> bool:
    return opened.xml_like and b"<KeePassFile" in opened.head


def read(opened: Opened, key: Key) -> Vault:
    try:
        with opened.path.open("rb") as stream:
            document = read_document(stream)
    except OSError:
        raise Refused("unreadable") from None
    return vault_of(document)


def vault_of(document: Document) -> Vault:
    """Every entry of a database; whether others can open the file, no database says."""
    if len(document.items) > MAX_ITEMS:
        raise Refused("too_many")
    vault = Vault("keepass")
    references = References(document.items)
    days = [changed_on(item) for item in document.items]
    for index in range(len(document.items)):
        vault.take(index + 1, "entry", partial(_entry, document, index, references, vault))
    for entry in vault.entries:
        if entry.password:
            owner = (entry.alias or entry.number) - 1
            entry.changed_on = None if _refers(document.items[owner]) else days[owner]
    return vault


def _entry(document: Document, index: int, references: References, vault: Vault) -> Entry:
    item = document.items[index]
    number = index + 1

    def text(name: str) -> str:
        """A string that a reference may stand in; one that leads nowhere is told, not shown."""
        found = references.value(index, name)
        if found is None:
            unread = item.strings[name]
            vault.broken.append((number, _told(name), unread.error or "LookupError"))
        return found or ""

    line = item.group.line()
    entry = Entry(number, totp=False, passkey=False)
    entry.title, entry.username = text("Title"), text("UserName")
    entry.password = text("Password")
    if references.value(index, "Password") is None:
        entry.password = None
    else:
        target = references.points_to(index)
        entry.alias = target + 1 if target is not None else None
    entry.notes = item.strings["Notes"].value or "" if "Notes" in item.strings else ""
    names = sorted((name for name in item.strings if name.startswith(ADDRESSES)), key=_in_order)
    entry.addresses = [address for name in ("URL", *names) if (address := text(name)).strip()]
    for name, value in item.strings.items():
        if value.value is None and not _refers_in(name):
            vault.broken.append((number, _told(name), value.error))
        _further(entry, name, value)
    entry.collection = "/".join(group.name.replace("\\", "\\\\").replace("/", "\\/") for group in line)
    entry.history = history(item)
    entry.created_on = _day(item.times.get("CreationTime"))
    entry.revised_on = _day(item.times.get("LastModificationTime"))
    if item.times.get("Expires", "").strip().lower() == "true":
        entry.expires_on = _day(item.times.get("ExpiryTime"))
    if document.bin and any(group.id == document.bin for group in line):
        entry.place = "bin"
    entry.excluded = not item.checked or item.custom.get("KnownBad", "").strip().lower() == "true"
    if entry.password == "" and not (entry.username or entry.addresses or entry.totp or entry.passkey):
        # KeePass has no notes of their own; this is how people keep them.
        entry.kind = "note"
    return entry


def _further(entry: Entry, name: str, text: Text) -> None:
    """A string that is none of the five every entry has."""
    value = text.value or ""
    if name in STANDARD or name.startswith(ADDRESSES):
        return
    if name.startswith(PASSKEY):
        if name not in PASSKEY_PUBLIC and value.strip():
            entry.passkey = True
            entry.secrets.append(value)
    elif name in SEEDS or name.startswith(SEED_KINDS):
        if value.strip():
            entry.totp = True
            entry.secrets.append(value)
    elif not name.startswith(SETTINGS):
        entry.fields.append((name, value, text.hidden))


def _refers_in(name: str) -> bool:
    """Whether references in this string are followed."""
    return name != "Notes" and (name in STANDARD or name.startswith(ADDRESSES))


def _told(name: str) -> str:
    """Name of a string if it is KeePass's own; other names are the user's."""
    return name if name in STANDARD or name == ADDRESSES else "String"


def _in_order(name: str) -> tuple[int, str]:
    """KP2A_URL before KP2A_URL_1, and that before KP2A_URL_10."""
    number = name.removeprefix(ADDRESSES).strip("_")
    return (int(number) if number.isdecimal() and len(number) < 10 else 0, name)


def _refers(item: Item) -> bool:
    text = item.strings.get("Password")
    return text is not None and "{REF:" in (text.value or "").upper()


# -- what the history shows ------------------------------------------------------------------------


def _versions(item: Item) -> list[tuple[datetime | None, str | None]]:
    """Time and password of every version, the oldest first; None for a password that could not be read."""
    told = [(moment(old.times.get("LastModificationTime", "")), _password(old)) for old in item.history]
    if all(time is not None for time, _ in told):
        told.sort(key=lambda version: version[0] or datetime.max.replace(tzinfo=UTC))
    return [*told, (moment(item.times.get("LastModificationTime", "")), _password(item))]


def _password(item: Item) -> str | None:
    text = item.strings.get("Password")
    return "" if text is None else text.value


def _untouched(item: Item) -> bool:
    """Whether this version is the one the entry was made with, to the day."""
    made, modified = _day(item.times.get("CreationTime")), _day(item.times.get("LastModificationTime"))
    return made is not None and made == modified


def history(item: Item) -> list[str] | None:
    """Passwords before the current one; None when versions are missing, so that there is no telling."""
    if not item.history and not _untouched(item):
        return None
    found: list[str] = []
    *older, (_, current) = _versions(item)
    for _, password in older:
        if password and "{REF:" not in password.upper() and password not in found[-1:]:
            found.append(password)
    return found[:-1] if found[-1:] == [current] else found


def changed_on(item: Item) -> date | None:
    """Day of the first version that has the current password.

    None when it is older than every version kept: KeePass keeps ten, and what was before them is gone.
    """
    versions = _versions(item)
    first = len(versions) - 1
    current = versions[first][1]
    while first and versions[first - 1][1] == current:
        first -= 1
    if current is None or (first and versions[first - 1][1] is None):
        return None
    time = versions[first][0]
    if first or time is None:
        return time.date() if time else None
    made = _day(item.times.get("CreationTime"))
    return made if time.date() == made else None


def _day(text: str | None) -> date | None:
    found = moment(text or "")
    return found.date() if found else None


FORMATS = [Format("keepass-xml", "KeePass XML", recognise, read)]
