"""Look-alike addresses and secrets written with look-alike letters."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from auditgen.reference.sites import APPS

# Figures and marks people put in place of letters in passwords.
DISGUISES = str.maketrans("0134579@$!|8+", "oieastgasiibt")
# Figures that are drawn like letters in an address, and Cyrillic and Greek letters drawn like Latin ones.
_DRAWN_ALIKE = str.maketrans("0135$аеорсухіјѕԁһοανκ", "olessaeopcyxijsdhoavk")


def holds_secret(address: str) -> bool:
    """Whether an address carries a password before the host, as in https://name:word@host, also without https://."""
    text = address.strip()
    if "@" not in text:
        return False
    if "://" not in text and not text.casefold().startswith("mailto:"):
        text = "//" + text
    try:
        parts = urlsplit(text)
        return bool(parts.password) and parts.scheme not in APPS
    except ValueError:
        return False


class LookAlikes:
    """Domains that differ from a known one in a letter or in letters drawn alike.

    known  the organisation's own domains and those of the platforms
    """

    def __init__(self, known: Iterable[str]) -> None:
        self.known = {domain.casefold() for domain in known if domain}
        self._folded = {_fold(domain) for domain in self.known}
        self._labels = sorted({domain.split(".")[0] for domain in self.known})
        self.imitates = lru_cache(maxsize=None)(self._imitates)

    def _imitates(self, domain: str) -> bool:
        """Short names are left alone: one letter away from x.com lies half the web."""
        from rapidfuzz.distance import OSA

        name = _readable(domain.casefold())
        if not name or name in self.known or name.startswith("app:"):
            return False
        if _fold(name) in self._folded:
            return True
        label = name.split(".")[0]
        if label in self._labels:
            return False
        for other in self._labels:
            allowed = 2 if len(other) >= 10 else 1 if len(other) >= 6 else 0
            if allowed and OSA.distance(label, other, score_cutoff=allowed) <= allowed:
                return True
        return False


def _readable(domain: str) -> str:
    if "xn--" not in domain:
        return domain
    try:
        return domain.encode("ascii").decode("idna")
    except UnicodeError:
        return domain


def _fold(domain: str) -> str:
    import unicodedata

    plain = unicodedata.normalize("NFKD", domain)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).translate(_DRAWN_ALIKE)
    return plain.replace("rn", "m").replace("vv", "w").replace("cl", "d").replace("i", "l")
