"""Readers whose files only make sense together, such as vaults that may share a password."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from auditgen.readers import Context, Sink, SourceReport, day_made


@dataclass(frozen=True)
class Allowances:
    """What one run may use.

    offline      nothing outside this machine may be asked
    passphrases  source id, or "" for all → {"path": file} or {"descriptor": number}; the parent never opens them
    ask          a person sits at the terminal and can be asked for what is missing
    """

    offline: bool = False
    passphrases: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    ask: bool = False


@dataclass(frozen=True)
class JointContext(Context):
    """What a joint reader may know beside what every reader does.

    by_source         options of every source it takes, by the id of the source
    passwords         the table [passwords] of auditgen.toml, its paths resolved
    campaigns         names of the launches
    allowances        what this run may use
    login_titles      left for the fix list and nothing else: label of a login → title, user name
    previous_exports  vault file → day of the export and the first day on which a run found it, of the last run
    """

    by_source: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    passwords: Mapping[str, Any] = field(default_factory=dict)
    campaigns: tuple[str, ...] = ()
    allowances: Allowances = Allowances()
    login_titles: dict[str, tuple[str, str]] = field(default_factory=dict)
    previous_exports: Mapping[str, tuple[date, date]] = field(default_factory=dict)

    def of_source(self, origin: str) -> Mapping[str, Any]:
        """The options of one of its sources."""
        return self.by_source.get(origin, self.options)

    def seen_on(self, path: Path, origin: str | None = None) -> date:
        """Date the source was made: the `seen_on` option of that source, else the file's own date."""
        return day_made(path, self.of_source(origin or ""))


@runtime_checkable
class JointReader(Protocol):
    """A reader that gets the files of all its sources at once, each with the id of its source.

    `begin` starts the work without waiting for it, so that other readers run meanwhile; `finish` waits and fills the
    tables.
    """

    def begin(self, files: Sequence[tuple[str, Path]], context: JointContext) -> object: ...

    def finish(self, begun: Any, context: JointContext, sink: Sink) -> list[tuple[str, SourceReport]]: ...
