"""Findings, checks, steps and gaps at their edges: what stands first, and how much more there is."""

from __future__ import annotations

from typing import Any

import pytest

from auditgen.audit.decisions import ExceptionEntry
from auditgen.audit.verdicts import Judged, Row
from auditgen.evidence.store import Store
from auditgen.results.decisions import exception
from auditgen.results.findings import finding_id
from auditgen.results.gaps import find_gaps
from tests.tools.small_results import LEAVERS, PEOPLE, findings, item, lacking
from tests.tools.small_world import DAY, check, judged

# -- findings and checks ------------------------------------------------------------

WORST = {"verdict": "fail", "severity": "critical", "stage": "prevent", "name": "a", "account": "a", "subject": "a"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param({"verdict": "fail", "severity": "info"}, {"verdict": "due"}, id="open before due"),
        pytest.param({"verdict": "due", "severity": "info"}, {"verdict": "unknown"}, id="due before unknown"),
        pytest.param(
            {"severity": "critical", "stage": "recover"}, {"severity": "high"}, id="how bad before which stage"
        ),
        pytest.param({"severity": "high"}, {"severity": "medium"}, id="high before medium"),
        pytest.param({"severity": "medium"}, {"severity": "low"}, id="medium before low"),
        pytest.param({"severity": "low"}, {"severity": "info"}, id="low before info"),
        pytest.param({"stage": "prevent", "name": "z"}, {"stage": "act"}, id="the stage before the name"),
        pytest.param({"stage": "act"}, {"stage": "cure"}, id="act before cure"),
        pytest.param({"stage": "cure"}, {"stage": "recover"}, id="cure before recover"),
        pytest.param({"name": "a", "account": "z"}, {"name": "b"}, id="the check before the account"),
        pytest.param(
            {"name": "a", "account": "a", "subject": "z"},
            {"name": "a", "account": "b"},
            id="the account before the subject",
        ),
        pytest.param({"name": "a", "account": "b"}, {"name": "a", "account": None}, id="of no account last"),
        pytest.param({"name": "a", "subject": "a"}, {"name": "a", "subject": "b"}, id="the subject"),
    ],
)
def test_what_is_found_stands_worst_first(store: Store, first: dict[str, Any], second: dict[str, Any]) -> None:
    made = []
    for each in ({**WORST, **second}, {**WORST, **first}):
        row = Row(each["verdict"], each["subject"], "s", account=each["account"])
        made.append(item(each["name"], row, severity=each["severity"], stage=each["stage"]))
    shown = findings(store, *made).findings
    keys = [
        (row["verdict"], row["severity"], row["stage"], row["check"], row["account"], row["subject"]) for row in shown
    ]
    assert keys == [tuple({**WORST, **each}.values()) for each in (first, second)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(("fail", {"severity": "info"}), ("unknown", {}), id="open before unseen"),
        pytest.param(("unknown", {"severity": "info"}), ("pass", {}), id="unseen before holding"),
        pytest.param(("pass", {"severity": "info"}), ("n/a", {}), id="holding before what concerns nothing"),
        pytest.param(("n/a", {"severity": "info"}), (None, {}), id="and that before what was left out"),
        pytest.param(("fail", {"severity": "high", "stage": "recover"}), ("fail", {"severity": "low"}), id="how bad"),
        pytest.param(("fail", {"stage": "prevent"}), ("fail", {"stage": "act"}), id="which stage"),
    ],
)
def test_checks_stand_worst_first(
    store: Store, first: tuple[str | None, dict[str, Any]], second: tuple[str | None, dict[str, Any]]
) -> None:
    made, left_out = [], []
    for name, (state, more) in (("a", second), ("z", first)):
        values = {"severity": "critical", "stage": "prevent", **more}
        if state is None:
            left_out.append(check(name, **values))
        else:
            made.append(judged(name, {"x": state}, **values))
    assert [row["id"] for row in findings(store, *made, left_out=left_out).checks()] == ["z", "a"]


def test_an_id_of_a_finding_is_the_same_whatever_stands_beside_it(store: Store) -> None:
    rows = [
        Row("fail", "x", "one"),
        Row("fail", "x", "two"),
        Row("fail", "x", "two"),
        Row("fail", "x", "two"),
        Row("fail", "y", "one"),
    ]
    ids = [row["id"] for row in findings(store, item("c", *rows)).findings]
    assert len(set(ids)) == 5
    assert set(ids) == {
        finding_id("c", "x"), finding_id("c", "x", "two"), finding_id("c", "x", "two\x002"), finding_id("c", "x", "two\x003"),
        finding_id("c", "y"),
    }  # fmt: skip
    assert finding_id("c", "x") == "c-5bb388b8"


@pytest.mark.parametrize(
    ("row", "field", "value"),
    [
        pytest.param(Row("unknown", "x", "s"), "reason", "missing", id="unknown without a reason is missing"),
        pytest.param(Row("unknown", "x", "s", reason="denied"), "reason", "denied", id="the reason that is given"),
        pytest.param(Row("fail", "x", "s"), "reason", None, id="what is open needs none"),
        pytest.param(Row("due", "x", "s"), "reason", None, id="what is due needs none"),
        pytest.param(Row("fail", "x", "s", owner="jo"), "owner_title", "Jo Li", id="a name for an owner"),
        pytest.param(Row("fail", "x", "s", owner="kim"), "owner_title", "kim", id="nobody knows the name"),
        pytest.param(Row("fail", "x", "s", seen_on=DAY), "seen_on", "2026-11-20", id="a day"),
    ],
)
def test_a_finding(store: Store, row: Row, field: str, value: object) -> None:
    store.add("people", [{"person": "jo", "display": "Jo Li"}])
    assert findings(store, item("c", row)).findings[0][field] == value


def entry(state: str = "active", subject: str | None = None, name: str = "c") -> ExceptionEntry:
    return ExceptionEntry(name, subject, "r", "o", "a", DAY, DAY, "T-1", state, f"It is {state}.")


@pytest.mark.parametrize(
    ("entries", "row", "state", "matched"),
    [
        pytest.param([entry()], Row("fail", "x", "s"), "active", [True], id="beside what it covers"),
        pytest.param([entry("lapsed")], Row("fail", "x", "s"), "lapsed", [True], id="a lapsed one is shown too"),
        pytest.param([entry(subject="X")], Row("fail", "x", "s"), "active", [True], id="in any letters"),
        pytest.param([entry(subject="y")], Row("fail", "x", "s"), None, [False], id="for another subject"),
        pytest.param([entry(name="d")], Row("fail", "x", "s"), None, [False], id="for another check"),
        pytest.param(
            [entry()], Row("unknown", "x", "s"), None, [True], id="what was not seen it fits, and forgives nothing"
        ),
        pytest.param(
            [entry("lapsed"), entry("active")], Row("fail", "x", "s"), "active", [True, True], id="the last of two"
        ),
        pytest.param([], Row("fail", "x", "s"), None, [], id="none"),
    ],
)
def test_an_exception_stands_beside_its_finding(store: Store, entries: list[ExceptionEntry], row: Row, state: str | None,
                                                matched: list[bool]) -> None:  # fmt: skip
    for each in entries:
        each.matched = False
    found = findings(store, item("c", row), exceptions=entries)
    shown = found.findings[0]["exception"]
    assert ((shown or {}).get("state"), [each.matched for each in entries]) == (state, matched)
    for each in entries:
        told = exception(each, found.findings)
        assert told["state"] == (each.state if each.matched else "unmatched")
        covers = {"fail": "the one open finding", "unknown": "no open finding"}[row.verdict]
        wide = (
            f" It names no subject, so it covers {covers} of this check."
            if each.subject is None and each.applies
            else ""
        )
        assert told["says"] == (
            f"It is {each.state}.{wide}" if each.matched else "Fits no finding any more; it can be taken out."
        )
        assert told["findings"] == ([found.findings[0]["id"]] if each.matched and row.verdict == "fail" else [])


@pytest.mark.parametrize(
    ("counts", "listed", "passed", "more", "passed_more"),
    [
        pytest.param({"fail": 2, "pass": 1}, 2, 1, 0, 0, id="all are listed"),
        pytest.param({"fail": 3, "pass": 2}, 2, 1, 1, 1, id="one more of each"),
        pytest.param({"fail": 1, "unknown": 1, "due": 2, "pass": 0}, 2, 0, 2, 0, id="all that is not known counts"),
    ],
)
def test_how_many_more_there_are(
    store: Store, counts: dict[str, int], listed: int, passed: int, more: int, passed_more: int
) -> None:
    each = Judged(
        check("c"), rows=[Row("fail", f"s{n}", "s") for n in range(listed)], passed=[Row("pass", "p", "s")] * passed
    )
    each.counts |= {**counts, "n/a": 7}
    (shown,) = findings(store, each).checks()
    assert (shown["findings_more"], shown["passed_more"], shown["counts"]["na"]) == (more, passed_more, 7)
    assert {key: shown["counts"][key] for key in counts} == counts
    assert len(shown["findings"]) == listed and len(shown["passed"]) == passed


@pytest.mark.parametrize(
    ("missing", "adds", "message"),
    [
        pytest.param(("people",), None, "Not read. Who works here.", id="what the reader adds"),
        pytest.param(("people.left_on",), None, "Not read. Who has left.", id="who can tell the column goes first"),
        pytest.param(("people.status",), None, "Not read. Who works here.", id="else who fills the table"),
        pytest.param(("people",), "Ask them.", "Not read. Ask them.", id="what the check itself says"),
        pytest.param(("sites",), None, "Not read.", id="nobody can"),
        pytest.param((), "Ask them.", "Not read.", id="nothing is missing"),
    ],
)
def test_what_a_check_says_is_missing(store: Store, missing: tuple[str, ...], adds: str | None, message: str) -> None:
    each = item("c", Row("unknown", "x", "s"), adds=adds)
    each.missing, each.message = missing, "Not read."
    assert findings(store, each, suppliers=(PEOPLE, LEAVERS)).checks()[0]["message"] == message


def test_a_check_is_headed_by_what_is_open_or_by_what_it_wants(store: Store) -> None:
    made = [judged("a", {"x": "fail"}), judged("b", {"x": "unknown"}), judged("c", {"x": "pass"})]
    shown = findings(store, *made, left_out=[check("d", step="Do d")]).checks()
    assert [(row["headline"], row["state"], row["step"]) for row in shown] == [
        ("a is open", "open", "a holds"), ("b holds", "unseen", "b holds"), ("c holds", "holds", "c holds"),
        ("d holds", "left_out", "Do d"),
    ]  # fmt: skip


def test_a_check_left_out_counts_nothing(store: Store) -> None:
    (shown,) = findings(store, left_out=[check("d")]).checks()
    assert shown["counts"] == {"pass": 0, "fail": 0, "unknown": 0, "due": 0, "na": 0}
    assert (shown["findings"], shown["passed"], shown["findings_more"], shown["passed_more"]) == ([], [], 0, 0)
    (shown,) = findings(store, judged("c")).checks()
    assert shown["counts"] == {"pass": 0, "fail": 0, "unknown": 0, "due": 0, "na": 0}
    assert (shown["findings_more"], shown["passed_more"]) == (0, 0)


def test_areas_count_their_checks(store: Store) -> None:
    made = [
        judged("c1", {"x": "fail"}), judged("c2", {"x": "unknown"}), judged("c3", {"x": "pass"}), judged("c4", {"x": "n/a"}),
        judged("c5", {"x": "pass"}, area="my_own"), judged("c6", {"x": "pass"}),
    ]  # fmt: skip
    found = findings(store, *made, left_out=[check("c7")])
    first, second = found.areas(found.checks())
    assert (first["open"], first["unseen"], first["holds"], first["not_applicable"]) == (1, 1, 2, 2)
    assert (second["id"], second["slug"], second["title"], second["holds"]) == ("my_own", "my-own", "My own", 1)


# -- gaps ------------------------------------------------------------


@pytest.mark.parametrize(
    ("items", "rows", "expected"),
    [
        pytest.param([lacking("a", "people"), lacking("b", "people")], {}, [("A list of people", "Who works here.", ["people"], ["a", "b"])],
                     id="two wait for one list"),
        pytest.param([lacking("a", "people.status")], {"people": 0}, [("A list of people", "Who works here.", ["people.status"], ["a"])],
                     id="without the list its column is not asked for"),
        pytest.param([lacking("a", "people.email")], {"people": 1},
                     [("A list of people: email", "Fill in email: main address, lower case.", ["people.email"], ["a"])],
                     id="the list is there: its column"),
        pytest.param([lacking("a", "people.left_on")], {"people": 1}, [("A list of leavers", "Who has left.", ["people.left_on"], ["a"])],
                     id="a list of its own for the column"),
        pytest.param([lacking("b", "people.left_on"), lacking("a", "people"), lacking("c", "people")], {},
                     [("A list of people", "Who works here.", ["people"], ["a", "c"]),
                      ("A list of leavers", "Who has left.", ["people.left_on"], ["b"])], id="what most wait for first"),
        pytest.param([lacking("a", "people"), lacking("b", "people.left_on")], {},
                     [("A list of leavers", "Who has left.", ["people.left_on"], ["b"]),
                      ("A list of people", "Who works here.", ["people"], ["a"])], id="of equals by title"),
        pytest.param([lacking("a", "people", "people.status")], {},
                     [("A list of people", "Who works here.", ["people", "people.status"], ["a"])], id="twice by one check"),
        pytest.param([lacking("a", "people.email", adds="Ask them.")], {"people": 1},
                     [("A list of people: email", "Ask them.", ["people.email"], ["a"])], id="what the check says of a column"),
        pytest.param([lacking("a", "people", adds="Ask them.")], {},
                     [("A list of people", "Who works here.", ["people"], ["a"])], id="what it says of a list is the reader's"),
        pytest.param([lacking("a", "sites")], {}, [("One web site or landing page of the organisation", "", ["sites"], ["a"])],
                     id="nobody supplies it"),
        pytest.param([lacking("a")], {}, [], id="nothing is missing"),
    ],
)  # fmt: skip
def test_what_to_add(items: list[Judged], rows: dict[str, int], expected: list[tuple[Any, ...]]) -> None:
    found = find_gaps(items, rows, (PEOPLE, LEAVERS))
    assert [(gap.title, gap.add, gap.needs, gap.checks) for gap in found] == expected
