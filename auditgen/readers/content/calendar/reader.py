"""The content calendar: planned and published posts with who wrote and approved them, through a saved mapping.

Any CSV, TSV or spreadsheet will do; `mapping` names a TOML file that says which column is what (its format stands at
the top of every suggested mapping, see calendar_mapping). Rows stay in the database from the file to the tables, so a
million posts with three million events are read at the speed of DuckDB. A row with a cell that cannot be read is
kept; the cell becomes NULL, is counted, and the first is named by row and column.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auditgen.files.cells import Notes, as_bool, shown
from auditgen.files.errors import ReadError
from auditgen.readers import Context, Sink, SourceReport
from auditgen.readers.content.accounts import _Accounts
from auditgen.readers.content.calendar.mapping import (
    ACTIVITY_WORDS,
    ACTOR_KINDS,
    DAYS,
    EVENT_MOMENTS,
    MOMENTS,
    STATUS_WORDS,
    CalendarMapping,
    load_mapping,
    positions,
)
from auditgen.readers.content.calendar.moments import NUMERIC, Moment, clock_changes, day
from auditgen.readers.content.calendar.table import TABLE, Loaded, load, preview, quote

_TOTALS = ("total", "totals", "grand total", "sum", "gesamt", "summe")
_LINK = r"https?://[^\s<>\x22\x27`{}|\\^]*[^\s<>\x22\x27`{}|\\^.,;:!?)\]…’”]"
# The history a row tells, in the order in which it happens: activity, its moment, its actor.
_HISTORY = (
    ("created", "created_at", "author"),
    ("submitted", "submitted_at", "submitted_by"),
    ("rejected", "rejected_at", "rejected_by"),
    ("edited", "edited_at", "edited_by"),
    ("approved", "approved_at", "approver"),
    ("published", "published_at", "published_by"),
)
_LOOKUP = """'[{"raw": "VARCHAR", "word": "VARCHAR"}]'"""
MAX_WORDS = 100_000


def _cells(count: int) -> str:
    return f"{count:,} {'cell' if count == 1 else 'cells'}"


def _check_pattern(mapping: CalendarMapping, sink: Sink) -> None:
    """Raise ReadError when a pattern of the mapping is none."""
    import duckdb

    if not mapping.date_format.startswith("%"):
        return
    try:
        sink.select("select try_strptime('', $1)", [mapping.date_format])
    except duckdb.Error:
        raise mapping.wrong(f"date_format {mapping.date_format!r} is no pattern of dates", "date_format") from None


class Calendar:
    name = "calendar"
    title = "Content calendar"
    options: Mapping[str, str] = {
        "mapping": "file that says which column is what",
        "calendar": "id of the calendar, when several files belong to one (default: the id of the source)",
    }
    tables = ("posts", "post_events", "post_links", "actors")
    after = ("accounts",)
    missing = (
        "Export the calendar with author, approver and times as CSV or Excel, and add it with reader calendar and a "
        "mapping of its columns."
    )

    def read(self, path: Path, context: Context, sink: Sink) -> list[SourceReport]:
        """Fill posts, post_events and post_links, or post_events alone for a log of events.

        Raises ReadError for a file that is no table, a mapping with a mistake, or a column the file does not have.
        """
        file = context.relative(path)
        name = context.options.get("mapping")
        if not isinstance(name, str):
            raise ReadError(f'{file}: a calendar needs a mapping of its columns; add mapping = "….toml" to its source')
        mapping = load_mapping(context.root / name, name)
        _check_pattern(mapping, sink)
        rows = preview(path, file, mapping.sheet, mapping.delimiter)
        if len(rows) < mapping.header_row:
            raise mapping.wrong(f"header_row is {mapping.header_row}, and {file} has {len(rows)} rows", "header_row")
        header = rows[mapping.header_row - 1]
        found = positions(mapping, header, file)
        wanted = sorted({at for places in found.values() for at in places})
        calendar = context.options.get("calendar") or context.options.get("id") or file
        if not isinstance(calendar, str):
            raise ReadError(f"{file}: the option calendar should be a text in quotes")
        job = _Job(file, calendar, mapping, found, context, sink, context.seen_on(path))
        loaded = job.loaded = load(path, file, sink, wanted, job.typed(), mapping.header_row, mapping.sheet,
                                   mapping.delimiter)  # fmt: skip
        count = job.events() if mapping.kind == "events" else job.posts()
        sink.select(f"drop table {TABLE}")
        if loaded.refused:
            job.notes.add("Rows that are no rows of this table were left out", f"line {loaded.first_refused}")
        used = [header[at] for at in wanted]
        ignored = [cell for at, cell in enumerate(header) if at not in wanted and cell]
        status = "partly" if loaded.refused else "read" if count else "empty"
        return [SourceReport(file, status, count, loaded.refused, used, ignored, job.notes.sentence(), job.seen_on)]


@dataclass
class _Job:
    """One file on its way from TABLE into the evidence tables."""

    file: str
    calendar: str
    mapping: CalendarMapping
    found: Mapping[str, tuple[int, ...]]
    context: Context
    sink: Sink
    seen_on: Any
    notes: Notes = field(default_factory=Notes)
    lookups: dict[str, str] = field(default_factory=dict)
    joins: dict[str, str] = field(default_factory=dict)
    loaded: Loaded = field(default_factory=lambda: Loaded("rowid", ()))
    orders: dict[str, str] = field(default_factory=dict)

    # -- expressions ---------------------------------------------------------------------------------------

    def text(self, name: str) -> str:
        """A field as written: its column, its constant, or NULL."""
        if name in self.found:
            places = [f"c{at}" for at in self.found[name]]
            if len(places) == 1:
                return places[0]
            # A date cell of a spreadsheet may bring a midnight along; the time has a column of its own.
            date = f"split_part({places[0]}, ' 00:00', 1)"
            return f"(case when {places[0]} is not null then concat_ws(' ', {date}, {places[1]}) end)"
        if name in self.mapping.constant:
            return quote(self.mapping.constant[name])
        return "null::varchar"

    def given(self, name: str) -> bool:
        return name in self.found or name in self.mapping.constant

    def column(self, name: str) -> str:
        """A field's column as the file names it."""
        return " and ".join(self.mapping.columns.get(name, (name,)))

    def moment(self, name: str) -> Moment:
        zone = self.mapping.time_zone or str(self.context.organisation.get("time_zone") or "UTC")
        return Moment(self.text(name), self.orders[name], zone)

    def moment_value(self, name: str) -> str:
        """A moment for a table. Without a time of day the order within the day is not known, so it is NULL."""
        if name not in self.found:
            return "null::timestamp"
        return name if name == "scheduled_at" else f"(case when {self.moment(name).has_time} then {name} end)"

    def typed(self) -> dict[str, str]:
        """Dates and moments as columns of TABLE, worked out once, while the file is read."""
        times = (*MOMENTS, *EVENT_MOMENTS, *DAYS, "happened_at")
        self.orders = {name: self.mapping.date_format for name in self.found if name in times}
        return {name: self.parsed(name) for name in self.orders}

    def parsed(self, name: str) -> str:
        """SQL that reads a date or a moment from its text."""
        if name in DAYS:
            return day(self.text(name), self.orders[name])
        return self.moment(name).value

    @property
    def provenance(self) -> str:
        return (
            f"{quote(self.file)} as source, 'row ' || {self.loaded.number} as locator, "
            f"date {quote(str(self.seen_on))} as seen_on, 'exported' as basis"
        )

    def words(self, name: str, key: str, resolve: Callable[[str], str | None], says: str) -> str:
        """Look every distinct text of a field up once; SQL for the word, NULL where none fits, which is noted."""
        if not self.given(name):
            return "null::varchar"
        rows = self.sink.select(
            f"select {key} as raw, count(*) as n, min({self.loaded.number}) as first from {TABLE} "
            f"where {self.text(name)} is not null group by 1 order by first limit {MAX_WORDS}"
        )
        table = []
        lost: list[tuple[str, int, int]] = []
        for row in rows:
            word = resolve(row["raw"])
            table.append({"raw": row["raw"], "word": word})
            if word is None:
                lost.append((row["raw"], row["n"], row["first"]))
        if lost:
            raw, _, first = lost[0]
            total = sum(count for _, count, _ in lost)
            self.notes.add(
                f"{self.column(name)}, {says}",
                f"{_cells(total)}, first row {first}: {shown(raw.split(chr(31))[0])}",
            )
        self.lookups[name] = json.dumps(table, ensure_ascii=False)
        alias = f"{name}_words"
        self.joins[name] = (
            f"left join (select unnest(from_json(${name}::json, {_LOOKUP}), recursive := true)) as {alias} "
            f"on {alias}.raw = {key}"
        )
        return f"{alias}.word"

    def insert(self, table: str, listed: str, where: str = "true", outer: str = "") -> int:
        """Insert columns selected from TABLE and the lookups they name; `outer` selects from that once more."""
        used = [name for name in self.joins if f"{name}_words." in listed + where]
        joins = " ".join(self.joins[name] for name in used)
        query = f"select {listed}, {self.provenance} from {TABLE} {joins} where {where}"
        parameters = {name: self.lookups[name] for name in used}
        return self.sink.insert_select(table, f"{outer} from ({query})" if outer else query, parameters or None)

    # -- what comes in -------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Leave out rows that say nothing, decide how each column writes its dates, note what cannot be read."""
        wanted = sorted({at for places in self.found.values() for at in places})
        empty = " and ".join(f"c{at} is null" for at in wanted)
        self.sink.select(f"delete from {TABLE} where {empty}")
        if "post" in self.found:
            totals = ", ".join(quote(word) for word in _TOTALS)
            post = self.text("post")
            rest = " and ".join(
                f"{self.text(name)} is null" for name in ("text", "account", "status", "activity") if name in self.found
            )
            self.sink.select(f"delete from {TABLE} where lower({post}) in ({totals}){' and ' + rest if rest else ''}")
            self.note_rounded(post)
        for name in self.orders:
            self.judge_dates(name)

    def note_rounded(self, post: str) -> None:
        (row,) = self.sink.select(
            f"select count(*) as n, min({self.loaded.number}) as first from {TABLE} "
            f"where length({post}) < 24 and contains({post}, 'E+') "
            f"and regexp_matches({post}, '^[0-9][.,]?[0-9]*E[+][0-9]+$')"
        )
        if row["n"]:
            self.notes.add("Ids were rounded by a spreadsheet and name no post any more; export them as text",
                           f"{_cells(row['n'])}, first row {row['first']}")  # fmt: skip

    def judge_dates(self, name: str) -> None:
        """Count what is no date; settle 03/04/2026 by a day above 12 in the same column, or leave it unknown."""
        found = self._unread(name)
        if found and self.orders[name] == "auto":
            text = self.text(name)
            parts = f"regexp_matches({text}, {quote(NUMERIC)})"
            (row,) = self.sink.select(
                f"select bool_or(try_cast(regexp_extract({text}, '^(\\d+)', 1) as integer) > 12) as first_big, "
                f"bool_or(try_cast(regexp_extract({text}, '^\\d+\\D(\\d+)', 1) as integer) > 12) as second_big, "
                f"count(*) as n, min({self.loaded.number}) as first from {TABLE} where {parts}"
            )
            if row["n"] and bool(row["first_big"]) != bool(row["second_big"]):
                self.orders[name] = "day-first" if row["first_big"] else "month-first"
                self.sink.select(f"update {TABLE} set {name} = {self.parsed(name)}")
                found = self._unread(name)
            elif row["n"]:
                self.notes.add(
                    f"{self.column(name)}, no day above 12 tells whether day or month comes first, so numbers like "
                    "03/04/2026 were left unknown; set date_format in the mapping",
                    f"{_cells(row['n'])}, first row {row['first']}",
                )
                found = self._unread(name, f"not {parts}")
        if found:
            kind = "dates" if name in DAYS else "moments"
            changing = kind == "moments" and clock_changes(self.moment(name).zone)
            clocks = ", and so were times that a change of the clocks skips or repeats" if changing else ""
            what = f"cells that are no {kind} like 2026-11-24 09:00 were left unknown{clocks}"
            self.notes.add(f"{self.column(name)}, {what}",
                           f"{found['n']:,} of them, first row {found['first']}: {shown(found['seen'])}")  # fmt: skip
        if name not in ("scheduled_at", *DAYS):
            moment = self.moment(name)
            (row,) = self.sink.select(
                f"select count(*) as n, min({self.loaded.number}) as first from {TABLE} "
                f"where {moment.text} is not null and not {moment.has_time}"
            )
            if row["n"]:
                self.notes.add(
                    f"{self.column(name)}, days without a time of day, so their order within a day is not known",
                    f"{_cells(row['n'])}, first row {row['first']}",
                )

    def _unread(self, name: str, where: str = "true") -> dict[str, Any] | None:
        """How many cells of a column are no date, and the first with its row."""
        text = self.text(name)
        (row,) = self.sink.select(
            f"select count(*) as n, min({self.loaded.number}) as first, arg_min({text}, {self.loaded.number}) as seen "
            f"from {TABLE} where {text} is not null and {name} is null and {where}"
        )
        return row if row["n"] else None

    def post_id(self) -> str:
        """SQL for the id of a post; a row without one is named by its number, a repeated one by id and number."""
        number = self.loaded.number
        if not self.given("post"):
            return f"'row ' || {number}"
        text = self.text("post")
        (row,) = self.sink.select(f"select count({text}) as n, count(distinct {text}) as k from {TABLE}")
        plain = f"coalesce({text}, 'row ' || {number})"
        if row["n"] == row["k"]:
            return plain
        (first,) = self.sink.select(
            f"select min(last) as first from (select max({number}) as last from {TABLE} where {text} is not null "
            f"group by {text} having count(*) > 1)"
        )
        self.notes.add(f"{self.column('post')}, ids that are used again got their row number added",
                       f"{_cells(row['n'] - row['k'])}, first row {first['first']}")  # fmt: skip
        # The repeats are few, so only they are kept aside.
        self.sink.select(
            f"create or replace temp table calendar_repeats as select {number} as n from {TABLE} "
            f"where {text} is not null qualify row_number() over (partition by {text} order by {number}) > 1"
        )
        again = f"{text} || ' (row ' || {number} || ')'"
        return f"(case when {number} in (select n from calendar_repeats) then {again} else {plain} end)"

    # -- where it goes -------------------------------------------------------------------------------------

    def posts(self) -> int:
        """Fill posts, their history and their links; the number of posts."""
        self.prepare()
        post = self.post_id()
        status = self.words("status", f"lower({self.text('status')})", self._status,
                            "words that are no status; add them under [status] of the mapping")  # fmt: skip
        account_key = f"coalesce({self.text('account')}, '') || chr(31) || coalesce({self.text('platform')}, '')"
        accounts = _Accounts(self.context.accounts, self.mapping.accounts)
        for word, name in self.mapping.accounts.items():
            if not accounts.knows(name):
                self.notes.add("[accounts] of the mapping names accounts that are not in the inventory",
                               f"{shown(word)} = {shown(name)}")  # fmt: skip
        account = self.words("account", account_key, accounts.resolve,
                             "names that fit no account; add them under [accounts] of the mapping")  # fmt: skip
        paid = self.words("paid", f"lower({self.text('paid')})", _yes_no, "words that are neither yes nor no")
        scheduled = self.moment("scheduled_at") if "scheduled_at" in self.found else None
        zone_known = (
            "null::boolean" if scheduled is None
            else f"case when {scheduled.has_time} then {'true' if self.mapping.time_zone else scheduled.zoned} end"
        )  # fmt: skip
        approved = self.approved(status)
        media = self.text("media")
        as_written = ("launch", "text", "language", "author", "revision", "link", "alt_text", "sensitivity_reader",
                      "legal_approver")  # fmt: skip
        columns = {
            "post": post,
            "calendar": quote(self.calendar),
            "account": account,
            "platform": f"lower({self.text('platform')})",
            **{name: self.text(name) for name in as_written},
            "status": status,
            "scheduled_at": self.moment_value("scheduled_at"),
            "zone_known": zone_known,
            "published_at": self.moment_value("published_at"),
            "approver": f"case when {approved} then {self.text('approver')} end",
            "approved_at": self.moment_value("approved_at"),
            "paid": f"try_cast({paid} as boolean)",
            "risk": f"lower({self.text('risk')})",
            # A number of pictures, or their addresses one after another.
            "media": f"coalesce(try_cast({media} as integer), len(regexp_extract_all({media}, '[^,;|\\s]+')))",
            "context_checked_on": "context_checked_on" if "context_checked_on" in self.found else "null::date",
        }
        listed = ", ".join(f"{value} as {name}" for name, value in columns.items())
        count = self.insert("posts", listed)
        if self.mapping.events_from_columns:
            self.history(post, approved)
        self.links(post, account)
        self.sink.select("drop table if exists calendar_repeats")
        return count

    def approved(self, status: str) -> str:
        """SQL for whether the row says that an approval happened, and does not only name who was asked."""
        tests = []
        if "approved_at" in self.found:
            tests.append(f"{self.text('approved_at')} is not null")
        if self.given("status"):
            tests.append(f"{status} in ('approved', 'scheduled', 'published')")
        return f"({' or '.join(tests) or 'true'})"

    def history(self, post: str, approved: str) -> None:
        """What the columns of a row say about its history, as events."""
        for number, (activity, moment, actor) in enumerate(_HISTORY):
            if moment not in self.found and not self.given(actor):
                continue
            who, when = self.text(actor), self.text(moment)
            happened = f"({who} is not null or {when} is not null)"
            if activity == "approved":
                happened += f" and {approved}"
            elif activity != "created":
                # Only a moment says that it happened; a name alone may be the person who is to do it.
                if moment not in self.found:
                    continue
                happened = f"{when} is not null"
            self.insert(
                "post_events",
                f"{post} as post, {quote(self.calendar)} as calendar, {self.loaded.number} * 8 + {number} as sequence, "
                f"{self.moment_value(moment)} as happened_at, {quote(activity)} as activity, {who} as actor",
                happened,
            )

    def links(self, post: str, account: str) -> None:
        texts = [self.text(name) for name in ("text", "link") if self.given(name)]
        if not texts:
            return
        text = texts[0] if len(texts) == 1 else f"concat_ws(' ', {', '.join(texts)})"
        self.insert(
            "post_links",
            f"{post} as post, {quote(self.calendar)} as calendar, {account} as account, "
            f"unnest(list_distinct(regexp_extract_all({text}, {quote(_LINK)}, 0, 'i'))) as url",
            " or ".join(f"contains({item}, '://')" for item in texts),
            # The host without a name and password before it, and without the port behind it.
            "select *, lower(split_part(url, ':', 1)) as scheme, "
            "nullif(lower(split_part(split_part(split_part(url, '/', 3), '@', -1), ':', 1)), '') as host",
        )

    def events(self) -> int:
        """Fill post_events from a log; the number of events."""
        self.prepare()
        activity = self.words("activity", f"lower({self.text('activity')})", self._activity,
                              "words that are no activity; add them under [activity] of the mapping")  # fmt: skip
        post = self.text("post")
        (row,) = self.sink.select(
            f"select count(*) as n, min({self.loaded.number}) as first from {TABLE} where {post} is null"
        )
        if row["n"]:
            self.notes.add("Rows that name no post were left out", f"{row['n']:,} of them, first row {row['first']}")
        kind = self.words("actor_kind", f"lower({self.text('actor_kind')})", ACTOR_KINDS.get,
                          "words that are no kind of actor")  # fmt: skip
        return self.insert(
            "post_events",
            f"{post} as post, {quote(self.calendar)} as calendar, {self.loaded.number} as sequence, "
            f"{self.moment_value('happened_at')} as happened_at, {activity} as activity, "
            f"{self.text('actor')} as actor, {kind} as actor_kind, {self.text('revision')} as revision",
            f"{post} is not null",
        )

    def _status(self, word: str) -> str | None:
        return self.mapping.status.get(word) or STATUS_WORDS.get(word)

    def _activity(self, word: str) -> str | None:
        return self.mapping.activity.get(word) or ACTIVITY_WORDS.get(word)


def _yes_no(word: str) -> str | None:
    try:
        found = as_bool(word)
    except ValueError:
        return None
    return None if found is None else str(found).lower()


READER = Calendar()
