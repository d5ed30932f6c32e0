"""The stylesheet for paper that differs from report to report: organisation, launch, day and page on every sheet.

It has its own file under a name that never changes, so that a page's bytes do not depend on the day of the run.
"""

from __future__ import annotations

import re
from pathlib import Path

from auditgen.report.site.layout import compact_css
from auditgen.report.site.model import Model
from auditgen.report.site.words import day_words

FILE = "paper.css"
_SAFE = re.compile(r"[^A-Za-z0-9 .,·:()'-]")
LONGEST = 60


def css_string(text: str) -> str:
    """Any text as a quoted string of a stylesheet; what could end it or mean something is written as its number."""
    escaped = _SAFE.sub(lambda found: f"\\{ord(found[0]):x} ", " ".join(text.split()))
    return f'"{escaped}"'


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def paper_css(model: Model, templates: Path) -> bytes:
    """What paper needs, with the margins of every page: whose report, which launch, day judged, page of how many."""
    data = model.data
    whose = _short(data["organisation"]["name"])
    launch = f" · {_short(data['launch']['title'])}" if data["launch"] else ""
    judged = f"Judged as of {day_words(data['run']['as_of'])}"
    return (
        '@charset "utf-8";\n'
        + compact_css((templates / FILE).read_text(encoding="utf-8"))
        + "@page{margin:16mm 14mm 17mm;"
        f"@bottom-left{{content:{css_string(whose + launch)};font:8pt sans-serif;color:#444}}"
        f"@bottom-center{{content:{css_string(judged)};font:8pt sans-serif;color:#444}}"
        '@bottom-right{content:"Page " counter(page) " of " counter(pages);font:8pt sans-serif;color:#444}}\n'
    ).encode()
