"""How long the cheapest cover takes, beside a plain greedy cover of the same demands: time, effort and gap.

A synthetic organisation of 5,000 checks and 2,000 ways: half of the checks pass, a way has three to six kinds of barrier
of one or two checks each, and wants two kinds. Prints both sides; the seeds are fixed.
"""

from __future__ import annotations

import random
import time

from auditgen.audit.plan.cover import Demand, cheapest, greedy

SEEDS = 5


def demands(seed: int, checks: int = 5000, ways: int = 2000) -> tuple[list[float], list[Demand]]:
    dice = random.Random(seed)
    efforts = [dice.choice([0.5, 1, 1, 2, 3]) for _ in range(checks)]
    passing = [dice.random() < 0.5 for _ in range(checks)]
    found = []
    for _ in range(ways):
        kinds = [[dice.randrange(checks) for _ in range(dice.choice([1, 1, 2]))] for _ in range(dice.randint(3, 6))]
        stand = sum(any(passing[check] for check in kind) for kind in kinds)
        open_kinds = [[[check] for check in kind] for kind in kinds if not any(passing[check] for check in kind)]
        if stand < 2 and open_kinds:
            found.append(Demand.of(min(2 - stand, len(open_kinds)), open_kinds))
    return efforts, found


def main() -> None:
    import highspy  # noqa: F401  its import is no part of the figure

    for seed in range(SEEDS):
        efforts, asked = demands(seed)
        start = time.perf_counter()
        best = cheapest(efforts, asked)
        took = time.perf_counter() - start
        start = time.perf_counter()
        plain = sum(efforts[act] for act in greedy(efforts, asked))
        beside = time.perf_counter() - start
        print(
            f"seed {seed}: {len(asked)} demands; cheapest {best.effort:g} in {took:.3f} s, gap {best.gap}; "
            f"greedy {plain:g} in {beside:.3f} s   ratio {plain / best.effort:.3f}"
        )


if __name__ == "__main__":
    main()
