"""Fit the weights of the reader of clauses and write them to model.json.

    python -m auditgen.clause_training.train --corpus DIR … --calibrate DIR … [--workspace DIR …] [--out FILE]

A head for each clause learns from the examples of its check file, from labelled documents, and from the sentences
people accepted and rejected in a workspace. How far a sentence, and then a document, is believed is fitted on readings
by heads that had not seen the organisation; documents of `--calibrate`, on which no pattern was written, count more
there, since a pattern always looks better on the texts it was written for. Nothing is fetched, and two runs give the
same bytes. Needs scikit-learn (`auditgen[train]`).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np
import numpy.typing as npt

from auditgen.analysis.clauses.detect import Reading, document_traits, read_sentences, weights_of
from auditgen.analysis.clauses.model import DOCUMENT, FILE, SENTENCE, ClauseWeights, Model, length_of, write
from auditgen.analysis.clauses.words import stems, terms
from auditgen.clause_training.corpus import Corpus, load_corpus, plain

if TYPE_CHECKING:
    pass

Floats = npt.NDArray[np.float64]

HEAD_TERMS = 150
FOLDS = 5
# Inverse of the penalty on large weights.
STRENGTH = 0.5
# How much more a document counts on which no pattern was written, when belief is fitted.
BLIND = 3.0
# A term must stand in this many sentences before it can weigh anything.
COMMON = 2
# Fixed first guess from which the best sentence of a document is told when nobody pointed at one.
START = {"bias": -3.0, "found": 2.5, "led": 1.2, "partial": 0.8, "heading": 0.7, "rule": 0.2, "rule_found": 0.3,
         "bm25": 1.5, "head": 0.8, "row": 0.0}  # fmt: skip


@dataclass(frozen=True)
class Lesson:
    """One text a head learns from: whether it says the clause, and how much that counts."""

    text: str
    heading: str
    lead: str
    says: bool
    weight: float


def built_in() -> dict[str, dict[str, Any]]:
    """Clauses of the built-in pack by id, each with its examples."""
    from auditgen.audit.checks.packs import builtin_folder, clause_set, load_pack

    checks, _ = load_pack(builtin_folder(), "auditgen", verify=False)
    examples = {check.id: check.examples for check in checks if check.clause is not None}
    return {name: {**clause, "examples": examples[name]} for name, clause in clause_set(checks).items()}


def with_reviews(clauses: Mapping[str, Mapping[str, Any]], folder: Path) -> tuple[dict[str, dict[str, Any]], int]:
    """Clauses with the sentences people accepted and rejected in a workspace as further examples, and their number.

    Raises WorkspaceError. A sentence that reads differently by now teaches nothing.
    """
    from auditgen.analysis.clauses.sentences import digest, make_sentences
    from auditgen.audit.policy_reviews import load_reviews
    from auditgen.evidence.store import Store
    from auditgen.readers.registry import Readers
    from auditgen.run.gather import gather
    from auditgen.workspace.load import load_workspace

    readers = Readers()
    workspace = load_workspace(folder, readers)
    wanted = tuple(item for item in workspace.sources if "documents" in readers[item.reader].tables)
    with Store() as store:
        gather(store, replace(workspace, sources=wanted), readers, date.today())
        sentences = make_sentences(store.select("select * from passages order by document, sequence"))
    texts = {(sentence.document, digest(sentence.text)): sentence.text for sentence in sentences}
    added = {name: {**item, "examples": dict(item["examples"])} for name, item in clauses.items()}
    told = 0
    for review in load_reviews(workspace.reviews, clauses):
        text = texts.get((review.document or "", review.hash or ""))
        if text is not None:
            key = "phrasings" if review.verdict == "accepted" else "distractors"
            examples = added[review.check]["examples"]
            examples[key] = [*examples.get(key, ()), text]
            told += 1
    return added, told


def rarity(corpora: Sequence[Corpus], clauses: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """Inverse document frequency of stems over all sentences and examples; the key "" is for any other stem."""
    counts: Counter[str] = Counter()
    total = 0
    texts = [sentence.text for corpus in corpora for sentence in corpus.sentences]
    texts += [text for clause in clauses.values() for text in _examples(clause, "found", "phrasings", "distractors")]
    for text in texts:
        counts.update(set(stems(text)))
        total += 1
    idf = {word: round(math.log(1 + (total - n + 0.5) / (n + 0.5)), 3) for word, n in counts.items() if n >= COMMON}
    idf[""] = round(math.log(1 + (total - 0.5) / 1.5), 3)
    return idf


def _examples(clause: Mapping[str, Any], *keys: str) -> list[str]:
    return [str(text) for key in keys for text in clause["examples"].get(key, ())]


def evidence_units(corpus: Corpus, code: str, document: str, rows: Mapping[str, list[int]]) -> list[int]:
    """Numbers of the sentences a person pointed at."""
    quotes = corpus.evidence.get((document, code), ())
    found = []
    for number in rows.get(document, ()):
        said = plain(corpus.sentences[number].text)
        if len(said) >= 12 and any(quote[:40] in said or said in quote for quote in quotes):
            found.append(number)
    return found


def _rows(corpus: Corpus) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for number, sentence in enumerate(corpus.sentences):
        rows.setdefault(sentence.document, []).append(number)
    return rows


def lessons(
    name: str,
    clauses: Mapping[str, Mapping[str, Any]],
    corpora: Sequence[Corpus],
    readings: Sequence[Reading],
    skip: frozenset[str],
) -> list[Lesson]:
    """What the head of a clause learns from; documents of the organisations in `skip` are left out."""
    clause = clauses[name]
    code = clause.get("code")
    own: list[Lesson] = [Lesson(text, "", "", True, 1.0) for text in _examples(clause, "found", "phrasings")]
    against = [Lesson(text, "", "", False, 1.0) for text in _examples(clause, "not_found", "distractors")]
    others = [
        Lesson(text, "", "", False, 0.1)
        for other, item in clauses.items()
        if other != name
        for text in _examples(item, "found", "phrasings")
    ]
    silent: list[Lesson] = []
    for corpus, reading in zip(corpora, readings, strict=True):
        column = list(reading.clauses).index(name)
        rows = _rows(corpus)
        for document in corpus.documents:
            if code is None or corpus.organisation[document] in skip or not rows.get(document):
                continue
            label = corpus.labels[document].get(code, 0)
            sentences = corpus.sentences
            if label:
                pointed = evidence_units(corpus, code, document, rows)
                best = sorted(rows[document], key=lambda number: -reading.sentence_scores[number, column])[:1]
                own += [
                    Lesson(
                        sentences[n].text, sentences[n].last_heading, sentences[n].lead, True, 1.5 if pointed else 0.7
                    )
                    for n in (pointed or best)
                    if np.isfinite(reading.sentence_scores[n, column])
                ]
            else:
                silent += [
                    Lesson(sentences[n].text, sentences[n].last_heading, sentences[n].lead, False, 1.0)
                    for n in rows[document]
                    if sentences[n].kind != "heading"
                ]
    # However many sentences say nothing of it, together they count as much as three for each that does.
    total = sum(item.weight for item in own)
    share = 2.0 * total / max(1, len(silent))
    return [*own, *against, *others, *(replace(item, weight=share) for item in silent)]


class Texts:
    """Every text that heads learn from, taken apart once: a sparse matrix of weighted terms."""

    def __init__(self, idf: Mapping[str, float]) -> None:
        self.idf = idf
        self.place: dict[str, int] = {}
        self.rows: dict[tuple[str, str, str], int] = {}
        self.starts, self.columns, self.cells = [0], list[int](), list[float]()

    def row(self, item: Lesson) -> int:
        key = (item.text, item.heading, item.lead)
        if key not in self.rows:
            scale = 1 / length_of(len(stems(item.text)))
            for term in sorted(set(terms(*key))):
                self.columns.append(self.place.setdefault(term, len(self.place)))
                self.cells.append(_idf(term, self.idf) * scale)
            self.starts.append(len(self.columns))
            self.rows[key] = len(self.rows)
        return self.rows[key]

    @cached_property
    def matrix(self) -> Any:
        from scipy.sparse import csr_matrix

        return csr_matrix((self.cells, self.columns, self.starts), shape=(len(self.rows), len(self.place)))


def fit_head(data: Sequence[Lesson], texts: Texts, strength: float) -> tuple[dict[str, float], float]:
    """Weights of the terms of a head and its bias."""
    from sklearn.linear_model import LogisticRegression

    rows = [texts.row(item) for item in data]
    matrix = texts.matrix[rows].tocsc()
    says = np.asarray([item.says for item in data])
    weights = np.asarray([item.weight for item in data])
    seen = np.diff(matrix.indptr) >= COMMON
    said = np.diff(matrix.tocsr()[says].tocsc().indptr) > 0
    known = np.flatnonzero(seen & said)

    def fitted(columns: npt.NDArray[np.int64]) -> tuple[Floats, float]:
        model = LogisticRegression(C=strength, solver="liblinear", random_state=0, max_iter=300)
        model.fit(matrix[:, columns], says, sample_weight=weights)
        return np.asarray(model.coef_[0]), float(model.intercept_[0])

    # Fitted on all terms, then again on those that weighed most.
    first, _ = fitted(known)
    names = list(texts.place)
    kept = np.asarray(sorted(known, key=lambda n: (-abs(round(first[np.searchsorted(known, n)], 6)), names[n])))
    kept = np.sort(kept[:HEAD_TERMS])
    found, bias = fitted(kept)
    head = {
        names[n]: round(float(weight) * _idf(names[n], texts.idf), 3)
        for n, weight in zip(kept, found, strict=True)
        if abs(weight) > 1e-3
    }
    return dict(sorted(head.items())), round(bias, 3)


def _idf(term: str, idf: Mapping[str, float]) -> float:
    """Rarity of a term; a pair is as rare as its rarer word, a heading word counts half."""
    if term.startswith("h:"):
        return 0.5 * idf.get(term[2:], idf[""])
    return max(idf.get(word, idf[""]) for word in term.split(" "))


def fit_heads(
    model: Model,
    clauses: Mapping[str, Mapping[str, Any]],
    corpora: Sequence[Corpus],
    readings: Sequence[Reading],
    skip: frozenset[str] = frozenset(),
    strength: float = STRENGTH,
) -> Model:
    """The model with a head for every clause."""
    fitted = {}
    texts = Texts(model.idf)
    every = {name: lessons(name, clauses, corpora, readings, skip) for name in model.clauses}
    for data in every.values():
        for item in data:
            texts.row(item)
    for name, weights in model.clauses.items():
        head, bias = fit_head(every[name], texts, strength)
        fitted[name] = replace(weights, head=head, bias=bias)
    return replace(model, clauses=fitted)


def logistic(
    features: Floats, values: npt.NDArray[np.bool_], weights: Floats, names: Sequence[str], strength: float
) -> dict[str, float]:
    """Weights by name; the first feature is the bias, which is not held back."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, solver="lbfgs", max_iter=2000)
    model.fit(features[:, 1:], values, sample_weight=weights)
    found = [float(model.intercept_[0]), *(float(value) for value in model.coef_[0])]
    return {name: round(value, 4) for name, value in zip(names, found, strict=True)}


def fit_sentence(
    judged: Sequence[tuple[Corpus, Reading]], clauses: Mapping[str, Mapping[str, Any]]
) -> dict[str, float]:
    """How far a sentence is believed: the sentence that says it against the likeliest of documents that do not."""
    features, values, weights = [], [], []
    for corpus, reading in judged:
        rows = _rows(corpus)
        for column, name in enumerate(reading.clauses):
            code = clauses[name].get("code")
            for document in corpus.documents:
                if code is None or not rows.get(document):
                    continue
                order = sorted(rows[document], key=lambda n: -reading.sentence_scores[n, column])
                order = [n for n in order if np.isfinite(reading.sentence_scores[n, column])]
                if corpus.labels[document].get(code, 0):
                    pointed = evidence_units(corpus, code, document, rows)
                    chosen, weight = (pointed or order[:1])[:3], 1.0
                else:
                    chosen, weight = order[:12], 0.5
                for n in chosen:
                    features.append(reading.features[n, column])
                    values.append(bool(corpus.labels[document].get(code, 0)))
                    weights.append(weight / max(1, len(chosen)) * (12 if weight < 1 else 1))
    return logistic(np.asarray(features), np.asarray(values), np.asarray(weights), SENTENCE, 1.0)


def cells(
    judged: Sequence[tuple[Corpus, Reading]], clauses: Mapping[str, Mapping[str, Any]]
) -> tuple[Floats, Floats, list[tuple[str, str]]]:
    """DOCUMENT traits, labels and (document, clause) of every labelled cell."""
    traits, labels, names = [], [], []
    for corpus, reading in judged:
        place = {document: number for number, document in enumerate(reading.documents)}
        for document in corpus.documents:
            for column, name in enumerate(reading.clauses):
                code = clauses[name].get("code")
                if code is None or code not in corpus.labels[document]:
                    continue
                traits.append(reading.traits[place[document], column])
                labels.append(corpus.labels[document][code])
                names.append((document, name))
    return np.asarray(traits), np.asarray(labels), names


def read_corpus(corpus: Corpus, clauses: Mapping[str, Mapping[str, Any]], model: Model) -> Reading:
    import duckdb

    with duckdb.connect(":memory:") as connection:
        return read_sentences(connection, corpus.sentences, clauses, model, corpus.facts, corpus.documents)


def untrained(corpora: Sequence[Corpus], clauses: Mapping[str, Mapping[str, Any]]) -> Model:
    """Patterns and BM25 with the first guess."""
    model = Model(rarity(corpora, clauses), {}, START, dict.fromkeys(DOCUMENT, 0.0) | {"best": 1.0})
    queries = {name: ClauseWeights(model.query_of(item, _examples(item, "found"))) for name, item in clauses.items()}
    return replace(model, clauses=queries)


def out_of_fold(
    corpora: Sequence[Corpus], clauses: Mapping[str, Mapping[str, Any]], model: Model, readings: Sequence[Reading]
) -> list[tuple[Corpus, Reading]]:
    """Every document read with heads that never saw its organisation; FOLDS groups of organisations."""
    names = sorted({name for corpus in corpora for name in corpus.organisation.values()})
    found = []
    for fold in range(min(FOLDS, len(names))):
        skip = frozenset(names[fold::FOLDS])
        part = fit_heads(model, clauses, corpora, readings, skip)
        for corpus in corpora:
            own = corpus.only({name for name in corpus.documents if corpus.organisation[name] in skip})
            if own.documents:
                found.append((own, read_corpus(own, clauses, part)))
    return found


def rescored(
    judged: Sequence[tuple[Corpus, Reading]],
    clauses: Mapping[str, Mapping[str, Any]],
    sentence: Mapping[str, float],
    model: Model,
) -> list[tuple[Corpus, Reading]]:
    """The same readings with other weights for sentences."""
    found = []
    for corpus, reading in judged:
        scores = reading.features @ weights_of(sentence, SENTENCE)
        scores[[sentence.kind == "heading" for sentence in reading.sentences]] = -np.inf
        traits = document_traits(
            reading.documents, reading.sentences, clauses, reading.hits, scores, corpus.facts, model
        )
        found.append((corpus, replace(reading, sentence_scores=scores, traits=traits)))
    return found


def with_priors(model: Model, corpora: Sequence[Corpus], clauses: Mapping[str, Mapping[str, Any]]) -> Model:
    """The model with how often labelled documents cover each clause, a little drawn towards what is usual."""
    fitted = {}
    for name, weights in model.clauses.items():
        code = str(clauses[name].get("code"))
        labels = [
            corpus.labels[document][code]
            for corpus in corpora
            for document in corpus.documents
            if code in corpus.labels[document]
        ]
        rate = (sum(label > 0 for label in labels) + 1.5) / (len(labels) + 6)
        fitted[name] = replace(weights, prior=round(math.log(rate / (1 - rate)), 3))
    return replace(model, clauses=fitted)


def train(corpora: Sequence[Corpus], calibration: Sequence[Corpus], clauses: Mapping[str, Mapping[str, Any]]) -> Model:
    """Fit everything. Heads learn from all documents; belief is fitted on readings by heads that did not."""
    every = [*corpora, *calibration]
    model = with_priors(untrained(every, clauses), every, clauses)
    readings = [read_corpus(corpus, clauses, model) for corpus in every]
    # The best sentence of a document is told better by a model that has learnt.
    model = fit_heads(model, clauses, every, readings)
    readings = [read_corpus(corpus, clauses, model) for corpus in every]
    judged = out_of_fold(every, clauses, model, readings)
    for _ in range(3):
        sentence = fit_sentence(judged, clauses)
        judged = rescored(judged, clauses, sentence, model)
    traits, labels, names = cells(judged, clauses)
    blind = {document for corpus in calibration for document in corpus.documents}
    weights = np.asarray([BLIND if document in blind else 1.0 for document, _ in names])
    document = logistic(traits, labels > 0, weights, DOCUMENT, 0.5)
    return replace(fit_heads(model, clauses, every, readings), sentence=sentence, document=document)


@click.command()
@click.option("--corpus", "corpora", multiple=True, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--calibrate", multiple=True, type=click.Path(exists=True, path_type=Path))
@click.option("--workspace", multiple=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", default=FILE, type=click.Path(path_type=Path), show_default=False)
def main(corpora: Iterable[Path], calibrate: Iterable[Path], workspace: Iterable[Path], out: Path) -> None:
    """Fit the weights on labelled documents, and on what people decided in workspaces, and write them."""
    clauses = built_in()
    for folder in workspace:
        clauses, told = with_reviews(clauses, folder)
        click.echo(f"{told} reviewed sentences of {folder.name}")
    learnt = [load_corpus(folder) for folder in corpora]
    judged = [load_corpus(folder) for folder in calibrate]
    model = train(learnt, judged, clauses)
    trained = {
        "documents": sum(len(corpus.documents) for corpus in learnt),
        "calibrated_on": sum(len(corpus.documents) for corpus in judged),
        "clauses": len(clauses),
        # By which an evaluation knows that it looks at a tuning set.
        "keys": sorted({name for corpus in [*learnt, *judged] for name in corpus.documents}),
    }
    write(replace(model, trained=trained), out)
    click.echo(f"Wrote {out.name}: {len(clauses)} clauses, {out.stat().st_size / 1000:.0f} kB.")


if __name__ == "__main__":
    main()
