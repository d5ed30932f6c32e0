"""Exceptions and attestations: shown, dated, never silently green."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from auditgen.audit.decisions import Attestation, attested_rows, load_attestations, load_exceptions
from auditgen.workspace.problems import WorkspaceError
from tests.tools.small_world import known

DAY = date(2026, 11, 20)
KNOWN = known(accounts=("x-main",))
PLAIN = SimpleNamespace(id="owner-named", attest=None, title="Every account has an owner")
ASKED = SimpleNamespace(id="pause-rehearsed", attest={"question": "Was it tried?", "valid_for_days": 90}, title="Tried")
CHECKS: Any = [PLAIN, ASKED]
FULL = """[[exception]]
check = "owner-named"
reason = "Kiosk account"
owner = "Ana"
approver = "Tom"
created = 2026-01-01
expires = 2026-12-31
subject = "kiosk"
"""


def exceptions(folder: Path, text: str) -> Any:
    path = folder / "exceptions.toml"
    path.write_text(text, encoding="utf-8")
    return load_exceptions(path, CHECKS, DAY, KNOWN)


@pytest.mark.parametrize(
    ("old", "new", "state", "applies"),
    [
        ("", "", "active", True),
        ("2026-12-31", "2026-11-20", "lapsing", True),
        ("2026-12-31", "2026-12-20", "lapsing", True),
        ("2026-12-31", "2026-12-21", "active", True),
        ("2026-12-31", "2026-11-19", "lapsed", False),
        ('approver = "Tom"', 'approver = "ANA"', "incomplete", False),
        ('approver = "Tom"\n', "", "incomplete", False),
        ('approver = "Tom"', 'approver = " ana "', "incomplete", False),
        ('reason = "Kiosk account"', 'reason = "  "', "incomplete", False),
        ("2026-01-01", "2026-11-21", "incomplete", False),  # agreed on a day that is still to come
    ],
)
def test_states_of_an_exception(tmp_path: Path, old: str, new: str, state: str, applies: bool) -> None:
    (entry,) = exceptions(tmp_path, FULL.replace(old, new) if old else FULL)
    assert (entry.state, entry.applies) == (state, applies)


def test_an_exception_for_one_subject_covers_no_other(tmp_path: Path) -> None:
    (entry,) = exceptions(tmp_path, FULL.replace("kiosk", "IG-Main"))
    assert entry.covers("owner-named", "ig-main")
    assert not entry.covers("owner-named", "x-main")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            '"owner-named"',
            '"owner-nmaed"',
            "exceptions.toml, line 2: no check is called owner-nmaed; did you mean owner-named?",
        ),
        ("reason =", "reson =", "exceptions.toml, line 3: unknown key exception.reson; did you mean reason?"),
        ("2026-12-31", '"June"', "exceptions.toml, line 7: exception.expires should be a date like 2026-11-24"),
        ("[[exception]]", "[[exeption]]", "unknown key exeption; entries stand under [[exception]]"),
    ],
)
def test_mistakes_in_exceptions_name_the_line(tmp_path: Path, old: str, new: str, expected: str) -> None:
    with pytest.raises(WorkspaceError) as caught:
        exceptions(tmp_path, FULL.replace(old, new))
    assert any(expected in str(problem) for problem in caught.value.problems)


def answer(folder: Path, body: str) -> tuple[str, str]:
    path = folder / "attestations.toml"
    path.write_text(f'[[attestation]]\ncheck = "pause-rehearsed"\n{body}', encoding="utf-8")
    rows = attested_rows(CHECKS, load_attestations(path, CHECKS), DAY, "attestations.toml", KNOWN)
    (row,) = rows["pause-rehearsed"]
    return row.verdict, row.says


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ('answer = "yes"\nwho = "Ana"\nwhen = 2026-11-01\n', "pass"),
        ('answer = "no"\nwho = "Ana"\nwhen = 2026-11-01\n', "fail"),
        ('answer = "yes"\nwho = "Ana"\nwhen = 2026-08-01\n', "due"),
        ('answer = "yes"\nwho = "Ana"\nwhen = 2026-11-01\nvalid_for_days = 10\n', "due"),
        ('answer = "yes"\nwho = "Ana"\nwhen = 2026-08-01\nvalid_for_days = 9999\n', "due"),
        ('answer = "yes"\nwho = "Ana"\nwhen = 2026-11-19\nvalid_for_days = 0\n', "due"),
        ('answer = "yes"\nwho = "Ana"\nwhen = 2027-01-01\n', "due"),
        ('answer = "maybe"\nwho = "Ana"\nwhen = 2026-11-01\n', "due"),
        ('answer = "yes"\nwhen = 2026-11-01\n', "due"),
        ('answer = "yes"\nwho = "Ana"\n', "due"),
    ],
)
def test_only_a_whole_and_fresh_yes_is_a_pass(tmp_path: Path, body: str, verdict: str) -> None:
    assert answer(tmp_path, body)[0] == verdict


def given(answer: str, when: date, subject: str | None = None) -> Attestation:
    return Attestation("pause-rehearsed", subject, answer, "Ana", when, None, None, None)


@pytest.mark.parametrize(
    ("answers", "verdicts"),
    [
        ([given("yes", date(2026, 3, 1)), given("yes", date(2026, 11, 1))], ["pass"]),
        ([given("yes", date(2026, 11, 1)), given("no", date(2026, 11, 10))], ["fail"]),
        ([given("no", date(2026, 11, 10)), given("yes", date(2026, 11, 1))], ["fail"]),
        # One for a day to come replaces nothing yet.
        ([given("yes", date(2026, 11, 1)), given("yes", date(2027, 1, 1))], ["pass"]),
        ([given("yes", date(2026, 11, 1), "X-Main"), given("no", date(2026, 11, 2), "x-main")], ["fail"]),
        ([given("yes", date(2026, 11, 1), "x-main"), given("no", date(2026, 11, 2))], ["pass", "fail"]),
    ],
)
def test_the_last_answer_counts(answers: list[Attestation], verdicts: list[str]) -> None:
    rows = attested_rows(CHECKS, answers, DAY, None, KNOWN)["pause-rehearsed"]
    assert [row.verdict for row in rows] == verdicts


def test_no_answer_is_due_with_the_question() -> None:
    rows = attested_rows(CHECKS, [], DAY, None, KNOWN)
    assert [row.verdict for row in rows["pause-rehearsed"]] == ["due"]
    assert "Was it tried?" in rows["pause-rehearsed"][0].says


def test_only_checks_that_ask_can_be_attested(tmp_path: Path) -> None:
    path = tmp_path / "attestations.toml"
    path.write_text('[[attestation]]\ncheck = "owner-named"\n', encoding="utf-8")
    with pytest.raises(WorkspaceError, match="no check is called owner-named"):
        load_attestations(path, CHECKS)
