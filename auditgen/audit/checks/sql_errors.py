"""What the database says of a query, in words for whoever wrote it."""

from __future__ import annotations

import re


def sql_says(error: Exception) -> str:
    """An error of the database as one sentence: with the nearest right name it offers, without the query again."""
    text = str(error).strip() or type(error).__name__
    return " ".join(line.strip() for line in re.split(r"\n\s*\n|\nLINE ", text)[0].splitlines())
