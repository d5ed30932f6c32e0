"""auditgen.toml: every mistake is one line with file, line and the nearest right name."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditgen.problems import WorkspaceError, toml_lines
from auditgen.workspace import load_workspace

READERS = {"inventory": (), "calendar": ("mapping",)}
GOOD = """
[organisation]
name = "Hill Farm Tea"
time_zone = "Europe/London"

[[source]]
id = "inventory"
reader = "inventory"
path = "accounts.csv"
seen_on = 2026-11-20
"""


def write(folder: Path, text: str) -> Path:
    (folder / "auditgen.toml").write_text(text, encoding="utf-8")
    (folder / "accounts.csv").write_text("id\n", encoding="utf-8")
    return folder


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(WorkspaceError) as caught:
        load_workspace(write(folder, text), READERS)
    return [str(problem) for problem in caught.value.problems]


def test_a_good_file_is_typed(tmp_path: Path) -> None:
    workspace = load_workspace(write(tmp_path, GOOD), READERS)
    assert workspace.organisation["name"] == "Hill Farm Tea"
    assert workspace.sources[0].files == (tmp_path / "accounts.csv",)
    assert workspace.sources[0].options["seen_on"] == date(2026, 11, 20)
    assert workspace.profiles["launch"].max_open["critical"] == 0


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("name =", "nmae ="), "auditgen.toml, line 3: unknown key organisation.nmae; did you mean name?"),
        (
            ('reader = "inventory"', 'reader = "inventroy"'),
            "line 8: no reader is called 'inventroy'; did you mean inventory?",
        ),
        (
            ('path = "accounts.csv"', 'path = "acounts.csv"'),
            "line 9: there is no file acounts.csv; did you mean accounts.csv?",
        ),
        (
            ("2026-11-20", '"yesterday"'),
            "line 10: source.seen_on should be a date like 2026-11-24, found a text in quotes",
        ),
        (
            ("Europe/London", "Europe/Lodnon"),
            "line 4: time_zone 'Europe/Lodnon' is not known; did you mean Europe/London?",
        ),
        (('"Hill Farm Tea"', "7"), "line 3: organisation.name should be a text in quotes, found a number"),
        (("[[source]]", "[[sources]]"), "line 6: unknown key sources; did you mean source?"),
    ],
)
def test_each_mistake_names_its_line_and_the_right_name(tmp_path: Path, change: tuple[str, str], expected: str) -> None:
    assert any(expected in line for line in mistakes(tmp_path, GOOD.replace(*change)))


def test_all_mistakes_come_at_once_in_order(tmp_path: Path) -> None:
    text = GOOD.replace("name =", "nmae =").replace('path = "accounts.csv"', 'path = "gone.csv"')
    lines = mistakes(tmp_path, text + "\n[gate.profiles.launch]\nmax_open = { urgent = 0 }\nminimum_sen = 1\n")
    assert len(lines) == 5
    assert [int(line.split("line ")[1].split(":")[0]) for line in lines] == sorted(
        int(line.split("line ")[1].split(":")[0]) for line in lines
    )
    assert any("max_open names no severity urgent" in line for line in lines)
    assert any("unknown key gate.profiles.launch.minimum_sen; did you mean minimum_seen?" in line for line in lines)


def test_not_toml_names_the_line(tmp_path: Path) -> None:
    assert mistakes(tmp_path, GOOD + "\n[gate\n")[0].startswith("auditgen.toml, line 12: is not TOML here:")


def test_no_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="auditgen init"):
        load_workspace(tmp_path, READERS)


def test_launch_moments_are_read_as_utc(tmp_path: Path) -> None:
    from auditgen.workspace import moment

    text = GOOD + '\n[[launch]]\nid = "spring"\nstarts = 2026-12-01T09:00:00+01:00\n'
    workspace = load_workspace(write(tmp_path, text), READERS)
    assert moment(workspace.launches[0]["starts"]) == datetime(2026, 12, 1, 8)


def test_options_of_a_reader_are_known_and_their_files_exist(tmp_path: Path) -> None:
    text = GOOD + '\n[[source]]\nid="c"\nreader="calendar"\npath="accounts.csv"\nmapping="nope.toml"\nmaping="x"\n'
    lines = mistakes(tmp_path, text)
    assert any("there is no file nope.toml" in line for line in lines)
    assert any("unknown key source.maping; did you mean mapping?" in line for line in lines)


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_is_read_or_refused_with_problems(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("w")
    (folder / "auditgen.toml").write_bytes(text.encode("utf-8", "replace"))
    with pytest.raises(WorkspaceError) as caught:
        load_workspace(folder, READERS)
    assert all(problem.says for problem in caught.value.problems)


def test_lines_of_array_tables_and_multi_line_strings() -> None:
    text = 'a = """\n[no]\nb = 1\n"""\n[[x]]\nk = 1\n[[x]]\nk = 2\n[x.y]\nz = 3\n'
    lines = toml_lines(text)
    assert lines[("x", 1, "k")] == 8
    assert lines[("x", 1, "y", "z")] == 10
    assert ("no",) not in lines
