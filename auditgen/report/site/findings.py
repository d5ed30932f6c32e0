"""Pages of single findings: thousands of them, so what only the check decides is rendered once per check.

A finding's page holds nothing that another finding could change: no counts, no states of barriers, no neighbours,
no moment of the run. When one finding changes, every other finding's page keeps its bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from auditgen.report.site import views
from auditgen.report.site.drawings import state_mark
from auditgen.report.site.model import Links, Model
from auditgen.report.site.slugs import slug
from auditgen.report.site.words import day, linked, markdown, sentence

if TYPE_CHECKING:
    import jinja2

_HEADINGS = {
    "prevent": "Prevent it now",
    "act": "Be ready to act",
    "cure": "Be ready to put it right",
    "recover": "Be ready to recover",
}


class FindingPages:
    """Renders finding pages; hands out path, title and body."""

    def __init__(self, env: jinja2.Environment, model: Model) -> None:
        self._model = model
        self._page = env.get_template("finding.html")
        self._about = env.get_template("finding_about.html")
        self._to = Links(model, "../")
        self._known: dict[tuple[str, str, tuple[str, ...], tuple[str, ...]], dict[str, Any]] = {}

    def __iter__(self) -> Iterator[tuple[str, str, str]]:
        render = self._page.root_render_func
        for item in self._model.data["findings"]:
            shared = self._shared(item)
            lead = shared["lead"] or views.REASONS.get(item["reason"] or "", "") if item["verdict"] != "fail" else ""
            context = self._page.new_context(
                {
                    **shared,
                    **item,
                    "heading": item["says"].strip().removesuffix("."),
                    "owner_words": self._to.owner_link(item["owner"], item["owner_title"]),
                    "account_words": self._to.account_link(item["account"]),
                    "lead": lead,
                    "effort_words": item["effort_says"],
                    "subject_words": views.subject_words(item),
                    "root": self._linked([item["follows"]] if item["follows"] else []),
                    "led": self._linked(item["leads_to"]),
                },
                shared=True,
            )
            title = (
                f"{shared['check_name']}: {item['subject_title'] or item['subject']} ({item['id'].rpartition('-')[2]})"
            )
            yield f"finding/{slug(item['id'])}.html", title, "".join(render(context))

    def _linked(self, names: Sequence[str]) -> list[tuple[str, str]]:
        """Address and check of findings that belong together: nothing of them that changes by itself."""
        found = [self._model.findings[name] for name in names if name in self._model.findings]
        return [(self._to.finding(item["id"]), self._model.check_title(item["check"])) for item in found]

    def _shared(self, item: dict[str, Any]) -> dict[str, Any]:
        """Everything that the check alone decides, for findings of one verdict."""
        key = (item["check"], item["verdict"], tuple(item["barriers"]), tuple(item["scenarios"]))
        if key in self._known:
            return self._known[key]
        model = self._model
        check = model.checks[item["check"]]
        area = model.areas.get(item["area"])
        fails = item["verdict"] == "fail"
        question = check["question"] or ""
        made = {
            # The context is shared with nothing, so the few helpers the template needs travel with it.
            "state_mark": state_mark,
            "day": day,
            "linked": linked,
            "sentence": sentence,
            "bases": views.BASIS,
            "check_href": self._to.check(check["id"]),
            "check_name": check["fail"] if fails else check["title"],
            "area_title": area["title"] if area else item["area"],
            "what_first": _HEADINGS.get(item["stage"], "What to do")
            if fails
            else "Answer the question"
            if item["verdict"] == "due"
            else "Make it visible",
            "lead": question if item["verdict"] == "due" else "",
            "fix": markdown(check["fix"]),
            "about_words": Markup(
                self._about.render(
                    to=self._to,
                    check=check,
                    verdict=item["verdict"],
                    why=markdown(check["why"]),
                    guarded=[
                        {"id": name, "title": model.barriers[name]["title"]}
                        for name in item["barriers"]
                        if name in model.barriers
                    ],
                    passes=[name for name in item["scenarios"] if name in model.scenarios],
                )
            ),  # an autoescaped template made it
        }
        self._known[key] = made
        return made
