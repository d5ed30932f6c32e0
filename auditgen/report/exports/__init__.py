"""Exports: results.json in the formats other tools read. Each function takes results and returns text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

FORMATS = ("html", "json", "csv", "junit", "sarif", "markdown")


def exporters() -> dict[str, tuple[str, Callable[[Mapping[str, Any]], str]]]:
    """Format → file name and function; html and json are written by the run itself."""
    from auditgen.report.exports.csv import to_csv
    from auditgen.report.exports.junit import to_junit
    from auditgen.report.exports.markdown import to_markdown
    from auditgen.report.exports.sarif import to_sarif

    return {
        "csv": ("findings.csv", to_csv),
        "junit": ("junit.xml", to_junit),
        "sarif": ("auditgen.sarif", to_sarif),
        "markdown": ("summary.md", to_markdown),
    }
