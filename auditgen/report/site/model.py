"""Results with everything findable by id, and the links between pages.

Built once per site. Pages ask it for items and for addresses; an id that leads nowhere gives an empty address, so a
page can print the words without a dead link.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from markupsafe import Markup, escape

from auditgen.reference.scale import SEVERITIES
from auditgen.report.site.display import visible_data
from auditgen.report.site.slugs import slug
from auditgen.report.site.subjects import Known, account_words, handle_words

_VERDICTS = {"fail": 0, "due": 1, "unknown": 2}
# The list of what belongs to nobody. Two hyphens: no plain id can have this name.
UNOWNED = "nobody--named"


class Model:
    """The results of one run, visible text only, with lookups by id."""

    def __init__(self, results: Mapping[str, Any]) -> None:
        data: dict[str, Any] = visible_data(dict(results))
        self.names = Known({item["id"]: account_words(item) for item in data["accounts"]})
        data = dict(self.names.data(data))
        documents = {item["document"]: item["title"] for item in (data["policies"] or {}).get("documents", ())}
        data["findings"] = [{**item, "subject_title": self._title(item, documents)} for item in data["findings"]]
        self.data = data
        self.checks: dict[str, Any] = {item["id"]: item for item in data["checks"]}
        self.findings: dict[str, Any] = {item["id"]: item for item in data["findings"]}
        self.accounts: dict[str, Any] = {item["id"]: item for item in data["accounts"]}
        self.scenarios: dict[str, Any] = {item["id"]: item for item in data["scenarios"]}
        self.barriers: dict[str, Any] = {item["id"]: item for item in data["barriers"]}
        self.owners: dict[str | None, Any] = {item["id"]: item for item in data["owners"]}
        self.areas: dict[str, Any] = {item["id"]: item for item in data["areas"]}

    def _title(self, finding: Mapping[str, Any], documents: Mapping[str, str]) -> str:
        """What a finding is about, as people know it; an id where nothing better is known."""
        title = finding["subject_title"]
        if title is None:  # only the check is meant
            return ""
        if title != finding["subject"]:
            return str(title)
        return documents.get(finding["subject"]) or self.names.sentence(finding["subject"], finding["account"])

    @cached_property
    def sorted_findings(self) -> list[dict[str, Any]]:
        """What is to fix, then what waits for an answer, then what was not checked; by severity within each."""
        ranks = {name: index for index, name in enumerate(SEVERITIES)}
        return sorted(
            self.data["findings"],
            key=lambda item: (_VERDICTS.get(item["verdict"], 3), ranks.get(item["severity"], len(ranks))),
        )

    def check_title(self, check: str) -> str:
        """What a check found, or the bare id where no such check ran."""
        found = self.checks.get(check)
        return str(found["headline"]) if found else check

    def account_name(self, account: str) -> str:
        """Platform and name; the id of an account that is not in the inventory."""
        found = self.accounts.get(account)
        return account_words(found) if found else account


def area_slug(area: Mapping[str, Any]) -> str:
    return slug(area["slug"])


class Links:
    """Addresses of all pages as seen from one folder; `root` is "" at the top and "../" below."""

    def __init__(self, model: Model, root: str) -> None:
        self.model = model
        self.root = root
        self._accounts: dict[str, Markup] = {}
        self._owners: dict[tuple[str | None, str | None], Markup] = {}

    def _page(self, folder: str, name: str, known: Mapping[Any, Any]) -> str:
        return f"{self.root}{folder}/{slug(name)}.html" if name in known else ""

    def check(self, check: str) -> str:
        return self._page("check", check, self.model.checks)

    def finding(self, finding: str) -> str:
        return self._page("finding", finding, self.model.findings)

    def account(self, account: str) -> str:
        return self._page("account", account, self.model.accounts)

    def scenario(self, scenario: str) -> str:
        return self._page("disaster", scenario, self.model.scenarios)

    def area(self, area: str) -> str:
        found = self.model.areas.get(area)
        return f"{self.root}area/{area_slug(found)}.html" if found else ""

    def barrier(self, barrier: str) -> str:
        return f"{self.root}barriers.html#{slug(barrier)}"

    def owner(self, owner: str | None) -> str:
        if owner not in self.model.owners:
            return ""
        return f"{self.root}owner/{UNOWNED if owner is None else slug(owner)}.html"

    def account_link(self, account: str | None) -> Markup:
        """The account's platform and handle, linked; nothing for no account."""
        if account is None:
            return Markup("")
        if account not in self._accounts:
            self._accounts[account] = self._account_words(account)
        return self._accounts[account]

    def _account_words(self, account: str) -> Markup:
        found = self.model.accounts.get(account)
        if not found:
            return escape(account)
        name = handle_words(found["platform"], found["handle"]) if found["handle"] else f"({found['id']})"
        words = Markup("{} <bdi>{}</bdi>").format(found["platform_title"], name)
        return Markup('<a href="{}">{}</a>').format(self.account(account), words)

    def owner_link(self, owner: str | None, title: str | None) -> Markup:
        """The owner's name, linked to their list when they have one; nothing for nobody."""
        if (owner, title) not in self._owners:
            self._owners[owner, title] = self._owner_words(owner, title)
        return self._owners[owner, title]

    def _owner_words(self, owner: str | None, title: str | None) -> Markup:
        if owner is None or not title:
            return escape(title) if title else Markup("")
        href = self.owner(owner)
        name = Markup("<bdi>{}</bdi>").format(title)
        return Markup('<a href="{}">{}</a>').format(href, name) if href else name
