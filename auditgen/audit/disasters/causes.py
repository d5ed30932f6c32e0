"""Shared causes: the concrete thing that each barrier of each account hangs on, as the evidence shows it.

A barrier hangs on a thing when the loss of that one thing takes the barrier away: the vault that holds its password,
the mailbox that its codes arrive in, the one colleague who approves. Two barriers that hang on the same thing are one.
Only what the evidence shows is named; whether something that was not seen is shared is asked of the cause's check.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from auditgen.evidence.store import Store


@dataclass(frozen=True, order=True)
class Thing:
    """Something that can be lost or taken: ids of its cause and of its own, a title such as “the vault team.json”."""

    cause: str
    id: str
    title: str


# (barrier, account) → things it hangs on.
HangsOn = Mapping[tuple[str, str], frozenset[Thing]]

_PASSWORD = ("p-unique-pw", "p-strong-pw")
# A new password is sent wherever the reset goes, so there the password hangs as much as the code does.
_RESETS = """
    select account, recovery_email as mailbox, recovery_phone_owner as phone, second_factor
    from accounts where status is distinct from 'archived'
"""
_VAULTS = """
    select account, min(vault) as vault, bool_or(coalesce(totp, false)) as codes
    from credentials where account is not null and vault is not null
    group by account having count(distinct vault) = 1
"""
_SIGN_ON = """
    with listed as (
        select distinct lower(split_part(email, '@', 2)) as domain from people
        where in_identity_provider and email like '%@%' and kind is distinct from 'agency'
    )
    select a.account, a.second_factor = 'sso' as factor, l.domain is not null as mailbox,
           (select min(domain) from listed) as domain
    from accounts a left join listed l on l.domain = lower(split_part(a.recovery_email, '@', 2))
    where a.status is distinct from 'archived' and exists (select 1 from listed)
"""
# Who did something to every post of an account in the last quarter; nobody unknown among them.
_PEOPLE = """
    with who as (select actor, min(person) as person from actors group by actor),
    recent as (
        select * from posts
        where account is not null and status is distinct from 'draft' and status is distinct from 'rejected'
          and coalesce(coalesce(published_at, scheduled_at) >= $1::date - 92, true)
    ),
    done as (
        select r.account, 'approved' as what, e.actor
        from recent r join post_events e on e.calendar = r.calendar and e.post = r.post
        where e.activity = 'approved' and e.actor_kind is distinct from 'bot' and e.actor_kind is distinct from 'system'
        union all select account, 'approved', approver from recent where approver is not null
        union all select account, 'read', sensitivity_reader from recent where sensitivity_reader is not null
        union all select account, 'cleared', legal_approver from recent where legal_approver is not null
    )
    select d.account, d.what, if(count(distinct p.person) = 1, min(p.person), null) as person,
           min(coalesce(p.display, p.person)) as name,
           if(count(p.agency) = count(*) and count(distinct p.agency) = 1, min(p.agency), null) as agency,
           min(coalesce(g.title, p.agency)) as agency_title
    from done d left join who w on w.actor = d.actor left join people p on p.person = w.person
    left join agencies g on g.agency = p.agency
    group by d.account, d.what having count(p.person) = count(*)
"""
_DONE = {"approved": ("p-two-person", "p-publish-gate"), "read": ("p-sensitivity",), "cleared": ("p-legal-review",)}
_TOOLS = """
    select account, min(app) as app from apps where account is not null and kind = 'publisher' and may_post
    group by account having count(distinct app) = 1
"""
_PAUSES = """
    select unnest(covers) as account, off_how from switches where feature = 'scheduled_posts' and off_how is not null
"""
_DEVICES = """
    select r.account, min(r.person) as person, min(coalesce(p.display, r.person)) as name
    from access r left join people p on p.person = r.person
    where r.account is not null and r.may_post is not false
    group by r.account having count(distinct r.person) = 1 and count(r.person) = count(*)
"""
_PAPER = """
    select c.clause, min(c.document) as document, min(coalesce(d.title, c.document)) as title
    from clauses c left join documents d on d.document = c.document
    where c.clause in ('replies-have-rules', 'mistakes-are-acknowledged') and c.state in ('found_sure', 'accepted')
    group by c.clause having count(distinct c.document) = 1
"""
_REHEARSED = """
    select 1 from drills where kind in ('takeover', 'tabletop', 'recovery') and result is distinct from 'failed'
      and done_on <= $1 and date_diff('day', done_on, $1) <= 365
"""
_RULES = {"replies-have-rules": "p-reply-authority", "mistakes-are-acknowledged": "p-correction-policy"}


def find_things(store: Store, accounts: Iterable[str], as_of: date) -> dict[tuple[str, str], frozenset[Thing]]:
    """What each barrier of each of these accounts hangs on. Asks the store; raises nothing of its own."""
    found: defaultdict[tuple[str, str], set[Thing]] = defaultdict(set)
    for barrier, account, thing in _all(store, list(accounts), as_of):
        found[barrier, account].add(thing)
    return {key: frozenset(things) for key, things in found.items()}


def _all(store: Store, accounts: list[str], as_of: date) -> Iterator[tuple[str, str, Thing]]:
    for row in store.select(_RESETS):
        yield from _phone_and_mailbox(row)
    for row in store.select(_VAULTS):
        vault = Thing("cc-vault", row["vault"], f"the vault {row['vault']}")
        for barrier in (*_PASSWORD, *(["p-mfa"] if row["codes"] else [])):
            yield barrier, row["account"], vault
    for row in store.select(_SIGN_ON):
        sign_on = Thing("cc-idp", row["domain"], f"the work sign-on of {row['domain']}")
        for barrier in ("p-mfa", "p-scheduler") if row["factor"] else ():
            yield barrier, row["account"], sign_on
        if row["mailbox"]:
            yield "p-recovery-owned", row["account"], sign_on
    for row in store.select(_PEOPLE, [as_of]):
        for barrier in _DONE[row["what"]]:
            if row["person"]:
                yield barrier, row["account"], Thing("cc-one-person", row["person"], row["name"])
            if row["agency"]:
                yield barrier, row["account"], Thing("cc-agency", row["agency"], f"the agency {row['agency_title']}")
    tools = {row["account"]: row["app"] for row in store.select(_TOOLS)}
    for account, app in tools.items():
        for barrier in ("p-publish-gate", "p-draft-check"):
            yield barrier, account, Thing("cc-tool", app, f"the publishing tool {app}")
    for row in store.select(_PAUSES):
        app = tools.get(row["account"])
        if app and str(row["off_how"]).casefold().startswith(app.casefold()):
            yield "p-crisis-hold", row["account"], Thing("cc-tool", app, f"the publishing tool {app}")
    for row in store.select(_DEVICES):
        device = Thing("cc-device", row["person"], f"the device of {row['name']}")
        for barrier in ("p-separate-context", "p-session-lock"):
            yield barrier, row["account"], device
    if not store.select(_REHEARSED, [as_of]):
        for row in store.select(_PAPER):
            paper = Thing("cc-paper", row["document"], f"the document “{row['title']}”")
            for account in accounts:
                yield _RULES[row["clause"]], account, paper


def _phone_and_mailbox(row: Mapping[str, Any]) -> Iterator[tuple[str, str, Thing]]:
    account = row["account"]
    if row["phone"] in ("personal", "organisation"):
        whose = "private phone" if row["phone"] == "personal" else "phone of ours"
        # No list tells one number from another, so each account has a phone of its own here.
        phone = Thing("cc-one-phone", account, f"the {whose} that receives the resets of {account}")
        for barrier in (*_PASSWORD, *(["p-mfa"] if row["second_factor"] in ("sms", "call") else [])):
            yield barrier, account, phone
    if row["mailbox"]:
        mailbox = Thing("cc-one-mailbox", row["mailbox"].casefold(), f"the recovery mailbox {row['mailbox']}")
        for barrier in (*_PASSWORD, "p-recovery-owned", *(["p-mfa"] if row["second_factor"] == "email" else [])):
            yield barrier, account, mailbox
