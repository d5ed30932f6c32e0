"""Which patterns can match a text at all, told from the words they cannot do without.

Compiling a thousand patterns takes far longer than reading a few pages with them, and most ask for words that stand
nowhere in those pages. A pattern is taken apart only as far as its grammar is plain; whatever is not understood is
kept, so nothing that could match is ever left out.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate
from typing import NamedTuple

# Looking for every word in more text than this takes longer than compiling every pattern.
LONGEST_TEXT = 40_000
# A needle shorter than this stands nearly everywhere.
SHORTEST_NEEDLE = 3
# A pattern whose repetitions make it larger is left to RE2, which may refuse it.
LARGEST = 100_000
# RE2 allows no more repetitions, nested ones multiplied.
MOST_TIMES = 1_000

# Groups of plain words, which are most of any pattern, in one; words with single marks between them, other groups,
# repetitions, classes, and marks that stand for themselves.
_WORD = r"[a-z0-9_]+(?:[ '-][a-z0-9_]+)*"
_ITEM = rf"{_WORD}(?:\?|\\w[*+])?"
_TOKEN = re.compile(
    rf"{_WORD}|\((?:\?:)?{_ITEM}(?:\|{_ITEM})*\)"
    r"|\((?:\?:)?|[)|.^$]|[*+?]|\{\d{1,4}(?:,\d{0,4})?\}"
    r"|\[(?:[^\[\]\\]|\\[wdsWDS]|\\[!-/:-@\[-^`{-~])+\]|\\[wdsbWDSB]|\\[!-/:-@\[-^`{-~]|[ '\",:;@#&%=<>!/~-]"
)
_REPEAT = frozenset("*+?{")
_WORDS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")
# After these nothing can be repeated.
_BARE = frozenset(["", "(", "(?:", "|", "^", "$", "\\b", "\\B"])
# Whatever is no part of a word is a space to a needle.
_GAPS = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) == "_")}
_IN_NEEDLE = str.maketrans("'-", "  ")
# A word beside one of these begins or ends there.
_EDGES = frozenset(
    ["\\b", "\\s", "\\W", "^", "$", "[- ]", "[ -]", *" '\",:;@#&%=<>!/~-"]
    + [f"\\{mark}" for mark in "-.,:;()[]/'\"@#&"]
)
Needles = tuple[str, ...]
# What an alternative needs, and whether it ends with the word of its last needle.
_Alternative = tuple[list[Needles], bool]


class Part(NamedTuple):
    """One alternative of a pattern, in RE2 over folded texts.

    needed  in the order in which they stand in every match: of each at least one needle; empty when nothing is known
    """

    pattern: str
    needed: tuple[Needles, ...] = ()


# What was taken apart, or remembered of an earlier run.
_known: dict[str, tuple[Part, ...]] = {}


def parts(pattern: str) -> tuple[Part, ...]:
    """Alternatives of a folded pattern; together they match what it matches. One part when it is not understood."""
    if pattern not in _known:
        _known[pattern] = _taken_apart(pattern) or (Part(pattern),)
    return _known[pattern]


def remember(taken: Iterable[tuple[str, Iterable[tuple[str, tuple[Needles, ...]]]]]) -> None:
    """Know patterns with their parts, as `parts` gave them once."""
    for pattern, made in taken:
        _known[pattern] = tuple(Part(*part) for part in made)


def _taken_apart(pattern: str) -> tuple[Part, ...]:
    """Empty when the pattern holds anything out of the ordinary, or might be refused by RE2."""
    tokens = _TOKEN.findall(pattern)
    if sum(map(len, tokens)) != len(pattern):
        return ()
    tokens += ["", ""]
    whole: list[Part] = []
    begun = 0
    outer: list[tuple[list[_Alternative], list[Needles], bool, int]] = []
    # Of the group being read: its alternatives so far, what the present one needs and whether its last token gave the
    # last needle, whether the group begins at the edge of a word, and the highest count of repetitions in it.
    done: list[_Alternative] = []
    needed: list[Needles] = []
    fresh = False
    at_word = False
    most = 1
    last = ""
    for number, token in enumerate(tokens[:-2]):
        first, following = token[0], tokens[number + 1]
        before, fresh = fresh, False
        if first in _WORDS:
            word = token[:-1] if _optional(following) else token
            needle = f"{_begins(last, at_word)}{word.translate(_IN_NEEDLE)}{_ends(following, tokens[number + 2])}"
            if word and len(needle) >= SHORTEST_NEEDLE:
                needed.append((needle,))
                fresh = True
        elif first == "|":
            if outer:
                done.append((needed, before))
            else:
                whole.append(Part("".join(tokens[begun:number]), tuple(needed)))
                begun = number + 1
            needed = []
        elif first == "(":
            # Nobody asks for the text of a group, and RE2 compiles one that is not kept faster.
            inside = token.removeprefix("(?:").removeprefix("(")
            tokens[number] = f"(?:{inside}"
            if not inside:
                outer.append((done, needed, at_word, most))
                done, needed, at_word, most = [], [], bool(_begins(last, at_word)), 1
            elif not _optional(following):
                needles = _plain(inside[:-1], _begins(last, at_word), _ends(following, tokens[number + 2]))
                if needles:
                    needed.append(needles)
        elif first == ")":
            if not outer:
                return ()
            inner, times = [*done, (needed, before)], most
            done, needed, at_word, most = outer.pop()
            times *= (_times(following) or 1) if following[:1] == "{" else 1
            if times > MOST_TIMES:
                return ()
            most = max(most, times)
            if not _optional(following):
                needed += _either(inner, _ends(following, tokens[number + 2]))
        elif first in _REPEAT:
            repeated = _times(token)
            if repeated is None or last in _BARE or last[0] in _REPEAT:
                return ()
            if last != ")":
                most = max(most, repeated)
        elif first == "[" and not _is_class(token):
            return ()
        last = token
    if outer or most * len(pattern) > LARGEST:
        return ()
    return (*whole, Part("".join(tokens[begun:]), tuple(needed)))


def _begins(last: str, at_word: bool) -> str:
    """A space when a word begins after a token."""
    return " " if last in _EDGES or (at_word and last in ("(", "(?:", "|")) else ""


def _ends(following: str, after: str) -> str:
    """A space when a word ends before a token; one that may be left out is no edge."""
    return " " if following in _EDGES and after[:1] not in _REPEAT else ""


def _optional(repeat: str) -> bool:
    """Whether a repetition allows none; anything but a plain count from one up is taken to do so."""
    return repeat[:1] in ("*", "?") or repeat[:2] == "{0"


def _times(repeat: str) -> int | None:
    """How often a repetition writes its pattern out; None when RE2 refuses it."""
    if repeat[0] != "{":
        return 1
    least, _, highest = repeat[1:-1].partition(",")
    times = int(highest or least)
    return None if times < int(least) or times > MOST_TIMES else max(times, 1)


@cache
def _is_class(token: str) -> bool:
    """Whether brackets hold a class that every engine of patterns accepts."""
    if any(pair in token for pair in ("--", "&&", "||", "~~")):
        return False
    try:
        re.compile(token)
    except re.error:
        return False
    return True


def _plain(items: str, begins: str, ends: str) -> Needles:
    """Needles of a group of plain words, of which each may end in an optional letter or any letters."""
    needles = []
    for item in items.translate(_IN_NEEDLE).split("|"):
        mark = item[-1]
        if mark == "?":
            needle = begins + item[:-2]
        elif mark in "*+":
            needle = begins + item[:-3]
        else:
            needle = begins + item + ends
        if len(needle) < SHORTEST_NEEDLE:
            return ()
        needles.append(needle)
    return tuple(needles)


def _either(alternatives: Sequence[_Alternative], ends: str) -> list[Needles]:
    """What a group needs: all that a single alternative does, or one needle out of the best of each."""
    chosen: list[str] = []
    for needed, open_ in alternatives:
        if ends and open_:
            needed = [*needed[:-1], (f"{needed[-1][0]} ",)]
        if len(alternatives) == 1 or not needed:
            return needed
        best: Needles = max(needed, key=_strength)
        chosen += best
    return [tuple(chosen)]


def _strength(needles: Needles) -> tuple[int, int]:
    return min(map(len, needles)), -len(needles)


class Sieve:
    """Texts in which words are looked for."""

    def __init__(self, folded: Sequence[str]) -> None:
        """Texts as `patterns.fold` gives them."""
        self._texts = [f" {text.translate(_GAPS)} " for text in folded]
        self._starts = list(accumulate((len(text) + 1 for text in self._texts), initial=0))
        self._joined = "\n".join(self._texts)
        self._idle = len(self._joined) > LONGEST_TEXT
        self._seen: dict[str, int] = {}
        # Words and beginnings of words; one bit for each text that holds them.
        self._words: dict[str, int] = {}
        self._beginnings: dict[str, int] = {}
        if self._idle:
            return
        for number, text in enumerate(self._texts):
            for word in set(text.split()):
                self._words[word] = self._words.get(word, 0) | 1 << number
        for word, bits in self._words.items():
            for end in range(1, len(word) + 1):
                self._beginnings[word[:end]] = self._beginnings.get(word[:end], 0) | bits

    def of(self, patterns: Iterable[str]) -> list[str]:
        """Of folded patterns, all alternatives that can match a text."""
        return [part.pattern for pattern in patterns for part in parts(pattern) if self.may_match(part)]

    def may_match(self, part: Part) -> bool:
        """False only when no text can match."""
        if self._idle:
            return True
        among = -1
        # What offers fewer ways is looked for first.
        for needles in sorted(part.needed, key=len) if len(part.needed) > 1 else part.needed:
            any_of = 0
            for needle in needles:
                any_of |= self._where(needle)
            among &= any_of
            if not among:
                return False
        if len(part.needed) < 2:
            return True
        while among:
            lowest = among & -among
            if _in_order(self._texts[lowest.bit_length() - 1], part.needed):
                return True
            among ^= lowest
        return False

    def _where(self, needle: str) -> int:
        """One bit for each text that holds the needle."""
        bits = self._seen.get(needle)
        if bits is None:
            bits = self._seen[needle] = self._look_for(needle)
        return bits

    def _look_for(self, needle: str) -> int:
        if needle[0] == " ":
            word, ended, more = needle[1:].partition(" ")
            bits = (self._words if ended else self._beginnings).get(word, 0)
            if not bits or not more:
                return bits
        bits = 0
        at = self._joined.find(needle)
        while at >= 0:
            number = bisect(self._starts, at) - 1
            bits |= 1 << number
            at = self._joined.find(needle, self._starts[number + 1])
        return bits


def _in_order(text: str, needed: Iterable[Needles]) -> bool:
    """Whether one needle of each follows the one before; two may share the space between them."""
    at = 0
    for needles in needed:
        ends = [place + len(needle.rstrip()) for needle in needles if (place := text.find(needle, at)) >= 0]
        if not ends:
            return False
        at = min(ends)
    return True
