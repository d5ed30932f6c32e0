"""A policy document taken apart: headings, paragraphs, list items, table rows and code, each with its line.

Nothing is rendered and nothing is executed; Markdown keeps no HTML, HTML keeps no scripts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JOIN = " › "
MAX_LINKS = 5_000
LONGEST_ADDRESS = 2_000
# Addresses that stand in a text without any mark of a link.
BARE_LINK = re.compile(rf"https?://[^\s<>]{{1,{LONGEST_ADDRESS}}}", re.I)


@dataclass(frozen=True)
class Passage:
    """One block. `text` keeps the line breaks of the source; `cells` holds a table row beside its header; `page`
    is for formats with pages, whose lines count from the top of their page."""

    kind: str
    heading: str
    line: int
    text: str
    cells: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    page: int | None = None


@dataclass
class Document:
    """A document before it becomes rows.

    meta     front matter or meta tags
    plain    words outside links
    margins  what page headers and footers say: no text of the document, but of what it is
    found_links  address, words, line and page of its links, the first MAX_LINKS of them
    """

    title: str | None = None
    language: str | None = None
    passages: list[Passage] = field(default_factory=list)
    meta: dict[str, Any] = field(default_factory=dict)
    margins: list[Passage] = field(default_factory=list)
    plain: int = 0
    links: int = 0
    found_links: list[tuple[str, str, int, int | None]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    readable: bool = True

    def found_link(self, address: str, words: str, line: int, page: int | None = None) -> None:
        address = one_line(address[:LONGEST_ADDRESS])
        if address and len(self.found_links) < MAX_LINKS:
            self.found_links.append((address, one_line(words[:1_000])[:300], line, page))

    def found_bare_links(self, text: str, line: int) -> None:
        """Addresses within a line of text, without the marks of the sentence that follow them."""
        for match in BARE_LINK.finditer(text):
            if len(self.found_links) >= MAX_LINKS:
                return
            self.found_link(trimmed(match[0]), "", line)


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


# Keys of front matter by which a document speaks of itself; layout, tags and the like are for programs.
_TELLING = re.compile(
    r"author|owner|maintain|contact|date|modified|edited|updated|review|version|status|approv|effective|verif|expir|valid",
    re.I,
)
_NOT_TOLD = re.compile(
    r"^(twitter|og|article|viewport|format-detection|generator|theme)\b|update-?script|valid(ator|ation)", re.I
)


def told_apart(meta: Mapping[str, Any]) -> list[Passage]:
    """What a document says about itself outside its text, as rows at its beginning."""
    return [
        Passage("row", "", 1, one_line(f"{key}: {value}"))
        for key, value in meta.items()
        if _TELLING.search(key) and not _NOT_TOLD.search(key) and value not in (None, "") and len(str(value)) < 200
    ]


def trimmed(address: str) -> str:
    """An address out of a sentence without what ends the sentence."""
    for _ in range(3):
        address = address.rstrip(".,;:!?'\"*_`’”")
        for opening, closing in ("()", "[]"):
            if address.endswith(closing) and address.count(closing) > address.count(opening):
                address = address[:-1]
    return address


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def row_text(header: tuple[str, ...], cells: tuple[str, ...]) -> str:
    """A table row as “header: cell; header: cell”."""
    parts = []
    for number, cell in enumerate(cells):
        # A name of a column longer than this would only fill every row with itself.
        name = header[number][:200] if number < len(header) else ""
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
