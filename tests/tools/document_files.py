"""Made-up documents in Word, OpenDocument and PDF form, piece by piece, and files that mean harm."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
ODF = "urn:oasis:names:tc:opendocument:xmlns"
_SPACES = "".join(
    f' xmlns:{name}="{ODF}:{name}:1.0"' for name in ("office", "text", "table", "style", "meta", "drawing", "manifest")
)
STYLES = f"""<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="en-GB"/></w:rPr></w:rPrDefault>
</w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Standard"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/><w:basedOn w:val="Standard"/>
<w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Titre2"><w:name w:val="heading 2"/></w:style>
<w:style w:type="paragraph" w:styleId="House"><w:name w:val="House Head"/><w:basedOn w:val="berschrift1"/></w:style>
<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="Liste"><w:name w:val="List Bullet"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>
</w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="paragraph" w:styleId="Loop"><w:name w:val="Loop"/><w:basedOn w:val="Loop"/></w:style>
</w:styles>"""


def packed(parts: Mapping[str, str | bytes], stored: Sequence[str] = ()) -> bytes:
    """A zip with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def docx(body: str, parts: Mapping[str, str] | None = None, space: str = W) -> bytes:
    """A Word document around the XML of a body."""
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    text = f'<w:document xmlns:w="{space}" xmlns:mc="{mc}"><w:body>{body}</w:body></w:document>'
    return packed({"word/document.xml": text, "word/styles.xml": STYLES, **(parts or {})})


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def odt(body: str, parts: Mapping[str, str] | None = None, styles: str = "") -> bytes:
    """An OpenDocument text around the XML of a body."""
    text = (
        f"<office:document-content{_SPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return packed(
        {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": text, **(parts or {})}, ["mimetype"]
    )


def odt_styles(inner: str) -> str:
    fo = f'xmlns:fo="{ODF}:xsl-fo-compatible:1.0"'
    return f"<office:document-styles{_SPACES} {fo}>{inner}</office:document-styles>"


class Pdf:
    """A PDF put together by hand, so that it can be put together wrongly."""

    def __init__(self) -> None:
        self.objects: list[bytes] = [b"", b""]
        self.pages: list[int] = []
        self.font = self.add(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
        self.catalog = b""
        self.tree: bytes | None = None
        self.trailer = b""

    def add(self, data: bytes) -> int:
        self.objects.append(data)
        return len(self.objects)

    def stream(self, data: bytes, extra: bytes = b"") -> int:
        return self.add(b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), extra, data))

    def page(self, content: bytes | int, resources: bytes = b"") -> int:
        number = content if isinstance(content, int) else self.stream(content)
        fonts = b"/Font << /F1 %d 0 R >>" % self.font
        self.pages.append(
            self.add(
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << %s %s >> /Contents %d 0 R >>"
                % (fonts, resources, number)
            )
        )
        return self.pages[-1]

    def lines(self, *lines: str | tuple[str, float], top: float = 780.0) -> int:
        """A page with lines of text, each with its size; an empty one is a gap."""
        out, y = [], top
        for line in lines:
            text, size = line if isinstance(line, tuple) else (line, 11.0)
            if text:
                escaped = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
                out.append(b"BT /F1 %g Tf 1 0 0 1 72 %g Tm (%s) Tj ET" % (size, y, escaped))
            y -= size * (1.2 if text else 0.9)
        return self.page(b"\n".join(out))

    def save(self) -> bytes:
        kids = b" ".join(b"%d 0 R" % number for number in self.pages)
        self.objects[0] = b"<< /Type /Catalog /Pages 2 0 R %s >>" % self.catalog
        self.objects[1] = self.tree or b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(self.pages), kids)
        out, places = bytearray(b"%PDF-1.7\n"), []
        for number, data in enumerate(self.objects, 1):
            places.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, data)
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
        out += b"".join(b"%010d 00000 n \n" % place for place in places)
        out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
            len(places) + 1, self.trailer, start,
        )  # fmt: skip
        return bytes(out)


def _squeezed(piece: bytes, times: int) -> bytes:
    """A deflated stream of a piece many times over, without ever holding it whole."""
    packer = zlib.compressobj(9)
    return b"".join([*(packer.compress(piece) for _ in range(times)), packer.flush()])


def _part(name: str, head: bytes, piece: bytes, times: int, tail: bytes, rest: Mapping[str, str]) -> bytes:
    """A zip with one large part, written piece by piece."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for other, data in rest.items():
            package.writestr(other, data)
        with package.open(name, "w") as stream:
            stream.write(head)
            for _ in range(times):
                stream.write(piece)
            stream.write(tail)
    return out.getvalue()


_OPEN, _CLOSE = f'<w:document xmlns:w="{W}"><w:body>'.encode(), b"</w:body></w:document>"
_MEGA = 1_000_000


def _big_docx(piece: bytes, times: int, head: bytes = _OPEN, tail: bytes = _CLOSE) -> bytes:
    return _part("word/document.xml", head, piece, times, tail, {"word/styles.xml": STYLES})


def _entities(declared: str) -> bytes:
    text = f'<?xml version="1.0"?><!DOCTYPE w [{declared}]><w:document xmlns:w="{W}"><w:body>{paragraph("&j;")}'
    return packed({"word/document.xml": f"{text}</w:body></w:document>"})


def _laughs() -> bytes:
    names = "abcdefghij"
    rows = [f'<!ENTITY a "{"x" * 10}">']
    rows += [f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(names)]
    return _entities("".join(rows))


def _above() -> str:
    """A cell with a long text that ten thousand rows take from above, under a header as long."""
    long, below = "word " * 100_000, "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>"
    first = f"<w:tc>{paragraph(long)}</w:tc><w:tc>{paragraph('Who')}</w:tc>"
    row = f"<w:tr>{below}<w:tc>{paragraph('Ana')}</w:tc></w:tr>"
    return f"<w:tbl><w:tr>{first}</w:tr><w:tr>{first}</w:tr>{row * 10_000}</w:tbl>"


def _headers() -> bytes:
    """Many parts, each of which might be a whole document."""
    part = f'<w:hdr xmlns:w="{W}">{"<w:p/>" * 500_000}</w:hdr>'
    return docx(paragraph("Text."), {f"word/header{number}.xml": part for number in range(20)})


def _many_members() -> bytes:
    """A zip that says it has a million files; each is a line of its directory only."""
    line = b"PK\x01\x02" + bytes(24) + b"\x04\x00" + bytes(16) + b"aaaa"
    directory = line * 1_000_000
    whole = packed({"word/document.xml": _OPEN + _CLOSE})
    end = b"PK\x05\x06" + bytes(4) + b"\xff\xff\xff\xff"
    end += len(directory).to_bytes(4, "little") + len(whole).to_bytes(4, "little") + b"\x00\x00"
    return whole + directory + end


def _lying() -> bytes:
    """A bomb that says of itself that it is small."""
    data = bytearray(_big_docx(b" " * _MEGA, 100))
    size = (100 * _MEGA + len(_OPEN) + len(_CLOSE)).to_bytes(4, "little")
    while (at := data.find(size)) >= 0:
        data[at : at + 4] = (1_000).to_bytes(4, "little")
    return bytes(data)


def _pdf_bomb(filters: int = 1) -> bytes:
    data = _squeezed(b" " * _MEGA, 400)
    for _ in range(filters - 1):
        data = zlib.compress(data, 9)
    pdf = Pdf()
    names = b"/FlateDecode " * filters
    pdf.page(pdf.stream(data, b"/Filter [%s]" % names))
    return pdf.save()


def _pdf_endless_text() -> bytes:
    """Two hundred pages that share a stream with a million lines of text."""
    pdf = Pdf()
    stream = pdf.stream(
        _squeezed(b"BT /F1 9 Tf 1 0 0 1 72 700 Tm (words and more) Tj ET\n" * 1_000, 600), b"/Filter /FlateDecode"
    )
    for _ in range(200):
        pdf.page(stream)
    return pdf.save()


def _pdf_tree(kids: bytes) -> bytes:
    pdf = Pdf()
    pdf.lines("A page with a line of text.")
    pdf.tree = b"<< /Type /Pages /Count 3 /Kids [%s] >>" % kids
    return pdf.save()


def _pdf_wide_tree() -> bytes:
    """Ten levels of ten times the same child: ten thousand million pages."""
    pdf = Pdf()
    below = pdf.lines("A page.")
    count = 1
    for _ in range(10):
        count *= 10
        below = pdf.add(b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, b"%d 0 R " % below * 10))
    pdf.tree = b"<< /Type /Pages /Count %d /Kids [%d 0 R] >>" % (count, below)
    return pdf.save()


def _pdf_forms() -> bytes:
    """Forms that draw the next one ten times each, eight levels deep."""
    pdf = Pdf()
    below = pdf.stream(b"BT /F1 9 Tf (x) Tj ET", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]")
    for _ in range(8):
        resources = b"/Resources << /XObject << /X %d 0 R >> /Font << /F1 %d 0 R >> >>" % (below, pdf.font)
        below = pdf.stream(b"/X Do " * 10, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] " + resources)
    pdf.page(b"/X Do", b"/XObject << /X %d 0 R >>" % below)
    return pdf.save()


def _pdf_letters() -> bytes:
    """A font whose table of letters has thousands of millions of them."""
    pdf = Pdf()
    table = b"1 begincodespacerange <00000000> <FFFFFFFF> endcodespacerange\n"
    table += b"100 beginbfrange\n" + b"<00000000> <FFFFFFFF> <0041>\n" * 100 + b"endbfrange\n"
    cmap = pdf.stream(b"/CIDInit /ProcSet findresource begin begincmap\n" + table + b"endcmap end")
    pdf.objects[pdf.font - 1] = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /ToUnicode %d 0 R >>" % cmap
    )
    pdf.lines("Words.")
    return pdf.save()


def _pdf_pages(pages: int) -> bytes:
    pdf = Pdf()
    for number in range(1, pages + 1):
        pdf.lines(
            "Handbook of the Hill Farm", "",
            *(f"Line {line} of page {number} says that every post is approved by a second person." for line in range(40)),
            f"Page {number} of {pages}",
        )  # fmt: skip
    return pdf.save()


def _pdf_running() -> bytes:
    """Lines without a gap or an end for two hundred and fifty pages."""
    pdf = Pdf()
    for _ in range(250):
        pdf.lines(*["and so on, and on, without an end or a gap that would tell where something new begins"] * 55)
    return pdf.save()


def _pdf_broken() -> bytes:
    pdf = Pdf()
    pdf.lines("Every post is approved by a second person.")
    data = pdf.save()
    at = data.rfind(b"xref\n0")
    return data[:at] + b"xref\n0 9\n" + b"9999999999 00000 n \n" * 9 + data[data.rfind(b"trailer") :]


def _pdf_previous_loop() -> bytes:
    pdf = Pdf()
    pdf.lines("Every post is approved by a second person.")
    pdf.trailer = b"/Prev 0000000000"
    data = pdf.save()
    return data.replace(b"/Prev 0000000000", b"/Prev %010d" % data.rfind(b"xref\n0"))


# Name of a file → what is in it. Each must end in a document or one sentence, soon and in little memory.
HOSTILE: Mapping[str, Callable[[], bytes]] = {
    "spaces.docx": lambda: _big_docx(b" " * _MEGA, 200),
    "lying.docx": _lying,
    "paragraphs.docx": lambda: _big_docx(paragraph("Every post is approved by a second person.").encode() * 10_000, 60),
    "empty-paragraphs.docx": lambda: _big_docx(b"<w:p/>" * 100_000, 100),
    "rows.docx": lambda: _big_docx(b"<w:tr><w:tc><w:p/></w:tc></w:tr>" * 10_000, 200, _OPEN + b"<w:tbl>", b"</w:tbl>" + _CLOSE),
    "cells.docx": lambda: _big_docx(b"<w:tc><w:p/></w:tc>" * 10_000, 200, _OPEN + b"<w:tbl><w:tr>", b"</w:tr></w:tbl>" + _CLOSE),
    "one-paragraph.docx": lambda: _big_docx(b"word " * 100_000, 80, _OPEN + b"<w:p><w:r><w:t>", b"</w:t></w:r></w:p>" + _CLOSE),
    "attribute.docx": lambda: _big_docx(b"x" * _MEGA, 40, _OPEN + b'<w:p w:a="', b'"/>' + _CLOSE),
    "comment.docx": lambda: _big_docx(b"x" * _MEGA, 40, _OPEN + b"<!--", b"-->" + _CLOSE),
    "deep.docx": lambda: _big_docx(b"<w:p>" * 1_000, 100),
    "laughs.docx": _laughs,
    "quadratic.docx": lambda: _entities(f'<!ENTITY j "{"x" * 100_000}">'),
    "outside.docx": lambda: _entities('<!ENTITY j SYSTEM "file:///etc/hostname">'),
    "members.docx": _many_members,
    "nested.docx": lambda: packed({"a.zip": packed({"b.zip": packed({"word/document.xml": "x" * _MEGA})})}),
    "repeated.odt": lambda: odt(
        '<table:table><table:table-row table:number-rows-repeated="1000000000">'
        '<table:table-cell table:number-columns-repeated="1000000000"><text:p>a<text:s text:c="1000000000"/></text:p>'
        "</table:table-cell></table:table-row></table:table>"
    ),
    "spaces.odt": lambda: _part("content.xml", b"<a>", b" " * _MEGA, 200, b"</a>",
                                {"mimetype": "application/vnd.oasis.opendocument.text"}),
    "laughs.odt": lambda: packed({
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": '<!DOCTYPE a [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>',
    }),
    "bomb.pdf": _pdf_bomb,
    "bomb-in-bomb.pdf": lambda: _pdf_bomb(3),
    "endless.pdf": _pdf_endless_text,
    "pages.pdf": lambda: _pdf_pages(2_000),
    "loop.pdf": lambda: _pdf_tree(b"2 0 R 2 0 R"),
    "missing.pdf": lambda: _pdf_tree(b"99 0 R"),
    "wide.pdf": _pdf_wide_tree,
    "forms.pdf": _pdf_forms,
    "letters.pdf": _pdf_letters,
    "broken.pdf": _pdf_broken,
    "previous.pdf": _pdf_previous_loop,
    "running.pdf": lambda: _pdf_running(),
    "arrays.pdf": lambda: _pdf_tree(b"[" * 100_000),
    "text.pdf": lambda: b"%PDF-1.7\n" + b"1 0 obj\n" * 5_000_000,
    "paragraph.txt": lambda: b"word " * 8_000_000,
    "paragraph.md": lambda: b"word " * 8_000_000,
    "line.txt": lambda: b"a" * 3_900_000,
    "bars.txt": lambda: b"|a" * 1_900_000,
    "links.txt": lambda: b"`" * 1_900_000 + b"\n" + b"`a <" * 400_000,
    "stars.rst": lambda: b"**a" * 1_000_000,
    "underlines.rst": lambda: b"=\n" * 1_900_000,
    "colons.rst": lambda: b"a:" * 1_900_000,
    "lines.md": lambda: b"- a word\n" * 400_000,
    "cells.md": lambda: b"|a" * 30 + b"|\n" + b"|-" * 30 + b"|\n" + (b"|b" * 30 + b"|\n") * 40_000,
    "header.md": lambda: b"|" + b"a" * 1_900_000 + b"|b|\n|-|-|\n" + b"|c|d|\n" * 30_000,
    "spans.html": lambda: b"<span>a</span> " * 260_000,
    "above.docx": lambda: docx(_above()),
    "headers.docx": lambda: _headers(),
}  # fmt: skip


def write_hostile(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(HOSTILE[name]())
    return path
