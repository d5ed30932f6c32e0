"""What the commands share: options, error lines, progress, and text that cannot command a terminal."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

# Days that can be judged; thresholds of some years are added to them and taken away.
FIRST_YEAR, LAST_YEAR = 1990, 2100
F = TypeVar("F", bound=Callable[..., Any])

# C0 and C1 controls, bidirectional marks, zero-width and other invisible formats.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def plain(value: object) -> str:
    """A value as one line of harmless text: control and direction characters become visible escapes."""
    text = "" if value is None else str(value)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def say(text: str = "", *, err: bool = False, **style: Any) -> None:
    """Print a line; colour only on a terminal and never under NO_COLOR."""
    if style and "NO_COLOR" not in os.environ:
        text = click.style(text, **style)
    color = False if "NO_COLOR" in os.environ else None
    click.echo(text, err=err, color=color)


def report_error(error: Exception) -> int:
    """Print what went wrong, one line a mistake, and return the exit code."""
    from auditgen.evidence.store import EvidenceError
    from auditgen.files.errors import ReadError
    from auditgen.publish.directory import PublishError
    from auditgen.run.options import NoInput
    from auditgen.workspace.problems import WorkspaceError

    if isinstance(error, WorkspaceError):
        for problem in error.problems:
            say(plain(str(problem)), err=True)
        return 2
    if isinstance(error, PublishError | ReadError):
        say(plain(str(error)), err=True)
        return 2
    if isinstance(error, NoInput | EvidenceError):
        for line in str(error).splitlines():
            say(plain(line), err=True)
        return 3
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        # A file or folder the system refused: no permission, no space, a file in place of a folder.
        say(plain(f"{_path(error.filename)}: {error.strerror}"), err=True)
        return 2
    if os.environ.get("AUDITGEN_DEBUG"):
        raise error
    # The text of an unexpected error may quote evidence; its place in the program cannot.
    where = ""
    trace = error.__traceback__
    while trace is not None:
        where = f"{Path(trace.tb_frame.f_code.co_filename).name}, line {trace.tb_lineno}"
        trace = trace.tb_next
    say(
        f"auditgen stopped on a fault of its own: {type(error).__name__} in {where}. "
        "Set AUDITGEN_DEBUG=1 to see all of it. The last report was left as it was.",
        err=True,
    )
    return 1


def _path(name: Any) -> str:
    """A path as people know it, without the folder a report is built in before it is swapped in."""
    return re.sub(r"/\.([^/]+)\.new-\d+", r"/\1", os.fsdecode(name) if isinstance(name, str | bytes) else str(name))


class Day(click.ParamType):  # type: ignore[type-arg]  # generic only in newer releases of click
    """A day written as 2026-11-24."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        text = str(value)
        try:
            day = date.fromisoformat(text if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else "")
        except ValueError:
            self.fail(f"{plain(repr(text))} is not a date; write it like 2026-11-24", param, ctx)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.fail(f"{day} lies outside the years {FIRST_YEAR} to {LAST_YEAR}", param, ctx)
        return day


def workspace_option(function: F) -> F:
    return click.option(
        "-w",
        "--workspace",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=Path(),
        show_default="this folder",
        help="Folder that holds auditgen.toml.",
    )(function)


def as_of_option(function: F) -> F:
    return click.option(
        "--as-of",
        type=Day(),
        default=None,
        help="Judge as if it were this day, such as the launch day. [default: today]",
    )(function)


def passphrase_options(function: F) -> F:
    """Where passphrases of protected vaults come from; the command gets them as `passphrases`, see Allowances."""
    function = click.option(
        "--password-fd",
        "descriptors",
        multiple=True,
        metavar="[SOURCE=]N",
        help="Like --password-file, from an open file descriptor.",
        callback=_descriptors,
    )(function)
    return click.option(
        "--password-file",
        "passphrases",
        multiple=True,
        metavar="[SOURCE=]FILE",
        help="File whose first line opens protected vaults, or those of one source; readable by you alone.",
        callback=_password_files,
    )(function)


def _named(value: str) -> tuple[str, str]:
    """SOURCE=place, or a place for all sources; a file that exists is meant as it is written."""
    name, mark, place = value.partition("=")
    return (name, place) if mark and not Path(value).exists() else ("", value)


def _password_files(
    context: click.Context, param: click.Parameter, values: Sequence[str]
) -> dict[str, Mapping[str, object]]:
    import stat

    found: dict[str, Mapping[str, object]] = {}
    for value in values:
        name, place = _named(value)
        path = Path(place)
        if not path.is_file():
            # What was typed may be the passphrase itself, so it is not repeated.
            raise click.BadParameter("expected the name of a file that holds the passphrase", context, param)
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise click.BadParameter(
                f"{plain(place)} can be read by others; run: chmod 600 {plain(place)}", context, param
            )
        found[name] = {"path": str(path.resolve())}
    return found


def _descriptors(
    context: click.Context, param: click.Parameter, values: Sequence[str]
) -> dict[str, Mapping[str, object]]:
    found: dict[str, Mapping[str, object]] = {}
    for value in values:
        name, place = _named(value)
        try:
            number = int(place)
            os.fstat(number)
        except (ValueError, OverflowError):
            raise click.BadParameter(f"expected a number, found {plain(repr(place))}", context, param) from None
        except OSError:
            raise click.BadParameter(f"descriptor {number} is not open", context, param) from None
        found[name] = {"descriptor": number}
    return found


def can_ask() -> bool:
    """Whether a person sits at the terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def json_option(function: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)


def today(as_of: date | None) -> date:
    return as_of or date.today()


def to_json(value: object) -> str:
    """JSON for the terminal; every control character is escaped."""

    def convert(item: object) -> object:
        if isinstance(item, datetime | date):
            return item.isoformat()
        if isinstance(item, Path):
            return str(item)
        return str(item)

    return json.dumps(value, indent=2, ensure_ascii=True, default=convert)


def table(headers: Sequence[str], rows: Iterable[Sequence[object]], width: int = 60) -> str:
    """Rows as aligned columns; long cells are cut with an ellipsis."""
    cells = [[plain(value) for value in row] for row in rows]
    cut = [[value if len(value) <= width else value[: width - 1] + "…" for value in row] for row in cells]
    widths = [
        max(len(headers[i]), *(len(row[i]) for row in cut), 0) if cut else len(headers[i]) for i in range(len(headers))
    ]
    lines = ["  ".join(name.ljust(widths[i]) for i, name in enumerate(headers)).rstrip()]
    lines += ["  ".join(value.ljust(widths[i]) for i, value in enumerate(row)).rstrip() for row in cut]
    return "\n".join(lines)


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[str, float], None]]:
    """A bar that moves on a terminal, a plain line a step elsewhere, nothing when quiet.

    Steps are given as a text and the share of the work that is done, 0 to 1.
    """
    if quiet:
        yield lambda text, share: None
        return
    if not sys.stderr.isatty():
        yield lambda text, share: say(plain(text), err=True)
        return
    with click.progressbar(
        length=100, file=sys.stderr, bar_template="%(bar)s  %(label)s", width=24, fill_char="━", empty_char="─"
    ) as bar:

        def step(text: str, share: float) -> None:
            bar.label = plain(text)
            bar.update(max(0, round(share * 100) - bar.pos))

        yield step
        bar.label = "Done"
        bar.update(100 - bar.pos)
