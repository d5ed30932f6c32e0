"""The report as a static site: plain files that read the same with scripts off, from a disk or a server, or on paper.

`build_site` needs nothing but results in the shape of auditgen.results/3. The same results give the same bytes,
and no page carries the moment at which the run was made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditgen.report.site import disasters, steps, views
from auditgen.report.site.drawings import unsure
from auditgen.report.site.files import SiteWriter
from auditgen.report.site.findings import FindingPages
from auditgen.report.site.layout import Assets, Shell, environment, templates_folder
from auditgen.report.site.model import Links, Model
from auditgen.report.site.pages import all_pages
from auditgen.report.site.paper import FILE as PAPER_FILE
from auditgen.report.site.paper import paper_css
from auditgen.report.site.rows import finding_rows
from auditgen.report.site.search import FILE as SEARCH_FILE
from auditgen.report.site.search import search_data


@dataclass(frozen=True)
class SiteReport:
    """What was written: number of HTML pages, bytes of all files."""

    pages: int
    bytes: int


def build_site(results: Mapping[str, Any], folder: Path, templates: Path | None = None) -> SiteReport:
    """Write the whole site below `folder`, which is made when missing; other files in it are left alone.

    `templates` is a folder with templates, stylesheet and script in place of the built-in ones. Raises OSError when
    the folder cannot be written and jinja2.UndefinedError when results lack a documented part.
    """
    source = templates or templates_folder()
    model = Model(results)
    env = environment(source, model)
    env.globals.update(
        finding_rows=finding_rows,
        line=disasters.line,
        shorts=disasters.shorts,
        kinds=disasters.kinds,
        unsure=unsure,
        not_alone=disasters.not_alone,
        reach_words=disasters.reach_words,
        gaps=disasters.gaps,
        reach_class=disasters.reach_class,
        after=steps.after,
        left=steps.left,
        concerns=steps.concerns,
        state_says=views.state_says,
        told=views.told,
        passed_groups=views.passed_groups,
        setting_words=views.setting_words,
        subject_words=views.subject_words,
        examined=views.examined,
        area_label=views.area_label,
    )
    assets = Assets(source)
    shell = Shell(env, model, assets)
    links = {root: Links(model, root) for root in ("", "../")}
    with SiteWriter(folder) as writer:
        for path, content in assets.files.items():
            writer.write(path, content)
        writer.write(SEARCH_FILE, search_data(model))
        writer.write(PAPER_FILE, paper_css(model, source))
        for page in all_pages(model):
            body = env.get_template(page.template).render(to=links[page.root], **page.context)
            writer.write(
                page.path,
                shell.page(page.title, body, root=page.root, section=page.section, here=page.own, script=page.script,
                           stamp=page.stamp),
            )  # fmt: skip
        for path, title, body in FindingPages(env, model):
            writer.write(path, shell.page(title, body, root="../", section="findings"))
        return SiteReport(writer.pages, writer.bytes)
