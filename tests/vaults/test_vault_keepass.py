"""KeePass: databases of both versions and XML exports give the same items, and no file can do harm."""

from __future__ import annotations

import base64
import os
import struct
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
from auditgen.vaults.formats.keepass import document as keepass_document
from auditgen.vaults.formats.keepass import kdbx, kdbx_header
from auditgen.vaults.formats.keepass import xml as keepass_xml
from auditgen.vaults.formats.keepass.document import read_document
from auditgen.vaults.limits import Opened
from tests.tools import vault_files_keepass as make

pytestmark = pytest.mark.slow

MARCH = date(2024, 3, 1)


def opened(folder: Path, content: bytes, key: Key | None = None) -> Vault:
    """The vault in a file of this content, by the first format that knows it."""
    path = folder / "vault"
    path.write_bytes(content)
    file = Opened(path)
    kind = next(kind for kind in (*kdbx.FORMATS, *keepass_xml.FORMATS) if kind.recognise(file))
    return kind.read(file, key or Key("pw"))


def refusal(folder: Path, content: bytes, key: Key | None = None) -> str:
    with pytest.raises(Refused) as caught:
        opened(folder, content, key)
    assert REFUSALS[caught.value.code]
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value.code


def from_xml(text: str) -> Vault:
    return keepass_xml.vault_of(read_document(text.encode()))


def one(*arguments: Any, **more: Any) -> Entry:
    vault = from_xml(make.document(make.entry(*arguments, **more)))
    assert vault.broken == []
    return vault.entries[0]


def facts(vault: Vault) -> list[dict[str, Any]]:
    return [{name: getattr(entry, name) for name in entry.__slots__} for entry in vault.entries]


@pytest.fixture
def keepassxc(tmp_path: Path) -> make.KeePassXC:
    if make.KeePassXC.PATH is None:
        words = "needs keepassxc-cli"
        if os.environ.get("AUDITGEN_NO_SKIP"):
            pytest.fail(words)
        pytest.skip(words)
    return make.KeePassXC(tmp_path)


FULL = make.document(
    make.entry(
        "Instagram",
        "third",
        made="2024-03-01T10:00:00Z",
        changed="2024-06-02T10:00:00Z",
        expires="2025-01-31T00:00:00Z",
        history=(
            make.entry("Instagram", "first", changed="2024-03-01T10:00:00Z"),
            make.entry("Instagram", "second", changed="2024-04-05T10:00:00Z"),
            make.entry("Instagram", "third", changed="2024-05-01T10:00:00Z"),
        ),
        strings={
            "Notes": "line one\nline two",
            "KP2A_URL_10": "https://c.example",
            "KP2A_URL": "https://a.example",
            "KP2A_URL_2": "https://b.example",
            "otp": "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP",
            "PIN": "4711",
            "Open": "seen by all",
            "KPEX_PASSKEY_PRIVATE_KEY_PEM": "-----BEGIN PRIVATE KEY-----",
            "KPEX_PASSKEY_RELYING_PARTY": "example.com",
        },
    ),
    make.group("Brand", make.group("Paid / ads", make.entry("Ads", make.reference("Instagram")))),
    make.group("Old things", make.entry("Gone", "gone"), make.group("Deeper", make.entry("Gone too", "gone 2"))),
    make.group("Recycle Bin", make.entry("Stays", "stays", custom={"KnownBad": "true"})),
    bin="Old things",
)


# -- what every kind of file must give ---------------------------------------------------------------


def test_an_export_gives_every_part_of_an_item() -> None:
    vault = from_xml(FULL)
    first, ads, *gone, stays = vault.entries
    assert (vault.product, vault.kind, vault.broken) == ("keepass", None, [])
    assert [entry.number for entry in vault.entries] == [1, 2, 3, 4, 5]
    assert (first.title, first.username, first.password, first.notes) == (
        "Instagram", "jo", "third", "line one\nline two")  # fmt: skip
    assert first.addresses == ["https://example.com", "https://a.example", "https://b.example", "https://c.example"]
    assert first.fields == [("PIN", "4711", True), ("Open", "seen by all", False)]
    assert (first.totp, first.passkey, first.kind, first.shared) == (True, True, "login", None)
    assert first.secrets == ["otpauth://totp/x?secret=JBSWY3DPEHPK3PXP", "-----BEGIN PRIVATE KEY-----"]
    assert first.history == ["first", "second"]
    assert (first.created_on, first.changed_on, first.revised_on) == (MARCH, date(2024, 5, 1), date(2024, 6, 2))
    assert (first.expires_on, stays.expires_on) == (date(2025, 1, 31), None)
    assert (first.collection, ads.collection) == ("Passwords", "Passwords/Brand/Paid \\/ ads")
    assert (ads.alias, ads.password, ads.changed_on) == (1, "third", date(2024, 5, 1))
    # The bin is the group the database names, whatever it is called.
    assert [entry.place for entry in gone] == ["bin", "bin"]
    assert (stays.place, stays.excluded, first.excluded) == ("live", True, False)
    assert (stays.totp, stays.passkey, stays.history) == (False, False, [])


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("cipher", ["aes256", "chacha20"])
@pytest.mark.parametrize("packed", [True, False])
def test_a_database_gives_what_its_export_gives(tmp_path: Path, version: int, cipher: str, packed: bool) -> None:
    made = make.kdbx(FULL, version=version, cipher=cipher, packed=packed, derivation="aes", rounds=100)
    assert facts(opened(tmp_path, made)) == facts(from_xml(FULL))


@pytest.mark.parametrize("derivation", ["aes", "argon2d", "argon2id"])
def test_how_a_database_is_locked_is_told(tmp_path: Path, derivation: str) -> None:
    vault = opened(tmp_path, make.kdbx(FULL, derivation=derivation, rounds=3, memory=256))
    assert vault.container is not None
    assert (vault.container.kind, vault.container.derivation, vault.container.iterations) == ("kdbx4", derivation, 3)
    assert vault.container.memory == (None if derivation == "aes" else 256)


@pytest.mark.parametrize("rounds", [0, 1, 4095, 4096, 4097, 10_000])
def test_the_derivation_in_two_calls_is_the_one_in_rounds(rounds: int) -> None:
    from pykeepass.kdbx_parsing.common import aes_kdf, compute_key_composite

    from auditgen.vaults.entry import Container

    header = kdbx_header.Header(Container("kdbx4", "aes", rounds), bytes(range(32)), b"")
    expected = aes_kdf(bytes(range(32)), rounds, compute_key_composite(password="pw"))
    assert kdbx._derived(header, "pw", None) == expected


def test_a_database_that_pykeepass_makes_is_read(tmp_path: Path) -> None:
    made = make.pykeepass_database(tmp_path)
    first = made.add_entry(made.root_group, "X", "brand", "one", url="https://x.com", otp="otpauth://totp/x?secret=AA")
    first.save_history()
    first.password = "two"
    first.touch(modify=True)
    made.add_entry(made.root_group, "Again", "", "").password = first.ref("password")
    made.trash_entry(made.add_entry(made.root_group, "Old", "jo", "old"))
    made.save()
    vault = opened(tmp_path, (tmp_path / "own.kdbx").read_bytes())
    x, again, old = vault.entries
    assert (x.title, x.username, x.password, x.history, x.totp) == ("X", "brand", "two", ["one"], True)
    assert x.created_on == x.changed_on == x.revised_on
    assert (again.password, again.alias) == ("two", 1)
    assert (old.place, x.place) == ("bin", "live")
    # What is replaced in pykeepass while reading is put back.
    assert made.reload() is None
    assert made.find_entries(title="X", first=True).password == "two"


# -- databases that KeePassXC writes -----------------------------------------------------------------


@pytest.mark.parametrize("custom", [{}, {"KnownBad": "true"}], ids=["kdbx3", "kdbx4"])
def test_a_database_that_keepassxc_makes_gives_what_its_export_gives(
    tmp_path: Path, keepassxc: make.KeePassXC, custom: dict[str, str]
) -> None:
    text = FULL
    if not custom:
        text = text.replace("<CustomData><Item><Key>KnownBad</Key><Value>true</Value></Item></CustomData>", "")
    path = keepassxc.database(text)
    vault, exported = opened(tmp_path, path.read_bytes()), from_xml(keepassxc.export(path).decode())
    assert vault.container is not None
    assert vault.container.derivation == "aes"
    # Custom data is what makes this KeePassXC write the newer version.
    assert vault.container.kind == ("kdbx4" if custom else "kdbx3")
    assert facts(vault) == facts(exported)
    ours = from_xml(text)
    for entry in (*vault.entries, *ours.entries):
        # KeePassXC sorts the strings of an entry.
        entry.fields.sort()
        entry.secrets.sort()
    assert facts(vault) == facts(ours)


def test_keepassxc_at_work_leaves_a_history(tmp_path: Path, keepassxc: make.KeePassXC) -> None:
    path = keepassxc.database(make.document(make.entry("X", "first"), make.entry("Bin me", "gone")))
    keepassxc("edit", "-q", "-p", path, "X", typed="pw\nsecond\n")
    keepassxc("edit", "-q", "-u", "other", path, "X", typed="pw\n")
    keepassxc("rm", "-q", path, "Bin me", typed="pw\n")
    x, gone = opened(tmp_path, path.read_bytes()).entries
    assert (x.password, x.history, x.username, gone.place) == ("second", ["first"], "other", "bin")
    assert x.changed_on is not None
    assert x.created_on == MARCH
    assert x.changed_on > MARCH


@pytest.mark.parametrize("password", ["pw", "", "pässwörd 🔑"])
def test_keepassxc_with_password_and_key_file(tmp_path: Path, keepassxc: make.KeePassXC, password: str) -> None:
    key_file = tmp_path / "key"
    key_file.write_bytes(b"any file at all")
    path = keepassxc.database(FULL, password=password, key_file=key_file)
    assert len(opened(tmp_path, path.read_bytes(), Key(password or None, key_file)).entries) == 5
    assert refusal(tmp_path, path.read_bytes(), Key(password or None)) in ("wrong_passphrase", "no_passphrase")


# -- keys --------------------------------------------------------------------------------------------

KEY = bytes(range(32))
KEY_FILES = {
    "raw": KEY,
    "hex": KEY.hex().encode(),
    "any": b"a picture, say" * 50,
    "version 1": b"<KeyFile><Meta><Version>1.00</Version></Meta><Key><Data>"
    + base64.b64encode(KEY)
    + b"</Data></Key></KeyFile>",
    "version 2": b"<KeyFile><Meta><Version>2.0</Version></Meta><Key><Data Hash='630DCD29'>\n  "
    + KEY.hex(" ", 4).upper().encode()
    + b"\n</Data></Key></KeyFile>",
}


@pytest.mark.parametrize("kind", KEY_FILES)
@pytest.mark.parametrize("password", ["pw", "", None])
@pytest.mark.parametrize("version", [3, 4])
def test_key_files_of_every_kind(tmp_path: Path, kind: str, password: str | None, version: int) -> None:
    path = tmp_path / "key"
    path.write_bytes(KEY_FILES[kind])
    made = make.kdbx(FULL, password, path, version=version)
    assert len(opened(tmp_path, made, Key(password, path)).entries) == 5
    other = tmp_path / "other"
    other.write_bytes(b"not it")
    assert refusal(tmp_path, made, Key(password, other)) == "wrong_passphrase"
    assert refusal(tmp_path, made, Key(password)) == ("no_passphrase" if password is None else "wrong_passphrase")


@pytest.mark.parametrize("version", [3, 4])
def test_an_empty_password_is_not_no_password(tmp_path: Path, version: int) -> None:
    made = make.kdbx(FULL, "", version=version)
    assert len(opened(tmp_path, made, Key("")).entries) == 5
    assert refusal(tmp_path, made, Key()) == "no_passphrase"
    assert refusal(tmp_path, made, Key("pw")) == "wrong_passphrase"
    assert refusal(tmp_path, made, Key("\ud800")) == "wrong_passphrase"


def test_a_key_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    made = make.kdbx(FULL, key_file=None)
    damaged = tmp_path / "key"
    damaged.write_bytes(KEY_FILES["version 2"].replace(b"630DCD29", b"630DCD2A"))
    for path in (tmp_path / "missing", tmp_path, damaged):
        assert refusal(tmp_path, made, Key("pw", path)) == "bad_key_file"
    with damaged.open("wb") as stream:
        stream.truncate(kdbx.MAX_KEY_FILE + 1)
    assert refusal(tmp_path, made, Key("pw", damaged)) == "bad_key_file"


# -- passwords stay as they are ----------------------------------------------------------------------

ODD = ["a\nb", " spaces ", "\t", "🔑🔑", "]]>&amp;<", '"quoted", \'too\'', unicodedata.normalize("NFC", "zoë"),
       unicodedata.normalize("NFD", "zoë"), "x" * 300, "{REF:nonsense}", "{USERNAME}", "a\r\nb"]  # fmt: skip


@pytest.mark.parametrize("version", [3, 4])
def test_odd_passwords_are_kept_to_the_letter(tmp_path: Path, version: int) -> None:
    odd = [*ODD, f"a{make.NUL}b", f"{make.NUL}"]
    made = make.kdbx(make.document(*(make.entry(f"e{n}", text) for n, text in enumerate(odd))), version=version)
    vault = opened(tmp_path, made)
    assert [entry.password for entry in vault.entries] == [*ODD, "a\0b", "\0"]
    exported = from_xml(make.document(*(make.entry(f"e{n}", text) for n, text in enumerate(ODD))))
    assert [entry.password for entry in exported.entries] == ODD


@pytest.mark.parametrize("version", [3, 4])
def test_a_value_that_is_no_text_breaks_only_its_item(tmp_path: Path, version: int) -> None:
    text = make.document(
        make.entry("A", f"x{make.NO_TEXT}"),
        make.entry("B", "good", history=(make.entry("B", f"{make.NO_TEXT}"),)),
        make.entry("C", "fine", strings={"PIN": f"{make.NO_TEXT}", "Secret PIN": "1"}),
        make.entry("D", make.reference("A")),
    )
    vault = opened(tmp_path, make.kdbx(text, version=version))
    assert [entry.password for entry in vault.entries] == [None, "good", "fine", None]
    assert vault.broken == [
        (1, "Password", "UnicodeDecodeError"), (3, "String", "UnicodeDecodeError"), (4, "Password", "LookupError")
    ]  # fmt: skip
    assert [entry.alias for entry in vault.entries] == [None] * 4
    # What came before is not known, so neither is since when this one is.
    assert (vault.entries[1].changed_on, vault.entries[1].history) == (None, [])


def test_protected_values_that_pykeepass_passes_over_do_not_shift_the_others(tmp_path: Path) -> None:
    # Old KeePass versions protect attachments too, and then they take their part of the stream.
    from pykeepass.kdbx_parsing import common

    cipher = common.Salsa20Stream.get_cipher(None, bytes(32))
    attachment = base64.b64encode(cipher.encrypt(b"attached")).decode()
    password = base64.b64encode(cipher.encrypt(b"kept")).decode()
    text = make.document(
        make.entry("A", password), meta=f'<Binaries><Binary Protected="True">{attachment}</Binary></Binaries>'
    )
    cipher = common.Salsa20Stream.get_cipher(None, bytes(32))
    text = text.replace("ProtectInMemory=", "Protected=")
    assert keepass_xml.vault_of(read_document(text.encode(), cipher.decrypt)).entries[0].password == "kept"


# -- references --------------------------------------------------------------------------------------


def test_references_are_followed_to_where_the_value_stands() -> None:
    vault = from_xml(
        make.document(
            make.entry("Own", "deep", username="owner", url="https://own.example"),
            make.entry("Chain", make.reference("Own"), username=make.reference("Own", "U")),
            make.entry("Longer", make.reference("Chain"), url=make.reference("Own", "A"), username=None),
            make.entry("Mixed", f"pre-{make.reference('Chain')}-post", strings={"Notes": make.reference("Own")}),
            make.entry("Of mixed", make.reference("Mixed")),
            make.entry("By title", "{ref:p@t:own}", username="{REF:T@P:deep}"),
            make.entry("By user", make.reference("Own", "U")),
            make.entry("By field", "{REF:P@O:47}"),
            make.entry("Field", "holder", strings={"Number": "47"}),
        )
    )
    assert vault.broken == []
    _, chain, longer, mixed, of_mixed, by_title, by_user, by_field, _ = vault.entries
    assert (chain.password, chain.alias, chain.username, chain.changed_on) == ("deep", 1, "owner", MARCH)
    assert (longer.password, longer.alias, longer.addresses, longer.username) == (
        "deep", 1, ["https://own.example"], "")  # fmt: skip
    assert (mixed.password, mixed.alias, mixed.changed_on) == ("pre-deep-post", None, None)
    assert mixed.notes == make.reference("Own")
    assert (of_mixed.password, of_mixed.alias, of_mixed.changed_on) == ("pre-deep-post", 4, None)
    assert (by_title.password, by_title.alias, by_title.username) == ("deep", 1, "Own")
    assert (by_user.password, by_user.alias) == ("owner", None)
    assert (by_field.password, by_field.alias) == ("holder", 9)


def test_references_that_lead_nowhere_or_round_in_circles_are_told() -> None:
    vault = from_xml(
        make.document(
            make.entry("Gone", make.reference("not there"), username=make.reference("nobody", "U")),
            make.entry("Self", make.reference("Self")),
            make.entry("A", make.reference("B")),
            make.entry("B", f"x{make.reference('A')}"),
            make.entry("Fine", "fine"),
        )
    )
    assert [entry.password for entry in vault.entries] == [None, None, None, None, "fine"]
    assert [entry.alias for entry in vault.entries] == [None] * 5
    assert vault.entries[0].username == ""
    assert vault.broken == [
        (1, "UserName", "LookupError"), *((number, "Password", "LookupError") for number in (1, 2, 3, 4))
    ]  # fmt: skip


def test_references_cannot_be_used_to_hang_or_to_fill_the_memory() -> None:
    doubled = [make.entry("0", "x" * 100)]
    doubled += [make.entry(str(n), make.reference(str(n - 1)) * 2) for n in range(1, 60)]
    chain = [make.entry(f"c{n}", make.reference(f"c{n + 1}")) for n in range(5_000)]
    start = time.monotonic()
    vault = from_xml(make.document(*doubled, *chain))
    assert time.monotonic() - start < 5
    assert sum(len(entry.password or "") for entry in vault.entries) < 1_000_000


# -- dates -------------------------------------------------------------------------------------------


def test_when_a_password_was_changed_is_what_the_versions_show() -> None:
    old = make.entry("E", "old", changed="2024-03-01T12:00:00Z")
    new = make.entry("E", "new", changed="2024-04-01T12:00:00Z")
    late = "2024-09-01T00:00:00Z"
    # Never touched since it was made.
    assert one("E", "new").changed_on == MARCH
    # Made with it, and only other things were changed.
    assert one("E", "old", changed=late, history=(old,)).changed_on == MARCH
    assert one("E", "new", changed=late, history=(old, new)).changed_on == date(2024, 4, 1)
    assert one("E", "newer", changed=late, history=(old, new)).changed_on == date(2024, 9, 1)
    # Back to an old one: what counts is the last time it was set.
    back = one("E", "old", changed=late, history=(old, new))
    assert (back.changed_on, back.history) == (date(2024, 9, 1), ["old", "new"])
    # Versions of a merged database stand in any order.
    assert one("E", "new", changed=late, history=(new, old)).changed_on == date(2024, 4, 1)
    # The oldest version kept has it, and was not the first: it may be older still.
    kept = one("E", "new", changed=late, history=(new,))
    assert (kept.changed_on, kept.history) == (None, [])
    # Changed, and no version was kept.
    lost = one("E", "new", changed=late)
    assert (lost.changed_on, lost.history) == (None, None)
    assert one("E", "", changed=late, history=(old,)).changed_on is None
    assert one("E", "new", made=None).changed_on is None


def test_times_of_both_kinds_and_none() -> None:
    assert keepass_document.moment("2024-05-06T23:30:00+02:00") is not None
    seconds = 63_850_636_800
    binary = base64.b64encode(struct.pack("<Q", seconds)).decode()
    assert keepass_document.moment(binary) is not None
    for text in ("", "never", "AAAA=", base64.b64encode(b"\xff" * 8).decode(), "0000-00-00T00:00:00Z", "2024-13-01"):
        assert keepass_document.moment(text) is None


def test_what_people_keep_as_notes_is_no_login() -> None:
    note = one("Wi-Fi", "", username="", url="", strings={"Notes": "the code is 1234"})
    assert (note.kind, note.password, note.notes) == ("note", "", "the code is 1234")
    assert one("SSO", "", url="").kind == "login"
    assert one("No password at all", None).password == ""


def test_what_keepass_was_told_not_to_judge_is_excluded() -> None:
    assert one("E", custom={"KnownBad": "true"}).excluded
    assert not one("E", custom={"KnownBad": "false"}).excluded
    assert one("E", more="<QualityCheck>False</QualityCheck>").excluded
    assert not one("E", more="<QualityCheck>True</QualityCheck>").excluded


def test_seeds_of_every_kind_are_seen() -> None:
    for name in ("otp", "TOTP Seed", "TimeOtp-Secret", "TimeOtp-Secret-Base32", "HmacOtp-Secret-Hex"):
        entry = one("E", strings={name: "JBSWY3DPEHPK3PXP", "TOTP Settings": "30;6", "TimeOtp-Period": "30"})
        assert (entry.totp, entry.secrets, entry.fields) == (True, ["JBSWY3DPEHPK3PXP"], [])
    assert one("E", strings={"otp": " "}).totp is False


# -- files that are damaged, hostile or of another kind ------------------------------------------------


def test_other_versions_and_ciphers_are_refused_by_name_before_anybody_is_asked(tmp_path: Path) -> None:
    good = make.kdbx(FULL)
    kdb = b"\x03\xd9\xa2\x9a\x65\xfb\x4b\xb5" + bytes(200)
    assert refusal(tmp_path, kdb) == "keepass_version"
    assert refusal(tmp_path, good[:8] + struct.pack("<HH", 0, 2) + good[12:]) == "keepass_version"
    assert refusal(tmp_path, good[:8] + struct.pack("<HH", 0, 5) + good[12:]) == "keepass_version"
    assert refusal(tmp_path, make.kdbx(FULL, cipher="twofish")) == "keepass_twofish"
    assert refusal(tmp_path, make.kdbx(FULL, cipher="twofish", version=3)) == "keepass_twofish"
    assert refusal(tmp_path, make.open_header(cipher=bytes(16), UUID=(0x42, kdbx_header.ARGON2D))) == "keepass_lock"
    assert refusal(tmp_path, make.kdbx(FULL, version=3).replace(b"\x0a\x04\0\x02", b"\x0a\x04\0\x01")) == "keepass_lock"
    unknown = make.open_header(UUID=(0x42, bytes(16)), S=(0x42, bytes(32)))
    assert refusal(tmp_path, unknown) == "keepass_lock"


def argon2(passes: int = 1, memory: int = 1 << 20, lanes: int = 1) -> bytes:
    return make.open_header(
        UUID=(0x42, kdbx_header.ARGON2ID), S=(0x42, bytes(32)), V=(0x04, struct.pack("<I", 0x13)),
        I=(0x05, struct.pack("<Q", passes)), M=(0x05, struct.pack("<Q", memory)), P=(0x04, struct.pack("<I", lanes)),
    )  # fmt: skip


def aes(rounds: int, version: int) -> bytes:
    values = {"UUID": (0x42, kdbx_header.AES_KDF), "S": (0x42, bytes(32)), "R": (0x05, struct.pack("<Q", rounds))}
    return make.open_header(version, **values)


@pytest.mark.parametrize(
    "content",
    [aes(10**9 + 1, 3), aes(2**64 - 1, 4), argon2(memory=(1 << 30) + 1024), argon2(passes=65, memory=1 << 30),
     argon2(passes=2**63), argon2(memory=2**63), argon2(lanes=65)],
    ids=["aes3", "aes4", "memory", "work", "passes", "most memory", "lanes"],
)  # fmt: skip
def test_a_key_that_costs_too_much_is_refused_at_once(tmp_path: Path, content: bytes) -> None:
    start = time.monotonic()
    assert refusal(tmp_path, content) == "costly_key"
    assert time.monotonic() - start < 1


def test_a_header_that_says_two_things_is_damaged(tmp_path: Path) -> None:
    twice = make.open_header(
        4, UUID=(0x42, kdbx_header.AES_KDF), S=(0x42, bytes(32)), R=(0x05, struct.pack("<Q", 1))
    ).replace(b"\x02\x10\0\0\0", b"\x03\x04\0\0\0\0\0\0\0\x02\x10\0\0\0", 1)
    assert refusal(tmp_path, twice) == "damaged"
    assert refusal(tmp_path, argon2(passes=1).replace(b"\x05\x01\0\0\0I", b"\x42\x01\0\0\0I")) == "damaged"


@pytest.mark.parametrize("version", [3, 4])
def test_wrong_passphrase_and_damage_are_told_apart(tmp_path: Path, version: int) -> None:
    good = make.kdbx(FULL, version=version)
    assert refusal(tmp_path, good, Key("no")) == "wrong_passphrase"
    for cut in (12, 100, 250, len(good) // 2, len(good) - 1, len(good) - 16):
        assert refusal(tmp_path, good[:cut]) == "damaged"
    flipped = bytearray(good)
    flipped[-60] ^= 1
    assert refusal(tmp_path, bytes(flipped)) == "damaged"
    in_header = bytearray(good)
    in_header[good.index(bytes(range(32))) + 3] ^= 1
    # KDBX 3 has no seal over its header that can be checked before the key is known.
    assert refusal(tmp_path, bytes(in_header)) == ("damaged" if version == 4 else "wrong_passphrase")


def test_the_header_of_a_kdbx3_file_is_checked_against_what_it_says_of_itself(
    tmp_path: Path, keepassxc: make.KeePassXC
) -> None:
    content = keepassxc.database(make.document(make.entry("A"))).read_bytes()
    at = content.index(b"\x00\x04\x00\r\n\r\n")
    assert len(opened(tmp_path, content).entries) == 1
    assert refusal(tmp_path, content[: at + 3] + b"\r\n\r\r" + content[at + 7 :]) == "damaged"


@pytest.mark.parametrize("version", [3, 4])
def test_content_that_unpacks_without_end_is_refused(
    tmp_path: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = make.kdbx(make.document(make.entry("A", strings={"Notes": "x" * 12_000_000})), version=version)
    assert len(bomb) < 60_000
    assert refusal(tmp_path, bomb) == "too_packed"
    monkeypatch.setattr(kdbx, "MAX_BYTES", 1_000)
    assert refusal(tmp_path, make.kdbx(FULL, version=version)) == "too_large"


def test_a_field_beyond_all_measure_breaks_only_its_item() -> None:
    vault = from_xml(make.document(make.entry("A", strings={"Notes": "x" * 4_000_001}), make.entry("B", "fine")))
    assert vault.broken == [(1, "Notes", "TooLong")]
    assert [entry.password for entry in vault.entries] == ["secret", "fine"]


def test_entities_are_refused_in_exports_and_inside_databases(tmp_path: Path) -> None:
    evil = FULL.replace("<KeePassFile>", '<!DOCTYPE k [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><KeePassFile>', 1)
    assert refusal(tmp_path, evil.replace("line one", "&b;").encode()) == "xml_entities"
    external = FULL.replace("<KeePassFile>", '<!DOCTYPE k SYSTEM "file:///etc/passwd"><KeePassFile>', 1)
    assert refusal(tmp_path, external.encode()) == "xml_entities"
    with pytest.raises(Refused, match="xml_entities"):
        read_document(evil.encode(), bytes)


def test_exports_that_are_cut_short_too_deep_or_of_another_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refusal(tmp_path, FULL.encode()[:1000]) == "not_xml"
    assert refusal(tmp_path, FULL.replace("utf-8", "no-such").encode()) == "not_xml"
    assert refusal(tmp_path, b"<other><KeePassFile/></other>") == "not_vault"
    assert refusal(tmp_path, b"<KeePassFile><Root><Entry/></Root></KeePassFile>") == "not_vault"
    assert refusal(tmp_path, make.document("<Group>" * 70 + "</Group>" * 70).encode()) == "too_deep"
    for formats in (kdbx.FORMATS, keepass_xml.FORMATS):
        for kind in formats:
            path = tmp_path / "other"
            path.write_bytes(b"title,password\n")
            assert not kind.recognise(Opened(path))
            with pytest.raises(Refused, match="not_"):
                kind.read(Opened(path), Key("pw"))
    monkeypatch.setattr(keepass_document, "MAX_PARTS", 20)
    assert refusal(tmp_path, FULL.encode()) == "too_many"


def test_without_pykeepass_the_way_to_get_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = make.kdbx(FULL)
    with monkeypatch.context() as patch:
        patch.setitem(__import__("sys").modules, "pykeepass", None)
        assert refusal(tmp_path, content) == "needs_keepass"
    from pykeepass.kdbx_parsing import common

    monkeypatch.delattr(common, "XML")
    assert refusal(tmp_path, content) == "needs_keepass"
    assert 'pip install "auditgen[keepass]"' in REFUSALS["needs_keepass"]


def test_a_long_header_does_not_hide_a_database(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    path.write_bytes(make.kdbx(FULL)[:200] + bytes(70_000))
    assert kdbx.recognise(Opened(path))


# -- nothing shows, nothing breaks ---------------------------------------------------------------------


def test_no_secret_shows_in_what_is_printed_of_a_vault(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    text = make.document(make.entry("Canary", "canary-1", strings={"PIN": "canary-2", "otp": "canary-3"}))
    vault = opened(tmp_path, make.kdbx(text))
    document = read_document(text.encode())
    shown = repr(
        [vault, *vault.entries, Key("canary-4"), document, document.items, *document.items[0].strings.values()]
    )
    with pytest.raises(Refused) as caught:
        opened(tmp_path, make.kdbx(text), Key("canary-4"))
    shown += repr(caught.value) + caplog.text + "".join(capfd.readouterr())
    assert "anary" not in shown


SAMPLES: dict[str, Callable[[], bytes]] = {
    "xml": lambda: FULL.encode(),
    "kdbx3": lambda: make.kdbx(FULL, version=3),
    "kdbx4": lambda: make.kdbx(FULL, derivation="aes"),
    "argon2": lambda: make.kdbx(FULL),
}


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), name=st.sampled_from(sorted(SAMPLES)))
def test_no_mutation_gives_anything_but_a_vault_or_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: st.DataObject, name: str
) -> None:
    monkeypatch.setattr(kdbx_header, "MAX_AES_ROUNDS", 100_000)
    content = bytearray(SAMPLES[name]())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        step = data.draw(st.sampled_from(["put", "add", "cut", "end"]))
        some = data.draw(st.binary(min_size=1, max_size=8))
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
    for kind in (*kdbx.FORMATS, *keepass_xml.FORMATS):
        try:
            file = Opened(path)
            kind.recognise(file)
            assert isinstance(kind.read(file, Key("pw")), Vault)
        except Refused as refused:
            assert refused.code in REFUSALS


@settings(max_examples=150)
@given(
    st.recursive(
        st.text(alphabet="aA{}REF:@I=<&\n0", max_size=30),
        lambda parts: st.tuples(
            st.sampled_from(["Group", "Entry", "String", "Key", "Value", "Times", "History", "UUID", "CustomData", "Item",
                             "Meta", "RecycleBinUUID", "CreationTime", "Name", "Expires"]),
            st.booleans(),
            st.lists(parts, max_size=4),
        ),
        max_leaves=40,
    )
)  # fmt: skip
def test_no_shape_of_xml_gives_anything_but_a_vault_or_a_refusal(tree: Any) -> None:
    from xml.sax.saxutils import escape

    def written(node: Any) -> str:
        if isinstance(node, str):
            return escape(node)
        name, protected, parts = node
        mark = ' Protected="True"' if protected else ""
        return f"<{name}{mark}>{''.join(map(written, parts))}</{name}>"

    for text in (f"<KeePassFile>{written(tree)}</KeePassFile>", make.document(written(tree))):
        for unprotect in (None, bytes):
            try:
                vault = keepass_xml.vault_of(read_document(text.encode(), unprotect))
                assert all(isinstance(entry, Entry) for entry in vault.entries)
            except Refused as refused:
                assert refused.code in REFUSALS
