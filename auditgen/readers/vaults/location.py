"""Where a vault file lies: who can read it, whether a repository or a cloud folder copies it."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
from pathlib import Path

# Folders that sync programs keep, by the names those programs give them.
_SYNCED = re.compile(
    r"^(dropbox|onedrive|google ?drive|googledrive|my drive|icloud ?drive|mobile documents|com~apple~clouddocs"
    r"|nextcloud|owncloud|box|box sync|pcloud ?drive|syncthing|sync|mega|megasync|creative cloud files|seafile"
    r"|tresorit)"
    r"(?: ?[-(].*)?$",
    re.IGNORECASE,
)
_MARKS = (".dropbox", ".dropbox.cache", ".stfolder", ".sync", ".owncloudsync.log", ".nextcloudsync.log")


def readable_by_others(path: Path) -> bool:
    """Whether the mode lets the group or everybody read or write the file."""
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def in_repository(path: Path) -> bool | None:
    """Whether the file lies in a git work tree that does not ignore it; None when git cannot be asked."""
    if not any((parent / ".git").exists() for parent in path.resolve().parents):
        return False
    git = shutil.which("git")
    if git is None:
        return None
    folder = str(path.resolve().parent)
    # A file that git tracks is never "ignored", whatever its patterns say.
    command = [git, "-C", folder, "check-ignore", "-q", path.name]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 (fixed words and a path)
    return {0: False, 1: True}.get(done.returncode)


def in_synced_folder(path: Path) -> bool:
    """Whether a folder above the file is one that a cloud service copies, by its name or its mark."""
    return any(
        _SYNCED.match(parent.name) or any((parent / mark).exists() for mark in _MARKS)
        for parent in path.resolve().parents
    )
