"""A check file at its edges: which line a mistake is told in, what is shown of an example, and what may be loaded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from auditgen.audit.checks.check import Check
from auditgen.audit.checks.examples import EXAMPLE_DAY, SHOWN, Harness
from auditgen.audit.checks.packs import MAX_BYTES, clause_set, load_pack, override
from auditgen.audit.checks.parse import parse_check
from auditgen.audit.checks.query import NotOneSelect, error_kind, error_line, one_select, with_texts
from auditgen.audit.checks.starter import starter
from auditgen.files.problems import Problem

TEXT = starter("every-account-has-an-owner", "ours")
CLAUSE = """+++
title = "Rules are said"
fail = "No rule"
stage = "prevent"
severity = "low"
about = "clause"
version = 1
[clause]
code = "X01"
name = "Rules"
present = "A rule stands"
found = ['\\brule\\b']
+++
Because.

## How to fix it
1. Write it.

```toml example
found = ["One rule here.", "A rule again.", "The rule."]
not_found = ["Nothing.", "Nobody."]
```
"""


def parsed(text: str, name: str = "every-account-has-an-owner") -> tuple[Check | None, list[Problem]]:
    return parse_check(text, path=Path(f"{name}.md"), file=f"mine/{name}.md", area="folder", pack="mine")


def line_of(text: str, what: str) -> int:
    return text[: text.index(what)].count("\n") + 1


@pytest.fixture(scope="module")
def harness() -> Iterator[Harness]:
    with Harness() as found:
        yield found


def outcome_of(harness: Harness, text: str) -> list[tuple[int, str]]:
    check, problems = parsed(text)
    assert check is not None, problems
    return [(problem.line, problem.says) for problem in harness.test(check)]


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("+++\n", "++\n", 1, "expected front matter"),
        ('stage = "prevent"', "stage = prevent", "stage =", "the front matter is not TOML"),
        ('stage = "prevent"', 'stage = "prevnt"', "stage =", "did you mean prevent?"),
        ('severity = "medium"', 'severity = "sever"', "severity =", "severity = 'sever' is not known"),
        ('about = "account"', 'about = "acount"', "about =", "did you mean account?"),
        ("version = 1 ", "version = true", "version =", "version should be a number"),
        ("version = 1 ", 'version = "1"', "version =", "version should be a number, found text"),
        ('fail = "', 'fall = "', "fall =", "unknown key fall; did you mean fail?"),
        ('needs = ["accounts"]', 'needs = ["acounts"]', "needs =", "needs names no table acounts; did you mean accounts?"),
        ('needs = ["accounts"]', 'needs = ["accounts.ownr"]', "needs =", "table accounts has no column ownr"),
        ("## How to fix it", "## How to mend it", "Say in two", "expected a section “## How to fix it”"),
        ("```toml example", "```toml exampl", "Say in two", "expected a ```toml example"),
        ("```sql", "```sq", "Say in two", "expected one of a ```sql query, [clause] or [attest], found none"),
        ("from accounts\n```", "frm accounts\n```", "frm accounts", "the query is not SQL"),
        ("from accounts\n```", "from accounts where $least = 1\n```", "```sql", "$least is not declared in [params]"),
        ("from accounts\n```", "from accounts; select 1\n```", "```sql", "expected exactly one select statement"),
        ('[fail]\naccounts = [{', '[fail]\naccounts = {[', "accounts = {[", "the example is not TOML"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_the_line_an_editor_shows(old: str, new: str, at: str | int, says: str) -> None:
    text = TEXT.replace(old, new, 1)
    assert text != TEXT
    check, problems = parsed(text)
    assert check is None
    found = [(problem.line, problem.says) for problem in problems if says in problem.says]
    assert [line for line, _ in found] == [at if isinstance(at, int) else line_of(text, at)], problems


def test_several_mistakes_are_told_at_once() -> None:
    _, problems = parsed(TEXT.replace('stage = "prevent"', 'stage = "x"').replace('about = "account"', 'about = "y"'))
    assert len(problems) == 2


@pytest.mark.parametrize(
    ("name", "loads"),
    [("a", True), ("a-1", True), ("A-b", False), ("a_b", False), ("-a", False), ("a-", False), ("a--b", False)],
)
def test_the_file_name_is_the_id(name: str, loads: bool) -> None:
    check, problems = parsed(TEXT, name)
    assert (check is not None) == loads
    assert loads or [problem.line for problem in problems] == [0]


@pytest.mark.parametrize(("given", "area"), [('area = "ours"', "ours"), ("", "folder")])
def test_a_check_says_its_area_or_has_that_of_its_folder(given: str, area: str) -> None:
    check, _ = parsed(TEXT.replace('area = "ours"', given))
    assert check is not None and check.area == area


def test_what_a_check_leaves_out_has_one_meaning() -> None:
    check, _ = parsed(TEXT.replace('needs = ["accounts"]', "needs = []"))
    assert check is not None
    assert (check.effort, check.needs, check.params, check.references, check.adds, check.step) == (
        1,
        (),
        {},
        (),
        None,
        None,
    )
    clause, problems = parsed(CLAUSE)
    assert clause is not None, problems
    assert clause.needs == ("documents",)
    assert clause_set([check, clause]).keys() == {clause.id}


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("then pass(", "then fail(", "[pass]", "should give pass, gave fail (x-main: fail, “x-main is answered for by ana”)"),
        ("from accounts\n```", "from accounts where false\n```", "[pass]", "example [pass] should give pass, gave no rows"),
        ("else fail(", "else pass(", "[fail]", "should give fail, gave pass (x-main: pass, “Nobody answers for x-main”)"),
        ("[unknown]\n", "[unknwn]\n", 0, "the example has no [unknown]"),
        ('account = "x-main", owner', 'acount = "x-main", owner', "[pass]", "row 1 of accounts has a column acount"),
        ('[{ account = "x-main", owner = "ana" }]', "3", "[pass]", "accounts should be a list of rows, each in braces"),
        ('owner = "ana" }]', 'owner = "ana" }]\nas_of = 3', "[pass]", "as_of should be a date"),
        ('status = "active" }', 'status = "gone" }', "[fail]", "'gone' is not one of active, parked, archived"),
        ("format('{} is answered for by {}', account, owner)", "null", "```sql", "row 1 has no sentence"),
        ("            else fail(format('Nobody answers for {}', account)) end", "            end", "```sql", "has no verdict"),
        ("as subject", "as who", "```sql", "the query returns no column subject"),
        ("account as subject", "null as subject", "```sql", "row 1 has no subject (subject None)"),
        ("end as verdict", "end as verdict, 1 as reason", "```sql", "a column reason of its own"),
        ("end as verdict", "end as verdct", "```sql", "the query returns no column verdict; the column verdict should"),
    ],
)  # fmt: skip
def test_an_example_that_does_not_hold(harness: Harness, old: str, new: str, at: str | int, says: str) -> None:
    text = TEXT.replace(old, new, 1)
    assert text != TEXT
    found = outcome_of(harness, text)
    assert any(says in told for _, told in found), found
    line = at if isinstance(at, int) else line_of(text, at)
    assert next(number for number, told in found if says in told) == line


def test_an_error_of_the_query_is_told_once_and_in_its_line(harness: Harness) -> None:
    text = TEXT.replace("owner is not null", "ownr is not null")
    assert [line for line, _ in outcome_of(harness, text)] == [line_of(text, "ownr is not null")]
    text = TEXT.replace("owner is not null", "account::integer = 1")
    assert [line for line, _ in outcome_of(harness, text)] == [line_of(text, "account::integer")]


def test_a_check_that_holds_gives_nothing_and_leaves_nothing(harness: Harness) -> None:
    assert outcome_of(harness, TEXT) == []
    assert sum(harness.store.counts().values()) == 0
    assert outcome_of(harness, TEXT) == []


def test_a_pass_beside_the_unknown_makes_the_example_wrong(harness: Harness) -> None:
    rows = 'accounts = [{ account = "x-main" }, { account = "y", owner = "bo" }]\n```'
    text = TEXT.replace('accounts = [{ account = "x-main" }]\n```', rows)
    assert text != TEXT
    assert ["should give unknown, gave pass, unknown" in says for _, says in outcome_of(harness, text)] == [True]


@pytest.mark.parametrize(("rows", "more"), [(SHOWN - 1, ""), (SHOWN, ""), (SHOWN + 1, "; and 1 more)")])
def test_five_rows_of_an_example_are_shown(harness: Harness, rows: int, more: str) -> None:
    assert SHOWN == 5
    wrong = ", ".join(f'{{ account = "a{n}", status = "active" }}' for n in range(rows))
    text = TEXT.replace('accounts = [{ account = "x-main", owner = "ana" }]', f"accounts = [{wrong}]")
    ((_, says),) = outcome_of(harness, text)
    assert says.count("Nobody answers for") == min(rows, 5)
    assert says.endswith(more or "”)") and ("more" in says) == bool(more)


def test_an_example_is_judged_on_its_day(harness: Harness) -> None:
    assert date(2026, 11, 20) == EXAMPLE_DAY
    dated = TEXT.replace("owner is not null", "owner is not null and $as_of = date '2026-11-20'")
    assert outcome_of(harness, dated) == []
    moved = dated.replace('owner = "ana" }]', 'owner = "ana" }]\nas_of = 2026-11-21')
    assert any("should give pass" in says for _, says in outcome_of(harness, moved))


@pytest.mark.parametrize(
    ("found", "not_found", "says"),
    [
        (3, 2, None),
        (2, 2, "the example has no list found of 3 sentences or more"),
        (3, 1, "the example has no list not_found of 2 sentences or more"),
    ],
)
def test_a_clause_shows_three_sentences_and_two_near_misses(
    harness: Harness, found: int, not_found: int, says: str | None
) -> None:
    lists = f"found = {['A rule.'] * found}\nnot_found = {['Nothing.'] * not_found}\n```".replace("'", '"')
    check, problems = parsed(CLAUSE[: CLAUSE.index('found = ["')] + lists + "\n")
    assert check is not None, problems
    assert [problem.says for problem in harness.test(check)] == ([says] if says else [])


def test_a_sentence_on_the_wrong_side_is_named(harness: Harness) -> None:
    swapped = CLAUSE.replace('"Nobody."', '"A rule after all."').replace('"The rule."', '"Silence."')
    check, _ = parsed(swapped)
    assert check is not None
    assert [problem.says for problem in harness.test(check)] == [
        "example found: “Silence.” was not found", "example not_found: “A rule after all.” was found"
    ]  # fmt: skip


@pytest.mark.parametrize(("size", "loads"), [(MAX_BYTES, True), (MAX_BYTES + 1, False)])
def test_the_size_of_a_file(tmp_path: Path, size: int, loads: bool) -> None:
    filler = "x" * (size - len(TEXT.encode()))
    (tmp_path / "long.md").write_text(TEXT.replace("Say in two", filler + "Say in two"), "utf-8")
    checks, problems = load_pack(tmp_path, "mine")
    assert (len(checks), len(problems)) == ((1, 0) if loads else (0, 1))


def test_what_lies_in_a_folder_of_checks(tmp_path: Path) -> None:
    (tmp_path / "one_area").mkdir()
    (tmp_path / "one_area" / "first.md").write_text(TEXT.replace('area = "ours"\n', ""), "utf-8")
    (tmp_path / "second.md").write_text(TEXT.replace('area = "ours"\n', ""), "utf-8")
    (tmp_path / "README.md").write_text("no check", "utf-8")
    (tmp_path / "third.md").write_bytes(b"\xff\xfe\x00")
    checks, problems = load_pack(tmp_path, "mine")
    assert [(check.id, check.area, check.pack) for check in checks] == [
        ("first", "one_area", "mine"), ("second", "other", "mine")
    ]  # fmt: skip
    assert [(problem.file, problem.line) for problem in problems] == [("mine/third.md", 0)]


def test_settings_of_the_workspace_replace_those_of_a_check() -> None:
    check, _ = parsed(TEXT.replace("version = 1 ", "version = 1\n[params]\nleast = 1\nmost = 5\n#"))
    assert check is not None
    given = {"params": {check.id: {"least": 2}}, "severity": {check.id: "low"}, "effort": {check.id: 3}}
    changed = override(check, given)
    assert (changed.params, changed.severity, changed.effort) == ({"least": 2, "most": 5}, "low", 3)
    assert override(check, {"params": {"another": {"least": 9}}}) == check


@pytest.mark.parametrize(
    ("sql", "kind", "line"),
    [
        ("select 1\nfrom nowhere", "it names something that is not there", 2),
        ("select\n'x'::integer", "a value could not be turned into another type", 2),
        ("select 1\nfrom from", "it is not SQL", 2),
        ("select error('x')", "a function got a value it cannot take", 0),
    ],
)
def test_an_error_has_a_kind_and_a_line(sql: str, kind: str, line: int) -> None:
    with pytest.raises(duckdb.Error) as error:
        duckdb.execute(sql)
    assert (error_kind(error.value), error_line(error.value)) == (kind, line)


def test_an_error_of_no_known_kind_tells_its_class() -> None:
    assert error_kind(KeyError("secret")) == "it stopped with KeyError"
    with pytest.raises(NotOneSelect) as error:
        one_select("select 1; select 2")
    assert error_kind(error.value) == "expected exactly one select statement"


def test_texts_stand_where_the_parameters_stood() -> None:
    sql = "select $a, $b, '$a' -- $a\n, $a"
    assert with_texts(sql, {"a": "it's"}) == "select 'it''s', $b, '$a' -- $a\n, 'it''s'"
    assert with_texts("select $a", {"a": "x\ny\\"}) == "select e'x\\ny\\\\'"
    assert with_texts("select 1", {"a": "x"}) == "select 1"


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ('code = "X01"', 'cde = "X01"', "cde =", "unknown key clause.cde; did you mean code?"),
        ('name = "Rules"', "name = 3", "name =", "name should be text, found a number"),
        ("found = ['", "found = '' #", "found = ''", "found should be a list, found text"),
    ],
)
def test_a_mistake_in_a_clause_is_told_in_its_line(old: str, new: str, at: str, says: str) -> None:
    text = CLAUSE.replace(old, new, 1)
    check, problems = parsed(text)
    assert check is None
    assert [(problem.line, problem.says) for problem in problems if says in problem.says] == [(line_of(text, at), says)]
