"""The closed vocabulary of the bow-tie: barriers, shared causes, threats, top events, response functions.

Data lives beside the checks (barriers.toml, vocabulary.toml). A barrier can by itself stop a threat; a safeguard
only keeps barriers alive and never counts (CCPS/EI, Bow Ties in Risk Management); a response acts after the event.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditgen import data_folder
from auditgen.files import toml_lines as positions
from auditgen.files.kept import kept, stamp
from auditgen.files.problems import Problem, nearest
from auditgen.files.toml_lines import line_of, toml_error_line, toml_lines, toml_says
from auditgen.workspace.problems import WorkspaceError


@dataclass(frozen=True)
class Barrier:
    """One barrier, safeguard or response.

    family        barriers of one family earn one credit
    max_age_days  evidence older than this is no evidence; None means any age
    tolerance     subjects that may fail before the barrier is open
    heart         the check of all_of without which there is no such barrier: where it concerns nothing, so does this
    """

    id: str
    title: str
    short: str
    stands_when: str
    family: str
    kind: str
    phase: str
    function: str | None
    scope: str
    all_of: tuple[str, ...]
    any_of: tuple[str, ...]
    max_age_days: int | None
    tolerance: int
    heart: str | None = None

    @property
    def checks(self) -> tuple[str, ...]:
        return self.all_of + self.any_of


@dataclass(frozen=True)
class Cause:
    """A shared cause that takes several barriers away at once; active where its check fails or cannot tell."""

    id: str
    title: str
    says: str
    check: str
    barriers: tuple[str, ...]


@dataclass(frozen=True)
class Threat:
    """An act that can lead to a top event, with the barriers that alone could stop it."""

    id: str
    title: str
    top_event: str
    barriers: tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """Everything scenarios may name."""

    barriers: Mapping[str, Barrier]
    causes: tuple[Cause, ...]
    threats: Mapping[str, Threat]
    top_events: Mapping[str, Mapping[str, Any]]
    functions: Mapping[str, Mapping[str, Any]]
    platforms: Mapping[str, str]
    areas: Mapping[str, Mapping[str, Any]]

    def responses(self, function: str) -> list[Barrier]:
        return [item for item in self.barriers.values() if item.kind == "response" and item.function == function]


@dataclass(frozen=True)
class ThreatPath:
    """One way a disaster took, from a threat past the barriers in its way."""

    threat: str
    barriers: tuple[str, ...]


@dataclass(frozen=True)
class Scenario:
    """One documented disaster, or a near miss of the user's own."""

    id: str
    title: str
    date: str
    who: str
    platforms: tuple[str, ...]
    top_event: str
    preventable: bool
    good_response: bool
    what: str
    lesson: str
    times: Mapping[str, str]
    paths: tuple[ThreatPath, ...]
    then: tuple[Mapping[str, str], ...]
    sources: tuple[Mapping[str, str], ...]


# A TOML file as data, and where each of its keys stands.
_Read = tuple[dict[str, Any], dict[tuple[str | int, ...], int]]


def _tomls(folder: Path) -> dict[Path, _Read]:
    """The files of a folder, in the order of their names; those of the program are read once and kept."""
    paths = sorted(folder.glob("*.toml"))
    if not folder.is_relative_to(data_folder("checks")):
        return {path: _toml(path) for path in paths}
    read = kept(folder, "disasters", stamp([*paths, Path(positions.__file__)]),
                lambda: [_toml(path) for path in paths])  # fmt: skip
    return dict(zip(paths, read, strict=True))


def _toml(path: Path) -> _Read:
    try:
        text = path.read_text(encoding="utf-8-sig")
        return tomllib.loads(text), toml_lines(text)
    except UnicodeDecodeError:
        raise WorkspaceError([Problem(path.name, 0, "should be UTF-8 text")]) from None
    except tomllib.TOMLDecodeError as error:
        line = toml_error_line(str(error))
        raise WorkspaceError([Problem(path.name, line, f"is not TOML here: {toml_says(error)}")]) from None


def load_vocabulary(folder: Path, checks: Iterable[str]) -> Vocabulary:
    """Read barriers.toml and vocabulary.toml; raises WorkspaceError when they name what does not exist."""
    known = set(checks)
    files = _tomls(folder)
    data, lines = files[folder / "barriers.toml"]
    problems = []
    barriers = {}
    for name, item in data["barrier"].items():
        for check in (*item.get("all_of", ()), *item.get("any_of", ())):
            if check not in known:
                line = line_of(lines, "barrier", name, "all_of")
                problems.append(Problem("barriers.toml", line, f"{name} names no check {check}{nearest(check, known)}"))
        barriers[name] = Barrier(
            id=name,
            title=item["title"],
            short=item.get("short", item["title"]),
            stands_when=item.get("stands_when", item["title"]),
            family=item.get("family", name),
            kind=item["kind"],
            phase=item.get("phase", "prevent"),
            function=item.get("function"),
            scope=item.get("scope", "organisation"),
            all_of=tuple(item.get("all_of", ())),
            any_of=tuple(item.get("any_of", ())),
            max_age_days=item.get("max_age_days"),
            tolerance=item.get("tolerance", 0),
            heart=item.get("heart"),
        )
        if "heart" in item and item["heart"] not in item.get("all_of", ()):
            line = line_of(lines, "barrier", name, "heart")
            problems.append(Problem("barriers.toml", line, f"{name} has a heart that is not in its all_of"))
    causes = []
    for index, item in enumerate(data.get("cause", [])):
        line = line_of(lines, "cause", index)
        if item["check"] not in known:
            says = f"{item['id']} names no check {item['check']}{nearest(item['check'], known)}"
            problems.append(Problem("barriers.toml", line, says))
        for name in item["barriers"]:
            if name not in barriers:
                problems.append(Problem("barriers.toml", line, f"no barrier is called {name}{nearest(name, barriers)}"))
        causes.append(Cause(item["id"], item["title"], item["says"], item["check"], tuple(item["barriers"])))
    words, _ = files[folder / "vocabulary.toml"]
    threats = {
        name: Threat(name, item["title"], item["top_event"], tuple(item["barriers"]))
        for name, item in words["threat"].items()
    }
    if problems:
        raise WorkspaceError(problems)
    return Vocabulary(
        barriers,
        tuple(causes),
        threats,
        words["top_event"],
        words["function"],
        {name: item["title"] if isinstance(item, dict) else item for name, item in words["platform"].items()},
        words["area"],
    )


_KEYS = ("schema", "id", "title", "date", "who", "where", "platforms", "top_event", "preventable", "good_response",
         "what", "lesson", "times", "path", "then", "source")  # fmt: skip
_REQUIRED = ("id", "title", "date", "who", "platforms", "top_event", "what", "lesson")


# Barriers by the id they once had, which scenario files of users may name.
_OLD_IDS = {"a-limb-off": "a-switch-off"}


def _take_old_ids(data: dict[str, Any]) -> None:
    for item in data.get("path", []):
        item["barriers"] = [_OLD_IDS.get(name, name) for name in item.get("barriers", [])]
    for item in data.get("then", []):
        if "barrier" in item:
            item["barrier"] = _OLD_IDS.get(item["barrier"], item["barrier"])


def load_scenarios(folders: Iterable[Path], vocabulary: Vocabulary) -> list[Scenario]:
    """Read every scenario file; raises WorkspaceError with each unknown name and its nearest right one."""
    problems: list[Problem] = []
    scenarios: dict[str, Scenario] = {}
    for folder in folders:
        for path, (data, lines) in _tomls(folder).items():
            _take_old_ids(data)

            def say(text: str, *where: str | int, name: str = path.name, lines: Any = lines) -> None:
                problems.append(Problem(name, line_of(lines, *where), text))

            for key in data:
                if key not in _KEYS:
                    say(f"unknown key {key}{nearest(key, _KEYS)}", key)
            missing = [key for key in _REQUIRED if key not in data]
            if missing:
                say(f"{missing[0]} is missing")
                continue
            if data["id"] in scenarios:
                say(f"the id {data['id']} is already taken", "id")
            if data["top_event"] not in vocabulary.top_events:
                say(f"no top event is called {data['top_event']}{nearest(data['top_event'], vocabulary.top_events)}",
                    "top_event")  # fmt: skip
            paths = []
            for index, item in enumerate(data.get("path", [])):
                if item.get("threat") not in vocabulary.threats:
                    threat = str(item.get("threat"))
                    say(f"no threat is called {threat}{nearest(threat, vocabulary.threats)}", "path", index, "threat")
                for name in item.get("barriers", []):
                    if name not in vocabulary.barriers:
                        say(f"no barrier is called {name}{nearest(name, vocabulary.barriers)}",
                            "path", index, "barriers")  # fmt: skip
                paths.append(ThreatPath(item.get("threat", ""), tuple(item.get("barriers", []))))
            for index, item in enumerate(data.get("then", [])):
                if item.get("barrier") not in vocabulary.barriers:
                    name = str(item.get("barrier"))
                    say(f"no barrier is called {name}{nearest(name, vocabulary.barriers)}", "then", index)
            scenarios[data["id"]] = Scenario(
                id=data["id"],
                title=data["title"],
                date=str(data["date"]),
                who=data["who"],
                platforms=tuple(data["platforms"]),
                top_event=data["top_event"],
                preventable=bool(data.get("preventable", True)),
                good_response=bool(data.get("good_response", False)),
                what=data["what"],
                lesson=data["lesson"],
                times=data.get("times", {}),
                paths=tuple(paths),
                then=tuple(data.get("then", [])),
                sources=tuple(data.get("source", [])),
            )
    if problems:
        raise WorkspaceError(problems)
    return list(scenarios.values())
