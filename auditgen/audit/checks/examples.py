"""The three examples every check carries, run as tests."""

from __future__ import annotations

from datetime import date

from auditgen.audit.checks.answers import define_macros
from auditgen.audit.checks.check import VERDICTS, Check
from auditgen.audit.checks.sql_errors import sql_says
from auditgen.evidence.store import Store, schema
from auditgen.files.problems import Problem, nearest

EXAMPLE_DAY = date(2026, 11, 20)


class Harness:
    """Runs the examples of checks against a frozen, empty store."""

    def __init__(self) -> None:
        self.store = Store()
        define_macros(self.store)
        self.store.freeze(memory_limit="512MB")

    def close(self) -> None:
        self.store.close()

    def test(self, check: Check) -> list[Problem]:
        """Run the examples of one check; every example that does not hold is a problem."""
        if check.clause is not None:
            return self._test_clause(check)
        if check.attest is not None:
            return []
        wrong: list[Problem] = []
        for name in ("pass", "fail", "unknown"):
            if not isinstance(check.examples.get(name), dict):
                wrong.append(Problem(check.file, 0, f"the example has no [{name}]"))
                continue
            verdicts = self._verdicts(check, name)
            if isinstance(verdicts, str):
                wrong.append(Problem(check.file, check.lines["sql"], f"example [{name}]: {verdicts}"))
                continue
            good = (
                bool(verdicts)
                and (set(verdicts) == {"pass"} if name == "pass" else name in verdicts)
                and not (name == "unknown" and "pass" in verdicts)
            )
            if not good:
                seen = ", ".join(sorted(set(verdicts))) or "no rows"
                wrong.append(Problem(check.file, 0, f"example [{name}] should give {name}, gave {seen}"))
        return wrong

    def _verdicts(self, check: Check, name: str) -> list[str] | str:
        import duckdb

        connection = self.store.connection
        connection.execute("begin")
        try:
            example = dict(check.examples[name])
            as_of = example.pop("as_of", EXAMPLE_DAY)
            for table, rows in example.items():
                if table not in schema():
                    return f"no table {table}{nearest(table, schema())}"
                self.store.add(
                    table, [{"source": "example", "locator": f"row {n}", **row} for n, row in enumerate(rows, 1)]
                )
            with self.store.limit(5, read_only=False):
                rows = self.store.select(check.sql or "", check.parameters(as_of))
            rows = [row | row["verdict"] if isinstance(row.get("verdict"), dict) else row for row in rows]
            missing = {"subject", "verdict", "says"} - (rows[0].keys() if rows else set())
            if rows and missing:
                return f"the query returns no column {sorted(missing)[0]}"
            verdicts = [str(row["verdict"]) for row in rows]
            if strange := set(verdicts) - set(VERDICTS):
                return f"the verdict {sorted(strange)[0]} is not known; known: {', '.join(VERDICTS)}"
            if any(row["says"] is None or row["subject"] is None for row in rows):
                return "subject and says must never be null"
            return verdicts
        except KeyError as error:
            return str(error.args[0])
        except (duckdb.Error, TypeError) as error:
            return sql_says(error)
        finally:
            connection.execute("rollback")

    def _test_clause(self, check: Check) -> list[Problem]:
        """Sentences that must be found by the patterns alone, and near misses that must not."""
        from auditgen.analysis.clauses.patterns import match
        from auditgen.analysis.clauses.units import Unit

        wrong = []
        for name, least in (("found", 3), ("not_found", 2)):
            sentences = check.examples.get(name)
            if not isinstance(sentences, list) or len(sentences) < least:
                wrong.append(Problem(check.file, 0, f"the example has no list {name} of {least} sentences or more"))
                continue
            units = [Unit("example", n, "paragraph", "", "", n, None, str(text)) for n, text in enumerate(sentences, 1)]
            hits = match(self.store.connection, units, {check.id: check.clause or {}})
            if hits.wrong:
                wrong.append(Problem(check.file, check.lines.get("clause", 0), "a pattern is not RE2"))
                continue
            for sentence, found in zip(sentences, hits.found[:, 0], strict=True):
                if bool(found) != (name == "found"):
                    gave = "was found" if found else "was not found"
                    wrong.append(Problem(check.file, 0, f"example {name}: “{sentence}” {gave}"))
        return wrong
