"""The command line as a newcomer meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from auditgen.cli import cli
from tests.conftest import AS_OF, copy_example

pytestmark = pytest.mark.slow

DAY = AS_OF.isoformat()


def call(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, words)
    if result.exception and not isinstance(result.exception, SystemExit):
        from auditgen.cli.common import report_error

        result.exit_code = report_error(result.exception)  # type: ignore[arg-type]
    assert result.exit_code == code, result.output
    return result


def program(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run(
        [sys.executable, "-m", "auditgen", *words], cwd=cwd, capture_output=True, text=True, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip


def test_help_names_every_command_and_exit_code() -> None:
    text = call("--help").output
    for word in ("init", "run", "gather", "checks", "schema", "query", "explain", "doctor", "10  ", "11  "):
        assert word in text
    for command in ("init", "run", "gather", "schema", "query", "explain", "doctor"):
        assert "Usage" in call(command, "--help").output


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv = ['auditgen', '--help']\n"
        "from auditgen.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "heavy = {'duckdb', 'jinja2', 'requests', 'markdown', 'yaml', 'tomllib', 'json'} & set(sys.modules)\n"
        "print('HEAVY', sorted(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert "HEAVY []" in done.stdout


def test_a_mistyped_command_names_the_right_one() -> None:
    assert "did you mean doctor?" in call("docter", code=2).output


def test_a_check_left_out_never_counts_as_fine(example: Path, tmp_path: Path) -> None:
    skipped = "no-former-colleague-can-still-post"
    # The other check of this severity that is open is left out too.
    done = call("run", "-w", str(example), "--as-of", "2026-11-24", "--skip", skipped, "--skip",
                "no-password-is-in-a-breach", "--output", str(tmp_path), "--format", "json", code=10)  # fmt: skip
    results = json.loads((tmp_path / "latest" / "results.json").read_text(encoding="utf-8"))
    rules = {rule["id"]: rule for rule in results["verdict"]["rules"]}
    assert rules["max_open.critical"]["state"] == "unseen"
    assert skipped in [item["id"] for item in rules["max_open.critical"]["decided_by"]]
    assert results["run"]["skip"] == [skipped, "no-password-is-in-a-breach"] and done.exit_code == 10


def test_init_writes_a_workspace_and_touches_nothing_that_is_there(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert "accounts.csv" in call("init", str(folder)).output
    header = (folder / "accounts.csv").read_text(encoding="utf-8").splitlines()[0]
    assert len(header.split(",")) == 17
    (folder / "accounts.csv").write_text("mine", encoding="utf-8")
    assert "is already there" in call("init", str(folder), code=2).output
    assert (folder / "accounts.csv").read_text(encoding="utf-8") == "mine"
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.md", "accounts.csv", "attestations.toml", "auditgen.toml", "exceptions.toml"
    ]  # fmt: skip


def test_an_untouched_workspace_says_there_is_nothing_to_judge(tmp_path: Path) -> None:
    call("init", str(tmp_path / "w"))
    assert program("run", "-w", "w", cwd=tmp_path).returncode == 3
    call("init", "--yaml", str(tmp_path / "y"))
    done = program("run", "-w", "y", cwd=tmp_path)
    assert done.returncode == 3
    assert "accounts.yml" in done.stderr


def test_one_row_of_accounts_is_enough_for_a_report(tmp_path: Path) -> None:
    call("init", str(tmp_path / "w"))
    with (tmp_path / "w" / "accounts.csv").open("a", encoding="utf-8") as file:
        file.write("ig,instagram,acme,,active,jo@acme.example,,shared,sms,,,,,,,,\n")
    done = program("run", "-w", "w", "--as-of", DAY, cwd=tmp_path)
    assert done.returncode == 10
    assert "Gate launch, rule" in done.stdout.splitlines()[-1]
    assert (tmp_path / "w" / "output" / "latest" / "site" / "index.html").is_file()


def test_run_says_the_verdict_last_and_the_code_agrees(example: Path, tmp_path: Path) -> None:
    done = program("run", "-w", str(example), "-o", str(tmp_path / "o"), "--as-of", DAY, cwd=tmp_path, NO_COLOR="1")
    assert done.returncode == 10
    lines = done.stdout.rstrip().splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith("Not ready yet."))
    assert lines[first + 1].startswith("Not ready, because ")
    assert all(line.startswith("Gate launch, rule “") for line in lines[first + 2 :])
    assert " not met (" in lines[first + 2]
    assert "\x1b" not in done.stdout + done.stderr
    assert "Reading inventory" in done.stderr


def test_quiet_is_verdict_reason_and_rule_and_json_is_json(example: Path, tmp_path: Path) -> None:
    quiet = program("run", "-q", "-w", str(example), "-o", str(tmp_path / "a"), "--as-of", DAY, cwd=tmp_path)
    assert len(quiet.stdout.strip().splitlines()) == 3
    assert quiet.stderr == ""
    answer = json.loads(
        program("run", "--json", "-w", str(example), "-o", str(tmp_path / "b"), "--as-of", DAY, cwd=tmp_path).stdout
    )
    assert answer["verdict"]["exit_code"] == 10
    assert Path(answer["report"]).is_file()


def test_formats_write_only_what_was_asked(example: Path, tmp_path: Path) -> None:
    call("run", "-q", "-w", str(example), "-o", str(tmp_path), "--as-of", DAY, "--format", "sarif", code=10)
    latest = tmp_path / "latest"
    assert sorted(path.name for path in latest.iterdir()) == [
        ".auditgen",
        "evidence",
        "exports",
        "results.json",
        "run.json",
    ]
    assert [path.name for path in (latest / "exports").iterdir()] == ["auditgen.sarif"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            ("--only", "every-acount-has-a-deputy"),
            "--only: no check or area is called every-acount-has-a-deputy; did you mean every-account-has-a-deputy?",
        ),
        (("--skip", "content-reviews"), "did you mean content-review"),
        (("--only", "account-security", "--skip", "account_security"), "--skip: leaves out every check"),
        (("--profile", "lauch"), "no gate profile is called lauch; did you mean launch?"),
        (("--launch", "sprung"), "no launch is called sprung"),
        (("--as-of", "24.11.2026"), "write it like 2026-11-24"),
        (("--as-of", "2026-02-30"), "'2026-02-30' is not a date"),
        (("--as-of", "20261124"), "write it like 2026-11-24"),
        (("--as-of", "0001-01-01"), "lies outside the years 1990 to 2100"),
    ],
)
def test_wrong_options_exit_two_with_the_nearest_name(
    example: Path, tmp_path: Path, words: tuple[str, ...], expected: str
) -> None:
    done = program("run", "-q", "-w", str(example), "-o", str(tmp_path), *words, cwd=tmp_path)
    assert done.returncode == 2
    assert expected in done.stderr
    assert not (tmp_path / "latest").exists()


def test_a_mistake_in_the_workspace_is_one_line_and_exit_two(tmp_path: Path) -> None:
    workspace = copy_example(tmp_path / "w")
    path = workspace / "auditgen.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('reader = "leavers"', 'reader = "leaver"'), encoding="utf-8"
    )
    done = program("run", "-w", "w", cwd=tmp_path)
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("auditgen.toml, line ")
    assert line.endswith("no reader is called 'leaver'; did you mean leavers?")


def test_files_of_somebody_else_are_not_replaced(example: Path, tmp_path: Path) -> None:
    (tmp_path / "latest").mkdir()
    (tmp_path / "latest" / "thesis.txt").write_text("x", encoding="utf-8")
    done = program("run", "-w", str(example), "-o", str(tmp_path), "--as-of", DAY, cwd=tmp_path)
    assert done.returncode == 2
    assert "did not make" in done.stderr


def test_gather_then_judge_saved_evidence(example: Path, tmp_path: Path) -> None:
    call("gather", "-q", "-w", str(example), "-o", str(tmp_path), "--as-of", DAY)
    assert (tmp_path / "evidence" / "accounts.parquet").is_file()
    words = (
        "run",
        "-q",
        "-w",
        str(example),
        "-o",
        str(tmp_path),
        "--as-of",
        DAY,
        "--from-evidence",
        str(tmp_path / "evidence"),
    )
    call(*words, code=10)


def test_schema_and_query() -> None:
    text = call("schema", "accounts").output
    assert "id of the account in the inventory" in text
    assert "did you mean accounts?" in call("schema", "acounts", code=2).output
    tables = json.loads(call("schema", "--json").output)
    assert tables["people"]["columns"][0]["name"] == "person"
    assert json.loads(call("schema", "--results").output)["$id"] == "auditgen.results/3"


def test_query_asks_and_can_reach_nothing_else(example: Path) -> None:
    answer = json.loads(call("query", "--json", "-w", str(example), "select count(*) as n from accounts").output)
    assert answer == [{"n": 12}]
    assert "disabled" in call("query", "-w", str(example), "select * from read_csv('/etc/passwd')", code=2).output


def test_explain_shows_every_subject_with_its_evidence(example: Path) -> None:
    text = call("explain", "no-former-colleague-can-still-post", "-w", str(example), "--as-of", DAY).output
    assert "to fix" in text
    assert "accounts.yml, line" in text
    assert "How to fix it" in text
    assert "did you mean" in call("explain", "no-former-colleague-can-stil-post", "-w", str(example), code=2).output


@pytest.mark.parametrize(
    "words",
    [
        ("query", "select 1"),
        ("explain", "every-account-has-a-deputy"),
        ("doctor",),
        ("schema",),
        ("checks", "test"),
        ("query", "nonsense"),
    ],
)
def test_commands_end_without_a_word_of_their_libraries(example: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    where = ("-w", str(example)) if words[0] not in ("schema", "checks") else ()
    done = program(*words, *where, cwd=tmp_path)
    assert done.returncode in (0, 2)
    assert "nanobind" not in done.stderr
    assert "Traceback" not in done.stderr


def test_doctor_tells_what_was_read_and_what_is_missing(example: Path, tmp_path: Path) -> None:
    text = call("doctor", "-w", str(example), "--as-of", DAY).output
    assert "accounts.yml (inventory): read" in text
    assert json.loads(call("doctor", "--json", "-w", str(example)).output)["sources"]


def test_doctor_suggests_a_mapping_to_read_through(tmp_path: Path) -> None:
    import tomllib

    (tmp_path / "plan.csv").write_text(
        "Post ID,Caption,Posting Time,Approved by,Mood\n1,Hello,2026-12-01 09:00,Jo,sunny\n", encoding="utf-8"
    )
    text = call("doctor", "--mapping", str(tmp_path / "plan.csv")).output
    found = tomllib.loads(text)
    assert found["columns"] == {
        "post": "Post ID",
        "text": "Caption",
        "scheduled_at": "Posting Time",
        "approver": "Approved by",
    }
    assert "Mood" in text


def test_checks_list_show_test() -> None:
    found = json.loads(call("checks", "list", "--json").output)
    assert len(found) >= 36
    assert "How to fix it" in call("checks", "show", found[0]["id"]).output
    assert "checks tested; all do what the examples say" in call("checks", "test").output


def test_a_check_of_ones_own_is_tested_and_a_bad_one_refused(tmp_path: Path) -> None:
    from tests.audit.test_judge import CHECK, SQL

    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "owner-named.md").write_text(CHECK.format(sql=SQL), encoding="utf-8")
    call("checks", "test", "owner-named", "--folder", str(tmp_path))
    always = "select account as subject, pass('x') as verdict from accounts where $least = 1"
    (tmp_path / "mine" / "owner-named.md").write_text(CHECK.format(sql=always), encoding="utf-8")
    assert (
        "example [fail] should give fail, gave pass"
        in call("checks", "test", "owner-named", "--folder", str(tmp_path), code=2).output
    )


def test_completion_is_there(tmp_path: Path) -> None:
    code = "from auditgen.cli import cli; cli.main(prog_name='auditgen')"
    import os

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**os.environ, "_AUDITGEN_COMPLETE": "bash_complete", "COMP_WORDS": "auditgen d", "COMP_CWORD": "1"},
    )  # fmt: skip
    assert "doctor" in done.stdout


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("explain no-former", "no-former-colleague-can-still-post"),
        ("checks show no-former", "no-former-colleague-can-still-post"),
        ("checks test --folder {f} my-ow", "my-own"),
        ("explain -w {w} my-ow", "my-own"),
        ("run --only account-sec", "account-security"),
        ("run --skip no-former", "no-former-colleague-can-still-post"),
        ("run -w {w} --launch wi", "winter-trail"),
        ("run -w {w} --profile m", "mine"),
        ("run --profile n", "nightly"),
        ("run -w nowhere --profile n", "nightly"),
        ("schema acco", "accounts"),
    ],
)
def test_completion_knows_the_values(tmp_path: Path, typed: str, offered: str) -> None:
    from click.shell_completion import BashComplete

    folder = copy_example(tmp_path / "w")
    (folder / "checks").mkdir()
    (folder / "checks" / "my-own.md").write_text("", encoding="utf-8")
    with (folder / "auditgen.toml").open("a", encoding="utf-8") as file:
        file.write("\n[gate.profiles.mine]\nminimum_depth = 1\n")
    text = (folder / "auditgen.toml").read_text(encoding="utf-8")
    assert text.count("[checks]\n") == 1
    text = text.replace("[checks]\n", '[checks]\nfolders = ["checks"]\n')
    (folder / "auditgen.toml").write_text(text, encoding="utf-8")
    words = typed.replace("{w}", str(folder)).replace("{f}", str(folder / "checks")).split(" ")
    found = BashComplete(cli, {}, "auditgen", "_AUDITGEN_COMPLETE").get_completions(words[:-1], words[-1])
    assert [item.value for item in found] == [offered]


@pytest.mark.parametrize(
    ("rules", "code", "words"),
    [
        ("max_open = { critical = 999 }", 0, "Ready."),
        (
            'max_open = { critical = 3 }\nallow_unknown = ["second-factor-is-on"]',
            11,
            "Ready, with unknowns.",
        ),
        ("max_open = { critical = 3 }", 10, "Cannot tell yet."),
        ("minimum_seen = 1.0", 10, "Cannot tell yet."),
        ("max_open = { critical = 0 }", 10, "Not ready yet."),
    ],
)
def test_the_exit_code_follows_the_profile(tmp_path: Path, rules: str, code: int, words: str) -> None:
    workspace = copy_example(tmp_path / "w")
    with (workspace / "auditgen.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[gate.profiles.mine]\n{rules}\n")
    result = call(
        "run",
        "-q",
        "-w",
        str(workspace),
        "-o",
        str(tmp_path / "o"),
        "--as-of",
        DAY,
        "--profile",
        "mine",
        "--format",
        "json",
        code=code,
    )
    assert result.output.startswith(words)


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("", "found nothing"),
        ("select 1; select 2", "found 2"),
        ("drop table accounts", "found drop"),
        ("set memory_limit = '9GB'", "found set"),
        ("attach 'x.db'", "found attach"),
        ("copy accounts to 'x.csv'", "found copy"),
        ("pragma version", "found pragma"),
        ("select", "SELECT clause without selection list"),
        ("select * from acounts", 'acounts does not exist! Did you mean "accounts"?'),
        ("select acount from accounts", 'Candidate bindings: "account"'),
        ("with x as (delete from accounts returning *) select * from x", "read-only"),
    ],
)
def test_query_takes_one_select(example: Path, sql: str, says: str) -> None:
    assert says in call("query", "-w", str(example), sql, code=2).output


def test_query_loses_no_column_and_prints_valid_json(example: Path) -> None:
    answer = call("query", "--json", "-w", str(example), "select 1 as a, 2 as a, 1 / 0 as b, 'nan'::double as c").output
    assert json.loads(answer, parse_constant=pytest.fail) == [{"a": 1, "a_2": 2, "b": "inf", "c": "nan"}]
    assert "(1 row)" in call("query", "-w", str(example), "select 1 as a").output
    call("query", "-w", str(example), "select 1", "--limit", "0", code=2)


@pytest.mark.parametrize("words", [("run", "-w", "{w}", "-o"), ("gather", "-w", "{w}", "-o"), ("init",)])
def test_a_folder_that_cannot_be_made_is_one_line_and_exit_two(
    example: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    done = program(*(word.replace("{w}", str(example)) for word in words), "file", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "file: File exists"
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_what_cannot_be_judged_says_what_to_do(tmp_path: Path) -> None:
    call("init", str(tmp_path / "my work"))
    done = program("run", "-q", "-w", "my work", cwd=tmp_path)
    assert done.returncode == 3
    assert done.stderr.splitlines() == [
        "There is nothing to judge yet. `auditgen doctor` says what to add.",
        "  accounts.csv: It has no entry yet; one account is enough to begin.",
    ]


def test_what_to_type_next_can_be_pasted(tmp_path: Path) -> None:
    assert f"auditgen doctor -w '{tmp_path}/my work'" in call("init", str(tmp_path / "my work")).output


def test_a_launch_in_the_settings_that_is_none_names_its_line(example: Path, tmp_path: Path) -> None:
    folder = copy_example(tmp_path / "w")
    settings = folder / "auditgen.toml"
    text = settings.read_text(encoding="utf-8")
    named = 'launch = "winter-trail"'
    assert text.count(named) == 1
    settings.write_text(text.replace(named, 'launch = "winter-trial"'), encoding="utf-8")
    line = text[: text.index(named)].count("\n") + 1
    done = program("run", "-q", "-w", str(folder), "-o", "o", "--as-of", DAY, cwd=tmp_path)
    assert done.stderr == f"auditgen.toml, line {line}: no launch is called winter-trial; did you mean winter-trail?\n"


def test_when_nobody_reads_on_nothing_is_said(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "auditgen", "schema"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 141


def test_doctor_names_what_lies_about_but_no_report_of_its_own(tmp_path: Path) -> None:
    call("init", str(tmp_path / "w"))
    with (tmp_path / "w" / "accounts.csv").open("a", encoding="utf-8") as file:
        file.write("ig,instagram,acme,,active,jo@acme.example,,shared,sms,,,,,,,,\n")
    (tmp_path / "w" / "spare.csv").write_text("a\n", encoding="utf-8")
    call("run", "-q", "-w", str(tmp_path / "w"), "-o", str(tmp_path / "w" / "public"), code=10)
    text = call("doctor", "-w", str(tmp_path / "w")).output
    assert "named by no source\n  spare.csv\n\nMissing" in text
    assert "Nothing yet: access\n" in text
    assert "first what would decide most" in text


def test_doctor_says_once_what_failed(tmp_path: Path) -> None:
    call("init", str(tmp_path / "w"))
    (tmp_path / "w" / "accounts.csv").write_text("colour\nred\n", encoding="utf-8")
    text = call("doctor", "-w", str(tmp_path / "w")).output
    assert text.count("expected a column id in the header, found colour") == 1


def test_a_source_that_may_not_be_read_stops_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call("init", str(tmp_path / "w"))
    with (tmp_path / "w" / "accounts.csv").open("a", encoding="utf-8") as file:
        file.write("ig,instagram,acme,,active,jo@acme.example,,shared,sms,,,,,,,,\n")
    (tmp_path / "w" / "secret.csv").write_text("Name,Last Day\n", encoding="utf-8")
    with (tmp_path / "w" / "auditgen.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[source]]\nid = "gone"\nreader = "leavers"\npath = "secret.csv"\n')
    read = Path.read_bytes

    def refuse(self: Path) -> bytes:
        if self.name == "secret.csv":
            raise PermissionError(13, "Permission denied", str(self))
        return read(self)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    text = call("doctor", "-w", str(tmp_path / "w")).output
    assert "secret.csv (leavers): failed" in text
    assert "secret.csv: could not be read (Permission denied)" in text
    assert "accounts.csv (inventory): read, 2 rows" in text
    answer = json.loads(call("run", "--json", "-w", str(tmp_path / "w"), code=10).output)
    assert answer["problems"][0]["says"] == "secret.csv: could not be read (Permission denied)"


def test_what_two_files_list_counts_once(tmp_path: Path) -> None:
    call("init", str(tmp_path / "w"))
    row = "ig,instagram,acme,,active,{owner},,shared,sms,,,,North Star,2026-12-31,How,,\n"
    header = (tmp_path / "w" / "accounts.csv").read_text(encoding="utf-8")
    (tmp_path / "w" / "accounts.csv").write_text(header + row.format(owner="jo@acme.example"), encoding="utf-8")
    (tmp_path / "w" / "more.csv").write_text(
        header + row.format(owner="bo@acme.example").replace("ig,", "IG,", 1) + "x,x,acme\n", encoding="utf-8"
    )
    with (tmp_path / "w" / "auditgen.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[source]]\nid = "more"\nreader = "inventory"\npath = "more.csv"\n')
    found = json.loads(
        call("query", "--json", "-w", str(tmp_path / "w"), "select account, owner from accounts order by 1").output
    )
    assert found == [{"account": "ig", "owner": "jo@acme.example"}, {"account": "x", "owner": None}]
    text = call("doctor", "-w", str(tmp_path / "w")).output
    assert "more.csv (inventory): partly" in text
    assert "Listed before and left out: row 2, accounts IG." in text
    assert "Listed before and left out: row 2, switches pause-IG." in text
    assert "agencies" not in text.split("Missing")[0]


def test_an_account_of_a_launch_that_nobody_listed_is_told(tmp_path: Path) -> None:
    call("init", str(tmp_path / "w"))
    with (tmp_path / "w" / "accounts.csv").open("a", encoding="utf-8") as file:
        file.write("ig-main,instagram,acme\n")
    with (tmp_path / "w" / "auditgen.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[launch]]\nid = "spring"\nstarts = 2026-12-01\naccounts = ["ig-main", "ig-mian"]\n')
    text = call("doctor", "-w", str(tmp_path / "w")).output
    assert "launch spring names no account ig-mian; did you mean ig-main?" in text
    answer = json.loads(call("run", "--json", "-w", str(tmp_path / "w"), "--as-of", DAY, code=10).output)
    assert [problem["where"].split(",")[0] for problem in answer["problems"]] == ["auditgen.toml"]


def test_doctor_does_not_ask_for_what_is_said_not_to_be_there(tmp_path: Path) -> None:
    copy_example(tmp_path / "w")
    inventory = tmp_path / "w" / "accounts.yml"
    text = inventory.read_text(encoding="utf-8")
    inventory.write_text(text[: text.index("\nincidents:")] + "\n", encoding="utf-8")

    def asks(said_by: str | None) -> tuple[bool, str]:
        settings = tmp_path / "w" / "auditgen.toml"
        plain = settings.read_text(encoding="utf-8").partition("\n[none]")[0]
        none = (
            f'\n[none]\nincidents = {{ by = "{said_by}", on = 2026-11-02, until = 2027-05-01 }}\n' if said_by else "\n"
        )
        settings.write_text(plain + none, encoding="utf-8")
        told = json.loads(call("doctor", "-w", str(tmp_path / "w"), "--as-of", DAY, "--json").output)
        return "incidents" in {need for gap in told["missing"] for need in gap["needs"]}, json.dumps(told)

    assert asks(None)[0]
    assert not asks("Mara Lindqvist")[0]
    waits, told = asks("nobody here")
    assert waits
    assert "none.incidents does not count: nobody called nobody here is in the lists that were read." in told
