"""Judging: no check can hurt the others, and what was not seen is never a pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from auditgen.audit.checks.check import Check
from auditgen.audit.checks.examples import Harness
from auditgen.audit.checks.packs import load_pack
from auditgen.audit.checks.parse import parse_check
from auditgen.audit.judge import judge
from auditgen.audit.verdicts import Judged, Row
from auditgen.evidence.store import Store

DAY = date(2026, 11, 20)
CHECK = """+++
title = "Every account has an owner"
fail = "An account has no owner"
stage = "prevent"
severity = "high"
about = "account"
needs = ["accounts"]
version = 1
[params]
least = 1
+++
Somebody has to answer.

```sql
{sql}
```

## How to fix it
1. Name one.

```toml example
[pass]
accounts = [{{ account = "a", owner = "jo" }}]
[fail]
accounts = [{{ account = "a", status = "active" }}]
[unknown]
accounts = [{{ account = "a", status = "parked" }}]
```
"""
SQL = """select account as subject, account, seen_on,
case when owner is not null then pass(account || ' has ' || owner)
     when status = 'active' then fail(account || ' has no owner')
     else unknown(account || ' has no owner') end as verdict
from accounts where $least = 1"""


def make(sql: str = SQL, name: str = "owner-named", **changes: str) -> Check:
    text = CHECK.format(sql=sql)
    for old, new in changes.items():
        text = text.replace(old, new)
    check, problems = parse_check(text, path=Path(f"{name}.md"), file=f"mine/{name}.md", area="mine", pack="mine")
    assert check is not None, problems
    return check


def run(*checks: Check, accounts: list[dict[str, object]] | None = None, seconds: float = 5) -> dict[str, Judged]:
    store = Store()
    store.add(
        "accounts",
        accounts if accounts is not None else [{"account": "a", "owner": "jo"}, {"account": "b", "status": "active"}],
    )
    store.freeze()
    return {item.check.id: item for item in judge(store, checks, DAY, {}, seconds_per_check=seconds)}


def test_every_subject_is_counted_and_listed() -> None:
    item = run(make())["owner-named"]
    assert (item.counts["pass"], item.counts["fail"]) == (1, 1)
    assert item.state == "open"
    assert [row.says for row in item.rows] == ["b has no owner"]
    assert [row.subject for row in item.passed] == ["a"]


def test_the_harness_accepts_it_and_refuses_one_whose_fail_example_passes() -> None:
    assert Harness().test(make()) == []
    always = make("select 'x' as subject, pass('fine') as verdict from accounts where $least = 1")
    says = " ".join(str(problem) for problem in Harness().test(always))
    assert "example [fail] should give fail, gave pass" in says
    assert "example [unknown] should give unknown, gave pass" in says


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select account as subject, pass(error('boom')) as verdict from accounts", "a function got a value it cannot"),
        ("select account as subject, pass('x') as verdict, account::integer from accounts", "line 1 of its query"),
        ("select account as subject, 'fine' as verdict from accounts", "should come from pass(says)"),
        ("select null as subject, pass('x') as verdict from accounts", "row 1 has no subject"),
        ("select account as subject, fail(null) as verdict from accounts", "row 1 has no sentence"),
        (
            "select account as subject, case when false then pass('x') end as verdict from accounts",
            "row 1 has no verdict",
        ),
        ("select account as subject, pass('x') as verdict, 'x' as says from accounts", "a column says of its own"),
        (
            "select account as subject, {'verdict': 'fine', 'says': 'x', 'reason': null::varchar} as verdict from accounts",
            "a verdict that is none",
        ),
        ("select account as subject from accounts", "no column verdict"),
    ],
)
def test_a_broken_check_is_shown_and_stops_no_other(sql: str, expected: str) -> None:
    found = run(make(sql, "broken"), make())
    assert found["owner-named"].counts["pass"] == 1
    broken = found["broken"]
    assert (broken.state, broken.reason) == ("unseen", "error")
    assert broken.counts == {"pass": 0, "fail": 0, "unknown": 1, "due": 0, "n/a": 0}
    assert expected in str(broken.message)


def test_an_endless_check_is_stopped() -> None:
    endless = """select count(*)::varchar as subject, pass('x') as verdict
                 from range(10000000) a, range(10000000) b where a.range * b.range % 7 = 3"""
    found = run(make(endless, "endless"), make(), seconds=0.3)
    assert found["endless"].reason == "timeout"
    assert found["owner-named"].counts["pass"] == 1


def test_without_needed_evidence_a_pass_is_only_not_seen_and_a_fail_stays() -> None:
    check = make(**{'needs = ["accounts"]': 'needs = ["accounts", "people.left_on"]'})
    item = run(check)["owner-named"]
    assert item.missing == ("people.left_on",)
    assert (item.counts["pass"], item.counts["fail"], item.counts["unknown"]) == (0, 1, 1)
    assert item.passed == []
    assert {row.reason for row in item.rows if row.verdict == "unknown"} == {"missing"}


def test_without_any_row_a_check_is_not_seen_rather_than_missing() -> None:
    item = run(make(), accounts=[])["owner-named"]
    assert (item.state, item.reason, item.counts["unknown"]) == ("unseen", "missing", 1)


def test_lists_are_cut_and_counts_are_not() -> None:
    store = Store()
    store.add("accounts", [{"account": f"a{n:04}", "status": "active"} for n in range(500)])
    store.freeze()
    item = judge(store, [make()], DAY, {}, findings_per_check=100)[0]
    assert len(item.rows) == 100
    assert item.counts["fail"] == 500


def test_an_answer_for_one_account_says_nothing_about_the_others() -> None:
    check = replace(make(name="asked"), query=None, attest={"question": "Was it tried?"})
    store = Store()
    store.add("accounts", [{"account": "a"}, {"account": "b"}])
    store.freeze()
    rows = {"asked": [Row("pass", "a", "Ana vouched for it", seen_on=DAY)]}
    (item,) = judge(store, [check], DAY, rows)
    assert {account: tally.passed for account, tally in item.accounts.items()} == {"a": 1}
    rows = {"asked": [Row("pass", "organisation", "Ana vouched for it", seen_on=DAY)]}
    (item,) = judge(store, [check], DAY, rows)
    assert {account: tally.passed for account, tally in item.accounts.items()} == {None: 1}


def test_a_pass_without_a_date_is_marked() -> None:
    accounts: list[dict[str, object]] = [
        {"account": "a", "owner": "jo", "seen_on": DAY},
        {"account": "b", "owner": "jo"},
    ]
    item = run(make(), accounts=accounts)["owner-named"]
    assert {name: (tally.undated, tally.oldest) for name, tally in item.accounts.items()} == {
        "a": (False, DAY), "b": (True, None),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('stage = "prevent"', 'stage = "prevnt"', "line 4: stage = 'prevnt' is not known; did you mean prevent?"),
        ('title = "Every', 'titel = "Every', "line 2: unknown key titel; did you mean title?"),
        ('needs = ["accounts"]', 'needs = ["acounts"]', "line 7: needs names no table acounts; did you mean accounts?"),
        ('needs = ["accounts"]', 'needs = ["accounts.ownr"]', "table accounts has no column ownr; did you mean owner?"),
        ("version = 1", 'version = "one"', "version should be a number"),
        ("where $least = 1", "where $leest = 1", "$leest is not declared in [params]; did you mean least?"),
        ("select account as subject", "delete from accounts; select account as subject", "exactly one select"),
        (SQL, "copy accounts to 'x'", "exactly one select"),
        ("## How to fix it", "## Remedy", "expected a section"),
        ("```toml example", "```toml", "expected a ```toml example"),
    ],
)
def test_a_broken_check_file_says_where_and_what(old: str, new: str, expected: str) -> None:
    text = CHECK.format(sql=SQL).replace(old, new)
    check, problems = parse_check(text, path=Path("c.md"), file="mine/c.md", area="mine", pack="mine")
    assert check is None
    assert any(expected in str(problem) for problem in problems), problems


def test_a_pack_keeps_its_good_checks_when_one_is_broken(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "good.md").write_text(CHECK.format(sql=SQL), encoding="utf-8")
    (tmp_path / "mine" / "bad.md").write_text("no front matter", encoding="utf-8")
    (tmp_path / "mine" / "latin.md").write_bytes("+++\ntitle = 'é'\n".encode("latin-1"))
    checks, problems = load_pack(tmp_path, "mine")
    assert [check.id for check in checks] == ["good"]
    assert {problem.file for problem in problems} == {"mine/mine/bad.md", "mine/mine/latin.md"}


def test_small_and_large_evidence_are_judged_alike() -> None:
    rows: list[dict[str, object]] = [
        {
            "account": f"a{n % 7}{n}",
            "owner": "jo" if n % 3 else None,
            "status": "active" if n % 2 else "parked",
            "seen_on": date(2026, 1, 1 + n % 28),
        }
        for n in range(300)
    ]
    found = []
    for large in (False, True):
        store = Store()
        store.add("accounts", rows)
        store.freeze()
        store.large = large
        (item,) = judge(store, [make()], DAY, {}, findings_per_check=50)
        found.append((item.counts, item.rows, item.passed, {key: vars(value) for key, value in item.accounts.items()}))
    assert found[0] == found[1]
