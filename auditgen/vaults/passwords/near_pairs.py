"""All pairs of words that are near: at most two letters must be changed, added or taken away (Levenshtein distance).

Two such words leave the same once two letters are taken from the longer, and from the shorter so many that the lengths
are equal. So whatever each word can leave is hashed, and words with a hash in common are compared. A beginning, middle
or end that thousands share makes none of them meet.

Where words are few, very long or crowded, comparing each with each costs less and is done instead. So the time is at
worst a few times that of all comparisons, and LIMIT, TABLE and CHUNK bound the memory, whatever the words are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist, cpdist

Ints = NDArray[np.int64]
Texts = NDArray[np.object_]

EDITS = 2
# Hashes sorted at once, distances in one table, pairs compared at once.
LIMIT, TABLE, CHUNK = 1 << 23, 1 << 23, 1 << 17
# What a hash costs in each pass and when kept, a pair that met, and a step; one distance in a table costs 1.
HASH, KEPT, MET, STEP = 0.25, 4.0, 6.0, 1_000.0
BASE = 0x9E3779B97F4A7C15
BACK, BACK_TWICE = np.uint64(pow(BASE, -1, 1 << 64)), np.uint64(pow(BASE, -2, 1 << 64))


def near_pairs(words: Sequence[str], groups: Ints | None = None) -> Iterator[Ints]:
    """All pairs of `words` that are near, in parts; a pair may come in more than one part.

    words   any text; equal words at two positions are near
    groups  a number for each word, shape (words,). The caller may change them after each part, in place: pairs with
            equal numbers are left out from then on, so that thousands that are all near cost little. Of words that
            meet, the first is compared with all others before these are with each other
    yields  positions in `words`, int64 of shape (pairs, 2) with 1 to CHUNK pairs, the smaller position first
    raises  ValueError when there is not one group for each word
    """
    if groups is not None and len(groups) != len(words):
        raise ValueError("there must be one group for each word")
    texts, lengths = np.array([*words, None], object)[:-1], np.array([len(word) for word in words], np.int64)
    for length in np.unique(lengths).tolist():
        members = np.flatnonzero((lengths <= length) & (lengths >= length - EDITS))
        if len(members) * length**2 > 2 * LIMIT:
            members = _sharing(texts, members, length)
        for one, other in _candidates(texts, members, lengths[members], length, groups):
            for at in range(0, len(one), CHUNK):
                part = np.stack([one[at : at + CHUNK], other[at : at + CHUNK]])
                codes = _distinct(part.min(axis=0) * len(texts) + part.max(axis=0))
                pairs = np.column_stack(np.divmod(codes, len(texts)))
                if groups is not None:
                    pairs = pairs[groups[pairs[:, 0]] != groups[pairs[:, 1]]]
                columns = texts[pairs[:, 0]].tolist(), texts[pairs[:, 1]].tolist()
                scores = cpdist(*columns, scorer=Levenshtein.distance, score_cutoff=EDITS, dtype=np.uint8)
                if (scores <= EDITS).any():
                    yield pairs[scores <= EDITS]


def _sharing(texts: Texts, members: Ints, length: int) -> Ints:
    """Members that share a third. Two edits leave the beginning, the end, or the middle (seen from one, moved back)."""
    third = length // 3
    cuts = [slice(third), slice(-third, None), *(slice(third + by, length - third + by) for by in (-1, 0))]
    pieces = np.array([[hash(text[cut]) for cut in cuts] for text in texts[members].tolist()], np.int64)
    _, inverse, counts = np.unique(pieces, return_inverse=True, return_counts=True)
    return members[(counts[inverse] > 1).reshape(pieces.shape).any(axis=1)]


def _candidates(
    texts: Texts, members: Ints, lengths: Ints, length: int, groups: Ints | None
) -> Iterator[tuple[Ints, Ints]]:
    """Two columns of positions, among them all near pairs of the members whose longer word has this length."""
    longest = members[lengths == length]
    hashes = len(longest) * length * (length - 1) // 2
    bits = (hashes // LIMIT).bit_length()
    left = len(longest) * (len(members) - len(longest) / 2) - hashes * (KEPT + HASH * 2**bits)
    if length >= EDITS and left > 0:
        runs = (_runs(texts, members, lengths, length, bits, share) for share in range(1 << bits))
        for one, other in (columns for found in runs for columns in _meetings(*found, groups)):
            left -= len(one) * MET + STEP
            if left <= 0:
                break
            yield one, other
    if length >= EDITS and left > 0:
        return
    others = np.concatenate([longest, members[lengths < length]])
    at, rows = 0, 1
    # A single row may be enough to bring all into one group, so the blocks grow.
    while at < len(longest) and (groups is None or np.ptp(groups[others[at:]])):
        block = texts[longest[at : at + rows]].tolist(), texts[others[at:]].tolist()
        one, other = np.nonzero(cdist(*block, scorer=Levenshtein.distance, score_cutoff=EDITS, dtype=np.uint8) <= EDITS)
        yield longest[at + one[other > one]], others[at + other[other > one]]
        at, rows = at + rows, max(1, min(2 * rows, TABLE // len(others)))


def _runs(texts: Texts, members: Ints, lengths: Ints, length: int, bits: int, share: int) -> tuple[Ints, Ints]:
    """Positions of words that have a hash in common, one run after the other, and how many each run has.

    Only hashes whose first `bits` bits are `share`; their last bits give way to the member, so one plain sort does.
    """
    low = np.uint64((1 << len(members).bit_length()) - 1)
    top, wanted = np.uint64(((1 << bits) - 1) << (64 - bits)), np.uint64(share << (64 - bits))
    kept = [np.zeros(0, np.uint64)]
    for taken in range(EDITS + 1):
        own = np.flatnonzero(lengths == length - EDITS + taken)
        rows = max(1, CHUNK // length**taken)
        for block in np.split(own, range(rows, len(own), rows)):
            hashes = _left(texts[members[block]].tolist(), length - EDITS + taken, taken)
            kept.append(((hashes & ~low) | block.astype(np.uint64)[:, None])[hashes & top == wanted])
    keys = _distinct(np.concatenate(kept))
    sizes = np.diff(np.flatnonzero(np.diff(keys & ~low, prepend=~keys[:1] & ~low)), append=len(keys))
    owners = members[(keys[np.repeat(sizes > 1, sizes)] & low).astype(np.int64)]
    return owners, sizes[sizes > 1]


def _left(words: Sequence[str], length: int, taken: int) -> NDArray[np.uint64]:
    """Hashes of what words of one length leave once so many letters are taken: a row for each word."""
    points = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), "<u4").reshape(len(words), length)
    before = np.zeros((len(words), length + 1), np.uint64)
    np.cumsum(points * np.cumprod(np.full(length, BASE, np.uint64)), axis=1, out=before[:, 1:])
    total, first = before[:, -1:], before[:, :-1] - before[:, 1:] * BACK
    if taken < EDITS:
        return np.asarray(first + total * BACK if taken else total)
    one, other = np.triu_indices(length, 1)
    return np.asarray(first[:, one] + (first * BACK + total * BACK_TWICE)[:, other])


def _distinct(numbers: NDArray[Any]) -> NDArray[Any]:
    """In order. np.unique makes a set of them first, which takes ten times as long."""
    numbers = np.sort(numbers)
    return np.asarray(numbers[np.diff(numbers, prepend=~numbers[:1]) != 0])


def _meetings(owners: Ints, sizes: Ints, groups: Ints | None) -> Iterator[tuple[Ints, Ints]]:
    """Each with each of its run: neighbours first, then the next but one, so that no column outgrows `owners`."""
    if groups is not None and len(sizes):
        starts = np.cumsum(sizes) - sizes
        yield np.repeat(owners[starts], sizes), owners
        numbers = groups[owners]
        mixed = np.minimum.reduceat(numbers, starts) < np.maximum.reduceat(numbers, starts)
        owners, sizes = owners[np.repeat(mixed, sizes)], sizes[mixed]
    ends = np.repeat(np.cumsum(sizes), sizes)
    at = np.arange(len(owners))
    for step in range(1, int(sizes.max(initial=0))):
        at = at[at + step < ends[at]]
        yield owners[at], owners[at + step]
