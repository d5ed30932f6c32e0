"""Gaps: evidence that checks ask for and nothing supplied, grouped by the source that would supply it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from auditgen.audit.plan.acts import MINUTES, Acts, Supplier
from auditgen.audit.verdicts import Judged
from auditgen.evidence.store import schema


@dataclass
class Gap:
    """One thing to add.

    needs      tables, or table.column where the table has rows
    checks     ids of the checks that wait for it; critical and high, how many of those are so severe
    disasters  ids of those in whose way such a check would show a barrier
    minutes    what it takes to get it, a suggestion
    """

    title: str
    add: str
    minutes: int = MINUTES
    needs: list[str] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    critical: int = 0
    high: int = 0
    disasters: list[str] = field(default_factory=list)


def by_table(suppliers: Iterable[Supplier]) -> dict[str, Supplier]:
    """Table or table.column → who fills it; a column named by a supplier goes before its table."""
    found: dict[str, Supplier] = {}
    for supplier in suppliers:
        for name in supplier.tables:
            found.setdefault(name, supplier)
    return found


def _words(column: str) -> str:
    """A column name as words: recovery_checked_on → recovery checked."""
    return column.removesuffix("_on").replace("_", " ")


def find_gaps(
    judged: Iterable[Judged],
    rows: Mapping[str, int],
    suppliers: Iterable[Supplier],
    acts: Acts | None = None,
    disasters: Mapping[str, Iterable[str]] | None = None,
) -> list[Gap]:
    """What to add, first what would decide most: critical checks, high ones, disasters, then what is got in least time.

    rows       how many rows each table holds
    acts       the words for each source; without them a reader's own title stands
    disasters  check → disasters in whose way it would show a barrier
    """
    known = by_table(suppliers)
    gaps: dict[str, Gap] = {}
    for item in judged:
        for need in item.missing:
            gap = _gap(item, need, rows, known, acts)
            gap = gaps.setdefault(gap.title, gap)
            if need not in gap.needs:
                gap.needs.append(need)
            if item.check.id in gap.checks:
                continue
            gap.checks.append(item.check.id)
            gap.critical += item.check.severity == "critical"
            gap.high += item.check.severity == "high"
            new = (disasters or {}).get(item.check.id, ())
            gap.disasters = list(dict.fromkeys([*gap.disasters, *new]))
    return sorted(gaps.values(), key=lambda gap: (
        -gap.critical, -gap.high, -len(gap.disasters), gap.minutes, -len(gap.checks), gap.title
    ))  # fmt: skip


def _gap(item: Judged, need: str, rows: Mapping[str, int], known: Mapping[str, Supplier], acts: Acts | None) -> Gap:
    table, _, column = need.partition(".")
    supplier = known.get(need) or known.get(table)
    whole = not column or need in known or not rows.get(table)
    name = supplier.title if supplier else schema()[table].note.rstrip(".")
    add = supplier.missing if supplier else ""
    if not whole:
        return Gap(f"{name}: {_words(column)}", item.check.adds or _column_note(table, column))
    if acts is None:
        return Gap(name, add)
    source = acts.source(need, known)
    return Gap(source.title, source.add, source.minutes)


def _column_note(table: str, column: str) -> str:
    note = next(item.note for item in schema()[table].columns if item.name == column)
    return f"Fill in {_words(column)}: {note}."
