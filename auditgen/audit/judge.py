"""Judging: every check is run over frozen evidence, alone, bounded in time, and none can stop the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from queue import SimpleQueue
from types import MappingProxyType
from typing import Any

from auditgen.audit.absences import OF_TABLE, applicable
from auditgen.audit.checks.answers import GIVEN, LONGEST, BadAnswer, check_columns, define_macros, unpacked
from auditgen.audit.checks.check import VERDICTS, Check
from auditgen.audit.checks.query import error_kind, error_line, one_select
from auditgen.audit.verdicts import Judged, Row, Tally
from auditgen.evidence.store import Lane, QueryTimeout, Store

SECONDS_PER_CHECK = 60.0
FINDINGS_PER_CHECK = 1000
PASSED_SHOWN = 200
# Over evidence of ordinary size, which has at most 20,000 rows a table, more subjects than this are a slip in a join.
MOST_ROWS = 200_000


# Columns a query may return beside its verdict; null stands in for those it does not.
_COLUMNS = (
    "subject",
    "account",
    "owner",
    "source",
    "locator",
    "seen_on",
    "basis",
)


# The day that is judged, and the last day of the launch; None where there is no launch.
Days = tuple[date, date | None]
Absent = Mapping[tuple[str, str | None], str]


class EvidenceChanged(Exception):
    """A check found a way to write: a fault of the program, after which no report is made."""


# Of several lists of one kind, each has to be read whole: what one lacks may stand in the other.
_SETTLED = """
select distinct unnest(settles) as need from sources
where reader not in (select reader from sources where coalesce(len(settles), 0) = 0)
"""


def unmet_needs(store: Store, checks: Iterable[Check]) -> set[str]:
    """Of all tables and columns the checks need, those without a single row or value.

    A list that was read whole and answers a column even without a row leaves nothing to be missed.
    """
    needs = sorted({need for check in checks for need in check.needs})
    if not needs:
        return set()
    parts = []
    for need in needs:
        table, _, column = need.partition(".")
        where = f" where {column} is not null" if column else ""
        parts.append(f"select '{need}' as need, exists (select 1 from {table}{where}) as met")
    unmet = {row["need"] for row in store.select(" union all ".join(parts)) if not row["met"]}
    return unmet - {row["need"] for row in store.select(_SETTLED)}


def judge(
    store: Store,
    checks: Iterable[Check],
    as_of: date,
    attested: Mapping[str, list[Row]],
    *,
    until: date | None = None,
    absent: Absent | None = None,
    findings_per_check: int = FINDINGS_PER_CHECK,
    seconds_per_check: float = SECONDS_PER_CHECK,
) -> list[Judged]:
    """Judge every check. `attested` holds the rows of the checks that ask a person.

    until   last day of the launch that is judged
    absent  what the organisation has none of: (thing, account or None) → sentence; see auditgen.audit.absences
    The store should be frozen. A check that crashes, times out or returns nonsense yields one unknown row.
    """
    define_macros(store)
    checks = list(checks)
    unmet = unmet_needs(store, checks)
    owners = {
        row["account"]: row["owner"] for row in store.select("select account, owner from accounts order by account")
    }
    # A worklist of somebody who has left reaches nobody; it goes to the account's owner, or to nobody named yet.
    gone = {
        row["person"]
        for row in store.select("select person from people where status = 'left' or left_on < $1", [as_of])
    }

    clauses = _clauses(store, checks, as_of, seconds_per_check)
    absent = applicable(store, absent or {})

    def one(lane: Lane, check: Check) -> Judged:
        started = time.perf_counter()
        judged = Judged(check)
        judged.missing = tuple(need for need in check.needs if need in unmet)
        none = none_of(check, absent)
        try:
            if check.attest is not None:
                _take_rows(judged, attested.get(check.id, []), owners, none)
            else:
                with lane.one():
                    _run(lane.store, judged, (as_of, until), findings_per_check, clauses.get(check.id), none)
        except QueryTimeout as error:
            _failed(judged, "timeout", f"The check was stopped: it {error}.")
        except BadAnswer as error:
            _failed(judged, "error", f"The check itself failed: {error}.")
        except Exception as error:  # whatever a check does, the others go on and this one is shown
            line = f", line {error_line(error)} of its query" if error_line(error) else ""
            _failed(judged, "error", f"The check itself failed{line}: {error_kind(error)}.")
        for row in judged.rows:
            named = (name for name in (row.owner, owners.get(row.account)) if name and name not in gone)
            row.owner = next(named, None)
        judged.seconds = time.perf_counter() - started
        return judged

    before = store.fingerprint()
    judged = _each(store, checks, seconds_per_check, one)
    if store.fingerprint() != before:
        raise EvidenceChanged("the evidence changed while it was judged, so nothing it says can be trusted")
    return judged


def _each(store: Store, checks: Sequence[Check], seconds: float, one: Callable[[Lane, Check], Judged]) -> list[Judged]:
    if store.second is None:
        judged = []
        with Lane(store, seconds) as lane:
            for check in checks:
                judged.append(one(lane, check))
                lane.renew()  # large evidence: what a check kept is not held for the others
        return judged
    # Planning a query takes longer than running it over ordinary evidence, and planning uses one processor.
    free: SimpleQueue[Lane] = SimpleQueue()

    def next_lane(check: Check) -> Judged:
        lane = free.get()
        try:
            return one(lane, check)
        finally:
            free.put(lane)

    with Lane(store, seconds) as first, Lane(store.second, seconds) as second, ThreadPoolExecutor(2) as pool:
        free.put(first)
        free.put(second)
        return list(pool.map(next_lane, checks))


def _clauses(store: Store, checks: Sequence[Check], as_of: date, seconds: float) -> dict[str, list[dict[str, Any]]]:
    """Rows of every clause check by its id, asked together; when that fails each asks for itself and tells why."""
    asked = [check for check in checks if check.clause is not None]
    if not asked:
        return {}
    try:
        with store.limit(seconds):
            rows = store.select(asked[0].sql or "", {"clauses": [check.id for check in asked]})
    except Exception:
        return {}
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["subject"], []).append(row)
    return found


def _failed(judged: Judged, reason: str, message: str) -> None:
    """Replace whatever a check gave by one unknown row that says why."""
    judged.counts = dict.fromkeys(VERDICTS, 0) | {"unknown": 1}
    judged.passed = []
    judged.rows = [Row("unknown", "this check", message, reason=reason)]
    judged.accounts = {None: Tally(unknown=1, unseen=message)}
    judged.reason, judged.message = reason, message


@dataclass(frozen=True)
class _Group:
    """Subjects of one account with one verdict; oldest is None unless every one of them carries a date."""

    account: str | None
    verdict: str
    n: int
    oldest: date | None


def _asked(store: Store, check: Check, days: Days) -> list[dict[str, Any]]:
    rows = store.select(one_select(check.sql or "", store.connection), check.parameters(*days), MOST_ROWS + 1)
    if len(rows) > MOST_ROWS:
        raise BadAnswer(f"the query returns more than {MOST_ROWS:,} rows")
    return rows


class _Small:
    """Verdicts of a check held in Python: one query, for evidence of ordinary size."""

    def __init__(self, store: Store, check: Check, days: Days, ready: list[dict[str, Any]] | None = None) -> None:
        found = _asked(store, check, days) if ready is None else ready
        self.rows = [
            Row(answer.verdict, says=answer.says, reason=answer.reason,
                **{name: _cell(name, row.get(name)) for name in _COLUMNS})
            for row, answer in zip(found, unpacked(found), strict=True)
        ]  # fmt: skip
        self.rows.sort(key=lambda row: (row.account is None, row.account or "", row.subject or "", row.says or ""))

    def groups(self) -> list[_Group]:
        found: dict[tuple[str | None, str], list[Row]] = {}
        for row in self.rows:
            found.setdefault((row.account, row.verdict), []).append(row)
        return [
            _Group(account, verdict, len(rows), min(days) if len(days) == len(rows) else None)
            for (account, verdict), rows in found.items()
            for days in [[row.seen_on for row in rows if row.seen_on]]
        ]

    def take(self, verdicts: tuple[str, ...], limit: int) -> list[Row]:
        chosen = [row for row in self.rows if row.verdict in verdicts]
        return sorted(chosen, key=lambda row: row.verdict != "fail")[:limit]


class _Large:
    """Verdicts of a check held in DuckDB: only counts and the first rows ever reach Python."""

    def __init__(self, store: Store, check: Check, days: Days) -> None:
        self.store = store
        store.connection.execute("drop table if exists temp.verdicts")
        one_select(check.sql or "", store.connection)
        create = f"create temp table verdicts as from (\n{check.sql}\n)"
        store.connection.execute(create, check.parameters(*days))
        found = {row["column_name"]: row["column_type"] for row in store.select("describe temp.verdicts")}
        check_columns(found)
        take = ["verdict.verdict as verdict, verdict.says as says, verdict.reason as reason"]
        take += [
            f"{name if name in found else 'null'}::{'date' if name == 'seen_on' else 'varchar'} as {name}"
            for name in _COLUMNS
        ]
        self.rows = f"select {', '.join(take)} from temp.verdicts"

    def groups(self) -> list[_Group]:
        found = self.store.select(
            f"""
            select account, verdict, count(*) as n, min(seen_on) as oldest, count(seen_on) as dated,
                   bool_or(subject is null or says is null or length(says) > {LONGEST}) as broken
            from ({self.rows}) group by account, verdict
            """
        )
        for row in found:
            if row["broken"] or row["verdict"] not in GIVEN:
                raise BadAnswer("a row has no subject, no verdict or no sentence")
        return [
            _Group(row["account"], row["verdict"], row["n"], row["oldest"] if row["dated"] == row["n"] else None)
            for row in found
        ]

    def take(self, verdicts: tuple[str, ...], limit: int) -> list[Row]:
        words = ", ".join(f"'{verdict}'" for verdict in verdicts)
        query = f"""
            select * from ({self.rows}) where verdict in ({words})
            order by verdict <> 'fail', account nulls last, subject, says limit {int(limit)}
        """
        return [Row(**row) for row in self.store.select(query)]


def _cell(name: str, value: Any) -> Any:
    if name == "seen_on":
        return value.date() if isinstance(value, datetime) else value
    return None if value is None else str(value)


def none_of(check: Check, absent: Absent) -> dict[str | None, str]:
    """Account, or None for the whole organisation → why the check concerns nothing there."""
    things = {OF_TABLE.get(need.partition(".")[0]) for need in check.needs} | set(check.absent)
    return {account: says for (thing, account), says in absent.items() if thing in things}


def _run(
    store: Store,
    judged: Judged,
    days: Days,
    limit: int,
    ready: list[dict[str, Any]] | None = None,
    none: Mapping[str | None, str] = MappingProxyType({}),
) -> None:
    large = store.large and ready is None
    verdicts = _Large(store, judged.check, days) if large else _Small(store, judged.check, days, ready)
    if None in none:
        # Nothing is missing of what is said not to be there. What fails all the same was seen and stays.
        judged.missing, judged.message = (), f"{none[None]}."
    lacking = ", ".join(judged.missing)
    for group in verdicts.groups():
        verdict, n = group.verdict, group.n
        if verdict == "unknown" and (None in none or group.account in none):
            verdict = "n/a"
        # Evidence that a check needs is not there at all: what looks like a pass is only not seen.
        if verdict == "pass" and judged.missing:
            verdict = "unknown"
        judged.counts[verdict] += n
        tally = judged.accounts.setdefault(group.account, Tally())
        if verdict == "pass":
            tally.add(Tally(passed=n, oldest=group.oldest, undated=group.oldest is None))
        elif verdict == "fail":
            tally.failed += n
        elif verdict in ("unknown", "due"):
            tally.unknown += n
        else:
            tally.not_applicable += n
    if None in none and not sum(judged.counts.values()):
        judged.counts["n/a"] = 1
        judged.accounts[None] = Tally(not_applicable=1)
    if judged.missing:
        judged.reason = "missing"
        judged.message = f"Nothing was read for {lacking}."
        known = judged.counts["n/a"] and judged.accounts.keys() <= none.keys()
        if not known and not sum(judged.counts[verdict] for verdict in ("pass", "fail", "unknown", "due")):
            judged.counts["unknown"] = 1
            judged.accounts[None] = Tally(unknown=1, unseen=judged.message)
            judged.rows = [Row("unknown", "this check", judged.message, reason="missing")]
            return
    rows = verdicts.take(("fail", "unknown", "due", *(("pass",) if judged.missing else ())), limit)
    judged.rows = [row for row in rows if row.verdict != "unknown" or not (None in none or row.account in none)]
    for item in judged.rows:
        if item.verdict == "pass":
            item.verdict, item.reason = "unknown", "missing"
            item.says = f"Not certain, because nothing was read for {lacking}: {item.says}"
    if not judged.missing:
        judged.passed = verdicts.take(("pass",), PASSED_SHOWN)
    for item in judged.rows:
        tally = judged.accounts.setdefault(item.account, Tally())
        tally.add(Tally(says=item.says) if item.verdict == "fail" else Tally(unseen=item.says))


def _take_rows(judged: Judged, rows: list[Row], accounts: Mapping[str, object], none: Mapping[str | None, str]) -> None:
    for row in rows:
        # An answer given for one account says nothing about the others.
        row.account = row.subject if row.subject in accounts else row.account
        if row.verdict == "due" and (None in none or row.account in none):
            judged.counts["n/a"] += 1
            judged.accounts.setdefault(row.account, Tally()).not_applicable += 1
            judged.message = f"{none[None] if None in none else none[row.account]}."
            continue
        judged.counts[row.verdict] += 1
        tally = judged.accounts.setdefault(row.account, Tally())
        if row.verdict == "pass":
            tally.add(Tally(passed=1, attested=True, oldest=row.seen_on, undated=row.seen_on is None))
            judged.passed.append(row)
        else:
            tally.add(Tally(failed=1, says=row.says) if row.verdict == "fail" else Tally(unknown=1, unseen=row.says))
            judged.rows.append(row)
