"""Documentation as data: its fenced blocks, tables, code spans, headings and links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
PAGES = (README, CONTRIBUTING, ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md")))

_OPENS = re.compile(r"^(`{3,})(.*)$")


@dataclass(frozen=True)
class Block:
    """A fenced block: what follows the fence, and its lines."""

    kind: str
    text: str


def parts(page: Path) -> tuple[list[Block], str]:
    """The outermost fenced blocks of a page, and its text without them."""
    blocks, prose = [], []
    fence, kind, inside = "", "", []  # type: ignore[var-annotated]
    for line in page.read_text(encoding="utf-8").splitlines():
        found = _OPENS.match(line)
        if not fence and found:
            fence, kind, inside = found[1], found[2].strip(), []
        elif fence and found and not found[2].strip() and len(found[1]) >= len(fence):
            blocks.append(Block(kind, "\n".join(inside) + "\n"))
            fence = ""
        elif fence:
            inside.append(line)
        else:
            prose.append(line)
    assert not fence, f"{page.name}: a block is never closed"
    return blocks, "\n".join(prose) + "\n"


def blocks(page: Path, kind: str) -> list[str]:
    return [block.text for block in parts(page)[0] if block.kind == kind]


def spans(text: str) -> list[str]:
    """Code spans, each on one line."""
    return [" ".join(found.split()) for found in re.findall(r"(?<!`)`([^`]+)`(?!`)", text)]


def table(page: Path, *header: str) -> list[list[str]]:
    """The cells of the one table with this header."""
    lines = parts(page)[1].splitlines()
    starts = [number for number, line in enumerate(lines) if _cells(line) == list(header)]
    assert len(starts) == 1, f"{page.name}: expected one table with the header {header}, found {len(starts)}"
    rows = []
    for line in lines[starts[0] + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(_cells(line))
        assert len(rows[-1]) == len(header), f"{page.name}: {line}"
    return rows


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []


def anchors(page: Path) -> set[str]:
    """What a link to a heading of the page may name."""
    titles = re.findall(r"^#+ (.+)$", parts(page)[1], re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def links(page: Path) -> Iterator[str]:
    """Targets of links that lead to no other host."""
    for target in re.findall(r"\]\(([^)\s]+)\)", parts(page)[1]):
        if not re.match(r"[a-z]+:", target):
            yield target
