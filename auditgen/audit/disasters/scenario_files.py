"""Scenario files: documented disasters, and near misses of the user's own, held against the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from auditgen import data_folder
from auditgen.audit.disasters.vocabulary import THINGS, Scenario, ThreatPath, Vocabulary, read_tomls
from auditgen.files.problems import Problem, nearest
from auditgen.files.toml_lines import line_of
from auditgen.workspace.problems import WorkspaceError

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
    shipped: list[Scenario] = []
    for folder in folders:
        for path, (data, lines) in read_tomls(folder).items():
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
                for wrong in _wrong_barriers(item, vocabulary):
                    say(wrong, "path", index, "barriers")
                about = item.get("about")
                if about is not None and about not in THINGS:
                    say(f"nobody can say that there is no {about}{nearest(about, THINGS)}", "path", index, "about")
                paths.append(ThreatPath(item.get("threat", ""), tuple(item.get("barriers", [])), about))
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
            if folder.is_relative_to(data_folder("checks")):
                shipped.append(scenarios[data["id"]])
    if shipped:
        problems.extend(idle_barriers(vocabulary, shipped))
    if problems:
        raise WorkspaceError(problems)
    return list(scenarios.values())


def _wrong_barriers(path: Mapping[str, Any], vocabulary: Vocabulary) -> list[str]:
    """What is wrong with the barriers of a path: names that do not exist, and those that do not stop its threat."""
    wrong = []
    threat = vocabulary.threats.get(path.get("threat", ""))
    for name in path.get("barriers", []):
        if name not in vocabulary.barriers:
            wrong.append(f"no barrier is called {name}{nearest(name, vocabulary.barriers)}")
        elif threat is not None and name not in threat.stops:
            listed = f"what does: {', '.join(threat.stops)}" if threat.stops else "nothing of ours does"
            wrong.append(f"{name} does not stop {threat.id}; {listed}")
    return wrong


def idle_barriers(vocabulary: Vocabulary, scenarios: Sequence[Scenario]) -> list[Problem]:
    """Barriers that stand in no way of any of these disasters: nobody would ever learn whether they stand."""
    named = {name for item in scenarios for path in item.paths for name in path.barriers}
    return [
        Problem("barriers.toml", 0, f"no disaster's path names {item.id}, so it would never count")
        for item in vocabulary.barriers.values()
        if item.kind == "barrier" and item.id not in named
    ]
