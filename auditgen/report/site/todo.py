"""To do: the plan by stage and by person, and each person's own list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from auditgen.report.site import steps, views
from auditgen.report.site.disasters import level
from auditgen.report.site.model import UNOWNED, Model
from auditgen.report.site.page import Page
from auditgen.report.site.slugs import slug

_PER_GROUP = 25
_LEVELS = ("open", "unseen", "attested", "stands")


def todo_pages(model: Model) -> Iterator[Page]:
    """todo.html and one page for each owner."""
    data = model.data
    drawn = [
        (index, item)
        for index, item in enumerate(data["scenarios"])
        if item["paths"] and item["state"] in ("reaches", "single", "held")
    ]
    marks = sorted(((index, level(item)) for index, item in drawn), key=lambda mark: _LEVELS.index(mark[1]))
    unowned = model.owners.get(None)
    context = {
        "steps": data["steps"],
        "stages": steps.stages(model),
        "people": steps.people(model),
        "ticks": steps.ticks(model),
        "marks": marks,
        "figures": data["verdict"]["numbers"],
        "summary": steps.todo_summary(data["steps"], data["plan"], len(unowned["findings"]) if unowned else 0),
        "plan": data["plan"],
    }
    yield Page("todo.html", "todo.html", "To do", "todo", own=True, script="plan.js", context=context)
    for owner in data["owners"]:
        groups = owner_groups(model, owner)
        named = owner["id"] is not None
        context = {
            "owner": owner,
            "shown": groups[: steps.OPEN],
            "folded": groups[steps.OPEN :],
            "lead": views.owner_lead(len(owner["findings"]), groups, named),
            "accounts": [name for name in owner["accounts"] if name in model.accounts],
        }
        name = slug(owner["id"]) if named else UNOWNED
        title = f"{owner['title']}: to do" + (f" ({owner['id']})" if named else "")
        yield Page(f"owner/{name}.html", "owner.html", title, "todo", context=context)


def owner_groups(model: Model, owner: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Findings of one owner by the step that settles them, in the order of the plan; what no step names comes last.

    Findings that wait for one source stand under the one step that adds it.
    """
    step_of = {name: step for step in reversed(model.data["steps"]) for name in step["findings"]}
    by_check = {name: step for step in reversed(model.data["steps"]) for name in step["checks"]}
    groups: dict[Any, dict[str, Any]] = {}
    for name in owner["findings"]:
        item = model.findings.get(name)
        check = model.checks.get(item["check"]) if item else None
        if item is None or check is None:
            continue
        step = step_of.get(name) or by_check.get(check["id"])
        group = groups.setdefault(
            step["rank"] if step else check["id"],
            {
                "rank": step["rank"] if step else None,
                "check": check,
                "title": step["title"] if step else check["headline"],
                "fix": check["fix"] if not step or step["check"] == check["id"] else "",
                "says": step["says"] if step and step["kind"] == "source" else "",
                "effort_says": (step or check)["effort_says"],
                "many": step is not None and len(step["checks"]) > 1,
                "state": item["verdict"],
                "found": [],
                "more": 0,
            },
        )
        if len(group["found"]) < _PER_GROUP:
            group["found"].append(item)
        else:
            group["more"] += 1
    for group in groups.values():
        says = {item["says"] for item in group["found"]}
        group["same"] = says.pop() if group["many"] and len(group["found"]) > 2 and len(says) == 1 else ""
    return sorted(groups.values(), key=lambda group: (group["rank"] is None, group["rank"] or 0))
