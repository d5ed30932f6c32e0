"""How hard the sentences of a policy are to read: Flesch-Kincaid grade, and the share of long sentences.

grade = 0.39 × words / sentences + 11.8 × syllables / words − 15.59. Kincaid, Fishburne, Rogers and Chissom, Derivation
of new readability formulas for Navy enlisted personnel, Research Branch Report 8-75 (1975). Only paragraphs and list
items count: headings, table rows and code are no sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditgen.evidence.store import Store

LONG = 35
LEAST_WORDS = 100

# Addresses and file names are read by nobody as words.
_NOT_PROSE = re.compile(r"\b(?:https?://|www\.)\S*[^\s.,;:!?)]|\S+@[^\s.]+(?:\.[^\s.]+)*")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_END = re.compile(r"[.!?]+[\"'”’)\]]*(?=\s|$)|[\n;:](?=\s|$)")
# A full stop after these ends no sentence.
_SHORT = re.compile(
    r"\b(e\.g|i\.e|etc|cf|vs|no|mr|mrs|ms|dr|st|inc|ltd|approx|p|pp|u\.s|u\.k|a\.m|p\.m)\.(?!\s*$)", re.I
)
_GROUP = re.compile(r"[aeiouyäöüáéíóúàèìòùâêîôû]+")
# Vowels that are not heard: made, makes, called, colleague, guideline; not table, wanted, changes.
_MUTE = re.compile(
    r"(?:[^aeiouyl]|[^aeiouy]l{2,}|[aeiouy]l|[gq]u)e$|[^aeiouytd]ed$|[^aeiouysxzcgh]es$|[tg]hes$|[^aeioul]ements?$"
    r"|^(?:guide|home|life|some|time|safe|care|live|place|busi)(?=[bcfghjklmnpqtvwx])"
)
# Two vowels that are heard one by one: media, create, radio, science, going, employee, quiet, idea.
_APART = re.compile(
    r"i[ao](?!u)|(?:^|[^cst])ien|^sci|iet|[rvd]iou(?!r)|ea(?:te|ti)|[aeiouy][^aeiouy]+ea$|[aeou]ing$|[aeou]y[aeiou]"
    r"|^re[eiu]|^coo|uou|eo(?!u)|ua(?!r)|^bio|yi|ism$"
)
_TOGETHER = re.compile(r"(?:[stgx]|[^s]c)i(?:on|ou|al|an|en)|eous|geo[nu]|gua|qua|people")


@lru_cache(maxsize=20_000)
def syllables(word: str) -> int:
    """Syllables of an English word, by its groups of vowels; at least one and at most its letters."""
    letters = re.sub(r"[^\w]|[\d_]", "", word.lower())
    groups = len(_GROUP.findall(letters))
    mute = len(_MUTE.findall(letters))
    apart = len(_APART.findall(letters)) - len(_TOGETHER.findall(letters))
    return max(1, min(len(letters), groups - mute + max(0, apart)))


def sentences(text: str) -> list[list[str]]:
    """Words of each sentence of a passage; an address is no word."""
    plain = _SHORT.sub(lambda match: match[1].replace(".", "") + " ", _NOT_PROSE.sub(" ", text))
    return [words for part in _END.split(plain) if part and (words := _WORD.findall(part))]


def measure(texts: Iterable[str]) -> tuple[float | None, float | None]:
    """Grade and share of long sentences; None and None for fewer than LEAST_WORDS words."""
    lengths: list[int] = []
    spoken = 0
    for text in texts:
        for words in sentences(text):
            lengths.append(len(words))
            spoken += sum(map(syllables, words))
    total = sum(lengths)
    if total < LEAST_WORDS:
        return None, None
    grade = 0.39 * total / len(lengths) + 11.8 * spoken / total - 15.59
    return round(grade, 1), round(sum(length > LONG for length in lengths) / len(lengths), 3)


def measure_documents(store: Store) -> None:
    """Fill grade and long_sentences of every English document from its passages."""
    rows = store.select(
        "select document, list(text order by sequence) as texts from passages "
        "where kind in ('paragraph', 'item') and text is not null "
        "and document in (select document from documents where state = 'read') group by document order by document"
    )
    measured = [(row["document"], *measure(row["texts"])) for row in rows]
    if not measured:
        return
    names, grades, shares = (list(column) for column in zip(*measured, strict=True))
    # Written anew rather than updated, so that the same evidence is saved as the same bytes.
    store.connection.execute(
        "create or replace table documents as "
        "select d.* exclude (place) replace (m.grade as grade, m.share as long_sentences) "
        "from (select *, rowid as place from documents) d "
        "left join (select unnest($1::varchar[]) as document, unnest($2::double[]) as grade, "
        "unnest($3::double[]) as share) m on m.document = d.document order by d.place",
        [names, grades, shares],
    )
