"""Holding what stands in auditgen.toml against what may stand there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from typing import Any

from auditgen.files.problems import Problem, nearest
from auditgen.files.toml_lines import line_of, toml_lines

FILE = "auditgen.toml"

MAX_COUNT = 1_000_000_000


# Characters of a wrong value that an error repeats.
SHOWN = 60


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "yes/no"
    if isinstance(value, datetime):
        return "moment"
    for kind, name in ((str, "text"), (int | float, "number"), (date, "date"), (dict, "table")):
        if isinstance(value, kind):
            return name
    if isinstance(value, list):
        if all(isinstance(item, dict) for item in value) and value:
            return "tables"
        return "texts" if all(isinstance(item, str) for item in value) else "list"
    return type(value).__name__


_WORDS = {
    "text": "a text in quotes",
    "texts": "a list of texts",
    "number": "a number",
    "count": "a whole number from 0",
    "words": "a table of texts",
    "time": "a time of day",
    "yes/no": "true or false",
    "date": "a date like 2026-11-24",
    "moment": "a moment like 2026-12-01T09:00:00Z",
    "table": "a table",
    "tables": "a list of tables",
    "list": "a list",
    "people": "a list of texts, or of tables with person and reach",
}


def _fits(value: object, kind: str) -> bool:
    seen = _kind(value)
    if kind == "count":
        return seen == "number" and isinstance(value, int) and 0 <= value <= MAX_COUNT
    if kind == "number":
        return seen == "number" and isfinite(value)  # type: ignore[arg-type]
    if kind == "words":
        return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())
    if kind == "people":
        return isinstance(value, list) and all(isinstance(item, str | dict) for item in value)
    if kind in ("texts", "tables") and value == []:
        return True
    return seen == kind or (kind == "moment" and seen == "date")


def found_words(value: object, expected: str = "text") -> str:
    """What stands in a file in place of what was expected, in a few words; a number that is no good, as it is."""
    seen = _kind(value)
    if seen == "number" and expected in ("number", "count"):
        text = str(value)
        return text if len(text) <= SHOWN else "a number with too many digits"
    return _WORDS.get(seen, seen)


def shown(text: object) -> str:
    """A text from a file as an error may show it: in quotes and short."""
    plain = str(text)
    return repr(plain if len(plain) <= SHOWN else plain[: SHOWN - 1] + "…")


class _Checker:
    """Walks the parsed file and collects problems with their lines."""

    def __init__(self, text: str, root: Path) -> None:
        self.lines = toml_lines(text)
        self.root = root
        self.problems: list[Problem] = []

    def say(self, says: str, *path: str | int) -> None:
        self.problems.append(Problem(FILE, line_of(self.lines, *path), says))

    def table(self, value: object, keys: Mapping[str, str], *path: str | int) -> dict[str, Any]:
        """Check a table's keys and kinds; returns only what is right."""
        name = ".".join(str(part) for part in path if isinstance(part, str))
        if not isinstance(value, dict):
            self.say(f"{name} should be a table, found {found_words(value)}", *path)
            return {}
        good = {}
        for key, item in value.items():
            kind = keys.get(key)
            if kind is None:
                self.say(f"unknown key {name}.{key}{nearest(key, keys)}", *path, key)
                continue
            if not _fits(item, kind):
                self.say(f"{name}.{key} should be {_WORDS[kind]}, found {found_words(item, kind)}", *path, key)
                continue
            good[key] = item
        return good

    def existing(self, text: str, *path: str | int, folder: bool = False) -> Path | None:
        """The file or folder a path names, or None when that was a mistake; it is then collected."""
        kind = "folder" if folder else "file"
        if not text.strip():
            self.say(f"{path[-1]} is empty; expected the name of a {kind}", *path)
            return None
        try:
            found = (self.root / text).resolve()
            there = found.is_dir() if folder else found.is_file()
            hint = "" if there else nearest_path(self.root, text)
        except (OSError, ValueError, RuntimeError) as error:
            self.say(f"{shown(text)} names no {kind} here ({_reason(error)})", *path)
            return None
        if there:
            return found
        if not folder and found.is_dir():
            self.say(f"{text} is a folder; expected a file", *path)
        elif folder and found.is_file():
            self.say(f"{text} is a file; expected a folder", *path)
        elif found.exists():
            self.say(f"{text} is no ordinary {kind}", *path)
        else:
            self.say(f"there is no {kind} {text}{hint}", *path)
        return None


def _reason(error: Exception) -> str:
    """Why the system did not take a path, in its own words."""
    if isinstance(error, RuntimeError):
        return "its links lead in a circle"
    return (error.strerror if isinstance(error, OSError) else None) or str(error).split(":")[0]


def nearest_path(root: Path, text: str) -> str:
    """The nearest existing name beside a path that does not exist."""
    parent = (root / text).parent
    if not parent.is_dir():
        return f"; there is no folder {Path(text).parent.as_posix()} either"
    return nearest(Path(text).name, [path.name for path in parent.iterdir() if not path.name.startswith(".")][:200])
