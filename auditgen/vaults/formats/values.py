"""What the readers of exports have in common: days, seeds, addresses, and a strict look into JSON."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime
from typing import Any

from auditgen.vaults.entry import Broken, Entry, Refused
from auditgen.vaults.limits import MAX_ITEMS


def add_address(entry: Entry, value: str) -> None:
    """One more address, unless it is blank or there already."""
    value = value.strip()
    if value and value not in entry.addresses:
        entry.addresses.append(value)


def add_totp(entry: Entry, value: str) -> None:
    """The seed of a one-time password; a blank one says that there is none."""
    entry.totp = bool(value.strip()) or bool(entry.totp)
    if value.strip():
        entry.secrets.append(value)


def day(value: object, per_second: int = 1) -> date | None:
    """Day (UTC) of a Unix time; None when there is none. Raises ValueError or TypeError without the value."""
    if value is None or value == "" or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError
    try:
        seconds = float(value) / per_second
        if not math.isfinite(seconds) or seconds < 0:
            raise ValueError
        return datetime.fromtimestamp(seconds, UTC).date() if seconds else None
    except (ValueError, OverflowError, OSError):
        raise ValueError from None


def iso_day(value: str) -> date | None:
    """Day (UTC) of an ISO time; None when there is none. Raises ValueError without the value."""
    value = value.strip()
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return (moment.astimezone(UTC) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError):
        raise ValueError from None


def parsed(cell: str) -> Any:
    """JSON that stands in one cell. Raises ValueError without the cell."""
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        raise ValueError from None


def json_list(cell: str) -> list[Any]:
    """A list written as JSON into one cell. Raises ValueError or TypeError without the cell."""
    value = parsed(cell) if cell.strip() else []
    if not isinstance(value, list):
        raise TypeError
    return value


class Reader:
    """Strict look into the JSON of one item: what is there has its type, or the item is broken."""

    def __init__(self, value: object, name: str) -> None:
        if not isinstance(value, dict):
            raise Broken(name)
        self._value: dict[str, Any] = value
        self.name = name

    def __contains__(self, key: str) -> bool:
        return self._value.get(key) is not None

    def raw(self, key: str) -> Any:
        return self._value.get(key)

    def text(self, key: str) -> str:
        value = self._value.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise Broken(key)
        return value

    def items(self, key: str) -> list[Any]:
        value = self._value.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise Broken(key)
        return value

    def part(self, key: str) -> Reader:
        """A part that may be missing, but not be of another kind."""
        value = self._value.get(key)
        return Reader({} if value is None else value, key)

    def parts(self, key: str) -> list[Reader]:
        return [Reader(value, key) for value in self.items(key)]

    def day(self, key: str) -> date | None:
        try:
            return day(self._value.get(key))
        except (ValueError, TypeError) as error:
            raise Broken(key, type(error).__name__) from None


def counted(number: int) -> int:
    """The number of an item, or Refused for one too many."""
    if number > MAX_ITEMS:
        raise Refused("too_many")
    return number
