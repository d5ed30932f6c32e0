"""One page to render."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Page:
    """One page to render.

    section  its entry in the navigation; `own` says that it is that entry's page itself
    script  name of the one script it uses and can do without
    """

    path: str
    template: str
    title: str
    section: str = ""
    own: bool = False
    script: str = ""
    stamp: str = ""
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def root(self) -> str:
        return "../" * self.path.count("/")
