"""Packs of checks: the built-in one, those of installed packages and of folders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from auditgen import data_folder
from auditgen.audit.checks import check as model
from auditgen.audit.checks import parse
from auditgen.audit.checks.check import Check
from auditgen.files.kept import kept, stamp
from auditgen.files.problems import Problem

# A check file of ours has at most 12 kB; a pipe or device must not be read at all.
MAX_BYTES = 1_000_000


def load_pack(folder: Path, pack: str, *, verify: bool = True) -> tuple[list[Check], list[Problem]]:
    """Every check below a folder; the first folder name below it is the area. `verify` as in parse_check."""
    checks: list[Check] = []
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_symlink() and path.is_dir():
            problems.append(Problem(f"{pack}/{relative.as_posix()}", 0, "is a link to a folder, which is not followed"))
            continue
        if path.suffix.lower() not in (".md", ".markdown"):
            continue
        if path.suffix != ".md":
            problems.append(Problem(f"{pack}/{relative.as_posix()}", 0, "is no check by its ending; name it .md"))
            continue
        if path.name.lower() == "readme.md":
            continue
        area = relative.parts[0] if len(relative.parts) > 1 else "other"
        file = f"{pack}/{relative.as_posix()}"
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            problems.append(Problem(file, 0, f"expected a plain file of at most {MAX_BYTES // 1000:,} kB"))
            continue
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(file, 0, f"could not be read as UTF-8 text ({type(error).__name__})"))
            continue
        check, found = parse.parse_check(text, path=path, file=file, area=area, pack=pack, verify=verify)
        problems += found
        if check:
            checks.append(check)
    return checks, problems


def builtin_folder() -> Path:
    """Folder of the built-in pack, wherever the package is installed."""
    return data_folder("checks")


def load_builtin() -> tuple[list[Check], list[Problem]]:
    """The built-in pack, taken apart once and kept."""
    folder = builtin_folder()
    names = [field.name for field in fields(Check)]

    def plain() -> tuple[list[tuple[Any, ...]], list[tuple[str, int, str]]]:
        checks, problems = load_pack(folder, "auditgen", verify=False)
        told = [(problem.file, problem.line, problem.says) for problem in problems]
        return [tuple(getattr(check, name) for name in names) for check in checks], told

    sources = [*sorted(folder.rglob("*.md")), Path(parse.__file__), Path(model.__file__)]
    checks, told = kept(folder, "checks", stamp(sources), plain)
    return [Check(*values) for values in checks], [Problem(*values) for values in told]


def load_checks(folders: Iterable[Path] = ()) -> tuple[list[Check], list[Problem]]:
    """The built-in pack, packs of installed packages (entry point `auditgen.checks`) and the user's folders.

    Examples of packs that are not our own run here: a check whose fail example does not fail does not load.
    """
    from importlib.metadata import entry_points

    checks, problems = load_builtin()
    ids = {check.id for check in checks}
    # A folder named twice is read once.
    foreign: list[tuple[Path, str]] = [
        (folder, folder.name) for folder in {path.resolve(): path for path in folders}.values()
    ]
    for entry in entry_points(group="auditgen.checks"):
        try:
            module = entry.load()
            foreign.append((Path(next(iter(module.__path__))), entry.name))
        except Exception as error:  # any fault of a foreign package is reported, none stops the audit
            problems.append(Problem(f"check pack {entry.name}", 0, f"could not be loaded ({type(error).__name__})"))
    if foreign:
        # Of the database and all it takes to try an example, a run over our own checks alone needs nothing yet.
        from auditgen.audit.checks.examples import Harness
    for folder, pack in foreign:
        found, wrong = load_pack(folder, pack)
        problems += wrong
        for check in found:
            if check.id in ids:
                problems.append(Problem(check.file, 0, f"the id {check.id} is already taken by another check"))
                continue
            with Harness() as harness:
                failures = harness.test(check)
            if failures:
                problems += failures
                continue
            ids.add(check.id)
            checks.append(check)
    return checks, problems


def override(check: Check, settings: Mapping[str, Mapping[str, Any]]) -> Check:
    """Apply the workspace's params, severity and effort to a check."""
    return replace(
        check,
        params={**check.params, **settings.get("params", {}).get(check.id, {})},
        severity=settings.get("severity", {}).get(check.id, check.severity),
        effort=float(settings.get("effort", {}).get(check.id, check.effort)),
    )


def clause_set(checks: Iterable[Check]) -> dict[str, dict[str, Any]]:
    """Every clause by the id of its check, with the stage of the check: what auditgen.analysis.clauses looks for."""
    return {check.id: {**check.clause, "stage": check.stage} for check in checks if check.clause is not None}
