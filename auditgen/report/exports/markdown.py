"""A short Markdown summary for a pull request or a message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# Every ASCII punctuation character may be escaped in CommonMark; these are the ones that mean something.
_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~@&:])")
_CONTROL = re.compile("[\x00-\x1f\x7f\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]+")
STEPS = 3
RULE_WORDS = {"met": "met", "broken": "not met", "unseen": "not checked", "allowed": "met, unknowns let through"}


def escape(text: object) -> str:
    """Text as text: no markup, no mention, no link, no line break."""
    return _MARKS.sub(r"\\\1", _CONTROL.sub(" ", "" if text is None else str(text)))


def to_markdown(results: Mapping[str, Any]) -> str:
    """Verdict, reason, rules, first steps, areas and what needs a look."""
    verdict = results["verdict"]
    launch = results["launch"]
    lines = [f"## {escape(verdict['title'])}", ""]
    if launch:
        lines += [f"{escape(launch['title'])}, {escape(launch['starts_at'])}", ""]
    lines += [escape(verdict["says"]), "", f"Gate **{escape(verdict['profile'])}**:", ""]
    for rule in verdict["rules"]:
        lines.append(f"- {RULE_WORDS[rule['state']]}: {escape(rule['says'])} ({escape(rule['found'])})")
    if results["steps"]:
        lines += ["", "### First", ""]
        for step in results["steps"][:STEPS]:
            who = (
                f" (done by {escape(step['owner_title'])}, {escape(step['effort_says'])})"
                if step["owner_title"]
                else ""
            )
            brings = f" {escape(step['brings'])}" if step["brings"] else ""
            lines.append(f"{step['rank']}. **{escape(step['title'])}**{who}: {escape(step['says'])}{brings}")
    lines += ["", "| area | to fix | not checked | passed |", "| --- | ---: | ---: | ---: |"]
    for area in results["areas"]:
        lines.append(f"| {escape(area['title'])} | {area['open']} | {area['unseen']} | {area['holds']} |")
    if results["problems"]:
        lines += ["", "### Needs a look", ""]
        lines += [f"- {escape(item['where'])}: {escape(item['says'])}" for item in results["problems"]]
    return "\n".join(lines) + "\n"
