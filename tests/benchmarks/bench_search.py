"""Time of one keystroke in the search over all findings, beside the plain way: every row in one page, hidden by script.

    python tests/benchmarks/bench_search.py [--findings N]

Both run in the same Chromium (CHROMIUM names another one). Work is what a keystroke keeps the page busy with: the
input event, the filter, the new rows and their layout. Until seen adds the wait for the next frame, one every 17 ms.
Prints median, mean and slowest of each, and the ratio of the means of work.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))

from playwright.sync_api import Page, sync_playwright
from synthetic_results import synthetic_results

from auditgen.report.site.build import build_site

WORDS = ("tiktok", "scheduled", "policy owner", "instagram", "x")
_KEY = """text => new Promise(done => {
  const box = document.getElementById("q");
  box.value = text;
  requestAnimationFrame(() => {
    const start = performance.now();
    box.dispatchEvent(new Event("input", {bubbles: true}));
    document.body.getBoundingClientRect();
    const work = performance.now() - start;
    requestAnimationFrame(() => setTimeout(() => done([work, performance.now() - start])));
  });
})"""
_PLAIN = """() => {
  const rows = [...document.querySelectorAll("tbody tr")];
  const texts = rows.map(row => row.textContent.toLowerCase());
  document.getElementById("q").addEventListener("input", event => {
    const text = event.target.value.toLowerCase();
    rows.forEach((row, index) => { row.hidden = !texts[index].includes(text); });
  });
}"""


def keystrokes(page: Page) -> list[tuple[float, float]]:
    """Milliseconds of work and until seen, of every keystroke of every word, typed and deleted again."""
    times = []
    for word in WORDS:
        typed = [word[:end] for end in range(1, len(word) + 1)]
        for text in [*typed, *reversed(typed)]:
            times.append(tuple(page.evaluate(_KEY, text)))
            page.wait_for_timeout(5)
    return times


def show(name: str, keys: list[tuple[float, float]]) -> float:
    """Print one side; returns the mean of its work."""
    print(f"  {name}, {len(keys)} keystrokes")
    for what, times in zip(("work", "until seen"), zip(*keys, strict=True), strict=True):
        print(
            f"    {what:10} median {statistics.median(times):6.1f} ms   mean {statistics.fmean(times):6.1f} ms   "
            f"slowest {max(times):6.1f} ms"
        )
    return statistics.fmean(work for work, _ in keys)


def plain_page(site: Path, pages: int) -> Path:
    """All rows of the listed pages in one table, with a box above it."""
    rows = ""
    for number in range(1, pages + 1):
        text = (site / ("findings.html" if number == 1 else f"findings-{number}.html")).read_text(encoding="utf-8")
        rows += text.partition("<tbody>")[2].partition("</tbody>")[0]
    path = site / "plain.html"
    path.write_text(f'<!doctype html><meta charset="utf-8"><input id="q"><table><tbody>{rows}</tbody></table>')
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description="Time a keystroke of the search over all findings.")
    parser.add_argument("--findings", type=int, default=10_000)
    options = parser.parse_args()
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    if not Path(chromium).exists():
        print(f"{chromium}: not found; left out (Debian package chromium, or CHROMIUM=PATH)")
        return
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        site = Path(name)
        build_site(synthetic_results(options.findings), site)
        browser = playwright.chromium.launch(executable_path=chromium)
        print(f"{options.findings:,} findings, from file://")
        page = browser.new_page()
        page.goto((site / "findings.html").as_uri())
        page.locator("#q").fill("a")
        page.locator("#found tbody tr").first.wait_for()
        ours = show("auditgen (goal at most 50 ms)", keystrokes(page))
        pages = len(list(site.glob("findings*.html")))
        page = browser.new_page()
        page.goto(plain_page(site, pages).as_uri())
        page.evaluate(_PLAIN)
        plain = show("all rows in one page, hidden", keystrokes(page))
        print(f"  ratio {plain / ours:.1f}")
        browser.close()


if __name__ == "__main__":
    main()
