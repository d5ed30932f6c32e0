"""Which site an address of a login leads to, and whether it only looks like one of ours."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

# Sites of each platform of the inventory.
HOSTS = {
    "x": {"x.com", "twitter.com"},
    "facebook": {"facebook.com", "fb.com", "messenger.com"},
    "instagram": {"instagram.com"},
    "threads": {"threads.net", "threads.com"},
    "linkedin": {"linkedin.com"},
    "youtube": {"youtube.com", "google.com"},
    "tiktok": {"tiktok.com"},
    "bluesky": {"bsky.app", "bsky.social"},
    "pinterest": {"pinterest.com"},
    "reddit": {"reddit.com"},
}
# Sites that share one login; a password used on both is used once.
SAME = {"twitter.com": "x.com", "fb.com": "facebook.com", "messenger.com": "facebook.com", "youtube.com": "google.com",
        "threads.com": "threads.net", "bsky.social": "bsky.app"}  # fmt: skip
PRIVATE = re.compile(
    r"^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[?::1)|\.(local|lan|internal|test)$"
)
# Hosts that no public suffix tells: of apps, private networks and numbers.
_HOST = re.compile(PRIVATE.pattern + r"|^app:|^[\d.]+$|:")
_APPS = ("androidapp", "android", "iosapp")
# Letters that are drawn alike.
_ALIKE = str.maketrans("0135$", "oless")


class Domains:
    """Registrable domains from the public suffix list that ships with tldextract; no network, no cache."""

    def __init__(self) -> None:
        import tldextract

        self._extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
        self._known: dict[str, str] = {}

    def of(self, scheme: str, host: str) -> str:
        """The domain of a host.

        "" for a bare word of no known ending, which may be a password in the wrong field.
        """
        if host not in self._known:
            found = self._extract(host).top_domain_under_public_suffix
            self._known[host] = SAME.get(found, found)
        return self._known[host] or (
            host.removeprefix("www.") if scheme in ("http", "https") or _HOST.search(host) else ""
        )


@lru_cache(maxsize=100_000)
def host_of(address: str) -> tuple[str, str]:
    """Scheme and host of an address; apps become app:<name>. Never the user part, never the query."""
    text = address.strip()
    if "://" not in text:
        text = "//" + text
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return "", ""
    if parts.scheme in _APPS:
        # android://<hash of the signer>@com.example.app/
        return parts.scheme, f"app:{host or parts.path.strip('/')}"
    return parts.scheme, host


def holds_secret(address: str) -> bool:
    """Whether an address carries a password before the host, as in https://name:word@host, also without https://."""
    text = address.strip()
    if "@" not in text:
        return False
    if "://" not in text and not text.casefold().startswith("mailto:"):
        text = "//" + text
    try:
        parts = urlsplit(text)
        return bool(parts.password) and parts.scheme not in _APPS
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

    plain = unicodedata.normalize("NFKD", domain).translate(_ALIKE)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    # Cyrillic and Greek letters drawn like Latin ones.
    plain = plain.translate(str.maketrans("аеорсухіјѕԁһοανκ", "aeopcyxijsdhoavk"))
    return plain.replace("rn", "m").replace("vv", "w").replace("cl", "d").replace("i", "l")
