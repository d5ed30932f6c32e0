"""Severities, worst first, and small numbers as words: said once for the audit, its results and its pages."""

from __future__ import annotations

SEVERITIES = ("critical", "high", "medium", "low", "info")
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def is_small(value: int) -> bool:
    """Whether a number is written as a word."""
    return 0 <= value < len(_SMALL)


def number(value: int) -> str:
    """A number as text: a word up to twelve, figures above."""
    return _SMALL[value] if is_small(value) else f"{value:,}"
