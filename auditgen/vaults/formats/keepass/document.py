"""Reads the XML inside every KeePass database and of its XML export, in one pass and without a tree."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import BinaryIO
from xml.parsers import expat

from auditgen.vaults.entry import Refused
from auditgen.vaults.limits import MAX_DEPTH, MAX_FIELD, MAX_ITEMS

# Versions and their fields together; a vault of a million items that each have one version stays below.
MAX_PARTS = 10 * MAX_ITEMS
_NO_ID = "00" * 16


@dataclass(slots=True, repr=False)
class Text:
    """Value of a string of an item.

    value   None when it could not be read, error is then the class of what went wrong
    hidden  the product keeps it from view
    """

    value: str | None
    hidden: bool = False
    error: str = ""


@dataclass(slots=True, repr=False)
class Group:
    parent: Group | None
    id: str = ""
    name: str = ""

    def line(self) -> list[Group]:
        """This group and all above it, the topmost first."""
        found: list[Group] = []
        group: Group | None = self
        while group is not None:
            found.append(group)
            group = group.parent
        return found[::-1]


@dataclass(slots=True, repr=False)
class Item:
    """One version of an entry.

    id       32 hexadecimal digits, upper case
    strings  all of the newest version, only the password of older ones
    history  older versions in the order of the file
    checked  False when KeePass was told not to judge its password
    """

    group: Group
    id: str = ""
    strings: dict[str, Text] = field(default_factory=dict)
    times: dict[str, str] = field(default_factory=dict)
    custom: dict[str, str] = field(default_factory=dict)
    history: list[Item] = field(default_factory=list)
    checked: bool = True


@dataclass(slots=True, repr=False)
class Document:
    """What a database holds.

    bin     id of the group of deleted entries, "" when there is none
    header  SHA-256 that a KDBX 3 file has of its own header
    """

    items: list[Item] = field(default_factory=list)
    bin: str = ""
    header: bytes | None = None


def read_document(content: bytes | BinaryIO, unprotect: Callable[[bytes], bytes] | None = None) -> Document:
    """The document of a file or of its decrypted content.

    unprotect  undoes the inner encryption; called for every protected element in the order of the document
    Raises Refused: not_xml, xml_entities, not_vault, too_many, too_deep.
    """
    reader = _Reader(unprotect)
    try:
        if isinstance(content, bytes):
            reader.parser.Parse(content, True)
        else:
            reader.parser.ParseFile(content)
    except (expat.ExpatError, LookupError, ValueError):
        raise Refused("not_xml") from None
    finally:
        reader.close()
    return reader.document


def moment(text: str) -> datetime | None:
    """A time as KeePass writes it: ISO, or seconds since the year 1 in base64. UTC; None for what is neither."""
    text = text.strip()
    try:
        if len(text) == 12 and text.endswith("="):
            seconds = int.from_bytes(base64.b64decode(text, validate=True), "little")
            return datetime(1, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


class _Reader:
    """Handlers of one parse. Text is gathered only for elements whose value is wanted."""

    def __init__(self, unprotect: Callable[[bytes], bytes] | None) -> None:
        self.document = Document()
        self.unprotect = unprotect
        self.path: list[str] = []
        self.group: Group | None = None
        self.items: list[Item] = []
        self.parts = 0
        self.text: list[str] | None = None
        self.hidden = self.protected = False
        self.key = ""
        self.value = Text("")
        self.custom = ["", ""]
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters

    def close(self) -> None:
        """Let go of the parser, which would keep what it read until the next collection."""
        self.parser.StartElementHandler = self.parser.EndElementHandler = None
        self.parser.CharacterDataHandler = self.parser.StartDoctypeDeclHandler = None

    def doctype(self, *told: object) -> None:
        raise Refused("xml_entities")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        path = self.path
        if not path and name != "KeePassFile":
            raise Refused("not_vault")
        path.append(name)
        if len(path) > MAX_DEPTH:
            raise Refused("too_deep")
        self.protected = False
        if attributes:
            protected = attributes.get("Protected", "").lower() == "true"
            self.hidden = protected or attributes.get("ProtectInMemory", "").lower() == "true"
            self.protected = protected and self.unprotect is not None
        else:
            self.hidden = False
        if name in _BEGINS:
            self.text = None
            if name == "Group":
                self.count()
                self.group = Group(self.group)
            elif name == "Entry":
                self.count()
                if self.group is None:
                    raise Refused("not_vault")
                self.items.append(Item(self.group))
            elif name == "String":
                self.count()
                self.key, self.value = "", Text("")
            else:
                self.custom = ["", ""]
            return
        self.text = [] if name in _WANTED or self.protected else None

    def characters(self, data: str) -> None:
        if self.text is not None:
            self.text.append(data)

    def count(self) -> None:
        self.parts += 1
        if self.parts > MAX_PARTS:
            raise Refused("too_many")

    def end(self, name: str) -> None:
        path = self.path
        path.pop()
        if name in _BEGINS:
            self.close_part(name, path[-1] if path else "")
        elif self.text is not None:
            text, self.text = "".join(self.text), None
            value = self.open(text) if self.protected else Text(text, self.hidden)
            self.protected = False
            self.leaf(path[-1] if path else "", name, value)

    def open(self, text: str) -> Text:
        """A protected value. What cannot be decrypted leaves the others in their place, as KeePass does."""
        try:
            content = base64.b64decode(text)
            value = self.unprotect(content) if self.unprotect is not None else content
            return Text(value.decode(), True)
        except (binascii.Error, ValueError) as error:
            return Text(None, True, type(error).__name__)

    def leaf(self, parent: str, name: str, value: Text) -> None:
        text = value.value or ""
        if parent == "String":
            if name == "Key":
                self.key = text
            elif name == "Value":
                self.value = value if len(text) <= MAX_FIELD else Text(None, value.hidden, "TooLong")
        elif parent == "Times":
            if self.items and self.path[-2] == "Entry":
                self.items[-1].times[name] = text
        elif parent == "Entry":
            if name == "UUID":
                self.items[-1].id = identifier(text)
            elif name == "QualityCheck":
                self.items[-1].checked = text.strip().lower() != "false"
        elif parent == "Group" and self.group is not None:
            if name == "UUID":
                self.group.id = identifier(text)
            elif name == "Name":
                self.group.name = text
        elif parent == "Item":
            if name in ("Key", "Value"):
                self.custom[name == "Value"] = text
        elif parent == "Meta":
            self.meta(name, text)

    def meta(self, name: str, text: str) -> None:
        if name == "RecycleBinUUID":
            self.document.bin = identifier(text)
        elif name == "HeaderHash" and text.strip():
            self.document.header = _bytes(text)

    def close_part(self, name: str, parent: str) -> None:
        if name == "String":
            if parent == "Entry" and (len(self.items) == 1 or self.key == "Password"):
                self.items[-1].strings[self.key] = self.value
        elif name == "Item":
            if self.items and self.path[-2:] == ["Entry", "CustomData"]:
                self.items[-1].custom[self.custom[0]] = self.custom[1]
        elif name == "Group":
            self.group = self.group.parent if self.group is not None else None
        else:
            item = self.items.pop()
            if self.items:
                self.items[-1].history.append(item)
            else:
                self.document.items.append(item)


_BEGINS = frozenset(("Group", "Entry", "String", "Item"))
_TIMES = ("CreationTime", "LastModificationTime", "ExpiryTime", "Expires")
_WANTED = frozenset(("Key", "Value", "UUID", "Name", "QualityCheck", "RecycleBinUUID", "HeaderHash", *_TIMES))


def identifier(text: str) -> str:
    """A UUID in base64 as 32 hexadecimal digits; "" for none, and for the one of zeros."""
    found = _bytes(text).hex().upper()
    return "" if found == _NO_ID else found


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""
