"""Accounts that are alike: of those no disaster can tell apart, one is enough to replay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from auditgen.audit.disasters.barriers import Barriers


def one_of_each(barriers: Barriers, marks: Mapping[str, object], launch: Iterable[str] = ()) -> list[str]:
    """One account of each kind, those of the launch before others.

    marks  account → whatever else a replay asks of it, such as its platform
    Two are of a kind when their marks are the same, every check that a barrier asks said the same of both, and their
    barriers hang on the same things. A disaster comes as far with one of each as with all, whatever check passes.
    """
    asked = {name for item in barriers.vocabulary.barriers.values() for name in barriers.vocabulary.checks_of(item)}
    asked |= {cause.check for cause in barriers.vocabulary.causes}
    said: defaultdict[str, list[object]] = defaultdict(list)
    for name in sorted(asked & barriers.judged.keys()):
        for account, tally in barriers.judged[name].accounts.items():
            if account is not None:
                known = (tally.passed > 0, tally.failed, tally.unknown > 0, tally.not_applicable > 0)
                said[account].append((name, known, tally.attested, tally.undated, tally.oldest))
    hangs = barriers.things_of()
    first = set(launch)
    found: dict[object, str] = {}
    for account in sorted(marks, key=lambda name: (name not in first, name)):
        kind = (marks[account], account in barriers.posting, hangs.get(account), tuple(said.get(account, ())))
        found.setdefault(kind, account)
    return sorted(found.values())
