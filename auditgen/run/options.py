"""What one audit is asked to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


# Called with what happens now and the share of the work that is done, 0 to 1.
Progress = Callable[[str, float], None]


def quiet(text: str, share: float) -> None:
    """Progress that nobody watches."""


class NoInput(Exception):
    """Nothing that could be judged; exit code 3."""


@dataclass(frozen=True)
class Options:
    """What the command line asks of one audit.

    only, skip   check ids or area names; what is left out is named in the report
    formats      empty means every format
    passphrases  of protected vaults, and ask: whether somebody can be asked; see auditgen.readers.joint.Allowances
    """

    workspace: Path
    as_of: date
    launch: str | None = None
    profile: str | None = None
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    offline: bool = False
    output: Path | None = None
    formats: tuple[str, ...] = ()
    from_evidence: Path | None = None
    passphrases: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    ask: bool = False
