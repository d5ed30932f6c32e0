"""A large calendar: the reader and eight content checks, beside DuckDB doing the same by hand.

    python tests/benchmarks/bench_content.py [--posts N] [--runs N]

Both sides read the same two files, a plan with N posts and a log with 3 N events, into typed tables with the same
columns, then run the same eight queries over tables of the same shape. By hand means: read_csv with types, so no look
at whether a cell could be read, no places of rows, no addresses taken from texts.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

from auditgen.audit.checks.answers import MACROS
from auditgen.audit.checks.check import Check
from auditgen.audit.checks.packs import builtin_folder, load_pack
from auditgen.audit.judge import judge
from auditgen.evidence.store import MEMORY_LIMIT, Store, schema
from auditgen.readers import Context
from auditgen.readers.content.calendar.reader import READER

AS_OF = date(2026, 11, 24)
CHECKS = (
    "a-second-person-approves",
    "approval-comes-before-publication",
    "approvers-work-here",
    "nothing-changes-after-approval",
    "nothing-goes-out-without-approval",
    "no-unfinished-text-is-planned",
    "rejected-posts-were-approved-again",
    "two-people-can-approve",
)
PEOPLE, ACCOUNTS = 40, 12
PLAN_MAPPING = """
schema = "auditgen.calendar/1"
kind = "posts"
time_zone = "UTC"
events_from_columns = false
[columns]
post = "id"
account = "account"
launch = "campaign"
text = "text"
status = "status"
scheduled_at = "scheduled_at"
published_at = "published_at"
author = "author"
approver = "approver"
approved_at = "approved_at"
risk = "risk"
link = "link"
"""
LOG_MAPPING = """
schema = "auditgen.calendar/1"
kind = "events"
time_zone = "UTC"
[columns]
post = "post"
happened_at = "time"
activity = "action"
actor = "member"
revision = "revision"
"""
POSTS_SQL = """
select 'P' || i as id, 'account-' || (hash(i) % {accounts}) as account, if(i % 5 = 0, 'winter', null) as campaign,
       'Post number ' || i || ' tells of ' || repeat('warm boots and a long walk, ', 3 + (hash(i + 1) % 4)::int)
       || if(i % 3 = 0, ' https://www.larkfell.example/story/' || i, '') as text,
       if(due < timestamp '2026-11-23', 'published', 'scheduled') as status, due as scheduled_at,
       if(due < timestamp '2026-11-23', due + to_seconds((hash(i) % 60)::int), null) as published_at,
       'Person ' || (hash(i) % {people}) as author,
       if(i % 200 = 0, null, 'Person ' || ((hash(i) + if(i % 500 = 0, 0, 1 + i % 7)) % {people})) as approver,
       if(i % 200 = 0, null, due - interval 2 day) as approved_at, if(i % 11 = 0, 'claim', null) as risk,
       if(i % 4 = 0, 'https://www.larkfell.example/shop/' || i, null) as link
from (select i, timestamp '2026-09-05' + to_seconds((hash(i * 7) % 7600000)::int) as due from range(1, {posts} + 1) r(i))
"""
LOG_SQL = """
select 'P' || i as post, time, action, member, revision from (
    select i, 1 as n, due - interval 5 day as time, 'CREATE' as action, author as member, 'r1' as revision from plan
    union all select i, 2, coalesce(approved_at, due - interval 3 day),
        if(approver is null, 'SUBMIT', 'APPROVE'), coalesce(approver, author), 'r1' from plan
    union all select i, 3, due - interval 1 day + to_seconds((i % 900)::int),
        if(i % 997 = 0, 'EDIT', if(i % 991 = 0, 'REJECT', 'SCHEDULE')), author, 'r2' from plan
) order by n, i
"""


def write_files(folder: Path, posts: int) -> None:
    """The plan and its log as CSV, made by hashing so that every run writes the same."""
    connection = duckdb.connect()
    plan = POSTS_SQL.format(posts=posts, people=PEOPLE, accounts=ACCOUNTS)
    connection.execute(f"create table posts as {plan}")
    connection.execute("create table plan as select *, substr(id, 2)::bigint as i, scheduled_at as due from posts")
    connection.execute(f"copy posts to '{folder / 'posts.csv'}' (header, dateformat '%Y-%m-%d')")
    connection.execute(f"copy ({LOG_SQL}) to '{folder / 'log.csv'}' (header)")
    connection.close()


def people_sql(table: str) -> str:
    """Rows of the small tables the checks look people up in; the same on both sides, and not measured."""
    name = "'Person ' || i"
    return {
        "accounts": f"select 'account-' || i as account, 'x' as platform, 'person-1' as owner from range({ACCOUNTS}) r(i)",
        "actors": f"select {name} as actor, 'person-' || i as person, 'name' as matched_by from range({PEOPLE}) r(i)",
        "people": f"select 'person-' || i as person, {name} as display, 'staff' as kind, if(i = 3, 'left', 'active') "
        f"as status, if(i = 3, date '2026-10-31', null) as left_on, true as in_identity_provider from range({PEOPLE}) r(i)",
    }[table]


def with_auditgen(folder: Path, checks: list[Check]) -> tuple[float, float, dict[str, dict[str, int]]]:
    """Seconds to read, seconds to judge, and what was found."""
    store = Store()
    for table in ("accounts", "actors", "people"):
        store.insert_select(table, people_sql(table))
    accounts = tuple(store.select("select * from accounts"))
    start = time.perf_counter()
    for name in ("posts", "log"):
        options = {"id": "plan", "mapping": f"{name}.toml", "seen_on": AS_OF}
        READER.read(folder / f"{name}.csv", Context(folder, AS_OF, {"time_zone": "UTC"}, options, accounts), store)
    read = time.perf_counter() - start
    store.measure()
    store.freeze()
    start = time.perf_counter()
    judged = judge(store, checks, AS_OF, {})
    judging = time.perf_counter() - start
    store.close()
    return read, judging, {item.check.id: item.counts for item in judged}


def by_hand(folder: Path, checks: list[Check]) -> tuple[float, float, dict[str, dict[str, int]]]:
    """The same with DuckDB alone: read_csv with types into plain tables, each query as `create table … as`."""
    connection = duckdb.connect(config={"memory_limit": MEMORY_LIMIT})
    connection.execute("set timezone = 'UTC'")
    for table in schema().values():
        columns = ", ".join(f"{column.name} {column.type}" for column in table.columns)
        connection.execute(f"create table {table.name} ({columns})")
    for table in ("accounts", "actors", "people"):
        connection.execute(f"insert into {table} by name {people_sql(table)}")
    start = time.perf_counter()
    kinds = {"scheduled_at": "timestamp", "published_at": "timestamp", "approved_at": "timestamp"}
    about = "null as locator, date '2026-11-24' as seen_on, 'exported' as basis"
    columns = ", ".join(
        f"'{name}': '{kinds.get(name, 'varchar')}'"
        for name in (
            "id", "account", "campaign", "text", "status", "scheduled_at", "published_at", "author", "approver",
            "approved_at", "risk", "link",
        )
    )  # fmt: skip
    connection.execute(
        "insert into posts by name select id as post, 'plan' as calendar, account, campaign as launch, text, status, "
        "scheduled_at, true as zone_known, published_at, author, approver, approved_at, risk, link, "
        f"'posts.csv' as source, {about} "
        f"from read_csv('{folder / 'posts.csv'}', header = true, columns = {{{columns}}})"
    )
    connection.execute(
        "insert into post_events by name select post, 'plan' as calendar, row_number() over () as sequence, "
        "time as happened_at, "
        "case action when 'CREATE' then 'created' when 'SUBMIT' then 'submitted' when 'APPROVE' then 'approved' "
        "when 'EDIT' then 'edited' when 'REJECT' then 'rejected' when 'SCHEDULE' then 'scheduled' end as activity, "
        f"member as actor, revision, 'log.csv' as source, {about} "
        f"from read_csv('{folder / 'log.csv'}', header = true, columns = "
        "{'post': 'varchar', 'time': 'timestamp', 'action': 'varchar', 'member': 'varchar', 'revision': 'varchar'})"
    )
    read = time.perf_counter() - start
    start = time.perf_counter()
    for name, body in MACROS.items():
        connection.execute(f"create macro {name}{body}")
    for number, check in enumerate(checks):
        connection.execute(f"create table q{number} as from ({check.sql})", check.parameters(AS_OF))
    judging = time.perf_counter() - start
    found = {}
    for number, check in enumerate(checks):
        counts = connection.execute(f"select verdict.verdict, count(*) from q{number} group by 1").fetchall()
        found[check.id] = {str(verdict): int(n) for verdict, n in counts}
    connection.close()
    return read, judging, found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--posts", type=int, default=1_000_000)
    arguments.add_argument("--runs", type=int, default=3, help="the best of so many")
    chosen = arguments.parse_args()
    pack, problems = load_pack(builtin_folder(), "auditgen", verify=False)
    assert not problems, problems
    by_id = {check.id: check for check in pack}
    checks = [by_id[name] for name in CHECKS]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "posts.toml").write_text(PLAN_MAPPING)
        (folder / "log.toml").write_text(LOG_MAPPING)
        write_files(folder, chosen.posts)
        size = sum(path.stat().st_size for path in folder.glob("*.csv")) / 1e6
        print(f"{chosen.posts:,} posts and {3 * chosen.posts:,} events, {size:,.0f} MB of CSV, best of {chosen.runs}")
        sides: dict[str, Callable[[Path, list[Check]], tuple[float, float, dict[str, dict[str, int]]]]] = {
            "auditgen": with_auditgen,
            "by hand": by_hand,
        }
        best: dict[str, tuple[float, float, float]] = {}
        cpu: dict[str, float] = {}
        found = {}
        # Turn about, so that a slow minute of the machine meets both.
        for _ in range(chosen.runs):
            for side, run in sides.items():
                before = time.process_time()
                read, judging, found[side] = run(folder, checks)
                cpu[side] = min(cpu.get(side, float("inf")), time.process_time() - before)
                best[side] = min(best.get(side, (float("inf"), 0.0, 0.0)), (read + judging, read, judging))
        for check in checks:
            ours = {verdict: n for verdict, n in found["auditgen"][check.id].items() if n}
            theirs = {verdict: n for verdict, n in found["by hand"][check.id].items() if n}
            assert {"pass", "fail"} & ours.keys(), f"{check.id} found nothing: {ours}"
            if ours != theirs:
                raise SystemExit(f"{check.id}: auditgen found {ours}, by hand {theirs}")
        for side, (total, read, judging) in best.items():
            parts = f"reading {read:6.2f} s, {len(checks)} checks {judging:6.2f} s, processor {cpu[side]:6.2f} s"
            print(f"{side:9} {total:6.2f} s   {parts}")
        # On a busy machine the processor time is the steadier figure.
        ratio, busy = best["auditgen"][0] / best["by hand"][0], cpu["auditgen"] / cpu["by hand"]
        print(f"ratio     {ratio:6.2f}     of processor time {busy:.2f}   (goal at most 1.5)")


if __name__ == "__main__":
    main()
