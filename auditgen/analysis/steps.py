"""The steps of analysis in their order: each makes tables from tables once every source was read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from auditgen.analysis.identity import join_people
from auditgen.analysis.offers import add_shipped_offers
from auditgen.analysis.readability import measure_documents
from auditgen.analysis.references import doubt_leavers, join_references

if TYPE_CHECKING:
    from auditgen.evidence.store import Store

# What is done, as a problem would name it → the step. It gets the store and the organisation of auditgen.toml. A step
# that fails leaves its tables empty, which every check that needs them shows.
STEPS: tuple[tuple[str, Callable[[Store, Mapping[str, Any]], None]], ...] = (
    ("adding the second factors that platforms offer", lambda store, organisation: add_shipped_offers(store)),
    ("joining people", join_people),
    ("joining what names people", lambda store, organisation: join_references(store)),
    ("comparing leavers", lambda store, organisation: doubt_leavers(store)),
    ("measuring how policies read", lambda store, organisation: measure_documents(store)),
)
