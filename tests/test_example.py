"""The example workspace that ships: whole, realistic, and read without a word of complaint."""

from __future__ import annotations

import json
import re
import stat
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from auditgen.evidence.store import Store
from tests.conftest import AS_OF, copy_example


@pytest.fixture(scope="module")
def store(example: Path) -> Store:
    from auditgen.run.audit import gather_into
    from auditgen.run.load import load
    from auditgen.run.options import Options

    store = Store()
    assert gather_into(store, load(example), Options(example, AS_OF)).problems == []
    return store


def count(store: Store, query: str) -> int:
    return int(store.select(f"select count(*) as n from {query}")[0]["n"])


def test_has_the_size_of_a_real_team(store: Store) -> None:
    tools = "('scheduler', 'ads')"
    assert count(store, "accounts") == 12
    assert count(store, f"(select distinct platform from accounts where platform not in {tools})") == 8
    assert count(store, "people") == 25
    assert count(store, "agencies") == 2
    assert count(store, "posts") == 120
    assert count(store, "documents where state = 'read'") == 4
    assert store.select("select sum(items) as n from vaults")[0]["n"] == 66
    assert {row["kind"] for row in store.select("select kind from vaults")} == {"individual", "organisation"}


def test_every_file_is_read_in_full(store: Store) -> None:
    sources = store.select("select * from sources order by path")
    assert len(sources) == 12
    assert [row["path"] for row in sources if row["status"] != "read" or row["rows_refused"] or row["message"]] == []


def test_every_name_leads_somewhere(store: Store) -> None:
    """Persons of roles, owners, approvers and accounts of posts are all in the inventory; only the tool is no person."""
    unknown = store.select("select actor from actors where person is null")
    assert [row["actor"] for row in unknown] == ["Planner"]
    assert count(store, "access where person not in (select person from people)") == 0
    assert count(store, "access where account not in (select account from accounts)") == 0
    assert count(store, "apps where owner not in (select person from people)") == 0
    assert (
        count(store, "switches, unnest(covers) as c(account) where account not in (select account from accounts)") == 0
    )
    assert count(store, "launches, unnest(on_call) as o(person) where person not in (select person from people)") == 0
    assert count(store, "posts where account is null or scheduled_at is null or zone_known is not true") == 0
    assert count(store, "post_events where activity is null or happened_at is null or actor_kind is null") == 0
    assert count(store, "post_events where post not in (select post from posts)") == 0


def test_the_log_tells_what_the_plan_tells(store: Store) -> None:
    """Both files are of one calendar, so that an approval in the plan is an approval in the log, to the minute."""
    apart = """
    posts p join (select post, max(happened_at) as at from post_events where activity = 'approved' group by post) e
    using (post) where abs(epoch(e.at - p.approved_at)) >= 60
    """
    assert count(store, apart) == 0
    assert count(store, "posts where approved_at is not null") == 119
    assert count(store, "post_events where happened_at > timestamp '2026-11-23 17:00'") == 0


def test_vaults_have_the_shape_of_the_product() -> None:
    folder = files("auditgen.example") / "workspace" / "vaults"
    for name, key in (("larkfell-organisation.json", "collections"), ("tom-okafor.json", "folders")):
        data = json.loads((folder / name).read_text(encoding="utf-8"))
        assert list(data) == ["encrypted", key, "items"]
        assert data["encrypted"] is False
        for item in data["items"]:
            assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", item["id"])
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", item["revisionDate"])
            if item["type"] == 1:
                assert item["login"].keys() == {"fido2Credentials", "uris", "username", "password", "totp",
                                                "passwordRevisionDate"}  # fmt: skip


def test_nothing_in_it_is_real() -> None:
    """Mail and web addresses of the invented organisation end in .example; only platforms have their own."""
    real = (
        "x.com facebook.com instagram.com linkedin.com google.com youtube.com tiktok.com bsky.app pinterest.com bit.ly"
    )
    root = Path(str(files("auditgen.example") / "workspace"))
    for path in root.rglob("*.*"):
        text = path.read_text(encoding="utf-8")
        for domain in re.findall(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)", text):
            assert domain.endswith(".example"), (path.name, domain)
        for host in re.findall(r"https?://([\w.-]+)", text):
            assert host.endswith((".example", *real.split())), (path.name, host)


def test_copies_protect_the_vaults(tmp_path: Path) -> None:
    folder = copy_example(tmp_path / "copy")
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder / "vaults").iterdir()} == {0o600}


def test_the_audit_finds_a_handful_and_sees_most(audited: tuple[dict[str, Any], Path]) -> None:
    results, _ = audited
    assert results["verdict"]["state"] == "not_ready"
    assert 0.85 <= results["coverage"]["share"] < 1
    assert results["problems"] == []
    states = [check["state"] for check in results["checks"]]
    assert states.count("holds") > 2 * states.count("open")
    assert {area["id"] for area in results["areas"]} == {
        check["area"] for check in results["checks"] if check["state"] == "open"
    }
    assert {entry["state"] for entry in results["exceptions"]} == {"active", "lapsing", "lapsed"}
    assert {"given", "lapsed", "missing"} <= {entry["state"] for entry in results["attestations"]}


def test_the_committed_files_are_those_of_the_generator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.tools import example_files

    monkeypatch.setattr(example_files, "WORKSPACE", tmp_path)
    example_files.main()
    shipped = Path(str(files("auditgen.example") / "workspace"))
    written = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.*"))
    assert len(written) == 8
    for path in written:
        assert (tmp_path / path).read_bytes() == (shipped / path).read_bytes(), path
