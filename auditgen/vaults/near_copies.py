"""Passwords that are near-copies of each other: one or two letters apart, or the same but for what stands around them.

Two words are near when at most two letters must be changed, added or taken away (Levenshtein distance). All near pairs
are found without comparing every word with every other:

    equal length   they agree once the same two places are left out, or once one letter is taken from each
    one longer     the longer agrees once a letter is taken from it, or then also once the same place is left out
    two longer     the longer agrees once two letters are taken from it

What remains of each word is hashed, and words with equal hashes meet. Longer words than SHORT are cut in three: two
edits leave the beginning, the end or the middle as it was. Whatever meets is compared before it counts.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

EDITS = 2
# Below 8 characters, two edits are more than a quarter of a word and join what has nothing in common.
LONG_ENOUGH = 8
SHORTEST_SKELETON = 4
SHORT = 40
# Pairs compared at once, hashes sorted at once.
CHUNK = 1 << 17
BATCH = 1 << 22
# Groups of long words up to this size are compared pair by pair.
DIRECT = 2_000
DEPTH = 3

Ints = NDArray[np.int64]
_Hashes = NDArray[np.uint64]
_Flags = NDArray[np.bool_]
_MASK = (1 << 64) - 1
# Of this run only: nobody can prepare words whose hashes meet.
_BASE = secrets.randbits(64) | 1
_SHIFT = secrets.randbits(64)
_SPAN = SHORT + EDITS + 1
_POWERS = np.array([pow(_BASE, place, 1 << 64) for place in range(_SPAN)], np.uint64)
_BACK = np.uint64(pow(_BASE, -1, 1 << 64))
_BACK_TWICE = np.uint64(pow(_BASE, -2, 1 << 64))
_SALTS = np.array([secrets.randbits(64) for _ in range(_SPAN)], np.uint64)
# Stands in for the middle that two long words share.
_MIDDLE = "\U0010ffff"
_LEET = str.maketrans("0134579@$!|8+", "oieastgasiibt")


# -- what callers use --------------------------------------------------------------------------------------------------


def near_pairs(words: Sequence[str]) -> Iterator[Ints]:
    """All pairs of the distinct `words` that are near, each once, as arrays of two columns of positions."""
    if len(set(words)) != len(words):
        raise ValueError("the words must be distinct")
    for event in _events(words):
        for pairs in event.pairs():
            if len(pairs):
                yield np.sort(pairs, axis=1)


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
    return core.translate(_LEET)


def families(words: Sequence[str]) -> list[int]:
    """A label for each word; words of a family have the same one, numbered by first appearance.

    A family is joined by near pairs of at least 8 characters, whose two edits are then at most a quarter of the
    shorter, and by equal skeletons. It is transitive: the first and the last member may have little in common.
    """
    place = {word: number for number, word in reversed(list(enumerate(words)))}
    distinct = [number for number, word in enumerate(words) if place[word] == number]
    joined = _Joined(len(words))
    firsts: dict[str, int] = {}
    for number in distinct:
        core = skeleton(words[number])
        if core:
            joined.join(firsts.setdefault(core, number), number)
    joined.settle()
    long_enough = np.array([number for number in distinct if len(words[number]) >= LONG_ENOUGH], np.int64)

    def one_family(positions: Ints) -> bool:
        roots = joined.roots[long_enough[positions]]
        return bool((roots == roots[0]).all())

    for event in _events([words[number] for number in long_enough], one_family):
        for links in event.links():
            pairs = long_enough[links]
            pairs = pairs[joined.apart(pairs)]
            if len(pairs):
                for one, other in pairs[_near(words, pairs)].tolist():
                    joined.join(one, other)
                joined.settle()
    labels: dict[int, int] = {}
    roots = joined.roots.tolist()
    return [labels.setdefault(roots[place[word]], len(labels)) for word in words]


def near_any(words: Sequence[str], marked: Sequence[bool]) -> list[bool]:
    """Which unmarked words are near a marked one, both of at least 8 characters, or have the skeleton of one.

    Only the word itself counts, not a chain of others between. A word equal to a marked one is near it.
    """
    some = {word for word, mark in zip(words, marked, strict=True) if mark}
    cores = {skeleton(word) for word in some} - {""}
    distinct = list(dict.fromkeys(words))
    found = {word for word in distinct if word in some or skeleton(word) in cores}
    considered = [word for word in distinct if len(word) >= LONG_ENOUGH]
    flags = np.array([word in some for word in considered], np.bool_)
    done = np.array([word in found for word in considered], np.bool_)

    def nothing_open(positions: Ints) -> bool:
        return bool(done[positions].all() or not flags[positions].any())

    if flags.any() and not done.all():
        for event in _events(considered, nothing_open):
            for pairs in event.beside(flags):
                pairs = pairs[~done[pairs[:, 0]]]
                if len(pairs):
                    done[pairs[_near(considered, pairs), 0]] = True
    found.update(word for word, hit in zip(considered, done.tolist(), strict=True) if hit)
    return [not mark and word in found for word, mark in zip(words, marked, strict=True)]


# -- parts -------------------------------------------------------------------------------------------------------------


class _Joined:
    """Sets that grow together. `roots` is right after `settle`."""

    def __init__(self, size: int) -> None:
        self.roots: Ints = np.arange(size, dtype=np.int64)

    def apart(self, pairs: Ints) -> _Flags:
        return np.asarray(self.roots[pairs[:, 0]] != self.roots[pairs[:, 1]])

    def join(self, one: int, other: int) -> None:
        first, second = self._root(one), self._root(other)
        if first != second:
            self.roots[max(first, second)] = min(first, second)

    def _root(self, number: int) -> int:
        roots = self.roots
        while roots[number] != number:
            roots[number] = roots[roots[number]]
            number = int(roots[number])
        return number

    def settle(self) -> None:
        while True:
            further = self.roots[self.roots]
            if np.array_equal(further, self.roots):
                return
            self.roots = further


def _near(words: Sequence[str], pairs: Ints) -> _Flags:
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


class _Event:
    """Words that met.

    pairs   near pairs of them, compared; each pair of all words comes from one event once
    links   pairs, not yet compared, that join the same words as all near pairs of the event do
    beside  pairs of an unmarked and a marked word, not yet compared, with one for each unmarked word that is near
    """

    def pairs(self) -> Iterator[Ints]:
        raise NotImplementedError

    def links(self) -> Iterator[Ints]:
        raise NotImplementedError

    def beside(self, marked: _Flags) -> Iterator[Ints]:
        raise NotImplementedError


class _Rows:
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
        self.terms: _Hashes = values * _POWERS[: self.length]
        self.before: _Hashes = np.zeros((len(ids), self.length + 1), np.uint64)
        np.cumsum(self.terms, axis=1, out=self.before[:, 1:])
        self.hashes: _Hashes = np.ascontiguousarray(self.before[:, -1])

    def __len__(self) -> int:
        return len(self.ids)

    def without_one(self) -> tuple[_Hashes, Ints, Ints]:
        """Hashes of what each word is without one letter, with its row and place; of equal neighbours only the first.

        Taking any letter of a run of equal ones leaves the same.
        """
        fresh = np.ones(self.points.shape, np.bool_)
        fresh[:, 1:] = self.points[:, 1:] != self.points[:, :-1]
        rows, places = np.nonzero(fresh)
        before = self.before
        hashes = before[rows, places] + (self.hashes[rows] - before[rows, places + 1]) * _BACK
        return hashes, rows, places


def _meet(hashes: _Hashes) -> tuple[Ints, Ints] | None:
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


def _spread(counts: Ints) -> Iterator[tuple[Ints, Ints]]:
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
class _Clique(_Event):
    """Words of one length in groups; all words of a group are near each other.

    rows    of the table, group after group; starts is where each begins
    places  where a letter was taken away; None when two places were left out
    """

    table: _Rows
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
        for first, ahead in _spread(later):
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

    def beside(self, marked: _Flags) -> Iterator[Ints]:
        ids = self.table.ids[self.rows]
        witness = np.maximum.reduceat(np.where(marked[ids], ids, -1), self.starts)
        witness = np.repeat(witness, self._sizes())
        keep = ~marked[ids] & (witness >= 0)
        yield np.column_stack([ids[keep], witness[keep]])


def _moved(one: Any, other: Any, differ: _Flags, earlier: _Flags) -> _Flags:
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
class _Cross(_Event):
    """Shorter and longer words that met: each of `longer` with `order[left:right]` of the shorter.

    edits  1: one letter was taken from the longer, at `first`; 2: then also one place left out of both;
           3: two letters were taken from the longer, at `first` and `second`
    """

    short: _Rows
    long: _Rows
    order: Ints
    left: Ints
    right: Ints
    longer: Ints
    edits: int
    first: Ints
    second: Ints | None

    def pairs(self) -> Iterator[Ints]:
        for entry, ahead in _spread(self.right - self.left):
            rows = self.order[self.left[entry] + ahead]
            one, other = self.short.points[rows], self.long.points[self.longer[entry]]
            keep = self._said_here(one, other, entry)
            yield np.column_stack([self.short.ids[rows[keep]], self.long.ids[self.longer[entry[keep]]]])

    def _said_here(self, one: Any, other: Any, entry: Ints) -> _Flags:
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
        for entry, ahead in _spread((self.right - self.left - 1)[once]):
            rows = self.order[self.left[once[entry]] + 1 + ahead]
            yield np.column_stack([self.short.ids[rows], longer[once[entry]]])

    def beside(self, marked: _Flags) -> Iterator[Ints]:
        shorter, longer = self.short.ids[self.order], self.long.ids[self.longer]
        # The last marked short word up to each place.
        last = np.maximum.accumulate(np.where(marked[shorter], np.arange(len(shorter)), -1))[self.right - 1]
        keep = ~marked[longer] & (last >= self.left)
        yield np.column_stack([longer[keep], shorter[last[keep]]])
        chosen = np.flatnonzero(marked[longer])
        _, once = np.unique(self.left[chosen], return_index=True)
        once = chosen[once]
        for entry, ahead in _spread((self.right - self.left)[once]):
            ids = shorter[self.left[once[entry]] + ahead]
            keep = ~marked[ids]
            yield np.column_stack([ids[keep], longer[once[entry[keep]]]])


_Settled = Callable[[Ints], bool]


def _never(_: Ints) -> bool:
    return False


# -- words up to SHORT -------------------------------------------------------------------------------------------------


def _events(words: Sequence[str], settled: _Settled = _never, depth: int = 0) -> Iterator[_Event]:
    """Everything that meets among distinct words.

    settled  says of positions of words, whether nothing new can come of comparing them; asked before costly work
    """
    by_length: dict[int, list[int]] = {}
    for number, word in enumerate(words):
        by_length.setdefault(len(word), []).append(number)
    tables: dict[int, _Rows] = {}
    for length in sorted(by_length):
        if length > SHORT:
            yield from _long(words, by_length, length, settled, depth)
            continue
        tables = {known: table for known, table in tables.items() if known >= length}
        for wanted in range(length, length + EDITS + 1):
            if wanted in by_length and wanted not in tables:
                tables[wanted] = _Rows(words, by_length[wanted])
        table = tables[length]
        if len(table) > 1:
            yield from _equal(table)
        if length + 1 in tables:
            yield from _one_longer(table, tables[length + 1])
        if length + 2 in tables:
            yield from _two_longer(table, tables[length + 2])


def _equal(table: _Rows) -> Iterator[_Event]:
    hashes, rows, places = table.without_one()
    met = _meet(hashes)
    if met:
        yield _Clique(table, rows[met[0]], met[1], places[met[0]])
    del hashes, rows, places
    at_once = max(1, BATCH // len(table))
    for one in range(table.length - 1):
        rest = table.hashes - table.terms[:, one]
        for other in range(one + 1, table.length, at_once):
            upto = min(table.length, other + at_once)
            # The salt keeps apart what left out different places.
            left = (rest[:, None] - table.terms[:, other:upto]) + _SALTS[other:upto]
            met = _meet(left.ravel())
            if met:
                yield _Clique(table, met[0] // (upto - other), met[1], None)


class _Known:
    """Hashes of the shorter words, to find those of the longer among them."""

    def __init__(self, hashes: _Hashes) -> None:
        self.order: Ints = np.argsort(hashes, kind="stable")
        self._sorted = hashes[self.order]
        # Most of what is asked is not there; a table by the highest bits says so fastest.
        self._shift = np.uint64(64 - min(22, max(10, (16 * len(hashes)).bit_length())))
        self._there = np.zeros(1 << (64 - int(self._shift)), np.bool_)
        self._there[hashes >> self._shift] = True

    def find(self, hashes: _Hashes) -> tuple[Ints, Ints, Ints]:
        """Positions of the hashes that are there, and from where to where in `order`."""
        asked = np.flatnonzero(self._there[hashes >> self._shift])
        wanted = hashes[asked]
        left = np.searchsorted(self._sorted, wanted)
        left[left == len(self._sorted)] = 0
        hit = self._sorted[left] == wanted
        return asked[hit], left[hit], np.searchsorted(self._sorted, wanted[hit], side="right")


def _one_longer(short: _Rows, long: _Rows) -> Iterator[_Event]:
    hashes, rows, places = long.without_one()
    known = _Known(short.hashes)
    asked, left, right = known.find(hashes)
    if len(asked):
        yield _Cross(short, long, known.order, left, right, rows[asked], 1, places[asked], None)
    for one in range(short.length):
        # The letter that comes to stand at the place which is left out.
        outside = np.where(places > one, long.terms[rows, one], long.terms[rows, one + 1] * _BACK)
        known = _Known(short.hashes - short.terms[:, one])
        asked, left, right = known.find(hashes - outside)
        if len(asked):
            yield _Cross(short, long, known.order, left, right, rows[asked], 2, places[asked], None)


def _two_longer(short: _Rows, long: _Rows) -> Iterator[_Event]:
    known = _Known(short.hashes)
    before, total = long.before, long.hashes
    ends = (total[:, None] - before[:, 1:]) * _BACK_TWICE
    for one in range(long.length - 1):
        start = (before[:, one] - before[:, one + 1] * _BACK)[:, None]
        hashes = start + before[:, one + 1 : long.length] * _BACK + ends[:, one + 1 :]
        asked, left, right = known.find(hashes.ravel())
        if len(asked):
            width = long.length - one - 1
            rows, second = asked // width, asked % width + one + 1
            yield _Cross(short, long, known.order, left, right, rows, 3, np.full(len(asked), one), second)


# -- longer words ------------------------------------------------------------------------------------------------------

_Keep = Callable[[Ints], _Flags]


class _Seen:
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
class _Direct(_Event):
    """A group of long words compared pair by pair: every one of `ones` with every one of `others`, or among them."""

    words: Sequence[str]
    ones: Ints
    others: Ints | None
    keep: _Keep
    settled: _Settled
    seen: _Seen | None = None

    def links(self) -> Iterator[Ints]:
        among = self.others is None
        others = self.ones if self.others is None else self.others
        counts = np.arange(len(others))[::-1] if among else np.full(len(self.ones), len(others))
        everyone = self.ones if among else np.concatenate([self.ones, others])
        for entry, ahead in _spread(counts.astype(np.int64)):
            if self.settled(everyone):
                return
            pairs = np.column_stack([self.ones[entry], others[entry + 1 + ahead if among else ahead]])
            yield pairs[self.keep(pairs)]

    def pairs(self) -> Iterator[Ints]:
        for pairs in self.links():
            near = pairs[_near(self.words, pairs)]
            yield near if self.seen is None else self.seen.fresh(near)

    def beside(self, marked: _Flags) -> Iterator[Ints]:
        yield from _half_marked(self.links(), marked)


def _half_marked(source: Iterator[Ints], marked: _Flags) -> Iterator[Ints]:
    for pairs in source:
        yield pairs[~marked[pairs[:, 0]] & marked[pairs[:, 1]]]
        turned = pairs[marked[pairs[:, 0]] & ~marked[pairs[:, 1]]]
        yield turned[:, ::-1]


@dataclass(slots=True)
class _Rest(_Event):
    """What met among the rests of long words that share their beginning or their end; near rests, near words."""

    inner: _Event
    members: Ints
    keep: _Keep

    def pairs(self) -> Iterator[Ints]:
        for found in self.inner.pairs():
            pairs = self.members[found]
            yield pairs[self.keep(pairs)]

    def links(self) -> Iterator[Ints]:
        for found in self.inner.links():
            yield self.members[found]

    def beside(self, marked: _Flags) -> Iterator[Ints]:
        for found in self.inner.beside(marked[self.members]):
            yield self.members[found]


@dataclass(slots=True)
class _Around(_Event):
    """What met among what stands around the middle that long words share; near only once compared as a whole."""

    inner: _Event
    words: Sequence[str]
    members: Ints
    roles: Ints
    keep: _Keep
    settled: _Settled
    seen: _Seen

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
            yield self.seen.fresh(pairs[_near(self.words, pairs)])

    def beside(self, marked: _Flags) -> Iterator[Ints]:
        yield from _half_marked(self.links(), marked)


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
    words: Sequence[str], by_length: dict[int, list[int]], length: int, settled: _Settled, depth: int
) -> Iterator[_Event]:
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

    def anchored(pairs: Ints) -> _Flags:
        return np.asarray(sizes[place[pairs]].min(axis=1) == length)

    def other_beginning(pairs: Ints) -> _Flags:
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
                yield _Direct(words, own, None, keep, settled)
            else:
                inner = partial(_of_members, settled, own)
                for event in _events([texts[at][cut] for at in group.tolist()], inner, depth + 1):
                    yield _Rest(event, own, keep)
    seen = _Seen(len(words))
    for shift in (-1, 0, 1):
        seen.next_shift()
        yield from _shared_middle(
            words, members, texts, sizes, middles, shift, length, settled, depth, place, other_beginning, ends, seen
        )


def _of_members(settled: _Settled, members: Ints, positions: Ints) -> bool:
    return settled(members[positions])


def _shared_middle(
    words: Sequence[str], members: Ints, texts: Sequence[str], sizes: Ints, middles: Ints, shift: int, length: int,
    settled: _Settled, depth: int, place: Ints, other_beginning: _Keep, ends: Ints, seen: _Seen,
) -> Iterator[_Event]:  # fmt: skip
    """Words whose middle stands in others moved by `shift`, and whose beginnings and ends differ."""
    third = length // 3

    def keep(pairs: Ints) -> _Flags:
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
            yield _Direct(words, members[ones], members[others], keep, settled, seen)
            continue
        around: dict[tuple[int, str], int] = {}
        for at in ones.tolist():
            text = texts[at]
            around[at, text[:third] + _MIDDLE + text[length - third :]] = 1
        for at in others.tolist():
            text = texts[at]
            key = (at, text[: third + shift] + _MIDDLE + text[length - third + shift :])
            around[key] = around.get(key, 0) | 2
        owners = np.array([at for at, _ in around], np.int64)
        roles = np.array(list(around.values()), np.int64)
        own = members[owners]
        inner = partial(_of_members, settled, own)
        for event in _events([text for _, text in around], inner, depth + 1):
            yield _Around(event, words, own, roles, keep, settled, seen)
