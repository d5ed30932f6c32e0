"""Acts: what is done in one go. A step of the plan is one act, whatever number of checks it settles.

A source that is missing is one act, and so is what is put right on one screen (checks/acts.toml). A check that nothing
groups is an act of its own. Only open and unseen checks are in an act.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from auditgen.audit.checks.check import STAGES
from auditgen.audit.verdicts import Judged
from auditgen.evidence.store import schema
from auditgen.files.problems import Problem, nearest
from auditgen.reference.scale import SEVERITIES
from auditgen.workspace.problems import WorkspaceError

# What an act is: put right, look at what is not certain, add a source, ask a person, or change a setting.
KINDS = ("fix", "look", "source", "ask", "setting")
MINUTES = 15
# The one act that is no check: let what people vouch for count.
COUNT_ATTESTED = "@count_attested"
# Begins the id of an act that looks once more at what was seen too long ago.
AGAIN = "again:"


class Supplier(Protocol):
    """What there is to say of a reader that could fill a table.

    title    what a person would add
    tables   tables it fills, and table.column for what only it can tell
    missing  what adding it would let the audit answer, one sentence
    """

    @property
    def title(self) -> str: ...

    @property
    def tables(self) -> tuple[str, ...]: ...

    @property
    def missing(self) -> str: ...


@dataclass(frozen=True)
class Added:
    """A source as a step speaks of it: `minutes` is what it takes to get it, a suggestion."""

    id: str
    title: str
    complete: str
    minutes: int
    add: str = ""


@dataclass(frozen=True)
class Acts:
    """What checks/acts.toml says.

    screens  check → the screen it is put right on; order is its place there, the decisive ones first
    added    table or table.column → what to add
    follows  check → the checks its findings may follow from
    """

    screens: Mapping[str, str]
    where: Mapping[str, str]
    added: Mapping[str, Added]
    order: Mapping[str, int]
    follows: Mapping[str, tuple[str, ...]]

    def source(self, need: str, suppliers: Mapping[str, Supplier]) -> Added:
        """What to add for a need; one that no file of ours knows is named by its reader, or by its table's note."""
        table = need.partition(".")[0]
        found = self.added.get(need) or self.added.get(table)
        supplier = suppliers.get(need) or suppliers.get(table)
        add = supplier.missing if supplier else ""
        if found is not None:
            return Added(found.id, found.title, found.complete, found.minutes, found.add or add)
        name = supplier.title if supplier else schema()[table].note.rstrip(".")
        return Added(table, f"Add: {name}", f"Complete: {name}", MINUTES, add)


@dataclass(frozen=True)
class Act:
    """One act with the checks that wait for it, the weightiest first.

    effort  in the user's unit
    needs   tables or table.column that a source would fill
    """

    id: str
    kind: str
    checks: tuple[str, ...]
    effort: float
    needs: tuple[str, ...] = ()
    title: str = ""
    says: str = ""
    where: str = ""
    minutes: int = 0


def load_acts(folder: Path, checks: Iterable[str]) -> Acts:
    """Read acts.toml; raises WorkspaceError when it names a check or a table that does not exist."""
    data = tomllib.loads((folder / "acts.toml").read_text(encoding="utf-8"))
    known, tables = set(checks), schema()
    problems, screens, added = [], {}, {}
    for name, item in data["act"].items():
        for check in item["checks"]:
            if check not in known:
                problems.append(Problem("acts.toml", 0, f"{name} names no check {check}{nearest(check, known)}"))
            screens[check] = name
    for name, item in data["add"].items():
        for need in item["tables"]:
            table, _, column = need.partition(".")
            columns = {each.name for each in tables[table].columns} if table in tables else set()
            if table not in tables or (column and column not in columns):
                problems.append(Problem("acts.toml", 0, f"{name} names no table {need}{nearest(table, tables)}"))
            added[need] = Added(name, item["title"], item["complete"], int(item["minutes"]), item.get("add", ""))
    follows = {name: tuple(roots) for name, roots in data["follows"].items()}
    for name, roots in follows.items():
        for check in (name, *roots):
            if check not in known:
                problems.append(Problem("acts.toml", 0, f"follows names no check {check}{nearest(check, known)}"))
    if problems:
        raise WorkspaceError(problems)
    where = {name: item["where"] for name, item in data["act"].items()}
    order = {check: place for item in data["act"].values() for place, check in enumerate(item["checks"])}
    return Acts(screens, where, added, order, follows)


def weight(item: Judged) -> tuple[Any, ...]:
    """Order of checks inside an act and among equals: what is known before what is not, then as severe as can be."""
    check = item.check
    return (
        item.state == "unseen",
        check.clause is not None,
        SEVERITIES.index(check.severity),
        STAGES.index(check.stage),
        check.effort,
        check.id,
    )


def _key(item: Judged, acts: Acts, suppliers: Mapping[str, Supplier], fixed: set[str]) -> list[tuple[str, str]]:
    """Acts that a check waits for, as (kind, id)."""
    check = item.check
    screen = acts.screens.get(check.id)
    if item.state == "open":
        return [("fix", screen or (f"clause:{check.id}" if check.clause is not None else check.id))]
    if item.missing:
        return [("source", source) for source in {acts.source(need, suppliers).id: 0 for need in item.missing}]
    if check.attest is not None:
        return [("ask", "ask")]
    if item.reason in ("error", "timeout"):
        return [("look", f"check:{check.id}")]
    if screen in fixed:
        return [("fix", str(screen))]
    needs = check.needs or (("documents",) if check.clause is not None else ())
    if not needs:
        return [("look", check.id)]
    return [("look", f"complete:{acts.source(needs[0], suppliers).id}")]


def find_acts(judged: Sequence[Judged], acts: Acts, suppliers: Mapping[str, Supplier]) -> list[Act]:
    """Every act that an open or unseen check waits for. A rule that is not written is an act of its own until shown."""
    waiting = sorted((item for item in judged if item.state in ("open", "unseen")), key=weight)
    fixed = {acts.screens[item.check.id] for item in waiting if item.state == "open" and item.check.id in acts.screens}
    found: dict[tuple[str, str], list[Judged]] = {}
    sources: dict[str, Added] = {}
    needs: dict[str, dict[str, None]] = {}
    for item in waiting:
        for key in _key(item, acts, suppliers, fixed):
            found.setdefault(key, []).append(item)
        for need in item.missing or item.check.needs[:1]:
            source = acts.source(need, suppliers)
            sources[source.id] = source
            if item.missing:
                needs.setdefault(source.id, {})[need] = None
    made = []
    for (kind, name), items in found.items():
        # Of what is put right on one screen the most severe leads, then what its list names first.
        items.sort(key=lambda item: (weight(item)[:4], acts.order.get(item.check.id, 0)))
        known = sources.get(name.removeprefix("complete:"))
        about = known if kind == "source" or name.startswith("complete:") else None
        made.append(
            Act(
                id=name,
                kind=kind,
                checks=tuple(item.check.id for item in items),
                # The effort of a check is that of putting it right; to find out is one act, whatever is found.
                effort=max(item.check.effort for item in items) if kind == "fix" else 1,
                needs=tuple(needs.get(name, ())) if kind == "source" else (),
                title=(about.title if kind == "source" else about.complete) if about else "",
                says=about.add if about and kind == "source" else "",
                where=acts.where.get(name, ""),
                minutes=about.minutes if about else 0,
            )
        )
    return made
