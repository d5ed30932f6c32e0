"""JUnit XML: one suite an area, one case a check, so that any CI shows what failed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

# Characters XML 1.0 cannot carry at all.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LISTED = 20


def clean(text: object) -> str:
    """Text without the characters XML forbids."""
    return _FORBIDDEN.sub("\ufffd", "" if text is None else str(text))


def to_junit(results: Mapping[str, Any]) -> str:
    """Open checks are failures, checks that could not be answered are skipped with the reason."""
    findings = {item["id"]: item for item in results["findings"]}
    checks = {item["id"]: item for item in results["checks"]}
    root = ET.Element("testsuites", name="auditgen")
    totals = {"tests": 0, "failures": 0, "skipped": 0, "errors": 0}
    for area in results["areas"]:
        suite = ET.SubElement(root, "testsuite", name=clean(area["title"]))
        counts = dict.fromkeys(totals, 0)
        for name in area["checks"]:
            check = checks[name]
            case = ET.SubElement(suite, "testcase", name=clean(check["title"]), classname=f"{area['id']}.{name}")
            counts["tests"] += 1
            if check["state"] == "open":
                counts["failures"] += 1
                own = [findings[key] for key in check["findings"] if findings[key]["verdict"] == "fail"]
                lines = [f"{item['subject_title'] or item['subject']}: {item['says']}" for item in own[:LISTED]]
                if check["counts"]["fail"] > LISTED:
                    lines.append(f"… and {check['counts']['fail'] - LISTED:,} more")
                failure = ET.SubElement(case, "failure", message=clean(check["fail"]), type=check["severity"])
                failure.text = clean("\n".join(lines))
            elif check["reason"] in ("error", "timeout"):
                counts["errors"] += 1
                ET.SubElement(case, "error", message=clean(check["message"]), type=check["reason"])
            elif check["state"] in ("unseen", "left_out", "not_applicable"):
                counts["skipped"] += 1
                words = {"unseen": "not checked", "left_out": "left out", "not_applicable": "does not apply here"}
                message = check["message"] or words[check["state"]]
                ET.SubElement(case, "skipped", message=clean(message))
        for key, value in counts.items():
            suite.set(key, str(value))
            totals[key] += value
    for key, value in totals.items():
        root.set(key, str(value))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"
