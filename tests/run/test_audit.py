"""The whole audit over the example: what it promises about verdicts, bytes, faults and secrets."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditgen.audit.gate import RANK
from auditgen.evidence.store import Store
from auditgen.run.audit import run_audit
from auditgen.run.judge import judge_store
from auditgen.run.load import load
from auditgen.run.options import NoInput, Options
from tests.conftest import AS_OF, copy_example

pytestmark = pytest.mark.slow

SCHEMA = Path(__file__).parents[2] / "auditgen" / "results" / "results.schema.json"
STATES = ["reaches", "single", "held"]


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_results_are_valid_against_the_published_schema(audited: tuple[dict[str, Any], Path]) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    errors = list(jsonschema.Draft202012Validator(schema).iter_errors(audited[0]))
    assert [f"{list(error.path)}: {error.message[:200]}" for error in errors[:5]] == []


def test_the_example_is_not_ready_for_reasons_that_are_named(audited: tuple[dict[str, Any], Path]) -> None:
    results, _ = audited
    verdict = results["verdict"]
    assert (verdict["state"], verdict["exit_code"]) == ("not_ready", 10)
    deciding = next(rule for rule in verdict["rules"] if rule["id"] == verdict["rule"])
    assert deciding["decided_by"]
    assert 0.75 < results["coverage"]["share"] < 1
    assert {area["id"] for area in results["areas"]} == {
        "account_security", "password_hygiene", "content_review", "policy_completeness"
    }  # fmt: skip
    assert len(results["steps"]) >= 3
    assert any(step["lifts"] for step in results["steps"][:3])
    assert verdict["reason"].startswith("Not ready, because ")
    assert results["steps"][0]["check"] == verdict["reasons"][0]["check"]
    assert results["problems"] == []
    assert len(results["scenarios"]) >= 36


def test_every_reference_in_the_results_leads_somewhere(audited: tuple[dict[str, Any], Path]) -> None:
    results, _ = audited
    checks = {item["id"] for item in results["checks"]}
    findings = {item["id"] for item in results["findings"]}
    accounts = {item["id"] for item in results["accounts"]}
    scenarios = {item["id"] for item in results["scenarios"]}
    barriers = {item["id"] for item in results["barriers"]}
    assert len(findings) == len(results["findings"])
    for item in results["findings"]:
        assert item["check"] in checks
        assert item["account"] is None or item["account"] in accounts, item
        assert set(item["scenarios"]) <= scenarios
        assert set(item["barriers"]) <= barriers
    for step in results["steps"]:
        assert step["check"] in checks
        assert set(step["findings"]) <= findings
        assert set(step["checks"]) <= checks
        assert set(step["lifts"]) <= scenarios
    for scenario in results["scenarios"]:
        assert scenario["account"] is None or scenario["account"] in accounts


def test_two_runs_over_the_same_evidence_differ_in_one_file(
    audited: tuple[dict[str, Any], Path], example: Path, tmp_path: Path
) -> None:
    first = tree(audited[1])
    options = Options(example, AS_OF, output=tmp_path, from_evidence=audited[1] / "evidence")
    second = tree(run_audit(options)[1])
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == ["run.json"]


def test_one_changed_finding_changes_its_page_and_no_other_findings(
    audited: tuple[dict[str, Any], Path], tmp_path: Path
) -> None:
    workspace = copy_example(tmp_path / "w")
    policies = sorted((workspace / "policies").glob("*.md"))
    before = tree(audited[1] / "site")
    changed = None
    for path in policies:
        text = path.read_text(encoding="utf-8")
        if "TBC" in text or "[" in text:
            changed = path
    assert changed is not None
    changed.write_text(re.sub(r"\[[^\]\n]*\](?!\()", "Priya", changed.read_text(encoding="utf-8")), encoding="utf-8")
    after = tree(run_audit(Options(workspace, AS_OF, output=tmp_path / "o"))[1] / "site")
    pages = {
        name
        for name in before.keys() | after.keys()
        if name.startswith("finding/") and before.get(name) != after.get(name)
    }
    # The gap itself, and clauses that quote the row it stood in.
    assert 0 < len(pages) <= 4, pages
    assert all(any(word in name for word in ("placeholder", "contact", "the-plan-", "empty")) for name in pages), pages


# -- losing evidence -----------------------------------------------------------------------------------------


def without(workspace: Path, ids: set[str]) -> Path:
    """Take sources out of auditgen.toml."""
    path = workspace / "auditgen.toml"
    blocks = re.split(r"(?m)^(?=\[)", path.read_text(encoding="utf-8"))
    kept = []
    for block in blocks:
        if block.startswith("[[source]]") and tomllib.loads(block)["source"][0]["id"] in ids:
            continue
        kept.append(block)
    path.write_text("".join(kept), encoding="utf-8")
    return workspace


def judged(workspace: Path, profile: str | None = None) -> dict[str, Any]:
    from auditgen.run.gather import gather

    loaded = load(workspace)
    store = Store()
    gather(store, loaded.workspace, loaded.readers, AS_OF)
    return judge_store(store, loaded, Options(workspace, AS_OF, profile=profile), [])


def source_ids(workspace: Path) -> list[str]:
    data = tomllib.loads((workspace / "auditgen.toml").read_text(encoding="utf-8"))
    return [source["id"] for source in data["source"]]


def greener(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Everything that looks better after evidence was taken away."""
    found = []
    if RANK[after["verdict"]["state"]] > RANK[before["verdict"]["state"]]:
        found.append("the verdict")
    ranks = {"open": 0, "unseen": 0, "holds": 1}
    old = {check["id"]: check["state"] for check in before["checks"]}
    for check in after["checks"]:
        if ranks.get(check["state"], 1) > ranks.get(old[check["id"]], 1):
            found.append(f"check {check['id']}: {old[check['id']]} to {check['state']}")
    scenarios = {item["id"]: item for item in before["scenarios"]}
    for item in after["scenarios"]:
        was = scenarios[item["id"]]
        if was["state"] in STATES and (
            item["state"] not in STATES
            or STATES.index(item["state"]) > STATES.index(was["state"])
            or item["depth"] > was["depth"]
        ):
            found.append(f"scenario {item['id']}: {was['state']} {was['depth']} to {item['state']} {item['depth']}")
    return found


@pytest.mark.parametrize("profile", ["launch", "nightly"])
def test_removing_any_one_source_never_makes_anything_greener(tmp_path: Path, profile: str) -> None:
    whole = copy_example(tmp_path / "whole")
    before = judged(whole, profile)
    for name in source_ids(whole):
        less = without(copy_example(tmp_path / name), {name})
        assert greener(before, judged(less, profile)) == [], f"without {name}"


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_removing_several_sources_never_makes_anything_greener(example: Path, tmp_path_factory: Any, data: Any) -> None:
    ids = data.draw(st.sets(st.sampled_from(source_ids(example)), min_size=2))
    more = data.draw(st.sets(st.sampled_from(sorted(ids)), min_size=1, max_size=len(ids) - 1))
    folder = tmp_path_factory.mktemp("less")
    some = judged(without(copy_example(folder / "some"), set(more)))
    none = judged(without(copy_example(folder / "none"), ids))
    assert greener(some, none) == []


def test_the_later_day_never_forgets_what_was_wrong(example: Path) -> None:
    """Judged on the launch day, nothing that is open today has become fine by waiting."""
    from auditgen.run.gather import gather

    loaded = load(example)
    store = Store()
    gather(store, loaded.workspace, loaded.readers, AS_OF)
    later = judge_store(store, loaded, Options(example, AS_OF.replace(month=12, day=1)), [])
    now = judged(example)
    open_now = {
        item["id"] for item in now["findings"] if item["verdict"] == "fail" and item["area"] == "account_security"
    }
    open_later = {item["id"] for item in later["findings"] if item["verdict"] == "fail"}
    assert open_now <= open_later


# -- faults --------------------------------------------------------------------------------------------------


def test_one_crashing_reader_leaves_the_rest_and_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from auditgen.readers import registry

    workspace = copy_example(tmp_path / "w")
    readers = registry.Readers()

    class Crashing:
        def __getattr__(self, name: str) -> Any:
            return getattr(readers["calendar"], name)

        def read(self, path: Path, context: Any, sink: Any) -> Any:
            sink.add("posts", [{"post": "half a file"}])
            raise RuntimeError("hunter2 in a foreign message")

    monkeypatch.setattr(registry, "Readers", lambda: {**readers, "calendar": Crashing()})
    results, folder = run_audit(Options(workspace, AS_OF, output=tmp_path / "o"))
    assert any("reader calendar" in item["where"] for item in results["problems"])
    assert next(table for table in results["tables"] if table["name"] == "posts")["rows"] == 0
    assert sum(check["state"] == "holds" for check in results["checks"] if check["area"] == "account_security") > 5
    page = (folder / "site" / "index.html").read_text(encoding="utf-8")
    assert "reader calendar" in page
    assert b"hunter2" not in b"".join(tree(folder).values())


def test_a_broken_user_check_is_shown_and_the_others_run(tmp_path: Path) -> None:
    workspace = copy_example(tmp_path / "w")
    (workspace / "more" / "account_security").mkdir(parents=True)
    (workspace / "more" / "account_security" / "broken.md").write_text("+++\ntitle = 1\n+++\n", encoding="utf-8")
    settings_file = workspace / "auditgen.toml"
    text = settings_file.read_text(encoding="utf-8")
    added = 'folders = ["more"]\n'
    text = text.replace("[checks]\n", "[checks]\n" + added) if "[checks]\n" in text else text + "\n[checks]\n" + added
    settings_file.write_text(text, encoding="utf-8")
    results, _ = run_audit(Options(workspace, AS_OF, output=tmp_path / "o", formats=("json",)))
    assert any("broken.md" in item["where"] for item in results["problems"])
    assert len([check for check in results["checks"] if check["state"] != "unseen"]) > 20


def test_nothing_to_read_is_its_own_error(tmp_path: Path) -> None:
    workspace = copy_example(tmp_path / "w")
    with pytest.raises(NoInput, match="no \\[\\[source\\]\\]"):
        run_audit(Options(without(workspace, set(source_ids(workspace))), AS_OF, output=tmp_path / "o"))
    assert not (tmp_path / "o" / "latest").exists()


def test_left_out_checks_are_named_and_cannot_make_it_ready(example: Path, tmp_path: Path) -> None:
    results, folder = run_audit(Options(example, AS_OF, only=("password_hygiene",), output=tmp_path))
    left = [check["id"] for check in results["checks"] if check["state"] == "left_out"]
    assert left
    assert results["verdict"]["state"] != "ready"
    page = (folder / "site" / "evidence.html").read_text(encoding="utf-8")
    assert left[0] in page


def test_an_interrupted_run_leaves_the_last_report(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from auditgen.report.site import build as site

    folder = run_audit(Options(example, AS_OF, output=tmp_path))[1]
    before = tree(folder)

    def interrupted(results: Any, target: Path) -> None:
        target.mkdir(parents=True)
        (target / "index.html").write_text("half", encoding="utf-8")
        raise KeyboardInterrupt

    monkeypatch.setattr(site, "build_site", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_audit(Options(example, AS_OF, output=tmp_path))
    assert tree(folder) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fix-lists", "latest"]


def test_evidence_of_an_older_shape_is_judged_with_what_it_has(
    audited: tuple[dict[str, Any], Path], example: Path, tmp_path: Path
) -> None:
    evidence = tmp_path / "evidence"
    shutil.copytree(audited[1] / "evidence", evidence)
    (evidence / "documents.parquet").unlink()
    results, _ = run_audit(Options(example, AS_OF, output=tmp_path / "o", from_evidence=evidence, formats=("json",)))
    assert greener(audited[0], results) == []


def test_exceptions_are_shown_beside_what_they_cover(audited: tuple[dict[str, Any], Path]) -> None:
    results, folder = audited
    states = {entry["state"] for entry in results["exceptions"]}
    assert {"active", "lapsing", "lapsed"} <= states
    covered = [finding for finding in results["findings"] if finding["exception"]]
    assert covered
    assert all(finding["verdict"] == "fail" for finding in covered)
    page = (folder / "site" / "exceptions.html").read_text(encoding="utf-8")
    assert all(entry["check"] in page or entry["reason"] in page for entry in results["exceptions"])


def test_an_exception_that_fits_nothing_is_said(tmp_path: Path) -> None:
    workspace = copy_example(tmp_path / "w")
    with (workspace / "exceptions.toml").open("a", encoding="utf-8") as file:
        file.write(
            '\n[[exception]]\ncheck = "no-former-colleague-can-still-post"\nsubject = "Nobody on nothing"\nreason = "r"\n'
            'owner = "A"\napprover = "B"\ncreated = 2026-01-01\nexpires = 2027-06-01\n'
        )
    results, _ = run_audit(Options(workspace, AS_OF, output=tmp_path / "o", formats=("json",)))
    (entry,) = [entry for entry in results["exceptions"] if entry["subject"] == "Nobody on nothing"]
    assert entry["state"] == "unmatched"
