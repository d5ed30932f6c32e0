"""`auditgen doctor`: what was found, read, ignored and why; what is missing and what it would let us answer."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditgen.cli.common import as_of_option, json_option, plain, say, to_json, today, workspace_option

if TYPE_CHECKING:
    from auditgen.run.load import Loaded


@click.command()
@workspace_option
@as_of_option
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Print a suggested mapping for this calendar file instead; save it, read it through, name it in its source.",
)
@json_option
def doctor(workspace: Path, as_of: date | None, mapping: Path | None, as_json: bool) -> None:
    """Look at the workspace: files found, rows read, columns ignored, checks that cannot answer yet."""
    if mapping is not None:
        from auditgen.readers.content.calendar.mapping import suggest_mapping

        click.echo(suggest_mapping(mapping), nl=False)
        return
    from auditgen.audit.absences import absences, applicable
    from auditgen.audit.absences import told as not_counted
    from auditgen.audit.checks.packs import builtin_folder
    from auditgen.audit.judge import none_of, unmet_needs
    from auditgen.audit.plan.acts import load_acts
    from auditgen.audit.verdicts import Judged
    from auditgen.evidence.store import Store
    from auditgen.results.gaps import find_gaps
    from auditgen.results.wording import could_answer
    from auditgen.run.gather import gather
    from auditgen.run.load import load

    loaded = load(workspace)
    with Store() as store:
        gathered = gather(store, loaded.workspace, loaded.readers, today(as_of))
        sources = store.select("select * from sources order by origin, path")
        unmet = unmet_needs(store, loaded.checks)
        said = absences(store, today(as_of))
        gathered.problems += not_counted(said)
        absent = applicable(store, {(item.thing, item.account): item.says for item in said if item.why_not is None})
        waiting = [
            Judged(check, missing=tuple(need for need in check.needs if need in unmet))
            for check in loaded.checks
            if None not in none_of(check, absent)
        ]
        acts = load_acts(builtin_folder(), [check.id for check in loaded.checks])
        missing = find_gaps(waiting, store.counts(), loaded.readers.values(), acts, _disasters(loaded))
    named = {path.resolve() for source in loaded.workspace.sources for path in source.files}
    if breach_list := loaded.workspace.passwords.get("breach_list"):
        named.add((loaded.workspace.root / str(breach_list)).resolve())
    lying = sorted(
        path.relative_to(loaded.workspace.root).as_posix()
        for path in loaded.workspace.root.rglob("*")
        if path.is_file() and path.resolve() not in named and _looks_like_input(path, loaded.workspace.root)
    )[:50]
    if as_json:
        problems = [*gathered.problems, *({"where": item.file, "says": item.says} for item in loaded.problems)]
        gaps = [vars(gap) for gap in missing]
        click.echo(to_json({"sources": sources, "missing": gaps, "not_named": lying, "problems": problems}))
        return
    say("Read", bold=True)
    for row in sources:
        count = row["rows_read"] or 0
        say(f"  {plain(row['path'])} ({row['reader']}): {row['status']}, {count:,} {'row' if count == 1 else 'rows'}")
        if row["columns_ignored"]:
            say(f"      columns not used: {plain(', '.join(row['columns_ignored']))}")
        if row["rows_refused"]:
            say(f"      rows refused: {row['rows_refused']:,}")
        if row["message"]:
            say(f"      {plain(row['message'])}")
    told = {row["message"] for row in sources}
    for problem in gathered.problems:
        if problem["says"] in told:
            continue
        say(f"  {plain(problem['where'])}: {plain(problem['says'])}", fg="yellow")
    for item in loaded.problems:
        say(f"  {plain(item)}", fg="yellow")
    if lying:
        say("\nLying in the workspace, named by no source", bold=True)
        for name in lying:
            say(f"  {plain(name)}")
    say("\nMissing, first what would decide most", bold=True)
    if not missing:
        say("  Nothing that a check asks for.")
    for gap in missing:
        say(f"  {plain(gap.title)} (about {gap.minutes} minutes)")
        say(f"      {could_answer(len(gap.checks), gap.critical, len(gap.disasters))}")
        if tables := sorted(need for need in gap.needs if "." not in need):
            say(f"      Nothing yet: {', '.join(tables)}")
        if gap.add:
            say(f"      {plain(gap.add)}")


def _disasters(loaded: Loaded) -> dict[str, list[str]]:
    """Check → disasters in whose way it shows a barrier."""
    from auditgen.audit.checks.packs import builtin_folder
    from auditgen.audit.disasters.scenario_files import load_scenarios
    from auditgen.audit.disasters.vocabulary import load_vocabulary

    words = load_vocabulary(builtin_folder(), [check.id for check in loaded.checks])
    found: dict[str, list[str]] = {}
    for scenario in load_scenarios((builtin_folder() / "scenarios", *loaded.workspace.scenario_folders), words):
        for name in words.asked_by(scenario):
            found.setdefault(name, []).append(scenario.id)
    return found


def _looks_like_input(path: Path, root: Path) -> bool:
    from auditgen.publish.directory import MARKER

    relative = path.relative_to(root)
    parts = relative.parts
    if any((root / parent / MARKER).is_file() for parent in relative.parents):
        return False
    if any(part.startswith(".") or part in ("output", "__pycache__", "checks", "scenarios") for part in parts):
        return False
    if path.name in ("auditgen.toml", "exceptions.toml", "attestations.toml", "README.md", "__init__.py"):
        return False
    return path.suffix.lower() in (
        ".csv",
        ".tsv",
        ".xlsx",
        ".json",
        ".yml",
        ".yaml",
        ".md",
        ".html",
        ".htm",
        ".docx",
        ".odt",
        ".pdf",
        ".txt",
        ".kdbx",
        ".zip",
        ".1pux",
    )
