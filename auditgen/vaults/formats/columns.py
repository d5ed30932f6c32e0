"""Reads every vault export that is a table: one description a product, one reader for all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from auditgen.vaults.entry import Broken, Entry, Key, Refused, Vault
from auditgen.vaults.formats import Format
from auditgen.vaults.formats.values import add_address, add_totp, day, iso_day
from auditgen.vaults.limits import Archive, Opened, all_rows, csv_rows

# Puts one cell where it belongs in the item; a ValueError or TypeError breaks the row.
Put = Callable[[Entry, str], None]
Row = Mapping[str, str]
# Enough for the localised names in a browser's archive; more is no export.
MAX_TABLES = 50


def nothing(entry: Entry, cell: str) -> None:
    """A column that says nothing about a login."""


def title(entry: Entry, cell: str) -> None:
    entry.title = cell


def username(entry: Entry, cell: str) -> None:
    """The first column that names one is the username, others become fields."""
    if not entry.username:
        entry.username = cell
    elif cell:
        entry.fields.append(("username", cell, False))


def password(entry: Entry, cell: str) -> None:
    entry.password = cell


def notes(entry: Entry, cell: str) -> None:
    entry.notes = cell


def address(entry: Entry, cell: str) -> None:
    add_address(entry, cell)


def totp(entry: Entry, cell: str) -> None:
    add_totp(entry, cell)


def secret(entry: Entry, cell: str) -> None:
    if cell.strip():
        entry.secrets.append(cell)


def collection(entry: Entry, cell: str) -> None:
    entry.collection = cell or None


def archived(entry: Entry, cell: str) -> None:
    if cell.strip().casefold() in ("true", "1", "yes"):
        entry.place = "archive"


def created(entry: Entry, cell: str) -> None:
    entry.created_on = day(cell)


def revised(entry: Entry, cell: str) -> None:
    entry.revised_on = day(cell)


def created_ms(entry: Entry, cell: str) -> None:
    entry.created_on = day(cell, 1000)


def changed_ms(entry: Entry, cell: str) -> None:
    entry.changed_on = day(cell, 1000)


def created_iso(entry: Entry, cell: str) -> None:
    entry.created_on = iso_day(cell)


def revised_iso(entry: Entry, cell: str) -> None:
    entry.revised_on = iso_day(cell)


def keep(entry: Entry, row: Row) -> Entry | None:
    return entry


@dataclass(frozen=True)
class Table:
    """One kind of CSV.

    columns   header name → what its cells are; the names are ours, so they may be told
    marks     columns that must be there
    one_of    sets of columns of which exactly one must be there
    exact     no column with a name may be there that is not described; for headers that others' headers contain
    cased     upper and lower case count, where two products differ in nothing else
    shared    what the product says of every item
    finish    what follows from several cells together; None leaves the row out
    """

    name: str
    title: str
    product: str
    columns: Mapping[str, Put]
    marks: Collection[str]
    one_of: tuple[Collection[str], ...] = ()
    exact: bool = False
    cased: bool = False
    kind: str | None = None
    shared: bool | None = None
    finish: Callable[[Entry, Row], Entry | None] = keep
    _names: dict[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_names", {self._fold(name): name for name in self.columns})

    def _fold(self, name: str) -> str:
        return name if self.cased else name.casefold()

    def layout(self, header: list[str]) -> list[str | None] | None:
        """Our name for each column, None for one that is not described; None when the header is of another table."""
        names = [self._names.get(self._fold(cell.strip())) for cell in header]
        known = {name for name in names if name is not None}
        fits = (
            len(known) == sum(name is not None for name in names)
            and known.issuperset(self.marks)
            and all(len(known.intersection(choice)) == 1 for choice in self.one_of)
            and not (self.exact and any(cell.strip() for cell, name in zip(header, names, strict=True) if name is None))
        )
        return names if fits else None

    def recognise(self, opened: Opened) -> bool:
        return opened.header is not None and self.layout(opened.header) is not None

    def read(self, opened: Opened, key: Key) -> Vault:
        vault = Vault(self.product, self.kind)
        self.fill(vault, opened.rows())
        return vault

    def fill(self, vault: Vault, rows: list[list[str]]) -> None:
        """Add the rows of one table, numbered after what the vault holds already."""
        layout = self.layout(rows[0]) if rows else None
        if layout is None:
            raise Refused("not_vault")
        first = 1 + max([entry.number for entry in vault.entries] + [number for number, *_ in vault.broken], default=0)
        for number, row in enumerate(rows[1:], first):
            if len(row) < len(layout) and not any(cell.strip() for cell in row):
                continue
            try:
                entry = self._entry(number, layout, row)
            except Broken as broken:
                vault.broken.append((number, broken.field_name, broken.error))
                continue
            except Exception as error:  # its text may quote the row
                vault.broken.append((number, "row", type(error).__name__))
                continue
            if entry is not None:
                vault.entries.append(entry)

    def _entry(self, number: int, layout: list[str | None], row: list[str]) -> Entry | None:
        if len(row) != len(layout):
            # A cell too many or too few shifts the others, so none of the row can be trusted.
            few = len(row) < len(layout)
            at = next((name for name in layout[len(row) :] if name), None) if few else None
            last = next(name for name in reversed(layout) if name)
            raise Broken(at or last, "TooFewCells" if few else "TooManyCells")
        entry = Entry(number, shared=self.shared)
        cells = {name: cell for name, cell in zip(layout, row, strict=True) if name is not None}
        for name, cell in cells.items():
            with_column(name, self.columns[name], entry, cell)
        return self.finish(entry, cells)

    def format(self) -> Format:
        return Format(self.name, self.title, self.recognise, self.read)


def with_column(name: str, put: Put, entry: Entry, cell: str) -> None:
    """Put one cell. Raises Broken, which holds the name of the column but not what stands in it."""
    try:
        put(entry, cell)
    except Broken:
        raise
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise Broken(name, type(error).__name__) from None


def tables_of(archive: Archive | None) -> Iterator[tuple[str, list[str]]]:
    """Name and header of every table in a zip."""
    names = [name for name in archive.names if name.casefold().endswith(".csv")] if archive else []
    for name in names[:MAX_TABLES]:
        # macOS packs a file of its own beside each file.
        if archive is None or name.startswith("__MACOSX/"):
            continue
        try:
            yield name, next(csv_rows(archive.text(name)), [])
        except Refused as refused:
            if refused.code in ("zip_password", "zip_suspicious", "too_large", "not_zip"):
                raise


def rows_of(archive: Archive, name: str) -> list[list[str]]:
    return all_rows(archive.text(name))
