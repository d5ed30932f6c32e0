"""The gate: ready, not ready, or cannot tell, with the rule that decided it.

Every rule is judged twice. It is `broken` when what is known already breaks it, `unseen` when it would be broken
if all that could not be seen were open, `allowed` when only unknowns of checks the profile lets through stand
in its way, and `met` otherwise. So evidence that goes missing can never make a verdict greener.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from auditgen.audit.checks.check import Check
from auditgen.audit.decisions import ExceptionEntry
from auditgen.audit.disasters.barriers import Barriers
from auditgen.audit.disasters.scenarios import ScenarioResult, hangs_on_one, hangs_whatever_is_unseen, possible_depth
from auditgen.audit.verdicts import Judged
from auditgen.workspace.model import Profile

EXIT_CODES = {"ready": 0, "ready_with_unknowns": 11, "not_ready": 10, "cannot_tell": 10}
_WORST = ("broken", "unseen", "allowed", "met")
RANK = {"ready": 2, "ready_with_unknowns": 1, "cannot_tell": 0, "not_ready": 0}


@dataclass(frozen=True)
class Decider:
    """A check or scenario that decided a rule."""

    kind: str
    id: str
    title: str


@dataclass
class Rule:
    """One rule of the profile and how it came out."""

    id: str
    says: str
    state: str
    found: str
    decided_by: list[Decider] = field(default_factory=list)


@dataclass(frozen=True)
class Coverage:
    """How much was observed.

    share  mean over applicable checks of known / (known + unknown)
    """

    share: float
    answered: int
    partly: int
    not_at_all: int

    @property
    def applicable(self) -> int:
        return self.answered + self.partly + self.not_at_all


@dataclass(frozen=True)
class Verdict:
    """The outcome: state, exit code, the rules and the one that decided."""

    state: str
    profile: str
    rules: tuple[Rule, ...]
    rule: str | None

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.state]


def coverage_of(judged: Iterable[Judged]) -> Coverage:
    """Count checks answered, partly answered and not answered, over those that concern anything here."""
    shares = [share for item in judged if (share := item.seen_share) is not None]
    return Coverage(
        share=sum(shares) / len(shares) if shares else 0.0,
        answered=sum(share == 1 for share in shares),
        partly=sum(0 < share < 1 for share in shares),
        not_at_all=sum(share == 0 for share in shares),
    )


def _open_rule(severity: str, limit: int, judged: Sequence[Judged], left_out: Iterable[Check],
               exceptions: Sequence[ExceptionEntry], allowed: frozenset[str]) -> Rule:  # fmt: skip
    known = 0
    # What the run was told to skip was not looked at, so it cannot count as fine; it counts as if it had been unknown.
    left = [check for check in left_out if check.severity == severity]
    skipped = [check for check in left if check.id not in allowed]
    unseen, let_through = len(skipped), len(left) - len(skipped)
    deciders = [Decider("check", check.id, f"Not checked: {check.title}") for check in skipped]
    for item in judged:
        if item.check.severity != severity:
            continue
        covered = sum(
            any(entry.applies and entry.covers(item.check.id, row.subject) for entry in exceptions)
            for row in item.rows if row.verdict == "fail"
        )  # fmt: skip
        fails = item.counts["fail"] - covered
        not_seen = item.counts["unknown"] + item.counts["due"]
        known += fails
        if item.check.id in allowed:
            let_through += not_seen
        else:
            unseen += not_seen
        if fails > 0:
            deciders.append(Decider("check", item.check.id, item.check.fail))
        elif not_seen and item.check.id not in allowed:
            deciders.append(Decider("check", item.check.id, f"Not checked: {item.check.title}"))
    says = f"no {severity} finding is open" if limit == 0 else f"at most {limit} {severity} findings are open"
    state = "met"
    if known > limit:
        state = "broken"
    elif known + unseen > limit:
        state = "unseen"
    elif known + unseen + let_through > limit:
        state = "allowed"
    if state == "broken":
        deciders = [item for item in deciders if not item.title.startswith("Not checked: ")]
    return Rule(f"max_open.{severity}", says, state, f"{known} to fix, {unseen + let_through} not checked",
                deciders if state in ("broken", "unseen") else [])  # fmt: skip


def _scenario_rule(
    rule: str, says: str, found: str, broken: list[ScenarioResult], unseen: list[ScenarioResult]
) -> Rule:
    state = "broken" if broken else "unseen" if unseen else "met"
    deciders = [Decider("scenario", item.scenario.id, item.scenario.title) for item in broken or unseen]
    return Rule(rule, says, state, found, deciders)


def decide(
    profile: Profile,
    judged: Sequence[Judged],
    scenarios: Sequence[ScenarioResult],
    barriers: Barriers,
    exceptions: Sequence[ExceptionEntry],
    coverage: Coverage,
    left_out: Sequence[Check] = (),
    unreadable: Sequence[str] = (),
) -> Verdict:
    """Apply the profile's rules.

    left_out    checks that this run was told to skip
    unreadable  files of checks that could not be read; what they ask was not looked at, so nothing is met without them
    """
    rules: list[Rule] = []
    if profile.minimum_depth:
        broken, unseen = [], []
        for item in scenarios:
            short = [path for path in item.every if path.depth < min(profile.minimum_depth, path.ceiling)]
            if any(possible_depth(barriers, path) < min(profile.minimum_depth, path.ceiling) for path in short):
                broken.append(item)
            elif short:
                unseen.append(item)
        wanted = profile.minimum_depth
        says = ("every disaster meets at least one barrier that stands" if wanted == 1
                else f"every disaster meets barriers of {wanted} kinds that stand")  # fmt: skip
        found = f"{len(broken)} of {len(scenarios)} would reach us, {len(unseen)} more cannot be ruled out"
        rules.append(_scenario_rule("minimum_depth", says, found, broken, unseen))
    for severity, limit in profile.max_open.items():
        rules.append(_open_rule(severity, limit, judged, left_out, exceptions, frozenset(profile.allow_unknown)))
    if profile.single_cause:
        broken, unseen, count = [], [], 0
        for item in scenarios:
            # Where only one kind of barrier exists at all, no second can be asked for.
            paths = [path for path in item.every if path.ceiling > 1]
            hangs = item.state != "reaches" and any(hangs_on_one(barriers, path) for path in paths)
            count += hangs
            if hangs and any(hangs_whatever_is_unseen(barriers, path) for path in paths):
                broken.append(item)
            elif hangs or item.state == "reaches":
                # Where nothing stands there is nothing to lose, which is not the same as being safe.
                unseen.append(item)
        says = "no single cause takes away all that stands"
        found = f"{count} {'hangs' if count == 1 else 'hang'} on one cause"
        rules.append(_scenario_rule("single_cause", says, found, broken, unseen))
    if profile.complete_chains:
        broken = [item for item in scenarios if any(link.state == "open" for link in item.chain)]
        unseen = [item for item in scenarios if item not in broken
                  if any(link.state not in barriers.counted for link in item.chain)]  # fmt: skip
        found = f"{len(broken) + len(unseen)} of {len(scenarios)} answers are incomplete"
        rules.append(_scenario_rule("complete_chains", "every answer is prepared from first to last", found,
                                    broken, unseen))  # fmt: skip
    if profile.minimum_seen:
        state = "met" if coverage.share >= profile.minimum_seen else "unseen"
        says = f"at least {profile.minimum_seen:.0%} of what there is to see was seen"
        rules.append(Rule("minimum_seen", says, state, f"{coverage.share:.0%} seen"))
    if unreadable:
        files = sorted(set(unreadable))
        many = f"{len(files)} files" if len(files) > 1 else "one file"
        rules.append(Rule("checks_read", "every check can be read", "unseen", f"{many} could not be read: {files[0]}"))
    # What is broken stands first, in the order of the profile; then what is not known.
    rules.sort(key=lambda rule: _WORST.index(rule.state))
    outcomes = {"broken": "not_ready", "unseen": "cannot_tell", "allowed": "ready_with_unknowns"}
    if rules and rules[0].state in outcomes:
        return Verdict(outcomes[rules[0].state], profile.name, tuple(rules), rules[0].id)
    return Verdict("ready", profile.name, tuple(rules), None)
