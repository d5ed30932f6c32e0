"""What people wrote under older names is still read, and a mistake in it is told in the line where it stands."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from auditgen.audit.checks.packs import builtin_folder, load_pack
from auditgen.audit.disasters.scenario_files import load_scenarios
from auditgen.audit.disasters.vocabulary import load_vocabulary
from auditgen.cli import cli
from auditgen.readers.inventory.reader import READER
from auditgen.workspace.load import load_workspace
from auditgen.workspace.problems import WorkspaceError
from tests.tools.evidence import Rows, context
from tests.workspace.test_workspace import GOOD, READERS, write

OLD = """
[overlay]
exceptions = "accounts.csv"
[panic]
decides = ["ana"]
[[panic.on_call]]
person = "bo"
[passwords]
corpus = "accounts.csv"
corpus_on = 2026-11-02
"""
NEW = """
[decisions]
exceptions = "accounts.csv"
[crisis]
decides = ["ana"]
[[crisis.on_call]]
person = "bo"
[passwords]
breach_list = "accounts.csv"
breach_list_on = 2026-11-02
"""


def test_old_and_new_names_mean_the_same(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    old = load_workspace(write(tmp_path / "old", GOOD + OLD), READERS)
    new = load_workspace(write(tmp_path / "new", GOOD + NEW), READERS)
    assert old.crisis == new.crisis == {"decides": ["ana"], "on_call": [{"person": "bo"}]}
    assert old.exceptions is not None and old.exceptions.name == "accounts.csv"
    assert old.passwords.keys() == new.passwords.keys() == {"breach_list", "breach_list_on"}
    assert old.passwords["breach_list_on"] == date(2026, 11, 2)


@pytest.mark.parametrize(
    ("old", "says"),
    [
        ("[panic]\ndecides = 1", "line 12: crisis.decides should be"),
        ("[[panic.on_call]]\nreach = 'a'", "line 11: crisis.on_call.person is missing"),
        ("[overlay]\nexceptions = 'gone.toml'", "line 12: there is no file gone.toml"),
        ("[passwords]\ncorpus = 'gone.txt'", "line 12: there is no file gone.txt"),
        ("[panic]\n[crisis]", "line 11: panic is the old name of crisis; keep one of them"),
        ("[passwords]\nbreach_list = 'accounts.csv'\ncorpus = 'accounts.csv'",
         "line 13: corpus is the old name of breach_list; keep one of them"),
    ],
)  # fmt: skip
def test_a_mistake_under_an_old_name_is_told_in_its_line(tmp_path: Path, old: str, says: str) -> None:
    with pytest.raises(WorkspaceError) as error:
        load_workspace(write(tmp_path, GOOD + old + "\n"), READERS)
    assert [says in str(problem) for problem in error.value.problems] == [True], error.value


@pytest.mark.parametrize("word", ["switch", "limb"])
def test_the_inventory_reads_switches_by_both_names(tmp_path: Path, word: str) -> None:
    plural = {"switch": "switches", "limb": "limbs"}[word]
    path = tmp_path / "accounts.yml"
    path.write_text(
        f"{plural}:\n  - {{id: queue, title: The queue, covers: [ig]}}\n"
        f"drills:\n  - {{id: d, kind: {word}, {word}: queue, date: 2026-09-20, result: ok}}\n"
        f"  - {{id: e, {word}: queue, date: 2026-09-21, result: ok}}\n",
        encoding="utf-8",
    )
    rows = Rows()
    READER.read(path, context(tmp_path), rows)
    assert [row["switch"] for row in rows["switches"]] == ["queue"]
    assert [(row["kind"], row["switch"]) for row in rows["drills"]] == [("switch", "queue")] * 2


def test_a_scenario_of_a_user_may_name_a_barrier_by_its_old_id(tmp_path: Path) -> None:
    text = (builtin_folder() / "scenarios" / "buffer-2013.toml").read_text("utf-8")
    assert '"a-switch-off"' in text
    (tmp_path / "ours.toml").write_text(
        text.replace("a-switch-off", "a-limb-off").replace("buffer-2013", "ours"), "utf-8"
    )
    checks = [check.id for check in load_pack(builtin_folder(), "auditgen", verify=False)[0]]
    (scenario,) = load_scenarios([tmp_path], load_vocabulary(builtin_folder(), checks))
    assert "a-switch-off" in {entry["barrier"] for entry in scenario.then} | {
        name for path in scenario.paths for name in path.barriers
    }


def test_a_command_answers_to_its_old_name(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("nothing\n", encoding="utf-8")
    old, new = (
        CliRunner().invoke(cli, [name, "check", str(tmp_path / "list.txt")]) for name in ("corpus", "breach-list")
    )
    assert old.output == new.output and old.exit_code == new.exit_code
    assert "corpus" not in CliRunner().invoke(cli, ["--help"]).output
