"""The breach stage beside `keepassxc-cli analyze --hibp`: the same passwords, the same list, the same findings.

    python tests/benchmarks/bench_breach.py [--lines N] [--runs N] [--keep FOLDER]

The lists are made up: sorted hashes with counts in the form of the official download, the hashes of some passwords
among them. They are made once and kept (2.4 GB for 50 million lines). Ours is the stage alone: hash, validate, search.
The peer has to open the database as well, so what it takes with a list of one line is taken off its time.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import shutil
import string
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.sax.saxutils import escape

from auditgen.vaults.breaches.answer import CANARIES
from auditgen.vaults.breaches.ask import ask

PASSPHRASE = "bench"
CHUNK = 1_000_000
FOUND = 0.45


def sha1(word: str) -> str:
    return hashlib.sha1(word.encode(), usedforsecurity=False).hexdigest().upper()


def make_passwords(number: int) -> list[str]:
    """As in a vault: some used more than once, about half of the rest breached."""
    dice = random.Random(number)
    words = ["summer", "brand", "launch", "coffee", "studio", "river", "monday", "orange"]
    letters = string.ascii_letters + string.digits + "!#%+=?@_-"
    distinct = [
        f"{dice.choice(words).title()}{dice.choice(words)}{i}!"
        if dice.random() < 0.35
        else "".join(dice.choices(letters, k=dice.choice((12, 14, 16, 20)))) + f"{i}"
        for i in range(number * 88 // 100)
    ]
    return distinct + [dice.choice(distinct) for _ in range(number - len(distinct))]


def known_hashes() -> dict[str, int]:
    dice = random.Random(5)
    known = {canary: 1_000_000 + place for place, canary in enumerate(CANARIES)}
    for number in (1_000, 10_000):
        words = sorted(set(make_passwords(number)))
        for word in dice.sample(words, int(len(words) * FOUND)):
            known[sha1(word)] = int(dice.expovariate(1) * 10 ** dice.uniform(0, 6)) + 1
    return known


def write_list(path: Path, lines: int) -> None:
    """Sorted lines HASH:COUNT with CRLF, spread evenly, the known ones among them."""
    import numpy as np  # not in the process whose memory is measured

    known = sorted(known_hashes().items())
    tops = np.array([int(key[:16], 16) for key, _ in known], np.uint64)
    chunks = max(1, lines // CHUNK)
    dice = np.random.default_rng(7)
    digits = np.frombuffer(b"0123456789ABCDEF", np.uint8)
    edges = [2**64 * at // chunks for at in range(chunks + 1)]
    started = time.perf_counter()
    with path.with_suffix(".part").open("wb") as out:
        for at in range(chunks):
            low, high = edges[at], edges[at + 1] - 1
            inside = np.flatnonzero((tops >= low) & (tops <= high))
            number = lines * (at + 1) // chunks - lines * at // chunks - len(inside)
            raw = dice.integers(0, 256, (number + len(inside), 20), np.uint8)
            top = np.concatenate([dice.integers(low, high, number, np.uint64, endpoint=True), tops[inside]])
            count = np.minimum(dice.pareto(0.8, len(top)) + 1, 40_000_000).astype(np.int64)
            for row, place in enumerate(inside):
                raw[number + row] = np.frombuffer(bytes.fromhex(known[place][0]), np.uint8)
                count[number + row] = known[place][1]
            raw[:, :8] = top.astype(">u8").view(np.uint8).reshape(-1, 8)
            order = np.argsort(top, kind="stable")
            raw, count = raw[order], count[order]
            line = np.zeros((len(top), 51), np.uint8)
            line[:, 0:40:2] = digits[raw >> 4]
            line[:, 1:40:2] = digits[raw & 15]
            line[:, 40] = ord(":")
            for place in range(8):
                power = 10 ** (7 - place)
                line[:, 41 + place] = np.where(count >= power, 48 + count // power % 10, 0)
            line[:, 49], line[:, 50] = 13, 10
            out.write(line[line != 0].tobytes())
    path.with_suffix(".part").rename(path)
    print(
        f"made a list of {lines:,} lines, {path.stat().st_size / 1e9:.2f} GB, in {time.perf_counter() - started:.0f} s"
    )


def user_name(place: int) -> str:
    return f"user{place % 97}@shop{place % 400}.example"


def address(place: int) -> str:
    return f"https://www.shop{place % 400}.example/login"


def write_database(path: Path, words: list[str]) -> None:
    entries = "".join(
        f"<Entry><String><Key>Title</Key><Value>E{place}</Value></String>"
        f"<String><Key>UserName</Key><Value>{user_name(place)}</Value></String>"
        f"<String><Key>URL</Key><Value>{address(place)}</Value></String>"
        f"<String><Key>Password</Key><Value>{escape(word)}</Value></String></Entry>"
        for place, word in enumerate(words)
    )
    xml = path.with_suffix(".xml")
    xml.write_text(f"<KeePassFile><Meta/><Root><Group><Name>Root</Name>{entries}</Group></Root></KeePassFile>")
    subprocess.run(
        ["keepassxc-cli", "import", "-q", "--set-password", str(xml), str(path)],
        input=f"{PASSPHRASE}\n{PASSPHRASE}\n", text=True, check=True, capture_output=True,
    )  # fmt: skip
    xml.unlink()


def peer(database: Path, listed: Path) -> tuple[float, dict[str, int]]:
    """Seconds, and the title of each entry found with its count."""
    started = time.perf_counter()
    done = subprocess.run(
        ["keepassxc-cli", "analyze", "-q", "--hibp", str(listed), str(database)],
        input=f"{PASSPHRASE}\n", text=True, check=True, capture_output=True,
    )  # fmt: skip
    taken = time.perf_counter() - started
    found = re.findall(r"(E\d+)'? has been leaked (\d+) time", done.stdout)
    return taken, {title: int(count) for title, count in found}


def ours(words: list[str], listed: Path) -> tuple[float, dict[str, int]]:
    """Seconds of the stage, and the title of each entry found with its count."""
    started = time.perf_counter()
    hashes = {word: sha1(word) for word in set(words)}
    answer = ask(listed, hashes.values())
    taken = time.perf_counter() - started
    if not answer.complete:
        raise SystemExit(f"the list could not be used: {answer.reason}")
    return taken, {
        f"E{i}": answer.counts[hashes[word]] for i, word in enumerate(words) if hashes[word] in answer.counts
    }


def added_memory(words: list[str], listed: Path) -> list[float]:
    """MiB that the stage adds to a fresh process, and MiB of the whole process."""
    done = subprocess.run(
        [sys.executable, __file__, "--inside", str(listed)],
        input=json.dumps(words), text=True, check=True, capture_output=True,
    )  # fmt: skip
    return [float(part) for part in done.stdout.split()]


def peak() -> float:
    """MiB this process had at most. ru_maxrss would begin with what the parent had."""
    text = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+)", text)[0]) / 1024


def inside(listed: Path) -> None:
    words = json.load(sys.stdin)
    before = peak()
    ours(words, listed)
    print(peak() - before, peak())


def forget(listed: Path) -> None:
    """Ask the system to drop the file from memory."""
    handle = os.open(listed, os.O_RDONLY)
    os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(handle)


def warm(listed: Path) -> None:
    with listed.open("rb", buffering=0) as stream:
        buffer = bytearray(1 << 24)
        while stream.readinto(buffer):
            pass


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--lines", type=int, default=50_000_000)
    arguments.add_argument("--runs", type=int, default=3, help="the best of so many, of the peer one less")
    arguments.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "auditgen-bench-breach")
    arguments.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.inside:
        inside(chosen.inside)
        return
    if not shutil.which("keepassxc-cli"):
        print("left out: keepassxc-cli is not installed (Debian: apt install keepassxc)")
        return
    folder = chosen.keep
    folder.mkdir(exist_ok=True)
    large, small = folder / f"list-{chosen.lines}.txt", folder / f"list-{chosen.lines // 10}.txt"
    needed = chosen.lines * 52
    if not large.exists() and shutil.disk_usage(folder).free < 2 * needed:
        print(f"left out: {2 * needed / 1e9:.0f} GB must be free in {folder}")
        return
    for path, lines in ((large, chosen.lines), (small, chosen.lines // 10)):
        if not path.exists():
            write_list(path, lines)
    single = folder / "list-1.txt"
    single.write_text("0" * 40 + ":1\r\n")
    failed = False
    for entries, goal in ((1_000, 500), (10_000, 60)):
        words = make_passwords(entries)
        database = folder / f"{entries}.kdbx"
        if not database.exists():
            write_database(database, words)
        warm(large)
        opening = min(peer(database, single)[0] for _ in range(2))
        best, theirs = min((peer(database, large) for _ in range(max(1, chosen.runs - 1))), key=lambda run: run[0])
        runs = [ours(words, large) for _ in range(chosen.runs + 4)]
        mine = min(taken for taken, _ in runs)
        if runs[0][1] != theirs:
            failed = True
            print(f"DIFFERENT findings: ours {len(runs[0][1])}, keepassxc-cli {len(theirs)}")
        net = best - opening
        ratio = net / mine
        print(
            f"{entries:>6,} entries, {chosen.lines:,} lines: keepassxc-cli {best:.2f} s, {net:.2f} s without opening; "
            f"auditgen {mine * 1000:.1f} ms   ratio {ratio:,.0f} (goal at least {goal}); "
            f"{len(theirs):,} findings, counts {'the same' if runs[0][1] == theirs else 'DIFFERENT'}"
        )
        failed |= ratio < goal
    forget(large)
    cold, _ = ours(words, large)
    print(
        f"        10,000 entries, list not in memory: auditgen {cold * 1000:.0f} ms   ratio {net / cold:.0f} (goal 5)"
    )
    warm(large)
    warm(small)
    at_small = min(ours(words, small)[0] for _ in range(chosen.runs + 4))
    at_large = min(ours(words, large)[0] for _ in range(chosen.runs + 4))
    growth = at_large / at_small
    peer_small = peer(database, small)[0] - opening
    print(
        f"growth from {chosen.lines // 10:,} to {chosen.lines:,} lines: auditgen {at_small * 1000:.1f} → "
        f"{at_large * 1000:.1f} ms, x{growth:.2f} (goal at most 1.6); keepassxc-cli x{net / peer_small:.1f}"
    )
    memory, whole = added_memory(words, large)
    print(f"memory the stage adds: {memory:.1f} MiB (goal at most 64), whole process {whole:.0f} MiB")
    failed |= growth > 1.6 or memory > 64
    if failed:
        raise SystemExit("a goal was missed")


if __name__ == "__main__":
    main()
