"""The inventory: what a person writes in YAML, CSV or a spreadsheet, and every way it can be wrong."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditgen.files.cells import looks_secret
from auditgen.files.errors import ReadError
from auditgen.readers.inventory.reader import READER
from tests.tools.evidence import DAY, Rows, context

YAML = """\
schema: auditgen/accounts@1
people:
  - {id: jane, name: Jane Doe, emails: [Jane.Doe@hillfarm.example, jd@hillfarm.example], kind: staff}
accounts:
  - id: ig-main
    platform: Instagram
    handle: "@hillfarm"
    owner: jane.doe@hillfarm.example
    deputy: sam@hillfarm.example
    login_kind: delegated
    two_factor: {kind: no, as_of: 2026-10-01}
    recovery: {email: team@hillfarm.example, email_readers: [jane, desk], phone_owner: personal, codes_in_vault: yes}
    reviewed: {access: 2026-09-15}
    purpose: off
access:
  - {account: ig-main, person: jane, role: Full control, since: 2025-02-01}
  - {account: ig-main, person: sam@hillfarm.example, role: Editor}
apps:
  - {account: ig-main, name: Planner, kind: publisher, scopes: [read, write], approved: 2025-03-01, may_post: true}
switches:
  - {id: queue, feature: scheduled_posts, covers: [ig-main], off: Suspend, who: [jane], minutes: 5, tested: null}
campaigns:
  - {id: spring, starts: 2026-12-01T09:00:00+01:00, accounts: [ig-main], on_call: [jane]}
drills:
  - {switch: queue, date: 2026-09-20, minutes_off: 4, by: jane, result: ok}
"""


def read(folder: Path, text: str, name: str = "accounts.yml") -> Rows:
    (folder / name).write_text(text, encoding="utf-8")
    rows = Rows()
    rows["reports"] = [vars(report) for report in READER.read(folder / name, context(folder), rows)]
    return rows


def test_yaml_with_all_its_entities(tmp_path: Path) -> None:
    rows = read(tmp_path, YAML)
    (account,) = rows["accounts"]
    expected = {
        "account": "ig-main", "platform": "instagram", "handle": "hillfarm", "owner": "jane",
        "deputy": "sam@hillfarm.example", "second_factor": "none", "second_factor_seen_on": date(2026, 10, 1),
        "recovery_email_readers": 2, "recovery_phone_owner": "personal", "codes_stored": True,
        "access_reviewed_on": date(2026, 9, 15), "purpose": "off", "locator": "line 5", "basis": "declared",
    }  # fmt: skip
    assert {key: account.get(key) for key in expected} == expected
    assert "status" not in account
    jane, sam = rows["person_records"]
    assert (jane["person"], jane["email"], jane["other_emails"]) == (
        "jane",
        "jane.doe@hillfarm.example",
        ["jd@hillfarm.example"],
    )
    assert sam["person"] == "sam@hillfarm.example"
    assert [row["administers"] for row in rows["access"]] == [True, False]
    assert rows["apps"][0]["scopes"] == "read, write"
    assert rows["switches"][0]["covers"] == ["ig-main"]
    assert rows["launches"][0]["starts_at"] == datetime(2026, 12, 1, 8)
    assert rows["drills"][0]["kind"] == "switch"
    assert rows["reports"][0]["message"] is None


CSV = (
    "id,platform,handle,url,status,owner_email,deputy_email,login_kind,two_factor,recovery_email,codes_in_vault,"
    "access_reviewed,agency,agency_until,pause_how,pause_tested,notes\n"
    "ig,Instagram,@hillfarm,https://instagram.com/hillfarm,active,jane@hillfarm.example,,delegated,authenticator app,"
    "team@hillfarm.example,yes,2026-10-01,Northstar,2026-12-31,Suspend in the planner,2026-09-01,news\n"
    "fb,Facebook,hillfarm,,,,,,,,?,31/12/26,,,,,\n"
)


def test_the_csv_of_seventeen_columns(tmp_path: Path) -> None:
    assert len(CSV.splitlines()[0].split(",")) == 17
    rows = read(tmp_path, CSV, "accounts.csv")
    first, second = rows["accounts"]
    assert (first["second_factor"], first["codes_stored"], first["owner"]) == ("totp", True, "jane@hillfarm.example")
    assert rows["agencies"][0]["contract_until"] == date(2026, 12, 31)
    assert rows["switches"][0]["covers"] == ["ig"]
    assert rows["switches"][0]["tested_on"] == date(2026, 9, 1)
    assert rows["person_records"][0]["email"] == "jane@hillfarm.example"
    for unknown in ("status", "owner", "second_factor", "codes_stored", "access_reviewed_on"):
        assert second.get(unknown) is None
    assert "row 3, access_reviewed: '31/12/26', expected a date like 2026-11-24" in rows["reports"][0]["message"]


def test_names_of_the_us_digital_registry_are_understood(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        "account_platform,account_url,account_name,language,contacts\ntwitter,https://x.com/a,a,en,jo@x.example\n",
        "a.csv",
    )
    assert rows["accounts"][0]["account"] == "x-a"
    assert rows["accounts"][0]["platform"] == "x"


def test_a_spreadsheet_with_a_sheet_for_each(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "Accounts"
    sheet.append(["id", "platform", "handle", "access reviewed", "Colour"])
    sheet.append(["ig", "instagram", "hillfarm", datetime(2026, 10, 1), "green"])
    access = book.create_sheet("access")
    access.append(["account", "person", "role", "until"])
    access.append(["ig", "jane@hillfarm.example", "admin", date(2026, 12, 31)])
    book.create_sheet("Ideas").append(["anything"])
    book.save(tmp_path / "accounts.xlsx")
    rows = Rows()
    (report,) = READER.read(tmp_path / "accounts.xlsx", context(tmp_path), rows)
    assert rows["accounts"][0]["access_reviewed_on"] == date(2026, 10, 1)
    assert rows["access"][0]["until"] == date(2026, 12, 31)
    assert rows["access"][0]["locator"] == "sheet access row 2"
    assert report.columns_ignored == ["Colour", "sheet Ideas"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("accounts:", "acounts:", "accounts.yml, line 4: unknown key acounts; did you mean accounts?"),
        ("  - id: ig-main", "  - id: [ig-main", "is not usable YAML here"),
        ("accounts:\n", "accounts: none\nx:\n", "line 4: accounts should be a list of entries"),
    ],
)
def test_a_file_that_is_no_inventory_says_where(tmp_path: Path, old: str, new: str, expected: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(tmp_path, YAML.replace(old, new, 1))
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("login_kind: delegated", "login_kind: delgated", "line 10, login_kind: 'delgated', expected one of"),
        ("login_kind:", "login_knd:", "line 10: login_knd; did you mean login_kind?"),
        ("since: 2025-02-01", "since: last spring", "since: 'last spring', expected a date like 2026-11-24"),
        ("person: jane, role", "person: jnae, role", "person: jnae; did you mean jane?"),
        ("  - {switch: queue, date", "  - {id: queue2, switch: queue, dat", "dat; did you mean date?"),
    ],
)
def test_one_bad_cell_is_named_and_the_rest_is_kept(tmp_path: Path, old: str, new: str, expected: str) -> None:
    rows = read(tmp_path, YAML.replace(old, new, 1))
    assert expected in rows["reports"][0]["message"]
    assert len(rows["accounts"]) == 1


def test_an_id_used_twice_is_refused_once(tmp_path: Path) -> None:
    rows = read(tmp_path, "accounts:\n- {id: a, platform: x}\n- {id: a, platform: instagram}\n- {platform: x}\n")
    assert [row["platform"] for row in rows["accounts"]] == ["x"]
    assert rows["reports"][0]["rows_refused"] == 2
    assert "line 3: the id a is used twice" in rows["reports"][0]["message"]


@pytest.mark.parametrize(
    "line",
    [
        "    password: CanaryPass9!", "    notes: 'password: CanaryPass9!'", "    purpose: otpauth://totp/x?secret=CANARYSEED",
        "    vault_item: CanaryPass9CanaryPass9x", "    api_key: CanaryPass9",
    ],
)  # fmt: skip
def test_secrets_are_refused_and_never_repeated(tmp_path: Path, line: str) -> None:
    rows = read(tmp_path, YAML.replace("    purpose: off", line))
    assert "line 14" in rows["reports"][0]["message"]
    assert "canary" not in repr(rows).casefold()


def test_a_column_of_passwords_refuses_the_sheet(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="the column Password looks like it holds secrets"):
        read(tmp_path, "id,Password\na,b\n", "a.csv")


@pytest.mark.parametrize(
    "text", ["https://www.instagram.com/a_very_long_name_With_9/", "Social / X main", "UCabcDEF123456789012345x", "yes"]
)
def test_ordinary_values_are_not_taken_for_secrets(text: str) -> None:
    assert not looks_secret("notes", text)


def test_an_alias_bomb_is_refused(tmp_path: Path) -> None:
    bomb = "a: &a [x]\n" + "".join(f"b{n}: [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n" for n in range(20))
    with pytest.raises(ReadError, match="aliases"):
        read(tmp_path, bomb)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200), name=st.sampled_from(["a.yml", "a.csv"]))
def test_any_text_is_read_or_refused(tmp_path: Path, text: str, name: str) -> None:
    rows: Any = Rows()
    (tmp_path / name).write_bytes(text.encode("utf-8", "replace"))
    try:
        READER.read(tmp_path / name, context(tmp_path), rows)
    except ReadError as error:
        assert str(error).startswith(name)


def test_an_inventory_without_an_entry_says_how_to_begin(tmp_path: Path) -> None:
    (report,) = read(tmp_path, "id,platform\n", "accounts.csv")["reports"]
    assert (report["status"], report["message"]) == (
        "empty", "It has no entry yet; one account is enough to begin."
    )  # fmt: skip


def test_of_two_equal_columns_the_first_counts(tmp_path: Path) -> None:
    rows = read(tmp_path, "id,platform,id\nig,instagram,other\n", "accounts.csv")
    assert rows["accounts"][0]["account"] == "ig"
    assert rows["reports"][0]["message"] == "Columns that stand twice, of which the first counts: id."


def test_ids_that_differ_in_case_alone_are_one(tmp_path: Path) -> None:
    rows = read(tmp_path, "id,platform\nig,instagram\nIG,x\n", "accounts.csv")
    assert [row["account"] for row in rows["accounts"]] == ["ig"]
    assert "row 3: the id IG is used twice" in rows["reports"][0]["message"]


@pytest.mark.parametrize("written", ["99999999999999999999", "-3", "2.5", ".inf"])
def test_numbers_that_count_nothing_are_noted(tmp_path: Path, written: str) -> None:
    rows = read(tmp_path, f"accounts:\n  - {{id: ig, recovery: {{email_readers: {written}}}}}\n")
    assert "recovery_email_readers" not in rows["accounts"][0]
    assert "expected a whole number from 0" in rows["reports"][0]["message"]


def test_a_launch_without_a_start_is_left_out(tmp_path: Path) -> None:
    rows = read(tmp_path, "launches:\n  - {id: spring}\n  - {id: fall, starts: 2026-12-01}\n")
    assert [row["launch"] for row in rows["launches"]] == ["fall"]
    assert "line 2: an entry of launches needs a start" in rows["reports"][0]["message"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("accounts:\n  - &a {id: a}\n  - {<<: *a, id: b}\n", "line 3: is not usable YAML here: merging with <<"),
        ("accounts:\n  - {id: a\x07}\n", "line 2: is not usable YAML here: holds a control character"),
        ("- a\n", "expected keys such as accounts and people, found a list"),
    ],
)
def test_yaml_that_means_something_else(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ReadError, match=says):
        read(tmp_path, text)


def test_one_useless_sheet_does_not_cost_the_others(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "Accounts"
    book.active.append(["Our accounts"])
    book.active.append(["id", "platform"])
    book.active.append(["ig", "instagram"])
    book.create_sheet("Apps").append(["hello"])
    book.save(tmp_path / "accounts.xlsx")
    rows = Rows()
    (report,) = READER.read(tmp_path / "accounts.xlsx", context(tmp_path), rows)
    assert [(row["account"], row["locator"]) for row in rows["accounts"]] == [("ig", "sheet Accounts row 3")]
    assert report.message == "Sheets that were not read: sheet Apps, expected a column id in Apps, found hello."


def test_a_word_that_is_none_of_a_set_is_told_once(tmp_path: Path) -> None:
    (report,) = read(tmp_path, "id,status\nig,open\nfb,parkd\n", "accounts.csv")["reports"]
    assert report["message"].endswith("'open', expected one of active, archived, parked and 1 more like it.")


@pytest.mark.parametrize("fast", [True, False])
def test_plain_words_mean_the_same_with_and_without_libyaml(monkeypatch: pytest.MonkeyPatch, fast: bool) -> None:
    import yaml

    from auditgen.files import yaml12

    if not fast:
        monkeypatch.delattr(yaml, "CBaseLoader", raising=False)
    text = "{a: ~, b: null, c: true, d: 5, e: 1e3, f: 1.10, g: no, h: 12:30, i: '5', j: 'null', k: 007, l: }"
    assert yaml12.load(text) == {
        "a": None, "b": None, "c": True, "d": 5, "e": "1e3", "f": "1.10", "g": "no", "h": "12:30", "i": "5",
        "j": "null", "k": "007", "l": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("{app: Countr, date: 2026-08-01}", {"incident": "Countr-2026-08-01", "app": "Countr", "domain": None}),
        ("{tool: planner, date: 2026-08-01}", {"incident": "planner-2026-08-01", "tool": "planner"}),
        ("{agency: bright, date: 2026-08-01, looked_at: 2026-08-03}",
         {"incident": "bright-2026-08-01", "agency": "bright", "looked_at_on": date(2026, 8, 3)}),
        # A site is told by its id or by its address.
        ("{site: shop, date: 2026-08-01}", {"incident": "shop-2026-08-01", "site": "shop", "domain": None}),
        ("{site: Shop.example}", {"incident": "Shop.example-undated", "site": "Shop.example", "domain": "shop.example"}),
        ("{account: ig-main, domain: twitter.com}", {"incident": "ig-main-undated", "domain": "x.com"}),
        ("{id: leak, what: a list was lost}", {"incident": "leak", "account": None}),
    ],
)  # fmt: skip
def test_what_an_incident_names(tmp_path: Path, entry: str, expected: dict[str, Any]) -> None:
    (row,) = read(tmp_path, f"incidents:\n  - {entry}\n")["incidents"]
    assert {key: row.get(key) for key in expected} == expected


def test_an_incident_that_names_nothing_is_refused(tmp_path: Path) -> None:
    rows = read(tmp_path, "incidents:\n  - {date: 2026-08-01}\n")
    assert rows["incidents"] == []
    assert "an entry of incidents needs an id" in rows["reports"][0]["message"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [("yes", True), ("no", False), ("true", True), ("totp", True), ("security key", True), ("none", False),
     ("{kind: passkey}", True), ("{kind: none}", False), ("maybe", None), ("null", None)],
)  # fmt: skip
def test_how_the_second_factor_of_a_person_is_written(tmp_path: Path, written: str, expected: bool | None) -> None:
    rows = read(tmp_path, f"people:\n  - {{id: fay, name: Fay Otto, second_factor: {written}}}\n")
    assert rows["person_records"][0].get("second_factor") is expected


def test_a_second_factor_of_a_person_and_of_an_access(tmp_path: Path) -> None:
    text = (
        "people:\n  - {id: fay, name: Fay Otto, second_factor: yes}\naccess:\n  - {account: x, person: fay, mfa: no}\n"
    )
    rows = read(tmp_path, text)
    assert rows["person_records"][0]["second_factor"] is True
    assert rows["access"][0]["second_factor"] is False


@pytest.mark.parametrize(
    ("day", "taken"), [("2026-11-19", date(2026, 11, 19)), ("2026-11-20", DAY), ("2026-11-21", DAY)]
)
def test_nothing_was_seen_on_a_day_still_to_come(tmp_path: Path, day: str, taken: date) -> None:
    rows = read(tmp_path, f"accounts:\n  - {{id: x-main, seen_on: {day}}}\n")
    assert rows["accounts"][0]["seen_on"] == taken
    assert ("still to come" in str(rows["reports"][0]["message"])) is (day == "2026-11-21")
