"""Writes the pages of a site: each file once, in order, with nothing that depends on the moment."""

from __future__ import annotations

import os
from pathlib import Path


class SiteWriter:
    """Writes files below one folder and counts what it wrote.

    Uses plain descriptors relative to each folder: for ten thousand small files that is several times faster than
    building paths.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._open: dict[str, int] = {}
        self.pages = 0
        self.bytes = 0

    def __enter__(self) -> SiteWriter:
        return self

    def __exit__(self, *_: object) -> None:
        for descriptor in self._open.values():
            os.close(descriptor)
        self._open.clear()

    def _descriptor(self, name: str) -> int:
        if name not in self._open:
            path = self._folder / name
            path.mkdir(exist_ok=True)
            self._open[name] = os.open(path, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        return self._open[name]

    def write(self, name: str, content: bytes) -> None:
        """Write one file; `name` is relative, with at most one folder."""
        folder, _, file = name.rpartition("/")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        handle = os.open(file, flags, 0o644, dir_fd=self._descriptor(folder))
        try:
            view = memoryview(content)
            while view:
                view = view[os.write(handle, view) :]
        finally:
            os.close(handle)
        self.pages += name.endswith(".html")
        self.bytes += len(content)
