"""`auditgen checks`: the rules, their documentation and their tests."""

from __future__ import annotations

from pathlib import Path

import click

from auditgen.cli import complete
from auditgen.cli.common import F, json_option, plain, say, table, to_json

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
    """List, show and test checks: the built-in ones, and yours from folders and packages."""


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
    from auditgen.files.problems import nearest

    found, _ = load_checks(_folders(workspace, folder))
    item = next((entry for entry in found if entry.id == check), None)
    if item is None:
        raise click.UsageError(f"no check is called {check}{nearest(check, [entry.id for entry in found])}")
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


@checks.command()
@click.argument("names", nargs=-1, metavar="[CHECK]...", shell_complete=complete.check_ids)
@_options
@click.pass_context
def test(ctx: click.Context, names: tuple[str, ...], workspace: Path | None, folder: tuple[Path, ...]) -> None:
    """Run the examples every check carries; exit 2 when one does not give what it says."""
    from auditgen.audit.checks.examples import Harness
    from auditgen.audit.checks.packs import builtin_folder, load_pack
    from auditgen.files.problems import Problem, nearest

    found, problems = load_pack(builtin_folder(), "auditgen")
    for path in _folders(workspace, folder):
        more, wrong = load_pack(path, path.name)
        found += more
        problems += wrong
    known = {check.id for check in found}
    for name in names:
        if name not in known:
            raise click.UsageError(f"no check is called {name}{nearest(name, known)}")
    harness = Harness()
    tested = [check for check in found if not names or check.id in names]
    failures: list[Problem] = [] if names else list(problems)
    for check in tested:
        failures += harness.test(check)
    harness.close()
    for failure in failures:
        say(plain(failure), err=True)
    bad = len({failure.file for failure in failures})
    say(f"{len(tested)} checks tested, {bad} {'does' if bad == 1 else 'do'} not do what their examples say")
    ctx.exit(2 if failures else 0)
