"""A labelled corpus: documents and what a person said of each clause in them.

A folder with `docs/`, `docs.csv` (key, file, and organisation or repo_or_address), `labels.csv` (doc, then a column a
clause code holding 0 missing, 1 in part, 2 present) and, if there is one, `evidence.csv` (doc, clause, quote: the
beginning of the best sentence).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from auditgen.analysis.clauses.sentences import Sentence, make_sentences
from auditgen.documents.document import one_line
from auditgen.documents.recognise import take_apart
from auditgen.files.errors import ReadError
from auditgen.readers.policies.facts import find_facts


@dataclass(frozen=True)
class Corpus:
    """Documents by key.

    sentences         all sentences
    labels        document → clause code → 0, 1 or 2
    organisation  document → who published it, for folds
    facts         document → what it says about itself, as in the table `documents`
    evidence      (document, code) → normalised beginning of the sentence a person pointed at
    pages         document → pages of 500 words, at least one
    unread        document → why it could not be read
    """

    folder: Path
    sentences: Sequence[Sentence]
    labels: Mapping[str, Mapping[str, int]]
    organisation: Mapping[str, str]
    facts: Mapping[str, Mapping[str, Any]]
    evidence: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)
    pages: Mapping[str, float] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)

    @property
    def documents(self) -> list[str]:
        return [name for name in self.labels if name not in self.unread]

    def only(self, wanted: Set[str]) -> Corpus:
        """The documents that are wanted, by name."""
        labels = {name: item for name, item in self.labels.items() if name in wanted}
        return replace(
            self, labels=labels, sentences=[sentence for sentence in self.sentences if sentence.document in labels]
        )


def plain(text: str) -> str:
    """Letters and figures only, lower case: how a quote is found in a text that was set differently."""
    return re.sub(r"[\W_]+", "", text.casefold())


def load_corpus(folder: Path) -> Corpus:
    """Read a corpus. Raises ReadError when its lists are missing or name what is not there."""
    listed = _rows(folder / "docs.csv")
    labels = {
        row["doc"]: {code: int(value) for code, value in row.items() if code != "doc" and value not in (None, "")}
        for row in _rows(folder / "labels.csv")
    }
    sentences: list[Sentence] = []
    facts, organisation, pages, unread = {}, {}, {}, {}
    for row in listed:
        key = row["key"]
        if key not in labels:
            continue
        organisation[key] = row.get("organisation") or _publisher(row.get("repo_or_address") or key)
        path = folder / "docs" / row["file"]
        try:
            document, _ = take_apart(path, row["file"])
        except (ReadError, OSError) as error:
            unread[key] = str(error)
            continue
        facts[key], _ = find_facts(document)
        found = make_sentences(
            {"document": key, "sequence": number, "kind": item.kind, "heading": item.heading, "line": item.line,
             "page": item.page, "text": item.text if item.kind == "code" else one_line(item.text)}
            for number, item in enumerate(document.passages, 1)
        )  # fmt: skip
        sentences += found
        pages[key] = max(1.0, sum(len(sentence.text.split()) for sentence in found) / 500)
    lost = [key for key in labels if key not in organisation]
    if lost:
        raise ReadError(f"labels.csv has labels for {lost[0]}, which docs.csv does not list")
    return Corpus(folder, sentences, labels, organisation, facts, _evidence(folder / "evidence.csv"), pages, unread)


def _publisher(address: str) -> str:
    return re.sub(r"^https?://(www\.)?", "", address).split("/")[0].casefold()


def _evidence(path: Path) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    if path.is_file():
        for row in _rows(path):
            if quote := plain(row.get("quote") or ""):
                found.setdefault((row["doc"], row["clause"]), []).append(quote)
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    except OSError as error:
        raise ReadError(f"{path.name} could not be read ({error.strerror}); a corpus has docs.csv and labels.csv")  # noqa: B904
