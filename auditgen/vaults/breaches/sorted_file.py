"""A list of breached passwords as one text file sorted by hash (`SHA-1:COUNT` a line), searched where it lies.

Interpolation with reads of one block, no index; bisection takes over where hashes are not spread evenly.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from auditgen.vaults.breaches.answer import (
    CANARIES,
    EDGE,
    END,
    PROBES,
    THREADS,
    TOP,
    Answer,
    Look,
    Unusable,
    day_of,
    distinct,
    open_plain,
)

BLOCK = 4096
# A line is 40 hex digits, a colon, at most 19 digits and a line end.
LINE = 64
# Interpolations before bisection takes over, which ends whatever the file holds.
GUESSES = 8
# Mean seconds for a hash above which the disk is waited for, so that several reads at once help.
COLD = 60e-6
SAMPLE = 48
# A hash without the digits that stand in the name of a range.
_SUFFIX = 35
_UPPER = re.compile(rb"(?:[0-9A-F]{40}:[0-9]{1,19}" + END + rb")+")
_LOWER = re.compile(rb"(?:[0-9a-f]{40}:[0-9]{1,19}" + END + rb")+")
_FIRST = re.compile(rb"([0-9A-Fa-f]+)(?::([0-9]{1,19}))?" + END)
_ARCHIVES = (b"7z\xbc\xaf\x27\x1c", b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"Rar!")


def ask_file(path: Path, hashes: Iterable[str], *, block: int = BLOCK) -> Answer:
    """Ask a text file sorted by hash. A file that cannot be used gives a reason and no counts.

    block  bytes of one read, at least twice LINE
    """
    keys = distinct(hashes)
    answer = Answer({}, len(keys), 0, "file")
    try:
        with SortedFile(path, block) as listed:
            answer.list_on = listed.changed_on
            listed.validate()
            answer.lines = listed.lines
            counts = listed.search(keys)
            listed.unchanged()
    except Unusable as error:
        answer.reason = error.code
    except OSError:
        answer.reason = "unreadable"
    else:
        answer.counts, answer.answered = counts, len(keys)
    return answer


def look_at_file(path: Path) -> Look:
    found = Look("file")
    try:
        with SortedFile(path) as listed:
            found.size, found.list_on = listed.size, listed.changed_on
            try:
                listed.validate()
            finally:
                found.lines, found.ends = listed.lines, listed.ends
                found.sorted_at, found.canaries = listed.sorted_at, listed.canaries
    except Unusable as error:
        found.reason = error.code
    except OSError:
        found.reason = "unreadable"
    return found


class SortedFile:
    """One text file sorted by hash, read a block at a time. `validate` before `search`."""

    def __init__(self, path: Path, block: int = BLOCK) -> None:
        if block < 2 * LINE:
            raise ValueError(f"a block holds at least {2 * LINE} bytes")
        self._block = block
        self._handle, self._status = open_plain(path)
        self.size = self._status.st_size
        self.changed_on = day_of(self._status)
        # Where the first line starts and the last one ends, without blank lines around them.
        self._start, self._stop = 0, self.size
        self._lower = False
        self._lines = _UPPER
        # The first count when hashes are in disorder and counts fall, else 0.
        self._falls_from = 0
        self.lines: int | None = None
        self.ends = ""
        self.sorted_at = self.canaries = 0

    def __enter__(self) -> SortedFile:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)

    def unchanged(self) -> None:
        now = os.fstat(self._handle)
        if (now.st_size, now.st_mtime_ns) != (self._status.st_size, self._status.st_mtime_ns):
            raise Unusable("changed")

    def validate(self) -> None:
        """Raises Unusable unless the file looks whole, of the right kind and sorted everywhere it was looked at."""
        first = self._head()
        last = self._tail()
        self._probe(first, last)
        self.canaries = len(self._search([key.encode() for key in CANARIES[::-1]]))
        if self.canaries < len(CANARIES):
            raise Unusable("no_canaries")

    def _head(self) -> bytes:
        head = os.pread(self._handle, BLOCK, 0)
        if not head.strip(b"\r\n"):
            raise Unusable("empty")
        if head.startswith(_ARCHIVES):
            raise Unusable("archive")
        self._start = len(head) - len(head.lstrip(b"\r\n"))
        text = head[self._start :]
        if text.lstrip()[:1] == b"<":
            raise Unusable("web_page")
        line = _FIRST.match(text)
        if not line:
            raise Unusable("not_text")
        if len(line[1]) == _SUFFIX:
            raise Unusable("one_range")
        if len(line[1]) in (32, 56, 64, 96, 128):
            raise Unusable("other_hash")
        if len(line[1]) != 40:
            raise Unusable("not_text")
        if line[2] is None:
            raise Unusable("no_counts")
        self.ends = "CRLF" if line[0].endswith(b"\r\n") else "LF"
        whole = text if len(head) == self.size else text[: text.rfind(b"\n") + 1]
        self._lower = bool(re.search(rb"[a-f]", whole))
        self._lines = _LOWER if self._lower else _UPPER
        lines = whole.split()
        if all(len(one) > 41 and one[40:41] == b":" and one[41:].isdigit() for one in lines):
            counts = [int(one[41:]) for one in lines]
            if lines != sorted(lines) and counts == sorted(counts, reverse=True):
                self._falls_from = counts[0]
        return line[1]

    def _tail(self) -> bytes:
        place = max(self._start, self.size - BLOCK)
        tail = os.pread(self._handle, BLOCK, place).rstrip(b"\r\n")
        self._stop = place + len(tail)
        line = tail[tail.rfind(b"\n") + 1 :]
        if not self._lines.fullmatch(line):
            # A line that could be the beginning of one was cut.
            begun = re.fullmatch(rb"[0-9A-Fa-f]{0,40}:?", line)
            raise Unusable("truncated" if begun else "damaged")
        if self._falls_from > int(line[41:]):
            raise Unusable("by_count")
        return line[:40]

    def _probe(self, first: bytes, last: bytes) -> None:
        # The same places for the same file, so that an answer can be repeated.
        dice = random.Random(self.size)  # noqa: S311 (no secret)
        before, reached = b"", 0
        read = 0
        span = self._stop - self._start
        for place in sorted(dice.randrange(span) for _ in range(PROBES)):
            place += self._start
            begin, lines = self._whole_lines(place)
            if not lines:
                continue
            if not self._lines.fullmatch(lines):
                raise Unusable("damaged")
            hashes = [line[:40] for line in lines.split()]
            read += len(lines)
            self.lines = (self.lines or 0) + len(hashes)
            if hashes != sorted(hashes) or (begin >= reached and hashes[0] < before):
                raise Unusable("not_sorted")
            before, reached = hashes[-1], begin + len(lines)
            self.sorted_at += 1
        if last < before or last < first:
            raise Unusable("not_sorted")
        # From here on the number of lines of the whole file.
        self.lines = round(span / (read / self.lines)) if self.lines else 1
        margin = EDGE * TOP // max(EDGE, self.lines)
        if int(first[:15], 16) > margin or TOP - int(last[:15], 16) > margin:
            raise Unusable("truncated")

    def _whole_lines(self, place: int) -> tuple[int, bytes]:
        """The lines that begin in the block at `place` and end in it, and where they begin."""
        ahead = 1 if place else 0
        size = min(self._block, self._stop - place) + ahead
        data = os.pread(self._handle, size, place - ahead)
        skip = ahead if place == self._start else data.find(b"\n") + 1
        if place != self._start and not skip:
            return place, b""
        end = size if place - ahead + size == self._stop else data.rfind(b"\n") + 1
        return place - ahead + skip, data[skip:end]

    def search(self, keys: Sequence[str]) -> dict[str, int]:
        """Counts of those of the sorted, distinct `keys` that the file holds. Raises Unusable and OSError."""
        wanted = [key.encode() for key in keys]
        # A few spread over the file tell whether its pages lie in memory; then one thread is fastest.
        every = max(1, len(wanted) // SAMPLE)
        begun = time.perf_counter()
        counts = self._search(wanted[::every])
        cold = time.perf_counter() - begun > COLD * len(wanted[::every])
        rest = [key for place, key in enumerate(wanted) if place % every]
        if not cold or len(rest) < THREADS:
            counts |= self._search(rest)
        else:
            size = -(-len(rest) // THREADS)
            with ThreadPoolExecutor(THREADS) as pool:
                for part in pool.map(self._search, [rest[at : at + size] for at in range(0, len(rest), size)]):
                    counts |= part
        return {key.decode(): count for key, count in counts.items() if count}

    def _search(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        """Counts, zeros among them, of the keys that are there; the keys ascend.

        For each key, [low, high) is where its line must begin if there is one. `low` is the beginning of a line,
        and `below` and `above` are what hashes before and after the stretch begin with.
        """
        found: dict[bytes, int] = {}
        handle, block, stop, pread = self._handle, self._block, self._stop, os.pread
        low, below = self._start, 0
        # Whole lines data[begin:end] of the block read last, and the hash of the last one. Neighbours often share it.
        data, begin, end, tail = b"", 0, 0, b""
        for wanted in keys:
            key = wanted.lower() if self._lower else wanted
            if not data or key > tail:
                value, high, above, guesses = int(key[:15], 16), stop, TOP, 0
                data = b""
                while low < high:
                    if high - low <= block:
                        place = low
                    elif guesses < GUESSES and below < above:
                        share = (value - below) / (above - below)
                        place = min(max(low, low + int((high - low) * share) - block // 2), high - 1)
                    else:
                        place = (low + high) // 2
                    guesses += 1
                    # One byte more in front tells whether a line begins right at the place.
                    ahead = 1 if place else 0
                    size = min(block, stop - place) + ahead
                    data = pread(handle, size, place - ahead)
                    if len(data) != size:
                        raise Unusable("changed")
                    at_stop = place - ahead + size == stop
                    begin = ahead if place == low else data.find(b"\n") + 1
                    end = size if at_stop else data.rfind(b"\n") + 1
                    if begin >= end or (place != low and not begin):
                        if place == low or not at_stop:
                            raise Unusable("damaged")
                        # Inside the last line.
                        high, data = place, b""
                        continue
                    head = data[begin : begin + 40]
                    at = max(begin, data.rfind(b"\n", begin, end - 1) + 1)
                    tail = data[at : at + 40]
                    try:
                        first, last = int(head[:15], 16), int(tail[:15], 16)
                    except ValueError:
                        raise Unusable("damaged") from None
                    if head > tail or first < below or (first > above and place - ahead + begin < high):
                        raise Unusable("not_sorted")
                    if key < head:
                        high, above, data = place, first, b""
                    elif key > tail:
                        low, below, data = place - ahead + end, last, b""
                    else:
                        # The next key that is not in this block comes after it.
                        low, below = place - ahead + end, last
                        break
            if not data:
                continue
            at = data.find(key, begin, end)
            if at >= 0:
                stopped = data.find(b"\n", at, end)
                count = data[at + 41 : stopped if stopped >= 0 else end].rstrip(b"\r")
                if (at != begin and data[at - 1] != 10) or data[at + 40 : at + 41] != b":" or not count.isdigit():
                    raise Unusable("damaged")
                found[wanted] = int(count)
        return found
