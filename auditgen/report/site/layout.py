"""Templates, assets and the frame round every page.

The frame is rendered once per folder depth and section and split at its marks; a page is then three joins. Templates
come from the folder site_templates, autoescape is always on and an undefined name is an error.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from auditgen import data_folder
from auditgen.reference import scale
from auditgen.report.site import drawings as svg
from auditgen.report.site import words as prose
from auditgen.report.site.model import Links, Model, area_slug
from auditgen.report.site.slugs import slug
from auditgen.report.site.subjects import handle_words
from auditgen.report.site.views import lower

if TYPE_CHECKING:
    import jinja2

# NUL cannot occur in the data: it was made visible on the way in.
_TITLE, _BODY, _STAMP = "\x00title\x00", "\x00body\x00", "\x00stamp\x00"


def templates_folder() -> Path:
    """The folder of the built-in templates."""
    return data_folder("site_templates")


def compact_css(text: str) -> str:
    """A stylesheet without comments and spare space; what stands in quotes is left alone."""
    parts = re.split(r'("[^"]*")', re.sub(r"/\*.*?\*/", "", text, flags=re.S))
    for index in range(0, len(parts), 2):
        part = re.sub(r"\s+", " ", parts[index])
        part = re.sub(r" ?([{};,>]) ?", r"\1", part)
        parts[index] = part.replace(": ", ":").replace(" / ", "/").replace(";}", "}")
    return "".join(parts).strip() + "\n"


def compact_script(text: str) -> str:
    """A script without indentation, blank lines and whole-line comments."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not (line.startswith("/*") and line.endswith("*/"))) + "\n"


class Assets:
    """The stylesheet, the scripts and the icon under names that carry a digest of their content."""

    def __init__(self, folder: Path) -> None:
        self.files: dict[str, bytes] = {}
        self.css = self._add("site.css", compact_css((folder / "site.css").read_text(encoding="utf-8")))
        self.scripts = {
            name: self._add(name, compact_script((folder / name).read_text(encoding="utf-8")))
            for name in ("site.js", "plan.js")
        }
        self.icon = self._add("icon.svg", (folder / "icon.svg").read_text(encoding="utf-8"))

    def _add(self, name: str, text: str) -> str:
        content = text.encode()
        stem, _, ending = name.rpartition(".")
        path = f"assets/{stem}.{hashlib.blake2s(content, digest_size=4).hexdigest()}.{ending}"
        self.files[path] = content
        return path


def percent(share: float) -> str:
    return f"{share * 100:.0f}\u00a0%"


def figure(value: float) -> str:
    return f"{value:g}"


def _compiled(folder: Path) -> jinja2.BytecodeCache | None:
    """Compiled templates where Python keeps its own compiled files, on the same terms; None where it may not."""
    import jinja2

    if sys.dont_write_bytecode:
        return None
    cache = Path(sys.pycache_prefix or folder) / ("__pycache__" if not sys.pycache_prefix else "auditgen-templates")
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    if not os.access(cache, os.W_OK):
        return None
    return jinja2.FileSystemBytecodeCache(str(cache), f"%s.{sys.implementation.cache_tag}.jinja")


def environment(folder: Path, model: Model) -> jinja2.Environment:
    """Jinja with the words and drawings every template may use."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_compiled(folder),
    )
    made.globals.update(
        glyph=svg.glyph,
        state_mark=svg.state_mark,
        word=svg.state_word,
        barrier_word=svg.barrier_word,
        lower=lower,
        tally=svg.tally,
        strip=svg.strip,
        bow_tie=svg.bow_tie,
        markdown=prose.markdown,
        linked=prose.linked,
        safe_address=prose.safe_address,
        host=prose.host,
        day=prose.day,
        moment=prose.moment,
        year=prose.year,
        number=scale.number,
        numbers=prose.numbers,
        count=prose.count,
        capital=prose.capital,
        sentence=prose.sentence,
        in_days=prose.in_days,
        several=prose.several,
        percent=percent,
        figure=figure,
        anchor=slug,
        area_slug=area_slug,
        check_title=model.check_title,
        account_name=model.account_name,
        handle_words=handle_words,
        scenarios=model.scenarios,
    )
    return made


class Shell:
    """Puts bodies into the frame."""

    def __init__(self, env: jinja2.Environment, model: Model, assets: Assets) -> None:
        self._template = env.get_template("base.html")
        self._model = model
        self._assets = assets
        self._frames: dict[tuple[str, str, bool, str], tuple[bytes, bytes, bytes, bytes]] = {}
        self._organisation = str(model.data["organisation"]["name"])

    def _frame(self, root: str, section: str, here: bool, script: str) -> tuple[bytes, bytes, bytes, bytes]:
        key = (root, section, here, script)
        if key not in self._frames:
            marks = {"title": Markup(_TITLE), "body": Markup(_BODY), "stamp": Markup(_STAMP)}
            html = self._template.render(
                to=Links(self._model, root),
                section=section,
                here=here,
                script=script,
                marks=marks,
                assets=self._assets,
                organisation=self._organisation,
            )
            head, rest = html.split(_TITLE)
            middle, rest = rest.split(_BODY)
            foot, end = rest.split(_STAMP)
            self._frames[key] = (head.encode(), middle.encode(), foot.encode(), end.encode())
        return self._frames[key]

    def page(self, title: str, body: str, *, root: str = "", section: str = "", here: bool = False,
             script: str = "", stamp: str = "") -> bytes:  # fmt: skip
        """A whole page. `here` says that the page is its section's own, not one below it; `script` names its script."""
        head, middle, foot, end = self._frame(root, section, here, script)
        words = str(escape(f"{title} · {self._organisation}"))
        return b"".join((head, words.encode(), middle, body.encode(), foot, stamp.encode(), end))
