"""Words for the page of policy completeness: the range, what was not found, the quotes, and how far to trust them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from auditgen.reference.scale import number
from auditgen.report.site.model import Model
from auditgen.report.site.words import capital, count, day_words

AREA = "policy_completeness"
JOIN = " › "
COLUMNS = 6
# State of a clause → its drawing and its words. Nothing says that a rule does not exist.
STATES = {
    "found_sure": ("stands", "found"),
    "accepted": ("attested", "accepted"),
    "found_check": ("unseen", "found, to check"),
    "not_found_check": ("unseen", "not found, to check"),
    "hollow": ("open", "hollow"),
    "referenced": ("unseen", "pointed to"),
    "declined": ("open", "declined"),
    "reopened": ("open", "changed since accepted"),
    "not_found": ("open", "not found"),
    "not_applicable": ("not_applicable", "does not apply"),
    "not_seen": ("unseen", "not checked"),
}
_STAGES = {
    "prevent": "Before anything happens",
    "act": "When it happens",
    "cure": "Making it good",
    "recover": "Afterwards",
}
_ASK = ("found_check", "hollow", "referenced", "reopened", "declined", "not_found_check")


def policies_context(model: Model) -> dict[str, Any]:
    """What area_policies.html needs beside the results; empty when there was no document."""
    policies = model.data["policies"]
    if not policies:
        return {}
    clauses = [{**item, "quotes": [_placed(said) for said in item["quotes"]]} for item in policies["clauses"]]
    missing = [item for item in clauses if item["state"] in ("not_found", "not_seen")]
    missing.sort(key=lambda item: -len(item["scenarios"]))
    ask = [item for state in _ASK for item in clauses if item["state"] == state]
    found = [item for item in clauses if item["state"] in ("found_sure", "accepted")]
    titles = {item["document"]: item["title"] for item in policies["documents"]}
    return {
        "policies": policies,
        "policy_lead": _lead(policies),
        "policy_states": STATES,
        "stage_titles": _STAGES,
        "stage_bars": [
            (_STAGES[item["stage"]], _bar(item), _range_words(item)) for item in policies["stages"] if item["total"]
        ],
        "missing_clauses": missing,
        "asked_clauses": ask,
        "found_clauses": [
            (_STAGES[stage], [item for item in found if item["stage"] == stage])
            for stage in _STAGES
            if any(item["stage"] == stage for item in found)
        ],
        "policy_columns": [(name, titles[name]) for name in policies["columns"][:COLUMNS]],
        "policy_hygiene": _hygiene(model, policies["documents"]),
        "policy_accuracy": _accuracy(policies["accuracy"]),
    }


def _placed(said: Mapping[str, Any]) -> dict[str, Any]:
    """A quote with the headings above it, without the title of its document once more."""
    headings = (said["heading"] or "").split(JOIN)
    if headings[0] == said["title"]:
        headings = headings[1:]
    return {**said, "section": JOIN.join(headings)}


def _lead(policies: Mapping[str, Any]) -> str:
    covered = policies["covered"]
    read = sum(item["state"] == "read" for item in policies["documents"])
    if not read:
        return "No document could be read, so nothing can be said about what the policies cover."
    documents = "the one document that was read" if read == 1 else f"the {number(read)} documents that were read, taken"
    together = "" if read == 1 else " together"
    says = f"Of {covered['total']} clauses, {_range_words(covered)} in {documents}{together}."
    unread = len(policies["documents"]) - read
    if unread:
        says += f" {capital(count(unread, 'document'))} could not be read and may hold more."
    return says


def _range_words(item: Mapping[str, int]) -> str:
    if item["low"] == item["high"]:
        are = "was" if item["low"] == 1 else "were"
        return f"{item['low']} {are} found"
    return f"between {item['low']} and {item['high']} were found"


def _bar(item: Mapping[str, int]) -> list[tuple[str, int]]:
    return [
        ("stands", item["low"]),
        ("unseen", item["high"] - item["low"]),
        ("open", item["total"] - item["high"]),
    ]


def _hygiene(model: Model, documents: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What is open about each document itself, by the checks that look at documents one by one."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for item in model.sorted_findings:
        if item["area"] == AREA and item["about"] == "document" and item["verdict"] == "fail":
            found.setdefault(item["subject"], []).append(item)
    rows = [{**document, "open": found.get(document["document"], [])} for document in documents]
    return sorted(rows, key=lambda row: (row["state"] == "read", -len(row["open"]), row["title"]))


def _accuracy(figures: Mapping[str, Any] | None) -> list[str]:
    """Sentences about how often this reader is right."""
    if figures is None:
        return ["How often this reader is right was not measured for this version."]

    def share(part: int, whole: int) -> str:
        return f"{round(100 * part / whole)} of 100" if whole else "none"

    said = [
        f"Measured on {day_words(figures['measured_on'])} on {figures['documents']} public documents of "
        f"{figures['organisations']} organisations that nothing was tuned on, clause by clause "
        f"({figures['cells']:,} answers in all).",
        f"“Found” was right {share(figures['sure_right'], figures['sure'])} times, “not found” "
        f"{share(figures['absent_right'], figures['absent'])} times; {share(figures['unsure'], figures['cells'])} "
        f"answers were left to a person.",
        f"In one figure, where 1 would be without a mistake: {figures['f1']:.2f}, and with a probability of 90 % "
        f"between {figures['f1_low']:.2f} and {figures['f1_high']:.2f} (micro F1 for covered or not).",
    ]
    if figures["quotes"]:
        said.append(
            f"The quoted sentence was judged to say it in {figures['quotes_right']} of {figures['quotes']} cases drawn "
            f"by chance."
        )
    return said
