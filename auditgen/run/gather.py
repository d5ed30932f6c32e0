"""Gathering: seeds, then every source through its reader, then the steps of analysis.

A reader or step that fails leaves nothing of its own behind, the others go on, and the report shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditgen.evidence.store import WordError, schema
from auditgen.files.errors import ReadError
from auditgen.readers import Context, Reader, SourceReport
from auditgen.readers.joint import Allowances, JointContext, JointReader
from auditgen.run.launch import launches_without_account
from auditgen.run.options import Progress, quiet
from auditgen.run.seeds import SEEDS

if TYPE_CHECKING:
    from auditgen.evidence.store import Store
    from auditgen.run.clauses import ClauseReading
    from auditgen.workspace.model import Source, Workspace

# Tables whose rows have an id of their own.
_IDS = {"accounts": "account", "launches": "launch", "switches": "switch", "agencies": "agency"}
# Tables in which clauses are looked for.
_POLICIES = ("documents", "passages")
# Share of a whole run that reading takes, for the progress line.
READING = 0.35

Reports = list[tuple[str, SourceReport]]


@dataclass
class Gathered:
    """What gathering met on its way.

    problems      readers and steps that failed, and launches with accounts that are none: where and one sentence
    rows          rows that came from sources
    login_titles  titles and user names of logins by their label, for the fix list; never evidence
    """

    problems: list[dict[str, str]] = field(default_factory=list)
    rows: int = 0
    login_titles: dict[str, tuple[str, str]] = field(default_factory=dict)


def gather(
    store: Store,
    workspace: Workspace,
    readers: Mapping[str, Reader],
    as_of: date,
    progress: Progress = quiet,
    allowances: Allowances = Allowances(),  # noqa: B008 (frozen)
    previous_exports: Mapping[str, tuple[date, date]] | None = None,
    reading: ClauseReading | None = None,
) -> Gathered:
    """Fill the store: `plant`, `collect` and `join` in this order. Clauses are read beside it where it is asked for."""
    gathered = Gathered()
    plant(store, workspace)
    run = _Run(store, workspace, readers, as_of, allowances, previous_exports or {}, gathered)
    collect(run, progress, reading)
    gathered.problems += launches_without_account(store)
    progress("Joining people", READING)
    join(store, workspace, gathered)
    return gathered


def plant(store: Store, workspace: Workspace) -> None:
    """What no file of the user holds."""
    for table, rows in SEEDS:
        store.add(table, rows(workspace))


def collect(run: _Run, progress: Progress, reading: ClauseReading | None = None) -> None:
    """Read every source: inventories first, then joint readers begin, then the rest, and joint readers finish.

    Clauses are looked for as soon as no source is left that holds documents.
    """
    groups = _groups(run.workspace, run.readers, run.as_of)
    _refuse_dated_ahead(run)
    documents = max((number for number, group in enumerate(groups) if _fills(run, group, *_POLICIES)), default=-1)
    for group in groups:
        run.store.allow("person_records", "origin", getattr(run.readers[group[0].reader], "origins", ()))
    begun: dict[str, Any] = {}
    inventories = sum(_fills(run, group, "accounts") for group in groups)
    for number, group in enumerate(groups):
        if number == inventories:
            begun = _inventory_is_whole(run, groups)
            if reading:
                reading.prepare()
        progress(f"Reading {', '.join(source.id for source in group)}", READING * number / len(groups))
        reports = _read(run, group, begun)
        run.gathered.rows += sum(report.rows_read for _, report in reports)
        name = group[0].reader
        settles = getattr(run.readers[name], "settles", ())
        run.store.add(
            "sources",
            (
                {"origin": origin, "reader": name, **asdict(item), "settles": _settled(item, settles)}
                for origin, item in reports
            ),
        )
        if reading and number == documents:
            reading.begin()
    if inventories == len(groups):
        one_entry_an_id(run.store)


def _settled(report: SourceReport, settles: Sequence[str]) -> list[str]:
    """What a list that was read whole answers even without a row; nothing when a row of it was refused."""
    whole = report.status in ("read", "empty") and not report.rows_refused and bool(report.columns_used)
    return list(settles) if whole else []


def join(store: Store, workspace: Workspace, gathered: Gathered) -> None:
    """Tables from tables."""
    from auditgen.analysis.steps import STEPS

    for name, step in STEPS:
        try:
            with _all_or_nothing(store):
                step(store, workspace.organisation)
        except Exception as error:  # its tables stay empty, which every check that needs them shows
            gathered.problems.append({"where": name, "says": _sentence(error)})


def one_entry_an_id(store: Store) -> None:
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


@dataclass(frozen=True)
class _Run:
    """What every reading of one run shares."""

    store: Store
    workspace: Workspace
    readers: Mapping[str, Reader]
    as_of: date
    allowances: Allowances
    previous_exports: Mapping[str, tuple[date, date]]
    gathered: Gathered

    def context(self, reader: Reader, group: list[Source]) -> Context:
        workspace = self.workspace
        accounts: tuple[Mapping[str, Any], ...] = ()
        if "accounts" in reader.after:
            accounts = tuple(self.store.select("select * from accounts order by account"))
        shared = (workspace.root, self.as_of, workspace.organisation, group[0].options, accounts)
        if not isinstance(reader, JointReader):
            return Context(*shared)
        return JointContext(
            *shared,
            by_source={source.id: source.options for source in group},
            passwords=workspace.passwords,
            campaigns=tuple(str(launch.get("title", launch["id"])) for launch in workspace.launches),
            allowances=self.allowances,
            login_titles=self.gathered.login_titles,
            previous_exports=self.previous_exports,
        )


def _ahead(source: Source, as_of: date) -> bool:
    """Whether a source is dated after the day that is judged: a slip, by which old evidence would pass for fresh."""
    seen_on = source.options.get("seen_on")
    return isinstance(seen_on, date) and seen_on > as_of


def _refuse_dated_ahead(run: _Run) -> None:
    for source in run.workspace.sources:
        if _ahead(source, run.as_of):
            seen_on = source.options["seen_on"]
            says = f"seen_on = {seen_on} lies after {run.as_of}, the day that is judged"
            report = SourceReport(source.path, status="failed", message=f"{source.path}: {says}.")
            run.store.add("sources", [{"origin": source.id, "reader": source.reader, **asdict(report)}])
            where = f"auditgen.toml, line {source.line}"
            run.gathered.problems.append({"where": where, "says": f"The source {source.id} was not read: {says}."})


def _groups(workspace: Workspace, readers: Mapping[str, Reader], as_of: date) -> list[list[Source]]:
    """Sources in the order to read them: joint readers take all theirs at once, dependent ones come last."""
    groups: dict[str, list[Source]] = {}
    for source in workspace.sources:
        if _ahead(source, as_of):
            continue
        joint = isinstance(readers[source.reader], JointReader)
        groups.setdefault(source.reader if joint else f"{source.reader}\x00{source.id}", []).append(source)

    def place(group: list[Source]) -> tuple[bool, bool, bool]:
        reader = readers[group[0].reader]
        return ("accounts" not in reader.tables, isinstance(reader, JointReader), bool(reader.after))

    return sorted(groups.values(), key=place)


def _fills(run: _Run, group: list[Source], *tables: str) -> bool:
    return not set(tables).isdisjoint(run.readers[group[0].reader].tables)


def _inventory_is_whole(run: _Run, groups: list[list[Source]]) -> dict[str, Any]:
    """Every account is known from here on: joint readers begin, and work while the others are read."""
    one_entry_an_id(run.store)
    joint = [group for group in groups if isinstance(run.readers[group[0].reader], JointReader)]
    return {group[0].reader: _begin(run, group) for group in joint}


def _begin(run: _Run, group: list[Source]) -> Any:
    """Start a joint reader; an error is kept for the place where its files are read."""
    reader = run.readers[group[0].reader]
    files = [(source.id, path) for source in group for path in source.files]
    context = run.context(reader, group)
    if not files or not isinstance(reader, JointReader) or not isinstance(context, JointContext):
        return None
    try:
        return reader.begin(files, context)
    except Exception as error:
        return error


def _read(run: _Run, group: list[Source], begun: Mapping[str, Any]) -> Reports:
    reader = run.readers[group[0].reader]
    context = run.context(reader, group)
    reports: Reports = []
    for source in group:
        if not source.files:
            empty = SourceReport(source.path, status="empty", message=f"{source.path} holds no file")
            reports.append((source.id, empty))
    if isinstance(reader, JointReader) and isinstance(context, JointContext):
        started, joint, given = begun.get(group[0].reader), reader, context

        def finish() -> Reports:
            if isinstance(started, Exception):
                raise started
            return joint.finish(started, given, run.store)

        return reports + (_guarded(run, group[0], finish) if started is not None else [])
    for source_id, path in [(source.id, path) for source in group for path in source.files]:

        def one(path: Path = path, source_id: str = source_id) -> Reports:
            return [(source_id, report) for report in reader.read(path, context, run.store)]

        reports += _guarded(run, group[0], one, context.relative(path))
    return reports


def _guarded(run: _Run, source: Source, read: Callable[[], Reports], path: str | None = None) -> Reports:
    """Run one reading; when it fails nothing of it stays, the others go on, and the report shows it."""
    try:
        with _all_or_nothing(run.store):
            return _sound(read())
    except Exception as error:
        says = _sentence(error, path)
        run.gathered.problems.append({"where": f"reader {source.reader}, source {source.id}", "says": says})
        return [(source.id, SourceReport(path or source.path, status="failed", message=says))]


def _sound(reports: Reports) -> Reports:
    """The reports of one reading, which a foreign reader may have filled with anything. Raises ReadError."""
    (status,) = (column for column in schema()["sources"].columns if column.name == "status")
    for _, report in reports:
        counts = (getattr(report, "rows_read", None), getattr(report, "rows_refused", None))
        if (
            not isinstance(report, SourceReport)
            or not isinstance(report.path, str)
            or report.status not in status.words
            or not all(isinstance(count, int) and count >= 0 for count in counts)
        ):
            raise ReadError("Its reader gave no proper report of what it read, so that counts as not checked.")
    return reports


@contextmanager
def _all_or_nothing(store: Store) -> Iterator[None]:
    store.connection.execute("begin")
    try:
        yield
    except BaseException:
        store.connection.execute("rollback")
        raise
    store.connection.execute("commit")


def _sentence(error: Exception, path: str | None = None) -> str:
    """One line about a crash. The text of foreign exceptions may quote data, so only its class is told."""
    if isinstance(error, ReadError | WordError):
        return str(error)
    if isinstance(error, OSError) and error.strerror and path:
        return f"{path}: could not be read ({error.strerror})"
    return f"It stopped with an unexpected {type(error).__name__}; its evidence counts as not checked."
