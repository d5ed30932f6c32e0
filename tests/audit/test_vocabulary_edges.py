"""Barriers, causes and disasters as files: what is taken when nothing is said, and which names are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditgen.audit.disasters.scenario_files import idle_barriers, load_scenarios
from auditgen.audit.disasters.vocabulary import Barrier, Cause, Stop, Threat, ThreatPath, Vocabulary, load_vocabulary
from auditgen.workspace.problems import WorkspaceError
from tests.tools.small_world import scenario

WORDS = """
[area.a]
title = "A"
[threat.t]
title = "T"
top_event = "te"
[threat.t.stops.m]
why = "It is a wall."
[top_event.te]
title = "It happens"
functions = ["stop"]
[function.stop]
title = "Stop it"
phase = "act"
[platform]
x = "X"
y = { title = "Why" }
"""
PLAIN = '[barrier.m]\ntitle = "M"\nkind = "barrier"\n'
CAUSE = '[[cause]]\nid = "cc"\ntitle = "one phone"\nsays = "One phone."\ncheck = "c"\nbarriers = ["m"]\n'


def vocabulary(folder: Path, barriers: str = PLAIN, words: str = WORDS) -> Vocabulary:
    (folder / "barriers.toml").write_text(barriers, encoding="utf-8")
    (folder / "vocabulary.toml").write_text(words, encoding="utf-8")
    return load_vocabulary(folder, ["c", "d"])


def mistakes(caught: pytest.ExceptionInfo[WorkspaceError]) -> list[str]:
    return [str(problem) for problem in caught.value.problems]


def test_a_barrier_of_which_little_is_said(tmp_path: Path) -> None:
    found = vocabulary(tmp_path).barriers["m"]
    assert found == Barrier("m", "M", "M", "M", "m", "barrier", "prevent", None, "organisation", (), (), None, 0, None)
    assert found.checks == ()


def test_a_barrier_of_which_all_is_said(tmp_path: Path) -> None:
    text = PLAIN + (
        'short = "s"\nstands_when = "w"\nfamily = "f"\nphase = "act"\nfunction = "stop"\nscope = "account"\nall_of = ["c"]\n'
        'any_of = ["d"]\nmax_age_days = 9\ntolerance = 2\nheart = "c"\n'
    )
    found = vocabulary(tmp_path, text).barriers["m"]
    assert found == Barrier("m", "M", "s", "w", "f", "barrier", "act", "stop", "account", ("c",), ("d",), 9, 2, "c")
    assert found.checks == ("c", "d")


def test_the_rest_of_the_vocabulary(tmp_path: Path) -> None:
    found = vocabulary(tmp_path, PLAIN + CAUSE)
    assert found.causes == (Cause("cc", "one phone", "One phone.", "c", ("m",)),)
    assert found.platforms == {"x": "X", "y": "Why"}
    assert found.threats["t"].barriers == ("m",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(PLAIN + 'all_of = ["cc"]\n', "barriers.toml, line 4: m names no check cc; did you mean c?", id="all_of"),
        pytest.param(PLAIN + 'any_of = ["zzz"]\n', "barriers.toml, line 1: m names no check zzz", id="any_of"),
        pytest.param(PLAIN + 'all_of = ["c"]\nheart = "d"\n', "barriers.toml, line 5: m has a heart that is not in its all_of", id="heart"),
        pytest.param(PLAIN + 'any_of = ["d"]\nheart = "d"\n', "barriers.toml, line 5: m has a heart that is not in its all_of",
                     id="a heart of any_of"),
        pytest.param(PLAIN + CAUSE.replace('"c"', '"gone"'), "barriers.toml, line 4: cc names no check gone", id="cause"),
        pytest.param(PLAIN + CAUSE.replace('["m"]', '["mm"]'), "barriers.toml, line 4: no barrier is called mm; did you mean m?", id="taken"),
        pytest.param("x = ", "barriers.toml: is not TOML here", id="no TOML"),
    ],
)  # fmt: skip
def test_names_that_do_not_exist(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(WorkspaceError) as caught:
        vocabulary(tmp_path, text)
    (found,) = mistakes(caught)
    assert found.startswith(says.split("; did")[0])


THREAT = '[threat.t.stops.m]\nwhy = "It is a wall."\n'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(THREAT, Threat("t", "T", "te", {"m": Stop("It is a wall.")}), id="little is said"),
        pytest.param('about = "bots"\nheart = "m"\nwithout = "Nothing."\nelsewhere = "Not here."\nparked = false\n' + THREAT + 'all_of = ["c"]\nany_of = []\nmax_age_days = 9\n',
                     Threat("t", "T", "te", {"m": Stop("It is a wall.", ("c",), (), 9)}, "bots", "m", "Nothing.", "Not here.", False),
                     id="all is said"),
        pytest.param('without = "Nothing."\n', Threat("t", "T", "te", {}, without="Nothing."), id="nothing stops it"),
    ],
)  # fmt: skip
def test_what_is_said_of_a_threat(tmp_path: Path, text: str, found: Threat) -> None:
    assert vocabulary(tmp_path, words=WORDS.replace(THREAT, text)).threats["t"] == found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (THREAT.replace(".m]", ".mm]"), "vocabulary.toml, line 7: t names no barrier mm"),
        (THREAT.replace("It is a wall.", " "), "vocabulary.toml, line 7: t does not say why m stops it"),
        (THREAT.replace("why", "because"), "vocabulary.toml, line 7: t does not say why m stops it"),
        (THREAT + 'all_of = ["c", "zzz"]\n', "vocabulary.toml, line 7: t names no check zzz"),
        (THREAT + 'any_of = ["zzz"]\n', "vocabulary.toml, line 7: t names no check zzz"),
        (
            'about = "robots"\n' + THREAT,
            "vocabulary.toml, line 7: t is about robots, which nobody can say is not there",
        ),
        ('heart = "n"\n' + THREAT, "vocabulary.toml, line 7: t has a heart that does not stop it"),
        ("", "vocabulary.toml, line 4: t lists no barrier and does not say why none could exist"),
    ],
)
def test_mistakes_in_a_threat(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(WorkspaceError) as caught:
        vocabulary(tmp_path, words=WORDS.replace(THREAT, text))
    (found,) = mistakes(caught)
    assert found.split("; ")[0] == says


def test_a_function_needs_only_answers_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError) as caught:
        vocabulary(tmp_path, words=WORDS.replace('phase = "act"\n', 'phase = "act"\nany_of = ["m"]\n'))
    assert mistakes(caught) == ["vocabulary.toml, line 12: stop needs m, which is no answer of it"]


@pytest.mark.parametrize(
    ("kind", "function", "found"),
    [("response", "stop", ["m"]), ("response", "lead", []), ("barrier", "stop", []), ("safeguard", "stop", [])],
)
def test_what_fills_a_function(tmp_path: Path, kind: str, function: str, found: list[str]) -> None:
    words = vocabulary(tmp_path, PLAIN.replace('"barrier"', f'"{kind}"') + 'function = "stop"\n')
    assert [item.id for item in words.responses(function)] == found


STORY = """id = "s"
title = "S"
date = 2024
who = "w"
platforms = ["x"]
top_event = "te"
what = "w"
lesson = "l"
"""


def test_a_disaster_of_which_little_is_said(tmp_path: Path) -> None:
    words = vocabulary(tmp_path)
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "b.toml").write_text(STORY, encoding="utf-8")
    (folder / "a.toml").write_text(
        STORY.replace('"s"', '"t"')
        + 'preventable = false\ngood_response = true\n[[path]]\nthreat = "t"\nbarriers = ["m"]\n',
        encoding="utf-8",
    )
    first, second = load_scenarios([folder], words)
    assert (first.id, first.preventable, first.good_response, first.paths) == (
        "t",
        False,
        True,
        (ThreatPath("t", ("m",)),),
    )
    assert (second.id, second.preventable, second.good_response, second.paths) == ("s", True, False, ())
    assert (second.date, second.platforms, second.then, second.sources, second.times) == ("2024", ("x",), (), (), {})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (STORY + 'titel = "x"\n', "s.toml, line 9: unknown key titel; did you mean title?"),
        (STORY.replace('title = "S"\n', ""), "s.toml: title is missing"),
        (STORY.replace('"te"', '"tt"'), "s.toml, line 6: no top event is called tt; did you mean te?"),
        (STORY + '[[path]]\nthreat = "u"\n', "s.toml, line 10: no threat is called u"),
        (
            STORY + '[[path]]\nthreat = "t"\nbarriers = ["m", "mm"]\n',
            "s.toml, line 11: no barrier is called mm; did you mean m?",
        ),
        (
            STORY + '[[path]]\nthreat = "t"\nbarriers = ["n"]\n',
            "s.toml, line 11: n does not stop t; what does: m",
        ),
        (
            STORY + '[[path]]\nthreat = "t"\nabout = "robots"\n',
            "s.toml, line 11: nobody can say that there is no robots",
        ),
        (STORY + '[[then]]\nbarrier = "zzz"\n', "s.toml, line 9: no barrier is called zzz"),
    ],
)
def test_mistakes_in_a_disaster(tmp_path: Path, text: str, says: str) -> None:
    words = vocabulary(tmp_path, PLAIN + '[barrier.n]\ntitle = "N"\nkind = "barrier"\n')
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "s.toml").write_text(text, encoding="utf-8")
    with pytest.raises(WorkspaceError) as caught:
        load_scenarios([folder], words)
    (found,) = mistakes(caught)
    assert found.startswith(says.split("; did")[0])


def test_two_disasters_of_one_id(tmp_path: Path) -> None:
    words = vocabulary(tmp_path)
    folder = tmp_path / "scenarios"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.toml").write_text(STORY, encoding="utf-8")
    with pytest.raises(WorkspaceError) as caught:
        load_scenarios([folder], words)
    assert mistakes(caught) == ["b.toml, line 1: the id s is already taken"]


@pytest.mark.parametrize(
    ("kind", "paths", "idle"),
    [
        ("barrier", (), ["m"]),
        ("barrier", ("m",), []),
        ("safeguard", (), []),
        ("response", (), []),
    ],
)
def test_a_barrier_that_stands_in_no_way(tmp_path: Path, kind: str, paths: tuple[str, ...], idle: list[str]) -> None:
    words = vocabulary(tmp_path, PLAIN.replace('"barrier"', f'"{kind}"'))
    found = idle_barriers(words, [scenario(paths)])
    assert [problem.says for problem in found] == [
        f"no disaster's path names {name}, so it would never count" for name in idle
    ]
