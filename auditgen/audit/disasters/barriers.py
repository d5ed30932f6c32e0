"""Barriers: do they stand today, for each account, on evidence that is fresh enough?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, timedelta

from auditgen.audit.disasters.causes import HangsOn, Thing
from auditgen.audit.disasters.vocabulary import Barrier, Cause, Vocabulary
from auditgen.audit.verdicts import Judged, Tally

# From worst to best; a barrier built on several checks is as good as the worst of them.
ORDER = ("open", "unseen", "attested", "stands")


@dataclass(frozen=True)
class Standing:
    """State of a barrier for one account: stands, attested, unseen, open or not_applicable.

    check   id of the check that decided; says is one sentence about it
    why     why the barrier stops the threat it was asked about; empty where it was asked about none
    credit  False where it may not count by itself: it stood in the very disaster and did not stop it
    """

    state: str
    check: str | None
    says: str
    why: str = ""
    credit: bool = True


class Barriers:
    """Judges barriers for accounts, remembering every answer."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        judged: Iterable[Judged],
        accounts: Iterable[str],
        as_of: date,
        *,
        count_attested: bool = False,
        posting: Iterable[str] = (),
        hangs_on: HangsOn | None = None,
        parked: Iterable[str] = (),
    ) -> None:
        self.vocabulary = vocabulary
        self.judged: Mapping[str, Judged] = {item.check.id: item for item in judged}
        self.accounts = tuple(accounts)
        self.as_of = as_of
        # Accounts of which posts were seen: a check of posts that finds none to examine there does not concern them.
        self.posting = frozenset(posting)
        # A parked account that posts all the same is treated like any other.
        self.parked = frozenset(parked) - self.posting
        self._hangs_on = hangs_on or {}
        self.counted = {"stands", "attested"} if count_attested else {"stands"}
        self._answers: dict[tuple[str, str | None, str | None], Standing] = {}
        self._overall: dict[str, Standing] = {}

    def counts(self, standing: Standing) -> bool:
        """Whether a barrier in this state earns credit."""
        return standing.credit and standing.state in self.counted

    def asked(self, barrier: Barrier, threat: str | None = None) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The checks that must all hold, and those of which one is enough, for a barrier to stand against a threat."""
        found = self.vocabulary.against(barrier, threat)
        return found.all_of, found.any_of

    def standing(self, barrier: Barrier, account: str | None, threat: str | None = None) -> Standing:
        """State of a barrier against a threat for one account.

        account None asks for the organisation as a whole, threat None for the barrier in general.
        """
        key = (barrier.id, account if barrier.scope == "account" else None, threat)
        if key not in self._answers:
            stop = self.vocabulary.stop(barrier.id, threat)
            found = self._judge(self.vocabulary.against(barrier, threat), key[1])
            self._answers[key] = replace(found, why=stop.why) if stop is not None else found
        return self._answers[key]

    def parts(
        self, barrier: Barrier, account: str | None, threat: str | None = None
    ) -> tuple[dict[str, Standing], dict[str, Standing]]:
        """State of each check behind a barrier: those that must all hold, and those of which one is enough."""
        found = self.vocabulary.against(barrier, threat)
        whom = account if barrier.scope == "account" else None
        return (
            {name: self._check(found, name, whom) for name in found.all_of},
            {name: self._check(found, name, whom) for name in found.any_of},
        )

    def changed(self, judged: Mapping[str, Judged], *, count_attested: bool | None = None) -> Barriers:
        """The same barriers over other verdicts; what people vouch for counts as before unless told."""
        other = copy(self)
        other.judged = judged
        # What asks none of the checks that changed stands as it did.
        new = {name for name, item in judged.items() if item is not self.judged.get(name)}
        same = {
            item.id for item in self.vocabulary.barriers.values() if new.isdisjoint(self.vocabulary.checks_of(item))
        }
        other._answers = {key: answer for key, answer in self._answers.items() if key[0] in same}
        other._overall = {name: answer for name, answer in self._overall.items() if name in same}
        if count_attested is not None:
            other.counted = {"stands", "attested"} if count_attested else {"stands"}
        return other

    def overall(self, barrier: Barrier) -> Standing:
        """Worst state over all accounts, for lists that show one state a barrier."""
        if barrier.id not in self._overall:
            self._overall[barrier.id] = self._worst(barrier)
        return self._overall[barrier.id]

    def _worst(self, barrier: Barrier) -> Standing:
        if barrier.scope != "account":
            return self.standing(barrier, None)
        if not self.accounts:
            return Standing("unseen", None, "No inventory of accounts was read.")
        answers = [self.standing(barrier, account) for account in self.accounts]
        relevant = [answer for answer in answers if answer.state != "not_applicable"]
        if not relevant:
            return answers[0]
        worst = min(relevant, key=lambda answer: ORDER.index(answer.state))
        same = sum(answer.state == worst.state for answer in relevant)
        if worst.state == "stands" or len(relevant) == 1:
            return worst
        return Standing(worst.state, worst.check, f"On {same} of {len(relevant)} accounts. {worst.says}")

    def cause(self, cause: Cause, account: str | None) -> str:
        """State of a shared cause: there, absent (its check says so, on evidence), or unseen, which counts as there."""
        judged = self.judged.get(cause.check)
        tally = self._tally(judged, account) if judged else Tally()
        if tally.failed:
            return "there"
        return "unseen" if tally.unknown or not (tally.passed or tally.not_applicable) else "absent"

    def things_of(self) -> dict[str, frozenset[tuple[str, Thing]]]:
        """Account → everything its barriers hang on, as (barrier, thing)."""
        found: dict[str, set[tuple[str, Thing]]] = {}
        for (barrier, account), things in self._hangs_on.items():
            found.setdefault(account, set()).update((barrier, thing) for thing in things)
        return {account: frozenset(things) for account, things in found.items()}

    def among(self, accounts: Iterable[str]) -> Barriers:
        """The same barriers for some of the accounts."""
        other = copy(self)
        other.accounts = tuple(accounts)
        kept = {*other.accounts, None}
        other._answers = {key: answer for key, answer in self._answers.items() if key[1] in kept}
        other._overall = {}
        return other

    def hangs_on(self, barrier: Barrier, account: str | None) -> frozenset[Thing]:
        """Things whose loss takes a barrier of an account, as far as the evidence shows them."""
        return self._hangs_on.get((barrier.id, account or ""), frozenset())

    def in_common(self, barriers: Iterable[Barrier], account: str | None) -> Thing | None:
        """The first thing that every one of these barriers of an account hangs on; None where there is none."""
        things = [self.hangs_on(barrier, account) for barrier in barriers]
        return min(frozenset.intersection(*things), default=None) if things else None

    def _tally(self, judged: Judged, account: str | None) -> Tally:
        total = Tally()
        if account is None:
            for tally in judged.accounts.values():
                total.add(tally)
            return total
        own, rest = judged.accounts.get(account), judged.accounts.get(None)
        if own is not None:
            total.add(own)
        if rest is None:
            return total
        if judged.check.about in ("credential", "post"):
            # A login of no account of ours says nothing about this one, and neither does a good post of which
            # nobody knows where it goes; what was not seen might, and so might a post that is not good.
            failed = rest.failed if judged.check.about == "post" else 0
            says = rest.says if failed else None
            rest = Tally(failed=failed, unknown=rest.unknown, says=says, unseen=rest.unseen)
        total.add(rest)
        return total

    def _judge(self, barrier: Barrier, account: str | None) -> Standing:
        if not barrier.checks:
            return Standing("unseen", None, "No check looks at this yet.")
        if barrier.scope == "account" and account is None:
            return Standing("unseen", None, "No inventory of accounts was read.")
        answers = [self._check(barrier, name, account) for name in barrier.all_of]
        for name, answer in zip(barrier.all_of, answers, strict=True):
            # Where the heart of the barrier concerns nothing, what else belongs to it cannot make it stand; what is
            # asked before the heart and is open keeps it open.
            if answer.state == "open":
                break
            if name == barrier.heart and answer.state == "not_applicable":
                return answer
        if barrier.any_of:
            options = [self._check(barrier, name, account) for name in barrier.any_of]
            known = [answer for answer in options if answer.state != "not_applicable"]
            answers.append(max(known, key=lambda item: ORDER.index(item.state)) if known else options[0])
        relevant = [answer for answer in answers if answer.state != "not_applicable"]
        if not relevant:
            return answers[0]
        return min(relevant, key=lambda answer: ORDER.index(answer.state))

    def _check(self, barrier: Barrier, name: str, account: str | None) -> Standing:
        judged = self.judged.get(name)
        if judged is None:
            return Standing("unseen", name, "The check was left out of this run.")
        title = judged.check.title
        tally = self._tally(judged, account)
        if tally.failed > barrier.tolerance:
            return Standing("open", name, tally.says or judged.check.fail)
        if tally.unknown:
            return Standing("unseen", name, tally.unseen or judged.message or f"Not checked: {title}")
        if not tally.passed:
            if tally.not_applicable or (judged.check.about == "post" and account in self.posting):
                return Standing("not_applicable", name, f"Does not concern this account: {title}")
            return Standing("unseen", name, f"Nothing was there to look at: {title}")
        oldest = tally.oldest
        if barrier.max_age_days is not None:
            if tally.undated or oldest is None:
                return Standing("unseen", name, f"No source says when this was seen: {title}")
            if oldest < self.as_of - timedelta(days=barrier.max_age_days):
                says = f"Last seen on {oldest}, longer ago than {barrier.max_age_days} days: {title}"
                return Standing("unseen", name, says)
        if tally.attested:
            return Standing("attested", name, f"Vouched for, not observed: {title}")
        if tally.failed:
            total = tally.passed + tally.failed
            return Standing("stands", name, f"{tally.passed:,} of {total:,}: {title}")
        return Standing("stands", name, title)
