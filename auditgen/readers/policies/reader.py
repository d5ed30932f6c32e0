"""Policies, plans and guidelines in any usual format: what they say about themselves, and their text by section."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from auditgen.documents.document import MAX_LINKS, Document, Passage, count_words, one_line
from auditgen.documents.recognise import KNOWN, take_apart
from auditgen.files.errors import ReadError
from auditgen.readers import Context, Sink, SourceReport
from auditgen.readers.policies.facts import find_facts
from auditgen.readers.policies.links import link_rows
from auditgen.readers.policies.secrets import clear

MAX_PASSAGES = 20_000
_TAKES = "Markdown, HTML, Word, OpenDocument, PDF and plain text"
# Fewer words than this outside links, and the page only points elsewhere.
_LEAST_WORDS = 12


class Policies:
    name = "policies"
    title = "Policy documents"
    options: Mapping[str, str] = {}
    tables = ("documents", "passages", "document_links", "clauses")
    after: tuple[str, ...] = ()
    missing = f"Put policies and plans ({_TAKES}) into a folder, and add the folder with reader policies."

    def read(self, path: Path, context: Context, sink: Sink) -> list[SourceReport]:
        """Fill documents, passages and links. What cannot be read stays in view as unreadable, with the reason."""
        file = context.relative(path)
        seen_on = context.seen_on(path)
        row: dict[str, Any] = {
            "document": file,
            "title": path.stem,
            "format": None,
            "source": file,
            "locator": "line 1",
            "seen_on": seen_on,
            "basis": "exported",
        }
        known = path.suffix.lower() in KNOWN
        try:
            document, kind = take_apart(path, file)
        except (ReadError, OSError) as error:
            if not known:
                says = f"{file} is no policy document; this reader takes {_TAKES}."
                return [SourceReport(file, "empty", message=says, seen_on=seen_on)]
            reason = str(error) if isinstance(error, ReadError) else f"{file} could not be read ({error.strerror})."
            sink.add("documents", [{**row, "state": "unreadable"}])
            return [SourceReport(file, "failed", 0, 1, message=reason, seen_on=seen_on)]
        clear(document)
        facts, notes = find_facts(document)
        more = len(document.passages) - MAX_PASSAGES
        if more > 0:
            notes.append(f"only the first {MAX_PASSAGES:,} of {more + MAX_PASSAGES:,} passages were taken")
            del document.passages[MAX_PASSAGES:]
        words = sum(count_words(item.text) for item in document.passages if item.kind != "code")
        declared = _language(document.language)
        told = _told(document) if words else None
        state = _state(document, words, told)
        sink.add(
            "documents",
            [
                {
                    **row,
                    **facts,
                    "title": document.title or path.stem,
                    "format": kind,
                    "language": (told or declared) if state == "foreign" else declared or told or None,
                    "words": words,
                    "links": min(len(document.found_links), MAX_LINKS) if document.readable else None,
                    "locator": "page 1" if kind == "pdf" else "line 1",
                    "state": state,
                }
            ],
        )
        sink.add("passages", _passages(document, file, seen_on))
        sink.add("document_links", link_rows(document, file, path, context.root, seen_on))
        message = _message(file, state, told, [*document.notes, *notes[:5]])
        status = "read" if words else "empty"
        return [SourceReport(file, status, len(document.passages), message=message, seen_on=seen_on)]


def _language(text: str | None) -> str | None:
    match = re.match(r"[A-Za-z]{2,3}(?=$|[-_])", (text or "").strip())
    return match[0].lower() if match else None


def _told(document: Document) -> str | None:
    from auditgen.documents.language import tell

    return tell(" ".join(item.text for item in document.passages if item.kind != "code"))


def _state(document: Document, words: int, told: str | None) -> str:
    if not document.readable:
        return "unreadable"
    if not words:
        return "empty"
    if document.links and document.plain < _LEAST_WORDS:
        return "links_only"
    return "read" if told in (None, "en") else "foreign"


def _message(file: str, state: str, told: str | None, notes: list[str]) -> str | None:
    """One sentence about what became of a document, and what else there is to say."""
    from auditgen.documents.language import name

    says = {
        "empty": f"{file} holds no text",
        "links_only": f"{file} only points elsewhere; add the documents behind its links",
        "foreign": f"{file} is {f'in {name(told)}' if told else 'not in English'}; the clauses are looked for in "
        "English only",
    }
    if state in says:
        return "; ".join([says[state], *notes]) + "."
    return f"{file}: {'; '.join(notes)}." if notes else None


def _passages(document: Document, file: str, seen_on: date) -> list[dict[str, Any]]:
    return [
        {
            "document": file,
            "sequence": number,
            "heading": passage.heading,
            "kind": passage.kind,
            "line": passage.line,
            "page": passage.page,
            "text": passage.text if passage.kind == "code" else one_line(passage.text),
            "source": file,
            "locator": _place(passage),
            "seen_on": seen_on,
            "basis": "exported",
        }
        for number, passage in enumerate(document.passages, 1)
    ]


def _place(passage: Passage) -> str:
    return f"page {passage.page}" if passage.page else f"line {passage.line}"


READER = Policies()
