"""What README and its companions say is so: tables both ways, links, commands, TOML and the examples in them."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner

from auditgen.audit import gate
from auditgen.audit.checks.examples import Harness
from auditgen.audit.checks.parse import parse_check
from auditgen.cli import EXIT_CODES, cli
from auditgen.cli.run import FORMATS, run
from auditgen.documents import recognise
from auditgen.readers.registry import Readers
from auditgen.report import exports
from auditgen.vaults.formats import formats
from tests.tools.documentation import CONTRIBUTING, PAGES, README, ROOT, anchors, blocks, links, parts, spans, table

page = pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())


def leaves(group: click.Group, *above: str) -> Iterator[str]:
    """Every command that does something, as it is typed."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from leaves(command, *above, name)
        elif not command.hidden:
            yield " ".join((*above, name))


# -- tables -----------------------------------------------------------------------------------------------------


def test_every_command_stands_in_the_table_and_no_other() -> None:
    told = [span for row in table(README, "command", "what it does") for span in spans(row[0])]
    assert sorted(told) == sorted(f"auditgen {name}" for name in leaves(cli))


def test_every_option_of_a_run_stands_in_the_table_and_no_other() -> None:
    told = [span for row in table(README, "option", "what it does") for span in spans(row[0])]
    there = [name for item in run.params if isinstance(item, click.Option) for name in item.opts]
    assert sorted(told) == sorted(there)


def test_every_reader_stands_in_the_table_and_no_other() -> None:
    told = [span for row in table(README, "source", "reader", "formats") for span in spans(row[1])]
    assert sorted(told) == sorted(Readers())


def test_every_kind_of_document_stands_in_the_table_and_no_other() -> None:
    (row,) = [row for row in table(README, "source", "reader", "formats") if row[1] == "`policies`"]
    there = {recognise.MARKDOWN[0], recognise.TEXT[0], *(endings[0] for endings in recognise._ENDINGS.values())}
    assert set(spans(row[2])) == there


def test_every_vault_format_stands_in_the_table_and_no_other() -> None:
    told = [span for row in table(README, "product", "kinds of file") for span in spans(row[1])]
    names = [span for span in told if re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", span)]
    assert sorted(names) == sorted(item.name for item in formats())


def test_every_format_of_a_run_stands_in_the_table_and_no_other() -> None:
    told = {spans(name)[0]: spans(file)[0] for name, file in table(README, "format", "file")}
    written = {name: f"exports/{file}" for name, (file, _) in exports.exporters().items()}
    assert told == {"html": "site/", "json": "results.json", **written}
    assert set(told) == set(FORMATS) == set(exports.FORMATS)


def test_every_exit_code_stands_in_the_table_and_no_other() -> None:
    told = {int(code): meaning for code, meaning in table(README, "code", "meaning")}
    assert told == {int(code): meaning for code, meaning in re.findall(r"^ +(\d+) +(.+)$", EXIT_CODES, re.M)}
    assert set(gate.EXIT_CODES.values()) <= told.keys()


# -- links ------------------------------------------------------------------------------------------------------


@page
def test_every_link_leads_to_something(page: Path) -> None:
    for link in links(page):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        assert not anchor or anchor in anchors(target), link


def test_every_decision_stands_in_their_list() -> None:
    folder = ROOT / "docs" / "decisions"
    assert sorted(links(folder / "README.md")) == sorted(
        path.name for path in folder.glob("*.md") if path.name != "README.md"
    )


def test_the_pictures_are_small_and_all_are_shown() -> None:
    pictures = {f"docs/pictures/{path.name}": path.stat().st_size for path in (ROOT / "docs" / "pictures").iterdir()}
    assert set(pictures) == {link for link in links(README) if link.endswith(".png")}
    assert max(pictures.values()) < 60_000


# -- commands ---------------------------------------------------------------------------------------------------


def command_lines(page: Path) -> list[list[str]]:
    """The words after `auditgen` of every line in a fenced block that calls it."""
    found = []
    for block in parts(page)[0]:
        for line in block.text.splitlines() if block.kind in ("console", "yaml") else ():
            if match := re.match(r"\s*(?:[$-] )?(?:\.venv/bin/)?auditgen (.+)$", line):
                found.append(shlex.split(match[1], comments=True))
    return found


def parse(words: list[str]) -> None:
    """Hold a command line against the program; raises click.UsageError."""
    command: click.Command = cli
    context = click.Context(cli, info_name="auditgen")
    path: list[str] = []
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        if words[0] not in command.list_commands(context):
            raise click.UsageError(f"no command is called {words[0]}")
        found = command.get_command(context, words[0])
        assert found is not None
        path.append(words[0])
        command, words = found, words[1:]
        context = click.Context(command, parent=context, info_name=path[-1])
    options, left, _ = command.make_parser(context).parse_args(list(words))
    asked = {"help", "version"} & options.keys()
    needed = [str(item.name) for item in command.params if isinstance(item, click.Argument) and item.required]
    # What was not given is no text, whatever release of click stands in for it.
    if left or (not asked and not all(isinstance(options.get(name), str) for name in needed)):
        raise click.UsageError(f"too many words or too few: {words}")
    assert CliRunner().invoke(cli, [*path, "--help"]).exit_code == 0


@page
def test_every_command_line_parses(page: Path) -> None:
    for words in command_lines(page):
        parse(words)


def test_there_are_command_lines_to_look_at() -> None:
    assert len(command_lines(README)) >= 5
    assert len(command_lines(CONTRIBUTING)) >= 2


@pytest.mark.parametrize(
    "line", ["runn", "run --as-off 2026-12-24", "checks new", "corpus check FILE", "explain a b c", "run --profile"]
)
def test_a_wrong_command_line_would_be_found(line: str) -> None:
    with pytest.raises(click.UsageError):
        parse(line.split())


@page
def test_every_command_named_in_a_sentence_exists(page: Path) -> None:
    names = {*leaves(cli)} | {name.rpartition(" ")[0] for name in leaves(cli)}
    for span in spans(parts(page)[1]):
        if span.startswith("auditgen ") and not span.startswith("auditgen --"):
            words = span.split()[1:]
            assert words[0] in names or " ".join(words[:2]) in names, span
            given = {word.split("=")[0] for word in words if word.startswith("-")}
            command = cli.get_command(click.Context(cli), words[0])
            if isinstance(command, click.Group) and len(words) > 1:
                command = command.get_command(click.Context(command), words[1])
            assert command is not None, span
            assert given <= {name for item in command.params for name in item.opts}, span


# -- examples ---------------------------------------------------------------------------------------------------


@page
def test_every_toml_block_parses(page: Path) -> None:
    for text in blocks(page, "toml"):
        tomllib.loads(text)


@pytest.mark.parametrize("page", [README, CONTRIBUTING], ids=lambda path: path.name)
def test_the_check_in_it_passes_its_own_examples(page: Path) -> None:
    (text,) = blocks(page, "markdown")
    check, problems = parse_check(text, path=Path("a-good-state.md"), file="a-good-state.md", area="other", pack="page")
    assert problems == []
    assert check is not None
    with Harness() as harness:
        assert harness.test(check) == []


def test_the_four_macros_stand_in_the_guide() -> None:
    from auditgen.audit.checks.answers import MACROS

    told = [span for row in table(CONTRIBUTING, "macro", "when") for span in spans(row[0])]
    there = [name + body.partition(")")[0].replace(" := null", "") + ")" for name, body in MACROS.items()]
    assert sorted(told) == sorted(there)


def test_the_job_in_it_uploads_no_evidence() -> None:
    (text,) = blocks(README, "yaml")
    (job,) = yaml.safe_load(text).values()
    for path in (*job["artifacts"]["paths"], *job["artifacts"]["reports"].values()):
        assert re.match(r"readiness/output/latest/(site/|results\.json|exports/)", path), path


@pytest.mark.slow
def test_the_first_reader_works_as_it_is_written(tmp_path: Path) -> None:
    """Its module and test, taken from the guide."""
    text = CONTRIBUTING.read_text(encoding="utf-8")
    files = dict(re.findall(r"This is `([^`]+)`, whole:\n\n```python\n(.*?)^```", text, re.S | re.M))
    (module, test) = files
    name = module.removesuffix(".py").replace("/", ".")
    assert f'": "{name.removeprefix("auditgen.readers.")}",\n' in text
    (tmp_path / "reader.py").write_text(files[module], encoding="utf-8")
    (tmp_path / Path(test).name).write_text(files[test], encoding="utf-8")
    (tmp_path / "conftest.py").write_text(
        f"import importlib.util, sys\n"
        f"spec = importlib.util.spec_from_file_location({name!r}, {str(tmp_path / 'reader.py')!r})\n"
        f"sys.modules[{name!r}] = module = importlib.util.module_from_spec(spec)\n"
        f"spec.loader.exec_module(module)\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert re.search(r"\d+ passed", done.stdout) and "skipped" not in done.stdout
