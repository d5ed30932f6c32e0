"""What a reader raises when a file cannot be used."""

from __future__ import annotations


class ReadError(Exception):
    """A file that cannot be used: one sentence with file, place, what was seen and what was expected."""
