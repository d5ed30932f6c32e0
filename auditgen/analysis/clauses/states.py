"""What a reading means for each document and clause: its state, its best passages, and why.

A state says how sure the reader is, never that something does not exist.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from auditgen.analysis.clauses.detect import Reading, believed, document_traits
from auditgen.analysis.clauses.model import Model
from auditgen.analysis.clauses.reviews import Review
from auditgen.analysis.clauses.sentences import Sentence, digest

# Bands of the probability that a document covers a clause, chosen on readings of the training documents by heads that
# had not seen their organisation: sure is right in 93 of 100, and at most 24 of 100 are left to a person.
SURE, CHECK, UNLIKELY = 0.78, 0.40, 0.12
# Log-odds below which a sentence is no evidence: then a document is not taken to say it, however likely that seems.
LEAST_SENTENCE = 0.0
# Best first: the state of the whole set is the first of these that any document has.
STATES = (
    "not_applicable",
    "accepted",
    "found_sure",
    "reopened",
    "found_check",
    "hollow",
    "declined",
    "referenced",
    "not_found_check",
)
# In prepared texts a slot to fill in is the point.
_TEMPLATES = re.compile(r"template|holding|prepared|sample|example|boilerplate|draft (post|message|statement)", re.I)
PASSAGES = 2
# The mark of a starter; see auditgen.audit.starter_policy.
OPEN_FIELD = "[fill in:"


@dataclass(frozen=True)
class Found:
    """One passage about one clause in one document.

    place  1 for the best passage of its document, 2 for the second
    sentence   number of the sentence; None when a fact of the document or a review stands in
    """

    clause: str
    document: str
    state: str
    probability: float
    place: int
    sentence: int | None
    text: str
    score: float
    why: str | None = None


def band(probability: float) -> str:
    """Name of the band: found_sure, found_check, not_found_check or not_found."""
    if probability >= SURE:
        return "found_sure"
    if probability >= CHECK:
        return "found_check"
    return "not_found_check" if probability >= UNLIKELY else "not_found"


def find_states(
    reading: Reading,
    clauses: Mapping[str, Mapping[str, Any]],
    model: Model,
    facts: Mapping[str, Mapping[str, Any]],
    reviews: Sequence[Review] = (),
) -> list[Found]:
    """Every passage worth showing; a clause without one was not found."""
    hits, sentences = reading.hits, reading.sentences
    digests = [digest(sentence.text) for sentence in sentences] if reviews else []
    rejected = np.zeros_like(hits.found)
    column = {name: number for number, name in enumerate(reading.clauses)}
    for review in reviews:
        if review.verdict == "rejected" and review.check in column:
            rejected[[n for n, said in enumerate(digests) if said == review.hash], column[review.check]] = True
    prepared = np.asarray(
        [bool(_TEMPLATES.search(f"{sentence.last_heading} {sentence.lead}")) for sentence in sentences], dtype=bool
    )
    hollow = ((hits.unfilled & ~prepared) | _open_sections(sentences))[:, None] & np.ones_like(hits.found)
    open_ = np.where(rejected | hits.declined, -np.inf, reading.sentence_scores)
    full = np.where(hollow, -np.inf, open_)

    def likely(sentence_scores: npt.NDArray[np.float64], left_out: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        traits = document_traits(reading.documents, sentences, clauses, hits, sentence_scores, facts, model, left_out)
        return believed(traits, model)

    with_slots = likely(open_, rejected | hits.declined)
    filled = likely(full, rejected | hits.declined | hollow)
    found: list[Found] = []
    rows = reading.rows_by_document()
    for place, document in enumerate(reading.documents):
        own = rows.get(document, np.zeros(0, dtype=np.int64))
        for name, number in column.items():
            p, open_p = float(filled[place, number]), float(with_slots[place, number])
            score = full
            state = band(p)
            if state in ("not_found", "not_found_check") and open_p >= CHECK:
                state, score, p = "hollow", open_, open_p
            refused = own[hits.declined[own, number]]
            if state in ("not_found", "not_found_check") and len(refused):
                first = int(refused[0])
                found.append(Found(name, document, "declined", p, 1, first, sentences[first].text, 0.0))
                continue
            if state == "not_found":
                continue
            best = own[np.argsort(-score[own, number], kind="stable")][:PASSAGES]
            best = best[np.isfinite(score[best, number])]
            fact = _fact(clauses[name], facts.get(document, {}))
            weak = not fact and (not len(best) or score[best[0], number] < LEAST_SENTENCE)
            if weak and state in ("found_check", "found_sure"):
                state, p = "not_found_check", min(p, CHECK - 0.01)
            if state == "found_sure" and not fact and not _acts(clauses[name], own, score[:, number], number, reading):
                state = "found_check"
            texts: list[tuple[int | None, str, float]] = [
                (int(n), sentences[n].text, float(score[n, number])) for n in best
            ]
            if fact and not (len(best) and hits.found[best[0], number]):
                texts = [(None, fact, 0.0), *texts[: PASSAGES - 1]]
            if not texts:
                continue
            first_unit = texts[0][0]
            if (
                state in ("found_check", "not_found_check")
                and first_unit is not None
                and hits.reference[first_unit]
                and not hits.found[first_unit, number]
            ):
                state = "referenced"
            found += [
                Found(name, document, state, p, nth, sentence, text, value)
                for nth, (sentence, text, value) in enumerate(texts, 1)
                if nth == 1 or value > -1.5
            ]
    return _reviewed(found, reading, column, digests, reviews)


def _open_sections(sentences: Sequence[Sentence]) -> npt.NDArray[np.bool_]:
    """Units of a section with an open field of a starter: nobody has agreed to any of it yet."""
    sections = {(sentence.document, sentence.heading) for sentence in sentences if OPEN_FIELD in sentence.text}
    return np.asarray([(sentence.document, sentence.heading) in sections for sentence in sentences], dtype=bool)


def _acts(
    clause: Mapping[str, Any],
    own: npt.NDArray[np.int64],
    scores: npt.NDArray[np.float64],
    number: int,
    reading: Reading,
) -> bool:
    """Whether a passage says what has to be done. One that only asks for good manners is for a person to judge."""
    patterns = clause.get("operative", ())
    said = [n for n in own if np.isfinite(scores[n]) and reading.hits.found[n, number]]
    said = said or [n for n in own if np.isfinite(scores[n]) and scores[n] >= LEAST_SENTENCE]
    texts = [f"{reading.sentences[n].lead} {reading.sentences[n].text}" for n in said]
    return not patterns or any(re.search(pattern, text, re.I) for pattern in patterns for text in texts)


def _fact(clause: Mapping[str, Any], said: Mapping[str, Any]) -> str | None:
    """What a document says about itself in its front matter or a table of its own, as a line."""
    told = [(name, said.get(name)) for name in clause.get("facts", ())]
    words = [f"{name.removesuffix('_on').replace('_', ' ').capitalize()}: {value}" for name, value in told if value]
    return "; ".join(words) or None


def _reviewed(
    found: list[Found],
    reading: Reading,
    column: Mapping[str, int],
    digests: Sequence[str],
    reviews: Sequence[Review],
) -> list[Found]:
    """Decisions of people laid over what was found."""
    for review in reviews:
        if review.check not in column or review.verdict == "rejected":
            continue
        if review.verdict == "not-applicable":
            told = f"{review.reason}" + (f" ({review.who})" if review.who else "")
            found = [item for item in found if item.clause != review.check]
            found.append(Found(review.check, review.document or "", "not_applicable", 0.0, 1, None, told, 0.0))
            continue
        at = next(
            (
                n
                for n, said in enumerate(digests)
                if said == review.hash and reading.sentences[n].document == review.document
            ),
            None,
        )
        same = [item for item in found if item.clause == review.check and item.document == review.document]
        p = max((item.probability for item in same), default=0.0)
        if at is not None:
            found = [item for item in found if item not in same]
            found.append(
                Found(review.check, review.document or "", "accepted", p, 1, at, reading.sentences[at].text, 9.0)
            )
        elif not any(item.state in ("found_sure", "accepted") for item in same):
            found = [item for item in found if item not in same]
            text = review.says or "the accepted sentence"
            found.append(Found(review.check, review.document or "", "reopened", p, 1, None, text, 0.0))
    return found


def ranked(found: Sequence[Found]) -> dict[str, list[Found]]:
    """Passages of each clause, the best of the whole set first."""
    order = {state: number for number, state in enumerate(STATES)}
    by_clause: dict[str, list[Found]] = {}
    for item in found:
        by_clause.setdefault(item.clause, []).append(item)
    for items in by_clause.values():
        items.sort(
            key=lambda item: (order[item.state], item.place, -round(item.probability, 6), -item.score, item.document)
        )
    return by_clause
