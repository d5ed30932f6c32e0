"""`auditgen run`: the whole audit."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

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

FORMATS = ("html", "json", "csv", "junit", "sarif", "markdown")
_COLOURS = {"ready": "green", "ready_with_unknowns": "yellow", "not_ready": "red", "cannot_tell": "yellow"}
_WORDS = {"met": "met", "broken": "not met", "unseen": "not seen", "allowed": "let through"}


@click.command()
@workspace_option
@as_of_option
@click.option("--launch", shell_complete=complete.launches, help="Launch to judge. [default: the next one]")
@click.option("--profile", shell_complete=complete.profiles, help="Gate profile: launch, nightly or your own.")
@click.option(
    "--only",
    multiple=True,
    metavar="CHECK",
    shell_complete=complete.checks_and_areas,
    help="Only this check or area; repeat for more. Named in the report.",
)
@click.option(
    "--skip",
    multiple=True,
    metavar="CHECK",
    shell_complete=complete.checks_and_areas,
    help="Leave out this check or area; repeat for more. Named in the report.",
)
@passphrase_options
@click.option("--offline", is_flag=True, help="Ask nothing outside this machine.")
@click.option(
    "--from-evidence", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Judge saved evidence again."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Where to write. [default: output/ in the workspace]"
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(FORMATS),
    help="Only this format; repeat for more. [default: all]",
)
@click.option("-q", "--quiet", is_flag=True, help="Only the verdict.")
@json_option
@click.pass_context
def run(
    ctx: click.Context,
    workspace: Path,
    as_of: date | None,
    launch: str | None,
    profile: str | None,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    offline: bool,
    passphrases: dict[str, Mapping[str, object]],
    descriptors: dict[str, Mapping[str, object]],
    from_evidence: Path | None,
    output: Path | None,
    formats: tuple[str, ...],
    quiet: bool,
    as_json: bool,
) -> None:
    """Audit the workspace and write the report to output/latest.

    The verdict and the rule that decided it are the last lines; the exit code says the same.
    """
    from auditgen.run.audit import run_audit
    from auditgen.run.options import Options

    options = Options(
        workspace=workspace, as_of=today(as_of), launch=launch, profile=profile, only=only, skip=skip, offline=offline,
        output=output, formats=formats, from_evidence=from_evidence, passphrases={**passphrases, **descriptors},
        ask=can_ask() and not quiet,
    )  # fmt: skip
    # The program ends before looking for unreachable cycles would give anything back; it costs a tenth of the run.
    gc.set_threshold(100_000, 50, 100)
    with progress(quiet or as_json) as step:
        results, folder = run_audit(options, step)
    page = folder / "site" / "index.html"
    report = page if page.exists() else folder
    if as_json:
        summary = {key: results[key] for key in ("schema", "verdict", "coverage", "launch", "areas", "problems")}
        click.echo(to_json({**summary, "report": str(report)}))
    else:
        _print(results, report, quiet)
    ctx.exit(results["verdict"]["exit_code"])


def _print(results: dict[str, Any], report: Path, quiet: bool) -> None:
    verdict = results["verdict"]
    if not quiet:
        for problem in results["problems"]:
            say(f"Needs a look: {plain(problem['where'])}: {plain(problem['says'])}", err=True)
        if results["run"]["only"] or results["run"]["skip"]:
            left = sum(check["state"] == "left_out" for check in results["checks"])
            say(f"Left out by --only or --skip: {left} checks.")
        say()
        for area in results["areas"]:
            say(f"{area['title']:<22} {area['open']:>3} open  {area['holds']:>3} hold  {area['unseen']:>3} not seen")
        if results["steps"]:
            say("\nFirst:")
            for step in results["steps"][:3]:
                who = f" ({plain(step['owner_title'])}, {step['effort_says']})" if step["owner_title"] else ""
                say(f"  {step['rank']}. {plain(step['title'])}{who}")
        say(f"\nReport: {plain(report)}\n")
    launch = results["launch"]
    about = f" {plain(launch['title'])}, {launch['starts_at'][:10]}." if launch else ""
    say(f"{verdict['title']}{about}", bold=True, fg=_COLOURS[verdict["state"]])
    say(plain(verdict["says"]))
    profile = plain(verdict["profile"])
    deciding = [rule for rule in verdict["rules"] if rule["state"] != "met"][: 1 if quiet else None]
    if not deciding:
        say(f"Gate {profile}: every rule met, {results['coverage']['share']:.0%} of what there is to see was seen.")
    for rule in deciding:
        names = ", ".join(item["id"] for item in rule["decided_by"][:3])
        more = len(rule["decided_by"]) - 3
        decided = f": {plain(names)}{f' and {more} more' if more > 0 else ''}" if names else ""
        say(f"Gate {profile}, rule “{rule['says']}” {_WORDS[rule['state']]} ({rule['found']}){decided}")
