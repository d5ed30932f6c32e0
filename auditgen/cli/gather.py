"""`auditgen gather`: collect the evidence, judge nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click

from auditgen.cli.common import (
    as_of_option,
    can_ask,
    json_option,
    passphrase_options,
    plain,
    progress,
    say,
    table,
    to_json,
    today,
    workspace_option,
)


@click.command()
@workspace_option
@as_of_option
@passphrase_options
@click.option("--offline", is_flag=True, help="Ask nothing outside this machine.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Where to write. [default: output/ in the workspace]"
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@json_option
def gather(
    workspace: Path,
    as_of: date | None,
    offline: bool,
    passphrases: dict[str, Mapping[str, object]],
    descriptors: dict[str, Mapping[str, object]],
    output: Path | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Collect the evidence into output/evidence as Parquet; judge it later with `auditgen run --from-evidence`."""
    from auditgen.run.audit import gather_only
    from auditgen.run.options import Options

    options = Options(
        workspace, today(as_of), output=output, offline=offline, passphrases={**passphrases, **descriptors},
        ask=can_ask() and not quiet,
    )  # fmt: skip
    with progress(quiet or as_json) as step:
        counts, folder = gather_only(options, step)
    if as_json:
        click.echo(to_json({"evidence": str(folder), "rows": counts}))
    elif not quiet:
        say(table(("table", "rows"), [(name, f"{rows:,}") for name, rows in counts.items() if rows]))
        say(f"\nEvidence: {plain(folder)}")
