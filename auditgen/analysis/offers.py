"""Second factors that platforms offer: the table that ships, beside a directory the user gave or in place of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditgen.reference.second_factors import shipped, shipped_instrument

if TYPE_CHECKING:
    from auditgen.evidence.store import Store


def add_shipped_offers(store: Store) -> None:
    """Fill `second_factor_offers` where no directory spoke; a directory's word on a site goes first."""
    known = {row["domain"] for row in store.select("select distinct domain from second_factor_offers")}
    store.add("second_factor_offers", [row for row in shipped() if not known or row["domain"] not in known])
    store.add("instruments", [shipped_instrument()])
