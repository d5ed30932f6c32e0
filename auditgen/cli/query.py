"""`auditgen query`: ask the evidence with SQL, in the same sandbox the checks run in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from auditgen.cli.common import as_of_option, json_option, plain, say, table, to_json, today, workspace_option


@click.command()
@click.argument("sql")
@workspace_option
@as_of_option
@click.option(
    "--from-evidence", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Ask saved evidence."
)
@click.option("--limit", default=100, show_default=True, help="Rows to print.")
@json_option
def query(sql: str, workspace: Path, as_of: date | None, from_evidence: Path | None, limit: int, as_json: bool) -> None:
    """Ask the evidence: auditgen query "select platform, count(*) from accounts group by all"."""
    import duckdb

    from auditgen.evidence.store import QueryTimeout, Store
    from auditgen.pipeline import gather_into, load

    with Store.load(from_evidence) if from_evidence else Store() as store:
        if not from_evidence:
            gather_into(store, load(workspace), today(as_of))
        store.freeze()
        try:
            with store.limit(60):
                rows = store.select(sql)
        except (duckdb.Error, QueryTimeout) as error:
            raise click.UsageError(plain(str(error).splitlines()[0])) from None
    if as_json:
        click.echo(to_json(rows))
        return
    if rows:
        say(table(list(rows[0]), [list(row.values()) for row in rows[:limit]]))
    say(f"({len(rows):,} rows{', the first ' + str(limit) + ' shown' if len(rows) > limit else ''})", err=True)
