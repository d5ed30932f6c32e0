"""The front page and the one-page summary: verdict, reason, what is to fix, what could not be checked, first steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup, escape

from auditgen.reference.scale import number
from auditgen.report.site import views
from auditgen.report.site.model import Links, Model
from auditgen.report.site.page import Page
from auditgen.report.site.words import capital, count, day, numbers

# Disasters in danger that the front page shows; the rest of them, and all that are held, are folded.
PICTURE = 12
REASONS = 4


def front_pages(model: Model) -> Iterator[Page]:
    """index.html and summary.html."""
    data = model.data
    verdict, launch = data["verdict"], data["launch"]
    drawn = [item for item in data["scenarios"] if item["paths"] and item["state"] in ("reaches", "single", "held")]
    drawn.sort(key=lambda item: item["state"] == "reaches" and not item["certain"])
    drawn.sort(key=lambda item: ("reaches", "single", "held").index(item["state"]))
    danger = [item for item in drawn if item["state"] != "held"]
    shown = danger[:PICTURE]
    title = verdict["title"].rstrip(".") + (f" · {launch['title']}" if launch else "")
    stamp = str(
        # Only the frame is ours to trust: format escapes whatever is put into it, here and below.
        Markup("<p>Judged as of {}, by {} {}.</p>").format(
            day(data["run"]["as_of"]), data["tool"]["name"], data["tool"]["version"]
        )
    )
    shared = {
        "verdict": verdict,
        "launch": launch,
        "run": data["run"],
        "lede": verdict["reason"],
        "sums": sums(verdict["numbers"]),
        "reasons": reasons(model),
        "broken": [rule for rule in verdict["rules"] if rule["state"] in ("broken", "unseen")],
        "coverage": data["coverage"],
        "problems": data["problems"],
        "steps": data["steps"],
        "first": data["steps"][:3],
        "areas": data["areas"],
    }
    context = {
        **shared,
        "rule_state": views.RULE_STATE,
        "rule_word": views.RULE_WORD,
        "coverage_label": "{answered} made, {partly} in part, {not_at_all} not at all".format(**data["coverage"]),
        "shown": shown,
        "folded": drawn[len(shown) :],
        "folded_says": _folded(drawn[len(shown) :]),
        "picture": drawn,
        "outside": _linked(model, "not_preventable"),
        "elsewhere": _linked(model, "not_applicable"),
        "let_through": [item for item in data["exceptions"] if item["state"] in ("active", "lapsing")],
        "no_effect": list(no_effect(model)),
    }
    yield Page("index.html", "index.html", title, "index", own=True, stamp=stamp, context=context)
    lapsing = [item for item in data["exceptions"] if item["state"] in ("active", "lapsing")]
    context = {**shared, "danger": danger, "lapsing": lapsing, "waits": data["unseen"]}
    yield Page("summary.html", "summary.html", f"Summary: {title}", "index", stamp=stamp, context=context)


def sums(figures: Mapping[str, int]) -> dict[str, Any]:
    """The two numbers of the headline, what is to fix and what could not be checked, each with its parts in words."""
    critical, high = figures["critical_open"], figures["high_open"]
    unseen_critical, unseen_high = figures["critical_unseen"], figures["high_unseen"]
    certain, maybe = figures["reaches_certain"], figures["reaches_unseen"]
    return {
        "open": critical + high,
        "unseen": unseen_critical + unseen_high,
        "open_says": _parts(critical, high),
        "unseen_says": _parts(unseen_critical, unseen_high),
        "open_reach": f"{capital(count(certain, 'disaster'))} would reach us whatever else is found."
        if certain
        else "",
        "unseen_reach": f"{capital(number(maybe))} {'more ' if certain else ''}"
        f"{'disaster' if maybe == 1 else 'disasters'} cannot be ruled out."
        if maybe
        else "",
    }


def _parts(critical: int, high: int) -> str:
    if not critical + high:
        return "Nothing critical or high."
    parts = [f"{words} {name}" for words, name, amount in
             zip(numbers(critical, high), ("critical", "high"), (critical, high), strict=True) if amount]  # fmt: skip
    return capital(" and ".join(parts)) + "."


def reasons(model: Model) -> list[Markup]:
    """Why the verdict is what it is, worst first, each linked to what it is about."""
    links = Links(model, "")
    made = []
    # What leads comes first; what only follows from it, or waits behind it, after that.
    for item in sorted(model.data["verdict"]["reasons"], key=lambda item: not item["leads"]):
        href = (links.finding(item["finding"]) if item["finding"] else "") or links.check(item["check"])
        # The frame is constant; format escapes the address and the words from the results.
        words = Markup('<a href="{}">{}</a>') if href else Markup("{1}")
        made.append(words.format(href, capital(item["says"].rstrip("."))))
    return made


def _folded(items: list[dict[str, Any]]) -> str:
    """What the folded part of the picture holds; what is in danger is never folded without a word."""
    states = ["maybe" if item["state"] == "reaches" and not item["certain"] else item["state"] for item in items]
    parts = [
        f"{number(amount)} {one if amount == 1 else many}"
        for state, one, many in (
            ("reaches", "would reach us", "would reach us"),
            ("maybe", "cannot be ruled out", "cannot be ruled out"),
            ("single", "hangs on one thing", "hang on one thing"),
            ("held", "is held", "are held"),
        )
        if (amount := states.count(state))
    ]
    if len(parts) == 1 and len(items) > 1:
        return f"{capital(number(len(items)))} more, all of which {parts[0].partition(' ')[2]}"
    return f"{capital(number(len(items)))} more: {', '.join(parts)}"


def _linked(model: Model, state: str) -> list[Markup]:
    links = Links(model, "")
    return [
        # The frame is constant; format escapes the title of the disaster, which may be the user's own.
        Markup('“<a href="{}">{}</a>”').format(links.scenario(item["id"]), item["title"])
        for item in model.data["scenarios"]
        if item["state"] == state
    ]


def no_effect(model: Model) -> Iterator[Markup]:
    """What was given and changed nothing: exceptions and answers that do not count, sources without effect."""
    data = model.data
    for state, words in (("lapsed", "has lapsed"), ("incomplete", "is incomplete"),
                         ("unmatched", "fits nothing any more")):  # fmt: skip
        found = [item for item in data["exceptions"] if item["state"] == state]
        if len(found) == 1:
            title = model.check_title(found[0]["check"])
            # The frame is constant; format escapes the title of the check.
            yield Markup('The <a href="exceptions.html">exception</a> for “{}” {}.').format(title, words)
        elif found:
            many = {"has lapsed": "have lapsed", "is incomplete": "are incomplete"}.get(words, "fit nothing any more")
            # The frame is constant, and a number and fixed words are put in.
            yield Markup('{} <a href="exceptions.html">exceptions</a> {}.').format(capital(number(len(found))), many)
    lapsed = sum(item["state"] == "lapsed" for item in data["attestations"])
    if lapsed:
        # Two constants; nothing from the results is in them.
        words = Markup(
            '<a href="exceptions.html#a">answer</a>' if lapsed == 1 else '<a href="exceptions.html#a">answers</a>'
        )
        yield Markup("{} {} {} lapsed.").format(capital(number(lapsed)), words, "has" if lapsed == 1 else "have")
    for status, words in (("failed", "could not be read"), ("empty", "held nothing")):
        files = [item["path"] for item in data["sources"] if item["status"] == status]
        if files:
            names = escape(", ".join(files[:3])) + (f" and {number(len(files) - 3)} more" if len(files) > 3 else "")
            # The frame is constant; the names of files were escaped one line above.
            yield Markup('{} <a href="evidence.html">{}</a>.').format(names, words)
    left_out = sum(item["state"] == "left_out" for item in data["checks"])
    if left_out:
        # The frame is constant, and a number and fixed words are put in.
        yield Markup('{} <a href="evidence.html#left-out">left out of this run</a>.').format(
            capital(count(left_out, "check")) + (" was" if left_out == 1 else " were")
        )
