"""What auditgen.toml says, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auditgen.files.problems import Problem
from auditgen.files.toml_lines import line_of
from auditgen.workspace.checker import FILE


@dataclass(frozen=True)
class Source:
    """One [[source]] entry: files for one reader."""

    id: str
    reader: str
    path: str
    files: tuple[Path, ...]
    options: Mapping[str, Any]
    line: int


@dataclass(frozen=True)
class Profile:
    """The rules of one gate profile; see auditgen.audit.gate for what each decides."""

    name: str
    max_open: Mapping[str, int] = field(default_factory=dict)
    minimum_depth: int = 0
    single_cause: bool = False
    minimum_seen: float = 0.0
    complete_chains: bool = False
    allow_unknown: tuple[str, ...] = ()


DEFAULT_PROFILES = {
    "launch": Profile("launch", {"critical": 0, "high": 0}, 1, False, 0.75, False),
    "nightly": Profile("nightly", {"critical": 0}, 1, False, 0.5, False),
}


@dataclass(frozen=True)
class Workspace:
    """Everything auditgen.toml says, typed and checked."""

    root: Path
    organisation: Mapping[str, Any]
    sources: tuple[Source, ...]
    launches: tuple[Mapping[str, Any], ...]
    launch: str | None
    profile: str
    profiles: Mapping[str, Profile]
    absences: tuple[Mapping[str, Any], ...]
    check_folders: tuple[Path, ...]
    check_settings: Mapping[str, Mapping[str, Any]]
    effort_unit: str | None
    scenario_folders: tuple[Path, ...]
    count_attested: bool
    exceptions: Path | None
    attestations: Path | None
    reviews: Path | None
    crisis: Mapping[str, Any]
    passwords: Mapping[str, Any]
    report: Mapping[str, Any]
    lines: Mapping[tuple[str | int, ...], int]

    def problem(self, says: str, *path: str | int) -> Problem:
        """A mistake at a place in auditgen.toml found later, such as an unknown check id."""
        return Problem(FILE, line_of(dict(self.lines), *path), says)
