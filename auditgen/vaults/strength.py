"""How soon a password is guessed, estimated with zxcvbn; runs only inside the process that opens vaults."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

ENGINE = "zxcvbn-rs-py"
# The engine looks at so many characters and no further.
WINDOW = 100
# ASVS 6.2.4 asks for the 3,000 most common. The engine counts one guess more than the rank of a word in its lists:
# the first word, "123456", takes 2.
COMMON = 3_000
_COMMON_GUESSES = COMMON + 1
# What the engine takes for letters.
_LEET = {"4": "a", "@": "a", "8": "b", "(": "c", "{": "c", "[": "c", "<": "c", "3": "e", "6": "g", "9": "g", "1": "il",
         "!": "i", "|": "il", "7": "lt", "0": "o", "$": "s", "5": "s", "+": "t", "%": "x", "2": "z"}  # fmt: skip
# A shorter hint is in everything by chance.
SHORTEST_INPUT = 3


@dataclass(frozen=True, slots=True)
class Estimate:
    """What can be said of a password without giving it away: never the number of guesses, never words found in it.

    score   0 guessed at once … 4 very hard; None when there is none: no password, or characters that are no text
    common  among the first guesses of anyone who knows nothing of its owner
    """

    score: int | None
    common: bool


def estimate(password: str, inputs: Iterable[str] = ()) -> Estimate:
    """Estimate one password.

    inputs  what an attacker knows of its owner: user name, site, words of the brand, in any case

    A password longer than WINDOW is as hard as the harder of its beginning and its end.
    """
    if not password:
        return Estimate(None, False)
    known = list(dict.fromkeys(_encodable(text.lower() for text in inputs if len(text) >= SHORTEST_INPUT)))
    found = _look(password[:WINDOW], known)
    if found is None:
        return Estimate(None, False)
    score, guesses = found
    if len(password) > WINDOW:
        end = _look(password[-WINDOW:], known)
        return Estimate(max(score, end[0]) if end else None, False)
    # A hint can only lower the number of guesses, so most need no second look.
    if guesses <= _COMMON_GUESSES and known:
        alone = _look(password, [])
        guesses = alone[1] if alone else guesses
    return Estimate(score, guesses <= _COMMON_GUESSES)


def engine() -> str:
    """Name and version; scores of different engines are not to be compared."""
    try:
        return f"{ENGINE} {version(ENGINE)}"
    except PackageNotFoundError:
        return ENGINE


def _spelt(password: str) -> set[str]:
    """Every letter the password holds or stands for with a figure or mark in its place."""
    letters = set(password.casefold()) | set(password.lower())
    for mark in letters & _LEET.keys():
        letters |= set(_LEET[mark])
    return letters


def _encodable(texts: Iterable[str]) -> Iterable[str]:
    for text in texts:
        try:
            text.encode()
        except UnicodeEncodeError:
            continue
        yield text


def _look(password: str, known: list[str]) -> tuple[int, int] | None:
    """Score and guesses; None for what the engine cannot take, such as half of a surrogate pair."""
    try:
        result = _zxcvbn()(password, known or None)
        return int(result.score), int(result.guesses)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a fault in Rust arrives as a BaseException of its own
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        return None


@cache
def _zxcvbn() -> Any:
    from zxcvbn_rs_py import zxcvbn

    return zxcvbn
