"""Password vaults and browser exports of every kind.

The files are opened only in a short-lived child process (auditgen.vaults.process) that hands back facts; this process
never holds a password or passphrase, so none can reach a table, a log, a traceback or a core dump of it.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from auditgen.files.errors import ReadError
from auditgen.readers import Context, Sink, SourceReport
from auditgen.readers.joint import JointContext
from auditgen.readers.vaults.location import in_repository, in_synced_folder, readable_by_others
from auditgen.reference.services import RANGE_SERVICE
from auditgen.vaults.entry import REFUSALS

SECONDS = 900


class Vaults:
    name = "vault"
    title = "Password vault"
    options: Mapping[str, str] = {
        "format": "kind of file, where its content does not tell, such as keeper-csv",
        "key_file": "key file of a KeePass database",
        "owner": "person whose vault it is, as the inventory names them",
    }
    tables = ("vaults", "credentials", "breach_checks")
    after = ("accounts",)
    missing = (
        "Export the shared vault, and the personal vault or browser of each person who keeps brand logins; add the "
        "files with reader vault. They are read in a process of their own, and only facts come back."
    )

    def read(self, path: Path, context: Context, sink: Sink) -> list[SourceReport]:
        """One file by itself."""
        joint = context if isinstance(context, JointContext) else JointContext(**vars(context))
        return [report for _, report in self.finish(self.begin([("", path)], joint), joint, sink)]

    def begin(self, files: Sequence[tuple[str, Path]], context: JointContext) -> _Begun:
        """Start the child over all files at once, so that one password in two vaults is seen.

        Comes back at once, unless somebody at the terminal is asked for a passphrase first.
        """
        names: dict[str, tuple[str, Path]] = {}
        for origin, path in files:
            file, number = context.relative(path), 1
            # Files far outside may share their last two names.
            while file in names and names[file][1].resolve() != path.resolve():
                number += 1
                file = f"{context.relative(path)} ({number})"
            names.setdefault(file, (origin, path))
        request = _request(names, context)
        script = Path(__file__).parents[2] / "vaults" / "process.py"
        given = context.allowances.passphrases.values()
        # -I: no environment, no user packages; its errors are thrown away because they might quote what it read.
        child = subprocess.Popen(  # noqa: S603 (our own interpreter and script)
            [sys.executable, "-I", str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=[int(str(place["descriptor"])) for place in given if "descriptor" in place],
            text=True,
            encoding="utf-8",
        )
        if child.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                child.stdin.write(json.dumps(request))
                child.stdin.close()
            child.stdin = None
        if context.allowances.ask and child.stdout is not None:
            child.stdout.readline()
        return _Begun(child, names)

    def finish(self, begun: _Begun, context: JointContext, sink: Sink) -> list[tuple[str, SourceReport]]:
        """Fill vaults, credentials, breach_checks and instruments with what the child tells.

        A file that cannot be used gets a report with the reason. Raises ReadError when the child itself fails.
        """
        return _Told(_answer(begun.child), begun.names, context).store(sink)


@dataclass(frozen=True)
class _Begun:
    """A child at work: file as the workspace names it → its source and path."""

    child: subprocess.Popen[str]
    names: Mapping[str, tuple[str, Path]]


def _request(names: Mapping[str, tuple[str, Path]], context: JointContext) -> dict[str, Any]:
    passwords, organisation = context.passwords, context.organisation
    online = None
    if passwords.get("online") and not context.allowances.offline:
        online = passwords.get("range_url", RANGE_SERVICE)

    def file(name: str, origin: str, path: Path) -> dict[str, Any]:
        options = context.of_source(origin)
        key_file = options.get("key_file")
        return {
            "file": name,
            "origin": origin,
            "path": str(path),
            "format": options.get("format"),
            "key_file": str(context.root / key_file) if key_file else None,
        }

    return {
        "files": [file(name, origin, path) for name, (origin, path) in names.items()],
        "accounts": [
            {key: account.get(key) for key in ("account", "platform", "handle", "url", "vault_item", "recovery_email")}
            for account in context.accounts
        ],
        "words": [*organisation.get("brand_words", ()), *context.campaigns],
        "domains": list(organisation.get("domains", ())),
        "as_of": context.as_of.isoformat(),
        "breach": {"corpus": passwords.get("corpus"), "online": online},
        "names": passwords.get("names", "fix-list") != "none",
        "passphrases": {name: dict(place) for name, place in context.allowances.passphrases.items()},
        "ask": context.allowances.ask,
    }


def _answer(child: subprocess.Popen[str]) -> dict[str, Any]:
    try:
        out, _ = child.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        raise ReadError(f"The vault process took longer than {SECONDS} seconds and was stopped.") from None
    try:
        answer = json.loads(out.removeprefix("ready\n"))
    except ValueError:
        raise ReadError(f"The vault process ended early (code {child.returncode}); nothing of it was kept.") from None
    if "fault" in answer:
        raise ReadError(f"The vault process stopped on {answer['fault']}; nothing of it was kept.")
    return dict(answer)


class _Told:
    """What the child told, on its way into the tables."""

    def __init__(self, answer: Mapping[str, Any], names: Mapping[str, tuple[str, Path]], context: JointContext) -> None:
        self.answer = answer
        self.names = names
        self.context = context
        self.refused = {error["file"]: error for error in answer["errors"] if "refused" in error}
        self.broken: dict[str, list[Mapping[str, Any]]] = {}
        for error in answer["errors"]:
            if "item" in error:
                self.broken.setdefault(error["file"], []).append(error)

    def store(self, sink: Sink) -> list[tuple[str, SourceReport]]:
        rows = self._credentials(sink)
        vaults = {row["vault"]: row for row in self.answer["vaults"]}
        reports = []
        for file, (origin, path) in self.names.items():
            seen_on = self.context.seen_on(path, origin)
            if file in self.refused:
                says = REFUSALS.get(self.refused[file]["refused"], REFUSALS["unreadable"])
                report = SourceReport(file, "failed", message=f"{file} {says}", seen_on=seen_on)
            else:
                sink.add("vaults", [self._vault(file, vaults[file])])
                report = self._report(file, vaults[file], rows.get(file, 0))
            reports.append((origin, report))
        self._breach(sink)
        sink.add(
            "instruments",
            [{**row, "source": "auditgen", "basis": "declared"} for row in self.answer["engines"] if rows],
        )
        return reports

    def _credentials(self, sink: Sink) -> dict[str, int]:
        """Add the logins; returns how many each file has."""
        known, titles = self.context.login_titles, self.context.passwords.get("names") == "report"
        rows: dict[str, int] = {}
        credentials = []
        for row in self.answer["credentials"]:
            file = row["vault"]
            rows[file] = rows.get(file, 0) + 1
            item, label = row.pop("item"), row["credential"]
            title, username = self.answer["names"].get(label, ("", ""))
            if titles and (title or username):
                # The workspace asked for titles on the pages; the label stays beside them, since titles repeat.
                row["credential"] = f"{', '.join(text for text in (title, username) if text)} ({label})"
            if title or username:
                known[row["credential"]] = (title, username)
            origin, path = self.names[file]
            seen_on = self.context.seen_on(path, origin)
            credentials.append(
                {**row, "source": file, "locator": f"item {item}", "seen_on": seen_on, "basis": "exported"}
            )
        sink.add("credentials", credentials)
        return rows

    def _vault(self, file: str, told: Mapping[str, Any]) -> dict[str, Any]:
        origin, path = self.names[file]
        row = dict(told)
        written, seen_on = row.pop("written_on"), self.context.seen_on(path, origin)
        owner = self.context.of_source(origin).get("owner")
        exported_on = date.fromisoformat(written) if written else seen_on
        before, since = self.context.previous_exports.get(file, (None, None))
        return {
            **row,
            "owner": owner,
            "broken": len(self.broken.get(file, ())),
            "exported_on": exported_on,
            "present_since": since if before == exported_on else self.context.as_of,
            "readable_by_others": readable_by_others(path),
            "in_repository": in_repository(path),
            "in_synced_folder": in_synced_folder(path),
            "source": file,
            "seen_on": exported_on,
            "basis": "exported",
        }

    def _report(self, file: str, vault: Mapping[str, Any], count: int) -> SourceReport:
        parts = []
        for number, one, many in (
            (vault["deleted"], "1 deleted item was", "deleted items were"),
            (vault["archived"], "1 archived item was", "archived items were"),
        ):
            if number:
                parts.append(f"{one if number == 1 else f'{number:,} {many}'} left out.")
        if vault["excluded"]:
            parts.append(
                f"{vault['excluded']:,} {'is' if vault['excluded'] == 1 else 'are'} kept out of the product's own "
                "reports and judged here all the same."
            )
        forms = self.answer["other_forms"].get(file, 0)
        if forms:
            parts.append(
                f"{forms:,} {'password is' if forms == 1 else 'passwords are'} stored in another Unicode form than "
                "usual; every form was compared, and they count as one."
            )
        broken = self.broken.get(file, [])
        if broken:
            field = broken[0]["field"]
            first = f"item {broken[0]['item']}" + (f" ({field})" if field != "item" else "")
            parts.append(
                f"{first[0].upper()}{first[1:]} could not be read." if len(broken) == 1
                else f"{len(broken):,} items could not be read, the first is {first}."
            )  # fmt: skip
        status = "partly" if broken else "read" if count else "empty"
        origin, path = self.names[file]
        return SourceReport(
            file, status, count, len(broken), message=" ".join(parts) or None,
            seen_on=self.context.seen_on(path, origin),
        )  # fmt: skip

    def _breach(self, sink: Sink) -> None:
        told = self.answer["breach"]
        if told is None:
            return
        from auditgen.vaults.breaches.answer import says

        given = self.context.passwords.get("corpus_on")
        online = told["method"] == "online"
        corpus_on = self.context.as_of if online else (given or told["corpus_on"])
        source = "range service" if online else Path(str(self.context.passwords["corpus"])).name
        sink.add(
            "breach_checks",
            [
                {
                    **told,
                    "corpus_on": corpus_on,
                    "says": f"{source} {says(told['reason'])}" if told["reason"] else None,
                    "source": source,
                    "locator": "all passwords",
                    "seen_on": self.context.as_of if online else corpus_on,
                    "basis": "probed" if online else "joined",
                }
            ],
        )
        row = {
            "instrument": "breach corpus",
            "version": source,
            "does": "tells which passwords are known from breaches",
        }
        sink.add("instruments", [{**row, "dated_on": corpus_on, "source": source, "basis": "declared"}])


READER = Vaults()
