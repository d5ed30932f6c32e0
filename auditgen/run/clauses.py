"""Reading policies for their clauses beside other work: it needs only checks, documents and passages."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from auditgen.analysis.clauses import find_clauses, prepare
from auditgen.audit.checks.packs import clause_set
from auditgen.audit.policy_reviews import load_reviews

if TYPE_CHECKING:
    from auditgen.evidence.store import Store
    from auditgen.run.load import Loaded

_COUNT = "select (select count(*) from documents) as documents, (select count(*) from passages) as passages"


class ClauseReading:
    """Fills the table of clauses in a thread of its own: `prepare` and `begin` come back at once, `end` waits."""

    def __init__(self, store: Store, loaded: Loaded) -> None:
        self._store = store
        self._reviews = loaded.workspace.reviews
        self._clauses = clause_set(loaded.checks)
        self._thread = ThreadPoolExecutor(1)
        self._found: Future[dict[str, str]] | None = None
        self._over: list[dict[str, int]] = []

    def close(self) -> None:
        """Wait for the thread; what it has not begun it leaves."""
        self._thread.shutdown(cancel_futures=True)

    def prepare(self) -> None:
        """Load what no document changes."""
        self._thread.submit(prepare, self._clauses)

    def begin(self) -> None:
        """Read the documents that are there; once more only when a reader added some that nobody expected of it."""
        over = self._store.select(_COUNT)
        if over != self._over:
            self._over = over
            self._found = self._thread.submit(self._read)

    def end(self) -> dict[str, str]:
        """The clauses whose patterns could not be used. Raises WorkspaceError when the file of reviews is wrong."""
        return self._found.result() if self._found else {}

    def _read(self) -> dict[str, str]:
        reviews = load_reviews(self._reviews, list(self._clauses))
        with self._store.beside() as store:
            store.measure()
            return find_clauses(store, self._clauses, reviews)
