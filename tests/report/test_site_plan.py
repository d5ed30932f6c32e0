"""What the pages say of the plan, of disasters and of what is not known: each at its edge."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from auditgen.report.site import disasters, front, steps, todo, views
from auditgen.report.site.build import build_site
from auditgen.report.site.layout import templates_folder
from auditgen.report.site.model import Model
from auditgen.report.site.paper import css_string, paper_css
from tests.tools.synthetic_results import HOSTILE, synthetic_results


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    return synthetic_results(60)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, results: dict[str, Any]) -> Path:
    folder = tmp_path_factory.mktemp("planned")
    build_site(results, folder)
    return folder


def words_of(path: Path) -> str:
    body = LexborHTMLParser(path.read_text("utf-8")).body
    return " ".join(body.text(separator=" ").split()) if body else ""


# -- what is to fix, and what could not be checked ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "certain", "css", "mark", "says"),
    [
        ("reaches", True, "reach", "open", "This one would still reach us: 0 of 2 kinds of barrier in place for X @a."),
        ("reaches", False, "reach maybe", "unseen",
         "This one cannot be ruled out: 0 of 2 kinds of barrier in place for X @a, as far as anybody could look."),
        ("single", False, "", "attested",
         "This one would be stopped, but by one thing alone: 0 of 2 kinds of barrier in place for X @a."),
        ("held", False, "", "stands", "This one would be stopped: 0 of 2 kinds of barrier in place for X @a."),
    ],
)  # fmt: skip
def test_a_disaster_that_is_certain_never_reads_or_looks_like_one_that_is_not(
    state: str, certain: bool, css: str, mark: str, says: str
) -> None:
    item = {"state": state, "certain": certain, "depth": 0, "ceiling": 2, "paths": [{}], "says": ""}
    assert (disasters.reach_class(item), disasters.level(item)) == (css, mark)
    assert disasters.disaster_says(item, "X @a") == says


@pytest.mark.parametrize("state", ["not_preventable", "not_applicable"])
def test_a_disaster_out_of_our_hands_says_why(state: str) -> None:
    item = {"state": state, "certain": False, "paths": [], "says": "We pay for no posts."}
    assert disasters.disaster_says(item, "") == "We pay for no posts."
    assert disasters.disaster_says({**item, "says": ""}, "") != disasters.disaster_says(
        {**item, "says": "", "state": {"not_preventable": "not_applicable"}.get(state, "not_preventable")}, ""
    )


@pytest.mark.parametrize(
    ("certain", "maybe", "words"),
    [
        (0, 0, "none would reach us"),
        (1, 0, "one would reach us"),
        (0, 1, "one cannot be ruled out"),
        (2, 3, "two would reach us, three more cannot be ruled out"),
    ],
)
def test_how_many_would_reach_us_is_two_numbers(certain: int, maybe: int, words: str) -> None:
    assert disasters.reach_words(certain, maybe) == words


def _path(*states: str) -> dict[str, Any]:
    return {"barriers": [{"state": state, "short": state, "counts_as_standing": state == "stands"} for state in states]}


@pytest.mark.parametrize(
    ("path", "says"),
    [
        (_path("stands"), ""),
        (_path("open", "stands"), "One barrier is missing."),
        (_path("open", "open", "unseen"), "Two barriers are missing and one could not be checked."),
        (_path("unseen", "attested", "not_applicable"), "One could not be checked and one has only somebody’s word."),
    ],
)
def test_a_way_tells_what_is_missing_apart_from_what_was_not_checked(path: dict[str, Any], says: str) -> None:
    assert disasters.gaps(path) == says


def test_the_front_page_gives_reason_and_two_numbers(site: Path, results: dict[str, Any]) -> None:
    for name in ("index.html", "summary.html"):
        words = words_of(site / name)
        assert results["verdict"]["reason"] in words
        assert "To fix 7 Two critical and five high." in words
        assert "Not checked 5 One critical and four high." in words
        certain = sum(item["certain"] for item in results["scenarios"])
        maybe = sum(item["state"] == "reaches" and not item["certain"] for item in results["scenarios"])
        assert certain and maybe
        assert "would reach us whatever else is found." in words
        assert "more disasters cannot be ruled out." in words


@pytest.mark.parametrize(
    ("figures", "open_says", "unseen_says"),
    [
        ((0, 0, 0, 0), "Nothing critical or high.", "Nothing critical or high."),
        ((1, 0, 0, 2), "One critical.", "Two high."),
        ((3, 21, 1, 15), "3 critical and 21 high.", "1 critical and 15 high."),
    ],
)
def test_headline_numbers_in_words(figures: tuple[int, ...], open_says: str, unseen_says: str) -> None:
    names = ("critical_open", "high_open", "critical_unseen", "high_unseen")
    made = front.sums({**dict(zip(names, figures, strict=True)), "reaches_certain": 0, "reaches_unseen": 0})
    assert (made["open"], made["unseen"]) == (figures[0] + figures[1], figures[2] + figures[3])
    assert (made["open_says"], made["unseen_says"]) == (open_says, unseen_says)
    assert made["open_reach"] == made["unseen_reach"] == ""


def test_the_picture_shows_the_certain_first_and_folds_nothing_in_silence(site: Path) -> None:
    tree = LexborHTMLParser((site / "index.html").read_text("utf-8"))
    (shown, folded) = tree.css(".field")
    lanes = [lane.attributes.get("class") or "" for lane in shown.css(".lanes > li")]
    assert len(lanes) == front.PICTURE
    assert lanes == sorted(lanes, key=["reach", "reach maybe", ""].index)
    assert not any((lane.attributes.get("class") or "") for lane in folded.css(".lanes > li")), (
        "all in danger are shown"
    )
    (told,) = [item.text() for item in tree.css("summary") if "more:" in item.text()]
    assert re.fullmatch(r"\w+ more: \w+ hangs? on one thing, \w+ (is|are) held", told)


# -- the disaster's page ------------------------------------------------------------------------------------------


def test_a_disaster_shows_why_each_barrier_stops_it_and_every_part_of_the_answer(
    site: Path, results: dict[str, Any]
) -> None:
    item = next(item for item in results["scenarios"] if item["id"] == "us-airways-2014")
    tree = LexborHTMLParser((site / "disaster" / "us-airways-2014.html").read_text("utf-8"))
    words = words_of(site / "disaster" / "us-airways-2014.html")
    assert words.count("It ends this way at its first step.") == sum(len(path["barriers"]) for path in item["paths"])
    parts = sum(len(link["barriers"]) for link in item["chain"])
    assert len(tree.css(".phases .passed > li")) == parts
    for link in item["chain"]:
        for part in link["barriers"]:
            state = {"stands": "in place", "open": "missing", "unseen": "not checked", "attested": "vouched for"}
            assert f"{part['title']} : {state[part['state']]}" in words


# -- the plan -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("total", [steps.OPEN - 1, steps.OPEN, steps.OPEN + 1])
def test_the_first_ten_steps_are_open_and_no_step_is_lost(results: dict[str, Any], total: int) -> None:
    data = {**results, "steps": results["steps"][:total]}
    data["plan"] = {**data["plan"], "stages": data["plan"]["stages"][:1]}  # the rest is in no stage
    made = steps.stages(Model(data))
    shown = [step["rank"] for stage in made for step in stage.shown]
    folded = [step["rank"] for stage in made for step in stage.folded]
    assert shown == list(range(1, min(total, steps.OPEN) + 1))
    assert folded == list(range(steps.OPEN + 1, total + 1))


def test_a_lift_waits_for_every_earlier_step_that_touches_the_same_disaster(results: dict[str, Any]) -> None:
    data = copy.deepcopy(results)
    first, second, third, fourth = data["steps"][:4]
    data["steps"] = [first, second, third, fourth]
    checks = {item["id"]: item for item in data["checks"]}
    for step, touched in ((first, ["a-1"]), (second, ["b-2"]), (third, ["a-1", "b-2"]), (fourth, [])):
        checks[step["check"]]["scenarios"] = touched
        step["lifts"], step["kind"] = [], "fix"
    data["scenarios"] = [{**data["scenarios"][0], "id": name} for name in ("a-1", "b-2")]
    third["lifts"], fourth["lifts"] = ["a-1"], ["b-2"]
    model = Model(data)
    made = steps.ticks(model)
    assert [made[rank]["lifts"] for rank in (1, 2, 3, 4)] == ["", "", "0:1", "1:2,3"]
    second["kind"] = "setting"  # a setting touches every way
    assert steps.ticks(Model(data))[3]["lifts"] == "0:1,2"


def test_a_step_says_who_does_it_whom_it_concerns_and_what_it_brings(site: Path) -> None:
    words = words_of(site / "todo.html")
    assert "Who does it Tom Adeyemi" in words
    assert "Concerns Dana Kovács, Instagram @northwind." in words
    assert (
        "Lifts one disaster, closes one critical finding. After it, two disasters could reach us and one critical"
        in words
    )
    assert "the gate says ready." in words


@pytest.mark.parametrize(
    ("critical", "high", "says"),
    [(0, 0, "nothing critical or high is to fix"), (1, 0, "one critical finding is to fix"),
     (0, 1, "one high finding is to fix"), (1, 1, "one critical and one high findings are to fix"),
     (0, 15, "15 high findings are to fix")],
)  # fmt: skip
def test_what_is_left_to_fix(critical: int, high: int, says: str) -> None:
    assert steps.left({"critical_open": critical, "high_open": high}) == says


@pytest.mark.parametrize(
    ("names", "says"),
    [([], ""), (list("ab"), "a, b"), (list("abcd"), "a, b, c, d"), (list("abcde"), "a, b, c and two more"),
     (["a", "a"], "a")],
)  # fmt: skip
def test_a_long_list_of_those_concerned_is_counted(names: list[str], says: str) -> None:
    assert steps.concerns({"concerns": names, "concerns_more": 0}) == says
    assert steps.concerns({"concerns": ["a"], "concerns_more": 2}) == "a and two more"


def test_everybody_finds_their_steps_and_nobodys_come_first(results: dict[str, Any]) -> None:
    data = copy.deepcopy(results)
    for step in data["steps"][:2]:
        step |= {"owner": None, "owner_title": "", "findings": []}
    made = steps.people(Model(data))
    assert made[0]["id"] is None and made[0]["ranks"] == [1, 2]
    told = {rank for entry in made for rank in entry["ranks"]}
    assert told == {step["rank"] for step in data["steps"]}


def test_a_persons_list_tells_one_missing_source_once(results: dict[str, Any]) -> None:
    data = copy.deepcopy(results)
    owner = next(item for item in data["owners"] if len(item["findings"]) > 2)
    step = data["steps"][-1] | {"kind": "source", "check": "", "findings": owner["findings"], "says": "Add the list."}
    data["steps"] = [step]
    (group,) = todo.owner_groups(Model(data), owner)
    assert (group["title"], group["says"], group["fix"]) == (step["title"], "Add the list.", "")
    assert len(group["found"]) + group["more"] == len(owner["findings"])


def test_what_follows_from_a_finding_is_listed_under_it(site: Path, results: dict[str, Any]) -> None:
    root, follower = results["findings"][:2]
    titles = {item["id"]: item["headline"] for item in results["checks"]}
    assert f"From this one follow: {titles[follower['check']]}" in words_of(site / "finding" / f"{root['id']}.html")
    words = words_of(site / "finding" / f"{follower['id']}.html")
    assert f"This follows from another finding and goes away with it: {titles[root['check']]}" in words
    assert f"Follows from: {titles[root['check']]}" in words_of(site / "findings.html")


# -- told once ----------------------------------------------------------------------------------------------------


def test_checks_that_wait_for_one_reason_are_told_once() -> None:
    def check(name: str, state: str, message: str | None) -> dict[str, Any]:
        return {"id": name, "state": state, "message": message}

    groups = views.check_groups([
        check("a", "unseen", "No list of people."), check("b", "unseen", "No vault."), check("c", "open", "No vault."),
        check("d", "unseen", "No list of people."), check("e", "unseen", None), check("f", "unseen", None),
    ])  # fmt: skip
    fix, unseen = groups
    assert [item["id"] for item in fix.checks] == ["c"] and fix.waits == []
    assert [item["id"] for item in unseen.checks] == ["b", "e", "f"]
    assert [(why, [item["id"] for item in items]) for why, items in unseen.waits] == [
        ("No list of people.", ["a", "d"])
    ]


def test_what_passed_the_same_way_is_told_once() -> None:
    assert views.passed_groups([{"says": "a"}, {"says": "b"}, {"says": "a"}]) == [("a", 2), ("b", 1)]


@pytest.mark.parametrize(
    ("state", "says", "told"),
    [
        ("stands", "Every domain is paid", "In place. Every domain is paid."),
        ("open", "On 3 of 11 accounts. Access is old", "Missing. Access is old."),
        ("attested", "Vouched for, not observed: screens lock", "Vouched for. Screens lock."),
        ("not_applicable", "Does not concern this account", "Does not concern this account."),
        ("unseen", "", "Not checked."),
        ("unseen", None, "Not checked."),
    ],
)
def test_the_state_of_a_barrier_is_said_once(state: str, says: str | None, told: str) -> None:
    assert views.state_says(state, says) == told


# -- paper --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [*HOSTILE, 'a"b', "a\\", "}</style>", "line\nbreak", "@import url(x)", "東京 Zoë"])
def test_no_name_leaves_the_string_of_a_stylesheet(text: str) -> None:
    made = css_string(text)
    assert re.fullmatch(r'"(?:[A-Za-z0-9 .,·:()\'-]|\\[0-9a-f]+ )*"', made)
    back = re.sub(r"\\([0-9a-f]+) ", lambda found: chr(int(found[1], 16)), made[1:-1])
    assert back == " ".join(text.split())


def test_paper_names_organisation_launch_and_day(results: dict[str, Any]) -> None:
    text = paper_css(Model(results), templates_folder()).decode()
    assert '@bottom-left{content:"Northwind Coffee · Winter blend launch"' in text
    assert '@bottom-center{content:"Judged as of 24 November 2026"' in text
    assert "counter(page)" in text and "counter(pages)" in text
    assert '@bottom-left{content:"Northwind Coffee"' in paper_css(
        Model({**results, "launch": None}), templates_folder()
    ).decode()  # fmt: skip
    assert len(text.encode()) <= 4 * 1024


def test_the_day_of_the_run_changes_no_findings_page(tmp_path: Path, results: dict[str, Any]) -> None:
    later = copy.deepcopy(results)
    later["run"]["as_of"] = "2026-11-25"
    build_site(results, tmp_path / "a")
    build_site(later, tmp_path / "b")
    for path in (tmp_path / "a" / "finding").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / "finding" / path.name).read_bytes()
    assert (tmp_path / "a" / "paper.css").read_bytes() != (tmp_path / "b" / "paper.css").read_bytes()
