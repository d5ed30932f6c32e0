"""A store that is opened once and emptied after each case."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from auditgen.evidence.store import Store


@pytest.fixture(scope="module")
def opened() -> Iterator[Store]:
    with Store() as store:
        yield store


@pytest.fixture
def store(opened: Store) -> Iterator[Store]:
    yield opened
    for table in (
        "accounts",
        "people",
        "switches",
        "documents",
        "clauses",
        "vaults",
        "credentials",
        "breach_checks",
        "sources",
    ):
        opened.connection.execute(f"delete from {table}")
