"""No secret leaves its reader, whatever goes wrong; no value of an input is ever more than text."""

from __future__ import annotations

import base64
import csv
import hashlib
import html
import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.conftest import copy_example
from tests.tools import vault_canaries as canaries

pytestmark = pytest.mark.slow

GOOGLE = (
    "First Name [Required],Last Name [Required],Email Address [Required],Password [Required],"
    "Password Hash Function [UPLOAD ONLY],Org Unit Path [Required],Status [READ ONLY],Last Sign In [READ ONLY]"
)
BREACH_LIST = "known.txt"
SUFFIXES = {"json": ".json", "csv": ".csv", "zip": ".zip", "xml": ".xml", "1pux": ".1pux", "encrypted": ".json"}


@dataclass
class Planted:
    """A workspace with a vault of every format, each of whose secrets is a canary."""

    folder: Path
    secrets: list[str]
    passphrase: str
    files: dict[str, Path]
    arguments: list[str] = field(default_factory=list)

    @property
    def config(self) -> Path:
        return self.folder / "auditgen.toml"

    def passwords(self, **keys: str) -> None:
        lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())
        text = self.config.read_text(encoding="utf-8").partition("[passwords]")[0]
        self.config.write_text(f"{text}[passwords]\n{lines}".replace('"true"', "true"), encoding="utf-8")


def plant(folder: Path) -> Planted:
    make = canaries.Canaries()
    (folder / "vaults").mkdir(parents=True)
    key_file = folder / "vault.key"
    key_file.write_text(make(), encoding="utf-8")
    passphrase = make()
    config = """[organisation]
name = "Hill Farm Tea"
domains = ["hillfarm.example"]
[[source]]
id = "inventory"
reader = "inventory"
path = "accounts.yml"
[[source]]
id = "users"
reader = "google-users"
path = "users.csv"
"""
    files = {}
    for number, (name, content) in enumerate(canaries.exports(make, passphrase, key_file).items()):
        suffix = SUFFIXES.get(name.rpartition("-")[2], ".kdbx")
        files[name] = folder / "vaults" / f"{name}{suffix}"
        files[name].write_bytes(content)
        files[name].chmod(0o600)
        owner = ("sam", "tom", "")[number % 3]
        config += f'[[source]]\nid = "{name}"\nreader = "vault"\npath = "vaults/{name}{suffix}"\n'
        config += f'owner = "{owner}"\n' if owner else ""
        config += 'format = "keeper-csv"\n' if name == "keeper-csv" else ""
        config += 'key_file = "vault.key"\n' if name == "kdbx" else ""
    google = make("plain")
    config += "[passwords]\n"
    planted = Planted(folder, make.made, passphrase, files)
    planted.config.write_text(config, encoding="utf-8")
    # The list of breached passwords knows some of them, so that hits are among what is looked through.
    known = {"123456": 9, "password": 9} | dict.fromkeys(make.made[::7], 12)
    lines = sorted(f"{hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest().upper()}:{count}"
                   for text, count in known.items())  # fmt: skip
    (folder / BREACH_LIST).write_text("\r\n".join(lines) + "\r\n", encoding="ascii")
    planted.passwords(breach_list=BREACH_LIST)
    accounts = [
        {"id": "shop", "platform": "x", "handle": "hillfarm", "url": "https://shop.example", "owner": "sam"},
        {"id": "ig", "platform": "instagram", "handle": "hillfarm", "owner": "tom"},
    ]  # fmt: skip
    people = [{"id": "sam", "name": "Sam Hill"}, {"id": "tom", "name": "Tom Hill"}]
    (folder / "accounts.yml").write_text(json.dumps({"accounts": accounts, "people": people}), encoding="utf-8")
    quoted = google.replace('"', '""')
    row = f'Sam,Hill,sam@hillfarm.example,"{quoted}",,/,Active,2026-11-01'
    (folder / "users.csv").write_text(f"{GOOGLE}\n{row}\n", encoding="utf-8")
    secret = folder / "passphrase"
    secret.write_text(f"{passphrase}\n", encoding="utf-8")
    secret.chmod(0o600)
    planted.arguments = ["--password-file", str(secret)]
    return planted


@pytest.fixture
def planted(tmp_path: Path) -> Planted:
    return plant(tmp_path / "workspace")


@dataclass
class Run:
    """What one run of the program left behind."""

    code: int
    stdout: bytes
    stderr: bytes
    output: Path
    places: tuple[Path, ...]

    def everything(self) -> list[tuple[str, bytes]]:
        return [("stdout", self.stdout), ("stderr", self.stderr), *canaries.everything(*self.places)]

    def hits(self, secrets: list[str]) -> list[tuple[str, str]]:
        """Where a canary lies, and in which form."""
        search = canaries.Search(secrets)
        return [(place, form) for place, content in self.everything() for form in search(content)]

    def table(self, name: str) -> list[dict[str, Any]]:
        from auditgen.evidence.store import Store

        with Store.load(self.output / "latest" / "evidence") as store:
            return store.select(f"from {name}")


def start(planted: Planted, *arguments: str, **environment: str) -> tuple[subprocess.Popen[bytes], tuple[Path, ...]]:
    base = planted.folder.parent
    places = tuple(base / name for name in ("output", "temp", "home"))
    for place in places:
        place.mkdir(exist_ok=True)
    output, temp, home = places
    command = [sys.executable, "-m", "auditgen", "run", "-w", str(planted.folder), "-o", str(output),
               "--as-of", "2026-11-24", *planted.arguments, *arguments]  # fmt: skip
    child = subprocess.Popen(
        command, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, **environment, "TMPDIR": str(temp), "HOME": str(home)},
    )  # fmt: skip
    return child, places


def run(planted: Planted, *arguments: str, **environment: str) -> Run:
    child, places = start(planted, *arguments, **environment)
    stdout, stderr = child.communicate(timeout=300)
    return Run(child.returncode, stdout, stderr, places[0], places)


# -- faults ------------------------------------------------------------------------------------------------------


def nothing(planted: Planted) -> None:
    """A good run."""


def _in_zip(content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)))
    return out.getvalue()


def _each(planted: Planted, change: Callable[[bytes], bytes], *, inside: bool = True) -> None:
    """Change every vault; of a zip what is packed in it."""
    for path in planted.files.values():
        content = path.read_bytes()
        packed = inside and content[:2] == b"PK"
        path.write_bytes(_in_zip(content, change) if packed else change(content))


def cut_short(planted: Planted) -> None:
    _each(planted, lambda content: content[: len(content) * 3 // 5], inside=False)


def cut_short_inside(planted: Planted) -> None:
    _each(planted, lambda content: content[: len(content) * 3 // 5])


def bad_bytes(planted: Planted) -> None:
    core = canaries.CORES[0].encode()
    _each(planted, lambda content: content.replace(core, core[:6] + b"\xff\xfe" + core, 3))


def utf_16(planted: Planted) -> None:
    _each(planted, lambda content: content.decode("utf-8", "replace").encode("utf-16"))


def wrong_shape(planted: Planted) -> None:
    """JSON whose texts are tables and the other way round, rows with cells too many and too few, XML out of order."""

    def bent(value: Any, depth: int = 0) -> Any:
        if isinstance(value, dict):
            return {key: bent(item, depth + 1) for key, item in value.items()}
        if isinstance(value, list):
            return [bent(item, depth + 1) for item in value] if depth < 9 else {"list": value}
        return {"deep": value, f"{value}": [value]} if isinstance(value, str) and canaries.CORES[0] in value else value

    def change(content: bytes) -> bytes:
        if content[:1] in b"{[":
            return json.dumps(bent(json.loads(content))).encode()
        if content[:1] == b"<":
            return content.replace(b"<Key>Password</Key>", b"<Key>Password</Key><Value>lost").replace(b"Notes", b"URL")
        if content[:4] == b"\x03\xd9\xa2\x9a":
            return content[:-40] + bytes(40)
        lines = list(csv.reader(content.decode().splitlines(keepends=True)))
        # The passwords of the first and third login stand in the title and user name of the sixth. Whoever cannot
        # read those two cannot know, so they are left whole.
        rows = [
            row[:-2] if number in (2, 4, 7) else [*row, "more"] if number == 5 else row
            for number, row in enumerate(lines)
        ]
        out = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
        return "\r\n".join(out).encode()

    _each(planted, change)


def wrong_passphrase(planted: Planted) -> None:
    wrong = planted.folder / "wrong"
    wrong.write_text(f"{planted.passphrase} not quite\n", encoding="utf-8")
    wrong.chmod(0o600)
    planted.arguments = ["--password-file", str(wrong)]


def wrong_key_file(planted: Planted) -> None:
    (planted.folder / "vault.key").write_text(planted.secrets[7], encoding="utf-8")


def unsorted_list(planted: Planted) -> None:
    path = planted.folder / BREACH_LIST
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[::-1]))


def list_is_a_page(planted: Planted) -> None:
    (planted.folder / BREACH_LIST).write_text("<html>sign in first</html>", encoding="utf-8")


FAULTS: list[tuple[Callable[[Planted], None], dict[str, str]]] = [
    (nothing, {}),
    (nothing, {"AUDITGEN_DEBUG": "1"}),
    (cut_short, {}),
    (cut_short_inside, {}),
    (bad_bytes, {}),
    (utf_16, {}),
    (wrong_shape, {}),
    (wrong_shape, {"AUDITGEN_DEBUG": "1"}),
    (wrong_passphrase, {}),
    (wrong_key_file, {"AUDITGEN_DEBUG": "1"}),
    (unsorted_list, {}),
    (list_is_a_page, {}),
]


@pytest.mark.parametrize(("fault", "environment"), FAULTS, ids=lambda value: getattr(value, "__name__", "-"))
def test_no_secret_anywhere_after_good_and_failing_runs(
    planted: Planted, fault: Callable[[Planted], None], environment: dict[str, str]
) -> None:
    fault(planted)
    done = run(planted, **environment)
    assert done.code == 10, done.stderr.decode()
    assert done.hits(planted.secrets) == []
    states = {row["origin"]: row["status"] for row in done.table("sources") if row["reader"] == "vault"}
    assert states.keys() == planted.files.keys()
    if fault is nothing:
        assert set(states.values()) == {"read"}
        assert len(done.table("credentials")) > 100
        assert any(row["account"] == "ig" for row in done.table("credentials"))
        assert any(row["breach_band"] == "10_to_999" for row in done.table("credentials"))
    elif fault in (wrong_passphrase, wrong_key_file):
        assert {name for name, state in states.items() if state == "failed"} >= {"kdbx"}
    elif fault in (unsorted_list, list_is_a_page):
        assert all(row["breach_band"] is None for row in done.table("credentials"))
    else:
        assert "failed" in states.values() or "partly" in states.values()


@contextmanager
def range_service(answer: Callable[[http.server.BaseHTTPRequestHandler], None]) -> Iterator[tuple[str, list[str]]]:
    """A service on loopback; its address, and the paths that were asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            answer(self)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing on the terminal."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/range/", asked
    finally:
        server.shutdown()
        server.server_close()


def _reply(handler: http.server.BaseHTTPRequestHandler, status: int, body: bytes) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    handler.send_header("Retry-After", "0")
    handler.end_headers()
    handler.wfile.write(body)


@pytest.mark.parametrize("status", [200, 503])
def test_no_secret_anywhere_after_asking_the_online_list(planted: Planted, status: int) -> None:
    body = b"\r\n".join(b"%035X:%d" % (number, number % 3) for number in range(30))
    with range_service(lambda handler: _reply(handler, status, body)) as (address, asked):
        planted.passwords(online="true", range_url=address)
        done = run(planted, AUDITGEN_DEBUG="1")
    assert done.code == 10, done.stderr.decode()
    assert done.hits(planted.secrets) == []
    (check,) = done.table("breach_checks")
    assert check["reason"] == (None if status == 200 else "status_503")
    # The service learns five digits and nothing else, each once when it answers.
    assert asked and all(len(path) == len("/range/") + 5 for path in asked)
    assert status != 200 or len(set(asked)) == len(asked)
    prefixes = {path[-5:].encode() for path in asked}
    told = [content for place, content in done.everything() if place in ("stdout", "stderr") or place.endswith("json")]
    assert not any(b" " + prefix + b" " in content for content in told for prefix in prefixes)


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_no_secret_anywhere_after_a_run_was_stopped_in_the_middle(planted: Planted, stop: signal.Signals) -> None:
    hold, begun = threading.Event(), threading.Event()

    def wait(handler: http.server.BaseHTTPRequestHandler) -> None:
        begun.set()
        hold.wait(60)

    with range_service(wait) as (address, _):
        planted.passwords(online="true", range_url=address)
        child, places = start(planted, AUDITGEN_DEBUG="1")
        try:
            # Now every vault is open, and its passwords are in the memory of the process that reads them.
            assert begun.wait(120)
            readers = _children(child.pid)
            assert len(readers) == 1
            search = canaries.Search(planted.secrets)
            for process in (child.pid, *readers):
                for name in ("cmdline", "environ"):
                    assert search(_of_process(process, name)) == []
            child.send_signal(stop)
            stdout, stderr = child.communicate(timeout=60)
            assert Run(child.returncode, stdout, stderr, places[0], places).hits(planted.secrets) == []
            # Nobody is left who holds them.
            until = time.monotonic() + 10
            while time.monotonic() < until and any(_alive(process) for process in readers):
                time.sleep(0.05)
            assert not any(_alive(process) for process in readers)
        finally:
            hold.set()
            if child.poll() is None:
                child.kill()


def _children(process: int) -> list[int]:
    found = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    return [int(number) for number in found]


def _of_process(process: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{process}/{name}").read_bytes()
    except PermissionError:
        # The reader's own things are hidden, which is as good as empty.
        return b""


def _alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_names_of_items_stand_where_the_workspace_wants_them(planted: Planted) -> None:
    """In the fix lists, or nowhere, or on the pages."""
    names = [name.encode() for name in (canaries.TITLE, canaries.USER)]

    def places(**keys: str) -> set[str]:
        planted.passwords(breach_list=BREACH_LIST, **keys)
        done = run(planted)
        assert done.code == 10, done.stderr.decode()
        assert done.hits(planted.secrets) == []
        found = done.everything()
        lower = canaries.COLLECTION.lower().encode()
        assert [place for place, content in found if lower in content.lower()] == []
        holding = {place for place, content in found if any(name in content for name in names)}
        return {Path(place).relative_to(done.output).parts[0] if "/" in place else place for place in holding}

    lists = planted.folder.parent / "output" / "fix-lists"
    assert places() == {"fix-lists"}
    assert sorted(path.name for path in lists.glob("*.csv")) == ["nobody-named-yet.csv", "sam.csv", "tom.csv"]
    texts = {path.stem: path.read_text(encoding="utf-8-sig") for path in lists.glob("*.csv")}
    assert all(canaries.TITLE in text and canaries.USER in text for text in texts.values())
    # Where a title held a password, a word stands in its place.
    assert all("(left out: it holds a password)" in text for text in texts.values())
    assert places(names="report") == {"latest"}
    assert places(names="fix-list") == {"fix-lists"}
    assert places(names="none") == set()


@pytest.mark.parametrize(
    "hide",
    [
        lambda text: text.encode(),
        lambda text: text.upper().encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.encode().hex().encode(),
        lambda text: text.encode().hex().upper().encode(),
        lambda text: text.encode("utf-16-le").hex().encode(),
        lambda text: base64.b64encode(text.encode()),
        lambda text: base64.b64encode(b"1" + text.encode()),
        lambda text: base64.b64encode(b"12" + text.encode()),
        lambda text: base64.b64encode(text.encode("utf-16-le")),
        lambda text: base64.urlsafe_b64encode(text.encode()),
        lambda text: quote(text, safe="").encode(),
        lambda text: html.escape(text).encode(),
        lambda text: json.dumps(text).encode(),
        lambda text: text[::-1].encode(),
        *(
            lambda text, name=name, case=case, size=size: case(canaries.digests(text)[name][:size]).encode()
            for name in ("md5", "sha1", "sha256", "ntlm")
            for case in (str.lower, str.upper)
            for size in (8, 9, 10, 64)
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("shape", ["word", "plain", "seed", "digits", "host"])
def test_the_search_finds_a_canary_in_every_form(hide: Callable[[str], bytes], shape: str) -> None:
    make = canaries.Canaries()
    secret = [make(shape) for _ in range(12)][-1]
    search = canaries.Search(make.made)
    for before in (b"", b"\x00", b"ab ", b"abc,"):
        assert search(before + hide(secret) + b"\n some more") != []
    assert search(b"nothing of the sort: 0123456789abcdef " + quote("K\u00e4narie").encode()) == []


def test_the_search_knows_the_hash_that_windows_keeps() -> None:
    assert canaries.digests("password")["ntlm"] == "8846f7eaee8fb117ad06bdd830b7586c"


def test_no_secret_of_the_example_is_in_its_report(tmp_path: Path) -> None:
    workspace = copy_example(tmp_path / "workspace")
    secrets = []
    for path in sorted((workspace / "vaults").glob("*.json")):
        for item in json.loads(path.read_text(encoding="utf-8"))["items"]:
            login = item.get("login", {})
            secrets += [text for text in (login.get("password"), login.get("totp")) if text and len(text) > 12]
    done = run(Planted(workspace, secrets, "", {}))
    assert done.code == 10, done.stderr.decode()
    search = canaries.Search(secrets)
    found = done.everything()
    assert len(found) > 100
    assert [place for place, content in found if search(content)] == []
    assert [place for place, content in found for secret in secrets if secret.encode() in content] == []


# -- hostile text --------------------------------------------------------------------------------------------

HOSTILE = [
    "<script>window.owned=1</script>", "\"><img src=x onerror=window.owned=1>", "javascript:window.owned=1",
    "=cmd|'/c calc'!A0", "'; drop table accounts; --", "{{7*7}}{% raw %}", "\u202egnp.exe\u202c", "](javascript:window.owned=1)",
    "</title><script>window.owned=1</script>", "$as_of", "a\u0000b\u001b[31m", "<svg onload=window.owned=1>", "%s%n{0}", "@everyone",
]  # fmt: skip


def hostile_workspace(folder: Path) -> Path:
    """A workspace whose every value is markup, formula, direction control or SQL."""
    folder.mkdir()
    text = lambda n: HOSTILE[n % len(HOSTILE)]  # noqa: E731
    quoted = lambda n: json.dumps(text(n))  # noqa: E731
    (folder / "auditgen.toml").write_text(
        f"""
[organisation]
name = {quoted(0)}
brand_words = [{quoted(1)}]
[[source]]
id = {quoted(1)}
reader = "inventory"
path = "accounts.yml"
[[source]]
id = "p"
reader = "policies"
path = "policies"
[[source]]
id = "l"
reader = "leavers"
path = "leavers.csv"
[[source]]
id = "v"
reader = "vault"
path = "vault.json"
owner = {quoted(0)}
[passwords]
names = "report"
[[launch]]
id = {quoted(4)}
title = {quoted(8)}
starts = 2026-12-01T09:00:00Z
accounts = [{quoted(0)}]
on_call = [{quoted(1)}]
[crisis]
decides = [{quoted(11)}]
[[crisis.on_call]]
person = {quoted(1)}
reach = {quoted(2)}
[[crisis.statements]]
title = {quoted(9)}
text = {quoted(0)}
""".replace("\\u202e", "\u202e").replace("\\u202c", "\u202c"),
        encoding="utf-8",
    )
    accounts = [
        {"id": text(n), "platform": "instagram" if n % 2 else text(n), "handle": text(n + 1), "url": text(n + 2),
         "owner": text(n + 3), "purpose": text(n + 5), "vault_item": text(n),
         "recovery": {"email": text(n), "platform_route": text(2), "contact": text(n)}}
        for n in range(len(HOSTILE))
    ]  # fmt: skip
    data = {
        "accounts": accounts,
        "people": [{"id": text(n), "name": text(n + 1), "emails": [f"{text(n)}@x.example"]} for n in range(len(HOSTILE))],
        "access": [{"account": text(n), "person": text(n + 3), "role": text(n + 4)} for n in range(len(HOSTILE))],
        "apps": [{"account": text(n), "name": text(n + 1), "scopes": [text(n + 2)]} for n in range(len(HOSTILE))],
        "switches": [{"id": text(n), "title": text(n), "feature": "comments", "covers": [text(n)], "off": text(n), "on": text(n),
                   "who": [text(n)], "not_covered": text(n)} for n in range(len(HOSTILE))],
    }  # fmt: skip
    # JSON is YAML; a YAML reader takes every escape of it but the lone control characters of YAML.
    (folder / "accounts.yml").write_text(
        json.dumps(data).replace("\\u0000", "").replace("\\u001b", ""), encoding="utf-8"
    )
    (folder / "policies").mkdir()
    (folder / "policies" / "p.md").write_text(
        "---\nowner: '<script>window.owned=1</script>'\n---\n"
        + "\n\n".join(f"# {line}\n\n{line} TBC" for line in HOSTILE),
        encoding="utf-8",
    )
    items = [
        {"type": 1, "name": text(n), "notes": f"{text(n)} Password: {text(n + 4)}", "collectionIds": [text(n + 6)],
         "organizationId": text(n), "fields": [{"name": text(n), "value": text(n + 2), "type": 0}],
         "login": {"username": text(n + 3), "password": f"{text(n)}{n}", "totp": text(n + 1),
                   "uris": [{"uri": f"{scheme}{text(n + 5)}"} for scheme in ("", "https://", "http://jo:pw@")]}}
        for n in range(len(HOSTILE))
    ]  # fmt: skip
    (folder / "vault.json").write_text(json.dumps({"encrypted": False, "collections": [], "items": items}), "utf-8")
    (folder / "vault.json").chmod(0o600)
    rows = "\n".join(f'"{line.replace(chr(34), chr(34) * 2)}",2026-01-01' for line in HOSTILE)
    (folder / "leavers.csv").write_text(f"Name,Last Day\n{rows}\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from auditgen.run.audit import run_audit
    from auditgen.run.options import Options
    from tests.conftest import AS_OF

    folder = tmp_path_factory.mktemp("hostile")
    results, output = run_audit(Options(hostile_workspace(folder / "w"), AS_OF, output=folder / "o"))
    # Everybody in it has left, those who decide among them; nothing else needs a look.
    assert all(" stands under [crisis] in auditgen.toml: " in item["says"] for item in results["problems"])
    assert len(results["accounts"]) >= 10
    assert results["logins"]["total"] == len(HOSTILE)
    return output


def test_hostile_values_reach_no_page_as_markup(hostile: Path) -> None:
    from selectolax.lexbor import LexborHTMLParser

    pages = list((hostile / "site").rglob("*.html"))
    assert len(pages) > 50
    for page in pages:
        text = page.read_text(encoding="utf-8")
        tree = LexborHTMLParser(text)
        assert [node.attributes.get("src") for node in tree.css("script") if not node.attributes.get("src")] == []
        assert tree.css("img") == []
        for node in tree.css("*"):
            for name, value in node.attributes.items():
                assert not name.startswith("on"), (page.name, name)
                assert name != "style"
                if name in ("href", "src", "action"):
                    assert not (value or "").strip().lower().startswith(("javascript:", "data:", "vbscript:")), (
                        page.name
                    )
        assert "\u202e" not in text


def test_hostile_values_are_text_in_every_export(hostile: Path) -> None:
    import csv

    with (hostile / "exports" / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            for value in row:
                assert not value.lstrip().startswith(("=", "+", "-", "@")), value


@pytest.mark.browser
def test_nothing_hostile_runs_in_a_browser(hostile: Path) -> None:
    from playwright.sync_api import sync_playwright

    site = hostile / "site"
    pages = [
        *site.glob("*.html"),
        *list((site / "finding").glob("*.html"))[:15],
        *list((site / "account").glob("*.html"))[:15],
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        page = browser.new_page()
        dialogs: list[str] = []
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        for path in pages:
            page.goto(path.as_uri())
            assert page.evaluate("window.owned === undefined"), path.name
        browser.close()
    assert dialogs == []
    assert all(url.startswith(site.as_uri()) for url in requests)


def test_hostile_values_cannot_command_a_terminal(hostile: Path, tmp_path: Path) -> None:
    workspace = hostile.parents[1] / "w"
    for command in (
        ["doctor"],
        ["explain", "every-account-has-a-deputy"],
        ["query", "select * from accounts"],
        ["run", "-o", str(tmp_path)],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "auditgen", *command, "-w", str(workspace)], capture_output=True, check=False
        )
        assert done.returncode in (0, 10), done.stderr.decode()
        text = (done.stdout + done.stderr).decode("utf-8")
        assert not any(mark in text for mark in ("\x1b[31m", "\u202e", "\x00")), command
