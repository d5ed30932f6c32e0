"""What a line looks like where a format does not say: a heading, a list item, or running text."""

from __future__ import annotations

import re

MAX_HEADING = 100
_HEADING_WORDS = 14
BULLETS = "•●▪■◦○‣⁃∙·➢➤►✓✔\uf0b7\uf0a7\uf0d8\uf076-–—*+"
# A mark that may stand alone before the text of its item.
MARK = re.compile(rf"^(?:[{re.escape(BULLETS)}]|o|\(?(?:\d{{1,3}}|[A-Za-z]|[ivxIVX]{{1,5}})[.)])$")
_ITEM = re.compile(
    rf"^\s*(?:[{re.escape(BULLETS)}]\s+|o\s+(?=[A-Z\[])|#\.\s+|\(?(?:\d{{1,3}}|[a-z]|[ivx]{{1,5}})[.)]\s+)(?=\S)"
)
_NAMES = r"(?:section|part|chapter|appendix|annex)"
_NUMBERED = re.compile(
    rf"^\s*(?:{_NAMES}\s+)?((?:\d{{1,2}}|[A-Z])(?:\.\d{{1,2}}){{0,4}})\.?\)?\s+(?=[A-Z“\"(])",
    re.I,
)
_NAMED = re.compile(rf"^{_NAMES}\s+(?:\d{{1,2}}|[A-Z])\b", re.I)
_ENDS = re.compile(r"[.;:,!…]$|\b(?:and|or|the|of|to|a|in|for|with|by)$", re.I)


def item_text(line: str) -> str | None:
    """The text of a list item without its mark, None when the line begins none."""
    match = _ITEM.match(line)
    return line[match.end() :].strip() if match else None


def short(line: str) -> bool:
    """Whether a line is short enough for a heading, has letters, and does not end like a sentence."""
    text = line.strip()
    return (
        len(text) <= MAX_HEADING
        and len(text.split()) <= _HEADING_WORDS
        and bool(re.search(r"[^\W\d_]{2}", text))
        and not _ENDS.search(text)
        and not re.search(r"[.!?]\s+[A-Z]", re.sub(r"^[\dA-Z]+(?:\.\d+)*\.\s+", "", text))
    )


def depth(line: str) -> int:
    """How deep a numbered heading is: 1 for “3 Title”, 2 for “3.2 Title”; 0 without a number."""
    match = _NUMBERED.match(line)
    if match is None or (match[1].isalpha() and not _NAMED.match(line) and not re.match(r"\s*[A-Z][.)]", line)):
        return 1 if _NAMED.match(line) else 0
    return match[1].count(".") + 1


def capitals(line: str) -> bool:
    """Whether a line is written in capitals, as headings of plain text are."""
    if not short(line):
        return False
    letters = [mark for mark in line if mark.isalpha()]
    return len(letters) >= 4 and all(mark.isupper() for mark in letters)
