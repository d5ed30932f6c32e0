"""Passwords that are near-copies of each other: one or two letters apart, or the same but for what stands around them.

Exact: every pair within two edits is found (near_pairs). Small vaults are compared word by word, which takes less
time than loading what large ones need.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence

from auditgen.vaults.passwords.lookalikes import DISGUISES

EDITS = 2
# Below 8 characters, two edits are more than a quarter of a word and join what has nothing in common.
LONG_ENOUGH = 8
SHORTEST_SKELETON = 4
# Up to so many words, comparing each with each takes less time than loading numpy.
FEW = 400


def skeleton(word: str) -> str:
    """What is left of a word once capitals, disguise and the figures and marks around it are taken away.

    "P@ssw0rd2024!" and "password#1" both leave "password". "" when fewer than 4 characters are left, or less than a
    third of the word: the few letters in the middle of a long number, or between the marks of a random password, are
    no word that somebody varies. What stands between the first and the last letter all stays, so random passwords
    keep nearly everything and do not meet.
    """
    text = unicodedata.normalize("NFC", word).casefold()
    letters = [place for place, letter in enumerate(text) if letter.isalpha()]
    if not letters:
        return ""
    core = text[letters[0] : letters[-1] + 1]
    if len(core) < SHORTEST_SKELETON or 3 * len(core) < len(text):
        return ""
    return core.translate(DISGUISES)


def families(words: Sequence[str]) -> list[int]:
    """A label for each word; words of a family have the same one, numbered by first appearance.

    A family is joined by near pairs of at least 8 characters, whose two edits are then at most a quarter of the
    shorter, and by equal skeletons. It is transitive: the first and the last member may have little in common.
    """
    place = {word: number for number, word in reversed(list(enumerate(words)))}
    distinct = [number for number, word in enumerate(words) if place[word] == number]
    roots = list(range(len(words)))

    def join(one: int, other: int) -> None:
        first, second = _root(roots, one), _root(roots, other)
        roots[max(first, second)] = min(first, second)

    firsts: dict[str, int] = {}
    for number in distinct:
        core = skeleton(words[number])
        if core:
            join(firsts.setdefault(core, number), number)
    long_enough = [number for number in distinct if len(words[number]) >= LONG_ENOUGH]
    if len(long_enough) <= FEW:
        for one, other in _few([words[number] for number in long_enough]):
            join(long_enough[one], long_enough[other])
    else:
        _join_many(words, long_enough, roots, join)
    labels: dict[int, int] = {}
    return [labels.setdefault(_root(roots, place[word]), len(labels)) for word in words]


def near_any(words: Sequence[str], marked: Sequence[bool]) -> list[bool]:
    """Which unmarked words are near a marked one, both of at least 8 characters, or have the skeleton of one.

    Only the word itself counts, not a chain of others between. A word equal to a marked one is near it.
    """
    some = {word for word, mark in zip(words, marked, strict=True) if mark}
    cores = {skeleton(word) for word in some} - {""}
    distinct = list(dict.fromkeys(words))
    found = {word for word in distinct if word in some or skeleton(word) in cores}
    considered = [word for word in distinct if len(word) >= LONG_ENOUGH]
    if len(considered) <= FEW:
        for one, other in _few(considered):
            for word, beside in ((considered[one], considered[other]), (considered[other], considered[one])):
                if beside in some:
                    found.add(word)
    elif any(word in some for word in considered):
        found.update(_near_many(considered, some, found))
    return [not mark and word in found for word, mark in zip(words, marked, strict=True)]


def _few(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Near pairs of few words."""
    from rapidfuzz.distance import Levenshtein

    for other, word in enumerate(words):
        for one in range(other):
            if Levenshtein.distance(words[one], word, score_cutoff=EDITS) <= EDITS:
                yield one, other


def _root(roots: list[int], number: int) -> int:
    while roots[number] != number:
        roots[number] = roots[roots[number]]
        number = roots[number]
    return number


# -- many words --------------------------------------------------------------------------------------------------------


def _join_many(
    words: Sequence[str], members: Sequence[int], roots: list[int], join: Callable[[int, int], None]
) -> None:
    """Join all near pairs of `members`."""
    import numpy as np

    from auditgen.vaults.passwords.near_pairs import near_pairs

    groups = np.array([_root(roots, number) for number in members], np.int64)
    for pairs in near_pairs([words[number] for number in members], groups):
        for one, other in pairs.tolist():
            join(members[one], members[other])
        flat = np.array(roots, np.int64)
        while (flat[flat] != flat).any():
            flat = flat[flat]
        groups[:] = flat[members]


def _near_many(considered: Sequence[str], some: set[str], found: set[str]) -> Iterator[str]:
    """Words near one of `some`, but for those that were found already."""
    import numpy as np

    from auditgen.vaults.passwords.near_pairs import near_pairs

    # Marked ones first, so that they are what others are compared with first.
    words = sorted(considered, key=lambda word: word not in some)
    marked = sum(word in some for word in words)
    # Words that need no marked one beside them any more, the marked ones among them, are one group; the others another.
    done = np.array([word in found for word in words], np.int64)
    for pairs in near_pairs(words, done):
        hits = pairs[pairs[:, 0] < marked, 1]
        done[hits] = 1
        yield from (words[number] for number in hits.tolist())
