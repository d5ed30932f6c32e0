"""Clauses read beside the sources are those read after them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from auditgen.evidence.store import Store
from auditgen.run.audit import gather_into
from auditgen.run.clauses import ClauseReading
from auditgen.run.load import load
from auditgen.run.options import Options
from auditgen.workspace.problems import WorkspaceError
from tests.conftest import AS_OF, copy_example

pytestmark = pytest.mark.slow

ALL = "select * from clauses order by all"


def test_read_beside_the_sources_or_after_them(example: Path) -> None:
    loaded = load(example)
    found = []
    for early in (True, False):
        with Store() as store:
            reading = ClauseReading(store, loaded)
            gather_into(store, loaded, Options(example, AS_OF), reading=reading if early else None)
            reading.begin()
            assert reading.end() == {}
            reading.close()
            found.append(store.select(ALL))
    assert found[0] == found[1]
    assert len(found[0]) > 50


def test_documents_that_nobody_expected_are_read_too(example: Path) -> None:
    loaded = load(example)
    with Store() as store:
        reading = ClauseReading(store, loaded)
        gather_into(store, loaded, Options(example, AS_OF), reading=reading)
        reading.end()
        before = store.select(ALL)
        reading.begin()
        reading.end()
        assert store.select(ALL) == before
        store.add("documents", [{"document": "late.md", "title": "Late", "state": "read"}])
        store.add("passages", [{"document": "late.md", "sequence": 1, "kind": "paragraph",
                                "text": "Two people approve every post before it is published."}])  # fmt: skip
        reading.begin()
        reading.end()
        reading.close()
        assert "late.md" in {row["document"] for row in store.select(ALL)}


def test_a_wrong_file_of_reviews_is_told_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from auditgen.run import clauses

    def wrong(*_: Any) -> Any:
        raise WorkspaceError([])

    monkeypatch.setattr(clauses, "load_reviews", wrong)
    loaded = load(copy_example(tmp_path / "w"))
    with Store() as store:
        reading = ClauseReading(store, loaded)
        reading.prepare()
        reading.begin()
        with pytest.raises(WorkspaceError):
            reading.end()
        reading.close()
        reading.close()
