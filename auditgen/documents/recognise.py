"""Which reader takes a policy document: told by its content first, by its ending second."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from auditgen.documents.document import Document, told_apart
from auditgen.files.errors import ReadError

MAX_BYTES = 4_000_000
# Of Markdown and plain text: parts of a line each would take long, and no policy has as many.
MAX_LINES = 50_000
MAX_CELLS = 100_000
MARKDOWN = (".md", ".mdx", ".markdown")
TEXT = (".txt", ".rst", ".text")
HTML = (".html", ".htm", ".xhtml", ".php")
READ = (*MARKDOWN, *TEXT, *HTML, ".docx", ".docm", ".odt", ".pdf")
# Documents that are none of these, so that a folder may hold them and each is named.
KNOWN = (*READ, ".doc", ".rtf", ".pages", ".pptx", ".ppt", ".fodt", ".epub", ".gdoc", ".dotx", ".ott", ".wpd", ".tex")

_NAMES = {"docx": "a Word document", "odt": "an OpenDocument text", "pdf": "a PDF file", "html": "an HTML page"}
_ENDINGS = {"docx": (".docx", ".docm", ".dotx"), "odt": (".odt", ".ott"), "pdf": (".pdf",), "html": HTML}
_READERS = {"docx": "office.docx:read_docx", "odt": "office.odt:read_odt", "pdf": "pdf.reader:read_pdf"}
_HEAD = 4_096
_AS_DOCX = "save it as .docx, .odt or Markdown"
_AS_TEXT = "save the text of it as .docx or Markdown"
_AS_SCAN = "run text recognition over it, or give the document it was made from"
# What a file begins with, what it is then, and what helps.
_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"{\\rtf", "an RTF document", _AS_DOCX),
    (b"\x89PNG", "a picture", _AS_SCAN),
    (b"\xff\xd8\xff", "a picture", _AS_SCAN),
    (b"GIF87a", "a picture", _AS_SCAN),
    (b"GIF89a", "a picture", _AS_SCAN),
    (b"II*\x00", "a picture", _AS_SCAN),
    (b"MM\x00*", "a picture", _AS_SCAN),
    (b"\x1f\x8b", "a packed file", "unpack it"),
    (b"7z\xbc\xaf", "a packed file", "unpack it"),
    (b"Rar!\x1a", "a packed file", "unpack it"),
    (b"%!PS", "a PostScript file", "make a PDF of it"),
    (b"\xffWPC", "a WordPerfect document", _AS_DOCX),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Names of the streams by which the old container tells what is in it, as they stand in its directory.
_OLE_KINDS = (
    ("EncryptedPackage", "is protected by a password; save it without one, so that it can be read"),
    ("WordDocument", f"is a Word 97 document; {_AS_DOCX}"),
    ("Workbook", f"is an Excel workbook; {_AS_TEXT}"),
    ("PowerPoint Document", f"is a PowerPoint presentation; {_AS_TEXT}"),
)
_HTML_START = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*){0,9}<(?:!doctype\s+html|html\b)", re.I | re.S
)


def take_apart(path: Path, file: str) -> tuple[Document, str]:
    """The document and its format (markdown html docx odt pdf text).

    Raises ReadError with one sentence when it cannot be read, OSError when the file cannot be opened.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    ending = path.suffix.lower()
    kind = _sniff(path, head, file) or _by_ending(head, ending, file)
    if kind in _READERS:
        module, _, name = _READERS[kind].partition(":")
        read: Callable[[Path, str], Document] = getattr(import_module(f"auditgen.documents.{module}"), name)
        document = read(path, file)
    else:
        document = _read_text(_text(path, file, kind), kind)
    document.passages[:0] = told_apart(document.meta)
    if kind in _ENDINGS and ending not in _ENDINGS[kind]:
        document.notes.insert(0, f"is {_NAMES[kind]} and was read as one; name it {_ENDINGS[kind][0]}")
    return document, kind


def _sniff(path: Path, head: bytes, file: str) -> str | None:
    """The format its content tells, None for text. Raises ReadError for what no reader here takes."""
    for magic, what, helps in _MAGIC:
        if head.startswith(magic):
            raise ReadError(f"{file} is {what}; {helps}.")
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        raise ReadError(f"{file} is a picture; {_AS_SCAN}.")
    if head.startswith(_OLE):
        raise ReadError(f"{file} {_ole(path)}.")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _sniff_zip(path, file)
    # Some programs write a few bytes before the mark, and readers look for it near the beginning.
    if head[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-") or (
        path.suffix.lower() == ".pdf" and b"%PDF-" in head[:1_024]
    ):
        return "pdf"
    if b'progid="Word.Document"' in head or b"<w:wordDocument" in head:
        raise ReadError(f"{file} is a Word document of the form of 2003; {_AS_DOCX}.")
    if b"<office:document" in head:
        raise ReadError(f"{file} is a flat OpenDocument file; save it as .odt.")
    return "html" if _HTML_START.match(head) else None


def _ole(path: Path) -> str:
    with path.open("rb") as stream:
        data = stream.read(MAX_BYTES)
        stream.seek(max(0, path.stat().st_size - MAX_BYTES))
        data += stream.read(MAX_BYTES)
    for name, says in _OLE_KINDS:
        if name.encode("utf-16-le") in data:
            return says
    return f"is a document of an old Office program; {_AS_DOCX}"


def _sniff_zip(path: Path, file: str) -> str:
    from auditgen.documents.office.docx import main_part
    from auditgen.documents.office.odt import MIMETYPES
    from auditgen.documents.office.zip_package import Package

    with Package(path, file) as package:
        names = package.names
        if main_part(package):
            return "docx"
        mimetype = package.head("mimetype").decode("latin-1").strip() if "mimetype" in names else ""
        if mimetype in MIMETYPES and "content.xml" in names:
            return "odt"
        if mimetype.startswith("application/vnd.oasis.opendocument"):
            raise ReadError(f"{file} is an OpenDocument file but no text; {_AS_TEXT}.")
        if mimetype == "application/epub+zip":
            raise ReadError(f"{file} is a book (EPUB); {_AS_TEXT}.")
        for part, what, helps in (
            ("xl/workbook.xml", "an Excel workbook", _AS_TEXT),
            ("ppt/presentation.xml", "a PowerPoint presentation", _AS_TEXT),
            ("Index/Document.iwa", "a Pages document", "export it to Word or PDF"),
            ("index.xml.gz", "a Pages document", "export it to Word or PDF"),
        ):
            if part in names:
                raise ReadError(f"{file} is {what}; {helps}.")
    raise ReadError(f"{file} is a zip and no document; unpack it, and add the documents in it.")


def _by_ending(head: bytes, ending: str, file: str) -> str:
    """The format of a text. Raises ReadError when there is none, or when the ending promises something else."""
    if not head:
        # An empty file is a document without text, whatever it was to become.
        return "html" if ending in HTML else "text" if ending in TEXT else "markdown"
    if head[:2] not in (b"\xff\xfe", b"\xfe\xff") and b"\x00" in head:
        raise ReadError(f"{file} is not text and no document this reader knows; {_AS_DOCX}.")
    if ending in HTML:
        return "html"
    if ending in MARKDOWN:
        return "markdown"
    if ending in TEXT:
        return "text"
    name = ending or "without an ending"
    raise ReadError(f"{file} holds plain text, but is called {name}; name it .txt or .md if that is what it is.")


def _text(path: Path, file: str, kind: str) -> str:
    from auditgen.files.tabular import decode

    size = path.stat().st_size
    if size > MAX_BYTES:
        raise ReadError(f"{file} is {size / 1e6:,.1f} MB of text; a policy may have {MAX_BYTES / 1e6:.0f} MB.")
    text = decode(path, file)
    if kind != "html" and text.count("\n") + text.count("\r") > MAX_LINES:
        raise ReadError(f"{file} has more than {MAX_LINES:,} lines; no policy does, and it was not read.")
    if kind == "markdown" and text.count("|") > MAX_CELLS:
        raise ReadError(f"{file} has more than {MAX_CELLS:,} cells in tables; no policy does, and it was not read.")
    if "\x00" in text:
        raise ReadError(f"{file} is not text and no document this reader knows; {_AS_DOCX}.")
    return text


def _read_text(text: str, kind: str) -> Document:
    if kind == "html":
        from auditgen.documents.html import read_html

        document = read_html(text)
    elif kind == "markdown":
        from auditgen.documents.markdown import read_markdown

        document = read_markdown(text)
    else:
        from auditgen.documents.plain import read_plain

        document = read_plain(text)
    return document
