"""Which comes first in a calendar's column of moments, day or month: told by a value above twelve, never guessed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.readers.test_calendar import times

APRIL, MARCH = date(2026, 4, 3), date(2026, 3, 4)


@pytest.mark.parametrize(
    ("cells", "order", "days"),
    [
        pytest.param(["03/04/2026"], "auto", [None], id="nothing tells"),
        pytest.param(["03/04/2026", "12/11/2026"], "auto", [None, None], id="twelve does not tell"),
        pytest.param(["03/04/2026", "13/11/2026"], "auto", [APRIL, date(2026, 11, 13)], id="thirteen first: the day first"),
        pytest.param(["03/04/2026", "11/13/2026"], "auto", [MARCH, date(2026, 11, 13)], id="thirteen second: the month first"),
        pytest.param(["11/13/2026", "03/04/2026"], "auto", [date(2026, 11, 13), MARCH], id="wherever it stands"),
        pytest.param(["13/11/2026", "11/13/2026"], "auto", [None, None], id="two that differ tell nothing"),
        pytest.param(["03-04-2026", "13-11-2026"], "auto", [APRIL, date(2026, 11, 13)], id="with hyphens"),
        pytest.param(["03.04.2026"], "auto", [APRIL], id="points mean the day first"),
        pytest.param(["2026-03-04", "03/04/2026"], "auto", [MARCH, None], id="year first tells of itself only"),
        pytest.param(["03/04/2026"], "day-first", [APRIL], id="the mapping says the day"),
        pytest.param(["03/04/2026"], "month-first", [MARCH], id="the mapping says the month"),
        pytest.param(["13/04/2026"], "month-first", [None], id="the mapping says the month, and there is none of thirteen"),
        pytest.param(["04/13/2026"], "day-first", [None], id="the mapping says the day, and there is no such month"),
        pytest.param(["2026-03-04"], "day-first", [MARCH], id="year, month, day whatever the mapping says"),
        pytest.param(["3/4/2026 9:05"], "day-first", [APRIL], id="with one figure and a time"),
        pytest.param(["04.03.2026"], "%m.%d.%Y", [APRIL], id="a pattern of its own"),
        pytest.param(["2026-04-03"], "%m.%d.%Y", [None], id="what does not fit the pattern"),
        pytest.param(["31/02/2026", "03/04/2026"], "auto", [None, APRIL], id="no such day, but it tells"),
    ],
)  # fmt: skip
def test_the_order_of_a_column(tmp_path: Path, cells: list[str], order: str, days: list[date | None]) -> None:
    found, _ = times(tmp_path, cells, f'time_zone = "UTC"\ndate_format = "{order}"')
    assert [moment and moment.date() for moment in found] == days
