"""Scenarios: documented disasters replayed against the barriers that stand today.

Depth of a path is the number of distinct families with a standing barrier, for the weakest account; depth of a
scenario is that of its weakest path. What happened to others is colour and never decides (see load_scenarios).
N-1: no single cause, neither the failure of one barrier nor a shared cause, may leave a path with nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from auditgen.audit.disasters.barriers import ORDER, Barriers, Standing
from auditgen.audit.disasters.vocabulary import Barrier, Scenario, ThreatPath

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
    every         each path for each account it concerns, the weakest first
    """

    scenario: Scenario
    state: str
    paths: tuple[PathResult, ...]
    weakest: int
    single_cause: tuple[str, str | None, str]
    chain: tuple[Link, ...]
    accounts: tuple[str, ...] = field(default=())
    every: tuple[PathResult, ...] = field(default=())

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
        if len(standing) == 1:
            return ("broken", standing[0].id, f"Only one barrier stands{where}: {standing[0].title}.")
        if len({barrier.family for barrier in standing}) == 1:
            titles = "; ".join(barrier.title for barrier in standing)
            return ("broken", standing[0].id, f"Only barriers of one kind stand{where}: {titles}.")
        for cause in barriers.vocabulary.causes:
            if not {barrier.id for barrier in standing} <= set(cause.barriers):
                continue
            state = barriers.cause(cause, result.account)
            if state == "there":
                return ("broken", cause.id, cause.says.replace("{account}", result.account or "the organisation"))
            if state == "unseen":
                says = f"Nobody could see whether {cause.title} would take away all that stands{where}."
                return ("broken", cause.id, says)
    return ("met", None, "No single cause would leave the way open.")


def hangs_on_one(barriers: Barriers, result: PathResult) -> bool:
    """Whether one cause would leave this path with nothing; what was not seen counts as open."""
    return _single_cause(barriers, [result])[0] == "broken"


def hangs_whatever_is_unseen(barriers: Barriers, result: PathResult) -> bool:
    """Whether one cause would leave this path with nothing even if all that was not seen stood and was well."""
    standing = [
        barrier for barrier, state in result.barriers
        if barrier.kind == "barrier" and (barriers.counts(state) or state.state in ("unseen", "attested"))
    ]  # fmt: skip
    if len({barrier.family for barrier in standing}) < 2:
        return True
    return any(
        {barrier.id for barrier in standing} <= set(cause.barriers) and barriers.cause(cause, result.account) == "there"
        for cause in barriers.vocabulary.causes
    )


def _chain(barriers: Barriers, scenario: Scenario) -> tuple[Link, ...]:
    links = []
    for name in barriers.vocabulary.top_events[scenario.top_event]["functions"]:
        about = barriers.vocabulary.functions[name]
        found = tuple((item, barriers.overall(item)) for item in barriers.vocabulary.responses(name))
        known = [standing.state for _, standing in found if standing.state != "not_applicable"]
        state = max(known, key=ORDER.index) if known else "unseen"
        links.append(Link(name, about["title"], about["phase"], state, found))
    return tuple(links)


def replay(
    barriers: Barriers, scenario: Scenario, platforms: Mapping[str, str | None], launch: Iterable[str]
) -> ScenarioResult:
    """Replay one scenario. `platforms` maps each active account to its platform; `launch` accounts come first.

    An account of which the platform is not known may be on any of them.
    """
    chain = _chain(barriers, scenario)
    anywhere = "any" in scenario.platforms
    # A disaster of a web site belongs to no account: its barriers are the organisation's own.
    own_site = set(scenario.platforms) == {"site"}
    accounts: list[str | None] = [
        account for account, platform in platforms.items()
        if anywhere or platform is None or platform in scenario.platforms
    ]  # fmt: skip
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

    def weakness(item: PathResult) -> tuple[int, int, bool, str]:
        # Of two that are equally deep, the one that could be deeper has further to go.
        return (item.depth, -item.target, item.account not in first, item.account or "")

    weakest_paths = []
    every: list[PathResult] = []
    for path in scenario.paths:
        results = [_path(barriers, path, account) for account in accounts]
        # An account that no barrier of the path concerns is not on this way at all.
        results = [result for result in results if result.ceiling]
        if not results:
            continue
        every += results
        weakest_paths.append(min(results, key=weakness))
    if not weakest_paths:
        nothing = ("not_applicable", None, "No barrier of this way concerns the active accounts.")
        return ScenarioResult(scenario, "not_applicable", (), 0, nothing, chain)
    weakest = min(range(len(weakest_paths)), key=lambda index: weakest_paths[index].depth)
    every.sort(key=weakness)
    single = _single_cause(barriers, every)
    if weakest_paths[weakest].depth == 0:
        state = "reaches"
    elif weakest_paths[weakest].depth == 1 or single[0] == "broken":
        state = "single"
    else:
        state = "held"
    named = tuple(account for account in accounts if account is not None)
    return ScenarioResult(scenario, state, tuple(weakest_paths), weakest, single, chain, named, tuple(every))
