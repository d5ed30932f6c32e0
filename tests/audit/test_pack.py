"""The built-in pack as a whole: complete, connected, sourced and calm in its wording."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from auditgen.audit.checks.check import Check
from auditgen.audit.checks.packs import builtin_folder, load_pack
from auditgen.audit.disasters.scenario_files import idle_barriers, load_scenarios
from auditgen.audit.disasters.vocabulary import Scenario, Vocabulary, load_vocabulary

MINIMUM = {"account_security": 12, "password_hygiene": 8, "content_review": 8, "policy_completeness": 8}

# Good practice that by itself stops none of the documented disasters.
NO_BARRIER = {
    "every-policy-carries-a-version",
    "pictures-have-a-description",
    "planned-times-carry-a-time-zone",
    "policies-can-be-read-quickly",  # a count of words and syllables is a hint
    "policies-link-to-what-readers-can-open",  # a page for colleagues may point inside
    "policies-use-the-current-names-of-platforms",  # everybody still understands the old name
    "rejected-posts-were-approved-again",  # most calendars record no rejection at all
}


@cache
def checks() -> tuple[Check, ...]:
    return tuple(load_pack(builtin_folder(), "auditgen")[0])


@cache
def vocabulary() -> Vocabulary:
    return load_vocabulary(builtin_folder(), [check.id for check in checks()])


@cache
def scenarios() -> tuple[Scenario, ...]:
    return tuple(load_scenarios([builtin_folder() / "scenarios"], vocabulary()))


@cache
def words() -> dict[str, Any]:
    return tomllib.loads((builtin_folder() / "vocabulary.toml").read_text("utf-8"))


# -- checks ----------------------------------------------------------------------------------------------


def test_the_pack_loads_without_a_problem_and_its_ids_are_unique() -> None:
    found, problems = load_pack(builtin_folder(), "auditgen")
    assert problems == []
    ids = [check.id for check in found]
    assert len(ids) == len(set(ids))


def test_there_are_four_areas_with_enough_checks_each() -> None:
    assert {check.area for check in checks()} == set(MINIMUM) == set(words()["area"])
    for area, least in MINIMUM.items():
        assert sum(check.area == area for check in checks()) >= least, area


@pytest.mark.parametrize("check", checks(), ids=lambda check: check.id)
def test_a_check_explains_itself(check: Check) -> None:
    assert len(re.findall(r"[.?](?:\s|$|”)", check.why)) >= 3, "why takes three sentences"
    assert re.match(r"1\. ", check.fix), "the way to fix it is a list of steps"
    assert check.references
    assert check.title != check.fail
    assert not re.match(r"(ensure|make sure|check|verify)\b", check.title, re.I), "a title is a statement"


def test_every_check_has_a_first_step_that_fits_the_plan() -> None:
    """The front page shows the step alone, so it is short, unmistakable and an order rather than a statement."""
    seen: dict[str, str] = {}
    for check in checks():
        step = check.step or ""
        assert 8 <= len(step) <= 64, f"{check.id}: {len(step)} characters"
        assert step[0].isupper(), check.id
        assert step[-1] not in ".!", check.id
        assert step not in (check.title, check.fail), check.id
        assert step not in seen, f"{check.id} and {seen[step]} share a step"
        seen[step] = check.id


def test_a_query_that_reads_a_table_needs_it_or_can_do_without() -> None:
    """Without the table a check is about, it may pass nothing; what it needs is declared."""
    for check in checks():
        if check.query is not None:
            assert check.needs, check.id


def test_every_check_belongs_to_a_barrier_or_a_shared_cause() -> None:
    mapped = {name for barrier in vocabulary().barriers.values() for name in vocabulary().checks_of(barrier)}
    mapped |= {cause.check for cause in vocabulary().causes}
    # A rule on paper is no barrier; it names those that it keeps up.
    keeps = {check.id: set((check.clause or {}).get("keeps", ())) for check in checks()}
    assert set().union(*keeps.values()) <= vocabulary().barriers.keys()
    mapped |= {name for name, barriers in keeps.items() if barriers}
    assert {check.id for check in checks()} - mapped == NO_BARRIER


# -- barriers and vocabulary -----------------------------------------------------------------------------


def test_the_vocabulary_is_complete_and_connected() -> None:
    known = vocabulary()
    kinds = [barrier.kind for barrier in known.barriers.values()]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"barrier": 39, "safeguard": 3, "response": 25}
    for barrier in known.barriers.values():
        assert len(barrier.short) <= 22, barrier.id
        assert barrier.scope in ("account", "organisation", "site"), barrier.id
        assert barrier.checks, barrier.id
        if barrier.kind == "response":
            assert barrier.function in known.functions, barrier.id
            assert barrier.phase == known.functions[barrier.function]["phase"], barrier.id
        else:
            assert barrier.phase == "prevent", barrier.id
    for threat in known.threats.values():
        assert threat.top_event in known.top_events, threat.id
        assert set(threat.barriers) <= known.barriers.keys(), threat.id
        assert threat.barriers or threat.without, threat.id
        for name, stop in threat.stops.items():
            assert known.barriers[name].kind == "barrier", f"{threat.id}: {name}"
            assert re.fullmatch(r"[A-Z].{20,}[.]", stop.why), f"{threat.id}: {name}"
    for name, event in known.top_events.items():
        for function in event["functions"]:
            assert known.responses(function), f"{name} needs {function}, and no response fills it"


def test_a_barrier_and_what_supports_it_share_no_family_by_accident() -> None:
    families = {barrier.family for barrier in vocabulary().barriers.values() if barrier.kind == "barrier"}
    others = {barrier.family for barrier in vocabulary().barriers.values() if barrier.kind != "barrier"}
    assert families.isdisjoint(others)


def test_shared_causes_take_at_least_two_barriers_away() -> None:
    for cause in vocabulary().causes:
        assert len(cause.barriers) >= 2, cause.id


# -- scenarios -------------------------------------------------------------------------------------------


def test_enough_scenarios_ship_and_use_every_threat_and_barrier() -> None:
    assert len(scenarios()) >= 36
    assert {scenario.id for scenario in scenarios() if not scenario.preventable} == {"buffer-2013", "twitter-vip-2020"}
    used = {path.threat for scenario in scenarios() for path in scenario.paths}
    assert used == set(vocabulary().threats)
    assert idle_barriers(vocabulary(), scenarios()) == []


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda scenario: scenario.id)
def test_a_scenario_is_sourced_and_its_path_can_be_judged(scenario: Scenario) -> None:
    assert scenario.sources
    for source in scenario.sources:
        assert re.match(r"https?://[^\s]+$", source["url"]), source
        assert source["grade"] in ("official", "several", "single", "record")
    assert set(scenario.platforms) <= vocabulary().platforms.keys()
    assert set(scenario.times) == {"detect", "acknowledge", "contain"}
    assert any(path.barriers for path in scenario.paths) == scenario.preventable
    for path in scenario.paths:
        assert set(path.barriers) <= set(vocabulary().threats[path.threat].barriers)
        for name in path.barriers:
            barrier = vocabulary().barriers[name]
            assert barrier.kind == "barrier"
            assert barrier.checks, f"nothing looks at {name}"
    for entry in scenario.then:
        assert entry["state"] in ("absent", "failed", "degraded", "held", "unknown")
        assert entry["basis"] in ("stated", "judged")


def test_the_path_of_an_outlived_thing_names_only_the_barriers_of_its_kind() -> None:
    """A lapsed domain is not stopped by a list of embeds."""
    kinds = {"p-domain-life", "p-dns-hygiene", "p-embed-inventory"}
    paths = [path for scenario in scenarios() for path in scenario.paths if path.threat == "t-stale"]
    assert len(paths) == 3
    for path in paths:
        assert set(path.barriers) < kinds
        assert len(path.barriers) == 1


# -- wording ---------------------------------------------------------------------------------------------


def texts() -> list[tuple[str, str]]:
    found = []
    for check in checks():
        query = re.sub(r"--[^\n]*", "", check.query or "")
        said = " ".join(re.findall(r"'((?:[^']|'')*)'", query)) if check.query else ""
        question = str((check.attest or {}).get("question", ""))
        parts = [check.title, check.fail, check.step or "", check.why, check.fix, said, question]
        found.append((check.id, " ".join(parts)))
    for barrier in vocabulary().barriers.values():
        found.append((barrier.id, f"{barrier.title} {barrier.short} {barrier.stands_when}"))
    for cause in vocabulary().causes:
        found.append((cause.id, f"{cause.title} {cause.says}"))
    for threat in vocabulary().threats.values():
        found.append((threat.id, " ".join([threat.without or "", *(stop.why for stop in threat.stops.values())])))
    for scenario in scenarios():
        times = " ".join(scenario.times.values())
        found.append((scenario.id, f"{scenario.title} {scenario.who} {scenario.what} {scenario.lesson} {times}"))
    found.append(("vocabulary.toml", (builtin_folder() / "vocabulary.toml").read_text("utf-8")))
    return found


def test_the_wording_is_calm_and_blames_nobody() -> None:
    loud = re.compile(
        r"!(?!=)|\b(careless|stupid|rookie|negligen\w+|blunder\w*|idiot\w*|culprit|fault of|score)\b", re.I
    )
    for name, text in texts():
        assert not loud.search(text), f"{name}: {loud.search(text)}"


def test_the_wording_is_british() -> None:
    american = re.compile(r"\b(organization|authorize|color|behavior|center|catalog)\b", re.I)
    for name, text in texts():
        assert not american.search(re.sub(r"https?://\S+", "", text)), f"{name}: {american.search(text)}"


# -- how a check is written ------------------------------------------------------------------------------------

SQL = re.compile(r"^```sql\n(.*?)^```", re.M | re.S)
FILES = [path for path in sorted(builtin_folder().rglob("*.md")) if SQL.search(path.read_text("utf-8"))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_query_says_each_thing_once(path: Path) -> None:
    """Verdict and sentence in one value, lines that can be read, and no condition twice in a row of branches."""
    (query,) = SQL.findall(path.read_text("utf-8"))
    assert [line for line in query.splitlines() if len(line) > 120] == []
    assert not re.search(r"\bas (says|reason)\b|'(n/a|fail|pass|unknown)'", query)
    conditions = [" ".join(text.split()) for text in re.findall(r"\bwhen\b(.*?)\bthen\b", query, re.S)]
    twice = {text for text in conditions if conditions.count(text) > 1 and len(text) > 30}
    assert twice == set()
