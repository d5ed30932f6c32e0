"""The process that opens vaults: what it is given, what comes back, and who it asks."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import select
import stat
import subprocess
import sys
import termios
import time
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from auditgen.cli import cli
from auditgen.readers.joint import JointContext
from auditgen.readers.vaults import reader as reading_vaults
from auditgen.readers.vaults.reader import READER
from auditgen.report.fix_list import COLUMNS, write_fix_lists
from tests.tools import vault_files as files
from tests.tools import vault_files_bitwarden as bitwarden
from tests.tools import vault_files_keepass as keepass
from tests.tools.evidence import DAY, ORGANISATION, Rows

pytestmark = pytest.mark.slow

SCRIPT = Path(reading_vaults.__file__).parents[2] / "vaults" / "process.py"
STRONG = "vM4!tRq8-zLw2pXc7"
REQUEST: dict[str, Any] = {
    "accounts": [], "words": [], "domains": [], "as_of": "2026-11-20", "breach": {"list": None, "online": None},
    "names": True, "passphrases": {}, "ask": False,
}  # fmt: skip


def save(path: Path, content: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.chmod(0o600)
    return path


def plain(*passwords: str, **more: Any) -> bytes:
    """A Bitwarden export with a login for each password."""
    items = [bitwarden.login(f"item {n}", text, **more) for n, text in enumerate(passwords, 1)]
    return files.as_json(bitwarden.individual(*items))


def locked(password: str = "pw") -> bytes:
    return files.as_json(bitwarden.protected(bitwarden.individual(bitwarden.login("locked", STRONG)), password))


def kdbx(password: str | None = "pw", key_file: Path | None = None) -> bytes:
    return keepass.kdbx(keepass.document(keepass.entry("X", STRONG)), password, key_file)


def answer(*paths: Path, **more: Any) -> dict[str, Any]:
    """What the process itself prints for some files."""
    told = [{"file": path.name, "origin": path.stem, "path": str(path), "format": None, "key_file": None}
            for path in paths]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT)], input=json.dumps({**REQUEST, "files": told, **more}),
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stderr == ""
    first, _, rest = done.stdout.partition("\n")
    assert first == "ready"
    return dict(json.loads(rest))


def read(root: Path, *paths: tuple[str, Path], **more: Any) -> tuple[Rows, dict[str, Any]]:
    """Rows by table, and the report of each file."""
    rows = Rows()
    context = JointContext(root, DAY, ORGANISATION, {"seen_on": DAY}, **more)
    reports = READER.finish(READER.begin(list(paths), context), context, rows)
    return rows, {report.path: report for _, report in reports}


# -- what comes back ---------------------------------------------------------------------------------------------

BANDS = re.compile(
    r"under_8|8_to_14|15_or_more|none|1_to_9|10_to_999|1000_or_more|(group|family|collection) \d+|\d{4}-\d\d-\d\d"
)


def test_only_the_keys_that_are_agreed_come_back(tmp_path: Path) -> None:
    from auditgen.evidence.store import schema

    old = [{"password": "Old-one-1", "lastUsedDate": "2025-01-01T00:00:00Z"}]
    one = save(
        tmp_path / "one.json", plain("hill-farm-7", "hill-farm-8", STRONG, passwordHistory=old, notes="secret note")
    )
    two = save(tmp_path / "two.json", files.as_json(bitwarden.organisation(
        bitwarden.login("two", STRONG, collectionIds=["c1"], login={"totp": "JBSWY3DPEHPK3PXP"}))))  # fmt: skip
    listed = save(tmp_path / "list.txt", list_of("hill-farm-7"))
    found = answer(one, two, breach={"list": str(listed), "online": None}, words=["hill farm"])
    assert set(found) == {"vaults", "credentials", "errors", "breach", "engines", "other_forms", "names"}
    assert set(found["breach"]) == {"method", "list_on", "asked", "answered", "reason", "lines"}
    columns = set(schema()["credentials"].column_types)
    assert len(found["credentials"]) == 4
    for row in found["credentials"]:
        assert row.keys() <= columns | {"item"}
        row |= {"source": row["vault"]}
        for name, value in row.items():
            if isinstance(value, str) and name not in ("credential", "vault", "source", "domain", "account"):
                assert BANDS.fullmatch(value), name
            else:
                assert value is None or isinstance(value, bool | int | str)
    for row in found["vaults"]:
        assert row.keys() - {"written_on"} <= set(schema()["vaults"].column_types)
    assert found["names"] == {f"one.json item {n}": [f"item {n}", "jo"] for n in (1, 2, 3)} | {
        "two.json item 1": ["two", "jo"]
    }
    assert {key for row in found["engines"] for key in row} == {"instrument", "version", "does"}


def test_names_stay_inside_when_nobody_wants_them(tmp_path: Path) -> None:
    path = save(tmp_path / "one.json", files.as_json(bitwarden.individual(bitwarden.login("Titel-7", STRONG))))
    found = answer(path, names=False)
    assert found["names"] == {}
    assert "Titel-7" not in json.dumps(found)


def test_a_title_or_user_name_that_holds_a_password_is_left_out(tmp_path: Path) -> None:
    old = [{"password": "an-old-word-3", "lastUsedDate": "2025-01-01T00:00:00Z"}]
    items = [
        bitwarden.login(f"shop {STRONG}!", STRONG),
        bitwarden.login("shop", STRONG, login={"username": STRONG.upper()}),
        bitwarden.login("was: an-old-word-3x", "next-Xk29", passwordHistory=old),
        bitwarden.login(f"other ({STRONG})", "third-Xk29"),
        bitwarden.login("a phrase with blanks: four blue cows moo", "fourth-Xk29"),
        bitwarden.login("phrase", "four blue cows moo"),
        bitwarden.login("pin 9021-77", "fifth-Xk29", fields=[{"name": "pin", "value": "9021-77", "type": 1}]),
        bitwarden.login("seed JBSWY3DPEHPK3PXP", "sixth-Xk29", login={"totp": "JBSWY3DPEHPK3PXP"}),
        bitwarden.login("a real title", "pin"),
    ]
    names = answer(save(tmp_path / "v.json", files.as_json(bitwarden.individual(*items))))["names"]
    out = "(left out: it holds a password)"
    assert [names[f"v.json item {n}"] for n in range(1, len(items) + 1)] == [
        [out, "jo"], ["shop", out], [out, "jo"], [out, "jo"], [out, "jo"], ["phrase", "jo"], [out, "jo"], [out, "jo"],
        ["a real title", "jo"],
    ]  # fmt: skip


def test_an_address_that_is_another_items_password_is_no_site(tmp_path: Path) -> None:
    items = [
        bitwarden.login("router", "geheim.kuckuck.pw"),
        bitwarden.login("other", STRONG, login={"uris": [{"uri": "geheim.kuckuck.pw"}]}),
        bitwarden.login("site", "facebook.com", login={"uris": [{"uri": "facebook.com"}]}),
        bitwarden.login("same site", "Xk29-another", login={"uris": [{"uri": "facebook.com"}]}),
    ]
    found = answer(save(tmp_path / "v.json", files.as_json(bitwarden.individual(*items))))
    # Its own password is no address; a platform's name is one, whoever has it as a password.
    assert [row["domain"] for row in found["credentials"]] == ["example.com", None, None, "facebook.com"]
    assert "kuckuck" not in json.dumps(found)


@pytest.mark.skipif(sys.platform != "linux", reason="limits as Linux has them")
def test_the_process_can_be_neither_dumped_nor_traced_and_ends_with_its_parent() -> None:
    code = (
        f"import runpy, ctypes, resource, os; runpy.run_path({str(SCRIPT)!r})['harden']()\n"
        "library, signal = ctypes.CDLL(None), ctypes.c_int()\n"
        "library.prctl(2, ctypes.byref(signal), 0, 0, 0)\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE), library.prctl(3, 0, 0, 0, 0), signal.value, oct(os.umask(0)))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(0, 0) 0 9 0o77"


def test_the_process_takes_nothing_from_the_environment_of_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path / "json.py", "raise SystemExit('a module of somebody else')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "json.py"))
    monkeypatch.chdir(tmp_path)
    assert len(answer(save(tmp_path / "v.json", plain(STRONG)))["credentials"]) == 1


# -- faults ------------------------------------------------------------------------------------------------------


def reading(*paths: Path) -> Any:
    from auditgen.vaults.process import Reading

    told = [{"file": path.name, "origin": "", "path": str(path)} for path in paths]
    return Reading({**REQUEST, "files": told})


@pytest.mark.parametrize(
    ("fault", "code", "error"),
    [
        (RuntimeError("Pass-Canary"), "unreadable", "RuntimeError"),
        (UnicodeDecodeError("utf-8", b"Pass-Canary", 0, 1, "Pass-Canary"), "unreadable", "UnicodeDecodeError"),
        (MemoryError("Pass-Canary"), "too_large", None),
        (RecursionError("Pass-Canary"), "unreadable", "RecursionError"),
    ],
)
def test_a_fault_in_one_format_leaves_the_other_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception, code: str, error: str | None
) -> None:
    from auditgen.vaults import formats

    def broken(opened: Any, key: Any) -> Any:
        raise fault

    known = formats.identify

    def identify(opened: Any, named: str | None = None) -> Any:
        kind = known(opened, named)
        return formats.Format("x", "x", kind.recognise, broken) if opened.path.name == "bad.json" else kind

    monkeypatch.setattr(formats, "identify", identify)
    paths = [save(tmp_path / name, plain(STRONG, "Xk29-second")) for name in ("a.json", "bad.json", "z.json")]
    found = reading(*paths)
    found.look()
    told = found.answer()
    assert told["errors"] == [{"file": "bad.json", "refused": code, **({"error": error} if error else {})}]
    assert [row["vault"] for row in told["vaults"]] == ["a.json", "z.json"]
    assert len(told["credentials"]) == 4
    assert "Canary" not in json.dumps(told)


def test_a_fault_at_one_item_leaves_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from auditgen.vaults.passwords import words

    known = words.holds_codes

    def holds_codes(title: str, text: str) -> bool:
        if title == "item 2":
            raise ValueError("Pass-Canary")
        return known(title, text)

    monkeypatch.setattr(words, "holds_codes", holds_codes)
    found = reading(save(tmp_path / "v.json", plain(STRONG, "Xk29-second", "Xk29-third!")))
    found.look()
    told = found.answer()
    assert told["errors"] == [{"file": "v.json", "item": 2, "field": "item", "error": "ValueError"}]
    assert [row["item"] for row in told["credentials"]] == [1, 3]


def test_a_fault_over_all_vaults_is_told_by_its_class(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT)], input='{"files": [], "secret": "Pass-Canary"}', capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == {"fault": "KeyError"}
    assert done.stderr == ""


def test_a_reader_that_stops_leaves_the_other_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from auditgen.evidence.store import Store
    from auditgen.run.audit import gather_into
    from auditgen.run.load import load
    from auditgen.run.options import Options

    script = save(tmp_path / "broken" / "vaults" / "process.py", "raise SystemExit(3)")
    monkeypatch.setattr(reading_vaults, "__file__", str(script.parents[1] / "readers" / "vaults" / "reader.py"))
    root = workspace(tmp_path / "w", **{"v.json": plain(STRONG)})
    with Store() as store:
        gathered = gather_into(store, load(root), Options(root, DAY))
        assert [problem["where"] for problem in gathered.problems] == ["reader vault, source v"]
        assert "ended early (code 3)" in gathered.problems[0]["says"]
        assert store.select("select account from accounts") == [{"account": "ig"}]
        assert store.counts()["credentials"] == 0


# -- Unicode -----------------------------------------------------------------------------------------------------


def list_of(*passwords: str) -> str:
    """A list of breached passwords, whole as far as anybody can tell."""
    counts = dict.fromkeys(("123456", "password"), 40_000) | dict.fromkeys(passwords, 12)
    lines = [f"{hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest().upper()}:{count}"
             for text, count in counts.items()]  # fmt: skip
    return "".join(f"{line}\r\n" for line in sorted(lines))


@pytest.mark.parametrize("stored", ["NFC", "NFD"])
@pytest.mark.parametrize("breached", ["NFC", "NFD"])
def test_both_forms_of_a_password_are_compared_and_count_as_one(tmp_path: Path, stored: Any, breached: Any) -> None:
    word = "Zwölf-Bären-77"
    other = "NFD" if stored == "NFC" else "NFC"
    root = tmp_path
    one = save(root / "one.json", plain(unicodedata.normalize(stored, word)))
    two = save(
        root / "two.json", plain(unicodedata.normalize(other, word), login={"uris": [{"uri": "https://b.test"}]})
    )
    listed = save(root / "list.txt", list_of(unicodedata.normalize(breached, word)))
    rows, reports = read(root, ("a", one), ("b", two), passwords={"breach_list": str(listed)})
    first, second = rows["credentials"]
    assert first["reuse_group"] == second["reuse_group"] is not None
    assert first["breach_band"] == second["breach_band"] == "10_to_999"
    assert first["length_band"] == "8_to_14"
    said = [report.message for report in reports.values()]
    assert sorted(map(bool, said)) == [False, True]
    assert next(filter(None, said)).startswith("1 password is stored in another Unicode form than usual")


# -- passphrases -------------------------------------------------------------------------------------------------


def workspace(root: Path, config: str = "", **vaults: bytes) -> Path:
    """An inventory of one account and a source for each file, called by its name without the suffix."""
    text = '[organisation]\nname = "Hill Farm"\n[[source]]\nid = "list"\nreader = "inventory"\npath = "accounts.yml"\n'
    for name, content in vaults.items():
        save(root / name, content)
        text += f'[[source]]\nid = "{Path(name).stem}"\nreader = "vault"\npath = "{name}"\n'
        text += 'key_file = "vault.key"\n' if "keyed" in name else ""
    save(root / "auditgen.toml", text + config)
    save(root / "accounts.yml", "accounts:\n  - {id: ig, platform: instagram, handle: hillfarm, owner: sam}\n")
    return root


def call(*words: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, [str(word) for word in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        from auditgen.cli.common import report_error

        result.exit_code = report_error(result.exception)  # type: ignore[arg-type]
    assert result.exit_code == code, result.output
    return result


def sources(root: Path, output: str = "output/evidence") -> dict[str, tuple[str, str | None]]:
    """Source → status and message, as the evidence has them."""
    from auditgen.evidence.store import Store

    with Store.load(root / output) as store:
        rows = store.select("select origin, status, message from sources where reader = 'vault'")
    return {row["origin"]: (row["status"], row["message"]) for row in rows}


def states(root: Path) -> dict[str, str]:
    return {name: status for name, (status, _) in sources(root).items()}


def test_one_passphrase_of_a_file_opens_all(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w", **{"a.json": locked(), "b.kdbx": kdbx(), "c.json": plain(STRONG)})
    secret = save(tmp_path / "secret", "pw\r\nsecond line\n")
    call("gather", "-w", root, "--password-file", secret)
    assert states(root) == {"a": "read", "b": "read", "c": "read"}


def test_each_source_can_have_a_passphrase_of_its_own(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w", **{"a.json": locked("one"), "b.kdbx": kdbx("two"), "d.json": locked("rest")})
    one, two, rest = (save(tmp_path / name, f"{name}\n") for name in ("one", "two", "rest"))
    call("gather", "-w", root, "--password-file", f"a={one}", "--password-file", f"b={two}", "--password-file", rest)
    assert states(root) == {"a": "read", "b": "read", "d": "read"}
    call("gather", "-w", root, "--password-file", f"b={two}")
    assert states(root) == {"a": "failed", "b": "read", "d": "failed"}


def test_a_file_whose_name_has_an_equals_sign_is_a_file(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w", **{"a.json": locked()})
    call("gather", "-w", root, "--password-file", save(tmp_path / "a=b", "pw"))
    assert states(root) == {"a": "read"}


def test_a_source_that_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = workspace(tmp_path / "w", **{"team.json": locked()})
    call("gather", "-w", root, "--password-file", f"taem={save(tmp_path / 's', 'pw')}", code=2)
    assert "no source is called taem; did you mean team?" in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="modes of files")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_passphrase_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    root = workspace(tmp_path / "w", **{"a.json": locked()})
    secret = save(tmp_path / "secret", "pw\n")
    secret.chmod(mode)
    for name in (str(secret), f"a={secret}"):
        said = call("gather", "-w", root, "--password-file", name, code=2).output
        assert f"{secret} can be read by others; run: chmod 600 {secret}" in said
    assert not (root / "output").exists()
    # The process looks again, at the file it opens.
    found = answer(root / "a.json", passphrases={"": {"path": str(secret)}})
    assert found["errors"] == [{"file": "a.json", "refused": "no_passphrase"}]


def test_a_passphrase_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w", **{"a.json": locked()})
    # What was typed may be the passphrase, so it is not repeated.
    said = call("gather", "-w", root, "--password-file", "Typed-by-mistake-7", code=2).output.replace("\n", " ")
    assert "expected the name of a file that holds the passphrase" in said
    assert "Typed-by-mistake" not in said


@pytest.mark.skipif(os.name != "posix", reason="descriptors that a child inherits")
@pytest.mark.parametrize("named", [False, True])
def test_a_passphrase_comes_over_a_descriptor(tmp_path: Path, named: bool) -> None:
    root = workspace(tmp_path / "w", **{"a.json": locked(), "b.kdbx": kdbx()})
    get, put = os.pipe()
    os.write(put, b"pw\n")
    os.close(put)
    done = subprocess.run(
        [sys.executable, "-m", "auditgen", "gather", "-w", str(root), "--password-fd", f"b={get}" if named else str(get)],
        capture_output=True, text=True, check=False, pass_fds=[get],
    )  # fmt: skip
    os.close(get)
    assert done.returncode == 0, done.stderr
    assert states(root) == {"a": "failed" if named else "read", "b": "read"}


@pytest.mark.parametrize(("value", "says"), [("pw", "expected a number"), ("a=pw", "expected a number"), ("987", "is not open"),
                                             ("9" * 40, "expected a number")])  # fmt: skip
def test_a_descriptor_that_is_none_is_told(tmp_path: Path, value: str, says: str) -> None:
    root = workspace(tmp_path / "w", **{"a.json": locked()})
    assert says in call("gather", "-w", root, "--password-fd", value, code=2).output


def test_no_option_takes_a_passphrase_itself(tmp_path: Path) -> None:
    """The arguments of a program can be seen by every user of the machine."""

    def options(command: click.Command, context: click.Context) -> Iterator[str]:
        for parameter in command.params:
            yield from parameter.opts
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                found = command.get_command(context, name)
                assert found is not None
                yield from options(found, context)

    named = {name for name in options(cli, click.Context(cli)) if re.search("pass|secret|key|pw|-p$", name)}
    assert named == {"--password-file", "--password-fd", "--passkeys"}
    root = workspace(tmp_path / "w", **{"a.json": locked()})
    for name in ("--password", "--passphrase", "-p"):
        call("gather", "-w", root, name, "pw", code=2)


def test_without_a_passphrase_the_file_failed_and_the_rest_is_read(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w", **{"a.json": locked(), "b.kdbx": kdbx(), "c.json": plain(STRONG)})
    call("gather", "-w", root)
    found = sources(root)
    assert states(root) == {"a": "failed", "b": "failed", "c": "read"}
    says = "is protected, and no passphrase was given. Run it in a terminal, or give --password-file FILE."
    assert found["a"] == ("failed", f"a.json {says}")
    assert found["b"] == ("failed", f"b.kdbx {says}")


def test_a_wrong_passphrase_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w", **{"a.json": locked(), "b.kdbx": kdbx(), "c.json": plain(STRONG)})
    call("gather", "-w", root, "--password-file", save(tmp_path / "s", "not it"))
    found = sources(root)
    assert states(root) == {"a": "failed", "b": "failed", "c": "read"}
    assert found["b"][1] == "b.kdbx could not be opened with the passphrase or key file that was given."


# -- key files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("password", ["pw", "", None])
def test_a_key_file_of_the_workspace_opens_a_database(tmp_path: Path, password: str | None) -> None:
    key = save(tmp_path / "w" / "vault.key", "any file can be a key")
    root = workspace(tmp_path / "w", **{"keyed.kdbx": kdbx(password, key)})
    more = ["--password-file", save(tmp_path / "s", password)] if password else []
    call("gather", "-w", root, *more)
    assert states(root) == {"keyed": "read"}


def test_a_key_file_that_is_another_or_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = save(tmp_path / "w" / "vault.key", "any file can be a key")
    root = workspace(tmp_path / "w", **{"keyed.kdbx": kdbx("pw", key), "c.json": plain(STRONG)})
    key.write_text("another one", encoding="utf-8")
    call("gather", "-w", root, "--password-file", save(tmp_path / "s", "pw"))
    assert states(root) == {"keyed": "failed", "c": "read"}
    key.unlink()
    call("gather", "-w", root, code=2)
    assert re.search(r"auditgen\.toml, line \d+: there is no file vault\.key", capsys.readouterr().err)


# -- somebody at the terminal ------------------------------------------------------------------------------------

# Makes the terminal it was given its own, as a shell does, and becomes the program.
OWN = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"


class Terminal:
    """A program at a terminal of its own, and somebody who types."""

    def __init__(self, *words: str | Path) -> None:
        self.master, slave = os.openpty()
        self.child = subprocess.Popen(
            [sys.executable, "-c", OWN, sys.executable, "-m", "auditgen", *map(str, words)],
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True, env={**os.environ, "COLUMNS": "200"},
        )  # fmt: skip
        os.close(slave)
        self.text = ""
        self.read = 0

    def sees(self, wanted: str, seconds: float = 60) -> None:
        """Wait until some text appears after all that was looked at before."""
        until = time.monotonic() + seconds
        while wanted not in self.text[self.read :]:
            ready, _, _ = select.select([self.master], [], [], max(0.0, until - time.monotonic()))
            assert ready, f"waited for {wanted!r}, saw {self.text[self.read :]!r}"
            try:
                self.text += os.read(self.master, 65_536).decode("utf-8", "replace")
            except OSError:
                raise AssertionError(f"ended before {wanted!r}, saw {self.text[self.read :]!r}") from None
        self.read = self.text.index(wanted, self.read) + len(wanted)

    def types(self, text: str) -> None:
        # Not before the program has switched the echo off.
        until = time.monotonic() + 10
        while self.echoes and time.monotonic() < until:
            time.sleep(0.01)
        os.write(self.master, text.encode())

    @property
    def echoes(self) -> bool:
        return bool(termios.tcgetattr(self.master)[3] & termios.ECHO)

    def ends(self, seconds: float = 90) -> int:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            ready, _, _ = select.select([self.master], [], [], 0.1)
            if ready:
                try:
                    self.text += os.read(self.master, 65_536).decode("utf-8", "replace")
                except OSError:
                    break
        return self.child.wait(timeout=30)


@contextmanager
def terminal(*words: str | Path) -> Iterator[Terminal]:
    found = Terminal(*words)
    try:
        yield found
    finally:
        if found.child.poll() is None:
            found.child.kill()
            found.child.wait()
        os.close(found.master)


needs_terminal = pytest.mark.skipif(sys.platform != "linux", reason="terminals as Linux has them")


@needs_terminal
def test_somebody_at_the_terminal_is_asked_for_each_file(tmp_path: Path) -> None:
    root = workspace(
        tmp_path / "w", **{"a.json": locked("first-Word"), "b.kdbx": kdbx("second-Word"), "c.json": plain(STRONG)}
    )
    with terminal("gather", "-w", root) as screen:
        screen.sees("Passphrase for a.json: ")
        screen.types("no-Such-Word\n")
        screen.sees("That did not open it. Passphrase for a.json: ")
        screen.types("first-Word\n")
        screen.sees("Passphrase for b.kdbx: ")
        screen.types("second-Word\n")
        assert screen.ends() == 0
        for word in ("no-Such-Word", "first-Word", "second-Word"):
            assert word not in screen.text
    assert states(root) == {"a": "read", "b": "read", "c": "read"}


@needs_terminal
def test_three_wrong_ones_leave_the_file_and_read_the_rest(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w", **{"a.json": locked(), "c.json": plain(STRONG)})
    with terminal("gather", "-w", root) as screen:
        for wrong in ("one", "two", "three"):
            screen.sees("Passphrase for a.json: ")
            screen.types(f"{wrong}\n")
        assert screen.ends() == 0
        assert screen.text.count("Passphrase for") == 3
    assert states(root) == {"a": "failed", "c": "read"}
    assert sources(root)["a"][1] == "a.json could not be opened with the passphrase or key file that was given."


@needs_terminal
def test_nobody_is_asked_for_what_was_given_or_needs_nothing(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w", **{"a.json": locked(), "c.json": plain(STRONG)})
    with terminal("gather", "-w", root, "--password-file", save(tmp_path / "s", "pw")) as screen:
        assert screen.ends() == 0
        assert "Passphrase" not in screen.text
    with terminal("gather", "-q", "-w", root) as screen:
        assert screen.ends() == 0
        assert "Passphrase" not in screen.text
    assert states(root) == {"a": "failed", "c": "read"}


@needs_terminal
def test_an_empty_answer_opens_what_has_a_key_file_only(tmp_path: Path) -> None:
    key = save(tmp_path / "w" / "vault.key", "any file can be a key")
    root = workspace(tmp_path / "w", **{"keyed.kdbx": kdbx(None, key)})
    with terminal("gather", "-w", root) as screen:
        screen.sees("Passphrase for keyed.kdbx: ")
        screen.types("\n")
        assert screen.ends() == 0
    assert states(root) == {"keyed": "read"}


@needs_terminal
def test_an_end_of_input_is_no_passphrase(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w", **{"a.json": locked(), "c.json": plain(STRONG)})
    with terminal("gather", "-w", root) as screen:
        screen.sees("Passphrase for a.json: ")
        screen.types("\x04")
        assert screen.ends() == 0
    assert sources(root)["a"][1].startswith("a.json is protected, and no passphrase was given.")
    assert states(root)["c"] == "read"


@needs_terminal
def test_a_run_that_is_interrupted_while_asking_leaves_the_terminal_as_it_was(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w", **{"a.json": locked()})
    with terminal("gather", "-w", root) as screen:
        screen.sees("Passphrase for a.json: ")
        screen.types("\x03")
        assert screen.ends() != 0
        assert "Traceback" not in screen.text
        assert screen.echoes
    assert not (root / "output" / "evidence").exists()


@needs_terminal
def test_a_file_name_cannot_command_the_terminal(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w", **{"a.json": plain(STRONG)})
    save(root / "vaults" / "x\x1b]0;owned\x07.json", locked())
    config = (root / "auditgen.toml").read_text(encoding="utf-8").replace('"a.json"', '"vaults"')
    save(root / "auditgen.toml", config)
    with terminal("gather", "-w", root) as screen:
        screen.sees("Passphrase for vaults/x?]0;owned?.json: ")
        screen.types("pw\n")
        assert screen.ends() == 0
        assert "\x1b]0;" not in screen.text


# -- what stands in auditgen.toml --------------------------------------------------------------------------------


def evidence(root: Path, table: str, output: str = "output/evidence") -> list[dict[str, Any]]:
    from auditgen.evidence.store import Store

    with Store.load(root / output) as store:
        return store.select(f"from {table} order by all")


def test_day_and_owner_belong_to_each_source(tmp_path: Path) -> None:
    root = workspace(
        tmp_path / "w", **{"a.json": plain(STRONG), "b.json": plain("Xk29-second"), "c.json": plain("third-Xk29")}
    )
    text = (root / "auditgen.toml").read_text(encoding="utf-8")
    for name, owner, day in (("a", "sam", "2026-10-01"), ("b", "mara", "2026-11-02")):
        text = text.replace(f'path = "{name}.json"\n', f'path = "{name}.json"\nowner = "{owner}"\nseen_on = {day}\n')
    save(root / "auditgen.toml", text)
    os.utime(root / "c.json", (1_790_000_000, 1_790_000_000))
    call("gather", "-w", root)
    rows = {row["vault"]: (row["owner"], row["exported_on"]) for row in evidence(root, "vaults")}
    assert rows == {
        "a.json": ("sam", date(2026, 10, 1)),
        "b.json": ("mara", date(2026, 11, 2)),
        "c.json": (None, date.fromtimestamp(1_790_000_000)),
    }
    assert {row["vault"]: row["seen_on"] for row in evidence(root, "credentials")} == {
        name: day for name, (_, day) in rows.items()
    }


def test_the_day_in_the_file_goes_before_the_day_of_the_file(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w", **{"a.1pux": files.onepux(("P", "Own", [files.onepux_login()]))})
    call("gather", "-w", root)
    assert [row["exported_on"] for row in evidence(root, "vaults")] == [date(2024, 11, 24)]


def test_the_reader_answers_to_its_old_name(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w", **{"a.json": plain(STRONG)})
    config = (root / "auditgen.toml").read_text(encoding="utf-8").replace('reader = "vault"', 'reader = "bitwarden"')
    save(root / "auditgen.toml", config)
    call("gather", "-w", root)
    assert states(root) == {"a": "read"}


def judge(root: Path, day: str) -> dict[str, Any]:
    """The results of a run that writes nothing but JSON."""
    done = CliRunner().invoke(cli, ["run", "-w", str(root), "--as-of", day, "--format", "json", "-q"])
    assert done.exit_code in (0, 10, 11), done.output
    return dict(json.loads((root / "output" / "latest" / "results.json").read_text(encoding="utf-8")))


def test_how_long_an_export_has_been_there_is_carried_from_run_to_run(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w", **{"a.json": plain(STRONG), "b.json": locked()})
    text = (root / "auditgen.toml").read_text(encoding="utf-8")

    def given(day: str) -> None:
        save(root / "auditgen.toml", text.replace('path = "a.json"\n', f'path = "a.json"\nseen_on = {day}\n'))

    def verdict(day: str) -> tuple[date, str]:
        results = judge(root, day)
        (row,) = (row for row in evidence(root, "vaults", "output/latest/evidence") if row["vault"] == "a.json")
        found = [finding["verdict"] for finding in results["findings"]
                 if finding["check"] == "plain-exports-are-deleted-after-use" and finding["source"] == "a.json"]  # fmt: skip
        return row["present_since"], found[0] if found else "pass"

    given("2026-11-20")
    assert verdict("2026-11-20") == (date(2026, 11, 20), "pass")
    assert verdict("2026-11-21") == (date(2026, 11, 20), "pass")
    assert verdict("2026-11-24") == (date(2026, 11, 20), "fail")
    # A fresh export begins anew.
    given("2026-11-24")
    assert verdict("2026-11-24") == (date(2026, 11, 24), "pass")


# -- fix lists ---------------------------------------------------------------------------------------------------


def finding(**more: Any) -> dict[str, Any]:
    return {"check": "c", "verdict": "fail", "source": "v.json", "locator": "item 1", "owner": "sam", "account": None,
            "says": "It is short", "severity": "high", **more}  # fmt: skip


def lists(
    folder: Path, findings: list[dict[str, Any]], aside: Mapping[str, tuple[str, str]]
) -> dict[str, list[list[str]]]:
    checks = [{"id": "c", "step": "Change it", "findings_more": 0}]
    written = write_fix_lists({"checks": checks, "findings": findings}, aside, folder)
    assert sorted(written) == sorted(folder.glob("*.csv"))
    return {path.stem: list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines())) for path in written}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_a_fix_list_is_its_owners_alone(tmp_path: Path, mask: int) -> None:
    folder = tmp_path / "out" / "fix-lists"
    before = os.umask(mask)
    try:
        lists(folder, [finding()], {"v.json item 1": ("Shop", "jo")})
    finally:
        os.umask(before)
    assert mode(folder) == 0o700
    assert mode(folder / "sam.csv") == 0o600


def test_each_person_gets_a_list_and_old_ones_go(tmp_path: Path) -> None:
    aside = {f"v.json item {n}": (f"Title {n}", f"user {n}") for n in range(1, 6)}
    found = [
        finding(), finding(locator="item 2", owner="Mara Š."), finding(locator="item 3", owner=None),
        finding(locator="item 4", verdict="unknown"), finding(locator="item 9"), finding(source="x.json"),
        finding(says="It is old"),
    ]  # fmt: skip
    written = lists(tmp_path, found, aside)
    assert [name.partition("--")[0] for name in sorted(written)] == ["mara-s", "nobody-named-yet", "sam"]
    assert written["sam"] == [
        list(COLUMNS),
        ["Change it", "Title 1", "user 1", "v.json", "item 1", "", "It is short", "high"],
        ["Change it", "Title 1", "user 1", "v.json", "item 1", "", "It is old", "high"],
    ]
    assert list(lists(tmp_path, [finding(owner="tom")], aside)) == ["tom"]
    assert lists(tmp_path, [], {}) == {}
    assert [path.name for path in tmp_path.iterdir()] == [".gitignore"]


def test_no_folder_is_made_for_no_list(tmp_path: Path) -> None:
    assert lists(tmp_path / "fix-lists", [finding()], {}) == {}
    assert not (tmp_path / "fix-lists").exists()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "|x", "%x", "\t=1", " =1", "\u200b=1", "＝1"])
def test_no_name_is_a_formula(tmp_path: Path, text: str) -> None:
    row = lists(tmp_path, [finding(account=text, source="v.json")], {"v.json item 1": (text, text)})["sam"][1]
    assert row[1] == row[2] == row[5] == f"'{text}"


def test_names_of_any_kind_stay_in_their_cell(tmp_path: Path) -> None:
    text = 'a,"b";c\nd\x00e\ud800'
    lists(tmp_path, [finding()], {"v.json item 1": (text, text)})
    with (tmp_path / "sam.csv").open(encoding="utf-8-sig", newline="") as stream:
        _, row = list(csv.reader(stream))
    assert row[1] == 'a,"b";c\nd\ufffde?'


def test_a_link_in_the_place_of_the_folder_or_a_list_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    theirs = save(elsewhere / "theirs.csv", "kept")
    (tmp_path / "fix-lists").symlink_to(elsewhere)
    lists(tmp_path / "fix-lists", [finding()], {"v.json item 1": ("Shop", "jo")})
    assert theirs.read_text(encoding="utf-8") == "kept"
    assert sorted(path.name for path in elsewhere.iterdir()) == ["theirs.csv"]
    (tmp_path / "fix-lists" / "sam.csv").unlink()
    (tmp_path / "fix-lists" / "sam.csv").symlink_to(theirs)
    lists(tmp_path / "fix-lists", [finding()], {"v.json item 1": ("Shop", "jo")})
    assert theirs.read_text(encoding="utf-8") == "kept"


def test_a_run_writes_the_lists_of_its_vaults_and_takes_back_what_nobody_wants(tmp_path: Path) -> None:
    items = [bitwarden.login("Blaumeise", "changeme", login={"uris": [{"uri": "https://www.instagram.com"}], "username": "hillfarm"}),
             bitwarden.login("Kohlmeise", "changeme")]  # fmt: skip
    root = workspace(tmp_path / "w", **{"a.json": files.as_json(bitwarden.individual(*items))})
    config = (root / "auditgen.toml").read_text(encoding="utf-8")
    save(root / "auditgen.toml", config + 'owner = "mara"\n')
    folder = root / "output" / "fix-lists"
    judge(root, "2026-11-20")
    texts = {path.stem: path.read_text(encoding="utf-8-sig") for path in folder.glob("*.csv")}
    # The login of an account goes to whoever owns the account, the others to whose vault it is.
    assert {name: ("Blaumeise" in text, "Kohlmeise" in text) for name, text in texts.items()} == {
        "sam": (True, False), "mara": (False, True),
    }  # fmt: skip
    assert mode(folder) == 0o700
    assert {mode(path) for path in folder.glob("*.csv")} == {0o600}
    save(root / "auditgen.toml", config + 'owner = "mara"\n[passwords]\nnames = "none"\n')
    judge(root, "2026-11-20")
    assert list(folder.glob("*.csv")) == []


def test_a_fault_in_the_breach_stage_leaves_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from auditgen.vaults.breaches import ask as asking
    from auditgen.vaults.process import Reading

    def broken(*_: object) -> None:
        raise RuntimeError("Pass-Canary")

    monkeypatch.setattr(asking, "ask", broken)
    path = save(tmp_path / "a.json", plain(STRONG))
    reading = Reading({
        **REQUEST, "breach": {"list": str(tmp_path / "list.txt"), "online": None},
        "files": [{"file": "a.json", "origin": "a", "path": str(path), "format": None, "key_file": None}],
    })  # fmt: skip
    reading.look()
    found = reading.answer()
    assert found["breach"]["reason"] == "unreadable" and found["breach"]["answered"] == 0
    assert found["credentials"] and all("breach_band" not in row for row in found["credentials"])
    assert "Canary" not in json.dumps(found)
