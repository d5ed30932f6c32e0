"""All pairs of words that are near: at most two letters must be changed, added or taken away (Levenshtein distance).

They are found without comparing every word with every other:

    equal length   they agree once the same two places are left out, or once one letter is taken from each
    one longer     the longer agrees once a letter is taken from it, or then also once the same place is left out
    two longer     the longer agrees once two letters are taken from it

What remains of each word is hashed, and words with equal hashes meet. Words longer than SHORT are cut in three: two
edits leave the beginning, the end or the middle as it was. Whatever meets is compared before it counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from auditgen.vaults.passwords.near_events import (
    BACK,
    BACK_TWICE,
    BATCH,
    EDITS,
    SALTS,
    SHORT,
    Around,
    Clique,
    Cross,
    Direct,
    Event,
    Flags,
    Ints,
    Keep,
    Known,
    Rest,
    Rows,
    Seen,
    Settled,
    meet,
)

# Groups of long words up to this size are compared pair by pair.
DIRECT = 2_000
DEPTH = 3
# Stands in for the middle that two long words share.
MIDDLE = "\U0010ffff"


def near_pairs(words: Sequence[str]) -> Iterator[Ints]:
    """All pairs of the distinct `words` that are near, each once, as arrays of two columns of positions."""
    if len(set(words)) != len(words):
        raise ValueError("the words must be distinct")
    for event in events(words):
        for pairs in event.pairs():
            if len(pairs):
                yield np.sort(pairs, axis=1)


def never(_: Ints) -> bool:
    return False


# -- words up to SHORT -------------------------------------------------------------------------------------------------


def events(words: Sequence[str], settled: Settled = never, depth: int = 0) -> Iterator[Event]:
    """Everything that meets among distinct words.

    settled  says of positions of words, whether nothing new can come of comparing them; asked before costly work
    """
    by_length: dict[int, list[int]] = {}
    for number, word in enumerate(words):
        by_length.setdefault(len(word), []).append(number)
    tables: dict[int, Rows] = {}
    for length in sorted(by_length):
        if length > SHORT:
            yield from _long(words, by_length, length, settled, depth)
            continue
        tables = {known: table for known, table in tables.items() if known >= length}
        for wanted in range(length, length + EDITS + 1):
            if wanted in by_length and wanted not in tables:
                tables[wanted] = Rows(words, by_length[wanted])
        table = tables[length]
        if len(table) > 1:
            yield from _equal(table)
        if length + 1 in tables:
            yield from _one_longer(table, tables[length + 1])
        if length + 2 in tables:
            yield from _two_longer(table, tables[length + 2])


def _equal(table: Rows) -> Iterator[Event]:
    hashes, rows, places = table.without_one()
    met = meet(hashes)
    if met:
        yield Clique(table, rows[met[0]], met[1], places[met[0]])
    del hashes, rows, places
    at_once = max(1, BATCH // len(table))
    for one in range(table.length - 1):
        rest = table.hashes - table.terms[:, one]
        for other in range(one + 1, table.length, at_once):
            upto = min(table.length, other + at_once)
            # The salt keeps apart what left out different places.
            left = (rest[:, None] - table.terms[:, other:upto]) + SALTS[other:upto]
            met = meet(left.ravel())
            if met:
                yield Clique(table, met[0] // (upto - other), met[1], None)


def _one_longer(short: Rows, long: Rows) -> Iterator[Event]:
    hashes, rows, places = long.without_one()
    known = Known(short.hashes)
    asked, left, right = known.find(hashes)
    if len(asked):
        yield Cross(short, long, known.order, left, right, rows[asked], 1, places[asked], None)
    for one in range(short.length):
        # The letter that comes to stand at the place which is left out.
        outside = np.where(places > one, long.terms[rows, one], long.terms[rows, one + 1] * BACK)
        known = Known(short.hashes - short.terms[:, one])
        asked, left, right = known.find(hashes - outside)
        if len(asked):
            yield Cross(short, long, known.order, left, right, rows[asked], 2, places[asked], None)


def _two_longer(short: Rows, long: Rows) -> Iterator[Event]:
    known = Known(short.hashes)
    before, total = long.before, long.hashes
    ends = (total[:, None] - before[:, 1:]) * BACK_TWICE
    for one in range(long.length - 1):
        start = (before[:, one] - before[:, one + 1] * BACK)[:, None]
        hashes = start + before[:, one + 1 : long.length] * BACK + ends[:, one + 1 :]
        asked, left, right = known.find(hashes.ravel())
        if len(asked):
            width = long.length - one - 1
            rows, second = asked // width, asked % width + one + 1
            yield Cross(short, long, known.order, left, right, rows, 3, np.full(len(asked), one), second)


# -- longer words ------------------------------------------------------------------------------------------------------


def _numbers(texts: Sequence[str | None]) -> Ints:
    """Equal texts get equal numbers; -1 for none."""
    known: dict[str, int] = {}
    return np.array([-1 if text is None else known.setdefault(text, len(known)) for text in texts], np.int64)


def _groups(numbers: Ints) -> Iterator[Ints]:
    """Positions of equal numbers, of at least two; -1 left out."""
    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    for group in np.split(order, np.flatnonzero(ordered[1:] != ordered[:-1]) + 1):
        if len(group) > 1 and numbers[group[0]] >= 0:
            yield group


def _long(
    words: Sequence[str], by_length: dict[int, list[int]], length: int, settled: Settled, depth: int
) -> Iterator[Event]:
    """Near pairs whose shorter word has `length` letters.

    An edit in the beginning and one in the end leave the middle, moved by at most one place.
    """
    members = np.array([n for size in range(length, length + EDITS + 1) for n in by_length.get(size, ())], np.int64)
    if len(members) < 2:
        return
    third = length // 3
    texts = [words[number] for number in members.tolist()]
    sizes = np.array([len(text) for text in texts], np.int64)
    beginnings = _numbers([text[:third] for text in texts])
    ends = _numbers([text[-third:] for text in texts])
    # The middle of the shorter ones, then what stands in the longer ones at each shift.
    middles = _numbers(
        [text[third : length - third] if len(text) == length else None for text in texts]
        + [
            text[third + shift : length - third + shift] if abs(len(text) - length - shift) <= 1 else None
            for shift in (-1, 0, 1)
            for text in texts
        ]
    ).reshape(4, len(texts))
    # Positions of `words` → of `members`.
    place = np.zeros(len(words), np.int64)
    place[members] = np.arange(len(members))

    def anchored(pairs: Ints) -> Flags:
        return np.asarray(sizes[place[pairs]].min(axis=1) == length)

    def other_beginning(pairs: Ints) -> Flags:
        own = place[pairs]
        return np.asarray(anchored(pairs) & (beginnings[own[:, 0]] != beginnings[own[:, 1]]))

    for numbers, keep, cut in (
        (beginnings, anchored, slice(third, None)),
        (ends, other_beginning, slice(None, -third)),
    ):
        for group in _groups(numbers):
            own = members[group]
            if sizes[group].min() != length or settled(own):
                continue
            if len(group) <= DIRECT or depth >= DEPTH:
                yield Direct(words, own, None, keep, settled)
            else:
                inner = partial(_of_members, settled, own)
                for event in events([texts[at][cut] for at in group.tolist()], inner, depth + 1):
                    yield Rest(event, own, keep)
    seen = Seen(len(words))
    for shift in (-1, 0, 1):
        seen.next_shift()
        yield from _shared_middle(
            words, members, texts, sizes, middles, shift, length, settled, depth, place, other_beginning, ends, seen
        )


def _of_members(settled: Settled, members: Ints, positions: Ints) -> bool:
    return settled(members[positions])


def _shared_middle(
    words: Sequence[str], members: Ints, texts: Sequence[str], sizes: Ints, middles: Ints, shift: int, length: int,
    settled: Settled, depth: int, place: Ints, other_beginning: Keep, ends: Ints, seen: Seen,
) -> Iterator[Event]:  # fmt: skip
    """Words whose middle stands in others moved by `shift`, and whose beginnings and ends differ."""
    third = length // 3

    def keep(pairs: Ints) -> Flags:
        own = place[pairs]
        one, other = own[:, 0], own[:, 1]
        good = other_beginning(pairs) & (ends[one] != ends[other])
        # Of two words of the same length, the first one's middle is looked for in the other.
        return np.asarray(good & ((sizes[one] < sizes[other]) | (one < other)))

    wanted, there = middles[0], middles[2 + shift]
    both = np.concatenate([wanted, there])
    for group in _groups(both):
        ones, others = group[group < len(texts)], group[group >= len(texts)] - len(texts)
        if not len(ones) or not len(others) or (len(ones) == len(others) == 1 and ones[0] == others[0]):
            continue
        if settled(np.concatenate([members[ones], members[others]])):
            continue
        if len(group) <= 2 * DIRECT or depth >= DEPTH:
            yield Direct(words, members[ones], members[others], keep, settled, seen)
            continue
        around: dict[tuple[int, str], int] = {}
        for at in ones.tolist():
            text = texts[at]
            around[at, text[:third] + MIDDLE + text[length - third :]] = 1
        for at in others.tolist():
            text = texts[at]
            key = (at, text[: third + shift] + MIDDLE + text[length - third + shift :])
            around[key] = around.get(key, 0) | 2
        owners = np.array([at for at, _ in around], np.int64)
        roles = np.array(list(around.values()), np.int64)
        own = members[owners]
        inner = partial(_of_members, settled, own)
        for event in events([text for _, text in around], inner, depth + 1):
            yield Around(event, words, own, roles, keep, settled, seen)
