"""Cells at their edges: which comes first, day or month; what is a number, a yes, a blank or a secret."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from auditgen.files.cells import (
    Notes,
    as_bool,
    as_date,
    as_int,
    as_list,
    as_moment,
    as_text,
    as_word,
    blank,
    day_first,
    looks_secret,
    shown,
)

WRONG = "wrong"


@pytest.mark.parametrize(
    ("values", "first"),
    [
        pytest.param(["13/01/2026"], True, id="thirteen can only be a day"),
        pytest.param(["12/01/2026"], None, id="twelve can be either"),
        pytest.param(["01/13/2026"], False, id="thirteen in the second place"),
        pytest.param(["01/12/2026"], None, id="twelve in the second place"),
        pytest.param(["03/04/2026", "31/12/2026"], True, id="one value tells for all"),
        pytest.param(["03/04/2026", "12/31/2026"], False, id="one value tells for all, the other way"),
        pytest.param(["31/12/2026", "12/31/2026"], None, id="two that differ tell nothing"),
        pytest.param(["13/13/2026"], None, id="no day at all tells nothing"),
        pytest.param(["31.12.2026"], True, id="with points"),
        pytest.param([" 31/12/2026 10:00 "], True, id="with a time and spaces"),
        pytest.param(["2026-12-31", None, 5, "x"], None, id="what is no such value"),
        pytest.param([], None, id="an empty column"),
    ],
)
def test_whether_a_column_writes_the_day_first(values: list[object], first: bool | None) -> None:
    assert day_first(values) is first


@pytest.mark.parametrize(
    ("value", "first", "day"),
    [
        pytest.param("03/04/2026", True, date(2026, 4, 3), id="the column writes the day first"),
        pytest.param("03/04/2026", False, date(2026, 3, 4), id="the column writes the month first"),
        pytest.param("03/04/2026", None, WRONG, id="nothing tells: not guessed"),
        pytest.param("04/04/2026", None, date(2026, 4, 4), id="the same either way"),
        pytest.param("12/12/2026", None, date(2026, 12, 12), id="twelve twice"),
        pytest.param("11/12/2026", None, WRONG, id="twelve in the second place tells nothing"),
        pytest.param("12/11/2026", None, WRONG, id="twelve in the first place tells nothing"),
        pytest.param("13/12/2026", None, date(2026, 12, 13), id="thirteen is a day"),
        pytest.param("12/13/2026", None, date(2026, 12, 13), id="thirteen in second place is a day"),
        pytest.param("13/12/2026", False, date(2026, 12, 13), id="thirteen is a day whatever the column writes"),
        pytest.param("12/13/2026", True, WRONG, id="the column writes the day first, and there is no month 13"),
        pytest.param("13/13/2026", None, WRONG, id="no month 13"),
        pytest.param("03.04.2026", None, date(2026, 4, 3), id="points mean the day first"),
        pytest.param("03.04.2026", False, date(2026, 4, 3), id="points mean it in any column"),
        pytest.param("12.13.2026", None, WRONG, id="points and no month 13"),
        pytest.param("29/02/2026", True, WRONG, id="no such day this year"),
        pytest.param("29/02/2028", True, date(2028, 2, 29), id="a leap day"),
        pytest.param("31/12/2026 23:59", None, date(2026, 12, 31), id="with a time"),
        pytest.param("12/31/2026 11:59:00 PM", None, date(2026, 12, 31), id="with a time of day"),
        pytest.param("2026-12-31", None, date(2026, 12, 31), id="year first"),
        pytest.param("2026-01-02", True, date(2026, 1, 2), id="year, month, day, whatever the column writes"),
        pytest.param("2026/1/2", None, date(2026, 1, 2), id="year first with strokes"),
        pytest.param("2026-12-31T23:59:59Z", None, date(2026, 12, 31), id="a moment"),
        pytest.param("2026-13-01", None, WRONG, id="no month 13, year first"),
        pytest.param("31 Dec 2026", None, date(2026, 12, 31), id="a name"),
        pytest.param("1st January 2026", None, date(2026, 1, 1), id="an ordinal"),
        pytest.param("3. Mai 2026", None, date(2026, 5, 3), id="in German"),
        pytest.param("Dec 31, 2026", None, date(2026, 12, 31), id="the name first"),
        pytest.param("Foo 31, 2026", None, WRONG, id="no such name"),
        pytest.param("31 Foo 2026", None, WRONG, id="no such name either"),
        pytest.param("31 Feb 2026", None, WRONG, id="no such day of that month"),
        pytest.param("31/12/26", None, WRONG, id="two digits of a year"),
        pytest.param("soon", None, WRONG, id="a word"),
        pytest.param(20261231, None, WRONG, id="a number"),
        pytest.param(datetime(2026, 12, 31, 23, 59), None, date(2026, 12, 31), id="a moment of a spreadsheet"),
        pytest.param(date(2026, 12, 31), None, date(2026, 12, 31), id="a day of a spreadsheet"),
        pytest.param("tbc", None, None, id="not known"),
        pytest.param(None, None, None, id="nothing"),
    ],
)
def test_days(value: object, first: bool | None, day: object) -> None:
    if day == WRONG:
        with pytest.raises(ValueError, match="a date like 2026-11-24"):
            as_date(value, first)
    else:
        assert as_date(value, first) == day


MONTHS = [
    ("jan", "january", "januar"), ("feb", "february", "februar"), ("mar", "march", "märz"), ("apr", "april", "april"),
    ("may", "mai", "may"), ("jun", "june", "juni"), ("jul", "july", "juli"), ("aug", "august", "august"),
    ("sep", "sept", "september"), ("oct", "october", "oktober"), ("nov", "november", "november"),
    ("dec", "december", "dezember"),
]  # fmt: skip


@pytest.mark.parametrize(("names", "month"), [(names, month) for month, names in enumerate(MONTHS, 1)])
def test_names_of_months(names: tuple[str, ...], month: int) -> None:
    for name in names:
        assert as_date(f"2 {name.title()} 2026") == as_date(f"{name} 2, 2026") == date(2026, month, 2)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        pytest.param("0", 0, id="none"),
        pytest.param("-1", WRONG, id="less than none"),
        pytest.param("1", 1, id="one"),
        pytest.param(" 12 ", 12, id="with spaces"),
        pytest.param("12.0", 12, id="a spreadsheet's whole number"),
        pytest.param("12.5", WRONG, id="a part"),
        pytest.param(12.0, 12, id="a float"),
        pytest.param(7, 7, id="a number"),
        pytest.param("2147483647", 2147483647, id="the largest"),
        pytest.param("2147483648", WRONG, id="one more"),
        pytest.param("inf", WRONG, id="no end"),
        pytest.param("nan", WRONG, id="no number"),
        pytest.param("few", WRONG, id="a word"),
        pytest.param(["a", "b"], 2, id="as many as are listed"),
        pytest.param([], 0, id="an empty list"),
        pytest.param(True, None, id="a yes is no number"),
        pytest.param("-", None, id="not known"),
        pytest.param(None, None, id="nothing"),
    ],
)
def test_numbers(value: object, number: object) -> None:
    if number == WRONG:
        with pytest.raises(ValueError, match="a whole number from 0"):
            as_int(value)
    else:
        assert as_int(value) == number
        assert type(as_int(value)) is type(number)


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        *[(word, True) for word in ("yes", "Y", " true ", "1", 1, 1.0, "ja", "Wahr", "x", "on", "oui", "si", "sí", True)],
        *[(word, False) for word in ("no", "N", "FALSE", "0", 0, 0.0, "nein", "falsch", "off", "non", False)],
        *[(word, None) for word in ("", " ", "?", "-", "–", "n/a", "NA", "unknown", "not known", "unbekannt", "tbc", "TBD",
                                    "null", "none known", None)],
        *[(word, WRONG) for word in ("maybe", "2", 2, 1.5, "yes?", "none")],
    ],
)  # fmt: skip
def test_yes_no_and_not_known(value: object, answer: object) -> None:
    assert blank(value) is (answer is None)
    if answer == WRONG:
        with pytest.raises(ValueError, match="yes or no"):
            as_bool(value)
    else:
        assert as_bool(value) is answer


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  tea ", "tea"), (12.0, "12"), (12.5, "12.5"), (12, "12"), (0, "0"), (0.0, "0"), (True, "yes"), (False, "no"),
        ("", None), ("tbd", None), (None, None), ("12.0", "12.0"), (-3.0, "-3"),
    ],
)  # fmt: skip
def test_texts(value: object, text: str | None) -> None:
    assert as_text(value) == text


NINE = datetime(2026, 12, 1, 9)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        pytest.param("2026-12-01T09:00:00Z", NINE, id="world time"),
        pytest.param("2026-12-01T10:00:00+01:00", NINE, id="an hour east"),
        pytest.param("2026-12-01T08:30:00-00:30", NINE, id="half an hour west"),
        pytest.param("2026-12-01 09:00", NINE, id="without a zone it is taken as it stands"),
        pytest.param("2026-12-01", datetime(2026, 12, 1), id="a day is its midnight"),
        pytest.param(date(2026, 12, 1), datetime(2026, 12, 1), id="a day of a spreadsheet"),
        pytest.param(NINE, NINE, id="a moment of a spreadsheet"),
        pytest.param(NINE.replace(tzinfo=UTC), NINE, id="with its zone"),
        pytest.param(datetime(2026, 12, 1, 10, tzinfo=timezone(timedelta(hours=1))), NINE, id="with another zone"),
        pytest.param("01/12/2026", WRONG, id="not year first"),
        pytest.param("noon", WRONG, id="a word"),
        pytest.param("?", None, id="not known"),
    ],
)
def test_moments(value: object, moment: object) -> None:
    if moment == WRONG:
        with pytest.raises(ValueError, match="a moment like 2026-12-01T09:00:00Z"):
            as_moment(value)
    else:
        assert as_moment(value) == moment


@pytest.mark.parametrize(
    ("value", "items"),
    [
        ("a, b;c", ["a", "b", "c"]), ("a", ["a"]), (["a", " b ", ""], ["a", "b"]), ([], None), (",;", None), ("-", None),
        (None, None), ("a,,b", ["a", "b"]), (["a,b"], ["a,b"]), (5, ["5"]), ("a, tbd", ["a"]),
    ],
)  # fmt: skip
def test_lists(value: object, items: list[str] | None) -> None:
    assert as_list(value) == items


WORDS = {"active": "active", "in use": "active", "parked": "parked"}


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("active", "active"),
        (" In_Use ", "active"),
        ("in--use", "active"),
        ("PARKED", "parked"),
        ("", None),
        (None, None),
    ],
)
def test_words_of_a_closed_set(value: object, word: str | None) -> None:
    assert as_word(value, WORDS) == word


@pytest.mark.parametrize(
    ("value", "says"),
    [("activ", "one of active, parked; did you mean active?"), ("zzzzzz", "one of active, parked")],
)
def test_another_word_is_told_with_the_nearest(value: str, says: str) -> None:
    with pytest.raises(ValueError) as caught:
        as_word(value, WORDS)
    assert str(caught.value) == says


LONG = "Ab1" + "x" * 17


@pytest.mark.parametrize(
    ("key", "value", "secret"),
    [
        pytest.param("password", "tea", True, id="by its key"),
        pytest.param("Pass-word", "tea", False, id="no such key"),
        pytest.param("my api key", "tea", True, id="a key of three words"),
        pytest.param("API-Key", "tea", True, id="a key with a dash"),
        pytest.param("passwords", "tea", False, id="a key of many"),
        pytest.param("password", "yes", False, id="an answer, not a password"),
        pytest.param("password", "No", False, id="an answer, not a password, either way"),
        pytest.param("password", "", False, id="nothing"),
        pytest.param("password", "  ", False, id="blank"),
        pytest.param("password", 4, False, id="a number"),
        pytest.param("password", True, False, id="a yes"),
        pytest.param("password", date(2026, 1, 1), False, id="a day"),
        pytest.param("note", "tea", False, id="a word"),
        pytest.param("note", "otpauth://totp/x", True, id="a seed"),
        pytest.param("note", "pin: 1234", True, id="said in a sentence"),
        pytest.param("note", "pin: 123", False, id="too short to be one"),
        pytest.param("note", LONG, True, id="twenty random characters"),
        pytest.param("note", LONG[:-1], False, id="nineteen"),
        pytest.param("note", LONG.lower(), False, id="no capital"),
        pytest.param("note", LONG.upper(), False, id="no small letter"),
        pytest.param("note", LONG.replace("1", "x"), False, id="no figure"),
        pytest.param("note", "UC" + LONG, False, id="a channel"),
        pytest.param("note", f"{LONG}://x", False, id="an address"),
        pytest.param("note", f"AKIA{'A1' * 8}", True, id="an access key"),
    ],
)
def test_secrets(key: str, value: object, secret: bool) -> None:
    assert looks_secret(key, value) is secret


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("a" * 30, repr("a" * 30), id="thirty characters"),
        pytest.param("a" * 31, repr("a" * 29 + "…"), id="one more"),
        pytest.param("pin: 1234", "a value that looks like a secret", id="a secret"),
        pytest.param(5, "'5'", id="a number"),
    ],
)
def test_how_a_cell_is_shown(value: object, text: str) -> None:
    assert shown(value) == text


def test_notes_tell_the_first_and_how_many() -> None:
    notes = Notes()
    assert (notes.sentence(), notes.count) == (None, 0)
    notes.add("no date", "row 2")
    assert (notes.sentence(), notes.count) == ("no date: row 2.", 1)
    notes.add("no date", "row 3")
    assert notes.sentence() == "no date: row 2 and 1 more like it."
    notes.add("no word", "row 4; did you mean x?")
    assert (notes.sentence(), notes.count) == ("no date: row 2 and 1 more like it. no word: row 4; did you mean x?", 3)
