"""Findings as CSV that a spreadsheet opens as text: no cell is ever a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

COLUMNS = (
    "id", "area", "check", "severity", "stage", "effort", "verdict", "reason", "subject", "account", "owner", "says",
    "source", "locator", "seen_on", "basis", "exception_state", "exception_reason", "exception_expires",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


def safe_cell(value: object) -> str:
    """Text of a cell; what a spreadsheet would read as a formula gets an apostrophe in front (OWASP)."""
    text = "" if value is None else str(value)
    # A blank or a control character in front does not stop every spreadsheet from seeing the formula.
    visible = text.lstrip(" \u00a0\u200b\ufeff\x00")
    if text.startswith(_FORMULA) or visible.startswith(_FORMULA):
        return "'" + text
    return text


def to_csv(results: Mapping[str, Any]) -> str:
    """One row a finding, failing first, with a byte-order mark so that Excel reads UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for finding in results["findings"]:
        exception = finding["exception"] or {}
        row = {
            **finding,
            "owner": finding["owner_title"],
            "exception_state": exception.get("state"),
            "exception_reason": exception.get("reason"),
            "exception_expires": exception.get("expires"),
        }
        writer.writerow([safe_cell(row[column]) for column in COLUMNS])
    return "\ufeff" + out.getvalue().replace("\x00", "\ufffd")
