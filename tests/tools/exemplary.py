"""An invented organisation in which everything is right: what a test takes one thing away from.

`write_exemplary` writes its files as the products write theirs; nothing in it is a real person, account or address.
"""

from __future__ import annotations

import hashlib
import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from auditgen.audit.checks.packs import load_builtin

AS_OF = date(2026, 11, 24)
LAUNCH_ENDS = date(2026, 12, 8)
DOMAIN = "fernhill.example"
# Id, name, title.
STAFF = (
    ("rosa", "Rosa Lindgren", "Head of Communications"),
    ("amir", "Amir Castell", "Deputy Head of Communications"),
    ("juno", "Juno Harper", "Social Lead"),
    ("theo", "Theo Brandt", "Editor"),
    ("ines", "Ines Marlow", "Care Lead"),
    ("karl", "Karl Eriksen", "Security"),
)
# Id, platform, handle, address, second factor.
ACCOUNTS = (
    ("x-main", "x", "fernhill", "https://x.com/fernhill", "security_key"),
    ("ig-main", "instagram", "fernhill", "https://www.instagram.com/fernhill/", "totp"),
    ("li-main", "linkedin", "fernhill", "https://www.linkedin.com/company/fernhill", "totp"),
)
CHANNELS = {"X": "x-main", "Instagram": "ig-main", "LinkedIn": "li-main"}
SEEN, REVIEWED = date(2026, 11, 23), date(2026, 11, 4)
_TEXTS = (
    "How a candle is poured, from the melt to the label.",
    "Our wax comes from three farms within an hour of the workshop.",
    "A quiet evening, a short wick: how to trim it well.",
    "Meet the hands behind the autumn jars.",
    "Why we let every batch rest for two weeks.",
    "What our bees did this summer, in four pictures.",
)


def write_exemplary(folder: Path) -> Path:
    """Write the workspace into a folder and return it."""
    for name, text in {
        "auditgen.toml": _settings(),
        "accounts.yml": _inventory(),
        "attestations.toml": _attestations(),
        "exports/google-users.csv": _users(),
        "exports/leavers.csv": f"Full Name,Work Email,Last Day\nOlaf Timm,olaf.timm@{DOMAIN},2026-10-15\n",
        "breached/list.txt": _breached(),
        "calendar/posts.csv": _posts(),
        "calendar/posts.mapping.toml": _POSTS_MAPPING
        + "".join(f'"{key}" = "{name}"\n' for key, name in CHANNELS.items()),
        "calendar/log.csv": _log(),
        "calendar/log.mapping.toml": _LOG_MAPPING,
        "policies/policy.md": _policies(),
        "vaults/team.json": _vault(),
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
    return folder


def _settings() -> str:
    sources = [
        ("inventory", "inventory", "accounts.yml", ""),
        ("users", "google-users", "exports/google-users.csv", ""),
        ("leavers", "leavers", "exports/leavers.csv", ""),
        ("vault", "vault", "vaults/team.json", 'owner = "karl"\n'),
        ("plan", "calendar", "calendar/posts.csv", 'mapping = "calendar/posts.mapping.toml"\n'),
        ("log", "calendar", "calendar/log.csv", 'mapping = "calendar/log.mapping.toml"\ncalendar = "plan"\n'),
        ("policies", "policies", "policies", ""),
    ]
    read = "".join(
        f'[[source]]\nid = "{name}"\nreader = "{reader}"\npath = "{path}"\nseen_on = {SEEN}\n{more}\n'
        for name, reader, path, more in sources
    )
    said = f'{{ by = "Rosa Lindgren", on = {REVIEWED}, until = 2027-05-01 }}'
    return f"""schema = "auditgen.workspace/1"
[organisation]
name = "Fernhill Candles"
domains = ["{DOMAIN}"]
brand_words = ["fernhill"]
time_zone = "Europe/London"

{read}
[[launch]]
id = "winter"
title = "Winter jars"
starts = 2026-12-01T09:00:00Z
ends = {LAUNCH_ENDS}T18:00:00Z
accounts = {json.dumps([name for name, *_ in ACCOUNTS])}
on_call = ["juno", "amir"]

[none]
agencies = {said}
bots = {said}
paid_posts = {said}
incidents = {said}
personal_vaults = {said}

[gate]
launch = "winter"
profile = "launch"

[barriers]
count_attested = true

[passwords]
breach_list = "breached/list.txt"
breach_list_on = 2026-10-25

[decisions]
attestations = "attestations.toml"

[crisis]
decides = ["rosa", "amir"]
[[crisis.on_call]]
person = "juno"
reach = "duty phone, extension 4410"
[[crisis.statements]]
title = "A post was not ours"
text = "Somebody else posted in our name. We have the account back."

[checks.params.contacts-in-a-policy-belong-to-somebody]
mailboxes = ["press@{DOMAIN}"]
"""


def _inventory() -> str:
    names = [name for name, *_ in ACCOUNTS]
    people = [{"id": name, "name": display, "emails": [_mail(display)], "kind": "staff"} for name, display, _ in STAFF]
    accounts = [
        {
            "id": name, "platform": platform, "handle": handle, "url": url, "status": "active",
            "purpose": "candles", "language": "en", "owner": "juno", "deputy": "theo", "login_kind": "delegated",
            "vault_item": f"Social / {name}", "two_factor": {"kind": factor, "as_of": str(REVIEWED)},
            "recovery": {"email": f"recovery@{DOMAIN}", "email_readers": 3, "phone_owner": "none", "codes_in_vault": True,
                         "checked": str(REVIEWED), "platform_route": "https://help.example/hacked"},
            "verification": {"state": "verified"},
            "reviewed": {"access": str(REVIEWED), "sessions": str(REVIEWED), "apps": str(REVIEWED)},
        }
        for name, platform, handle, url, factor in ACCOUNTS
    ]  # fmt: skip
    access = [
        {"account": name, "person": person, "role": "admin" if admin else "editor", "administers": admin,
         "may_post": True, "last_used": "2026-11-20"}
        for name in names
        for person, admin in (("juno", True), ("amir", True), ("theo", False))
    ]  # fmt: skip
    apps = [
        {"account": name, "name": "Planner", "kind": "publisher", "may_post": True, "owner": "amir",
         "approved": "2026-11-04", "last_used": "2026-11-20", "single_sign_on": True}
        for name in names
    ]  # fmt: skip
    switches = [
        {"id": "queue", "title": "Planned posts", "feature": "scheduled_posts", "covers": names, "off": "Planner, suspend",
         "on": "End the suspension", "who": ["juno", "amir"], "minutes": 5, "tested": "2026-10-25"},
        {"id": "comments", "title": "Comments", "feature": "comments", "covers": names, "off": "Settings, comments off",
         "on": "Settings, comments on", "who": ["juno", "ines"], "minutes": 10, "tested": "2026-10-25"},
    ]  # fmt: skip
    drills = [
        {"id": "d1", "kind": "switch", "switch": "queue", "date": "2026-10-25", "minutes_off": 4, "minutes_on": 9,
         "by": "juno", "result": "ok"},
        {"id": "d2", "kind": "takeover", "date": "2026-09-25", "by": "karl", "result": "ok"},
    ]  # fmt: skip
    sites = [{"id": "shop", "url": f"https://www.{DOMAIN}", "owner": "karl", "renews": "2029-05-12",
              "registrar_lock": True, "purpose": "Shop"}]  # fmt: skip
    tables = {"people": people, "accounts": accounts, "access": access, "apps": apps, "switches": switches,
              "drills": drills, "sites": sites}  # fmt: skip
    # JSON in one line is YAML too.
    return "".join(f"{name}:\n" + "".join(f"  - {_flow(row)}\n" for row in rows) for name, rows in tables.items())


def _flow(value: Any) -> str:
    """A value in YAML's flow form; days stay bare."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return json.dumps(value)


def _mail(display: str) -> str:
    return f"{display.lower().replace(' ', '.')}@{DOMAIN}"


def _users() -> str:
    header = (
        "First Name [Required],Last Name [Required],Email Address [Required],Status [READ ONLY],"
        "Last Sign In [READ ONLY],2sv Enrolled [READ ONLY],2sv Enforced [READ ONLY]"
    )
    rows = [
        f"{display.split()[0]},{display.split()[1]},{_mail(display)},Active,2026/11/22 08:15:00,True,True"
        for _, display, _ in STAFF
    ]
    return "\n".join([header, *rows, ""])


def _attestations() -> str:
    asked = [check for check in load_builtin()[0] if check.attest is not None]
    return "".join(
        f'[[attestation]]\ncheck = "{check.id}"\nanswer = "yes"\nwho = "Karl Eriksen"\nwhen = 2026-11-12\n'
        f'evidence = "Notes in the team folder"\n\n'
        for check in asked
    )


def _breached() -> str:
    dice = random.Random(7)
    counts = {f"{dice.getrandbits(160):040X}": dice.randint(1, 40) for _ in range(900)}
    # Every list of breached passwords holds these two; without them it is not whole.
    for word in ("123456", "password"):
        counts[hashlib.sha1(word.encode(), usedforsecurity=False).hexdigest().upper()] = 50_000_000
    return "".join(f"{key}:{counts[key]}\r\n" for key in sorted(counts))


def _days() -> list[tuple[str, str, date]]:
    """Number, channel and day of every post: some went out, some are to come within the launch."""
    first = date(2026, 11, 9)
    channels = list(CHANNELS)
    return [(f"P-{n + 1:03}", channels[n % 3], first + timedelta(days=2 * n)) for n in range(12)]


def _posts() -> str:
    header = ("ID,Goes out,Channel,Campaign,Text,Status,Written by,Approved by,Approved,Went out,Paid,Risk,Link,Pictures,"
              "Picture description,News checked,Read for audience,Legal")  # fmt: skip
    rows = []
    for number, (name, channel, day) in enumerate(_days()):
        writer, approver = (("Juno Harper", "Amir Castell"), ("Theo Brandt", "Rosa Lindgren"))[number % 2]
        out = day <= SEEN
        approved = min(day - timedelta(days=2), SEEN)
        rows.append(
            f'{name},{day} 10:00,{channel},{"" if out else "Winter jars"},"{_TEXTS[number % 6]}",'
            f"{'Published' if out else 'Scheduled'},{writer},{approver},{approved} 15:00,"
            f"{f'{day} 10:00' if out else ''},no,none,https://www.{DOMAIN}/jars,1,A jar on a wooden table,{approved},Ines Marlow,Karl Eriksen"
        )
    return "\n".join([header, *rows, ""])


def _log() -> str:
    rows = ["time,post,action,member"]
    for number, (name, _, day) in enumerate(_days()):
        writer, approver = (("Juno Harper", "Amir Castell"), ("Theo Brandt", "Rosa Lindgren"))[number % 2]
        approved = min(day - timedelta(days=2), SEEN)
        before = approved - timedelta(days=1)
        rows += [f"{before}T09:00:00Z,{name},CREATE,{writer}", f"{before}T11:00:00Z,{name},SUBMIT,{writer}"]
        if number == 3:
            rows += [f"{before}T12:00:00Z,{name},REJECT,{approver}", f"{before}T13:00:00Z,{name},SUBMIT,{writer}"]
        rows.append(f"{approved}T15:00:00Z,{name},APPROVE,{approver}")
        if day <= SEEN:
            rows.append(f"{day}T10:00:00Z,{name},PUBLISH,Planner")
    return "\n".join([*rows, ""])


def _policies() -> str:
    """Every clause in the words of its own check, under a heading of its own."""
    head = (
        "---\ntitle: Social media policy of Fernhill Candles\nowner: Head of Communications\nversion: 2.1\n"
        "status: final\napproved_by: Managing Director\napproved_on: 2026-05-04\nreviewed_on: 2026-05-04\n"
        "review_due_on: 2027-05-04\n---\n\n# Social media policy of Fernhill Candles\n\nNext review: 2027-05-04\n\n"
    )
    parts = []
    for check in load_builtin()[0]:
        if check.clause is not None:
            sentences = check.examples["found"][:2]
            parts.append(f"## {check.title}\n\n" + "".join(f"- {sentence}\n" for sentence in sentences))
    return head + "\n".join(parts)


def _vault() -> str:
    collection, team = "c0000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-0000000000aa"
    words = ("vT7#qLz9!mRw2@xKpe4B", "Gd5^nUy8&hQs3*jWfo6C", "Zk1%aXb0+tEv7=cNmi9D")
    items: list[dict[str, Any]] = [
        {"id": f"00000000-0000-4000-8000-00000000000{n}", "organizationId": team, "type": 1, "name": f"Social / {name}",
         "notes": None, "revisionDate": "2026-10-20T09:00:00.000Z", "creationDate": "2024-03-01T09:00:00.000Z",
         "deletedDate": None, "passwordHistory": None, "collectionIds": [collection],
         "login": {"uris": [{"match": None, "uri": url}], "username": f"recovery@{DOMAIN}", "password": word,
                   "totp": None, "fido2Credentials": [], "passwordRevisionDate": "2026-10-20T09:00:00.000Z"}}
        for n, ((name, _, _, url, _), word) in enumerate(zip(ACCOUNTS, words, strict=True))
    ]  # fmt: skip
    items.append(
        {
            **items[0],
            "id": "00000000-0000-4000-8000-000000000009",
            "name": "Site / shop",
            "login": {
                **items[0]["login"],
                "uris": [{"match": None, "uri": f"https://www.{DOMAIN}/login"}],
                "password": "Rb3!kTf6#wPx2&hJuy4E",
            },
        }
    )
    collections = [{"id": collection, "organizationId": team, "name": "Social", "externalId": None}]
    return json.dumps({"encrypted": False, "collections": collections, "items": items})


_POSTS_MAPPING = """schema = "auditgen.calendar/1"
kind = "posts"
date_format = "auto"
time_zone = "Europe/London"
events_from_columns = false

[columns]
post = "ID"
scheduled_at = "Goes out"
account = "Channel"
launch = "Campaign"
text = "Text"
status = "Status"
author = "Written by"
approver = "Approved by"
approved_at = "Approved"
published_at = "Went out"
paid = "Paid"
risk = "Risk"
link = "Link"
media = "Pictures"
alt_text = "Picture description"
context_checked_on = "News checked"
sensitivity_reader = "Read for audience"
legal_approver = "Legal"

[accounts]
"""
_LOG_MAPPING = """schema = "auditgen.calendar/1"
kind = "events"

[columns]
post = "post"
activity = "action"
happened_at = "time"
actor = "member"
"""
