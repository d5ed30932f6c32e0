"""The cheapest set of acts that covers what has to be covered: an integer programme, the same every time.

Set multi-cover with families: a demand asks for so many different families; a family is covered by one of its ways; a
way is walked once all its acts are done. Three goals, one after the other: least effort, then fewest acts, then the
acts that come first in order. Solved with HiGHS; without it, or out of time, the answer is a good one that carries its
gap (Huangfu and Hall, Parallelizing the dual revised simplex method, 2018).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SECONDS = 2.0
_SLACK = 1e-6
HALF = 0.5

Way = frozenset[int]


@dataclass(frozen=True)
class Demand:
    """So many of these families must be covered; each family is the set of its ways, each way a set of acts.

    Two families that the same acts cover are two: one act may be worth both.
    """

    need: int
    families: tuple[frozenset[Way], ...]

    @classmethod
    def of(cls, need: int, families: Iterable[Iterable[Iterable[int]]]) -> Demand:
        made = (frozenset(frozenset(way) for way in family) for family in families)
        return cls(need, tuple(sorted(made, key=_order)))

    @property
    def order(self) -> tuple[int, list[list[list[int]]]]:
        """Sorts demands the same way in every run, whatever order their sets happen to have."""
        return (self.need, [_order(family) for family in self.families])


@dataclass(frozen=True)
class Cover:
    """Acts to do, by their place. gap is 0 when nothing cheaper exists; None when nobody can say."""

    chosen: frozenset[int]
    gap: float | None
    effort: float = 0.0


@dataclass
class Model:
    """Rows and columns on their way into the solver; the first columns are the acts."""

    columns: int
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    index: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    ways: dict[Way, int] = field(default_factory=dict)

    def row(self, lower: float, cells: Iterable[tuple[int, float]], upper: float = math.inf) -> None:
        self.starts.append(len(self.index))
        self.lower.append(lower)
        self.upper.append(upper)
        for column, value in cells:
            self.index.append(column)
            self.value.append(value)

    def column(self) -> int:
        """One more column, between 0 and 1."""
        self.columns += 1
        return self.columns - 1

    def way(self, acts: Way) -> int:
        """The column that is 1 only when every act of a way is done."""
        if len(acts) == 1:
            return next(iter(acts))
        if acts not in self.ways:
            self.ways[acts] = column = self.columns
            self.columns += 1
            for act in sorted(acts):
                self.row(0, [(act, 1), (column, -1)])
        return self.ways[acts]

    def demand(self, demand: Demand, when: int | None = None) -> None:
        """Ask for a demand; with `when`, only where that column is 1."""
        columns: list[int] = []
        for family in demand.families:
            ways = sorted(self.way(way) for way in family)
            if demand.need == 1:
                columns += ways
            elif len(ways) == 1:
                columns.append(ways[0])
            else:
                covered = self.columns
                self.columns += 1
                self.row(0, [*((way, 1.0) for way in ways), (covered, -1.0)])
                columns.append(covered)
        # With one to cover it is enough to know which ways there are; with more, an act counts for each family.
        worth = Counter(set(columns) if demand.need == 1 else columns)
        cells = [(column, float(worth[column])) for column in sorted(worth)]
        if when is None:
            self.row(demand.need, cells)
        else:
            self.row(0, [*cells, (when, -float(demand.need))])


def _order(family: frozenset[Way]) -> list[list[int]]:
    return sorted(sorted(way) for way in family)


def _left(demand: Demand, done: Collection[int]) -> Demand | None:
    """What a demand still asks for once some acts are done; None when nothing."""
    need, families = demand.need, []
    for family in demand.families:
        left = {frozenset(act for act in way if act not in done) for way in family}
        if frozenset() in left:
            need -= 1
        else:
            families.append(frozenset(way for way in left if not any(other < way for other in left)))
    if need <= 0 or not families:
        return None
    return Demand.of(min(need, len(families)), families)


def _ways(demand: Demand | None) -> set[Way]:
    return set() if demand is None else {way for family in demand.families for way in family}


def cheapest(
    efforts: Sequence[float], demands: Iterable[Demand], done: Iterable[int] = (), seconds: float = SECONDS
) -> Cover:
    """The cheapest acts beside those that are done; places in `efforts` are the order among equals."""
    fixed = frozenset(done)
    asked = sorted(
        {left for demand in demands if (left := _left(demand, fixed)) is not None},
        key=lambda demand: demand.order,
    )
    if not asked:
        return Cover(frozenset(), 0.0)
    try:
        return _solve(efforts, asked, seconds)
    except ImportError:
        chosen = greedy(efforts, asked)
        return Cover(chosen, None, sum(efforts[act] for act in chosen))


def greedy(efforts: Sequence[float], demands: Sequence[Demand]) -> frozenset[int]:
    """A cover by the way that is wanted most for its effort, again and again; what is not needed in the end is left."""
    done: set[int] = set()
    while True:
        wanted: dict[Way, int] = {}
        for demand in demands:
            for way in _ways(_left(demand, done)):
                wanted[way] = wanted.get(way, 0) + 1
        if not wanted:
            break
        best: Way = min(
            wanted, key=lambda way: (sum(efforts[act] for act in way) / wanted[frozenset(way)], sorted(way))
        )
        done |= best
    for act in sorted(done, key=lambda act: (-efforts[act], -act)):
        if all(_left(demand, done - {act}) is None for demand in demands):
            done.discard(act)
    return frozenset(done)


def _solve(efforts: Sequence[float], demands: Sequence[Demand], seconds: float) -> Cover:
    acts = len(efforts)
    model = Model(acts)
    for demand in demands:
        model.demand(demand)
    used = sorted({column for column in model.index if column < acts})
    goals = [
        {act: efforts[act] for act in used},
        dict.fromkeys(used, 1.0),
        {act: float(place) for place, act in enumerate(used, 1)},
    ]
    values, gap = solve(model, acts, goals, seconds)
    if values is None:
        chosen = greedy(efforts, demands)
        return Cover(chosen, None, sum(efforts[act] for act in chosen))
    chosen = frozenset(act for act in used if values[act] > HALF)
    return Cover(chosen, gap, sum(efforts[act] for act in chosen))


def solve(
    model: Model, whole: int, goals: Sequence[Mapping[int, float]], seconds: float = SECONDS
) -> tuple[list[float] | None, float | None]:
    """Values of all columns that make the first goal least, then the second among those, and so on; and the gap.

    The first `whole` columns are 0 or 1, the others lie between. Values are None where none was found in time; the gap
    is that of the first goal, None where it is not known. Raises ImportError without the solver.
    """
    import highspy
    import numpy as np

    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, option in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("mip_rel_gap", 0.0),
                         ("mip_abs_gap", _SLACK), ("time_limit", seconds)):  # fmt: skip
        solver.setOptionValue(name, option)
    program = highspy.HighsLp()
    columns = model.columns
    program.num_col_, program.num_row_ = columns, len(model.starts)
    program.col_cost_, program.col_lower_, program.col_upper_ = np.zeros(columns), np.zeros(columns), np.ones(columns)
    program.row_lower_, program.row_upper_ = np.array(model.lower), np.array(model.upper)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = np.array([*model.starts, len(model.index)])
    program.a_matrix_.index_ = np.array(model.index)
    program.a_matrix_.value_ = np.array(model.value)
    # Only acts are whole or not at all: with them fixed, what hangs on them is whole of itself.
    kinds = [highspy.HighsVarType.kInteger] * whole + [highspy.HighsVarType.kContinuous] * (columns - whole)
    program.integrality_ = kinds
    solver.passModel(program)
    places = np.arange(columns, dtype=np.int32)
    values: list[float] | None = None
    gap: float | None = 0.0
    for number, goal in enumerate(goals):
        costs = np.zeros(columns)
        costs[list(goal)] = list(goal.values())
        if number and values is not None:
            before = goals[number - 1]
            most = sum(value * round(values[column], 6) for column, value in before.items())
            keys = np.array(list(before), dtype=np.int32)
            solver.addRow(-highspy.kHighsInf, most + _SLACK, len(keys), keys, np.array(list(before.values())))
        solver.changeColsCost(columns, places, costs)
        solver.run()
        found = solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        if not found:
            break
        values = list(solver.getSolution().col_value)
        if number == 0:
            gap = float(solver.getInfo().mip_gap)
            gap = gap if math.isfinite(gap) else None
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            break
    return values, gap
