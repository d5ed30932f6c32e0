"""OpenDocument texts as passages, read from the zip itself; a line is the number of the paragraph, counted from 1.

Comments, tracked changes, tables of contents and hidden sections are not text. Page headers and footers are kept
apart, for what they tell of owner, version and dates.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from functools import partial
from pathlib import Path

from auditgen.documents.document import Document
from auditgen.documents.office.blocks import MAX_COLUMNS, Blocks
from auditgen.documents.office.zip_package import Attributes, Handlers, Package
from auditgen.files.errors import ReadError

MIMETYPES = ("application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text-template")
_SKIP = frozenset({
    "text:tracked-changes", "office:annotation", "text:table-of-content", "text:alphabetical-index",
    "text:illustration-index", "text:table-index", "text:user-index", "text:object-index", "text:note-citation",
    "text:hidden-text", "text:ruby-text", "office:forms", "office:scripts", "svg:title", "svg:desc",
})  # fmt: skip


def read_odt(path: Path, file: str) -> Document:
    """Take an OpenDocument text apart. Raises ReadError with one sentence when it cannot be read."""
    with Package(path, file) as package:
        if protected(package):
            raise ReadError(f"{file} is protected by a password; save it without one, so that it can be read.")
        document, aside = Document(), Document()
        styles = _Styles(Blocks(aside, file))
        if "styles.xml" in package.names:
            package.parse("styles.xml", styles.handlers)
        package.parse("content.xml", _Content(Blocks(document, file), styles.titles).handlers)
        told = package.properties("meta.xml")
    document.margins = aside.passages
    first = next((item for item in document.passages if item.kind == "heading"), None)
    document.title = document.title or (first.text if first else None) or told.get("title")
    document.language = styles.language or told.get("language")
    return document


def protected(package: Package) -> bool:
    """Whether a password is needed, as the manifest tells."""
    found: list[bool] = []

    def encrypted(_: Attributes) -> None:
        found.append(True)

    # A manifest in the old form begins with a document type, and such a file has no password.
    if "META-INF/manifest.xml" in package.names and b"<!DOCTYPE" not in package.head("META-INF/manifest.xml", 500):
        package.parse("META-INF/manifest.xml", Handlers({"manifest:encryption-data": encrypted}))
    return bool(found)


def _number(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,9}", text) else 1


def _repeated(attributes: Attributes) -> int:
    """How often a cell stands there; empty ones may be told in thousands."""
    return max(1, min(_number(attributes.get("table:number-columns-repeated")), MAX_COLUMNS))


class _Content:
    """The elements of a text on their way into blocks; `titles` are the styles of the title."""

    def __init__(self, blocks: Blocks, titles: AbstractSet[str]) -> None:
        self.blocks = blocks
        self.titles = set(titles)
        self.lists = 0
        # Sections that are open within a hidden one, and itself.
        self.hidden = 0
        # Cells still to come that a wide one covers.
        self.covered = 0
        self.handlers = Handlers(
            {
                "style:style": self._style, "text:p": self._paragraph, "text:h": self._heading,
                "text:list-item": self._item, "text:list-header": self._item, "text:a": self._link,
                "text:section": self._section, "text:s": self._space, "text:tab": self._space,
                "text:line-break": self._break, "table:table": self._table, "table:table-row": self._row,
                "table:table-cell": self._cell, "table:covered-table-cell": self._covered,
            },
            {
                "text:p": blocks.end, "text:h": blocks.end, "text:list-item": self._end_item,
                "text:list-header": self._end_item, "text:a": blocks.end_link, "text:section": self._end_section,
                "table:table-cell": blocks.end_cell, "table:covered-table-cell": blocks.end_cell,
                "table:table-row": blocks.end_row, "table:table": blocks.end_table,
            },
            self.data,
            _SKIP,
        )  # fmt: skip

    def data(self, text: str) -> None:
        if not self.hidden:
            # Soft hyphens say where a word may be broken, and are no letters of it.
            self.blocks.write(text.replace("\n", " ").replace("\xad", ""))

    def _style(self, attributes: Attributes) -> None:
        if attributes.get("style:parent-style-name") in self.titles:
            self.titles.add(attributes.get("style:name", ""))

    def _paragraph(self, attributes: Attributes) -> None:
        paragraph = self.blocks.begin()
        paragraph.item = self.lists > 0
        if attributes.get("text:style-name") in self.titles:
            paragraph.level = 0

    def _heading(self, attributes: Attributes) -> None:
        self.blocks.begin().level = min(9, _number(attributes.get("text:outline-level")))

    def _item(self, _: Attributes) -> None:
        self.lists += 1

    def _end_item(self) -> None:
        self.lists -= 1

    def _link(self, attributes: Attributes) -> None:
        address = "" if self.hidden else attributes.get("other:href", "")
        # Addresses count from within the package, so this leads out of it to the folder it lies in.
        self.blocks.begin_link(address.removeprefix("../"))

    def _section(self, attributes: Attributes) -> None:
        if self.hidden or attributes.get("text:display") == "none":
            self.hidden += 1

    def _end_section(self) -> None:
        self.hidden -= 1 if self.hidden else 0

    def _space(self, _: Attributes) -> None:
        # However many spaces it stands for: one parts the words.
        self.blocks.write(" ")

    def _break(self, _: Attributes) -> None:
        self.blocks.write("\n")

    def _table(self, _: Attributes) -> None:
        self.blocks.begin_table()

    def _row(self, _: Attributes) -> None:
        self.blocks.begin_row()

    def _cell(self, attributes: Attributes) -> None:
        wide = _number(attributes.get("table:number-columns-spanned"))
        self.covered = min(wide, MAX_COLUMNS) - 1
        self.blocks.begin_cell(min(wide * _repeated(attributes), MAX_COLUMNS))

    def _covered(self, attributes: Attributes) -> None:
        """Beside a wide cell its columns are counted with it; below a tall one the cell says what that one says."""
        if self.covered <= 0:
            self.blocks.begin_cell(_repeated(attributes))
            self.blocks.from_above()
        self.covered -= _repeated(attributes)


class _Styles:
    """Language, the styles of titles, and the text of page headers and footers."""

    def __init__(self, aside: Blocks) -> None:
        self.language: str | None = None
        self.titles = {"Title"}
        self._margins = 0
        self._default = False
        content = _Content(aside, set()).handlers
        self._data = content.data
        # What stands in headers and footers goes to the handlers of content, and only that.
        starts = {name: partial(self._within, call) for name, call in content.starts.items() if name != "style:style"}
        ends = {name: partial(self._end_within, call) for name, call in content.ends.items()}
        margins = ("style:header", "style:footer")
        self.handlers = Handlers(
            {
                **starts, **dict.fromkeys(margins, self._margin), "style:default-style": self._defaults,
                "style:style": self._style, "style:text-properties": self._properties,
            },
            {**ends, **dict.fromkeys(margins, self._end_margin)},
            self.data,
            _SKIP,
        )  # fmt: skip

    def _within(self, call: Callable[[Attributes], None], attributes: Attributes) -> None:
        if self._margins:
            call(attributes)

    def _end_within(self, call: Callable[[], None]) -> None:
        if self._margins:
            call()

    def data(self, text: str) -> None:
        if self._margins and self._data is not None:
            self._data(text)

    def _margin(self, _: Attributes) -> None:
        self._margins += 1

    def _end_margin(self) -> None:
        self._margins -= 1

    def _defaults(self, attributes: Attributes) -> None:
        self._default = attributes.get("style:family") == "paragraph"

    def _style(self, attributes: Attributes) -> None:
        self._default = False
        if "Title" in (attributes.get("style:display-name"), attributes.get("style:parent-style-name")):
            self.titles.add(attributes.get("style:name", ""))

    def _properties(self, attributes: Attributes) -> None:
        if self._default and attributes.get("fo:language", "none") != "none":
            self.language = attributes["fo:language"]
