"""A list of breached passwords as a folder with one file for each prefix of five hex digits, packed or not."""

from __future__ import annotations

import os
import random
import re
import zlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
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

# A range holds about 2,000 lines of 40 bytes today.
MAX_RANGE = 4 << 20
PREFIX, PREFIXES = 5, 16**5
# Layouts of a folder: the official downloader's, that of hibp-downloader with its data folder or the one inside.
_LAYOUTS: dict[str, Callable[[str], str]] = {
    "00000.txt": lambda prefix: f"{prefix}.txt",
    "00000": lambda prefix: prefix,
    "00000.gz": lambda prefix: f"{prefix}.gz",
    "sha1/00/00/00000.gz": lambda prefix: f"sha1/{prefix[:2]}/{prefix[2:4]}/{prefix}.gz".lower(),
    "00/00/00000.gz": lambda prefix: f"{prefix[:2]}/{prefix[2:4]}/{prefix}.gz".lower(),
    "sha1/00/00/00000.txt": lambda prefix: f"sha1/{prefix[:2]}/{prefix[2:4]}/{prefix}.txt".lower(),
}
RANGE = re.compile(rb"(?:[0-9A-Fa-f]{35}:[0-9]{1,19}" + END + rb")+")
_OTHER_RANGE = re.compile(rb"(?:[0-9A-Fa-f]{27}:[0-9]{1,19}" + END + rb")+")


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
    margin = EDGE * TOP // max(EDGE, len(lines))
    if int(min(lines)[:15], 16) > margin or TOP - int(max(lines)[:15], 16) > margin:
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
            handle, status = open_plain(self.path / self._place(prefix))
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
        return counts, lines, day_of(status)

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
    answer.list_on = _oldest(days)
    answer.reason = min(reasons, default=None)
    return answer


def look_at_folder(path: Path) -> Look:
    """Also a sample of prefixes, the first and the last one."""
    found = Look("folder")
    try:
        folder = _Folder(path)
        found.ends = folder.layout
        found.canaries, found.lines, found.list_on = folder.validate()
        if found.canaries < len(CANARIES):
            raise Unusable("no_canaries")
        dice = random.Random(0)  # noqa: S311 (no secret)
        numbers = sorted({0, PREFIXES - 1, *(dice.randrange(PREFIXES) for _ in range(PROBES - 2))})
        lines = 0
        for number in numbers:
            _, count, day = folder.read(f"{number:0{PREFIX}X}")
            lines += count
            found.list_on = _oldest((found.list_on, day))
            found.sorted_at += 1
        found.lines = lines * PREFIXES // len(numbers)
    except Unusable as error:
        found.reason = error.code
    except OSError:
        found.reason = "unreadable"
    return found
