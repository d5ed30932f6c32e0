"""The text of a check to start from: it loads and passes its own examples."""

from __future__ import annotations


def starter(name: str, area: str) -> str:
    """A check of that id and area, with a comment wherever something is to be changed."""
    title = name.replace("-", " ").capitalize()
    return _TEXT.replace("TITLE", title).replace("AREA", area)


_TEXT = """\
+++
title = "TITLE"
fail = "An account has nobody who answers for it"     # what a finding is called
area = "AREA"
stage = "prevent"                                     # prevent act cure recover
severity = "medium"                                   # critical high medium low info
about = "account"                                     # what a subject is; `auditgen schema` lists the tables
needs = ["accounts"]                                  # no rows in one of these: not checked
version = 1                                           # rises when the meaning changes
+++
Say in two or three sentences why it matters. Whoever has to mend it reads this first.

```sql
-- $as_of is the day that is judged, $until the last day of the launch.
select account as subject, account,
       case when owner is not null then pass(format('{} is answered for by {}', account, owner))
            when status = 'archived' then not_applicable(format('{} is archived', account))
            when status is null then unknown(format('No source says whether {} is in use', account), 'missing')
            else fail(format('Nobody answers for {}', account)) end as verdict,
       source, locator, seen_on, basis
from accounts
```

## How to fix it
1. Say what to do first.
2. Then run the audit again.

```toml example
[pass]
accounts = [{ account = "x-main", owner = "ana" }]
[fail]
accounts = [{ account = "x-main", status = "active" }]
[unknown]
accounts = [{ account = "x-main" }]
```
"""
