"""Passwords and tokens that somebody wrote into a policy: taken out before a text goes anywhere.

A document for everybody is the wrong place for them, and a report that quotes it would be another one.
"""

from __future__ import annotations

import re
from dataclasses import replace

from auditgen.documents.document import Document, Passage

HIDDEN = "•••"
# What stands after a label, when it looks like a password rather than a word of a rule.
_TOLD = re.compile(
    r"\b(pass(?:word|code|phrase)|passwort|kennwort|pwd|pin|api[ _-]?key|secret|token)"
    r"(\s*(?:\bis\b|[:=])\s*[\"'“‘`(]*)(\S{4,})",
    re.I,
)
# The same in an address: what stands before the host, and values of telling names behind it.
_LOGIN = re.compile(r"(?<=//)[^/@\s]+@")
_VALUE = re.compile(
    r"(?i)([?&;](?:access_?|auth_?)?(?:token|key|password|passwd|pwd|secret|sig(?:nature)?|code)=)[^&#;\s]+"
)
_SHAPES = re.compile(
    r"otpauth://\S+|-----BEGIN [A-Z ]*PRIVATE KEY-----|\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*|\bAKIA[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_\w{20,}|\bxox[abpr]-[\w-]{8,}|\bEAA[A-Za-z0-9]{30,}|\bsk-[A-Za-z0-9_-]{20,}"
)
_EDGE = ".,;:)]}\"'”’`"


# Without one of these a text holds nothing to hide; looking for them is far quicker than matching.
_LABELS = ("pass", "kennwort", "pwd", "pin", "key", "secret", "token")
_STARTS = ("otpauth:", "-----BEGIN", "eyJ", "AKIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "xox", "EAA", "sk-")


def hide_secrets(text: str) -> str:
    """The text with what looks like a password, key or token replaced."""
    if any(start in text for start in _STARTS):
        text = _SHAPES.sub(HIDDEN, text)
    if "//" in text:
        text = _LOGIN.sub("", text)
    if "=" in text:
        text = _VALUE.sub(rf"\1{HIDDEN}", text)
    lower = text.lower()
    return _TOLD.sub(_hidden, text) if any(label in lower for label in _LABELS) else text


def clear(document: Document) -> None:
    """Take secrets out of everything a document gives."""
    document.title = hide_secrets(document.title) if document.title else document.title
    document.meta = {key: hide_secrets(item) if isinstance(item, str) else item for key, item in document.meta.items()}
    cleared = _Clearing()
    document.margins = [cleared.passage(item) for item in document.margins]
    document.found_links = [
        (hide_secrets(address), hide_secrets(text), line, page) for address, text, line, page in document.found_links
    ]
    document.passages = [cleared.passage(item) for item in document.passages]


class _Clearing:
    """Headings, table headers and merged cells stand in many passages; each is looked through once."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._header: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

    def _once(self, text: str) -> str:
        if text not in self._known:
            self._known[text] = hide_secrets(text)
        return self._known[text]

    def passage(self, item: Passage) -> Passage:
        if item.header is not self._header[0]:
            self._header = (item.header, tuple(map(self._once, item.header)))
        return replace(
            item,
            heading=self._once(item.heading),
            text=hide_secrets(item.text),
            cells=tuple(map(self._once, item.cells)),
            header=self._header[1],
        )


def _hidden(match: re.Match[str]) -> str:
    word = match[3].rstrip(_EDGE)
    if not _looks_secret(word):
        return match[0]
    return f"{match[1]}{match[2]}{HIDDEN}{match[3][len(word) :]}"


def _looks_secret(word: str) -> bool:
    """Letters with figures or marks inside, or four figures and more; a word, an address or a slot is none."""
    if len(word) < 4 or "://" in word or word[0] in "[<{" or re.fullmatch(r"[A-Za-z]+(?:[-/'’][A-Za-z]+)*", word):
        return False
    if re.fullmatch(r"\d+(?:[-–+]\d+)?", word):
        return word.isdigit() and len(word) >= 4
    return any(mark.isalnum() for mark in word)
