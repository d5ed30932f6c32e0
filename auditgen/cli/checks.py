"""`auditgen checks`: the rules, their documentation and their tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditgen.cli import complete
from auditgen.cli.common import F, json_option, plain, say, table, to_json

if TYPE_CHECKING:
    from auditgen.files.problems import Problem

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def _folders(workspace: Path | None, folder: tuple[Path, ...]) -> list[Path]:
    from auditgen.readers.registry import Readers
    from auditgen.workspace.checker import FILE
    from auditgen.workspace.load import load_workspace

    root = workspace or Path()
    found = list(folder)
    if workspace or (root / FILE).is_file():
        found += load_workspace(root, Readers()).check_folders
    return found


def _options(function: F) -> F:
    folder = click.option("--folder", multiple=True, type=FOLDER, help="A folder of checks of your own.")
    return click.option("-w", "--workspace", type=FOLDER, help="Folder that holds auditgen.toml.")(folder(function))


@click.group()
def checks() -> None:
    """List, show, test and write checks: the built-in ones, and yours from folders and packages."""


@checks.command(name="list")
@_options
@json_option
def list_(workspace: Path | None, folder: tuple[Path, ...], as_json: bool) -> None:
    """Every check with its area, stage and severity."""
    from auditgen.audit.checks.packs import load_checks

    found, problems = load_checks(_folders(workspace, folder))
    found.sort(key=lambda check: (check.area, check.id))
    if as_json:
        keys = ("id", "area", "title", "stage", "severity", "effort", "about", "version", "pack")
        click.echo(to_json([{key: getattr(check, key) for key in keys} for check in found]))
    else:
        say(table(("check", "area", "stage", "severity", "title"),
                  [(c.id, c.area, c.stage, c.severity, c.title) for c in found]))  # fmt: skip
        say(f"\n{len(found)} checks")
    for problem in problems:
        say(plain(problem), err=True)


@checks.command()
@click.argument("check", shell_complete=complete.check_ids)
@_options
def show(check: str, workspace: Path | None, folder: tuple[Path, ...]) -> None:
    """One check in full: why, how to fix it, what it needs, its query."""
    from auditgen.audit.checks.packs import load_checks

    found, problems = load_checks(_folders(workspace, folder))
    item = next((entry for entry in found if entry.id == check), None)
    if item is None:
        raise _not_loaded(check, problems, [entry.id for entry in found])
    say(item.title, bold=True)
    say(f"{item.id} · {item.area} · {item.stage} · {item.severity} · version {item.version} · from {item.pack}")
    if item.needs:
        say(f"Needs: {', '.join(item.needs)}")
    if item.params:
        say("Parameters: " + ", ".join(f"{name} = {value}" for name, value in item.params.items()))
    if item.references:
        say(f"References: {'; '.join(item.references)}")
    say(f"\n{item.why}\n\nHow to fix it\n\n{item.fix}")
    if item.query:
        say(f"\n{item.query}")
    if item.clause:
        say("\n" + "\n".join(f"{name}: {pattern}" for name, patterns in item.clause.items() for pattern in patterns))
    if item.attest:
        say(f"\nAsks a person: {item.attest.get('question')}")


def _not_loaded(name: str, problems: Sequence[Problem], known: Sequence[str]) -> click.UsageError:
    """Why there is no check of that name: the mistakes of its file, or the nearest right name."""
    from auditgen.files.problems import nearest

    own = [plain(problem) for problem in problems if Path(problem.file).stem == name]
    return click.UsageError("\n".join(own) if own else f"no check is called {name}{nearest(name, known)}")


@checks.command()
@click.argument("names", nargs=-1, metavar="[CHECK]...", shell_complete=complete.check_ids)
@_options
@click.pass_context
def test(ctx: click.Context, names: tuple[str, ...], workspace: Path | None, folder: tuple[Path, ...]) -> None:
    """Run the examples every check carries; exit 2 when one does not give what it says."""
    from auditgen.audit.checks.examples import Harness
    from auditgen.audit.checks.packs import builtin_folder, load_pack

    found, problems = load_pack(builtin_folder(), "auditgen")
    for path in {item.resolve(): item for item in _folders(workspace, folder)}.values():
        more, wrong = load_pack(path, path.resolve().name)
        found += more
        problems += wrong
    known = [check.id for check in found]
    for name in names:
        if name not in known:
            raise _not_loaded(name, problems, known)
    tested = [check for check in found if not names or check.id in names]
    failures: list[Problem] = [] if names else list(problems)
    with Harness() as harness:
        for check in tested:
            failures += harness.test(check)
    for failure in failures:
        say(plain(failure), err=True)
    bad = len({failure.file for failure in failures})
    count = f"{len(tested)} {'check' if len(tested) == 1 else 'checks'} tested"
    areas = ", ".join(sorted({check.area for check in tested if check.id in names}))
    where = f" (area {areas})" if areas else ""
    if bad:
        say(f"{count}{where}; {bad} {'does' if bad == 1 else 'do'} not do what the examples say")
    else:
        say(f"{count}{where}; {'it does' if len(tested) == 1 else 'all do'} what the examples say")
    ctx.exit(2 if failures else 0)


@checks.command()
@click.argument("name")
@click.option("--area", default="account_security", show_default=True, help="Area under which the report lists it.")
@_options
def new(name: str, area: str, workspace: Path | None, folder: tuple[Path, ...]) -> None:
    """Write a check that passes its examples, to change from there.

    NAME is the good state in small letters, such as every-account-has-an-owner. The file goes to --folder, else to the
    first folder that auditgen.toml names under [checks], else to this folder.
    """
    from auditgen.audit.checks.packs import load_checks
    from auditgen.audit.checks.parse import ID
    from auditgen.audit.checks.starter import starter

    if not ID.match(name):
        raise click.UsageError(
            f"expected small letters, figures and hyphens, such as every-account-has-an-owner: {name}"
        )
    if not ID.match(area.replace("_", "-")):
        raise click.UsageError(f"--area {area}: expected small letters and underscores, as in account_security")
    folders = _folders(workspace, folder)
    if name in {check.id for check in load_checks(folders)[0]}:
        raise click.UsageError(f"a check is called {name} already")
    target = (folders or [Path()])[0] / f"{name}.md"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as file:
            file.write(starter(name, area))
    except FileExistsError:
        raise click.UsageError(f"{target} is there already and stays as it is") from None
    option = "" if not folder and folders else f" --folder {target.parent}"
    say(f"Wrote {plain(target)}. Change it, then run: auditgen checks test {name}{option}")
