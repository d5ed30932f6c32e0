"""Google Workspace users and leavers, in the dialects and with the traps their exports have."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditgen.analysis.identity import join_people, name_key, normal_email
from auditgen.evidence.store import Store
from auditgen.files.cells import as_bool, as_date, day_first
from auditgen.files.errors import ReadError
from auditgen.readers import SourceReport
from auditgen.readers.people.google_users import READER as GOOGLE
from auditgen.readers.people.leavers import READER as LEAVERS
from tests.tools.evidence import ORGANISATION, Rows, context

HEADER = (
    "First Name [Required],Last Name [Required],Email Address [Required],Password [Required],"
    "Password Hash Function [UPLOAD ONLY],Org Unit Path [Required],Status [READ ONLY],Last Sign In [READ ONLY],"
    "Work Secondary Email,2sv Enrolled [READ ONLY],2sv Enforced [READ ONLY]"
)
ROW = "Ana,Duarte,Ana.Duarte@hillfarm.example,CanaryPass9!,SHA-1,/,Active,2026/11/04 00:24:13,,True,False"
NEVER = "Bo,Ek,bo@hillfarm.example,****,,/,Suspended,Never logged in,bo.ek@hillfarm.example,False,False"


def google(folder: Path, text: str | bytes) -> Rows:
    path = folder / "users.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    rows = Rows()
    rows["reports"] = [vars(report) for report in GOOGLE.read(path, context(folder), rows)]
    return rows


@pytest.mark.parametrize(
    "shape",
    [
        lambda text: text.encode("utf-8"),
        lambda text: b"\xef\xbb\xbf" + text.encode("utf-8"),
        lambda text: text.replace(",", ";").encode("utf-8"),
        lambda text: text.replace(",", "\t").encode("cp1252"),
        lambda text: text.replace("\n", "\r\n").encode("utf-16"),
    ],
)
def test_google_users_in_every_dialect(tmp_path: Path, shape: object) -> None:
    rows = google(tmp_path, shape(f"{HEADER}\n{ROW}\n\n{NEVER}\n"))  # type: ignore[operator]
    ana, bo = rows["person_records"]
    assert (ana["display"], ana["email"], ana["status"]) == ("Ana Duarte", "ana.duarte@hillfarm.example", "active")
    assert (ana["last_sign_in_on"], ana["second_factor"], ana["second_factor_enforced"]) == (
        date(2026, 11, 4),
        True,
        False,
    )
    assert (bo["status"], bo["last_sign_in_on"], bo["never_signed_in"]) == ("suspended", None, True)
    assert bo["other_emails"] == ["bo.ek@hillfarm.example"]
    assert "CanaryPass9" not in repr(rows)


def test_google_columns_in_another_order_and_words_it_does_not_know(tmp_path: Path) -> None:
    rows = google(
        tmp_path,
        "2sv Enrolled,Email Address,Status,Shoe size\n"
        "perhaps,ana@hillfarm.example,Resting,43\n,,,\nTrue,nobody,Active,1\n",
    )
    (ana,) = rows["person_records"]
    assert (ana["second_factor"], ana["status"]) == (None, None)
    (report,) = rows["reports"]
    assert report["columns_ignored"] == ["Shoe size"]
    assert report["rows_refused"] == 1
    assert (
        "Column 2sv Enrolled, not understood and taken as not known: row 2: 'perhaps', expected True or False"
        in report["message"]
    )
    assert "Rows without an address were left out: row 4" in report["message"]


def test_google_without_its_key_column_names_what_was_seen(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="expected a column Email Address, found Name, Mail address"):
        google(tmp_path, "Name,Mail address\na,b\n")
    with pytest.raises(ReadError, match="empty"):
        google(tmp_path, "\n\n")


def leavers(folder: Path, text: str, name: str = "leavers.csv") -> Rows:
    (folder / name).write_text(text, encoding="utf-8")
    rows = Rows()
    rows["reports"] = [vars(report) for report in LEAVERS.read(folder / name, context(folder), rows)]
    return rows


def test_leavers_with_future_dates_and_garden_leave(tmp_path: Path) -> None:
    rows = leavers(
        tmp_path,
        "Employee #,Name,Work Email,Last Day,Status\n1,Ana Duarte,ANA@hillfarm.example,2026-12-24,Active\n"
        "2,Bo Ek,,31 October 2026,Garden leave\n",
    )
    ana, bo = rows["person_records"]
    assert (ana["left_on"], ana["status"], ana["email"]) == (date(2026, 12, 24), None, "ana@hillfarm.example")
    assert (bo["left_on"], bo["status"], bo["email"]) == (date(2026, 10, 31), "left", None)


def test_leavers_in_german(tmp_path: Path) -> None:
    rows = leavers(
        tmp_path, "Vorname;Nachname;E-Mail dienstlich;Austrittsdatum\nJörg;Weiß;j@hillfarm.example;31.10.2026\n"
    )
    assert rows["person_records"][0]["display"] == "Jörg Weiß"
    assert rows["person_records"][0]["left_on"] == date(2026, 10, 31)


def test_day_and_month_are_told_by_the_column_or_not_at_all(tmp_path: Path) -> None:
    told = leavers(tmp_path, "Name,Last Day\nAna D,03/04/2026\nBo E,25/04/2026\n")
    assert told["person_records"][0]["left_on"] == date(2026, 4, 3)
    silent = leavers(tmp_path, "Name,Last Day\nAna D,03/04/2026\n")
    assert silent["person_records"][0]["left_on"] is None
    assert "row 2: '03/04/2026', expected a date like 2026-11-24" in silent["reports"][0]["message"]


def test_leavers_from_a_spreadsheet(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Full name", "Exit date"])
    book.active.append(["Ana Duarte", date(2026, 10, 31)])
    book.save(tmp_path / "leavers.xlsx")
    rows = Rows()
    LEAVERS.read(tmp_path / "leavers.xlsx", context(tmp_path), rows)
    assert rows["person_records"][0]["left_on"] == date(2026, 10, 31)
    assert rows["person_records"][0]["locator"] == "sheet Sheet row 2"


@settings(max_examples=300, deadline=None)
@given(st.text() | st.dates() | st.datetimes() | st.none() | st.integers())
def test_cells_are_read_or_refused_and_never_guessed(value: object) -> None:
    for kind in (as_bool, as_date):
        try:
            found = kind(value)
        except ValueError:
            continue
        assert found is None or isinstance(found, bool | date)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_is_read_back(day: date) -> None:
    assert as_date(day.isoformat()) == day
    assert as_date(f"{day.day:02}/{day.month:02}/{day.year}", day_first=True) == day
    assert as_date(f"{day.month:02}/{day.day:02}/{day.year}", day_first=False) == day


def test_a_column_that_contradicts_itself_tells_nothing() -> None:
    assert day_first(["25/04/2026", "04/25/2026"]) is None


# -- identity --------------------------------------------------------------------------------------------------


def people(*records: dict[str, object]) -> dict[str, dict[str, object]]:
    store = Store()
    store.add("person_records", records)
    join_people(store, ORGANISATION)
    return {str(row["person"]): row for row in store.select("from people")}


def test_one_person_in_three_sources_is_one_person() -> None:
    found = people(
        {
            "person": "ana",
            "display": "Ana Duarte",
            "email": "ana@hillfarm.co.example",
            "kind": "staff",
            "origin": "inventory",
        },
        {
            "email": "ana+news@hillfarm.example",
            "status": "active",
            "second_factor": True,
            "origin": "identity_provider",
        },
        {"display": "Duarte, Ana", "left_on": date(2026, 10, 31), "origin": "leavers"},
    )
    assert list(found) == ["ana"]
    ana = found["ana"]
    assert (ana["status"], ana["left_on"], ana["second_factor"]) == ("active", date(2026, 10, 31), True)
    assert (ana["matched_by"], ana["in_identity_provider"], ana["basis"]) == ("name", True, "joined")


def test_a_name_that_two_people_share_joins_nobody() -> None:
    found = people(
        {"person": "a1", "display": "Kim Lee", "email": "kim1@hillfarm.example", "origin": "inventory"},
        {"person": "a2", "display": "Kim Lee", "email": "kim2@hillfarm.example", "origin": "inventory"},
        {"display": "Kim Lee", "left_on": date(2026, 10, 31), "origin": "leavers"},
    )
    assert found["a1"]["left_on"] is None
    assert found["a2"]["left_on"] is None
    assert found["Kim Lee"]["left_on"] == date(2026, 10, 31)


def test_without_an_identity_provider_nobody_is_missing_from_it() -> None:
    found = people({"person": "ana", "display": "Ana", "origin": "inventory"})
    assert found["ana"]["in_identity_provider"] is None


@given(st.text(), st.text())
def test_keys_of_any_text_never_crash(first: str, second: str) -> None:
    assert name_key(first) == name_key(first)
    normal_email(f"{first}@{second}", {})


def test_calendar_names_find_their_person() -> None:
    store = Store()
    store.add(
        "person_records",
        [{"person": "ana", "display": "Ana Duarte", "email": "ana@hillfarm.example", "origin": "inventory"}],
    )
    store.add(
        "posts",
        [
            {"post": "1", "author": "Ana Duarte", "approver": "ANA@hillfarm.example"},
            {"post": "2", "author": "ana", "approver": "Agency"},
        ],
    )
    join_people(store, ORGANISATION)
    found = {row["actor"]: (row["person"], row["matched_by"]) for row in store.select("from actors")}
    assert found == {
        "Ana Duarte": ("ana", "name"),
        "ANA@hillfarm.example": ("ana", "email"),
        "ana": ("ana", "id"),
        "Agency": (None, None),
    }


def test_google_sign_ins_with_times_and_words(tmp_path: Path) -> None:
    written = {
        "2026/11/20 10:11:12": (date(2026, 11, 20), False),
        "13/11/2026 09:10": (date(2026, 11, 13), False),
        "03/04/2026 9:00 AM": (date(2026, 4, 3), False),
        "Never logged in": (None, True),
        "never": (None, True),
        "1970-01-01T00:00:00.000Z": (None, True),
        "last week": (None, None),
        "": (None, None),
    }
    lines = [f"u{number}@hillfarm.example,{text}" for number, text in enumerate(written)]
    rows = google(tmp_path, "Email Address [Required],Last Sign In [READ ONLY]\n" + "\n".join(lines))
    found = [(row["last_sign_in_on"], row["never_signed_in"]) for row in rows["person_records"]]
    assert found == list(written.values())


@pytest.mark.parametrize(
    "text",
    [
        '{"items":[{"login":{"password":"Canary1"}}]}',
        "Instagram,https://x.example,jo,canary\n",
        "jo@x.example,Canary\n",
    ],
)
def test_a_first_row_of_data_is_never_quoted(tmp_path: Path, text: str) -> None:
    for read in (google, leavers):
        with pytest.raises(ReadError, match="does not look like column names") as caught:
            read(tmp_path, text)
        assert "canary" not in str(caught.value).casefold()


def test_a_title_above_the_header_does_no_harm(tmp_path: Path) -> None:
    rows = leavers(tmp_path, "Leavers 2026,,\n\nName,Work Email,Last Day\nAna Duarte,a@x.example,2026-12-24\n")
    assert [(row["display"], row["locator"]) for row in rows["person_records"]] == [("Ana Duarte", "row 4")]


def test_rows_longer_than_the_header_are_named(tmp_path: Path) -> None:
    rows = leavers(tmp_path, "Name,Last Day\nDuarte, Ana,2026-12-24\nBo Ek,2026-12-24,\n")
    assert rows["reports"][0]["message"].startswith("Rows with more cells than the header: row 2.")


def test_a_delimiter_named_as_excel_does(tmp_path: Path) -> None:
    rows = leavers(tmp_path, "sep=;\nName;Last Day\nDuarte, Ana;2026-12-24\n")
    assert rows["person_records"][0]["display"] == "Duarte, Ana"


def test_a_quote_that_is_never_closed_swallows_nothing(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="line 3: a quote is opened here and never closed"):
        leavers(tmp_path, 'Name,Last Day\nBo Ek,2026-12-24\n"Ana,2026-12-24\nCy Fu,2026-12-24\n')
    with pytest.raises(ReadError, match="line 2: a cell holds more than"):
        leavers(tmp_path, "Name,Last Day\n" + "x" * 10_000_001 + ",2026-12-24\n")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Ana Müller".encode(), "Ana Müller"),
        ("Ana Müller".encode("cp1252"), "Ana Müller"),
        ("Ana Müller".encode("utf-16"), "Ana Müller"),
        ("Müller, Żak".encode() + b"\xff!", "Müller, Żak\ufffd!"),
        ("é à".encode("cp1252"), "é à"),
    ],
)
def test_encodings_are_told_apart(data: bytes, text: str) -> None:
    from auditgen.files.tabular import decode_bytes

    assert decode_bytes(data) == text


def test_a_list_of_leavers_without_a_row_was_read(tmp_path: Path) -> None:
    from auditgen.run.gather import _settled

    rows = leavers(tmp_path, "Full Name,Work Email,Last Day\n")
    (report,) = (SourceReport(**item) for item in rows["reports"])
    assert (report.status, rows["person_records"]) == ("empty", [])
    assert _settled(report, LEAVERS.settles) == ["people.left_on"]
    # A row that was refused may have been a leaver.
    rows = leavers(tmp_path, "Full Name,Work Email,Last Day\n,,2026-10-01\n")
    (report,) = (SourceReport(**item) for item in rows["reports"])
    assert _settled(report, LEAVERS.settles) == []
