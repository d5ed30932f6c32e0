"""Moments of a calendar as SQL: how a text becomes a moment in UTC, and what it does not say.

A text with a zone keeps it; one without is read in the zone of the mapping, else of the organisation. Numbers such as
03/04/2026 are read only when the mapping, or a day above 12 in the same column, tells which comes first. A zone is an
offset, UTC or a name such as Europe/Paris; BST and EST mean several zones, so a time with such a word is not known,
and neither is one in the hour that a change of the clocks skips or repeats.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from auditgen.readers.content.calendar.table import quote

_TIMES = (" %H:%M:%S", " %H:%M", " %I:%M %p", " %I:%M:%S %p", " %I:%M%p", ", %H:%M", "T%H:%M", "")
_NAMED = tuple(
    f"{day}{time}"
    for day in ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%a, %b %d, %Y", "%a %d %b %Y")
    for time in (" %H:%M:%S", " %H:%M", " %I:%M %p", "")
)
# Years for which clock changes are looked up.
FIRST_YEAR, LAST_YEAR = 2005, 2040
HALF_HOUR = timedelta(minutes=30)
NUMERIC = r"^\d{1,2}[/-]\d{1,2}[/-]\d{4}"


def _patterns(order: str, marks: str = "/.-") -> tuple[str, ...]:
    day = {"day-first": "%d{0}%m{0}%Y", "month-first": "%m{0}%d{0}%Y"}[order]
    return tuple(day.format(mark) + time for mark in marks for time in _TIMES)


def _strptime(text: str, patterns: tuple[str, ...]) -> str:
    return f"try_strptime({text}, [{', '.join(quote(pattern) for pattern in patterns)}])"


def _sensible(moment: str) -> str:
    """NULL outside these years: a slip of the keyboard, or `infinity`, and no moment of a calendar."""
    return f"(case when {moment} between timestamp '1990-01-01' and timestamp '2100-12-31' then {moment} end)"


@cache
def clock_changes(zone: str) -> tuple[datetime, ...]:
    """Local half hours that a change of the clocks skips or repeats, by their beginning, in the years of calendars."""
    from zoneinfo import ZoneInfo

    place, day, step = ZoneInfo(zone), datetime(FIRST_YEAR, 1, 1, tzinfo=UTC), timedelta(days=7)
    found = []
    while day.year <= LAST_YEAR:
        before, after = (moment.astimezone(place).utcoffset() or timedelta() for moment in (day, day + step))
        if before != after:
            low, high = day, day + step
            while high - low > timedelta(minutes=1):
                middle = low + (high - low) / 2
                low, high = (middle, high) if middle.astimezone(place).utcoffset() == before else (low, middle)
            # Clocks change at whole minutes.
            change = high.replace(second=0, microsecond=0, tzinfo=None)
            half, end = sorted((change + before, change + after))
            while half < end:
                found.append(half)
                half += HALF_HOUR
        day += step
    return tuple(found)


@dataclass(frozen=True)
class Moment:
    """One column, or a date and a time column, as SQL expressions over TABLE.

    text    the cell as written, NULL when empty
    order   auto, day-first, month-first or a pattern
    zone    IANA zone of texts without one
    """

    text: str
    order: str
    zone: str

    @property
    def _plain(self) -> str:
        # "…09:00" and "…09:00:00" carry no zone; only other endings are looked at closely.
        return f"(strlen({self.text}) <= 19 and {self.text} like '%:__')"

    @property
    def zoned(self) -> str:
        """Whether the text carries a zone."""
        # AM and PM are letters, and no zone.
        rest = f"regexp_replace(substr({self.text}, 11), '(?i)[ap]m$', '')"
        time = f"(contains({rest}, ':') and regexp_matches({rest}, '(?:[+-][0-9:]{{2,}}|[0-9] ?[A-Za-z][A-Za-z/_]*)$'))"
        return f"(case when {self._plain} then false else {time} end)"

    @property
    def has_time(self) -> str:
        """Whether the text tells a time of day."""
        return f"contains({self.text}, ':')"

    @property
    def value(self) -> str:
        """The moment in UTC as a timestamp, NULL when the text is none; a day alone is its midnight."""
        zoned = (
            f"(case when regexp_matches({self.text}, '(?i)[0-9] ?(z|utc|gmt|[a-z_]+/[a-z/_]+)$|[+-][0-9:]+$') then "
            f"try_cast(regexp_replace({self.text}, ' ([+-])', '\\1') as timestamptz)::timestamp end)"
        )
        local = self._local()
        slow = f"(case when {self.zoned} then {_sensible(zoned)} else {self._in_zone(local)} end)"
        if self.order.startswith("%"):
            return slow
        # Nearly every cell of an export is written like this, and what is not needs a closer look.
        quick = f"try_cast({self.text} as timestamp)"
        return f"coalesce((case when {self._plain} then {self._in_zone(quick)} end), {slow})"

    def _in_zone(self, local: str) -> str:
        if self.zone == "UTC":
            return _sensible(local)
        moment = f"timezone('UTC', timezone({quote(self.zone)}, {_sensible(local)}))"
        changes = clock_changes(self.zone)
        if not changes:
            return moment
        halves = ", ".join(f"timestamp '{half}'" for half in changes)
        return f"(case when time_bucket(interval '30 minutes', {local}) in ({halves}) then null else {moment} end)"

    def _local(self) -> str:
        iso = f"try_cast({self.text} as timestamp)"
        if self.order == "auto":
            # Between dots the day comes first everywhere these are used.
            return f"coalesce({iso}, {_strptime(self.text, (*_patterns('day-first', '.'), *_NAMED))})"
        if self.order in ("day-first", "month-first"):
            return f"coalesce({iso}, {_strptime(self.text, (*_patterns(self.order), *_NAMED))})"
        return _strptime(self.text, (self.order,))


def day(text: str, order: str) -> str:
    """A column of days as SQL; a time of day after it is left out."""
    found = Moment(text, order, "UTC")
    return f"({found.value})::date"
