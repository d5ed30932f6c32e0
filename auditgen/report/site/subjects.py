"""Subjects as people know them: an account by its platform and name, a document by its title; ids stay small.

Sentences of checks name an account by its id, which only the inventory knows. Here the id becomes the name people use,
outside of what is quoted, of addresses and of file names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# Here a name is no handle that people would write with an @.
_NO_HANDLE = frozenset({"scheduler", "linkinbio", "ads", "site", "other", "any"})
_HANDLE = re.compile(r"\w[\w.-]*")
_QUOTED = re.compile(r"(“[^”]*”?)")
_WORD = re.compile(r"(?<![\w/.:@-])\w[\w.-]*(?![/:@\w])")
# Ids of one plain word are words of the language too; only a sentence about that very account means it.
_PLAIN_WORD = re.compile(r"[^\W\d_]+")


def handle_words(platform: str | None, handle: str) -> str:
    """The name on a platform as people write it there."""
    return f"@{handle}" if platform not in _NO_HANDLE and _HANDLE.fullmatch(handle) else handle


def account_words(account: Mapping[str, Any]) -> str:
    """Platform and name, as in "Instagram @larkfell"; the id where the name is not recorded."""
    if not account["handle"]:
        return f"{account['platform_title']} ({account['id']})"
    return f"{account['platform_title']} {handle_words(account['platform'], account['handle'])}"


class Known:
    """Puts names in place of ids in sentences.

    names  account → its words; longer texts of the data that hold an id somewhere else are left alone
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def sentence(self, text: str, about: str | None = None) -> str:
        """The sentence with names for the ids in it; `about` is the account it is about, if any."""
        if not self._names or not text:
            return text
        parts = _QUOTED.split(text) if "“" in text else [text]
        for index in range(0, len(parts), 2):
            parts[index] = _WORD.sub(lambda found: self._word(found, about), parts[index])
        return "".join(parts)

    def _word(self, found: re.Match[str], about: str | None) -> str:
        word = found[0]
        name = word.rstrip(".-")
        words = self._names.get(name)
        if words is None or (name != about and _PLAIN_WORD.fullmatch(name)):
            return word
        # "Instagram ig-main" already says the platform.
        platform = words.partition(" @")[0]
        before = found.string[: found.start()].rstrip()
        if before.endswith(platform) and words != platform:
            words = words[len(platform) :].lstrip()
        return words + word[len(name) :]

    def data(self, value: Any, about: str | None = None) -> Any:
        """Plain data with names in every text under `says`; parts that need no change come back as they are."""
        if isinstance(value, list):
            made = [self.data(item, about) for item in value]
            return made if any(new is not old for new, old in zip(made, value, strict=True)) else value
        if not isinstance(value, dict):
            return value
        account = value.get("account")
        about = account if isinstance(account, str) else about
        pairs = {}
        for key, item in value.items():
            if key == "says" and isinstance(item, str):
                new = self.sentence(item, about)
                pairs[key] = item if new == item else new
            else:
                pairs[key] = self.data(item, about)
        return pairs if any(pairs[key] is not value[key] for key in value) else value
