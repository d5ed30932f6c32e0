"""Word and OpenDocument files as packages: a zip with XML parts, opened so that no file can use up the machine.

Sizes are checked as the zip declares them and again as they come out. The XML goes through expat in pieces and never
becomes a tree, so a part of the largest size needs little memory.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from struct import error as struct_error
from struct import unpack_from
from xml.parsers import expat

from auditgen.files.errors import ReadError

MAX_FILE = 100_000_000
MAX_DIRECTORY = 1_000_000
MAX_PART = 64_000_000
MAX_DEPTH = 400
MAX_ELEMENTS = 600_000
_KINDS = 5_000
# One tag, comment or attribute of more bytes than this is no writing of a word processor.
MAX_TOKEN = 1_000_000
_PIECE = 1 << 16
_END, _END64 = b"PK\x05\x06", b"PK\x06\x06"

Attributes = Mapping[str, str]


@dataclass
class Handlers:
    """What to call for elements, by their name as “prefix:local” (see `_prefix`); all others are passed over.

    skip  elements of which nothing is wanted, nor of what stands in them
    """

    starts: Mapping[str, Callable[[Attributes], None]] = field(default_factory=dict)
    ends: Mapping[str, Callable[[], None]] = field(default_factory=dict)
    data: Callable[[str], None] | None = None
    skip: frozenset[str] = frozenset()


class _TooMuch(Exception):
    """A bound was met; the words say which."""


class Package:
    """An opened zip. Raises ReadError when it is damaged or larger than a document can be."""

    def __init__(self, path: Path, file: str) -> None:
        self.file = file
        # What all parts together may still take.
        self._bytes = MAX_PART
        self._elements = MAX_ELEMENTS
        size = path.stat().st_size
        if size > MAX_FILE:
            raise ReadError(f"{file} is {size / 1e6:,.0f} MB; a policy may have {MAX_FILE // 1_000_000} MB.")
        # zipfile reads the whole directory at once, so how large it is must be known before.
        if _directory_size(path) > MAX_DIRECTORY:
            raise ReadError(f"{file} holds many thousands of files; no document needs so many.")
        try:
            self._zip = zipfile.ZipFile(path)
            self.names = frozenset(self._zip.namelist())
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct_error) as error:
            raise self.damaged() from error

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def damaged(self) -> ReadError:
        return ReadError(f"{self.file} is damaged; open it in a word processor and save it again.")

    def head(self, name: str, size: int = 200) -> bytes:
        """The first bytes of a part; nothing when it cannot be read."""
        try:
            with self._zip.open(name) as stream:
                return stream.read(size)
        except (KeyError, *_ZIP_ERRORS):
            return b""

    def parse(self, name: str, handlers: Handlers) -> None:
        """Send the elements of a part to handlers.

        Raises ReadError for a part that is damaged, too large or too deep, or that declares entities.
        """
        part = name.rpartition("/")[2]
        try:
            declared = self._zip.getinfo(name).file_size
            if declared > self._bytes:
                raise _TooMuch(f"more than {MAX_PART // 1_000_000} MB")
            with self._zip.open(name) as stream:
                self._feed(stream.read, self._parser(handlers))
        except _TooMuch as error:
            raise ReadError(f"{self.file} holds {error} in {part}, which no policy does; it was not read.") from None
        except (KeyError, expat.ExpatError, *_ZIP_ERRORS) as error:
            raise self.damaged() from error

    def properties(self, part: str) -> dict[str, str]:
        """Title and language, as the properties of a document give them."""
        told: dict[str, str] = {}
        inside: list[str] = []

        def data(text: str) -> None:
            for name in inside:
                told[name] = " ".join((told.get(name, "") + text).split())[:300]

        if part in self.names:
            starts = {f"dc:{name}": partial(_enter, inside, name) for name in ("title", "language")}
            self.parse(part, Handlers(starts, dict.fromkeys(starts, inside.clear), data))
        return {name: text for name, text in told.items() if text}

    def _feed(self, read: Callable[[int], bytes], parser: expat.XMLParserType) -> None:
        taken = 0
        while piece := read(_PIECE):
            taken += len(piece)
            self._bytes -= len(piece)
            if self._bytes < 0:
                raise _TooMuch(f"more than {MAX_PART // 1_000_000} MB")
            parser.Parse(piece, False)
            # An older expat reads an open token from its start with every piece, so a long one takes its square.
            if taken - max(0, parser.CurrentByteIndex) > MAX_TOKEN + _PIECE:
                raise _TooMuch("a single tag without an end")
        parser.Parse(b"", True)

    def _parser(self, handlers: Handlers) -> expat.XMLParserType:
        """An expat parser that refuses every document type.

        Entities can only be declared in one, so neither one that grows nor one that names a file is ever read. This is
        what defusedxml does too; it wraps tree builders, and no tree is wanted here.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        # By the name as expat tells it: is it passed over, what to call at its start, and at its end.
        known: dict[str, tuple[bool, Callable[[Attributes], None] | None, Callable[[], None] | None]] = {}
        depth = skipped = 0

        def look_up(name: str) -> tuple[bool, Callable[[Attributes], None] | None, Callable[[], None] | None]:
            if len(known) > _KINDS:
                raise _TooMuch("thousands of kinds of elements")
            plain = _short(name)
            found = (plain in handlers.skip, handlers.starts.get(plain), handlers.ends.get(plain))
            return known.setdefault(name, found)

        def on_start(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth, skipped
            depth += 1
            self._elements -= 1
            if depth > MAX_DEPTH:
                raise _TooMuch(f"elements more than {MAX_DEPTH} deep in each other")
            if self._elements < 0:
                raise _TooMuch(f"more than {MAX_ELEMENTS:,} elements")
            skip, start, _ = known.get(name) or look_up(name)
            if skipped or skip:
                skipped += 1
            elif start is not None:
                start({_short(key): value for key, value in attributes.items()} if attributes else attributes)

        def on_end(name: str) -> None:
            nonlocal depth, skipped
            depth -= 1
            if skipped:
                skipped -= 1
            elif (end := known[name][2]) is not None:
                end()

        def on_data(text: str) -> None:
            if not skipped and handlers.data is not None:
                handlers.data(text)

        def on_doctype(*_: object) -> None:
            raise _TooMuch("a document type with declarations of its own")

        parser.StartElementHandler = on_start
        parser.EndElementHandler = on_end
        parser.CharacterDataHandler = on_data
        parser.StartDoctypeDeclHandler = on_doctype
        return parser


def _enter(inside: list[str], name: str, _: Attributes) -> None:
    inside[:] = [name]


# What zipfile raises for broken, encrypted and unknown members.
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError)


@lru_cache(maxsize=1_000)
def _short(name: str) -> str:
    uri, _, local = name.rpartition(" ")
    return f"{_prefix(uri)}:{local}" if uri else local


@lru_cache(maxsize=100)
def _prefix(uri: str) -> str:
    """A short name of a namespace, the same for the transitional and the strict form of Word's files."""
    if "wordprocessingml" in uri and "oasis" not in uri:
        return "w" if uri.endswith("/main") else "wx"
    if "xsl-fo-compatible" in uri:
        return "fo"
    if found := re.search(r"opendocument:xmlns:(\w+)", uri):
        return found[1]
    if uri.endswith("markup-compatibility/2006"):
        return "mc"
    if "purl.org/dc/elements" in uri:
        return "dc"
    return "other"


def _directory_size(path: Path) -> int:
    """Bytes of the directory of a zip, by its last record; 0 when there is none."""
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - (1 << 16) - 100))
        tail = stream.read()
    sizes = [0]
    try:
        if (at := tail.rfind(_END)) >= 0:
            found = unpack_from("<I", tail, at + 12)[0]
            sizes.append(found if found != 0xFFFFFFFF else 0)
        if (at := tail.rfind(_END64)) >= 0:
            sizes.append(unpack_from("<Q", tail, at + 40)[0])
    except struct_error:
        return 0
    return max(sizes)
