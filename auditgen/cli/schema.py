"""`auditgen schema`: the tables of evidence, the contract of readers and checks."""

from __future__ import annotations

import click

from auditgen.cli import complete
from auditgen.cli.common import json_option, say, to_json


@click.command()
@click.argument("name", required=False, metavar="[TABLE]", shell_complete=complete.tables)
@click.option("--results", "of_results", is_flag=True, help="Print the JSON Schema of results.json instead.")
@json_option
def schema(name: str | None, of_results: bool, as_json: bool) -> None:
    """Print every table of evidence, or one, with the meaning of each column."""
    if of_results:
        from importlib.resources import files

        click.echo(files("auditgen.results").joinpath("results.schema.json").read_text(encoding="utf-8"), nl=False)
        return
    from auditgen.evidence.store import PROVENANCE, views
    from auditgen.evidence.store import schema as tables
    from auditgen.files.problems import nearest

    known = tables()
    if name is not None and name not in known:
        if name in views() and not as_json:
            say(name, bold=True)
            say(f"  {views()[name].note}\n\n{views()[name].query}")
            return
        raise click.UsageError(f"no table is called {name}{nearest(name, (*known, *views()))}")
    chosen = [known[name]] if name else list(known.values())
    if as_json:
        columns = {
            table.name: {
                "note": table.note,
                "columns": [{"name": c.name, "type": c.type, "note": c.note, "words": c.words} for c in table.columns],
            }
            for table in chosen
        }
        click.echo(to_json(columns))
        return
    for table in chosen:
        say(table.name, bold=True)
        say(f"  {table.note}")
        width = max(len(column.name) for column in table.columns)
        for column in table.columns:
            # Provenance means the same everywhere; one table in full shows it.
            if name or column.name not in PROVENANCE:
                say(f"  {column.name:<{width}}  {column.type:<10} {column.meaning}")
        say()
    if name is None:
        for view in views().values():
            say(view.name, bold=True)
            say(f"  {view.note} A view; `auditgen schema {view.name}` prints its query.\n")
        say("Every table ends with source, locator, seen_on and basis: where a row came from, when and how.")
