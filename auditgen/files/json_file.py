"""One JSON file of bounded size, or one sentence about what stands there instead."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from auditgen.files.errors import ReadError

MAX_BYTES = 50_000_000


def read_json(path: Path, file: str, expected: str) -> Any:
    """The content of a file that is called `file` in messages. Raises ReadError when it is too large or no JSON."""
    if path.stat().st_size > MAX_BYTES:
        raise ReadError(f"{file} is larger than such a file can be; the limit is {MAX_BYTES // 1_000_000} MB.")
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        raise ReadError(f"{file}: expected {expected}, found other text") from None
