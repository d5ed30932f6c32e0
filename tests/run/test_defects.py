"""One thing wrong at a time: it decides the gate, stands in the reason, and its step is among the first three."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from auditgen.audit.checks.packs import load_builtin
from tests.run.test_exemplary import audited, replace, state
from tests.tools.exemplary import DOMAIN

pytestmark = pytest.mark.slow

Change = Callable[[Path], None]


def added(name: str, text: str) -> Change:
    def change(folder: Path) -> None:
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(text)

    return change


def both(*changes: Change) -> Change:
    def change(folder: Path) -> None:
        for each in changes:
            each(folder)

    return change


def login(number: int, **fields: object) -> Change:
    """Other facts about one item of the vault: fields of its login."""

    def change(folder: Path) -> None:
        path = folder / "vaults/team.json"
        vault = json.loads(path.read_text(encoding="utf-8"))
        vault["items"][number]["login"] |= fields
        path.write_text(json.dumps(vault), encoding="utf-8")

    return change


def same_password(folder: Path) -> None:
    path = folder / "vaults/team.json"
    vault = json.loads(path.read_text(encoding="utf-8"))
    vault["items"][1]["login"]["password"] = vault["items"][0]["login"]["password"]
    path.write_text(json.dumps(vault), encoding="utf-8")


def gone(folder: Path) -> None:
    added("exports/leavers.csv", f"Theo Brandt,theo.brandt@{DOMAIN},2026-11-10\n")(folder)
    replace("exports/google-users.csv", "^(Theo,Brandt,[^,]*),Active", r"\1,Suspended")(folder)


def text_without(*checks: str) -> Change:
    """The policies without the sections that these checks ask for."""
    headings = [check.title for check in load_builtin()[0] if check.id in checks]

    def change(folder: Path) -> None:
        path = folder / "policies/policy.md"
        head, *parts = path.read_text(encoding="utf-8").split("\n## ")
        kept = [part for part in parts if not any(part.startswith(heading) for heading in headings)]
        assert len(kept) < len(parts)
        path.write_text("\n## ".join([head, *kept]), encoding="utf-8")

    return change


# What is wrong, the checks of which one must decide, and a word of the reason.
DEFECTS: dict[str, tuple[Change, set[str], str]] = {
    "a colleague who left": (gone, {"no-former-colleague-can-still-post"}, "can still post"),
    "no second factor": (
        replace("accounts.yml", 'id: "ig-main"(.*?)kind: "totp"', r'id: "ig-main"\1kind: "none"'),
        {"second-factor-is-on"}, "password alone"),
    "a code by text": (
        replace("accounts.yml", 'id: "ig-main"(.*?)kind: "totp"', r'id: "ig-main"\1kind: "sms"'),
        {"second-factor-is-not-a-text-message"}, "text message"),
    "a private number can reset": (
        replace("accounts.yml", '(id: "li-main".*?phone_owner: )"none"', r'\1"personal"'),
        {"no-phone-number-can-reset-an-account"}, "phone number"),
    "a private mailbox gets the resets": (
        replace("accounts.yml", f'(id: "li-main".*?)email: "recovery@{DOMAIN}"', r'\1email: "juno.harper@gmail.com"'),
        {"recovery-mailbox-belongs-to-us"}, "mailbox"),
    "a shared login": (
        replace("accounts.yml", '(id: "x-main".*?login_kind: )"delegated"', r'\1"shared"'),
        {"no-shared-login-where-roles-exist"}, "shared"),
    "an app that may post": (
        replace("accounts.yml", "^(apps:\n)", r'\1  - {account: "x-main", "name": "Chartly", kind: "analytics", "may_post": '
                'true, "owner": "amir", "approved": 2026-11-04, "last_used": 2026-11-20, "single_sign_on": true}\n'),
        {"only-publishing-tools-can-post"}, "app"),
    "an app of nobody": (
        replace("accounts.yml", "^(apps:\n)", r'\1  - {account: "x-main", "name": "Oldie", kind: "publisher", "may_post": '
                'true, "approved": 2022-11-04, "last_used": 2023-11-20, "single_sign_on": true}\n'),
        {"no-unused-app-can-post", "connected-apps-are-known"}, "app"),
    "a domain that lapses": (
        replace("accounts.yml", 'renews: "?2029-05-12"?', 'renews: 2026-12-05'), {"domains-outlive-their-campaigns"}, "domain"),
    "a domain that can be moved": (
        replace("accounts.yml", 'registrar_lock: true', 'registrar_lock: false'),
        {"domains-are-locked-against-transfer"}, "domain"),
    "a colleague without a second factor": (
        replace("exports/google-users.csv", "^(Theo,.*),True,True", r"\1,False,False"),
        {"people-behind-accounts-have-a-second-factor"}, "second factor"),
    "one administrator": (
        replace("accounts.yml", '(account: "x-main", person: "amir", role: )"admin", administers: true',
                r'\1"editor", administers: false'),
        {"two-administrators-hold-each-account"}, "one person"),
    "nobody but one on call": (
        replace("auditgen.toml", r'on_call = \["juno", "amir"\]', 'on_call = ["juno"]'),
        {"two-people-are-on-call-for-the-launch"}, "on call"),
    "a pause that was never tried": (
        both(replace("accounts.yml", '(id: "queue".*?), tested: "?2026-10-25"?', r'\1, tested: 2024-10-25'),
             replace("accounts.yml", 'switch: "queue", date: "?2026-10-25"?', 'switch: "queue", date: 2024-10-25')),
        {"scheduled-posts-can-be-paused"}, "paus"),
    "a post without approval": (
        both(replace("calendar/posts.csv", "^(P-012,.*?,)(Theo Brandt),Rosa Lindgren,[^,]*,", r"\1\2,,,"),
             replace("calendar/log.csv", "^.*,P-012,APPROVE,.*\n", "")),
        {"posts-due-soon-are-approved", "nothing-goes-out-without-approval", "a-second-person-approves"}, "approv"),
    "a post approved by its author": (
        both(replace("calendar/posts.csv", "^(P-010,.*?,)(Theo Brandt),Rosa Lindgren,", r"\1\2,Theo Brandt,"),
             replace("calendar/log.csv", "^(.*,P-010,APPROVE),.*$", r"\1,Theo Brandt")),
        {"a-second-person-approves"}, "approv"),
    "unfinished text": (
        replace("calendar/posts.csv", '^(P-012,[^"]*"[^"]*)"', r'\1 [add price]"'), {"no-unfinished-text-is-planned"}, "placeholder"),
    "a breached password": (login(0, password="123456"), {"no-password-is-in-a-breach"}, "password"),
    "one password for two accounts": (same_password, {"each-password-opens-one-site"}, "password"),
    "no rule that mistakes are corrected": (text_without("mistakes-are-acknowledged"), {"mistakes-are-acknowledged"}, "mistakes"),
    "an export that others can read": (
        lambda folder: (folder / "vaults/team.json").chmod(0o644), {"vault-exports-are-protected"}, "vault"),
}  # fmt: skip


@pytest.mark.parametrize("name", DEFECTS)
def test_one_thing_wrong_decides_and_stands_first(name: str, tmp_path: Path) -> None:
    change, checks, word = DEFECTS[name]
    results = audited(tmp_path, change)
    verdict = results["verdict"]
    assert any(state(results, check) == "open" for check in checks)
    assert verdict["state"] == "not_ready"
    assert any(checks & set(step["checks"]) for step in results["steps"][:3])
    assert word in verdict["reason"].lower()
    assert checks & {item["check"] for item in verdict["reasons"]}
    assert len(results["steps"]) <= 6
