"""What the organisation has none of, as somebody said in [none] of auditgen.toml: who may say it, and until when.

Nothing is guessed from an empty table. What was said counts while it is fresh, comes from somebody who works here, and
no row of evidence shows the contrary; where one does, the row is right and the contradiction is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from auditgen.analysis.everybody import Everybody
from auditgen.files.problems import nearest

if TYPE_CHECKING:
    from auditgen.evidence.store import Store

# Nobody knows for longer than a year that something will not be there.
LONGEST_DAYS = 366

# Thing → what was said, for the whole organisation and for one account.
_SAYS = {
    "agencies": ("no agency works for us", "no agency works on {}"),
    "bots": ("no bot answers or posts for us", "no bot answers or posts on {}"),
    "paid_posts": ("we pay for no posts", "nothing on {} is paid for"),
    "sites": ("we have no site of our own", "no site belongs to {}"),
    "printed_addresses": ("no address of ours is printed anywhere", "no printed address leads to {}"),
    "apps": ("no app is connected to our accounts", "no app is connected to {}"),
    "personal_vaults": ("nobody keeps our logins in a personal vault", "nobody keeps {} in a personal vault"),
    "incidents": ("nothing happened that our logins have to be changed for", "nothing happened to {}"),
}
# Table whose rows a check needs → thing that explains why it has none.
OF_TABLE = {"agencies": "agencies", "sites": "sites", "apps": "apps", "incidents": "incidents"}
# Thing → what shows the contrary: a sentence and the account it is about. One row of it is enough.
_CONTRARY = {
    "agencies": """
        select format('{} is in the list of agencies', coalesce(title, agency)) as says, null as account from agencies
        union all select format('{} works for an agency', coalesce(display, person)), null from people
        where (kind = 'agency' or agency is not null) and status is distinct from 'left'
        union all select format('{} works on {}', agency, account), account from accounts
        where agency is not null and status is distinct from 'archived'
        union all
        select format('{} holds a role on {} with a sponsor here', coalesce(p.display, x.person), x.account), x.account
        from access x left join people p on p.person = x.person where x.sponsor is not null
    """,
    "bots": """
        select format('{} is a bot', coalesce(display, person)) as says, null as account from people
        where kind = 'bot' and status is distinct from 'left'
        union all
        select format('{} acts on posts as a bot', coalesce(actor, 'something not named')), null from post_events
        where actor_kind = 'bot' and coalesce(happened_at::date >= $as_of - 92, true)
        union all
        select format('{} is a switch of something automatic', coalesce(title, switch)), null from switches
        where feature = 'automation'
    """,
    "paid_posts": """
        select format('{} is an advertising account', account) as says, account from accounts
        where platform = 'ads' and coalesce(status, 'active') = 'active'
        union all select format('the post {} is paid for', post), account from posts
        where paid and coalesce(coalesce(published_at, scheduled_at)::date >= $as_of - 92, true)
    """,
    "sites": """
        select format('{} is in the list of sites', site) as says, null as account from sites
        union all
        select format('posts link to {}', l.host), null from post_links l cross join organisation o
        where len(list_filter(o.domains, lambda domain: ends_with('.' || l.host, '.' || domain))) > 0
    """,
    "printed_addresses": """
        select format('{} is printed, as its purpose says', site) as says, null as account from sites
        where regexp_matches(lower(purpose), '\\b(print|printed|label|pack|packaging|poster|leaflet|qr)')
    """,
    "apps": "select format('{} is connected to {}', app, account) as says, account from apps",
    "personal_vaults": """
        select format('{} is a personal vault', vault) as says, null as account from vaults
        where kind = 'individual' or product in ('apple', 'browser', 'firefox')
    """,
    # A catalogue of breached sites holds what happened to others.
    "incidents": """
        select format('{} is in the list of incidents', incident) as says, account from incidents
        where basis is distinct from 'exported'
    """,
}


@dataclass(frozen=True)
class Absence:
    """One entry of [none]; `why_not` says why it does not count, and is None where it does."""

    thing: str
    account: str | None
    says: str
    where: str
    why_not: str | None


def valid_absences(store: Store, as_of: date, until: date | None = None) -> dict[tuple[str, str | None], str]:
    """(thing, account, or None for the whole organisation) → what was said, a sentence without its full stop.

    Only what counts on every day that is judged, from `as_of` to `until`; without one, on that day.
    """
    return {(item.thing, item.account): item.says for item in absences(store, as_of, until) if item.why_not is None}


def absences(store: Store, as_of: date, until: date | None = None) -> list[Absence]:
    """Every entry of [none], judged."""
    entries = store.select("from absences order by thing, account nulls first, said_on, source, locator")
    if not entries:
        return []
    everybody = Everybody.of(store)
    accounts = [row["account"] for row in store.select("select account from accounts order by account")]
    last = max(until or as_of, as_of)
    found = []
    for row in entries:
        thing, account = row["thing"], row["account"]
        who = everybody.find(row["said_by"])
        said_on = row["said_on"]
        ends = row["until"] and said_on and min(row["until"], _later(said_on))
        name = who.person.name if who.person else row["said_by"] or "Somebody"
        what = _SAYS[thing][account is not None].format(account)
        says = f"{name} said on {said_on} that {what} (until {ends})"
        if account is not None and account not in accounts:
            why: str | None = f"there is no account {account}{nearest(account, accounts)}"
        elif said_on is None or ends is None:
            why = "it needs by, on and until"
        elif said_on > as_of:
            why = f"it is to be said on {said_on}"
        elif ends < last:
            why = f"it lapsed on {ends}" if ends < as_of else f"it lapses on {ends}, before the launch ends"
        elif who.person is None:
            why = who.says
        else:
            why = who.person.why_not_here(last) or _contrary(store, thing, account, as_of)
        found.append(Absence(thing, account, says, f"{row['source']}, {row['locator']}", why))
    return found


def applicable(store: Store, absent: Mapping[tuple[str, str | None], str]) -> dict[tuple[str, str | None], str]:
    """Of valid absences those that spare a check its question: where a table has rows, they are judged.

    Of one account it can be said that no app is connected to it while others have some; what happened is known of all.
    """
    filled = {thing for table, thing in OF_TABLE.items() if store.select(f"select 1 from {table} limit 1")}
    return {
        (thing, account): says
        for (thing, account), says in absent.items()
        if thing not in filled or (account is not None and thing != "incidents")
    }


def told(found: Sequence[Absence]) -> list[dict[str, str]]:
    """Entries that do not count and that no other one replaces, for the list of problems: where and one sentence."""
    counted = {(item.thing, item.account) for item in found if item.why_not is None}
    return [
        {"where": item.where, "says": f"none.{item.thing} does not count: {item.why_not}."}
        for item in found
        if item.why_not is not None and (item.thing, item.account) not in counted
    ]


def _later(day: date) -> date:
    """The last day on which what was said on a day can count."""
    return day + timedelta(days=min(LONGEST_DAYS, (date.max - day).days))


def _contrary(store: Store, thing: str, account: str | None, as_of: date) -> str | None:
    """One row of evidence that shows the contrary, as a sentence."""
    query = _CONTRARY[thing]
    parameters: dict[str, object] = {"as_of": as_of} if "$as_of" in query else {}
    where = ""
    if account is not None:
        where, parameters = "where account = $account", {**parameters, "account": account}
    rows = store.select(f"select says from ({query}) {where} order by says nulls last limit 1", parameters)
    return str(rows[0]["says"] or "the evidence shows the contrary") if rows else None
