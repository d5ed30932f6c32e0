"""Every kind of vault file, found by what stands in it, never by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from auditgen.vaults.entry import Key, Refused, Vault
from auditgen.vaults.limits import Opened


@dataclass(frozen=True)
class Format:
    """One kind of file.

    name        such as bitwarden-json; can be named in auditgen.toml where content does not decide
    title       as people call it
    recognise   whether an opened file is of this kind; reads no more of it than it must
    read        the items. Raises Refused; an item that cannot be read goes to Vault.broken
    protected   the file needs a passphrase or a key file
    only_named  nothing in such a file tells its kind, so it is taken only when named
    """

    name: str
    title: str
    recognise: Callable[[Opened], bool]
    read: Callable[[Opened, Key], Vault]
    protected: bool = False
    only_named: bool = False


# In the order they are asked; the first that recognises a file takes it.
MODULES = (
    "keepass.kdbx",
    "keepass.xml",
    "bitwarden",
    "onepassword",
    "proton",
    "dashlane",
    "keeper",
    "tables",
)


def formats() -> list[Format]:
    return [found for module in MODULES for found in import_module(f"{__name__}.{module}").FORMATS]


def identify(opened: Opened, named: str | None = None) -> Format:
    """The kind of a file. Raises Refused: empty, not_vault, and what a module says of files nobody can read."""
    if named is not None:
        return next(item for item in formats() if item.name == named)
    if not opened.head.strip():
        raise Refused("empty")
    for item in formats():
        if not item.only_named and item.recognise(opened):
            return item
    if opened.text is None and opened.archive is None:
        raise Refused("not_text")
    raise Refused("not_vault")
