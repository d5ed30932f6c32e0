"""Policies, plans and guidelines: Markdown and HTML as documents and their passages.

Nothing is rendered, run or fetched. A passage is one heading, paragraph, list item, table row or code block with
the headings above it and its line, so that a check can quote it and a person can find it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from auditgen.readers import Context, ReadError, Sink, SourceReport
from auditgen.readers.cells import Notes
from auditgen.readers.policy_facts import Facts, facts_of
from auditgen.readers.policy_passages import Passage, html_passages, markdown_passages
from auditgen.readers.tabular import decode

# A policy is read by people; the largest seen in public is under one megabyte.
MAX_BYTES = 5_000_000
MAX_PASSAGES = 50_000
MARKDOWN = (".md", ".markdown", ".mdx", ".txt")
HTML = (".html", ".htm", ".xhtml")
_LINK = re.compile(r"https?://\S+|www\.\S+")
# A page whose text is hardly more than the names of its links points elsewhere and says nothing itself.
LINK_WORDS = 12


class Policies:
    name = "policies"
    title = "Policies and plans"
    options: Mapping[str, str] = {"language": "language of documents that declare none, such as en"}
    tables = ("documents", "passages")
    after: tuple[str, ...] = ()
    missing = "Put your policies, plans and guidelines in a folder as Markdown or HTML and add it with reader policies."

    def read(self, path: Path, context: Context, sink: Sink) -> list[SourceReport]:
        """Fill one row of documents and its passages. Raises ReadError for a file that is no such document."""
        file = context.relative(path)
        ending = path.suffix.lower()
        if ending not in MARKDOWN + HTML:
            raise ReadError(
                f"{file}: expected Markdown or HTML, found {ending or 'no ending'}; save it as .md or .html"
            )
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ReadError(f"{file}: {size / 1e6:,.0f} MB is more than the {MAX_BYTES // 1_000_000} MB of a document")
        text = decode(path, file)
        # NUL is no character of a text, and Markdown must replace it anyway.
        text = text.replace("\x00", "�").replace("\r\n", "\n").replace("\r", "\n")
        notes = Notes()
        parsed = html_passages(text) if ending in HTML else markdown_passages(text, notes)
        if len(parsed.passages) > MAX_PASSAGES:
            raise ReadError(f"{file}: holds {len(parsed.passages):,} passages; expected at most {MAX_PASSAGES:,}")
        facts = facts_of(parsed.front, parsed.passages, notes)
        seen_on = context.seen_on(path)
        about = {"source": file, "seen_on": seen_on, "basis": "declared"}
        words = sum(len(passage.text.split()) for passage in parsed.passages)
        document = {
            "document": file,
            "title": facts.title or parsed.title or _first_heading(parsed.passages),
            "format": "html" if ending in HTML else "markdown",
            "language": _language(facts, parsed.language, context),
            "owner": facts.owner,
            "approved_by": facts.approved_by,
            "approved_on": facts.approved_on,
            "version": facts.version,
            "status": facts.status.casefold() if facts.status else None,
            "effective_on": facts.effective_on,
            "reviewed_on": facts.reviewed_on,
            "review_due_on": facts.review_due_on,
            "words": words,
            "state": _state(parsed.passages, words, parsed.links),
            "locator": "line 1",
            **about,
        }
        sink.add("documents", [document])
        rows = [
            {
                "document": file,
                "sequence": number,
                "heading": " › ".join(passage.headings),
                "kind": passage.kind,
                "line": passage.line,
                "text": passage.text,
                "locator": f"line {passage.line}" if passage.line else f"passage {number}",
                **about,
            }
            for number, passage in enumerate(parsed.passages, 1)
        ]
        sink.add("passages", rows)
        if document["state"] == "empty":
            notes.add("The document holds no text", "expected a policy, found only its frame")
        elif document["state"] == "links_only":
            notes.add("The document holds only links", "add the documents they lead to")
        status = "read" if document["state"] == "read" else "empty" if document["state"] == "empty" else "partly"
        used = [name for name in facts.found if name]
        return [SourceReport(file, status, 1 + len(rows), 0, used, facts.ignored, notes.sentence(), seen_on)]


def _first_heading(passages: Iterable[Passage]) -> str | None:
    return next((passage.text for passage in passages if passage.kind == "heading"), None)


def _language(facts: Facts, declared: str | None, context: Context) -> str | None:
    given = facts.language or declared or context.options.get("language")
    match = re.match(r"[A-Za-z]{2}\b", str(given)) if given else None
    return match[0].lower() if match else None


def _state(passages: list[Passage], words: int, links: int) -> str:
    """read, empty, or links_only when what is left without the links is next to nothing."""
    body = [passage for passage in passages if passage.kind != "heading"]
    if not body or not words:
        return "empty"
    own = sum(len(_LINK.sub(" ", passage.own).split()) for passage in body)
    return "links_only" if links and own < LINK_WORDS else "read"


READER = Policies()
