"""Near-copies among many passwords: ours beside rapidfuzz comparing every pair on one core.

    python tests/benchmarks/bench_near_copies.py [--words N ...] [--runs N]

One run compares 100,000 passwords and 10,000. The peer's pairs are the truth that recall and extra pairs are counted by. It compares each pair once, in slices of
rows, and is told that more than two edits need not be counted.
"""

from __future__ import annotations

import argparse
import random
import re
import string
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from auditgen.vaults.passwords.near_copies import families
from auditgen.vaults.passwords.near_pairs import near_pairs

SLICE = 500
HUMAN = 0.35
WORDS = [
    "summer", "winter", "autumn", "spring", "coffee", "monday", "orange", "silver",
    "dragon", "flower", "forest", "bridge", "garden", "castle", "window", "shadow",
    "marketing", "instagram", "campaign", "studio", "launch", "brand", "social", "content",
    "creative", "agency", "travel", "summit", "berlin", "london", "paris",
]  # fmt: skip
FACES = str.maketrans("aeios", "@310$")


def make_passwords(number: int) -> list[str]:
    """Distinct ones, 35 % made by people in families: a word, a figure, a mark, and then changed a little."""
    dice = random.Random(11)
    letters = string.ascii_letters + string.digits + "!#$%&*+-_?"
    found: dict[str, None] = {}
    while len(found) < number * HUMAN:
        word = dice.choice(WORDS).title()
        if dice.random() < 0.6:
            word += dice.choice(WORDS)
        if dice.random() < 0.2:
            word = word.translate(FACES)
        word += dice.choice(
            ["", str(dice.randrange(1960, 2027)), f"{dice.randrange(10_000)}", f"_{dice.randrange(100)}"]
        )
        base = word + dice.choice(["", "!", "#", "?", "!!"])
        for _ in range(dice.choice([1, 1, 2, 3, 6])):
            found[base] = None
            at = dice.randrange(len(base))
            base = base[:at] + dice.choice(["", base[at] * 2, dice.choice(letters)]) + base[at + 1 :]
    while len(found) < number:
        found["".join(dice.choices(letters, k=dice.randint(12, 20)))] = None
    words = list(found)[:number]
    dice.shuffle(words)
    return words


def peer(words: list[str]) -> np.ndarray:
    parts = []
    for at in range(0, len(words), SLICE):
        apart = cdist(
            words[at : at + SLICE], words[at:], scorer=Levenshtein.distance, score_cutoff=2, dtype=np.uint8, workers=1
        )
        one, other = np.nonzero(apart <= 2)
        later = one < other
        parts.append(np.column_stack([one[later], other[later]]) + at)
    return np.concatenate(parts)


def ours(words: list[str]) -> np.ndarray:
    """Each pair once, in order; near_pairs may say one in several parts."""
    codes = [pairs[:, 0] * len(words) + pairs[:, 1] for pairs in near_pairs(words)]
    codes = np.sort(np.concatenate([np.zeros(0, np.int64), *codes]))
    return np.column_stack(np.divmod(codes[np.diff(codes, prepend=-1) > 0], len(words)))


def peak() -> float:
    """MiB this process had at most. ru_maxrss would begin with what the parent had."""
    return int(re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[0]) / 1024


def inside(number: int) -> None:
    words = make_passwords(number)
    before = peak()
    ours(words)
    pairs = peak()
    families(words)
    print(before, pairs, peak())


def compare(size: int, runs: int, goal: float) -> bool:
    """Prints both beside each other. False when a goal was missed."""
    words = make_passwords(size)
    mine = []
    for _ in range(runs):
        started = time.perf_counter()
        found = ours(words)
        mine.append(time.perf_counter() - started)
    started = time.perf_counter()
    labels = families(words)
    labelled = time.perf_counter() - started
    started = time.perf_counter()
    truth = peer(words)
    theirs = time.perf_counter() - started
    ratio = theirs / min(mine)
    have, want = found[:, 0] * size + found[:, 1], np.sort(truth[:, 0] * size + truth[:, 1])
    both = len(np.intersect1d(have, want))
    recall, extra = both / max(1, len(want)), len(have) - both
    print(f"{size:,} passwords, {len(want):,} near pairs, {size - len(set(labels)):,} passwords in a family of another")
    print(f"rapidfuzz, every pair, one core  {theirs:7.2f} s")
    print(f"auditgen, all near pairs         {min(mine):7.2f} s   ratio {ratio:.1f} (goal at least {goal:g})")
    print(f"auditgen, families               {labelled:7.2f} s")
    print(f"recall {recall:.6f} (goal 1), extra pairs {extra} (goal 0)")
    done = subprocess.run(
        [sys.executable, __file__, "--inside", "--words", str(size)], check=True, capture_output=True, text=True
    )
    before, pairs, all_ = (float(part) for part in done.stdout.split())
    print(f"peak memory {pairs:.0f} MiB, with families {all_:.0f} MiB, before {before:.0f} MiB (goal at most 1,229)")
    print()
    return ratio >= goal and recall == 1 and not extra and all_ <= 1.2 * 1024


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--words", type=int, nargs="+", default=[100_000, 10_000])
    arguments.add_argument("--runs", type=int, default=3, help="the best of so many of ours")
    arguments.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.inside:
        inside(chosen.words[0])
        return
    # Few words gain less from not being compared with each other.
    reached = [compare(size, chosen.runs, 4 if size >= 100_000 else 1) for size in chosen.words]
    if not all(reached):
        raise SystemExit("a goal was missed")


if __name__ == "__main__":
    main()
