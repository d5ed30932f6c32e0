"""The workspace: auditgen.toml read, checked and typed.

Every mistake is collected and reported at once, one line each with file, line and the nearest right name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol

from auditgen.files.problems import Problem, nearest
from auditgen.files.toml_lines import line_of, toml_error_line, toml_says
from auditgen.reference.scale import SEVERITIES
from auditgen.workspace.checker import _WORDS, FILE, MAX_COUNT, _Checker, _fits, _kind, _reason, found_words, shown
from auditgen.workspace.model import DEFAULT_PROFILES, Profile, Source, Workspace
from auditgen.workspace.problems import WorkspaceError

SCHEMA = "auditgen.workspace/1"


# Key → expected kind. "table" keys are checked by their own functions.
_TOP = (
    "schema",
    "organisation",
    "source",
    "launch",
    "none",
    "gate",
    "checks",
    "barriers",
    "scenarios",
    "decisions",
    "crisis",
    "passwords",
    "report",
)
_ORGANISATION = {
    "name": "text",
    "domains": "texts",
    "mail_aliases": "words",
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
    "minimum_depth": "count",
    "single_cause": "yes/no",
    "minimum_seen": "number",
    "complete_chains": "yes/no",
    "allow_unknown": "texts",
}
# What the organisation may say it has none of, and whether it may be said of one account alone.
_NONE = {
    "agencies": True,
    "bots": True,
    "paid_posts": True,
    "sites": False,
    "printed_addresses": False,
    "apps": True,
    "personal_vaults": False,
    "incidents": True,
}
_ABSENCE = {"account": "text", "by": "text", "on": "date", "until": "date"}
_GATE = {"launch": "text", "profile": "text", "profiles": "table"}
_CHECKS = {"folders": "texts", "params": "table", "severity": "table", "effort": "table", "effort_unit": "text"}
_BARRIERS = {"count_attested": "yes/no"}
_SCENARIOS = {"folders": "texts"}
# Written by `auditgen policy accept`, which must not have to change auditgen.toml.
REVIEWS = "policy-reviews.toml"
_DECISIONS = {"exceptions": "text", "attestations": "text", "reviews": "text"}
_CRISIS = {"decides": "people", "on_call": "tables", "statements": "tables"}
_DECIDES = {"person": "text", "reach": "text"}
_ON_CALL = {"person": "text", "reach": "text", "hours": "text"}
_STATEMENT = {"title": "text", "text": "text"}
_NEEDED = {"decides": ("person",), "on_call": ("person",), "statements": ("title", "text")}
_REPORT = {"title": "text", "findings_per_check": "count", "names": "text"}
_PASSWORDS = {
    "breach_list": "text",
    "breach_list_on": "date",
    "online": "yes/no",
    "range_url": "text",
    "names": "text",
}
_NAMES = ("fix-list", "report", "none")
# Readers that had another name before.
_RENAMED = {"bitwarden": "vault"}
# Tables and keys by the name they once had.
_OLD_NAMES: dict[tuple[str, ...], str] = {
    ("overlay",): "decisions",
    ("panic",): "crisis",
    ("passwords", "corpus"): "breach_list",
    ("passwords", "corpus_on"): "breach_list_on",
}
_SOURCE = {"id": "text", "reader": "text", "path": "text", "seen_on": "date"}


def moment(value: date | datetime) -> datetime:
    """A moment in UTC without zone; a day is its midnight, a time without zone is read as UTC.

    Raises OverflowError where the zone carries it out of the years a date can have.
    """
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    return datetime(value.year, value.month, value.day)


class TakesOptions(Protocol):
    """What this room needs of a reader: the names of its options, with their meaning."""

    @property
    def options(self) -> Mapping[str, str]: ...


def load_workspace(root: Path, readers: Mapping[str, TakesOptions]) -> Workspace:
    """Read and check auditgen.toml in a folder.

    readers  those that are installed, by name
    Raises WorkspaceError with every mistake.
    """
    path = root / FILE
    if path.is_dir():
        raise WorkspaceError([Problem(FILE, 0, f"in {root} is a folder; expected a file")])
    if not path.is_file():
        here = "this folder" if root == Path() else str(root)
        raise WorkspaceError([Problem(FILE, 0, f"not found in {here}; `auditgen init` writes one")])
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = tomllib.loads(text)
    except OSError as error:
        raise WorkspaceError([Problem(FILE, 0, f"could not be opened ({_reason(error)})")]) from None
    except RecursionError:
        raise WorkspaceError([Problem(FILE, 0, "is nested too deeply")]) from None
    except UnicodeDecodeError:
        raise WorkspaceError([Problem(FILE, 0, "should be UTF-8 text; save it again as UTF-8")]) from None
    except tomllib.TOMLDecodeError as error:
        line = toml_error_line(str(error))
        raise WorkspaceError([Problem(FILE, line, f"is not TOML here: {toml_says(error)}")]) from None

    checker = _Checker(text, root)
    _take_old_names(checker, data)
    for key in data:
        if key not in _TOP:
            checker.say(f"unknown key {key}{nearest(key, _TOP)}", key)
    if data.get("schema", SCHEMA) != SCHEMA:
        seen = data["schema"]
        says = shown(seen) if isinstance(seen, str) else found_words(seen)
        checker.say(f"schema should be {SCHEMA!r}, found {says}", "schema")

    organisation = _organisation(checker, data)
    sources = _sources(checker, data, readers)
    launches = _launches(checker, data)
    absences = _absences(checker, data)
    gate = checker.table(data.get("gate", {}), _GATE, "gate")
    profiles = _profiles(checker, gate)
    profile = str(gate.get("profile", "launch"))
    if profile not in profiles:
        checker.say(f"gate.profile = {shown(profile)} is not known{nearest(profile, profiles)}", "gate", "profile")
    checks = checker.table(data.get("checks", {}), _CHECKS, "checks")
    _settings(checker, checks)
    scenarios = checker.table(data.get("scenarios", {}), _SCENARIOS, "scenarios")
    barriers = checker.table(data.get("barriers", {}), _BARRIERS, "barriers")
    decisions = checker.table(data.get("decisions", {}), _DECISIONS, "decisions")
    files = {key: checker.existing(value, "decisions", key) for key, value in decisions.items()}
    crisis = checker.table(data.get("crisis", {}), _CRISIS, "crisis")
    for key, keys in (("decides", _DECIDES), ("on_call", _ON_CALL), ("statements", _STATEMENT)):
        for index, item in enumerate(crisis.get(key, [])):
            if isinstance(item, str):  # who decides may be a bare name
                continue
            checker.table(item, keys, "crisis", key, index)
            for needed in _NEEDED[key]:
                if needed not in item:
                    checker.say(f"crisis.{key}.{needed} is missing", "crisis", key, index)
    passwords = _passwords(checker, data)
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
        absences=absences,
        check_folders=folders["checks"],
        check_settings={key: checks.get(key, {}) for key in ("params", "severity", "effort")},
        effort_unit=checks.get("effort_unit"),
        scenario_folders=folders["scenarios"],
        count_attested=bool(barriers.get("count_attested", False)),
        exceptions=files.get("exceptions"),
        attestations=files.get("attestations"),
        reviews=files.get("reviews") or _beside(root, REVIEWS),
        crisis=crisis,
        passwords=passwords,
        report=report,
        lines=checker.lines,
    )


def _take_old_names(checker: _Checker, data: dict[str, Any]) -> None:
    """Read a table or key that once had another name under the name it has now, with its lines."""
    for old, new in _OLD_NAMES.items():
        table = data
        for part in old[:-1]:
            table = table.get(part, {}) if isinstance(table, dict) else {}
        if not isinstance(table, dict) or old[-1] not in table:
            continue
        if new in table:
            checker.say(f"{old[-1]} is the old name of {new}; keep one of them", *old)
            del table[old[-1]]
            continue
        table[new] = table.pop(old[-1])
        for path, line in list(checker.lines.items()):
            if path[: len(old)] == old:
                checker.lines[(*old[:-1], new, *path[len(old) :])] = line


def _beside(root: Path, name: str) -> Path | None:
    """A file that counts when it is there, without being named."""
    return root / name if (root / name).is_file() else None


def _passwords(checker: _Checker, data: Mapping[str, Any]) -> dict[str, Any]:
    """How passwords are compared with breaches, and where names of items may stand; the breach list as a whole path."""
    found = checker.table(data.get("passwords", {}), _PASSWORDS, "passwords")
    if found.get("names", _NAMES[0]) not in _NAMES:
        checker.say(f"passwords.names should be one of {', '.join(_NAMES)}", "passwords", "names")
    if "range_url" in found and not encrypted_or_here(found["range_url"]):
        checker.say("passwords.range_url should begin with https://", "passwords", "range_url")
    if "breach_list" in found:
        folder = bool(found["breach_list"].strip()) and (checker.root / found["breach_list"]).is_dir()
        found["breach_list"] = str(checker.existing(found["breach_list"], "passwords", "breach_list", folder=folder))
    return found


def encrypted_or_here(address: str) -> bool:
    """Whether nobody on the way can answer in place of an address: https, or this machine."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(address)
        here = parts.hostname in ("127.0.0.1", "localhost", "::1")
    except ValueError:
        return False
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and here))


def _organisation(checker: _Checker, data: Mapping[str, Any]) -> dict[str, Any]:
    organisation = checker.table(data.get("organisation", {}), _ORGANISATION, "organisation")
    written = data.get("organisation", {})
    name = written.get("name", "") if isinstance(written, dict) else None
    # A value of the wrong kind was told already.
    if isinstance(name, str) and not name.strip():
        state = "empty" if "name" in written else "missing"
        checker.say(f"organisation.name is {state}; it stands on every page of the report", "organisation", "name")
    zone = organisation.setdefault("time_zone", "UTC")
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        from zoneinfo import available_timezones

        checker.say(
            f"time_zone {shown(zone)} is not known{nearest(zone, available_timezones())}",
            "organisation",
            "time_zone",
        )
    for key, empty in (("domains", []), ("brand_words", []), ("mail_aliases", {})):
        organisation.setdefault(key, empty)
    return organisation


def _sources(checker: _Checker, data: Mapping[str, Any], readers: Mapping[str, TakesOptions]) -> tuple[Source, ...]:
    entries = data.get("source", [])
    if not isinstance(entries, list):
        checker.say("write each source under its own [[source]]", "source")
        return ()
    sources: list[Source] = []
    for index, entry in enumerate(entries):
        where = ("source", index)
        reader = entry.get("reader") if isinstance(entry, dict) else None
        if isinstance(reader, str) and reader in _RENAMED:
            reader = _RENAMED[reader]
            entry = {**entry, "reader": reader}
        options = readers[reader].options if isinstance(reader, str) and reader in readers else {}
        known = {**_SOURCE, **dict.fromkeys(options, "")}
        if not isinstance(entry, dict):
            checker.say("write each source under its own [[source]]", *where)
            continue
        bad = [key for key in entry if key not in known and key not in options]
        for key in bad:
            checker.say(f"unknown key source.{key}{nearest(key, known)}", *where, key)
        plain = checker.table({k: v for k, v in entry.items() if k in _SOURCE}, _SOURCE, *where)
        missing = [key for key in ("id", "reader", "path") if key not in entry]
        for key in missing:
            checker.say(f"source.{key} is missing", *where)
        if missing or not {"id", "reader", "path"} <= plain.keys():
            continue
        if plain["reader"] not in readers:
            checker.say(
                f"no reader is called {shown(plain['reader'])}{nearest(plain['reader'], readers)}",
                *where,
                "reader",
            )
            continue
        if not plain["id"].strip():
            checker.say("source.id is empty; any short name will do", *where, "id")
        if any(source.id == plain["id"] for source in sources):
            checker.say(f"the id {shown(plain['id'])} is used twice", *where, "id")
        files = _files(checker, plain["path"], *where, "path")
        extra = {key: entry[key] for key in entry if key in options}
        for key, value in extra.items():
            if key in ("mapping", "key_file") and isinstance(value, str):
                checker.existing(value, *where, key)
            elif not isinstance(value, str):
                checker.say(f"source.{key} should be {_WORDS['text']}, found {found_words(value)}", *where, key)
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
        try:
            found = sorted(path for path in root.glob(text) if path.is_file() and not path.name.startswith("."))
        except (OSError, ValueError, NotImplementedError) as error:
            checker.say(f"{shown(text)} fits no file ({_reason(error)})", *where)
            return ()
        if not found:
            checker.say(f"no file fits {text}", *where)
        return tuple(found)
    try:
        if text.strip() and (root / text).is_dir():
            inside = (item for item in (root / text).iterdir() if item.is_file() and not item.name.startswith("."))
            return tuple(sorted(inside))
    except (OSError, ValueError) as error:
        checker.say(f"{shown(text)} could not be opened ({_reason(error)})", *where)
        return ()
    single = checker.existing(text, *where)
    return (root / text,) if single else ()


def _launches(checker: _Checker, data: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    entries = data.get("launch", [])
    if not isinstance(entries, list):
        checker.say("write each launch under its own [[launch]]", "launch")
        return ()
    launches: list[dict[str, Any]] = []
    for index, entry in enumerate(entries):
        where = ("launch", index)
        launch = checker.table(entry, _LAUNCH, *where)
        if not isinstance(entry, dict):
            continue
        for key in ("id", "starts"):
            if key not in entry:
                checker.say(f"launch.{key} is missing", *where)
        if not {"id", "starts"} <= launch.keys():
            continue
        if not launch["id"].strip():
            checker.say("launch.id is empty; any short name will do", *where, "id")
        if any(other["id"] == launch["id"] for other in launches):
            checker.say(f"the id {shown(launch['id'])} is used twice", *where, "id")
        try:
            begin = moment(launch["starts"])
            late = "ends" in launch and moment(launch["ends"]) < begin
        except OverflowError:
            checker.say("a launch should begin and end between the years 1 and 9999", *where, "starts")
            continue
        if late:
            checker.say("launch.ends lies before launch.starts", *where, "ends")
        launches.append({**launch, "line": line_of(checker.lines, *where)})
    return tuple(launches)


def _absences(checker: _Checker, data: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """Entries of [none], each with its thing and line; one thing may have one entry, or a list of them."""
    none = data.get("none", {})
    if not isinstance(none, dict):
        checker.say(f"none should be a table, found {found_words(none)}", "none")
        return ()
    found: list[dict[str, Any]] = []
    for thing, given in none.items():
        if thing not in _NONE:
            checker.say(f"unknown key none.{thing}{nearest(thing, _NONE)}", "none", thing)
            continue
        many = isinstance(given, list)
        items: list[Any] = list(given) if isinstance(given, list) else [given]
        if not all(isinstance(item, dict) for item in items):
            says = f'none.{thing} should be like {{ by = "…", on = 2026-11-24, until = 2027-11-24 }}'
            checker.say(f"{says}, found {found_words(given)}", "none", thing)
            continue
        for index, item in enumerate(items):
            where: tuple[str | int, ...] = ("none", thing, index) if many else ("none", thing)
            entry = checker.table(item, _ABSENCE, *where)
            for key in ("by", "on", "until"):
                if key not in item:
                    checker.say(f"none.{thing}.{key} is missing", *where)
            if "account" in entry and not _NONE[thing]:
                checker.say(f"none.{thing} is said of the whole organisation, not of an account", *where, "account")
            if {"on", "until"} <= entry.keys() and entry["until"] < entry["on"]:
                checker.say(f"none.{thing}.until lies before none.{thing}.on", *where, "until")
            if {"by", "on", "until"} <= entry.keys():
                found.append({"thing": thing, **entry, "line": line_of(checker.lines, *where)})
    return tuple(found)


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


def _like(value: object, declared: object) -> bool:
    """Whether a parameter may stand in place of the one its check declares."""
    if not _fits(value, _kind(declared)):
        return False
    if type(declared) is int:
        return isinstance(value, int) and abs(value) <= MAX_COUNT
    return True


def _settings(checker: _Checker, checks: Mapping[str, Any]) -> None:
    for check, severity in checks.get("severity", {}).items():
        if severity not in SEVERITIES:
            checker.say(
                f"severity should be one of {', '.join(SEVERITIES)}, found {found_words(severity)}"
                if not isinstance(severity, str)
                else f"severity {shown(severity)} is not known{nearest(severity, SEVERITIES)}",
                "checks",
                "severity",
                check,
            )
    for check, effort in checks.get("effort", {}).items():
        if not _fits(effort, "number") or not 0 < effort <= MAX_COUNT:
            checker.say(
                f"effort should be a number above 0, found {found_words(effort, 'number')}", "checks", "effort", check
            )
    for check, params in checks.get("params", {}).items():
        if not isinstance(params, dict):
            checker.say(f"params of a check should be a table, found {found_words(params)}", "checks", "params", check)


def check_names(workspace: Workspace, checks: Iterable[Any]) -> list[Problem]:
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
                    elif not _like(item, declared[key]):
                        wanted = _WORDS.get(_kind(declared[key]), _kind(declared[key]))
                        wanted = "a whole number" if type(declared[key]) is int else wanted
                        says = f"{name}.{key} should be {wanted}, found {found_words(item, _kind(declared[key]))}"
                        problems.append(workspace.problem(says, *where, key))
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
