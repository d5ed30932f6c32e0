"""The account a row of a calendar means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class _Accounts:
    """Which account a calendar's name and platform mean: the mapping first, then ids, addresses and handles."""

    def __init__(self, accounts: tuple[Mapping[str, Any], ...], mapped: Mapping[str, str]) -> None:
        self.mapped = mapped
        self.ids = {str(account["account"]) for account in accounts}
        self.names: dict[str, set[str]] = {}
        self.on_platform: dict[tuple[str, str], set[str]] = {}
        for account in accounts:
            name = str(account["account"])
            for key in ("account", "handle", "url"):
                if text := account.get(key):
                    self.names.setdefault(_plain(str(text)), set()).add(name)
            if account.get("handle") and account.get("platform"):
                self.on_platform.setdefault((_plain(str(account["handle"])), str(account["platform"])), set()).add(name)

    def knows(self, name: str) -> bool:
        """Whether the inventory has an account of that id, as far as an inventory was read."""
        return not self.ids or name in self.ids

    def resolve(self, key: str) -> str | None:
        """The one account that fits, or None; a handle on several platforms needs the platform beside it."""
        from auditgen.readers.inventory.fields import WORDS

        written, _, platform = key.partition("\x1f")
        if written.strip().casefold() in self.mapped:
            return self.mapped[written.strip().casefold()]
        known = WORDS["platform"].get(platform.strip().casefold().replace("_", " "), platform)
        fits = self.on_platform.get((_plain(written), known)) or self.names.get(_plain(written), set())
        return next(iter(fits)) if len(fits) == 1 else None


def _plain(text: str) -> str:
    return text.strip().casefold().lstrip("@").removeprefix("https://").removeprefix("www.").rstrip("/")
