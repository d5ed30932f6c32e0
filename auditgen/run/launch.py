"""The launch a run judges, and accounts of launches that nobody listed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from auditgen.files.problems import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditgen.evidence.store import Store


def launches_without_account(store: Store) -> list[dict[str, str]]:
    """Accounts a launch names that nobody listed: mostly a slip, by which the launch would be judged without them."""
    known = [row["account"] for row in store.select("select account from accounts order by account")]
    rows = store.select(
        "select launch, source, locator, unnest(accounts) as account from launches order by launch, account"
    )
    return [
        {
            "where": f"{row['source']}, {row['locator']}",
            "says": f"launch {row['launch']} names no account {row['account']}{nearest(row['account'], known)}",
        }
        for row in rows
        if known and row["account"] not in known
    ]


def last_day(launch: Mapping[str, Any] | None, as_of: date, time_zone: str = "UTC") -> date:
    """Last day of a launch, in UTC or where the organisation is, whichever is later; never before `as_of`.

    Without a launch the day that is judged is the last one.
    """
    end: datetime | None = (launch["ends_at"] or launch["starts_at"]) if launch else None
    if not end:
        return as_of
    from zoneinfo import ZoneInfo

    return max(as_of, end.date(), end.replace(tzinfo=UTC).astimezone(ZoneInfo(time_zone)).date())


def select_launch(store: Store, wanted: str | None, as_of: date) -> tuple[dict[str, Any] | None, str | None]:
    """Mark the launch this run judges: the wanted one, else the next to end on or after `as_of`.

    Returns it, or None and what is wrong with the wanted one.
    """
    launches = store.select("select * from launches where starts_at is not null order by starts_at, launch")
    if wanted is not None:
        chosen = next((item for item in launches if item["launch"] == wanted), None)
        if chosen is None:
            known = [item["launch"] for item in launches]
            hint = nearest(wanted, known) if known else "; none is named in auditgen.toml or the inventory"
            return None, f"no launch is called {wanted}{hint}"
    else:
        chosen = next((item for item in launches if (item["ends_at"] or item["starts_at"]).date() >= as_of), None)
    # Written anew rather than updated, so that the same evidence is saved as the same bytes.
    query = "create or replace table launches as select * replace (launch = $1 as selected) from launches"
    store.connection.execute(query, [chosen["launch"] if chosen else None])
    return chosen, None
