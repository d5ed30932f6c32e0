"""The rooms of the house are those that docs/architecture.md names, and nothing lies on the lawn."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

from tests.tools.documentation import ARCHITECTURE, ROOT, spans, table

PACKAGE = ROOT / "auditgen"
TOP = {
    "pyproject.toml", "auditgen", "checks", "site_templates", "tests", "output", "docs", "Makefile", "LICENSE",
    "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md",
}  # fmt: skip
# What building leaves behind, and git ignores.
LEFT_BEHIND = {"build", "dist", "auditgen.egg-info", "__pycache__"}
# What belongs to the package as a whole.
ENTRANCES = {"__init__.py", "__main__.py"}


def rooms() -> dict[str, list[str]]:
    """Room → its cells."""
    rows = table(ARCHITECTURE, "room", "what lives there", "may import")
    return {spans(row[0])[0].removeprefix("auditgen/").removesuffix("/"): row for row in rows}


def linter() -> dict[str, dict[str, Any]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    return {contract["id"]: contract for contract in settings["contracts"]}


def test_every_module_lies_in_a_room_that_is_named() -> None:
    for path in PACKAGE.rglob("*.py"):
        inside = path.relative_to(PACKAGE).parts
        assert inside[0] in rooms() or inside in {(name,) for name in ENTRANCES}, path


def test_every_room_that_is_named_is_there() -> None:
    there = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    # In a wheel, checks and templates lie inside the package.
    assert set(rooms()) == there - {"checks", "site_templates"}


def test_every_room_within_a_room_is_named() -> None:
    for room, (_, lives, _) in rooms().items():
        named = {span.removesuffix("/") for span in spans(lives) if re.fullmatch(r"\w+/", span)}
        assert named == {path.parent.name for path in (PACKAGE / room).glob("*/__init__.py")}, room


def test_what_a_room_may_import_is_what_the_contracts_allow() -> None:
    contracts = linter()
    floors = [layer.split(" | ") for layer in contracts["floors"]["layers"]]
    forbidden: dict[str, set[str]] = {}
    for contract in contracts.values():
        for source in contract.get("source_modules", ()):
            names = {name.removeprefix("auditgen.") for name in contract["forbidden_modules"]}
            forbidden.setdefault(source.removeprefix("auditgen."), set()).update(names)
    every = {name for floor in floors for name in floor}
    for number, floor in enumerate(floors):
        below = {name for lower in floors[number + 1 :] for name in lower}
        for room in floor:
            assert told(rooms()[room][2], below) == below - forbidden.get(room, set()), room
    for room in ("report", "publish"):
        # What no contract names is for the top of the house alone.
        assert told(rooms()[room][2], set()) == every - forbidden[room], room


def told(cell: str, below: set[str]) -> set[str]:
    """The rooms that a cell of the table names."""
    if cell == "nothing of auditgen":
        return set()
    if cell.startswith("everything below"):
        return below - set(re.findall(r"but not (\w+)", cell))
    return set(cell.split(", "))


def test_the_top_level_holds_what_it_may_hold() -> None:
    there = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert there - LEFT_BEHIND == TOP


def test_hosted_ci_installs_what_a_fresh_clone_needs() -> None:
    """The browser comes with the hosted image."""

    def packages(text: str) -> set[str]:
        (found,) = re.findall(r"--no-install-recommends \\\n\s+([\w -]+)", text)
        return set(found.split())

    ours = packages((ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    hosted = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert packages(hosted) == ours - {"chromium"}
    job = yaml.safe_load(hosted)["jobs"]["test"]
    classified = re.findall(r"Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert job["strategy"]["matrix"]["python"] == classified


def test_hooks_and_forms_are_local_and_private() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert [repository["repo"] for repository in hooks] == ["local"]
    for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"):
        if path.name != "config.yml":
            fields: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))["body"]
            assert any(field.get("id") == "private" for field in fields), path.name
            assert "no names, addresses" in fields[0]["attributes"]["value"], path.name


def test_the_version_stands_in_one_place() -> None:
    from auditgen import __version__

    holders = [
        path.name
        for path in (ROOT / "pyproject.toml", ROOT / "README.md", Path(PACKAGE / "__init__.py"), ROOT / "Makefile")
        if __version__ in re.findall(r"\b\d+\.\d+\.\d+\b", path.read_text(encoding="utf-8"))
    ]
    assert holders == ["__init__.py"]
