"""Sentences of documents: what a clause is looked for in, each with its place.

A paragraph gives its sentences, a list item too, with the line that leads into the list as its context; a table row
counts as one, or as one for each cell when it is long. Headings count too and are never evidence by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

JOIN = " › "
# A paragraph of more characters is cut at white space; a sentence never is longer.
LONGEST_SENTENCE = 1_200
LONG_ROW = 60
# Sentences of fewer words are taken together with the next one.
SHORT = 4
LEAD = 160
# Abbreviations after which a point ends no sentence.
_POINTS = re.compile(
    r"\b(?:e\.g|i\.e|etc|vs|no|nos|tel|ext|mr|mrs|ms|dr|st|inc|ltd|co|approx|dept|art|sec|fig|cf|al|u\.s|u\.k|p\.m|a\.m)\.$"
    r"|(?:^|[\s(])[A-Za-z]\.$|^\W*\d{1,3}(?:\.\d{1,3})*\.$",
    re.I,
)
_END = re.compile(r"(?<=[.!?…])[\"”’')\]]*\s+(?=[\"“‘'(\[]?[A-Z0-9@#*•–—-])|\s*[;•▪●]\s+(?=[A-Z])")


@dataclass(frozen=True)
class Sentence:
    """One sentence. `lead` is the line that introduces its list, `heading` the path of headings above it."""

    document: str
    sequence: int
    kind: str
    heading: str
    lead: str
    line: int | None
    page: int | None
    text: str

    @property
    def last_heading(self) -> str:
        return self.heading.split(JOIN)[-1]


def digest(text: str) -> str:
    """Sixteen characters that change when a sentence's letters or figures do, and not when only its spacing does."""
    plain = "".join(mark for mark in text.casefold() if mark.isalnum())
    return sha256(plain.encode()).hexdigest()[:16]


def split_sentences(text: str) -> list[str]:
    """Sentences of a text, the short ones joined to their neighbour."""
    pieces: list[str] = []
    start = 0
    for match in _END.finditer(text):
        if _POINTS.search(text[max(0, match.start() - 12) : match.start()].rstrip("\"”’')]")):
            continue
        pieces.append(text[start : match.end()].strip())
        start = match.end()
    pieces.append(text[start:].strip())
    joined: list[str] = []
    for piece in pieces:
        if not piece:
            continue
        if joined and len(joined[-1].split()) < SHORT:
            joined[-1] = f"{joined[-1]} {piece}"
        else:
            joined.append(piece)
    return [part for piece in joined for part in _bounded(piece)]


def _bounded(text: str) -> Iterable[str]:
    while len(text) > LONGEST_SENTENCE:
        cut = text.rfind(" ", 0, LONGEST_SENTENCE)
        cut = cut if cut > 0 else LONGEST_SENTENCE
        yield text[:cut]
        text = text[cut:].strip()
    if text:
        yield text


def _reads(line: str) -> bool:
    """Whether a line of a code block is prose: some words, and mostly letters."""
    marks = line.replace(" ", "")
    return len(line.split()) > SHORT and sum(mark.isalpha() for mark in marks) > 0.8 * len(marks)


def make_sentences(passages: Iterable[Mapping[str, Any]]) -> list[Sentence]:
    """Units of passages in the order of their documents; code is left out, unless it reads like prose."""
    sentences: list[Sentence] = []
    lead, place = "", ("", "")
    for passage in passages:
        kind, text = passage["kind"], passage["text"] or ""
        heading = passage["heading"] or ""
        if not text:
            continue
        here = (passage["document"], heading)
        if kind in ("heading", "paragraph") or here != place:
            lead = ""
        place = here
        if kind == "code":
            # Message templates often stand in code blocks; lines that read like sentences count.
            texts = [line.strip() for line in text.split("\n") if _reads(line)]
        elif kind == "row" and len(text.split()) > LONG_ROW:
            texts = [part for part in re.split(r";\s+(?=\S)", text) if len(part.split()) > 2]
        elif kind in ("row", "heading"):
            texts = list(_bounded(text))
        else:
            texts = split_sentences(text)
        sentences += [
            Sentence(
                passage["document"],
                passage["sequence"] or 0,
                kind,
                heading,
                lead if kind == "item" else "",
                passage["line"],
                passage.get("page"),
                part,
            )
            for part in texts
        ]
        if kind == "paragraph" and text.rstrip().endswith((":", "：")):
            lead = (texts[-1] if texts else "")[-LEAD:]
    return sentences
