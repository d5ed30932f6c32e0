"""Lists of breached passwords: exact answers from good ones, a reason and no "not found" from all others."""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
import os
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from auditgen.cli import cli
from auditgen.vaults.breaches import answer as answers
from auditgen.vaults.breaches import range_folder, sorted_file
from auditgen.vaults.breaches.answer import CANARIES, REASONS, Unusable, says
from auditgen.vaults.breaches.ask import ask, look
from auditgen.vaults.breaches.range_folder import ask_folder
from auditgen.vaults.breaches.range_service import ask_online
from auditgen.vaults.breaches.sorted_file import LINE, SortedFile, ask_file

pytestmark = pytest.mark.slow

WRITTEN = date(2026, 3, 14)


def sha1(word: object) -> str:
    return hashlib.sha1(str(word).encode(), usedforsecurity=False).hexdigest().upper()


def make(number: int, seed: int = 1, counts: tuple[int, ...] = (1, 7, 12_345, 2**40)) -> dict[str, int]:
    """A list as it should be: spread evenly, with the known hashes."""
    dice = random.Random(seed)
    return {sha1(f"{seed}-{at}"): dice.choice(counts) for at in range(number)} | dict.fromkeys(CANARIES, 99)


def text_of(held: dict[str, int], end: str = "\r\n", *, lower: bool = False, last: bool = True) -> bytes:
    lines = [f"{key.lower() if lower else key}:{count}" for key, count in sorted(held.items())]
    return (end.join(lines) + (end if last else "")).encode()


def dated(path: Path, day: date = WRITTEN) -> None:
    noon = datetime(day.year, day.month, day.day, 12).timestamp()
    os.utime(path, (noon, noon))


def put(folder: Path, content: bytes) -> Path:
    path = folder / "list.txt"
    path.write_bytes(content)
    dated(path)
    return path


# -- one sorted file ---------------------------------------------------------------------------------------------------


@given(
    st.integers(0, 1_500),
    st.integers(0, 2**32),
    st.sampled_from([2 * LINE, 2 * LINE + 1, 333, 1_024, 4_096]),
    st.sampled_from(["\r\n", "\n"]),
    st.booleans(),
    st.booleans(),
)
@settings(max_examples=60)
def test_answers_are_those_of_a_linear_scan(
    tmp_path_factory: pytest.TempPathFactory, number: int, seed: int, block: int, end: str, lower: bool, last: bool
) -> None:
    held = make(number, seed, (0, 1, 55, 10**18))
    path = put(tmp_path_factory.mktemp("c"), text_of(held, end, lower=lower, last=last))
    asked = [*held, *(sha1(f"absent {at}") for at in range(200)), "0" * 40, "F" * 40, min(held), max(held)]
    answer = ask_file(path, asked, block=block)
    scanned = dict(line.split(":") for line in path.read_text().upper().split())
    assert answer.reason is None and answer.complete
    assert answer.counts == {key: int(scanned[key]) for key in set(asked) if int(scanned.get(key, 0)) > 0}
    assert answer.asked == answer.answered == len(set(asked))
    assert answer.method == "file" and answer.list_on == WRITTEN


@pytest.mark.parametrize("shape", ["steps", "two heaps", "one heap", "growing"])
@pytest.mark.parametrize("block", [128, 4_096])
def test_search_ends_and_is_exact_however_the_hashes_lie(tmp_path: Path, shape: str, block: int) -> None:
    values = {
        "steps": [at**9 for at in range(1, 4_000)],
        "two heaps": [*range(1, 2_000), *range(16**40 - 2_000, 16**40)],
        "one heap": [16**39 + at for at in range(4_000)],
        "growing": [2**at + extra for at in range(12, 159) for extra in range(20)],
    }[shape]
    held = {f"{value:040X}": at % 5 + 1 for at, value in enumerate(values)}
    path = put(tmp_path, text_of(held))
    asked = sorted({*held, *(f"{value + 1:040X}" for value in values[::7] if value < 16**40 - 1)})
    reads = 0
    original = os.pread

    def counted(*arguments: int) -> bytes:
        nonlocal reads
        reads += 1
        return original(*arguments)

    with SortedFile(path, block) as opened, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorted_file, "COLD", 1e9)
        patch.setattr(os, "pread", counted)
        counts = opened.search(asked)
    assert counts == {key: held[key] for key in asked if key in held}
    assert reads <= len(asked) * (sorted_file.GUESSES + 20)


def test_hashes_may_be_asked_in_any_order_case_and_number(tmp_path: Path) -> None:
    held = make(300)
    path = put(tmp_path, text_of(held))
    some = next(iter(held))
    answer = ask(path, [some, some.lower(), CANARIES[1], sha1("absent")])
    assert answer.counts == {some: held[some], CANARIES[1]: 99}
    assert (answer.asked, answer.answered) == (3, 3)
    assert ask(path, []).complete


def test_many_reads_at_once_find_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = make(20_000)
    path = put(tmp_path, text_of(held))
    asked = [*list(held)[::3], *(sha1(f"absent {at}") for at in range(500))]
    monkeypatch.setattr(sorted_file, "COLD", 0.0)
    assert ask_file(path, asked).counts == {key: held[key] for key in asked if key in held}


def test_an_answer_shows_no_hash(tmp_path: Path) -> None:
    answer = ask(put(tmp_path, text_of(make(50))), CANARIES)
    assert len(answer.counts) == 2
    assert not any(canary[:5] in repr(answer) for canary in CANARIES)


def test_what_is_no_hash_is_not_asked_and_not_quoted(tmp_path: Path) -> None:
    path = put(tmp_path, text_of(make(50)))
    for wrong in ("hunter2", CANARIES[0][:-1], CANARIES[0] + "0", "G" * 40):
        with pytest.raises(ValueError, match="40 hex") as caught:
            ask(path, [wrong])
        assert wrong not in str(caught.value)


def test_a_generated_list_may_begin_with_a_blank_line(tmp_path: Path) -> None:
    """hibp-downloader writes one."""
    held = make(500)
    answer = ask(put(tmp_path, b"\n" + text_of(held, "\n", last=False)), held)
    assert answer.counts == held


def by_count(held: dict[str, int]) -> bytes:
    ordered = sorted(held.items(), key=lambda item: -item[1])
    return "".join(f"{key}:{count}\r\n" for key, count in ordered).encode()


def shuffled(held: dict[str, int]) -> bytes:
    lines = text_of(held).splitlines(keepends=True)
    random.Random(2).shuffle(lines)
    return b"".join(lines)


GOOD = make(3_000)
TEXT = text_of(GOOD)
BAD: dict[str, tuple[str, bytes]] = {
    "empty": ("empty", b""),
    "only line ends": ("empty", b"\r\n\r\n"),
    "7z": ("archive", b"7z\xbc\xaf\x27\x1c" + bytes(500)),
    "zip": ("archive", b"PK\x03\x04" + bytes(500)),
    "gzip": ("archive", gzip.compress(TEXT)),
    "HTML": ("web_page", b"\r\n<!DOCTYPE html><html><body>Download</body></html>"),
    "prose": ("not_text", b"Please agree to the terms first.\n"),
    "binary": ("not_text", bytes(range(256)) * 40),
    "short hex": ("not_text", b"ABCDEF:3\r\n" * 90),
    "NTLM": ("other_hash", b"".join(sorted(b"%b:3\r\n" % sha1(at)[:32].encode() for at in range(200)))),
    "SHA-256": ("other_hash", b"%b:1\n" % (b"A" * 64)),
    "no counts": ("no_counts", b"".join(line[:40] + b"\r\n" for line in TEXT.split())),
    "one range": ("one_range", b"".join(line[5:] + b"\r\n" for line in TEXT.split())),
    "by count": ("by_count", by_count(GOOD)),
    "unsorted": ("not_sorted", shuffled(make(3_000, counts=(3,)))),
    "sorted backwards": ("not_sorted", b"".join(TEXT.splitlines(keepends=True)[::-1])),
    "two lists in a row": ("not_sorted", TEXT + text_of(make(3_000, 2))),
    "cut in the last hash": ("truncated", TEXT[:-30]),
    "cut after the last hash": ("truncated", TEXT.rstrip()[: TEXT.rstrip().rfind(b":")]),
    "stopped early": ("truncated", b"".join(TEXT.splitlines(keepends=True)[:2_900])),
    "begun late": ("truncated", b"".join(TEXT.splitlines(keepends=True)[100:])),
    "no known hashes": ("no_canaries", text_of({k: v for k, v in GOOD.items() if k not in CANARIES})),
    "one known hash": ("no_canaries", text_of({k: v for k, v in GOOD.items() if k != CANARIES[0]})),
    "prose within": ("damaged", TEXT[: len(TEXT) // 2] + b"\r\n<html>error</html>\r\n" * 400 + TEXT[len(TEXT) // 2 :]),
    "prose at the end": ("damaged", TEXT + b"curl: (56) failure\n"),
    "blank lines within": ("damaged", TEXT.replace(b"\r\n", b"\r\n\r\n")),
    "no line ends": ("not_text", b"A" * 10_000),
    "negative counts": ("not_text", TEXT.replace(b":", b":-")),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_not_such_a_list_answers_with_a_reason_and_nothing_else(tmp_path: Path, name: str) -> None:
    reason, content = BAD[name]
    path = put(tmp_path, content)
    for block in (128, 4_096):
        answer = ask_file(path, [*CANARIES, *list(GOOD)[:50]], block=block)
        assert (answer.reason, answer.counts, answer.answered) == (reason, {}, 0)
        assert answer.asked == 52 and not answer.complete
    assert look(path).reason == reason
    assert says(reason) == REASONS[reason]


def test_disorder_between_the_places_looked_at_is_met_by_the_search(tmp_path: Path) -> None:
    lines = text_of(make(60_000)).splitlines(keepends=True)
    middle = len(lines) // 2
    broken = [*lines[:middle], *reversed(lines[middle : middle + 400]), *lines[middle + 400 :]]
    path = put(tmp_path, b"".join(broken))
    answer = ask(path, [line[:40].decode() for line in lines[middle : middle + 400]])
    assert answer.reason == "not_sorted" and answer.counts == {}


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    assert ask(tmp_path / "nowhere.txt", CANARIES).reason == "missing"
    assert ask(tmp_path / "a\0b", CANARIES).reason == "missing"
    path = put(tmp_path, TEXT)
    assert ask(path / "inside", CANARIES).reason == "missing"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert ask(pipe, CANARIES).reason == "unreadable"
    if os.geteuid():
        path.chmod(0)
        assert ask(path, CANARIES).reason == "unreadable"


def test_a_disk_that_fails_is_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, TEXT)

    def fails(*_: object) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "pread", fails)
    answer = ask(path, CANARIES)
    assert (answer.reason, answer.counts, answer.answered) == ("unreadable", {}, 0)


def test_a_list_that_is_still_being_written_is_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, TEXT)
    search = SortedFile.search

    def meanwhile(self: SortedFile, keys: Any) -> dict[str, int]:
        with path.open("ab") as stream:
            stream.write(b"more")
        return search(self, keys)

    monkeypatch.setattr(SortedFile, "search", meanwhile)
    answer = ask(path, CANARIES)
    assert (answer.reason, answer.counts) == ("changed", {})


def test_a_block_holds_a_line(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="128"):
        ask_file(put(tmp_path, TEXT), CANARIES, block=100)


# -- a folder of prefixes ----------------------------------------------------------------------------------------------


def range_of(prefix: str, held: dict[str, int], fill: int = 700, end: str = "\r\n") -> bytes:
    """One range as the service gives it, without a line end at the end."""
    lines = {f"{sha1(f'{prefix} {at}')[:35]}": 1 + at % 9 for at in range(fill)}
    lines |= {key[5:]: count for key, count in held.items() if key.startswith(prefix)}
    return end.join(f"{suffix}:{count}" for suffix, count in sorted(lines.items())).encode()


HELD = {sha1(f"word {at}"): at % 4 * 3 for at in range(40)} | dict.fromkeys(CANARIES, 99)
ASKED = [*HELD, *(sha1(f"word {at}")[:5] + sha1(f"other {at}")[5:] for at in range(40))]
PREFIXES = sorted({key[:5] for key in ASKED} | {"00000", "FFFFF"})
LAYOUTS: dict[str, Callable[[str], str]] = {
    "official": lambda p: f"{p}.txt",
    "without ending": lambda p: p,
    "lower case": lambda p: f"{p.lower()}.txt",
    "hibp-downloader": lambda p: f"sha1/{p[:2]}/{p[2:4]}/{p}.gz".lower(),
    "inside hibp-downloader": lambda p: f"{p[:2]}/{p[2:4]}/{p}.gz".lower(),
}


def put_folder(folder: Path, layout: str = "official", end: str = "\r\n") -> Path:
    for prefix in PREFIXES:
        path = folder / LAYOUTS[layout](prefix)
        path.parent.mkdir(parents=True, exist_ok=True)
        content = range_of(prefix, HELD, end=end)
        path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
        dated(path, WRITTEN)
    return folder


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_every_layout_of_a_folder_is_read(tmp_path: Path, layout: str, end: str) -> None:
    folder = put_folder(tmp_path, layout, end)
    newer = folder / LAYOUTS[layout](PREFIXES[0])
    dated(newer, WRITTEN + timedelta(days=9))
    answer = ask(folder, ASKED)
    assert answer.counts == {key: count for key, count in HELD.items() if count}
    assert answer.complete and answer.method == "folder" and answer.list_on == WRITTEN


def test_a_missing_prefix_leaves_only_its_hashes_open(tmp_path: Path) -> None:
    folder = put_folder(tmp_path)
    gone = next(key for key, count in HELD.items() if count and key not in CANARIES)
    (folder / f"{gone[:5]}.txt").unlink()
    answer = ask_folder(folder, ASKED)
    assert answer.reason == "missing_ranges" and not answer.complete
    assert gone not in answer.counts and set(CANARIES) <= set(answer.counts)
    assert answer.answered == answer.asked - sum(key[:5] == gone[:5] for key in set(ASKED))


WHOLE = range_of("ABCDE", {})
BAD_RANGES: dict[str, bytes] = {
    "empty": b"",
    "HTML": b"<html>503</html>",
    "cut in a line": WHOLE[:-20],
    "cut between lines": b"\r\n".join(WHOLE.split()[:500]),
    "NTLM": b"\r\n".join(line[8:] for line in WHOLE.split()),
    "packed and cut": gzip.compress(WHOLE)[:-9],
    "packed and changed": gzip.compress(WHOLE)[:-6] + b"\0" * 6,
    "bomb": gzip.compress(b"\n" * 50_000_000),
    "far too large": WHOLE * 200,
}


@pytest.mark.parametrize("name", BAD_RANGES)
def test_a_damaged_prefix_file_is_no_answer(tmp_path: Path, name: str) -> None:
    folder = put_folder(tmp_path)
    chosen = next(key for key, count in HELD.items() if count and key not in CANARIES)
    (folder / f"{chosen[:5]}.txt").write_bytes(BAD_RANGES[name])
    answer = ask_folder(folder, ASKED)
    assert answer.reason == ("other_hash" if name == "NTLM" else "damaged_ranges")
    assert chosen not in answer.counts and set(CANARIES) <= set(answer.counts)
    assert answer.answered < answer.asked


def test_a_folder_that_is_no_list(tmp_path: Path) -> None:
    assert ask(tmp_path, CANARIES).reason == "empty"
    (tmp_path / "readme.txt").write_text("nothing")
    assert ask(tmp_path, CANARIES).reason == "no_ranges"
    folder = put_folder(tmp_path / "some")
    (folder / f"{CANARIES[0][:5]}.txt").write_bytes(range_of(CANARIES[0][:5], {}))
    assert ask(folder, ASKED).reason == "no_canaries"
    (folder / f"{CANARIES[0][:5]}.txt").unlink()
    answer = ask(folder, ASKED)
    assert (answer.reason, answer.counts, answer.answered) == ("missing_ranges", {}, 0)


def test_a_pipe_in_the_place_of_a_prefix_is_not_waited_for(tmp_path: Path) -> None:
    folder = put_folder(tmp_path)
    chosen = next(key for key in HELD if key not in CANARIES)
    (folder / f"{chosen[:5]}.txt").unlink()
    os.mkfifo(folder / f"{chosen[:5]}.txt")
    assert ask(folder, [chosen]).reason == "damaged_ranges"


# -- the command -------------------------------------------------------------------------------------------------------


def check(path: Path, *words: str) -> Any:
    return CliRunner().invoke(cli, ["breach-list", "check", str(path), *words])


def test_the_command_says_what_a_good_list_is(tmp_path: Path) -> None:
    path = put(tmp_path, TEXT)
    done = check(path)
    assert done.exit_code == 0
    for words in ("can be used", "sorted by hash", "CRLF", "2026-03-14", "64 places", "2 of 2 known"):
        assert words in done.stdout
    told = json.loads(check(path, "--json").stdout)
    assert told["usable"] and told["kind"] == "file" and told["bytes"] == len(TEXT) and told["date"] == "2026-03-14"
    assert abs(told["lines"] - len(GOOD)) < 0.1 * len(GOOD)


def test_the_command_says_what_a_good_folder_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = put_folder(tmp_path)
    assert check(folder).exit_code == 2
    monkeypatch.setattr(range_folder, "PROBES", 2)
    done = check(folder)
    assert done.exit_code == 0
    assert "each prefix" in done.stdout and "00000.txt" in done.stdout and "2 prefixes whole" in done.stdout


@pytest.mark.parametrize("name", ["by count", "NTLM", "7z", "empty", "stopped early"])
def test_the_command_says_in_one_sentence_what_is_wrong(tmp_path: Path, name: str) -> None:
    reason, content = BAD[name]
    path = put(tmp_path, content)
    done = check(path)
    assert done.exit_code == 2 and done.stdout == ""
    assert done.stderr == f"{path} {says(reason)}\n"
    told = json.loads(check(path, "--json").stdout)
    assert told["reason"] == reason and not told["usable"]


def test_every_reason_is_a_sentence() -> None:
    for code, sentence in REASONS.items():
        assert code.replace("_", "").isalnum() and sentence.endswith("."), code
    assert says("something new") == "could not be used."
    assert Unusable("empty").code == "empty"


# -- the range service -------------------------------------------------------------------------------------------------


class Service:
    """A range service on this machine. `answer` gives status, headers and body for a prefix."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.answer: Callable[[str], tuple[int, dict[str, str], bytes]] = lambda prefix: (
            200,
            {},
            range_of(prefix, HELD),
        )
        self.at_once = self.most = 0
        self.pause = 0.0
        lock = threading.Lock()
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                with lock:
                    service.seen.append((self.path, {key.lower(): value for key, value in self.headers.items()}))
                    service.at_once += 1
                    service.most = max(service.most, service.at_once)
                time.sleep(service.pause)
                status, headers, body = service.answer(self.path.rpartition("/")[2])
                with lock:
                    service.at_once -= 1
                self.send_response(status)
                for key, value in ({"Content-Length": str(len(body))} | headers).items():
                    if value:
                        self.send_header(key, value)
                self.end_headers()
                self.wfile.write(body)
                if headers.get("Content-Length") is not None:
                    self.close_connection = True

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        # A client that hangs up is what some tests are about.
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.url = f"http://127.0.0.1:{self.server.server_port}/range/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    running = Service()
    yield running
    running.server.shutdown()
    running.server.server_close()


def ask_service(service: Service, hashes: list[str] = ASKED, **options: Any) -> answers.Answer:
    return ask_online(service.url, hashes, sleep=lambda seconds: None, **options)


def test_the_service_is_asked_for_each_prefix_once_and_pads_its_answers(service: Service) -> None:
    answer = ask_service(service, ASKED * 2)
    # A made-up line for padding has count 0 and is no hit.
    assert answer.counts == {key: count for key, count in HELD.items() if count}
    assert answer.complete and answer.method == "online" and answer.list_on is None
    paths = [path for path, _ in service.seen]
    wanted = sorted({f"/range/{key[:5]}" for key in ASKED})
    assert sorted(paths) == wanted and paths != wanted
    for _, headers in service.seen:
        assert headers["add-padding"] == "true" and headers["user-agent"].startswith("auditgen/")
        assert "authorization" not in headers and "cookie" not in headers


def test_no_more_than_eight_connections(service: Service) -> None:
    service.pause = 0.02
    assert ask_service(service, connections=50).complete
    assert 1 < service.most <= 8


def test_nothing_to_ask_asks_nothing(service: Service) -> None:
    assert ask_service(service, []).complete
    assert service.seen == []


FAILURES: dict[str, tuple[str, int, dict[str, str], bytes]] = {
    "503": ("status_503", 503, {}, b"busy"),
    "429": ("status_429", 429, {"Retry-After": "2"}, b""),
    "429 for long": ("status_429", 429, {"Retry-After": "86400"}, b""),
    "403": ("status_403", 403, {}, b"no user agent"),
    "404": ("status_other", 404, {}, b""),
    "500": ("status_other", 500, {}, b""),
    "204": ("status_other", 204, {}, b""),
    "redirect": ("status_other", 302, {"Location": "http://127.0.0.1:1/"}, b""),
    "HTML": ("not_ranges", 200, {"Content-Type": "text/html"}, b"<html>Please log in to the network</html>"),
    "JSON": ("not_ranges", 200, {}, b'{"error": 1}'),
    "NTLM": ("not_ranges", 200, {}, BAD_RANGES["NTLM"]),
    "empty": ("empty_answer", 200, {}, b""),
    "line ends": ("empty_answer", 200, {}, b"\r\n\r\n"),
    "cut in a line": ("not_ranges", 200, {}, BAD_RANGES["cut in a line"]),
    "cut between lines": ("not_ranges", 200, {}, BAD_RANGES["cut between lines"]),
    "shorter than promised": ("network", 200, {"Content-Length": "90000"}, WHOLE),
    "malformed line": ("not_ranges", 200, {}, WHOLE + b"\r\nXYZ"),
    "whole hashes": ("not_ranges", 200, {}, TEXT),
    "not packed as told": ("network", 200, {"Content-Encoding": "gzip"}, WHOLE),
    "endless": ("too_large", 200, {}, WHOLE * 200),
}


@pytest.mark.parametrize("name", FAILURES)
def test_any_failure_is_incomplete_and_never_not_found(
    service: Service, name: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    reason, *reply = FAILURES[name]
    service.answer = lambda prefix: (reply[0], reply[1], reply[2])  # type: ignore[return-value]
    answer = ask_service(service)
    assert (answer.reason, answer.counts, answer.answered) == (reason, {}, 0)
    assert answer.asked == len(set(ASKED)) and not answer.complete
    told = caplog.text + "".join(capfd.readouterr()) + repr(answer)
    assert not any(prefix in told.upper() for prefix in PREFIXES[1:-1])
    # The rest is not asked once so many have failed.
    assert len(service.seen) < 3 * len(PREFIXES)


def test_a_hit_before_a_failure_is_a_hit(service: Service) -> None:
    failing = CANARIES[0][:5]
    good = service.answer
    service.answer = lambda prefix: (503, {}, b"") if prefix == failing else good(prefix)
    answer = ask_service(service)
    assert answer.reason == "status_503" and not answer.complete
    assert CANARIES[1] in answer.counts and CANARIES[0] not in answer.counts
    assert answer.answered == answer.asked - sum(key.startswith(failing) for key in set(ASKED))


@pytest.mark.parametrize("status", [429, 503])
def test_the_service_may_ask_to_wait(service: Service, status: int) -> None:
    first = {CANARIES[0][:5]}
    good = service.answer

    def once(prefix: str) -> tuple[int, dict[str, str], bytes]:
        if prefix in first:
            first.remove(prefix)
            return status, {"Retry-After": "3"}, b""
        return good(prefix)

    service.answer = once
    waited: list[float] = []
    answer = ask_online(service.url, ASKED, sleep=waited.append)
    assert answer.complete and waited == [3.0]


def test_a_wait_may_be_given_as_a_date_and_is_bounded(service: Service) -> None:
    when = format_datetime(datetime.now(UTC) + timedelta(seconds=6), usegmt=True)
    service.answer = lambda prefix: (429, {"Retry-After": when}, b"")
    waited: list[float] = []
    assert ask_online(service.url, [CANARIES[0]], sleep=waited.append).reason == "status_429"
    assert len(waited) == 2 and all(0 <= seconds <= 6 for seconds in waited)
    service.answer = lambda prefix: (429, {"Retry-After": "11"}, b"")
    service.seen.clear()
    assert ask_online(service.url, [CANARIES[0]], sleep=waited.append).reason == "status_429"
    assert len(service.seen) == 1 and len(waited) == 2


def test_a_connection_that_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    answer = ask_online(f"http://127.0.0.1:{port}/range", ASKED, sleep=lambda seconds: None)
    assert (answer.reason, answer.counts, answer.answered) == ("network", {}, 0)


@pytest.mark.parametrize("address", ["", "not an address", "ftp://127.0.0.1/", "http://[::1", "http://\udcff/"])
def test_an_address_that_is_none(address: str) -> None:
    assert ask_online(address, [CANARIES[0]], sleep=lambda seconds: None).reason == "network"


def test_a_service_that_is_slow_is_not_waited_for(service: Service) -> None:
    service.pause = 1.5
    answer = ask_service(service, [CANARIES[0]], timeout=(5, 0.05), retries=1)
    assert answer.reason == "timeout" and len(service.seen) == 2
    answer = ask_service(service, deadline=0.05)
    assert answer.reason == "timeout" and not answer.complete


def test_what_the_service_sees_is_no_more_than_five_digits(service: Service) -> None:
    ask_service(service)
    assert all(len(path) == len("/range/") + 5 for path, _ in service.seen)
    sent = json.dumps(service.seen)
    assert not any(key[:6] in sent for key in ASKED)
