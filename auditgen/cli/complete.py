"""Shell completion of values: check ids, areas, tables, launches and profiles, told from files without judging them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from auditgen.workspace.model import Workspace

Completer = Callable[[click.Context, click.Parameter, str], list[str]]


def _completer(values: Callable[[click.Context], Iterable[str]]) -> Completer:
    """Complete from a list. Nothing that goes wrong may reach the line somebody is typing."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        try:
            return sorted(value for value in set(values(ctx)) if value.startswith(incomplete))
        except Exception:
            return []

    return complete


def _workspace(ctx: click.Context) -> Workspace | None:
    from auditgen.readers.registry import Readers
    from auditgen.workspace.load import load_workspace
    from auditgen.workspace.problems import WorkspaceError

    try:
        return load_workspace(ctx.params.get("workspace") or Path(), Readers())
    except WorkspaceError:
        return None


def _files(ctx: click.Context) -> list[tuple[Path, Path]]:
    """Check files as (folder of the pack, file); the file name is the id."""
    from auditgen.audit.checks.packs import builtin_folder

    workspace = _workspace(ctx)
    folders = [builtin_folder(), *(ctx.params.get("folder") or ()), *(workspace.check_folders if workspace else ())]
    return [(folder, path) for folder in folders for path in folder.rglob("*.md") if path.name.lower() != "readme.md"]


def _ids(ctx: click.Context) -> list[str]:
    return [path.stem for _, path in _files(ctx)]


def _ids_and_areas(ctx: click.Context) -> list[str]:
    areas = [path.parent.name.replace("_", "-") for folder, path in _files(ctx) if path.parent != folder]
    return [*_ids(ctx), *areas]


def _tables(ctx: click.Context) -> Iterable[str]:
    from auditgen.evidence.store import schema

    return schema()


def _launches(ctx: click.Context) -> list[str]:
    workspace = _workspace(ctx)
    return [str(launch["id"]) for launch in workspace.launches] if workspace else []


def _profiles(ctx: click.Context) -> Iterable[str]:
    from auditgen.workspace.model import DEFAULT_PROFILES

    workspace = _workspace(ctx)
    return workspace.profiles if workspace else DEFAULT_PROFILES


check_ids = _completer(_ids)
checks_and_areas = _completer(_ids_and_areas)
tables = _completer(_tables)
launches = _completer(_launches)
profiles = _completer(_profiles)
