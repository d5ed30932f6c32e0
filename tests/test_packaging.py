"""The wheel carries checks and templates, and works from another folder in a clean environment."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)],
        check=True, capture_output=True,
    )  # fmt: skip
    (found,) = folder.glob("*.whl")
    return found


@pytest.mark.wheel
def test_the_wheel_holds_every_check_template_and_example_file(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    for folder, package in (
        ("checks", "auditgen/checks"),
        ("site_templates", "auditgen/site_templates"),
        ("auditgen/example", "auditgen/example"),
    ):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert f"{package}/{path.relative_to(ROOT / folder).as_posix()}" in inside
    for path in (ROOT / "auditgen").rglob("*.py"):
        assert path.relative_to(ROOT).as_posix() in inside
    assert not any("__pycache__" in name for name in inside)
    assert {"auditgen/evidence/schema.sql", "auditgen/results/results.schema.json", "auditgen/py.typed"} <= inside
    assert not any(name.startswith(("tests/", "output/")) for name in inside)


@pytest.mark.wheel
def test_the_wheel_runs_the_example_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", str(wheel)], check=True, capture_output=True)
    command = tmp_path / "venv" / "bin" / "auditgen"
    subprocess.run([str(command), "init", "--example", "mine"], check=True, cwd=tmp_path, capture_output=True)
    done = subprocess.run(
        [str(command), "run", "-w", "mine", "--as-of", "2026-11-24", "--json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 10, done.stderr
    answer = json.loads(done.stdout)
    assert answer["verdict"]["state"] == "not_ready"
    assert answer["problems"] == []
    assert (tmp_path / "mine" / "output" / "latest" / "site" / "index.html").is_file()
    packages = subprocess.run(
        [str(python), "-m", "pip", "list", "--format=json"], check=True, capture_output=True, text=True
    )
    names = {entry["name"].casefold() for entry in json.loads(packages.stdout)}
    assert not names & {"pytest", "playwright", "pandas", "pyarrow", "pykeepass"}
