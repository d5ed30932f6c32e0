"""Names in place of ids: in sentences, in titles, never in what is quoted or in an address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditgen.report.site.subjects import Known, account_words, handle_words

NAMES = {
    "ig-main": "Instagram @house",
    "x.help": "X @househelp",
    "ads": "Advertising account house-ads",
    "li": "LinkedIn (li)",
}


@pytest.mark.parametrize(
    ("says", "about", "shown"),
    [
        ("Dana has a role on ig-main.", None, "Dana has a role on Instagram @house."),
        ("ig-main, x.help and ig-main", None, "Instagram @house, X @househelp and Instagram @house"),
        ("Instagram ig-main has no owner", None, "Instagram @house has no owner"),
        ("x.help. Two more like it.", None, "X @househelp. Two more like it."),
        ("Paid ads ran on ig-main", "ig-main", "Paid ads ran on Instagram @house"),
        ("Nobody owns ads", "ads", "Nobody owns Advertising account house-ads"),
        ("Nobody owns ads", None, "Nobody owns ads"),
        ("It holds “ig-main” and ig-main", None, "It holds “ig-main” and Instagram @house"),
        ("It still holds “see ig-main", None, "It still holds “see ig-main"),
        ("vaults/ig-main.json, ig-main.csv and /ig-main", None, "vaults/ig-main.json, ig-main.csv and /ig-main"),
        ("https://house.example/ig-main", None, "https://house.example/ig-main"),
        ("mail ig-main@house.example or @ig-main", None, "mail ig-main@house.example or @ig-main"),
        ("ig-main-2, not-ig-main, ig-mains", None, "ig-main-2, not-ig-main, ig-mains"),
        ("", "ads", ""),
    ],
)
def test_a_sentence_names_accounts_as_people_do(says: str, about: str | None, shown: str) -> None:
    assert Known(NAMES).sentence(says, about) == shown


def test_only_sentences_change_and_untouched_data_comes_back_as_it_is() -> None:
    known = Known(NAMES)
    data = [
        {"id": "ig-main", "account": "ads", "says": "ads has no owner", "more": [{"says": "ig-main", "x": "ig-main"}]}
    ]
    assert known.data(data) == [
        {
            "id": "ig-main",
            "account": "ads",
            "says": "Advertising account house-ads has no owner",
            "more": [{"says": "Instagram @house", "x": "ig-main"}],
        }
    ]
    same = {"says": "Nothing to name", "rows": [{"says": None}, 3]}
    assert known.data(same) is same


@given(st.text())
def test_any_text_survives_where_no_account_is_known(text: str) -> None:
    assert Known({}).sentence(text) == text
    assert Known({"no-such-id": "X"}).sentence(text.replace("no-such-id", "")) == text.replace("no-such-id", "")


@pytest.mark.parametrize(
    ("platform", "handle", "words"),
    [
        ("instagram", "house", "@house"),
        ("bluesky", "house.example", "@house.example"),
        ("scheduler", "house", "house"),
        ("ads", "house-ads", "house-ads"),
        ("facebook", "House of Tea", "House of Tea"),
        ("x", "@house", "@house"),
        (None, "house", "@house"),
    ],
)
def test_a_handle_is_written_as_on_its_platform(platform: str | None, handle: str, words: str) -> None:
    assert handle_words(platform, handle) == words


def test_an_account_without_a_name_shows_its_id() -> None:
    account = {"id": "li", "platform": "linkedin", "platform_title": "LinkedIn", "handle": None}
    assert account_words(account) == "LinkedIn (li)"
    assert account_words({**account, "handle": "house"}) == "LinkedIn @house"
