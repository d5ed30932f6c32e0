"""Whatever stands in a check file: it is refused in one sentence, or it changes nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditgen.audit.checks.check import Check
from auditgen.audit.checks.packs import load_checks, load_pack
from auditgen.audit.checks.query import parameters_of, with_texts
from auditgen.audit.judge import EvidenceChanged, judge
from auditgen.evidence.store import Store
from tests.audit.test_judge import CHECK, DAY

ROWS = [{"account": f"a{n}", "owner": "ana@larkfell.example", "status": "active"} for n in range(12)]
# Runs on its own once it stands outside the place it was meant for.
EVIL = "commit; update accounts set status = 'archived'; delete from accounts; begin; select 1"
PLACES = {
    "comment": "-- $word\n",
    "block comment": "/* $word */",
    "text": "'$word'",
    "dollar quotes": "$$ $word $$",
    "tagged dollar quotes": "$q$ $word $q$",
    "quoted name": '1 as "$word"',
    "parameter": "$word",
    "twice": "$word || $word",
}
ENDS = ("", "\n", "'", "''", "\\'", "$$", "$q$", '"', "*/", "--", "\n--", ";", "\r\n", "\\")


def text_of(query: str, word: str) -> str:
    """A whole check file around a query, with one parameter that is a text."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return CHECK.format(sql=query).replace("least = 1", f'word = "{escaped}"\nleast = 1')


def query_with(place: str) -> str:
    inside = place if not place.startswith("--") else ""
    head = place if place.startswith("--") else ""
    column = f", {inside} as extra" if inside and "as" not in inside else f", {inside}" if inside else ""
    return f"""{head}select account as subject, account,
case when owner is not null then pass('has an owner') when status = 'active' then fail('has none')
else unknown('not known') end as verdict{column if not inside.startswith("/*") else inside}
from accounts where $least = 1"""


def loaded(folder: Path, text: str) -> tuple[list[Check], list[str]]:
    (folder / "hostile.md").write_text(text, encoding="utf-8")
    checks, problems = load_checks([folder])
    return [check for check in checks if check.id == "hostile"], [str(problem) for problem in problems]


def judged(check: Check, large: bool) -> tuple[str, str, dict[str, int]]:
    """Hash of the tables before and after judging, and the counts."""
    store = Store()
    store.add("accounts", ROWS)
    store.freeze()
    store.large = large
    before = store.fingerprint()
    (item,) = judge(store, [check], DAY, {})
    after = store.fingerprint()
    store.close()
    return before, after, item.counts


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("place", PLACES)
def test_a_statement_in_a_parameter_stays_a_text(tmp_path: Path, place: str, end: str, large: bool) -> None:
    checks, problems = loaded(tmp_path, text_of(query_with(PLACES[place]), f"{end}{EVIL}{end}"))
    assert len(checks) == 1 or len(problems) == 1, problems
    for check in checks:
        before, after, counts = judged(check, large)
        assert after == before
        assert counts == {"pass": 12, "fail": 0, "unknown": 0, "due": 0, "n/a": 0}


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(word=st.text(max_size=30), place=st.sampled_from(sorted(PLACES)))
def test_the_database_reads_a_text_as_it_was_written(word: str, place: str) -> None:
    word = word.encode("utf-8", "ignore").decode().replace("\x00", "")
    sql = with_texts(f"select {PLACES['parameter']} as it{'' if place != 'comment' else ' -- $word'}", {"word": word})
    store = Store()
    try:
        assert store.select(sql) == [{"it": word}]
    finally:
        store.close()


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("select $a, $b", ["a", "b"]),
        ("select '$a', $b -- $c", ["b"]),
        ("select $$ $a $$, $b /* $c */", ["b"]),
        ('select "$a", $b', ["b"]),
        ("select '“ü” $a', $b", ["b"]),
        ("select $left, $select", ["left", "select"]),
    ],
)
def test_a_parameter_is_what_the_database_takes_for_one(sql: str, names: list[str]) -> None:
    assert parameters_of(sql) == names


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("select 1; delete from accounts", "expected exactly one select statement"),
        ("delete from accounts", "expected exactly one select statement"),
        ("commit", "expected exactly one select statement"),
        ("copy accounts to '/tmp/x.csv'", "expected exactly one select statement"),
        ("attach 'x.db'", "expected exactly one select statement"),
        ("set threads = 1", "expected exactly one select statement"),
        ("call pragma_version()", "expected exactly one select statement"),
        ("explain select 1", "expected exactly one select statement"),
        ("with gone as (delete from accounts returning *) select * from gone", "found delete"),
        ("with new as (insert into accounts (account) values ('x') returning *) select * from new", "found insert"),
        ("select * from read_csv('/etc/passwd')", "a check may not ask read_csv() for rows"),
        ("select * from read_text('/etc/passwd')", "a check may not ask read_text() for rows"),
        ("select * from glob('/*')", "a check may not ask glob() for rows"),
        ("select * from query('select 1')", "a check may not ask query() for rows"),
        ("select * from duckdb_settings()", "a check may not ask duckdb_settings() for rows"),
        ("select * from (select * from (from enable_logging()))", "a check may not ask enable_logging() for rows"),
        ("select 1 /* open", "the query is not SQL"),
        ("select $missing", "$missing is not declared in [params]"),
    ],
)
def test_what_is_no_reading_select_is_refused_in_one_sentence(tmp_path: Path, sql: str, says: str) -> None:
    checks, problems = loaded(tmp_path, CHECK.format(sql=sql))
    assert checks == []
    assert len(problems) == 1 and says in problems[0] and "\n" not in problems[0], problems


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("least = 1", "least = {a = {b = 1}}", "params.least should be a text, a number, a date"),
        ("least = 1", "least = [[1], [2]]", "params.least should be a text, a number, a date"),
        ("least = 1", 'least = 1\n"a-b" = 2', "should be named with small letters and underscores"),
        ("least = 1", "least = 1\nas_of = 2026-01-01", "params.as_of is a name the program gives itself"),
        ("least = 1", "least = " + "[" * 5000 + "]" * 5000, "too deep"),
        ("Somebody has", "Somebody\x00 has", "U+0000"),
        ("Somebody has", "Somebody\x1b[31m has", "U+001B"),
        ("Somebody has", "Somebody\u202e has", "U+202E"),
    ],
)
def test_strange_contents_are_refused_in_one_sentence(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = CHECK.format(sql="select account as subject, pass('x') as verdict from accounts where $least = 1")
    checks, problems = loaded(tmp_path, text.replace(old, new))
    assert checks == []
    assert len(problems) == 1 and says in problems[0], problems


def test_pipes_devices_and_endless_files_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "device.md").symlink_to("/dev/zero")
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere")
    (tmp_path / "long.md").write_bytes(b"x" * 1_000_001)
    checks, problems = load_pack(tmp_path, "mine")
    assert checks == []
    assert [problem.file for problem in problems] == [
        "mine/device.md", "mine/folder.md", "mine/gone.md", "mine/long.md", "mine/pipe.md"
    ]  # fmt: skip
    assert all("plain file" in problem.says for problem in problems)


def test_an_error_of_a_query_quotes_no_evidence() -> None:
    from tests.audit.test_judge import make

    for sql in (
        "select account as subject, pass(owner::integer::varchar) as verdict from accounts",
        "select account as subject, pass(error(owner)) as verdict from accounts",
        "select owner as subject, {'verdict': owner, 'says': owner, 'reason': owner} as verdict from accounts",
        "select account as subject, owner as verdict from accounts",
        "select account as subject, pass(strptime(owner, '%d')::varchar) as verdict from accounts",
        "select owner as subject, fail(null) as verdict from accounts",
    ):
        for large in (False, True):
            store = Store()
            store.add("accounts", ROWS)
            store.freeze()
            store.large = large
            (item,) = judge(store, [make(sql, "broken")], DAY, {})
            assert item.reason == "error"
            assert "larkfell" not in str(item.message), (sql, item.message)
            assert all("larkfell" not in str(vars(row)) for row in item.rows)
            store.close()


def test_a_run_in_which_the_evidence_changed_makes_no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    from auditgen.audit import judge as judging
    from tests.audit.test_judge import make

    taken: Any = judging._run

    def writes(store: Store, *rest: Any) -> None:
        store.connection.execute("rollback")
        store.connection.execute("begin")
        store.connection.execute("update accounts set status = 'archived' where account = 'a1'")
        taken(store, *rest)

    monkeypatch.setattr(judging, "_run", writes)
    store = Store()
    store.add("accounts", ROWS)
    store.freeze()
    with pytest.raises(EvidenceChanged):
        judge(store, [make()], DAY, {})
    store.close()


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        (
            "select i::varchar as subject, pass('x') as verdict from accounts, range(20000) r(i)",
            "more than 200,000 rows",
        ),
        ("select account as subject, pass(repeat('x', 20001)) as verdict from accounts", "more than 20,000 characters"),
    ],
)
def test_an_answer_without_end_is_no_answer(sql: str, says: str) -> None:
    from tests.audit.test_judge import make

    with Store() as store:
        store.add("accounts", ROWS)
        store.freeze()
        (item,) = judge(store, [make(sql, "broken")], DAY, {})
        assert item.reason == "error" and says in str(item.message)


def test_a_sentence_may_be_long(tmp_path: Path) -> None:
    from tests.audit.test_judge import make

    with Store() as store:
        store.add("accounts", ROWS)
        store.freeze()
        sql = "select account as subject, pass(repeat('x', 20000)) as verdict from accounts"
        (item,) = judge(store, [make(sql, "long")], DAY, {})
        assert item.counts["pass"] == 12


def test_what_lies_in_a_folder_and_is_no_check_is_told(tmp_path: Path) -> None:
    (tmp_path / "else").mkdir()
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "sub").symlink_to(tmp_path / "else")
    for name in ("a.MD", "b.markdown", "notes.txt"):
        (tmp_path / "pack" / name).write_text("text", "utf-8")
    checks, problems = load_pack(tmp_path / "pack", "mine")
    assert checks == []
    assert [(problem.file, problem.says) for problem in problems] == [
        ("mine/a.MD", "is no check by its ending; name it .md"),
        ("mine/b.markdown", "is no check by its ending; name it .md"),
        ("mine/sub", "is a link to a folder, which is not followed"),
    ]
