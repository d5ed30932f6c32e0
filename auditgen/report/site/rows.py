"""Rows of findings: the one table that runs to thousands of rows, so it is joined here rather than in a template."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup, escape

from auditgen.report.site.drawings import state_mark
from auditgen.report.site.model import Links
from auditgen.report.site.views import subject_words

_HEAD = (
    '<table class="stack findings"><thead><tr><th scope="col">State</th><th scope="col">Finding</th>'
    '<th scope="col">Account</th><th scope="col">Owner</th></tr></thead><tbody>\n'
)


def finding_rows(to: Links, items: Iterable[dict[str, Any]], titles: bool = True) -> Markup:
    """A table of findings; `titles` adds the name of the check to each row. Every value is escaped here."""
    rows = [_HEAD]
    title_of = to.model.check_title
    for item in items:
        about = " · ".join(filter(None, (title_of(item["check"]) if titles else "", subject_words(item))))
        notes = f"<small>{escape(about)}</small>" if about else ""
        root = to.model.findings.get(item["follows"] or "")
        if root:
            notes += f"<small>Follows from: {escape(title_of(root['check']))}</small>"
        if item["exception"]:
            notes += f"<small>Exception {escape(item['exception']['state'])}</small>"
        rows.append(
            f"<tr><td>{state_mark(item['verdict'])}<small>{escape(item['severity'])}</small></td>"
            f'<th scope="row"><a href="{to.finding(item["id"])}">{escape(item["says"])}</a>{notes}</th>'
            f'<td data-l="Account">{to.account_link(item["account"]) or "–"}</td>'
            f'<td data-l="Owner">{to.owner_link(item["owner"], item["owner_title"]) or "nobody named"}</td></tr>\n'
        )
    rows.append("</tbody></table>")
    return Markup("".join(rows))
