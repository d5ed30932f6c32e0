"""A sink that keeps rows as plain dictionaries, and contexts for readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from auditgen.readers.joint import JointContext

DAY = date(2026, 11, 20)
ORGANISATION = {
    "name": "Hill Farm Tea", "domains": ["hillfarm.example"], "brand_words": ["hill farm"],
    "mail_aliases": {"hillfarm.co.example": "hillfarm.example"}, "time_zone": "Europe/London",
}  # fmt: skip


class Rows(dict[str, list[dict[str, Any]]]):
    """Rows by table, checked against the schema as the store would."""

    def add(self, table: str, rows: Iterable[Mapping[str, object]]) -> int:
        from auditgen.evidence.store import schema

        taken = [dict(row) for row in rows]
        for row in taken:
            assert row.keys() <= schema()[table].column_types.keys(), row.keys() - schema()[table].column_types.keys()
            for column in schema()[table].columns:
                value = row.get(column.name)
                for word in value if isinstance(value, list | tuple) else (value,):
                    assert word is None or not column.words or column.open or str(word) in column.words, (
                        table,
                        column,
                        word,
                    )
        self.setdefault(table, []).extend(taken)
        return len(taken)

    def insert_select(self, table: str, query: str, parameters: Mapping[str, object] | None = None) -> int:
        raise AssertionError("this reader should not need SQL")


def context(root: Path, accounts: Iterable[Mapping[str, Any]] = (), **options: Any) -> JointContext:
    """What any reader may know; a joint one takes nothing more here."""
    return JointContext(root, DAY, ORGANISATION, {"seen_on": DAY, **options}, tuple(accounts))
