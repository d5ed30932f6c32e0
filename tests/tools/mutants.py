"""Changes one decision of the code at a time and asks whether a test notices: `make mutants`, `make mutants SAMPLE=300`.

Cosmic Ray says where a decision can be changed and how; its own runner starts an interpreter for each mutant, which takes
longer than the tests. Here one process loads the libraries and forks; each fork loads the package anew with one module
changed in memory, so that no file is touched, and runs the tests of that module until the first fails.
Left alone: wording (texts and what is formatted into them), annotations, decorators.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.machinery
import importlib.util
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TARGETS = ("auditgen/audit/**/*.py", "auditgen/results/*.py", "auditgen/analysis/identity.py", "auditgen/files/cells.py")
# The tests that are run for the modules of a room; those in front kill most. Nothing here starts a whole audit.
REPLAY = ("tests/audit/test_gate_edges.py", "tests/audit/test_barrier_edges.py", "tests/audit/test_scenario_edges.py",
          "tests/audit/test_plan_edges.py", "tests/audit/test_replay.py")  # fmt: skip
JUDGE = ("tests/audit/test_judge_edges.py", "tests/audit/test_judge.py")
TESTS = {
    "auditgen/audit/checks/": ("tests/audit/test_parse_edges.py", "tests/audit/test_user_packs.py", *JUDGE),
    "auditgen/audit/decisions.py": ("tests/audit/test_decision_edges.py", "tests/audit/test_decisions.py"),
    "auditgen/audit/disasters/": (*REPLAY, "tests/audit/test_vocabulary_edges.py"),
    "auditgen/audit/judge.py": JUDGE,
    "auditgen/audit/policy_reviews.py": ("tests/audit/test_review_edges.py",),
    "auditgen/audit/starter_policy.py": ("tests/audit/test_review_edges.py",),
    "auditgen/audit/": (*REPLAY, *JUDGE),
    "auditgen/results/": ("tests/results/test_result_edges.py",),
    "auditgen/analysis/clauses/states.py": ("tests/analysis/test_clause_state_edges.py",),
    "auditgen/analysis/identity.py": ("tests/analysis/test_identity_edges.py",),
    "auditgen/files/": ("tests/files/test_cell_edges.py", "tests/readers/test_header_edges.py"),
    "auditgen/readers/content/calendar/": ("tests/readers/test_header_edges.py", "tests/readers/test_calendar.py"),
}
SWAPS = {"==": "!=", "!=": "==", "<": "<= >", "<=": "< >", ">": ">= <", ">=": "> <", "in": "not in", "not in": "in",
         "is": "is not", "is not": "is", "+": "-", "-": "+", "*": "/", "/": "*", "|": "&", "&": "|"}  # fmt: skip
# Beside these, names of functions are swapped and neighbours in what things are ordered by.
OPERATORS = ("AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd",
             "ReplaceUnaryOperator_Delete_Not", "ReplaceUnaryOperator_Delete_USub", "NumberReplacer",
             "ReplaceContinueWithBreak", "ReplaceBreakWithContinue", "ZeroIterationForLoop")  # fmt: skip
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
SECONDS = 120
Place = tuple[int, int]


def _left_alone(source: str) -> list[tuple[Place, Place]]:
    """From where to where nothing is changed."""
    found = []
    for node in ast.walk(ast.parse(source)):
        parts: list[Any] = [getattr(node, name, None) for name in ("annotation", "returns")]
        parts += getattr(node, "decorator_list", [])
        parts += [node] if isinstance(node, ast.JoinedStr) else []
        parts += [node] if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" else []
        found += [((part.lineno, part.col_offset), (part.end_lineno, part.end_col_offset)) for part in parts if part]
    return found


def _offset(lines: list[str], place: Place) -> int:
    return sum(len(line) for line in lines[: place[0] - 1]) + place[1]


def _own(node: Any, source: str) -> Iterator[tuple[Place, Place, str]]:
    """Changes that Cosmic Ray does not know, or of which it knows too many: from, to, what stands there instead."""
    kind, value = node.type, getattr(node, "value", "")
    if kind in ("operator", "keyword") and value in SWAPS and node.parent.type in ("comparison", "arith_expr", "term",
                                                                                 "expr", "and_expr"):  # fmt: skip
        for other in SWAPS[value].split(" ") if value in "<=>=" else [SWAPS[value]]:
            yield node.start_pos, node.end_pos, other
    elif kind == "comp_op":
        yield node.start_pos, node.end_pos, SWAPS[" ".join(node.get_code().split())]
    elif kind == "name" and value in NAMES and node.get_next_leaf().value == "(":
        yield node.start_pos, node.end_pos, NAMES[value]
    elif kind == "testlist_comp" and (node.search_ancestor("lambdef", "return_stmt") or _is_order(node, source)):
        # What comes first when things are sorted, and in a list of names by which they are.
        for one, comma, two in zip(node.children[::2], node.children[1::2], node.children[2::2], strict=False):
            if comma.type == "operator":
                yield one.start_pos, two.end_pos, f"{two.get_code().strip()}, {one.get_code().strip()}"


def _is_order(node: Any, source: str) -> bool:
    """Whether a list of names at the head of a module is an order."""
    line = node.parent.parent
    name = line.get_first_leaf().value if line.type == "expr_stmt" and line.parent.parent.type == "file_input" else "-"
    return f"{name}.index" in source or f"enumerate({name}" in source


def mutants(path: Path) -> Iterator[tuple[Path, int, str, str]]:
    """Every changed text of a module once: path, line, what was changed, text."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    source = path.read_text(encoding="utf-8")
    lines = source.splitlines(keepends=True)
    alone = _left_alone(source)
    nodes = list(ast_nodes(get_ast(source)))
    found: dict[str, tuple[int, str]] = {}

    def free(start: Place, end: Place) -> bool:
        return not any(first <= start and end <= last for first, last in alone)

    for node in nodes:
        for start, end, new in _own(node, source):
            if free(start, end):
                changed = source[: _offset(lines, start)] + new + source[_offset(lines, end) :]
                found.setdefault(changed, (start[0], new))
    for name in OPERATORS:
        operator = get_operator(f"core/{name}")()
        places = [place for node in nodes for place in operator.mutation_positions(node)]
        for number, (start, end) in enumerate(places):
            if free(start, end) and (changed := mutate_code(source, operator, number)) is not None:
                found.setdefault(changed, (start[0], name))
    for changed, (line, what) in found.items():
        yield path, line, what, changed


class _Changed(importlib.machinery.SourceFileLoader):
    """Loads one module from a changed text."""

    text = ""

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.text, self.path, "exec")

    @classmethod
    def find_spec(cls, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        return importlib.util.spec_from_loader(name, cls(name, cls.file), origin=cls.file) if name == cls.name_ else None

    file = name_ = ""


def tests_of(path: Path) -> list[str]:
    name = path.relative_to(ROOT).as_posix()
    room = next(room for room in sorted(TESTS, key=len, reverse=True) if name.startswith(room))
    return [test for test in TESTS[room] if (ROOT / test).exists()]


def run_tests(tests: list[str], path: Path | None = None, text: str = "", loaded: Path | None = None) -> int:
    """Fork, change a module, run the tests; the process id. `loaded` gets the names of the libraries they load."""
    if child := os.fork():
        return child
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    code = 70
    try:
        import pytest

        if path is not None:
            _Changed.text, _Changed.file = text, str(path)
            _Changed.name_ = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            sys.meta_path.insert(0, _Changed)  # type: ignore[arg-type]
        code = int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests]))
        if loaded is not None:
            loaded.write_text("\n".join(sorted(sys.modules)), encoding="utf-8")
    finally:
        os._exit(code)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, help="so many of them, drawn with the seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", nargs="*", help="other modules than those of the run, as patterns")
    chosen = parser.parse_args()
    os.chdir(ROOT)
    os.environ["CI"] = "1"
    paths = sorted({path for pattern in chosen.only or TARGETS for path in ROOT.glob(pattern)})
    work = [mutant for path in paths for mutant in mutants(path)]
    if chosen.sample is not None and chosen.sample < len(work):
        work = random.Random(chosen.seed).sample(work, chosen.sample)
    names = ROOT / "build" / "mutants-loaded.txt"
    names.parent.mkdir(exist_ok=True)
    everything = list(dict.fromkeys(test for path in paths for test in tests_of(path)))
    began = time.monotonic()
    if os.waitpid(run_tests(everything, loaded=names), 0)[1]:
        sys.exit(f"The tests do not pass as they are: python -m pytest {' '.join(everything)}")
    print(f"{len(work)} mutants; the tests take {time.monotonic() - began:.0f} s together", flush=True)
    for name in names.read_text(encoding="utf-8").split("\n"):
        if name.partition(".")[0] not in ("auditgen", "tests", "conftest", "__main__") and "_pytest" not in name:
            try:
                importlib.import_module(name)
            except Exception:  # noqa: S112  a library that only tests can load
                continue
    running: dict[int, tuple[float, tuple[Path, int, str, str]]] = {}
    alive: list[tuple[Path, int, str, str]] = []
    todo = iter(work)
    while True:
        while len(running) < chosen.processes and (mutant := next(todo, None)):
            running[run_tests(tests_of(mutant[0]), mutant[0], mutant[3])] = (time.monotonic(), mutant)
        if not running:
            break
        time.sleep(0.01)
        for child, (since, mutant) in list(running.items()):
            if time.monotonic() - since > SECONDS:
                os.kill(child, signal.SIGKILL)
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                del running[child]
                if status == 0:
                    alive.append(mutant)
    for path, line, what, text in sorted(alive):
        changed = text.splitlines()[line - 1].strip() if line <= len(text.splitlines()) else ""
        print(f"{path.relative_to(ROOT)}:{line}: {what}: {changed}")
    killed = len(work) - len(alive)
    print(f"{killed} of {len(work)} killed ({killed / max(1, len(work)):.1%}), {len(alive)} alive, "
          f"{time.monotonic() - began:.0f} s")  # fmt: skip


if __name__ == "__main__":
    main()
