"""Tables from outside: fetched whole or not at all, read as they are, and what the checks make of them."""

from __future__ import annotations

import gzip
import http.server
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from auditgen.cli import cli
from auditgen.files.errors import ReadError
from auditgen.readers.catalogues.breach_catalogue import READER as CATALOGUE
from auditgen.readers.catalogues.second_factors import METHODS, SCHEMA
from auditgen.readers.catalogues.second_factors import READER as FACTORS
from auditgen.reference.second_factors import shipped, shipped_instrument
from tests.tools import vault_files as files
from tests.tools import vault_files_bitwarden as bitwarden
from tests.tools.evidence import DAY, Rows, context

pytestmark = pytest.mark.slow

FILE = Path("data") / "second-factors.json"
TWO_FACTOR: dict[str, Any] = {
    "x.com": {"methods": ["sms", "totp", "u2f"], "documentation": "https://help.x.com", "notes": "paying accounts"},
    "twitter.com": {"methods": ["sms", "custom-software"], "custom-software": ["App"]},
    "nothing.test": {"contact": {"email": "a@nothing.test"}},
    "MIXED.test": {"methods": ["email", "carrier-pigeon", 7]},
    **{f"site{n}.test": {"methods": ["totp"]} for n in range(60)},
}
PASSKEYS: dict[str, Any] = {
    "x.com": {"passwordless": "allowed", "mfa": "allowed", "documentation": "https://help.x.com"},
    "keys.test": {"mfa": "allowed"},
    "told.test": {"documentation": "https://told.test"},
    **{f"site{n}.test": {"passwordless": "allowed"} for n in range(60)},
}


def save(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    path.chmod(0o600)
    return path


# -- auditgen data update ----------------------------------------------------------------------------------------

Reply = tuple[int, bytes, dict[str, str]]


def good(content: Any) -> Reply:
    return 200, json.dumps(content).encode(), {}


class Service:
    """Both directories on loopback, and what they were asked."""

    def __init__(self, port: int, asked: list[tuple[str, dict[str, str]]]) -> None:
        self.asked = asked
        self.two_factor, self.passkeys = (f"http://127.0.0.1:{port}/{name}" for name in ("v4/all.json", "v1/all.json"))

    def update(self, root: Path, *more: str, code: int = 0) -> Result:
        return update(root, "--two-factor", self.two_factor, "--passkeys", self.passkeys, *more, code=code)


def update(root: Path, *words: str | Path, code: int = 0) -> Result:
    done = CliRunner().invoke(cli, ["data", "update", "-w", str(root), *map(str, words)])
    assert done.exit_code == code, (done.output, done.exception)
    return done


@contextmanager
def service(two_factor: Reply, passkeys: Reply) -> Iterator[Service]:
    asked: list[tuple[str, dict[str, str]]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, dict(self.headers)))
            status, body, headers = two_factor if self.path == "/v4/all.json" else passkeys
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing on the terminal."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Service(server.server_port, asked)
    finally:
        server.shutdown()
        server.server_close()


def test_both_directories_are_fetched_into_one_file(tmp_path: Path) -> None:
    with service(good(TWO_FACTOR), good(PASSKEYS)) as found:
        said = found.update(tmp_path).output
        told = [place for place, _ in found.asked]
    content = json.loads((tmp_path / FILE).read_text(encoding="utf-8"))
    assert content["schema"] == SCHEMA
    assert content["fetched_on"] == date.today().isoformat()
    assert content["sources"] == [found.two_factor, found.passkeys]
    assert "MIT" in content["licence"] and "CC BY 4.0" in content["licence"]
    # Only what is used is kept.
    assert content["two_factor"]["x.com"] == {"methods": ["sms", "totp", "u2f"]}
    assert content["passkeys"]["x.com"] == {"passwordless": "allowed", "mfa": "allowed"}
    assert told == ["/v4/all.json", "/v1/all.json"]
    assert "64 sites with second factors and 63 with passkeys" in said
    assert 'reader = "second-factors"' in said
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["second-factors.json"]


def test_a_workspace_that_names_the_file_is_not_told_how(tmp_path: Path) -> None:
    save(tmp_path / "auditgen.toml", b'[[source]]\nid = "f"\nreader = "second-factors"\n')
    with service(good(TWO_FACTOR), good(PASSKEYS)) as found:
        assert "Name it in auditgen.toml" not in found.update(tmp_path).output


def test_nothing_of_the_organisation_is_sent(tmp_path: Path) -> None:
    save(tmp_path / "auditgen.toml", b'[organisation]\nname = "Canary Farm"\n')
    with service(good(TWO_FACTOR), good(PASSKEYS)) as found:
        found.update(tmp_path)
        assert "canary" not in json.dumps(found.asked).casefold()
        assert all(not {"Cookie", "Authorization", "Referer"} & headers.keys() for _, headers in found.asked)


def test_what_was_fetched_is_told_as_json(tmp_path: Path) -> None:
    with service(good(TWO_FACTOR), good(PASSKEYS)) as found:
        told = json.loads(found.update(tmp_path, "--json").output)
    assert told == {
        "file": str(tmp_path / FILE),
        "fetched_on": date.today().isoformat(),
        "two_factor": 64,
        "passkeys": 63,
    }


def test_a_packed_answer_is_unpacked(tmp_path: Path) -> None:
    packed = gzip.compress(json.dumps(TWO_FACTOR).encode())
    with service((200, packed, {"Content-Encoding": "gzip"}), good(PASSKEYS)) as found:
        found.update(tmp_path)
    assert len(json.loads((tmp_path / FILE).read_text(encoding="utf-8"))["two_factor"]) == 64


BAD: dict[str, tuple[Reply, str]] = {
    "503": ((503, b"", {}), "answered 503"),
    "404": ((404, b"{}", {}), "answered 404"),
    "moved": ((302, b"", {"Location": "http://127.0.0.1:1/"}), "answered 302"),
    "a page": ((200, b"<html>sign in to the network</html>", {}), "expected JSON with one entry a site"),
    "a list": ((200, b"[1]", {}), "expected JSON with one entry a site"),
    "empty": ((200, b"", {}), "expected JSON with one entry a site"),
    "no text": ((200, b"\xff\xfe\xfa", {}), "expected JSON with one entry a site"),
    "deep": ((200, b"[" * 100_000, {}), "expected JSON with one entry a site"),
    "few": (good({f"s{n}.test": {"methods": []} for n in range(49)}), "expected a directory of sites, found 49"),
    "of another shape": (good({f"s{n}.test": "totp" for n in range(90)}), "expected a directory of sites, found 0"),
    "shorter than promised": ((200, b'{"a.test": {}', {"Content-Length": "900000"}), "nothing was written"),
    "not packed as said": ((200, b"plain", {"Content-Encoding": "gzip"}), "nothing was written"),
}


@pytest.mark.parametrize("which", ["two_factor", "passkeys"])
@pytest.mark.parametrize("bad", BAD)
def test_an_answer_that_is_no_good_leaves_the_last_file(tmp_path: Path, which: str, bad: str) -> None:
    reply, says = BAD[bad]
    before = save(tmp_path / FILE, b"as it was")
    both = {"two_factor": good(TWO_FACTOR), "passkeys": good(PASSKEYS), which: reply}
    with service(**both) as found:
        said = found.update(tmp_path, code=2).output
        assert getattr(found, which) in said.replace("\n", "")
    assert says in " ".join(said.split())
    assert "Traceback" not in said
    assert before.read_bytes() == b"as it was"
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["second-factors.json"]


def test_more_than_a_directory_can_be_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditgen.cli.data.MAX_BYTES", 1_000)
    with service(good(TWO_FACTOR), good(PASSKEYS)) as found:
        assert "answered with more than" in found.update(tmp_path, code=2).output
    assert not (tmp_path / FILE).exists()


def test_nobody_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/all.json"
        said = " ".join(update(tmp_path, "--two-factor", address, code=2).output.split())
    assert "could not be reached (ConnectionError); nothing was written" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "address",
    ["http://api.2fa.directory/v4/all.json", "ftp://x.test/all.json", "http://127.0.0.1.x.test/a", "http://localhost.x.test/",
     "http://127.0.0.1@x.test/", "http://[::1", "file:///etc/passwd"],
)  # fmt: skip
def test_an_address_that_anybody_could_answer_is_not_asked(tmp_path: Path, address: str) -> None:
    said = " ".join(update(tmp_path, "--two-factor", address, code=2).output.split())
    assert "expected an address that begins with https://; nothing was written" in said


def test_a_directory_that_was_fetched_elsewhere_is_taken(tmp_path: Path) -> None:
    two_factor, passkeys = save(tmp_path / "all.json", TWO_FACTOR), save(tmp_path / "keys.json", PASSKEYS)
    update(tmp_path, "--two-factor", two_factor, "--passkeys", passkeys)
    content = json.loads((tmp_path / FILE).read_text(encoding="utf-8"))
    # Where it lies on this machine is nobody's business.
    assert content["sources"] == ["all.json", "keys.json"]
    said = update(tmp_path, "--two-factor", tmp_path / "no.json", "--passkeys", passkeys, code=2).output
    assert "No such file or directory; nothing was written" in " ".join(said.split())


# -- the reader --------------------------------------------------------------------------------------------------


def offers(folder: Path, content: Any) -> tuple[Rows, Any]:
    rows = Rows()
    (report,) = FACTORS.read(save(folder / "f.json", content), context(folder), rows)
    return rows, report


def ours(**more: Any) -> dict[str, Any]:
    return {"schema": SCHEMA, "fetched_on": "2026-11-02", "two_factor": TWO_FACTOR, "passkeys": PASSKEYS, **more}


def test_our_file_is_read(tmp_path: Path) -> None:
    rows, report = offers(tmp_path, ours())
    found = {row["domain"]: row for row in rows["second_factor_offers"]}
    # One site under two names, with what any of them offers, in the order of the schema.
    assert "twitter.com" not in found
    assert found["x.com"]["methods"] == ["sms", "totp", "u2f", "custom-software"]
    assert (found["x.com"]["platform"], found["x.com"]["passkey"]) == ("x", True)
    assert (found["nothing.test"]["methods"], found["nothing.test"]["passkey"]) == ([], False)
    assert found["mixed.test"]["methods"] == ["email"]
    assert (found["keys.test"]["methods"], found["keys.test"]["passkey"]) == ([], True)
    assert found["told.test"]["passkey"] is False
    assert {row["seen_on"] for row in found.values()} == {date(2026, 11, 2)}
    assert (report.status, report.rows_read) == ("read", len(found))
    (instrument,) = rows["instruments"]
    assert (instrument["version"], instrument["dated_on"]) == (SCHEMA, date(2026, 11, 2))


def test_what_update_writes_is_what_the_reader_reads(tmp_path: Path) -> None:
    update(
        tmp_path,
        "--two-factor",
        save(tmp_path / "a.json", TWO_FACTOR),
        "--passkeys",
        save(tmp_path / "b.json", PASSKEYS),
    )
    rows = Rows()
    (report,) = FACTORS.read(tmp_path / FILE, context(tmp_path), rows)
    assert report.seen_on == date.today()
    direct, _ = offers(tmp_path, ours(fetched_on=date.today().isoformat()))
    keys = ("domain", "methods", "passkey", "platform")
    plain = [[{key: row[key] for key in keys} for row in kept["second_factor_offers"]] for kept in (rows, direct)]
    assert plain[0] == plain[1]


def test_the_plain_directory_says_nothing_of_passkeys(tmp_path: Path) -> None:
    rows, report = offers(tmp_path, TWO_FACTOR)
    found = {row["domain"]: row for row in rows["second_factor_offers"]}
    assert found["x.com"]["methods"] == ["sms", "totp", "u2f", "custom-software"]
    assert {row["passkey"] for row in found.values()} == {None}
    assert report.seen_on == DAY
    assert rows["instruments"][0]["version"] == "API v4"


def test_a_file_without_a_good_day_has_the_day_of_the_source(tmp_path: Path) -> None:
    for wrong in ("yesterday", None, 7, "2026-13-40"):
        assert offers(tmp_path, ours(fetched_on=wrong))[1].seen_on == DAY


@pytest.mark.parametrize(
    "content",
    [b"<html>", b"", b"[]", b"{}", b"\xff\xfe", b"[" * 100_000, {"x.com": "totp"}, {"x.com": {"methods": "totp"}}, {"x.com": {}},
     {"schema": SCHEMA}, {"schema": SCHEMA, "two_factor": []}],
)  # fmt: skip
def test_what_is_no_directory_is_told(tmp_path: Path, content: Any) -> None:
    with pytest.raises(ReadError, match=r"^f\.json: expected"):
        offers(tmp_path, content)


def test_a_file_that_is_far_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditgen.files.json_file.MAX_BYTES", 10)
    for reader in (FACTORS, CATALOGUE):
        with pytest.raises(ReadError, match=r"is larger than such a file can be"):
            reader.read(save(tmp_path / "f.json", TWO_FACTOR), context(tmp_path), Rows())


def test_the_table_that_ships_is_sound() -> None:
    from auditgen.readers.inventory.fields import WORDS

    rows = list(shipped())
    domains = [row["domain"] for row in rows if row["domain"]]
    assert len(domains) == len(set(domains)) > 20
    for row in rows:
        methods = row["methods"]
        assert methods is None or set(methods) <= set(METHODS)  # type: ignore[call-overload]
        assert row["passkey"] in (True, False, None)
        assert row["platform"] is None or row["platform"] in WORDS["platform"].values()
        assert row["domain"] or row["platform"]
        assert isinstance(row["seen_on"], date) and row["source"]
    by_platform = {row["platform"]: row for row in rows}
    assert by_platform["bluesky"]["methods"] == ["email"]
    assert "u2f" in by_platform["facebook"]["methods"]  # type: ignore[operator]
    assert shipped_instrument()["dated_on"] == rows[0]["seen_on"]


# -- breaches and incidents --------------------------------------------------------------------------------------


def breach(**more: Any) -> dict[str, Any]:
    return {"Name": "Shop", "Title": "The Shop", "Domain": "shop.test", "BreachDate": "2026-05-04", "IsFabricated": False,
            "IsSpamList": False, "DataClasses": ["Email addresses", "Passwords"], **more}  # fmt: skip


def catalogue(folder: Path, content: Any) -> tuple[Rows, Any]:
    rows = Rows()
    (report,) = CATALOGUE.read(save(folder / "b.json", content), context(folder), rows)
    return rows, report


def test_breaches_that_lost_passwords_are_incidents(tmp_path: Path) -> None:
    rows, report = catalogue(tmp_path, [
        breach(), breach(Name="Bird", Domain="Twitter.com"), breach(DataClasses=["Email addresses"]), breach(Domain=""),
        breach(IsFabricated=True), breach(IsSpamList=True), breach(DataClasses=None),
    ])  # fmt: skip
    first, second = rows["incidents"]
    assert (first["incident"], first["domain"], first["happened_on"]) == ("Shop", "shop.test", date(2026, 5, 4))
    assert first["what"] == "passwords of The Shop were lost"
    assert second["domain"] == "x.com"
    assert (report.status, report.rows_read, report.rows_refused) == ("read", 2, 0)
    assert report.message == "5 breaches without passwords or without a site were left out."


def test_entries_that_cannot_be_used_are_counted(tmp_path: Path) -> None:
    rows, report = catalogue(
        tmp_path, [breach(), breach(BreachDate="in May"), breach(Domain=7), breach(BreachDate=None), {}]
    )
    assert len(rows["incidents"]) == 1
    assert (report.status, report.rows_refused) == ("partly", 4)
    assert catalogue(tmp_path, [])[1].status == "empty"


@pytest.mark.parametrize("content", [b"<html>", b"", b"{}", b"[1]", b"\xff", b"[" * 100_000, {"breaches": []}])
def test_what_is_no_catalogue_is_told(tmp_path: Path, content: Any) -> None:
    with pytest.raises(ReadError, match=r"^b\.json: expected a list of breaches"):
        catalogue(tmp_path, content)


# -- what the checks make of them --------------------------------------------------------------------------------


def workspace(
    root: Path, logins: list[dict[str, Any]], accounts: dict[str, Any], *sources: str, shared: bool = True
) -> Path:
    whole = bitwarden.organisation if shared else bitwarden.individual
    save(root / "v.json", files.as_json(whole(*logins)))
    save(root / "accounts.yml", accounts)
    text = b'[organisation]\nname = "Hill Farm"\n'
    for reader, path in (
        ("inventory", "accounts.yml"),
        ("vault", "v.json"),
        *(source.split("=") for source in sources),
    ):
        text += f'[[source]]\nid = "{reader}"\nreader = "{reader}"\npath = "{path}"\nseen_on = 2026-11-20\n'.encode()
    save(root / "auditgen.toml", text)
    return root


def verdicts(root: Path, check: str) -> dict[str, str]:
    """Subject → verdict of one check, and "" → the whole of it when it had no rows."""
    from auditgen.audit.judge import judge
    from auditgen.evidence.store import Store
    from auditgen.run.audit import gather_into
    from auditgen.run.load import load
    from auditgen.run.options import Options

    loaded = load(root)
    with Store() as store:
        assert gather_into(store, loaded, Options(root, DAY)).problems == []
        store.measure()
        store.freeze()
        (judged,) = judge(store, [item for item in loaded.checks if item.id == check], DAY, [])
        return {
            (row.locator if row.source == "v.json" else row.subject) or "": row.verdict
            for row in (*judged.rows, *judged.passed)
        }


def login(name: str, domain: str, changed: str | None = "2026-06-01", **more: Any) -> dict[str, Any]:
    inner = {"uris": [{"match": None, "uri": f"https://{domain}/login"}], "totp": more.pop("totp", None),
             "fido2Credentials": more.pop("keys", []), "passwordRevisionDate": changed and f"{changed}T00:00:00Z"}  # fmt: skip
    if changed is None:
        del inner["passwordRevisionDate"]
    item = bitwarden.login(name, f"vM4!tRq8-{name}", login=inner, **more)
    if changed is None:
        del item["login"]["passwordRevisionDate"]
    return item


NONE: dict[str, Any] = {"accounts": [{"id": "ads", "platform": "ads", "login_kind": "sso"}]}


def test_second_factors_are_asked_for_where_a_site_offers_one(tmp_path: Path) -> None:
    save(tmp_path / "f.json", ours())
    root = workspace(tmp_path, [
        login("a", "site1.test"), login("b", "site2.test", totp="JBSWY3DPEHPK3PXP"), login("c", "nothing.test"),
        login("d", "unlisted.test"), login("e", "keys.test", keys=[{"keyValue": "k"}]), login("f", "keys.test"),
    ], NONE, "second-factors=f.json")  # fmt: skip
    found = verdicts(root, "second-factor-is-on-where-a-site-offers-one")
    assert found == {"item 1": "fail", "item 2": "pass", "item 5": "pass", "item 6": "fail"}
    found = verdicts(root, "passkeys-are-used-where-offered")
    # A site that is not listed is not asked about; one that offers none needs none.
    assert {place: found[place] for place in ("item 1", "item 5", "item 6")} == {
        "item 1": "fail", "item 5": "pass", "item 6": "fail",
    }  # fmt: skip
    assert "item 4" not in found


def test_without_a_directory_the_table_that_ships_is_asked(tmp_path: Path) -> None:
    root = workspace(
        tmp_path,
        [login("a", "buffer.com"), login("b", "canva.com", totp="JBSWY3DPEHPK3PXP"), login("c", "site1.test")],
        NONE,
    )
    assert verdicts(root, "second-factor-is-on-where-a-site-offers-one") == {"item 1": "fail", "item 2": "pass"}


def test_a_directory_goes_before_the_table_that_ships(tmp_path: Path) -> None:
    save(tmp_path / "f.json", ours(two_factor=TWO_FACTOR | {"buffer.com": {}}, passkeys=PASSKEYS | {"buffer.com": {}}))
    root = workspace(tmp_path, [login("a", "buffer.com"), login("b", "canva.com")], NONE, "second-factors=f.json")
    found = verdicts(root, "second-factor-is-on-where-a-site-offers-one")
    assert found.get("item 1", "n/a") == "n/a"
    # What the directory does not list stays with the table.
    assert found["item 2"] == "fail"


def _factor(**accounts: str) -> dict[str, Any]:
    return {"accounts": [{"id": name, "platform": name, "second_factor": factor, "second_factor_seen_on": "2026-11-01"}
                         for name, factor in accounts.items()]}  # fmt: skip


@pytest.mark.parametrize("directory", [False, True])
def test_a_text_message_is_too_little_where_an_app_is_offered(tmp_path: Path, directory: bool) -> None:
    save(tmp_path / "f.json", ours())
    root = workspace(tmp_path, [login("a", "x.test")], _factor(x="sms", bluesky="email", reddit="totp", tiktok="email", facebook="none"),
                     *(["second-factors=f.json"] if directory else []))  # fmt: skip
    assert verdicts(root, "second-factor-is-not-a-text-message") == {
        "x": "fail", "bluesky": "pass", "reddit": "pass", "tiktok": "fail", "facebook": "fail",
    }  # fmt: skip
    found = verdicts(root, "keys-and-passkeys-are-used-where-offered")
    assert (found["x"], found["facebook"]) == ("fail", "fail")
    assert not {"bluesky", "reddit"} & {name for name, verdict in found.items() if verdict == "fail"}


def test_passwords_older_than_a_breach_or_incident_are_told(tmp_path: Path) -> None:
    save(tmp_path / "b.json", [breach(), breach(Name="old", Domain="many.test", BreachDate="2020-01-01"),
                               breach(Name="new", Domain="many.test", BreachDate="2026-09-01"),
                               breach(Name="later", Domain="quiet.test", BreachDate="2026-12-24")])  # fmt: skip
    inventory = {
        "accounts": [{"id": "ig", "platform": "instagram", "vault_item": "ig"}, {"id": "tt", "platform": "tiktok", "vault_item": "tt"},
                     {"id": "li", "platform": "linkedin", "login_kind": "shared"}],
        "incidents": [
            {"id": "taken over", "account": "ig", "happened_on": "2026-10-01", "what": "somebody else posted"},
            {"account": "tt", "what": "a device was lost"},
            {"account": "li", "happened_on": "2026-10-01"},
            {"site": "Tool.Test", "date": "2026-07-01", "what": "the tool was entered"},
        ],
    }  # fmt: skip
    root = workspace(tmp_path, [
        login("a", "shop.test", "2026-01-01"), login("b", "shop.test", "2026-06-01"), login("c", "shop.test", None),
        login("d", "many.test", "2026-03-01"), login("e", "quiet.test", "2019-01-01"), login("ig", "instagram.com", "2026-09-30"),
        login("tt", "tiktok.com", "2026-09-30"), login("g", "www.tool.test", "2026-06-30"), login("h", "tool.test", "2026-07-02"),
    ], inventory, "breach-catalogue=b.json")  # fmt: skip
    assert verdicts(root, "passwords-changed-after-incidents") == {
        "item 1": "fail", "item 2": "pass", "item 3": "unknown", "item 4": "fail", "item 6": "fail", "item 7": "unknown",
        "the login of li": "unknown", "item 8": "fail", "item 9": "pass",
    }  # fmt: skip


def test_without_incidents_nobody_can_tell(tmp_path: Path) -> None:
    root = workspace(tmp_path, [login("a", "shop.test")], NONE)
    assert set(verdicts(root, "passwords-changed-after-incidents").values()) <= {"unknown"}
