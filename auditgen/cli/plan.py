"""`auditgen plan`: what to do, in order, or the best that fits into the hours there are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click

from auditgen.cli import complete
from auditgen.cli.common import (
    as_of_option,
    can_ask,
    json_option,
    passphrase_options,
    plain,
    progress,
    say,
    to_json,
    today,
    workspace_option,
)


@click.command()
@workspace_option
@as_of_option
@click.option("--hours", type=click.FloatRange(min=0, min_open=True), help="Only the best that fits into this effort.")
@click.option("--launch", shell_complete=complete.launches, help="Launch to judge. [default: the next one]")
@click.option("--profile", shell_complete=complete.profiles, help="Gate profile: launch, nightly or your own.")
@passphrase_options
@click.option("--offline", is_flag=True, help="Ask nothing outside this machine.")
@click.option(
    "--from-evidence", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Judge saved evidence again."
)
@json_option
def plan(
    workspace: Path,
    as_of: date | None,
    hours: float | None,
    launch: str | None,
    profile: str | None,
    passphrases: dict[str, Mapping[str, object]],
    descriptors: dict[str, Mapping[str, object]],
    offline: bool,
    from_evidence: Path | None,
    as_json: bool,
) -> None:
    """Print the plan: each step with what it takes and what it brings. Writes no report.

    --hours counts the effort of the steps, in the unit of auditgen.toml. Which fit best is worked out, not cut off.
    """
    from auditgen.run.options import Options
    from auditgen.run.plan import plan_within

    options = Options(
        workspace=workspace, as_of=today(as_of), launch=launch, profile=profile, offline=offline,
        from_evidence=from_evidence, passphrases={**passphrases, **descriptors}, ask=can_ask(),
    )  # fmt: skip
    with progress(as_json) as step:
        results, ranks = plan_within(options, hours, step)
    chosen = [item for item in results["steps"] if item["rank"] in set(ranks)]
    if as_json:
        click.echo(to_json({"schema": results["schema"], "verdict": results["verdict"], "plan": results["plan"],
                            "steps": chosen}))  # fmt: skip
        return
    say(plain(results["verdict"]["reason"]), bold=True)
    if not chosen:
        say("Nothing fits." if results["steps"] else "There is nothing to do.")
        return
    titles = {rank: stage["title"] for stage in results["plan"]["stages"] for rank in stage["steps"]}
    last = None
    for item in chosen:
        if titles[item["rank"]] != last:
            last = titles[item["rank"]]
            say(f"\n{last}", bold=True)
        who = f", {plain(item['owner_title'])}" if item["owner_title"] else ""
        say(f"  {item['rank']}. {plain(item['title'])} ({item['effort_says']}{who})")
        if item["brings"]:
            say(f"     {item['brings']}")
    left = len(results["steps"]) - len(chosen)
    if left:
        say(f"\n{left} more {'step does' if left == 1 else 'steps do'} not fit.")
    else:
        say(f"\n{results['plan']['says']}")
