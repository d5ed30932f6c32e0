"""Checks as Markdown files: loading, validation and the three examples every check carries.

A check file is front matter in TOML between two lines of `+++`, then why it matters, one ```sql query,
`## How to fix it`, and a ```toml example with [pass], [fail] and [unknown] evidence. In place of the query a
check may hold a [clause] (a passage a policy must contain) or an [attest] (a question for a person).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from auditgen.evidence.store import Store, schema
from auditgen.problems import Problem, nearest, sql_says, toml_error_line

STAGES = ("prevent", "act", "cure", "recover")
SEVERITIES = ("critical", "high", "medium", "low", "info")
ABOUT = ("account", "person", "credential", "post", "document", "clause", "site", "organisation")
VERDICTS = ("pass", "fail", "unknown", "due", "n/a")
EXAMPLE_DAY = date(2026, 11, 20)
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
    "facts": list,
    "keeps": list,
    "wording": str,
}
_ATTEST_KEYS: dict[str, type] = {"question": str, "valid_for_days": int}
_FENCE = re.compile(r"^```([a-z]+(?: [a-z]+)?)[ \t]*\n(.*?)^```[ \t]*$", re.M | re.S)

# A clause is judged over the whole set of documents: one good passage anywhere is enough. What nobody could read may
# hold it, so then it was not seen; a passage that is not sure waits for a person and is no pass.
CLAUSE_QUERY = """
select asked.clause as subject,
       case when best.state in ('found_sure', 'accepted') then 'pass'
            when best.state = 'not_applicable' then 'n/a'
            when best.state in ('found_check', 'not_found_check', 'referenced') or readable.n = 0 then 'unknown'
            when best.state is null and readable.unread > 0 then 'unknown'
            else 'fail' end as verdict,
       case when best.state = 'not_applicable' then 'Not applicable: ' || best.text
            when readable.n = 0 then 'No policy document could be read'
            when best.state = 'found_sure' then 'Found in ' || best.spot || ': “' || best.text || '”'
            when best.state = 'accepted' then 'Accepted in ' || best.spot || ': “' || best.text || '”'
            when best.state = 'reopened' then 'Accepted once in ' || best.document || ', and that sentence reads differently now: “' || best.text || '”'
            when best.state = 'found_check' then 'Probably in ' || best.spot || ', to be looked at: “' || best.text || '”'
            when best.state = 'hollow' then 'Begun in ' || best.spot || ', still to be filled in: “' || best.text || '”'
            when best.state = 'declined' then 'Declined in ' || best.spot || ': “' || best.text || '”'
            when best.state = 'referenced' then 'Only pointed to in ' || best.spot || ', and that document was not given: “' || best.text || '”'
            when best.state = 'not_found_check' then 'Probably not found; nearest is ' || best.spot || ': “' || best.text || '”'
            else if(readable.n = 1, 'Not found in the one document that was read', 'Not found in the ' || readable.n || ' documents that were read')
                 || if(readable.unread > 0, ', and ' || if(readable.unread = 1, 'one', readable.unread::varchar) || ' could not be read', '') end as says,
       case when readable.n = 0 then 'missing' when best.state in ('found_check', 'not_found_check') then 'unsure'
            when best.state = 'referenced' then 'missing' when best.state is null and readable.unread > 0 then 'unreadable' end as reason,
       coalesce(best.source, readable.source) as source, best.locator, readable.seen_on, 'exported' as basis
from (select unnest($clauses::varchar[]) as clause) asked,
     (select count(*) filter (state = 'read') as n, count(*) filter (state in ('unreadable', 'foreign')) as unread,
             min(source) filter (state = 'read') as source, min(seen_on) filter (state = 'read') as seen_on from documents) readable
left join (
    select *, document || coalesce(' (' || nullif(heading, '') || ')', '') as spot
    from clauses where rank = 1
) best on best.clause = asked.clause
"""  # noqa: E501


@dataclass(frozen=True)
class Check:
    """One rule with its documentation and its test."""

    id: str
    area: str
    title: str
    fail: str
    stage: str
    severity: str
    effort: float
    about: str
    needs: tuple[str, ...]
    references: tuple[str, ...]
    version: int
    params: Mapping[str, Any]
    why: str
    fix: str
    query: str | None
    clause: Mapping[str, Any] | None
    attest: Mapping[str, Any] | None
    adds: str | None
    step: str | None
    example: str
    pack: str
    file: str
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)

    @cached_property
    def examples(self) -> dict[str, Any]:
        """The example as data; read only when asked for. Raises tomllib.TOMLDecodeError."""
        return tomllib.loads(self.example)

    @property
    def sql(self) -> str | None:
        """The query to run; clause checks share one.

        Texts among the parameters stand in it as literals: a pattern that is no constant is compiled for every row.
        """
        if self.clause is not None or self.query is None:
            return CLAUSE_QUERY if self.clause is not None else None

        def text(match: re.Match[str]) -> str:
            value = self.params.get(match[1])
            return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else match[0]

        return re.sub(r"\$([a-z_]+)", text, self.query)

    def parameters(self, as_of: date) -> dict[str, Any]:
        """Values for every $name the query uses."""
        values: dict[str, Any] = {**self.params, "as_of": as_of, "clauses": [self.id]}
        used = set(re.findall(r"\$([a-z_]+)", self.sql or ""))
        return {name: values[name] for name in used if name in values}


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
    if not text.startswith("+++\n") or "\n+++\n" not in text[4:]:
        reader.say(1, "expected front matter in TOML between two lines of +++")
        return None, reader.problems
    front, body = text[4:].split("\n+++\n", 1)
    offset = front.count("\n") + 3
    try:
        data = tomllib.loads(front)
    except tomllib.TOMLDecodeError as error:
        reader.say(toml_error_line(str(error)) + 1, f"the front matter is not TOML: {error}")
        return None, reader.problems
    front_lines = {
        match[1]: number
        for number, line in enumerate(front.splitlines(), 2)
        if (match := re.match(r"\s*\[?([a-z_]+)", line))
    }
    _check_keys(reader, data, front_lines)

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
        query=fences["sql"][0].strip().rstrip(";") if "sql" in fences else None,
        clause=data.get("clause"),
        attest=data.get("attest"),
        adds=data.get("adds"),
        step=data.get("step"),
        example=fences["toml example"][0],
        pack=pack,
        file=file,
        lines={"sql": fences["sql"][1] if "sql" in fences else offset, **front_lines},
    )
    if verify:
        _check_query(reader, check)
        try:
            _ = check.examples
        except tomllib.TOMLDecodeError as error:
            line = fences["toml example"][1] + toml_error_line(str(error))
            reader.say(line, f"the example is not TOML: {error}")
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
    for need in data.get("needs", []):
        table, _, column = str(need).partition(".")
        if table not in schema():
            reader.say(lines.get("needs", 1), f"needs names no table {table}{nearest(table, schema())}")
        elif column and column not in schema()[table].column_types:
            known = schema()[table].column_types
            reader.say(lines.get("needs", 1), f"table {table} has no column {column}{nearest(column, known)}")


def _check_query(reader: _Reader, check: Check) -> None:
    """A check is one SELECT whose parameters are all declared."""
    if check.query is None:
        return
    import duckdb

    line = check.lines["sql"]
    try:
        statements = duckdb.extract_statements(check.query)
    except duckdb.Error as error:
        reader.say(line, f"the query is not SQL: {sql_says(error)}")
        return
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        reader.say(line, "expected exactly one select statement")
        return
    (tree,) = duckdb.execute("select json_serialize_sql($1)", [check.query]).fetchone() or ("",)
    # A with clause may hold a statement that writes. A text inside the query has its quotes escaped here.
    if match := re.search(r'"type":"(INSERT|UPDATE|DELETE|MERGE|COPY)_QUERY_NODE"', tree):
        reader.say(line, f"expected a query that only reads, found {match[1].lower()}")
        return
    known = {*check.params, "as_of"}
    for name in sorted(set(re.findall(r"\$([a-z_]+)", check.query)) - known):
        reader.say(line, f"${name} is not declared in [params]{nearest(name, known)}")


# -- packs ----------------------------------------------------------------------------------------------


def load_pack(folder: Path, pack: str, *, verify: bool = True) -> tuple[list[Check], list[Problem]]:
    """Every check below a folder; the first folder name below it is the area. `verify` as in parse_check."""
    checks: list[Check] = []
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*.md")):
        relative = path.relative_to(folder)
        if path.name.lower() == "readme.md":
            continue
        area = relative.parts[0] if len(relative.parts) > 1 else "other"
        file = f"{pack}/{relative.as_posix()}"
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(file, 0, f"could not be read as UTF-8 text ({type(error).__name__})"))
            continue
        check, found = parse_check(text, path=path, file=file, area=area, pack=pack, verify=verify)
        problems += found
        if check:
            checks.append(check)
    return checks, problems


def builtin_folder() -> Path:
    """Folder of the built-in pack, wherever the package is installed."""
    from importlib import import_module

    return Path(next(iter(import_module("auditgen.checks").__path__)))


def load_checks(folders: Iterable[Path] = ()) -> tuple[list[Check], list[Problem]]:
    """The built-in pack, packs of installed packages (entry point `auditgen.checks`) and the user's folders.

    Examples of packs that are not our own run here: a check whose fail example does not fail does not load.
    """
    from importlib.metadata import entry_points

    checks, problems = load_pack(builtin_folder(), "auditgen", verify=False)
    ids = {check.id for check in checks}
    foreign: list[tuple[Path, str]] = [(folder, folder.name) for folder in folders]
    for entry in entry_points(group="auditgen.checks"):
        if entry.value == "auditgen.checks":
            continue
        try:
            module = entry.load()
            foreign.append((Path(next(iter(module.__path__))), entry.name))
        except Exception as error:  # any fault of a foreign package is reported, none stops the audit
            problems.append(Problem(f"check pack {entry.name}", 0, f"could not be loaded ({type(error).__name__})"))
    for folder, pack in foreign:
        found, wrong = load_pack(folder, pack)
        problems += wrong
        for check in found:
            if check.id in ids:
                problems.append(Problem(check.file, 0, f"the id {check.id} is already taken by another check"))
                continue
            harness = Harness()
            failures = harness.test(check)
            harness.close()
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


# -- examples -------------------------------------------------------------------------------------------


class Harness:
    """Runs the examples of checks against a frozen, empty store."""

    def __init__(self) -> None:
        self.store = Store()
        self.store.freeze(memory_limit="512MB")

    def close(self) -> None:
        self.store.close()

    def test(self, check: Check) -> list[Problem]:
        """Run the examples of one check; every example that does not hold is a problem."""
        if check.clause is not None:
            return self._test_clause(check)
        if check.attest is not None:
            return []
        wrong: list[Problem] = []
        for name in ("pass", "fail", "unknown"):
            if not isinstance(check.examples.get(name), dict):
                wrong.append(Problem(check.file, 0, f"the example has no [{name}]"))
                continue
            verdicts = self._verdicts(check, name)
            if isinstance(verdicts, str):
                wrong.append(Problem(check.file, check.lines["sql"], f"example [{name}]: {verdicts}"))
                continue
            good = (
                bool(verdicts)
                and (set(verdicts) == {"pass"} if name == "pass" else name in verdicts)
                and not (name == "unknown" and "pass" in verdicts)
            )
            if not good:
                seen = ", ".join(sorted(set(verdicts))) or "no rows"
                wrong.append(Problem(check.file, 0, f"example [{name}] should give {name}, gave {seen}"))
        return wrong

    def _verdicts(self, check: Check, name: str) -> list[str] | str:
        import duckdb

        connection = self.store.connection
        connection.execute("begin")
        try:
            example = dict(check.examples[name])
            as_of = example.pop("as_of", EXAMPLE_DAY)
            for table, rows in example.items():
                if table not in schema():
                    return f"no table {table}{nearest(table, schema())}"
                self.store.add(
                    table, [{"source": "example", "locator": f"row {n}", **row} for n, row in enumerate(rows, 1)]
                )
            with self.store.limit(5, read_only=False):
                rows = self.store.select(check.sql or "", check.parameters(as_of))
            missing = {"subject", "verdict", "says"} - (rows[0].keys() if rows else set())
            if rows and missing:
                return f"the query returns no column {sorted(missing)[0]}"
            verdicts = [str(row["verdict"]) for row in rows]
            if strange := set(verdicts) - set(VERDICTS):
                return f"the verdict {sorted(strange)[0]} is not known; known: {', '.join(VERDICTS)}"
            if any(row["says"] is None or row["subject"] is None for row in rows):
                return "subject and says must never be null"
            return verdicts
        except KeyError as error:
            return str(error.args[0])
        except (duckdb.Error, TypeError) as error:
            return sql_says(error)
        finally:
            connection.execute("rollback")

    def _test_clause(self, check: Check) -> list[Problem]:
        """Sentences that must be found by the patterns alone, and near misses that must not."""
        from auditgen.analysis.clauses.patterns import match
        from auditgen.analysis.clauses.units import Unit

        wrong = []
        for name, least in (("found", 3), ("not_found", 2)):
            sentences = check.examples.get(name)
            if not isinstance(sentences, list) or len(sentences) < least:
                wrong.append(Problem(check.file, 0, f"the example has no list {name} of {least} sentences or more"))
                continue
            units = [Unit("example", n, "paragraph", "", "", n, None, str(text)) for n, text in enumerate(sentences, 1)]
            hits = match(self.store.connection, units, {check.id: check.clause or {}})
            if hits.wrong:
                wrong.append(Problem(check.file, check.lines.get("clause", 0), "a pattern is not RE2"))
                continue
            for sentence, found in zip(sentences, hits.found[:, 0], strict=True):
                if bool(found) != (name == "found"):
                    gave = "was found" if found else "was not found"
                    wrong.append(Problem(check.file, 0, f"example {name}: “{sentence}” {gave}"))
        return wrong
