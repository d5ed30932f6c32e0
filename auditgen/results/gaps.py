"""Gaps: evidence that checks ask for and nothing supplied, grouped by the source that would supply it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from auditgen.audit.plan.acts import Supplier
from auditgen.audit.verdicts import Judged
from auditgen.evidence.store import schema


@dataclass
class Gap:
    """One thing to add. `needs` are tables or table.column, `checks` the ids that wait for it."""

    title: str
    add: str
    needs: list[str] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)


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


def find_gaps(judged: Iterable[Judged], rows: Mapping[str, int], suppliers: Iterable[Supplier]) -> list[Gap]:
    """What to add, most waiting checks first. `rows` tells how many rows each table holds."""
    known = by_table(suppliers)
    gaps: dict[str, Gap] = {}
    for item in judged:
        for need in item.missing:
            table, _, column = need.partition(".")
            supplier = known.get(need) or known.get(table)
            whole = not column or need in known or not rows.get(table)
            name = supplier.title if supplier else schema()[table].note.rstrip(".")
            title = name if whole else f"{name}: {_words(column)}"
            add = (supplier.missing if supplier else "") if whole else _column_note(table, column)
            gap = gaps.setdefault(title, Gap(title, item.check.adds or add if not whole else add))
            if need not in gap.needs:
                gap.needs.append(need)
            if item.check.id not in gap.checks:
                gap.checks.append(item.check.id)
    return sorted(gaps.values(), key=lambda gap: (-len(gap.checks), gap.title))


def _column_note(table: str, column: str) -> str:
    note = next(item.note for item in schema()[table].columns if item.name == column)
    return f"Fill in {_words(column)}: {note}."
