"""Gathering: every source through its reader into the evidence store. One failing reader never stops the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditgen.files.errors import ReadError
from auditgen.readers import Context, JointReader, Means, Reader, SourceReport
from auditgen.run.launch import _launch_rows, _launches_without_account

if TYPE_CHECKING:
    from auditgen.evidence.store import Store
    from auditgen.workspace.model import Source, Workspace


# Tables whose rows have an id of their own.
_IDS = {"accounts": "account", "launches": "launch", "limbs": "limb", "agencies": "agency"}


@dataclass
class Gathered:
    """What gathering met on its way.

    problems  readers that failed, and launches with accounts that are none: where and one sentence
    aside     titles and user names of logins by their label, for the fix list; never evidence
    """

    problems: list[dict[str, str]] = field(default_factory=list)
    rows: int = 0
    aside: dict[str, tuple[str, str]] = field(default_factory=dict)


def gather(
    store: Store,
    workspace: Workspace,
    readers: Mapping[str, Reader],
    as_of: date,
    progress: Callable[[str, float], None] = lambda text, share: None,
    means: Means = Means(),  # noqa: B008 (frozen)
    earlier: Mapping[str, tuple[date, date]] | None = None,
) -> Gathered:
    """Fill the store from every source of the workspace, then join what belongs together."""
    from auditgen.analysis.identity import join_people
    from auditgen.analysis.readability import measure_documents

    gathered = Gathered()
    store.add("launches", _launch_rows(workspace))
    run = _Run(store, workspace, as_of, means, gathered.aside, earlier or {})
    groups = _groups(workspace, readers)
    begun: dict[str, Any] = {}
    listed = False
    for number, group in enumerate(groups):
        reader = readers[group[0].reader]
        if not listed and "accounts" not in reader.tables:
            listed = True
            _one_entry_an_id(store)
            begun = {
                item[0].reader: _begin(run, readers[item[0].reader], item)
                for item in groups
                if isinstance(readers[item[0].reader], JointReader)
            }
        progress(f"Reading {', '.join(source.id for source in group)}", 0.35 * number / len(groups))
        reports = _read(run, reader, group, gathered, begun)
        gathered.rows += sum(report.rows_read for _, report in reports)
        name = group[0].reader
        store.add("sources", ({"origin": origin, "reader": name, **asdict(item)} for origin, item in reports))
    if not listed:
        _one_entry_an_id(store)
    _second_factors(store)
    _what_policies_are_held_against(store, workspace)
    gathered.problems += _launches_without_account(store)
    progress("Joining people", 0.35)
    try:
        join_people(store, workspace.organisation)
    except Exception as error:  # a fault here leaves people unjoined, which every check that needs them shows
        gathered.problems.append({"where": "joining people", "says": _sentence(error)})
    try:
        measure_documents(store)
    except Exception as error:  # a fault here leaves documents unmeasured, which their check shows
        gathered.problems.append({"where": "measuring how policies read", "says": _sentence(error)})
    return gathered


def _what_policies_are_held_against(store: Store, workspace: Workspace) -> None:
    """Who we are, and what is retired: with these the saved evidence alone gives the same answers."""
    from auditgen.reference.retired import shipped

    told = workspace.organisation
    domains = [*told.get("domains", ()), *told.get("mail_aliases", ())]
    row = {"name": told.get("name"), "domains": sorted({str(item).casefold() for item in domains}),
           "brand_words": [str(item) for item in told.get("brand_words", ())],
           "source": "auditgen.toml", "locator": "[organisation]", "basis": "declared"}  # fmt: skip
    store.add("organisation", [row])
    store.add("retired", shipped())


def _second_factors(store: Store) -> None:
    """The table that ships, beside or in place of a directory; a directory's word on a site goes first."""
    from auditgen.readers.catalogues.second_factors import shipped, shipped_instrument

    known = {row["domain"] for row in store.select("select distinct domain from second_factor_offers")}
    store.add("second_factor_offers", [row for row in shipped() if not known or row["domain"] not in known])
    store.add("instruments", [shipped_instrument()])


def _one_entry_an_id(store: Store) -> None:
    """Two files of an inventory may list the same thing; the first entry counts, the others are told as refused."""
    for table, key in _IDS.items():
        again = store.select(
            f"select rowid as row, {key} as id, source, locator from {table} "
            f"qualify row_number() over (partition by lower({key}) order by rowid) > 1 order by rowid"
        )
        by_source: dict[str, list[dict[str, Any]]] = {}
        # A list of accounts names its agency in every row, so an agency that comes again is no mistake.
        for row in again if table != "agencies" else ():
            by_source.setdefault(row["source"], []).append(row)
        for source, rows in by_source.items():
            more = f" and {len(rows) - 1:,} more like it" if len(rows) > 1 else ""
            says = f"Listed before and left out: {rows[0]['locator']}, {table} {rows[0]['id']}{more}."
            store.select(
                "update sources set rows_refused = rows_refused + $n, rows_read = rows_read - $n, status = 'partly', "
                "message = concat_ws(' ', message, $says::varchar) where path = $path",
                {"n": len(rows), "says": says, "path": source},
            )
        if again:
            store.select(
                f"delete from {table} where rowid in (select unnest($1::bigint[]))", [[row["row"] for row in again]]
            )


def _sentence(error: Exception, path: str | None = None) -> str:
    """One line about a crash. The text of foreign exceptions may quote data, so only its class is told."""
    if isinstance(error, ReadError):
        return str(error)
    if isinstance(error, OSError) and error.strerror and path:
        return f"{path}: could not be read ({error.strerror})"
    return f"It stopped with an unexpected {type(error).__name__}; its evidence counts as not seen."


def _groups(workspace: Workspace, readers: Mapping[str, Reader]) -> list[list[Source]]:
    """Sources in the order to read them: joint readers take all theirs at once, dependent ones come last."""
    groups: dict[str, list[Source]] = {}
    for source in workspace.sources:
        joint = isinstance(readers[source.reader], JointReader)
        groups.setdefault(source.reader if joint else f"{source.reader}\x00{source.id}", []).append(source)

    def place(group: list[Source]) -> tuple[bool, bool, bool]:
        reader = readers[group[0].reader]
        return ("accounts" not in reader.tables, isinstance(reader, JointReader), bool(reader.after))

    return sorted(groups.values(), key=place)


@dataclass(frozen=True)
class _Run:
    """What every reading of one run shares."""

    store: Store
    workspace: Workspace
    as_of: date
    means: Means
    aside: dict[str, tuple[str, str]]
    earlier: Mapping[str, tuple[date, date]]

    def context(self, reader: Reader, group: list[Source]) -> Context:
        accounts: tuple[Mapping[str, Any], ...] = ()
        workspace = self.workspace
        if "accounts" in reader.after:
            accounts = tuple(self.store.select("select * from accounts order by account"))
        return Context(
            workspace.root,
            self.as_of,
            workspace.organisation,
            group[0].options,
            accounts,
            {source.id: source.options for source in group},
            workspace.passwords,
            tuple(str(launch.get("title", launch["id"])) for launch in workspace.launches),
            self.means,
            self.aside,
            self.earlier,
        )


def _begin(run: _Run, reader: Reader, group: list[Source]) -> Any:
    """Start a joint reader; an error is kept for the place where its files are read."""
    files = [(source.id, path) for source in group for path in source.files]
    if not files or not isinstance(reader, JointReader):
        return None
    try:
        return reader.begin(files, run.context(reader, group))
    except Exception as error:
        return error


def _read(
    run: _Run, reader: Reader, group: list[Source], gathered: Gathered, begun: Mapping[str, Any]
) -> list[tuple[str, SourceReport]]:
    reports: list[tuple[str, SourceReport]] = []
    store, context = run.store, run.context(reader, group)
    for source in group:
        if not source.files:
            empty = SourceReport(source.path, status="empty", message=f"{source.path} holds no file")
            reports.append((source.id, empty))
    if isinstance(reader, JointReader):
        started, joint = begun.get(group[0].reader), reader

        def finish() -> list[tuple[str, SourceReport]]:
            if isinstance(started, Exception):
                raise started
            return joint.finish(started, context, store)

        return reports + (_guarded(store, group[0], gathered, finish) if started is not None else [])
    for source_id, path in [(source.id, path) for source in group for path in source.files]:

        def one(path: Path = path, source_id: str = source_id) -> list[tuple[str, SourceReport]]:
            return [(source_id, report) for report in reader.read(path, context, store)]

        reports += _guarded(store, group[0], gathered, one, context.relative(path))
    return reports


def _guarded(
    store: Store,
    source: Source,
    gathered: Gathered,
    read: Callable[[], list[tuple[str, SourceReport]]],
    path: str | None = None,
) -> list[tuple[str, SourceReport]]:
    """Run one reading; when it fails nothing of it stays, the others go on, and the report shows it."""
    store.connection.execute("begin")
    try:
        reports = read()
    except Exception as error:
        store.connection.execute("rollback")
        says = _sentence(error, path)
        gathered.problems.append({"where": f"reader {source.reader}, source {source.id}", "says": says})
        return [(source.id, SourceReport(path or source.path, status="failed", message=says))]
    except BaseException:
        store.connection.execute("rollback")
        raise
    store.connection.execute("commit")
    return reports
