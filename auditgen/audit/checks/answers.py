"""What a query answers with: verdict and sentence in one value, so that they cannot drift apart."""

from __future__ import annotations

from auditgen.evidence.store import Store

# What a query answers with: verdict and sentence in one value, so that they cannot drift apart.
MACROS = {
    "pass": "(says) as {'verdict': 'pass', 'says': says::varchar, 'reason': null::varchar}",
    "fail": "(says) as {'verdict': 'fail', 'says': says::varchar, 'reason': null::varchar}",
    "unknown": "(says, reason := null) as {'verdict': 'unknown', 'says': says::varchar, 'reason': reason::varchar}",
    "not_applicable": "(says) as {'verdict': 'n/a', 'says': says::varchar, 'reason': null::varchar}",
}

VERDICT_TYPE = "STRUCT(verdict VARCHAR, says VARCHAR, reason VARCHAR)"


def define_macros(store: Store) -> None:
    """Let the queries of checks say `pass(says)`, `fail(says)`, `unknown(says, reason)` and `not_applicable(says)`."""
    for name, body in MACROS.items():
        store.connection.execute(f"create or replace macro {name}{body}")
