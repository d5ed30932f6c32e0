"""The command line: one module a command, imported only when its command runs, so that --help is instant."""

from __future__ import annotations

import importlib
import sys

import click

from auditgen import __version__

# Command → module, object, one line for --help.
_COMMANDS = {
    "init": ("init", "init", "Write a workspace to fill in, or the example."),
    "run": ("run", "run", "Audit the workspace and write the report."),
    "gather": ("gather", "gather", "Only collect the evidence and save it."),
    "checks": ("checks", "checks", "List, show and test checks."),
    "schema": ("schema", "schema", "Print the tables of evidence."),
    "query": ("query", "query", "Ask the evidence with SQL."),
    "explain": ("explain", "explain", "Why a check says what it says."),
    "policy": ("policy", "policy", "What the policies cover, and a starter for what they do not."),
    "breach-list": ("breach_list", "breach_list", "Look at a list of breached passwords."),
    "data": ("data", "data", "Fetch tables from outside, such as second factors."),
    "plan": ("plan", "plan", "What to do, in order, or the best that fits into the hours there are."),
    "doctor": ("doctor", "doctor", "What was found, read and ignored, and what is missing."),
}
# Commands by the name they once had.
_OLD_NAMES = {"corpus": "breach-list"}
EXIT_CODES = """\b
Exit codes:
  0   the gate is met
  1   a fault of the program itself
  2   usage or configuration
  3   no usable input
  10  the gate is not met, or it cannot be told
  11  the gate is met only because unknowns were let through"""
# What shells give for Ctrl-C, and for a program whose output nobody reads any more.
STOPPED, PIPE_CLOSED = 130, 141


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        cmd_name = _OLD_NAMES.get(cmd_name, cmd_name)
        if cmd_name not in _COMMANDS:
            return None
        module, name, _ = _COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(f"auditgen.cli.{module}"), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in {*_COMMANDS, *_OLD_NAMES} and not args[0].startswith("-"):
            from auditgen.files.problems import nearest

            ctx.fail(f"no command is called {args[0]}{nearest(args[0], _COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in _COMMANDS.items()])


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EXIT_CODES,
)
@click.version_option(__version__, prog_name="auditgen")
def cli() -> None:
    """A prevention audit for social-media and brand teams: ready or not, how sure, what first."""


def main() -> None:
    """Entry point: turns known errors into one line each and their exit code."""
    try:
        code = cli.main(prog_name="auditgen", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except click.Abort:
        click.echo("Stopped. The last report was left as it was.", err=True)
        code = STOPPED
    except SystemExit as end:
        # When nobody reads on, as in `auditgen checks list | head`, click covers the streams and ends with 1.
        code = PIPE_CLOSED if type(sys.stdout).__name__.endswith("PacifyFlushWrapper") else end.code
    except Exception as error:
        from auditgen.cli.common import report_error

        code = report_error(error)
    sys.exit(code)


if __name__ == "__main__":
    main()
