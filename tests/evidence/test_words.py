"""Words that a column takes: no reader, built-in or foreign, gets another one into the tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from auditgen.analysis.identity import join_people
from auditgen.cli import cli
from auditgen.evidence.store import Column, EvidenceError, Store, WordError, schema
from auditgen.readers import SourceReport, registry
from auditgen.run.audit import run_audit
from auditgen.run.options import Options
from tests.conftest import AS_OF, copy_example

LISTED = [(table.name, column) for table in schema().values() for column in table.columns if column.words]


def value(column: Column, word: str) -> object:
    return [word] if column.type.endswith("[]") else word


@pytest.mark.parametrize(("table", "column"), LISTED, ids=[f"{table}.{column.name}" for table, column in LISTED])
def test_a_column_takes_its_words_and_no_other(table: str, column: Column) -> None:
    with Store() as store:
        assert store.add(table, [{column.name: value(column, word)} for word in column.words]) == len(column.words)
        with pytest.raises(WordError) as error:
            store.add(table, [{column.name: value(column, "surprise")}])
        assert str(error.value) == (
            f"table {table}, column {column.name}: 'surprise' is not one of {', '.join(column.words)}"
        )
        assert store.counts()[table] == len(column.words)


def test_the_columns_whose_comment_lists_words_are_known() -> None:
    found = {f"{table}.{column.name}" for table, column in LISTED}
    assert {"accounts.status", "person_records.origin", "posts.status", "post_events.activity", "clauses.state",
            "credentials.strength_band", "second_factor_offers.methods", "sources.status"} <= found  # fmt: skip
    every = {name for name, table in schema().items() if "basis" in table.column_types}
    assert {f"{name}.basis" for name in every} <= found


def test_rows_that_sql_puts_in_are_held_to_the_same_words() -> None:
    with Store() as store:
        assert store.insert_select("posts", "select 'p' as post, 'draft' as status") == 1
        with pytest.raises(WordError, match="table posts, column status: 'retired' is not one of draft, submitted"):
            store.insert_select("posts", "select 'p' as post, 'retired' as status")
        with pytest.raises(WordError, match="column methods: 'fax'"):
            store.insert_select("second_factor_offers", "select ['totp', 'fax'] as methods")


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("retired", "'retired'"),
        ("x" * 24, repr("x" * 24)),
        ("x" * 25, "a text that is no such word"),
        ("S3cretCANARYhunter2", "a text that is no such word"),
        ("ana@larkfell.example", "a text that is no such word"),
        ("Retired", "a text that is no such word"),
    ],
)
def test_only_what_looks_like_a_word_is_shown(word: str, shown: str) -> None:
    """A column taken for another one may hold a password, and the sentence reaches the report."""
    with Store() as store, pytest.raises(WordError) as error:
        store.add("accounts", [{"status": word}])
    assert str(error.value) == f"table accounts, column status: {shown} is not one of active, parked, archived"


def test_only_an_open_column_takes_registered_words() -> None:
    with Store() as store:
        store.allow("person_records", "origin", ["payroll"])
        store.add("person_records", [{"origin": "payroll"}])
        with pytest.raises(WordError, match="inventory, identity_provider, leavers, payroll"):
            store.add("person_records", [{"origin": "gossip"}])
        with pytest.raises(WordError, match="table accounts, column status: no word can be registered for it"):
            store.allow("accounts", "status", ["retired"])


def test_people_of_a_registered_origin_are_joined_and_everybody_else_too() -> None:
    with Store() as store:
        store.allow("person_records", "origin", ["payroll"])
        records = [
            {"record": "1", "person": "ana", "display": "Ana Duarte", "email": "ana@x.example", "origin": "inventory"},
            {
                "record": "2",
                "display": "Ana M. Duarte",
                "email": "ana@x.example",
                "status": "left",
                "origin": "payroll",
            },
            {"record": "3", "display": "Bo Ek", "email": "bo@x.example", "status": "active", "origin": "payroll"},
        ]
        store.add("person_records", [{**record, "source": "p.csv", "locator": "row 1"} for record in records])
        join_people(store, {})
        assert store.select("select person, status from people order by person") == [
            {"person": "ana", "status": "left"},
            {"person": "bo@x.example", "status": "active"},
        ]


@pytest.mark.slow
def test_a_reader_with_an_unknown_origin_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Payroll:
        name = title = missing = "payroll"
        options: Mapping[str, str] = {}
        tables = ("person_records",)
        after: tuple[str, ...] = ()

        def read(self, path: Path, context: Any, sink: Any) -> list[SourceReport]:
            sink.add("person_records", [{"record": "1", "display": "Cy Lund", "origin": "payroll"}])
            return [SourceReport(path.name, rows_read=1)]

    workspace = copy_example(tmp_path / "w")
    (workspace / "payroll.csv").write_text("name\nCy Lund\n", encoding="utf-8")
    with (workspace / "auditgen.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[source]]\nid = "payroll"\nreader = "payroll"\npath = "payroll.csv"\n')
    known = dict(registry.Readers())
    monkeypatch.setattr(registry, "Readers", lambda: {**known, "payroll": Payroll()})
    results, folder = run_audit(Options(workspace, AS_OF, output=tmp_path / "o", formats=("json",)))
    assert results["problems"] == [
        {
            "where": "reader payroll, source payroll",
            "says": "table person_records, column origin: 'payroll' is not one of inventory, identity_provider, leavers",
        }
    ]
    with Store.load(folder / "evidence") as store:
        assert store.counts()["people"] > 5
    Payroll.origins = ("payroll",)  # type: ignore[attr-defined]
    results, folder = run_audit(Options(workspace, AS_OF, output=tmp_path / "o", formats=("json",)))
    assert results["problems"] == []
    with Store.load(folder / "evidence") as store:
        assert store.select("select count(*) as n from people where display = 'Cy Lund'") == [{"n": 1}]


def test_saved_evidence_with_a_strange_word_is_refused(tmp_path: Path) -> None:
    with Store() as store:
        store.add("accounts", [{"account": "x", "status": "active", "seen_on": date(2026, 1, 1)}])
        store.connection.execute("update accounts set status = 'retired'")
        store.save(tmp_path)
    with pytest.raises(
        EvidenceError, match=r"accounts.parquet: table accounts, column status: 'retired' is not one of"
    ):
        Store.load(tmp_path)


def test_the_schema_prints_the_words_from_the_same_place() -> None:
    text = CliRunner().invoke(cli, ["schema", "accounts"]).output
    assert "one of none, sms, call, email, totp, app, push, security_key, passkey, sso" in text
    told = json.loads(CliRunner().invoke(cli, ["schema", "person_records", "--json"]).output)
    columns = {column["name"]: column["words"] for column in told["person_records"]["columns"]}
    assert columns["status"] == ["active", "suspended", "left"]
    assert columns["display"] == []
