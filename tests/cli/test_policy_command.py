"""`auditgen policy`: what is covered, decisions that last until a sentence changes, and a starter that stays hollow."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from auditgen.cli import cli

pytestmark = pytest.mark.slow

FACTOR = "second-factor-is-required"
RULE = "Two-factor authentication must be enabled on every account."
SETTINGS = """schema = "auditgen.workspace/1"
[organisation]
name = "Hill Farm {Tea} <b>"
domains = ["hillfarm.example"]
[[source]]
id = "policies"
reader = "policies"
path = "policies"
"""


def call(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == code, (result.exit_code, result.output, result.exception)
    return result


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "auditgen.toml").write_text(SETTINGS)
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "rules.md").write_text(
        f"# Rules\n\n## Access\n\n{RULE}\n\nAsk Kim how to sign in safely.\n"
    )
    return tmp_path


def states(workspace: Path) -> dict[str, Any]:
    rows = json.loads(call("policy", "list", "-w", str(workspace), "--json").output)
    return {row["clause"]: row["state"] for row in rows}


def test_list_says_each_clause_and_where(workspace: Path) -> None:
    out = call("policy", "list", "-w", str(workspace)).output
    assert RULE in out and "policies/rules.md#" in out
    assert "you do not have" not in out.lower()
    some = call("policy", "list", "-w", str(workspace), "--state", "found_sure").output
    assert FACTOR in some and "not found  " not in some


def test_an_accepted_sentence_counts_until_it_changes(workspace: Path) -> None:
    clause = "passwords-are-long-and-live-in-a-vault"
    assert states(workspace)[clause] not in ("found_sure", "accepted")
    out = call(
        "policy", "accept", clause, "rules.md#7", "-w", str(workspace), "--who", "Kim", "--reason", "she knows"
    ).output
    assert "Ask Kim how to sign in safely." in out
    (entry,) = tomllib.loads((workspace / "policy-reviews.toml").read_text())["review"]
    assert (entry["verdict"], entry["document"], entry["who"]) == ("accepted", "policies/rules.md", "Kim")
    assert len(entry["hash"]) == 16
    assert states(workspace)[clause] == "accepted"
    file = workspace / "policies" / "rules.md"
    file.write_text(file.read_text().replace("Ask Kim how", "Ask  *Kim*  how"))
    assert states(workspace)[clause] == "accepted"
    file.write_text(file.read_text().replace("safely", "quickly"))
    assert states(workspace)[clause] == "reopened"


def test_a_rejected_sentence_no_longer_counts(workspace: Path) -> None:
    assert states(workspace)[FACTOR] == "found_sure"
    call("policy", "reject", "A07", "policies/rules.md#5", "-w", str(workspace))
    assert states(workspace)[FACTOR] not in ("found_sure", "found_check")
    # The last word about a sentence counts.
    call("policy", "accept", FACTOR, "policies/rules.md#5", "-w", str(workspace))
    assert states(workspace)[FACTOR] == "accepted"
    assert len(tomllib.loads((workspace / "policy-reviews.toml").read_text())["review"]) == 2


def test_not_applicable_needs_a_reason(workspace: Path) -> None:
    call("policy", "not-applicable", FACTOR, "-w", str(workspace), code=2)
    call("policy", "not-applicable", FACTOR, "-w", str(workspace), "--reason", 'one shared "kiosk"\nonly')
    assert states(workspace)[FACTOR] == "not_applicable"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("accept", FACTOR, "rules.md"), "names no passage; expected FILE#12"),
        (("accept", FACTOR, "rulez.md#5"), "no document is called rulez.md"),
        (("accept", FACTOR, "rules.md#0123456789abcdef"), "has no sentence at 0123456789abcdef"),
        (("accept", "second-factor-is-requird", "rules.md#5"), "did you mean second-factor-is-required?"),
    ],
)
def test_what_cannot_be_meant_is_one_line_and_writes_nothing(
    workspace: Path, words: tuple[str, ...], says: str
) -> None:
    assert says in call("policy", *words, "-w", str(workspace), code=2).output
    assert not (workspace / "policy-reviews.toml").exists()


def test_a_review_file_with_a_mistake_is_told_by_line(workspace: Path) -> None:
    from auditgen.workspace.problems import WorkspaceError

    file = workspace / "policy-reviews.toml"
    file.write_text(f'[[review]]\ncheck = "{FACTOR}"\nverdict = "acepted"\ndocument = "a"\nhash = "b"\n')
    result = CliRunner().invoke(cli, ["policy", "list", "-w", str(workspace)])
    assert isinstance(result.exception, WorkspaceError)
    assert "policy-reviews.toml, line 3" in str(result.exception) and "accepted" in str(result.exception)


def test_a_draft_is_hollow_until_it_is_filled_in(workspace: Path) -> None:
    before = states(workspace)
    target = workspace / "policies" / "starter.md"
    out = call("policy", "draft", str(target), "-w", str(workspace), "--as-of", "2026-11-24").output
    text = target.read_text()
    missing = [name for name, each in before.items() if each not in ("found_sure", "found_check", "accepted")]
    assert f"Wrote {len(missing)} clauses" in out
    assert text.index("Before anything happens") < text.index("When it happens") < text.index("Afterwards")
    assert r"Hill Farm \{Tea\} \<b\>" in text
    after = states(workspace)
    # A starter proves nothing: what was not found is begun at most.
    assert {after[name] for name in missing} <= {"hollow", "not_found", "not_found_check", "declined", "referenced"}
    hollow = [name for name in missing if after[name] == "hollow"]
    assert len(hollow) > 0.8 * len(missing)
    import re

    filled = re.sub(r"\[fill in: [^\]]*\]", "the communications lead", text)
    target.write_text(filled.replace("on the communications lead.", "on 2 March 2026."))
    found = [name for name, each in states(workspace).items() if each in ("found_sure", "found_check")]
    assert len(set(found) & set(missing)) > 0.8 * len(missing)
    assert "already there" in call("policy", "draft", str(target), "-w", str(workspace), code=2).output


def test_every_clause_can_be_drafted(workspace: Path) -> None:
    target = workspace / "all.md"
    call("policy", "draft", str(target), "-w", str(workspace), "--all")
    assert target.read_text().count("Agreed by [fill in:") == 58


def test_no_document_is_exit_three(tmp_path: Path) -> None:
    from auditgen.run.options import NoInput

    (tmp_path / "auditgen.toml").write_text(SETTINGS)
    (tmp_path / "policies").mkdir()
    assert isinstance(CliRunner().invoke(cli, ["policy", "list", "-w", str(tmp_path)]).exception, NoInput)
