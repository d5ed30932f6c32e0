"""The exemplary organisation: ready, and never greener when something of it is taken away."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auditgen.audit.gate import RANK
from auditgen.run.audit import run_audit
from auditgen.run.options import Options
from tests.tools.exemplary import AS_OF, write_exemplary

pytestmark = pytest.mark.slow


def audited(folder: Path, change: Callable[[Path], None] = lambda folder: None) -> dict[str, Any]:
    workspace = write_exemplary(folder / "workspace")
    change(workspace)
    results, _ = run_audit(Options(workspace, AS_OF, offline=True, output=folder / "output", formats=("json",)))
    return results


def state(results: dict[str, Any], check: str) -> str:
    return next(item["state"] for item in results["checks"] if item["id"] == check)


def replace(name: str, pattern: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        changed = re.sub(pattern, new, text, flags=re.M)
        assert changed != text, pattern
        (folder / name).write_text(changed, encoding="utf-8")

    return change


def test_it_is_ready_and_nothing_is_told_as_wrong(tmp_path: Path) -> None:
    results = audited(tmp_path)
    assert (results["verdict"]["state"], results["problems"]) == ("ready", [])
    assert [item["check"] for item in results["findings"] if item["severity"] in ("critical", "high")] == []


@pytest.mark.parametrize(
    ("change", "check", "gate"),
    [
        pytest.param(replace("exports/leavers.csv", "^Olaf.*\n", ""), None, "ready", id="nobody left"),
        pytest.param(replace("exports/leavers.csv", "^Olaf.*", "Juno Harper,,2026-12-07"),
                     "two-people-are-on-call-for-the-launch", "not_ready", id="on call until a day before the launch ends"),
        pytest.param(replace("exports/leavers.csv", "^Olaf.*", "Juno Harper,,2026-12-09"),
                     "leavers-hand-over-before-their-last-day", "ready", id="a leaver after the launch, in 15 days"),
        pytest.param(replace("exports/leavers.csv", "^Olaf.*", "Juno Harpr,,2026-10-09"),
                     "no-former-colleague-can-still-post", "cannot_tell", id="a leaver nearly called so"),
        pytest.param(replace("auditgen.toml", "^personal_vaults.*\n", ""), "no-brand-password-is-used-privately",
                     "cannot_tell", id="nobody says that there are no personal vaults"),
        pytest.param(replace("auditgen.toml", 'by = "Rosa Lindgren"', 'by = "x"'), "no-brand-password-is-used-privately",
                     "cannot_tell", id="nobody known says so"),
        pytest.param(replace("auditgen.toml", "until = 2027-05-01", "until = 2026-12-07"), "no-brand-password-is-used-privately",
                     "cannot_tell", id="what was said lapses during the launch"),
        pytest.param(replace("attestations.toml", 'who = "Karl Eriksen"', 'who = "Nobody Here"'),
                     "own-posts-are-watched-day-and-night", "cannot_tell", id="nobody known vouches"),
        pytest.param(replace("calendar/log.csv", "^.*REJECT.*\n", ""), None, "ready", id="nothing was rejected"),
        pytest.param(replace("accounts.yml", r"\Z", 'incidents:\n  - {app: Planner, date: 2026-11-20, what: "a breach"}\n'),
                     "what-an-incident-touched-was-looked-at", "not_ready", id="a tool was broken into"),
    ],
)  # fmt: skip
def test_one_thing_changed(tmp_path: Path, change: Callable[[Path], None], check: str | None, gate: str) -> None:
    results = audited(tmp_path, change)
    assert results["verdict"]["state"] == gate, results["verdict"]["says"]
    if check:
        assert (state(results, check) in ("open", "unseen")) is (gate != "ready")


@pytest.mark.parametrize("source", ["users", "leavers", "vault", "plan", "log", "policies"])
def test_a_source_less_is_never_greener_and_claims_nothing(tmp_path: Path, source: str) -> None:
    pattern = rf'\[\[source\]\]\nid = "{source}"\n(?:.+\n)*'
    results = audited(tmp_path, replace("auditgen.toml", pattern, ""))
    assert RANK[results["verdict"]["state"]] < RANK["ready"]
    claimed = {item["check"] for item in results["findings"] if item["verdict"] == "fail"}
    assert claimed <= {"passkeys-are-used-where-offered"}


def test_a_source_dated_after_the_day_that_is_judged_is_not_read(tmp_path: Path) -> None:
    pattern = r'(path = "exports/leavers.csv"\nseen_on = )2026-11-23'
    results = audited(tmp_path, replace("auditgen.toml", pattern, r"\g<1>2026-11-25"))
    assert results["verdict"]["state"] == "cannot_tell"
    (problem,) = results["problems"]
    assert problem["says"].startswith("The source leavers was not read: seen_on = 2026-11-25 lies after 2026-11-24")
    assert next(row["status"] for row in results["sources"] if row["origin"] == "leavers") == "failed"


COLUMNS = {
    "id": "x-main", "platform": "x", "handle": "fernhill", "url": "https://x.com/fernhill", "status": "active",
    "owner_email": "rosa.lindgren@fernhill.example", "deputy_email": "amir.castell@fernhill.example",
    "login_kind": "delegated", "two_factor": "security_key", "recovery_email": "recovery@fernhill.example",
    "codes_in_vault": "yes", "access_reviewed": "2026-11-04", "agency": "brightside", "agency_until": "2027-06-30",
    "pause_how": "Planner, suspend", "pause_tested": "2026-10-25", "notes": "note",
}  # fmt: skip


@pytest.mark.parametrize("left_out", [None, *(name for name in COLUMNS if name not in ("id", "handle"))])
def test_a_plain_list_of_accounts_claims_nothing_it_has_no_column_for(tmp_path: Path, left_out: str | None) -> None:
    kept = {key: value for key, value in COLUMNS.items() if key != left_out}
    second = {**kept, "id": "ig-main", **({"platform": "instagram"} if "platform" in kept else {})}
    rows = [",".join(kept), *(",".join(map(json.dumps, row.values())) for row in (kept, second))]
    (tmp_path / "accounts.csv").write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / "auditgen.toml").write_text(
        '[organisation]\nname = "Fernhill"\ndomains = ["fernhill.example"]\n'
        '[[source]]\nid = "inventory"\nreader = "inventory"\npath = "accounts.csv"\n'
    )
    results, _ = run_audit(Options(tmp_path, AS_OF, offline=True, output=tmp_path / "output", formats=("json",)))
    assert results["verdict"]["state"] == "cannot_tell"
    assert [item["says"] for item in results["findings"] if item["verdict"] == "fail"] == []
