"""Where a key of a TOML text stands, and what is wrong with a text that is none."""

from __future__ import annotations

import re

_TABLE = re.compile(r"^\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")

_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")

_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(text))


def toml_lines(text: str) -> dict[tuple[str | int, ...], int]:
    """Line of every table header and key of a TOML text, by path; array tables carry their index.

    tomllib keeps no positions. Keys inside inline tables have the line of the key that holds them.
    """
    lines: dict[tuple[str | int, ...], int] = {}
    arrays: dict[tuple[str | int, ...], int] = {}
    prefix: tuple[str | int, ...] = ()
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        if fence:
            if fence in line:
                fence = ""
            continue
        if match := _TABLE.match(line):
            name: tuple[str | int, ...] = ()
            parts = _parts(match[1])
            for index, part in enumerate(parts):
                name = (*name, part)
                if index < len(parts) - 1 and name in arrays:
                    name = (*name, arrays[name])
            if line.lstrip().startswith("[["):
                arrays[name] = arrays.get(name, -1) + 1
                name = (*name, arrays[name])
            prefix = name
            lines.setdefault(prefix, number)
        elif match := _KEY.match(line):
            path = prefix
            for part in _parts(match[1]):
                path = (*path, part)
                lines.setdefault(path, number)
        for mark in ('"""', "'''"):
            if line.count(mark) % 2:
                fence = mark
                break
    return lines


def line_of(lines: dict[tuple[str | int, ...], int], *path: str | int) -> int:
    """Line of a path, or of the nearest enclosing table; an array's line is that of its first table."""
    where: tuple[str | int, ...] = path
    while where:
        for place in (where, (*where, 0)):
            if place in lines:
                return lines[place]
        where = where[:-1]
    return 0


def toml_error_line(message: str) -> int:
    """Line named in a tomllib error message; 0 when it names none."""
    match = re.search(r"line (\d+)", message)
    return int(match[1]) if match else 0


# What tomllib says → what it means to whoever wrote the line.
_TOML_WORDS = (
    (r"Illegal character '\\n'", "a text is not closed; expected a quote at its end"),
    (r"Invalid date or datetime", "no such day or time; expected one like 2026-11-24"),
    (r"Cannot overwrite a value", "the key stands twice"),
    (r"Cannot declare \('(.*?)',\) twice", r"the table \1 stands twice"),
    (r"Invalid value", "expected a text in quotes, a number, a date, true, false or a list"),
)


def toml_says(error: Exception) -> str:
    """A tomllib error in plain words, without its place."""
    says = re.sub(r" \(at .*\)$", "", str(error))
    for pattern, words in _TOML_WORDS:
        if match := re.fullmatch(pattern, says):
            return match.expand(words)
    return says
