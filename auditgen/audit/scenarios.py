"""Scenarios: documented disasters replayed against the barriers that stand today.

Depth of a path is the number of distinct families with a standing barrier, for the weakest account; depth of a
scenario is that of its weakest path. What happened to others is colour and never decides (see load_scenarios).
N-1: no single cause, neither the failure of one barrier nor a shared cause, may leave a path with nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from auditgen.audit.barriers import ORDER, Barriers, Standing
from auditgen.audit.vocabulary import Barrier, Scenario, ThreatPath

TARGET_DEPTH = 2


@dataclass(frozen=True)
class PathResult:
    """One path for its weakest account. `ceiling` is the depth that all its barriers together could give."""

    path: ThreatPath
    account: str | None
    barriers: tuple[tuple[Barrier, Standing], ...]
    depth: int
    ceiling: int

    @property
    def target(self) -> int:
        return min(TARGET_DEPTH, self.ceiling)


@dataclass(frozen=True)
class Link:
    """One function of the response chain with the best of the barriers that could fill it."""

    function: str
    title: str
    phase: str
    state: str
    barriers: tuple[tuple[Barrier, Standing], ...]


@dataclass(frozen=True)
class ScenarioResult:
    """A scenario replayed.

    state         reaches (depth 0), single (depth 1, or one cause takes all), held, not_preventable, not_applicable
    single_cause  met, broken or not_applicable, with the cause and a sentence
    """

    scenario: Scenario
    state: str
    paths: tuple[PathResult, ...]
    weakest: int
    single_cause: tuple[str, str | None, str]
    chain: tuple[Link, ...]
    accounts: tuple[str, ...] = field(default=())

    @property
    def depth(self) -> int:
        return self.paths[self.weakest].depth if self.paths else 0

    @property
    def ceiling(self) -> int:
        return self.paths[self.weakest].ceiling if self.paths else 0

    @property
    def account(self) -> str | None:
        return self.paths[self.weakest].account if self.paths else None


def _path(barriers: Barriers, path: ThreatPath, account: str | None) -> PathResult:
    standings = []
    for name in path.barriers:
        barrier = barriers.vocabulary.barriers[name]
        standings.append((barrier, barriers.standing(barrier, account)))
    families = {barrier.family for barrier, standing in standings if barrier.kind == "barrier"
                if barriers.counts(standing)}  # fmt: skip
    ceiling = {barrier.family for barrier, standing in standings if barrier.kind == "barrier"
               if standing.state != "not_applicable"}  # fmt: skip
    return PathResult(path, account, tuple(standings), len(families), len(ceiling))


def _single_cause(barriers: Barriers, results: Iterable[PathResult]) -> tuple[str, str | None, str]:
    """Whether one failure would leave any of these paths with nothing; names the first that would."""
    results = list(results)
    if any(result.depth == 0 for result in results):
        return ("not_applicable", None, "Nothing stands in the way yet, so there is nothing to lose.")
    for result in results:
        where = f" for {result.account}" if result.account else ""
        standing = [
            barrier for barrier, state in result.barriers if barriers.counts(state) and barrier.kind == "barrier"
        ]
        if len({barrier.family for barrier in standing}) == 1:
            return ("broken", standing[0].id, f"Only one barrier stands{where}: {standing[0].title}.")
        for cause in barriers.vocabulary.causes:
            lost = {barrier.id for barrier in standing} & set(cause.barriers)
            if len(lost) == len(standing) and barriers.cause_active(cause, result.account):
                says = cause.says.replace("{account}", result.account or "the organisation")
                return ("broken", cause.id, says)
    return ("met", None, "No single cause would leave the way open.")


def _chain(barriers: Barriers, scenario: Scenario) -> tuple[Link, ...]:
    links = []
    for name in barriers.vocabulary.top_events[scenario.top_event]["functions"]:
        about = barriers.vocabulary.functions[name]
        found = tuple((item, barriers.overall(item)) for item in barriers.vocabulary.responses(name))
        known = [standing.state for _, standing in found if standing.state != "not_applicable"]
        state = max(known, key=ORDER.index) if known else "unseen"
        links.append(Link(name, about["title"], about["phase"], state, found))
    return tuple(links)


def replay(barriers: Barriers, scenario: Scenario, platforms: dict[str, str], launch: Iterable[str]) -> ScenarioResult:
    """Replay one scenario. `platforms` maps each active account to its platform; `launch` accounts come first."""
    chain = _chain(barriers, scenario)
    anywhere = "any" in scenario.platforms
    # A disaster of a web site belongs to no account: its barriers are the organisation's own.
    own_site = set(scenario.platforms) == {"site"}
    accounts: list[str | None] = [
        account for account, platform in platforms.items() if anywhere or platform in scenario.platforms
    ]
    if not scenario.preventable or not scenario.paths:
        nothing = ("not_applicable", None, "No barrier of ours could have stopped this one.")
        return ScenarioResult(scenario, "not_preventable", (), 0, nothing, chain)
    if own_site:
        accounts = [None]
    elif not accounts:
        # Without any inventory nothing rules the scenario out; with one, the platform is simply not used.
        if platforms:
            nothing = ("not_applicable", None, "No active account is on the platforms concerned.")
            return ScenarioResult(scenario, "not_applicable", (), 0, nothing, chain)
        accounts = [None]
    first = set(launch)
    weakest_paths = []
    every: list[PathResult] = []
    for path in scenario.paths:
        results = [_path(barriers, path, account) for account in accounts]
        # An account that no barrier of the path concerns is not on this way at all.
        results = [result for result in results if result.ceiling]
        if not results:
            continue
        every += results
        weakest_paths.append(min(results, key=lambda item: (item.depth, item.account not in first, item.account or "")))
    if not weakest_paths:
        nothing = ("not_applicable", None, "No barrier of this way concerns the active accounts.")
        return ScenarioResult(scenario, "not_applicable", (), 0, nothing, chain)
    weakest = min(range(len(weakest_paths)), key=lambda index: weakest_paths[index].depth)
    every.sort(key=lambda item: (item.depth, item.account not in first, item.account or ""))
    single = _single_cause(barriers, every)
    if weakest_paths[weakest].depth == 0:
        state = "reaches"
    elif weakest_paths[weakest].depth == 1 or single[0] == "broken":
        state = "single"
    else:
        state = "held"
    named = tuple(account for account in accounts if account is not None)
    return ScenarioResult(scenario, state, tuple(weakest_paths), weakest, single, chain, named)
