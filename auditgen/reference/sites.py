"""Which site an address of a login leads to, and whether it only looks like one of ours."""

from __future__ import annotations

import re
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
APPS = ("androidapp", "android", "iosapp")


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
    if parts.scheme in APPS:
        # android://<hash of the signer>@com.example.app/
        return parts.scheme, f"app:{host or parts.path.strip('/')}"
    return parts.scheme, host
