"""`auditgen query`: ask the evidence with SQL, in the same sandbox the checks run in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from math import isfinite
from pathlib import Path

import click

from auditgen.cli.common import (
    as_of_option,
    can_ask,
    json_option,
    passphrase_options,
    plain,
    say,
    table,
    to_json,
    today,
    workspace_option,
)


@click.command()
@click.argument("sql")
@workspace_option
@as_of_option
@passphrase_options
@click.option(
    "--from-evidence", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Ask saved evidence."
)
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="Rows to print.")
@json_option
def query(
    sql: str,
    workspace: Path,
    as_of: date | None,
    passphrases: dict[str, Mapping[str, object]],
    descriptors: dict[str, Mapping[str, object]],
    from_evidence: Path | None,
    limit: int,
    as_json: bool,
) -> None:
    """Ask the evidence: auditgen query "select platform, count(*) from accounts group by all"."""
    import duckdb

    from auditgen.audit.checks.query import sql_says
    from auditgen.evidence.store import QueryTimeout, Store
    from auditgen.run.audit import gather_into
    from auditgen.run.load import load
    from auditgen.run.options import Options

    _one_question(sql)
    with Store.load(from_evidence) if from_evidence else Store() as store:
        if not from_evidence:
            given = {**passphrases, **descriptors}
            gather_into(store, load(workspace), Options(workspace, today(as_of), passphrases=given, ask=can_ask()))
        store.freeze()
        try:
            with store.limit(60):
                cursor = store.connection.execute(sql)
                names = _names(column[0] for column in cursor.description or ())
                rows = cursor.fetchall()
        except (duckdb.Error, QueryTimeout) as error:
            raise click.UsageError(plain(sql_says(error))) from None
    if as_json:
        click.echo(to_json([dict(zip(names, map(_finite, row), strict=True)) for row in rows]))
        return
    if rows:
        say(table([plain(name) for name in names], rows[:limit]))
    count = f"{len(rows):,} {'row' if len(rows) == 1 else 'rows'}"
    say(f"({count}{f', the first {limit:,} shown' if len(rows) > limit else ''})", err=True)


def _one_question(sql: str) -> None:
    """Refuse what is not one select: several statements would answer with the last, and the others change nothing."""
    import duckdb

    from auditgen.audit.checks.query import sql_says

    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise click.UsageError(plain(sql_says(error))) from None
    asked = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
    if len(statements) != 1 or statements[0].type not in asked:
        found = "nothing" if not statements else statements[0].type.name if len(statements) == 1 else len(statements)
        raise click.UsageError(f"expected one select statement, found {str(found).lower()}")


def _names(columns: Iterable[str]) -> list[str]:
    """Names of columns; one that comes again gets a number, so that no value is lost."""
    names: list[str] = []
    for column in columns:
        name, number = column, 1
        while name in names:
            number += 1
            name = f"{column}_{number}"
        names.append(name)
    return names


def _finite(value: object) -> object:
    """JSON knows no infinity and no NaN."""
    return str(value) if isinstance(value, float) and not isfinite(value) else value
