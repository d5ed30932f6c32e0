"""How soon a password is guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditgen.vaults.passwords import strength
from auditgen.vaults.passwords.strength import Estimate, engine, estimate


@pytest.mark.parametrize("word", ["123456", "password", "Password", "P@ssw0rd", "qwerty", "letmein", "drowssap"])
def test_the_most_common_are_guessed_at_once(word: str) -> None:
    assert estimate(word) == Estimate(0, True)


def test_the_rank_of_a_word_is_one_less_than_its_guesses() -> None:
    found = strength._look("123456", [])
    assert found is not None and found[1] == 2
    # The 3,000th most common takes 3,001 guesses and is still among the first 3,000 words.
    assert strength._COMMON_GUESSES == 3_001


def test_a_long_random_one_is_strong() -> None:
    assert estimate("vN8#qLz2!xRt94WmKp") == Estimate(4, False)


def test_recent_years_are_known() -> None:
    found = estimate("Summer2024").score
    assert found is not None and found <= 1


def test_nothing_is_said_of_no_password() -> None:
    assert estimate("") == Estimate(None, False)


def test_what_is_no_text_gets_no_score() -> None:
    assert estimate("abc\ud800def") == Estimate(None, False)


@pytest.mark.parametrize("length", [72, 73, 100, 101, 256, 5_000])
def test_length_is_no_error(length: int) -> None:
    text = "vN8#qLz2!xRt94WmKp" * 300
    assert estimate(text[:length]).score == 4


def test_beyond_the_window_the_harder_end_counts() -> None:
    strong = "vN8#qLz2!xRt94WmKpZ0u5"
    assert estimate("a" * 100).score in (0, 1)
    assert estimate("a" * 100 + strong).score == 4
    assert estimate(strong + "a" * 100).score == 4
    assert not estimate("a" * 150).common


def test_what_is_known_of_the_owner_weakens_but_is_not_common() -> None:
    alone, told = estimate("Zyxwombat"), estimate("Zyxwombat", ["ZYXWOMBAT", "x", "\ud800bad"])
    assert told.score == 0 and alone.score is not None and alone.score > 0
    assert not told.common
    assert estimate("password", ["password"]).common


def test_hints_of_one_or_two_letters_are_left_out() -> None:
    assert estimate("kQaXe7wLp", ["k", "qa", ""]) == estimate("kQaXe7wLp")


def test_a_fault_of_the_engine_is_no_score(monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        pass

    def broken(*_: object) -> object:
        raise PanicException

    monkeypatch.setattr(strength, "_zxcvbn", lambda: broken)
    assert estimate("anything") == Estimate(None, False)

    def stopped(*_: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(strength, "_zxcvbn", lambda: stopped)
    with pytest.raises(KeyboardInterrupt):
        estimate("anything")


def test_the_engine_has_a_version() -> None:
    name, number = engine().split(" ")
    assert name == strength.ENGINE and number[0].isdigit()


@given(st.text(max_size=40), st.lists(st.text(max_size=8), max_size=4))
def test_any_text_gets_an_answer_and_hints_never_strengthen(password: str, inputs: list[str]) -> None:
    alone, told = estimate(password), estimate(password, inputs)
    assert told.common == alone.common
    if alone.score is None:
        assert told.score is None
    else:
        assert told.score is not None and 0 <= told.score <= alone.score <= 4


def test_many_passwords_get_the_estimates_they_get_alone() -> None:
    """Half of them are estimated in a fork of the process."""
    odd = ["", "123456", "Larkfell-2026", "\ud800 lone", "x" * 300, "correct horse battery staple"]
    words = [odd[n % len(odd)] + ("" if n < 6 else f"{n}") for n in range(strength.WORTH_A_FORK + 31)]
    asked = [(word, ["larkfell", f"user{n}"]) for n, word in enumerate(words)]
    assert strength.estimate_all(asked) == [strength.estimate(*one) for one in asked]
    assert strength.estimate_all(asked[:5]) == [strength.estimate(*one) for one in asked[:5]]
    assert strength.estimate_all([]) == []


def test_what_a_fork_does_not_tell_is_estimated_here(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, list[str]]] = [(f"word-{n}", []) for n in range(strength.WORTH_A_FORK + 1)]

    def refused() -> int:
        raise OSError("no more processes")

    monkeypatch.setattr(strength.os, "fork", refused)
    assert strength.estimate_all(asked) == [strength.estimate(*one) for one in asked]
