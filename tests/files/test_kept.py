"""What is kept of files that ship only saves time, whatever happens to it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from auditgen.audit.checks import packs
from auditgen.files.kept import kept, stamp

MADE = {"texts": ["a", "ü"], "pair": (1, None)}


@pytest.fixture(autouse=True)
def as_a_user_has_it(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    yield


def made(folder: Path, key: object = "key", what: Any = None) -> tuple[Any, bool]:
    """What comes back, and whether it had to be made."""
    calls = []

    def make() -> Any:
        calls.append(1)
        return what or MADE

    return kept(folder, "name", key, make), bool(calls)


def the_file(folder: Path) -> Path:
    (file,) = (folder / "__pycache__").iterdir()
    return file


def test_it_is_made_once_and_again_for_another_key(tmp_path: Path) -> None:
    assert made(tmp_path) == (MADE, True)
    assert made(tmp_path) == (MADE, False)
    assert made(tmp_path, "other") == (MADE, True)
    assert made(tmp_path, "other") == (MADE, False)


@pytest.mark.parametrize("damage", [b"", b"x", b"y" * 16, b"y" * 4000])
def test_a_damaged_file_is_made_again(tmp_path: Path, damage: bytes) -> None:
    made(tmp_path)
    the_file(tmp_path).write_bytes(damage)
    assert made(tmp_path) == (MADE, True)
    assert made(tmp_path) == (MADE, False)


def test_one_changed_byte_is_noticed_wherever_it_is(tmp_path: Path) -> None:
    made(tmp_path)
    file = the_file(tmp_path)
    whole = file.read_bytes()
    for place in range(len(whole)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert made(tmp_path) == (MADE, True)


def test_where_nothing_can_be_written_it_is_made_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "__pycache__").write_text("a file in the way")
    assert made(tmp_path) == (MADE, True)
    assert made(tmp_path) == (MADE, True)
    (tmp_path / "__pycache__").unlink()
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert made(tmp_path) == (MADE, True)
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_plain_is_not_kept(tmp_path: Path) -> None:
    what = {"day": date(2026, 11, 24)}
    assert made(tmp_path, what=what) == (what, True)
    assert made(tmp_path, what=what) == (what, True)


def test_it_goes_where_compiled_files_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "elsewhere"))
    assert made(tmp_path / "program") == (MADE, True)
    assert made(tmp_path / "program") == (MADE, False)
    assert [path.name for path in tmp_path.iterdir()] == ["elsewhere"]


def test_a_stamp_tells_a_file_that_changed(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("one")
    before = stamp([file])
    assert stamp([file]) == before
    file.write_text("three")
    assert stamp([file]) != before


def test_the_pack_from_what_was_kept_is_the_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    area = tmp_path / "account_security"
    area.mkdir()
    name = "second-factor-is-on.md"
    text = (packs.builtin_folder() / "account_security" / name).read_text("utf-8")
    (area / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(packs, "builtin_folder", lambda: tmp_path)
    plain = packs.load_pack(tmp_path, "auditgen", verify=False)
    assert packs.load_builtin() == plain
    with monkeypatch.context() as patch:
        patch.setattr(packs, "load_pack", lambda *_, **__: pytest.fail("it was kept"))
        assert packs.load_builtin() == plain
    (area / name).write_text(text.replace("severity =", "severty ="), encoding="utf-8")
    checks, problems = packs.load_builtin()
    assert checks == []
    assert "unknown key severty" in str(problems[0])
    assert packs.load_builtin() == (checks, problems)
