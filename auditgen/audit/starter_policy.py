"""A starter policy: model wording for the clauses that were not found, with every decision left open.

Each section ends with a line somebody has to fill in. Until that is done the reader of clauses takes the whole
section for begun and not for a rule, so that a starter never passes for a policy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from auditgen.analysis.clauses.states import OPEN_FIELD
from auditgen.audit.checks.check import STAGES, Check

OPEN = f"{OPEN_FIELD} {{}}]"
SIGNED = "Agreed by [fill in: name of the role] on [fill in: date]."
_STAGE_TITLES = {
    "prevent": "Before anything happens",
    "act": "When it happens",
    "cure": "Making it good",
    "recover": "Afterwards",
}


def write_draft(checks: Sequence[Check], organisation: str) -> str:
    """Markdown of a starter policy for these clause checks, ordered prevent to recover."""
    name = _one_line(organisation)
    lines = [
        "---",
        f"title: {_yaml(f'{name}: starter policy for social media')}",
        f'owner: "{OPEN.format("role that keeps this document")}"',
        "status: draft",
        f'next review: "{OPEN.format("date within a year")}"',
        "---",
        "",
        f"# Starter policy for social media of {_markdown(name)}",
        "",
        "This text was written by `auditgen policy draft` from the clauses that were not found. Change it until it",
        "says what you really do, fill in every field in square brackets, and take out what does not fit. A section",
        "counts as begun and not as a rule as long as one of its fields is open.",
        "",
    ]
    for stage in STAGES:
        wanted = [check for check in checks if check.stage == stage and check.clause]
        if not wanted:
            continue
        lines += [f"## {_STAGE_TITLES[stage]}", ""]
        for check in wanted:
            clause: Mapping[str, Any] = check.clause or {}
            lines += [
                f"### {clause.get('name') or check.title}",
                "",
                str(clause.get("wording") or f"{check.step}: {OPEN.format('your rule')}.").strip(),
                "",
                SIGNED,
                "",
            ]
            if check.references:
                lines += [f"*Source: {'; '.join(_markdown(item) for item in check.references)}.*", ""]
    return "\n".join(lines)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _yaml(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _markdown(text: str) -> str:
    """A name as plain text in Markdown, whatever it holds."""
    return re.sub(r"([\\`*_\[\]<>#|{}])", r"\\\1", text)
