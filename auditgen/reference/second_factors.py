"""Which second factors sites offer: the table that ships with auditgen, typed in with source and date."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources import files


def shipped() -> Iterator[dict[str, object]]:
    """Rows of the table that ships, one a domain; a platform without an address of its own has none."""
    data = tomllib.loads(files("auditgen.reference").joinpath("second_factors.toml").read_text(encoding="utf-8"))
    for number, offer in enumerate(data["offer"], 1):
        for domain in offer.get("domains", [None]):
            yield {
                "domain": domain,
                "platform": offer.get("platform"),
                "methods": offer.get("methods"),
                "passkey": offer.get("passkey"),
                "source": data["source"],
                "locator": f"offer {number}",
                "seen_on": data["recorded_on"],
                "basis": "declared",
            }


def shipped_instrument() -> dict[str, object]:
    """The table that ships as an instrument, with its date."""
    row = next(shipped())
    return {"instrument": "table of second factors", "version": "shipped with auditgen",
            "does": "tells which second factors a site offers", "dated_on": row["seen_on"],
            "source": row["source"], "basis": "declared"}  # fmt: skip
