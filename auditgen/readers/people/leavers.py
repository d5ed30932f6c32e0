"""Leavers: the list of the people team, CSV or XLSX; there is no standard, so headers go by their usual names.

A last day in the future is a leaver who is planned; garden leave already counts as left.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from auditgen.files.cells import Notes, as_date, as_text, day_first, shown
from auditgen.files.errors import ReadError
from auditgen.files.tabular import Sheet, columns, header_words, overlong, read_sheets, with_header
from auditgen.readers import Context, Sink, SourceReport

_FIELDS = {
    alias: field
    for field, aliases in {
        "record": "employee,employee id,employee number,personnel number,id,personalnummer,mitarbeiternummer",
        "email": "work email,email,e mail,email address,work e mail,business email,mail,e mail adresse,"
        "e mail dienstlich",
        "name": "name,full name,employee name,display name,mitarbeiter,vollständiger name",
        "first": "first name,given name,vorname",
        "last": "last name,surname,family name,nachname",
        "left_on": "termination date,terminationdate,last day,last working day,exit date,leaving date,effective date,"
        "end date,austrittsdatum,letzter arbeitstag,austritt",
        "status": "status,employment status,beschäftigungsstatus",
    }.items()
    for alias in aliases.split(",")
}
_GONE = {"terminated", "inactive", "left", "garden leave", "gardening leave", "ausgeschieden", "freigestellt"}
_HERE = {"active", "aktiv", "employed", "notice", "on notice", "leaving"}


class Leavers:
    name = "leavers"
    title = "Leavers from the people team"
    options: Mapping[str, str] = {}
    tables = ("person_records", "people.left_on")
    after: tuple[str, ...] = ()
    # A list with its header and no row says that nobody left.
    settles = ("people.left_on",)
    missing = (
        "Ask the people team for a list of leavers with name, work e-mail and last day; add it with reader leavers."
    )

    def read(self, path: Path, context: Context, sink: Sink) -> list[SourceReport]:
        """Fill person_records with origin leavers, one report a sheet. Raises ReadError without its columns."""
        file = context.relative(path)
        sheets = [with_header(sheet, _FIELDS) for sheet in read_sheets(path, file)]
        usable = [sheet for sheet in sheets if "left_on" in columns(sheet, _FIELDS)[0]]
        if not usable:
            seen = header_words(sheets[0]) if sheets else "no table"
            raise ReadError(f"{file}: expected a column with the last day, such as Last Day, found {seen}")
        return [self._sheet(sheet, file, context, path, sink) for sheet in usable]

    def _sheet(self, sheet: Sheet, file: str, context: Context, path: Path, sink: Sink) -> SourceReport:
        found, used, ignored = columns(sheet, _FIELDS)
        if not found.keys() & {"email", "name", "last"}:
            raise ReadError(f"{file}: expected a column with the name or work e-mail, found {header_words(sheet)}")
        seen_on = context.seen_on(path)
        place = f"sheet {sheet.name} row" if sheet.name else "row"
        at = found["left_on"]
        order = day_first(cells[at] for _, cells in sheet.rows if at < len(cells))
        notes, rows, refused = Notes(), [], 0
        for number in overlong(sheet):
            notes.add("Rows with more cells than the header", f"{place} {number}")
        for number, cells in sheet.rows:
            row = {field: cells[index] if index < len(cells) else None for field, index in found.items()}
            names = [as_text(row.get("first")), as_text(row.get("last"))]
            display = as_text(row.get("name")) or " ".join(name for name in names if name) or None
            email = as_text(row.get("email"))
            if display is None and email is None:
                refused += 1
                notes.add("Rows without name and e-mail were left out", f"{place} {number}")
                continue
            left_on = None
            try:
                left_on = as_date(row["left_on"], order)
            except ValueError as error:
                notes.add("Last day not certain and taken as not known",
                          f"{place} {number}: {shown(row['left_on'])}, expected {error}")  # fmt: skip
            word = (as_text(row.get("status")) or "").casefold()
            status = "left" if word in _GONE else None
            if word and word not in _GONE | _HERE:
                notes.add("Status not understood", f"{place} {number}: {shown(word)}")
            rows.append(
                {
                    "record": as_text(row.get("record")),
                    "display": display,
                    "email": email.casefold() if email else None,
                    "status": status,
                    "left_on": left_on,
                    "origin": "leavers",
                    "source": file,
                    "locator": f"{place} {number}",
                    "seen_on": seen_on,
                    "basis": "exported",
                }
            )
        sink.add("person_records", rows)
        status_word = "empty" if not rows else "partly" if refused else "read"
        return SourceReport(file, status_word, len(rows), refused, used, ignored, notes.sentence(), seen_on)


READER = Leavers()
