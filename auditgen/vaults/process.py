"""The short-lived process that opens vaults: it reads, derives facts, prints them and ends.

Run as `python -I process.py`: no environment of Python, no user packages. Reads one JSON request on standard input,
asks on the terminal for passphrases nobody gave, prints the line "ready" and then one JSON answer. Every exception is
caught here and told as class, item number and field name only.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

# -I leaves out the folder of the program; an installed auditgen is found in any case.
sys.path.append(str(Path(__file__).resolve().parents[2]))

if TYPE_CHECKING:
    from auditgen.vaults.breaches.answer import Answer
    from auditgen.vaults.entry import Key, Vault
    from auditgen.vaults.formats import Format
    from auditgen.vaults.limits import Opened

TRIES = 3
# Far above what the largest vault needs, far below what brings a machine down.
MEMORY = 8 << 30
MAX_PASSPHRASE = 10_000


def harden() -> None:
    """No core dump and no debugger may copy this process's memory, and no file may make it grow without end."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, OSError, ValueError):
        pass
    try:
        import ctypes

        library = ctypes.CDLL(None)
        library.prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE = 4 (Linux)
        library.prctl(1, 9, 0, 0, 0)  # PR_SET_PDEATHSIG = 1: what holds passwords does not outlive who asked for them
    except (AttributeError, OSError, TypeError):
        pass
    # Each thread of a numeric library reserves memory of its own.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.umask(0o077)


class Passphrases:
    """Where passphrases come from: a file or descriptor for one source or for all, else the terminal.

    given  source id, or "" for all → {"path": …} or {"descriptor": …}
    ask    a person sits at the terminal
    """

    def __init__(self, given: dict[str, Any], ask: bool) -> None:
        self.given = given
        self.ask = ask
        self._read: dict[str, str] = {}

    def of(self, origin: str) -> str | None:
        """The passphrase that was given for a source; None when none was."""
        name = origin if origin in self.given else ""
        if name not in self.given:
            return None
        if name not in self._read:
            self._read[name] = _first_line(self.given[name])
        return self._read[name]

    def asked(self, file: str, again: bool) -> str:
        import getpass

        from auditgen.vaults.entry import Refused

        wrong = "That did not open it. " if again else ""
        name = "".join(letter if letter.isprintable() else "?" for letter in file)
        try:
            return getpass.getpass(f"{wrong}Passphrase for {name}: ")
        except EOFError:
            raise Refused("no_passphrase") from None


def _first_line(place: dict[str, Any]) -> str:
    from auditgen.vaults.entry import Refused

    try:
        descriptor = place.get("descriptor")
        with os.fdopen(int(descriptor), "rb") if descriptor is not None else Path(place["path"]).open("rb") as stream:
            if descriptor is None and os.name == "posix" and stat.S_IMODE(os.fstat(stream.fileno()).st_mode) & 0o077:
                raise Refused("no_passphrase")
            line = stream.readline(MAX_PASSPHRASE)
        return line.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except (OSError, UnicodeDecodeError):
        raise Refused("no_passphrase") from None


class Reading:
    """One request worked through."""

    def __init__(self, request: dict[str, Any]) -> None:
        from auditgen.vaults.facts import Facts, Request

        self.request = request
        self.errors: list[dict[str, Any]] = []
        self.facts = Facts(Request(request["accounts"], request["words"], request["domains"]))
        self.passphrases = Passphrases(request["passphrases"], request["ask"])

    def refuse(self, file: str, code: str, error: Exception | None = None) -> None:
        name = {"error": type(error).__name__} if error is not None else {}
        self.errors.append({"file": file, "refused": code, **name})

    def look(self) -> None:
        """Tell the kind of every file, and open at once those that may need somebody at the terminal."""
        from auditgen.vaults.entry import Refused
        from auditgen.vaults.formats import identify
        from auditgen.vaults.limits import Opened

        self._ready: list[tuple[dict[str, Any], Opened, Format, Vault | None]] = []
        for entry in self.request["files"]:
            file = entry["file"]
            try:
                opened = Opened(Path(entry["path"]))
                kind = identify(opened, entry.get("format"))
                vault = self._unlock(entry, opened, kind) if kind.protected else None
                self._ready.append((entry, opened, kind, vault))
            except Refused as error:
                self.refuse(file, error.code)
            except MemoryError:
                self.refuse(file, "too_large")
            except Exception as error:
                self.refuse(file, "unreadable", error)

    def read(self) -> None:
        """Read what was looked at; one file that fails leaves the others."""
        from auditgen.vaults.entry import Key, Refused

        while self._ready:
            entry, opened, kind, vault = self._ready.pop(0)
            file = entry["file"]
            try:
                if vault is None:
                    vault = kind.read(opened, Key())
                self.facts.add(file, vault, kind.name, kind.protected)
                self.errors += [
                    {"file": file, "item": number, "field": name, "error": error}
                    for number, name, error in vault.broken
                ]
            except Refused as error:
                self.refuse(file, error.code)
            except MemoryError:
                self.refuse(file, "too_large")
            except Exception as error:
                self.refuse(file, "unreadable", error)

    def _unlock(self, entry: dict[str, Any], opened: Opened, kind: Format) -> Vault:
        from auditgen.vaults.entry import Refused

        file, key_file = entry["file"], Path(entry["key_file"]) if entry.get("key_file") else None
        given = self.passphrases.of(entry["origin"])
        if given is not None or not self.passphrases.ask:
            if given is None and key_file is None:
                raise Refused("no_passphrase")
            return self._try(opened, kind, given, key_file)
        for attempt in range(TRIES):
            try:
                return self._try(opened, kind, self.passphrases.asked(file, attempt > 0), key_file)
            except Refused as error:
                if error.code != "wrong_passphrase" or attempt == TRIES - 1:
                    raise
        raise Refused("wrong_passphrase")

    def _try(self, opened: Opened, kind: Format, passphrase: str | None, key_file: Path | None) -> Vault:
        from auditgen.vaults.entry import Key, Refused

        keys: list[Key] = [Key(passphrase, key_file)]
        if key_file is not None and not passphrase:
            # An empty answer mostly means that the key file alone opens it.
            keys = [Key(None, key_file), Key("", key_file)]
        for number, key in enumerate(keys):
            try:
                return kind.read(opened, key)
            except Refused as error:
                if error.code != "wrong_passphrase" or number == len(keys) - 1:
                    raise
        raise Refused("wrong_passphrase")

    def breaches(self) -> Answer | None:
        """Ask the breach list, or the range service where that was allowed; None when there is neither."""
        place = self.request["breach"]
        hashes = self.facts.hashes()
        if not hashes:
            return None
        try:
            if place.get("list"):
                from auditgen.vaults.breaches.ask import ask

                return ask(Path(place["list"]), hashes)
            if place.get("online"):
                from auditgen.vaults.breaches.range_service import ask_online

                return ask_online(place["online"], hashes)
        except Exception:  # a fault here leaves breaches unanswered, and everything else that is known of the vaults
            from auditgen.vaults.breaches.answer import Answer

            return Answer({}, len(hashes), 0, "file" if place.get("list") else "online", "unreadable")
        return None

    def answer(self) -> dict[str, Any]:
        self.read()
        asked = self.breaches()
        self.facts.finish(asked)
        names = self.facts.names if self.request["names"] else {}
        return {
            "vaults": self.facts.vaults,
            "credentials": self.facts.rows,
            "errors": self.errors,
            "breach": _told(asked),
            "engines": _engines(),
            "other_forms": self.facts.other_forms(),
            "names": names,
        }


def _told(answer: Answer | None) -> dict[str, Any] | None:
    """What may be said of a breach check: how many were asked and answered, never which."""
    if answer is None:
        return None
    return {
        "method": answer.method,
        "list_on": answer.list_on.isoformat() if answer.list_on else None,
        "asked": answer.asked,
        "answered": answer.answered,
        "lines": answer.lines,
        "reason": answer.reason,
    }


def _engines() -> list[dict[str, str]]:
    from importlib.metadata import version

    names = {"zxcvbn-rs-py": "estimates how soon a password is guessed", "rapidfuzz": "finds near-copies",
             "tldextract": "tells which addresses are one site"}  # fmt: skip
    return [{"instrument": name, "version": version(name), "does": does} for name, does in names.items()]


def main() -> None:
    harden()
    try:
        reading = Reading(json.load(sys.stdin))
        reading.look()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        answer = reading.answer()
    except Exception as error:
        answer = {"fault": type(error).__name__}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
