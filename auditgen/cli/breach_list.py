"""`auditgen breach-list`: the list of breached passwords that the vault checks ask."""

from __future__ import annotations

from pathlib import Path

import click

from auditgen.cli.common import json_option, plain, say, to_json

UNUSABLE = 2


@click.group()
def breach_list() -> None:
    """Look at a list of breached passwords before the audit asks it."""


@breach_list.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE_OR_FOLDER")
@json_option
def check(file: Path, as_json: bool) -> None:
    """Say what FILE_OR_FOLDER is and whether the audit can use it; nothing is sent anywhere.

    Exit code 0 when it can be used, 2 when it cannot.
    """
    from auditgen.vaults.breaches.answer import CANARIES, says
    from auditgen.vaults.breaches.ask import look

    found = look(file)
    if as_json:
        click.echo(
            to_json(
                {
                    "path": file,
                    "usable": found.reason is None,
                    "kind": found.kind,
                    "reason": found.reason,
                    "says": None if found.reason is None else says(found.reason),
                    "lines": found.lines,
                    "bytes": found.size,
                    "date": found.list_on,
                    "form": found.ends,
                    "sorted_at": found.sorted_at,
                    "known_hashes": found.canaries,
                }
            )
        )
    elif found.reason is not None:
        say(plain(f"{file} {says(found.reason)}"), err=True)
    else:
        in_file = found.kind == "file"
        say(plain(f"{file} can be used."), bold=True)
        say(f"Kind          {'text file sorted by hash' if in_file else 'folder with a file for each prefix'}, SHA-1")
        say(f"{'Line ends' if in_file else 'Layout   '}     {plain(found.ends)}")
        say(f"Hashes        about {_round(found.lines or 0):,}")
        if found.size is not None:
            say(f"Size          {found.size:,} bytes")
        say(f"Date          {found.list_on or 'not known'}, when {'it' if in_file else 'its oldest part'} was written")
        looked = "in order at {} places" if in_file else "{} prefixes whole"
        say(f"Looked at     {looked.format(found.sorted_at)}; {found.canaries} of {len(CANARIES)} known hashes found")
    if found.reason is not None:
        raise click.exceptions.Exit(UNUSABLE)


def _round(number: int) -> int:
    """An estimate with three digits that count."""
    return round(number, 3 - len(str(number))) if number >= 1000 else number
