"""`auditgen data`: tables from outside that answers hang on, fetched only when asked for."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import click

from auditgen.cli.common import json_option, plain, say, to_json
from auditgen.reference.services import PASSKEYS_DIRECTORY, TWO_FACTOR_DIRECTORY

FILE = Path("data") / "second-factors.json"
SECONDS = 20
MAX_BYTES = 50_000_000
# A directory that has shrunk to a few entries is an error page or a mistake.
LEAST_DOMAINS = 50


@click.group()
def data() -> None:
    """Tables from outside, fetched only when asked for."""


@data.command()
@click.option("-w", "--workspace", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path(),
              show_default="this folder", help="Folder to write data/second-factors.json into.")  # fmt: skip
@click.option("--two-factor", "two_factor", default=TWO_FACTOR_DIRECTORY, show_default=True, metavar="URL|FILE",
              help="2FA Directory, API v4.")  # fmt: skip
@click.option(
    "--passkeys", default=PASSKEYS_DIRECTORY, show_default=True, metavar="URL|FILE", help="Passkeys Directory."
)
@json_option
def update(workspace: Path, two_factor: str, passkeys: str, as_json: bool) -> None:
    """Fetch the directories of second factors and passkeys and record the day.

    Nothing about the organisation is sent. When one of them gives no good answer, the last file stays as it was.
    """
    from auditgen.readers.catalogues.second_factors import SCHEMA

    found = {"two_factor": _kept(_fetch(two_factor), ("methods",)),
             "passkeys": _kept(_fetch(passkeys), ("passwordless", "mfa"))}  # fmt: skip
    for name, place in (("two_factor", two_factor), ("passkeys", passkeys)):
        if len(found[name]) < LEAST_DOMAINS:
            raise click.UsageError(
                f"{plain(place)}: expected a directory of sites, found {len(found[name])}; nothing was written"
            )
    content = {
        "schema": SCHEMA,
        "fetched_on": date.today().isoformat(),
        "sources": [_named(two_factor), _named(passkeys)],
        "licence": "2FA Directory: MIT. Passkeys Directory: CC BY 4.0. Both by 2factorauth.",
        **found,
    }
    path = workspace / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(json.dumps(content, indent=0, sort_keys=False) + "\n", encoding="utf-8")
    fresh.replace(path)
    counts = {name: len(entries) for name, entries in found.items()}
    if as_json:
        click.echo(to_json({"file": str(path), "fetched_on": content["fetched_on"], **counts}))
        return
    say(f"{counts['two_factor']:,} sites with second factors and {counts['passkeys']:,} with passkeys, as of today.")
    say(f"Written to {plain(path)}.")
    config = workspace / "auditgen.toml"
    if not config.is_file() or "second-factors" not in config.read_text(encoding="utf-8", errors="replace"):
        say('Name it in auditgen.toml:\n\n[[source]]\nid = "second-factors"\nreader = "second-factors"\n'
            f'path = "{FILE.as_posix()}"')  # fmt: skip


def _named(place: str) -> str:
    return place if "://" in place else Path(place).name


def _fetch(place: str) -> dict[str, Any]:
    """A directory by address or from a file. Raises UsageError with one sentence."""
    import requests
    import urllib3

    from auditgen.workspace.load import encrypted_or_here

    where = plain(place)
    if "://" not in place:
        try:
            content = Path(place).read_bytes()
        except OSError as error:
            raise click.UsageError(f"{where}: {error.strerror}; nothing was written") from None
    elif not encrypted_or_here(place):
        raise click.UsageError(f"{where}: expected an address that begins with https://; nothing was written")
    else:
        try:
            with requests.get(place, timeout=SECONDS, stream=True, allow_redirects=False) as reply:
                if reply.status_code != 200:
                    raise click.UsageError(f"{where} answered {reply.status_code}; nothing was written")
                content = reply.raw.read(MAX_BYTES + 1, decode_content=True)
        except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError, OSError) as error:
            raise click.UsageError(
                f"{where} could not be reached ({type(error).__name__}); nothing was written"
            ) from None
    if len(content) > MAX_BYTES:
        raise click.UsageError(f"{where}: answered with more than 50 MB; nothing was written")
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise click.UsageError(
            f"{where}: expected JSON with one entry a site, found something else; nothing was written"
        )
    return found


def _kept(found: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """Only what is used: sites and what they offer."""
    return {
        str(domain): {key: entry[key] for key in keys if key in entry}
        for domain, entry in sorted(found.items())
        if isinstance(entry, dict)
    }
