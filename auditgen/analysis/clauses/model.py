"""The weights of the reader of clauses: what they are, and the file they ship in.

A term counts once a sentence, divided by the square root of the sentence's length, so that one list of weights a
clause is all a score needs. The file is written by `auditgen.clause_training.train`; nothing of any document stands in
it but single words and pairs of words with their weights.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from auditgen.analysis.clauses.words import stems, terms

Matrix = npt.NDArray[np.float32]

FILE = Path(__file__).with_name("model.json")
FORMAT = 1
# Okapi BM25 with the usual constants; a term counts once, since a sentence rarely repeats one.
K1, B, AVERAGE = 1.2, 0.75, 14.0
SHORTEST = 8
# A query keeps this many of its rarest words.
QUERY_TERMS = 60
# Log-odds of a clause of which nothing is known: one policy in four covers it.
USUAL = -1.1

SENTENCE = ("bias", "found", "led", "partial", "heading", "rule", "rule_found", "bm25", "head", "row")
DOCUMENT = ("bias", "best", "second", "heading", "fact", "hits", "length", "stage", "prior")


@dataclass(frozen=True)
class ClauseWeights:
    """Weights of one clause.

    query  stem → weight of the BM25 query
    head   term → weight of the trained head, and its bias
    prior  log-odds that a policy covers the clause, from the labelled documents
    """

    query: Mapping[str, float]
    head: Mapping[str, float] = field(default_factory=dict)
    bias: float = 0.0
    prior: float = USUAL


@dataclass(frozen=True)
class Model:
    """Everything that was fitted.

    idf       stem → inverse document frequency over sentences
    clauses   id of a clause check → its weights
    sentence  weights of SENTENCE: how well one sentence says it
    document  weights of DOCUMENT: how likely a document covers it
    """

    idf: Mapping[str, float]
    clauses: Mapping[str, ClauseWeights]
    sentence: Mapping[str, float]
    document: Mapping[str, float]
    trained: Mapping[str, Any] = field(default_factory=dict)

    def rarity(self, word: str) -> float:
        return self.idf.get(word, self.idf.get("", 6.0))

    def query_of(self, clause: Mapping[str, Any], examples: Sequence[str] = ()) -> dict[str, float]:
        """BM25 query of a clause: the stems of its name, its test and its examples, scaled so that a sentence like
        the examples scores about one."""
        texts = [str(clause.get("name") or ""), str(clause.get("present") or ""), *examples]
        words = {word for text in texts for word in stems(text)}
        rare = sorted(words, key=lambda word: (-self.rarity(word), word))[:QUERY_TERMS]
        query = {word: self.rarity(word) for word in rare}
        like = [bm25(query, text) for text in (examples or texts[:2]) if text]
        scale = sum(like) / len(like) if like else 0.0
        return {word: round(weight / scale, 4) for word, weight in query.items()} if scale else query

    def of(self, name: str, clause: Mapping[str, Any]) -> ClauseWeights:
        """Weights of a clause; one that was not trained has its query and no head."""
        return self.clauses.get(name) or ClauseWeights(self.query_of(clause))


def length_of(words: int) -> float:
    return math.sqrt(max(words, SHORTEST))


def saturation(words: int) -> float:
    return (K1 + 1) / (1 + K1 * (1 - B + B * words / AVERAGE))


def bm25(query: Mapping[str, float], text: str) -> float:
    words = stems(text)
    return sum(query.get(word, 0.0) for word in set(words)) * saturation(len(words))


@dataclass(frozen=True)
class Table:
    """Weights of several clauses side by side; rows are terms, columns clauses."""

    place: Mapping[str, int]
    query: Matrix
    head: Matrix
    bias: Matrix

    @classmethod
    def of(cls, weights: Sequence[ClauseWeights]) -> Table:
        known = sorted({term for item in weights for term in (*item.query, *item.head)})
        place = {term: number for number, term in enumerate(known)}
        query = np.zeros((len(known) + 1, len(weights)), dtype=np.float32)
        head = np.zeros_like(query)
        for column, item in enumerate(weights):
            for table, values in ((query, item.query), (head, item.head)):
                if values:
                    table[[place[term] for term in values], column] = list(values.values())
        return cls(place, query, head, np.asarray([item.bias for item in weights], dtype=np.float32))

    def score(self, sentences: Sequence[tuple[str, str, str]]) -> tuple[Matrix, Matrix]:
        """BM25 and head of (text, heading, lead); rows are sentences, columns clauses."""
        flat: list[int] = []
        starts: list[int] = []
        shorter: list[float] = []
        saturated: list[float] = []
        nowhere = len(self.place)
        place = self.place.get
        for text, heading, lead in sentences:
            found = terms(text, heading, lead)
            starts.append(len(flat))
            known = {number for term in found if (number := place(term)) is not None}
            flat.extend(sorted(known) or (nowhere,))
            words = len(stems(text))
            shorter.append(1 / length_of(words))
            saturated.append(saturation(words))
        if not sentences:
            empty = np.zeros((0, self.bias.shape[0]), dtype=np.float32)
            return empty, empty
        lengths = np.asarray(shorter, dtype=np.float32)[:, None]
        bm = np.add.reduceat(self.query[flat], starts, axis=0) * np.asarray(saturated, dtype=np.float32)[:, None]
        head = np.add.reduceat(self.head[flat], starts, axis=0) * lengths + self.bias
        return bm, head


@cache
def shipped() -> Model:
    """The model that ships with the program."""
    return read(FILE)


def read(path: Path) -> Model:
    """Read a model file. Raises OSError and ValueError on one that is no model of this program."""
    data = json.loads(path.read_text("utf-8"))
    if data.get("format") != FORMAT:
        raise ValueError(f"{path.name} is of format {data.get('format')}; expected {FORMAT}")
    return Model(
        idf=data["idf"],
        clauses={name: ClauseWeights(**item) for name, item in data["clauses"].items()},
        sentence=data["sentence"],
        document=data["document"],
        trained=data["trained"],
    )


def write(model: Model, path: Path) -> None:
    """Write a model so that two trainings on the same texts give the same bytes."""

    def line(value: object) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    clauses = ",\n".join(f"{line(name)}: {line(vars(item))}" for name, item in sorted(model.clauses.items()))
    parts = [
        f'"format": {FORMAT}',
        f'"trained": {line(model.trained)}',
        f'"sentence": {line(model.sentence)}',
        f'"document": {line(model.document)}',
        f'"idf": {line(model.idf)}',
        f'"clauses": {{\n{clauses}\n}}',
    ]
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", "utf-8")
