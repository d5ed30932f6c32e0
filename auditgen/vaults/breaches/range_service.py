"""Whether passwords stand in the public list of breached ones, asked over the network by the first 5 of 40 hex digits.

Only used when the user said so. The service learns which prefixes were asked, each once and in no order; it pads its
answers so that their length tells nothing. Anything but a whole, well-formed answer leaves the hashes unanswered.

Errors of the network libraries name the address, which holds the prefix: none is raised on, chained or logged.
"""

from __future__ import annotations

import logging
import queue
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from auditgen import __version__
from auditgen.vaults.breaches.answer import REASONS, Answer, Unusable, distinct
from auditgen.vaults.breaches.range_folder import PREFIX, read_range

if TYPE_CHECKING:
    import requests

CONNECTIONS = 8
RETRIES = 2
# Seconds: to connect, between two pieces of an answer, for all answers together, and to wait when asked to slow down.
TIMEOUT = (5.0, 15.0)
DEADLINE = 240.0
PATIENCE = 10.0
MAX_ANSWER = 2 << 20
# So many prefixes without an answer, and the rest is not asked.
GIVE_UP = 5
_PIECE = 1 << 16
_BUSY = (429, 503)
_THREAD = "auditgen-ranges"


def ask_online(
    base_url: str,
    hashes: Iterable[str],
    *,
    connections: int = CONNECTIONS,
    retries: int = RETRIES,
    timeout: tuple[float, float] = TIMEOUT,
    deadline: float = DEADLINE,
    patience: float = PATIENCE,
    sleep: Callable[[float], object] = time.sleep,
) -> Answer:
    """Ask the ranges under `base_url`, such as RANGE_SERVICE. Hits found before a failure are kept.

    deadline  seconds after which what is still open stays unanswered
    patience  longest wait in seconds before a retry; asked to wait longer, the prefix is given up
    """
    keys = distinct(hashes)
    by_prefix: dict[str, list[bytes]] = {}
    for key in keys:
        by_prefix.setdefault(key[:PREFIX], []).append(key[PREFIX:].encode())
    answer = Answer({}, len(keys), 0, "online")
    if not by_prefix:
        return answer
    prefixes = list(by_prefix)
    random.SystemRandom().shuffle(prefixes)
    ranges = _Ranges(base_url.rstrip("/") + "/", retries, timeout, patience, sleep)
    _silence()
    reasons: dict[str, int] = {}
    for prefix, counts, reason in ranges.ask(prefixes, by_prefix, max(1, min(connections, CONNECTIONS)), deadline):
        if reason is not None:
            reasons[reason] = reasons.get(reason, 0) + 1
            continue
        answer.answered += len(by_prefix[prefix])
        answer.counts.update((prefix + suffix.decode(), count) for suffix, count in counts.items())
    if reasons:
        answer.reason = max(sorted(reasons), key=lambda reason: reasons[reason])
    elif answer.answered < answer.asked:
        answer.reason = "timeout" if ranges.late else "network"
    return answer


_Result = tuple[str, dict[bytes, int], str | None]


class _Ranges:
    def __init__(
        self,
        base_url: str,
        retries: int,
        timeout: tuple[float, float],
        patience: float,
        sleep: Callable[[float], object],
    ) -> None:
        self._base_url = base_url
        self._retries = retries
        self._timeout = timeout
        self._patience = patience
        self._sleep = sleep
        self._stopped = threading.Event()
        self.late = False

    def ask(
        self, prefixes: list[str], by_prefix: dict[str, list[bytes]], connections: int, deadline: float
    ) -> Iterator[_Result]:
        """One result for each prefix that was asked, until all are or the time is over or too many failed."""
        open_: queue.SimpleQueue[str] = queue.SimpleQueue()
        for prefix in prefixes:
            open_.put(prefix)
        done: queue.SimpleQueue[_Result | None] = queue.SimpleQueue()

        def work() -> None:
            try:
                with _session() as session:
                    while not self._stopped.is_set():
                        try:
                            prefix = open_.get_nowait()
                        except queue.Empty:
                            return
                        done.put(self._one(session, prefix, by_prefix[prefix]))
            except Exception:  # noqa: S110 (its text may hold an address; the prefix stays unanswered)
                pass
            finally:
                done.put(None)

        # Daemons: a server that trickles must not keep the program from ending.
        workers = min(connections, len(prefixes))
        for _ in range(workers):
            threading.Thread(target=work, name=_THREAD, daemon=True).start()
        end = time.monotonic() + deadline
        failed = 0
        try:
            while workers:
                try:
                    result = done.get(timeout=max(0.0, end - time.monotonic()))
                except queue.Empty:
                    self.late = True
                    return
                if result is None:
                    workers -= 1
                    continue
                failed += result[2] is not None
                if failed >= GIVE_UP:
                    self._stopped.set()
                yield result
        finally:
            self._stopped.set()

    def _one(self, session: requests.Session, prefix: str, suffixes: list[bytes]) -> _Result:
        reason = "network"
        for attempt in range(self._retries + 1):
            wait = 0.5 * 2**attempt
            try:
                reason, asked_wait, content = self._get(session, prefix)
                if not reason:
                    return prefix, read_range(content, suffixes)[0], None
                if not _worth_again(reason):
                    break
                wait = wait if asked_wait is None else asked_wait
            except Unusable as error:
                # Cut short, or an error page with status 200: the same again is likely.
                reason = "not_ranges" if error.code in ("other_hash", "truncated") else error.code
                break
            if attempt == self._retries or wait > self._patience or self._stopped.is_set():
                break
            self._sleep(wait)
        return prefix, {}, reason

    def _get(self, session: requests.Session, prefix: str) -> tuple[str, float | None, bytes]:
        """Reason or "", seconds the server asks to wait, body. Raises nothing."""
        import requests

        try:
            with session.get(
                self._base_url + prefix, timeout=self._timeout, allow_redirects=False, stream=True
            ) as response:
                if response.status_code != 200:
                    code = f"status_{response.status_code}"
                    return code if code in REASONS else "status_other", _retry_after(response), b""
                content = bytearray()
                for piece in response.iter_content(_PIECE):
                    content += piece
                    if len(content) > MAX_ANSWER:
                        return "too_large", None, b""
                return "", None, bytes(content)
        except requests.Timeout:
            return "timeout", None, b""
        except Exception:  # also those of urllib3 and of a malformed address
            return "network", None, b""


def _worth_again(reason: str) -> bool:
    return reason in ("network", "timeout", *(f"status_{status}" for status in _BUSY))


def _retry_after(response: requests.Response) -> float | None:
    """Seconds of the header, given as a number or a date."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def _session() -> requests.Session:
    import requests

    session = requests.Session()
    # The API wants a name; no encoding, so that a small answer cannot unpack to a large one.
    session.headers.update(
        {
            "User-Agent": f"auditgen/{__version__}",
            "Add-Padding": "true",
            "Accept": "text/plain",
            "Accept-Encoding": "identity",
        }
    )
    # Proxies of the environment are used; a password of .netrc is not sent.
    session.auth = lambda request: request
    return session


class _NoPrefixes(logging.Filter):
    """urllib3 logs the path of each request, and so the prefix."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.threadName != _THREAD


_NO_PREFIXES = _NoPrefixes()


def _silence() -> None:
    """For good, since a thread may outlive the deadline; it only concerns the threads of this module."""
    for name in ("urllib3.connectionpool", "urllib3.util.retry", "requests"):
        # Added once, however often it is called.
        logging.getLogger(name).addFilter(_NO_PREFIXES)
