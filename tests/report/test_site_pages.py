"""The report site as files: every link leads somewhere, every page is whole, and the same results give the same bytes."""

from __future__ import annotations

import copy
import gzip
import itertools
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from auditgen.report.site.build import SiteReport, build_site
from tests.tools.synthetic_results import HOSTILE, hostile_results, synthetic_results

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# Lexbor and browsers both close these by themselves; SVG shapes are written self-closed.
SELF_CLOSED = {"rect", "path", "circle"}


class Balance(HTMLParser):
    """Fails on a tag that closes nothing, and remembers what was never closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in SELF_CLOSED, f"<{tag}/> closes nothing in HTML"

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes another element"


def pages_of(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in sorted(folder.rglob("*.html"))}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build_site(synthetic_results(450), folder)
    return folder


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    build_site(hostile_results(60), folder)
    return folder


@pytest.fixture(params=["site", "hostile"])
def any_site(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.getfixturevalue(request.param)
    return folder


def test_every_page_type_is_written_and_counted(tmp_path: Path) -> None:
    results = synthetic_results(60)
    report = build_site(results, tmp_path)
    pages = pages_of(tmp_path)
    written = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert report == SiteReport(len(pages), written)
    for name in ("index", "summary", "todo", "accounts", "disasters", "findings", "evidence", "dont-panic", "exceptions", "method",
                 "barriers", "404"):  # fmt: skip
        assert f"{name}.html" in pages
    for folder, items in (("check", "checks"), ("finding", "findings"), ("account", "accounts"), ("owner", "owners"),
                          ("disaster", "scenarios"), ("area", "areas")):  # fmt: skip
        assert sum(name.startswith(f"{folder}/") for name in pages) == len(results[items])


def test_every_internal_link_and_fragment_leads_somewhere(any_site: Path) -> None:
    pages = pages_of(any_site)
    ids = {name: set(re.findall(r'\sid="([^"]*)"', text)) for name, text in pages.items()}
    broken = []
    for name, text in pages.items():
        for node in LexborHTMLParser(text).css("[href], [src]"):
            target = node.attributes.get("href") or node.attributes.get("src") or ""
            if re.match(r"(https?://|mailto:)", target):
                continue
            address, _, fragment = target.partition("#")
            file = (any_site / name).parent / address if address else any_site / name
            inside = file.resolve().relative_to(any_site.resolve()).as_posix()
            if not file.is_file() or (fragment and fragment not in ids[inside]):
                broken.append((name, target))
    assert broken == []


def test_pages_are_well_formed_with_one_heading_and_their_own_title(any_site: Path) -> None:
    titles: dict[str, str] = {}
    for name, text in pages_of(any_site).items():
        balance = Balance()
        balance.feed(text)
        balance.close()
        assert balance.open == [], name
        assert len(balance.ids) == len(set(balance.ids)), f"{name} repeats an id"
        assert text.count("<h1") == 1, name
        title = re.search(r"<title>(.*?)</title>", text, re.S)
        assert title and title[1].strip(), name
        assert title[1] not in titles, f"{name} and {titles.get(title[1])} share a title"
        titles[title[1]] = name


def test_headings_never_skip_a_level(site: Path) -> None:
    for name, text in pages_of(site).items():
        level = 0
        for found in re.findall(r"<h([1-6])", text):
            assert int(found) <= level + 1, f"{name}: h{found} after h{level}"
            level = int(found)


def test_nothing_is_inline_and_the_policy_stands_in_every_page(any_site: Path) -> None:
    for name, text in pages_of(any_site).items():
        tree = LexborHTMLParser(text)
        policy = tree.css_first('meta[http-equiv="Content-Security-Policy"]')
        assert policy, name
        content = policy.attributes["content"] or ""
        assert content.startswith("default-src 'none'"), name
        assert "unsafe" not in content
        for node in tree.css("*"):
            for attribute in node.attributes:
                assert attribute != "style" and not attribute.startswith("on"), f"{name}: {attribute} on {node.tag}"
        assert not tree.css("style, iframe, object, embed, base, img"), name
        for script in tree.css("script"):
            assert script.attributes.get("src", "").lstrip("./").startswith("assets/"), name
            assert not script.text(), name


def test_addresses_from_data_keep_to_the_allowed_schemes(any_site: Path) -> None:
    outside = re.compile(r"(https?://|mailto:)")
    inside = re.compile(r"(?:\.\./)?[a-z0-9/.-]*(?:#[a-z0-9-]*)?")
    for name, text in pages_of(any_site).items():
        for node in LexborHTMLParser(text).css("a[href]"):
            target = node.attributes["href"] or ""
            if outside.match(target):
                assert node.attributes.get("rel") == "noreferrer", f"{name}: {target}"
            else:
                assert inside.fullmatch(target), f"{name}: {target}"


def test_hostile_text_is_shown_as_text(hostile: Path) -> None:
    pages = pages_of(hostile)
    assert "<h1>&lt;script&gt;" in "".join(pages.values()).replace('<h1 class="says">', "<h1>")
    for name, text in pages.items():
        for character in "\u202e\u2066\u0000\u001b\ufeff":
            assert character not in text, f"{name} holds U+{ord(character):04X}"
    seen = " ".join(LexborHTMLParser(text).body.text() for text in pages.values() if text)  # type: ignore[union-attr]
    for words in (
        "<script>canary()</script>",
        "{{ 7 * 7 }}{% raw %}",
        "'); drop table findings; --",
        "[U+202E]gnp.exe",
    ):
        assert words in seen
    assert all(part in "".join(HOSTILE) for part in ("<script>", "\u202e"))


def test_search_data_cannot_leave_its_script(hostile: Path) -> None:
    text = (hostile / "findings-data.js").read_text("utf-8")
    assert "<" not in text
    data = json.loads(text.removeprefix("auditgenFindings(").rstrip().removesuffix(");"))
    assert len(data["says"]) == 60
    assert all((hostile / "finding" / f"{name}.html").is_file() for name in data["files"])
    assert all(not name or (hostile / "owner" / f"{name}.html").is_file() for name in data["owner_files"])


def test_findings_come_in_pages_of_two_hundred_open_and_severe_first(site: Path) -> None:
    rows = []
    for name in ("findings.html", "findings-2.html", "findings-3.html"):
        found = LexborHTMLParser((site / name).read_text("utf-8")).css("table.findings tbody tr")
        rows.append(
            [(row.css_first(".st").text(), row.css_first("td small").text()) for row in found]  # type: ignore[union-attr]
        )
    assert [len(found) for found in rows] == [200, 200, 50]
    states = [state for state, _ in itertools.chain(*rows)]
    assert states == sorted(states, key=["to fix", "not answered", "not checked"].index)
    opened = [severity for state, severity in itertools.chain(*rows) if state == "to fix"]
    assert opened == sorted(opened, key=["critical", "high", "medium", "low", "info"].index)
    assert not (site / "findings-4.html").exists()


def test_same_results_give_the_same_bytes_whenever_they_were_made(tmp_path: Path) -> None:
    first, second = synthetic_results(60), synthetic_results(60)
    second["run"] |= {"made_at": "2027-01-02T03:04:05Z", "seconds": 99.0}
    build_site(first, tmp_path / "a")
    build_site(second, tmp_path / "b")
    assert list(_changed(tmp_path / "a", tmp_path / "b")) == []


def test_one_changed_finding_changes_no_other_findings_page(tmp_path: Path) -> None:
    first = synthetic_results(450)
    second = copy.deepcopy(first)
    item = second["findings"][5]
    item |= {"says": "Something else was seen here.", "seen_on": "2026-11-23"}
    build_site(first, tmp_path / "a")
    build_site(second, tmp_path / "b")
    changed = set(_changed(tmp_path / "a", tmp_path / "b"))
    assert {name for name in changed if name.startswith("finding/")} == {f"finding/{item['id']}.html"}
    assert f"check/{item['check']}.html" in changed
    assert "findings.html" in changed and "findings-2.html" not in changed
    assert "findings-data.js" in changed
    assert not {name for name in changed if name.startswith(("assets/", "disaster/", "area/"))}


def test_a_closed_finding_changes_no_other_findings_page(tmp_path: Path) -> None:
    """Counts, states of barriers and the plan move; the pages of the other findings stay as they are."""
    first = synthetic_results(60)
    second = copy.deepcopy(first)
    gone = second["findings"].pop(2)  # one that belongs to no other
    for check in second["checks"]:
        if check["id"] == gone["check"]:
            check["findings"].remove(gone["id"])
            check |= {"state": "holds", "headline": check["title"]}
    for barrier in second["barriers"]:
        barrier["state"] = "stands"
    second["steps"] = second["steps"][1:]
    build_site(first, tmp_path / "a")
    build_site(second, tmp_path / "b")
    changed = {name for name in _changed(tmp_path / "a", tmp_path / "b") if name.startswith("finding/")}
    assert changed == {f"finding/{gone['id']}.html"}


def _changed(one: Path, two: Path) -> Iterator[str]:
    names = {path.relative_to(folder).as_posix() for folder in (one, two) for path in folder.rglob("*")}
    for name in sorted(names):
        left, right = one / name, two / name
        if left.is_dir() or right.is_dir():
            continue
        if not (left.exists() and right.exists()) or left.read_bytes() != right.read_bytes():
            yield name


def test_first_view_stays_small(tmp_path: Path) -> None:
    build_site(synthetic_results(60), tmp_path)
    (css,) = tmp_path.glob("assets/site.*.css")
    (script,) = tmp_path.glob("assets/site.*.js")
    assert css.stat().st_size <= 12 * 1024
    assert script.stat().st_size <= 8 * 1024
    sizes = [len(gzip.compress(path.read_bytes(), 6, mtime=0)) for path in (tmp_path / "index.html", css, script)]
    assert sum(sizes) <= 15_000


def test_front_page_says_the_verdict_the_rule_and_the_first_steps(site: Path) -> None:
    text = LexborHTMLParser((site / "index.html").read_text("utf-8")).body.text(separator=" ")  # type: ignore[union-attr]
    words = " ".join(text.split())
    assert "Not ready yet." in words
    assert "Every disaster meets at least one barrier that stands" in words
    assert "82 % of what there is to check was checked" in words
    assert "Do these three first" in words
    assert "reader bitwarden, vault-team.json." in words
    assert "in seven days" in words


def test_picture_ends_a_line_at_the_first_barrier_that_stands(site: Path) -> None:
    tree = LexborHTMLParser((site / "index.html").read_text("utf-8"))
    lanes = tree.css(".field .lanes > li")
    assert len(lanes) == 29
    for lane in lanes:
        runs = [item.attributes["class"] for item in lane.css(".way li")]
        reaches = "reach" in (lane.attributes.get("class") or "")
        assert ("end" not in runs) == reaches
        stop = runs.index("end") if "end" in runs else len(runs)
        assert runs[:stop] == ["on"] * stop and runs[stop + 1 :] == ["off"] * (len(runs) - stop - 1)
        depth = lane.css_first(".depth").text()  # type: ignore[union-attr]
        assert depth.startswith("0 of") == reaches


def test_bow_tie_draws_a_bar_for_every_barrier_with_its_text_beside_it(site: Path) -> None:
    results = synthetic_results(450)
    scenario = next(item for item in results["scenarios"] if item["id"] == "us-airways-2014")
    tree = LexborHTMLParser((site / "disaster" / "us-airways-2014.html").read_text("utf-8"))
    drawing = tree.css_first("svg.bowtie")
    assert drawing and "would be stopped: 2 of 3 kinds of barrier in place" in (drawing.attributes["aria-label"] or "")
    names = sum(len(path["barriers"]) for path in scenario["paths"]) + len(scenario["chain"])
    assert len(drawing.css("text.name")) == names
    assert len(drawing.css("path.weakest")) == 1
    words = tree.body.text() if tree.body else ""
    for barrier in scenario["paths"][0]["barriers"]:
        assert barrier["title"] in words


def test_an_account_without_findings_and_an_empty_audit_still_make_pages(tmp_path: Path) -> None:
    results = synthetic_results(60)
    for name in (
        "findings",
        "owners",
        "steps",
        "exceptions",
        "attestations",
        "unseen",
        "problems",
        "sources",
        "accounts",
    ):
        results[name] = []
    results["launch"] = None
    results["crisis"] = {"decides": [], "on_call": [], "switches": [], "statements": [], "routes": [],
                        "gaps": ["Nobody is named yet who decides."]}  # fmt: skip
    results["verdict"] |= {"state": "ready", "title": "Ready.", "rule": None}
    for check in results["checks"]:
        check |= {"findings": [], "passed": [], "state": "unseen"}
    for area in results["areas"]:
        area["checks"] = []
    build_site(results, tmp_path)
    pages = pages_of(tmp_path)
    assert "Every rule of the gate <b>launch</b> is met" in pages["index.html"]
    assert "Nothing is to fix" in pages["findings.html"]
    assert "Nobody is named yet who decides." in pages["dont-panic.html"]
    assert 'class="blank"' in pages["dont-panic.html"]


def test_real_results_of_the_example_make_a_whole_site(audited: tuple[dict[str, Any], Path], tmp_path: Path) -> None:
    results, _ = audited
    build_site(results, tmp_path)
    test_every_internal_link_and_fragment_leads_somewhere(tmp_path)
    test_pages_are_well_formed_with_one_heading_and_their_own_title(tmp_path)
    test_nothing_is_inline_and_the_policy_stands_in_every_page(tmp_path)
