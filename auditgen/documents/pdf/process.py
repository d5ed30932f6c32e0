"""The process that reads PDF files: a path a line comes in, a document or the reason why there is none goes out.

Run as `python -I process.py`. What a PDF costs cannot be told before it is read: pypdf bounds each stream,
but not their number, and neither memory nor time. So it is read here, where both have an end that no file can move:
the time that is left is kept by the clock of the system, the memory by a limit of the process.
"""

from __future__ import annotations

import json
import logging
import signal
import sys
from pathlib import Path
from typing import Any

# -I leaves out the folder of the program; an installed auditgen is found in any case.
sys.path.append(str(Path(__file__).resolve().parents[3]))

MAX_FILE = 100_000_000
MAX_PAGES = 300
MAX_CHARACTERS = 4_000_000
# Annotations of a page, and links of a file.
MAX_NOTES, MAX_LINKS = 2_000, 5_000
LONGEST_ADDRESS = 2_000
MEMORY = 300 << 20
# Seconds after which the pages that were read have to do.
SECONDS = 6.0
# What joining their lines may take after that.
SECONDS_AFTER = 2.0


class _Late(BaseException):
    """Time is up. No Exception, because pypdf goes on after those."""


def _late(*_: object) -> None:
    raise _Late


class _Refused(Exception):
    """Why a file is not read; the name of the file is put before it."""


def limit() -> None:
    """Bound the memory of this process, and make nothing of it outlive a parent that is gone."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, OSError, ValueError):
        pass
    logging.disable(logging.CRITICAL)
    # A recursion deeper than this is a loop in a file.
    sys.setrecursionlimit(2_000)


def read(path: str) -> dict[str, Any]:
    """A document as `answer` tells it. Raises _Refused."""
    from pypdf import PdfReader

    from auditgen.documents.document import Document
    from auditgen.documents.pdf.layout import lay_out

    document = Document()
    reader = PdfReader(path)
    if reader.is_encrypted and not reader.decrypt(""):
        raise _Refused("is protected by a password; save it without one, so that it can be read")
    pages = _Pages(reader)
    pages.read()
    document.notes += pages.notes()
    lay_out(pages.rows, document)
    first = next((item for item in document.passages if item.kind == "heading"), None)
    document.title = first.text if first else _title(reader)
    language = reader.root_object.get("/Lang")
    document.language = str(language) if isinstance(language, str) else None
    return {
        "title": document.title,
        "language": document.language,
        "plain": document.plain,
        "notes": document.notes,
        "passages": [_told(item) for item in document.passages],
        "margins": [_told(item) for item in document.margins],
        "links": pages.links,
    }


def _told(item: Any) -> list[Any]:
    return [item.kind, item.heading, item.line, item.text, item.cells, item.header, item.page]


def _title(reader: Any) -> str | None:
    """The title as the properties give it, unless a program put a file name there."""
    try:
        title = " ".join(str(reader.metadata.title or "").split())[:300] if reader.metadata else ""
    except Exception:  # properties of a broken file; the document is read without them
        return None
    return None if title.lower().startswith("microsoft") or title.lower()[-5:].rpartition(".")[1] else title or None


class _Pages:
    """Pages of a file as rows, as far as pages, letters and time go."""

    def __init__(self, reader: Any) -> None:
        self.reader = reader
        self.total = 0
        self.rows: list[list[Any]] = []
        # Address, words, line and page of each link.
        self.links: list[tuple[str, str, int, int]] = []
        self.blank: list[int] = []
        self.broken: list[int] = []
        self.characters = 0
        self.strange = 0
        self.late = False

    def read(self) -> None:
        self.total = len(self.reader.pages)
        if not self.total:
            raise _Refused("has no pages")
        try:
            for number, page in enumerate(self.reader.pages, 1):
                if number > MAX_PAGES or self.characters > MAX_CHARACTERS:
                    break
                self._page(number, page)
        except _Late:
            self.late = True
        finally:
            signal.setitimer(signal.ITIMER_REAL, SECONDS_AFTER)
        if self.late and not any(self.rows):
            raise _Late
        if self.characters and self.strange > 0.2 * self.characters:
            raise _Refused("has letters that cannot be told apart; give the document it was made from")
        if not any(self.rows) and self.blank:
            pages = "1 page holds" if len(self.blank) == 1 else f"{len(self.blank):,} pages hold"
            raise _Refused(
                f"has no text: {pages} none; it is probably a scan: run text recognition over it, or give the original"
            )
        if not any(self.rows) and self.broken:
            raise _Refused("is damaged; open it and save or print it to PDF again")

    def _page(self, number: int, page: Any) -> None:
        from auditgen.documents.pdf.lines import Collector, rows

        collector = Collector()
        try:
            page.extract_text(visitor_text=collector)
        except MemoryError:
            raise
        except Exception:  # any fault of one page leaves the others
            self.broken.append(number)
        found = rows(collector.pieces, number)
        self.rows.append(found)
        self.characters += collector.characters
        self.strange += sum(mark == "\ufffd" or "\ue000" < mark < "\uf000" for row in found for mark in row.text)
        if not found and number not in self.broken and _drawn(page):
            self.blank.append(number)
        try:
            self._links(number, page, found)
        except MemoryError:
            raise
        except Exception:  # links of a broken page; its text is there
            return

    def _links(self, number: int, page: Any, found: list[Any]) -> None:
        """Links that are laid over a page, each with the words of the line it lies on."""
        notes = _object(page.get("/Annots"))
        last = None
        for note in list(notes[:MAX_NOTES] if isinstance(notes, list) else ()):
            address, place = _link(_object(note))
            # A link over two lines is two of them.
            if not address or address == last:
                continue
            if len(self.links) >= MAX_LINKS:
                return
            last = address
            row = next((row for row in found if place and place[1] - 1 <= row.y <= place[3]), None)
            left, _, right, _ = place or (0.0, 0.0, 0.0, 0.0)
            cells = row.cells if row else ()
            words = " ".join(cell.text for cell in cells if cell.x < right and cell.end > left)
            self.links.append((address, words[:300], row.number if row else 1, number))

    def notes(self) -> list[str]:
        told = []
        read = len(self.rows)
        if read < self.total:
            why = f"; reading the others would take longer than {SECONDS:.0f} seconds" if self.late else ""
            told.append(f"only the first {read:,} of {self.total:,} pages were read{why}")
        if self.blank:
            one = len(self.blank) == 1
            told.append(
                f"{len(self.blank):,} of {self.total:,} pages {'holds' if one else 'hold'} no text and "
                f"{'is probably a scan' if one else 'are probably scans'} (the first is page {self.blank[0]})"
            )
        if self.broken:
            told.append(f"page {self.broken[0]} {'and others are' if len(self.broken) > 1 else 'is'} damaged")
        return told


def _object(item: Any) -> Any:
    return item.get_object() if hasattr(item, "get_object") else item


def _link(note: Any) -> tuple[str, tuple[float, ...] | None]:
    """Address of a link, and where it lies: left, bottom, right and top."""
    if not isinstance(note, dict) or note.get("/Subtype") != "/Link":
        return "", None
    action = _object(note.get("/A"))
    address = _object(action.get("/URI")) if isinstance(action, dict) else None
    if isinstance(address, bytes):
        address = address[:LONGEST_ADDRESS].decode("utf-8", "replace")
    if not isinstance(address, str):
        return "", None
    corners = _object(note.get("/Rect"))
    try:
        x1, y1, x2, y2 = (float(_object(corner)) for corner in corners)
    except (TypeError, ValueError):
        return str(address[:LONGEST_ADDRESS]), None
    return str(address[:LONGEST_ADDRESS]), (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))


def _drawn(page: Any) -> bool:
    """Whether anything is drawn on a page without text; a blank one is no scan."""
    try:
        contents = page.get_contents()
        return contents is not None and len(contents.get_data().strip()) > 20
    except MemoryError:
        raise
    except Exception:  # what cannot be looked at is no blank page
        return True


def answer(path: str) -> dict[str, Any]:
    """What to tell of one file: a document, {"refused": words} or {"fault": name of an error}."""
    try:
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        if Path(path).stat().st_size > MAX_FILE:
            raise _Refused(f"is larger than {MAX_FILE // 1_000_000} MB; a policy is not")
        return read(path)
    except _Refused as error:
        return {"refused": str(error)}
    except _Late:
        return {"fault": "late"}
    except MemoryError:
        return {"fault": "memory"}
    except OSError as error:
        return {"fault": "system", "says": error.strerror or ""}
    except Exception as error:
        return {"fault": "damaged", "says": type(error).__name__}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def main() -> None:
    limit()
    signal.signal(signal.SIGALRM, _late)
    for line in sys.stdin:
        told = answer(json.loads(line)["path"])
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        if told.get("fault") == "memory":
            # What is left of a file that took everything would be in the way of the next one.
            return


if __name__ == "__main__":
    main()
