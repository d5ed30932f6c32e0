"""auditgen.toml: every mistake is one line with file, line and the nearest right name."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditgen.files.toml_lines import toml_lines
from auditgen.workspace.load import load_workspace
from auditgen.workspace.problems import WorkspaceError

READERS = {"inventory": SimpleNamespace(options={}), "calendar": SimpleNamespace(options={"mapping": "columns"})}
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
        (('"accounts.csv"', '"***"'), "line 9: '***' fits no file (Invalid pattern)"),
        (('"accounts.csv"', '"a\\u0000b"'), r"line 9: 'a\x00b' names no file here (embedded null byte)"),
        (('"accounts.csv"', f'"{"a" * 5000}"'), "could not be opened (File name too long)"),
        (('"accounts.csv"', '""'), "line 9: path is empty; expected the name of a file"),
        (('id = "inventory"', 'id = " "'), "line 7: source.id is empty"),
        (('name = "Hill Farm Tea"', 'name = ""'), "line 3: organisation.name is empty"),
        (("[[source]]", "[organisation.mail_aliases]\nx = 1\n[[source]]"), "mail_aliases should be a table of texts"),
        (("[[source]]", "[report]\nfindings_per_check = nan\n[[source]]"), "a whole number from 0, found nan"),
        (("[[source]]", "[report]\nfindings_per_check = -1\n[[source]]"), "a whole number from 0, found -1"),
        (("[[source]]", "[checks.effort]\nx = inf\n[[source]]"), "effort should be a number above 0, found inf"),
        (
            ("[[source]]", "[[launch]]\nid = 'a'\nstarts = 2026-02-30\n[[source]]"),
            "line 8: is not TOML here: no such day",
        ),
        (("[[source]]", "[[launch]]\nid = 'a'\n[[source]]"), "line 6: launch.starts is missing"),
        (("[[source]]", "[[crisis.on_call]]\nreach = 'a'\n[[source]]"), "line 6: crisis.on_call.person is missing"),
        (("[[source]]", "[[crisis.decides]]\nreach = 'a'\n[[source]]"), "line 6: crisis.decides.person is missing"),
        (
            ("[[source]]", "[[crisis.decides]]\nperson = 1\n[[source]]"),
            "crisis.decides.person should be a text in quotes",
        ),
        (
            ("[[source]]", "[[crisis.decides]]\nperson = 'a'\nphone = '1'\n[[source]]"),
            "unknown key crisis.decides.phone",
        ),
        (("[[source]]", "[crisis]\ndecides = ['a', 1]\n[[source]]"), "crisis.decides should be a list of texts, or of"),
        (("[[source]]", "[[crisis.statements]]\ntitle = 'a'\n[[source]]"), "line 6: crisis.statements.text is missing"),
        (
            ("[[source]]", "[[launch]]\nid = 'a'\nstarts = 9999-12-31T23:59:59-14:00\n[[source]]"),
            "line 8: a launch should",
        ),
        (
            ("[[source]]", "[[launch]]\nid = 'a'\nstarts = 2026-12-02\nends = 2026-12-01\n[[source]]"),
            "line 9: launch.ends lies before launch.starts",
        ),
        (
            ("[[source]]", "[[launch]]\nid='a'\nstarts=2026-12-02\n[[launch]]\nid='a'\nstarts=2026-12-03\n[[source]]"),
            "line 10: the id 'a' is used twice",
        ),
    ],
)
def test_each_mistake_names_its_line_and_the_right_name(tmp_path: Path, change: tuple[str, str], expected: str) -> None:
    assert any(expected in line for line in mistakes(tmp_path, GOOD.replace(*change)))


SAID = 'by = "Ana Duarte", on = 2026-11-02, until = 2027-05-01'


def test_what_is_not_there_is_said_with_its_line(tmp_path: Path) -> None:
    text = GOOD + f'[none]\nagencies = {{ {SAID} }}\napps = [{{ account = "x-main", {SAID} }}, {{ {SAID} }}]\n'
    workspace = load_workspace(write(tmp_path, text + f"[[none.bots]]\n{SAID.replace(', ', chr(10))}\n"), READERS)
    assert [(item["thing"], item.get("account"), item["line"]) for item in workspace.absences] == [
        ("agencies", None, 12), ("apps", "x-main", 13), ("apps", None, 13), ("bots", None, 14),
    ]  # fmt: skip
    assert workspace.absences[0]["by"] == "Ana Duarte"
    assert workspace.absences[0]["until"] == date(2027, 5, 1)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"agency = {{ {SAID} }}", "line 12: unknown key none.agency; did you mean agencies?"),
        ("agencies = true", "line 12: none.agencies should be like { by = "),
        ('agencies = "Ana Duarte"', "2027-11-24 }, found a text in quotes"),
        ("agencies = [true]", "line 12: none.agencies should be like { by = "),
        ('agencies = { by = "Ana", on = 2026-11-02 }', "line 12: none.agencies.until is missing"),
        ("agencies = {}", "line 12: none.agencies.by is missing"),
        ('agencies = { by = "Ana", on = 2026-11-02, untill = 2027-05-01 }',
         "unknown key none.agencies.untill; did you mean until?"),
        ('agencies = { by = "Ana", on = "2026-11-02", until = 2027-05-01 }',
         "none.agencies.on should be a date like 2026-11-24, found a text in quotes"),
        ('agencies = { by = "Ana", on = 2026-11-02, until = 2026-11-01 }', "until lies before none.agencies.on"),
        (f'sites = {{ account = "x-main", {SAID} }}', "none.sites is said of the whole organisation"),
    ],
)  # fmt: skip
def test_a_mistake_about_what_is_not_there_names_its_line(tmp_path: Path, line: str, expected: str) -> None:
    assert any(expected in told for told in mistakes(tmp_path, f"{GOOD}[none]\n{line}\n"))


def test_none_is_a_table(tmp_path: Path) -> None:
    assert "none should be a table, found true or false" in mistakes(tmp_path, f"none = true\n{GOOD}")[0]


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
    from auditgen.workspace.load import moment

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


@pytest.mark.parametrize("value", ["1", "[]", "{}", "true", "2026-11-24"])
def test_a_mapping_is_named_by_a_text(tmp_path: Path, value: str) -> None:
    text = GOOD + f'\n[[source]]\nid="c"\nreader="calendar"\npath="accounts.csv"\nmapping={value}\n'
    assert "line 16: source.mapping should be a text in quotes" in mistakes(tmp_path, text)[0]


def test_a_value_of_the_wrong_kind_is_one_mistake(tmp_path: Path) -> None:
    assert len(mistakes(tmp_path, GOOD.replace('name = "Hill Farm Tea"', "name = 7"))) == 1
    assert len(mistakes(tmp_path, GOOD + "\n[[launch]]\nid = 'a'\nstarts = 'soon'\n")) == 1


def test_links_in_a_circle_and_odd_files_are_said(tmp_path: Path) -> None:
    import os

    (tmp_path / "round.csv").symlink_to("round.csv")
    assert "its links lead in a circle" in mistakes(tmp_path, GOOD.replace('"accounts.csv"', '"round.csv"'))[0]
    os.mkfifo(tmp_path / "pipe.csv")
    assert "pipe.csv is no ordinary file" in mistakes(tmp_path, GOOD.replace('"accounts.csv"', '"pipe.csv"'))[0]


def test_a_folder_in_place_of_the_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "auditgen.toml").mkdir()
    with pytest.raises(WorkspaceError, match="is a folder; expected a file"):
        load_workspace(tmp_path, READERS)
