"""Policies, plans and guidelines in Markdown and HTML: what they say about themselves, and their text by section."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from auditgen.readers import Context, Sink, SourceReport
from auditgen.readers.policy_facts import find_facts
from auditgen.readers.policy_text import Document, count_words, one_line

MAX_BYTES = 4_000_000
MAX_PASSAGES = 20_000
_MARKDOWN = (".md", ".mdx", ".markdown", ".txt")
_HTML = (".html", ".htm", ".xhtml")
_OTHER_DOCUMENTS = (".pdf", ".docx", ".doc", ".odt", ".rtf", ".pages", ".pptx")
# Fewer words than this outside links, and the page only points elsewhere.
_LEAST_WORDS = 12


class Policies:
    name = "policies"
    title = "Policy documents"
    options: Mapping[str, str] = {}
    tables = ("documents", "passages", "clauses")
    after: tuple[str, ...] = ()
    missing = "Save policies and plans as Markdown or HTML in a folder, and add the folder with reader policies."

    def read(self, path: Path, context: Context, sink: Sink) -> list[SourceReport]:
        """Fill documents and passages. A document that cannot be read stays in view as unreadable, with the reason."""
        file = context.relative(path)
        seen_on = context.seen_on(path)
        ending = path.suffix.lower()
        if ending not in (*_MARKDOWN, *_HTML, *_OTHER_DOCUMENTS):
            says = f"{file} is no policy document; this reader takes Markdown and HTML."
            return [SourceReport(file, "empty", message=says, seen_on=seen_on)]
        row: dict[str, Any] = {
            "document": file,
            "format": "html" if ending in _HTML else "markdown" if ending in _MARKDOWN else None,
            "source": file,
            "locator": "line 1",
            "seen_on": seen_on,
            "basis": "exported",
        }
        text, reason = _text(path, file, ending)
        if text is None:
            sink.add("documents", [{**row, "title": path.stem, "state": "unreadable"}])
            return [SourceReport(file, "failed", 0, 1, message=reason, seen_on=seen_on)]
        document = _parse(text, ending)
        facts, notes = find_facts(document)
        more = len(document.passages) - MAX_PASSAGES
        if more > 0:
            notes.append(f"only the first {MAX_PASSAGES:,} of {more + MAX_PASSAGES:,} passages were taken")
            del document.passages[MAX_PASSAGES:]
        words = sum(count_words(item.text) for item in document.passages if item.kind != "code")
        sink.add(
            "documents",
            [
                {
                    **row,
                    **facts,
                    "title": document.title or path.stem,
                    "language": _language(document.language),
                    "words": words,
                    "state": _state(document, words),
                }
            ],
        )
        sink.add("passages", _passages(document, file, seen_on))
        told = "; ".join([*document.notes, *notes[:5]])
        message = f"{file}: {told}." if told else None
        status = "read" if words else "empty"
        return [SourceReport(file, status, len(document.passages), message=message, seen_on=seen_on)]


def _text(path: Path, file: str, ending: str) -> tuple[str | None, str | None]:
    """Text of a document, or why there is none."""
    from auditgen.readers.tabular import decode

    if ending in _OTHER_DOCUMENTS:
        return None, f"{file} is {ending}; save it as Markdown or HTML, so that it can be read."
    size = path.stat().st_size
    if size > MAX_BYTES:
        return None, f"{file} is {size / 1e6:,.1f} MB; a policy may have {MAX_BYTES / 1e6:.0f} MB."
    text = decode(path, file)
    if "\x00" in text:
        return None, f"{file} is not text; expected Markdown or HTML."
    return text, None


def _parse(text: str, ending: str) -> Document:
    if ending in _HTML:
        from auditgen.readers.policy_html import read_html

        return read_html(text)
    from auditgen.readers.policy_markdown import read_markdown

    return read_markdown(text)


def _language(text: str | None) -> str | None:
    match = re.match(r"[A-Za-z]{2,3}(?=$|[-_])", (text or "").strip())
    return match[0].lower() if match else None


def _state(document: Document, words: int) -> str:
    if not document.readable:
        return "unreadable"
    if not words:
        return "empty"
    return "links_only" if document.links and document.plain < _LEAST_WORDS else "read"


def _passages(document: Document, file: str, seen_on: date) -> list[dict[str, Any]]:
    return [
        {
            "document": file,
            "sequence": number,
            "heading": passage.heading,
            "kind": passage.kind,
            "line": passage.line,
            "text": passage.text if passage.kind == "code" else one_line(passage.text),
            "source": file,
            "locator": f"line {passage.line}",
            "seen_on": seen_on,
            "basis": "exported",
        }
        for number, passage in enumerate(document.passages, 1)
    ]


READER = Policies()
