"""Decisions about passages and drafts of policies: what is complete, what replaces what, and how it is written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from auditgen.analysis.clauses.reviews import Review
from auditgen.audit.policy_reviews import add_review, load_reviews, short, toml_text
from auditgen.audit.starter_policy import SIGNED, write_draft
from auditgen.workspace.problems import WorkspaceError
from tests.tools.small_world import check

ACCEPTED = '[[review]]\ncheck = "c"\nverdict = "accepted"\ndocument = "d.md"\nhash = "h"\n'
NOT_APPLICABLE = '[[review]]\ncheck = "c"\nverdict = "not-applicable"\nreason = "no bots"\nwhen = 2026-11-01\n'


def load(folder: Path, text: str) -> list[Review]:
    path = folder / "policy-reviews.toml"
    path.write_text(text, encoding="utf-8")
    return load_reviews(path, ["c", "e"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("", [], id="an empty file"),
        pytest.param(ACCEPTED, [Review("c", "accepted", "d.md", "h")], id="accepted"),
        pytest.param(ACCEPTED + ACCEPTED.replace("accepted", "rejected"), [Review("c", "rejected", "d.md", "h")], id="the last counts"),
        pytest.param(ACCEPTED.replace("accepted", "rejected") + ACCEPTED, [Review("c", "accepted", "d.md", "h")], id="either way"),
        pytest.param(ACCEPTED + ACCEPTED.replace('"h"', '"i"'), [Review("c", "accepted", "d.md", "h"), Review("c", "accepted", "d.md", "i")],
                     id="two sentences"),
        pytest.param(ACCEPTED + ACCEPTED.replace("d.md", "f.md"),
                     [Review("c", "accepted", "d.md", "h"), Review("c", "accepted", "f.md", "h")], id="two documents"),
        pytest.param(ACCEPTED + ACCEPTED.replace('"c"', '"e"'), [Review("c", "accepted", "d.md", "h"), Review("e", "accepted", "d.md", "h")],
                     id="two clauses"),
        pytest.param(ACCEPTED + ACCEPTED.replace('"h"', '"i"') + ACCEPTED,
                     [Review("c", "accepted", "d.md", "i"), Review("c", "accepted", "d.md", "h")], id="said again it is the last"),
        pytest.param(NOT_APPLICABLE, [Review("c", "not-applicable", reason="no bots", when=date(2026, 11, 1))], id="does not apply"),
        pytest.param(NOT_APPLICABLE.replace("2026-11-01", "2026-11-01T10:00:00"),
                     [Review("c", "not-applicable", reason="no bots", when=date(2026, 11, 1))], id="a moment is its day"),
    ],
)  # fmt: skip
def test_decisions(tmp_path: Path, text: str, found: list[Review]) -> None:
    assert load(tmp_path, text) == found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (ACCEPTED.replace('hash = "h"\n', ""), "policy-reviews.toml, line 1: review.hash is missing"),
        (ACCEPTED.replace('document = "d.md"\n', ""), "policy-reviews.toml, line 1: review.document is missing"),
        (NOT_APPLICABLE.replace('reason = "no bots"\n', ""), "policy-reviews.toml, line 1: review.reason is missing"),
        (NOT_APPLICABLE.replace("when = 2026-11-01\n", ""), "policy-reviews.toml, line 1: review.when is missing"),
        (ACCEPTED.replace("accepted", "acepted"),
         "policy-reviews.toml, line 3: review.verdict should be one of accepted, rejected, not-applicable; did you mean accepted?"),
        (ACCEPTED.replace('"c"', '"zzz"'), "policy-reviews.toml, line 2: no check is called zzz; known here: c, e"),
    ],
)  # fmt: skip
def test_mistakes(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(WorkspaceError) as caught:
        load(tmp_path, text)
    assert [str(problem) for problem in caught.value.problems] == [says]


def test_no_file_is_no_decision() -> None:
    assert load_reviews(None, ["c"]) == []


@pytest.mark.parametrize(
    ("before", "gap"),
    [
        pytest.param("[x]\n\n", "", id="a blank line stands there"), pytest.param("[x]\n", "\n", id="a line end"),
        pytest.param("[x]", "\n\n", id="no line end"), pytest.param("", "", id="an empty file"),
    ],
)  # fmt: skip
def test_a_decision_is_appended_and_nothing_is_changed(tmp_path: Path, before: str, gap: str) -> None:
    path = tmp_path / "policy-reviews.toml"
    path.write_text(before, encoding="utf-8")
    add_review(path, Review("c", "accepted", "d.md", "h", says='a "b"\n c', when=date(2026, 11, 1)))
    assert path.read_text(encoding="utf-8") == before + gap + (
        '[[review]]\ncheck = "c"\nverdict = "accepted"\ndocument = "d.md"\nhash = "h"\nsays = "a \\"b\\" c"\nwhen = 2026-11-01\n'
    )


def test_a_new_file_of_decisions_says_what_it_is_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "policy-reviews.toml"
    review = Review("c", "rejected", "d.md", "h", who="ana")
    add_review(path, review)
    assert path.read_text(encoding="utf-8").startswith("# What people decided about passages of the policies")
    assert "\n\n[[review]]\n" in path.read_text(encoding="utf-8")
    assert load_reviews(path, ["c"]) == [review]


@pytest.mark.parametrize(
    ("text", "shortened"),
    [("a" * 90, "a" * 90), ("a" * 91, "a" * 89 + "…"), ("a" * 88 + " bc", "a" * 88 + "…"), ("", "")],
)
def test_the_beginning_of_a_sentence(text: str, shortened: str) -> None:
    assert short(text) == shortened


@pytest.mark.parametrize(("text", "toml"), [("a", '"a"'), ("a\n  b", '"a b"'), ('"', '"\\""'), ("ä\x7f", '"ä\\u007f"')])
def test_a_text_as_toml(text: str, toml: str) -> None:
    assert toml_text(text) == toml


def test_a_draft_goes_from_prevent_to_recover_and_leaves_every_decision_open() -> None:
    checks = [
        check("late", stage="recover", clause={"name": "Learn", "wording": " We learn. "}),
        check("early", stage="prevent", clause={"code": "A1"}, step="Do it", references=("A * b", "C")), check("none", stage="act"),
        check("mid", stage="cure", clause={"name": "Mend"}, step="Mend it"),
    ]  # fmt: skip
    text = write_draft(checks, ' The "House"\nof * tea ')
    assert [line for line in text.split("\n") if line.startswith("#")] == [
        "# Starter policy for social media of The \"House\" of \\* tea", "## Before anything happens", "### early holds",
        "## Making it good", "### Mend", "## Afterwards", "### Learn",
    ]  # fmt: skip
    assert 'title: "The \\"House\\" of * tea: starter policy for social media"' in text
    assert f"### early holds\n\nDo it: [fill in: your rule].\n\n{SIGNED}\n\n*Source: A \\* b; C.*\n" in text
    assert f"### Learn\n\nWe learn.\n\n{SIGNED}\n" in text
    assert text.count("[fill in:") == 2 + 2 + 3 * 2
    assert "none" not in text and text.count("*Source:") == 1
