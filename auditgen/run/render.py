"""Results written as files: the contract itself, the site, the exports and the fix lists."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from auditgen.evidence.store import Store
    from auditgen.workspace.model import Workspace


LATEST = "latest"

FIX_LISTS = "fix-lists"


def families_of_near_copies(store: Store) -> dict[str, list[dict[str, Any]]]:
    """The organisation's logins of each family of near-copies, by the subject of its finding."""
    query = "select family, source, locator, account, owner from logins where ours and family is not null order by all"
    families: dict[str, list[dict[str, Any]]] = {}
    for row in store.select(query):
        families.setdefault(f"{row['family']} of near-copies", []).append(row)
    return families


def titles_in_fix_lists(workspace: Workspace) -> bool:
    """Whether titles of logins stand in fix lists beside the report."""
    return bool(workspace.passwords.get("names", "fix-list") == "fix-list")


def results_text(results: Mapping[str, Any]) -> str:
    """results.json with one line for each entry of a list, so that two runs compare line by line."""
    parts = []
    for key, value in results.items():
        if isinstance(value, list) and value:
            entries = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in value)
            parts.append(f"{json.dumps(key)}: [\n{entries}\n]")
        else:
            parts.append(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def render(results: dict[str, Any], folder: Path, formats: Collection[str] = ()) -> None:
    """Write results.json, the site and every export, or those of the named formats."""

    def wanted(name: str) -> bool:
        return not formats or name in formats

    from auditgen.report.exports import exporters

    (folder / "results.json").write_bytes(results_text(results).encode("utf-8", "replace"))
    if wanted("html"):
        from auditgen.report.site.build import build_site

        build_site(results, folder / "site")
    exports = folder / "exports"
    for name, (file, export) in exporters().items():
        if wanted(name):
            exports.mkdir(exist_ok=True)
            text = export(results).encode("utf-8", "replace")
            (exports / file).write_bytes(text)
