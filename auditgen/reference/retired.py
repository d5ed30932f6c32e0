"""Tools that are gone, laws that were superseded and names that changed: the table that ships with auditgen."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources import files


def shipped() -> Iterator[dict[str, object]]:
    """Rows of the evidence table `retired`, in the order of the file."""
    data = tomllib.loads(files("auditgen.reference").joinpath("retired.toml").read_text(encoding="utf-8"))
    for number, entry in enumerate(data["retired"], 1):
        yield {
            **entry,
            "source": data["source"],
            "locator": f"retired {number}",
            "seen_on": data["recorded_on"],
            "basis": "declared",
        }
