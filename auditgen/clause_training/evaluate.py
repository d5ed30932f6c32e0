"""Measure the reader of clauses on labelled documents.

    python -m auditgen.clause_training.evaluate --corpus DIR [--tuning] [--samples 50] [--folds] [--write NAME]

Prints micro F1 (covered or not), how often the sure bands are right, the share that is not sure, and milliseconds a
page; with --samples, quoted sentences for a person to judge. Documents that patterns or weights were made on give a
better figure than any new document would, so theirs is called a tuning set and never accuracy.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

import click
import numpy as np
import numpy.typing as npt

from auditgen.analysis.clauses.detect import Reading
from auditgen.analysis.clauses.model import FILE, Model
from auditgen.analysis.clauses.model import read as read_model
from auditgen.analysis.clauses.states import CHECK, SURE, UNLIKELY, Found, find_states
from auditgen.clause_training.corpus import Corpus, load_corpus

ACCURACY = FILE.with_name("accuracy.json")


@dataclass(frozen=True)
class Figures:
    """Counts over cells of (document, clause); `covered` are those labelled 1 or 2.

    sure, sure_right        cells found (sure), and those of them that are covered
    absent, absent_right    cells not found, and those of them that are not covered
    unsure                  cells in between
    """

    cells: int
    covered: int
    hits: int
    false: int
    sure: int
    sure_right: int
    absent: int
    absent_right: int
    unsure: int

    @property
    def f1(self) -> float:
        missed = self.covered - self.hits
        return 2 * self.hits / max(1, 2 * self.hits + self.false + missed)

    @property
    def precision(self) -> float:
        return self.hits / max(1, self.hits + self.false)

    @property
    def recall(self) -> float:
        return self.hits / max(1, self.covered)


def count(probabilities: npt.NDArray[np.float64], labels: npt.NDArray[np.int64]) -> Figures:
    """Figures of cells from probabilities and labels 0, 1, 2."""
    covered = labels > 0
    found = probabilities >= CHECK
    sure, absent = probabilities >= SURE, probabilities < UNLIKELY
    return Figures(
        cells=len(labels),
        covered=int(covered.sum()),
        hits=int((found & covered).sum()),
        false=int((found & ~covered).sum()),
        sure=int(sure.sum()),
        sure_right=int((sure & covered).sum()),
        absent=int(absent.sum()),
        absent_right=int((absent & ~covered).sum()),
        unsure=int((~sure & ~absent).sum()),
    )


@dataclass(frozen=True)
class Measured:
    """One corpus read by one model: a value a labelled cell."""

    names: list[tuple[str, str]]
    labels: npt.NDArray[np.int64]
    probabilities: npt.NDArray[np.float64]
    found: list[Found]
    reading: Reading
    milliseconds_a_page: float


def measure(corpus: Corpus, clauses: Mapping[str, Mapping[str, Any]], model: Model) -> Measured:
    """Read a corpus as an audit would; time is that of the processor."""
    import duckdb

    from auditgen.analysis.clauses.detect import read_sentences

    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        started = process_time()
        reading = read_sentences(connection, corpus.sentences, clauses, model, corpus.facts, corpus.documents)
        found = find_states(reading, clauses, model, corpus.facts)
        seconds = process_time() - started
    told = {(item.document, item.clause): item for item in found if item.place == 1}
    names, labels, probabilities = [], [], []
    for row, document in enumerate(reading.documents):
        for column, name in enumerate(reading.clauses):
            code = clauses[name].get("code")
            if code is None or code not in corpus.labels[document]:
                continue
            item = told.get((document, name))
            names.append((document, name))
            labels.append(corpus.labels[document][code])
            probabilities.append(as_told(item, float(reading.covered[row, column])))
    pages = sum(corpus.pages[document] for document in corpus.documents)
    return Measured(
        names, np.asarray(labels), np.asarray(probabilities), found, reading, 1000 * seconds / max(1.0, pages)
    )


def as_told(item: Found | None, probability: float) -> float:
    """The probability of a cell inside the band that an audit tells: only “found” is sure, only no passage is absent.

    A label of 1 covers unfilled templates and pointers too, so a hollow clause may count as covered, and never as sure.
    """
    if item is None:
        return min(probability, UNLIKELY - 1e-9)
    if item.state == "found_sure":
        return max(item.probability, SURE)
    return min(max(item.probability, UNLIKELY), SURE - 1e-9)


def samples(measured: Measured, how_many: int, seed: int = 1) -> list[Found]:
    """Hits drawn by chance: cells found that are covered, with the passage an audit would quote."""
    covered = {name for name, label in zip(measured.names, measured.labels, strict=True) if label > 0}
    hits = [item for item in measured.found if item.place == 1 and item.state in ("found_sure", "found_check")]
    hits = sorted(
        (item for item in hits if (item.document, item.clause) in covered), key=lambda i: (i.document, i.clause)
    )
    return Random(seed).sample(hits, min(how_many, len(hits)))  # noqa: S311 (no secret)


def by_documents(measured: Measured, rounds: int = 1000) -> tuple[float, float]:
    """90 % interval of micro F1, drawing documents again and again with replacement."""
    places: dict[str, list[int]] = {}
    for number, (document, _) in enumerate(measured.names):
        places.setdefault(document, []).append(number)
    chance = Random(7)  # noqa: S311 (no secret)
    documents = sorted(places)
    values = []
    for _ in range(rounds):
        drawn = [n for document in chance.choices(documents, k=len(documents)) for n in places[document]]
        values.append(count(measured.probabilities[drawn], measured.labels[drawn]).f1)
    low, high = np.quantile(values, [0.05, 0.95])
    return float(low), float(high)


def folds(corpus: Corpus, clauses: Mapping[str, Mapping[str, Any]]) -> Figures:
    """Everything that is trained, trained again without each organisation in turn and measured on it."""
    from auditgen.clause_training.train import train

    labels, probabilities = [], []
    for left_out in sorted(set(corpus.organisation.values())):
        inside = {document for document in corpus.documents if corpus.organisation[document] == left_out}
        others, own = corpus.only(set(corpus.documents) - inside), corpus.only(inside)
        measured = measure(own, clauses, train([others], [], clauses))
        labels.append(measured.labels)
        probabilities.append(measured.probabilities)
    return count(np.concatenate(probabilities), np.concatenate(labels))


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} % ({part} of {whole})" if whole else "none"


def report(figures: Figures) -> list[str]:
    return [
        f"micro F1, covered or not    {figures.f1:.3f}  "
        f"(precision {figures.precision:.3f}, recall {figures.recall:.3f})",
        f"found (sure) is right       {_percent(figures.sure_right, figures.sure)}",
        f"not found is right          {_percent(figures.absent_right, figures.absent)}",
        f"not sure                    {_percent(figures.unsure, figures.cells)}",
    ]


@click.command()
@click.option("--corpus", "folder", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--model", "model_file", default=FILE, type=click.Path(path_type=Path), show_default=False)
@click.option("--tuning", is_flag=True, help="Say that patterns or weights were made on these documents.")
@click.option("--folds", "with_folds", is_flag=True, help="Train again without each organisation in turn.")
@click.option("--samples", "how_many", default=0, help="Print this many quoted sentences, drawn by chance.")
@click.option("--by-clause", is_flag=True, help="A line a clause: labelled, found, right.")
@click.option("--write", "measured_on", type=click.DateTime(["%Y-%m-%d"]), help="Keep the figures for the report.")
@click.option("--evidence", nargs=2, type=int, help="Quotes judged acceptable, and judged; kept with --write.")
def main(
    folder: Path,
    model_file: Path,
    tuning: bool,
    with_folds: bool,
    how_many: int,
    by_clause: bool,
    measured_on: datetime | None,
    evidence: tuple[int, int] | None,
) -> None:
    """Measure the reader of clauses on a labelled corpus."""
    from auditgen.clause_training.train import built_in

    clauses, model, corpus = built_in(), read_model(model_file), load_corpus(folder)
    measured = measure(corpus, clauses, model)
    figures = count(measured.probabilities, measured.labels)
    organisations = len({corpus.organisation[document] for document in corpus.documents})
    tuning = tuning or not set(model.trained.get("keys", ())).isdisjoint(corpus.documents)
    kind = "tuning set: made on these documents, so no measure of accuracy" if tuning else "not tuned on"
    click.echo(f"{len(corpus.documents)} documents of {organisations} organisations, {figures.cells} cells, "
               f"{figures.covered} covered ({kind})")  # fmt: skip
    for document, why in corpus.unread.items():
        click.echo(f"not read: {document}: {why}")
    low, high = by_documents(measured)
    for line in report(figures):
        click.echo(line)
    click.echo(f"90 % interval of F1         {low:.3f} to {high:.3f}, drawing documents")
    click.echo(
        f"milliseconds a page         {measured.milliseconds_a_page:.1f}  of processor time  ({len(clauses)} clauses)"
    )
    if with_folds:
        click.echo("\nleave one organisation out, tuning set for the patterns:")
        for line in report(folds(corpus, clauses)):
            click.echo(line)
    if by_clause:
        _by_clause(measured, clauses)
    for number, item in enumerate(samples(measured, how_many), 1):
        sentence = measured.reading.sentences[item.sentence] if item.sentence is not None else None
        name = clauses[item.clause].get("name") or item.clause
        where = f"{item.document} › {sentence.heading}" if sentence else item.document
        lead = f"{sentence.lead} " if sentence and sentence.lead else ""
        click.echo(f"\n{number}. {name} [{item.state}, {item.probability:.2f}] {where}\n   {lead}{item.text}")
    if measured_on is not None and tuning:
        raise click.UsageError("--write keeps figures of accuracy; these documents are a tuning set")
    if measured_on is not None:
        _write(figures, measured, len(corpus.documents), organisations, measured_on.date(), (low, high), evidence)


def _by_clause(measured: Measured, clauses: Mapping[str, Mapping[str, Any]]) -> None:
    rows: dict[str, list[int]] = {}
    for number, (_, name) in enumerate(measured.names):
        rows.setdefault(name, []).append(number)
    click.echo("\nclause                              covered  found  right     F1")
    for name, numbers in sorted(rows.items(), key=lambda item: str(clauses[item[0]].get("code"))):
        each = count(measured.probabilities[numbers], measured.labels[numbers])
        title = f"{clauses[name].get('code')} {clauses[name].get('name')}"
        click.echo(f"{title[:34]:<36}{each.covered:>6}{each.hits + each.false:>7}{each.hits:>7}  {each.f1:>6.2f}")


def _write(
    figures: Figures,
    measured: Measured,
    documents: int,
    organisations: int,
    day: date,
    interval: tuple[float, float],
    evidence: tuple[int, int] | None,
) -> None:
    """Keep the figures the report prints."""
    kept = {
        "measured_on": day.isoformat(),
        "documents": documents,
        "organisations": organisations,
        "clauses": len({name for _, name in measured.names}),
        "cells": figures.cells,
        "covered": figures.covered,
        "f1": round(figures.f1, 3),
        "f1_low": round(interval[0], 3),
        "f1_high": round(interval[1], 3),
        "sure": figures.sure,
        "sure_right": figures.sure_right,
        "absent": figures.absent,
        "absent_right": figures.absent_right,
        "unsure": figures.unsure,
        "quotes": evidence[1] if evidence else None,
        "quotes_right": evidence[0] if evidence else None,
    }
    ACCURACY.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    click.echo(f"Wrote {ACCURACY.name}.")


if __name__ == "__main__":
    main()
