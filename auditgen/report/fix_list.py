"""Fix lists: which item in which vault, by title and user name, for the one person who repairs it.

They are the only place where titles and user names of logins stand. A folder beside the report (0700) with one file a
person (0600), so that each can be handed on without showing anybody else's. Nothing of it is evidence, and the site
never links to it.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from auditgen.report.exports.csv import safe_cell
from auditgen.report.site.slugs import slug

COLUMNS = ("do", "item", "user name", "vault", "place", "account", "why", "severity")
UNOWNED = "nobody-named-yet"


def write_fix_lists(
    results: Mapping[str, Any],
    login_titles: Mapping[str, tuple[str, str]],
    folder: Path,
    families: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> list[Path]:
    """Write one CSV a person and remove those of the run before; returns the files. Without names only the latter.

    login_titles  label of a login, "<file> item <n>" → its title and user name
    families  subject of the finding about a family of near-copies → source, locator, account and owner of its logins
    """
    steps = {check["id"]: check["step"] for check in results["checks"]}
    more = {check["id"]: check["findings_more"] for check in results["checks"]}
    lists: dict[str, list[list[object]]] = {}
    for finding, item in _items(results, families or {}):
        label = f"{item['source']} {item['locator']}"
        if label not in login_titles:
            continue
        title, username = login_titles[label]
        owner = slug(item["owner"]) if item["owner"] else UNOWNED
        lists.setdefault(owner, []).append(
            [
                steps[finding["check"]],
                title,
                username,
                item["source"],
                item["locator"],
                item["account"],
                finding["says"] + (f" ({more[finding['check']]:,} more not listed)" if more[finding["check"]] else ""),
                finding["severity"],
            ]
        )
    if folder.is_symlink():
        folder.unlink()
    if lists:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    # Also those of a workspace that wants none any more.
    for old in folder.glob("*.csv"):
        old.unlink()
    return [_write(folder / f"{owner}.csv", rows) for owner, rows in sorted(lists.items())]


def _items(
    results: Mapping[str, Any], families: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Each finding with the login it is about; a family is one finding about several."""
    for finding in results["findings"]:
        if finding["verdict"] == "fail":
            for item in families.get(finding.get("subject", ""), (finding,)):
                yield finding, item


def _write(path: Path, rows: list[list[object]]) -> Path:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([[safe_cell(cell) for cell in row] for row in rows])
    text = "\ufeff" + out.getvalue().replace("\x00", "\ufffd")
    # Made for the owner alone from its first byte; never through a link somebody laid there.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as stream:
        stream.write(text.encode("utf-8", "replace"))
    return path
