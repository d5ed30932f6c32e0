"""What was made of files that ship with the program, kept where Python keeps its own compiled files.

What is kept only saves time: when it is lost, damaged or of other files, it is made again.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from auditgen import __version__

Made = TypeVar("Made")
_DIGEST = 16


def stamp(paths: Iterable[Path]) -> tuple[tuple[str, int, int], ...]:
    """Name, size and moment of the last change of files, by which a change of any of them is seen."""
    return tuple((str(path), found.st_size, found.st_mtime_ns) for path in paths for found in [path.stat()])


def kept(folder: Path, name: str, key: object, make: Callable[[], Made]) -> Made:
    """What `make` gives; from the last time, unless the key is another one. `folder` belongs to the program.

    Key and what is made are plain: texts, numbers, tuples, lists and tables. Anything else is not kept.
    """
    key = (__version__, sys.version, key)
    cache = Path(sys.pycache_prefix or folder) / ("__pycache__" if not sys.pycache_prefix else "auditgen-kept")
    file = cache / f"{name}.{sys.implementation.cache_tag}.kept"
    with suppress(OSError, EOFError, ValueError, TypeError):
        content = file.read_bytes()
        # A damaged file might still load, as something else.
        if hashlib.blake2b(content[_DIGEST:], digest_size=_DIGEST).digest() == content[:_DIGEST]:
            # As sure as the compiled files beside it, which are of this form too.
            known, made = marshal.loads(content[_DIGEST:])  # noqa: S302
            if known == key:
                return made  # type: ignore[no-any-return]
    fresh = make()
    if not sys.dont_write_bytecode:
        with suppress(OSError, ValueError):
            _write(file, marshal.dumps((key, fresh)))  # type: ignore[arg-type]
    return fresh


def _write(file: Path, content: bytes) -> None:
    """In one step, since another run may be reading."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        part.write_bytes(hashlib.blake2b(content, digest_size=_DIGEST).digest() + content)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
