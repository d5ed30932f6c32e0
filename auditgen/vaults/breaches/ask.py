"""Asking a breach list, whatever its shape."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from auditgen.vaults.breaches.answer import Answer, Look


def ask(path: Path, hashes: Iterable[str]) -> Answer:
    """Ask the file or folder at `path`."""
    from auditgen.vaults.breaches.range_folder import ask_folder
    from auditgen.vaults.breaches.sorted_file import ask_file

    return (ask_folder if _is_folder(path) else ask_file)(path, hashes)


def look(path: Path) -> Look:
    """Say what stands at `path`, reading only some of it."""
    from auditgen.vaults.breaches.range_folder import look_at_folder
    from auditgen.vaults.breaches.sorted_file import look_at_file

    return look_at_folder(path) if _is_folder(path) else look_at_file(path)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False
