"""A password that somebody wrote into a policy stays there: no table, page, log or file of an audit repeats it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditgen.readers.policies.secrets import HIDDEN, hide_secrets
from auditgen.run.audit import run_audit
from auditgen.run.options import Options
from tests.conftest import AS_OF, copy_example

pytestmark = pytest.mark.slow

CANARIES = ("Kestrel!7741x", "hunter22", "ghp_CANARYcanaryCANARYcanary99", "998877", "Zug-4401-Zaun")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("The password is Kestrel!7741x, ask Jo.", f"The password is {HIDDEN}, ask Jo."),
        ("Passwort: Zug-4401-Zaun", f"Passwort: {HIDDEN}"),
        ("PIN: 998877.", f"PIN: {HIDDEN}."),
        ("Use ghp_CANARYcanaryCANARYcanary99 for it", f"Use {HIDDEN} for it"),
        ("Password: must be at least 15 characters", "Password: must be at least 15 characters"),
        ("Password: see https://vault.example/a1", "Password: see https://vault.example/a1"),
        ("The password is [fill in: never here]", "The password is [fill in: never here]"),
        ("A passcode is well-known to be weak.", "A passcode is well-known to be weak."),
    ],
)
def test_what_looks_like_a_password_is_taken_out_and_rules_are_left(text: str, left: str) -> None:
    assert hide_secrets(text) == left


@given(st.text(max_size=300))
def test_any_text_can_be_looked_through(text: str) -> None:
    assert hide_secrets(hide_secrets(text)) == hide_secrets(text)


def test_no_file_of_an_audit_repeats_a_password_of_a_policy(tmp_path: Path) -> None:
    workspace = copy_example(tmp_path / "w")
    folder = workspace / "policies"
    (folder / "logins.md").write_text(
        f"---\nowner: Jo\ncontact: 'password: {CANARIES[0]}'\n---\n# Logins\n\nEvery account must use two-factor "
        f"authentication; the Instagram password is {CANARIES[0]}.\n\n- Passcode: {CANARIES[1]}\n\n"
        f"| Account | Login |\n| --- | --- |\n| X | pwd: {CANARIES[4]} |\n\n```\ntoken = {CANARIES[2]}\n```\n\n"
        f"Passwords are kept in the vault; see [the list](https://jo:{CANARIES[1]}@vault.example/?token={CANARIES[2]}).\n"
    )
    (folder / "phone.html").write_text(f"<h1>Phone</h1><p>The PIN is {CANARIES[3]} for every duty phone we own.</p>")
    (folder / "plain.txt").write_text(f"DUTY\n\nPassword: {CANARIES[4]}\nCall the duty manager at once.\n")
    _, target = run_audit(Options(workspace, AS_OF, output=tmp_path / "out"))
    import duckdb

    for path in sorted(target.rglob("*")):
        if not path.is_file():
            continue
        said = path.read_bytes().decode("utf-8", "replace")
        if path.suffix == ".parquet":
            with duckdb.connect(":memory:") as connection:
                said = str(connection.execute("select * from read_parquet($1)", [str(path)]).fetchall())
        for canary in CANARIES:
            assert canary not in said, path.relative_to(target)
