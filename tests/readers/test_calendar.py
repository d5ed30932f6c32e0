"""Content calendars: any table through its mapping, in the dialects and with the traps of real exports."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditgen.evidence.store import Store
from auditgen.files.errors import ReadError
from auditgen.readers import Context, SourceReport
from auditgen.readers.content.calendar.mapping import load_mapping, suggest_mapping
from auditgen.readers.content.calendar.reader import READER
from tests.tools.evidence import DAY, ORGANISATION

ACCOUNTS = (
    {"account": "x-main", "platform": "x", "handle": "hillfarm", "url": "https://x.com/hillfarm"},
    {"account": "ig-main", "platform": "instagram", "handle": "hillfarm", "url": "https://www.instagram.com/hillfarm/"},
    {"account": "ig-shop", "platform": "instagram", "handle": "hillfarm.shop", "url": None},
)
PLAN = """\
Id,When,Channel,Text,Status,Writer,Approver,Approved,Link
1,2026-11-24 09:00,@hillfarm.shop,Tea is back,Planned,Ana,Bo,2026-11-20 10:00,
2,2026-07-01 09:00,x-main,"Two lines
and a ""quote"", with commas",Live,Bo,Ana,2026-06-30 10:00,https://hillfarm.example/tea
3,soon,hillfarm,See https://hillfarm.example/a?b=1. And http://bit.ly/x),On ice,Ana,,,
"""
MAPPING = """\
[columns]
post = "Id"
scheduled_at = "When"
account = "Channel"
text = "Text"
status = "Status"
author = "Writer"
approver = "Approver"
approved_at = "Approved"
link = "Link"
"""


def read(
    folder: Path, content: str | bytes, mapping: str = MAPPING, name: str = "plan.csv", **options: Any
) -> tuple[Store, SourceReport]:
    """The store after reading one calendar, and what the reader said."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    (folder / "plan.toml").write_text(mapping, encoding="utf-8")
    store = Store()
    context = Context(
        folder, DAY, ORGANISATION, {"seen_on": DAY, "mapping": "plan.toml", "id": "plan", **options}, ACCOUNTS
    )
    (report,) = READER.read(path, context, store)
    return store, report


def column(store: Store, name: str, table: str = "posts") -> list[Any]:
    order = "sequence" if table == "post_events" else "length(locator), locator"
    return [row["v"] for row in store.select(f"select {name} as v from {table} order by {order}")]


def test_a_plan_becomes_posts(tmp_path: Path) -> None:
    store, report = read(tmp_path, PLAN)
    assert column(store, "post") == ["1", "2", "3"]
    assert column(store, "locator") == ["row 2", "row 3", "row 4"]
    # Times without a zone are read in the organisation's, which is summer time for the second.
    assert column(store, "scheduled_at") == [datetime(2026, 11, 24, 9), datetime(2026, 7, 1, 8), None]
    assert column(store, "text")[1] == 'Two lines\nand a "quote", with commas'
    assert column(store, "status") == ["scheduled", "published", None]
    # The handle hillfarm stands on two platforms, so the third account stays unknown.
    assert column(store, "account") == ["ig-shop", "x-main", None]
    assert column(store, "approver") == ["Bo", "Ana", None]
    assert set(column(store, "seen_on")) == {DAY}
    assert set(column(store, "basis")) == {"exported"}
    assert report.rows_read == 3
    assert report.columns_ignored == []
    for part in ("'soon'", "'On ice'", "'hillfarm'", "row 4"):
        assert part.casefold() in (report.message or "").casefold()


def test_links_are_taken_from_text_and_column(tmp_path: Path) -> None:
    store, _ = read(tmp_path, PLAN)
    rows = store.select("select post, scheme, host, url from post_links order by post, url")
    assert [tuple(row.values()) for row in rows] == [
        ("2", "https", "hillfarm.example", "https://hillfarm.example/tea"),
        ("3", "http", "bit.ly", "http://bit.ly/x"),
        ("3", "https", "hillfarm.example", "https://hillfarm.example/a?b=1"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff" + PLAN,
        PLAN.replace("\n", "\r\n"),
        PLAN.encode("utf-16"),
        PLAN.replace("Tea", "Thé").encode("cp1252"),
        "Content plan\n\nExported,2026-11-20\n" + PLAN,
        PLAN.replace("Id,When", "Notes,Id,When")
        .replace("\n1,", "\n,1,")
        .replace("\n2,", "\n,2,")
        .replace("\n3,", "\n,3,"),
        PLAN + "\n\n,,,,,,,,\nTotal,,,,,,,,\n",
    ],
    ids=["mark", "windows", "utf-16", "cp1252", "titles", "further column", "total"],
)
def test_dialects_say_the_same(tmp_path: Path, content: str | bytes) -> None:
    titles = isinstance(content, str) and content.startswith("Content plan")
    store, report = read(tmp_path, content, ("header_row = 4\n" if titles else "") + MAPPING)
    assert column(store, "post") == ["1", "2", "3"]
    assert column(store, "scheduled_at")[0] == datetime(2026, 11, 24, 9)
    assert column(store, "text")[1].replace("\r", "") == 'Two lines\nand a "quote", with commas'
    assert report.rows_refused == 0


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_other_separators(tmp_path: Path, mark: str) -> None:
    rows = list(csv.reader(io.StringIO(PLAN)))
    out = io.StringIO()
    csv.writer(out, delimiter=mark).writerows(rows)
    store, _ = read(tmp_path, out.getvalue())
    assert column(store, "post") == ["1", "2", "3"]


def test_a_spreadsheet_with_real_dates(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["not this one"])
    sheet = book.create_sheet("Plan")
    sheet.append(["Our plan"])
    sheet.append(["Id", "When", "Channel", "Text"])
    sheet.append([1001, datetime(2026, 11, 24, 9, 30), "x-main", "Tea"])
    sheet.append([1002, date(2026, 11, 25), "x-main", "More tea"])
    file = io.BytesIO()
    book.save(file)
    mapping = 'sheet = "Plan"\nheader_row = 2\n[columns]\npost = "Id"\nscheduled_at = "When"\ntext = "Text"\naccount = "Channel"\n'
    store, _ = read(tmp_path, file.getvalue(), mapping, "plan.xlsx")
    assert column(store, "post") == ["1001", "1002"]
    assert column(store, "scheduled_at") == [datetime(2026, 11, 24, 9, 30), datetime(2026, 11, 25)]
    assert column(store, "locator") == ["row 3", "row 4"]


def times(folder: Path, cells: list[str], head: str = "") -> tuple[list[Any], str]:
    """Planned moments as read from cells, and the message."""
    out = io.StringIO()
    csv.writer(out).writerows([["Id", "When"], *([str(number), cell] for number, cell in enumerate(cells))])
    store, report = read(folder, out.getvalue(), head + '\n[columns]\npost = "Id"\nscheduled_at = "When"\n')
    return column(store, "scheduled_at"), report.message or ""


def test_a_day_above_twelve_tells_the_order_of_its_column(tmp_path: Path) -> None:
    found, message = times(tmp_path, ["03/04/2026 09:00", "24/11/2026 09:00"])
    assert found == [datetime(2026, 4, 3, 8), datetime(2026, 11, 24, 9)]
    assert message == ""


def test_without_one_nothing_is_guessed(tmp_path: Path) -> None:
    found, message = times(tmp_path, ["03/04/2026 09:00", "05/06/2026 09:00"])
    assert found == [None, None]
    assert "date_format" in message
    assert "row 2" in message
    assert times(tmp_path, ["03/04/2026 09:00"], 'date_format = "month-first"')[0] == [datetime(2026, 3, 4, 9)]
    found, message = times(tmp_path, ["03/04/2026 09:00", "soon", "2026-11-24 09:00"])
    assert found == [None, None, datetime(2026, 11, 24, 9)]
    assert "row 3: 'soon'" in message
    # A column that is both ways is neither.
    assert times(tmp_path, ["03/14/2026 09:00", "24/11/2026 09:00"])[0] == [None, None]


def test_zones(tmp_path: Path) -> None:
    cells = ["2026-11-24T09:00:00Z", "2026-11-24 09:00:00+01:00", "2026-11-24T09:00:00+0100", "2026-11-24 09:00"]
    utc = [datetime(2026, 11, 24, 9), datetime(2026, 11, 24, 8), datetime(2026, 11, 24, 8)]
    assert times(tmp_path, cells, 'time_zone = "America/New_York"')[0] == [*utc, datetime(2026, 11, 24, 14)]
    content = "Id,When\n1,2026-11-24T09:00:00Z\n2,2026-11-24 09:00\n"
    mapping = '[columns]\npost = "Id"\nscheduled_at = "When"\n'
    assert column(read(tmp_path, content, mapping)[0], "zone_known") == [True, False]
    assert column(read(tmp_path, content, 'time_zone = "UTC"\n' + mapping)[0], "zone_known") == [True, True]


def test_slips_of_the_keyboard_are_no_moments(tmp_path: Path) -> None:
    cells = ["0206-11-24 09:00", "infinity", "2026-02-30 09:00", "2026-11-24 25:00", "-"]
    found, message = times(tmp_path, cells)
    assert found == [None] * 5
    assert "row 2" in message


def test_columns_tell_a_history(tmp_path: Path) -> None:
    content = (
        "Id,Made,Writer,Approver,Approved,Changed,Changer,Out,Status\n"
        "1,2026-11-01 09:00,Ana,Bo,2026-11-02 09:00,2026-11-03 09:00,Ana,2026-11-04 09:00,published\n"
        "2,2026-11-01 10:00,Ana,Bo,,,,,draft\n"
    )
    mapping = """time_zone = "UTC"
[columns]
post = "Id"
created_at = "Made"
author = "Writer"
approver = "Approver"
approved_at = "Approved"
edited_at = "Changed"
edited_by = "Changer"
published_at = "Out"
status = "Status"
"""
    store, _ = read(tmp_path, content, mapping)
    rows = store.select("select post, activity, actor, happened_at from post_events order by happened_at, sequence")
    assert [tuple(row.values()) for row in rows] == [
        ("1", "created", "Ana", datetime(2026, 11, 1, 9)),
        ("2", "created", "Ana", datetime(2026, 11, 1, 10)),
        ("1", "approved", "Bo", datetime(2026, 11, 2, 9)),
        ("1", "edited", "Ana", datetime(2026, 11, 3, 9)),
        ("1", "published", None, datetime(2026, 11, 4, 9)),
    ]
    # Being asked is not having approved.
    assert column(store, "approver") == ["Bo", None]
    store, _ = read(tmp_path, content, "events_from_columns = false\n" + mapping)
    assert column(store, "post", "post_events") == []


def test_a_log_belongs_to_its_calendar(tmp_path: Path) -> None:
    content = "when,message,what,who,kind\n2026-11-02T09:00:00Z,1,APPROVE,Bo,MEMBER\n2026-11-01T09:00:00Z,1,HUM,Ana,\n"
    mapping = """kind = "events"
[columns]
post = "message"
happened_at = "when"
activity = "what"
actor = "who"
actor_kind = "kind"
"""
    store, report = read(tmp_path, content, mapping, calendar="main")
    rows = store.select("select * from post_events order by sequence")
    assert [(row["calendar"], row["post"], row["activity"], row["actor"], row["actor_kind"]) for row in rows] == [
        ("main", "1", "approved", "Bo", "human"),
        ("main", "1", None, "Ana", None),
    ]
    assert rows[0]["happened_at"] == datetime(2026, 11, 2, 9)
    assert "'HUM'" in (report.message or "").upper()
    mapping += '[activity]\n"hum" = "edited"\n'
    assert column(read(tmp_path, content, mapping)[0], "activity", "post_events") == ["approved", "edited"]


def test_accounts_by_platform_mapping_and_address(tmp_path: Path) -> None:
    content = (
        "Id,Channel,Network\n1,hillfarm,Twitter\n2,@HillFarm,IG\n3,The shop,instagram\n4,https://x.com/hillfarm,\n"
    )
    mapping = """[columns]
post = "Id"
account = "Channel"
platform = "Network"
[accounts]
"The Shop" = "ig-shop"
"""
    assert column(read(tmp_path, content, mapping)[0], "account") == ["x-main", "ig-main", "ig-shop", "x-main"]


def test_rounded_ids_are_told(tmp_path: Path) -> None:
    _, report = read(tmp_path, "Id,Text\n1.78E+17,a\n1.78E+17,b\n", '[columns]\npost = "Id"\ntext = "Text"\n')
    assert "rounded" in (report.message or "")


def test_short_long_and_broken_rows(tmp_path: Path) -> None:
    """A short row is padded; a row with further cells is refused and counted; nothing stops the reading."""
    content = 'Id,Text,Writer\n1,one\n2,two,Ana\n3,three,Ana,and,more\n4,"four\n'
    store, report = read(tmp_path, content, '[columns]\npost = "Id"\ntext = "Text"\nauthor = "Writer"\n')
    posts = column(store, "post")
    assert posts[:2] == ["1", "2"]
    assert len(posts) + report.rows_refused >= 4
    assert report.status in ("read", "partly")
    assert (report.status == "partly") == bool(report.rows_refused)


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        ('[columns]\npost = "ID number"\n', ("plan.toml, line 2", "'ID number'", "plan.csv")),
        ('[columns]\npots = "Id"\n', ("line 2", "pots", "post")),
        ("[columns]\n", ("columns",)),
        ('delimiter = "ab"\n[columns]\npost = "Id"\n', ("plan.toml, line 1", "one character")),
        ('date_format = "%Q"\n[columns]\npost = "Id"\n', ("plan.toml, line 1", "'%Q' is no pattern of dates")),
        ("[columns\n", ("line 1", "TOML")),
        ('kind = "post"\n[columns]\npost = "Id"\n', ('"posts" or "events"',)),
        ('time_zone = "Europe/Londn"\n[columns]\npost = "Id"\n', ("Europe/Londn", "Europe/London")),
        ('[columns]\npost = "Id"\n[status]\n"Live" = "publishd"\n', ("publishd", "published")),
        ('colums = 3\n[columns]\npost = "Id"\n', ("colums", "columns")),
        ('header_row = 40\n[columns]\npost = "Id"\n', ("header_row",)),
    ],
)
def test_mistakes_in_a_mapping_are_named(tmp_path: Path, mapping: str, says: tuple[str, ...]) -> None:
    with pytest.raises(ReadError) as error:
        read(tmp_path, PLAN, mapping)
    for part in says:
        assert part in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("plan.csv", b"", "empty"),
        ("plan.csv", b"\x00\x01\x02\x03" * 50, "binary"),
        ("plan.pdf", b"%PDF", ".csv"),
        ("plan.xlsx", b"PK\x03\x04 no sheet", "spreadsheet"),
    ],
)
def test_what_is_no_table(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    with pytest.raises(ReadError, match=says):
        read(tmp_path, content, MAPPING, name)


def test_a_calendar_without_mapping_says_what_to_add(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text(PLAN)
    with pytest.raises(ReadError, match="mapping"):
        READER.read(tmp_path / "plan.csv", Context(tmp_path, DAY, ORGANISATION, {"seen_on": DAY}), Store())


def test_a_suggested_mapping_can_be_used_as_it_is(tmp_path: Path) -> None:
    content = 'Our calendar,,,,\n\nPost ID,Publish date,Platform,Caption,Owner,Mood "x"\\\n7,2026-11-24 09:00,Instagram,Tea,Ana,calm\n'
    path = tmp_path / "plan.csv"
    path.write_text(content)
    text = suggest_mapping(path)
    (tmp_path / "m.toml").write_text(text, encoding="utf-8")
    mapping = load_mapping(tmp_path / "m.toml", "m.toml")
    assert mapping.header_row == 3 or mapping.header_row == 2
    assert mapping.columns["scheduled_at"] == ("Publish date",)
    assert "mood" not in str(mapping.columns).casefold()
    assert "Mood" in text
    store, _ = read(tmp_path, content, text)
    assert column(store, "post") == ["7"]
    assert column(store, "author") == ["Ana"]


def test_quotes_in_names_and_cells_stay_text(tmp_path: Path) -> None:
    """Names of files, columns and accounts reach SQL; none of them is ever part of it."""
    evil = "'); drop table posts; --"
    content = f'Id,"It\'s ""text""",Channel\n1,{evil},{evil}\n'
    mapping = f"""[columns]
post = "Id"
text = 'It''s'
account = "Channel"
[constant]
platform = "{evil}"
[accounts]
"{evil}" = "{evil}"
""".replace("'It''s'", '"It\'s \\"text\\""')
    store, _ = read(tmp_path, content, mapping, "pl'an.csv", id="ca'l")
    (row,) = store.select("select * from posts")
    assert (row["text"], row["account"], row["calendar"], row["source"]) == (evil, evil, "ca'l", "pl'an.csv")


TEXT = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00\r"), max_size=30)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=12))
def test_every_row_that_says_something_comes_through(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["Id", "Text", "Writer"])
    writer.writerows([f"p{number}", text, who] for number, (text, who) in enumerate(rows))
    store, report = read(tmp_path, out.getvalue(), '[columns]\npost = "Id"\ntext = "Text"\nauthor = "Writer"\n')
    found = store.select("select post, text, author from posts order by length(post), post")
    assert report.rows_refused == 0
    assert [row["post"] for row in found] == [f"p{number}" for number in range(len(rows))]
    for row, (text, who) in zip(found, rows, strict=True):
        assert (row["text"] or "").strip() == text.strip()
        assert (row["author"] or "").strip() == who.strip()


@pytest.mark.parametrize(
    ("zone", "written", "moment"),
    [
        ("Europe/London", "2026-03-29 00:59", datetime(2026, 3, 29, 0, 59)),
        ("Europe/London", "2026-03-29 01:30", None),
        ("Europe/London", "2026-03-29 02:00", datetime(2026, 3, 29, 1)),
        ("Europe/London", "2026-10-25 01:00", None),
        ("Europe/London", "2026-10-25 02:00", datetime(2026, 10, 25, 2)),
        ("America/New_York", "2026-11-01 01:30", None),
        ("Australia/Lord_Howe", "2026-04-05 01:40", None),
        ("Australia/Lord_Howe", "2026-04-05 01:20", datetime(2026, 4, 4, 14, 20)),
        ("Europe/London", "2026-10-25 01:00 +01:00", datetime(2026, 10, 25)),
        ("Europe/London", "2026-07-01 09:00 BST", None),
        ("Europe/London", "2026-07-01 09:00 EST", None),
        ("Europe/London", "2026-07-01 09:00 UTC", datetime(2026, 7, 1, 9)),
        ("Europe/London", "2026-07-01 09:00 gmt", datetime(2026, 7, 1, 9)),
        ("Europe/London", "2026-07-01 09:00 Europe/Paris", datetime(2026, 7, 1, 7)),
    ],
)
def test_a_time_that_means_two_moments_or_none_is_not_known(
    tmp_path: Path, zone: str, written: str, moment: datetime | None
) -> None:
    mapping = f'time_zone = "{zone}"\n[columns]\npost = "Id"\nscheduled_at = "When"\n'
    store, report = read(tmp_path, f"Id,When\n1,{written}\n", mapping)
    assert column(store, "scheduled_at") == [moment]
    assert ("a change of the clocks skips or repeats" in (report.message or "")) is (moment is None)


def test_a_quote_that_is_never_closed_swallows_no_rows(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"plan\.csv, line 3: a quote is opened here and never closed"):
        read(tmp_path, 'Id,Text\n1,one\n2,"two\n3,three\n', '[columns]\npost = "Id"\ntext = "Text"\n')


def test_accounts_of_the_mapping_that_nobody_listed_are_named(tmp_path: Path) -> None:
    _, report = read(tmp_path, PLAN, MAPPING + '[accounts]\n"Hill Farm" = "nope"\n')
    assert "names accounts that are not in the inventory: 'hill farm' = 'nope'" in (report.message or "")


@pytest.mark.parametrize("text", ["jo@x.example,canary\nja@x.example,abc\n", '{"items":[{"password":"canary"}]}'])
def test_no_mapping_is_suggested_from_a_row_of_data(tmp_path: Path, text: str) -> None:
    from auditgen.readers.content.calendar.mapping import suggest_mapping

    (tmp_path / "vault.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ReadError, match=r"^vault\.csv: expected a row of column names") as caught:
        suggest_mapping(tmp_path / "vault.csv")
    assert "canary" not in str(caught.value)


def test_a_column_that_is_missing_quotes_no_row_of_data(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"which plan\.csv does not have") as caught:
        read(tmp_path, "jo@x.example,canary\n", '[columns]\npost = "canari"\n')
    assert "canary" not in str(caught.value)


def test_events_that_name_no_post_are_counted(tmp_path: Path) -> None:
    mapping = 'kind = "events"\n[columns]\npost = "Id"\nactivity = "What"\n'
    store, report = read(tmp_path, "Id,What\n1,approved\n,edited\n", mapping)
    assert column(store, "post", "post_events") == ["1"]
    assert "Rows that name no post were left out: 1 of them, first row 3." in (report.message or "")
