"""Ticking steps of the plan never promises more than replaying the disasters would show."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from auditgen.audit.plan.acts import COUNT_ATTESTED
from auditgen.audit.plan.outlook import RANK, Outlook
from auditgen.report.site import steps
from auditgen.report.site.disasters import level
from auditgen.report.site.model import Model
from auditgen.run import judge
from auditgen.run.audit import run_audit
from auditgen.run.options import Options
from tests.conftest import AS_OF

LEVELS = {"open": 0, "unseen": 0, "attested": 1, "stands": 2}


def shown(model: Model, told: dict[int, dict[str, str]], ticked: set[int]) -> dict[str, int]:
    """How far the page lets each disaster come, as the script works it out."""
    items = model.data["scenarios"]
    levels = [LEVELS[level(item)] if item["state"] in ("reaches", "single", "held") else None for item in items]
    for rank in sorted(ticked):
        for part in told[rank]["lifts"].split():
            place, _, needs = part.partition(":")
            now = levels[int(place)]
            if now is not None and ticked.issuperset(map(int, filter(None, needs.split(",")))):
                levels[int(place)] = min(2, now + 1)
    return {item["id"]: found for item, found in zip(items, levels, strict=True) if found is not None}


@pytest.mark.slow
def test_no_choice_of_steps_looks_better_than_its_replay(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Outlook] = []

    class Kept(Outlook):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            kept.append(self)

    monkeypatch.setattr(judge, "Outlook", Kept)
    _, folder = run_audit(Options(example, AS_OF, output=tmp_path))
    model = Model(json.loads((folder / "results.json").read_text(encoding="utf-8")))
    told, plan, chance = steps.ticks(model), model.data["steps"], random.Random(7)
    choices = [{step["rank"] for step in plan if chance.random() < share} for share in (0.1, 0.3, 0.5, 0.8, 0.95) * 6]
    firsts = [{step["rank"] for step in plan[:number]} for number in range(len(plan) + 1)]
    better = 0
    for ticked in [*firsts, *choices]:
        done = frozenset(
            name
            for step in plan
            if step["rank"] in ticked
            for name in (step["checks"] if step["kind"] != "setting" else [COUNT_ATTESTED])
        )
        for name, found in shown(model, told, ticked).items():
            then = RANK[kept[0].result(name, done).state]
            assert found <= then, (name, sorted(ticked))
            better += found > 0
    assert better
    for step in plan:
        reach = list(shown(model, told, {item["rank"] for item in plan[: step["rank"]]}).values()).count(0)
        assert reach == step["after"]["reaches"], "all steps up to one are replayed exactly"
