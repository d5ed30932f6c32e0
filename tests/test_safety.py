"""No secret leaves its reader, whatever goes wrong; no value of an input is ever more than text."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from auditgen.evidence.store import Store, schema

from .conftest import copy_example

CANARIES = ["Kanarienvogel-7!xQ", "JBSWY3DPKANARI32", "history-Kanari-88$z", 'note & <Kanari> "5%" text']


def disguises(secret: str) -> dict[str, bytes]:
    """The forms in which a secret could lie about."""
    raw = secret.encode()
    forms = {
        "plain": raw,
        "utf-16": secret.encode("utf-16-le"),
        "hex": raw.hex().encode(),
        "url": quote(secret, safe="").encode(),
        "html": html.escape(secret).encode(),
        "json": json.dumps(secret)[1:-1].encode(),
        "reversed": secret[::-1].encode(),
    }
    for shift in range(3):
        # The middle of the base64 text whatever stood before the secret.
        forms[f"base64+{shift}"] = base64.b64encode(b"x" * shift + raw)[4:-4]
    for name in ("md5", "sha1", "sha256"):
        digest = hashlib.new(name, raw, usedforsecurity=False).hexdigest()
        forms[name] = digest.encode()
        forms[f"{name} prefix"] = digest[:10].encode()
    return {name: form for name, form in forms.items() if len(form) >= 6}


def everything(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below the folders; saved evidence also as the text of its tables."""
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                yield str(path), path.read_bytes()
        for evidence in {path.parent for path in folder.rglob("*.parquet")}:
            store = Store.load(evidence)
            for table in schema():
                yield f"{evidence}:{table}", repr(store.select(f"from {table}")).encode()


def plant(workspace: Path) -> None:
    """Put canaries wherever a secret may stand in the sources."""
    for path in sorted((workspace / "vaults").glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        login = next(item for item in data["items"] if item.get("type") == 1)
        login["login"]["password"], login["login"]["totp"] = CANARIES[0], CANARIES[1]
        login["passwordHistory"] = [{"password": CANARIES[2], "lastUsedDate": "2026-01-01T00:00:00Z"}]
        login["notes"] = CANARIES[3]
        login["fields"] = [{"name": "pin", "value": CANARIES[0], "type": 1}]
        path.write_text(json.dumps(data), encoding="utf-8")
    users = next(path for path in workspace.rglob("*.csv") if "Email Address" in path.read_text(encoding="utf-8-sig"))
    text = users.read_text(encoding="utf-8-sig")
    header, first, rest = text.split("\n", 2)
    at = next(number for number, name in enumerate(header.split(",")) if name.startswith("Password ["))
    cells = first.split(",")
    cells[at] = CANARIES[0]
    users.write_text("\n".join([header, ",".join(cells), rest]), encoding="utf-8")


def break_vault(workspace: Path) -> None:
    path = sorted((workspace / "vaults").glob("*.json"))[0]
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index(CANARIES[0]) + 40], encoding="utf-8")


def break_bytes(workspace: Path) -> None:
    path = sorted((workspace / "vaults").glob("*.json"))[0]
    path.write_bytes(path.read_bytes().replace(b'"items"', b'"it\xff\xfeems"'))


def break_shape(workspace: Path) -> None:
    path = sorted((workspace / "vaults").glob("*.json"))[0]
    data = json.loads(path.read_text(encoding="utf-8"))
    for item in data["items"]:
        if isinstance(item.get("login"), dict):
            item["login"]["uris"] = CANARIES[0]
            item["login"]["username"] = {"deep": CANARIES[0]}
            item["collectionIds"] = {CANARIES[0]: 1}
    path.write_text(json.dumps(data), encoding="utf-8")


@pytest.mark.parametrize(
    ("fault", "environment"),
    [(None, {}), (break_vault, {}), (break_bytes, {}), (break_shape, {}), (None, {"AUDITGEN_DEBUG": "1"})],
)
def test_no_secret_anywhere_after_good_and_failing_runs(
    tmp_path: Path, fault: Any, environment: dict[str, str]
) -> None:
    workspace = copy_example(tmp_path / "workspace")
    plant(workspace)
    if fault:
        fault(workspace)
    output, temp, home = tmp_path / "output", tmp_path / "temp", tmp_path / "home"
    temp.mkdir()
    home.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "auditgen", "run", "-w", str(workspace), "-o", str(output), "--as-of", "2026-11-24"],
        cwd=home, capture_output=True, check=False,
        env={**os.environ, **environment, "TMPDIR": str(temp), "HOME": str(home)},
    )  # fmt: skip
    assert done.returncode == 10, done.stderr.decode()
    found = [("stdout", done.stdout), ("stderr", done.stderr), *everything(output, temp, home)]
    assert len(found) > 100
    hits = [
        (place, secret, form)
        for secret in CANARIES
        for form, needle in disguises(secret).items()
        for place, content in found
        if needle in content
    ]
    assert hits == []


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
[[launch]]
id = {quoted(4)}
title = {quoted(8)}
starts = 2026-12-01T09:00:00Z
accounts = [{quoted(0)}]
on_call = [{quoted(1)}]
[panic]
decides = [{quoted(11)}]
[[panic.on_call]]
person = {quoted(1)}
reach = {quoted(2)}
[[panic.statements]]
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
        "limbs": [{"id": text(n), "title": text(n), "feature": "comments", "covers": [text(n)], "off": text(n), "on": text(n),
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
    rows = "\n".join(f'"{line.replace(chr(34), chr(34) * 2)}",2026-01-01' for line in HOSTILE)
    (folder / "leavers.csv").write_text(f"Name,Last Day\n{rows}\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from auditgen.pipeline import Options, run_audit

    from .conftest import AS_OF

    folder = tmp_path_factory.mktemp("hostile")
    results, output = run_audit(Options(hostile_workspace(folder / "w"), AS_OF, output=folder / "o"))
    assert results["problems"] == []
    assert len(results["accounts"]) >= 10
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
