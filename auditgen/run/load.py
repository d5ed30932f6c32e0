"""A workspace with its checks and readers, ready to gather or judge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from auditgen.files.problems import Problem, nearest
from auditgen.workspace.problems import WorkspaceError

if TYPE_CHECKING:
    from auditgen.audit.checks.check import Check
    from auditgen.readers import Reader
    from auditgen.workspace.model import Workspace


@dataclass
class Loaded:
    """A workspace with its checks and readers, ready to gather or judge."""

    workspace: Workspace
    readers: Mapping[str, Reader]
    checks: list[Check]
    problems: list[Problem] = field(default_factory=list)


def load(folder: Path) -> Loaded:
    """Read auditgen.toml and every check. Raises WorkspaceError; a broken user check is only reported."""
    from auditgen.audit.checks.packs import load_checks, override
    from auditgen.readers.registry import Readers
    from auditgen.workspace.load import check_names, load_workspace

    readers = Readers()
    workspace = load_workspace(folder, readers)
    checks, problems = load_checks(workspace.check_folders)
    if wrong := check_names(workspace, checks):
        raise WorkspaceError(wrong)
    checks = [override(check, workspace.check_settings) for check in checks]
    return Loaded(workspace, readers, checks, problems)


def choose(checks: Sequence[Check], only: Iterable[str], skip: Iterable[str]) -> tuple[list[Check], list[Check]]:
    """Split checks into those to run and those left out; raises WorkspaceError on an unknown name."""
    areas = {check.area for check in checks}
    areas |= {area.replace("_", "-") for area in areas}
    known = {check.id for check in checks} | areas
    only, skip = tuple(only), tuple(skip)
    problems = [
        Problem(option, 0, f"no check or area is called {name}{nearest(name, known)}")
        for option, names in (("--only", only), ("--skip", skip))
        for name in names
        if name not in known
    ]
    if problems:
        raise WorkspaceError(problems)

    def named(check: Check, names: tuple[str, ...]) -> bool:
        return any(name in (check.id, check.area, check.area.replace("_", "-")) for name in names)

    chosen = [check for check in checks if (not only or named(check, only)) and not named(check, skip)]
    if checks and not chosen:
        raise WorkspaceError(
            [Problem("--skip", 0, "leaves out every check that there is to run; expected one at least")]
        )
    left = [check for check in checks if check not in chosen]
    return chosen, left


def choose_profile(workspace: Workspace, wanted: str | None) -> str:
    """Name of the gate profile to judge by; raises WorkspaceError on an unknown name."""
    name = wanted or workspace.profile
    if name not in workspace.profiles:
        says = f"no gate profile is called {name}{nearest(name, workspace.profiles)}"
        raise WorkspaceError([Problem("--profile", 0, says)])
    return name
