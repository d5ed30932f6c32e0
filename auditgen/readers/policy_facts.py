"""What a document says about itself: owner, approval, version, status and dates.

Taken from the front matter, from a control table and from lines like "Owner: Ana Duarte", in that order. Wordings
differ, so each fact has several names; a date that cannot be read is not known and noted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from auditgen.readers.cells import Notes, as_date, as_text, shown
from auditgen.readers.policy_passages import Passage

_NAMES = {
    "title": "title",
    "owner": "owner|policy owner|document owner|owned by|owner name|responsible|responsible person|maintained by|"
    "maintainer|kept by|contact|policy contact|verantwortlich",
    "approved_by": "approved by|approver|approval|approved|authorised by|authorized by|signed off by|freigegeben von",
    "approved_on": "approved on|approval date|date approved|date of approval|approved date|approved",
    "version": "version|version number|document version|revision|issue|fassung",
    "status": "status|document status|state|verification",
    "effective_on": "effective|effective on|effective date|effective from|in force from|applies from|valid from|"
    "gültig ab",
    "reviewed_on": "last review|last reviewed|last reviewed on|last review date|reviewed|reviewed on|review date|"
    "date reviewed|date of last review|last verified|zuletzt geprüft",
    "review_due_on": "next review|next review date|next review due|review due|review due on|review by|due for review|"
    "review due date|next reviewed|expires|expiry|expiry date|expirydate|expiration date|nächste prüfung",
    "language": "lang|language|locale",
}
NAMES: dict[str, tuple[str, ...]] = {}
for _field, _words in _NAMES.items():
    for _word in _words.split("|"):
        NAMES[_word] = (*NAMES.get(_word, ()), _field)
_DATES = ("approved_on", "effective_on", "reviewed_on", "review_due_on")
# Lines of control stand at the top or the very end; elsewhere "Contact: …" is part of the policy.
TOP, END = 25, 12
_LABEL = re.compile(r"^\W{0,3}([A-Za-zÄÖÜäöüß][A-Za-zÄÖÜäöüß ]{2,28}?)\s*[:–]\s*(\S.*)$")
_VERSION = re.compile(r"^(?:version|v\.?|revision|rev\.?)\s*:?\s*(\d[\w.\-]{0,12})\b", re.I)
_AND_DATE = re.compile(r"^(.*?\S)?\s*(?:,|\bon\b|\bam\b|\(|–|-)\s*(\d[^()]*?\d{2,4})\)?\.?$")


@dataclass
class Facts:
    """What a document says about itself. `found` names the fields that were seen, `ignored` other front matter."""

    title: str | None = None
    language: str | None = None
    owner: str | None = None
    approved_by: str | None = None
    version: str | None = None
    status: str | None = None
    approved_on: date | None = None
    effective_on: date | None = None
    reviewed_on: date | None = None
    review_due_on: date | None = None
    found: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def facts_of(front: Mapping[str, Any], passages: list[Passage], notes: Notes) -> Facts:
    """Facts of one document; the first place that tells wins."""
    facts = Facts()
    for key, value in front.items():
        fields = NAMES.get(_key(key))
        if fields is None:
            facts.ignored.append(str(key))
            continue
        _take(facts, fields, value, f"front matter, {key}", notes)
    for passage in [*passages[:TOP], *passages[TOP:][-END:]]:
        for name, value in _labelled(passage):
            if fields := NAMES.get(_key(name)):
                if fields == ("title",):
                    continue
                place = f"line {passage.line}" if passage.line else "the control table"
                _take(facts, fields, value, place, notes)
        if (
            facts.version is None
            and passage.kind == "paragraph"
            and (match := _VERSION.match(passage.text))
            and len(passage.text) < 60
        ):
            facts.version = match[1]
            facts.found.append("version")
    return facts


def _key(text: object) -> str:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(text))
    return re.sub(r"[\W_]+", " ", spaced.casefold()).strip()


def _labelled(passage: Passage) -> Iterable[tuple[str, str]]:
    """Pairs of name and value: a row of two cells, a table with one row under its header, or lines "Name: value"."""
    if passage.cells:
        values = [value for _, value in passage.cells]
        if len(values) == 2 and _key(values[0]) in NAMES:
            yield values[0], values[1]
        else:
            yield from (pair for pair in passage.cells if pair[0])
    elif passage.kind in ("paragraph", "item") and len(passage.text) < 400:
        for part in re.split(r"\s*[|•·;\n]\s*", passage.raw):
            if match := _LABEL.match(part.strip("*_ ")):
                yield match[1], match[2].strip()


def _take(facts: Facts, fields: tuple[str, ...], value: Any, place: str, notes: Notes) -> None:
    """Put a value where it fits: "Approved: 3 May 2026" is a date, "Approved: R. Adeyemi" a person."""
    if isinstance(value, list):
        value = ", ".join(str(item) for item in value)
    if isinstance(value, dict):
        value = value.get("name")
    text = as_text(value)
    if text is None:
        return
    dates = [name for name in fields if name in _DATES]
    words = [name for name in fields if name not in _DATES]
    day = _day(value)
    if dates and day is not None:
        _set(facts, dates[0], day)
        return
    if not words:
        if not re.search(r"\d", text) or len(text) > 60:
            return
        notes.add("Dates that could not be read", f"{place}: {shown(text)}, expected a date like 2026-11-24")
        return
    name = words[0]
    if name == "approved_by":
        if _key(text) in ("yes", "no", "approved", "pending", "true", "false"):
            return
        if (match := _AND_DATE.match(text)) and (found := _day(match[2])) is not None:
            _set(facts, "approved_on", found)
            text = match[1] or ""
    text = text.strip(" ,;")
    if text and len(text) <= 200:
        _set(facts, name, text)


def _set(facts: Facts, name: str, value: object) -> None:
    if getattr(facts, name) is None:
        setattr(facts, name, value)
        facts.found.append(name)


def _day(value: object) -> date | None:
    """A date, also as "March 2026" (its first day) since many reviews are planned by the month."""
    try:
        return as_date(value)
    except ValueError:
        pass
    text = str(value).strip()
    if re.fullmatch(r"[A-Za-zäÄ]{3,9}\.?,? \d{4}", text):
        try:
            return as_date("1 " + text.replace(",", ""))
        except ValueError:
            return None
    if match := re.fullmatch(r"(\d{4})-(\d{2})", text):
        try:
            return date(int(match[1]), int(match[2]), 1)
        except ValueError:
            return None
    return None
