"""How long a newcomer waits: `auditgen --help` and `auditgen run` on the example, beside the bare imports.

Prints both sides and the ratio, best of several runs of whole processes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.resources import as_file, files
from pathlib import Path

RUNS = 7
# Both sides as a user has them: compiled files are kept.
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def best(command: list[str], cwd: Path, codes: tuple[int, ...] = (0,), runs: int = RUNS) -> float:
    """Shortest wall time in seconds of a command; the first run only warms the caches."""
    times = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        done = subprocess.run(command, cwd=cwd, capture_output=True, check=False, env=ENVIRONMENT)
        times.append(time.perf_counter() - start)
        if done.returncode not in codes:
            raise SystemExit(done.stderr.decode())
    return min(times[1:])


def main() -> None:
    auditgen = str(Path(sys.executable).with_name("auditgen"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        click = best([sys.executable, "-c", "import click"], folder)
        help_ = best([auditgen, "--help"], folder)
        print(f"auditgen --help          {help_:.3f} s")
        print(f"python -c 'import click' {click:.3f} s   ratio {help_ / click:.2f} (goal at most 1.5)")
        with as_file(files("auditgen.example") / "workspace") as example:
            shutil.copytree(example, folder / "w")
        for path in (folder / "w" / "vaults").glob("*"):
            path.chmod(0o600)
        imports = best([sys.executable, "-c", "import duckdb, jinja2, requests"], folder)
        run = best([auditgen, "run", "-q", "-w", "w", "--as-of", "2026-11-24"], folder, (10,))
        limit = 2.5 * imports + 1
        print(f"auditgen run (example)   {run:.3f} s")
        print(
            f"import duckdb, jinja2, requests {imports:.3f} s; goal 2.5 x + 1 s = {limit:.3f} s   ratio {run / limit:.2f}"
        )


if __name__ == "__main__":
    main()
