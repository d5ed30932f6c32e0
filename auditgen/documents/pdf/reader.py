"""PDF files as passages, read in a process of its own (`process`); lines count from the top of their page.

One process serves all files of a run, because starting it takes a third of a second. It ends with the program, and
when a file takes it too long or too much memory; then the next file gets a new one.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import selectors
import subprocess
import sys
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

from auditgen.documents.document import Document, Passage
from auditgen.files.errors import ReadError

# The process ends by itself after six seconds; what does not even hear its clock is stopped here.
SECONDS = 9.0
_MOST = 64_000_000
_AGAIN = "open it and save or print it to PDF again"


def read_pdf(path: Path, file: str) -> Document:
    """Take a PDF apart. Raises ReadError with one sentence when it cannot be read."""
    told = _PROCESS.ask(path.resolve())
    if "refused" in told:
        raise ReadError(f"{file} {told['refused']}.")
    if "fault" in told:
        says = {
            "late": f"{file} takes longer to read than a policy may; {_AGAIN}, or save it as .docx or Markdown.",
            "memory": f"{file} takes more memory to read than a policy may; {_AGAIN}, or save it as .docx or Markdown.",
            "system": f"{file} could not be read ({told.get('says')}).",
        }
        raise ReadError(says.get(told["fault"], f"{file} is damaged or no whole PDF; {_AGAIN}."))
    document = Document(told["title"], told["language"], plain=told["plain"], notes=list(told["notes"]))
    document.passages = [_passage(item) for item in told["passages"]]
    document.margins = [_passage(item) for item in told["margins"]]
    for address, words, line, page in told["links"]:
        document.found_link(address, words, line, page)
    return document


def _passage(told: list[Any]) -> Passage:
    kind, heading, line, text, cells, header, page = told
    return Passage(kind, heading, line, text, tuple(cells), tuple(header), page)


class _Process:
    """The process, started for the first file."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = Lock()
        self._owner = 0

    def ask(self, path: Path) -> dict[str, Any]:
        """What the process tells of a file; {"fault": …} when it tells nothing in time."""
        with self._lock:
            child = self._started()
            if child.stdin is None or child.stdout is None:
                raise ReadError("The process that reads PDF files could not be started.")
            try:
                child.stdin.write(json.dumps({"path": str(path)}).encode() + b"\n")
                child.stdin.flush()
                line = _line(child.stdout.fileno(), monotonic() + SECONDS)
            except BrokenPipeError:
                line = b""
            if line is None:
                self.stop()
                return {"fault": "late"}
            try:
                told = json.loads(line)
            except ValueError:
                # Killed by the system, or a fault in a library below Python; memory is what mostly runs out.
                self.stop()
                return {"fault": "memory"}
            if told.get("fault") == "memory":
                self.stop()
            return dict(told)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._owner == os.getpid() and self._child.poll() is None:
            return self._child
        if self._owner == os.getpid():
            self.stop()
        script = Path(__file__).with_name("process.py")
        # -I: no environment of Python, no user packages. What pypdf says of a file is not passed on.
        self._child = subprocess.Popen(  # noqa: S603 (our own interpreter and script)
            [sys.executable, "-I", str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._owner = os.getpid()
        return self._child

    def stop(self) -> None:
        child, self._child = self._child, None
        if child is None or self._owner != os.getpid():
            return
        child.kill()
        with contextlib.suppress(OSError):
            child.communicate()


def _line(descriptor: int, until: float) -> bytes | None:
    """One line from a pipe: what there is of it when the other end closes, None when it does not come in time."""
    parts: list[bytes] = []
    size = 0
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while (left := until - monotonic()) > 0:
            if not selector.select(left):
                return None
            part = os.read(descriptor, 1 << 16)
            parts.append(part)
            size += len(part)
            if not part or part.endswith(b"\n"):
                return b"".join(parts)
            if size > _MOST:
                return b""
    return None


_PROCESS = _Process()
atexit.register(_PROCESS.stop)
