"""The closed vocabulary of the bow-tie: barriers, shared causes, threats, top events, response functions.

Data lives beside the checks (barriers.toml, vocabulary.toml). A barrier can by itself stop a threat; a safeguard
only keeps barriers alive and never counts (CCPS/EI, Bow Ties in Risk Management); a response acts after the event.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
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
    """A shared cause that takes several barriers away at once.

    check   where it fails or cannot tell, the cause is there and takes these barriers
    named   the sentence with the {thing} that the evidence names, for barriers of any kind that hang on it
    """

    id: str
    title: str
    says: str
    check: str
    barriers: tuple[str, ...]
    named: str = "Everything that stands{where} hangs on one thing: {thing}."


@dataclass(frozen=True)
class Stop:
    """Why a barrier stops one threat, and which checks show that it does.

    all_of, any_of  checks asked instead of the barrier's own; None where its own are asked
    max_age_days    age of evidence, in days, asked instead of the barrier's own; None where its own counts
    heart           the check of all_of without which there is no such barrier against the threat
    """

    why: str
    all_of: tuple[str, ...] | None = None
    any_of: tuple[str, ...] | None = None
    max_age_days: int | None = None
    heart: str | None = None

    @property
    def own(self) -> bool:
        """Whether the barrier is judged as it is judged in general."""
        return self.all_of is None and self.any_of is None and self.max_age_days is None


@dataclass(frozen=True)
class Threat:
    """An act that can lead to a top event, with the barriers that alone could stop it.

    about    what the organisation must do at all for this to concern it (see THINGS)
    heart    barrier without which there is no such way: an account it does not concern is not on this way
    elsewhere  what to say where its heart concerns no account of ours
    parked   whether it concerns accounts that are parked: no planned post goes wrong on one that posts nothing
    without  what to say where no barrier of ours can exist; None where a way that no barrier concerns is no way
    """

    id: str
    title: str
    top_event: str
    stops: Mapping[str, Stop]
    about: str | None = None
    heart: str | None = None
    without: str | None = None
    elsewhere: str | None = None
    parked: bool = True

    @property
    def barriers(self) -> tuple[str, ...]:
        return tuple(self.stops)


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
    _asked: dict[tuple[str, str], Barrier] = field(default_factory=dict, compare=False, repr=False)
    _every: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)

    def responses(self, function: str) -> list[Barrier]:
        return [item for item in self.barriers.values() if item.kind == "response" and item.function == function]

    def stop(self, barrier: str, threat: str | None) -> Stop | None:
        """Why and how a barrier stops a threat; None for a barrier in general or one the threat does not list."""
        found = self.threats.get(threat) if threat is not None else None
        return found.stops.get(barrier) if found is not None else None

    def checks_of(self, barrier: Barrier) -> tuple[str, ...]:
        """Every check that a barrier asks, in general or of one threat."""
        if barrier.id not in self._every:
            found = dict.fromkeys(barrier.checks)
            for threat in self.threats.values():
                found.update(dict.fromkeys(self.against(barrier, threat.id).checks))
            self._every[barrier.id] = tuple(found)
        return self._every[barrier.id]

    def asked_by(self, scenario: Scenario) -> tuple[str, ...]:
        """Every check that shows a barrier in the way of a disaster."""
        found: dict[str, None] = {}
        for path in scenario.paths:
            for name in path.barriers:
                if self.barriers[name].kind == "barrier":
                    found.update(dict.fromkeys(self.against(self.barriers[name], path.threat).checks))
        return tuple(found)

    def against(self, barrier: Barrier, threat: str | None) -> Barrier:
        """The barrier as it is judged against a threat: with the checks and the age that count there."""
        stop = self.stop(barrier.id, threat)
        if stop is None or stop.own or threat is None:
            return barrier
        key = (barrier.id, threat)
        if key not in self._asked:
            own = stop.all_of is None and stop.any_of is None
            all_of = barrier.all_of if own else stop.all_of or ()
            self._asked[key] = replace(
                barrier,
                all_of=all_of,
                any_of=barrier.any_of if own else stop.any_of or (),
                max_age_days=barrier.max_age_days if stop.max_age_days is None else stop.max_age_days,
                heart=next((name for name in (stop.heart, barrier.heart) if name in all_of), None),
            )
        return self._asked[key]


@dataclass(frozen=True)
class ThreatPath:
    """One way a disaster took, from a threat past the barriers in its way.

    about  as of a threat, where this one way needs something that others of its threat do not
    """

    threat: str
    barriers: tuple[str, ...]
    about: str | None = None


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


# What an organisation may do or not; where it does not, ways that need it do not concern it.
THINGS = ("agencies", "bots", "paid_posts", "sites", "printed_addresses", "apps", "personal_vaults", "incidents")


# A TOML file as data, and where each of its keys stands.
Read = tuple[dict[str, Any], dict[tuple[str | int, ...], int]]


def read_tomls(folder: Path) -> dict[Path, Read]:
    """The files of a folder, in the order of their names; those of the program are read once and kept."""
    paths = sorted(folder.glob("*.toml"))
    if not folder.is_relative_to(data_folder("checks")):
        return {path: _toml(path) for path in paths}
    read = kept(folder, "disasters", stamp([*paths, Path(positions.__file__)]),
                lambda: [_toml(path) for path in paths])  # fmt: skip
    return dict(zip(paths, read, strict=True))


def _toml(path: Path) -> Read:
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
    files = read_tomls(folder)
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
        named = {"named": item["named"]} if "named" in item else {}
        causes.append(Cause(item["id"], item["title"], item["says"], item["check"], tuple(item["barriers"]), **named))
    words, places = files[folder / "vocabulary.toml"]
    threats = {name: _threat(name, item, barriers, known, places, problems) for name, item in words["threat"].items()}
    for name, item in words["function"].items():
        for part in (*item.get("all_of", ()), *item.get("any_of", ())):
            if part not in barriers or barriers[part].function != name:
                line = line_of(places, "function", name)
                problems.append(Problem("vocabulary.toml", line, f"{name} needs {part}, which is no answer of it"))
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


def _threat(
    name: str, item: Mapping[str, Any], barriers: Mapping[str, Barrier], checks: set[str],
    places: Mapping[tuple[str | int, ...], int], problems: list[Problem],
) -> Threat:  # fmt: skip
    def say(text: str, *where: str) -> None:
        problems.append(Problem("vocabulary.toml", line_of(dict(places), "threat", name, *where), f"{name} {text}"))

    stops = {}
    for barrier, stop in item.get("stops", {}).items():
        if barrier not in barriers:
            say(f"names no barrier {barrier}{nearest(barrier, barriers)}", "stops", barrier)
        if not str(stop.get("why", "")).strip():
            say(f"does not say why {barrier} stops it", "stops", barrier)
        for check in (*stop.get("all_of", ()), *stop.get("any_of", ())):
            if check not in checks:
                say(f"names no check {check}{nearest(check, checks)}", "stops", barrier)
        stops[barrier] = Stop(
            why=str(stop.get("why", "")),
            all_of=tuple(stop["all_of"]) if "all_of" in stop else None,
            any_of=tuple(stop["any_of"]) if "any_of" in stop else None,
            max_age_days=stop.get("max_age_days"),
            heart=stop.get("heart"),
        )
        if stop.get("heart") not in (None, *stop.get("all_of", ())):
            say(f"gives {barrier} a heart that is not in its all_of", "stops", barrier)
    about = item.get("about")
    if about is not None and about not in THINGS:
        say(f"is about {about}, which nobody can say is not there{nearest(about, THINGS)}", "about")
    if "heart" in item and item["heart"] not in stops:
        say("has a heart that does not stop it", "heart")
    if not stops and not item.get("without"):
        say("lists no barrier and does not say why none could exist")
    return Threat(name, item["title"], item["top_event"], stops, about, item.get("heart"), item.get("without"),
                  item.get("elsewhere"), item.get("parked", True))  # fmt: skip
