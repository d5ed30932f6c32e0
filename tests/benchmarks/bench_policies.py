"""How long the reader of clauses takes for a page of 500 words, on one core.

    python tests/benchmarks/bench_policies.py [PAGES]

Documents of two pages are made from the sentences of the pack; all clauses are looked for in all of them, as an audit
does. The same patterns in Python's `re`, which a prototype ran, are timed beside it on a tenth of the pages.
"""

from __future__ import annotations

import re
import sys
from random import Random
from time import process_time

from auditgen.analysis.clauses import find_clauses
from auditgen.analysis.clauses import model as models
from auditgen.clause_training.train import built_in
from auditgen.evidence.store import Store

WORDS = 500


def documents(pages: int) -> list[tuple[str, list[str]]]:
    chance = Random(1)
    texts = [
        text for item in built_in().values() for key in ("phrasings", "distractors") for text in item["examples"][key]
    ]
    made = []
    for number in range(max(1, pages // 2)):
        said: list[str] = []
        while sum(len(text.split()) for text in said) < 2 * WORDS:
            said.append(chance.choice(texts))
        made.append((f"policies/{number}.md", said))
    return made


def main(pages: int) -> None:
    clauses = {name: {key: item[key] for key in item if key != "examples"} for name, item in built_in().items()}
    made = documents(pages)
    loads = []
    read = models.read
    models.read = lambda path: loads.append(path) or read(path)  # type: ignore[func-returns-value]
    with Store() as store:
        store.connection.execute("set threads = 1")
        store.add(
            "documents", ({"document": name, "state": "read", "source": name, "locator": "line 1"} for name, _ in made)
        )
        store.add(
            "passages",
            (
                {"document": name, "sequence": n, "heading": "Rules", "kind": "paragraph", "line": n, "text": text}
                for name, said in made
                for n, text in enumerate(said, 1)
            ),
        )
        started = process_time()
        find_clauses(store, clauses)
        took = process_time() - started
        rows = store.select("select count(*) as n from clauses")[0]["n"]
    print(f"{len(clauses)} clauses over {pages} pages: {1000 * took / pages:.1f} ms of processor time a page (goal 60), "
          f"{rows} passages kept, the model was loaded {len(loads)} time")  # fmt: skip

    compiled = [re.compile("|".join(f"(?:{p})" for p in clause[key]), re.I)
                for clause in clauses.values() for key in ("found", "partial", "heading") if clause.get(key)]  # fmt: skip
    some = made[: max(1, len(made) // 10)]
    started = process_time()
    hits = sum(bool(pattern.search(text)) for pattern in compiled for _, said in some for text in said)
    beside = 1000 * (process_time() - started) / (2 * len(some))
    print(f"the same patterns in Python's re, beside it: {beside:.1f} ms a page ({hits} hits), without the rest; "
          f"{beside / (1000 * took / pages):.1f} x")  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
