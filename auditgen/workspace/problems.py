"""Mistakes that keep an audit from starting."""

from __future__ import annotations

from collections.abc import Iterable

from auditgen.files.problems import Problem


class WorkspaceError(Exception):
    """Mistakes that keep the audit from starting; exit code 2."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
