"""`auditgen policy`: what the policies cover, decisions about passages, and a starter for what was not found."""

from __future__ import annotations

import getpass
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditgen.cli import complete
from auditgen.cli.common import as_of_option, json_option, plain, say, to_json, today, workspace_option

if TYPE_CHECKING:
    from auditgen.audit.checks.check import Check
    from auditgen.evidence.store import Store
    from auditgen.workspace.model import Workspace

STATES = {
    "found_sure": "found (sure)",
    "accepted": "accepted",
    "found_check": "found (check)",
    "not_found_check": "not found (check)",
    "hollow": "hollow",
    "referenced": "referenced only",
    "declined": "declined",
    "reopened": "accepted once, changed since",
    "not_applicable": "not applicable",
    "not_found": "not found",
}
_SETTLED = ("found_sure", "accepted", "found_check", "not_applicable")
_PLACE = re.compile(r"^(?P<file>.+)#(?:(?P<hash>[0-9a-f]{16})|L?(?P<line>\d+)|p(?P<page>\d+))$")
_who = click.option("--who", help="Who decides; by default the name you are logged in with.")
_reason = click.option("--reason", help="Why, for those who read the file later.")


@click.group()
def policy() -> None:
    """Read the policies for their clauses, decide about passages, and draft what was not found."""


@dataclass
class _Reading:
    workspace: Workspace
    clauses: dict[str, Check]
    store: Store
    states: dict[str, str]

    @property
    def reviews_file(self) -> Path:
        from auditgen.workspace.load import REVIEWS

        return self.workspace.reviews or self.workspace.root / REVIEWS


def _read(folder: Path, day: date) -> _Reading:
    """Only the policy documents of a workspace, read for every clause. The caller closes the store."""
    from auditgen.analysis.clauses import find_clauses
    from auditgen.audit.checks.packs import clause_set
    from auditgen.audit.policy_reviews import load_reviews
    from auditgen.evidence.store import Store
    from auditgen.run.gather import gather
    from auditgen.run.load import load
    from auditgen.run.options import NoInput

    loaded = load(folder)
    readers = loaded.readers
    wanted = tuple(item for item in loaded.workspace.sources if "documents" in readers[item.reader].tables)
    workspace = replace(loaded.workspace, sources=wanted)
    clauses = {check.id: check for check in loaded.checks if check.clause is not None}
    store = Store()
    try:
        gather(store, workspace, loaded.readers, day)
        if not store.select("select 1 from documents where state = 'read' limit 1"):
            raise NoInput("No policy document could be read. `auditgen doctor` says what to add.")
        find_clauses(store, clause_set(loaded.checks), load_reviews(workspace.reviews, clauses))
    except BaseException:
        store.close()
        raise
    rows = store.select("select clause, state from clauses where rank = 1")
    states = dict.fromkeys(clauses, "not_found") | {row["clause"]: row["state"] for row in rows}
    return _Reading(loaded.workspace, clauses, store, states)


def _clause(name: str, clauses: Mapping[str, Check]) -> Check:
    """A clause by the id of its check or its code."""
    from auditgen.files.problems import nearest

    for check in clauses.values():
        if name == check.id or name.upper() == (check.clause or {}).get("code"):
            return check
    raise click.UsageError(f"no clause is called {plain(name)}{plain(nearest(name, clauses))}")


@policy.command("list")
@workspace_option
@as_of_option
@click.option("--state", type=click.Choice(sorted(STATES)), help="Only clauses in this state.")
@json_option
def list_(workspace: Path, as_of: date | None, state: str | None, as_json: bool) -> None:
    """Every clause, how sure it is that the documents hold it, and the best passage."""
    reading = _read(workspace, today(as_of))
    try:
        rows = reading.store.select("select * from clauses order by clause, rank")
    finally:
        reading.store.close()
    best: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        best.setdefault(row["clause"], []).append(row)
    chosen = [check for name, check in reading.clauses.items() if state in (None, reading.states[name])]
    if as_json:
        click.echo(
            to_json(
                [
                    {"clause": check.id, "name": (check.clause or {}).get("name"), "stage": check.stage,
                     "state": reading.states[check.id], "passages": best.get(check.id, [])}
                    for check in chosen
                ]
            )
        )  # fmt: skip
        return
    order = list(STATES)
    for check in sorted(chosen, key=lambda item: (order.index(reading.states[item.id]), item.id)):
        found = best.get(check.id, [{}])[0]
        say(
            f"{STATES[reading.states[check.id]]:<18} {plain((check.clause or {}).get('name') or check.title)}",
            bold=True,
        )
        say(f"{'':<18} {check.id}")
        if found.get("text"):
            spot = f"  {found['document']}#{found['hash']}" if found.get("hash") else ""
            say(f"{'':<18} {plain(_short(found['text']))}")
            say(f"{'':<18} {plain(found['locator'] or '')}{plain(spot)}")
    counts = [reading.states[check.id] for check in chosen]
    told = [f"{counts.count(name)} {words}" for name, words in STATES.items() if name in counts]
    say(f"\n{len(chosen)} clauses: {', '.join(told)}.")


def _short(text: str, most: int = 160) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


@policy.command()
@click.argument("clause", shell_complete=complete.check_ids)
@click.argument("spot", metavar="FILE#PLACE")
@workspace_option
@as_of_option
@_who
@_reason
def accept(clause: str, spot: str, workspace: Path, as_of: date | None, who: str | None, reason: str | None) -> None:
    """Say that a passage covers CLAUSE.

    PLACE is a line (12), a page (p3) or the hash the report shows. The decision holds while the sentence reads the
    same; when it is changed, the clause asks again.
    """
    _decide("accepted", clause, spot, workspace, today(as_of), who, reason)


@policy.command()
@click.argument("clause", shell_complete=complete.check_ids)
@click.argument("spot", metavar="FILE#PLACE")
@workspace_option
@as_of_option
@_who
@_reason
def reject(clause: str, spot: str, workspace: Path, as_of: date | None, who: str | None, reason: str | None) -> None:
    """Say that a passage does not cover CLAUSE, so that it no longer counts for it."""
    _decide("rejected", clause, spot, workspace, today(as_of), who, reason)


@policy.command("not-applicable")
@click.argument("clause", shell_complete=complete.check_ids)
@workspace_option
@as_of_option
@_who
@click.option("--reason", required=True, help="Why the clause does not apply here.")
def not_applicable(clause: str, workspace: Path, as_of: date | None, who: str | None, reason: str) -> None:
    """Say that CLAUSE does not apply to this organisation, with the reason."""
    from auditgen.analysis.clauses.reviews import Review
    from auditgen.audit.policy_reviews import add_review, load_reviews
    from auditgen.run.load import load
    from auditgen.workspace.load import REVIEWS

    loaded = load(workspace)
    clauses = {check.id: check for check in loaded.checks if check.clause is not None}
    check = _clause(clause, clauses)
    if not reason.strip():
        raise click.UsageError("--reason is empty; expected why the clause does not apply")
    load_reviews(loaded.workspace.reviews, clauses)
    target = loaded.workspace.reviews or loaded.workspace.root / REVIEWS
    add_review(target, Review(check.id, "not-applicable", who=who or _me(), when=today(as_of), reason=reason))
    say(f"Wrote to {plain(target.name)}: {check.id} does not apply.")


def _me() -> str | None:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no name is known to the system
        return None


def _decide(
    verdict: str, clause: str, spot: str, workspace: Path, day: date, who: str | None, reason: str | None
) -> None:
    from auditgen.analysis.clauses.reviews import Review
    from auditgen.audit.policy_reviews import add_review, short

    match = _PLACE.match(spot)
    if match is None:
        raise click.UsageError(
            f"{plain(spot)} names no passage; expected FILE#12 for a line, FILE#p3 for a page or FILE#hash"
        )
    reading = _read(workspace, day)
    try:
        check = _clause(clause, reading.clauses)
        document, hashed, text = _passage(reading, check.id, match)
    finally:
        reading.store.close()
    review = Review(check.id, verdict, document, hashed, short(text), who or _me(), day, reason)
    add_review(reading.reviews_file, review)
    say(f"Wrote to {plain(reading.reviews_file.name)}: {check.id} is {verdict} at")
    say(f"  “{plain(short(text))}”")


def _passage(reading: _Reading, clause: str, place: re.Match[str]) -> tuple[str, str, str]:
    """Document, hash and text of the sentence at a place: the one found for the clause there, else the first."""
    from auditgen.analysis.clauses.sentences import digest, make_sentences
    from auditgen.files.problems import nearest

    known = [row["document"] for row in reading.store.select("select document from documents order by document")]
    wanted = place["file"]
    named = [name for name in known if wanted == name] or [name for name in known if name.endswith(f"/{wanted}")]
    if len(named) != 1:
        raise click.UsageError(f"no document is called {plain(wanted)}{plain(nearest(wanted, known))}")
    (document,) = named
    rows = reading.store.select("select * from passages where document = $1 order by sequence", [document])
    sentences = [sentence for sentence in make_sentences(rows) if sentence.kind != "heading"]
    if place["hash"]:
        chosen = [sentence for sentence in sentences if digest(sentence.text) == place["hash"]]
    elif place["page"]:
        chosen = [sentence for sentence in sentences if sentence.page == int(place["page"])]
    else:
        line = int(place["line"])
        starts = [sentence.line for sentence in sentences if sentence.line is not None and sentence.line <= line]
        # A passage of several lines is named by any of them.
        chosen = [sentence for sentence in sentences if starts and sentence.line == max(starts)]
    if not chosen:
        raise click.UsageError(f"{plain(document)} has no sentence at {plain(place[0].rpartition('#')[2])}")
    found = {
        row["hash"]
        for row in reading.store.select(
            "select hash from clauses where clause = $1 and document = $2", [clause, document]
        )
    }
    best = next((sentence for sentence in chosen if digest(sentence.text) in found), chosen[0])
    return document, digest(best.text), best.text


@policy.command()
@click.argument("file", default="starter-policy.md", type=click.Path(path_type=Path))
@workspace_option
@as_of_option
@click.option("--all", "everything", is_flag=True, help="Every clause, found or not.")
def draft(file: Path, workspace: Path, as_of: date | None, everything: bool) -> None:
    """Write a starter policy to FILE that holds the clauses that were not found.

    Decisions stay open fields in square brackets; until they are filled in, the audit takes the text for hollow.
    """
    from auditgen.audit.starter_policy import write_draft

    if file.exists():
        raise click.UsageError(f"{plain(file)} is already there; choose another name")
    reading = _read(workspace, today(as_of))
    reading.store.close()
    wanted = [check for name, check in reading.clauses.items() if everything or reading.states[name] not in _SETTLED]
    if not wanted:
        say("Every clause was found, so there is nothing to draft.")
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(write_draft(wanted, reading.workspace.organisation["name"]), "utf-8")
    say(f"Wrote {len(wanted)} clauses to {plain(file)}, every decision still open.")
    say("Fill in what stands in square brackets, then put it among your policies.")
