"""Bitwarden JSON exports, individual and organisation, unencrypted.

The file is opened only in a short-lived child process (vault_child.py) that hands back facts; the parent never holds
a password, so none can reach a table, a log, a traceback or a core dump of it.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import stat
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditgen.readers import Context, ReadError, Sink, SourceReport

SECONDS = 300
_EXPORT = "In the web vault choose Tools, Export vault, file format .json"
_REFUSALS = {
    "encrypted_account": f"is restricted to the account that made it. {_EXPORT} (not encrypted).",
    "encrypted_password": f"is protected by a password. {_EXPORT} (not encrypted), and delete it after the run.",
    "zip": f"is a zip with attachments. {_EXPORT} (without attachments).",
    "not_text": "is not text; expected a Bitwarden export in JSON.",
    "not_json": "is not readable JSON; the export may have been cut short. Export it again.",
    "csv": f"is a CSV export, which holds no dates and no history. {_EXPORT}.",
    "not_bitwarden": "is JSON but no Bitwarden export: items together with folders or collections are missing.",
    "too_large": "is larger than 500 MB.",
    "unreadable": "could not be opened.",
}


class Bitwarden:
    name = "bitwarden"
    title = "Bitwarden vault"
    options: Mapping[str, str] = {}
    tables = ("vaults", "credentials")
    after = ("accounts",)
    missing = (
        f"{_EXPORT}, for the organisation and for each person who keeps brand logins; add the files with reader "
        "bitwarden. They are read in a process of their own, and only facts come back."
    )

    def read(self, path: Path, context: Context, sink: Sink) -> list[SourceReport]:
        """One file by itself."""
        return [report for _, report in self.finish(self.begin([("", path)], context), context, sink)]

    def begin(self, files: Sequence[tuple[str, Path]], context: Context) -> _Begun:
        """Start the child over all files at once, so that one password in two vaults is seen."""
        names: dict[str, tuple[str, Path]] = {}
        for origin, path in files:
            file, number = context.relative(path), 1
            # Files far outside may share their last two names.
            while file in names and names[file][1].resolve() != path.resolve():
                number += 1
                file = f"{context.relative(path)} ({number})"
            names.setdefault(file, (origin, path))
        request = {
            "files": [{"file": file, "path": str(path)} for file, (_, path) in names.items()],
            "accounts": [
                {key: account[key] for key in ("account", "platform", "handle", "url", "vault_item")}
                for account in context.accounts
            ],
            "words": [*context.organisation.get("brand_words", ()), *_labels(context.organisation)],
        }
        script = Path(__file__).with_name("vault_child.py")
        # -I: no environment, no user packages; its errors are thrown away because they might quote what it read.
        child = subprocess.Popen(  # noqa: S603 (our own interpreter and script)
            [sys.executable, "-I", str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        if child.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                child.stdin.write(json.dumps(request))
                child.stdin.close()
            child.stdin = None
        return _Begun(child, names)

    def finish(self, begun: _Begun, context: Context, sink: Sink) -> list[tuple[str, SourceReport]]:
        """Fill vaults and credentials with what the child tells.

        A file that cannot be used gets a report with the reason. Raises ReadError when the child itself fails.
        """
        return _store(_answer(begun.child), begun.names, context, sink)


@dataclass(frozen=True)
class _Begun:
    """A child at work: file as the workspace names it → its source and path."""

    child: subprocess.Popen[str]
    names: Mapping[str, tuple[str, Path]]


def _labels(organisation: Mapping[str, Any]) -> list[str]:
    """The organisation's own domains without their endings, as words a password should not be built on."""
    return [str(domain).split(".")[0] for domain in organisation.get("domains", ())]


def _answer(child: subprocess.Popen[str]) -> dict[str, Any]:
    try:
        out, _ = child.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        raise ReadError(f"The vault process took longer than {SECONDS} seconds and was stopped.") from None
    try:
        answer = json.loads(out)
    except ValueError:
        raise ReadError(f"The vault process ended early (code {child.returncode}); nothing of it was kept.") from None
    if "fault" in answer:
        raise ReadError(f"The vault process stopped on {answer['fault']}; nothing of it was kept.")
    return dict(answer)


def _store(
    answer: Mapping[str, Any], names: Mapping[str, tuple[str, Path]], context: Context, sink: Sink
) -> list[tuple[str, SourceReport]]:
    refused = {error["file"]: error["refused"] for error in answer["errors"] if "refused" in error}
    broken: dict[str, list[int]] = {}
    for error in answer["errors"]:
        if "item" in error:
            broken.setdefault(error["file"], []).append(error["item"])
    rows: dict[str, int] = {}
    credentials = []
    for row in answer["credentials"]:
        file = row["vault"]
        rows[file] = rows.get(file, 0) + 1
        item = row.pop("item")
        seen_on = context.seen_on(names[file][1])
        credentials.append({**row, "source": file, "locator": f"item {item}", "seen_on": seen_on, "basis": "exported"})
    sink.add("credentials", credentials)
    reports = []
    vaults = {row["vault"]: row for row in answer["vaults"]}
    for file, (origin, path) in names.items():
        seen_on = context.seen_on(path)
        if file in refused:
            says = f"{file} {_REFUSALS.get(refused[file], 'could not be used.')}"
            reports.append((origin, SourceReport(file, "failed", message=says, seen_on=seen_on)))
            continue
        vault = dict(vaults[file])
        deleted = vault.pop("deleted")
        sink.add(
            "vaults",
            [
                {
                    **vault,
                    "exported_on": seen_on,
                    "readable_by_others": _readable_by_others(path),
                    "in_repository": _in_repository(path),
                    "source": file,
                    "seen_on": seen_on,
                    "basis": "exported",
                }
            ],
        )
        parts = []
        if deleted:
            parts.append(f"{deleted} deleted {'item was' if deleted == 1 else 'items were'} left out.")
        if file in broken:
            many = len(broken[file])
            parts.append(
                f"Item {broken[file][0]} could not be read." if many == 1
                else f"{many} items could not be read, the first is item {broken[file][0]}."
            )  # fmt: skip
        count = rows.get(file, 0)
        status = "partly" if file in broken else "read" if count else "empty"
        message = " ".join(parts) or None
        reports.append(
            (origin, SourceReport(file, status, count, len(broken.get(file, ())), message=message, seen_on=seen_on))
        )
    return reports


def _readable_by_others(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _in_repository(path: Path) -> bool | None:
    """Whether the file lies in a git work tree that does not ignore it; None when git cannot be asked."""
    if not any((parent / ".git").exists() for parent in path.resolve().parents):
        return False
    git = shutil.which("git")
    if git is None:
        return None
    command = [git, "-C", str(path.resolve().parent), "check-ignore", "-q", path.name]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 (fixed words and a path)
    return {0: False, 1: True}.get(done.returncode)


READER = Bitwarden()
