"""Words for the page of password hygiene: how many logins, what was compared, and who has something to mend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auditgen.reference.scale import number
from auditgen.report.site.model import Model
from auditgen.report.site.words import capital, count, day_words

AREA = "password_hygiene"


def logins_context(model: Model) -> dict[str, Any]:
    """What area_logins.html needs beside the results; empty when no vault was read."""
    logins = model.data["logins"]
    if not logins:
        return {}
    return {
        "logins": logins,
        "logins_lead": _lead(logins),
        "breach_says": _breach(logins["breach"]),
        "login_owners": _owners(model),
    }


def _lead(logins: Mapping[str, Any]) -> str:
    vaults = count(len(logins["vaults"]), "vault")
    were = "was" if logins["total"] == 1 else "were"
    says = f"{capital(count(logins['total'], 'login'))} {were} found in {vaults}."
    if logins["private"]:
        are = "is private, in a personal vault" if logins["private"] == 1 else "are private, in personal vaults"
        says += f" {capital(number(logins['private']))} of them {are}; no site of those is named."
    return f"{says} Of all these logins there are" if logins["counts"] else says


def _breach(breach: Mapping[str, Any] | None) -> str:
    if breach is None:
        return "No list of breached passwords was given, so none was compared with one."
    where = "the online list" if breach["method"] == "online" else "a list kept here"
    dated = f", as of {day_words(breach['list_on'])}" if breach["list_on"] else ", of which nobody knows the age"
    if breach["reason"]:
        says = f"The comparison with {where} of breached passwords is not complete; what it missed is not checked."
        return f"{says} {breach['says'] or breach['reason']}"
    were = "was" if breach["asked"] == 1 else "were"
    passwords = capital(count(breach["asked"], "different password"))
    size = f"about {_about(breach['lines'])} " if breach["lines"] else ""
    return f"{passwords} {were} compared with {where} of {size}breached ones{dated}."


def _about(lines: int) -> str:
    """An estimate with two figures that mean something."""
    digits = len(str(lines)) - 2
    return f"{round(lines, -digits) if digits > 0 else lines:,}"


def _owners(model: Model) -> list[tuple[str | None, str | None, int]]:
    """Owner, name and number of logins with something open, most first; nobody named comes last."""
    found: dict[tuple[str | None, str | None], set[tuple[str, str]]] = {}
    for item in model.data["findings"]:
        if item["area"] == AREA and item["verdict"] == "fail" and item["about"] == "credential":
            found.setdefault((item["owner"], item["owner_title"]), set()).add((item["source"], item["locator"]))
    rows = [(owner, title, len(places)) for (owner, title), places in found.items()]
    return sorted(rows, key=lambda row: (row[0] is None, -row[2], str(row[0])))
