"""Cells of files people keep by hand: booleans, dates and words, never guessed; secrets never taken.

A cell that cannot be read becomes NULL and is noted: how many, and the first with its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from auditgen.files.problems import nearest

_YES = {"yes", "y", "true", "1", "ja", "wahr", "x", "on", "oui", "si", "sí"}
_NO = {"no", "n", "false", "0", "nein", "falsch", "off", "non"}
_UNKNOWN = {"", "?", "-", "–", "n/a", "na", "unknown", "not known", "unbekannt", "tbc", "tbd", "null", "none known"}
_MONTHS = {name: number for number, names in enumerate(
    ("jan january januar", "feb february februar", "mar march märz", "apr april", "may mai", "jun june juni",
     "jul july juli", "aug august", "sep sept september", "oct october oktober", "nov november",
     "dec december dezember"), 1) for name in names.split()}  # fmt: skip
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$")
_NAMED = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?\.?[ -]([A-Za-zä]+)\.?,?[ -](\d{4})$")
_NAMED_FIRST = re.compile(r"^([A-Za-zä]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$")
_NUMERIC = re.compile(r"^(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?: \d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp][Mm])?)?$")

_SECRET_KEY = re.compile(r"(?:^|_)(?:passw(?:or)?d|passwort|kennwort|pwd|passphrase|secret|api_?key|token|seed)(?:$|_)")
_SECRET_VALUE = re.compile(
    r"otpauth://|-----BEGIN [A-Z ]*PRIVATE KEY|\beyJ[\w-]{10,}\.[\w-]{10,}\.|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{20,}"
    r"|\bxox[abpr]-\w{8,}|\bEAA[A-Za-z0-9]{30,}|(?i:\b(?:password|passwort|pwd|pin|passcode)\s*(?:is|[:=])\s*\S{4,})"
)
_RANDOM = re.compile(r"^(?=\S*[A-Z])(?=\S*[a-z])(?=\S*\d)[A-Za-z0-9+/_=!#$%^&*~-]{20,}$")


def looks_secret(key: str, value: object) -> bool:
    """Whether a cell looks like a password, seed or token: by its key, a known shape, or a long random word."""
    text = str(value).strip()
    if not text or isinstance(value, bool | int | float | date):
        return False
    if _SECRET_KEY.search(key.casefold().replace(" ", "_").replace("-", "_")) and text.casefold() not in _YES | _NO:
        return True
    if _SECRET_VALUE.search(text):
        return True
    return bool(_RANDOM.match(text)) and "://" not in text and not text.startswith(("UC", "did:", "urn:"))


@dataclass
class Notes:
    """Cells that could not be taken, by kind of trouble; `sentence` tells how many and names the first."""

    found: dict[str, list[str]] = field(default_factory=dict)

    def add(self, kind: str, detail: str) -> None:
        self.found.setdefault(kind, []).append(detail)

    @property
    def count(self) -> int:
        return sum(len(details) for details in self.found.values())

    def sentence(self) -> str | None:
        """One sentence a kind of trouble, or None when all went well."""
        parts = []
        for kind, details in self.found.items():
            more = f" and {len(details) - 1:,} more like it" if len(details) > 1 else ""
            text = f"{kind}: {details[0]}{more}"
            parts.append(text if text.endswith(("?", ".")) else f"{text}.")
        return " ".join(parts) or None


def blank(value: object) -> bool:
    """Empty, or a word that means not known."""
    return value is None or (isinstance(value, str) and value.strip().casefold() in _UNKNOWN)


def shown(value: object) -> str:
    """A cell as an error may show it: short, and never when it looks secret."""
    text = str(value)
    if looks_secret("", text):
        return "a value that looks like a secret"
    return repr(text if len(text) <= 30 else text[:29] + "…")


def as_text(value: object) -> str | None:
    """Trimmed text; NULL when empty. Whole numbers from spreadsheets lose their .0."""
    if blank(value):
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip() or None


def as_bool(value: object) -> bool | None:
    """True, False, or ValueError for a word that is neither."""
    if isinstance(value, bool):
        return value
    if blank(value):
        return None
    text = str(as_text(value)).casefold()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise ValueError("yes or no")


def as_date(value: object, day_first: bool | None = None) -> date | None:
    """A day. 03/04/2026 is read only when the column told which comes first; else ValueError."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if blank(value):
        return None
    text = str(value).strip()
    try:
        if match := _ISO.match(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if (match := _NAMED.match(text)) and match[2].casefold() in _MONTHS:
            return date(int(match[3]), _MONTHS[match[2].casefold()], int(match[1]))
        if (match := _NAMED_FIRST.match(text)) and match[1].casefold() in _MONTHS:
            return date(int(match[3]), _MONTHS[match[1].casefold()], int(match[2]))
        if match := _NUMERIC.match(text):
            first, second = int(match[1]), int(match[2])
            if "." in text or (first > 12 >= second) or (day_first is True):
                return date(int(match[3]), second, first)
            if second > 12 or day_first is False or first == second:
                return date(int(match[3]), first, second)
    except ValueError:
        pass
    raise ValueError("a date like 2026-11-24")


def day_first(values: Iterable[object]) -> bool | None:
    """Whether a column writes 31/12 or 12/31: decided by a value above 12, None when no value tells or they differ."""
    firsts, seconds = set(), set()
    for value in values:
        if isinstance(value, str) and (match := _NUMERIC.match(value.strip())):
            firsts.add(int(match[1]) > 12)
            seconds.add(int(match[2]) > 12)
    if True in firsts and True not in seconds:
        return True
    if True in seconds and True not in firsts:
        return False
    return None


def as_moment(value: object) -> datetime | None:
    """A moment in UTC without zone; a day alone is its midnight. ValueError when it is neither."""
    from datetime import UTC

    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if blank(value):
        return None
    try:
        found = datetime.fromisoformat(str(value).strip().replace("Z", "+00:00"))
    except ValueError:
        raise ValueError("a moment like 2026-12-01T09:00:00Z") from None
    return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found


def as_int(value: object) -> int | None:
    """A whole number from 0 that fits its column, or the length of a list; ValueError for anything else."""
    if isinstance(value, list):
        return len(value)
    if blank(value) or isinstance(value, bool):
        return None
    try:
        number = float(str(value).strip())
    except ValueError:
        raise ValueError("a whole number from 0") from None
    if not number.is_integer() or not 0 <= number < 2**31:
        raise ValueError("a whole number from 0")
    return int(number)


def as_list(value: object) -> list[str] | None:
    """A list of texts; a cell separates them by commas or semicolons."""
    if blank(value):
        return None
    items = value if isinstance(value, list) else re.split(r"[,;]", str(value))
    found = [text for item in items if (text := as_text(item))]
    return found or None


def as_word(value: object, words: Mapping[str, str]) -> str | None:
    """One of a closed set of words, through its synonyms; ValueError names the nearest."""
    text = as_text(value)
    if text is None:
        return None
    key = re.sub(r"[\s_-]+", " ", text.casefold())
    if key in words:
        return words[key]
    close = nearest(key, words)
    hint = close if close.startswith("; did you mean") else ""
    raise ValueError(f"one of {', '.join(sorted(set(words.values())))}{hint}")
