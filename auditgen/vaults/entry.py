"""What a vault holds, in one shape whatever product wrote it. Lives only inside the process that opens vaults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path


class Refused(Exception):
    """A file that cannot be used.

    code     key of REFUSALS, the only text about it that may leave the process
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Broken(Exception):
    """An item that does not hold what its format says.

    field_name    column or key as the format calls it, never anything from the file
    """

    def __init__(self, field_name: str, error: str = "TypeError") -> None:
        super().__init__(field_name)
        self.field_name = field_name
        self.error = error


@dataclass(slots=True, repr=False)
class Entry:
    """One item. None always means that the format, or this item, does not say.

    number      place of the item in its file, from 1: row without the header, or position in the list
    password    "" when the item records none (a sign-in through another service); NUL and spaces are kept as they are
    addresses   as written, the first one is the main one
    fields      further fields: name, value, whether the product hides the value
    totp        the item holds a one-time-password seed; passkey likewise
    shared      True in a shared or organisation vault, False in a personal one
    collection  vault, collection or folder that decides who can read it; any text, it is turned into a label
    people      how many people can read it, where the format lists them
    history     passwords it had before, oldest first; None when the format does not keep them
    changed_on  day the password was changed; only where the format says so or its history shows it
    expires_on  day the product was told the password expires
    place       live, bin (deleted, not yet purged) or archive
    kind        login, note or other; only a login is judged as one
    excluded    the product was told to leave the item out of its own reports
    secrets     seeds, keys and codes of the item that are neither password nor history
    alias       number of the item in the same file whose password this one only points to
    """

    number: int
    title: str = ""
    username: str = ""
    password: str | None = None
    addresses: list[str] = field(default_factory=list)
    notes: str = ""
    fields: list[tuple[str, str, bool]] = field(default_factory=list)
    totp: bool | None = None
    passkey: bool | None = None
    shared: bool | None = None
    collection: str | None = None
    people: int | None = None
    history: list[str] | None = None
    created_on: date | None = None
    revised_on: date | None = None
    changed_on: date | None = None
    expires_on: date | None = None
    place: str = "live"
    kind: str = "login"
    excluded: bool = False
    secrets: list[str] = field(default_factory=list)
    alias: int | None = None


@dataclass(slots=True)
class Container:
    """How a protected file is locked; all of it stands in the open part of the file.

    kind        kdbx3 kdbx4 bitwarden
    derivation  aes argon2d argon2id pbkdf2
    iterations  rounds of the derivation
    memory      KiB that one derivation needs; None where it needs none
    """

    kind: str
    derivation: str
    iterations: int
    memory: int | None = None


@dataclass(slots=True)
class Vault:
    """One vault file.

    product   key such as bitwarden, onepassword, keepass
    kind      organisation, individual, or None when the format does not say
    broken    items that could not be read: number, field or column, class of the error
    """

    product: str
    kind: str | None = None
    entries: list[Entry] = field(default_factory=list, repr=False)
    broken: list[tuple[int, str, str]] = field(default_factory=list)
    container: Container | None = None
    exported_on: date | None = None

    def take(self, number: int, field_name: str, build: Callable[[], Entry]) -> None:
        """Add one item; one that cannot be read is counted and the others stay."""
        try:
            self.entries.append(build())
        except Refused:
            raise
        except Broken as broken:
            self.broken.append((number, broken.field_name, broken.error))
        except Exception as error:  # its text may quote the item
            self.broken.append((number, field_name, type(error).__name__))


@dataclass(slots=True, repr=False)
class Key:
    """What opens a protected file.

    passphrase  None when none was given; "" is an empty one
    file        key file of KeePass
    """

    passphrase: str | None = None
    file: Path | None = None


# Code → what is said after the name of the file. Plain text of ours, nothing from the file.
REFUSALS: dict[str, str] = {
    "unreadable": "could not be opened.",
    "too_large": "is larger than a vault export can be; the limit is 500 MB, also for what is packed inside.",
    "too_many": "holds more items than a vault can; the limit is 1,000,000.",
    "empty": "is empty.",
    "not_text": "is not text in UTF-8; export it again.",
    "not_csv": "is not readable CSV: a cell is longer than in any export, so a quote may be missing. Export it again.",
    "not_json": "is not readable JSON; the export may have been cut short. Export it again.",
    "not_xml": "is not readable XML; the export may have been cut short. Export it again.",
    "xml_entities": "declares XML entities, which no export needs; it was not read.",
    "not_zip": "is not a readable zip; the export may have been cut short. Export it again.",
    "zip_password": "is a zip with a password. Unpack it, read it here, and delete it after the run.",
    "zip_suspicious": "is a zip that unpacks to far more than it holds; it was not read.",
    "not_vault": "is no vault export that is known here; the README lists what can be read and how to export it.",
    "unclear": "fits more than one kind of vault export; name its kind with format in auditgen.toml.",
    "no_passphrase": "is protected, and no passphrase was given. Run it in a terminal, or give --password-file FILE.",
    "wrong_passphrase": "could not be opened with the passphrase or key file that was given.",
    "proton_encrypted": "is a Proton Pass export encrypted with PGP. In Proton Pass choose Settings, Export, and "
    "the file format ZIP or CSV without PGP; delete the file after the run.",
    "damaged": "was changed or cut short after it was written: its seal does not fit.",
    "costly_key": "asks for more work or memory to open than any vault needs; it was not opened.",
    "too_deep": "is nested deeper than any vault; it was not read.",
    "too_packed": "unpacks to far more than any vault would; it was not read.",
    "needs_keepass": 'needs the KeePass part of auditgen; install it with pip install "auditgen[keepass]".',
    "bad_key_file": "is opened with a key file that could not be read; check key_file in auditgen.toml.",
    "keepass_version": "is a KeePass database in a version other than KDBX 3.1 and 4. Open it in KeePass 2 or "
    "KeePassXC, save it as KDBX 4, and give that file.",
    "keepass_twofish": "is a KeePass database encrypted with Twofish, which is not read here. Choose AES-256 or "
    "ChaCha20 in its database settings and save it.",
    "keepass_lock": "is a KeePass database encrypted in a way that is not known here. Choose AES-256 or ChaCha20 with "
    "Argon2 or AES-KDF in its database settings and save it.",
    "bitwarden_account": "is a Bitwarden export that only its own account can open. In the web vault choose Tools, "
    "Export vault, file format .json, or .json (Encrypted) with the type Password protected, and give that file.",
    "bitwarden_lock": "is a Bitwarden export encrypted in a way that is not known here. In the web vault choose Tools, "
    "Export vault, file format .json, and delete the file after the run.",
    "weak_key": "takes less work to open than Bitwarden ever asks for, so it is no export of it; it was not opened.",
    "needs_argon2": "needs Argon2, which the installed package cryptography lacks; pip install --upgrade cryptography.",
}
