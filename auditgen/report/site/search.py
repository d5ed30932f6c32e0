"""The data behind the search over all findings: columns, with repeated words stored once.

A classic script that calls one function, because that is what works from file:// under a strict policy. Its name
never changes, so pages that only link to it keep their bytes.
"""

from __future__ import annotations

import json
from typing import Any

from auditgen.reference.scale import SEVERITIES
from auditgen.report.site.model import UNOWNED, Model
from auditgen.report.site.slugs import slug
from auditgen.report.site.views import subject_words

FILE = "findings-data.js"
_VERDICTS = ("fail", "due", "unknown")


class _Column:
    """Values as positions in a list of distinct ones."""

    def __init__(self, first: tuple[str, ...] = ()) -> None:
        self.values = list(first)
        self._known = {value: index for index, value in enumerate(first)}

    def place(self, value: str) -> int:
        if value not in self._known:
            self._known[value] = len(self.values)
            self.values.append(value)
        return self._known[value]


def search_data(model: Model) -> bytes:
    """The script that hands every finding to the search."""
    titles, accounts, owners, areas = _Column(), _Column(("",)), _Column(("",)), _Column()
    severities, verdicts = _Column(SEVERITIES), _Column(_VERDICTS)
    account_files, owner_files = {0: ""}, {0: UNOWNED if None in model.owners else ""}
    out: dict[str, list[Any]] = {
        name: [] for name in ("files", "says", "subject", "check", "account", "owner", "area", "severity", "verdict")
    }
    for item in model.sorted_findings:
        account, owner = item["account"], item["owner"]
        place = accounts.place(model.account_name(account) if account else "")
        account_files[place] = slug(account) if account and account in model.accounts else account_files.get(place, "")
        out["account"].append(place)
        place = owners.place(item["owner_title"] or "" if owner else "")
        owner_files[place] = slug(owner) if owner else owner_files.get(place, "")
        out["owner"].append(place)
        out["files"].append(slug(item["id"]))
        out["says"].append(item["says"])
        out["subject"].append(subject_words(item))
        out["check"].append(titles.place(model.check_title(item["check"])))
        out["area"].append(areas.place(item["area"]))
        out["severity"].append(severities.place(item["severity"]))
        out["verdict"].append(verdicts.place(item["verdict"]))
    data = {
        **out,
        "titles": titles.values,
        "accounts": accounts.values,
        "account_files": [account_files[index] for index in range(len(accounts.values))],
        "owners": owners.values,
        "owner_files": [owner_files[index] for index in range(len(owners.values))],
        "areas": areas.values,
        "severities": severities.values,
        "verdicts": verdicts.values,
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # `<` could end a script element if someone pasted this into a page.
    return f"auditgenFindings({text.replace('<', chr(92) + 'u003c')});\n".encode()
