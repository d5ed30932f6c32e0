"""The last day of a launch at its edges."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from auditgen.run.launch import last_day

DAY = date(2026, 11, 20)


def launch(starts: datetime | None, ends: datetime | None = None) -> dict[str, Any]:
    return {"launch": "spring", "starts_at": starts, "ends_at": ends}


@pytest.mark.parametrize(
    ("item", "zone", "expected"),
    [
        (None, "UTC", DAY),
        (launch(datetime(2026, 12, 1, 9), datetime(2026, 12, 8, 18)), "UTC", date(2026, 12, 8)),
        # Without an end it is the day of the start; one that is over does not lie before today.
        (launch(datetime(2026, 12, 1, 9)), "UTC", date(2026, 12, 1)),
        (launch(datetime(2026, 11, 1, 9), datetime(2026, 11, 19, 18)), "UTC", DAY),
        (launch(datetime(2026, 11, 1, 9), datetime(2026, 11, 20, 18)), "UTC", DAY),
        (launch(datetime(2026, 11, 1, 9), datetime(2026, 11, 21, 0)), "UTC", date(2026, 11, 21)),
        # Late in the evening it is tomorrow in Tokyo; in the west the day in UTC is the later one.
        (launch(datetime(2026, 12, 1, 9), datetime(2026, 12, 8, 18)), "Asia/Tokyo", date(2026, 12, 9)),
        (launch(datetime(2026, 12, 1, 9), datetime(2026, 12, 8, 2)), "America/New_York", date(2026, 12, 8)),
        (launch(None), "UTC", DAY),
    ],
)
def test_the_last_day(item: dict[str, Any] | None, zone: str, expected: date) -> None:
    assert last_day(item, DAY, zone) == expected
