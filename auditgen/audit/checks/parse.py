"""Taking a check file apart, with every mistake in it told at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from auditgen.audit.checks.check import ABOUT, STAGES, Check
from auditgen.audit.checks.query import (
    NAME,
    NotOneSelect,
    error_line,
    one_select,
    only_reads,
    sql_says,
    unknown_names,
)
from auditgen.evidence.store import schema
from auditgen.files.problems import Problem, nearest
from auditgen.files.toml_lines import toml_error_line
from auditgen.reference.scale import SEVERITIES
from auditgen.workspace.checker import shown

ID = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")

_KEYS: dict[str, type | tuple[type, ...]] = {
    "title": str,
    "fail": str,
    "step": str,
    "stage": str,
    "severity": str,
    "effort": (int, float),
    "about": str,
    "needs": list,
    "references": list,
    "version": int,
    "area": str,
    "adds": str,
    "absent": list,
    "params": dict,
    "clause": dict,
    "attest": dict,
}

_REQUIRED = ("title", "fail", "stage", "severity", "about", "version")

_CLAUSE_KEYS: dict[str, type] = {
    "code": str,
    "name": str,
    "present": str,
    "partial_when": str,
    "found": list,
    "partial": list,
    "heading": list,
    "declined": list,
    "operative": list,
    "facts": list,
    "keeps": list,
    "wording": str,
}

_ATTEST_KEYS: dict[str, type] = {"question": str, "valid_for_days": int}

# What [none] of auditgen.toml can say of.
THINGS = next(column.words for column in schema()["absences"].columns if column.name == "thing")

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_FENCE = re.compile(r"^```([a-z]+(?: [a-z]+)?)[ \t]*\n(.*?)^```[ \t]*$", re.M | re.S)


class _Reader:
    """Collects the mistakes of one file while it is taken apart."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def say(self, line: int, text: str) -> None:
        self.problems.append(Problem(self.file, line, text))


def parse_check(
    text: str, *, path: Path, file: str, area: str, pack: str, verify: bool = True
) -> tuple[Check | None, list[Problem]]:
    """Take one check file apart; returns the check, or None and every mistake found.

    `verify` also has the database read the query; the built-in pack is verified by its tests instead.
    """
    reader = _Reader(file)
    text = text.replace("\r\n", "\n")
    if hidden := _CONTROL.search(text):
        line = text.count("\n", 0, hidden.start()) + 1
        reader.say(line, f"holds a character that nobody can see (U+{ord(hidden[0]):04X}); take it out")
        return None, reader.problems
    if not text.startswith("+++\n") or "\n+++\n" not in text[4:]:
        reader.say(1, "expected front matter in TOML between two lines of +++")
        return None, reader.problems
    front, body = text[4:].split("\n+++\n", 1)
    # Line of the file on which the body begins: the front matter begins on line 2 and ends with a line of its own.
    offset = front.count("\n") + 4
    try:
        data = tomllib.loads(front)
    except tomllib.TOMLDecodeError as error:
        reader.say(toml_error_line(str(error)) + 1, f"the front matter is not TOML: {error}")
        return None, reader.problems
    except RecursionError:
        reader.say(1, "the front matter holds lists or tables too deep in one another")
        return None, reader.problems
    front_lines = {
        match[1]: number
        for number, line in enumerate(front.splitlines(), 2)
        if (match := re.match(r"\s*\[?([a-z_]+)", line))
    }
    _check_keys(reader, data, front_lines)
    _check_params(reader, data.get("params"), front_lines)

    fences = {
        name: (content, body[: match.start()].count("\n") + offset)
        for match in _FENCE.finditer(body)
        for name, content in [(match[1], match[2])]
    }
    kinds = [kind for kind in ("clause", "attest") if kind in data] + (["sql"] if "sql" in fences else [])
    if len(kinds) != 1:
        reader.say(
            offset,
            f"expected one of a ```sql query, [clause] or [attest], found {' and '.join(kinds) or 'none'}",
        )
    prose = _FENCE.sub("", body)
    why, _, fix = prose.partition("## How to fix it")
    if not why.strip():
        reader.say(offset, "expected why it matters after the front matter")
    if not fix.strip():
        reader.say(offset, "expected a section “## How to fix it”")
    if "toml example" not in fences:
        reader.say(offset, "expected a ```toml example")
    if not ID.match(path.stem):
        reader.say(0, f"the file name is the id: lower-case words joined by hyphens, found {path.stem}")
    if reader.problems:
        return None, reader.problems

    needs = tuple(data.get("needs", ("documents",) if "clause" in data else ()))
    check = Check(
        id=path.stem,
        area=data.get("area", area),
        title=data["title"],
        fail=data["fail"],
        stage=data["stage"],
        severity=data["severity"],
        effort=float(data.get("effort", 1)),
        about=data["about"],
        needs=needs,
        references=tuple(str(item) for item in data.get("references", ())),
        version=data["version"],
        params=data.get("params", {}),
        why=why.strip(),
        fix=fix.strip(),
        query=fences["sql"][0].rstrip().rstrip(";") if "sql" in fences else None,
        clause=data.get("clause"),
        attest=data.get("attest"),
        adds=data.get("adds"),
        step=data.get("step"),
        example=fences["toml example"][0],
        pack=pack,
        file=file,
        lines={
            "sql": fences["sql"][1] if "sql" in fences else offset,
            **{
                f"example.{match[1]}": fences["toml example"][1] + number
                for number, line in enumerate(fences["toml example"][0].splitlines(), 1)
                if (match := re.match(r"\[\[?(pass|fail|unknown)\b", line))
            },
            **front_lines,
        },
        absent=tuple(data.get("absent", ())),
    )
    if verify:
        _check_query(reader, check)
        try:
            _ = check.examples
        except tomllib.TOMLDecodeError as error:
            line = fences["toml example"][1] + toml_error_line(str(error))
            reader.say(line, f"the example is not TOML: {error}")
        except RecursionError:
            reader.say(fences["toml example"][1], "the example holds lists or tables too deep in one another")
    return (None if reader.problems else check), reader.problems


def _check_keys(reader: _Reader, data: dict[str, Any], lines: Mapping[str, int]) -> None:
    def kind_of(value: object) -> str:
        return {str: "text", int: "a number", float: "a number", list: "a list", dict: "a table"}.get(
            type(value), type(value).__name__
        )

    def typed(where: str, value: object, expected: type | tuple[type, ...]) -> None:
        if not isinstance(value, expected) or isinstance(value, bool):
            wanted = kind_of((expected[0] if isinstance(expected, tuple) else expected)())
            reader.say(lines.get(where, 1), f"{where} should be {wanted}, found {kind_of(value)}")

    for key, value in data.items():
        if key not in _KEYS:
            reader.say(lines.get(key, 1), f"unknown key {key}{nearest(key, _KEYS)}")
        else:
            typed(key, value, _KEYS[key])
    for key in _REQUIRED:
        if key not in data:
            reader.say(1, f"{key} is missing")
    for key, allowed in (("stage", STAGES), ("severity", SEVERITIES), ("about", ABOUT)):
        value = data.get(key)
        if isinstance(value, str) and value not in allowed:
            reader.say(lines.get(key, 1), f"{key} = {value!r} is not known{nearest(value, allowed)}")
    for table, keys in (("clause", _CLAUSE_KEYS), ("attest", _ATTEST_KEYS)):
        for key, value in data.get(table, {}).items() if isinstance(data.get(table), dict) else ():
            if key not in keys:
                reader.say(lines.get(key, lines.get(table, 1)), f"unknown key {table}.{key}{nearest(key, keys)}")
            else:
                typed(key, value, keys[key])
    clause = data.get("clause")
    patterns = clause.get("operative") if isinstance(clause, dict) else None
    for pattern in patterns if isinstance(patterns, list) else ():
        try:
            re.compile(str(pattern))
        except re.error as error:
            reader.say(lines.get("operative", 1), f"clause.operative holds no pattern: {error}")
    for need in data.get("needs", []):
        table, _, column = str(need).partition(".")
        if table not in schema():
            reader.say(lines.get("needs", 1), f"needs names no table {table}{nearest(table, schema())}")
        elif column and column not in schema()[table].column_types:
            known = schema()[table].column_types
            reader.say(lines.get("needs", 1), f"table {table} has no column {column}{nearest(column, known)}")

    for thing in data.get("absent", []) if isinstance(data.get("absent"), list) else ():
        if thing not in THINGS:
            says = f"absent names nothing that can be said to be absent, {shown(thing)}{nearest(str(thing), THINGS)}"
            reader.say(lines.get("absent", 1), says)


def _check_query(reader: _Reader, check: Check) -> None:
    """A check is one SELECT that only reads and whose parameters are all declared, with its texts put in too."""
    if check.query is None:
        return
    import duckdb

    line = check.lines["sql"]
    try:
        one_select(check.query)
        one_select(check.sql or "")
        only_reads(check.sql or "")
        for says in unknown_names(check.query, {*check.params, "as_of", "until"}):
            reader.say(line, says)
    except duckdb.Error as error:
        reader.say(line + error_line(error), f"the query is not SQL: {sql_says(error)}")
    except NotOneSelect as error:
        reader.say(line, str(error))


def _check_params(reader: _Reader, params: object, lines: Mapping[str, int]) -> None:
    """Parameters are plain values, so that they can be bound."""
    plain = (str, int, float, bool, date)
    for name, value in params.items() if isinstance(params, dict) else ():
        line = lines.get(name, lines.get("params", 1))
        if not NAME.fullmatch(f"${name}"):
            reader.say(line, f"params.{shown(name)} should be named with small letters and underscores")
        elif name in ("as_of", "until", "clauses"):
            reader.say(line, f"params.{name} is a name the program gives itself")
        elif not all(isinstance(item, plain) for item in (value if isinstance(value, list) else [value])):
            reader.say(line, f"params.{name} should be a text, a number, a date, true, false or a list of them")
