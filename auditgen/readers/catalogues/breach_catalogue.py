"""A catalogue of breached sites, in the form Have I Been Pwned publishes: which site lost passwords, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from auditgen.files.errors import ReadError
from auditgen.files.json_file import read_json
from auditgen.readers import Context, Sink, SourceReport
from auditgen.reference.sites import SAME


class BreachCatalogue:
    name = "breach-catalogue"
    title = "Catalogue of breached sites"
    options: Mapping[str, str] = {}
    tables = ("incidents",)
    after: tuple[str, ...] = ()
    missing = (
        "Save the list of breaches that Have I Been Pwned publishes (api/v3/breaches) and add it with reader "
        "breach-catalogue; incidents of your own belong in the inventory."
    )

    def read(self, path: Path, context: Context, sink: Sink) -> list[SourceReport]:
        """Fill incidents with breaches that lost passwords. Raises ReadError for a file that is no such list."""
        file = context.relative(path)
        data = read_json(path, file, "a list of breaches in JSON")
        if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
            raise ReadError(f"{file}: expected a list of breaches, each with Name, Domain, BreachDate and DataClasses")
        rows, refused, other = [], 0, 0
        seen_on = context.seen_on(path)
        for number, item in enumerate(data, 1):
            domain, day = item.get("Domain"), _day(item.get("BreachDate"))
            if not isinstance(domain, str) or day is None:
                refused += 1
            elif item.get("IsFabricated") or item.get("IsSpamList") or not _lost_passwords(item) or not domain:
                other += 1
            else:
                title = item.get("Title") or item.get("Name") or domain
                rows.append(
                    {
                        "incident": str(item.get("Name") or domain),
                        "domain": SAME.get(domain.casefold(), domain.casefold()),
                        "happened_on": day,
                        "what": f"passwords of {title} were lost",
                        "source": file,
                        "locator": f"entry {number}",
                        "seen_on": seen_on,
                        "basis": "exported",
                    }
                )
        sink.add("incidents", rows)
        message = f"{other:,} breaches without passwords or without a site were left out." if other else None
        status = "partly" if refused else "read" if rows else "empty"
        return [SourceReport(file, status, len(rows), refused, message=message, seen_on=seen_on)]


def _lost_passwords(item: Mapping[str, Any]) -> bool:
    classes = item.get("DataClasses")
    return isinstance(classes, list) and "Passwords" in classes


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


READER = BreachCatalogue()
