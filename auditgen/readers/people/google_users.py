"""Google Workspace users: the CSV of “Download users” in the admin console.

Columns come in any order and number. Password columns are dropped before anything else looks at a row. A second
factor that is enrolled says nothing about its kind; a user who never signed in is not a user who is away.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path

from auditgen.files.cells import Notes, as_bool, as_date, as_text, blank, day_first, shown
from auditgen.files.errors import ReadError
from auditgen.files.tabular import columns, header_words, overlong, read_sheets, with_header
from auditgen.readers import Context, Sink, SourceReport

# Header of the export, without its bracketed notes, → field.
_FIELDS = {
    "first name": "first", "last name": "last", "email address": "email", "email": "email", "primary email": "email",
    "status": "status", "last sign in": "signed_in", "work secondary email": "work_other",
    "home secondary email": "home_other", "2sv enrolled": "factor", "2sv enforced": "enforced",
    "is admin": "administrator", "admin": "administrator",
}  # fmt: skip
_NEVER = {"never logged in", "never signed in", "never"}
# The directory's own interface writes this day for never.
_EPOCH = date(1970, 1, 1)
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
        sheet = with_header(sheets[0], _FIELDS)
        found, used, ignored = columns(sheet, _FIELDS)
        if "email" not in found:
            raise ReadError(f"{file}: expected a column Email Address, found {header_words(sheet)}")
        notes = Notes()
        for number in overlong(sheet):
            notes.add("Rows with more cells than the header", f"row {number}")
        at = found.get("signed_in")
        order = None if at is None else day_first(cells[at] for _, cells in sheet.rows if at < len(cells))
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
                    notes.add(f"Column {sheet.header[found[field]]}, not understood and taken as not known",
                              f"row {at}: {shown(row.get(field))}, expected {expected}")  # fmt: skip
                    return None

            never = (as_text(row.get("signed_in")) or "").casefold() in _NEVER
            signed = None if never else take("signed_in", partial(as_date, day_first=order), "a date")
            if signed == _EPOCH:
                signed, never = None, True
            status = (as_text(row.get("status")) or "").casefold()
            if status and status not in _STATUS:
                notes.add(f"Column {sheet.header[found['status']]}, not understood and taken as not known",
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
                    "last_sign_in_on": signed,
                    # What could not be read says neither.
                    "never_signed_in": True if never else False if signed else None,
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
