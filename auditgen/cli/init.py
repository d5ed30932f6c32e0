"""`auditgen init`: a commented workspace to fill in, or the example."""

from __future__ import annotations

import shlex
import shutil
from importlib.resources import as_file, files
from pathlib import Path

import click

from auditgen.cli.common import plain, say


@click.command()
@click.argument("folder", default=Path(), type=click.Path(path_type=Path), metavar="[DIR]")
@click.option("--example", is_flag=True, help="Write the invented organisation with all its files instead.")
@click.option(
    "--yaml", "as_yaml", is_flag=True, help="Keep the inventory in accounts.yml, with people, apps and switches."
)
def init(folder: Path, example: bool, as_yaml: bool) -> None:
    """Write a workspace into DIR (default: here). Nothing that is already there is touched."""
    unwanted = "" if example else "accounts.csv" if as_yaml else "accounts.yml"
    with as_file(files("auditgen.example") / ("workspace" if example else "starter")) as origin:
        wanted = sorted(
            path
            for path in origin.rglob("*")
            if path.is_file() and path.name != unwanted and "__pycache__" not in path.parts
        )
        names = [path.relative_to(origin) for path in wanted]
        if clashes := [item for item in names if (folder / item).exists()]:
            more = f" and {len(clashes) - 1} more" if len(clashes) > 1 else ""
            raise click.UsageError(f"{plain(folder / clashes[0])} is already there{more}; choose an empty folder")
        for path, item in zip(wanted, names, strict=True):
            target = folder / item
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            # A vault export is for its owner only, even an invented one.
            if target.parent.name == "vaults":
                target.chmod(0o600)
    if as_yaml and not example:
        settings = folder / "auditgen.toml"
        text = settings.read_text(encoding="utf-8").replace('path = "accounts.csv" ', 'path = "accounts.yml" ')
        settings.write_text(text, encoding="utf-8")
    where = "" if folder == Path() else f" -w {plain(shlex.quote(str(folder)))}"
    say(f"Wrote {len(wanted)} files to {plain(folder)}.")
    if example:
        say(f"Next: auditgen run{where} --as-of 2026-11-24")
    else:
        inventory = folder / ("accounts.yml" if as_yaml else "accounts.csv")
        say(f"Next: fill in {plain(inventory)}, then: auditgen doctor{where}")
