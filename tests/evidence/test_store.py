"""The evidence store: what goes in comes out, and once frozen no SQL reaches outside."""

from __future__ import annotations

import time
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditgen.evidence.store import EvidenceError, Lane, QueryTimeout, Store, schema


def test_every_column_has_a_comment() -> None:
    for table in schema().values():
        assert table.note, table.name
        for column in table.columns:
            assert column.note, f"{table.name}.{column.name}"


def test_schema_matches_the_tables_duckdb_holds() -> None:
    store = Store()
    for table in schema().values():
        found = {row["column_name"]: row["column_type"] for row in store.select(f"describe {table.name}")}
        assert found == {column.name: column.type.upper() for column in table.columns}


@settings(max_examples=60, deadline=None)
@given(text=st.text(), day=st.dates(), number=st.integers(-(2**31), 2**31 - 1), yes=st.none() | st.booleans())
def test_cells_come_back_as_they_went_in(text: str, day: date, number: int, yes: bool | None) -> None:
    store = Store()
    row = {"account": text, "codes_stored": yes, "seen_on": day, "recovery_email_readers": number}
    store.add("accounts", [row])
    back = store.select("select account, codes_stored, seen_on, recovery_email_readers from accounts")
    assert back == [{**row, "account": text.encode("utf-8", "replace").decode()}]


def test_unknown_columns_are_a_mistake_of_the_reader() -> None:
    with pytest.raises(KeyError, match="no column pasword"):
        Store().add("accounts", [{"pasword": "x"}])


def test_saved_evidence_is_the_same_evidence(tmp_path: Path) -> None:
    store = Store()
    store.add("switches", [{"switch": "queue", "covers": ["a", "b"], "minutes": 5, "tested_on": date(2026, 1, 2)}])
    store.add("launches", [{"launch": "spring", "starts_at": datetime(2026, 3, 1, 9)}])
    store.save(tmp_path)
    back = Store.load(tmp_path)
    for table in ("switches", "launches"):
        assert back.select(f"from {table}") == store.select(f"from {table}")


def test_a_folder_without_evidence_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="found none"):
        Store.load(tmp_path)
    (tmp_path / "accounts.parquet").write_bytes(b"not parquet")
    with pytest.raises(EvidenceError, match="could not be read"):
        Store.load(tmp_path)


@pytest.mark.parametrize(
    "query",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/passwd')",
        "select * from glob('/etc/*')",
        "select * from '/etc/passwd'",
        "copy accounts to '{tmp}/out.csv'",
        "attach '{tmp}/x.db'",
        "export database '{tmp}/x'",
        "install httpfs",
        "load httpfs",
        "set memory_limit = '64GB'",
        "set enable_external_access = true",
        "select * from read_parquet('http://127.0.0.1:9/x')",
        "select * from secret_of_the_program",
    ],
)
def test_frozen_means_no_file_no_network_no_setting(query: str, tmp_path: Path) -> None:
    secret_of_the_program = [1]
    store = Store()
    store.freeze()
    with pytest.raises(duckdb.Error):
        store.connection.execute(query.replace("{tmp}", str(tmp_path))).fetchall()
    assert list(tmp_path.iterdir()) == []
    assert secret_of_the_program


def test_a_slow_query_is_interrupted() -> None:
    store = Store()
    store.freeze()
    with pytest.raises(QueryTimeout), store.limit(0.2):
        store.select("select count(*) from range(10000000) a, range(10000000) b where a.range * b.range % 7 = 3")
    assert store.select("select 1 as one") == [{"one": 1}]


@pytest.mark.parametrize(
    "change",
    [
        "insert into accounts (account) values ('x') returning *",
        "delete from accounts returning *",
        "update accounts set owner = 'x' returning *",
    ],
)
def test_a_select_that_writes_is_refused_and_changes_nothing(change: str) -> None:
    store = Store()
    store.add("accounts", [{"account": "ig"}])
    store.freeze()
    with pytest.raises(duckdb.Error, match="read-only"), store.limit(5):
        store.select(f"with changed as ({change}) select * from changed")
    with store.limit(5):
        assert store.select("select account, owner from accounts") == [{"account": "ig", "owner": None}]


def test_a_table_without_a_column_of_ours_is_one_sentence(tmp_path: Path) -> None:
    duckdb.execute(f"copy (select 1 as colour) to '{tmp_path}/accounts.parquet'")
    with pytest.raises(EvidenceError, match=r"accounts\.parquet: holds no column of the table accounts"):
        Store.load(tmp_path)


def test_evidence_of_an_older_program_says_what_it_lacks(tmp_path: Path) -> None:
    store = Store()
    store.add("accounts", [{"account": "ig", "owner": "jo"}])
    store.save(tmp_path)
    assert Store.load(tmp_path).lacking == []
    duckdb.execute(f"copy (select * exclude (owner) from '{tmp_path}/accounts.parquet') to '{tmp_path}/new.parquet'")
    (tmp_path / "new.parquet").replace(tmp_path / "accounts.parquet")
    (tmp_path / "people.parquet").unlink()
    back = Store.load(tmp_path)
    assert back.lacking == ["accounts.owner", "people"]
    assert back.select("select account, owner from accounts") == [{"account": "ig", "owner": None}]


SLOW = "select count(*) from range(10000000) a, range(10000000) b where a.range * b.range % 7 = 3"


def test_each_query_of_a_lane_has_a_time_of_its_own_and_none_is_hit_for_another() -> None:
    store = Store()
    store.freeze()
    with Lane(store, 0.3) as lane:
        for _ in range(2):
            with pytest.raises(QueryTimeout), lane.one():
                store.select(SLOW)
            for _ in range(4):
                # Together they take longer than one may, and nothing runs between them.
                time.sleep(0.05)
                with lane.one():
                    time.sleep(0.15)
                    assert store.select("select 1 as one") == [{"one": 1}]


@pytest.mark.parametrize(
    "fault", ["select error('boom')", "select nothing", "no sql", "with x as (delete from accounts returning *) from x"]
)
def test_after_a_fault_the_next_query_of_a_lane_still_cannot_write(fault: str) -> None:
    store = Store()
    store.add("accounts", [{"account": "ig"}])
    store.freeze()
    with Lane(store, 5) as lane:
        with pytest.raises(duckdb.Error), lane.one():
            store.select(fault)
        with pytest.raises(duckdb.Error, match="read-only"), lane.one():
            store.select("delete from accounts")
        lane.renew()
        with pytest.raises(duckdb.Error, match="read-only"), lane.one():
            store.select("delete from accounts")
        with lane.one():
            assert store.select("select account from accounts") == [{"account": "ig"}]


def test_a_lane_that_cannot_begin_runs_nothing() -> None:
    store = Store()
    with Lane(store, 5) as lane:
        store.connection.execute("begin")
        with pytest.raises(duckdb.Error), lane.one():
            pytest.fail("it ran outside a transaction that cannot write")
        store.connection.execute("rollback")
