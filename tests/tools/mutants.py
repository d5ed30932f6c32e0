"""Changes one decision of the code at a time and asks whether a test notices: `make mutants`, `make mutants SAMPLE=300`.

Cosmic Ray says where a decision can be changed and how; its own runner starts an interpreter for each mutant, which
takes longer than the tests. Here one process loads the libraries and forks; each fork loads the package anew with one
module changed in memory, so that no file is touched, and runs the tests of that module until the first fails.
Left alone: wording (texts and what is formatted into them), annotations, decorators, `strict` of a zip.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import importlib.machinery
import importlib.util
import os
import random
import signal
import sys
import time
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

ROOT = Path(__file__).resolve().parents[2]
# Which modules are changed, and which tests are run for the modules of a room, of which the longest name counts.
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutants"]
SWAPS = {
    "==": ["!="], "!=": ["=="], "<": ["<=", ">"], "<=": ["<", ">"], ">": [">=", "<"], ">=": [">", "<"],
    "in": ["not in"], "not in": ["in"], "is": ["is not"], "is not": ["is"], "+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"],
    "|": ["&"], "&": ["|"], "min": ["max"], "max": ["min"], "any": ["all"], "all": ["any"],
}  # fmt: skip
BETWEEN = ("comparison", "arith_expr", "term", "expr")
OPERATORS = (
    "AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd", "NumberReplacer",
    "ReplaceUnaryOperator_Delete_Not", "ReplaceUnaryOperator_Delete_USub", "ReplaceContinueWithBreak",
    "ReplaceBreakWithContinue", "ZeroIterationForLoop",
)  # fmt: skip


class Mutant(NamedTuple):
    """A module with one change: the line of it, what it was, and the whole text."""

    path: Path
    line: int
    what: str
    text: str

    def __str__(self) -> str:
        changed = self.text.splitlines()[self.line - 1].strip()
        return f"{self.path.relative_to(ROOT)}:{self.line}: {self.what}: {changed}"


def _left_alone(source: str) -> list[tuple[Any, Any]]:
    """From where to where nothing is changed."""
    found: list[Any] = []
    for node in ast.walk(ast.parse(source)):
        about_types = getattr(getattr(node, "test", None), "id", "") == "TYPE_CHECKING"
        guard = isinstance(node, ast.keyword) and node.arg == "strict"
        found += [node] if isinstance(node, ast.JoinedStr) or about_types or guard else []
        found += [getattr(node, "annotation", 0), getattr(node, "returns", 0), *getattr(node, "decorator_list", ())]
    return [((part.lineno, part.col_offset), (part.end_lineno, part.end_col_offset)) for part in found if part]


def _own(node: Any, source: str) -> Iterator[tuple[Any, Any, str]]:
    """Changes that Cosmic Ray does not know, or of which it knows too many: from, to, what stands there instead."""
    kind = node.type
    word = " ".join(node.get_code().split()) if kind in ("operator", "keyword", "comp_op", "name") else ""
    if word in SWAPS and (node.get_next_leaf().value == "(" if kind == "name" else node.parent.type in BETWEEN):
        yield from ((node.start_pos, node.end_pos, other) for other in SWAPS[word])
    elif kind == "testlist_comp":
        # What comes first when things are sorted, and in a list of names by which they are.
        order = f"{node.parent.parent.get_first_leaf().value}.index" in source
        parts = node.children[::2] if order or node.search_ancestor("lambdef", "return_stmt") else []
        for one, two in pairwise(parts):
            yield one.start_pos, two.end_pos, f"{two.get_code().strip()}, {one.get_code().strip()}"


def mutants(path: Path) -> Iterator[Mutant]:
    """Every changed text of a module once."""
    source = path.read_text(encoding="utf-8")
    lines, alone, nodes = source.splitlines(keepends=True), _left_alone(source), list(ast_nodes(get_ast(source)))
    found: dict[str, Mutant] = {}

    def take(text: str | None, start: Any, end: Any, what: str) -> None:
        if text is not None and not any(first <= start and end <= last for first, last in alone):
            found.setdefault(text, Mutant(path, start[0], what, text))

    for node in nodes:
        for start, end, new in _own(node, source):
            first, last = (sum(map(len, lines[: row - 1])) + column for row, column in (start, end))
            take(source[:first] + new + source[last:], start, end, f"{' '.join(source[first:last].split())} to {new}")
    for name in OPERATORS:
        operator = get_operator(f"core/{name}")()
        for number, (start, end) in enumerate(place for node in nodes for place in operator.mutation_positions(node)):
            take(mutate_code(source, operator, number), start, end, name)
    yield from found.values()


class _Changed(importlib.machinery.SourceFileLoader):
    """Loads one module from a changed text."""

    text = file = module = ""

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.text, self.path, "exec")

    @classmethod
    def find_spec(cls, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        return importlib.util.spec_from_file_location(name, loader=cls(name, cls.file)) if name == cls.module else None


def tests_of(path: Path) -> list[str]:
    name = path.relative_to(ROOT).as_posix()
    return list(CONFIG["tests"][max((room for room in CONFIG["tests"] if name.startswith(room)), key=len)])


def start(tests: list[str], mutant: Mutant | None = None, loaded: Path | None = None) -> int:
    """Fork, change a module, run the tests; the process id. `loaded` gets the names of the modules they load."""
    if child := os.fork():
        return child
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    code = 70
    try:
        if mutant:
            _Changed.text, _Changed.file = mutant.text, str(mutant.path)
            _Changed.module = ".".join(mutant.path.relative_to(ROOT).with_suffix("").parts)
            sys.meta_path.insert(0, _Changed)  # type: ignore[arg-type]
        code = int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests]))
        if loaded:
            loaded.write_text("\n".join(sorted(sys.modules)), encoding="utf-8")
    finally:
        os._exit(code)


def load_libraries(paths: list[Path]) -> None:
    """Run all tests once unchanged, in a fork, and load here whatever libraries they loaded."""
    tests = list(dict.fromkeys(test for path in paths for test in tests_of(path)))
    (names := ROOT / "build" / "mutants-loaded.txt").parent.mkdir(exist_ok=True)
    if os.waitpid(start(tests, loaded=names), 0)[1]:
        sys.exit(f"The tests do not pass as they are: python -m pytest {' '.join(tests)}")
    for name in names.read_text(encoding="utf-8").split("\n"):
        if name.partition(".")[0] not in ("auditgen", "tests", "conftest", "__main__") and "_pytest" not in name:
            with contextlib.suppress(Exception):
                importlib.import_module(name)


def survivors(work: list[Mutant], processes: int, seconds: int = 120) -> Iterator[Mutant]:
    """The mutants that no test notices; one that never ends counts as noticed."""
    running: dict[int, tuple[float, Mutant]] = {}
    waiting = work[::-1]
    while waiting or running:
        while waiting and len(running) < processes:
            mutant = waiting.pop()
            running[start(tests_of(mutant.path), mutant)] = (time.monotonic(), mutant)
        time.sleep(0.01)
        for child, (since, mutant) in list(running.items()):
            if time.monotonic() - since > seconds:
                os.kill(child, signal.SIGKILL)
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                del running[child]
                if status == 0:
                    yield mutant


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, help="only so many, drawn with the seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", nargs="*", default=CONFIG["targets"], help="patterns of modules")
    chosen = parser.parse_args()
    os.chdir(ROOT)
    os.environ["CI"] = "1"  # so that examples which are made up are the same in every run
    paths = sorted({path for pattern in chosen.only for path in ROOT.glob(pattern)})
    work = [mutant for path in paths for mutant in mutants(path)]
    if chosen.sample:
        work = random.Random(chosen.seed).sample(work, min(chosen.sample, len(work)))
    began = time.monotonic()
    load_libraries(paths)
    killed = len(work)
    for mutant in survivors(work, chosen.processes):
        killed -= 1
        print(mutant, flush=True)
    print(f"{killed} of {len(work)} killed ({killed / max(1, len(work)):.1%}) in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
