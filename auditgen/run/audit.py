"""One audit from end to end: gather, freeze, judge, replay, decide, render, publish."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from threading import Thread
from time import perf_counter
from typing import TYPE_CHECKING, Any

from auditgen.files.problems import Problem, nearest
from auditgen.run.clauses import ClauseReading
from auditgen.run.judge import judge_store
from auditgen.run.load import Loaded, choose, choose_profile, load
from auditgen.run.options import NoInput, Options, Progress, quiet
from auditgen.run.render import FIX_LISTS, LATEST, families_of_near_copies, render, titles_in_fix_lists
from auditgen.workspace.problems import WorkspaceError

if TYPE_CHECKING:
    from auditgen.evidence.store import Store
    from auditgen.run.gather import Gathered


def _load_solver() -> None:
    with suppress(ImportError):
        import_module("highspy")


def gather_into(
    store: Store,
    loaded: Loaded,
    options: Options,
    progress: Progress = quiet,
    previous: Mapping[str, tuple[date, date]] | None = None,
    reading: ClauseReading | None = None,
) -> Gathered:
    """Fill the store from the sources. Raises NoInput when no row came in, WorkspaceError on a source nobody named."""
    from auditgen.readers.joint import Allowances
    from auditgen.run.gather import gather

    known = [source.id for source in loaded.workspace.sources]
    for name in options.passphrases:
        if name and name not in known:
            says = f"no source is called {name}{nearest(name, known)}"
            raise WorkspaceError([Problem("--password-file", 0, says)])
    allowances = Allowances(options.offline, options.passphrases, options.ask)
    gathered = gather(store, loaded.workspace, loaded.readers, options.as_of, progress, allowances, previous, reading)
    if not gathered.rows:
        raise NoInput(_nothing(store))
    return gathered


def previous_exports(evidence: Path, store: Store) -> dict[str, tuple[date, date]]:
    """Vault files of the last run: day of the export, and the first day on which a run found it."""
    import duckdb

    file = evidence / "vaults.parquet"
    if not file.is_file():
        return {}
    columns = "vault::varchar, exported_on::date, present_since::date"
    try:
        # A store of its own would make every table for the sake of one.
        rows = store.connection.execute(
            f"select {columns} from read_parquet($file) where present_since is not null", {"file": str(file)}
        ).fetchall()
    except duckdb.Error:  # of an older program, or damaged: then no previous run is known
        return {}
    return {vault: (exported_on, since) for vault, exported_on, since in rows}


def _nothing(store: Store) -> str:
    rows = store.select("select path, message from sources order by origin, path")
    if not rows:
        return "auditgen.toml names no [[source]], so there is nothing to look at."
    told = [(row["path"], row["message"] or "it holds no rows") for row in rows[:3]]
    # A reader that could not use a file names it itself.
    said = "\n".join(f"  {says}" if says.startswith(path) else f"  {path}: {says}" for path, says in told)
    more = f"\n  and {len(rows) - 3} more" if len(rows) > 3 else ""
    return f"There is nothing to judge yet. `auditgen doctor` says what to add.\n{said}{more}"


def run_audit(options: Options, progress: Progress = quiet) -> tuple[dict[str, Any], Path]:
    """Run the whole audit and publish it; returns the results and the folder they stand in.

    Raises WorkspaceError (2), NoInput and EvidenceError (3), PublishError (2).
    """
    from auditgen.publish.directory import replacing

    started, clock = datetime.now(UTC), perf_counter()
    target = (options.output or options.workspace / "output") / LATEST
    loaded, store = _opened(options, target)
    # The solver of the plan is loaded while files are waited for; whoever lacks it gets a greedy plan.
    Thread(target=_load_solver, daemon=True).start()
    reading = ClauseReading(store, loaded)
    try:
        gathered = _evidence(store, loaded, reading, options, progress, target / "evidence")
        with replacing(target) as folder:
            # Names and addresses of people stand in it; the site beside it is what may be shown around.
            evidence = folder / "evidence"
            evidence.mkdir(mode=0o700)
            results = judge_store(store, loaded, options, gathered.problems, progress, evidence, reading)
            progress("Writing the report", 0.75)
            render(results, folder, options.formats)
            stamp = {
                "made_at": started.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "seconds": round(perf_counter() - clock, 3),
                "evidence": "saved" if options.from_evidence else "gathered",
            }
            (folder / "run.json").write_text(json.dumps(stamp, indent=1) + "\n", encoding="utf-8")
        if options.from_evidence is None:
            write_lists(results, loaded, store, gathered, target.parent / FIX_LISTS)
    finally:
        reading.close()
        store.close()
    return results, target


def _opened(options: Options, target: Path) -> tuple[Loaded, Store]:
    """The workspace and a store: of the saved evidence, or an empty one that is made while the workspace is read."""
    from auditgen.evidence.store import Store

    if options.from_evidence is not None:
        return _workspace(options, target), Store.load(options.from_evidence)
    with ThreadPoolExecutor(1) as beside:
        made = beside.submit(Store)
        try:
            return _workspace(options, target), made.result()
        except BaseException:
            if made.exception() is None:
                made.result().close()
            raise


def _workspace(options: Options, target: Path) -> Loaded:
    """The workspace, once nothing that was asked for stands in the way of a run. Raises WorkspaceError."""
    from auditgen.publish.directory import check_target

    loaded = load(options.workspace)
    check_target(target)
    # A mistyped option is told before anything is read.
    choose_profile(loaded.workspace, options.profile)
    choose(loaded.checks, options.only, options.skip)
    return loaded


def _evidence(
    store: Store, loaded: Loaded, reading: ClauseReading, options: Options, progress: Progress, last: Path
) -> Gathered:
    """Fill the store, unless it holds saved evidence; what was met on the way."""
    from auditgen.run.gather import Gathered

    if options.from_evidence is None:
        return gather_into(store, loaded, options, progress, previous_exports(last, store), reading)
    gathered = Gathered()
    if store.lacking:
        more = f" and {len(store.lacking) - 3} more" if len(store.lacking) > 3 else ""
        says = f"It does not hold {', '.join(store.lacking[:3])}{more}; that counts as not checked."
        gathered.problems.append({"where": "saved evidence", "says": says})
    return gathered


def write_lists(results: Mapping[str, Any], loaded: Loaded, store: Store, gathered: Gathered, folder: Path) -> None:
    """One list a person of the logins they are to mend, beside the report and never in it."""
    from auditgen.report.fix_list import write_fix_lists

    titles = gathered.login_titles if titles_in_fix_lists(loaded.workspace) else {}
    write_fix_lists(results, titles, folder, families_of_near_copies(store))


def gather_only(options: Options, progress: Progress = quiet) -> tuple[dict[str, int], Path]:
    """Collect evidence and save it; returns rows by table and the folder."""
    from auditgen.evidence.store import Store
    from auditgen.publish.directory import replacing

    loaded = load(options.workspace)
    target = (options.output or options.workspace / "output") / "evidence"
    store = Store()
    try:
        gather_into(store, loaded, options, progress)
        with replacing(target) as folder:
            folder.chmod(0o700)
            store.save(folder)
            return store.counts(), target
    finally:
        store.close()
