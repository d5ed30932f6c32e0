"""Files of dated decisions that people keep beside the workspace: exceptions, attestations and reviewed clauses."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from auditgen.files.problems import Problem, nearest
from auditgen.files.toml_lines import line_of, toml_error_line, toml_lines, toml_says
from auditgen.workspace.problems import WorkspaceError


def read_decisions(path: Path, name: str, keys: Mapping[str, type], known: Iterable[str]) -> list[dict[str, Any]]:
    """Entries [[name]] of a file people write by hand, each about a check. Raises WorkspaceError with every mistake."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = tomllib.loads(text)
    except UnicodeDecodeError:
        raise WorkspaceError([Problem(path.name, 0, "should be UTF-8 text; save it again as UTF-8")]) from None
    except tomllib.TOMLDecodeError as error:
        line = toml_error_line(str(error))
        raise WorkspaceError([Problem(path.name, line, f"is not TOML here: {toml_says(error)}")]) from None
    lines = toml_lines(text)
    known = set(known)
    problems = []
    for key in data:
        if key != name:
            says = f"unknown key {key}; entries stand under [[{name}]]"
            problems.append(Problem(path.name, line_of(lines, key), says))
    entries = data.get(name, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise WorkspaceError([Problem(path.name, line_of(lines, name), f"write each under its own [[{name}]]")])
    for index, entry in enumerate(entries):
        where = line_of(lines, name, index)
        for key, value in entry.items():
            line = line_of(lines, name, index, key)
            if key not in keys:
                problems.append(Problem(path.name, line, f"unknown key {name}.{key}{nearest(key, keys)}"))
            elif not isinstance(value, keys[key]) or isinstance(value, bool):
                wanted = {str: "a text in quotes", date: "a date like 2026-11-24", int: "a whole number"}[keys[key]]
                problems.append(Problem(path.name, line, f"{name}.{key} should be {wanted}"))
        check = entry.get("check")
        if check is None:
            problems.append(Problem(path.name, where, f"{name}.check is missing"))
        elif isinstance(check, str) and check not in known:
            line = line_of(lines, name, index, "check")
            problems.append(Problem(path.name, line, f"no check is called {check}{nearest(check, known)}"))
    if problems:
        raise WorkspaceError(problems)
    return entries
