"""Bounds on every file before anything of it is used, and the few ways a file may be opened."""

from __future__ import annotations

import itertools
import json
import zipfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from auditgen.files.delimited import Unreadable, delimiter_of, records
from auditgen.vaults.entry import Refused

MAX_BYTES = 500_000_000
MAX_ITEMS = 1_000_000
# Characters of one field; KeePass notes and custom fields of real vaults stay far below.
MAX_FIELD = 4_000_000
MAX_MEMBERS = 100_000
# A packed export shrinks about tenfold; a bomb a thousandfold.
MAX_RATIO = 200
# Below this size unpacked, no ratio can hurt.
SMALL = 10_000_000
MAX_DEPTH = 64
HEAD = 65_536


class Opened:
    """One file, each view of it made when first asked for. A view that does not fit is None; only bounds raise.

    Raises Refused("too_large") at once for a file beyond MAX_BYTES.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size
        if self.size > MAX_BYTES:
            raise Refused("too_large")
        with path.open("rb") as stream:
            self.head = stream.read(HEAD)

    @cached_property
    def text(self) -> str | None:
        """The whole file as UTF-8 (or UTF-16 with its mark), without a byte order mark; None when it is neither."""
        content = self.path.read_bytes()
        try:
            # A lone surrogate is kept: some products write one where a password has it.
            if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
                return content.decode("utf-16", "surrogatepass")
            return content.decode("utf-8-sig", "surrogatepass")
        except UnicodeDecodeError:
            return None

    @cached_property
    def json(self) -> Any:
        """The file as JSON when it begins like an object or a list. Raises Refused("not_json") when cut short."""
        start = self.head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
        if start not in (b"{", b"["):
            return None
        if self.text is None:
            raise Refused("not_text")
        return parse_json(self.text)

    @cached_property
    def archive(self) -> Archive | None:
        """The file as a zip, its listing within bounds."""
        return Archive(self.path) if self.head[:4] in (b"PK\x03\x04", b"PK\x05\x06") else None

    @cached_property
    def header(self) -> list[str] | None:
        """First row of the file read as CSV, cells stripped; None when it is not text or has no delimiter."""
        if self.text is None or self.head[:1] == b"" or self.json_like or self.xml_like:
            return None
        try:
            row = next(csv_rows(self.text), [])
        except Refused:
            return None
        return [cell.strip() for cell in row] if len(row) > 1 else None

    @property
    def json_like(self) -> bool:
        return self.head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")

    @property
    def xml_like(self) -> bool:
        return self.head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"

    def rows(self) -> list[list[str]]:
        """Every row as CSV, the header among them. Raises Refused."""
        if self.text is None:
            raise Refused("not_text")
        return all_rows(self.text)


class Archive:
    """A zip whose names are only ever looked up, never used as paths."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
            members = self._zip.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise Refused("not_zip") from None
        if len(members) > MAX_MEMBERS:
            raise Refused("zip_suspicious")
        self.names = [member.filename for member in members]

    def read(self, name: str) -> bytes:
        """One member, unpacked in memory within bounds. Raises Refused and KeyError for a name it does not hold."""
        member = self._zip.getinfo(name)
        if member.flag_bits & 1:
            raise Refused("zip_password")
        # No product packs in any other way, and other ways may ask for memory without bounds.
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused("not_zip")
        if member.file_size > MAX_BYTES:
            raise Refused("too_large")
        if member.file_size > SMALL and member.file_size > MAX_RATIO * max(1, member.compress_size):
            raise Refused("zip_suspicious")
        try:
            with self._zip.open(member) as stream:
                # The listing may lie about the size.
                content = stream.read(min(MAX_BYTES, member.file_size) + 1)
        except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError, zlib_error()):
            raise Refused("not_zip") from None
        if len(content) > member.file_size:
            raise Refused("zip_suspicious")
        return content

    def text(self, name: str) -> str:
        """One member as UTF-8 text."""
        try:
            return self.read(name).decode("utf-8-sig", "surrogatepass")
        except UnicodeDecodeError:
            raise Refused("not_text") from None

    def json(self, name: str) -> Any:
        """One member as JSON."""
        return parse_json(self.text(name))


def zlib_error() -> type[Exception]:
    import zlib

    return zlib.error


def csv_rows(text: str) -> Iterator[list[str]]:
    """Rows of a CSV text, blank lines left out. Raises Refused("not_csv") for a cell beyond MAX_FIELD."""
    try:
        yield from (row for row in records(text, delimiter_of(text), MAX_FIELD) if row)
    except Unreadable:
        raise Refused("not_csv") from None


def all_rows(text: str) -> list[list[str]]:
    """Every row of a CSV text. Raises Refused."""
    rows = list(itertools.islice(csv_rows(text), MAX_ITEMS + 2))
    if len(rows) > MAX_ITEMS + 1:
        raise Refused("too_many")
    return rows


def parse_json(text: str) -> Any:
    """JSON, or Refused("not_json") without the text the parser would quote."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Refused("not_json") from None


def text_of(value: object) -> str:
    return value if isinstance(value, str) else ""


def list_of(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def table_of(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
