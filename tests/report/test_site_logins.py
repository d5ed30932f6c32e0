"""The page of password hygiene: counts, families and coverage under neutral labels, and nothing that names an item."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser


def page(folder: Path, name: str) -> LexborHTMLParser:
    return LexborHTMLParser((folder / "site" / name).read_text(encoding="utf-8"))


def section(tree: LexborHTMLParser, name: str) -> Any:
    found = tree.css_first(f"section[aria-labelledby={name}]")
    assert found is not None, name
    return found


def test_counts_lead_to_the_checks_that_tell_more(audited: tuple[dict[str, Any], Path]) -> None:
    results, folder = audited
    area = page(folder, "area/password-hygiene.html")
    found = section(area, "in-numbers")
    counts = {item["says"]: item for item in results["logins"]["counts"]}
    assert counts["with a password known from a breach"]["count"] == 2
    for item in counts.values():
        link = next(a for a in found.css("a") if a.text() == item["says"])
        assert link.attributes["href"] == f"../check/{item['check']}.html"
    assert "as of 2 November 2026" in found.text()


def test_families_stand_once_each_with_labels_only(audited: tuple[dict[str, Any], Path]) -> None:
    results, folder = audited
    rows = section(page(folder, "area/password-hygiene.html"), "families").css("tbody tr")
    assert len(rows) == len(results["logins"]["families"]) == 2
    assert {item["kind"] for item in results["logins"]["families"]} == {"same", "near"}


def test_every_account_in_use_stands_in_the_coverage_once(audited: tuple[dict[str, Any], Path]) -> None:
    results, folder = audited
    coverage = {item["account"]: item for item in results["logins"]["kept"]}
    assert coverage.keys() == {item["id"] for item in results["accounts"] if item["status"] != "archived"}
    assert coverage["x-help"]["personal"] is True
    assert coverage["scheduler"]["state"] == "sign_on"
    rows = section(page(folder, "area/password-hygiene.html"), "coverage").css("tbody tr")
    assert len(rows) == len(coverage)
    # What asks for something stands first.
    assert "in a personal vault" in rows[0].text()


def test_titles_and_user_names_stand_in_fix_lists_and_nowhere_else(
    example: Path, audited: tuple[dict[str, Any], Path]
) -> None:
    _, folder = audited
    lists = folder.parent / "fix-lists"
    assert stat.S_IMODE(lists.stat().st_mode) == 0o700
    names = set()
    for path in lists.glob("*.csv"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with path.open(encoding="utf-8-sig", newline="") as stream:
            names |= {row["item"] for row in csv.DictReader(stream)}
    assert {"Social / Pinterest", "Planner trial", "Survey tool, old"} <= names
    vault = json.loads((example / "vaults" / "tom-okafor.json").read_text(encoding="utf-8"))
    private = [item["name"] for item in vault["items"]]
    for path in [*folder.rglob("*.html"), *folder.rglob("*.json"), *folder.rglob("*.csv")]:
        text = path.read_text(encoding="utf-8")
        for name in ("Planner trial", "Survey tool, old", *private[2:6]):
            assert name not in text, path


def test_the_evidence_page_says_what_answers_hang_on(audited: tuple[dict[str, Any], Path]) -> None:
    results, folder = audited
    text = section(page(folder, "evidence.html"), "i").text()
    for item in results["logins"]["instruments"]:
        assert item["title"] in text
    assert {"zxcvbn-rs-py", "breach list", "table of second factors"} <= {
        item["title"] for item in results["logins"]["instruments"]
    }
