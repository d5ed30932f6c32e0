"""`auditgen explain`: what a check looked at and why it says what it says."""

from __future__ import annotations

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
    say,
    to_json,
    today,
    workspace_option,
)

_WORDS = {
    "pass": "passed",
    "fail": "to fix",
    "unknown": "not checked",
    "due": "to be answered",
    "n/a": "does not apply",
}


@click.command()
@click.argument("check", shell_complete=complete.check_ids)
@click.argument("subject", required=False)
@workspace_option
@as_of_option
@passphrase_options
@click.option(
    "--from-evidence",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Explain from saved evidence.",
)
@json_option
def explain(
    check: str,
    subject: str | None,
    workspace: Path,
    as_of: date | None,
    passphrases: dict[str, Mapping[str, object]],
    descriptors: dict[str, Mapping[str, object]],
    from_evidence: Path | None,
    as_json: bool,
) -> None:
    """Every subject CHECK examined with its verdict and evidence; with SUBJECT, only those that contain it."""
    from auditgen.analysis.clauses import find_clauses
    from auditgen.audit.absences import valid_absences
    from auditgen.audit.checks.packs import clause_set
    from auditgen.audit.decisions import Known, attested_rows, load_attestations
    from auditgen.audit.judge import judge
    from auditgen.audit.policy_reviews import load_reviews
    from auditgen.evidence.store import Store
    from auditgen.files.problems import nearest
    from auditgen.run.audit import gather_into
    from auditgen.run.launch import last_day, select_launch
    from auditgen.run.load import load
    from auditgen.run.options import Options

    loaded = load(workspace)
    wanted = next((item for item in loaded.checks if item.id == check), None)
    if wanted is None:
        raise click.UsageError(f"no check is called {check}{nearest(check, [item.id for item in loaded.checks])}")
    day = today(as_of)
    with Store.load(from_evidence) if from_evidence else Store() as store:
        if not from_evidence:
            opening = {**passphrases, **descriptors}
            gather_into(store, loaded, Options(workspace, day, passphrases=opening, ask=can_ask()))
        launch, _ = select_launch(store, loaded.workspace.launch, day)
        until = last_day(launch, day, str(loaded.workspace.organisation.get("time_zone", "UTC")))
        if wanted.clause is not None:
            clauses = clause_set(loaded.checks)
            find_clauses(store, clauses, load_reviews(loaded.workspace.reviews, clauses))
        store.freeze()
        answers = load_attestations(loaded.workspace.attestations, loaded.checks)
        given = attested_rows([wanted], answers, day, None, Known.of(store, until))
        absent = valid_absences(store, day, until)
        judged = judge(store, [wanted], day, given, until=until, absent=absent, findings_per_check=100_000)[0]
    rows = [*judged.rows, *judged.passed]
    if subject is not None:
        rows = [row for row in rows if subject.casefold() in row.subject.casefold()]
        if not rows:
            known = nearest(subject, [row.subject for row in [*judged.rows, *judged.passed]])
            raise click.UsageError(f"{check} examined nothing called {plain(subject)}{plain(known)}")
    if as_json:
        click.echo(to_json({"check": wanted.id, "counts": judged.counts, "rows": [vars(row) for row in rows]}))
        return
    _print(wanted, judged, rows)


def _print(check: Any, judged: Any, rows: list[Any]) -> None:
    say(check.title, bold=True)
    counts = ", ".join(f"{count:,} {_WORDS[name]}" for name, count in judged.counts.items() if count)
    say(f"{check.id} · {check.severity} · {check.stage} · {counts or 'nothing examined'}")
    if judged.message:
        say(plain(judged.message))
    say(f"\n{check.why}\n")
    for row in rows:
        say(f"{_WORDS[row.verdict]:<14} {plain(row.subject)}", bold=row.verdict == "fail")
        say(f"               {plain(row.says)}")
        place = ", ".join(plain(part) for part in (row.source, row.locator, row.seen_on, row.basis) if part)
        if place:
            say(f"               {place}")
    if judged.counts["fail"]:
        say(f"\nHow to fix it\n\n{check.fix}")
