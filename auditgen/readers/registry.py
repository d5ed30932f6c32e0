"""The readers there are: built-in ones loaded when a source names them, foreign ones by entry point.

A foreign package names its readers in the entry point group `auditgen.readers`. A name of ours stays ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import cast

from auditgen.files.errors import ReadError
from auditgen.readers import Context, Reader, Sink, SourceReport

# Name of the reader → the module below this package that holds its READER.
BUILT_IN = {
    "breach-catalogue": "catalogues.breach_catalogue",
    "calendar": "content.calendar.reader",
    "google-users": "people.google_users",
    "inventory": "inventory.reader",
    "leavers": "people.leavers",
    "policies": "policies.reader",
    "second-factors": "catalogues.second_factors",
    "vault": "vaults.reader",
}


class _BrokenReader:
    """Stands in for an installed reader that could not be loaded, so that only its own sources fail."""

    title = "Reader that could not be loaded"
    tables: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    missing = ""

    def __init__(self, name: str, error: Exception) -> None:
        self.name = name
        lacks = f": {error}" if isinstance(error, TypeError) and str(error).startswith("a reader without") else ""
        self.says = f"The reader {name} could not be loaded ({type(error).__name__}{lacks})."
        self.options: Mapping[str, str] = _AnyOption()

    def read(self, path: Path, context: Context, sink: Sink) -> list[SourceReport]:
        raise ReadError(self.says)


def _whole(reader: object) -> Reader:
    """The reader, when it has all that a reader has. Raises TypeError."""
    needed = ("name", "title", "options", "tables", "after", "missing", "read")
    if lacking := [name for name in needed if not hasattr(reader, name)]:
        raise TypeError(f"a reader without {', '.join(lacking)}")
    return cast(Reader, reader)


class _AnyOption(Mapping[str, str]):
    """Takes every name: what a reader that could not be loaded would take cannot be known."""

    def __getitem__(self, name: str) -> str:
        return ""

    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class Readers(Mapping[str, Reader]):
    """Every installed reader by name; one is loaded when it is asked for, and a broken one fails only its sources."""

    def __init__(self) -> None:
        self._loaded: dict[str, Reader] = {}

    @cached_property
    def _foreign(self) -> dict[str, EntryPoint]:
        return {entry.name: entry for entry in entry_points(group="auditgen.readers") if entry.name not in BUILT_IN}

    def __getitem__(self, name: str) -> Reader:
        if name not in self._loaded:
            if name not in BUILT_IN and name not in self._foreign:
                raise KeyError(name)
            try:
                self._loaded[name] = (
                    cast(Reader, import_module(f"auditgen.readers.{BUILT_IN[name]}").READER)
                    if name in BUILT_IN
                    else _whole(self._foreign[name].load())
                )
            except Exception as error:  # any fault of one package
                self._loaded[name] = _BrokenReader(name, error)
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({*BUILT_IN, *self._foreign}))

    def __len__(self) -> int:
        return len({*BUILT_IN, *self._foreign})

    def __contains__(self, name: object) -> bool:
        return name in BUILT_IN or name in self._foreign
