"""Whether passwords stand in a list of breached ones that lies on this machine; nothing leaves it.

Two shapes are read as they were downloaded: one text file sorted by hash (`SHA-1:COUNT` a line), searched where it lies
without an index, and a folder with one file for each prefix of five hex digits.

A list that is not what it should be answers with a reason and never with "not found".
"""

from __future__ import annotations

import os
import random
import re
import stat
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

BLOCK = 4096
# A line is 40 hex digits, a colon, at most 19 digits and a line end.
LINE = 64
PROBES = 64
# The list of any year holds these: SHA-1 of "123456" and of "password".
CANARIES = ("7C4A8D09CA3762AF61E59520943DC26494F8941B", "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8")
# Hashes are spread evenly. In a list of n, none of the first or last EDGE/n of all hashes has a chance of e^-EDGE.
EDGE = 32
# Interpolations before bisection takes over, which ends whatever the file holds.
GUESSES = 8
# A range holds about 2,000 lines of 40 bytes today.
MAX_RANGE = 4 << 20
THREADS = 8
# Mean seconds for a hash above which the disk is waited for, so that several reads at once help.
COLD = 60e-6
SAMPLE = 48
PREFIX, PREFIXES = 5, 16**5
_TOP = 16**15

_WHERE = "Download the list with haveibeenpwned-downloader (github.com/HaveIBeenPwned/PwnedPasswordsDownloader)"
# Code → what is said after the name of the list. Codes and texts hold nothing of any password, hash or prefix.
REASONS: dict[str, str] = {
    "missing": "is not there.",
    "unreadable": "could not be read.",
    "empty": "is empty.",
    "archive": "is a packed file. Unpack it first; the text file inside is what is read.",
    "web_page": f"is a web page, not a list of hashes. {_WHERE}.",
    "not_text": f"is not a list of SHA-1 hashes with counts. {_WHERE}.",
    "other_hash": f"holds hashes of another kind, such as NTLM; SHA-1 is needed. {_WHERE}, without -n.",
    "no_counts": f"holds hashes without counts. {_WHERE}.",
    "one_range": f"holds the hashes of one prefix only. {_WHERE}.",
    "by_count": "is ordered by count. Take the list ordered by hash; haveibeenpwned-downloader writes that one.",
    "not_sorted": "is not sorted by hash. Take the list ordered by hash; haveibeenpwned-downloader writes that one.",
    "truncated": "does not go from the first hash to the last: the download stopped early. Download it again.",
    "no_canaries": "lacks hashes that every such list holds, so it is not the whole list. Download it again.",
    "damaged": "has a line in it that is none of a list of hashes. Download it again.",
    "changed": "was written to while it was read. Run again when the download has ended.",
    "no_ranges": f"is a folder without a file for each prefix. {_WHERE}, with -s false for a folder.",
    "missing_ranges": "lacks the files of some prefixes: the download stopped early. Run the downloader again.",
    "damaged_ranges": "has files that are not whole. Run the downloader again with -o, so that they are replaced.",
    "network": "could not be reached.",
    "timeout": "did not answer in time.",
    "status_403": "refused the questions (status 403).",
    "status_429": "asked to slow down (status 429) and still did after waiting.",
    "status_503": "was not available (status 503).",
    "status_other": "answered with a status that no range has.",
    "not_ranges": "answered with something else than hashes and counts.",
    "empty_answer": "answered with nothing.",
    "too_large": "answered with far more than a range holds.",
}


def says(reason: str) -> str:
    """The sentence for a reason, to stand after the name of the list."""
    return REASONS.get(reason, "could not be used.")


@dataclass(slots=True)
class Answer:
    """What a list of breached passwords said.

    counts     SHA-1 in upper-case hex → how often it was seen; only hits, and a hit holds even when others are missing
    asked      distinct hashes that were asked about
    answered   of those, how many the list could say yes or no to
    method     file, folder or online
    reason     key of REASONS; None when every hash was answered
    corpus_on  day of the list: when its file was last changed, the oldest one of a folder; None online
    lines      estimate of the hashes in the whole list
    """

    counts: dict[str, int] = field(repr=False)
    asked: int
    answered: int
    method: str
    reason: str | None = None
    corpus_on: date | None = None
    lines: int | None = None

    @property
    def complete(self) -> bool:
        return self.reason is None and self.asked == self.answered


@dataclass(slots=True)
class Look:
    """What a list is, before anything is asked.

    kind       file or folder
    reason     key of REASONS; None when it can be used
    sorted_at  places of a file that were looked at and are in order; prefixes of a folder that were looked at
    canaries   known hashes that were found, of len(CANARIES)
    ends       CRLF or LF; layout of a folder
    """

    kind: str
    reason: str | None = None
    lines: int | None = None
    size: int | None = None
    corpus_on: date | None = None
    sorted_at: int = 0
    canaries: int = 0
    ends: str = ""


class Unusable(Exception):
    """A list that cannot be used; the code is a key of REASONS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def distinct(hashes: Iterable[str]) -> list[str]:
    """Distinct SHA-1 hashes in upper case, sorted. Raises ValueError, without the value, for anything else."""
    keys = {value.upper() for value in hashes}
    if not all(_SHA1.fullmatch(key) for key in keys):
        raise ValueError("expected SHA-1 hashes of 40 hex digits")
    return sorted(keys)


def ask(path: Path, hashes: Iterable[str]) -> Answer:
    """Ask the file or folder at `path`."""
    return (ask_folder if _is_folder(path) else ask_file)(path, hashes)


def look(path: Path) -> Look:
    """Say what stands at `path`, reading only some of it."""
    return _look_at_folder(path) if _is_folder(path) else _look_at_file(path)


def ask_file(path: Path, hashes: Iterable[str], *, block: int = BLOCK) -> Answer:
    """Ask a text file sorted by hash. A file that cannot be used gives a reason and no counts.

    block  bytes of one read, at least twice LINE
    """
    keys = distinct(hashes)
    answer = Answer({}, len(keys), 0, "file")
    try:
        with SortedFile(path, block) as corpus:
            answer.corpus_on = corpus.changed_on
            corpus.validate()
            answer.lines = corpus.lines
            counts = corpus.search(keys)
            corpus.unchanged()
    except Unusable as error:
        answer.reason = error.code
    except OSError:
        answer.reason = "unreadable"
    else:
        answer.counts, answer.answered = counts, len(keys)
    return answer


def _look_at_file(path: Path) -> Look:
    found = Look("file")
    try:
        with SortedFile(path) as corpus:
            found.size, found.corpus_on = corpus.size, corpus.changed_on
            try:
                corpus.validate()
            finally:
                found.lines, found.ends = corpus.lines, corpus.ends
                found.sorted_at, found.canaries = corpus.sorted_at, corpus.canaries
    except Unusable as error:
        found.reason = error.code
    except OSError:
        found.reason = "unreadable"
    return found


_SHA1 = re.compile(r"[0-9A-F]{40}")
_END = rb"(?:\r?\n|\Z)"
_UPPER = re.compile(rb"(?:[0-9A-F]{40}:[0-9]{1,19}" + _END + rb")+")
_LOWER = re.compile(rb"(?:[0-9a-f]{40}:[0-9]{1,19}" + _END + rb")+")
_FIRST = re.compile(rb"([0-9A-Fa-f]+)(?::([0-9]{1,19}))?" + _END)
_ARCHIVES = (b"7z\xbc\xaf\x27\x1c", b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"Rar!")


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _day(status: os.stat_result) -> date | None:
    try:
        return date.fromtimestamp(status.st_mtime)
    except (ValueError, OverflowError, OSError):  # a clock far off
        return None


def _open(path: Path) -> tuple[int, os.stat_result]:
    """A file descriptor of a plain file. Never waits, as opening a pipe would. Raises Unusable and OSError."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError):
        raise Unusable("missing") from None
    except ValueError:  # a NUL in the name
        raise Unusable("missing") from None
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        os.close(handle)
        raise Unusable("unreadable")
    return handle, status


class SortedFile:
    """One text file sorted by hash, read a block at a time. `validate` before `search`."""

    def __init__(self, path: Path, block: int = BLOCK) -> None:
        if block < 2 * LINE:
            raise ValueError(f"a block holds at least {2 * LINE} bytes")
        self._block = block
        self._handle, self._status = _open(path)
        self.size = self._status.st_size
        self.changed_on = _day(self._status)
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
        if len(line[1]) == 40 - PREFIX:
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
        margin = EDGE * _TOP // max(EDGE, self.lines)
        if int(first[:15], 16) > margin or _TOP - int(last[:15], 16) > margin:
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
                value, high, above, guesses = int(key[:15], 16), stop, _TOP, 0
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


# Layouts of a folder: the official downloader's, that of hibp-downloader with its data folder or the one inside.
_LAYOUTS: dict[str, Callable[[str], str]] = {
    "00000.txt": lambda prefix: f"{prefix}.txt",
    "00000": lambda prefix: prefix,
    "00000.gz": lambda prefix: f"{prefix}.gz",
    "sha1/00/00/00000.gz": lambda prefix: f"sha1/{prefix[:2]}/{prefix[2:4]}/{prefix}.gz".lower(),
    "00/00/00000.gz": lambda prefix: f"{prefix[:2]}/{prefix[2:4]}/{prefix}.gz".lower(),
    "sha1/00/00/00000.txt": lambda prefix: f"sha1/{prefix[:2]}/{prefix[2:4]}/{prefix}.txt".lower(),
}
RANGE = re.compile(rb"(?:[0-9A-Fa-f]{35}:[0-9]{1,19}" + _END + rb")+")
_OTHER_RANGE = re.compile(rb"(?:[0-9A-Fa-f]{27}:[0-9]{1,19}" + _END + rb")+")


def read_range(content: bytes, suffixes: Iterable[bytes]) -> tuple[dict[bytes, int], int]:
    """Counts above zero of the wanted suffixes in one range, and its number of lines. Raises Unusable.

    suffixes  35 upper-case hex digits each
    """
    content = content.strip(b"\r\n").upper()
    if not content:
        raise Unusable("empty_answer")
    if not RANGE.fullmatch(content):
        raise Unusable("other_hash" if _OTHER_RANGE.fullmatch(content) else "not_ranges")
    # All lines follow the pattern, so a suffix can only stand at the beginning of one.
    lines = content.split()
    margin = EDGE * _TOP // max(EDGE, len(lines))
    if int(min(lines)[:15], 16) > margin or _TOP - int(max(lines)[:15], 16) > margin:
        raise Unusable("truncated")
    counts = {}
    for suffix in suffixes:
        at = content.find(suffix)
        if at >= 0:
            stopped = content.find(b"\n", at)
            count = int(content[at + 36 : stopped if stopped >= 0 else len(content)])
            # Filled up with made-up lines of count 0.
            if count:
                counts[suffix] = count
    return counts, len(lines)


class _Folder:
    """A folder with a file for each prefix."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.layout, self._place = self._find_layout()

    def _find_layout(self) -> tuple[str, Callable[[str], str]]:
        # Digits alone do not tell upper from lower case.
        for probes in ([*(canary[:PREFIX] for canary in CANARIES), "FFFFF"], ["00000"]):
            for name, place in _LAYOUTS.items():
                for change in (str.upper, str.lower):
                    if any((self.path / place(change(prefix))).is_file() for prefix in probes):
                        return name, lambda prefix, place=place, change=change: place(change(prefix))
        with os.scandir(self.path) as entries:
            raise Unusable("no_ranges" if next(entries, None) else "empty")

    def read(self, prefix: str, suffixes: Iterable[bytes] = ()) -> tuple[dict[bytes, int], int, date | None]:
        """Counts, number of lines and day of one file. Raises Unusable; any fault of the file is one of its code."""
        try:
            handle, status = _open(self.path / self._place(prefix))
        except Unusable as error:
            raise Unusable("missing_ranges" if error.code == "missing" else "damaged_ranges") from None
        except OSError:
            raise Unusable("unreadable") from None
        try:
            with os.fdopen(handle, "rb") as stream:
                content = stream.read(MAX_RANGE + 1)
        except OSError:
            raise Unusable("unreadable") from None
        if content.startswith(b"\x1f\x8b"):
            content = _unpack(content)
        if len(content) > MAX_RANGE:
            raise Unusable("damaged_ranges")
        try:
            counts, lines = read_range(content, suffixes)
        except Unusable as error:
            raise Unusable("other_hash" if error.code == "other_hash" else "damaged_ranges") from None
        return counts, lines, _day(status)

    def validate(self) -> tuple[int, int, date | None]:
        """Known hashes found, estimate of all lines, oldest day. Raises Unusable."""
        found, lines = 0, 0
        days: list[date | None] = []
        for canary in CANARIES:
            counts, number, day = self.read(canary[:PREFIX], [canary[PREFIX:].encode()])
            found, lines = found + len(counts), lines + number
            days.append(day)
        return found, lines * PREFIXES // len(CANARIES), _oldest(days)


def _oldest(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day), default=None)


def _unpack(content: bytes) -> bytes:
    """Content of a gzip file of one part, at most one byte more than a range may have."""
    machine = zlib.decompressobj(wbits=31)
    try:
        text = machine.decompress(content, MAX_RANGE + 1)
    except zlib.error:
        raise Unusable("damaged_ranges") from None
    if not machine.eof and len(text) <= MAX_RANGE:
        raise Unusable("damaged_ranges")
    return text


def ask_folder(path: Path, hashes: Iterable[str]) -> Answer:
    """Ask a folder of prefix files. Each file stands for itself: a missing one leaves its hashes unanswered."""
    keys = distinct(hashes)
    answer = Answer({}, len(keys), 0, "folder")
    by_prefix: dict[str, list[bytes]] = {}
    for key in keys:
        by_prefix.setdefault(key[:PREFIX], []).append(key[PREFIX:].encode())
    days: list[date | None] = []
    reasons: set[str] = set()

    def read(prefix: str) -> tuple[str, dict[bytes, int], date | None, str | None]:
        try:
            counts, _, day = folder.read(prefix, by_prefix[prefix])
        except Unusable as error:
            return prefix, {}, None, error.code
        return prefix, counts, day, None

    try:
        folder = _Folder(path)
        found, answer.lines, day = folder.validate()
        days.append(day)
        if found < len(CANARIES):
            raise Unusable("no_canaries")
    except Unusable as error:
        answer.reason = error.code
        return answer
    except OSError:
        answer.reason = "unreadable"
        return answer
    with ThreadPoolExecutor(THREADS) as pool:
        for prefix, counts, seen_on, reason in pool.map(read, by_prefix):
            if reason is not None:
                reasons.add(reason)
                continue
            days.append(seen_on)
            answer.answered += len(by_prefix[prefix])
            answer.counts.update((prefix + suffix.decode(), count) for suffix, count in counts.items())
    answer.corpus_on = _oldest(days)
    answer.reason = min(reasons, default=None)
    return answer


def _look_at_folder(path: Path) -> Look:
    """Also a sample of prefixes, the first and the last one."""
    found = Look("folder")
    try:
        folder = _Folder(path)
        found.ends = folder.layout
        found.canaries, found.lines, found.corpus_on = folder.validate()
        if found.canaries < len(CANARIES):
            raise Unusable("no_canaries")
        dice = random.Random(0)  # noqa: S311 (no secret)
        numbers = sorted({0, PREFIXES - 1, *(dice.randrange(PREFIXES) for _ in range(PROBES - 2))})
        lines = 0
        for number in numbers:
            _, count, day = folder.read(f"{number:0{PREFIX}X}")
            lines += count
            found.corpus_on = _oldest((found.corpus_on, day))
            found.sorted_at += 1
        found.lines = lines * PREFIXES // len(numbers)
    except Unusable as error:
        found.reason = error.code
    except OSError:
        found.reason = "unreadable"
    return found
