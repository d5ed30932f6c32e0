"""One page to render."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Page:
    """One page to render. `section` is its entry in the navigation; `own` says it is that entry's page itself."""

    path: str
    template: str
    title: str
    section: str = ""
    own: bool = False
    script: bool = False
    stamp: str = ""
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def root(self) -> str:
        return "../" * self.path.count("/")
