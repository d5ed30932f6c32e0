"""Words as stems: what BM25 and the text heads count. British and American spelling fall together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from Stemmer import Stemmer

_WORD = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?")
_STOP_WORDS = """
a an and any are as at be been being but by can could do does for from had has have he her his i if in into is it its
may me my of on or our out shall she should so some such than that the their them then there these they this those to us
was we were what when where which while who will with would you your
"""
_STOP = frozenset(_STOP_WORDS.split())
_BRITISH = re.compile(r"(?<=[a-z]{2})is(e|ed|es|ing|ation|ations|er|ers)$")
# Short words that would stem into others, and names of one thing that are written in several ways.
_SAME = {
    "mfa": "twofactor", "2fa": "twofactor", "2sv": "twofactor", "multifactor": "twofactor", "pwd": "password",
    "passphrase": "password", "passphrases": "password", "twitter": "x", "tweet": "post", "tweets": "post",
    "tweeting": "post", "tweeted": "post", "comms": "communication", "organisation": "organ", "organization": "organ",
    "organisations": "organ", "organizations": "organ",
}  # fmt: skip


@cache
def _stemmer() -> Stemmer:
    from Stemmer import Stemmer

    return Stemmer("english")


@cache
def stem(word: str) -> str:
    """Stem of a lower-case word."""
    if word in _SAME:
        return _SAME[word]
    word = re.sub(r"['’].*", "", word)
    word = _BRITISH.sub(r"iz\1", word)
    if len(word) > 5 and word.endswith("our"):
        word = word[:-3] + "or"
    return str(_stemmer().stemWord(word))


def stems(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order."""
    lowered = text.lower().replace("multi-factor", "mfa").replace("two-factor", "mfa").replace("two factor", "mfa")
    return [stem(word) for word in _WORD.findall(lowered) if word not in _STOP]


def terms(text: str, heading: str = "", lead: str = "") -> list[str]:
    """Stems, pairs of neighbouring stems, and the stems of the heading and lead marked as such."""
    words = stems(text)
    pairs = [f"{first} {second}" for first, second in pairwise(words)]
    return [*words, *pairs, *(f"h:{word}" for word in stems(f"{heading} {lead}"))]


def heaviest(text: str, weights: Mapping[str, float], most: int = 4) -> list[str]:
    """Words of a text, as written, that weigh most by their stems, in the order of the text."""
    written: dict[str, str] = {}
    for word in re.findall(r"[A-Za-z0-9]+(?:['’][A-Za-z]+)?", text):
        if word.lower() not in _STOP:
            written.setdefault(stem(word.lower()), word)
    best = sorted(written, key=lambda item: (-weights.get(item, 0.0), item))[:most]
    return [word for item, word in written.items() if item in best and weights.get(item, 0.0) > 0]
