"""Site of N findings against the reports others generate from the same content, in one run.

    python tests/benchmarks/bench_site.py [--allure PATH] [--mkdocs PATH] [--findings N] [--pages N] [--rounds N] [--folder DIR]

Prints wall time (best of the rounds), user and system time, peak memory of each child process, and the ratios. A
round runs every tool once, one after another, so a busy moment of the machine hits all of them. Installs nothing: a
missing peer is left out with a word. Fairness: Allure writes a data file per result and draws pages in the browser;
mkdocs parses Markdown for every page; this program reads structured results, so it has less to do.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))

from synthetic_results import synthetic_results

# Making thousands of files costs what the disk's state makes it cost, up to ten times more from one folder to the
# next; in memory the programs are compared and not the disk. --folder names a disk.
_MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else tempfile.gettempdir()

_OURS = (
    "import json, sys; from pathlib import Path; from auditgen.report.site import build_site; "
    "build_site(json.loads(Path(sys.argv[1]).read_text(encoding='utf-8')), Path(sys.argv[2]))"
)


def _environment() -> dict[str, str]:
    """Every tool as it is once installed: with its compiled files, kept outside the source tree."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "auditgen-bench-compiled")}


@dataclass
class Run:
    """One child: wall seconds, processor seconds, peak resident memory in MB."""

    wall: float
    processor: float
    peak: float


@dataclass
class Side:
    """A tool, its command and what it writes."""

    name: str
    command: list[str]
    folder: Path
    output: Path
    best: Run | None = None

    def once(self) -> None:
        shutil.rmtree(self.output, ignore_errors=True)
        with open(os.devnull, "wb") as sink, tempfile.TemporaryFile() as errors:
            started = time.perf_counter()
            child = subprocess.Popen(self.command, cwd=self.folder, stdout=sink, stderr=errors, env=_environment())
            _, status, usage = os.wait4(child.pid, 0)
            wall = time.perf_counter() - started
            child.returncode = os.waitstatus_to_exitcode(status)
            if child.returncode:
                errors.seek(0)
                sys.exit(f"{self.name} failed: {errors.read().decode(errors='replace')[-2000:]}")
        scale = 1024 * 1024 if sys.platform == "darwin" else 1024
        run = Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / scale)
        if self.best is None or run.wall < self.best.wall:
            self.best = run


def _title(item: dict[str, Any]) -> str:
    return f"{item['subject']}: {item['says']}"


def _allure_results(results: dict[str, Any], folder: Path) -> None:
    """The same findings as Allure results: a failed test each, with its text, labels and fix steps."""
    folder.mkdir()
    checks = {item["id"]: item for item in results["checks"]}
    for number, item in enumerate(results["findings"]):
        check = checks[item["check"]]
        result = {
            "uuid": f"{number:08d}-0000-4000-8000-000000000000",
            "historyId": item["id"],
            "name": _title(item),
            "fullName": item["id"],
            "status": {"fail": "failed", "due": "broken"}.get(item["verdict"], "skipped"),
            "statusDetails": {"message": item["says"]},
            "stage": "finished",
            "description": check["why"],
            "start": 1_790_000_000_000 + number,
            "stop": 1_790_000_000_001 + number,
            "labels": [
                {"name": "feature", "value": item["area"]},
                {"name": "severity", "value": item["severity"]},
                {"name": "owner", "value": item["owner"] or "nobody"},
                {"name": "story", "value": check["title"]},
            ],
            "links": [],
            "parameters": [{"name": "source", "value": item["source"]}, {"name": "locator", "value": item["locator"]}],
            "steps": [
                {"name": line, "status": "passed", "start": 1, "stop": 2, "steps": [], "attachments": []}
                for line in check["fix"].splitlines()
            ],
            "attachments": [],
        }
        (folder / f"{number:06d}-result.json").write_text(json.dumps(result), encoding="utf-8")


def _mkdocs_project(results: dict[str, Any], folder: Path) -> None:
    """The same findings as Markdown pages."""
    docs = folder / "docs"
    docs.mkdir(parents=True)
    checks = {item["id"]: item for item in results["checks"]}
    barriers = {item["id"]: item["title"] for item in results["barriers"]}
    disasters = {item["id"]: f"{item['title']} ({item['who']}, {item['date'][:4]})" for item in results["scenarios"]}
    lines = ["# Findings", ""]
    for item in results["findings"]:
        check = checks[item["check"]]
        lines.append(f"- [{item['says']}]({item['id']}.md)")
        opened = "".join(f"- {barriers[name]}\n" for name in item["barriers"])
        reached = "".join(f"- [{disasters[name]}](index.md)\n" for name in item["scenarios"])
        text = (
            f"# {_title(item)}\n\n## Prevent it now\n\n{check['fix']}\n\n## What it is\n\n{check['why']}\n\n"
            f"## The barrier it opens\n\n{opened}\nIt is in the way of these disasters:\n\n{reached}\n## Evidence\n\n"
            f"| | |\n|---|---|\n| Source | {item['source']} |\n| Locator | {item['locator']} |\n| Owner | {item['owner']} |\n"
        )
        (docs / f"{item['id']}.md").write_text(text, encoding="utf-8")
    (docs / "index.md").write_text("\n".join(lines), encoding="utf-8")
    (folder / "mkdocs.yml").write_text("site_name: Findings\nnav:\n  - index.md\n", encoding="utf-8")


def _ours(results: dict[str, Any], folder: Path) -> Side:
    folder.mkdir()
    path = folder / "results.json"
    path.write_text(json.dumps(results), encoding="utf-8")
    return Side("auditgen", [sys.executable, "-c", _OURS, str(path), str(folder / "site")], folder, folder / "site")


def _compare(what: str, sides: list[Side], rounds: int) -> None:
    for _ in range(rounds):
        for side in sides:
            side.once()
    print(f"\n{what}, best of {rounds}")
    for side in sides:
        assert side.best
        files = [path for path in side.output.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files) / 1e6
        print(
            f"  {side.name:9} {side.best.wall:7.2f} s wall {side.best.processor:7.2f} s processor "
            f"{side.best.peak:7.0f} MB peak {size:7.1f} MB in {len(files):,} files"
        )
    mine, theirs = sides[0].best, sides[1].best
    if mine and theirs:
        print(
            f"  auditgen: {theirs.wall / mine.wall:.1f} times as fast by wall, "
            f"{theirs.processor / mine.processor:.1f} by processor, {mine.peak / theirs.peak:.2f} of the memory"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the report site beside its peers.")
    parser.add_argument("--allure", default=shutil.which("allure"), help="path of Allure 3 (npm package allure)")
    parser.add_argument("--mkdocs", default=shutil.which("mkdocs"), help="path of mkdocs")
    parser.add_argument("--findings", type=int, default=10_000)
    parser.add_argument("--pages", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", default=_MEMORY, help="where all of them write; memory where there is any")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        print(f"writing below {options.folder}")
        if options.allure:
            results = synthetic_results(options.findings)
            ours = _ours(results, folder / "ours-large")
            work = folder / "allure"
            work.mkdir()
            _allure_results(results, work / "allure-results")
            command = [options.allure, "generate", "allure-results", "--output", "report"]
            peer = Side("allure", command, work, work / "report")
            _compare(f"{options.findings:,} findings", [ours, peer], options.rounds)
        else:
            print("allure: not found; left out (npm package allure, or --allure PATH)")
        if options.mkdocs:
            results = synthetic_results(options.pages)
            ours = _ours(results, folder / "ours-small")
            _mkdocs_project(results, folder / "mkdocs")
            command = [options.mkdocs, "build", "--quiet", "--site-dir", "site"]
            peer = Side("mkdocs", command, folder / "mkdocs", folder / "mkdocs" / "site")
            _compare(f"{options.pages:,} findings", [ours, peer], options.rounds)
        else:
            print("mkdocs: not found; left out (PyPI package mkdocs, or --mkdocs PATH)")


if __name__ == "__main__":
    main()
