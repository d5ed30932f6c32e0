"""Reads one policy document as the audit does, and prints what came of it with the memory that it took.

Run as `python read_policy.py FILE`; a process of its own, because memory that was once used is counted for good.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

from auditgen.readers import Context
from auditgen.readers.policies import reader as policies


class Kept(dict[str, list[Any]]):
    def add(self, table: str, rows: Any) -> int:
        taken = list(rows)
        self.setdefault(table, []).extend(taken)
        return len(taken)


def own_memory() -> int:
    """The most memory of this process. Linux hands the figure of the parent down, except in its own list."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    path, kept = Path(sys.argv[1]), Kept()
    context = Context(path.parent, date(2026, 11, 20), {}, {"seen_on": date(2026, 11, 20)})
    start = perf_counter()
    (report,) = policies.READER.read(path, context, kept)  # type: ignore[arg-type]
    seconds = perf_counter() - start
    if "auditgen.documents.pdf.reader" in sys.modules:
        sys.modules["auditgen.documents.pdf.reader"]._PROCESS.stop()
    memory = max(own_memory(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    row = kept["documents"][0] if "documents" in kept else {}
    sys.stdout.write(
        json.dumps(
            {
                "seconds": seconds,
                "megabytes": memory / (1 << 20 if sys.platform == "darwin" else 1 << 10),
                "state": row.get("state"),
                "message": report.message,
                "passages": len(kept.get("passages", ())),
            }
        )
    )


if __name__ == "__main__":
    main()
