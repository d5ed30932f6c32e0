"""Word documents as passages, read from the zip itself; a line is the number of the paragraph, counted from 1.

Comments, tracked deletions, hidden text and tables of contents are not text. Footnotes follow at the end. Page headers
and footers are kept apart, for what they tell of owner, version and dates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from auditgen.documents.document import LONGEST_ADDRESS, MAX_LINKS, Document
from auditgen.documents.office.blocks import Blocks
from auditgen.documents.office.zip_package import Attributes, Handlers, Package

MAIN = "word/document.xml"
_HEADING = re.compile(r"heading ([1-9])$", re.I)
# Text of these is not there for readers: removed, moved away, said a second time for older programs, or code.
# Properties within a change tell how a paragraph was before it.
_SKIP = frozenset({"w:del", "w:moveFrom", "mc:Fallback", "w:pPrChange", "w:rPrChange", "w:tblPrChange", "w:tcPrChange"})
_NOTES = ("footnotes", "endnotes")
_OFF = ("0", "false", "off", "none")
# Headers and footers of a document; each section may have three of both.
_MARGINS = 12
_LONG_HEADING = 400
_FIELD_CODE = 2_200
_HYPERLINK = re.compile(r'HYPERLINK\b(?:\s+\\[a-z](?=\s+(?:"|\\)))*(?:\s+(?:"([^"]*)"|([^\s"\\]\S*)))?', re.I)
_PLACE = re.compile(r'\\l\s+"([^"]*)"', re.I)


@dataclass
class _Style:
    based_on: str | None = None
    name: str = ""
    level: int | None = None
    item: bool | None = None


@dataclass
class Styles:
    """Styles by id, and the language of the document. A style takes from the one it is based on what it leaves open.

    Heading levels come from the outline level, or from the built-in name, which is English in every language of Word.
    """

    by_id: dict[str, _Style] = field(default_factory=dict)
    language: str | None = None
    default: str = ""

    def chain(self, style: str) -> list[_Style]:
        found: list[_Style] = []
        seen: set[str] = set()
        while style and style not in seen and style in self.by_id:
            seen.add(style)
            found.append(self.by_id[style])
            style = self.by_id[style].based_on or ""
        return found

    def level(self, style: str) -> int | None:
        """Level of a heading; 0 for the title."""
        for item in self.chain(style or self.default):
            if item.name.casefold() == "title":
                return 0
            if item.level is not None:
                # Nine and more is how a style says that it is no heading, whatever it is based on.
                return item.level
            if match := _HEADING.match(item.name):
                return int(match[1])
        return None

    def item(self, style: str) -> bool:
        return next((item.item for item in self.chain(style or self.default) if item.item is not None), False)

    def contents(self, style: str) -> bool:
        """Whether a paragraph stands in a table of contents."""
        return any(re.match(r"toc \d|toc heading|table of figures", item.name, re.I) for item in self.chain(style))


def read_docx(path: Path, file: str) -> Document:
    """Take a Word document apart. Raises ReadError with one sentence when it cannot be read."""
    with Package(path, file) as package:
        main = main_part(package) or MAIN
        folder = main.rpartition("/")[0]
        styles = _styles(package, f"{folder}/styles.xml")
        document = Document()
        blocks = Blocks(document, file)
        _read_part(package, main, blocks, styles)
        for notes in _NOTES:
            if f"{folder}/{notes}.xml" in package.names:
                blocks.outline.enter(0, "")
                _read_part(package, f"{folder}/{notes}.xml", blocks, styles)
        margins = sorted(name for name in package.names if re.fullmatch(rf"{folder}/(?:header|footer)\d*\.xml", name))
        aside = Document()
        for name in margins[:_MARGINS]:
            _Part(Blocks(aside, file), styles, {}, margin=True).read(package, name)
        document.margins = aside.passages
        told = package.properties("docProps/core.xml")
    first = next((item for item in document.passages if item.kind == "heading"), None)
    document.title = document.title or (first.text if first else None) or told.get("title")
    document.language = styles.language or told.get("language")
    return document


def main_part(package: Package) -> str | None:
    """The part that holds the text, as the package names it; None when this is no Word document."""
    if MAIN in package.names:
        return MAIN
    found: list[str] = []

    def relation(attributes: Attributes) -> None:
        if attributes.get("Type", "").endswith("/officeDocument"):
            found.append(attributes.get("Target", "").lstrip("/"))

    if "_rels/.rels" in package.names:
        package.parse("_rels/.rels", Handlers({"other:Relationship": relation}))
    return next((name for name in found if name.startswith("word/") and name in package.names), None)


def _styles(package: Package, part: str) -> Styles:
    styles = Styles()
    style = _Style()

    def begin(attributes: Attributes) -> None:
        nonlocal style
        style = styles.by_id[attributes.get("w:styleId", "")] = _Style()
        if attributes.get("w:type") == "paragraph" and attributes.get("w:default", "0") not in _OFF:
            styles.default = attributes.get("w:styleId", "")

    def name(attributes: Attributes) -> None:
        style.name = attributes.get("w:val", "")

    def based_on(attributes: Attributes) -> None:
        style.based_on = attributes.get("w:val")

    def level(attributes: Attributes) -> None:
        style.level = _number(attributes.get("w:val", "")) + 1

    def numbered(attributes: Attributes) -> None:
        style.item = attributes.get("w:val") != "0"

    def language(attributes: Attributes) -> None:
        if not styles.by_id:
            styles.language = styles.language or attributes.get("w:val")

    if part in package.names:
        starts = {"w:style": begin, "w:name": name, "w:basedOn": based_on, "w:outlineLvl": level, "w:numId": numbered,
                  "w:lang": language}  # fmt: skip
        package.parse(part, Handlers(starts))
    return styles


def _read_part(package: Package, part: str, blocks: Blocks, styles: Styles) -> None:
    _Part(blocks, styles, _addresses(package, part)).read(package, part)


def _addresses(package: Package, part: str) -> dict[str, str]:
    """Addresses of the links in a part, by the id under which it names them."""
    folder, _, name = part.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels"
    found: dict[str, str] = {}

    def relation(attributes: Attributes) -> None:
        if attributes.get("Type", "").endswith("/hyperlink") and len(found) < MAX_LINKS:
            found[attributes.get("Id", "")[:200]] = attributes.get("Target", "")[:LONGEST_ADDRESS]

    if relations in package.names:
        package.parse(relations, Handlers({"other:Relationship": relation}))
    return found


def _address(code: str) -> str:
    """The address of a field, or the place in the document it leads to."""
    match = _HYPERLINK.match(code.strip())
    # What follows \\l is a place within what the address names.
    place = _PLACE.search(code)
    within = place[1] if place else ""
    address = (match[1] or match[2] or "") if match else ""
    if not address or (place and match and match[1] is not None and match.end() >= place.end()):
        return f"#{within}" if within else address
    return f"{address}#{within}" if within and "#" not in address else address


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"\d{1,4}", text) else 0


class _Part:
    """One part of a document on its way into blocks.

    addresses  of links, by the id of their relationship
    margin     whether it is a page header or footer, where watermarks hang
    """

    def __init__(self, blocks: Blocks, styles: Styles, addresses: Mapping[str, str], margin: bool = False) -> None:
        self.blocks = blocks
        self.styles = styles
        self.addresses = addresses
        self.margin = margin
        self.in_text = self.in_code = self.hidden = False
        # Separators of footnotes are written as footnotes.
        self.no_note = False
        # Fields that are open: their code, and whether they are links.
        self.fields: list[list[str]] = []
        self.simple: list[bool] = []
        self.handlers = Handlers(
            {
                "w:p": self._paragraph, "w:pStyle": self._style, "w:outlineLvl": self._level,
                "w:numId": self._numbered, "w:r": self._run, "w:vanish": self._vanish, "w:t": self._text,
                "w:br": self._break, "w:cr": self._break, "w:tab": self._space, "w:ptab": self._space,
                "w:noBreakHyphen": self._hyphen, "w:hyperlink": self._link, "w:fldChar": self._field,
                "w:instrText": self._code, "w:tbl": self._table, "w:tr": self._row, "w:tc": self._cell,
                "w:gridSpan": self._span, "w:vMerge": self._merge, "w:footnote": self._note, "w:endnote": self._note,
                "w:fldSimple": self._simple, "other:textpath": self._watermark,
            },
            {
                "w:p": self._end_paragraph, "w:t": self._end_text, "w:instrText": self._end_text,
                "w:hyperlink": blocks.end_link, "w:fldSimple": self._end_simple, "w:tbl": blocks.end_table,
                "w:tr": blocks.end_row, "w:tc": blocks.end_cell,
            },
            self._data,
            _SKIP,
        )  # fmt: skip

    def read(self, package: Package, part: str) -> None:
        package.parse(part, self.handlers)

    def _data(self, text: str) -> None:
        if self.in_text:
            # Soft hyphens say where a word may be broken, and are no letters of it.
            self.blocks.write(text.replace("\n", " ").replace("\xad", ""))
        elif self.in_code and self.fields and len(self.fields[-1][0]) < _FIELD_CODE:
            self.fields[-1][0] += text

    def _paragraph(self, _: Attributes) -> None:
        self.blocks.begin()

    def _run(self, _: Attributes) -> None:
        self.hidden = False

    def _text(self, _: Attributes) -> None:
        self.in_text = not (self.hidden or self.no_note)

    def _end_text(self) -> None:
        self.in_text = self.in_code = False

    def _code(self, _: Attributes) -> None:
        self.in_code = True

    def _break(self, _: Attributes) -> None:
        self.blocks.write("\n")

    def _space(self, _: Attributes) -> None:
        # In the properties of a paragraph the same name sets a tab stop, before anything is written.
        self.blocks.write(" ")

    def _hyphen(self, _: Attributes) -> None:
        self.blocks.write("-")

    def _table(self, _: Attributes) -> None:
        self.blocks.begin_table()

    def _row(self, _: Attributes) -> None:
        self.blocks.begin_row()

    def _cell(self, _: Attributes) -> None:
        self.blocks.begin_cell()

    def _span(self, attributes: Attributes) -> None:
        self.blocks.span(_number(attributes.get("w:val", "")))

    def _merge(self, attributes: Attributes) -> None:
        if attributes.get("w:val", "continue") == "continue":
            self.blocks.from_above()

    def _note(self, attributes: Attributes) -> None:
        self.no_note = attributes.get("w:type", "normal") != "normal"

    def _link(self, attributes: Attributes) -> None:
        address = self.addresses.get(attributes.get("other:id", ""), "")
        place = attributes.get("w:anchor", "")
        self._begin_link(f"{address}#{place}" if place and "#" not in address else address)

    def _begin_link(self, address: str) -> None:
        paragraph = self.blocks.paragraph
        # Lines of a table of contents lead to their headings, and are no text.
        contents = paragraph is not None and self.styles.contents(paragraph.style)
        self.blocks.begin_link("" if contents else address)

    def _simple(self, attributes: Attributes) -> None:
        code = attributes.get("w:instr", "")[:_FIELD_CODE]
        self.simple.append(code.strip().upper().startswith("HYPERLINK"))
        if self.simple[-1]:
            self._begin_link(_address(code))

    def _end_simple(self) -> None:
        if self.simple.pop():
            self.blocks.end_link()

    def _watermark(self, attributes: Attributes) -> None:
        if self.margin:
            self.blocks.write(f"\n{attributes.get('string', '')[:200]}\n")

    def _style(self, attributes: Attributes) -> None:
        if (paragraph := self.blocks.paragraph) is not None:
            paragraph.style = attributes.get("w:val", "")

    def _level(self, attributes: Attributes) -> None:
        if (paragraph := self.blocks.paragraph) is not None:
            paragraph.level = _number(attributes.get("w:val", "")) + 1

    def _numbered(self, attributes: Attributes) -> None:
        if (paragraph := self.blocks.paragraph) is not None:
            paragraph.item = attributes.get("w:val") != "0"

    def _vanish(self, attributes: Attributes) -> None:
        self.hidden = attributes.get("w:val", "1") not in _OFF

    def _field(self, attributes: Attributes) -> None:
        """A field has a code, then the text it shows; HYPERLINK is how older files write a link."""
        kind = attributes.get("w:fldCharType")
        if kind == "begin":
            self.fields.append(["", ""])
        elif kind == "separate" and self.fields and self.fields[-1][0].strip().upper().startswith("HYPERLINK"):
            self.fields[-1][1] = "link"
            self._begin_link(_address(self.fields[-1][0]))
        elif kind == "end" and self.fields and self.fields.pop()[1]:
            self.blocks.end_link()

    def _end_paragraph(self) -> None:
        """What a paragraph says of itself goes before its style; the two may stand in any order."""
        paragraph = self.blocks.paragraph
        if paragraph is not None:
            style = paragraph.style
            level = paragraph.level if paragraph.level is not None else self.styles.level(style)
            # A heading that runs on for lines is text in the clothes of a heading.
            long = sum(map(len, paragraph.pieces)) > _LONG_HEADING
            paragraph.level = None if level is None or level > 9 or long else level
            paragraph.item = paragraph.item if paragraph.item is not None else self.styles.item(style)
            paragraph.left_out = self.styles.contents(style)
        self.blocks.end()
