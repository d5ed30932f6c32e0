"""KeePass field references: {REF:P@I:…} and its kin, followed to where the value really stands."""

from __future__ import annotations

import re

from auditgen.vaults.formats.keepass.document import Item

_PATTERN = re.compile(r"\{REF:([TUPAN])@([TUPANIO]):([^{}]+)\}", re.IGNORECASE)
_STRINGS = {"T": "Title", "U": "UserName", "P": "Password", "A": "URL", "N": "Notes"}
# Far longer chains than people make; a bound because a file may have been made to hang us.
MAX_CHAIN = 100
# Characters of a value put together from others, and of all such values of a file.
MAX_VALUE = 100_000
MAX_VALUES = 10_000_000


class References:
    """Values of the entries of one database with their references resolved."""

    def __init__(self, items: list[Item]) -> None:
        self._items = items
        self._places: dict[str, dict[str, int]] = {}
        self._found: dict[tuple[int, str], str | None] = {}
        self._open: set[tuple[int, str]] = set()
        self._left = MAX_VALUES

    def value(self, index: int, name: str) -> str | None:
        """The string of an item; "" when it has none, None when it, or one it refers to, cannot be read."""
        text = self._items[index].strings.get(name)
        if text is None:
            return ""
        if text.value is None or "{" not in text.value:
            return text.value
        place = (index, name)
        if place not in self._found:
            if place in self._open or len(self._open) >= MAX_CHAIN:
                return None
            self._open.add(place)
            self._found[place] = self._resolved(text.value)
            self._open.discard(place)
        return self._found[place]

    def points_to(self, index: int) -> int | None:
        """The entry whose password is the one of this entry, which has none of its own; the last of a chain."""
        seen = {index}
        at = index
        while (target := self._whole(at)) is not None:
            if target in seen:
                return None
            seen.add(target)
            at = target
        return at if at != index else None

    def _whole(self, index: int) -> int | None:
        text = self._items[index].strings.get("Password")
        match = _PATTERN.fullmatch(text.value) if text is not None and text.value else None
        return self._target(match) if match is not None and match[1] in "Pp" else None

    def _resolved(self, text: str) -> str | None:
        parts: list[str] = []
        end = size = 0
        for match in _PATTERN.finditer(text):
            target = self._target(match)
            found = self.value(target, _STRINGS[match[1].upper()]) if target is not None else None
            if found is None:
                return None
            if match.span() == (0, len(text)):
                return found
            parts += (text[end : match.start()], found)
            size += len(parts[-1]) + len(parts[-2])
            if size > min(MAX_VALUE, self._left):
                return None
            end = match.end()
        if not parts:
            return text
        self._left -= size
        return "".join([*parts, text[end:]])

    def _target(self, match: re.Match[str]) -> int | None:
        where, sought = match[2].upper(), match[3]
        key = sought.upper() if where == "I" else sought.casefold()
        return self._table(where).get(key)

    def _table(self, where: str) -> dict[str, int]:
        """Which entry has a value; the first of several, as in the order of the database."""
        if where not in self._places:
            table = self._places[where] = {}
            for index, item in enumerate(self._items):
                if where == "I":
                    table.setdefault(item.id, index)
                    continue
                for name, text in item.strings.items():
                    wanted = name == _STRINGS[where] if where in _STRINGS else name not in _STRINGS.values()
                    if wanted and text.value:
                        table.setdefault(text.value.casefold(), index)
        return self._places[where]
