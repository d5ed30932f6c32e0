"""The three examples every check carries, run as tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb

from auditgen.analysis.clauses.patterns import match
from auditgen.analysis.clauses.sentences import Sentence
from auditgen.audit.checks.answers import BadAnswer, define_macros, unpacked
from auditgen.audit.checks.check import Check
from auditgen.audit.checks.query import NotOneSelect, error_line, one_select, sql_says
from auditgen.evidence.store import QueryTimeout, Store, WordError, schema
from auditgen.files.problems import Problem, nearest

SHOWN = 5
EXAMPLE_DAY = date(2026, 11, 20)


class Harness:
    """Runs the examples of checks against a frozen, empty store."""

    def __init__(self) -> None:
        self.store = Store()
        define_macros(self.store)
        self.store.freeze(memory_limit="512MB")

    def close(self) -> None:
        self.store.close()

    def __enter__(self) -> Harness:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def test(self, check: Check) -> list[Problem]:
        """Run the examples of one check; every example that does not hold is a problem, with the rows it gave."""
        if check.clause is not None:
            return self._test_clause(check)
        if check.attest is not None:
            return []
        wrong: list[Problem] = []
        for name in ("pass", "fail", "unknown"):
            line = check.lines.get(f"example.{name}", 0)
            if not isinstance(check.examples.get(name), dict):
                wrong.append(Problem(check.file, line, f"the example has no [{name}]"))
                continue
            try:
                rows = self._rows(check, name)
            except _BadExample as error:
                wrong.append(Problem(check.file, line, f"example [{name}]: {error}"))
                continue
            except (duckdb.Error, NotOneSelect, QueryTimeout) as error:
                where = check.lines["sql"] + error_line(error)
                wrong.append(Problem(check.file, where, f"the query fails on example [{name}]: {sql_says(error)}"))
                # The others would fail in the same way.
                break
            try:
                verdicts = [answer.verdict for answer in unpacked(rows)]
            except BadAnswer as error:
                whose = f" (subject {rows[error.row - 1]['subject']})" if error.row else ""
                wrong.append(Problem(check.file, check.lines["sql"], f"example [{name}]: {error}{whose}"))
                break
            good = (
                bool(verdicts)
                and (set(verdicts) == {"pass"} if name == "pass" else name in verdicts)
                and not (name == "unknown" and "pass" in verdicts)
            )
            if not good:
                gave = ", ".join(sorted(set(verdicts))) or "no rows"
                says = f"example [{name}] should give {name}, gave {gave}{_listed(rows)}"
                wrong.append(Problem(check.file, line, says))
        return wrong

    def _rows(self, check: Check, name: str) -> list[dict[str, Any]]:
        """What the query gives for one example. Raises _BadExample and what the database raises."""
        connection = self.store.connection
        connection.execute("begin")
        try:
            example = dict(check.examples[name])
            as_of = example.pop("as_of", EXAMPLE_DAY)
            until = example.pop("until", as_of)
            for name, day in (("as_of", as_of), ("until", until)):
                if not isinstance(day, date):
                    raise _BadExample(f"{name} should be a date like 2026-11-24")
            for table, rows in example.items():
                self._fill(table, rows)
            with self.store.limit(5, read_only=False):
                return self.store.select(one_select(check.sql or ""), check.parameters(as_of, until))
        finally:
            connection.execute("rollback")

    def _fill(self, table: str, rows: object) -> None:
        if table not in schema():
            raise _BadExample(f"no table {table}{nearest(table, schema())}")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise _BadExample(f"{table} should be a list of rows, each in braces")
        known = schema()[table].column_types
        for number, row in enumerate(rows, 1):
            for column in row:
                if column not in known:
                    raise _BadExample(f"row {number} of {table} has a column {column}{nearest(column, known)}")
        try:
            self.store.add(
                table, [{"source": "example", "locator": f"row {n}", **row} for n, row in enumerate(rows, 1)]
            )
        except (WordError, TypeError) as error:
            raise _BadExample(str(error)) from None
        except duckdb.Error as error:
            raise _BadExample(f"a row of {table} does not fit the table: {sql_says(error)}") from None

    def _test_clause(self, check: Check) -> list[Problem]:
        """Sentences that must be found by the patterns alone, and near misses that must not."""
        wrong = []
        for name, least in (("found", 3), ("not_found", 2)):
            texts = check.examples.get(name)
            if not isinstance(texts, list) or len(texts) < least:
                wrong.append(Problem(check.file, 0, f"the example has no list {name} of {least} sentences or more"))
                continue
            sentences = [
                Sentence("example", n, "paragraph", "", "", n, None, str(text)) for n, text in enumerate(texts, 1)
            ]
            hits = match(self.store.connection, sentences, {check.id: check.clause or {}})
            if hits.wrong:
                wrong.append(Problem(check.file, check.lines.get("clause", 0), "a pattern is not RE2"))
                continue
            for text, found in zip(texts, hits.found[:, 0], strict=True):
                if bool(found) != (name == "found"):
                    gave = "was found" if found else "was not found"
                    wrong.append(Problem(check.file, 0, f"example {name}: “{text}” {gave}"))
        return wrong


class _BadExample(Exception):
    """Rows that cannot stand in the tables; one text."""


def _listed(rows: Sequence[dict[str, Any]]) -> str:
    """The rows an example gave, one after the other."""
    told = [f"{row['subject']}: {row['verdict']['verdict']}, “{row['verdict']['says']}”" for row in rows[:SHOWN]]
    more = f"; and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    return f" ({'; '.join(told)}{more})" if told else ""
