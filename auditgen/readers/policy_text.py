"""A policy document taken apart: headings, paragraphs, list items, table rows and code, each with its line.

Nothing is rendered and nothing is executed; Markdown keeps no HTML, HTML keeps no scripts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JOIN = " › "


@dataclass(frozen=True)
class Passage:
    """One block. `text` keeps the line breaks of the source; `cells` holds a table row beside its header."""

    kind: str
    heading: str
    line: int
    text: str
    cells: tuple[str, ...] = ()
    header: tuple[str, ...] = ()


@dataclass
class Document:
    """A document before it becomes rows.

    meta   front matter or meta tags
    plain  words outside links
    """

    title: str | None = None
    language: str | None = None
    passages: list[Passage] = field(default_factory=list)
    meta: dict[str, Any] = field(default_factory=dict)
    plain: int = 0
    links: int = 0
    notes: list[str] = field(default_factory=list)
    readable: bool = True


class Outline:
    """The path of headings above a place."""

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []

    @property
    def path(self) -> str:
        return JOIN.join(text for _, text in self._open)

    def enter(self, level: int, text: str) -> str:
        """Open a heading; returns the path above it."""
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        above = self.path
        if text:
            self._open.append((level, text[:200]))
        return above


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def row_text(header: tuple[str, ...], cells: tuple[str, ...]) -> str:
    """A table row as “header: cell; header: cell”."""
    parts = []
    for number, cell in enumerate(cells):
        name = header[number] if number < len(header) else ""
        if name and cell:
            parts.append(f"{name}: {cell}")
        elif name or cell:
            parts.append(cell or f"{name}:")
    return "; ".join(parts)


def count_words(text: str) -> int:
    return len(re.findall(r"\w+", text))


def flat(data: Mapping[str, Any]) -> dict[str, Any]:
    """Front matter one level deep, lists joined."""
    found: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, Mapping):
            for inner, item in value.items():
                if not isinstance(item, Mapping | list):
                    found.setdefault(str(inner), item)
        elif isinstance(value, list):
            found[str(key)] = ", ".join(str(item) for item in value[:20] if not isinstance(item, Mapping | list))
        else:
            found[str(key)] = value
    return found
