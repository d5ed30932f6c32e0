"""Vaults: the facts are right, and no secret leaves the process that reads them."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from auditgen.readers.vaults import reader as reading_vaults
from auditgen.readers.vaults.reader import READER
from auditgen.vaults.passwords.words import is_walk
from tests.tools.evidence import Rows, context

pytestmark = pytest.mark.slow

ACCOUNTS = [
    {"account": "ig", "platform": "instagram", "handle": "hillfarm", "url": "https://www.instagram.com/hillfarm/",
     "vault_item": "Social / Instagram"},
    {"account": "x", "platform": "x", "handle": "hillfarm", "url": None, "vault_item": None},
    {"account": "ads", "platform": "ads", "handle": None, "url": "https://ads.example.com/hf", "vault_item": None},
]  # fmt: skip


def item(
    name: str, password: str | None, uri: str | None = "https://example.com", username: str | None = "jo", **more: Any
) -> dict[str, Any]:
    login = {
        "username": username,
        "password": password,
        "totp": None,
        "uris": [{"uri": uri, "match": None}] if uri else None,
    }
    login |= more.pop("login", {})
    return {"type": 1, "name": name, "organizationId": None, "login": login, "creationDate": "2024-01-02T03:04:05Z",
            "revisionDate": "2025-01-02T03:04:05Z", **more}  # fmt: skip


def individual(*items: dict[str, Any]) -> dict[str, Any]:
    return {"encrypted": False, "folders": [], "items": list(items)}


def organisation(*items: dict[str, Any]) -> dict[str, Any]:
    return {"encrypted": False, "collections": [{"id": "c", "name": "Brand"}], "items": list(items)}


def read(folder: Path, **files: Any) -> Rows:
    paths = []
    for name, content in files.items():
        path = folder / f"{name}.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        path.chmod(0o600)
        paths.append(("vault", path))
    rows = Rows()
    reading = context(folder, ACCOUNTS)
    reports = READER.finish(READER.begin(paths, reading), reading, rows)
    rows["reports"] = [vars(report) for _, report in reports]
    return rows


def facts(folder: Path, *items: dict[str, Any]) -> list[dict[str, Any]]:
    return read(folder, vault=individual(*items))["credentials"]


def test_an_address_keeps_its_host_whatever_its_ending_and_a_bare_word_is_none(tmp_path: Path) -> None:
    rows = facts(
        tmp_path,
        item("a", "Long-enough-1", "https://shop.hillfarm.example/login"),
        item("b", "Long-enough-2", "Tr0ub4dor.hillfarm"),
        item("c", "Long-enough-3", "intranet.hillfarm.co.uk"),
    )
    assert [row["domain"] for row in rows] == ["shop.hillfarm.example", None, "hillfarm.co.uk"]


def test_reuse_is_seen_across_vaults_and_counted_by_site(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        one=individual(
            item("a", "Same-Pass-1!", "https://twitter.com"), item("b", "Other-Pass-9!", "https://b.example")
        ),
        two=organisation(
            item("c", "Same-Pass-1!", "https://shop.example.co.uk"), item("d", "Same-Pass-1!", "https://x.com")
        ),
    )
    found = {(row["vault"], row["locator"]): row for row in rows["credentials"]}
    groups = {key: (row.get("reuse_group"), row.get("reuse_sites")) for key, row in found.items()}
    assert groups[("one.json", "item 1")] == groups[("two.json", "item 1")] == groups[("two.json", "item 2")]
    # x.com and twitter.com are one site.
    assert groups[("one.json", "item 1")][1] == 2
    assert groups[("one.json", "item 2")] == (None, None)
    assert found[("two.json", "item 1")]["domain"] == "example.co.uk"
    assert found[("two.json", "item 1")]["shared"] is True
    assert found[("one.json", "item 1")]["shared"] is False


def test_two_spellings_of_one_password_are_one(tmp_path: Path) -> None:
    composed, decomposed = "Caf\u00e9-Marke-77", "Cafe\u0301-Marke-77"
    first, second = facts(
        tmp_path, item("a", composed, "https://a.example"), item("b", decomposed, "https://b.example")
    )
    assert first["reuse_group"] == second["reuse_group"] is not None


@pytest.mark.parametrize(
    ("password", "band"),
    [("aB3$xyz", "under_8"), ("aB3$xyz8", "8_to_14"), ("aB3$xyz8901234é", "15_or_more"), ("x" * 4000, "15_or_more")],
)
def test_length_is_told_in_bands_of_characters(tmp_path: Path, password: str, band: str) -> None:
    assert facts(tmp_path, item("a", password))[0]["length_band"] == band


@pytest.mark.parametrize(
    ("password", "username", "placeholder"),
    [("changeme", "jo", True), ("jo", "jo", True), ("qwertyui", "jo", True), ("", "jo", True), ("example", "jo", True),
     ("11111111", "jo", True), ("gT7#kkQ2!mmZ", "jo", False)],
)  # fmt: skip
def test_placeholders(tmp_path: Path, password: str, username: str, placeholder: bool) -> None:
    assert facts(tmp_path, item("a", password, username=username))[0]["placeholder"] is placeholder


@pytest.mark.parametrize(
    ("password", "context"),
    [("H1llF@rm!99", True), ("Summer2026!", True), ("xx-hillfarm-xx", True), ("Qv8!tz-Lm2#rp", False)],
)
def test_words_of_the_brand_and_seasons_are_seen_through_disguise(tmp_path: Path, password: str, context: bool) -> None:
    assert facts(tmp_path, item("a", password))[0]["context_word"] is context


def test_an_item_is_matched_to_its_account_or_to_none(tmp_path: Path) -> None:
    rows = facts(
        tmp_path,
        item(" social / instagram ", "p1-Xk29!", "https://else.example"),
        item("whatever", "p2-Xk29!", "https://twitter.com/login", username="@HillFarm"),
        item("ads", "p3-Xk29!", "https://ads.example.com/hf/"),
        item("x", "p4-Xk29!", "https://x.com", username="somebody"),
        item("note", "p5-Xk29!", None),
    )
    assert [row["account"] for row in rows] == ["ig", "x", "ads", None, None]
    assert rows[4]["address_present"] is False


def test_addresses_that_are_not_encrypted(tmp_path: Path) -> None:
    addresses = [
        "http://shop.example",
        "https://shop.example",
        "http://localhost:8080",
        "http://192.168.1.4",
        "androidapp://com.x.app",
        "shop.example",
    ]
    found = [row["insecure_address"] for row in facts(tmp_path, *(item("a", "p-Xk29!aa", uri) for uri in addresses))]
    assert found == [True, False, False, False, False, False]


def test_history_and_dates_only_where_the_format_knows_them(tmp_path: Path) -> None:
    old, known, never = facts(
        tmp_path,
        item("a", "Now-Xk29!"),
        item(
            "b",
            "Now-Xk29!b",
            passwordHistory=[{"password": "Now-Xk29!b"}],
            login={"passwordRevisionDate": "2026-03-04T00:00:00Z"},
        ),
        item("c", "Now-Xk29!c", passwordHistory=[], login={"passwordRevisionDate": None}),
    )
    assert (old["changed_on"], old["history"], old["returned_to_old"]) == (None, None, None)
    assert (known["changed_on"], known["history"], known["returned_to_old"]) == ("2026-03-04", 1, True)
    assert (never["changed_on"], never["history"], never["returned_to_old"]) == ("2024-01-02", 0, False)


def test_odd_items_are_taken_or_left_out_and_the_rest_stays(tmp_path: Path) -> None:
    odd = [
        {"type": 1, "name": "no login", "login": None}, item("no password", None), item("no uris", "p-Xk29!", None),
        {"type": 2, "name": "note"}, item("gone", "p-Xk29!g", deletedDate="2026-01-01T00:00:00Z"), "not an item", None,
        item("nul", "a\u0000b-Xk29!"), item(None, "p-Xk29!n", username=None),  # type: ignore[arg-type]
        item("bad uri", "p-Xk29!u", "http://[::1"), item("surrogate", "\ud800-Xk29!"),
    ]  # fmt: skip
    rows = read(tmp_path, vault=individual(*odd))
    assert [row["locator"] for row in rows["credentials"]] == [f"item {n}" for n in (1, 2, 3, 8, 9, 10, 11)]
    (report,) = rows["reports"]
    assert report["rows_refused"] == 2
    assert report["message"] == "1 deleted item was left out. 2 items could not be read, the first is item 6."


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"encrypted": True, "encKeyValidation_DO_NOT_EDIT": "2.a|b|c", "folders": [], "items": []}, "Export vault"),
        ('{"items": [', "is not readable JSON"),
        ({"other": 1}, "is no vault export that is known"),
        ("[]", "is no vault export that is known"),
        ("PK\x03\x04", "is not a readable zip"),
        ("", "is empty"),
    ],
)
def test_what_cannot_be_read_is_named_with_the_way_out(tmp_path: Path, content: Any, expected: str) -> None:
    rows = read(tmp_path, vault=content, good=individual(item("a", "p-Xk29!aa")))
    bad = next(report for report in rows["reports"] if report["path"] == "vault.json")
    assert bad["status"] == "failed"
    assert expected in bad["message"]
    assert len(rows["credentials"]) == 1


def test_mode_and_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    path = tmp_path / "v.json"
    path.write_text(json.dumps(individual()), encoding="utf-8")
    path.chmod(0o644)
    rows = Rows()
    READER.read(path, context(tmp_path), rows)
    assert rows["vaults"][0]["readable_by_others"] is True
    assert rows["vaults"][0]["exported_on"] == date(2026, 11, 20)


def test_the_child_tells_facts_and_nothing_that_could_rebuild_a_password(tmp_path: Path) -> None:
    rows = read(tmp_path, vault=individual(item("Title-Canary", "Pass-Canary-91!x", username="user-canary@x.example",
                                                notes="note-canary", login={"totp": "SEEDCANARY"})))  # fmt: skip
    text = json.dumps(rows, default=str).casefold()
    assert "canary" not in text
    for length in ("16", "pass-", "x.example"):
        assert length not in text.replace("2026", "")


def test_a_crashing_child_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "vaults" / "process.py"
    script.parent.mkdir()
    script.write_text("import sys; sys.stderr.write('Pass-Canary'); sys.exit(9)", encoding="utf-8")
    monkeypatch.setattr(reading_vaults, "__file__", str(tmp_path / "readers" / "vaults" / "reader.py"))
    with pytest.raises(reading_vaults.ReadError, match=r"ended early \(code 9\)"):
        read(tmp_path, vault=individual())


@pytest.mark.skipif(sys.platform != "linux", reason="core limits as Linux has them")
def test_the_child_can_dump_no_core() -> None:
    script = Path(reading_vaults.__file__).parents[2] / "vaults" / "process.py"
    code = (
        f"import runpy, resource; runpy.run_path({str(script)!r})['harden'](); "
        "print(resource.getrlimit(resource.RLIMIT_CORE))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(0, 0)"


@pytest.mark.parametrize(
    ("text", "walk"),
    [("qwerty", True), ("trewq", True), ("abcdef", True), ("aaaa", True), ("abc", False), ("horse", False)],
)
def test_keyboard_walks(text: str, walk: bool) -> None:
    assert is_walk(text) is walk


def test_a_password_in_the_field_of_an_address_is_no_domain(tmp_path: Path) -> None:
    rows = read(tmp_path, vault=individual(
        item("same", "canary.pass.pw", "canary.pass.pw"), item("word", "Xk29!-canary", "canaryword"),
        item("old", "Xk29!-new", "old.canary.pw", passwordHistory=[{"password": "old.canary.pw"}]),
        item("app", "Xk29!-a", "androidapp://com.example"), item("inside", "Xk29!-b", "http://intranet.local:8080/x"),
        item("number", "Xk29!-c", "https://192.168.1.1"), item("bare", "Xk29!-d", "example.co.uk"),
    ))  # fmt: skip
    assert [row["domain"] for row in rows["credentials"]] == [
        None, None, None, "app:com.example", "intranet.local", "192.168.1.1", "example.co.uk",
    ]  # fmt: skip
    assert "canary" not in json.dumps(rows, default=str).casefold()


def test_what_an_export_does_not_hold_is_unknown(tmp_path: Path) -> None:
    facts = ("password_present", "totp", "passkey")
    rows = read(tmp_path, vault=individual(
        {"type": 1, "name": "no login", "login": None}, {"type": 1, "name": "wrong", "login": {"password": ["x"], "totp": 1}},
        {"type": 1, "name": "empty", "login": {"password": None, "totp": "", "fido2Credentials": [], "uris": None}},
        {"type": 1, "name": "all", "login": {"password": "p-Xk29!", "totp": "AB", "fido2Credentials": [{}],
                                             "uris": [{"uri": "https://x.example"}]}},
    ))  # fmt: skip
    assert [tuple(row[fact] for fact in facts) for row in rows["credentials"]] == [
        (None,) * 3, (None,) * 3, (False,) * 3, (True,) * 3,
    ]  # fmt: skip


def test_a_csv_export_is_read_and_says_what_it_does_not_know(tmp_path: Path) -> None:
    rows = read(tmp_path, vault="folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,"
                                "login_totp\n,,login,One,,,0,https://x.com,hillfarm,Qv8!tz-Lm2#rp,\n")  # fmt: skip
    (row,) = rows["credentials"]
    assert (row["account"], row["totp"], row["passkey"], row["changed_on"], row["history"]) == (
        "x", False, None, None, None,
    )  # fmt: skip


def test_files_of_one_name_outside_the_workspace_are_both_read(tmp_path: Path) -> None:
    from auditgen.readers import Context

    root = tmp_path / "far" / "off" / "down" / "workspace"
    root.mkdir(parents=True)
    paths = []
    for folder in ("a/keep", "b/keep"):
        (tmp_path / folder).mkdir(parents=True)
        path = tmp_path / folder / "vault.json"
        path.write_text(json.dumps(individual(item("one", "p-Xk29!"))), encoding="utf-8")
        paths.append(("vault", path))
    where: Context = context(root)
    rows = Rows()
    READER.finish(READER.begin(paths, where), where, rows)
    assert [row["vault"] for row in rows["vaults"]] == ["keep/vault.json", "keep/vault.json (2)"]
