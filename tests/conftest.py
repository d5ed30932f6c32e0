"""Shared fixtures: the example workspace, audited once a session."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# A busy machine is slow, not wrong. In CI the examples are the same every time.
settings.register_profile("auditgen", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("auditgen")

AS_OF = date(2026, 11, 24)


def copy_example(folder: Path) -> Path:
    """A fresh copy of the example workspace."""
    with as_file(files("auditgen.example") / "workspace") as origin:
        shutil.copytree(origin, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (folder / "vaults").glob("*.*"):
        path.chmod(0o600)
    return folder


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example workspace; tests only read it."""
    return copy_example(tmp_path_factory.mktemp("example") / "workspace")


@pytest.fixture(scope="session")
def audited(example: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Any], Path]]:
    """Results of one run over the example, and the folder it wrote."""
    from auditgen.run.audit import run_audit
    from auditgen.run.options import Options

    results, folder = run_audit(Options(example, AS_OF, output=tmp_path_factory.mktemp("output")))
    yield json.loads((folder / "results.json").read_text(encoding="utf-8")), folder
    assert results["schema"] == "auditgen.results/3"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Browser tests skip with a word where there is no browser, and never where skipping is forbidden."""
    if "browser" not in item.keywords:
        return
    missing = [] if Path("/usr/bin/chromium").exists() else ["/usr/bin/chromium"]
    try:
        import playwright  # noqa: F401
    except ImportError:
        missing.append("the Python package playwright")
    if missing:
        words = f"needs {' and '.join(missing)}"
        if os.environ.get("AUDITGEN_NO_SKIP"):
            pytest.fail(words)
        pytest.skip(words)
