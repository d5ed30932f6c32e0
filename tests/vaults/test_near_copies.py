"""Near-copies of passwords: every pair, no other, each once."""

from __future__ import annotations

import itertools
import random
import string
import tracemalloc
from collections import Counter
from collections.abc import Callable
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from auditgen.vaults.passwords import near_copies
from auditgen.vaults.passwords import near_pairs as near_pairs_module
from auditgen.vaults.passwords.near_copies import skeleton
from auditgen.vaults.passwords.near_pairs import near_pairs

pytestmark = pytest.mark.slow


def both_ways(function: Callable[..., Any], *given: Any) -> Any:
    """The answer of the way for few words and of the way for many, which must be the same."""
    few = function(*given)
    with mock.patch.object(near_copies, "FEW", -1):
        assert function(*given) == few
    return few


def families(words: list[str]) -> list[int]:
    return list(both_ways(near_copies.families, words))


def near_any(words: list[str], marked: list[bool]) -> list[bool]:
    return list(both_ways(near_copies.near_any, words, marked))


LETTERS = string.ascii_letters + string.digits


FREE = {"HASH": 0.0, "KEPT": 0.0, "MET": 0.0, "STEP": 0.0}
# Few words are compared each with each unless hashing costs nothing.
WAYS: dict[str, dict[str, float]] = {
    "as it is": {"LIMIT": near_pairs_module.LIMIT},
    "hashed": FREE,
    "hashed in passes, in small parts": FREE | {"LIMIT": 5_000, "CHUNK": 50},
    "hashed until too many met": FREE | {"MET": 2.0},
    "in small tables": {"TABLE": 200, "CHUNK": 20},
}


def pairs_of(words: list[str]) -> set[tuple[int, int]]:
    """The pairs, which must be the same whichever way they are found."""
    answers = []
    for changes in WAYS.values():
        with mock.patch.multiple(near_pairs_module, **changes):
            parts = list(near_pairs(words))
        assert all(len(part) and part.dtype == np.int64 and part.shape[1:] == (2,) for part in parts)
        assert all(len(part) == len({*map(tuple, part.tolist())}) for part in parts)
        answers.append({(int(one), int(other)) for part in parts for one, other in part})
    for way, answer in zip(WAYS, answers, strict=True):
        assert answer == answers[0], way
    return answers[0]


def brute(words: list[str]) -> set[tuple[int, int]]:
    return {
        (one, other)
        for other, word in enumerate(words)
        for one in range(other)
        if Levenshtein.distance(words[one], word) <= 2
    }


def changed(dice: random.Random, word: str, letters: str) -> str:
    for _ in range(dice.randrange(4)):
        at = dice.randrange(len(word) + 1)
        word = word[:at] + dice.choice(["", dice.choice(letters)]) + word[at + dice.randrange(2) :]
    return word


# -- pairs -------------------------------------------------------------------------------------------------------------


@given(st.lists(st.text("ab", max_size=9), max_size=60))
def test_pairs_of_repetitive_words_are_those_of_brute_force(words: list[str]) -> None:
    assert pairs_of(words) == brute(words)


@given(st.lists(st.text(max_size=6), max_size=30))
def test_pairs_of_any_text_are_those_of_brute_force(words: list[str]) -> None:
    assert pairs_of(words) == brute(words)


@given(st.integers(0, 2**32), st.integers(1, 70), st.sampled_from(["ab", "abcdefgh", LETTERS, "aä€😀\ud800\0"]))
@settings(max_examples=40, deadline=None)
def test_pairs_of_changed_copies_are_those_of_brute_force(seed: int, length: int, letters: str) -> None:
    dice = random.Random(seed)
    roots = ["".join(dice.choices(letters, k=max(0, length + dice.randint(-3, 3)))) for _ in range(4)]
    words = [changed(dice, dice.choice(roots), letters) for _ in range(60)]
    assert pairs_of(words) == brute(words)


@given(st.integers(0, 2**32), st.sampled_from([("Larkfell", ""), ("", "Larkfell"), ("Lark", "fell"), ("a" * 30, "a")]))
@settings(max_examples=40, deadline=None)
def test_pairs_of_words_that_share_a_piece_are_those_of_brute_force(seed: int, around: tuple[str, str]) -> None:
    dice = random.Random(seed)
    before, after = around
    words = [before + "".join(dice.choices("abc12", k=dice.randrange(7))) + after for _ in range(60)]
    words += [changed(dice, dice.choice(words), "abc12") for _ in range(20)]
    assert pairs_of(words) == brute(words)


@given(st.text("abcd", min_size=2, max_size=50), st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_pairs_of_words_with_swapped_neighbours_are_those_of_brute_force(word: str, seed: int) -> None:
    dice = random.Random(seed)
    words = [word]
    for _ in range(20):
        at = dice.randrange(len(word) - 1)
        base = dice.choice(words)
        words.append(base[:at] + base[at + 1] + base[at] + base[at + 2 :])
    assert pairs_of(words) == brute(words)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["alone"],
        [""],
        ["", ""],
        ["", "a", "b", "ab", "abc", "abcd"],
        ["a" * 10, "a" * 11, "a" * 12, "a" * 13],
        ["abababab", "babababa", "xabababa", "abababax"],
        ["hunter2!", "hunter2!", "hunter3!"],
        ["pass\ud800word", "pass\ud801word", "something else"],
        ["Zoe\u0308", "Zoë", "Zoe"],
    ],
)
def test_pairs_of_few_words(words: list[str]) -> None:
    assert pairs_of(words) == brute(words)


def test_a_group_for_each_word_is_asked_for_without_showing_one() -> None:
    with pytest.raises(ValueError, match="one group for each word") as caught:
        list(near_pairs(["hunter2!", "hunter3!"], np.zeros(1, np.int64)))
    assert "hunter" not in str(caught.value)


@pytest.mark.parametrize("way", WAYS)
def test_pairs_of_one_group_are_left_out(way: str) -> None:
    words = [f"password{figure}" for figure in range(10)]
    groups = np.arange(10) // 5
    with mock.patch.multiple(near_pairs_module, **WAYS[way]):
        found = {(int(one), int(other)) for part in near_pairs(words, groups) for one, other in part}
    assert found == {(one, other) for one in range(5) for other in range(5, 10)}


def test_many_pairs_come_in_parts() -> None:
    words = [f"password{one}{other}" for one in LETTERS for other in LETTERS][:1_200]
    parts = list(near_pairs(words))
    assert max(map(len, parts)) <= near_pairs_module.CHUNK
    codes = np.concatenate([part[:, 0] * 1_200 + part[:, 1] for part in parts])
    assert len(np.unique(codes)) == 1_200 * 1_199 // 2


def test_equal_hashes_alone_join_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a base of 1, words with the same letters in another order have equal hashes."""
    for name in ("BASE", "BACK", "BACK_TWICE"):
        monkeypatch.setattr(near_pairs_module, name, np.uint64(1))
    dice = random.Random(4)
    words = ["".join(dice.sample("abcdefghij", 10)) for _ in range(80)]
    assert pairs_of(words) == brute(words)


def test_two_edits_anywhere_leave_a_piece_by_which_words_are_still_found() -> None:
    """With so low a limit, words are looked at only when they share a beginning, an end or a middle."""
    word = "abcdefghi"
    edits = [lambda text, at: text[at + 1 :], lambda text, at: "+" + text[at + 1 :], lambda text, at: "-" + text[at:]]
    with mock.patch.multiple(near_pairs_module, **FREE, LIMIT=50):
        for one, other in itertools.combinations(range(len(word)), 2):
            for first, second in itertools.product(edits, repeat=2):
                late = word[:other] + second(word, other)
                changed_twice = late[:one] + first(late, one)
                for words in ([word, changed_twice], [changed_twice, word]):
                    assert {*map(tuple, np.concatenate([*near_pairs(words)]).tolist())} == {(0, 1)}, changed_twice


def number_compared(words: list[str], groups: np.ndarray | None = None) -> int:
    """How many pairs are compared one by one; words near the first come into its group."""
    with mock.patch.object(near_pairs_module, "cpdist", wraps=near_pairs_module.cpdist) as compared:
        for pairs in near_pairs(words, groups):
            if groups is not None:
                groups[pairs[pairs[:, 0] == 0, 1]] = groups[0]
    return sum(len(call.args[0]) for call in compared.call_args_list)


@pytest.mark.parametrize("way", ["as it is", "hashed"])
def test_words_that_are_all_near_are_compared_with_the_first_only(way: str) -> None:
    words = [f"password{one}{other}" for one in LETTERS for other in LETTERS][:1_000]
    with mock.patch.multiple(near_pairs_module, **WAYS[way]):
        assert number_compared(words, np.arange(len(words)) // len(words)) == 0
        assert number_compared(words, (np.arange(len(words)) > 0).astype(np.int64)) < 10 * len(words)


def test_crowded_words_are_not_compared_more_often_than_each_with_each() -> None:
    words = ["".join(letters) for letters in itertools.product("ab", repeat=11)]
    assert number_compared(words) < len(words) ** 2 // 8
    assert pairs_of(words[::5]) == brute(words[::5])


def most_allocated(words: list[str]) -> int:
    tracemalloc.start()
    try:
        for _ in near_pairs(words, np.zeros(len(words), np.int64)):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("shared", ["Larkfell{}", "{}Larkfell", "Lark{}fell"])
def test_a_piece_that_thousands_share_takes_no_more_memory(shared: str) -> None:
    dice = random.Random(5)
    rest = ["".join(dice.choices(LETTERS, k=16)) for _ in range(8_000)]
    apart, together = most_allocated(rest), most_allocated([shared.format(text[:8]) for text in rest])
    assert together < 1.3 * apart < 100 * 2**20


# -- skeletons ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "left"),
    [
        ("Password", "password"),
        ("P@ssw0rd2024!", "password"),
        ("password#1", "password"),
        ("2023_Summer!", "summer"),
        ("Straße99", "strasse"),
        ("Zoe\u0308lla1", "zoëlla"),
        ("абракадабра7", "абракадабра"),
        ("correct-horse-battery-1", "correct-horse-battery"),
        ("abc123", ""),
        ("12345678", ""),
        ("", ""),
        ("!!!", ""),
        ("8492067k1pq3d#293412", ""),
    ],
)
def test_skeleton(word: str, left: str) -> None:
    assert skeleton(word) == left


def test_random_passwords_do_not_meet_by_their_skeletons() -> None:
    dice = random.Random(9)
    marks = LETTERS + "!#$%&*+-_?@"
    for length in (8, 12, 16, 24):
        cores = Counter(skeleton("".join(dice.choices(marks, k=length))) for _ in range(5_000))
        del cores[""]
        assert max(cores.values()) == 1, length


# -- families ----------------------------------------------------------------------------------------------------------


def test_families_are_numbered_by_first_appearance() -> None:
    words = ["lonely-and-odd", "Coffee2023!", "gT5$kk!pqW", "Coffee2024?", "gT5$kk!pqX", "Coffee2023!"]
    assert families(words) == [0, 1, 2, 1, 2, 1]


def test_short_words_join_by_skeleton_only() -> None:
    assert families(["cat1", "cat2", "bat1"]) == [0, 1, 2]
    assert families(["river1", "river22", "rover1"]) == [0, 0, 1]


def test_no_words() -> None:
    assert families([]) == []
    assert near_any([], []) == []


def is_near(one: str, other: str) -> bool:
    close = min(len(one), len(other)) >= 8 and Levenshtein.distance(one, other) <= 2
    return close or one == other or bool(skeleton(one) and skeleton(one) == skeleton(other))


@given(st.integers(0, 2**32), st.sampled_from(["ab1", LETTERS + "!?"]), st.integers(6, 60))
@settings(max_examples=60)
def test_families_and_neighbours_are_those_of_brute_force(seed: int, letters: str, length: int) -> None:
    dice = random.Random(seed)
    roots = ["".join(dice.choices(letters, k=length + dice.randint(-2, 2))) for _ in range(5)]
    words = [changed(dice, dice.choice(roots), letters) for _ in range(40)]
    labels = families(words)
    groups = list(range(len(words)))
    for other, word in enumerate(words):
        for one in range(other):
            if is_near(words[one], word):
                groups = [groups[one] if group == groups[other] else group for group in groups]
    assert len(set(zip(labels, groups, strict=True))) == len(set(labels)) == len(set(groups))
    marked = [dice.random() < 0.3 for _ in words]
    wanted = [
        not mark and any(other_mark and is_near(word, other) for other, other_mark in zip(words, marked, strict=True))
        for word, mark in zip(words, marked, strict=True)
    ]
    assert near_any(words, marked) == wanted


def test_a_neighbour_of_a_neighbour_is_not_near() -> None:
    words = ["aaaaaaaaaaaa", "aaaaaaaaaabb", "aaaaaaaabbbb"]
    assert len(set(families(words))) == 1
    assert near_any(words, [True, False, False]) == [False, True, False]


@pytest.mark.parametrize("tail", [2, 30, 90])
def test_thousands_that_are_all_near_end(tail: int) -> None:
    dice = random.Random(3)
    base = "".join(dice.choices(LETTERS, k=tail))
    signs = [chr(0x4E00 + at) for at in range(100)]
    words = [f"password{one}{base}{other}" for one in signs for other in signs][:5_000]
    assert set(families(words)) == {0}
    assert sum(near_any(words, [at == 77 for at in range(len(words))])) == len(words) - 1


def test_many_with_the_same_long_beginning_end() -> None:
    dice = random.Random(3)
    start = "-----BEGIN OPENSSH PRIVATE KEY-----"
    words = [start + "".join(dice.choices(LETTERS, k=60)) for _ in range(5_000)]
    words += [words[0][:-1] + "!", words[1][:40] + words[1][41:]]
    labels = families(words)
    assert len(set(labels)) == 5_000 and labels[-2] == 0 and labels[-1] == 1
