"""Publish into a directory: build beside it, then swap the whole tree in at once.

A reader of the old tree sees either all of it or all of the new one; an interrupted run leaves the last whole.
Where the kernel can, two directories are exchanged in one call (renameat2 with RENAME_EXCHANGE, Linux 3.15,
glibc 2.28); elsewhere the old is renamed aside first, which leaves a gap of one rename.
"""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MARKER = ".auditgen"
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


class PublishError(Exception):
    """A target that must not be replaced: one sentence for the user."""


def _exchange(first: Path, second: Path) -> bool:
    """Exchange two directories atomically; False where the system cannot."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    done = rename(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE)
    return int(done) == 0


def check_target(target: Path) -> None:
    """Raise PublishError unless the target is absent, empty, or a tree this program made."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise PublishError(f"{target}: expected a folder or nothing, found something else")
    if target.is_dir() and any(target.iterdir()) and not (target / MARKER).is_file():
        raise PublishError(f"{target}: holds files that auditgen did not make; choose another --output")


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give a new folder beside the target to build in; swap it in when the block ends well.

    On any error the new folder is removed and the target stays as it was. Raises PublishError as check_target.
    """
    check_target(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    for stale in target.parent.glob(f".{target.name}.new-*"):
        if not _alive(stale.name.rpartition("-")[2]):
            shutil.rmtree(stale, ignore_errors=True)
    fresh = target.parent / f".{target.name}.new-{os.getpid()}"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o755)
    try:
        (fresh / MARKER).write_text("Made by auditgen; replaced as a whole by the next run.\n", encoding="utf-8")
        yield fresh
        if not target.exists():
            fresh.rename(target)
        elif not _exchange(fresh, target):
            aside = target.parent / f".{target.name}.old-{os.getpid()}"
            target.rename(aside)
            fresh.rename(target)
            shutil.rmtree(aside, ignore_errors=True)
    finally:
        # After an exchange this is the old tree; after a failure it is the unfinished one.
        shutil.rmtree(fresh, ignore_errors=True)


def _alive(pid: str) -> bool:
    if not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
