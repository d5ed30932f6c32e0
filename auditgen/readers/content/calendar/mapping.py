"""The mapping of a calendar: which column is what, saved beside the workspace where people can review it.

HEAD documents the format; every suggested mapping begins with it. Nothing is matched by likeness: a column is
suggested only when its name is known word for word, and is used only when the mapping names it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auditgen.files.errors import ReadError
from auditgen.files.problems import nearest
from auditgen.files.tabular import header_key, looks_like_data
from auditgen.files.toml_lines import line_of, toml_error_line, toml_lines, toml_says

SCHEMA = "auditgen.calendar/1"

HEAD = """\
# How the columns of a content calendar are read. Please look through it: a column that is not named is not used.
#
# kind          "posts": one row a post. "events": one row for each thing that happened to a post.
# header_row    number of the row with the column names; rows above it are skipped
# delimiter     "," ";" or a tab; left out, it is told from the header
# sheet         name of the sheet in a spreadsheet; left out, the first one
# date_format   "auto"         years first (2026-11-24 09:00); 24/11/2026 only when some day is above 12
#               "day-first"    24/11/2026        "month-first"  11/24/2026
#               or a pattern such as "%d.%m.%Y %H:%M"
# time_zone     zone of times that carry none, such as "Europe/London". Left out, they are read in the
#               organisation's zone and reported as planned without a zone.
# events_from_columns
#               whether author, submitted_at, approver, approved_at, edited_at and published_at also become the
#               history of the post. Set it to false when a file of kind "events" tells the history.
#
# [columns]     field = "column name". A moment in two columns is written ["Date", "Time"].
# [constant]    field = "value", the same for every row
# [accounts]    "as written" = "account id of the inventory"; ids and handles of the inventory need no entry
# [status]      "as written" = draft submitted approved rejected scheduled published failed paused
# [activity]    "as written" = created submitted approved rejected changes_requested edited reset expired
#               scheduled paused resumed published publish_failed deleted
#
# An approver counts as having approved when approved_at is filled, or the status is approved, scheduled or
# published, or the file has neither column; otherwise the name is only the person who was asked.
"""

# Fields of a post that become columns of `posts`, and those that only become events.
TEXT = ("post", "account", "platform", "launch", "text", "language", "status", "author", "approver", "revision", "risk",
        "link", "alt_text", "sensitivity_reader", "legal_approver", "paid", "media")  # fmt: skip
MOMENTS = ("scheduled_at", "published_at", "approved_at")
DAYS = ("context_checked_on",)
EVENT_MOMENTS = ("created_at", "submitted_at", "rejected_at", "edited_at")
EVENT_ACTORS = ("submitted_by", "rejected_by", "edited_by", "published_by")
POST_FIELDS = (*TEXT, *MOMENTS, *DAYS, *EVENT_MOMENTS, *EVENT_ACTORS)
EVENT_FIELDS = ("post", "activity", "actor", "happened_at", "actor_kind", "revision")

STATUS_WORDS = {
    **{word: word for word in ("draft", "submitted", "approved", "rejected", "scheduled", "published", "failed",
                               "paused")},
    "idea": "draft", "in progress": "draft", "wip": "draft", "pending": "submitted", "pending approval": "submitted",
    "needs approval": "submitted", "needs_approval": "submitted", "in review": "submitted", "for approval": "submitted",
    "ready": "approved", "declined": "rejected", "queued": "scheduled", "queue": "scheduled", "planned": "scheduled",
    "posted": "published", "sent": "published", "live": "published", "done": "published", "error": "failed",
    "send_failed_permanently": "failed", "pending_approval": "submitted", "on hold": "paused",
}  # fmt: skip
ACTIVITY_WORDS = {
    **{word: word for word in ("created", "submitted", "approved", "rejected", "changes_requested", "edited", "reset",
                               "expired", "scheduled", "paused", "resumed", "published", "publish_failed", "deleted")},
    "create": "created", "submit": "submitted", "approve": "approved", "reject": "rejected", "edit": "edited",
    "changes requested": "changes_requested", "dismissed": "reset", "expire": "expired", "schedule": "scheduled",
    "send": "published", "sent": "published", "publish": "published", "sendfail": "publish_failed",
    "schedulefail": "publish_failed", "pause": "paused", "resume": "resumed", "delete": "deleted", "updated": "edited",
    "changed": "edited",
}  # fmt: skip
ACTOR_KINDS = {
    **{word: word for word in ("human", "bot", "system", "external")},
    "member": "human", "user": "human", "person": "human", "app": "bot", "external_review_v1": "external",
}  # fmt: skip

# Column names that mean a field word for word, as exports and real calendars write them.
KNOWN = {
    "post": "post id,id,post_id,message id,tweet id,task id,content id",
    "account": "account,account id,account_id,profile,social profile,account username,channel,page name",
    "platform": "platform,network,social network,platforms",
    "launch": "launch,campaign,utm_campaign,campaign name",
    "text": "text,post text,post message,message,message_text,caption,full caption,copy,content,description,tweet text,"
    "post,notes text",
    "language": "language,lang",
    "status": "status,approval stage,state",
    "scheduled_at": "scheduled at,scheduled_at,scheduled for,posting time,scheduledate,publish date,publishing date,"
    "due at,due date,scheduled",
    "published_at": "published at,published_at,publish time,posted at,sent at,post time",
    "author": "author,created by,written by,owner,asset owner,sent by,copywriter",
    "approver": "approver,approved by,approved_by,reviewer,review by",
    "approved_at": "approved at,approved_at,approval date,approved on",
    "created_at": "created at,created_at,created",
    "submitted_at": "submitted at,submitted_at,submitted for approval",
    "submitted_by": "submitted by",
    "rejected_at": "rejected at,rejected_at",
    "rejected_by": "rejected by",
    "edited_at": "edited at,edited_at,last modified,last edited,updated at",
    "edited_by": "edited by,last modified by",
    "published_by": "published by",
    "revision": "revision,version",
    "paid": "paid,sponsored,ad",
    "risk": "risk,risk label",
    "link": "link,link url,url",
    "media": "media,media urls,image url,mediaurls,public_image_url,pictures",
    "alt_text": "alt text,alt_text,alternative text",
    "context_checked_on": "context checked on,context_checked_on,news checked on,news checked",
    "sensitivity_reader": "sensitivity reader,sensitivity_reader,audience reader",
    "legal_approver": "legal approver,legal_approver,legal,cleared by legal",
}
KNOWN_EVENTS = {
    "post": "post,post id,post_id,id,message id",
    "activity": "activity,action,action type,actiontype,event,event type",
    "actor": "actor,by,user,who,member,actor id,actorid",
    "happened_at": "happened at,happened_at,time,timestamp,at,when,date",
    "actor_kind": "actor kind,actor_kind,actor type,actortype",
    "revision": "revision,version",
}


@dataclass(frozen=True)
class CalendarMapping:
    """A mapping file, checked. columns: field → one column name, or two for date and time."""

    kind: str = "posts"
    header_row: int = 1
    delimiter: str | None = None
    sheet: str | None = None
    date_format: str = "auto"
    time_zone: str | None = None
    events_from_columns: bool = True
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constant: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[str, str] = field(default_factory=dict)
    status: Mapping[str, str] = field(default_factory=dict)
    activity: Mapping[str, str] = field(default_factory=dict)
    file: str = "mapping"
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict)

    def wrong(self, says: str, *path: str) -> ReadError:
        """A mistake at a place in the mapping file."""
        line = line_of(dict(self.lines), *path)
        return ReadError(f"{self.file}, line {line}: {says}" if line else f"{self.file}: {says}")


_KEYS: dict[str, type] = {
    "schema": str, "kind": str, "header_row": int, "delimiter": str, "sheet": str, "date_format": str, "time_zone": str,
    "events_from_columns": bool, "columns": dict, "constant": dict, "accounts": dict, "status": dict, "activity": dict,
}  # fmt: skip
_WORDS = {str: "a text in quotes", int: "a whole number", bool: "true or false", dict: "a table"}


def load_mapping(path: Path, file: str) -> CalendarMapping:
    """Read and check a mapping file. Raises ReadError with the first mistake, its line and the nearest right name."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = tomllib.loads(text)
    except OSError:
        raise ReadError(f"{file}: could not be opened; expected the mapping of the calendar's columns") from None
    except UnicodeDecodeError:
        raise ReadError(f"{file}: should be UTF-8 text; save it again as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        line = toml_error_line(str(error))
        place = f"{file}, line {line}" if line else file
        raise ReadError(f"{place}: is not TOML here: {toml_says(error)}") from None
    mapping = CalendarMapping(file=file, lines=toml_lines(text))
    for key, value in data.items():
        if key not in _KEYS:
            raise mapping.wrong(f"unknown key {key}{nearest(key, _KEYS)}", key)
        if not isinstance(value, _KEYS[key]) or (isinstance(value, bool) and _KEYS[key] is int):
            raise mapping.wrong(f"{key} should be {_WORDS[_KEYS[key]]}", key)
    if data.get("schema", SCHEMA) != SCHEMA:
        raise mapping.wrong(f"schema should be {SCHEMA!r}, found {data['schema']!r}", "schema")
    kind = data.get("kind", "posts")
    if kind not in ("posts", "events"):
        raise mapping.wrong(f'kind should be "posts" or "events", found {kind!r}', "kind")
    if data.get("header_row", 1) < 1:
        raise mapping.wrong("header_row counts from 1", "header_row")
    if len(data.get("delimiter", ",")) != 1:
        raise mapping.wrong("delimiter should be one character", "delimiter")
    fields = POST_FIELDS if kind == "posts" else EVENT_FIELDS
    columns: dict[str, tuple[str, ...]] = {}
    for key, value in data.get("columns", {}).items():
        if key not in fields:
            raise mapping.wrong(f"columns.{key} is no field of {kind}{nearest(key, fields)}", "columns", key)
        names = value if isinstance(value, list) else [value]
        if not names or not all(isinstance(name, str) and name.strip() for name in names) or len(names) > 2:
            raise mapping.wrong(f"columns.{key} should be a column name, or two for date and time", "columns", key)
        if len(names) == 2 and not key.endswith("_at"):
            raise mapping.wrong(f"columns.{key} is one column; only a moment has date and time", "columns", key)
        columns[key] = tuple(names)
    tables = {
        name: _texts(mapping, data.get(name, {}), name) for name in ("constant", "accounts", "status", "activity")
    }
    for key in tables["constant"]:
        if key not in fields or key in (*MOMENTS, *DAYS, *EVENT_MOMENTS):
            raise mapping.wrong(f"constant.{key} is no field that can be constant{nearest(key, fields)}",
                                "constant", key)  # fmt: skip
    for name, words in (("status", STATUS_WORDS), ("activity", ACTIVITY_WORDS)):
        for key, value in tables[name].items():
            if value not in words.values():
                raise mapping.wrong(f"{name}: {value!r} is not known{nearest(value, set(words.values()))}", name, key)
    if not columns:
        raise mapping.wrong('names no column; expected entries such as text = "Caption" under [columns]', "columns")
    if kind == "events" and not {"post", "activity"} <= columns.keys() | tables["constant"].keys():
        raise mapping.wrong("events need the columns post and activity", "columns")
    zone = data.get("time_zone") or None
    if zone is not None:
        _check_zone(mapping, zone)
    return CalendarMapping(
        kind, data.get("header_row", 1), data.get("delimiter"), data.get("sheet"), data.get("date_format", "auto"),
        zone, data.get("events_from_columns", True), columns, tables["constant"],
        {_key(word): account for word, account in tables["accounts"].items()},
        {_key(word): value for word, value in tables["status"].items()},
        {_key(word): value for word, value in tables["activity"].items()}, file, mapping.lines,
    )  # fmt: skip


def _key(text: str) -> str:
    return text.strip().casefold()


def _texts(mapping: CalendarMapping, table: Mapping[str, Any], name: str) -> dict[str, str]:
    for key, value in table.items():
        if not isinstance(value, str):
            raise mapping.wrong(f"{name}.{key} should be a text in quotes", name, key)
    return dict(table)


def _check_zone(mapping: CalendarMapping, zone: str) -> None:
    from zoneinfo import ZoneInfo, available_timezones

    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise mapping.wrong(f"time_zone {zone!r} is not known{nearest(zone, available_timezones())}",
                            "time_zone") from None  # fmt: skip


def positions(mapping: CalendarMapping, header: Iterable[str], file: str) -> dict[str, tuple[int, ...]]:
    """Field → positions of its columns, by exact name (case and outer spaces aside). Raises ReadError."""
    names = [name.strip() for name in header]
    by_name: dict[str, int] = {}
    for number, name in enumerate(names):
        by_name.setdefault(name.casefold(), number)
    found = {}
    known = [] if looks_like_data(names) else [name for name in names if name]
    for key, wanted in mapping.columns.items():
        for name in wanted:
            if name.strip().casefold() not in by_name:
                raise mapping.wrong(f"columns.{key} names {name!r}, which {file} does not have"
                                    f"{nearest(name, known)}", "columns", key)  # fmt: skip
        found[key] = tuple(by_name[name.strip().casefold()] for name in wanted)
    return found


def _quoted(text: str) -> str:
    import json

    # Every JSON string is a TOML basic string; TOML also wants DEL escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def suggest_mapping(path: Path) -> str:
    """A mapping for a calendar file, from column names that are known word for word; to be saved and reviewed.

    Rows above the header (titles of an export) are found by the first row in which two names are known. Columns that
    are not known stand below as notes. Raises ReadError when the file is no table, or no name in it is known and its
    first row does not look like names, for that row could be data.
    """
    from auditgen.readers.content.calendar.table import preview

    rows = preview(path, path.name)
    posts = {header_key(name): field for field, names in KNOWN.items() for name in names.split(",")}
    events = {header_key(name): field for field, names in KNOWN_EVENTS.items() for name in names.split(",")}

    def fits(row: Iterable[str], known: Mapping[str, str]) -> int:
        return len({known[header_key(cell)] for cell in row if header_key(cell) in known})

    # A short table with a column of actions is a log; anything else is a list of posts.
    best = max(range(len(rows)), key=lambda number: (fits(rows[number], posts | events), -number), default=0)
    header = rows[best] if rows else []
    if not fits(header, posts | events) and looks_like_data(header):
        raise ReadError(f"{path.name}: expected a row of column names, found a first row that looks like data")
    log = [events[header_key(cell)] for cell in header if header_key(cell) in events]
    kind = "events" if {"post", "activity"} <= set(log) else "posts"
    known = events if kind == "events" else posts
    taken: dict[str, str] = {}
    spare = []
    for cell in header:
        name = known.get(header_key(cell))
        if name and name not in taken:
            taken[name] = cell
        elif cell.strip():
            spare.append(cell)
    lines = [HEAD, f'schema = "{SCHEMA}"', f'kind = "{kind}"', f"header_row = {best + 1}", 'date_format = "auto"',
             '# time_zone = "Europe/London"', "", "[columns]"]  # fmt: skip
    order = EVENT_FIELDS if kind == "events" else POST_FIELDS
    lines += [f"{name} = {_quoted(taken[name])}" for name in order if name in taken]
    if spare:
        lines += ["# Not used:", *("#   " + re.sub(r"[\x00-\x1f\x7f]", " ", cell) for cell in spare)]
    missing = [name for name in order if name not in taken]
    lines += [f"# Not named: {', '.join(missing)}"] if missing else []
    lines += ["", "[accounts]", '# "As written" = "account id"', ""]
    return "\n".join(lines)
