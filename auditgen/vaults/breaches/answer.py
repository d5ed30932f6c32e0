"""Whether passwords stand in a list of breached ones that lies on this machine; nothing leaves it.

Two shapes are read as they were downloaded: one text file sorted by hash (`sorted_file`), and a folder with one
file for each prefix of five hex digits (`range_folder`). A list that is not what it should be answers with a reason
and never with "not found".
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

PROBES = 64
# The list of any year holds these: SHA-1 of "123456" and of "password".
CANARIES = ("7C4A8D09CA3762AF61E59520943DC26494F8941B", "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8")
# Hashes are spread evenly. In a list of n, none of the first or last EDGE/n of all hashes has a chance of e^-EDGE.
EDGE = 32
THREADS = 8
TOP = 16**15
END = rb"(?:\r?\n|\Z)"
_SHA1 = re.compile(r"[0-9A-F]{40}")

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
    list_on  day of the list: when its file was last changed, the oldest one of a folder; None online
    lines      estimate of the hashes in the whole list
    """

    counts: dict[str, int] = field(repr=False)
    asked: int
    answered: int
    method: str
    reason: str | None = None
    list_on: date | None = None
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
    list_on: date | None = None
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


def day_of(status: os.stat_result) -> date | None:
    try:
        return date.fromtimestamp(status.st_mtime)
    except (ValueError, OverflowError, OSError):  # a clock far off
        return None


def open_plain(path: Path) -> tuple[int, os.stat_result]:
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
