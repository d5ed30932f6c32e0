"""Exceptions and attestations at their edges: the day before, the day and the day after; who, and about what."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from auditgen.analysis.everybody import Everybody
from auditgen.audit.decisions import (
    LAPSING_DAYS,
    Attestation,
    ExceptionEntry,
    Known,
    attested_rows,
    latest,
    load_attestations,
    load_exceptions,
    valid_until,
)
from auditgen.audit.verdicts import Row
from auditgen.evidence.store import Store
from tests.tools.small_world import DAY, check, known, person

PLAIN = check("owner-named")
KNOWN = known(person("Ana Ruiz", person="ruiz"), person("Ana Diaz", person="diaz"), accounts=("x", "y"))
ASKED = check("rehearsed", attest={"question": "Was it tried?", "valid_for_days": 90})
FIELDS = {
    "check": '"owner-named"', "reason": '"Kiosk"', "owner": '"Ana"', "approver": '"Tom"', "created": "2026-01-01",
    "expires": "2026-12-31", "subject": '"kiosk"',
}  # fmt: skip


def exception(folder: Path, against: Known | None = None, **changes: str | None) -> ExceptionEntry:
    """One exception in which fields are changed, or left out where None is given."""
    fields = {key: value for key, value in {**FIELDS, **changes}.items() if value is not None}
    path = folder / "exceptions.toml"
    path.write_text(
        "[[exception]]\n" + "".join(f"{key} = {value}\n" for key, value in fields.items()), encoding="utf-8"
    )
    (entry,) = load_exceptions(path, [PLAIN, ASKED], DAY, KNOWN if against is None else against)
    return entry


@pytest.mark.parametrize(
    ("changes", "state", "applies", "says"),
    [
        pytest.param({"expires": "2026-11-19"}, "lapsed", False, "Lapsed on 2026-11-19; the finding counts again.",
                     id="ended yesterday"),
        pytest.param({"expires": "2026-11-20"}, "lapsing", True, "Lapses on 2026-11-20.", id="its last day is today"),
        pytest.param({"expires": "2026-11-21"}, "lapsing", True, "Lapses on 2026-11-21.", id="ends tomorrow"),
        pytest.param({"expires": "2026-12-19"}, "lapsing", True, "Lapses on 2026-12-19.", id="29 days left"),
        pytest.param({"expires": "2026-12-20"}, "lapsing", True, "Lapses on 2026-12-20.", id="30 days left"),
        pytest.param({"expires": "2026-12-21"}, "active", True, "In force until 2026-12-21.", id="31 days left"),
        pytest.param({"expires": "2026-11-19T23:59:00"}, "lapsed", False, "Lapsed on 2026-11-19; the finding counts again.",
                     id="a moment counts as its day"),
        pytest.param({"created": "2026-11-19"}, "active", True, "In force until 2026-12-31.", id="agreed yesterday"),
        pytest.param({"created": "2026-11-20"}, "active", True, "In force until 2026-12-31.", id="agreed today"),
        pytest.param({"created": "2026-11-21"}, "incomplete", False, "Not in force before 2026-11-21.", id="agreed tomorrow"),
        pytest.param({"created": "2026-12-01", "expires": "2026-11-01"}, "incomplete", False,
                     "Not in force before 2026-12-01.", id="not yet agreed before already ended"),
        pytest.param({"approver": '"Ana"'}, "incomplete", False, "Not in force: the owner cannot also be the approver.",
                     id="owner approves alone"),
        pytest.param({"approver": '" ANA  "'}, "incomplete", False, "Not in force: the owner cannot also be the approver.",
                     id="the same name in other letters"),
        pytest.param({"owner": '"Ana  Ruiz"', "approver": '"ana ruiz"'}, "incomplete", False,
                     "Not in force: the owner cannot also be the approver.", id="the same name with other spaces"),
        pytest.param({"owner": '"Ana Ruiz"', "approver": '"Ana Diaz"'}, "active", True, "In force until 2026-12-31.",
                     id="two of one first name"),
        pytest.param({"approver": '"Ana"', "created": "2026-11-21"}, "incomplete", False,
                     "Not in force: the owner cannot also be the approver.", id="who approves before when"),
        pytest.param({"approver": None}, "incomplete", False, "Not in force: approver missing.", id="nobody approved"),
        pytest.param({"owner": '" "'}, "incomplete", False, "Not in force: owner missing.", id="a blank owner"),
        pytest.param({"owner": None, "approver": None}, "incomplete", False, "Not in force: owner and approver missing.",
                     id="nobody twice is missing, not the same"),
        pytest.param({"reason": None}, "incomplete", False, "Not in force: reason missing.", id="no reason"),
        pytest.param({"created": None}, "incomplete", False, "Not in force: created missing.", id="no day of agreement"),
        pytest.param({"expires": None}, "incomplete", False, "Not in force: expires missing.", id="no end"),
        pytest.param({"expires": None, "reason": None}, "incomplete", False, "Not in force: reason and expires missing.",
                     id="two things missing, in the order of the file"),
        pytest.param({"ticket": '"T-1"', "subject": '"x"'}, "active", True, "In force until 2026-12-31.", id="more is welcome"),
    ],
)  # fmt: skip
def test_states_of_an_exception(
    tmp_path: Path, changes: dict[str, str | None], state: str, applies: bool, says: str
) -> None:
    entry = exception(tmp_path, **changes)
    assert (entry.state, entry.applies, entry.says) == (state, applies, says)


def test_lapsing_is_thirty_days() -> None:
    assert LAPSING_DAYS == 30


def test_what_stands_in_an_exception_is_taken_as_it_stands(tmp_path: Path) -> None:
    entry = exception(tmp_path, subject='"IG-Main"', ticket='"T-1"')
    assert entry == ExceptionEntry(
        "owner-named", "IG-Main", "Kiosk", "Ana", "Tom", date(2026, 1, 1), date(2026, 12, 31), "T-1", "active",
        "In force until 2026-12-31.", False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("of", "name", "subject", "covers"),
    [
        pytest.param(None, "owner-named", "anything", True, id="without a subject it covers every subject"),
        pytest.param("x-main", "owner-named", "x-main", True, id="its subject"),
        pytest.param("X-Main", "owner-named", "x-mAIN", True, id="whatever the case of letters"),
        pytest.param("x-main", "owner-named", "x-main-2", False, id="no subject that only begins so"),
        pytest.param("x-main", "other", "x-main", False, id="another check"),
        pytest.param(None, "other", "x-main", False, id="another check, no subject"),
        pytest.param("", "owner-named", "x-main", False, id="an empty subject is no wildcard"),
    ],
)
def test_what_an_exception_covers(of: str | None, name: str, subject: str, covers: bool) -> None:
    entry = ExceptionEntry("owner-named", of, "r", "o", "a", DAY, DAY, None, "active", "")
    assert entry.covers(name, subject) is covers


def test_no_file_is_no_decision() -> None:
    assert load_exceptions(None, [PLAIN], DAY, KNOWN) == []
    assert load_attestations(None, [PLAIN]) == []


# -- attestations -------------------------------------------------------------------------------------------


def given(answer: str = "yes", when: date | None = date(2026, 11, 1), subject: str | None = None, days: int | None = None,
          who: str | None = "Ana", name: str = "rehearsed") -> Attestation:  # fmt: skip
    return Attestation(name, subject, answer, who, when, None, days, None)


def rows(*answers: Attestation) -> list[Row]:
    return attested_rows([PLAIN, ASKED], answers, DAY, "attestations.toml", KNOWN)["rehearsed"]


@pytest.mark.parametrize(
    ("entry", "verdict", "says"),
    [
        pytest.param(given(when=date(2026, 8, 23)), "pass", "Ana vouched for it on 2026-08-23, until 2026-11-21.",
                     id="its last day is tomorrow"),
        pytest.param(given(when=date(2026, 8, 22)), "pass", "Ana vouched for it on 2026-08-22, until 2026-11-20.",
                     id="its last day is today"),
        pytest.param(given(when=date(2026, 8, 21)), "due", "Ana answered on 2026-08-21; the answer lapsed on 2026-11-19.",
                     id="its last day was yesterday"),
        pytest.param(given(when=DAY), "pass", "Ana vouched for it on 2026-11-20, until 2027-02-18.", id="given today"),
        pytest.param(given(when=date(2026, 11, 21)), "due", "Ana is to answer on 2026-11-21.", id="to be given tomorrow"),
        pytest.param(given(when=DAY, days=0), "pass", "Ana vouched for it on 2026-11-20, until 2026-11-20.", id="for today only"),
        pytest.param(given(when=date(2026, 11, 19), days=0), "due", "Ana answered on 2026-11-19; the answer lapsed on 2026-11-19.",
                     id="for yesterday only"),
        pytest.param(given("no"), "fail", "Ana answered no on 2026-11-01.", id="a no is open"),
        pytest.param(given("no", when=date(2026, 8, 21)), "due", "Ana answered on 2026-08-21; the answer lapsed on 2026-11-19.",
                     id="a no lapses too"),
        pytest.param(given("maybe"), "due", "The answer is not complete: it needs answer (yes or no), who and when.", id="maybe"),
        pytest.param(given(""), "due", "The answer is not complete: it needs answer (yes or no), who and when.", id="none"),
        pytest.param(given(who=None), "due", "The answer is not complete: it needs answer (yes or no), who and when.", id="nobody"),
        pytest.param(given(who=""), "due", "The answer is not complete: it needs answer (yes or no), who and when.", id="blank"),
        pytest.param(given(when=None), "due", "The answer is not complete: it needs answer (yes or no), who and when.", id="undated"),
        pytest.param(given("maybe", when=date(2026, 11, 21)), "due",
                     "The answer is not complete: it needs answer (yes or no), who and when.", id="incomplete before early"),
    ],
)  # fmt: skip
def test_an_answer(entry: Attestation, verdict: str, says: str) -> None:
    (row,) = rows(entry)
    assert (row.verdict, row.says, row.subject) == (verdict, says, "organisation")
    assert (row.source, row.seen_on, row.basis) == ("attestations.toml", entry.when, "declared")


@pytest.mark.parametrize(
    ("asked", "days", "until"),
    [
        pytest.param({"valid_for_days": 90}, None, date(2027, 1, 30), id="as long as the check lets it"),
        pytest.param({"valid_for_days": 90}, 89, date(2027, 1, 29), id="shorter by one"),
        pytest.param({"valid_for_days": 90}, 90, date(2027, 1, 30), id="the same"),
        pytest.param({"valid_for_days": 90}, 91, date(2027, 1, 30), id="longer by one is cut"),
        pytest.param({"valid_for_days": 90}, 0, date(2026, 11, 1), id="that day only"),
        pytest.param({}, None, date(2027, 11, 1), id="a year where the check says nothing"),
        pytest.param({}, 366, date(2027, 11, 1), id="and no longer"),
        pytest.param(None, None, date(2027, 11, 1), id="a check that asks nothing"),
        pytest.param({"valid_for_days": 9999999}, None, date.max, id="beyond the calendar"),
    ],
)
def test_how_long_an_answer_counts(asked: dict[str, int] | None, days: int | None, until: date) -> None:
    assert valid_until(given(days=days), check("c", attest=asked)) == until


def test_an_undated_answer_never_counts() -> None:
    assert valid_until(given(when=None), ASKED) is None


OLD, NEW, LATER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param([given("yes", OLD), given("no", NEW)], ["no"], id="the newer"),
        pytest.param([given("no", NEW), given("yes", OLD)], ["no"], id="the newer, told first"),
        pytest.param([given("yes", NEW), given("no", NEW)], ["no"], id="of one day the one told last"),
        pytest.param([given("no", NEW), given("yes", NEW)], ["yes"], id="of one day the one told last, the other way"),
        pytest.param([given("no", NEW), given("yes", LATER)], ["no"], id="one to come replaces none"),
        pytest.param([given("yes", LATER), given("no", NEW)], ["no"], id="one to come, told first"),
        pytest.param(
            [given("yes", date(2026, 11, 21)), given("no", DAY)], ["no"], id="tomorrow's gives way to today's"
        ),
        pytest.param([given("no", OLD), given("yes", DAY)], ["yes"], id="today's is no answer to come"),
        pytest.param([given("yes", LATER), given("no", date(2027, 1, 1))], ["no"], id="two to come: the later"),
        pytest.param([given("no", NEW), given("yes", None)], ["no"], id="an undated one replaces none"),
        pytest.param([given("yes", None), given("no", NEW)], ["no"], id="an undated one gives way"),
        pytest.param([given("yes", None), given("no", LATER)], ["no"], id="undated gives way to one to come"),
        pytest.param(
            [given("yes", NEW, "X-Main"), given("no", NEW, "x-main")], ["no"], id="one subject in two spellings"
        ),
        pytest.param([given("yes", NEW, "x"), given("no", OLD, "y")], ["yes", "no"], id="two subjects"),
        pytest.param(
            [given("yes", NEW), given("no", OLD, "organisation")], ["yes"], id="no subject is the organisation"
        ),
        pytest.param([given("yes", NEW), given("no", NEW, "Organisation")], ["no"], id="in any letters"),
    ],
)
def test_the_latest_answer_about_each_subject(answers: list[Attestation], expected: list[str]) -> None:
    assert [entry.answer for entry in latest(answers, DAY)] == expected


def test_a_lapsed_newer_answer_is_not_replaced_by_an_older_one() -> None:
    (row,) = rows(given("yes", date(2026, 10, 1), days=90), given("yes", date(2026, 11, 1), days=1))
    assert row.verdict == "due"


def test_a_question_without_an_answer_is_due_and_one_answered_is_not() -> None:
    assert [(row.verdict, row.subject, row.says) for row in rows()] == [
        ("due", "organisation", "A question for a person: Was it tried?")
    ]
    # One about an account leaves the question open for the others.
    assert [(row.verdict, row.subject) for row in rows(given(subject="x"))] == [("pass", "x"), ("due", "y")]
    assert [row.verdict for row in rows(given(subject="x"), given(subject="Y"))] == ["pass", "pass"]
    assert [row.verdict for row in rows(given(subject="x"), given())] == ["pass", "pass"]
    assert [row.verdict for row in rows(given(name="other"))] == ["due"]


def test_only_checks_that_ask_get_rows() -> None:
    asked_by_title = check("titled", attest={})
    found = attested_rows([PLAIN, ASKED, asked_by_title], [], DAY, None, KNOWN)
    assert {name: [row.says for row in each] for name, each in found.items()} == {
        "rehearsed": ["A question for a person: Was it tried?"],
        "titled": ["A question for a person: titled holds"],
    }


@pytest.mark.parametrize(
    ("written", "answer"),
    [('"yes"', "yes"), ('" YES "', "yes"), ('"No"', "no"), ('"maybe"', "maybe"), (None, "")],
)
def test_how_an_answer_is_read(tmp_path: Path, written: str | None, answer: str) -> None:
    path = tmp_path / "attestations.toml"
    line = f"answer = {written}\n" if written else ""
    path.write_text(
        f'[[attestation]]\ncheck = "rehearsed"\nwho = "Ana"\nwhen = 2026-11-01T10:00:00\n{line}', encoding="utf-8"
    )
    (entry,) = load_attestations(path, [PLAIN, ASKED])
    assert (entry.answer, entry.when, entry.subject, entry.valid_for_days) == (answer, date(2026, 11, 1), None, None)


# -- who decides --------------------------------------------------------------------------------------------

PRIYA = {"person": "priya", "display": "Priya Raman", "email": "priya.raman@hillfarm.example"}
NOOR = {"person": "noor", "display": "Noor Haddad", "email": "noor@hillfarm.example"}
LAST = date(2026, 12, 8)


def world(**changes: object) -> Known:
    """Priya Raman, changed as told, and Noor Haddad, who stays."""
    return known(person("Priya Raman", **PRIYA | changes), person("Noor Haddad", **NOOR), until=LAST, accounts=("x",))


SAME = "Not in force: the owner cannot also be the approver."


@pytest.mark.parametrize(
    ("owner", "approver", "says"),
    [
        ("Priya Raman", "Noor Haddad", "In force until 2026-12-31."),
        ("priya", "noor@hillfarm.example", "In force until 2026-12-31."),
        ("Priya Raman", "priya", SAME),
        ("Priya Raman", "Raman, Priya", SAME),
        ("Priya Raman", "PRIYA.RAMAN+ok@hillfarm.example", SAME),
        # Cyrillic letters that are drawn like Latin ones.
        ("Priya Raman", "\u0420riy\u0430 R\u0430m\u0430n", SAME),
        ("Priya Raman", "Priya\u200b Raman", SAME),
        ("Priya Raman", "x", "Not in force: nobody called x is in the lists that were read."),
        ("x", "x", "Not in force: nobody called x is in the lists that were read."),
        ("Priya Raman", "Priya", SAME),
        ("Priya Raman", "Raman", "Not in force: nobody called Raman is in the lists that were read."),
    ],
)  # fmt: skip
def test_an_exception_is_decided_by_two_people(tmp_path: Path, owner: str, approver: str, says: str) -> None:
    entry = exception(tmp_path, world(), owner=f'"{owner}"', approver=f'"{approver}"')
    assert (entry.says, entry.applies) == (says, says.startswith("In force"))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"left_on": date(2026, 12, 7)}, "the last day of Priya Raman is 2026-12-07"),
        ({"left_on": date(2026, 12, 8)}, None),
        ({"left_on": date(2026, 12, 9)}, None),
        ({"status": "left"}, "Priya Raman has left"),
        ({"status": "suspended"}, "the work login of Priya Raman is suspended"),
        ({"status": None}, "no source says whether Priya Raman works here"),
        ({"kind": "agency"}, "Priya Raman works for an agency"),
    ],
)
def test_who_decides_works_here_until_the_launch_ends(
    tmp_path: Path, changes: dict[str, object], why: str | None
) -> None:
    entry = exception(tmp_path, world(**changes), owner='"noor"', approver='"priya"')
    assert entry.says == (f"Not in force: {why}." if why else "In force until 2026-12-31.")
    (row,) = attested_rows([ASKED], [given(who="priya")], DAY, None, world(**changes))["rehearsed"]
    assert (row.verdict, why or "vouched") == ("due" if why else "pass", why or "vouched")
    if why:
        assert row.says == f"The answer of 2026-11-01 does not count: {why}."


def test_without_a_list_of_people_nobody_decides(tmp_path: Path) -> None:
    nobody = Known(Everybody([]), DAY)
    says = "no list of people was read, so nobody knows who Ana is"
    assert exception(tmp_path, nobody).says == f"Not in force: {says}."
    (row,) = attested_rows([ASKED], [given()], DAY, None, nobody)["rehearsed"]
    assert (row.verdict, row.says) == ("due", f"The answer of 2026-11-01 does not count: {says}.")


def test_two_people_of_one_name_are_nobody(tmp_path: Path) -> None:
    twice = known(person("Ana Ruiz", person="1"), person("Ana Ruiz", person="2"))
    entry = exception(tmp_path, twice, owner='"Ana Ruiz"')
    assert entry.says == "Not in force: more than one person is called Ana Ruiz."


# -- for how long, and of what ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "until", "state", "says"),
    [
        pytest.param({"expires": "2026-12-07"}, LAST, "incomplete",
                     "Not in force: it ends on 2026-12-07, before the launch does.", id="a day before the launch ends"),
        pytest.param({"expires": "2026-12-08"}, LAST, "lapsing", "Lapses on 2026-12-08.", id="its last day"),
        pytest.param({"expires": "2026-12-09"}, LAST, "lapsing", "Lapses on 2026-12-09.", id="a day later"),
        pytest.param({"created": "2026-01-01", "expires": "2027-01-02"}, DAY, "active", "In force until 2027-01-02.",
                     id="366 days"),
        pytest.param({"created": "2026-01-01", "expires": "2027-01-03"}, DAY, "active",
                     "In force until 2027-01-02, 366 days after it was agreed, which is the longest for an exception.",
                     id="367 days"),
        pytest.param({"created": "2025-11-18", "expires": "2030-01-01"}, DAY, "lapsed",
                     "Lapsed on 2026-11-19, 366 days after it was agreed, which is the longest for an exception; "
                     "the finding counts again.", id="without a near end it ends all the same"),
        pytest.param({"subject": None, "created": "2026-11-01", "expires": "2027-02-01"}, DAY, "active",
                     "In force until 2027-02-01.", id="92 days without a subject"),
        pytest.param({"subject": None, "created": "2026-11-01", "expires": "2027-02-02"}, DAY, "active",
                     "In force until 2027-02-01, 92 days after it was agreed, "
                     "which is the longest for one that names no subject.", id="93 days without a subject"),
        pytest.param({"subject": None, "created": "2026-01-01", "expires": "2026-12-31"}, DAY, "lapsed",
                     "Lapsed on 2026-04-03, 92 days after it was agreed, which is the longest for one that names no "
                     "subject; the finding counts again.", id="without a subject it ends sooner"),
    ],
)  # fmt: skip
def test_how_long_an_exception_holds(
    tmp_path: Path, changes: dict[str, str | None], until: date, state: str, says: str
) -> None:
    entry = exception(tmp_path, known(until=until), **changes)
    assert (entry.state, entry.says) == (state, says)


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("x", [("pass", "x"), ("due", "y")]),
        ("X", [("pass", "x"), ("due", "y")]),
        ("Organisation", [("pass", "organisation")]),
        ("x-mian", [("due", "x-mian"), ("due", "organisation")]),
    ],
)
def test_an_answer_about_nothing_that_exists_settles_nothing(subject: str, expected: list[tuple[str, str]]) -> None:
    found = rows(given(subject=subject))
    assert [(row.verdict, row.subject) for row in found] == expected
    if subject == "x-mian":
        assert found[0].says.startswith("An answer about x-mian, and there is nothing of that name; known here:")


def test_what_a_decision_can_be_about_stands_in_the_tables() -> None:
    with Store() as store:
        store.add("accounts", [{"account": "X-Main"}, {"account": "old", "status": "archived"}])
        store.add("sites", [{"site": "shop"}])
        store.add("people", [{"person": "ana", "display": "Ana"}])
        found = Known.of(store, DAY)
    assert found.accounts == ("X-Main",)
    assert found.subjects == {"x-main": "X-Main", "old": "old", "shop": "shop", "ana": "ana"}
    assert found.everybody.find("Ana").person is not None
