"""Clauses: what the policy documents cover, which sentence says so, and how sure that is.

Sentences are scored for every clause by patterns (`patterns`), BM25 and trained heads (`model`); `detect`
joins the scores into a probability for each document, `states` turns that into what is told, and `fill_clauses`
writes it into the evidence. auditgen.clause_training fits the weights and measures them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from auditgen.analysis.clauses.reviews import Review
    from auditgen.evidence.store import Store

# Lists of patterns a clause may have.
KINDS = ("found", "partial", "declined", "heading")


def find_clauses(
    store: Store, clauses: Mapping[str, Mapping[str, Any]], reviews: Sequence[Review] = ()
) -> dict[str, str]:
    """Fill the `clauses` table from documents and passages.

    `clauses` holds every clause of the packs in use, whichever checks run: how full a document is counts for each.
    Returns the clauses whose patterns could not be used, with the class of the error; the others are filled.
    """
    store.connection.execute("delete from clauses")
    if not clauses:
        return {}
    from auditgen.analysis.clauses.detect import read_sentences
    from auditgen.analysis.clauses.model import shipped
    from auditgen.analysis.clauses.patterns import matched_words
    from auditgen.analysis.clauses.sentences import digest, make_sentences
    from auditgen.analysis.clauses.states import find_states, ranked

    documents = {
        row["document"]: row for row in store.select("select * from documents where state = 'read' order by document")
    }
    passages = store.select(
        "select p.* from passages p join documents d on d.document = p.document and d.state = 'read' "
        "order by p.document, p.sequence"
    )
    sentences = make_sentences(passages)
    model = shipped()
    reading = read_sentences(store.connection, sentences, clauses, model, documents, list(documents))
    chosen = ranked(find_states(reading, clauses, model, documents, reviews))
    shown = [(rank, item) for items in chosen.values() for rank, item in enumerate(items, 1)]
    said = matched_words(
        store.connection,
        [
            (
                item.text,
                clauses[item.clause].get("found" if reading.found(item.sentence, item.clause) else "partial", ()),
            )
            if item.clause not in reading.hits.wrong
            else (item.text, ())
            for _, item in shown
        ],
    )
    rows = []
    for (rank, item), words in zip(shown, said, strict=True):
        sentence = sentences[item.sentence] if item.sentence is not None else None
        document = documents.get(item.document)
        rows.append(
            {
                "clause": item.clause,
                "document": item.document or None,
                "state": item.state,
                "probability": round(item.probability, 3),
                "place": item.place,
                "rank": rank,
                "heading": sentence.heading if sentence else None,
                "line": sentence.line if sentence else None,
                "page": sentence.page if sentence else None,
                "text": f"{sentence.lead} {sentence.text}" if sentence and sentence.lead else item.text,
                "why": f"it says “{words}”" if words else _why(reading, model, item.sentence, item.clause),
                "hash": digest(sentence.text) if sentence else None,
                "source": document["source"] if document else None,
                "locator": _locator(sentence, document),
                "seen_on": document["seen_on"] if document else None,
                "basis": "joined",
            }
        )
    store.add("clauses", rows)
    return dict(reading.hits.wrong)


def prepare(clauses: Mapping[str, Mapping[str, Any]]) -> None:
    """Do beforehand what `find_clauses` needs and no document changes, in a moment in which others are waited for."""
    if not clauses:
        return
    import auditgen.analysis.clauses.states  # noqa: F401 (numpy takes longest to load)
    from auditgen.analysis.clauses.model import shipped
    from auditgen.analysis.clauses.patterns import take_apart

    ours = [clause for name, clause in clauses.items() if name in shipped().clauses]
    take_apart(pattern for clause in ours for kind in KINDS for pattern in clause.get(kind, ()))


def accuracy() -> dict[str, Any] | None:
    """Figures of the last evaluation on documents nothing was tuned on; None when there was none."""
    import json
    from pathlib import Path

    file = Path(__file__).with_name("accuracy.json")
    return dict(json.loads(file.read_text("utf-8"))) if file.is_file() else None


def _locator(sentence: Any, document: Mapping[str, Any] | None) -> str | None:
    if sentence is None:
        return document["locator"] if document else None
    return f"page {sentence.page}" if sentence.page else f"line {sentence.line}"


def _why(reading: Any, model: Any, sentence: int | None, clause: str) -> str | None:
    """The words of a sentence that weigh most for a clause."""
    if sentence is None:
        return "the document says it about itself"
    from auditgen.analysis.clauses.words import heaviest

    weights = model.clauses.get(clause)
    item = reading.sentences[sentence]
    words = heaviest(item.text, {**weights.query, **weights.head}) if weights else []
    return f"its words: {', '.join(words)}" if words else None
