"""Vault exports that are text or zips of text: each is known by what stands in it, and tells the right facts."""

from __future__ import annotations

import copy
import csv
import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from auditgen.vaults.entry import REFUSALS, Entry, Key, Refused, Vault
from auditgen.vaults.formats import formats, identify
from auditgen.vaults.limits import Opened
from tests.tools import vault_files as made
from tests.tools.vault_files import HARD, OTP

EVERY = made.every()
ALL = EVERY | made.others()
BY_NAME = {item.name: item for item in formats()}
fuzz = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bitwarden_export.json"  # a name that says nothing true


def read(path: Path, content: bytes, named: str | None = None) -> Vault:
    path.write_bytes(content)
    opened = Opened(path)
    return identify(opened, named).read(opened, Key())


def only(path: Path, content: bytes, named: str | None = None) -> Entry:
    vault = read(path, content, named)
    assert vault.broken == []
    assert len(vault.entries) == 1
    return vault.entries[0]


def refusal(path: Path, content: bytes, named: str | None = None) -> str:
    with pytest.raises(Refused) as caught:
        read(path, content, named)
    assert caught.value.code in REFUSALS
    return caught.value.code


# -- recognition ---------------------------------------------------------------------------------


@pytest.mark.parametrize("case", ALL)
def test_recognised_as_its_own_format_only(case: str, file: Path) -> None:
    name, content = ALL[case]
    file.write_bytes(content)
    opened = Opened(file)
    assert [item.name for item in formats() if not item.only_named and item.recognise(opened)] == [name]


@pytest.mark.parametrize("case", [case for case, (_, content) in EVERY.items() if content[:1] not in b"{P"])
def test_order_of_columns_mark_and_delimiter_do_not_matter(case: str, file: Path) -> None:
    name, content = EVERY[case]
    rows = [row[::-1] for row in csv.reader(io.StringIO(content.decode(), newline=""))]
    for delimiter in ",;\t":
        turned = made.table(rows[0], *rows[1:], delimiter=delimiter)
        for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"", "utf-8"), (b"\xff\xfe", "utf-16-le")):
            vault = read(file, mark + turned.decode().encode(encoding))
            assert identify(Opened(file)).name == name
            assert [entry.password for entry in vault.entries] == [HARD]


@pytest.mark.parametrize("case", EVERY)
def test_named_wrongly_it_is_refused_and_nothing_else(case: str, file: Path) -> None:
    own, content = EVERY[case]
    for item in formats():
        if item.name not in (own, "keeper-csv") and not item.protected:
            file.write_bytes(content)
            with pytest.raises(Refused):
                item.read(Opened(file), Key())


@pytest.mark.parametrize(
    "content",
    [
        b"title,amount\r\nrent,12\r\n",
        b"name,url,username\r\nx,y,z\r\n",
        b"name,url,username,password,colour\r\nx,y,z,p,red\r\n",
        b"Title,URL,Username,Password,Colour\r\nx,y,z,p,red\r\n",
        b"title,url,username,password,url,notes\r\nx,y,z,p,q,n\r\n",
        b"url,username,password,extra,name,grouping,url\r\nx,y,z,p,q,n,m\r\n",
        b'{"records": [{"id": 1}]}',
        b'{"version": "1", "vaults": {}}',
        b"just a line of text",
        made.zipped({"readme.csv": b"a,b\r\n1,2\r\n"}),
        made.zipped({"export.data": b"{}"}),
    ],
)
def test_other_files_are_no_vault(content: bytes, file: Path) -> None:
    assert refusal(file, content) == "not_vault"


def test_a_file_of_every_format_is_made() -> None:
    left = {item.name for item in formats()} - {name for name, _ in ALL.values()}
    assert left == {"keeper-csv", "bitwarden-encrypted"}  # the one has no header, the other its own tests


def test_a_column_without_name_and_content_does_not_matter(file: Path) -> None:
    assert only(file, b"name,url,username,password,\r\nX,https://x.com,jo,pw-1,\r\n").password == "pw-1"


def test_headers_in_other_capitals_where_nothing_else_is_meant(file: Path) -> None:
    assert only(file, b"Name,URL,Username,Password,Note\r\nX,https://x.com,jo,pw-1,n\r\n").password == "pw-1"


# -- facts that all have in common -----------------------------------------------------------------


@pytest.mark.parametrize("case", EVERY)
def test_the_password_stays_as_it_is(case: str, file: Path) -> None:
    entry = read(file, EVERY[case][1]).entries[0]
    assert entry.number == 1
    assert entry.password == HARD
    assert entry.kind == "login"
    assert entry.place == "live"


WITHOUT_TOTP = {"1password 4", "dashlane without otp", "dashlane json", "keepassxc old", "lastpass old", "browser",
                "browser old", "firefox", "nordpass", "nordpass old"}  # fmt: skip
EMPTY_TOTP = {"lastpass"}


@pytest.mark.parametrize("case", EVERY)
def test_what_a_format_cannot_say_is_none(case: str, file: Path) -> None:
    entry = read(file, EVERY[case][1]).entries[0]
    assert entry.totp is (None if case in WITHOUT_TOTP else case not in EMPTY_TOTP)
    assert (entry.totp is True) == bool(entry.secrets)
    assert entry.passkey is (True if case in ("proton json", "proton zip") else None)
    personal = case.startswith(("browser", "firefox", "apple", "safari"))
    assert entry.shared is (True if case in ("1pux", "keeper json") else False if personal else None)
    assert (entry.history is None) == (case != "1pux")
    assert (entry.changed_on is None) == (case not in ("1pux", "firefox"))
    assert entry.excluded is False


def test_nothing_secret_in_a_repr(file: Path) -> None:
    for name, content in EVERY.values():
        vault = read(file, content)
        text = repr(vault) + repr(vault.entries) + str(vault.entries[0]) + repr(BY_NAME[name])
        for secret in (HARD, HARD[:6], OTP, "GEZDGNBV", "9021", "second-9"):
            assert secret not in text and repr(secret)[1:-1] not in text


# -- 1Password -----------------------------------------------------------------------------------


def test_1pux_login(file: Path) -> None:
    vault = read(file, made.onepux(("U", "Brand", [made.onepux_login()])))
    entry = vault.entries[0]
    assert (vault.product, vault.kind, vault.exported_on) == ("onepassword", None, date(2024, 11, 24))
    assert (entry.title, entry.username, entry.notes, entry.collection) == ("Instagram", "jo", "Ask Mara.", "Brand")
    assert entry.addresses == ["https://instagram.com", "https://help.instagram.com"]
    assert entry.secrets == [OTP, "JBSWY3DPEHPK3PXP"]
    assert entry.fields == [
        ("terms", "✓", False),
        ("PIN", "9021", True),
        ("mail", "jo@x.test", False),
        ("site", "https://more.test", False),
        ("hint", "left drawer", False),
    ]
    assert entry.history == ["first-9", "second-9"]
    assert entry.changed_on == date(2023, 7, 22)
    assert (entry.created_on, entry.revised_on) == (date(2022, 4, 15), date(2023, 11, 14))


def test_1pux_vaults_decide_what_is_shared_and_numbers_run_on(file: Path) -> None:
    item = made.onepux_login
    vault = read(
        file, made.onepux(("P", "Own", [item()]), ("E", "All", [item()]), ("U", "Team", [item()]), ("?", "N", [item()]))
    )
    assert [(entry.number, entry.shared, entry.collection) for entry in vault.entries] == [
        (1, False, "Own"),
        (2, True, "All"),
        (3, True, "Team"),
        (4, None, "N"),
    ]


def test_1pux_password_outside_its_category_and_items_without_keys(file: Path) -> None:
    bare = {"details": {"password": "bare-1"}, "overview": {"title": "Bare"}}
    items = [
        {"categoryUuid": "112", "details": {"password": "api-pw-1"}, "overview": {"title": "API"}},
        {"categoryUuid": "005", **bare},
        bare,
        {"categoryUuid": "110", "overview": {"title": "Server"}, "details": {"sections": [{"fields": [
            {"id": "url", "title": "URL", "value": {"url": "ssh.x.test"}},
            {"id": "username", "title": "user", "value": {"string": "root"}},
            {"id": "password", "title": "password", "value": {"concealed": "server-pw"}}]}]}},
    ]  # fmt: skip
    vault = read(file, made.onepux(("P", "Own", items)))
    assert vault.broken == []
    assert [(entry.kind, entry.password) for entry in vault.entries] == [
        ("login", "api-pw-1"), ("login", "bare-1"), ("login", "bare-1"), ("login", "server-pw")]  # fmt: skip
    assert (vault.entries[3].username, vault.entries[3].addresses) == ("root", ["ssh.x.test"])
    assert vault.entries[1].history == [] and vault.entries[1].changed_on is None
    assert vault.entries[1].totp is False and vault.entries[1].created_on is None


def test_1pux_other_kinds_are_no_logins(file: Path) -> None:
    items = [
        {"categoryUuid": "003", "details": {"notesPlain": "n"}, "overview": {"title": "Note"}},
        {"categoryUuid": "002", "overview": {"title": "Card"}, "details": {"sections": [{"fields": [
            {"id": "ccnum", "value": {"creditCardNumber": "4242424242424242"}},
            {"id": "cvv", "title": "cvv", "value": {"concealed": "123"}}]}]}},
        {"categoryUuid": "114", "overview": {"title": "Key"}, "details": {"sections": [{"fields": [
            {"id": "private_key", "value": {"sshKey": {"privateKey": "-----BEGIN", "metadata": {}}}}]}]}},
    ]  # fmt: skip
    vault = read(file, made.onepux(("P", "Own", items)))
    assert [(entry.kind, entry.password) for entry in vault.entries] == [
        ("note", None),
        ("other", None),
        ("other", None),
    ]
    assert vault.entries[1].secrets == ["4242424242424242"] and vault.entries[2].secrets == ["-----BEGIN"]


def test_1pux_sign_in_through_another_service_records_no_password(file: Path) -> None:
    item = made.onepux_login(details={"loginFields": [{"value": None, "designation": "password"}], "sections": []})
    assert only(file, made.onepux(("P", "Own", [item]))).password == ""


def test_1pux_places_exclusions_and_wrapped_values(file: Path) -> None:
    wrapped = {"loginFields": [{"value": {"concealed": "wrapped-1"}, "designation": "password"}]}
    items = [
        made.onepux_login(state="archived", overview={"watchtowerExclusions": {"reusedPassword": True}}),
        made.onepux_login(state="trashed", overview={"watchtowerExclusions": {"reusedPassword": False}}),
        made.onepux_login(details=wrapped, overview={"watchtowerExclusions": ["weak"]}),
    ]
    vault = read(file, made.onepux(("P", "Own", items)))
    assert [(entry.place, entry.excluded) for entry in vault.entries] == [
        ("archive", True), ("bin", False), ("live", True)]  # fmt: skip
    assert vault.entries[2].password == "wrapped-1"


def test_1pux_broken_items_are_counted_and_others_stay(file: Path) -> None:
    items = [
        "text",
        made.onepux_login(createdAt="soon"),
        made.onepux_login(details={"loginFields": [{"value": 4711, "designation": "password"}]}),
        made.onepux_login(details={"passwordHistory": {"value": "secret"}}),
        made.onepux_login(),
    ]
    data = made.onepux(("P", "Own", items), ("U", "Lost", "not a list"), ("U", "Team", [made.onepux_login()]))  # type: ignore[arg-type]
    vault = read(file, data)
    assert [entry.number for entry in vault.entries] == [5, 7]
    assert vault.broken == [
        (1, "items", "TypeError"),
        (2, "createdAt", "ValueError"),
        (3, "loginFields", "TypeError"),
        (4, "passwordHistory", "TypeError"),
        (6, "items", "TypeError"),
    ]


def test_1pux_attachments_do_not_matter(file: Path) -> None:
    more = {"files/doc__passwords.csv": EVERY["browser"][1], "files/x__data.json": b"{}"}
    assert only(file, made.onepux(("P", "Own", [made.onepux_login()]), more=more)).title == "Instagram"


def test_1pux_history_of_one_day_stays_in_order(file: Path) -> None:
    times = [1690000300, 1690000200, 1690000200, 1690000100]
    history = [{"value": f"pw-{4 - at}", "time": time} for at, time in enumerate(times)]
    entry = only(file, made.onepux(("P", "Own", [made.onepux_login(details={"passwordHistory": history})])))
    assert entry.history == ["pw-1", "pw-2", "pw-3", "pw-4"]
    assert entry.changed_on == date(2023, 7, 22)


def test_1pux_of_2021_wraps_its_items(file: Path) -> None:
    def wrapped(trashed: Any) -> dict[str, Any]:
        item = made.onepux_login(trashed=trashed)
        del item["state"]
        return {"item": item, "file": {"attrs": {}, "path": "files/x"}}

    vault = read(file, made.onepux(("U", "Team", [wrapped(False), wrapped(True), wrapped("true"), wrapped("false")])))
    assert vault.broken == []
    assert [(entry.title, entry.password, entry.place) for entry in vault.entries] == [
        ("Instagram", HARD, place) for place in ("live", "bin", "bin", "live")
    ]
    assert read(file, made.onepux(("P", "Own", [{"item": "x"}]))).broken == [(1, "item", "TypeError")]


def test_1pux_names_its_day_in_two_ways(file: Path) -> None:
    data = zipfile.ZipFile(io.BytesIO(EVERY["1pux"][1])).read("export.data")
    attributes = made.as_json({"version": 3, "description": "1Password Unencrypted Export", "timestamp": 1732406400})
    content = made.zipped({"export.attributes": attributes, "export.data": data})
    assert read(file, content).exported_on == date(2024, 11, 24)


def test_1pux_mailboxes_and_servers(file: Path) -> None:
    def item(category: str, **fields: dict[str, str]) -> dict[str, Any]:
        told = [{"id": name, "title": name, "value": value} for name, value in fields.items()]
        return {"categoryUuid": category, "overview": {"title": category}, "details": {"sections": [{"fields": told}]}}

    mailbox = {"pop_username": {"string": "jo"}, "pop_password": {"concealed": "pop-pw-1"},
               "smtp_username": {"string": "jo2"}, "smtp_password": {"concealed": "smtp-pw-2"}}  # fmt: skip
    sending = {"smtp_username": {"string": "jo"}, "smtp_password": {"concealed": "smtp-pw-2"}}
    server = {"url": {"string": "https://host.test"}, "website": {"url": ""}, "password": {"concealed": "server-pw"}}
    vault = read(
        file, made.onepux(("P", "Own", [item("111", **mailbox), item("111", **sending), item("110", **server)]))
    )
    both, sender, host = vault.entries
    assert (both.kind, both.username, both.password) == ("login", "jo", "pop-pw-1")
    assert both.fields == [("smtp_username", "jo2", False), ("smtp_password", "smtp-pw-2", True)]
    assert (sender.kind, sender.username, sender.password) == ("login", "jo", "smtp-pw-2")
    assert (host.addresses, host.fields) == (["https://host.test"], [("url", "https://host.test", False)])


def test_1password_csv(file: Path) -> None:
    row = {"Title": "X", "Url": "x.com", "Username": "jo", "Password": "p", "Tags": "t", "Notes": "n"}
    vault = read(file, made.table(made.ONEPASSWORD, row, {**row, "Archived": "true", "OTPAuth": OTP}))
    first, second = vault.entries
    assert (first.totp, first.place, first.notes, first.addresses) == (False, "live", "n", ["x.com"])
    assert (second.totp, second.place, second.secrets) == (True, "archive", [OTP])


# -- Proton --------------------------------------------------------------------------------------


def test_proton_login(file: Path) -> None:
    entry = only(file, made.as_json(made.proton(made.proton_item())))
    assert (entry.title, entry.username, entry.notes, entry.collection) == ("X", "jo", "brand", "Personal")
    assert entry.addresses == ["https://x.com/", "https://twitter.com/"]
    assert entry.fields == [("email", "jo@x.test", False), ("desk", "third", False), ("code", "5521-x", True)]
    assert entry.secrets == [OTP, "cGFzc2tleQ==", "JBSWY3DPEHPK3PXP"]
    assert (entry.created_on, entry.revised_on) == (date(2023, 7, 12), date(2024, 2, 12))


def test_proton_before_names_and_mails_were_apart(file: Path) -> None:
    content = {"username": "jo@x.test", "password": "p", "urls": [], "totpUri": ""}
    item = made.proton_item(content=content, data={"extraFields": []})
    entry = only(file, made.as_json(made.proton(item, version="1.17.4")))
    assert (entry.username, entry.totp, entry.passkey, entry.fields) == ("jo@x.test", False, None, [])


def test_proton_states_kinds_and_vaults(file: Path) -> None:
    empty: dict[str, Any] = {"extraFields": []}
    content = {"itemEmail": "jo@x.test", "itemUsername": "", "password": "", "urls": [], "totpUri": "", "passkeys": []}
    card = {"number": "4242424242424242", "verificationNumber": "123", "pin": "9021", "cardType": 0}
    data = made.proton(
        made.proton_item(state=2),
        made.proton_item("note", content={}, data=empty),
        Team=[
            made.proton_item("alias", content={}, aliasEmail="a@b.test"),
            made.proton_item("creditCard", content=card),
        ],
        More=[made.proton_item(content=content, data=empty)],
    )
    vault = read(file, made.as_json(data))
    assert vault.broken == []
    assert [(entry.number, entry.kind, entry.place, entry.collection) for entry in vault.entries] == [
        (1, "login", "bin", "Personal"),
        (2, "note", "live", "Personal"),
        (3, "other", "live", "Team"),
        (4, "other", "live", "Team"),
        (5, "login", "live", "More"),
    ]
    assert vault.entries[2].username == "a@b.test"
    assert vault.entries[3].secrets[:3] == ["4242424242424242", "123", "9021"]
    last = vault.entries[4]
    assert (last.username, last.password, last.totp, last.passkey) == ("jo@x.test", "", False, False)


@pytest.mark.parametrize(
    "content",
    [
        made.as_json({"version": "1.30.0", "userId": "u", "encrypted": True, "vaults": {}}),
        made.zipped({"Proton Pass/data.pgp": b"-----BEGIN PGP MESSAGE-----"}),
        b"-----BEGIN PGP MESSAGE-----\n\nwy4ECQMI\n-----END PGP MESSAGE-----\n",
        made.zipped({"Proton Pass/data.json": made.as_json({"version": "1", "userId": "u", "encrypted": True})}),
    ],
)
def test_proton_encrypted_says_how_to_export(content: bytes, file: Path) -> None:
    assert refusal(file, content) == "proton_encrypted"
    assert "without PGP" in REFUSALS["proton_encrypted"]


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("content", {"password": 4711}, "password"),
        ("content", {"urls": "https://x.com"}, "urls"),
        ("content", {"urls": [7]}, "urls"),
        ("content", {"passkeys": "k"}, "passkeys"),
        ("content", ["x"], "content"),
        ("metadata", "X", "metadata"),
        ("extraFields", {"a": 1}, "extraFields"),
        ("type", 1, "type"),
    ],
)
def test_proton_wrong_types_break_one_item(key: str, value: Any, told: str, file: Path) -> None:
    item = made.proton_item()
    item["data"][key] = item["data"][key] | value if isinstance(value, dict) and key == "content" else value
    vault = read(file, made.as_json(made.proton(item, made.proton_item())))
    assert vault.broken == [(1, told, "TypeError")]
    assert [entry.number for entry in vault.entries] == [2]


def test_proton_csv(file: Path) -> None:
    rules = json.dumps([{"url": "https://a.test/x, y", "mode": 3}, {"url": "https://b.test"}])
    row = {"type": "login", "name": "X", "url": "https://x.com/, https://proton.me/", "email": "jo@x.test", "password": "p",
           "createTime": "1689182868", "vault": "Brand", "totp": ""}  # fmt: skip
    entry = only(file, made.table(made.PROTON, row))
    assert (entry.username, entry.addresses) == ("jo@x.test", ["https://x.com/", "https://proton.me/"])
    assert (entry.totp, entry.collection, entry.created_on) == (False, "Brand", date(2023, 7, 12))
    both = only(file, made.table([*made.PROTON, "autofillUrls"], {**row, "username": "jo", "autofillUrls": rules}))
    assert both.addresses == ["https://a.test/x, y", "https://b.test", "https://x.com/", "https://proton.me/"]
    assert (both.username, both.fields) == ("jo", [("email", "jo@x.test", False)])
    old = [name for name in made.PROTON if name not in ("email", "vault")]
    assert only(file, made.table(old, {**row, "username": "jo@x.test"})).username == "jo@x.test"


def test_proton_csv_kinds_and_corrupted_rows(file: Path) -> None:
    card = json.dumps({"number": "4242", "pin": "9021", "note": "mine"})
    vault = read(
        file,
        made.table(
            [*made.PROTON, "autofillUrls"],
            {"type": "note", "name": "N", "note": "n"},
            {"type": "alias", "username": "a@b.test", "note": "n"},
            {"type": "creditCard", "note": card},
            {"type": "creditCard", "note": "4242 no JSON"},
            {"type": "login", "createTime": "Brand"},
            {"type": "login", "autofillUrls": "{"},
            {"type": "login", "autofillUrls": '{"url": 1}'},
            {"type": "login", "autofillUrls": '["x"]'},
            ["login", "too", "few"],
            ["login"] + ["x"] * 20,
            {"type": "login", "password": "last"},
        ),
    )
    assert [(entry.number, entry.kind, entry.password) for entry in vault.entries] == [
        (1, "note", None), (2, "other", None), (3, "other", None), (11, "login", "last")]  # fmt: skip
    assert (vault.entries[2].notes, vault.entries[2].secrets) == ("mine", ["4242", "9021"])
    assert vault.broken == [
        (4, "note", "ValueError"),
        (5, "createTime", "ValueError"),
        (6, "autofillUrls", "ValueError"),
        (7, "autofillUrls", "TypeError"),
        (8, "autofillUrls", "TypeError"),
        (9, "email", "TooFewCells"),
        (10, "autofillUrls", "TooManyCells"),
    ]


# -- Dashlane ------------------------------------------------------------------------------------


def test_dashlane_csv(file: Path) -> None:
    entry = only(file, made.table(made.DASHLANE, {"username2": "second", "username3": "third", "title": "T", "password": "p",
                                                  "url": "https://x.com/comma,", "category": "Social"}))  # fmt: skip
    assert (entry.username, entry.fields) == ("second", [("username", "third", False)])
    assert (entry.totp, entry.collection, entry.shared) == (False, "Social", None)
    assert entry.addresses == ["https://x.com/comma,"]


def test_dashlane_zip_reads_logins_and_notes(file: Path) -> None:
    vault = read(file, EVERY["dashlane zip"][1])
    assert [(entry.number, entry.kind, entry.title) for entry in vault.entries] == [
        (1, "login", "X"),
        (2, "note", "Door"),
    ]


def test_dashlane_json(file: Path) -> None:
    good = {
        "domain": "x.com",
        "email": "jo@x.test",
        "login": None,
        "note": "",
        "password": "p",
        "secondaryLogin": "j2",
        "title": "X",
    }
    vault = read(file, made.as_json({"AUTHENTIFIANT": [good, {**good, "password": 5}, 7]}))
    assert (vault.entries[0].username, vault.entries[0].fields) == ("jo@x.test", [("username", "j2", False)])
    assert vault.broken == [(2, "password", "TypeError"), (3, "AUTHENTIFIANT", "TypeError")]


# -- Keeper --------------------------------------------------------------------------------------


def test_keeper_json(file: Path) -> None:
    vault = read(file, made.as_json(made.keeper()))
    assert vault.broken == []
    first, second, note, key, unlisted = vault.entries
    assert (first.shared, first.collection, first.people) == (True, "Brand/Social", 3)
    assert first.addresses == [
        "https://instagram.com", "https://help.instagram.com", "https://about.instagram.com", "https://press.instagram.com"]  # fmt: skip
    assert first.fields == [("PIN 2", "9021", True), ("desk", "third", False)]
    assert (first.totp, first.secrets, first.revised_on) == (True, [OTP], date(2025, 11, 6))
    assert (second.shared, second.collection, second.people, second.totp) == (False, "A/Name\\with/B", None, True)
    assert (note.kind, note.password, note.totp, note.shared) == ("note", None, False, False)
    assert (key.kind, key.secrets) == ("other", ["-----BEGIN k"])
    assert (unlisted.shared, unlisted.people) == (True, None)


def test_keeper_json_broken_records(file: Path) -> None:
    data = made.keeper()
    data["records"][0]["folders"] = "Brand"
    data["records"][1]["custom_fields"] = {"$oneTimeCode": 7}
    data["records"][2]["last_modified"] = "today"
    data["shared_folders"].append("x")
    vault = read(file, made.as_json(data))
    assert vault.broken == [
        (1, "folders", "TypeError"), (2, "custom_fields", "TypeError"), (3, "last_modified", "ValueError")]  # fmt: skip
    assert [entry.number for entry in vault.entries] == [4, 5]


def test_keeper_passkeys_answers_and_keys(file: Path) -> None:
    key = {"crv": "P-256", "d": "cHJpdmF0ZQ", "x": "cHVibGlj", "y": "cHVibGlj"}
    passkey = {"privateKey": key, "relyingParty": "x.com", "username": "jo@x.test", "userId": "u", "credentialId": "c"}
    questions = [{"question": "first pet?", "answer": "Rex"}, {"question": "first car?", "answer": "Panda"}]
    records = [
        {"title": "X", "$type": "login", "login": "jo@x.test", "login_url": "x.com",
         "custom_fields": {"$passkey::1": passkey, "$securityQuestion:asked:1": questions, "$trafficEncryptionSeed::1": "s"}},
        {"title": "Y", "$type": "login", "custom_fields": {"$passkey::1": {"credentialId": "c"}, "$passkey::2": []}},
        {"title": "Z", "$type": "login", "custom_fields": {"$passkey::1": [], "$passkey::2": {"privateKey": "pem"}}},
        {"title": "Key", "$type": "sshKeys", "login": "deploy", "password": "opens-the-key",
         "custom_fields": {"$keyPair::1": {"privateKey": "-----BEGIN k", "publicKey": "ssh-rsa"}}},
    ]  # fmt: skip
    vault = read(file, made.as_json({"shared_folders": [], "records": records}))
    assert vault.broken == []
    signed, public, pem, ssh = vault.entries
    # User name and address are no secrets, or they would be left out wherever they stand.
    assert (signed.passkey, signed.secrets, signed.addresses) == (True, ["cHJpdmF0ZQ"], ["x.com"])
    assert signed.fields == [("asked", "Rex", True), ("asked", "Panda", True), ("trafficEncryptionSeed", "s", True)]
    assert (public.passkey, public.secrets, pem.passkey, pem.secrets) == (True, [], True, ["pem"])
    assert (ssh.kind, ssh.password, ssh.secrets) == ("other", None, ["-----BEGIN k", "opens-the-key"])


@pytest.mark.parametrize("team", [{"uid": "kVM9"}, {"uid": "kVM9", "name": "Press"}, {"name": "Press"}, {}])
def test_keeper_does_not_say_how_many_are_in_a_team(team: dict[str, str], file: Path) -> None:
    data = made.keeper()
    data["shared_folders"][1]["permissions"].append(team)
    first = read(file, made.as_json(data)).entries[0]
    assert (first.shared, first.people) == (True, None)


def test_keeper_folder_inside_a_shared_one(file: Path) -> None:
    data = made.keeper()
    data["records"][0]["folders"] = [{"shared_folder": "Agency", "folder": "Below", "can_edit": True}]
    first = read(file, made.as_json(data)).entries[0]
    assert (first.shared, first.collection, first.people) == (True, "Agency", 2)


def test_keeper_csv_only_when_named(file: Path) -> None:
    rows = made.headless(
        ["Own\\Brand", "X", "jo", HARD, "https://x.com", "n", "", "TFC:Keeper", OTP, "PIN", "9021"],
        ["", "Y", "jo", "pw-2", "https://y.com", "", "Agency\\Social"],
        ["Own", "Note", "", "", "", "only text", ""],
        ["Own", "Short", "jo"],
        ["Own", "Odd", "jo", "pw", "", "", "", "label"],
    )
    assert refusal(file, rows) == "not_vault"
    vault = read(file, rows, "keeper-csv")
    first, second, note = vault.entries
    assert (first.password, first.collection, first.shared, first.totp) == (HARD, "Own/Brand", False, True)
    assert (first.secrets, first.fields) == ([OTP], [("PIN", "9021", False)])
    assert (second.collection, second.shared, second.totp) == ("Agency/Social", True, None)
    assert (note.kind, note.password) == ("note", None)
    assert vault.broken == [(4, "password", "TooFewCells"), (5, "custom field", "TooFewCells")]


# -- tables --------------------------------------------------------------------------------------


def test_keepassxc(file: Path) -> None:
    row = {"Group": "Root/Brand/Social", "Title": "X", "Username": "jo", "Password": "p", "URL": "x.com", "Icon": "0",
           "Last Modified": "2024-02-03T23:30:00-02:00", "Created": "2023-01-01T00:00:00Z"}  # fmt: skip
    vault = read(
        file,
        made.table(
            made.KEEPASSXC,
            row,
            {**row, "Group": "Root/Recycle Bin", "TOTP": OTP},
            {**row, "Group": "Root/Brand/Recycle Bin", "Password": "{REF:P@I:46C9B1FFBD4ABC4BBB260C6190BAD20C}"},
            {**row, "Password": "{REF:P@I:x} and more"},
            {**row, "Created": "yesterday"},
            quote_all=True,
        ),
    )
    first, binned, reference, affixed = vault.entries
    assert (first.collection, first.totp) == ("Root/Brand/Social", False)
    assert (first.revised_on, first.created_on) == (date(2024, 2, 4), date(2023, 1, 1))
    assert (binned.place, binned.totp) == ("bin", True)
    assert (reference.place, reference.password) == ("live", None)
    assert affixed.password == "{REF:P@I:x} and more"
    assert vault.broken == [(5, "Created", "ValueError")]


def test_lastpass(file: Path) -> None:
    typed = "NoteType:Server\nLanguage:en-US\nHostname:ssh.x.test\nUsername:root\nPassword:server-9-pw\nNotes:call: Kit\nfirst"
    key = "NoteType:SSH Key\nPassphrase:pp-9\nPrivate Key:-----BEGIN RSA-----\nProcType\nabc\n-----END RSA-----\nNotes:"
    sealed = (
        "NoteType:SSH Key\nPrivate Key:-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES\n\nabc\n"
        "-----END RSA PRIVATE KEY-----\nHostname:x.test\nNotes:"
    )
    vault = read(
        file,
        made.table(
            made.LASTPASS,
            {
                "url": "https://x.com",
                "username": "jo",
                "password": "p",
                "name": "X",
                "grouping": "Social\\Brand",
                "fav": "0",
            },
            {"url": "http://sn", "extra": "plain text", "name": "N"},
            {"url": "http://sn", "extra": typed, "name": "S"},
            {"url": "http://sn", "extra": key, "name": "K"},
            {"url": "http://", "username": "jo", "password": "p", "name": "No address"},
            {"url": "http://sn", "extra": sealed, "name": "L"},
        ),
    )
    login, plain, server, ssh, bare, locked = vault.entries
    assert [name for name, _, hidden in locked.fields if hidden] == ["Private Key"]
    assert ("Hostname", "x.test", False) in locked.fields
    assert (login.collection, login.totp, login.shared) == ("Social\\Brand", False, None)
    assert (plain.kind, plain.password, plain.addresses, plain.notes) == ("note", None, [], "plain text")
    assert server.notes == "call: Kit\nfirst"
    assert ("Password", "server-9-pw", True) in server.fields and ("Hostname", "ssh.x.test", False) in server.fields
    assert ("Private Key", "-----BEGIN RSA-----\nProcType\nabc\n-----END RSA-----", True) in ssh.fields
    assert (bare.kind, bare.addresses) == ("login", [])


def test_browser_keeps_addresses_of_apps(file: Path) -> None:
    address = "android://c2lnbmF0dXJl@com.instagram.android/"
    entry = only(
        file, made.table(made.BROWSER, {"name": "Instagram", "url": address, "username": "jo", "password": ""})
    )
    assert (entry.addresses, entry.password, entry.shared) == ([address], "", False)


def test_firefox(file: Path) -> None:
    row = {"url": "https://x.com", "username": "jo", "password": "p", "timeCreated": "1650000000000",
           "timePasswordChanged": "1690000000000"}  # fmt: skip
    vault = read(
        file,
        made.table(
            made.FIREFOX,
            row,
            {**row, "timePasswordChanged": ""},
            {**row, "timePasswordChanged": "{guid}"},
            {**row, "timePasswordChanged": "9" * 30},
            {**row, "url": "chrome://FirefoxAccounts", "password": '{"token": 1}'},
            quote_all=True,
        ),
    )
    assert vault.kind == "individual"
    assert (vault.entries[0].created_on, vault.entries[0].changed_on) == (date(2022, 4, 15), date(2023, 7, 22))
    assert vault.entries[1].changed_on is None
    assert (vault.entries[2].kind, vault.entries[2].password) == ("other", None)
    assert vault.broken == [(3, "timePasswordChanged", "ValueError"), (4, "timePasswordChanged", "ValueError")]


def test_apple(file: Path) -> None:
    entry = only(
        file,
        made.table(made.APPLE, {"Title": "x.com (jo)", "URL": "https://x.com/", "Username": "jo", "Password": "p"}),
    )
    assert (entry.title, entry.totp, entry.shared) == ("x.com (jo)", False, False)


def test_nordpass(file: Path) -> None:
    fields = json.dumps([{"label": "desk", "type": "text", "value": "third"}, {"label": "PIN", "type": "hidden", "value": "9021"},
                         {"label": "none", "type": "text", "value": ""}])  # fmt: skip
    vault = read(
        file,
        made.table(
            made.NORDPASS,
            {"name": "Brand", "type": "folder"},
            {"name": "X", "type": "password", "url": "https://x.com", "additional_urls": '["https://y.com"]', "username": "jo",
             "password": "p", "folder": "Brand", "custom_fields": fields},
            {"name": "Card", "type": "credit_card", "cardnumber": "4242", "cvc": "123", "pin": "9021", "expirydate": "01/25"},
            {"name": "Note", "type": "note", "note": "n"},
            {"name": "A", "type": "password", "additional_urls": "https://not-json"},
            {"name": "B", "type": "password", "additional_urls": "[1]"},
            {"name": "C", "type": "password", "custom_fields": '{"label": "x"}'},
            {"name": "D", "type": "password", "custom_fields": '[{"label": "x", "value": {}}]'},
        ),
    )  # fmt: skip
    login, card, note = vault.entries
    assert (login.number, login.collection, login.totp) == (2, "Brand", None)
    assert login.addresses == ["https://x.com", "https://y.com"]
    assert login.fields == [("desk", "third", False), ("PIN", "9021", True)]
    assert (card.kind, card.secrets, note.kind, note.password) == ("other", ["4242", "123", "9021"], "note", None)
    assert vault.broken == [
        (5, "additional_urls", "ValueError"),
        (6, "additional_urls", "TypeError"),
        (7, "custom_fields", "TypeError"),
        (8, "custom_fields", "TypeError"),
    ]


def test_nordpass_before_rows_told_their_kind(file: Path) -> None:
    rows = [{"name": "Brand"}, {"name": "X", "url": "x.com", "password": "p", "folder": "Brand"},
            {"name": "N", "note": "n"}, {"name": "C", "cardnumber": "4242"}, {"name": "E", "folder": "Brand"}]  # fmt: skip
    kinds = [(2, "login"), (3, "note"), (4, "other"), (5, "note")]
    vault = read(file, made.table(made.NORDPASS_OLD[:11], *rows))
    assert [(entry.number, entry.kind) for entry in vault.entries] == kinds
    people = [{"name": "P", "full_name": "Jo Hill", "note": "n"}, {"name": "Q", "phone_number": "1"}]
    vault = read(file, made.table(made.NORDPASS_OLD[:-1], *rows, *people))
    assert [(entry.number, entry.kind) for entry in vault.entries] == [*kinds, (6, "other"), (7, "other")]


def test_rows_with_cells_too_many_or_too_few(file: Path) -> None:
    content = b"name,url,username,password,note\r\na,b,c\r\na,b,c,p,n,\r\n\r\n  \r\nx,https://x.com,jo,good,\r\n"
    vault = read(file, content)
    assert [(entry.number, entry.password) for entry in vault.entries] == [(4, "good")]
    assert vault.broken == [(1, "password", "TooFewCells"), (2, "note", "TooManyCells")]


@pytest.mark.parametrize(
    "password", ["nul\x00inside", "\ud83d", "p" * 257, "e\u0301", "é", '"', " ", "🐄" * 120, "=1+1", "{a"]
)
def test_awkward_passwords_in_a_table(password: str, file: Path) -> None:
    assert only(file, made.table(made.BROWSER, {"name": "X", "password": password})).password == password


def test_lone_surrogate_in_json(file: Path) -> None:
    content = {"password": "a\ud800b", "itemEmail": "jo@x.test"}
    item = made.proton_item()
    item["data"]["content"] = content
    assert only(file, made.as_json(made.proton(item))).password == "a\ud800b"


def test_files_that_cannot_be_used(file: Path) -> None:
    assert refusal(file, b"") == "empty"
    assert refusal(file, EVERY["keeper json"][1][:-20]) == "not_json"
    assert refusal(file, EVERY["1pux"][1][:-30]) == "not_zip"
    assert refusal(file, "naïve".encode("latin-1"), "keeper-csv") == "not_text"
    assert refusal(file, b'name,url,username,password\r\n"' + b"x" * 4_100_000) == "not_csv"
    deep = b'{"version": "1", "userId": "u", "vaults": ' + b"[" * 100_000
    assert refusal(file, deep) == "not_json"


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_zip_packed_as_no_product_packs_is_refused(method: int, file: Path) -> None:
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("Proton Pass/data.json", EVERY["proton json"][1])
    assert refusal(file, file.read_bytes()) == "not_zip"


def test_a_zip_with_a_password_says_so(file: Path) -> None:
    content = bytearray(EVERY["safari zip"][1])
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 4)
    assert refusal(file, bytes(content)) == "zip_password"


# -- whatever stands in a file, nothing but a refusal comes out ------------------------------------


def harmless(path: Path, content: bytes, name: str) -> None:
    path.write_bytes(content)
    for named in (None, name):
        try:
            opened = Opened(path)
            vault = identify(opened, named).read(opened, Key())
        except Refused as refused:
            assert refused.code in REFUSALS
        else:
            assert all(told in NAMES for _, told, _ in vault.broken)


# What a broken item may be called by: names of ours, never anything from the file.
NAMES = {
    *made.KEEPASSXC, *made.LASTPASS, *made.BROWSER, *made.FIREFOX, *made.APPLE, *made.ONEPASSWORD, *made.ONEPASSWORD_WEBSITE,
    *made.ONEPASSWORD_4, *made.PROTON, *made.DASHLANE, *made.NORDPASS, "otpUrl", "otp", "autofillUrls", "row",
    "accounts", "vaults", "items", "attrs", "overview", "details", "loginFields", "sections", "fields", "value", "designation",
    "passwordHistory", "time", "createdAt", "updatedAt", "state", "categoryUuid", "urls", "notesPlain", "concealed", "totp",
    "string", "sshKey", "privateKey", "creditCardNumber", "id", "phone", "menu", "email",
    "item", "data", "metadata", "content", "extraFields", "fieldName", "totpUri", "itemEmail", "itemUsername", "passkeys",
    "aliasEmail", "number", "verificationNumber", "pin", "AUTHENTIFIANT", "domain", "login", "secondaryLogin",
    "records", "login_url", "folders", "folder", "shared_folder", "custom_fields", "last_modified", "$type", "shared folder",
    "custom field",
}  # fmt: skip


@fuzz
@given(case=st.sampled_from(sorted(EVERY)), data=st.data())
def test_mutated_bytes(case: str, data: st.DataObject, tmp_path: Path) -> None:
    name, content = EVERY[case]
    changed = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(changed)))
        length = data.draw(st.integers(0, 12))
        changed[at : at + length] = data.draw(
            st.binary(max_size=12) | st.sampled_from([b'"', b",", b"\r", b"\n", b"\x00", b"[", b"{}"])
        )
    harmless(tmp_path / "x.zip", bytes(changed), name)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("otpauth://x"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        found += _places(inner, (*path, key))
    return found


JSON_CASES: dict[str, tuple[Any, str | None]] = {
    "onepassword-1pux": (json.loads(zipfile.ZipFile(io.BytesIO(EVERY["1pux"][1])).read("export.data")), "export.data"),
    "proton-json": (json.loads(EVERY["proton json"][1]), None),
    "dashlane-json": (json.loads(EVERY["dashlane json"][1]), None),
    "keeper-json": (made.keeper(), None),
}


@settings(fuzz, max_examples=400)
@given(name=st.sampled_from(sorted(JSON_CASES)), data=st.data())
def test_mutated_json(name: str, data: st.DataObject, tmp_path: Path) -> None:
    original, member = JSON_CASES[name]
    changed = copy.deepcopy(original)
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(_places(changed)[1:] or [()]))
        assume(path)
        holder = changed
        for key in path[:-1]:
            holder = holder[key]
        if isinstance(holder, dict) and data.draw(st.booleans()):
            del holder[path[-1]]
        else:
            holder[path[-1]] = data.draw(ANY_JSON)
    content = made.as_json(changed)
    harmless(tmp_path / "x", made.zipped({"export.attributes": b"{}", member: content}) if member else content, name)


CELLS = st.text(st.characters(), max_size=12) | st.sampled_from(
    ["", " ", "1e999", "-1", "nan", "[", '["x"]', '[{"label":1}]', "NoteType:A"]
)


@fuzz
@given(
    case=st.sampled_from(sorted(case for case, (_, content) in EVERY.items() if content[:1] not in b"{P")),
    data=st.data(),
)
def test_mutated_cells(case: str, data: st.DataObject, tmp_path: Path) -> None:
    name, content = EVERY[case]
    header = next(csv.reader(io.StringIO(content.decode(), newline="")))
    width = st.just(len(header)) | st.integers(0, len(header) + 2)
    rows = data.draw(st.lists(width.flatmap(lambda size: st.lists(CELLS, min_size=size, max_size=size)), max_size=4))
    harmless(tmp_path / "x", made.table(header, *rows), name)


# A delimiter inside quotes in the header would be a file no product writes; the passwords may hold anything.
@settings(fuzz, max_examples=200)
@given(
    passwords=st.lists(st.text(st.characters(exclude_categories=()), max_size=40), min_size=1, max_size=5),
    case=st.sampled_from(
        ["browser", "lastpass", "apple", "keepassxc", "firefox", "1password 8", "dashlane", "nordpass"]
    ),
    delimiter=st.sampled_from(",;\t"),
    mark=st.booleans(),
)
def test_any_password_comes_back_as_it_was(
    passwords: list[str], case: str, delimiter: str, mark: bool, tmp_path: Path
) -> None:
    name, content = EVERY[case]
    header, row = list(csv.reader(io.StringIO(content.decode(), newline="")))
    at = next(position for position, cell in enumerate(header) if cell.casefold() == "password")
    rows = [[*row[:at], password, *row[at + 1 :]] for password in passwords]
    vault = read(
        tmp_path / "x", (b"\xef\xbb\xbf" if mark else b"") + made.table(header, *rows, delimiter=delimiter), name
    )
    assert [entry.password for entry in vault.entries] == passwords
    assert vault.broken == []
