"""What pages derive from results: sentences with counts, and groups."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from auditgen.reference.scale import number
from auditgen.report.site.drawings import barrier_word
from auditgen.report.site.words import capital, count, numbers, sentence

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
RULE_WORD = {"met": "met", "broken": "not met", "unseen": "not checked", "allowed": "let through"}
SOURCE_STATE = {"read": "holds", "partly": "attested", "failed": "open", "empty": "unseen"}
SOURCE_WORD = {"read": "read", "partly": "read in part", "failed": "not read", "empty": "empty"}
EXCEPTION_STATE = {"active": "holds", "lapsing": "attested", "lapsed": "open", "incomplete": "open",
                   "unmatched": "not_applicable"}  # fmt: skip
EXCEPTION_WORD = {"active": "running", "lapsing": "lapses soon", "lapsed": "lapsed", "incomplete": "incomplete",
                  "unmatched": "fits nothing any more"}  # fmt: skip
ANSWER_STATE = {"given": "attested", "lapsing": "attested", "lapsed": "unseen", "missing": "unseen", "denied": "open"}
ANSWER_WORD = {"given": "answered", "lapsing": "lapses soon", "lapsed": "lapsed", "missing": "not answered",
               "denied": "answered no"}  # fmt: skip


def subject_words(item: Mapping[str, Any]) -> str:
    """What a finding is about, as people know it, where its sentence does not name it already; else nothing."""
    if item["verdict"] == "due" or item["subject"] == item["account"]:
        return ""
    title = str(item["subject_title"])
    return "" if all(word in item["says"] or word in _JOINING for word in title.split()) else title


def examined(check: Mapping[str, Any]) -> str:
    """What a check found, in counts of its subjects."""
    counts = check["counts"]
    parts = [
        f"{counts[name]:,} {words}"
        for name, words in (("fail", "to fix"), ("due", "not answered"), ("unknown", "not checked"), ("pass", "passed"))
        if counts[name]
    ]
    if not parts:
        return "left out of this run" if check["state"] == "left_out" else "nothing to look at"
    return ", ".join(parts)


def area_label(area: Mapping[str, Any]) -> str:
    """The bars of an area in words."""
    return f"{area['title']}: {area['open']} checks to fix, {area['unseen']} not checked, {area['holds']} passed"


@dataclass
class Group:
    """Checks in one state; `waits` holds those that wait for one and the same thing, told once: why, and the checks."""

    state: str
    heading: str
    folded: bool
    checks: list[Mapping[str, Any]]
    waits: list[tuple[str, list[Mapping[str, Any]]]] = field(default_factory=list)


def check_groups(checks: Sequence[Mapping[str, Any]]) -> list[Group]:
    """Checks of an area by state."""
    headings = (
        ("open", "To fix", False),
        ("unseen", "Not checked", False),
        ("holds", "Passed", True),
        ("not_applicable", "Does not apply here", True),
        ("left_out", "Left out of this run", True),
    )
    groups = []
    for state, heading, folded in headings:
        found = [item for item in checks if item["state"] == state]
        if found:
            waits = waiting(found) if state == "unseen" else []
            told = {item["id"] for _, items in waits for item in items}
            groups.append(Group(state, heading, folded, [item for item in found if item["id"] not in told], waits))
    return groups


def waiting(checks: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Checks that could not be made for one and the same reason, the most first; single ones are not among them."""
    same: dict[str, list[Mapping[str, Any]]] = {}
    for item in checks:
        if item["message"]:
            same.setdefault(str(item["message"]), []).append(item)
    return sorted(((why, items) for why, items in same.items() if len(items) > 1), key=lambda pair: -len(pair[1]))


def account_summary(account: Mapping[str, Any]) -> str:
    """How many of an account's barriers are in which state, and where it is the weakest."""
    states = [item["state"] for item in account["barriers"]]
    small = max(map(states.count, states), default=0)
    parts = [
        f"{numbers(amount, small)[0]} {words[0] if amount == 1 else words[1]}"
        for state, words in (
            ("stands", ("is in place", "are in place")),
            ("open", ("is missing", "are missing")),
            ("unseen", ("was not checked", "were not checked")),
            ("attested", ("has only somebody’s word", "have only somebody’s word")),
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
    """Barriers worth a column: missing on most accounts, then not checked on most, in their own order."""
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
    """Barriers in the order missing, not checked, vouched for, in place; within each as they came."""
    rank = {"open": 0, "unseen": 1, "attested": 2, "stands": 3, "not_applicable": 4}
    return sorted(barriers, key=lambda item: rank.get(item["state"], 1))


def weak_accounts(barrier: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Accounts for which a barrier is not in place."""
    return [item for item in barrier["accounts"] if item["state"] not in ("stands", "not_applicable")]


def barrier_says(barrier: Mapping[str, Any]) -> str:
    """State of a barrier over all accounts, with the sentence about the weakest."""
    concerned = [item for item in barrier["accounts"] if item["state"] != "not_applicable"]
    words = told(barrier["says"])
    if len(concerned) < 2:
        return state_says(barrier["state"], barrier["says"])
    standing = sum(item["state"] == "stands" for item in concerned)
    if standing == len(concerned):
        return "In place for every account."
    weak = {item["state"] for item in concerned} - {"stands"}
    if weak == {"attested"} and not standing:
        return f"On every account only vouched for. {words}".strip()
    if not standing and len(weak) == 1:
        return f"{capital(barrier_word(weak.pop()))} for every account. {words}".strip()
    if not standing:
        return f"In place for none of {len(concerned)} accounts. {words}".strip()
    return f"In place for {standing} of {len(concerned)} accounts. {words}".strip()


# A barrier's sentence begins with how many accounts it is about, or with its state, which the page says itself.
_SAID = re.compile(r"\A(?:On \d+ of \d+ accounts?[.:]\s*)?(?:Vouched for, not observed:\s*)?")


def told(says: str | None) -> str:
    """The sentence about a barrier as a page shows it."""
    return capital(sentence(_SAID.sub("", says or "")))


def state_says(state: str, says: str | None) -> str:
    """State of a barrier and the sentence about it, without saying the state twice."""
    words = told(says)
    word = capital(barrier_word(state))
    if state == "not_applicable" and words:
        return words
    return words if words.startswith(word) else f"{word}. {words}".strip()


def passed_groups(passed: Iterable[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """What passed, each sentence once with the number of times it was said."""
    counts: dict[str, int] = {}
    for item in passed:
        counts[item["says"]] = counts.get(item["says"], 0) + 1
    return list(counts.items())


def setting_words(value: object, most: int = 8) -> str:
    """The value of a setting; a long list by its first few."""
    if not isinstance(value, list | tuple):
        return str(value)
    words = ", ".join(str(item) for item in value[:most])
    return words if len(value) <= most else f"{words} and {number(len(value) - most)} more"


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
    """How many barriers that prevent are in which state, over all accounts."""
    own = [item["state"] for item in barriers if item["kind"] == "barrier"]
    stands, missing, unseen = own.count("stands"), own.count("open"), own.count("unseen")
    rest = len(own) - stands - missing - unseen
    every, standing, gaping, unchecked, others = numbers(len(own), stands, missing, unseen, rest)
    text = f"Of {every} barriers that prevent, {standing} {'is' if stands == 1 else 'are'} in place everywhere, "
    text += f"{gaping} {'is' if missing == 1 else 'are'} missing somewhere and {unchecked} could not be checked"
    if not rest:
        return text + "."
    return text + f"; {others} more {'has' if rest == 1 else 'have'} only somebody’s word, or do not apply."


def findings_summary(findings: Sequence[Mapping[str, Any]]) -> str:
    """How much is to fix, waits for an answer, could not be checked."""
    counts = {name: sum(item["verdict"] == name for item in findings) for name in ("fail", "due", "unknown")}
    if not findings:
        return "Nothing is to fix, and nothing was left unchecked."
    fails, due, unchecked = numbers(*counts.values())
    parts = [f"{capital(fails)} to fix"]
    if counts["due"]:
        parts.append(f"{due} {'waits' if counts['due'] == 1 else 'wait'} for an answer")
    if counts["unknown"]:
        parts.append(f"{unchecked} could not be checked")
    return ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1] + "."


def owner_lead(things: int, groups: Sequence[Mapping[str, Any]], named: bool) -> str:
    """How much waits for somebody, and what comes first."""
    if not groups:
        return "Nothing is waiting here."
    first = str(groups[0]["title"])
    if named:
        return f"{capital(count(things, 'finding'))}. First: {lower(first)}."
    waiting = f"{capital(count(things, 'finding'))} {'has' if things == 1 else 'have'} no owner yet."
    return f"{waiting} Name one first. At the top of the list: {lower(first)}."


def lower(text: str) -> str:
    """The text with a small first letter, unless its first word is a name or an abbreviation."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text
