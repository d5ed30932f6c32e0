"""Facts a policy tells about itself: owner, approval, version, status and dates.

They stand in front matter, in document-control tables and in short lines such as “Owner: …” or “Next review: …”.
A date that could mean two days stays unknown.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from auditgen.documents.document import Document, Passage, one_line
from auditgen.files.cells import as_date, blank, shown

_WORDS = {
    "owner": "owner,document owner,policy owner,owned by,owner of this document,owner of this policy,maintained by,"
    "maintainer,kept by,responsible,responsible person,person responsible,responsible officer,policy lead,policyowner,"
    "documentowner,process owner,plan owner",
    "approved_by": "approved by,approver,signed off by,authorised by,authorized by,approvedby,agreed by,adopted by",
    "approved_on": "approved on,approval date,date approved,date of approval,approved date,signed off on,adopted on,"
    "approvedon,approvaldate",
    "approved": "approved,adopted,signed off",
    "version": "version,version number,document version,policy version,ver,revision,issue",
    "status": "status,document status,policy status,verification,state",
    "effective_on": "effective,effective date,effective from,effective on,in force from,in force since,valid from,"
    "applies from,in effect from,effectivedate,date effective,comes into force",
    "reviewed_on": "last reviewed,last reviewed on,last review,date of last review,reviewed,reviewed on,"
    "last review date,lastreviewed,date last reviewed,date reviewed,most recent review",
    "review_due_on": "next review,next review date,next review due,review due,review due date,due for review,"
    "review by,review date,to be reviewed by,to be reviewed,date of next review,nextreview,reviewdate,next reviewed,"
    "review due by,next review on,next review by",
    "expires_on": "expires,expires on,expiry date,expirydate,expiry,date of expiry,valid until",
}  # fmt: skip
_KEYS = {word: field for field, words in _WORDS.items() for word in words.split(",")}
_DATES = ("approved_on", "effective_on", "reviewed_on", "review_due_on", "expires_on")
# What a page header or a watermark may hold beside the word draft to say only that.
_DRAFT = {"draft", "version", "watermark"}
_DAY = (
    r"(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.]\d{1,2}[/.]\d{4}|\d{1,2}(?:st|nd|rd|th)?\.? [A-Za-zä]+,? \d{4}"
    r"|[A-Za-zä]+\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4})"
)
_LAST_DAY = re.compile(rf"[\s,;(]+(?:on |dated )?({_DAY})\)?\.?$")
_MONTH = re.compile(r"^(?:end of )?([A-Za-zä]+),? (\d{4})$")
_LINE = re.compile(r"^[*_\s]*([A-Za-z][A-Za-z ()/-]{1,40}?)[*_\s]*[:：][*_\s]*(\S.*)$")
_SENTENCES = (
    ("version", re.compile(r"^version:?\s+v?(\d[\w.-]*)", re.I)),
    ("approved_by", re.compile(r"^(?:this \w+ was |it was )?approved by (?!:)(.+)$", re.I)),
    ("reviewed_on", re.compile(rf"\b(?:last )?reviewed on ({_DAY})", re.I)),
    ("effective_on", re.compile(rf"\b(?:effective|in force|applies|valid) (?:from|since|as of|on) ({_DAY})", re.I)),
    ("review_due_on", re.compile(rf"\b(?:next review(?: is)?|reviewed again|due for review|review is due)"
                                 rf"(?: is)?(?: due)?(?: on| by| before)? ({_DAY})", re.I)),
    ("owner", re.compile(r"^(?:this \w+ is |it is )?(?:owned|maintained|kept) by (?!:)(.+)$", re.I)),
)  # fmt: skip
_PLACES = re.compile(
    r"document control|about this|version|review|ownership|approval|history|owner|status|imprint", re.I
)
_SHORT = 240
FIRST, LAST = 25, 12


def find_facts(document: Document) -> tuple[dict[str, Any], list[str]]:
    """Facts by column of `documents`, and notes about what could not be read; the first place that tells wins."""
    found: dict[str, Any] = {}
    notes: list[str] = []
    for key, value, place in _pairs(document):
        field = _KEYS.get(_key(key))
        if field is None or value is None or blank(value):
            continue
        _take(field, value, place, found, notes)
    if "expires_on" in found:
        # Nothing that ends may go without a review until then.
        found.setdefault("review_due_on", found["expires_on"])
    if "status" not in found and _says_draft(document.margins):
        found["status"] = "draft"
    return found, notes


def _says_draft(margins: list[Passage]) -> bool:
    for passage in margins:
        for line in (*passage.text.split("\n"), *passage.cells):
            words = set(re.findall(r"\w+", line[:_SHORT].casefold()))
            if "draft" in words and words <= _DRAFT:
                return True
    return False


def _key(text: str) -> str:
    plain = re.sub(r"\([^)]*\)", " ", str(text)[:_SHORT])
    return re.sub(r"[\W_]+", " ", plain.casefold()).strip()


def _pairs(document: Document) -> Iterator[tuple[str, Any, str]]:
    """Everything that could be a fact as (key, value, place), the most formal places first."""
    for key, value in document.meta.items():
        yield key, value, "front matter"
    near = _near(document.passages)
    for passage in near:
        if passage.kind == "row":
            yield from _row_pairs(passage, _place(passage))
    for passage in near:
        if passage.kind in ("paragraph", "item"):
            for line in passage.text.split("\n"):
                yield from _line_pairs(line, _place(passage))
    for passage in document.margins:
        if passage.kind == "row":
            yield from _row_pairs(passage, "page header or footer")
        for line in passage.text.split("\n"):
            yield from _line_pairs(line, "page header or footer")


def _place(passage: Passage) -> str:
    return f"page {passage.page}" if passage.page else f"line {passage.line}"


def _near(passages: list[Passage]) -> list[Passage]:
    """Passages where a document speaks of itself: its beginning, its end, and sections with a telling heading."""
    return [
        passage
        for number, passage in enumerate(passages)
        if number < FIRST or number >= len(passages) - LAST or _PLACES.search(passage.heading.split(" › ")[-1])
    ]


def _row_pairs(row: Passage, place: str) -> Iterator[tuple[str, Any, str]]:
    if len(row.cells) == 2:
        # A table of two columns is a list of pairs, and its first row may stand where others have a header.
        yield row.header[0] if row.header else "", row.header[1] if len(row.header) > 1 else None, place
        yield row.cells[0], row.cells[1], place
    if len(row.cells) != 2 or _key(row.cells[0]) not in _KEYS:
        for key, value in zip(row.header, row.cells, strict=False):
            yield key, value, place


def _line_pairs(line: str, place: str) -> Iterator[tuple[str, Any, str]]:
    if len(line) > _SHORT:
        return
    # “Owner: Jane · Version: 2.1 | Status: final” is three facts in a line.
    parts = [part for part in re.split(r"\s+[·|•]\s+|\s{3,}", line) if part.strip()]
    for part in parts:
        if match := _LINE.match(part):
            yield match[1], match[2], place
        for field, pattern in _SENTENCES:
            if match := pattern.search(part.strip(" *_")):
                yield _WORDS[field].split(",")[0], match[1], place


def _take(field: str, value: Any, place: str, found: dict[str, Any], notes: list[str]) -> None:
    if field == "approved":
        day, _ = _day(value, "approved_on")
        field = "approved_on" if day else "approved_by"
        if str(value).strip().casefold() in ("yes", "true", "no", "false"):
            return
    if field in _DATES:
        if field in found:
            return
        day, wrong = _day(value, field)
        if day:
            found[field] = day
        elif wrong:
            notes.append(f"{place}: {shown(value)} is no certain day")
        return
    text = one_line(str(value)).strip(" *_")
    if re.fullmatch(r"[\[<{(].*[\]>})]\.?|[._-]*", text):
        # A slot that nobody filled in names nobody.
        return
    if field == "approved_by" and (match := _LAST_DAY.search(text)):
        day, _ = _day(match[1], "approved_on")
        if day:
            found.setdefault("approved_on", day)
        text = text[: match.start()].strip()
    if field == "version":
        text = re.split(r"[,;(]\s*|\s+[-–]\s+", text)[0].strip()
        if not any(mark.isdigit() for mark in text):
            return
    text = text.rstrip(".").strip() if field != "version" else text
    if text and field not in found:
        found[field] = (text.casefold() if field == "status" else text)[:200]


def _day(value: Any, field: str) -> tuple[date | None, bool]:
    """The day, and whether there was something that should have been one."""
    if isinstance(value, str):
        text = one_line(value).strip(" *_.")
        if match := re.match(rf"^({_DAY})\b", text):
            text = match[1]
        elif field in ("review_due_on", "expires_on") and (match := _MONTH.match(text)):
            # Due in a month means due by its last day.
            try:
                first = as_date(f"1 {match[1]} {match[2]}")
            except ValueError:
                return None, True
            if first:
                return first.replace(day=calendar.monthrange(first.year, first.month)[1]), False
        value = text
    try:
        return as_date(value), False
    except ValueError:
        return None, any(mark.isdigit() for mark in str(value))
