"""What a password is made of: defaults, keyboard runs, words of the organisation; and secrets in the wrong field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from auditgen.vaults.passwords.lookalikes import DISGUISES

DEFAULTS = {
    "changeme", "changeit", "password", "passwort", "passw0rd", "password1", "admin", "administrator",
    "welcome", "welcome1", "letmein", "default", "secret", "test", "test123", "temp", "temp123", "tbd",
    "todo", "none", "xxx", "iloveyou", "guest", "root", "user", "demo", "public", "nopassword", "unknown",
    "change me",
}  # fmt: skip
ROWS = (
    "1234567890",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "yxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
)
# What must be left of a password once the organisation's words are taken out (a password beside a second factor).
ENOUGH = 8
_SEASON = re.compile(
    r"(spring|summer|autumn|fall|winter|january|february|march|april|june|july|august|september|october|november"
    r"|december|fruehling|fr.hling|sommer|herbst)\W?(19|20)?\d{2}",
)
_EDGE = re.compile(r"[\W_]+")
# A label such as "Password:" with something behind it. A plain colon in prose has a space and a sentence behind it.
_TOLD = re.compile(
    r"(?i)\b(pass(?:word|wort|code|phrase)?|pwd|pw|kennwort|pin|secret|mot de passe|contrase.a)\b"
    r"\s*(?:is|ist|=|:)\s*(<[^<>\n]{1,60}>|\[[^\[\]\n]{1,60}\]|[^\s,;]{4,})"
)
_CODES = re.compile(r"(?i)\b(recovery|backup|emergency|rescue|wiederherstellungs?|sicherungs?)[ -]?(codes?|keys?)\b")
# Two or more codes in a row: 8 digits, or groups of letters and digits joined by hyphens.
_LIST = re.compile(r"(?:\b(?:\d{4}[ -]?\d{4}|[A-Za-z0-9]{4,8}(?:-[A-Za-z0-9]{4,8}){1,3})\b[\s,;]+){3,}")
# One code: six letters and digits or more with a digit among them, and no day.
_CODE = re.compile(r"(?<![\w-])(?!\d{4}-\d\d-\d\d\b)(?=[A-Za-z-]*\d)[A-Za-z0-9-]{6,}(?![\w-])|\b\d{3,4} \d{3,4}\b")
# Nothing filled in, stars, or a place to be filled in.
_NOTHING = re.compile(r"(?i)none|n/a|https?://.*|\*+|[-_.…]+|<.*>|\[.*\]")


def is_walk(folded: str) -> bool:
    """A run along a keyboard row or the alphabet, or one character again and again."""
    if len(folded) < 4:
        return False
    if len(set(folded)) == 1:
        return True
    return any(folded in row or folded in row[::-1] or folded in row * 2 for row in ROWS)


def is_placeholder(password: str, username: str, domains: Sequence[str]) -> bool:
    """Empty, a known default, the user name, the name of the site, or a keyboard run."""
    folded = password.casefold().strip()
    user = username.casefold()
    sites = {domain.split(".")[0] for domain in domains}
    names = ({user, user.split("@")[0]} - {""}) | sites | set(domains)
    return not folded or folded in DEFAULTS or folded in names or is_walk(folded)


class OwnWords:
    """Words that belong to the organisation, seen through disguise: capitals, digits for letters, marks between."""

    def __init__(self, words: Iterable[str]) -> None:
        plain = {_EDGE.sub("", word.casefold()) for word in words} - {""}
        self.words = sorted(plain, key=lambda word: (-len(word), word))
        self._long = [(word, word.translate(DISGUISES)) for word in self.words if len(word) >= 4]

    def built_on(self, password: str) -> tuple[bool, bool]:
        """Whether one of the words, or a season with a year, stands in the password; and whether too little is left.

        Too little: fewer than ENOUGH letters and digits.
        """
        folded = password.casefold()
        straight = _EDGE.sub("", folded)
        plain = _EDGE.sub("", folded.translate(DISGUISES))
        left = len(straight)
        season = _SEASON.search(folded)
        if season:
            left -= len(_EDGE.sub("", season[0]))
        found = bool(season)
        for word, disguised in self._long:
            if word in straight or word in plain or disguised in plain:
                found = True
                left -= len(word)
        return found, found and left < ENOUGH


def told_in_text(text: str, passwords: Iterable[str]) -> bool:
    """Whether a note or plain field gives a password away: after a label, or the item's own word for word."""
    if not text:
        return False
    if any(len(word) >= 6 and word in text for word in passwords):
        return True
    return any(_looks_secret(match[2]) for match in _TOLD.finditer(text))


def _looks_secret(word: str) -> bool:
    """A digit or mark within, or longer than most words, and no pointer to a safer place."""
    inside = word.strip(".!?()\"'")
    return not _NOTHING.fullmatch(inside) and (len(inside) >= 12 or not inside.isalpha()) and len(inside) >= 4


def holds_codes(title: str, text: str) -> bool:
    """Whether recovery codes stand in a note: at least one after their name, or three and more in a row.

    A note that only says where the codes are holds none.
    """
    if _LIST.search(text + "\n"):
        return True
    named = _CODES.search(text)
    if named is None and not _CODES.search(title):
        return False
    return bool(_CODE.search(text, named.end() if named else 0))
