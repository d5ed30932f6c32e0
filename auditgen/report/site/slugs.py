"""File names and addresses for ids that may be anything.

A plain kebab-case id is its own file name, so addresses stay readable and stable. Every other id becomes what is
left of it in ASCII, two hyphens and a digest of the whole id: names in any script get an address, two names that
look alike get two, and reserved device names never stand alone. A plain id holds no double hyphen, so the two
kinds cannot meet.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

_PLAIN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_OTHER = re.compile(r"[^a-z0-9]+")
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{name}{number}" for name in ("com", "lpt") for number in range(10)}
)
_LONGEST = 100


@lru_cache(maxsize=32_768)
def slug(name: str) -> str:
    """A file name of [a-z0-9-] for any text; the same text always gets the same name."""
    if len(name) <= _LONGEST and _PLAIN.fullmatch(name) and name not in _RESERVED:
        return name
    ascii_only = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    kept = _OTHER.sub("-", ascii_only).strip("-")[:40].strip("-")
    digest = hashlib.blake2s(name.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    return f"{kept}--{digest}" if kept else f"x--{digest}"
