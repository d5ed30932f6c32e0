"""Words that met because what is left of them hashes the same, and the pairs that can come of it.

Kept apart from the search for them (near_pairs), because a meeting of thousands is worked through in one of several
ways, depending on what is asked: all pairs, whatever joins the same families, or what stands beside a marked word.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

EDITS = 2
# Longer words are cut in three instead of leaving letters out one after the other.
SHORT = 40
# Pairs compared at once, hashes sorted at once.
CHUNK = 1 << 17
BATCH = 1 << 22

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]
Flags = NDArray[np.bool_]
Settled = Callable[[Ints], bool]
Keep = Callable[[Ints], Flags]
_MASK = (1 << 64) - 1
# Of this run only: nobody can prepare words whose hashes meet.
_BASE = secrets.randbits(64) | 1
_SHIFT = secrets.randbits(64)
_SPAN = SHORT + EDITS + 1
_POWERS = np.array([pow(_BASE, place, 1 << 64) for place in range(_SPAN)], np.uint64)
BACK = np.uint64(pow(_BASE, -1, 1 << 64))
BACK_TWICE = np.uint64(pow(_BASE, -2, 1 << 64))
SALTS = np.array([secrets.randbits(64) for _ in range(_SPAN)], np.uint64)


def are_near(words: Sequence[str], pairs: Ints) -> Flags:
    """Which pairs are near; the one place that says what near is."""
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cpdist

    hits = np.zeros(len(pairs), np.bool_)
    for at in range(0, len(pairs), CHUNK):
        part = pairs[at : at + CHUNK]
        hits[at : at + CHUNK] = (
            cpdist(
                [words[number] for number in part[:, 0].tolist()],
                [words[number] for number in part[:, 1].tolist()],
                scorer=Levenshtein.distance, score_cutoff=EDITS, dtype=np.uint8,
            )
            <= EDITS
        )  # fmt: skip
    return hits


class Event:
    """Words that met.

    pairs   near pairs of them, compared; each pair of all words comes from one event once
    links   pairs, not yet compared, that join the same words as all near pairs of the event do
    beside  pairs of an unmarked and a marked word, not yet compared, with one for each unmarked word that is near
    """

    def pairs(self) -> Iterator[Ints]:
        raise NotImplementedError

    def links(self) -> Iterator[Ints]:
        raise NotImplementedError

    def beside(self, marked: Flags) -> Iterator[Ints]:
        raise NotImplementedError


class Rows:
    """Words of one length as a table of code points, with what their hashes are made of."""

    def __init__(self, words: Sequence[str], ids: Sequence[int]) -> None:
        self.ids: Ints = np.array(ids, np.int64)
        self.length = len(words[ids[0]])
        text = "".join(words[number] for number in ids).encode("utf-32-le", "surrogatepass")
        self.points = np.frombuffer(text, np.uint32).reshape(len(ids), self.length)
        values = self.points.astype(np.uint64) + np.uint64(_SHIFT)
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            values ^= values >> np.uint64(shift)
            values *= np.uint64(factor)
        values ^= values >> np.uint64(31)
        # A word's hash is the sum of its terms; `before[:, i]` is the sum of the first i.
        self.terms: Hashes = values * _POWERS[: self.length]
        self.before: Hashes = np.zeros((len(ids), self.length + 1), np.uint64)
        np.cumsum(self.terms, axis=1, out=self.before[:, 1:])
        self.hashes: Hashes = np.ascontiguousarray(self.before[:, -1])

    def __len__(self) -> int:
        return len(self.ids)

    def without_one(self) -> tuple[Hashes, Ints, Ints]:
        """Hashes of what each word is without one letter, with its row and place; of equal neighbours only the first.

        Taking any letter of a run of equal ones leaves the same.
        """
        fresh = np.ones(self.points.shape, np.bool_)
        fresh[:, 1:] = self.points[:, 1:] != self.points[:, :-1]
        rows, places = np.nonzero(fresh)
        before = self.before
        hashes = before[rows, places] + (self.hashes[rows] - before[rows, places + 1]) * BACK
        return hashes, rows, places


def meet(hashes: Hashes) -> tuple[Ints, Ints] | None:
    """Positions of equal hashes next to each other, and where each group of at least two begins."""
    bits = max(1, (len(hashes) - 1).bit_length())
    low = np.uint64((1 << bits) - 1)
    # The position takes the place of the lowest bits, so that one plain sort does.
    keys = (hashes & ~low) | np.arange(len(hashes), dtype=np.uint64)
    keys.sort()
    same = (keys[1:] ^ keys[:-1]) <= low
    if not same.any():
        return None
    member = np.zeros(len(keys), np.bool_)
    member[1:] = same
    member[:-1] |= same
    found = (keys[member] & low).astype(np.int64)
    whole = hashes[found]
    if (np.diff(whole & ~low) == 0)[whole[1:] != whole[:-1]].any():
        # Equal but for the lowest bits: sorted again by all of them.
        order = np.argsort(whole, kind="stable")
        found, whole = found[order], whole[order]
    equal = whole[1:] == whole[:-1]
    member = np.zeros(len(found), np.bool_)
    member[1:] = equal
    member[:-1] |= equal
    found, whole = found[member], whole[member]
    if not len(found):
        return None
    return found, np.flatnonzero(np.concatenate([[True], whole[1:] != whole[:-1]]))


def spread(counts: Ints) -> Iterator[tuple[Ints, Ints]]:
    """For each of `counts`, its position so often and 0, 1, 2 … beside it; in chunks of about CHUNK."""
    ends = np.cumsum(counts)
    at = 0
    while at < len(counts):
        begun = int(ends[at - 1]) if at else 0
        upto = max(at + 1, int(np.searchsorted(ends, begun + CHUNK, side="right")))
        part = counts[at:upto]
        owners = np.repeat(np.arange(at, upto), part)
        if len(owners):
            yield owners, np.arange(len(owners)) - np.repeat(np.cumsum(part) - part, part)
        at = upto


@dataclass(slots=True)
class Clique(Event):
    """Words of one length in groups; all words of a group are near each other.

    rows    of the table, group after group; starts is where each begins
    places  where a letter was taken away; None when two places were left out
    """

    table: Rows
    rows: Ints
    starts: Ints
    places: Ints | None

    def _sizes(self) -> Ints:
        return np.diff(np.append(self.starts, len(self.rows)))

    def pairs(self) -> Iterator[Ints]:
        sizes = self._sizes()
        inside = np.arange(len(self.rows)) - np.repeat(self.starts, sizes)
        later = np.repeat(sizes, sizes) - inside - 1
        points, ids = self.table.points, self.table.ids
        for first, ahead in spread(later):
            second = first + 1 + ahead
            one, other = points[self.rows[first]], points[self.rows[second]]
            differ = one != other
            number = differ.sum(axis=1)
            if self.places is None:
                keep = number == 2
            else:
                keep = number == 1
                rest = np.flatnonzero(number > 2)
                earlier = self.places[first[rest]] < self.places[second[rest]]
                keep[rest] = _moved(one[rest], other[rest], differ[rest], earlier)
            yield np.column_stack([ids[self.rows[first[keep]]], ids[self.rows[second[keep]]]])

    def links(self) -> Iterator[Ints]:
        ids = self.table.ids[self.rows]
        yield np.column_stack([np.repeat(ids[self.starts], self._sizes()), ids])

    def beside(self, marked: Flags) -> Iterator[Ints]:
        ids = self.table.ids[self.rows]
        witness = np.maximum.reduceat(np.where(marked[ids], ids, -1), self.starts)
        witness = np.repeat(witness, self._sizes())
        keep = ~marked[ids] & (witness >= 0)
        yield np.column_stack([ids[keep], witness[keep]])


def _moved(one: Any, other: Any, differ: Flags, earlier: Flags) -> Flags:
    """Which rows are made equal by taking a letter from each at different places, said once for each pair.

    earlier  the letter was taken from `one` at the earlier place this time. Both ways may lead there; then the first
             of them counts.
    """
    width = differ.shape[1]
    start = differ.argmax(axis=1)[:, None]
    stop = width - 1 - differ[:, ::-1].argmax(axis=1)[:, None]
    columns = np.arange(width - 1)
    between = (columns >= start) & (columns < stop)
    forth = ~((one[:, 1:] != other[:, :-1]) & between).any(axis=1)
    back = ~((one[:, :-1] != other[:, 1:]) & between).any(axis=1)
    return np.asarray(np.where(earlier, forth, back & ~forth))


@dataclass(slots=True)
class Cross(Event):
    """Shorter and longer words that met: each of `longer` with `order[left:right]` of the shorter.

    edits  1: one letter was taken from the longer, at `first`; 2: then also one place left out of both;
           3: two letters were taken from the longer, at `first` and `second`
    """

    short: Rows
    long: Rows
    order: Ints
    left: Ints
    right: Ints
    longer: Ints
    edits: int
    first: Ints
    second: Ints | None

    def pairs(self) -> Iterator[Ints]:
        for entry, ahead in spread(self.right - self.left):
            rows = self.order[self.left[entry] + ahead]
            one, other = self.short.points[rows], self.long.points[self.longer[entry]]
            keep = self._said_here(one, other, entry)
            yield np.column_stack([self.short.ids[rows[keep]], self.long.ids[self.longer[entry[keep]]]])

    def _said_here(self, one: Any, other: Any, entry: Ints) -> Flags:
        """Which are near in this way and would be found in no earlier one."""
        width = one.shape[1]
        straight = one != other[:, :width]
        shifted = one != other[:, 1 : width + 1]
        if self.second is None:
            # Differences when the letter at each place is taken away.
            wrong = np.zeros((len(one), width + 1), np.int16)
            np.cumsum(straight, axis=1, out=wrong[:, 1:])
            wrong[:, :-1] += np.cumsum(shifted[:, ::-1], axis=1, dtype=np.int16)[:, ::-1]
            here = wrong[np.arange(len(one)), self.first[entry]]
            if self.edits == 1:
                return np.asarray(here == 0)
            return np.asarray((wrong.min(axis=1) == 1) & ((wrong == 1).argmax(axis=1) == self.first[entry]))
        # Read along both, leaving out a letter of the longer only where they part.
        twice = one != other[:, 2 : width + 2]
        columns = np.arange(width)
        first = np.where(straight.any(axis=1), straight.argmax(axis=1), width) if width else np.zeros(len(one), int)
        after = shifted & (columns >= first[:, None])
        second = np.where(after.any(axis=1), after.argmax(axis=1), width) if width else np.zeros(len(one), int)
        fits = ~(twice & (columns >= second[:, None])).any(axis=1)
        return np.asarray(fits & (first == self.first[entry]) & (second + 1 == self.second[entry]))

    def links(self) -> Iterator[Ints]:
        longer = self.long.ids[self.longer]
        yield np.column_stack([self.short.ids[self.order[self.left]], longer])
        # The other short words of each stretch, with one of the longer.
        _, once = np.unique(self.left, return_index=True)
        for entry, ahead in spread((self.right - self.left - 1)[once]):
            rows = self.order[self.left[once[entry]] + 1 + ahead]
            yield np.column_stack([self.short.ids[rows], longer[once[entry]]])

    def beside(self, marked: Flags) -> Iterator[Ints]:
        shorter, longer = self.short.ids[self.order], self.long.ids[self.longer]
        # The last marked short word up to each place.
        last = np.maximum.accumulate(np.where(marked[shorter], np.arange(len(shorter)), -1))[self.right - 1]
        keep = ~marked[longer] & (last >= self.left)
        yield np.column_stack([longer[keep], shorter[last[keep]]])
        chosen = np.flatnonzero(marked[longer])
        _, once = np.unique(self.left[chosen], return_index=True)
        once = chosen[once]
        for entry, ahead in spread((self.right - self.left)[once]):
            ids = shorter[self.left[once[entry]] + ahead]
            keep = ~marked[ids]
            yield np.column_stack([ids[keep], longer[once[entry[keep]]]])


class Known:
    """Hashes of the shorter words, to find those of the longer among them."""

    def __init__(self, hashes: Hashes) -> None:
        self.order: Ints = np.argsort(hashes, kind="stable")
        self._sorted = hashes[self.order]
        # Most of what is asked is not there; a table by the highest bits says so fastest.
        self._shift = np.uint64(64 - min(22, max(10, (16 * len(hashes)).bit_length())))
        self._there = np.zeros(1 << (64 - int(self._shift)), np.bool_)
        self._there[hashes >> self._shift] = True

    def find(self, hashes: Hashes) -> tuple[Ints, Ints, Ints]:
        """Positions of the hashes that are there, and from where to where in `order`."""
        asked = np.flatnonzero(self._there[hashes >> self._shift])
        wanted = hashes[asked]
        left = np.searchsorted(self._sorted, wanted)
        left[left == len(self._sorted)] = 0
        hit = self._sorted[left] == wanted
        return asked[hit], left[hit], np.searchsorted(self._sorted, wanted[hit], side="right")


class Seen:
    """Pairs that were said before; a repetitive middle meets at more than one shift."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._known: Ints = np.zeros(0, np.int64)
        self._codes: list[Ints] = []

    def next_shift(self) -> None:
        # At one shift a pair meets once.
        self._known = np.sort(np.concatenate([self._known, *self._codes]))
        self._codes = []

    def fresh(self, pairs: Ints) -> Ints:
        codes = pairs.min(axis=1) * self._size + pairs.max(axis=1)
        if len(self._known):
            at = np.minimum(np.searchsorted(self._known, codes), len(self._known) - 1)
            keep = self._known[at] != codes
            pairs, codes = pairs[keep], codes[keep]
        if len(codes):
            self._codes.append(codes)
        return pairs


@dataclass(slots=True)
class Direct(Event):
    """A group of long words compared pair by pair: every one of `ones` with every one of `others`, or among them."""

    words: Sequence[str]
    ones: Ints
    others: Ints | None
    keep: Keep
    settled: Settled
    seen: Seen | None = None

    def links(self) -> Iterator[Ints]:
        among = self.others is None
        others = self.ones if self.others is None else self.others
        counts = np.arange(len(others))[::-1] if among else np.full(len(self.ones), len(others))
        everyone = self.ones if among else np.concatenate([self.ones, others])
        for entry, ahead in spread(counts.astype(np.int64)):
            if self.settled(everyone):
                return
            pairs = np.column_stack([self.ones[entry], others[entry + 1 + ahead if among else ahead]])
            yield pairs[self.keep(pairs)]

    def pairs(self) -> Iterator[Ints]:
        for pairs in self.links():
            near = pairs[are_near(self.words, pairs)]
            yield near if self.seen is None else self.seen.fresh(near)

    def beside(self, marked: Flags) -> Iterator[Ints]:
        yield from _half_marked(self.links(), marked)


def _half_marked(source: Iterator[Ints], marked: Flags) -> Iterator[Ints]:
    for pairs in source:
        yield pairs[~marked[pairs[:, 0]] & marked[pairs[:, 1]]]
        turned = pairs[marked[pairs[:, 0]] & ~marked[pairs[:, 1]]]
        yield turned[:, ::-1]


@dataclass(slots=True)
class Rest(Event):
    """What met among the rests of long words that share their beginning or their end; near rests, near words."""

    inner: Event
    members: Ints
    keep: Keep

    def pairs(self) -> Iterator[Ints]:
        for found in self.inner.pairs():
            pairs = self.members[found]
            yield pairs[self.keep(pairs)]

    def links(self) -> Iterator[Ints]:
        for found in self.inner.links():
            yield self.members[found]

    def beside(self, marked: Flags) -> Iterator[Ints]:
        for found in self.inner.beside(marked[self.members]):
            yield self.members[found]


@dataclass(slots=True)
class Around(Event):
    """What met among what stands around the middle that long words share; near only once compared as a whole."""

    inner: Event
    words: Sequence[str]
    members: Ints
    roles: Ints
    keep: Keep
    settled: Settled
    seen: Seen

    def links(self) -> Iterator[Ints]:
        for found in self.inner.pairs():
            if self.settled(self.members):
                return
            for turn in (found, found[:, ::-1]):
                fits = (self.roles[turn[:, 0]] & 1 > 0) & (self.roles[turn[:, 1]] & 2 > 0)
                pairs = self.members[turn[fits]]
                yield pairs[self.keep(pairs)]

    def pairs(self) -> Iterator[Ints]:
        for pairs in self.links():
            yield self.seen.fresh(pairs[are_near(self.words, pairs)])

    def beside(self, marked: Flags) -> Iterator[Ints]:
        yield from _half_marked(self.links(), marked)
