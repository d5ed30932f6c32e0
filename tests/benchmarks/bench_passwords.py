"""All password checks from end to end beside keepassxc-cli: the same entries, the same list of breached passwords.

    python tests/benchmarks/bench_passwords.py [--entries 1000 10000] [--runs N] [--keep FOLDER]

Ours is the whole command `auditgen run --only password-hygiene --format json` on a Bitwarden export: start, read,
strength, reuse, families, near-copies, breaches, judging 29 checks, results. The peer is `keepassxc-cli analyze --hibp`
(breaches) and `keepassxc-cli db-info` (reuse, length, weakness), one after the other, on the same entries as KDBX.
Beside it stands our time from that KDBX, with the time the library takes to derive the key.
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
from pathlib import Path

from bench_breach import PASSPHRASE, address, make_passwords, user_name, write_database, write_list

LINES = 50_000_000
GOALS = {1_000: 15, 10_000: 5}


def write_workspace(folder: Path, entries: list[str], listed: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    items = [
        {
            "id": f"i{place}", "organizationId": None, "folderId": None, "type": 1, "name": f"E{place}", "notes": None,
            "creationDate": "2026-01-02T03:04:05Z", "revisionDate": "2026-03-04T05:06:07Z", "passwordHistory": None,
            "login": {"username": user_name(place), "password": word, "totp": None,
                      "uris": [{"match": None, "uri": address(place)}]},
        }
        for place, word in enumerate(entries)
    ]  # fmt: skip
    vault = folder / "vault.json"
    vault.write_text(json.dumps({"encrypted": False, "folders": [], "items": items}), encoding="utf-8")
    vault.chmod(0o600)
    (folder / "accounts.yml").write_text(
        "accounts:\n"
        + "".join(f"  - {{id: a{n}, platform: x, handle: brand{n}, login_kind: sso}}\n" for n in range(20)),
        encoding="utf-8",
    )
    (folder / "passphrase").write_text(PASSPHRASE + "\n", encoding="utf-8")
    (folder / "passphrase").chmod(0o600)
    _point(folder, "vault.json", listed)


def _point(folder: Path, vault: str, listed: Path) -> None:
    (folder / "auditgen.toml").write_text(
        f"""
[organisation]
name = "Benchmark"
domains = ["brand.example"]
brand_words = ["brand", "studio"]
[[source]]
id = "inventory"
reader = "inventory"
path = "accounts.yml"
[[source]]
id = "vault"
reader = "vault"
path = "{vault}"
[passwords]
breach_list = "{listed}"
""",
        encoding="utf-8",
    )


def ours(folder: Path) -> tuple[float, dict[str, object]]:
    """Seconds of the whole command, and the section of logins."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "auditgen", "run", "-w", str(folder), "--only", "password-hygiene", "--format", "json",
         "-q", "--password-file", str(folder / "passphrase")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    taken = time.perf_counter() - started
    if done.returncode not in (0, 10, 11):
        raise SystemExit(done.stderr)
    return taken, json.loads((folder / "output" / "latest" / "results.json").read_text(encoding="utf-8"))["logins"]


def peer(database: Path, listed: Path) -> float:
    started = time.perf_counter()
    for command in (["analyze", "-q", "--hibp", str(listed), str(database)], ["db-info", "-q", str(database)]):
        subprocess.run(["keepassxc-cli", *command], input=f"{PASSPHRASE}\n", text=True, check=True, capture_output=True)
    return time.perf_counter() - started


def derivation(folder: Path) -> float:
    """Seconds the library takes to open a database of one entry with the same settings: nearly all of it the key."""
    single = folder / "single.kdbx"
    if not single.exists():
        write_database(single, ["one"])
    code = (
        "import sys, time; from pykeepass import PyKeePass; started = time.perf_counter(); "
        "PyKeePass(sys.argv[1], password=sys.argv[2]); print(time.perf_counter() - started)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(single), PASSPHRASE], capture_output=True, text=True,
                          check=True)  # fmt: skip
    return float(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "auditgen-bench-breach")
    given = parser.parse_args()
    # As on a machine where it was installed and has run before.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if not shutil.which("keepassxc-cli"):
        print("keepassxc-cli is not installed (Debian: apt-get install keepassxc); nothing was measured")
        return
    given.keep.mkdir(parents=True, exist_ok=True)
    listed = given.keep / f"list-{given.lines}.txt"
    if not listed.exists():
        write_list(listed, given.lines)
    for number in given.entries:
        words = make_passwords(number)
        folder = given.keep / f"workspace-{number}"
        write_workspace(folder, words, listed)
        database = folder / "vault.kdbx"
        if not database.exists():
            write_database(database, words)
            database.chmod(0o600)
        best, theirs = float("inf"), float("inf")
        for _ in range(given.runs):
            taken, found = ours(folder)
            best, theirs = min(best, taken), min(theirs, peer(database, listed))
        _point(folder, "vault.kdbx", listed)
        locked, again = ours(folder)
        counts = {item["says"]: item["count"] for item in found["counts"]}  # type: ignore[index, union-attr]
        same = counts == {item["says"]: item["count"] for item in again["counts"]}  # type: ignore[index, union-attr]
        print(f"{number:,} entries, {given.lines:,} hashes, best of {given.runs}")
        print(f"  keepassxc-cli analyze and db-info   {theirs:7.2f} s")
        print(
            f"  auditgen run, Bitwarden JSON        {best:7.2f} s   {theirs / best:.1f} x (goal {GOALS.get(number, '-')})"
        )
        print(f"  auditgen run, KDBX                  {locked:7.2f} s   of it the library's key {derivation(folder):.2f} s; "
              f"same counts: {'yes' if same else 'no'}")  # fmt: skip
        print("  " + "; ".join(f"{count:,} {says}" for says, count in counts.items()))


if __name__ == "__main__":
    main()
