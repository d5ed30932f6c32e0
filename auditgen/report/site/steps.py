"""The plan on the page: what a step brings, who does it, the first ten, and what ticking one would change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditgen.reference.scale import number
from auditgen.report.site.model import Model
from auditgen.report.site.words import capital, count

OPEN = 10
GATE = {"ready": "ready", "ready_with_unknowns": "ready, with unknowns"}


@dataclass(frozen=True)
class Stage:
    """One stage of the plan: steps that are shown, and those folded below them."""

    id: str
    title: str
    says: str
    shown: list[Mapping[str, Any]]
    folded: list[Mapping[str, Any]]


def stages(model: Model) -> list[Stage]:
    """The plan by stage, the first ten steps shown."""
    steps = {step["rank"]: step for step in model.data["steps"]}
    made = []
    for stage in model.data["plan"]["stages"]:
        own = [steps.pop(rank) for rank in stage["steps"] if rank in steps]
        if own:
            shown = [step for step in own if step["rank"] <= OPEN]
            made.append(Stage(stage["id"], stage["title"], stage["says"], shown, own[len(shown) :]))
    if steps:  # a step that no stage names is not lost
        rest = list(steps.values())
        made.append(Stage("rest", "Then", "", [step for step in rest if step["rank"] <= OPEN],
                          [step for step in rest if step["rank"] > OPEN]))  # fmt: skip
    return made


def after(step: Mapping[str, Any]) -> str:
    """Where things stand once this step and all before it are done."""
    then = step["after"]
    text = f"After it, {count(then['reaches'], 'disaster')} could reach us and {left(then)}"
    if then["unseen"]:
        text += f", {number(then['unseen'])} not checked"
    if then.get("gate") in GATE:
        text += f"; the gate says {GATE[then['gate']]}"
    return text + "."


def left(figures: Mapping[str, int]) -> str:
    """Critical and high findings that are to fix, in words."""
    found = [(figures["critical_open"], "critical"), (figures["high_open"], "high")]
    parts = [f"{number(amount)} {name}" for amount, name in found if amount]
    if not parts:
        return "nothing critical or high is to fix"
    one = sum(amount for amount, _ in found) == 1
    return f"{' and '.join(parts)} {'finding is' if one else 'findings are'} to fix"


def doers(step: Mapping[str, Any], model: Model) -> list[str | None]:
    """Whoever does a step: its owner, and everybody else who owns one of its findings."""
    found = dict.fromkeys([step["owner"]] if step["owner"] else [])
    for name in step["findings"]:
        owner = model.findings[name]["owner"] if name in model.findings else None
        if owner and owner in model.owners:
            found[owner] = None
    return list(found) or [None]


def people(model: Model) -> list[dict[str, Any]]:
    """Everybody with something to do: name, ranks of their steps, what else waits; nobody named comes first."""
    ranks: dict[str | None, list[int]] = {}
    for step in model.data["steps"]:
        for owner in doers(step, model):
            ranks.setdefault(owner, []).append(step["rank"])
    titles = {step["owner"]: step["owner_title"] for step in model.data["steps"]}
    made = []
    for owner in dict.fromkeys([*model.owners, *ranks]):
        known = model.owners.get(owner)
        own = ranks.get(owner, [])
        if not own and not (known and known["findings"]):
            continue
        made.append(
            {
                "id": owner,
                "title": known["title"] if known else titles.get(owner) or "Nobody named yet",
                "ranks": own,
                "effort_says": known["effort_says"] if known else "",
                "things": len(known["findings"]) if known else 0,
            }
        )
    return sorted(made, key=lambda entry: (entry["id"] is not None, entry["ranks"][:1] or [10**6]))


def concerns(step: Mapping[str, Any], most: int = 4) -> str:
    """Whom and what a step concerns, in a short list."""
    names = list(dict.fromkeys(step["concerns"]))
    more = step["concerns_more"]
    if len(names) > most:
        more += len(names) - most + 1
        names = names[: most - 1]
    return ", ".join(names) + (f" and {number(more)} more" if more else "")


def ticks(model: Model) -> dict[int, dict[str, str]]:
    """What the script needs of each step, by rank.

    closed  critical and high findings it closes
    gate  what the gate says once this step and all before it are done, where that is ready
    lifts  disasters it lifts, each with the ranks that have to be done for that too: "raf-2012:1,4 tesco-2013:"

    A step's effect is known only after those before it. Of these only the ones that touch a way of the same disaster
    can matter, so with all of them ticked the disaster is lifted, whatever else was left out.
    """
    touched: dict[str, list[int]] = {}
    made = {}
    places = {item["id"]: index for index, item in enumerate(model.data["scenarios"])}
    for step in model.data["steps"]:
        rank = step["rank"]
        lifts = [
            f"{places[name]}:{','.join(map(str, touched.get(name, ())))}" for name in step["lifts"] if name in places
        ]
        gate = str(step["after"].get("gate", ""))
        made[rank] = {
            "closed": f"{step['closed']['critical']} {step['closed']['high']}",
            "gate": GATE.get(gate, ""),
            "lifts": " ".join(lifts),
        }
        for name in dict.fromkeys([*step["lifts"], *_touches(step, model)]):
            touched.setdefault(name, []).append(rank)
    return made


def _touches(step: Mapping[str, Any], model: Model) -> Iterator[str]:
    if step["kind"] == "setting":  # a setting is no check: it may touch every way
        yield from model.scenarios
    for name in step["checks"]:
        if name in model.checks:
            yield from model.checks[name]["scenarios"]


def todo_summary(steps: Sequence[Mapping[str, Any]], plan: Mapping[str, Any], unowned: int) -> str:
    """How many steps, how long they take, how many things nobody owns."""
    if not steps:
        return "Nothing is waiting."
    text = f"{capital(count(len(steps), 'step'))}, {plan['effort_says']} in all, the most useful first."
    if unowned:
        text += f" {capital(count(unowned, 'finding'))} {'has' if unowned == 1 else 'have'} no owner yet."
    return text
