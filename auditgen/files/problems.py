"""Mistakes in files people write: one line each, with file, line and the nearest right name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake. `line` counts from 1; 0 means the file as a whole."""

    file: str
    line: int
    says: str

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{where}: {self.says}"


def nearest(name: str, known: Iterable[str]) -> str:
    """A closing clause that names the nearest right name, or lists the known ones when none is near."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {close[0]}?"
    if 0 < len(names) <= 12:
        return f"; known here: {', '.join(names)}"
    return ""
