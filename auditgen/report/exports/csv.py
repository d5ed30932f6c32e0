"""Findings as CSV that a spreadsheet opens as text: no cell is ever a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from typing import Any

COLUMNS = (
    "id", "area", "check", "severity", "stage", "effort", "verdict", "reason", "subject", "account", "owner", "says",
    "source", "locator", "seen_on", "basis", "exception_state", "exception_reason", "exception_expires",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")

# A blank or a control character in front does not stop every spreadsheet from seeing the formula.
_UNSEEN = re.compile(r"\A[\s\x00-\x1f\x7f-\xa0\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+")


def safe_cell(value: object) -> str:
    """Text of a cell; what a spreadsheet would read as a formula gets an apostrophe in front (OWASP)."""
    text = "" if value is None else str(value)
    return "'" + text if text.startswith(_FORMULA) or _UNSEEN.sub("", text).startswith(_FORMULA) else text


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
