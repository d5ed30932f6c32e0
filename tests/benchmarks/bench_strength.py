"""The strength of distinct passwords on one core: ours beside the Python package zxcvbn, and how often they agree.

python tests/benchmarks/bench_strength.py [--words N] [--runs N]
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import time
from pathlib import Path
from runpy import run_path

from auditgen.vaults.passwords.strength import engine, estimate

INPUTS = ["brandname", "social.media", "instagram"]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--words", type=int, default=3_000)
    arguments.add_argument("--runs", type=int, default=3, help="the best of so many")
    chosen = arguments.parse_args()
    if importlib.util.find_spec("zxcvbn") is None:
        print("left out: the package zxcvbn is not installed (python -m pip install zxcvbn)")
        return
    from zxcvbn import zxcvbn

    make = run_path(str(Path(__file__).with_name("bench_near_copies.py")))["make_passwords"]
    words = make(chosen.words)
    random.Random(2).shuffle(words)
    words = [word for word in words if len(word) <= 72]
    mine = theirs = float("inf")
    scores: list[int | None] = []
    wanted: list[int] = []
    # Turn about, so that a slow minute of the machine meets both.
    for _ in range(chosen.runs):
        started = time.process_time()
        scores = [estimate(word, INPUTS).score for word in words]
        mine = min(mine, time.process_time() - started)
        started = time.process_time()
        wanted = [zxcvbn(word, user_inputs=INPUTS)["score"] for word in words]
        theirs = min(theirs, time.process_time() - started)
    same = sum(one == other for one, other in zip(scores, wanted, strict=True))
    weak = sum(((one or 0) <= 2) == (other <= 2) for one, other in zip(scores, wanted, strict=True))
    ratio = theirs / mine
    print(f"{len(words):,} passwords, {engine()}, processor time, best of {chosen.runs}")
    print(f"zxcvbn    {theirs:7.2f} s   {len(words) / theirs:7,.0f} a second")
    print(f"auditgen  {mine:7.2f} s   {len(words) / mine:7,.0f} a second   ratio {ratio:.1f} (goal at least 5)")
    print(f"same score {same:,} of {len(words):,}; same side of 'weak' (0 to 2) {weak:,}")
    if ratio < 5:
        raise SystemExit("a goal was missed")


if __name__ == "__main__":
    main()
