"""Google Workspace users: the CSV of “Download users” in the admin console.

Columns come in any order and number. Password columns are dropped before anything else looks at a row. A second
factor that is enrolled says nothing about its kind; a user who never signed in is not a user who is away.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from auditgen.readers import Context, ReadError, Sink, SourceReport
from auditgen.readers.cells import Notes, as_bool, as_date, as_text, blank, shown
from auditgen.readers.tabular import columns, read_sheets

# Header of the export, without its bracketed notes, → field.
_FIELDS = {
    "first name": "first", "last name": "last", "email address": "email", "email": "email", "primary email": "email",
    "status": "status", "last sign in": "signed_in", "work secondary email": "work_other",
    "home secondary email": "home_other", "2sv enrolled": "factor", "2sv enforced": "enforced",
    "is admin": "administrator", "admin": "administrator",
}  # fmt: skip
_STATUS = {"active": "active", "suspended": "suspended", "archived": "suspended", "deleted": "left"}


class GoogleUsers:
    name = "google-users"
    title = "Google Workspace users"
    options: Mapping[str, str] = {}
    tables = ("person_records", "people", "people.in_identity_provider", "people.second_factor", "people.status")
    after: tuple[str, ...] = ()
    missing = (
        "Download the users from the Google admin console (Directory, Users, Download users) "
        "and add the file with reader google-users."
    )

    def read(self, path: Path, context: Context, sink: Sink) -> list[SourceReport]:
        """Fill person_records with origin identity_provider. Raises ReadError without an e-mail column."""
        file = context.relative(path)
        sheets = read_sheets(path, file)
        if not sheets:
            raise ReadError(f"{file}: holds no table")
        sheet = sheets[0]
        found, used, ignored = columns(sheet, _FIELDS)
        if "email" not in found:
            seen = ", ".join(sheet.header[:12])
            raise ReadError(f"{file}: expected a column Email Address, found {seen}")
        notes = Notes()
        seen_on = context.seen_on(path)
        rows = []
        refused = 0
        for number, cells in sheet.rows:
            row = {field: cells[at] if at < len(cells) else None for field, at in found.items()}
            email = as_text(row["email"])
            if email is None or "@" not in email:
                refused += 1
                notes.add("Rows without an address were left out", f"row {number}")
                continue

            def take(field: str, kind: object, expected: str, row: dict[str, object] = row, at: int = number) -> object:
                try:
                    return kind(row.get(field))  # type: ignore[operator]
                except ValueError:
                    notes.add(f"Column {field}, not understood and taken as not known",
                              f"row {at}: {shown(row.get(field))}, expected {expected}")  # fmt: skip
                    return None

            signed = as_text(row.get("signed_in"))
            never = None if signed is None else signed.casefold() == "never logged in"
            status = (as_text(row.get("status")) or "").casefold()
            if status and status not in _STATUS:
                notes.add("Column status, not understood and taken as not known",
                          f"row {number}: {shown(status)}, expected Active or Suspended")  # fmt: skip
            names = [as_text(row.get("first")), as_text(row.get("last"))]
            rows.append(
                {
                    "record": email.casefold(),
                    "display": " ".join(name for name in names if name) or None,
                    "email": email.casefold(),
                    "other_emails": [
                        str(as_text(row[key])).casefold()
                        for key in ("work_other", "home_other")
                        if not blank(row.get(key))
                    ],
                    "kind": "staff",
                    "status": _STATUS.get(status),
                    "last_sign_in_on": None if never else take("signed_in", as_date, "a date"),
                    "never_signed_in": never,
                    "second_factor": take("factor", as_bool, "True or False"),
                    "second_factor_enforced": take("enforced", as_bool, "True or False"),
                    "administrator": take("administrator", as_bool, "True or False"),
                    "origin": "identity_provider",
                    "source": file,
                    "locator": f"row {number}",
                    "seen_on": seen_on,
                    "basis": "exported",
                }
            )
        sink.add("person_records", rows)
        status_word = "empty" if not rows else "partly" if refused else "read"
        return [SourceReport(file, status_word, len(rows), refused, used, ignored, notes.sentence(), seen_on)]


READER = GoogleUsers()
