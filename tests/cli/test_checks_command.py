"""Writing a check: every step says what is really wrong, and where."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from auditgen.cli import cli

pytestmark = pytest.mark.slow

NAME = "every-account-has-a-plan"


def call(*words: object) -> Result:
    return CliRunner().invoke(cli, ["checks", *map(str, words)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    result = call("new", NAME, "--area", "ours", "--folder", tmp_path)
    assert result.exit_code == 0, result.output
    return tmp_path


def change(folder: Path, old: str, new: str) -> int:
    """Change the check; returns the line that was changed."""
    path = folder / f"{NAME}.md"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_a_new_check_passes_and_says_its_area(folder: Path) -> None:
    result = call("test", NAME, "--folder", folder)
    assert (result.exit_code, result.output) == (0, "1 check tested (area ours); it does what the examples say\n")
    shown = call("show", NAME, "--folder", folder).output
    assert shown.startswith("Every account has a plan\n")
    assert f"{NAME} · ours · prevent · medium · version 1 · from {folder.name}" in shown
    assert NAME in call("list", "--folder", folder).output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((NAME,), "is called every-account-has-a-plan already"),
        (("second-factor-is-on",), "is called second-factor-is-on already"),
        (("Every Account",), "expected small letters, figures and hyphens"),
        (("another-one", "--area", "Ours!"), "--area Ours!: expected small letters"),
    ],
)
def test_a_new_check_overwrites_nothing(folder: Path, words: tuple[str, ...], says: str) -> None:
    before = (folder / f"{NAME}.md").read_text("utf-8")
    result = call("new", *words, "--folder", folder)
    assert result.exit_code == 2 and says in result.output
    assert (folder / f"{NAME}.md").read_text("utf-8") == before
    assert [path.name for path in folder.iterdir()] == [f"{NAME}.md"]


@pytest.mark.parametrize("command", ["show", "test"])
def test_a_file_that_does_not_load_says_its_own_mistake(folder: Path, command: str) -> None:
    line = change(folder, 'stage = "prevent"', 'stage = "prevnt"')
    result = call(command, NAME, "--folder", folder)
    assert result.exit_code == 2
    assert f"{NAME}.md, line {line}: stage = 'prevnt' is not known; did you mean prevent?" in result.output
    assert "no check is called" not in result.output


def test_an_unknown_name_gets_the_nearest(folder: Path) -> None:
    result = call("test", "every-account-has-a-plam", "--folder", folder)
    assert "no check is called every-account-has-a-plam; did you mean every-account-has-a-plan?" in result.output


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        (
            "then pass(", "then fail(", "[pass]",
            "example [pass] should give pass, gave fail (x-main: fail, “x-main is answered for by ana”)",
        ),
        ("from accounts\n```", "from accounts where false\n```", "[pass]", "example [pass] should give pass, gave no rows"),
        ('status = "active" }', 'status = "retired" }', "[fail]",
         "example [fail]: table accounts, column status: 'retired' is not one of active, parked, archived"),
        ('owner = "ana" }', 'ownr = "ana" }', "[pass]",
         "example [pass]: row 1 of accounts has a column ownr; did you mean owner?"),
        ("accounts = [{ account = \"x-main\", owner", "acounts = [{ account = \"x-main\", owner", "[pass]",
         "example [pass]: no table acounts; did you mean accounts?"),
        ("format('{} is answered for by {}', account, owner)", "null", "```sql",
         "example [pass]: row 1 has no sentence: a part of it is null; use format() or coalesce() (subject x-main)"),
        ("            else fail(format('Nobody answers for {}', account)) end", "            end", "```sql",
         "example [fail]: row 1 has no verdict: no branch of the case took it; end with else unknown(…) (subject x-main)"),
        ("as subject", "as subjct", "```sql", "example [pass]: the query returns no column subject"),
        ("end as verdict", "end as verdict, 'x' as says", "```sql",
         "example [pass]: the query returns a column says of its own; the column verdict should come from pass(says)"),
    ],
)  # fmt: skip
def test_an_example_that_does_not_hold_prints_its_rows_and_its_line(
    folder: Path, old: str, new: str, at: str, says: str
) -> None:
    change(folder, old, new)
    lines = (folder / f"{NAME}.md").read_text("utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text.startswith(at))
    result = call("test", NAME, "--folder", folder)
    assert result.exit_code == 2
    assert f"{folder.name}/{NAME}.md, line {line}: {says}" in result.output
    assert "1 does not do what the examples say" in result.output


def test_the_old_form_is_refused_with_the_new_one(folder: Path) -> None:
    text = (folder / f"{NAME}.md").read_text("utf-8")
    start, end = text.index("```sql\n") + 7, text.index("from accounts")
    old = "select account as subject, case when owner is null then 'fail' else 'pass' end as verdict, 'x' as says\n"
    (folder / f"{NAME}.md").write_text(text[:start] + old + text[end:], "utf-8")
    result = call("test", NAME, "--folder", folder)
    assert result.exit_code == 2
    assert "the column verdict should come from pass(says), fail(says), unknown(says, reason)" in result.output
    assert "case when owner is null then fail(format('{} has no owner', account))" in result.output
    assert result.output.count("should come from") == 1


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("when status = 'archived' then not_applicable(", "when status = 'archived' then not_applicble(",
         "the query fails on example [pass]: Catalog Error: Scalar Function with name not_applicble does not exist! "
         'Did you mean "not_applicable'),
        ("when owner is not null", "when ownr is not null", 'Referenced column "ownr" not found'),
        ("            when status is null", "            when status is null and account::integer = 1",
         "the query fails on example [unknown]: Conversion Error"),
    ],
)  # fmt: skip
def test_an_error_of_the_query_gives_its_own_line_once(folder: Path, old: str, new: str, says: str) -> None:
    line = change(folder, old, new)
    result = call("test", NAME, "--folder", folder)
    assert result.exit_code == 2
    assert f"{NAME}.md, line {line}: " in result.output
    assert result.output.count(says) == 1
    assert len(result.output.splitlines()) == 2


def test_a_query_that_is_no_sql_says_its_line(folder: Path) -> None:
    line = change(folder, "from accounts\n```", "frm accounts\n```")
    result = call("test", NAME, "--folder", folder)
    assert result.exit_code == 2
    assert f"{NAME}.md, line {line}: the query is not SQL: Parser Error" in result.output


def test_a_folder_named_twice_is_read_once(folder: Path) -> None:
    result = call("test", NAME, "--folder", folder, "--folder", folder / ".." / folder.name)
    assert (result.exit_code, result.output) == (0, "1 check tested (area ours); it does what the examples say\n")
    listed = call("list", "--folder", folder, "--folder", folder)
    assert listed.output.count(NAME) == 1
    assert "already taken" not in listed.output
