"""How soon a password is guessed, estimated with zxcvbn; runs only inside the process that opens vaults."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
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
# A shorter hint is in everything by chance.
SHORTEST_INPUT = 3
# Below so many passwords a second process costs more than it saves.
WORTH_A_FORK = 200
NONE = 7


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


def estimate_all(asked: Sequence[tuple[str, Sequence[str]]]) -> list[Estimate]:
    """Estimate many passwords with what is known of each; the second half in a fork of this process.

    The engine holds the interpreter's lock, so a thread would not help. The fork sends one byte a password, score and
    commonness, and ends; whatever it does not send is done here.
    """
    half = len(asked) if len(asked) < WORTH_A_FORK or not hasattr(os, "fork") else -(-len(asked) // 2)
    rest = asked[half:]
    told, ours = _forked(rest) if rest else (None, None)
    found = [estimate(password, inputs) for password, inputs in asked[:half]]
    answer = b""
    if told is not None and ours is not None:
        with os.fdopen(told, "rb") as stream:
            answer = stream.read()
        os.waitpid(ours, 0)
    if len(answer) != len(rest):
        return found + [estimate(password, inputs) for password, inputs in rest]
    return found + [Estimate(None if byte & 7 == NONE else byte & 7, bool(byte & 8)) for byte in answer]


def _forked(asked: Sequence[tuple[str, Sequence[str]]]) -> tuple[int | None, int | None]:
    """A descriptor that will give one byte a password, and the process that writes it."""
    _zxcvbn()
    told, telling = os.pipe()
    try:
        process = os.fork()
    except OSError:
        os.close(told)
        os.close(telling)
        return None, None
    if process:
        os.close(telling)
        return told, process
    try:
        os.close(told)
        found = [estimate(password, inputs) for password, inputs in asked]
        answer = bytes((NONE if one.score is None else one.score) | (8 if one.common else 0) for one in found)
        with os.fdopen(telling, "wb") as stream:
            stream.write(answer)
    finally:
        # Nothing of what the first process has to end with is done twice.
        os._exit(0)


def engine() -> str:
    """Name and version; scores of different engines are not to be compared."""
    try:
        return f"{ENGINE} {version(ENGINE)}"
    except PackageNotFoundError:
        return ENGINE


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
