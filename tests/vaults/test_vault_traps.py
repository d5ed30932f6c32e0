"""Traps that vault readers fall into, each through the reader; and that a failed comparison never clears a password."""

from __future__ import annotations

import hashlib
import http.server
import json
import random
import threading
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from auditgen.readers.joint import JointContext
from auditgen.readers.vaults.reader import READER
from tests.tools import vault_files as files
from tests.tools import vault_files_bitwarden as bitwarden
from tests.tools import vault_files_keepass as keepass
from tests.tools.evidence import DAY, ORGANISATION, Rows

pytestmark = pytest.mark.slow

STRONG = ("vM4!tRq8-zLw2pXc7", "Zq7#fW2m_Lp9xVt4", "granite-tulip-otter-88")
ACCOUNTS = (
    {"account": "ig", "platform": "instagram", "handle": "hillfarm", "url": None, "vault_item": None},
)  # fmt: skip


def save(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    path.chmod(0o600)
    return path


def item(name: str, password: str | None, url: str | None = None, **more: Any) -> dict[str, Any]:
    """A login of a Bitwarden export, at a site of its own unless told."""
    url = f"https://{name}.test" if url is None else url
    login = {"uris": [{"match": None, "uri": url}] if url else [], **more.pop("login", {})}
    return bitwarden.login(name, password, login=login, **more)


def vault(*items: Any) -> bytes:
    return files.as_json(bitwarden.individual(*items))


def read(root: Path, options: dict[str, Any] | None = None, /, **contents: bytes) -> Rows:
    """Rows by table; the key of each file is its name, with __ for the dot."""
    paths = [(name, save(root / name.replace("__", "."), content)) for name, content in contents.items()]
    told = options or {}
    context = JointContext(
        root, DAY, ORGANISATION, {"seen_on": DAY}, ACCOUNTS, told.get("by_source", {}), told.get("passwords", {}),
        told.get("campaigns", ()),
    )  # fmt: skip
    rows = Rows()
    rows["reports"] = [vars(report) for _, report in READER.finish(READER.begin(paths, context), context, rows)]
    return rows


def facts(root: Path, *items: Any, **options: Any) -> list[dict[str, Any]]:
    return read(root, options, v__json=vault(*items))["credentials"]


def column(rows: list[dict[str, Any]], name: str) -> list[Any]:
    return [row.get(name) for row in rows]


def sha1(text: str) -> str:
    return hashlib.sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest().upper()


# -- 1 and 2: a comparison that failed clears nothing ------------------------------------------------------------

BREACH_CHECKS = ("no-password-is-in-a-breach", "no-password-is-close-to-a-breached-one", "breach-check-is-complete")
# One that is known from breaches, a near-copy of it, and one that is not.
PASSWORDS = ("Gelbe-Rüben-41", "Gelbe-Rüben-42", STRONG[0])


def entries(*hits: str) -> dict[str, int]:
    """Hashes of a list that seems whole, and their counts."""
    dice = random.Random(4)
    counts = {f"{dice.getrandbits(160):040X}": dice.randint(1, 900) for _ in range(400)}
    return counts | {sha1("123456"): 90_000, sha1("password"): 40_000} | {sha1(text): 12 for text in hits}


def lines(counts: dict[str, int], ends: str = "\r\n") -> bytes:
    return "".join(f"{key}:{counts[key]}{ends}" for key in sorted(counts)).encode()


def verdicts(root: Path, passwords: str, *, offline: bool = False) -> dict[str, dict[str, set[str]]]:
    """Check → verdict → the passwords' items (or other subjects) that got it."""
    from auditgen.audit.judge import judge
    from auditgen.evidence.store import Store
    from auditgen.run.audit import gather_into
    from auditgen.run.load import load
    from auditgen.run.options import Options

    config = '[organisation]\nname = "Hill Farm"\n[[source]]\nid = "v"\nreader = "vault"\npath = "v.json"\n'
    config += 'seen_on = 2026-11-20\n[[source]]\nid = "list"\nreader = "inventory"\npath = "accounts.yml"\n'
    # An account that needs no login.
    save(root / "accounts.yml", json.dumps({"accounts": [{"id": "ads", "platform": "ads", "login_kind": "sso"}]}))
    save(root / "auditgen.toml", f"{config}[passwords]\n{passwords}\n")
    save(root / "v.json", vault(*(item(f"site{n}", text) for n, text in enumerate(PASSWORDS, 1))))
    loaded = load(root)
    checks = [check for check in loaded.checks if check.id in BREACH_CHECKS]
    assert len(checks) == len(BREACH_CHECKS)
    found: dict[str, dict[str, set[str]]] = {}
    with Store() as store:
        assert gather_into(store, loaded, Options(root, DAY, offline=offline)).problems == []
        store.measure()
        store.freeze()
        for judged in judge(store, checks, DAY, []):
            assert judged.reason in (None, "missing")
            places = found[judged.check.id] = {verdict: set() for verdict, count in judged.counts.items() if count}
            for row in (*judged.rows, *judged.passed):
                places[row.verdict].add((row.locator or row.subject).removeprefix("item "))
    return found


def nothing_is_cleared(found: dict[str, dict[str, set[str]]]) -> None:
    assert {check: set(by_verdict) for check, by_verdict in found.items()} == {
        check: {"unknown"} for check in BREACH_CHECKS
    }


def test_a_whole_list_decides(tmp_path: Path) -> None:
    save(tmp_path / "list.txt", lines(entries(PASSWORDS[0])))
    found = verdicts(tmp_path, 'breach_list = "list.txt"\nbreach_list_on = 2026-11-01')
    assert found["no-password-is-in-a-breach"] == {"fail": {"1"}, "pass": {"2", "3"}}
    assert "2" in found["no-password-is-close-to-a-breached-one"]["fail"]
    assert "3" in found["no-password-is-close-to-a-breached-one"]["pass"]
    assert found["breach-check-is-complete"] == {"pass": {"all passwords"}}


@pytest.mark.parametrize("ends", ["\r\n", "\n"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_and_a_last_line_without_one_change_nothing(tmp_path: Path, ends: str, last: bool) -> None:
    content = lines(entries(PASSWORDS[0]), ends)
    save(tmp_path / "list.txt", content if last else content.rstrip())
    found = verdicts(tmp_path, 'breach_list = "list.txt"\nbreach_list_on = 2026-11-01')
    assert found["no-password-is-in-a-breach"]["fail"] == {"1"}
    assert found["breach-check-is-complete"] == {"pass": {"all passwords"}}


def _lines(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[dict[str, int]], bytes]:
    return lambda counts: b"".join(change(lines(counts).splitlines(keepends=True)))


def _by_count(counts: dict[str, int]) -> bytes:
    keys = sorted(counts, key=lambda key: (-counts[key], key))
    return "".join(f"{key}:{counts[key]}\r\n" for key in keys).encode()


def _ntlm(counts: dict[str, int]) -> bytes:
    return "".join(f"{key[:32]}:{counts[key]}\r\n" for key in sorted(counts)).encode()


BAD_LISTS: dict[str, Callable[[dict[str, int]], bytes]] = {
    "unsorted": _lines(lambda rows: rows[::-1]),
    "two rows swapped in the middle": _lines(lambda rows: rows[:100] + rows[300:] + rows[100:300]),
    "by count": _by_count,
    "ntlm": _ntlm,
    "empty": lambda counts: b"",
    "blank": lambda counts: b"\r\n\r\n",
    "cut short": _lines(lambda rows: rows[:200]),
    "cut short in a line": lambda counts: lines(counts)[:9_020],
    "without its beginning": _lines(lambda rows: rows[200:]),
    "a page": lambda counts: b"<!DOCTYPE html><title>sign in</title>",
    "7z": lambda counts: b"7z\xbc\xaf\x27\x1c" + bytes(200),
    "gzip": lambda counts: b"\x1f\x8b\x08" + bytes(200),
    "without counts": lambda counts: "".join(f"{key}\r\n" for key in sorted(counts)).encode(),
    "one range": lambda counts: b"".join(b"%035X:%d\r\n" % (number, 3) for number in range(900)),
    "something else": lambda counts: b"name,url,username,password\r\n" * 40,
    "without what every list holds": lambda counts: lines({key: n for key, n in counts.items() if n < 1000}),
    "a bad row": _lines(lambda rows: [row if n % 9 else b"zz" + row[2:] for n, row in enumerate(rows)]),
}


@pytest.mark.parametrize("bad", BAD_LISTS)
def test_a_list_that_is_none_clears_nothing(tmp_path: Path, bad: str) -> None:
    save(tmp_path / "list.txt", BAD_LISTS[bad](entries()))
    nothing_is_cleared(verdicts(tmp_path, 'breach_list = "list.txt"\nbreach_list_on = 2026-11-01'))


def test_a_folder_that_lacks_ranges_clears_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "ranges"
    folder.mkdir()
    nothing_is_cleared(verdicts(tmp_path, 'breach_list = "ranges"'))
    for prefix in ("00000", sha1(PASSWORDS[0])[:5]):
        save(folder / f"{prefix}.txt", f"{'0' * 35}:3\r\n")
    nothing_is_cleared(verdicts(tmp_path, 'breach_list = "ranges"'))


def test_an_old_list_or_one_of_tomorrow_is_told_and_hits_stay(tmp_path: Path) -> None:
    save(tmp_path / "list.txt", lines(entries(PASSWORDS[0])))
    old = verdicts(tmp_path, 'breach_list = "list.txt"\nbreach_list_on = 2024-01-01')
    assert old["no-password-is-in-a-breach"] == {"fail": {"1"}, "unknown": {"2", "3"}}
    assert old["no-password-is-close-to-a-breached-one"].keys() == {"fail", "unknown"}
    assert old["breach-check-is-complete"].keys() == {"fail"}
    late = verdicts(tmp_path, 'breach_list = "list.txt"\nbreach_list_on = 2027-01-01')
    assert late["breach-check-is-complete"].keys() == {"unknown"}


def test_without_a_list_nothing_is_cleared(tmp_path: Path) -> None:
    nothing_is_cleared(verdicts(tmp_path, ""))


Reply = tuple[int, bytes]


@contextmanager
def service(reply: Callable[[str], Reply]) -> Iterator[str]:
    """A range service on loopback; `reply` gets the prefix and gives status and body."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = reply(self.path.rpartition("/")[2])
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Retry-After", "0")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing on the terminal."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/range/"
    finally:
        server.shutdown()
        server.server_close()


def range_of(prefix: str, count: int = 12) -> bytes:
    """An answer as the service gives it, which holds the first of the passwords."""
    dice = random.Random(prefix)
    rows = {f"{dice.getrandbits(140):035X}": dice.randint(0, 9) for _ in range(800)}
    if sha1(PASSWORDS[0]).startswith(prefix):
        rows[sha1(PASSWORDS[0])[5:]] = count
    return "\r\n".join(f"{suffix}:{rows[suffix]}" for suffix in sorted(rows)).encode()


def online(root: Path, reply: Callable[[str], Reply], **more: Any) -> dict[str, dict[str, set[str]]]:
    with service(reply) as address:
        return verdicts(root, f'online = true\nrange_url = "{address}"', **more)


def test_the_service_decides(tmp_path: Path) -> None:
    found = online(tmp_path, lambda prefix: (200, range_of(prefix)))
    assert found["no-password-is-in-a-breach"] == {"fail": {"1"}, "pass": {"2", "3"}}
    assert found["breach-check-is-complete"] == {"pass": {"all passwords"}}


def test_a_padded_row_with_count_zero_is_no_hit(tmp_path: Path) -> None:
    found = online(tmp_path, lambda prefix: (200, range_of(prefix, count=0)))
    assert found["no-password-is-in-a-breach"] == {"pass": {"1", "2", "3"}}


def test_a_row_of_a_file_with_count_zero_is_no_hit(tmp_path: Path) -> None:
    save(tmp_path / "list.txt", lines(entries() | {sha1(PASSWORDS[0]): 0}))
    found = verdicts(tmp_path, 'breach_list = "list.txt"\nbreach_list_on = 2026-11-01')
    assert found["no-password-is-in-a-breach"] == {"pass": {"1", "2", "3"}}


@pytest.mark.parametrize(
    "reply",
    [
        (503, b""), (429, b""), (403, b"no"), (404, b""), (500, b"x"), (302, b""), (204, b""), (200, b""),
        (200, b"<html>sign in to the network</html>"), (200, b"{}"), (200, b"\x1f\x8b\x08"),
        (200, b"%035X:3\r\n%034X" % (1, 2)), (200, b"%027X:3\r\n" % 1), (200, b"%040X:3\r\n" % 1), (200, b"%035X\r\n" % 1),
    ],
)  # fmt: skip
def test_a_service_that_fails_clears_nothing(tmp_path: Path, reply: Reply) -> None:
    nothing_is_cleared(online(tmp_path, lambda prefix: reply))


def test_hits_of_a_service_that_fails_for_others_stay_hits(tmp_path: Path) -> None:
    last = {sha1(unicodedata.normalize(form, STRONG[0]))[:5] for form in ("NFC", "NFD")}
    found = online(tmp_path, lambda prefix: (503, b"") if prefix in last else (200, range_of(prefix)))
    assert found["no-password-is-in-a-breach"] == {"fail": {"1"}, "unknown": {"2", "3"}}
    assert found["no-password-is-close-to-a-breached-one"].get("pass") is None
    assert found["breach-check-is-complete"].keys() == {"unknown"}


def test_a_service_that_is_not_there_or_must_not_be_asked_clears_nothing(tmp_path: Path) -> None:
    with service(lambda prefix: (200, range_of(prefix))) as address:
        asked = f'online = true\nrange_url = "{address}"'
        nothing_is_cleared(verdicts(tmp_path, asked, offline=True))
    nothing_is_cleared(verdicts(tmp_path, asked))


def test_a_service_that_breaks_off_clears_nothing(tmp_path: Path) -> None:
    """Fewer bytes than were promised."""
    import socket

    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                connection.recv(4_096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b"%035X:3\r\n" % 1)

    threading.Thread(target=serve, daemon=True).start()
    try:
        port = listening.getsockname()[1]
        nothing_is_cleared(verdicts(tmp_path, f'online = true\nrange_url = "http://127.0.0.1:{port}/range/"'))
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


# -- 3: KeePass --------------------------------------------------------------------------------------------------


def keepass_facts(root: Path, *parts: str, **more: Any) -> Rows:
    return read(root, v__xml=keepass.document(*parts, **more).encode())


def test_an_entry_that_points_to_anothers_password_is_no_second_use(tmp_path: Path) -> None:
    rows = keepass_facts(
        tmp_path,
        keepass.entry("a", STRONG[0], url="https://a.test"),
        keepass.entry("b", keepass.reference("a"), url="https://b.test"),
        keepass.entry("c", keepass.reference("b"), url="https://c.test"),
        keepass.entry("d", keepass.reference("lost"), url="https://d.test"),
    )["credentials"]
    assert column(rows, "reuse_group") == [None] * 4
    assert column(rows, "password_present") == [True, True, True, None]
    assert column(rows, "strength_band")[:3] == [4, 4, 4]
    # A third login with the same words is one.
    more = keepass.entry("e", STRONG[0], url="https://e.test")
    rows = keepass_facts(tmp_path, keepass.entry("a", STRONG[0], url="https://a.test"),
                         keepass.entry("b", keepass.reference("a")), more)["credentials"]  # fmt: skip
    assert column(rows, "reuse_group") == ["group 1", None, "group 1"]


def test_a_reference_with_more_around_it_is_a_password_of_its_own(tmp_path: Path) -> None:
    rows = keepass_facts(
        tmp_path,
        keepass.entry("a", STRONG[0], url="https://a.test"),
        keepass.entry("b", f"{keepass.reference('a')}!7", url="https://b.test"),
        keepass.entry("c", f"{STRONG[0]}!7", url="https://c.test"),
    )["credentials"]
    assert column(rows, "reuse_group") == [None, "group 1", "group 1"]


def test_the_bin_is_known_by_its_id_and_its_live_passwords_are_counted(tmp_path: Path) -> None:
    rows = keepass_facts(
        tmp_path,
        keepass.entry("a", STRONG[0]),
        keepass.group("Recycle Bin", keepass.entry("not binned", STRONG[1])),
        keepass.group("Papierkorb", keepass.entry("b", STRONG[0]), keepass.entry("c", "gone-Xk29"), keepass.entry("d", STRONG[0])),
        bin="Papierkorb",
    )  # fmt: skip
    assert [row["credential"] for row in rows["credentials"]] == ["v.xml item 1", "v.xml item 2"]
    (row,) = rows["vaults"]
    assert (row["deleted"], row["deleted_in_use"], row["logins"]) == (3, 1, 2)


def test_history_is_no_reuse_and_shows_what_came_back(tmp_path: Path) -> None:
    def old(password: str) -> str:
        return keepass.entry("a", password, made="2024-03-01T10:00:00Z", changed="2024-03-01T10:00:00Z")

    first, second = keepass_facts(
        tmp_path,
        keepass.entry("a", STRONG[0], changed="2025-01-01T00:00:00Z", history=(old(STRONG[0]), old(STRONG[1]))),
        keepass.entry("b", STRONG[1], url="https://b.test"),
    )["credentials"]
    assert first.get("reuse_group") is None
    assert second.get("reuse_group") is None
    assert first["returned_to_old"] is True


@pytest.mark.parametrize("version", [3, 4])
def test_an_empty_master_password_opens_a_database(tmp_path: Path, version: int) -> None:
    from auditgen.readers.joint import Allowances

    content = keepass.kdbx(keepass.document(keepass.entry("a", STRONG[0])), "", version=version)
    path = save(tmp_path / "v.kdbx", content)
    secret = save(tmp_path / "secret", "\n")
    context = JointContext(
        tmp_path, DAY, ORGANISATION, {}, allowances=Allowances(passphrases={"": {"path": str(secret)}})
    )
    rows = Rows()
    (report,) = READER.read(path, context, rows)
    assert report.status == "read"
    assert rows["vaults"][0]["container"] == f"kdbx{version}"


def test_twofish_is_refused_by_name(tmp_path: Path) -> None:
    twofish = bytes.fromhex("ad68f29f576f4bb9a36ad47af965346c")
    (report,) = read(tmp_path, v__kdbx=keepass.open_header(3, twofish, R=(5, (6000).to_bytes(8, "little"))))["reports"]
    assert report["status"] == "failed"
    assert "encrypted with Twofish, which is not read here" in report["message"]


# -- 5: what a password may be made of ---------------------------------------------------------------------------

ODD = [
    "a,b,c-Xk29", 'a"b""c-Xk29', "a\r\nb\nc-Xk29", "  spaces-Xk29  ", "tab\tXk29-end", "nul\x00Xk29-end", "half\ud83dXk29", "x" * 101 + "Y7",
    "long-" * 60 + "Y7", "🐄🐄-Xk29-🐄", "=1+1-Xk29", "'quoted'-Xk29", "\\n-Xk29-\\u0041", "{REF-Xk29}", "\u200bXk29-zero",
]  # fmt: skip


@pytest.mark.parametrize("password", ODD, ids=range(len(ODD)))
def test_every_format_reads_the_same_password(tmp_path: Path, password: str) -> None:
    row = {"title": "t", "name": "t", "url": "https://b.test", "username": "jo", "password": password}
    cased = {"Title": "t", "Username": "jo", "Password": password, "URL": "https://c.test", "Url": "https://c.test"}
    rows = read(
        tmp_path,
        a__json=vault(item("a", password)),
        b__csv=files.table(files.BROWSER, row),
        bom__csv=b"\xef\xbb\xbf" + files.table(files.FIREFOX, row, quote_all=True),
        semi__csv=files.table(files.LASTPASS, row, delimiter=";"),
        tab__csv=files.table(files.NORDPASS, {**row, "type": "password"}, delimiter="\t"),
        apple__csv=files.table(files.APPLE, cased),
        one__csv=files.table(files.ONEPASSWORD, cased),
        lf__csv=files.table(files.DASHLANE, row),
        px__1pux=files.onepux(("P", "x", [files.onepux_login(details={"loginFields": [], "password": password})])),
        proton__json=files.as_json(files.proton(files.proton_item(content={"password": password, "urls": []}))),
    )
    found = rows["credentials"]
    assert len(found) == 10
    assert set(column(found, "reuse_group")) == {"group 1"}, column(found, "reuse_group")
    assert len(set(column(found, "length_band"))) == 1


def test_folders_are_no_items_and_notes_no_logins(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        nord__csv=files.table(files.NORDPASS, {"name": "Brand", "type": "folder"}, {"name": "n", "type": "note", "note": "x"},
                              {"name": "l", "type": "password", "url": "https://a.test", "password": STRONG[0]}),
        last__csv=files.table(files.LASTPASS, {"url": "http://sn", "name": "note", "extra": "Password: hunter-22"},
                              {"url": "https://b.test", "name": "l", "username": "jo", "password": STRONG[1]}),
    )  # fmt: skip
    assert column(rows["credentials"], "domain") == ["a.test", "b.test"]
    counts = {row["vault"]: (row["items"], row["logins"], row["notes_with_secrets"]) for row in rows["vaults"]}
    assert counts == {"nord.csv": (2, 1, 0), "last.csv": (2, 1, 1)}


def test_a_table_without_header_is_read_when_it_is_named(tmp_path: Path) -> None:
    content = files.headless(["Brand", "Shop", "jo", STRONG[0], "https://a.test", "", ""])
    assert read(tmp_path, keeper__csv=content)["reports"][0]["status"] == "failed"
    named = {"by_source": {"keeper__csv": {"format": "keeper-csv"}}}
    rows = read(tmp_path, named, keeper__csv=content)
    assert column(rows["credentials"], "domain") == ["a.test"]


def test_a_bad_row_is_told_by_its_number_and_column_and_the_rest_stays(tmp_path: Path) -> None:
    good = {
        "type": "login",
        "name": "x",
        "url": "https://a.test",
        "username": "jo",
        "password": STRONG[0],
        "createTime": "1689182868",
    }
    bad = {**good, "createTime": "Pass-Canary-77"}
    rows = read(tmp_path, p__csv=files.table(files.PROTON, good, bad, ["login", "Pass-Canary-78"], good))
    (report,) = rows["reports"]
    assert report["status"] == "partly"
    assert report["message"] == "2 items could not be read, the first is item 2 (createTime)."
    assert len(rows["credentials"]) == 2
    assert rows["vaults"][0]["broken"] == 2
    assert "Canary" not in json.dumps(rows, default=str)


# -- 6: items that lack something --------------------------------------------------------------------------------


def test_items_without_a_password_are_told_apart_from_weak_ones(tmp_path: Path) -> None:
    rows = facts(
        tmp_path,
        item("sign-on", None), item("nowhere", STRONG[0], login={"uris": None}), bitwarden.login("none", None) | {"login": None},
        item("passkey", None, login={"fido2Credentials": [{"keyValue": "k"}]}), item("no-name", STRONG[1], login={"username": None}),
    )  # fmt: skip
    assert column(rows, "password_present") == [False, True, None, False, True]
    assert column(rows, "length_band")[0] is None
    assert column(rows, "address_present")[1] is False
    assert column(rows, "username_present") == [True, True, False, True, False]
    assert column(rows, "passkey") == [False, False, None, True, False]
    assert column(rows, "domain")[1] is None


def test_a_1pux_item_may_have_its_password_elsewhere_and_no_state(tmp_path: Path) -> None:
    bare = files.onepux_login(details={"loginFields": [], "sections": [], "password": STRONG[0], "passwordHistory": []})
    for key in ("state", "createdAt", "updatedAt", "favIndex"):
        del bare[key]
    server = files.onepux_login(categoryUuid="110", details={"loginFields": [], "sections": [], "password": STRONG[1]})
    rows = read(tmp_path, v__1pux=files.onepux(("U", "Brand", [bare, server])))
    assert column(rows["credentials"], "password_present") == [True, True]
    assert rows["credentials"][0]["revised_on"] is None
    assert rows["reports"][0]["status"] == "read"


# -- 7: which site -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://www.shop.example.org/x", "example.org"), ("https://notwww.example.org", "example.org"),
        ("https://wwwshop.org", "wwwshop.org"), ("https://one.github.io", "one.github.io"), ("https://two.github.io/x", "two.github.io"),
        ("https://shop.example.co.uk", "example.co.uk"), ("http://192.168.1.7:8080/admin", "192.168.1.7"),
        ("https://[2001:db8::1]/", "2001:db8::1"), ("android://aGFzaA==@com.example.app/", "app:com.example.app"),
        ("androidapp://com.example.app", "app:com.example.app"), ("example.org", "example.org"), ("EXAMPLE.org.", "example.org"),
        ("https://m.facebook.com", "facebook.com"), ("https://messenger.com", "facebook.com"), ("https://twitter.com", "x.com"),
        ("https://mobile.twitter.com", "x.com"), ("https://studio.youtube.com", "google.com"), ("https://b\u00fccher.example", "b\u00fccher.example"),
        ("http://localhost:3000", "localhost"), ("https://www.intern.local", "intern.local"), ("https://jo:word@a.example.org", "example.org"), ("http://[::1", None),
        ("just some words", None), ("", None),
    ],
)  # fmt: skip
def test_the_site_of_an_address(tmp_path: Path, address: str, domain: str | None) -> None:
    (row,) = facts(tmp_path, item("a", STRONG[0], address))
    assert row["domain"] == domain


def test_sites_that_share_a_login_share_a_password_without_reuse(tmp_path: Path) -> None:
    rows = facts(tmp_path, item("a", STRONG[0], "https://facebook.com"), item("b", STRONG[0], "https://www.messenger.com"),
                 item("c", STRONG[1], "https://one.github.io"), item("d", STRONG[1], "https://two.github.io"))  # fmt: skip
    assert column(rows, "reuse_sites") == [1, 1, 2, 2]


# -- 8: strength -------------------------------------------------------------------------------------------------


def test_years_to_come_long_words_and_names_of_the_owner_are_known(tmp_path: Path) -> None:
    rows = facts(
        tmp_path,
        item("year", "Summer2024"), item("later", "sunshine2026"), item("walk", "x" * 300), item("phrase", "7kQ!" * 30),
        item("user", "zwetschgenmus7", login={"username": "zwetschgenmus@x.test"}), item("other", "zwetschgenmus7"),
        item("zwetschgenmus", "zwetschgenmus8"), item("empty", ""), item("strong", STRONG[0]), item("end", "a" * 100 + STRONG[0]),
    )  # fmt: skip
    bands = dict(
        zip(
            ["year", "later", "walk", "phrase", "user", "other", "site", "empty", "strong", "end"],
            column(rows, "strength_band"),
            strict=True,
        )
    )
    assert bands["year"] < 3 and bands["later"] < 3 and bands["walk"] < 3 and bands["phrase"] < 3
    assert bands["user"] < bands["other"]
    assert bands["site"] < bands["other"]
    assert bands["empty"] is None
    assert bands["strong"] == bands["end"] == 4


@pytest.mark.parametrize(("password", "common"), [("123456", True), ("Password", True), ("monkey", True), ("changeme", True),
                                                  ("hillfarm.test", False), (STRONG[0], False), ("", None)])  # fmt: skip
def test_the_first_guesses_are_common(tmp_path: Path, password: str, common: bool | None) -> None:
    assert column(facts(tmp_path, item("a", password)), "common") == [common]


# -- facts about several passwords -------------------------------------------------------------------------------


def test_near_copies_are_a_family(tmp_path: Path) -> None:
    rows = facts(
        tmp_path, item("a", "Kind-Answers-42!"), item("b", "Kind-Answers-43!"), item("c", "kind-answers-2027"), item("d", STRONG[0]),
        item("e", "Kind-Answers-42!"), item("f", STRONG[1]),
    )  # fmt: skip
    assert column(rows, "family") == ["family 1", "family 1", "family 1", None, "family 1", None]
    assert {(row["family_passwords"], row["family_sites"]) for row in rows if row.get("family")} == {(3, 4)}
    assert column(rows, "reuse_group") == ["group 1", None, None, None, "group 1", None]


def test_one_password_at_many_sites_is_no_family(tmp_path: Path) -> None:
    rows = facts(tmp_path, *(item(name, STRONG[0]) for name in "abc"))
    assert column(rows, "family") == [None] * 3
    assert column(rows, "reuse_sites") == [3] * 3


def test_families_reach_across_vaults_and_labels_are_only_numbers(tmp_path: Path) -> None:
    rows = read(tmp_path, a__json=vault(item("a", "Kind-Answers-42!")), b__csv=files.table(
        files.BROWSER, {"name": "b", "url": "https://b.test", "username": "jo", "password": "Kind-Answers-43!"}))  # fmt: skip
    assert column(rows["credentials"], "family") == ["family 1", "family 1"]


def test_a_near_copy_of_a_breached_password_is_known(tmp_path: Path) -> None:
    listed = save(tmp_path / "list.txt", lines(entries("Kind-Answers-42!")))
    rows = facts(tmp_path, item("a", "Kind-Answers-42!"), item("b", "Kind-Answers-43!"), item("c", STRONG[0]), item("d", None),
                 passwords={"breach_list": str(listed), "breach_list_on": date(2026, 11, 1)})  # fmt: skip
    assert column(rows, "breach_band") == ["10_to_999", "none", "none", None]
    assert column(rows, "near_breached")[1:3] == [True, False]
    assert rows[3].get("near_breached") is None


@pytest.mark.parametrize(
    ("old", "now", "steps", "returned"),
    [
        (["Rosinen-1", "Rosinen-2"], "Rosinen-3", True, False),
        (["Rosinen-1"], "Rosinen-2", False, False),
        (["Rosinen-1", STRONG[0]], "Rosinen-2", False, False),
        (["Rosinen-8", "Rosinen-9", STRONG[1]], "Rosinen-9", False, True),
        (["1234", "1235"], "1236", False, False),
        ([], STRONG[0], False, False),
        (["Caf\u00e9-Marke"], "Cafe\u0301-Marke", False, True),
    ],
)
def test_what_changes_changed(tmp_path: Path, old: list[str], now: str, steps: bool, returned: bool) -> None:
    told = [{"password": text, "lastUsedDate": f"202{n}-01-01T00:00:00Z"} for n, text in enumerate(old)]
    (row,) = facts(tmp_path, item("a", now, passwordHistory=told[::-1]))
    assert (row["increments"], row["returned_to_old"], row["history"]) == (steps, returned, len(old))


def test_a_format_without_history_says_nothing_of_it(tmp_path: Path) -> None:
    row = {"name": "a", "url": "https://a.test", "username": "jo", "password": STRONG[0]}
    (found,) = read(tmp_path, v__csv=files.table(files.BROWSER, row))["credentials"]
    assert (found["history"], found["increments"], found["returned_to_old"]) == (None, None, None)


@pytest.mark.parametrize(
    ("address", "imitates"),
    [
        ("https://instagrarn.com", True), ("https://1nstagram.com", True), ("https://lnstagram.com/login", True),
        ("https://inst\u0430gram.com", True), ("https://xn--instgram-46g.com", True), ("https://faceboook.com", True),
        ("https://hi11farm.example", True), ("https://hilfarm.example", True), ("https://www.instagram.com", False),
        ("https://hillfarm.example", False), ("https://help.hillfarm.example", False), ("https://y.com", False),
        ("https://somewhere.example", False), ("androidapp://com.instagram.android", False), ("", None),
    ],
)  # fmt: skip
def test_look_alikes_of_our_sites_and_of_platforms(tmp_path: Path, address: str, imitates: bool | None) -> None:
    assert column(facts(tmp_path, item("a", STRONG[0], address)), "imitates") == [imitates]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"notes": "Password: hunter-22"}, True), ({"notes": "pw=hunter22x"}, True), ({"notes": "Kennwort ist Regen77bogen"}, True),
        ({"notes": f"the old one was {STRONG[0]}"}, True), ({"notes": "PIN: 4711"}, True),
        ({"fields": [{"name": "Password", "value": "hunter-22", "type": 0}]}, True),
        ({"fields": [{"name": "Password", "value": "hunter-22", "type": 1}]}, False),
        ({"notes": "Password: see the safe"}, False), ({"notes": "Ask Mara for the password."}, False), ({"notes": "Password: ****"}, False),
        ({"notes": "The password policy is at https://x.example/rules"}, False), ({"notes": None}, False),
        ({"notes": "Password: <ask IT>"}, False), ({"notes": "pin it to the board"}, False),
    ],
)  # fmt: skip
def test_passwords_in_notes_and_plain_fields(tmp_path: Path, more: dict[str, Any], told: bool) -> None:
    assert column(facts(tmp_path, item("a", STRONG[0], **more)), "secret_in_text") == [told]


@pytest.mark.parametrize(
    ("address", "told"),
    [("https://jo:word@shop.example/x", True), ("ftp://jo:word@shop.example", True), ("jo:word@shop.example", True),
     ("https://jo@shop.example", False), ("https://shop.example:8443/a:b@c", False), ("android://aGFzaA==@com.example.app/", False),
     ("mailto:jo@shop.example", False), ("shop.example", False), ("http://[::1", False)],
)  # fmt: skip
def test_passwords_in_addresses(tmp_path: Path, address: str, told: bool) -> None:
    rows = facts(tmp_path, item("a", STRONG[0], address))
    assert column(rows, "secret_in_text") == [told]
    assert '"word"' not in json.dumps(rows, default=str) and ":word" not in json.dumps(rows, default=str)


@pytest.mark.parametrize(
    ("title", "more", "codes"),
    [
        ("a", {"notes": "Recovery codes: 8f3k-22ab"}, True), ("a", {"notes": "Backup codes\n1234 5678\n8765 4321"}, True),
        ("a", {"notes": "ab12-cd34 ef56-ab78 cd90-ef12"}, True), ("Instagram backup codes", {"notes": "39481102"}, True),
        ("a", {"fields": [{"name": "Recovery code", "value": "7HK2-99XA", "type": 1}]}, True),
        ("a", {"notes": "Recovery codes are in the safe of the IT desk"}, False), ("Where the backup codes are", {"notes": "in the safe"}, False),
        ("a", {"notes": "Recovery codes renewed on 2026-03-01, see the envelope"}, False), ("a", {"notes": None}, False),
        ("a", {"notes": "Call 020 7946 0018 before noon"}, False),
    ],
)  # fmt: skip
def test_recovery_codes_in_an_item(tmp_path: Path, title: str, more: dict[str, Any], codes: bool) -> None:
    (row,) = facts(tmp_path, bitwarden.login(title, STRONG[0], **more))
    assert row["codes"] is codes


def test_words_of_launches_handles_and_sites_are_ours(tmp_path: Path) -> None:
    rows = facts(
        tmp_path, item("a", "WinterTrail-7"), item("b", "w1nter-tra1l-" + STRONG[0]), item("c", "H1llFarm!!"), item("d", STRONG[0]),
        item("e", "September2026"), campaigns=("Winter Trail",),
    )  # fmt: skip
    assert column(rows, "context_word") == [True, True, True, False, True]
    assert column(rows, "context_only") == [True, False, True, False, True]


def test_a_bin_or_archive_that_holds_a_live_password_is_counted(tmp_path: Path) -> None:
    rows = read(tmp_path, v__json=vault(
        item("a", STRONG[0]), item("b", STRONG[0], deletedDate="2026-01-01T00:00:00Z"), item("c", STRONG[1], archivedDate="2026-01-01T00:00:00Z"),
        item("d", unicodedata.normalize("NFD", "Zwölf-Bären-77"), deletedDate="2026-01-01T00:00:00Z"), item("e", "Zwölf-Bären-77"),
    ))  # fmt: skip
    (row,) = rows["vaults"]
    assert (row["deleted"], row["archived"], row["deleted_in_use"], row["logins"]) == (2, 1, 2, 2)
    assert len(rows["credentials"]) == 2
    assert rows["reports"][0]["message"].startswith("2 deleted items were left out. 1 archived item was left out.")


# -- 9: what answers hang on is told -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    from auditgen.run.audit import run_audit
    from auditgen.run.options import Options

    root = tmp_path_factory.mktemp("traps")
    save(root / "list.txt", lines(entries("Kind-Answers-42!")))
    save(root / "a.json", vault(
        item("Social / Instagram", "Kind-Answers-42!", "https://instagram.com"), item("b", "Kind-Answers-43!"), item("c", ""),
        item("d", STRONG[0], expires="x", login={"username": None}), item("e", STRONG[1], notes="Password: hunter-22"),
    ))  # fmt: skip
    save(root / "b.json", files.as_json(bitwarden.organisation(
        item("shared", STRONG[2], "https://shop.test"), item("kept", "Kind-Answers-44!", "https://www.tiktok.com", login={"username": "hillfarm"}),
        item("old", STRONG[2], deletedDate="2026-01-01T00:00:00Z"),
    )))  # fmt: skip
    save(root / "accounts.yml", json.dumps({"accounts": [
        {"id": "ig", "platform": "instagram", "vault_item": "social / instagram", "owner": "sam"},
        {"id": "tt", "platform": "tiktok", "handle": "hillfarm", "owner": "sam"},
        {"id": "li", "platform": "linkedin", "handle": "hillfarm"},
        {"id": "ads", "platform": "ads", "login_kind": "sso"},
        {"id": "gone", "platform": "reddit", "status": "archived"},
    ], "people": [{"id": "sam", "name": "Sam Hill"}]}))  # fmt: skip
    save(root / "auditgen.toml", """[organisation]
name = "Hill Farm"
[[source]]
id = "list"
reader = "inventory"
path = "accounts.yml"
[[source]]
id = "a"
reader = "vault"
path = "a.json"
owner = "sam"
[[source]]
id = "b"
reader = "vault"
path = "b.json"
[passwords]
breach_list = "list.txt"
breach_list_on = 2026-11-02
""")  # fmt: skip
    run_audit(Options(root, DAY, output=root / "out", formats=("json",)))
    return dict(json.loads((root / "out" / "latest" / "results.json").read_text(encoding="utf-8")))


def test_engines_and_dates_stand_in_the_results(results: dict[str, Any]) -> None:
    from importlib.metadata import version

    told = {item["title"]: item for item in results["logins"]["instruments"]}
    for name in ("zxcvbn-rs-py", "rapidfuzz", "tldextract"):
        assert told[name]["version"] == version(name)
    assert told["breach list"]["dated_on"] == "2026-11-02"
    assert told["table of second factors"]["dated_on"] is not None
    breach = results["logins"]["breach"]
    assert (breach["method"], breach["list_on"], breach["reason"]) == ("file", "2026-11-02", None)
    assert breach["asked"] == breach["answered"] > 0


def test_coverage_names_every_account_in_use_and_its_vaults(results: dict[str, Any]) -> None:
    keys = ("account", "state", "vaults")
    assert [{key: entry[key] for key in keys} for entry in results["logins"]["kept"]] == [
        {"account": "li", "state": "none", "vaults": []},
        {"account": "ig", "state": "held", "vaults": [{"vault": "a.json", "shared": False, "logins": 1}]},
        {"account": "tt", "state": "held", "vaults": [{"vault": "b.json", "shared": True, "logins": 1}]},
        {"account": "ads", "state": "sign_on", "vaults": []},
    ]


def test_counts_and_families_are_those_of_the_organisation(results: dict[str, Any]) -> None:
    logins = results["logins"]
    assert (logins["total"], logins["private"]) == (7, 4)
    counts = {entry["check"]: entry["count"] for entry in logins["counts"]}
    assert counts["no-password-is-in-a-breach"] == 1
    assert counts["no-near-copies-across-sites"] == 3
    (family,) = logins["families"]
    assert (family["kind"], family["passwords"], family["sites"], family["logins"]) == ("near", 3, 3, 3)
    assert family["accounts"] == ["ig", "tt"]


def test_a_family_leads_to_an_item_that_is_in_it(results: dict[str, Any]) -> None:
    found = [item for item in results["findings"]
             if item["check"] == "no-near-copies-across-sites" and item["verdict"] == "fail"]  # fmt: skip
    places = {(item["source"], item["locator"]) for item in found}
    assert places <= {("a.json", "item 1"), ("a.json", "item 2"), ("b.json", "item 2")}
    assert {item["account"] for item in found} == {None, "ig", "tt"}


def test_untidy_items_are_told(results: dict[str, Any]) -> None:
    says = {item["says"] for item in results["findings"]
            if item["check"] == "vault-items-are-tidy" and item["verdict"] == "fail"}  # fmt: skip
    assert "1 of the passwords in the bin or archive of b.json are still in use" in says
