"""Headers at their edges: which row holds them, which of two columns is meant, and what is data instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditgen.files.errors import ReadError
from auditgen.files.tabular import (
    Sheet,
    columns,
    decode_bytes,
    header_key,
    header_words,
    looks_like_data,
    overlong,
    read_csv,
    with_header,
)
from auditgen.readers.content.calendar.mapping import CalendarMapping, load_mapping, positions, suggest_mapping
from auditgen.readers.content.calendar.table import preview

KNOWN = {"name": "display", "full name": "display", "mail": "email", "left on": "left_on"}


def sheet(*rows: list[object]) -> Sheet:
    return Sheet("", tuple(str(cell) for cell in rows[0]), tuple((n, tuple(row)) for n, row in enumerate(rows[1:], 2)))


TITLE: list[object] = ["People of the house", ""]
HEADER: list[object] = ["Name", "Mail"]
PERSON: list[object] = ["Jo Li", "jo@our.org"]


@pytest.mark.parametrize(
    ("rows", "header", "first_row"),
    [
        pytest.param([HEADER, PERSON], ("Name", "Mail"), 2, id="the first row"),
        pytest.param(
            [["Name", "Shoe size"], HEADER, PERSON], ("Name", "Shoe size"), 2, id="one known name in the first row"
        ),
        pytest.param([TITLE, HEADER, PERSON], ("Name", "Mail"), 3, id="below a title"),
        pytest.param(
            [TITLE, ["Name", "x"], HEADER, PERSON], ("Name", "Mail"), 4, id="one name below a title is not enough"
        ),
        pytest.param(
            [TITLE, *[["x", "y"]] * 9, HEADER, PERSON], ("Name", "Mail"), 12, id="the last row that is looked at"
        ),
        pytest.param(
            [TITLE, *[["x", "y"]] * 10, HEADER, PERSON], ("People of the house", ""), 2, id="one row too far down"
        ),
        pytest.param([TITLE, HEADER, ["Left on", "Name"], PERSON], ("Name", "Mail"), 3, id="the first of two headers"),
        pytest.param([TITLE, PERSON], ("People of the house", ""), 2, id="no header anywhere"),
        pytest.param(
            [TITLE, [" Name ", "mail (work)"], PERSON], ("Name", "mail (work)"), 3, id="names as people write them"
        ),
        pytest.param([TITLE, [5, None], HEADER, PERSON], ("Name", "Mail"), 4, id="cells that are no text"),
    ],
)
def test_the_row_of_the_header(rows: list[list[object]], header: tuple[str, ...], first_row: int) -> None:
    found = with_header(sheet(*rows), KNOWN)
    assert (found.header, found.rows[0][0]) == (header, first_row)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Full  Name", "full name"), ("full_name", "full name"), ("Full-Name:", "full name"), ("Name (as written)", "name"),
        ("Name [old]", "name"), ("(x)", ""), ("", ""), (None, ""), (0, ""), (5, "5"), ("NÄME", "näme"),
    ],
)  # fmt: skip
def test_headers_to_compare_by(text: object, key: str) -> None:
    assert header_key(text) == key


@pytest.mark.parametrize(
    ("header", "found", "used", "ignored"),
    [
        (["Name", "Mail"], {"display": 0, "email": 1}, ["Name", "Mail"], []),
        (["Name", "Full name"], {"display": 0}, ["Name"], ["Full name"]),
        (["Full name", "Name"], {"display": 0}, ["Full name"], ["Name"]),
        (["Shoe", "", "Mail"], {"email": 2}, ["Mail"], ["Shoe"]),
        ([], {}, [], []),
    ],
)
def test_the_first_match_of_a_field_wins(
    header: list[str], found: dict[str, int], used: list[str], ignored: list[str]
) -> None:
    assert columns(Sheet("", tuple(header), ()), KNOWN) == (found, used, ignored)


@pytest.mark.parametrize(
    ("cells", "data"),
    [
        (["Name", "Mail"], False), (["Name", "jo@our.org"], True), (["https://x.org"], True), (["12"], False), (["123"], True),
        (["a" * 60], False), (["a" * 61], True), (["Q4abcd"], True), (["abc1"], True), (["ab1"], False), (["a=b"], True), ([], False),
    ],
)  # fmt: skip
def test_what_is_data_and_no_name(cells: list[str], data: bool) -> None:
    assert looks_like_data(cells) is data


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (["Name", "", "Mail"], "Name, Mail"),
        (["jo@our.org"], "a first row that does not look like column names"),
        ([""], "an empty row"),
        ([chr(97 + n) for n in range(13)], "a, b, c, d, e, f, g, h, i, j, k, l"),
    ],
)
def test_how_a_header_is_told(header: list[str], words: str) -> None:
    assert header_words(Sheet("", tuple(header), ())) == words


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [(("a", "b"), []), (("a",), []), (("a", "b", "c"), [2]), (("a", "b", " "), []), (("a", "b", "", "d"), [2])],
)
def test_rows_with_more_cells_than_the_header(cells: tuple[str, ...], numbers: list[int]) -> None:
    assert overlong(Sheet("", ("x", "y"), ((2, cells),))) == numbers


@pytest.mark.parametrize(
    ("text", "header", "rows"),
    [
        pytest.param("a,b\n1,2\n", ("a", "b"), [2], id="commas"),
        pytest.param("a;b,c\n1;2\n", ("a", "b,c"), [2], id="the mark by which the rows are equally long"),
        pytest.param("a;b;c,d\n1;2;3\n", ("a", "b", "c,d"), [2], id="the mark that splits most"),
        pytest.param("a\tb\n1\t2\n", ("a", "b"), [2], id="tabs"),
        pytest.param("a|b\n1|2\n", ("a", "b"), [2], id="strokes"),
        pytest.param("sep=;\na;b,c,d\n1;2\n", ("a", "b,c,d"), [3], id="the mark is named above"),
        pytest.param("\n\na,b\n\n1,2\n", ("a", "b"), [5], id="empty rows count and are skipped"),
        pytest.param(" a , b \n1,2\n", ("a", "b"), [2], id="spaces"),
    ],
)  # fmt: skip
def test_the_mark_between_cells(tmp_path: Path, text: str, header: tuple[str, ...], rows: list[int]) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text, encoding="utf-8")
    found = read_csv(path, "x.csv")
    assert (found.header, [number for number, _ in found.rows]) == (header, rows)


@pytest.mark.parametrize("text", ["", "\n \n", "sep=;\n"])
def test_a_table_without_a_header_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReadError, match="the file is empty; expected a header row"):
        read_csv(path, "x.csv")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param("Zoë".encode(), "Zoë", id="UTF-8"),
        pytest.param(b"\xef\xbb\xbfZoe", "Zoe", id="UTF-8 with a mark"),
        pytest.param("Zoë".encode("utf-16"), "Zoë", id="UTF-16 with a mark"),
        pytest.param("Zoë".encode("cp1252"), "Zoë", id="Windows"),
        pytest.param("Zoë Zoë ".encode() + b"\xff", "Zoë Zoë \ufffd", id="UTF-8 with one broken character"),
        pytest.param("Zoë ".encode() + b"\xff", "ZoÃ« ÿ", id="as many broken as whole is no UTF-8"),
    ],
)
def test_encodings(data: bytes, text: str) -> None:
    assert decode_bytes(data) == text


# -- calendars ------------------------------------------------------------------------------------------------


def suggested(folder: Path, *rows: str) -> list[str]:
    path = folder / "plan.csv"
    path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    return [line for line in suggest_mapping(path).split("\n") if line and not line.startswith("#")]


@pytest.mark.parametrize(
    ("rows", "row", "kind"),
    [
        pytest.param(["Id,Caption,Status", "1,Tea,draft"], 1, "posts", id="the first row"),
        pytest.param(["Plan of May,,", "Id,Caption,Status", "1,Tea,draft"], 2, "posts", id="below a title"),
        pytest.param(["Id,Caption,x", "Id,Caption,Status"], 2, "posts", id="the row with most known names"),
        pytest.param(["Id,Caption,Status", "Id,Caption,Status"], 1, "posts", id="of two equal rows the first"),
        pytest.param(["Post,Action,By", "1,approved,jo"], 1, "events", id="a column of actions makes a log"),
        pytest.param(["Post,Caption,By", "1,Tea,jo"], 1, "posts", id="without actions it is a list of posts"),
        pytest.param(["Shoe,Hat", "1,2"], 1, "posts", id="no known name, and no data"),
    ],
)
def test_a_suggested_mapping(tmp_path: Path, rows: list[str], row: int, kind: str) -> None:
    lines = suggested(tmp_path, *rows)
    assert (f"header_row = {row}" in lines, f'kind = "{kind}"' in lines) == (True, True)


def test_of_two_columns_for_one_field_the_first_is_suggested(tmp_path: Path) -> None:
    assert 'text = "Caption"' in suggested(tmp_path, "Id,Caption,Text", "1,Tea,More tea")
    assert 'text = "Text"' in suggested(tmp_path, "Id,Text,Caption", "1,Tea,More tea")


def test_no_mapping_is_suggested_from_data(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="found a first row that looks like data"):
        suggested(tmp_path, "jo@our.org,Tea", "kim@our.org,Tea")


@pytest.mark.parametrize(
    ("wanted", "header", "found"),
    [
        (("Caption",), ["Id", "Caption"], (1,)),
        ((" caption ",), ["Id", " CAPTION "], (1,)),
        (("Caption",), ["Caption", "caption"], (0,)),
        (("Caption",), ["Caption text"], None),
        (("Date", "Time"), ["Time", "Date"], (1, 0)),
        (("Date", "Time"), ["Date"], None),
    ],
)
def test_a_column_is_found_by_its_whole_name(
    wanted: tuple[str, ...], header: list[str], found: tuple[int, ...] | None
) -> None:
    mapping = CalendarMapping(columns={"scheduled_at": wanted})
    if found is None:
        with pytest.raises(ReadError, match="does not have"):
            positions(mapping, header, "plan.csv")
    else:
        assert positions(mapping, header, "plan.csv") == {"scheduled_at": found}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("header_row = 0\n", "header_row counts from 1"),
        ("header_row = true\n", "header_row should be a whole number"),
        ('delimiter = ",,"\n', "delimiter should be one character"),
        ('kind = "post"\n', 'kind should be "posts" or "events"'),
        ('[columns]\nscheduled_at = ["a", "b", "c"]\n', "should be a column name, or two for date and time"),
        ('[columns]\ntext = ["a", "b"]\n', "only a moment has date and time"),
        ('[columns]\ntext = "a"\n[constant]\nscheduled_at = "b"\n', "is no field that can be constant"),
        ('[columns]\ntext = "a"\n[status]\nlive = "alive"\n', "status: 'alive' is not known"),
        ("[columns]\n", "names no column"),
        ('kind = "events"\n[columns]\npost = "a"\n', "events need the columns post and activity"),
    ],
)
def test_edges_of_a_mapping(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReadError) as caught:
        load_mapping(path, "plan.toml")
    assert says in str(caught.value)


def test_what_a_mapping_may_hold(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text('header_row = 1\ndelimiter = ";"\n[columns]\nscheduled_at = ["Date", "Time"]\n[status]\n" Live " = "published"\n',
                    encoding="utf-8")  # fmt: skip
    found = load_mapping(path, "plan.toml")
    assert (found.kind, found.header_row, found.delimiter, found.date_format) == ("posts", 1, ";", "auto")
    assert (found.columns, found.status) == ({"scheduled_at": ("Date", "Time")}, {"live": "published"})
    path.write_text('kind = "events"\n[columns]\npost = "a"\n[constant]\nactivity = "approved"\n', encoding="utf-8")
    assert load_mapping(path, "plan.toml").kind == "events"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        pytest.param("a,b;c\n1,2;3\n", ["a", "b;c"], id="equal: the comma first"),
        pytest.param("a;b\n1,5;2\n2,5;3\n", ["a", "b"], id="the mark by which the rows are equally long"),
        pytest.param("a;b;c\n1,1;2;3\n4;5,5;6\n", ["a", "b", "c"], id="captions hold other marks"),
        pytest.param("a\tb\n1\t2\n", ["a", "b"], id="tabs"),
    ],
)
def test_the_mark_of_a_calendar(tmp_path: Path, text: str, first: list[str]) -> None:
    path = tmp_path / "plan.csv"
    path.write_text(text, encoding="utf-8")
    assert preview(path, "plan.csv")[0] == first
