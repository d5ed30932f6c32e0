"""Checks and readers of other people: from a folder, and from an installed package by entry point."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditgen.audit.checks.packs import load_checks
from auditgen.readers.registry import Readers
from tests.audit.test_judge import CHECK, SQL


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, group: str, name: str, value: str) -> None:
    """What pip leaves behind for a small package with one entry point."""
    info = folder / "tea_pack-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tea-pack\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[{group}]\n{name} = {value}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))


def test_a_pack_of_an_installed_package_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = tmp_path / "tea_pack" / "account_security"
    pack.mkdir(parents=True)
    (tmp_path / "tea_pack" / "__init__.py").write_text("", encoding="utf-8")
    (pack / "owner-named.md").write_text(CHECK.format(sql=SQL), encoding="utf-8")
    install(tmp_path, monkeypatch, "auditgen.checks", "tea", "tea_pack")
    checks, problems = load_checks()
    (found,) = [check for check in checks if check.id == "owner-named"]
    assert (found.pack, found.area) == ("tea", "account_security")
    assert problems == []


def test_a_pack_that_cannot_be_imported_is_one_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, "auditgen.checks", "gone", "no_such_pack")
    checks, problems = load_checks()
    assert len(checks) > 36
    assert [str(problem) for problem in problems] == ["check pack gone: could not be loaded (ModuleNotFoundError)"]


def test_an_id_that_is_taken_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "every-account-has-a-deputy.md").write_text(CHECK.format(sql=SQL), encoding="utf-8")
    _, problems = load_checks([tmp_path])
    assert "the id every-account-has-a-deputy is already taken" in str(problems[0])


def test_a_reader_that_cannot_be_loaded_fails_only_its_own_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch, "auditgen.readers", "mystery", "no_such_module:READER")
    readers = Readers()
    assert {"inventory", "mystery"} <= readers.keys()
    with pytest.raises(Exception, match=r"mystery could not be loaded \(ModuleNotFoundError\)"):
        readers["mystery"].read(tmp_path, None, None)  # type: ignore[arg-type]


@pytest.mark.parametrize("change", ["delete from accounts", "update accounts set owner = 'x'", "insert into accounts"])
def test_a_check_that_writes_is_refused(tmp_path: Path, change: str) -> None:
    values = " (account) values ('x')" if change.startswith("insert") else ""
    sql = f"with gone as ({change}{values} returning *) select account as subject, pass('') as verdict from gone"
    (tmp_path / "writes.md").write_text(CHECK.format(sql=sql), encoding="utf-8")
    checks, problems = load_checks([tmp_path])
    assert "writes" not in {check.id for check in checks}
    assert f"expected a query that only reads, found {change.split()[0]}" in str(problems[0])


def test_a_check_may_name_in_a_text_what_it_may_not_do(tmp_path: Path) -> None:
    sql = SQL + " and '\"type\":\"DELETE_QUERY_NODE\"' <> ''"
    (tmp_path / "reads.md").write_text(CHECK.format(sql=sql), encoding="utf-8")
    _, problems = load_checks([tmp_path])
    assert problems == []


def test_a_reader_that_lacks_something_fails_only_its_own_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from auditgen.results.gaps import by_table

    (tmp_path / "half_reader.py").write_text("class R:\n    name = 'half'\n\nREADER = R()\n", encoding="utf-8")
    install(tmp_path, monkeypatch, "auditgen.readers", "half", "half_reader:READER")
    readers = Readers()
    assert "accounts" in by_table(readers.values())
    assert "account" in readers["half"].options
    with pytest.raises(Exception, match=r"half could not be loaded .*a reader without title, options, tables"):
        readers["half"].read(tmp_path, None, None)  # type: ignore[arg-type]
