"""Bitwarden: every kind of export gives the same items, locks hold, and no file can do harm."""

from __future__ import annotations

import base64
import hashlib
import time
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditgen.vaults.entry import REFUSALS, Entry, Key, Refused, Vault
from auditgen.vaults.formats import bitwarden
from auditgen.vaults.formats import bitwarden_encrypted as encrypted
from auditgen.vaults.formats.bitwarden_csv import addresses
from auditgen.vaults.limits import Opened
from tests.tools import vault_files_bitwarden as make

MADE, REVISED = date(2024, 1, 2), date(2025, 1, 2)
BY_NAME = {kind.name: kind for kind in bitwarden.FORMATS}


def opened(folder: Path, content: bytes, passphrase: str | None = "pw", name: str | None = None) -> Vault:
    """The vault in a file of this content, by the format that knows it; `name` is the one it must be."""
    path = folder / "vault"
    path.write_bytes(content)
    file = Opened(path)
    known = [kind for kind in bitwarden.FORMATS if kind.recognise(file)]
    assert len(known) == 1
    assert name is None or known[0].name == name
    return known[0].read(file, Key(passphrase))


def refusal(folder: Path, content: bytes | dict[str, Any], passphrase: str | None = "pw") -> str:
    with pytest.raises(Refused) as caught:
        opened(folder, make.as_bytes(content) if isinstance(content, dict) else content, passphrase)
    assert REFUSALS[caught.value.code]
    return caught.value.code


def read(folder: Path, data: Any) -> Vault:
    return opened(folder, make.as_bytes(data), name="bitwarden-json")


def one(folder: Path, item: dict[str, Any]) -> Entry:
    vault = read(folder, make.individual(item))
    assert vault.broken == []
    return vault.entries[0]


def facts(vault: Vault) -> list[dict[str, Any]]:
    return [{name: getattr(entry, name) for name in entry.__slots__} for entry in vault.entries]


FULL = make.login(
    "Instagram",
    "now",
    notes="some words",
    fields=[
        {"name": "PIN", "value": "4711", "type": 1, "linkedId": None},
        {"name": "Plan", "value": "pro", "type": 0, "linkedId": None},
        {"name": "Same as user", "value": None, "type": 3, "linkedId": 100},
        {"name": None, "value": None, "type": 0},
    ],
    passwordHistory=[
        {"lastUsedDate": "2024-09-01T00:00:00.000Z", "password": "before"},
        {"lastUsedDate": "2024-08-01T00:00:00.000Z", "password": "PIN: 0815"},
        {"lastUsedDate": "2024-07-01T00:00:00.000Z", "password": "first"},
    ],
    login={
        "uris": [
            {"uri": "https://a.example", "match": None},
            {"uri": " "},
            {"uri": "androidapp://com.x"},
            {"uri": None},
        ],
        "totp": "otpauth://totp/x?secret=AA",
        "fido2Credentials": [{"credentialId": "c", "keyValue": "passkey secret", "rpId": "a.example"}],
        "passwordRevisionDate": "2024-09-01T23:30:00.000-02:00",
    },
)


# -- items -------------------------------------------------------------------------------------------


def test_an_item_gives_every_part(tmp_path: Path) -> None:
    vault = read(tmp_path, make.individual(FULL))
    entry = vault.entries[0]
    assert (vault.product, vault.kind, vault.broken, vault.container) == ("bitwarden", "individual", [], None)
    assert (entry.number, entry.title, entry.username, entry.password) == (1, "Instagram", "jo", "now")
    assert (entry.notes, entry.kind, entry.place, entry.people) == ("some words", "login", "live", None)
    assert entry.addresses == ["https://a.example", "androidapp://com.x"]
    assert entry.fields == [("PIN", "4711", True), ("Plan", "pro", False), ("", "", False)]
    assert (entry.totp, entry.passkey) == (True, True)
    # A change of a hidden field stands in the history too, but was no password.
    assert entry.history == ["first", "before"]
    assert entry.secrets == ["0815", "otpauth://totp/x?secret=AA", "passkey secret"]
    assert (entry.created_on, entry.revised_on, entry.changed_on) == (MADE, REVISED, date(2024, 9, 2))
    assert (entry.shared, entry.collection, entry.excluded, entry.alias) == (False, None, False, None)


def test_a_collection_of_nothing_is_none(tmp_path: Path) -> None:
    for collections in ([None], [], None):
        entry = one(tmp_path, make.login("X", "x", organizationId=None, collectionIds=collections))
        assert (entry.shared, entry.collection) == (False, None)
    entry = one(tmp_path, make.login("X", "x", collectionIds=[None, "c1"]))
    assert (entry.shared, entry.collection) == (True, "c1")


def test_an_item_with_a_login_needs_no_kind(tmp_path: Path) -> None:
    item = make.login("X", "x")
    del item["type"]
    assert (one(tmp_path, item).kind, one(tmp_path, item).password) == ("login", "x")
    for other in ({"name": "X"}, {"name": "X", "login": None}, {**item, "type": None}, {**item, "type": 9}):
        assert one(tmp_path, other).kind == "other"


def test_every_container_gives_the_same_items(tmp_path: Path) -> None:
    data = make.individual(FULL, make.login("Y", "y"))
    plain = facts(read(tmp_path, data))
    assert facts(opened(tmp_path, make.zipped(data), name="bitwarden-zip")) == plain
    for kind in (0, 1):
        locked = make.as_bytes(make.protected(data, kind=kind))
        assert facts(opened(tmp_path, locked, name="bitwarden-encrypted")) == plain
    marked = b"\xef\xbb\xbf" + make.as_bytes(data)
    assert facts(opened(tmp_path, marked)) == plain


def test_shared_is_what_others_can_read(tmp_path: Path) -> None:
    mine = make.login("mine")
    ours = make.login("ours", organizationId="o", collectionIds=["c1", "c2"])
    vault = read(tmp_path, make.individual(mine, ours, make.login("one", collectionIds=["c1"])))
    assert [entry.shared for entry in vault.entries] == [False, True, True]
    assert [entry.collection for entry in vault.entries] == [None, "c1", "c1"]
    vault = read(tmp_path, make.organisation(mine, ours))
    assert vault.kind == "organisation"
    assert [entry.shared for entry in vault.entries] == [True, True]


def test_a_password_that_was_never_changed_is_as_old_as_its_item(tmp_path: Path) -> None:
    assert one(tmp_path, make.login()).changed_on == MADE
    silent = make.login()
    del silent["login"]["passwordRevisionDate"]
    # An older export says nothing about it.
    assert one(tmp_path, silent).changed_on is None
    assert one(tmp_path, make.login(login={"passwordRevisionDate": "soon"})).changed_on is None
    assert one(tmp_path, make.login(creationDate=None)).changed_on is None


def test_what_an_older_export_leaves_out_is_not_known(tmp_path: Path) -> None:
    entry = one(tmp_path, {"type": 1, "name": "X", "login": {"username": "jo", "password": "p"}})
    assert (entry.totp, entry.passkey, entry.history, entry.created_on) == (None, None, None, None)
    assert (entry.password, entry.addresses) == ("p", [])
    assert one(tmp_path, {"type": 1, "name": "X", "login": {}}).password is None
    told = one(tmp_path, make.login())
    assert (told.totp, told.passkey, told.history) == (False, False, [])


def test_nulls_anywhere_are_no_failure(tmp_path: Path) -> None:
    empty = one(tmp_path, make.login(None, None, login={"uris": None, "username": None, "fido2Credentials": None}))  # type: ignore[arg-type]
    assert (empty.password, empty.username, empty.addresses, empty.title, empty.passkey) == ("", "", [], "", False)
    gone = one(tmp_path, make.login(login={}) | {"login": None, "fields": None, "notes": None})
    assert (gone.password, gone.totp, gone.kind) == (None, None, "login")


def test_kinds_and_places(tmp_path: Path) -> None:
    vault = read(
        tmp_path,
        make.individual(
            make.login("deleted", deletedDate="2025-01-01T00:00:00Z", archivedDate="2025-01-01T00:00:00Z"),
            make.login("archived", archivedDate="2025-01-01T00:00:00Z"),
            {"type": 2, "name": "note", "notes": "text", "secureNote": {"type": 0}},
            {"type": 3, "name": "card", "card": {"number": "4111", "code": "123", "brand": "Visa"}},
            {"type": 4, "name": "identity", "identity": {"firstName": "Jo"}},
            {"type": 5, "name": "key", "sshKey": {"privateKey": "-----BEGIN", "publicKey": "ssh-ed25519"}},
            {"type": 99, "name": "new"},
        ),
    )
    assert [entry.place for entry in vault.entries] == ["bin", "archive", *["live"] * 5]
    assert [entry.kind for entry in vault.entries] == ["login", "login", "note", *["other"] * 4]
    assert [entry.secrets for entry in vault.entries] == [[], [], [], ["4111", "123"], [], ["-----BEGIN"], []]
    assert [entry.password for entry in vault.entries[2:]] == [None] * 5


def test_history_is_in_order_of_time(tmp_path: Path) -> None:
    def told(*dates: str | None) -> list[str] | None:
        old = [{"lastUsedDate": used, "password": f"p{number}"} for number, used in enumerate(dates)]
        return one(tmp_path, make.login(passwordHistory=old)).history

    assert told("2024-03-01T00:00:00Z", "2024-02-01T00:00:00Z") == ["p1", "p0"]
    assert told("2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z") == ["p0", "p1"]
    # Without dates the order of the file is the order of time, the newest first.
    assert told(None, "2024-03-01T00:00:00Z", None) == ["p2", "p1", "p0"]
    assert one(tmp_path, make.login(passwordHistory=[{"password": None}, {"password": ""}, 4])).history == []


def test_an_item_that_cannot_be_read_is_told_and_the_others_stay(tmp_path: Path) -> None:
    vault = read(tmp_path, make.individual("text", make.login("X", 4711), make.login("Y", "fine")))  # type: ignore[arg-type]
    assert vault.broken == [(1, "item", "TypeError"), (2, "login.password", "TypeError")]
    assert [(entry.number, entry.password) for entry in vault.entries] == [(2, None), (3, "fine")]


ODD = [" spaces ", "a\0b", "a\r\nb", "🔑🔑", 'quoted", \'too\', \\', unicodedata.normalize("NFC", "zoë"),
       unicodedata.normalize("NFD", "zoë"), "x" * 300, "{REF:P@I:00}", "\ud800", "\ufeffmark"]  # fmt: skip


def test_odd_passwords_are_kept_to_the_letter(tmp_path: Path) -> None:
    data = make.individual(*(make.login(f"e{number}", text) for number, text in enumerate(ODD)))
    for content in (make.as_bytes(data), make.zipped(data), make.as_bytes(make.protected(data))):
        assert [entry.password for entry in opened(tmp_path, content).entries] == ODD


# -- CSV ---------------------------------------------------------------------------------------------

ROW = {"type": "login", "name": "X", "login_uri": "https://a.example,https://b.example", "login_username": "jo",
       "login_password": "secret", "login_totp": "AA", "notes": "n", "fields": "PIN: 4711\nPlan: pro\nmore"}  # fmt: skip


@pytest.mark.parametrize("reprompt", [True, False])
@pytest.mark.parametrize("shared", [True, False])
def test_csv_of_both_kinds_old_and_new(tmp_path: Path, reprompt: bool, shared: bool) -> None:
    header = make.SHARED if shared else make.PERSONAL
    header = header if reprompt else tuple(name for name in header if name != "reprompt")
    where = {"collections": "Brand,Paid"} if shared else {"folder": "Social"}
    note = {"type": "note", "name": "N", "notes": "text"}
    vault = opened(tmp_path, make.table(header, ROW | where, note, {"type": "card"}), name="bitwarden-csv")
    entry, second, third = vault.entries
    assert (vault.product, vault.kind) == ("bitwarden", "organisation" if shared else "individual")
    assert (entry.number, entry.title, entry.username, entry.password) == (1, "X", "jo", "secret")
    assert entry.addresses == ["https://a.example", "https://b.example"]
    assert entry.fields == [("PIN", "4711", False), ("Plan", "pro\nmore", False)]
    assert (entry.totp, entry.secrets, entry.passkey, entry.history) == (True, ["AA"], None, None)
    assert (entry.shared, entry.collection) == ((True, "Brand") if shared else (False, None))
    assert (entry.created_on, entry.changed_on, entry.revised_on) == (None, None, None)
    assert [(item.kind, item.password) for item in (second, third)] == [("note", None), ("other", None)]


def test_csv_of_the_newest_kind_tells_the_archive(tmp_path: Path) -> None:
    header = (*make.PERSONAL[:7], "archivedDate", *make.PERSONAL[7:])
    vault = opened(tmp_path, make.table(header, ROW, ROW | {"archivedDate": "2026-01-01T00:00:00Z"}))
    assert [entry.place for entry in vault.entries] == ["live", "archive"]


def test_odd_passwords_in_csv_are_kept_to_the_letter(tmp_path: Path) -> None:
    odd = [text for text in ODD if text != "\ud800"]
    vault = opened(tmp_path, make.table(make.PERSONAL, *(ROW | {"login_password": text} for text in odd)))
    assert [entry.password for entry in vault.entries] == odd
    assert opened(tmp_path, make.table(make.PERSONAL, ROW | {"login_password": ""})).entries[0].password == ""


def test_a_shifted_row_is_told_and_the_others_stay(tmp_path: Path) -> None:
    content = make.table(make.PERSONAL, ["Social", "", "login", "X"], ["x"] * 12, ROW, [" "])
    vault = opened(tmp_path, content)
    assert vault.broken == [(1, "row", "TooFewCells"), (2, "row", "TooManyCells")]
    assert [entry.number for entry in vault.entries] == [3]


def test_other_tables_are_left_to_others(tmp_path: Path) -> None:
    for header in (("name", "url", "username", "password"), ("title", *make.PERSONAL[1:]), (*make.PERSONAL, "type")):
        path = tmp_path / "vault"
        path.write_bytes(make.table(header, ["x"] * len(header)))
        assert not any(kind.recognise(Opened(path)) for kind in bitwarden.FORMATS)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("", [""]),
        ("https://a.example", ["https://a.example"]),
        ("https://a.example/x,y?b=1,2", ["https://a.example/x,y?b=1,2"]),
        ("https://a.example/login,b.example/login", ["https://a.example/login", "b.example/login"]),
        ("a.example,androidapp://com.x", ["a.example", "androidapp://com.x"]),
        ("https://maps.example/@52.5,13.4,15z", ["https://maps.example/@52.5,13.4,15z"]),
    ],
)
def test_addresses_in_one_cell(cell: str, found: list[str]) -> None:
    assert addresses(cell) == found


# -- password-protected ------------------------------------------------------------------------------

DATA = make.individual(FULL)


def test_how_a_protected_export_is_locked_is_told(tmp_path: Path) -> None:
    box = opened(tmp_path, make.as_bytes(make.protected(DATA, rounds=6_000))).container
    assert box is not None
    assert (box.kind, box.derivation, box.iterations, box.memory) == ("bitwarden", "pbkdf2", 6_000, None)
    box = opened(tmp_path, make.as_bytes(make.protected(DATA, kind=1, rounds=3, memory=17))).container
    assert box is not None
    assert (box.derivation, box.iterations, box.memory) == ("argon2id", 3, 17 * 1024)


@pytest.mark.parametrize("password", ["", "pässwörd 🔑", " x "])
@pytest.mark.parametrize("kind", [0, 1])
def test_passphrases_are_taken_to_the_letter(tmp_path: Path, password: str, kind: int) -> None:
    locked = make.as_bytes(make.protected(DATA, password, kind))
    assert opened(tmp_path, locked, password).entries[0].password == "now"
    assert refusal(tmp_path, locked, f"{password}x") == "wrong_passphrase"
    assert refusal(tmp_path, locked, None) == "no_passphrase"
    assert refusal(tmp_path, locked, "\ud800") == "wrong_passphrase"


def flipped(text: str) -> str:
    """The same string with one bit of its content changed."""
    kind, rest = text.split(".")
    parts = [bytearray(base64.b64decode(part)) for part in rest.split("|")]
    parts[1][20 % len(parts[1])] ^= 1
    return f"{kind}." + "|".join(base64.b64encode(part).decode() for part in parts)


@pytest.mark.parametrize("kind", [0, 1])
def test_both_seals_are_checked_before_anything_is_decrypted(
    tmp_path: Path, kind: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encrypted, "_decrypted", lambda *told: pytest.fail("decrypted without a seal"))
    good = make.protected(DATA, kind=kind)
    for name in ("data", encrypted.SEALED):
        assert refusal(tmp_path, good | {name: flipped(good[name])}) == "damaged"
    both = {name: flipped(good[name]) for name in ("data", encrypted.SEALED)}
    assert refusal(tmp_path, good | both) == "wrong_passphrase"
    assert refusal(tmp_path, good | {"salt": "other"}) == "wrong_passphrase"


def test_a_protected_export_that_is_cut_short_is_damaged(tmp_path: Path) -> None:
    good = make.protected(DATA)
    cut = ("", None, 4, "2.", "2.a|b", good["data"][:-1], good["data"][:60], good["data"].rpartition("|")[0], "no dots")
    for data in cut:
        assert refusal(tmp_path, good | {"data": data}) == "damaged"
    assert refusal(tmp_path, make.as_bytes(good)[:-20]) == "not_json"
    assert refusal(tmp_path, make.protected(b'{"items": [')) == "not_json"
    assert refusal(tmp_path, make.protected(b"\xff\xff{")) == "damaged"
    assert refusal(tmp_path, make.protected({"items": []})) == "not_vault"
    assert refusal(tmp_path, make.protected(make.protected(DATA))) == "not_vault"


def test_what_is_locked_in_another_way_is_refused_by_name(tmp_path: Path) -> None:
    for kind in (2, 7):
        assert refusal(tmp_path, make.restricted(kind), None) == "bitwarden_account"
    good = make.protected(DATA)
    for name in ("data", encrypted.SEALED):
        for kind in ("0", "4", "7"):
            assert refusal(tmp_path, good | {name: f"{kind}.{good[name][2:]}"}) == "bitwarden_lock"
    for kind in (2, -1, None, "0", True, False):
        assert refusal(tmp_path, good | {"kdfType": kind}) == "bitwarden_lock"


@pytest.mark.parametrize(
    ("kind", "change", "code"),
    [
        (0, {"kdfIterations": 10_000_001}, "costly_key"),
        (0, {"kdfIterations": 4_999}, "weak_key"),
        (0, {"kdfIterations": None}, "damaged"),
        (0, {"kdfIterations": True}, "damaged"),
        (0, {"kdfIterations": 1e9}, "damaged"),
        (1, {"kdfIterations": 21}, "costly_key"),
        (1, {"kdfMemory": 1025}, "costly_key"),
        (1, {"kdfMemory": 10**30}, "costly_key"),
        (1, {"kdfParallelism": 17}, "costly_key"),
        (1, {"kdfIterations": 0}, "weak_key"),
        (1, {"kdfParallelism": -1}, "weak_key"),
        (1, {"kdfMemory": "64"}, "damaged"),
    ],
)
def test_costs_are_bounded_before_any_work(tmp_path: Path, kind: int, change: dict[str, Any], code: str) -> None:
    content = make.protected(DATA, kind=kind) | change
    start = time.monotonic()
    assert refusal(tmp_path, content, None) == code
    assert time.monotonic() - start < 1


def test_without_argon2_the_way_to_get_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.kdf import argon2

    def missing(**told: Any) -> None:
        raise UnsupportedAlgorithm("no")

    content = make.protected(DATA, kind=1)
    monkeypatch.setattr(argon2, "Argon2id", missing)
    assert refusal(tmp_path, content) == "needs_argon2"


def test_the_recipe_is_the_one_of_bitwarden() -> None:
    """A known answer: PBKDF2 of the salt's text, then HKDF-Expand with the two purposes."""
    master = hashlib.pbkdf2_hmac("sha256", b"a", b"AAAA", 5_000, 32)
    container = encrypted.container_of({"kdfType": 0, "kdfIterations": 5_000})
    assert encrypted._derived(container, b"a", b"AAAA", {}) == master
    import hmac

    assert encrypted._expanded(master, b"mac") == hmac.digest(master, b"mac\x01", "sha256")


# -- nothing shows, nothing breaks ---------------------------------------------------------------------


def test_files_of_another_kind(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    for content in (b"[]", b'{"items": []}', b'{"encrypted": true, "vaults": {}}', b"{}", b"text", b"<x/>", b"1",
                    make.zipped({}, "Proton Pass/data.json")):  # fmt: skip
        path.write_bytes(content)
        file = Opened(path)
        assert not any(kind.recognise(file) for kind in bitwarden.FORMATS)
        for kind in bitwarden.FORMATS:
            with pytest.raises(Refused, match="not_vault"):
                kind.read(file, Key("pw"))
    assert refusal(tmp_path, make.zipped([])) == "not_vault"


def test_too_many_items_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bitwarden, "MAX_ITEMS", 2)
    assert len(read(tmp_path, make.individual(*[make.login()] * 2)).entries) == 2
    assert refusal(tmp_path, make.individual(*[make.login()] * 3)) == "too_many"


def test_no_secret_shows_in_what_is_printed_of_a_vault(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    old = [{"lastUsedDate": None, "password": "canary-2"}]
    item = make.login("Canary", "canary-1", notes="canary-3", passwordHistory=old, login={"totp": "canary-4"})
    locked = make.protected(make.individual(item, make.login("X", ["canary-5"])))  # type: ignore[arg-type]
    vault = opened(tmp_path, make.as_bytes(locked))
    with pytest.raises(Refused) as caught:
        opened(tmp_path, make.as_bytes(locked), "canary-6")
    shown = repr([vault, *vault.entries, Key("canary-7"), encrypted._sealed(locked["data"]), caught.value])
    assert "anary" not in shown + caplog.text + "".join(capfd.readouterr())


LOCKED = make.as_bytes(make.protected(DATA))
SAMPLES: dict[str, Callable[[], bytes]] = {
    "json": lambda: make.as_bytes(DATA),
    "zip": lambda: make.zipped(DATA),
    "locked": lambda: LOCKED,
    "csv": lambda: make.table(make.PERSONAL, ROW, ROW),
}


def read_all(path: Path) -> None:
    for kind in bitwarden.FORMATS:
        try:
            file = Opened(path)
            kind.recognise(file)
            vault = kind.read(file, Key("pw"))
            assert isinstance(vault, Vault)
            assert "secret" not in repr([vault, *vault.entries])
        except Refused as refused:
            assert refused.code in REFUSALS


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), name=st.sampled_from(sorted(SAMPLES)))
def test_no_mutation_gives_anything_but_a_vault_or_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: st.DataObject, name: str
) -> None:
    monkeypatch.setattr(encrypted, "PBKDF2_ROUNDS", (1, 10_000))
    content = bytearray(SAMPLES[name]())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        some = data.draw(st.binary(min_size=1, max_size=8) | st.sampled_from([b"null", b"{", b'"', b"[", b"\n", b"9"]))
        step = data.draw(st.sampled_from(["put", "add", "cut", "end"]))
        if step == "put":
            content[at : at + len(some)] = some
        elif step == "add":
            content[at:at] = some
        elif step == "cut":
            del content[at : at + 20]
        else:
            del content[at:]
    path = tmp_path / "vault"
    path.write_bytes(content)
    read_all(path)


NAMES = sorted({"encrypted", "passwordProtected", "salt", "data", *FULL, *FULL["login"], "uri", "name", "value", "password",
                "lastUsedDate", "keyValue", "card", "sshKey", "privateKey"})  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("2024-01-02T03:04:05Z"),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.sampled_from(NAMES), parts, max_size=5),
    max_leaves=20,
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=6), inner=ANYTHING, whole=st.booleans())
def test_no_shape_of_json_gives_anything_but_a_vault_or_a_refusal(
    tmp_path: Path, changes: dict[str, Any], inner: Any, whole: bool
) -> None:
    item: dict[str, Any] = {**FULL, **changes}
    item["login"] = {**FULL["login"], **changes} if whole else inner
    path = tmp_path / "vault"
    for data in (make.individual(item, inner), make.individual(item) | changes, changes):
        path.write_bytes(make.as_bytes(data))
        read_all(path)
