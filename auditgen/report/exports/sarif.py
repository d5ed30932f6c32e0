"""SARIF 2.1.0 (OASIS): findings for code-scanning views."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
_LINE = re.compile(r"^(?:line|row) (\d+)$")


def to_sarif(results: Mapping[str, Any]) -> str:
    """Failing findings are results of kind fail; what could not be checked is kind open or review."""
    checks = results["checks"]
    index = {check["id"]: number for number, check in enumerate(checks)}
    rules = [
        {
            "id": check["id"],
            "name": "".join(word.capitalize() for word in check["id"].split("-")),
            "shortDescription": {"text": check["title"]},
            "fullDescription": {"text": check["why"] or check["title"]},
            "help": {"text": check["fix"] or check["title"], "markdown": check["fix"] or check["title"]},
            "defaultConfiguration": {"level": _LEVELS[check["severity"]]},
            "properties": {"tags": [check["area"], check["stage"]]},
        }
        for check in checks
    ]
    kinds = {"fail": "fail", "unknown": "open", "due": "review"}
    entries = []
    for finding in results["findings"]:
        entry: dict[str, Any] = {
            "ruleId": finding["check"],
            "ruleIndex": index[finding["check"]],
            "kind": kinds[finding["verdict"]],
            # SARIF 2.1.0, 3.27.10: any kind but fail has the level none.
            "level": _LEVELS[finding["severity"]] if finding["verdict"] == "fail" else "none",
            "message": {"text": f"{finding['subject_title'] or finding['subject']}: {finding['says']}"},
            "partialFingerprints": {"auditgen/1": finding["id"]},
            "locations": [_location(finding)],
        }
        exception = finding["exception"]
        # A suppression without status counts as accepted; a lapsed exception suppresses nothing.
        if exception and exception["state"] in ("active", "lapsing"):
            entry["suppressions"] = [{"kind": "external", "justification": exception["reason"] or ""}]
        entries.append(entry)
    log = {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": results["tool"]["name"],
                        "semanticVersion": results["tool"]["version"],
                        "rules": rules,
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": entries,
            }
        ],
    }
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def _location(finding: Mapping[str, Any]) -> dict[str, Any]:
    """Where the evidence is; a finding without a source points at the workspace file."""
    source = finding["source"] or "auditgen.toml"
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(source, safe="/")}}
    match = _LINE.match(finding["locator"] or "")
    if match and int(match[1]) > 0:
        physical["region"] = {"startLine": int(match[1])}
    location: dict[str, Any] = {"physicalLocation": physical}
    logical = finding["account"] or finding["subject"]
    location["logicalLocations"] = [{"name": logical, "kind": "resource"}]
    return location
