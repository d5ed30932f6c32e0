"""The file of accepted and rejected sentences that people keep beside the workspace; the trainer reads it too."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from auditgen.analysis.clauses.reviews import Review
from auditgen.files.problems import Problem, nearest
from auditgen.files.toml_lines import line_of, toml_lines
from auditgen.workspace.decisions import read_decisions
from auditgen.workspace.problems import WorkspaceError

VERDICTS = ("accepted", "rejected", "not-applicable")

_KEYS = {
    "check": str,
    "verdict": str,
    "document": str,
    "hash": str,
    "says": str,
    "who": str,
    "when": date,
    "reason": str,
}

_QUOTED = 90


def load_reviews(path: Path | None, checks: Iterable[str]) -> list[Review]:
    """Read the file; raises WorkspaceError for what cannot be meant. The last decision about a sentence counts."""
    if path is None:
        return []
    entries = read_decisions(path, "review", _KEYS, checks)
    lines = toml_lines(path.read_text("utf-8-sig"))
    problems = []
    found: dict[tuple[str, str | None, str | None], Review] = {}
    for index, entry in enumerate(entries):
        verdict = entry.get("verdict")
        where = line_of(lines, "review", index, "verdict")
        if verdict not in VERDICTS:
            says = f"review.verdict should be one of {', '.join(VERDICTS)}{nearest(str(verdict), VERDICTS)}"
            problems.append(Problem(path.name, where, says))
            continue
        needed = ("reason", "when") if verdict == "not-applicable" else ("document", "hash")
        problems += [
            Problem(path.name, line_of(lines, "review", index), f"review.{key} is missing")
            for key in needed
            if not entry.get(key)
        ]
        when = entry.get("when")
        review = Review(**{**entry, "when": when.date() if isinstance(when, datetime) else when})
        key = (review.check, review.document, review.hash)
        found.pop(key, None)
        found[key] = review
    if problems:
        raise WorkspaceError(problems)
    return list(found.values())


def add_review(path: Path, review: Review) -> None:
    """Append a decision; everything that stands in the file stays as it is. Raises OSError."""
    lines = ["[[review]]"]
    for key in _KEYS:
        value = getattr(review, key)
        if value is not None:
            lines.append(f"{key} = {value.isoformat() if isinstance(value, date) else toml_text(value)}")
    head = "" if path.exists() else _HEAD
    before = path.read_text("utf-8-sig") if path.exists() else ""
    gap = "" if not before or before.endswith("\n\n") else "\n" if before.endswith("\n") else "\n\n"
    with path.open("a", encoding="utf-8") as file:
        file.write(head + gap + "\n".join(lines) + "\n")


_HEAD = """\
# What people decided about passages of the policies, written by `auditgen policy accept` and `auditgen policy reject`.
# A decision counts while its sentence reads the same, and asks again when it was changed.

"""


def toml_text(text: str) -> str:
    """A basic TOML string of one line."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False).replace("\x7f", "\\u007f")


def short(text: str) -> str:
    """The beginning of a sentence, for people who read the file."""
    return text if len(text) <= _QUOTED else f"{text[: _QUOTED - 1].rstrip()}…"
