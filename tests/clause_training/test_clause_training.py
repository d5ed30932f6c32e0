"""Training and evaluation of the reader of clauses, on small documents of our own."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from auditgen.analysis.clauses.model import write
from auditgen.clause_training import evaluate
from auditgen.clause_training.corpus import load_corpus
from auditgen.clause_training.train import built_in, train
from auditgen.files.errors import ReadError

pytestmark = pytest.mark.slow

CODES = ("A07", "C01", "K05", "V01")
TEA = "Our tea comes from three gardens in the hills and is packed on Fridays."


def corpus(folder: Path, documents: int = 8, publisher: str = "org") -> Path:
    """Documents that hold some of four clauses, in words from the examples of the pack."""
    clauses = {item["code"]: item for item in built_in().values() if item.get("code") in CODES}
    (folder / "docs").mkdir(parents=True)
    labels = []
    for number in range(documents):
        held = {code: (number + place) % 2 for place, code in enumerate(CODES)}
        said = [clauses[code]["examples"]["found"][number % 5] for code, has in held.items() if has]
        text = "\n\n".join(["# Rules", TEA, *said, *(clauses[c]["examples"]["distractors"][number] for c in CODES)])
        (folder / "docs" / f"d{number}.md").write_text(text)
        labels.append({"doc": f"{publisher}{number}", **{code: 2 * has for code, has in held.items()}})
    with (folder / "docs.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["key", "file", "repo_or_address"])
        rows.writerows([f"{publisher}{n}", f"d{n}.md", f"{publisher}{n // 2}/policies"] for n in range(documents))
    with (folder / "labels.csv").open("w", newline="") as file:
        named = csv.DictWriter(file, ["doc", *CODES])
        named.writeheader()
        named.writerows(labels)
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus(tmp_path_factory.mktemp("corpus"))


def test_two_trainings_give_the_same_bytes_and_find_what_they_learnt(small: Path, tmp_path: Path) -> None:
    clauses = {name: item for name, item in built_in().items() if item.get("code") in CODES}
    read = load_corpus(small)
    models = [train([read], [], clauses) for _ in range(2)]
    for number, model in enumerate(models):
        write(model, tmp_path / f"{number}.json")
    assert (tmp_path / "0.json").read_bytes() == (tmp_path / "1.json").read_bytes()
    figures = evaluate.count(*(lambda m: (m.probabilities, m.labels))(evaluate.measure(read, clauses, models[0])))
    assert figures.f1 > 0.8
    # No sentence of a document stands in the file, only single words and pairs of them.
    weights = json.loads((tmp_path / "0.json").read_text())
    assert max(len(term.split()) for item in weights["clauses"].values() for term in item["head"]) == 2


def test_figures_are_counted_as_they_should_be() -> None:
    figures = evaluate.count(np.asarray([0.9, 0.9, 0.6, 0.3, 0.1, 0.05]), np.asarray([2, 0, 1, 1, 0, 1]))
    assert (figures.cells, figures.covered, figures.hits, figures.false) == (6, 4, 2, 1)
    assert (figures.sure, figures.sure_right) == (2, 1)
    assert (figures.absent, figures.absent_right, figures.unsure) == (2, 1, 2)
    assert figures.f1 == pytest.approx(4 / 7)


def test_only_what_is_told_as_found_counts_as_sure() -> None:
    def cell(state: str, probability: float) -> evaluate.Found:
        return evaluate.Found("a", "b", state, probability, 1, 0, "text", 1.0)

    told = [evaluate.as_told(cell(state, 0.95), 0.95) for state in ("found_sure", "hollow", "declined")]
    told += [evaluate.as_told(cell("declined", 0.01), 0.01), evaluate.as_told(None, 0.3)]
    figures = evaluate.count(np.asarray(told), np.asarray([2, 1, 0, 0, 0]))
    assert (figures.sure, figures.absent, figures.unsure) == (1, 1, 3)


def call(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(evaluate.main, words)
    assert result.exit_code == code, result.output
    return result.output


def test_the_command_prints_the_figures_and_samples(small: Path) -> None:
    out = call("--corpus", str(small), "--samples", "3", "--by-clause")
    for words in ("8 documents of 4 organisations", "micro F1", "found (sure) is right", "not found is right", "not sure",
                  "milliseconds a page", "90 % interval", "not tuned on", "A07 Second factor", "\n3. "):  # fmt: skip
        assert words in out
    assert "tuning set" not in out


def test_documents_that_were_tuned_on_are_never_called_accuracy(small: Path, tmp_path: Path) -> None:
    from dataclasses import replace

    from auditgen.analysis.clauses.model import shipped

    write(replace(shipped(), trained={"keys": ["org0"]}), tmp_path / "m.json")
    out = call("--corpus", str(small), "--model", str(tmp_path / "m.json"))
    assert "tuning set: made on these documents, so no measure of accuracy" in out
    said = call("--corpus", str(small), "--model", str(tmp_path / "m.json"), "--write", "2026-11-24", code=2)
    assert "these documents are a tuning set" in said


def test_a_corpus_that_is_none_says_so(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"docs\.csv could not be read"):
        load_corpus(tmp_path)


def test_a_document_that_cannot_be_read_is_named_and_not_counted(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "c", 3)
    (folder / "docs" / "d1.md").write_bytes(b"%PDF-1.7 broken")
    read = load_corpus(folder)
    assert list(read.unread) == ["org1"]
    assert read.documents == ["org0", "org2"]
    assert "not read: org1" in call("--corpus", str(folder))


def test_what_people_decided_teaches_the_trainer(tmp_path: Path) -> None:
    from auditgen.analysis.clauses.reviews import Review
    from auditgen.analysis.clauses.sentences import digest
    from auditgen.audit.policy_reviews import add_review
    from auditgen.clause_training.train import with_reviews

    (tmp_path / "auditgen.toml").write_text(
        'schema = "auditgen.workspace/1"\n[organisation]\nname = "Tea"\ndomains = []\n'
        '[[source]]\nid = "policies"\nreader = "policies"\npath = "policies"\n'
    )
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "a.md").write_text("Ask Kim before you sign in.\n\nTea is two-fold.\n")
    name = "second-factor-is-required"
    for text, verdict in (("Ask Kim before you sign in.", "accepted"), ("Tea is two-fold.", "rejected"),
                          ("It was changed.", "accepted")):  # fmt: skip
        add_review(tmp_path / "policy-reviews.toml", Review(name, verdict, "policies/a.md", digest(text)))
    clauses, told = with_reviews(built_in(), tmp_path)
    assert told == 2
    assert clauses[name]["examples"]["phrasings"][-1] == "Ask Kim before you sign in."
    assert clauses[name]["examples"]["distractors"][-1] == "Tea is two-fold."
