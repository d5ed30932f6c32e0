"""Scenarios: documented disasters replayed against the barriers that stand today.

Depth of a path is the number of distinct families with a standing barrier, for the weakest account; depth of a
scenario is that of its weakest path. What happened to others is colour, with one exception: a barrier that was in
place there and did not stop it is no barrier by itself here either: where another family could stand it counts only
beside one.
N-1: no single cause, neither the failure of one barrier nor a shared cause, may leave a path with nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from auditgen.audit.disasters.barriers import ORDER, Barriers, Standing
from auditgen.audit.disasters.vocabulary import Barrier, Cause, Scenario, ThreatPath

TARGET_DEPTH = 2
_NOT_ASKED = ("not_applicable", None, "")
# Of things of which somebody said that there are none: (thing, account, or None for all) → the sentence that says so.
Absent = Mapping[tuple[str, str | None], str]


@dataclass(frozen=True)
class PathResult:
    """One path for its weakest account.

    ceiling       the depth that all its barriers together could give
    failed_there  barriers that were in place in the disaster itself and did not stop it; empty where nothing else can
    """

    path: ThreatPath
    account: str | None
    barriers: tuple[tuple[Barrier, Standing], ...]
    depth: int
    ceiling: int
    failed_there: frozenset[str] = frozenset()

    @property
    def target(self) -> int:
        return min(TARGET_DEPTH, self.ceiling)


@dataclass(frozen=True)
class Link:
    """One function of the response chain with the state of every part that could fill it.

    state   of the worst of the parts that are all needed, and of the best of those of which one is enough
    needed  ids of the parts that are all needed; either: of those of which one is enough
    """

    function: str
    title: str
    phase: str
    state: str
    barriers: tuple[tuple[Barrier, Standing], ...]
    needed: tuple[str, ...] = ()
    either: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScenarioResult:
    """A scenario replayed.

    state         reaches (depth 0), single (depth 1, or one cause takes all), held, not_preventable, not_applicable
    single_cause  met, broken or not_applicable, with the cause and a sentence
    every         each path for each account it concerns, the weakest first
    certain       it reaches us even if everything that was not seen stood
    says          why nothing could stop it, or why it does not concern us; empty in the other states
    beyond        ways on which no barrier of ours can exist, each once, for an account on which that is so
    """

    scenario: Scenario
    state: str
    paths: tuple[PathResult, ...]
    weakest: int
    single_cause: tuple[str, str | None, str]
    chain: tuple[Link, ...]
    accounts: tuple[str, ...] = field(default=())
    every: tuple[PathResult, ...] = field(default=())
    certain: bool = False
    says: str = ""
    beyond: tuple[PathResult, ...] = field(default=())

    @property
    def depth(self) -> int:
        return self.paths[self.weakest].depth if self.paths else 0

    @property
    def ceiling(self) -> int:
        return self.paths[self.weakest].ceiling if self.paths else 0

    @property
    def account(self) -> str | None:
        return self.paths[self.weakest].account if self.paths else None


def _path(barriers: Barriers, path: ThreatPath, account: str | None, failed_there: frozenset[str]) -> PathResult:
    standings = []
    for name in path.barriers:
        barrier = barriers.vocabulary.barriers[name]
        standings.append((barrier, barriers.standing(barrier, account, path.threat)))
    counted = [item for item, standing in standings if item.kind == "barrier" and barriers.counts(standing)]
    ceiling = {item.family for item, standing in standings
               if item.kind == "barrier" and standing.state != "not_applicable"}  # fmt: skip
    if len(ceiling) < 2:
        # Where no other kind of barrier can exist, this one has to do.
        failed_there = frozenset()
    depth = _depth(counted, failed_there)
    if counted and not depth:
        standings = [(item, _no_credit(standing) if item in counted else standing) for item, standing in standings]
    return PathResult(path, account, tuple(standings), depth, len(ceiling), failed_there)


def _depth(standing: Iterable[Barrier], failed_there: frozenset[str]) -> int:
    """Families among barriers that stand; 0 where all of them are of one family and failed in the disaster itself."""
    standing = list(standing)
    families = {barrier.family for barrier in standing}
    return 0 if len(families) == 1 and failed_there.issuperset(barrier.id for barrier in standing) else len(families)


def _no_credit(standing: Standing) -> Standing:
    there = "It was in place in this very disaster and did not stop it: alone it does not count."
    return replace(standing, says=f"{standing.says.rstrip('.')}. {there}", credit=False)


def possible_depth(barriers: Barriers, result: PathResult) -> int:
    """Depth of a path if everything that was not seen stood."""
    hopeful = {*barriers.counted, "unseen", "attested"}
    return _depth(
        (item for item, standing in result.barriers if item.kind == "barrier" and standing.state in hopeful),
        result.failed_there,
    )


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
        if thing := barriers.in_common(standing, result.account):
            named = next((cause.named for cause in barriers.vocabulary.causes if cause.id == thing.cause), Cause.named)
            return ("broken", thing.cause, named.format(thing=thing.title, where=where))
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
    if len({barrier.family for barrier in standing}) < 2 or barriers.in_common(standing, result.account):
        return True
    return any(
        {barrier.id for barrier in standing} <= set(cause.barriers) and barriers.cause(cause, result.account) == "there"
        for cause in barriers.vocabulary.causes
    )


def _chain(barriers: Barriers, scenario: Scenario) -> tuple[Link, ...]:
    """The answers a disaster asks for, those of each event that happened in it, in the order of the vocabulary."""
    words = barriers.vocabulary
    events = {scenario.top_event, *(words.threats[path.threat].top_event for path in scenario.paths)}
    asked = {name for event in events & words.top_events.keys() for name in words.top_events[event]["functions"]}
    return tuple(_link(barriers, name) for name in words.functions if name in asked)


def _link(barriers: Barriers, name: str) -> Link:
    about = barriers.vocabulary.functions[name]
    # What belongs to an account is as good as on the worst of them.
    found = tuple((item, barriers.overall(item)) for item in barriers.vocabulary.responses(name))
    either = tuple(about.get("any_of", ()))
    needed = tuple(about.get("all_of", (item.id for item, _ in found if item.id not in either)))
    known = {item.id: standing.state for item, standing in found if standing.state != "not_applicable"}
    states = [known[part] for part in needed if part in known]
    if any(part in known for part in either):
        states.append(max((known[part] for part in either if part in known), key=ORDER.index))
    state = min(states, key=ORDER.index) if states else "unseen"
    return Link(name, about["title"], about["phase"], state, found, needed, either)


def replay(
    barriers: Barriers,
    scenario: Scenario,
    platforms: Mapping[str, str | None],
    launch: Iterable[str],
    absent: Absent | None = None,
    *,
    whole: bool = True,
) -> ScenarioResult:
    """Replay one scenario.

    platforms  each account that is not archived → its platform; one of which it is not known may be on any of them
    launch     accounts that come first among equally weak ones
    absent     (thing, account, or None for the organisation) → who said that there is none of it
    whole      False where only the state is asked: no answer, and no order among equally weak accounts
    """
    chain = _chain(barriers, scenario) if whole else ()
    words = barriers.vocabulary.threats
    if not scenario.preventable or not scenario.paths:
        ways = [PathResult(path, None, (), 0, 0) for path in scenario.paths if words[path.threat].without]
        return _nothing_to_stop(scenario, chain, [words[path.threat].without for path in scenario.paths], ways)
    accounts = _concerned(scenario, platforms)
    if not accounts:
        return _not_ours(scenario, chain, "No account of ours is on the platforms concerned.")
    first = set(launch)

    def weakness(item: PathResult) -> tuple[int, bool, int, bool, str]:
        # Of two that are equally deep, one that is known to be open goes before one that is open for want of a look;
        # then the one that could be deeper, which has further to go.
        if not whole:
            return (item.depth, False, 0, False, "")
        unsure = possible_depth(barriers, item) > 0
        return (item.depth, unsure, -item.target, item.account not in first, item.account or "")

    failed_there = frozenset(entry["barrier"] for entry in scenario.then if entry.get("state") == "failed")
    weakest_paths, beyond, why_not = [], [], []
    every: list[PathResult] = []
    for path in scenario.paths:
        threat = words[path.threat]
        results = []
        for account in accounts:
            if account in barriers.parked and not threat.parked:
                why_not.append("Only accounts that are parked and post nothing are on the platforms concerned.")
                continue
            missing = _absence(path.about or threat.about, account, absent)
            if missing is not None:
                why_not.append(missing)
                continue
            result = _path(barriers, path, account, failed_there)
            heart = next((state for item, state in result.barriers if item.id == threat.heart), None)
            if heart is not None and heart.state == "not_applicable":
                why_not.append(threat.elsewhere or heart.says)
            elif result.ceiling:
                results.append(result)
            elif threat.without is not None:
                beyond.append(result)
        if results:
            every += results
            weakest_paths.append(min(results, key=weakness))
    # Each way that nothing of ours can stop is told once.
    beyond = list({item.path.threat: item for item in reversed(beyond)}.values())[::-1]
    if not weakest_paths:
        if beyond:
            return _nothing_to_stop(scenario, chain, [words[item.path.threat].without for item in beyond], beyond)
        return _not_ours(scenario, chain, why_not[0] if why_not else "No barrier of this way concerns our accounts.")
    weakest = min(range(len(weakest_paths)), key=lambda index: weakness(weakest_paths[index])[:2])
    if whole:
        every.sort(key=weakness)
    # What reaches us or meets one kind only needs no cause to be known for what it is.
    shallow = weakest_paths[weakest].depth < TARGET_DEPTH
    single = _single_cause(barriers, every) if whole or not shallow else _NOT_ASKED
    if weakest_paths[weakest].depth == 0:
        state = "reaches"
    elif weakest_paths[weakest].depth == 1 or single[0] == "broken":
        state = "single"
    else:
        state = "held"
    return ScenarioResult(
        scenario, state, tuple(weakest_paths), weakest, single, chain,
        accounts=tuple(account for account in accounts if account is not None),
        every=tuple(every),
        certain=whole and any(possible_depth(barriers, item) == 0 for item in every),
        beyond=tuple(beyond),
    )  # fmt: skip


def _concerned(scenario: Scenario, platforms: Mapping[str, str | None]) -> list[str | None]:
    """Accounts a disaster could reach; [None] where it is one of the organisation, or nothing rules it out."""
    # A disaster of a web site belongs to no account: its barriers are the organisation's own.
    # Without any inventory nothing rules the scenario out; with one, the platform is simply not used.
    if set(scenario.platforms) == {"site"} or not platforms:
        return [None]
    anywhere = "any" in scenario.platforms
    return [
        account for account, platform in platforms.items()
        if anywhere or platform is None or platform in scenario.platforms
    ]  # fmt: skip


def _absence(thing: str | None, account: str | None, absent: Absent | None) -> str | None:
    """Who said that there is nothing of the kind here, for one account or for all of them."""
    if thing is None or not absent:
        return None
    return absent.get((thing, None)) or absent.get((thing, account))


def _nothing_to_stop(
    scenario: Scenario, chain: tuple[Link, ...], why: Iterable[str | None], beyond: Iterable[PathResult] = ()
) -> ScenarioResult:
    says = next((text for text in why if text), "No barrier of ours could have stopped this one.")
    nothing = ("not_applicable", None, says)
    return ScenarioResult(scenario, "not_preventable", (), 0, nothing, chain, says=says, beyond=tuple(beyond))


def _not_ours(scenario: Scenario, chain: tuple[Link, ...], says: str) -> ScenarioResult:
    return ScenarioResult(scenario, "not_applicable", (), 0, ("not_applicable", None, says), chain, says=says)


def let_through(scenarios: Iterable[ScenarioResult]) -> dict[str, list[str]]:
    """Open check → disasters that reach us for certain past the barrier it opens."""
    found: dict[str, list[str]] = {}
    for item in scenarios:
        if item.state != "reaches" or not item.certain:
            continue
        names = {
            standing.check
            for path in item.every if path.depth == 0
            for barrier, standing in path.barriers
            if barrier.kind == "barrier" and standing.state == "open" and standing.check
        }  # fmt: skip
        for name in sorted(names):
            found.setdefault(name, []).append(item.scenario.id)
    return found
