"""Whether two installed programs write the same report of the example, byte for byte.

    python tests/tools/same_output.py BEFORE AFTER [--workspace DIR]

BEFORE and AFTER are `auditgen` commands, such as the one of a checkout of an older commit and the one of this tree.
Compares results.json, every export, every page and every fix list; run.json holds the clock and is left out. Ends
with 1 and the names of the files that differ.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "auditgen" / "example" / "workspace"
AS_OF = "2026-11-24"


def output_of(program: Path, workspace: Path, folder: Path) -> dict[str, str]:
    """Relative file name → SHA-256 of what the program writes for the workspace."""
    command = [str(program), "run", "-w", str(workspace), "--as-of", AS_OF, "--output", str(folder), "--offline"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 10, 11):
        sys.exit(f"{program} ended with {done.returncode}:\n{done.stderr}")
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in found.items()
        if not name.endswith(("run.json", ".parquet"))
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--workspace", type=Path, default=EXAMPLE)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # One copy for both: the day of a file is the day on which the copy was made.
        workspace = folder / "workspace"
        shutil.copytree(arguments.workspace, workspace)
        before = output_of(arguments.before.resolve(), workspace, folder / "before")
        after = output_of(arguments.after.resolve(), workspace, folder / "after")
    differ = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    print(f"{len(before)} files before, {len(after)} after, {len(differ)} differ")
    for key in differ:
        print(f"  {key}: {'only before' if key not in after else 'only after' if key not in before else 'differs'}")
    sys.exit(1 if differ else 0)


if __name__ == "__main__":
    main()
