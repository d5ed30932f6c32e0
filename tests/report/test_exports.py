"""Exports: valid where there is a standard, and nothing in them is ever more than text."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from auditgen.report.exports.csv import COLUMNS, safe_cell, to_csv
from auditgen.report.exports.junit import to_junit
from auditgen.report.exports.markdown import escape, to_markdown
from auditgen.report.exports.sarif import to_sarif
from tests.tools.synthetic_results import synthetic_results

HOSTILE = [
    "=HYPERLINK(\"http://evil.example\",\"x\")", "+1+1", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "＝1",
    "<script>alert(1)</script>", "]]><x/>", "\x00\x08\x1b[31m", "\ud800", "\u202egnp.exe", "a,b\"c\r\nd", "| a | b |",
    "[x](javascript:alert(1))", "![x](http://evil.example/i.png)", "@everyone", "</testcase>", "'; drop table posts;--",
]  # fmt: skip


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    return synthetic_results(findings=120)


def test_invented_results_have_the_published_shape(results: dict[str, Any]) -> None:
    schema = Path(__file__).parents[2] / "auditgen" / "results" / "results.schema.json"
    jsonschema.validate(results, json.loads(schema.read_text(encoding="utf-8")))


def poisoned(results: dict[str, Any]) -> dict[str, Any]:
    """Every free text of the findings, steps and checks replaced by hostile ones in turn."""
    copy = json.loads(json.dumps(results))
    number = 0
    for group, keys in (
        ("findings", ("subject", "subject_title", "says", "source", "locator", "account", "owner_title")),
        ("steps", ("title", "says", "owner_title", "brings")),
        ("checks", ("title", "fail", "why", "fix")),
        ("problems", ("where", "says")),
    ):
        for item in copy[group]:
            for key in keys:
                item[key] = HOSTILE[number % len(HOSTILE)]
                number += 1
    copy["verdict"]["says"] = HOSTILE[9]
    return copy


def test_sarif_is_valid_against_its_schema(results: dict[str, Any]) -> None:
    from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Sarif

    for source in (results, poisoned(results)):
        log = json.loads(to_sarif(source).encode("utf-8", "replace"))
        Sarif.model_validate(log)
        (run,) = log["runs"]
        assert len(run["results"]) == len(source["findings"])
        for entry in run["results"]:
            assert run["tool"]["driver"]["rules"][entry["ruleIndex"]]["id"] == entry["ruleId"]
            assert (entry["kind"] == "fail") == (entry["level"] != "none")
        prints = [entry["partialFingerprints"]["auditgen/1"] for entry in run["results"]]
        assert len(set(prints)) == len(prints)


def test_junit_counts_what_it_lists(results: dict[str, Any]) -> None:
    for source in (results, poisoned(results)):
        root = ET.fromstring(to_junit(source).encode("utf-8", "replace"))
        cases = root.findall(".//testcase")
        assert len(cases) == len(source["checks"]) == int(root.attrib["tests"])
        assert len(root.findall(".//failure")) == int(root.attrib["failures"])
        assert int(root.attrib["failures"]) == sum(check["state"] == "open" for check in source["checks"])
        assert len(root.findall(".//skipped")) == int(root.attrib["skipped"])


def test_csv_holds_every_finding_and_no_formula(results: dict[str, Any]) -> None:
    text = to_csv(poisoned(results))
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:], newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) - 1 == len(results["findings"])
    for row in rows[1:]:
        assert len(row) == len(COLUMNS)
        for cell in row:
            assert not re.match(r"[\s\u200b\ufeff]*[=+\-@|%＝＋－＠]", cell), cell


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_any_text_survives_the_csv_as_text(text: str) -> None:
    cell = safe_cell(text)
    assert cell in (text, "'" + text)
    assert not cell.lstrip().startswith(("=", "+", "-", "@"))


def test_markdown_summary_renders_no_foreign_markup(results: dict[str, Any]) -> None:
    text = to_markdown(poisoned(results))
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    for forbidden in ("<script", "<img", "<a ", "<x", 'javascript:alert(1)"'):
        assert forbidden not in html
    assert results["verdict"]["title"].rstrip(".") in html


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_escaped_markdown_is_one_paragraph_of_plain_text(text: str) -> None:
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(f"x {escape(text)} y")
    kinds = {child.type for token in tokens for child in token.children or []}
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert kinds <= {"text", "text_special"}
