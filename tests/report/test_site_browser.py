"""The report site in Chromium: accessible, complete without scripts, asking nobody, executing nothing it shows."""

from __future__ import annotations

import http.server
import threading
import unicodedata
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from auditgen.report.site.build import build_site
from tests.tools.synthetic_results import hostile_results, synthetic_results

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STRICT = "default-src 'none'; style-src 'self'; img-src 'self'"
# One page of every type.
KINDS = (
    "index.html",
    "summary.html",
    "area/account-security.html",
    "area/policy-completeness.html",
    "check/no-former-colleague-can-still-post.html",
    "check/scheduler-behind-sign-on.html",
    "finding/*.html",
    "findings.html",
    "accounts.html",
    "account/ig-main.html",
    "owner/priya-nair.html",
    "todo.html",
    "disasters.html",
    "disaster/us-airways-2014.html",
    "disaster/twitter-vip-2020.html",
    "barriers.html",
    "dont-panic.html",
    "evidence.html",
    "exceptions.html",
    "method.html",
    "404.html",
)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
CANARY = "window.canary = () => { window.canaryCalled = true; }; window.alert = window.canary;"


def page_file(folder: Path, kind: str) -> Path:
    """The page itself, or the first that fits."""
    return sorted(folder.glob(kind))[0]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build_site(synthetic_results(40), folder)
    return folder


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    build_site(synthetic_results(10_000), folder)
    return folder


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    build_site(hostile_results(60), folder)
    return folder


class _Handler(http.server.SimpleHTTPRequestHandler):
    policy = ""

    def end_headers(self) -> None:
        if self.policy:
            self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def strict_server(site: Path) -> Iterator[str]:
    """The site over loopback under a header that lets no script run."""
    handler = type("Strict", (_Handler,), {"policy": STRICT})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def axe() -> str:
    import axe_playwright_python

    path = Path(axe_playwright_python.__file__).parent / "axe.min.js"
    return path.read_text(encoding="utf-8")


def opened(context: BrowserContext, address: str) -> tuple[Page, list[str], list[str]]:
    """A page with the addresses it asked for and what its console complained about."""
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    return page, asked, complaints


def all_text(page: Page) -> str:
    """Every word of the page, folded parts included, spaces evened out."""
    return " ".join(str(page.evaluate("document.body.textContent")).split())


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page_type(browser: Browser, site: Path, axe: str, scheme: Any, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    found: list[str] = []
    for kind in KINDS:
        page, _, _ = opened(context, page_file(site, kind).as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true; })")
        page.evaluate(axe)
        result = page.evaluate(
            "tags => axe.run(document, {preload: false, runOnly: {type: 'tag', values: tags}})", TAGS
        )
        for name in ("violations", "incomplete"):
            for rule in result[name]:
                # axe cannot tell what lies behind text in a drawing. It is the paper; test_site_words computes the rest.
                if name == "incomplete" and rule["id"] == "color-contrast":
                    rule["nodes"] = [node for node in rule["nodes"] if not node["html"].startswith(("<text", "<tspan"))]
                if not rule["nodes"]:
                    continue
                nodes = "; ".join(
                    f"{node['html'][:120]} ({node['failureSummary'][:200]})" for node in rule["nodes"][:3]
                )
                found.append(f"{kind}: {name}: {rule['id']} x{len(rule['nodes'])}: {nodes}")
        page.close()
    context.close()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("which", ["site", "hostile"])
def test_no_page_scrolls_sideways_at_320(
    browser: Browser, request: pytest.FixtureRequest, which: str, kind: str
) -> None:
    folder: Path = request.getfixturevalue(which)
    context = browser.new_context(viewport={"width": 320, "height": 800})
    page, _, _ = opened(context, page_file(folder, kind if which == "site" else kind.replace(kind.split("/")[-1], "*.html")
                                           if "/" in kind else kind).as_uri())  # fmt: skip
    page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true; })")
    width = page.evaluate("document.documentElement.scrollWidth")
    wide = page.evaluate(
        "[...document.querySelectorAll('body *')].filter(item => item.getBoundingClientRect().right > 321"
        " && !item.closest('.scroll')).map(item => item.outerHTML.slice(0, 120)).slice(0, 3)"
    )
    context.close()
    assert width <= 320, wide


def test_pages_ask_nobody_else_and_complain_of_nothing(browser: Browser, site: Path) -> None:
    context = browser.new_context()
    for kind in KINDS:
        page, asked, complaints = opened(context, page_file(site, kind).as_uri())
        assert complaints == [], kind
        assert all(address.startswith(site.as_uri()) for address in asked), kind
        page.close()
    context.close()


def test_text_is_the_same_without_scripts_and_under_a_strict_header(
    browser: Browser, site: Path, strict_server: str
) -> None:
    with_scripts = browser.new_context()
    without = browser.new_context(java_script_enabled=False)
    strict = browser.new_context()
    for kind in KINDS:
        file = page_file(site, kind)
        name = file.relative_to(site).as_posix()
        page, _, _ = opened(with_scripts, file.as_uri())
        words = all_text(page)
        # The search and the boxes to tick are shown by scripts only.
        shown = page.locator("main").inner_text() if kind not in ("findings.html", "todo.html") else ""
        assert len(words) > 200, kind
        bare = without.new_page()
        bare.goto(file.as_uri())
        served, asked, _ = opened(strict, f"{strict_server}/{name}")
        assert all_text(served) == words, kind
        assert all(address.startswith(strict_server) for address in asked), kind
        colour = served.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert colour == page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert " ".join(bare.locator("body").text_content().split()) == words, kind  # type: ignore[union-attr]
        if shown:
            assert bare.locator("main").inner_text() == shown
            assert served.locator("main").inner_text() == shown
        for item in (page, bare, served):
            item.close()
    for context in (with_scripts, without, strict):
        context.close()


def test_without_scripts_the_findings_are_listed_and_no_dead_form_is_shown(browser: Browser, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "findings.html").as_uri())
    assert page.locator("#search").is_hidden()
    assert page.locator("table.findings tbody tr").count() == 40
    context.close()


def test_hostile_text_executes_nothing(browser: Browser, hostile: Path) -> None:
    context = browser.new_context()
    context.add_init_script(CANARY)
    pages = [*hostile.glob("*.html"), *(sorted(hostile.glob(f"{name}/*.html"))[index] for index in (0, 1, -1)
             for name in ("area", "check", "finding", "account", "owner", "disaster"))]  # fmt: skip
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    for file in pages:
        page.goto(file.as_uri())
        assert page.evaluate("window.canaryCalled") is None, file.name
        assert page.locator("h1").count() == 1
    page.goto((hostile / "findings.html").as_uri())
    page.locator("#q").fill("canary")
    page.locator("#found tbody tr").first.wait_for()
    assert page.evaluate("window.canaryCalled") is None
    assert page.locator("#found script, #found img, #found iframe").count() == 0
    assert all(address.startswith(hostile.as_uri()) for address in asked)
    context.close()


def test_search_narrows_all_findings_and_keeps_its_state_in_the_address(browser: Browser, large: Path) -> None:
    context = browser.new_context()
    page, asked, complaints = opened(context, (large / "findings.html").as_uri())
    assert not any("findings-data" in address for address in asked), "nothing is loaded before the first use"
    page.locator("#q").fill("tiktok scheduled")
    page.locator("#found tbody tr").first.wait_for()
    status = page.locator("#status")
    assert "of 10000 findings fit" in str(status.text_content())
    assert status.get_attribute("role") == "status"
    rows = page.locator("#found tbody tr")
    assert 0 < rows.count() <= 200
    assert "TikTok" in rows.first.inner_text() and page.locator("#listed").is_hidden()
    assert rows.first.locator("svg.g").count() == 1, "rows made by the script carry the shape too"
    page.locator("#severity").select_option("high")
    assert page.url.endswith("#q=tiktok%20scheduled&severity=high")
    count = status.text_content()
    again, _, _ = opened(context, page.url)
    again.locator("#found tbody tr").first.wait_for()
    assert again.locator("#status").text_content() == count
    link = again.locator("#found tbody th a").first.get_attribute("href") or ""
    assert (large / link).is_file()
    page.locator("#q").fill("nothing has these words")
    assert status.text_content() == "No finding fits."
    page.locator("#q").fill("")
    page.locator("#severity").select_option("")
    assert page.locator("#found").is_hidden() and page.locator("#listed").is_visible()
    assert complaints == []
    context.close()


def test_search_draws_at_most_two_hundred_rows(browser: Browser, large: Path) -> None:
    context = browser.new_context()
    page, _, _ = opened(context, (large / "findings.html").as_uri() + "#state=fail")
    page.locator("#found tbody tr").nth(199).wait_for()
    page.wait_for_timeout(400)
    assert page.locator("#found tbody tr").count() == 200
    assert "the first 200 are shown" in str(page.locator("#status").text_content())
    context.close()


def test_wide_drawing_becomes_short_lines_on_a_narrow_screen(browser: Browser, site: Path) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page, _, _ = opened(context, (site / "index.html").as_uri())

    def beside() -> bool:
        lane = page.locator(".field .lanes > li").first
        title, way = lane.locator(".from").bounding_box(), lane.locator(".way").bounding_box()
        assert title and way
        return way["x"] >= title["x"] + title["width"]

    assert beside()
    page.set_viewport_size({"width": 320, "height": 800})
    assert not beside()
    page.goto((site / "disaster" / "us-airways-2014.html").as_uri())
    assert page.locator("svg.bowtie").is_hidden() and page.locator(".narrow .way").first.is_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.locator("svg.bowtie").is_visible()
    context.close()


def printed(page: Page, size: str) -> list[str]:
    """Text of every sheet of the page on paper of a size."""
    return [
        unicodedata.normalize("NFKC", sheet.extract_text()) for sheet in PdfReader(BytesIO(page.pdf(format=size))).pages
    ]


@pytest.mark.parametrize("size", ["A4", "Letter"])
@pytest.mark.parametrize("name", ["dont-panic.html", "summary.html"])
def test_the_poster_and_the_summary_fill_one_sheet(
    browser: Browser, audited: tuple[dict[str, Any], Path], name: str, size: str
) -> None:
    context = browser.new_context(color_scheme="dark")
    page, _, complaints = opened(context, (audited[1] / "site" / name).as_uri())
    (sheet,) = printed(page, size)
    told = list(audited[0]["crisis"]["on_call"]) if "panic" in name else []
    words = " ".join(sheet.split())
    for item in told:
        assert item["title"] in words and item["reach"] in words
    if told:
        for item in [*audited[0]["crisis"]["decides"], *audited[0]["crisis"]["switches"]]:
            assert item["title"] in words and item.get("reach", "") in words
    assert "Page 1 of 1" in words and complaints == []
    context.close()


@pytest.mark.parametrize("size", ["A4", "Letter"])
@pytest.mark.parametrize(
    "kind", ["index.html", "todo.html", "disaster/tesla-2015.html", "findings.html", "evidence.html"]
)
def test_every_sheet_says_whose_it_is_and_nothing_leaves_it(
    browser: Browser, audited: tuple[dict[str, Any], Path], kind: str, size: str
) -> None:
    results, folder = audited
    context = browser.new_context()
    page, _, _ = opened(context, (folder / "site" / kind).as_uri())
    sheets = printed(page, size)
    for number, sheet in enumerate(sheets, 1):
        words = " ".join(sheet.split())
        assert f"{results['organisation']['name']} · {results['launch']['title']}" in words, number
        assert "Judged as of 24 November 2026" in words and f"Page {number} of {len(sheets)}" in words
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 900})  # A4 between its margins, in CSS pixels
    assert page.evaluate("document.documentElement.scrollWidth") <= 681, "one for text that only is read out"
    if kind == "todo.html":
        text = " ".join(" ".join(sheets).split())
        assert all(step["title"] in text for step in results["steps"]), "folded steps belong on paper too"
    context.close()


@pytest.mark.parametrize("which", ["site", "large"])
def test_nothing_is_cut_on_paper(browser: Browser, request: pytest.FixtureRequest, which: str) -> None:
    """A sheet scrolls nowhere: what is wider than it, or hidden in a box of its own, is lost."""
    folder: Path = request.getfixturevalue(which)
    context = browser.new_context(viewport={"width": 687, "height": 900})  # A4 between its margins; Letter is wider
    page = context.new_page()
    page.emulate_media(media="print")
    for kind in KINDS if which == "site" else ("accounts.html", "findings.html", "todo.html"):
        page.goto(page_file(folder, kind).as_uri())
        cut = page.evaluate(
            "[...document.querySelectorAll('main *')].filter(item => {"
            "  const box = item.getBoundingClientRect(), style = getComputedStyle(item);"
            "  return box.width && style.position !== 'absolute' && !item.closest('.v')"
            "    && (box.right > 690 || style.overflowX !== 'visible' && item.scrollWidth > item.clientWidth + 1);"
            "}).map(item => item.outerHTML.slice(0, 120)).slice(0, 3)"
        )
        assert cut == [], kind
    context.close()


def test_paper_is_light_without_navigation_and_keeps_drawings_and_tables(browser: Browser, site: Path) -> None:
    context = browser.new_context(color_scheme="dark")
    page, _, _ = opened(context, (site / "dont-panic.html").as_uri())
    page.emulate_media(media="print")
    assert page.locator("nav").first.is_hidden() and page.locator(".log").is_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    page.goto((site / "disaster" / "us-airways-2014.html").as_uri())
    page.emulate_media(media="print")
    assert page.locator("svg.bowtie").is_visible(), "the drawing belongs on paper too"
    page.goto((site / "findings.html").as_uri())
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"
    assert (
        page.locator("table.findings tbody tr").first.evaluate("item => getComputedStyle(item).display") == "table-row"
    )
    context.close()


def test_a_ticked_step_changes_the_picture_and_nothing_is_kept(browser: Browser, site: Path) -> None:
    results = synthetic_results(40)
    figures = results["verdict"]["numbers"]
    context = browser.new_context()
    page, _, complaints = opened(context, (site / "todo.html").as_uri())
    then, ticks = page.locator("#then"), page.locator(".tick")
    today = then.text_content()
    assert ticks.count() == len(results["steps"]) and page.locator("#tick-note").is_visible()
    ticks.first.check()
    assert f"With 1 step done, {figures['reaches'] - 1} disasters could reach us; 1 critical and" in str(
        then.text_content()
    )
    ticks.first.uncheck()
    assert then.text_content() == today
    # The second step lifts its disaster only with every earlier step that touches the same disaster.
    lifted = results["steps"][1]["lifts"][0]
    needs = [step for step in results["steps"][:1] if lifted in _touched(step, results)]
    ticks.nth(1).check()
    left = figures["reaches"] - (not needs)
    assert f"{left} disasters could reach us" in str(then.text_content())
    for number in range(4):
        ticks.nth(number).check()
    assert "the gate would say ready" in str(then.text_content())
    ticks.nth(1).uncheck()
    assert "the gate" not in str(then.text_content()), "what comes after a gap is not simulated"
    page.reload()
    assert then.text_content() == today and page.locator(".tick:checked").count() == 0
    assert complaints == [] and page.evaluate("localStorage.length + document.cookie.length") == 0
    context.close()


def _touched(step: dict[str, Any], results: dict[str, Any]) -> set[str]:
    return {name for check in results["checks"] if check["id"] in step["checks"] for name in check["scenarios"]}


def test_a_link_to_a_folded_step_opens_it(browser: Browser, site: Path) -> None:
    context = browser.new_context()
    page, _, _ = opened(context, (site / "todo.html").as_uri() + "#step-12")
    assert page.locator("#step-12").is_visible()
    context.close()


def test_forced_colours_keep_every_state_visible(browser: Browser, site: Path) -> None:
    context = browser.new_context(forced_colors="active")
    page, _, _ = opened(context, (site / "index.html").as_uri())
    paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    for shape, paint in ((".s", "fill"), (".o", "stroke"), (".u", "stroke"), (".a", "stroke")):
        colour = page.locator(shape).first.evaluate(f"item => getComputedStyle(item).{paint}")
        assert colour not in (paper, "none"), shape
    context.close()


def test_keyboard_reaches_the_content_and_shows_where_it_is(browser: Browser, site: Path) -> None:
    context = browser.new_context()
    page, _, _ = opened(context, (site / "index.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    box = page.locator(".skip").bounding_box()
    assert box and box["x"] >= 0
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    context.close()
