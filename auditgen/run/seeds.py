"""Seeds: evidence that no file of the user holds, put into the tables before the first source is read.

With them the saved evidence alone gives the same answers as the workspace did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from auditgen.reference import retired

if TYPE_CHECKING:
    from auditgen.workspace.model import Workspace

Rows = Iterable[Mapping[str, object]]


def launches(workspace: Workspace) -> Rows:
    """Every [[launch]] of auditgen.toml."""
    from auditgen.workspace.load import moment

    for launch in workspace.launches:
        yield {
            "launch": launch["id"],
            "title": launch.get("title", launch["id"]),
            "starts_at": moment(launch["starts"]),
            "ends_at": moment(launch["ends"]) if "ends" in launch else None,
            "accounts": launch.get("accounts"),
            "on_call": launch.get("on_call"),
            "source": "auditgen.toml",
            "locator": f"line {launch['line']}",
            "seen_on": None,
            "basis": "declared",
        }


def organisation(workspace: Workspace) -> Rows:
    """Who we are: what policies and addresses are held against."""
    told = workspace.organisation
    domains = [*told.get("domains", ()), *told.get("mail_aliases", ())]
    yield {"name": told.get("name"), "domains": sorted({str(item).casefold() for item in domains}),
           "brand_words": [str(item) for item in told.get("brand_words", ())],
           "source": "auditgen.toml", "locator": "[organisation]", "basis": "declared"}  # fmt: skip


def absences(workspace: Workspace) -> Rows:
    """What [none] of auditgen.toml says the organisation has none of."""
    for item in workspace.absences:
        yield {"thing": item["thing"], "account": item.get("account"), "said_by": item["by"], "said_on": item["on"],
               "until": item["until"], "source": "auditgen.toml", "locator": f"line {item['line']}",
               "seen_on": item["on"], "basis": "declared"}  # fmt: skip


def retired_tools(workspace: Workspace) -> Rows:
    """Tools that are gone, laws that were superseded and names that changed."""
    return retired.shipped()


# Table → what is put into it.
SEEDS: tuple[tuple[str, Callable[[Workspace], Rows]], ...] = (
    ("launches", launches),
    ("organisation", organisation),
    ("absences", absences),
    ("retired", retired_tools),
)
