"""The workspace: auditgen.toml read, checked and typed.

Every mistake is collected and reported at once, one line each with file, line and the nearest right name.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from auditgen.problems import Problem, WorkspaceError, line_of, nearest, toml_error_line, toml_lines

FILE = "auditgen.toml"
SCHEMA = "auditgen.workspace/1"
SEVERITIES = ("critical", "high", "medium", "low", "info")

# Key → expected kind. "table" keys are checked by their own functions.
_TOP = (
    "schema",
    "organisation",
    "source",
    "launch",
    "gate",
    "checks",
    "barriers",
    "scenarios",
    "overlay",
    "panic",
    "report",
)
_ORGANISATION = {
    "name": "text",
    "domains": "texts",
    "mail_aliases": "table",
    "brand_words": "texts",
    "time_zone": "text",
}
_LAUNCH = {
    "id": "text",
    "title": "text",
    "starts": "moment",
    "ends": "moment",
    "accounts": "texts",
    "on_call": "texts",
}
_PROFILE = {
    "max_open": "table",
    "minimum_depth": "number",
    "single_cause": "yes/no",
    "minimum_seen": "number",
    "complete_chains": "yes/no",
    "allow_unknown": "texts",
}
_GATE = {"launch": "text", "profile": "text", "profiles": "table"}
_CHECKS = {"folders": "texts", "params": "table", "severity": "table", "effort": "table", "effort_unit": "text"}
_BARRIERS = {"count_attested": "yes/no"}
_SCENARIOS = {"folders": "texts"}
_OVERLAY = {"exceptions": "text", "attestations": "text"}
_PANIC = {"decides": "texts", "on_call": "tables", "statements": "tables"}
_ON_CALL = {"person": "text", "reach": "text", "hours": "text"}
_STATEMENT = {"title": "text", "text": "text"}
_REPORT = {"title": "text", "findings_per_check": "number", "names": "text"}
_SOURCE = {"id": "text", "reader": "text", "path": "text", "seen_on": "date"}


@dataclass(frozen=True)
class Source:
    """One [[source]] entry: files for one reader."""

    id: str
    reader: str
    path: str
    files: tuple[Path, ...]
    options: Mapping[str, Any]
    line: int


@dataclass(frozen=True)
class Profile:
    """The rules of one gate profile; see auditgen.audit.gate for what each decides."""

    name: str
    max_open: Mapping[str, int] = field(default_factory=dict)
    minimum_depth: int = 0
    single_cause: bool = False
    minimum_seen: float = 0.0
    complete_chains: bool = False
    allow_unknown: tuple[str, ...] = ()


DEFAULT_PROFILES = {
    "launch": Profile("launch", {"critical": 0, "high": 0}, 1, False, 0.75, False),
    "nightly": Profile("nightly", {"critical": 0}, 1, False, 0.5, False),
}


@dataclass(frozen=True)
class Workspace:
    """Everything auditgen.toml says, typed and checked."""

    root: Path
    organisation: Mapping[str, Any]
    sources: tuple[Source, ...]
    launches: tuple[Mapping[str, Any], ...]
    launch: str | None
    profile: str
    profiles: Mapping[str, Profile]
    check_folders: tuple[Path, ...]
    check_settings: Mapping[str, Mapping[str, Any]]
    effort_unit: str | None
    scenario_folders: tuple[Path, ...]
    count_attested: bool
    exceptions: Path | None
    attestations: Path | None
    panic: Mapping[str, Any]
    report: Mapping[str, Any]
    lines: Mapping[tuple[str | int, ...], int]

    @property
    def file(self) -> Path:
        return self.root / FILE

    def problem(self, says: str, *path: str | int) -> Problem:
        """A mistake at a place in auditgen.toml found later, such as an unknown check id."""
        return Problem(FILE, line_of(dict(self.lines), *path), says)


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
    "yes/no": "true or false",
    "date": "a date like 2026-11-24",
    "moment": "a moment like 2026-12-01T09:00:00Z",
    "table": "a table",
    "tables": "a list of tables",
    "list": "a list",
}


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
            self.say(f"{name} should be a table, found {_WORDS.get(_kind(value), _kind(value))}", *path)
            return {}
        good = {}
        for key, item in value.items():
            kind = keys.get(key)
            if kind is None:
                self.say(f"unknown key {name}.{key}{nearest(key, keys)}", *path, key)
                continue
            seen = _kind(item)
            empty_list = item == [] and kind in ("texts", "tables")
            if seen != kind and not empty_list and not (kind == "moment" and seen == "date"):
                self.say(f"{name}.{key} should be {_WORDS[kind]}, found {_WORDS.get(seen, seen)}", *path, key)
                continue
            good[key] = item
        return good

    def existing(self, text: str, *path: str | int, folder: bool = False) -> Path | None:
        found = (self.root / text).resolve()
        if folder and not found.is_dir():
            self.say(f"there is no folder {text}{nearest_path(self.root, text)}", *path)
            return None
        if not folder and not found.is_file():
            self.say(f"there is no file {text}{nearest_path(self.root, text)}", *path)
            return None
        return found


def nearest_path(root: Path, text: str) -> str:
    """The nearest existing name beside a path that does not exist."""
    parent = (root / text).parent
    if not parent.is_dir():
        return f"; there is no folder {Path(text).parent.as_posix()} either"
    return nearest(Path(text).name, [path.name for path in parent.iterdir() if not path.name.startswith(".")][:200])


def moment(value: date | datetime) -> datetime:
    """A moment in UTC without zone; a day is its midnight, a time without zone is read as UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    return datetime(value.year, value.month, value.day)


def load_workspace(root: Path, reader_options: Mapping[str, Iterable[str]]) -> Workspace:
    """Read and check auditgen.toml in a folder.

    reader_options  names of the readers that are installed → options each accepts
    Raises WorkspaceError with every mistake.
    """
    path = root / FILE
    if not path.is_file():
        raise WorkspaceError([Problem(FILE, 0, f"not found in {root}; `auditgen init` writes one")])
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = tomllib.loads(text)
    except UnicodeDecodeError:
        raise WorkspaceError([Problem(FILE, 0, "should be UTF-8 text; save it again as UTF-8")]) from None
    except tomllib.TOMLDecodeError as error:
        says = re.sub(r" \(at .*\)$", "", str(error))
        raise WorkspaceError([Problem(FILE, toml_error_line(str(error)), f"is not TOML here: {says}")]) from None

    checker = _Checker(text, root)
    for key in data:
        if key not in _TOP:
            checker.say(f"unknown key {key}{nearest(key, _TOP)}", key)
    if data.get("schema", SCHEMA) != SCHEMA:
        checker.say(f"schema should be {SCHEMA!r}, found {data['schema']!r}", "schema")

    organisation = _organisation(checker, data)
    sources = _sources(checker, data, reader_options)
    launches = _launches(checker, data)
    gate = checker.table(data.get("gate", {}), _GATE, "gate")
    profiles = _profiles(checker, gate)
    profile = str(gate.get("profile", "launch"))
    if profile not in profiles:
        checker.say(f"gate.profile = {profile!r} is not known{nearest(profile, profiles)}", "gate", "profile")
    checks = checker.table(data.get("checks", {}), _CHECKS, "checks")
    _settings(checker, checks)
    scenarios = checker.table(data.get("scenarios", {}), _SCENARIOS, "scenarios")
    barriers = checker.table(data.get("barriers", {}), _BARRIERS, "barriers")
    overlay = checker.table(data.get("overlay", {}), _OVERLAY, "overlay")
    files = {key: checker.existing(value, "overlay", key) for key, value in overlay.items()}
    panic = checker.table(data.get("panic", {}), _PANIC, "panic")
    for key, keys in (("on_call", _ON_CALL), ("statements", _STATEMENT)):
        for index, item in enumerate(panic.get(key, [])):
            checker.table(item, keys, "panic", key, index)
    report = checker.table(data.get("report", {}), _REPORT, "report")
    if report.get("names", "full") not in ("full", "initials"):
        checker.say("report.names should be 'full' or 'initials'", "report", "names")
    folders = {
        name: tuple(
            found
            for item in table.get("folders", [])
            if (found := checker.existing(item, name, "folders", folder=True))
        )
        for name, table in (("checks", checks), ("scenarios", scenarios))
    }
    if checker.problems:
        raise WorkspaceError(checker.problems)
    return Workspace(
        root=root,
        organisation=organisation,
        sources=sources,
        launches=launches,
        launch=gate.get("launch"),
        profile=profile,
        profiles=profiles,
        check_folders=folders["checks"],
        check_settings={key: checks.get(key, {}) for key in ("params", "severity", "effort")},
        effort_unit=checks.get("effort_unit"),
        scenario_folders=folders["scenarios"],
        count_attested=bool(barriers.get("count_attested", False)),
        exceptions=files.get("exceptions"),
        attestations=files.get("attestations"),
        panic=panic,
        report=report,
        lines=checker.lines,
    )


def _organisation(checker: _Checker, data: Mapping[str, Any]) -> dict[str, Any]:
    organisation = checker.table(data.get("organisation", {}), _ORGANISATION, "organisation")
    if not str(organisation.get("name", "")).strip():
        checker.say("organisation.name is missing", "organisation")
    zone = organisation.setdefault("time_zone", "UTC")
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        from zoneinfo import available_timezones

        checker.say(
            f"time_zone {zone!r} is not known{nearest(zone, available_timezones())}",
            "organisation",
            "time_zone",
        )
    for key, empty in (("domains", []), ("brand_words", []), ("mail_aliases", {})):
        organisation.setdefault(key, empty)
    return organisation


def _sources(
    checker: _Checker, data: Mapping[str, Any], reader_options: Mapping[str, Iterable[str]]
) -> tuple[Source, ...]:
    entries = data.get("source", [])
    if not isinstance(entries, list):
        checker.say("write each source under its own [[source]]", "source")
        return ()
    sources: list[Source] = []
    for index, entry in enumerate(entries):
        where = ("source", index)
        reader = entry.get("reader") if isinstance(entry, dict) else None
        options = tuple(reader_options.get(reader, ())) if isinstance(reader, str) else ()
        known = {**_SOURCE, **dict.fromkeys(options, "")}
        if not isinstance(entry, dict):
            checker.say("a source should be a table", *where)
            continue
        bad = [key for key in entry if key not in known]
        for key in bad:
            checker.say(f"unknown key source.{key}{nearest(key, known)}", *where, key)
        plain = checker.table({k: v for k, v in entry.items() if k in _SOURCE}, _SOURCE, *where)
        missing = [key for key in ("id", "reader", "path") if key not in entry]
        for key in missing:
            checker.say(f"source.{key} is missing", *where)
        if missing or not {"id", "reader", "path"} <= plain.keys():
            continue
        if plain["reader"] not in reader_options:
            checker.say(
                f"no reader is called {plain['reader']!r}{nearest(plain['reader'], reader_options)}",
                *where,
                "reader",
            )
            continue
        if any(source.id == plain["id"] for source in sources):
            checker.say(f"the id {plain['id']!r} is used twice", *where, "id")
        files = _files(checker, plain["path"], *where, "path")
        extra = {key: entry[key] for key in entry if key in options}
        for key, value in extra.items():
            if key == "mapping" and isinstance(value, str):
                checker.existing(value, *where, key)
        if "seen_on" in plain:
            extra["seen_on"] = plain["seen_on"]
        sources.append(
            Source(
                plain["id"],
                plain["reader"],
                plain["path"],
                files,
                {**extra, "id": plain["id"]},
                line_of(checker.lines, *where),
            )
        )
    return tuple(sources)


def _files(checker: _Checker, text: str, *where: str | int) -> tuple[Path, ...]:
    """Files of a path, a folder or a glob; hidden files are left out."""
    root = checker.root
    if any(mark in text for mark in "*?["):
        if Path(text).is_absolute():
            checker.say("a path with * should be relative to auditgen.toml", *where)
            return ()
        found = sorted(path for path in root.glob(text) if path.is_file() and not path.name.startswith("."))
        if not found:
            checker.say(f"no file fits {text}", *where)
        return tuple(found)
    path = root / text
    if path.is_dir():
        return tuple(sorted(item for item in path.iterdir() if item.is_file() and not item.name.startswith(".")))
    single = checker.existing(text, *where)
    return (root / text,) if single else ()


def _launches(checker: _Checker, data: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    entries = data.get("launch", [])
    if not isinstance(entries, list):
        checker.say("write each launch under its own [[launch]]", "launch")
        return ()
    launches = []
    for index, entry in enumerate(entries):
        launch = checker.table(entry, _LAUNCH, "launch", index)
        if "id" not in launch or "starts" not in launch:
            checker.say("a launch needs an id and a start", "launch", index)
            continue
        launches.append({**launch, "line": line_of(checker.lines, "launch", index)})
    return tuple(launches)


def _profiles(checker: _Checker, gate: Mapping[str, Any]) -> dict[str, Profile]:
    profiles = dict(DEFAULT_PROFILES)
    for name, table in gate.get("profiles", {}).items():
        where = ("gate", "profiles", name)
        values = checker.table(table, _PROFILE, *where)
        for severity, number in values.get("max_open", {}).items():
            if severity not in SEVERITIES:
                checker.say(
                    f"max_open names no severity {severity}{nearest(severity, SEVERITIES)}",
                    *where,
                    "max_open",
                    severity,
                )
            elif not isinstance(number, int) or isinstance(number, bool) or number < 0:
                checker.say(f"max_open.{severity} should be a whole number from 0", *where, "max_open", severity)
        share = values.get("minimum_seen", 0)
        if not 0 <= share <= 1:
            checker.say(f"minimum_seen is a share from 0 to 1, found {share}", *where, "minimum_seen")
        base = profiles.get(name, Profile(name))
        profiles[name] = Profile(
            name,
            **{key: values.get(key, getattr(base, key)) for key in _PROFILE if key != "allow_unknown"},
            allow_unknown=tuple(values.get("allow_unknown", base.allow_unknown)),
        )
    return profiles


def _settings(checker: _Checker, checks: Mapping[str, Any]) -> None:
    for check, severity in checks.get("severity", {}).items():
        if severity not in SEVERITIES:
            checker.say(
                f"severity {severity!r} is not known{nearest(str(severity), SEVERITIES)}",
                "checks",
                "severity",
                check,
            )
    for check, effort in checks.get("effort", {}).items():
        if not isinstance(effort, int | float) or isinstance(effort, bool) or effort <= 0:
            checker.say("effort should be a number above 0", "checks", "effort", check)
    for check, params in checks.get("params", {}).items():
        if not isinstance(params, dict):
            checker.say("params of a check should be a table", "checks", "params", check)


def check_names(workspace: Workspace, checks: Iterable[Any], people: Iterable[str] = ()) -> list[Problem]:
    """Mistakes that need the loaded checks: unknown check ids, unknown parameters and their types."""
    known = {check.id: check for check in checks}
    problems = []
    for section in ("params", "severity", "effort"):
        for name, value in workspace.check_settings.get(section, {}).items():
            where = ("checks", section, name)
            if name not in known:
                problems.append(workspace.problem(f"no check is called {name}{nearest(name, known)}", *where))
            elif section == "params":
                declared = known[name].params
                for key, item in value.items():
                    if key not in declared:
                        problems.append(
                            workspace.problem(f"{name} has no parameter {key}{nearest(key, declared)}", *where, key)
                        )
                    elif _kind(item) != _kind(declared[key]):
                        wanted = _WORDS.get(_kind(declared[key]), _kind(declared[key]))
                        problems.append(workspace.problem(f"{name}.{key} should be {wanted}", *where, key))
    for profile in workspace.profiles.values():
        for name in profile.allow_unknown:
            if name not in known:
                problems.append(
                    workspace.problem(
                        f"allow_unknown names no check {name}{nearest(name, known)}",
                        "gate",
                        "profiles",
                        profile.name,
                        "allow_unknown",
                    )
                )
    return problems
