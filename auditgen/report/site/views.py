"""What pages derive from results: sentences with counts, groups, the run of a line past its barriers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from auditgen.report.site.drawings import first_standing, in_the_way, shape, stops
from auditgen.report.site.words import capital, count, numbers

BASIS = {
    "probed": "probed: the thing itself was asked",
    "exported": "exported: its own export says so",
    "joined": "joined: two sources together say so",
    "declared": "declared: someone wrote it down",
}
REASONS = {
    "missing": "No evidence was found for this. If it exists, point the audit at it.",
    "unreadable": "The evidence is there but could not be read.",
    "unsure": "A passage may say it or may not. Somebody who knows the text can tell.",
    "too_old": "The evidence is older than it may be. A fresh look settles it.",
    "denied": "Access to the evidence was refused.",
    "network": "The network gave no answer.",
    "timeout": "The check ran out of time.",
    "error": "The check could not finish; the evidence page says why.",
}
_JOINING = {"on", "for", "at", "of", "in"}
RULE_STATE = {"met": "holds", "broken": "open", "unseen": "unseen", "allowed": "attested"}
RULE_WORD = {"met": "met", "broken": "not met", "unseen": "not seen", "allowed": "let through"}
SOURCE_STATE = {"read": "holds", "partly": "attested", "failed": "open", "empty": "unseen"}
SOURCE_WORD = {"read": "read", "partly": "read in part", "failed": "not read", "empty": "empty"}
EXCEPTION_STATE = {"active": "holds", "lapsing": "attested", "lapsed": "open", "incomplete": "open",
                   "unmatched": "not_applicable"}  # fmt: skip
EXCEPTION_WORD = {"active": "running", "lapsing": "lapses soon", "lapsed": "lapsed", "incomplete": "incomplete",
                  "unmatched": "fits nothing any more"}  # fmt: skip
ANSWER_STATE = {"given": "attested", "lapsing": "attested", "lapsed": "unseen", "missing": "unseen", "denied": "open"}
ANSWER_WORD = {"given": "answered", "lapsing": "lapses soon", "lapsed": "lapsed", "missing": "not answered",
               "denied": "answered no"}  # fmt: skip
THEN_WORD = {"unknown": "not known", "degraded": "weakened"}
TIME_WORD = {"detect": "Noticed after", "acknowledge": "Acknowledged after", "contain": "Contained after"}
GRADES = {
    "official": "official record",
    "several": "reported by several",
    "single": "reported once",
    "record": "record of the case",
}
PHASES = (("act", "Act"), ("cure", "Cure"), ("recover", "Recover"))


def subject_words(item: Mapping[str, Any]) -> str:
    """What a finding is about, where its sentence does not name it already; else nothing."""
    subject, account = item["subject"], item["account"]
    if item["verdict"] == "due" or subject == account:
        return ""
    told = f"{item['says']} {account or ''}"
    return "" if all(word in told or word in _JOINING for word in subject.split()) else str(subject)


def line(path: Mapping[str, Any]) -> list[dict[str, str]]:
    """Barriers of a way with how the line runs past each: on, end (it stops here) or off (beyond the stop).

    What does not apply to the account is not in the way, so it is not drawn.
    """
    barriers = in_the_way(path)
    end = first_standing(barriers)
    made = []
    for index, item in enumerate(barriers):
        run = "on" if end is None or index < end else "end" if index == end else "off"
        made.append({"run": run, "state": item["state"], "short": item["short"]})
    return made


def shorts(path: Mapping[str, Any], kind: str) -> str:
    """Names of the barriers on a way that stand, are open, or were not seen (attested ones that do not count too)."""
    names = []
    for item in path["barriers"]:
        found = "stands" if stops(item) else "open" if shape(item["state"]) == "open" else "unseen"
        if found == kind:
            names.append(item["short"])
    return ", ".join(names) or "–"


def examined(check: Mapping[str, Any]) -> str:
    """What a check found, in counts of its subjects."""
    counts = check["counts"]
    parts = [
        f"{counts[name]:,} {words}"
        for name, words in (("fail", "open"), ("due", "not answered"), ("unknown", "not seen"), ("pass", "holding"))
        if counts[name]
    ]
    if not parts:
        return "left out of this run" if check["state"] == "left_out" else "nothing to examine"
    return ", ".join(parts)


def area_label(area: Mapping[str, Any]) -> str:
    return f"{area['title']}: {area['holds']} checks hold, {area['open']} are open, {area['unseen']} were not seen"


def check_groups(checks: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]], bool]]:
    """Checks of an area by state: heading, checks, folded."""
    headings = (
        ("open", "Open", False),
        ("unseen", "Not seen", False),
        ("holds", "Holds", True),
        ("not_applicable", "Concerns nothing here", True),
        ("left_out", "Left out of this run", True),
    )
    groups = []
    for state, heading, folded in headings:
        found = [item for item in checks if item["state"] == state]
        if found:
            groups.append((heading, found, folded))
    return groups


def disaster_says(item: Mapping[str, Any], account: str) -> str:
    """One sentence on how far a disaster would come today; `account` names the weakest one."""
    if item["state"] == "not_preventable":
        return "No barrier of ours could have stopped this one. What can be prepared is the answer."
    if item["state"] == "not_applicable" or not item["paths"]:
        return "This way does not lead to any account in use here."
    where = f" for {account}" if account else ""
    stand = f"{item['depth']} of {item['ceiling']} {'stands' if item['depth'] == 1 else 'stand'}{where}"
    if item["state"] == "reaches":
        return f"This one would still reach us: {stand}."
    if item["state"] == "single":
        return f"This one would be stopped, and hangs on a single cause: {stand}."
    return f"This one would be stopped: {stand}."


def disaster_groups(scenarios: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str, list[Mapping[str, Any]]]]:
    """Disasters by how far they would come: name, heading, note, disasters."""
    kinds = (
        ("reaches", "Would still reach us", "No barrier on the weakest way stands today."),
        ("single", "Hang on one", "Stopped today, but one loss would leave the way open."),
        ("held", "Held", "More than one kind of barrier stands, and no single cause takes them all."),
        (
            "not_preventable",
            "Beyond our barriers",
            "Nothing of ours could have stopped these. The answer can be prepared.",
        ),
        ("not_applicable", "Not our ways", "These lead to no account in use here."),
    )
    groups = []
    for state, heading, note in kinds:
        found = [item for item in scenarios if item["state"] == state]
        if found:
            groups.append((state, heading, note, found))
    return groups


def disasters_summary(scenarios: Sequence[Mapping[str, Any]]) -> str:
    counts = {state: sum(item["state"] == state for item in scenarios) for state in ("reaches", "single", "held")}
    reach = counts["reaches"]
    first = (
        f"{capital(count(len(scenarios), 'documented disaster'))} {'was' if len(scenarios) == 1 else 'were'} replayed."
    )
    reaching, hanging, held = numbers(reach, counts["single"], counts["held"])
    second = f"{capital(reaching)} would still reach us, {hanging} "
    second += f"{'hangs' if counts['single'] == 1 else 'hang'} on a single cause, {held} "
    return f"{first} {second}{'is' if counts['held'] == 1 else 'are'} held."


def account_summary(account: Mapping[str, Any]) -> str:
    states = [item["state"] for item in account["barriers"]]
    small = max(map(states.count, states), default=0)
    parts = [
        f"{numbers(amount, small)[0]} {words[0] if amount == 1 else words[1]}"
        for state, words in (
            ("stands", ("stands", "stand")),
            ("open", ("is open", "are open")),
            ("unseen", ("was not seen", "were not seen")),
            ("attested", ("is attested", "are attested")),
        )
        if (amount := states.count(state))
    ]
    if not parts:
        return "No barrier concerns this account."
    text = f"Of its barriers, {', '.join(parts[:-1])}{' and ' if len(parts) > 1 else ''}{parts[-1]}."
    if account["weakest_in"]:
        text += f" It is the weakest account in {count(len(account['weakest_in']), 'disaster')}."
    return text


def matrix_columns(
    barriers: Iterable[Mapping[str, Any]], accounts: Sequence[Mapping[str, Any]], most: int
) -> list[Any]:
    """Barriers worth a column: open on most accounts, then unseen on most, in their own order."""
    weak: dict[str, list[int]] = {}
    for account in accounts:
        for item in account["barriers"]:
            tally = weak.setdefault(item["id"], [0, 0])
            tally[0] -= item["state"] == "open"
            tally[1] -= item["state"] == "unseen"
    known = [item for item in barriers if item["id"] in weak]
    chosen = {item["id"] for item in sorted(known, key=lambda item: weak[item["id"]])[:most]}
    return [item for item in known if item["id"] in chosen]


def open_first(barriers: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Barriers in the order open, not seen, attested, standing; within each as they came."""
    rank = {"open": 0, "unseen": 1, "attested": 2, "stands": 3, "not_applicable": 4}
    return sorted(barriers, key=lambda item: rank.get(item["state"], 1))


def weak_accounts(barrier: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [item for item in barrier["accounts"] if item["state"] not in ("stands", "not_applicable")]


def barrier_groups(barriers: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str, list[Mapping[str, Any]]]]:
    kinds = (
        ("barrier", "Barriers that prevent", "Each could end a disaster by itself."),
        ("safeguard", "Safeguards", "They keep barriers alive and never count by themselves."),
        ("response", "The answer", "What is ready for the day something gets through."),
    )
    groups = []
    for kind, heading, note in kinds:
        found = open_first([item for item in barriers if item["kind"] == kind])
        if found:
            groups.append((kind, heading, note, found))
    return groups


def barriers_summary(barriers: Sequence[Mapping[str, Any]]) -> str:
    own = [item["state"] for item in barriers if item["kind"] == "barrier"]
    stands, open_, unseen = own.count("stands"), own.count("open"), own.count("unseen")
    rest = len(own) - stands - open_ - unseen
    every, standing, gaping, not_seen, others = numbers(len(own), stands, open_, unseen, rest)
    text = f"Of {every} barriers that prevent, {standing} {'stands' if stands == 1 else 'stand'} everywhere, "
    text += f"{gaping} {'is' if open_ == 1 else 'are'} open somewhere and {not_seen} "
    text += f"{'was' if unseen == 1 else 'were'} not seen"
    if not rest:
        return text + "."
    return text + f"; {others} more {'is attested or does' if rest == 1 else 'are attested or do'} not apply."


def findings_summary(findings: Sequence[Mapping[str, Any]]) -> str:
    counts = {name: sum(item["verdict"] == name for item in findings) for name in ("fail", "due", "unknown")}
    if not findings:
        return "Nothing is open, and nothing was out of sight."
    fails, due, not_seen = numbers(*counts.values())
    parts = [f"{capital(fails)} {'is' if counts['fail'] == 1 else 'are'} open"]
    if counts["due"]:
        parts.append(f"{due} {'waits' if counts['due'] == 1 else 'wait'} for an answer")
    if counts["unknown"]:
        parts.append(f"{not_seen} {'was' if counts['unknown'] == 1 else 'were'} not seen")
    return ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1] + "."


def owner_lead(things: int, groups: Sequence[Mapping[str, Any]], named: bool) -> str:
    if not groups:
        return "Nothing is waiting here."
    first = str(groups[0]["title"])
    first = first[:1].lower() + first[1:] if first[1:2].islower() or first[1:2] == " " else first
    if named:
        return f"You have {count(things, 'thing')}; start with this one: {first}."
    waiting = f"{capital(count(things, 'thing'))} {'has' if things == 1 else 'have'} no owner yet."
    return f"{waiting} Naming one is the first step; the first of them: {first}."


def chain_missing(item: Mapping[str, Any]) -> str:
    titles = {link["function"]: link["title"] for link in item["chain"]}
    return ", ".join(titles.get(name, name).lower() for name in item["chain_missing"])


def phase_groups(chain: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    return [(title, found) for phase, title in PHASES if (found := [link for link in chain if link["phase"] == phase])]
