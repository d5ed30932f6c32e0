"""One audit from end to end: gather, freeze, judge, replay, decide, render, publish."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from auditgen.workspace.problems import Problem, WorkspaceError, nearest

if TYPE_CHECKING:
    from auditgen.audit.checks.check import Check
    from auditgen.evidence.store import Store
    from auditgen.gather import Gathered
    from auditgen.readers import Reader
    from auditgen.workspace.model import Workspace

LATEST = "latest"
FIX_LISTS = "fix-lists"
# Called with what happens now and the share of the work that is done, 0 to 1.
Progress = Callable[[str, float], None]


def quiet(text: str, share: float) -> None:
    """Progress that nobody watches."""


class NoInput(Exception):
    """Nothing that could be judged; exit code 3."""


@dataclass(frozen=True)
class Options:
    """What the command line asks of one audit.

    only, skip   check ids or area names; what is left out is named in the report
    formats      empty means every format
    passphrases  of protected vaults, and ask: whether somebody can be asked; see auditgen.readers.Means
    """

    workspace: Path
    as_of: date
    launch: str | None = None
    profile: str | None = None
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    offline: bool = False
    output: Path | None = None
    formats: tuple[str, ...] = ()
    from_evidence: Path | None = None
    passphrases: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    ask: bool = False


@dataclass
class Loaded:
    """A workspace with its checks and readers, ready to gather or judge."""

    workspace: Workspace
    readers: Mapping[str, Reader]
    checks: list[Check]
    problems: list[Problem] = field(default_factory=list)


def load(folder: Path) -> Loaded:
    """Read auditgen.toml and every check. Raises WorkspaceError; a broken user check is only reported."""
    from auditgen.audit.checks.packs import load_checks, override
    from auditgen.gather import load_readers, reader_options
    from auditgen.workspace.load import check_names, load_workspace

    readers = load_readers()
    workspace = load_workspace(folder, reader_options(readers))
    checks, problems = load_checks(workspace.check_folders)
    if wrong := check_names(workspace, checks):
        raise WorkspaceError(wrong)
    checks = [override(check, workspace.check_settings) for check in checks]
    return Loaded(workspace, readers, checks, problems)


def choose(checks: Sequence[Check], only: Iterable[str], skip: Iterable[str]) -> tuple[list[Check], list[Check]]:
    """Split checks into those to run and those left out; raises WorkspaceError on an unknown name."""
    areas = {check.area for check in checks}
    areas |= {area.replace("_", "-") for area in areas}
    known = {check.id for check in checks} | areas
    only, skip = tuple(only), tuple(skip)
    problems = [
        Problem(option, 0, f"no check or area is called {name}{nearest(name, known)}")
        for option, names in (("--only", only), ("--skip", skip))
        for name in names
        if name not in known
    ]
    if problems:
        raise WorkspaceError(problems)

    def named(check: Check, names: tuple[str, ...]) -> bool:
        return any(name in (check.id, check.area, check.area.replace("_", "-")) for name in names)

    chosen = [check for check in checks if (not only or named(check, only)) and not named(check, skip)]
    if checks and not chosen:
        raise WorkspaceError(
            [Problem("--skip", 0, "leaves out every check that there is to run; expected one at least")]
        )
    left = [check for check in checks if check not in chosen]
    return chosen, left


def choose_profile(workspace: Workspace, wanted: str | None) -> str:
    """Name of the gate profile to judge by; raises WorkspaceError on an unknown name."""
    name = wanted or workspace.profile
    if name not in workspace.profiles:
        says = f"no gate profile is called {name}{nearest(name, workspace.profiles)}"
        raise WorkspaceError([Problem("--profile", 0, says)])
    return name


def gather_into(
    store: Store,
    loaded: Loaded,
    options: Options,
    progress: Progress = quiet,
    earlier: Mapping[str, tuple[date, date]] | None = None,
) -> Gathered:
    """Fill the store from the sources. Raises NoInput when no row came in, WorkspaceError on a source nobody named."""
    from auditgen.gather import gather
    from auditgen.readers import Means

    known = [source.id for source in loaded.workspace.sources]
    for name in options.passphrases:
        if name and name not in known:
            says = f"no source is called {name}{nearest(name, known)}"
            raise WorkspaceError([Problem("--password-file", 0, says)])
    means = Means(options.offline, options.passphrases, options.ask)
    gathered = gather(store, loaded.workspace, loaded.readers, options.as_of, progress, means, earlier)
    if not gathered.rows:
        raise NoInput(_nothing(store))
    return gathered


def _earlier(evidence: Path) -> dict[str, tuple[date, date]]:
    """Vault files of the last run: day of the export, and the first day on which a run found it."""
    from auditgen.evidence.store import EvidenceError, Store

    if not (evidence / "vaults.parquet").is_file():
        return {}
    try:
        with Store.load(evidence, only=("vaults",)) as last:
            rows = last.select("select vault, exported_on, present_since from vaults where present_since is not null")
    except EvidenceError:  # of an older program, or damaged: then no earlier run is known
        return {}
    return {row["vault"]: (row["exported_on"], row["present_since"]) for row in rows}


def _nothing(store: Store) -> str:
    rows = store.select("select path, message from sources order by origin, path")
    if not rows:
        return "auditgen.toml names no [[source]], so there is nothing to look at."
    told = [(row["path"], row["message"] or "it holds no rows") for row in rows[:3]]
    # A reader that could not use a file names it itself.
    said = "\n".join(f"  {says}" if says.startswith(path) else f"  {path}: {says}" for path, says in told)
    more = f"\n  and {len(rows) - 3} more" if len(rows) > 3 else ""
    return f"There is nothing to judge yet. `auditgen doctor` says what to add.\n{said}{more}"


def judge_store(
    store: Store,
    loaded: Loaded,
    options: Options,
    problems: list[dict[str, str]],
    progress: Progress = quiet,
    save_to: Path | None = None,
) -> dict[str, Any]:
    """Judge evidence and return results. Saves the evidence first when asked, then freezes the store."""
    from concurrent.futures import ThreadPoolExecutor

    from auditgen.analysis.clauses import find_clauses
    from auditgen.analysis.clauses.reviews import load_reviews
    from auditgen.audit.checks.packs import builtin_folder, clause_set
    from auditgen.audit.decisions import attested_rows, load_attestations, load_exceptions
    from auditgen.audit.disasters.barriers import Barriers
    from auditgen.audit.disasters.scenarios import replay
    from auditgen.audit.disasters.vocabulary import load_scenarios, load_vocabulary
    from auditgen.audit.gate import decide, how_sure
    from auditgen.audit.judge import FINDINGS_PER_CHECK, judge
    from auditgen.audit.plan import make_plan
    from auditgen.gather import select_launch
    from auditgen.results.build import build_results
    from auditgen.results.names import Outcome

    workspace, checks = loaded.workspace, loaded.checks
    profile_name = choose_profile(workspace, options.profile)
    chosen, left_out = choose(checks, options.only, options.skip)
    exceptions = load_exceptions(workspace.exceptions, checks, options.as_of)
    attestations = load_attestations(workspace.attestations, checks)
    reviews = load_reviews(workspace.reviews, [item.id for item in checks if item.clause is not None])
    launch, wrong = select_launch(store, options.launch or workspace.launch, options.as_of)
    if wrong:
        raise WorkspaceError([Problem("--launch", 0, wrong) if options.launch else
                              workspace.problem(wrong, "gate", "launch")])  # fmt: skip

    store.measure()
    progress("Reading policies for their clauses", 0.4)
    with ThreadPoolExecutor(1) as beside:
        # The database matches patterns while Python reads the disasters.
        clauses = beside.submit(find_clauses, store, clause_set(checks), reviews)
        vocabulary = load_vocabulary(builtin_folder(), [check.id for check in checks])
        scenario_folders = (builtin_folder() / "scenarios", *workspace.scenario_folders)
        scenarios = load_scenarios(scenario_folders, vocabulary)
    for name, error in clauses.result().items():
        problems.append({"where": f"check {name}", "says": f"Its patterns could not be used ({error})."})
    if save_to is not None:
        store.save(save_to)
    store.freeze()

    progress(f"Judging {len(chosen)} checks", 0.5)
    source = _source_name(workspace, workspace.attestations)
    rows = attested_rows(chosen, attestations, options.as_of, source)
    limit = int(workspace.report.get("findings_per_check", FINDINGS_PER_CHECK))
    judged = judge(store, chosen, options.as_of, rows, findings_per_check=limit)

    progress(f"Replaying {len(scenarios)} disasters", 0.7)
    platforms = {
        row["account"]: row["platform"]
        for row in store.select(
            "select account, platform from accounts where coalesce(status, 'active') = 'active' order by account"
        )
    }
    posting = [row["account"] for row in store.select("select distinct account from posts where account is not null")]
    barriers = Barriers(
        vocabulary, judged, platforms, options.as_of, count_attested=workspace.count_attested, posting=posting
    )
    in_launch = (launch or {}).get("accounts") or ()
    replayed = [replay(barriers, scenario, platforms, in_launch) for scenario in scenarios]
    sure = how_sure(judged)
    verdict = decide(workspace.profiles[profile_name], judged, replayed, barriers, exceptions, sure, left_out)
    deciding = [item.id for rule in verdict.rules if rule.id == verdict.rule for item in rule.decided_by]
    outcome = Outcome(
        store=store,
        organisation=workspace.organisation,
        panic=workspace.panic,
        names=str(workspace.report.get("names", "full")),
        effort_unit=workspace.effort_unit,
        as_of=options.as_of,
        launch=launch,
        judged=judged,
        left_out=left_out,
        vocabulary=vocabulary,
        barriers=barriers,
        scenarios=replayed,
        steps=make_plan(barriers, judged, replayed, deciding),
        verdict=verdict,
        sure=sure,
        exceptions=exceptions,
        attestations=attestations,
        readers=loaded.readers,
        problems=[*problems, *({"where": item.file, "says": item.says} for item in loaded.problems)],
        fix_lists=_fix_lists(workspace),
        run={"only": list(options.only), "skip": list(options.skip), "offline": options.offline},
    )
    return build_results(outcome)


def _source_name(workspace: Workspace, path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        return path.relative_to(workspace.root.resolve()).as_posix()
    except ValueError:
        return path.name


def _families(store: Store) -> dict[str, list[dict[str, Any]]]:
    """The organisation's logins of each family of near-copies, by the subject of its finding."""
    query = "select family, source, locator, account, owner from logins where ours and family is not null order by all"
    families: dict[str, list[dict[str, Any]]] = {}
    for row in store.select(query):
        families.setdefault(f"{row['family']} of near-copies", []).append(row)
    return families


def _fix_lists(workspace: Workspace) -> bool:
    """Whether titles of logins stand in fix lists beside the report."""
    return bool(workspace.passwords.get("names", "fix-list") == "fix-list")


def run_audit(options: Options, progress: Progress = quiet) -> tuple[dict[str, Any], Path]:
    """Run the whole audit and publish it; returns the results and the folder they stand in.

    Raises WorkspaceError (2), NoInput and EvidenceError (3), PublishError (2).
    """
    from auditgen.evidence.store import Store
    from auditgen.publish.directory import check_target, replacing

    started, clock = datetime.now(UTC), perf_counter()
    loaded = load(options.workspace)
    target = (options.output or options.workspace / "output") / LATEST
    check_target(target)
    # A mistyped option is told before anything is read.
    choose_profile(loaded.workspace, options.profile)
    choose(loaded.checks, options.only, options.skip)
    formats = set(options.formats)

    def wanted(name: str) -> bool:
        return not formats or name in formats

    store = Store.load(options.from_evidence) if options.from_evidence else Store()
    try:
        problems: list[dict[str, str]] = []
        aside: Mapping[str, tuple[str, str]] = {}
        if options.from_evidence is None:
            gathered = gather_into(store, loaded, options, progress, _earlier(target / "evidence"))
            problems, aside = gathered.problems, gathered.aside
        elif store.lacking:
            more = f" and {len(store.lacking) - 3} more" if len(store.lacking) > 3 else ""
            says = f"It does not hold {', '.join(store.lacking[:3])}{more}; that counts as not seen."
            problems.append({"where": "saved evidence", "says": says})
        with replacing(target) as folder:
            # Names and addresses of people stand in it; the site beside it is what may be shown around.
            evidence = folder / "evidence"
            evidence.mkdir(mode=0o700)
            results = judge_store(store, loaded, options, problems, progress, save_to=evidence)
            (folder / "results.json").write_bytes(results_text(results).encode("utf-8", "replace"))
            progress("Writing the report", 0.75)
            _render(results, folder, wanted)
            stamp = {
                "made_at": started.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "seconds": round(perf_counter() - clock, 3),
                "evidence": "saved" if options.from_evidence else "gathered",
            }
            (folder / "run.json").write_text(json.dumps(stamp, indent=1) + "\n", encoding="utf-8")
        if options.from_evidence is None:
            from auditgen.report.fix_list import write_fix_lists

            kept = _fix_lists(loaded.workspace)
            write_fix_lists(results, aside if kept else {}, target.parent / FIX_LISTS, _families(store))
    finally:
        store.close()
    return results, target


def results_text(results: Mapping[str, Any]) -> str:
    """results.json with one line for each entry of a list, so that two runs compare line by line."""
    parts = []
    for key, value in results.items():
        if isinstance(value, list) and value:
            entries = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in value)
            parts.append(f"{json.dumps(key)}: [\n{entries}\n]")
        else:
            parts.append(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _render(results: dict[str, Any], folder: Path, wanted: Callable[[str], bool]) -> None:
    from auditgen.report.exports import exporters

    if wanted("html"):
        from auditgen.report.site.build import build_site

        build_site(results, folder / "site")
    exports = folder / "exports"
    for name, (file, export) in exporters().items():
        if wanted(name):
            exports.mkdir(exist_ok=True)
            text = export(results).encode("utf-8", "replace")
            (exports / file).write_bytes(text)


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
