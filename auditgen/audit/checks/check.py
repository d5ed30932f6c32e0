"""Checks as Markdown files: loading, validation and the three examples every check carries.

A check file is front matter in TOML between two lines of `+++`, then why it matters, one ```sql query,
`## How to fix it`, and a ```toml example with [pass], [fail] and [unknown] evidence. In place of the query a
check may hold a [clause] (a passage a policy must contain) or an [attest] (a question for a person).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from auditgen.audit.checks.query import parameters_of, with_texts

STAGES = ("prevent", "act", "cure", "recover")
ABOUT = ("account", "person", "credential", "post", "document", "clause", "site", "organisation")
VERDICTS = ("pass", "fail", "unknown", "due", "n/a")


# A clause is judged over the whole set of documents: one good passage anywhere is enough. What nobody could read may
# hold it, so then it was not seen; a passage that is not sure waits for a person and is no pass.
CLAUSE_QUERY = """
select asked.clause as subject,
       case when best.state = 'not_applicable' then not_applicable('Not applicable: ' || best.text)
            when readable.n = 0 then unknown('No policy document could be read', 'missing')
            when best.state = 'found_sure' then pass('Found in ' || quoted)
            when best.state = 'accepted' then pass('Accepted in ' || quoted)
            when best.state = 'reopened'
                then fail('Accepted once in ' || document || ', and that sentence reads differently now: ' || words)
            when best.state = 'found_check'
                then unknown('Probably in ' || best.spot || ', to be looked at: ' || words, 'unsure')
            when best.state = 'hollow' then fail('Begun in ' || best.spot || ', still to be filled in: ' || words)
            when best.state = 'declined' then fail('Declined in ' || quoted)
            when best.state = 'referenced'
                then unknown(
                    'Only pointed to in ' || best.spot || ', and that document was not given: ' || words, 'missing')
            when best.state = 'not_found_check' then unknown('Probably not found; nearest is ' || quoted, 'unsure')
            when readable.unread > 0 then unknown(readable.says, 'unreadable')
            else fail(readable.says) end as verdict,
       coalesce(best.source, readable.source) as source, best.locator, readable.seen_on, 'exported' as basis
from (select unnest($clauses::varchar[]) as clause) asked,
     (
    select n, unread, source, seen_on,
           if(n = 1, 'Not found in the one document that was read',
              format('Not found in the {} documents that were read', n))
           || if(unread > 0, format(', and {} could not be read', if(unread = 1, 'one', unread::varchar)), '') as says
    from (
        select count(*) filter (state = 'read') as n, count(*) filter (state in ('unreadable', 'foreign')) as unread,
               min(source) filter (state = 'read') as source, min(seen_on) filter (state = 'read') as seen_on
        from documents
    )
) readable
left join (
    select *, document || coalesce(' (' || nullif(heading, '') || ')', '') as spot, '“' || text || '”' as words,
           spot || ': ' || words as quoted
    from clauses where rank = 1
) best on best.clause = asked.clause
"""


@dataclass(frozen=True)
class Check:
    """One rule with its documentation and its test."""

    id: str
    area: str
    title: str
    fail: str
    stage: str
    severity: str
    effort: float
    about: str
    needs: tuple[str, ...]
    references: tuple[str, ...]
    version: int
    params: Mapping[str, Any]
    why: str
    fix: str
    query: str | None
    clause: Mapping[str, Any] | None
    attest: Mapping[str, Any] | None
    adds: str | None
    step: str | None
    example: str
    pack: str
    file: str
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    # Things of the table absences without which the check concerns nothing, beside those its needs tell.
    absent: tuple[str, ...] = ()

    @cached_property
    def examples(self) -> dict[str, Any]:
        """The example as data; read only when asked for. Raises tomllib.TOMLDecodeError."""
        return tomllib.loads(self.example)

    @cached_property
    def sql(self) -> str | None:
        """The query as it runs, with the texts of its parameters in it; clause checks share one.

        Raises duckdb.Error where the query is no SQL.
        """
        if self.clause is not None or self.query is None:
            return CLAUSE_QUERY if self.clause is not None else None
        texts = {name: value for name, value in self.params.items() if isinstance(value, str)}
        return with_texts(self.query, texts) if texts else self.query

    def parameters(self, as_of: date, until: date | None = None) -> dict[str, Any]:
        """Values for every $name that is still a parameter of `sql`: bound, never written into it.

        until  last day of the launch that is judged; `as_of` where there is none
        """
        days = {"as_of": as_of, "until": max(until or as_of, as_of)}
        values: dict[str, Any] = {**self.params, **days, "clauses": [self.id]}
        return {name: values[name] for name in parameters_of(self.sql or "") if name in values}
