"""Words of the report: Markdown of check authors made safe, dates, small numbers, states.

Markdown comes from check packs, which anyone may write: python-markdown turns it into HTML and nh3 keeps only a
short list of elements. Pictures are not among them, so a page never asks another host for anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache, lru_cache
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from auditgen.reference.scale import is_small, number

LINK_SCHEMES = frozenset({"http", "https", "mailto"})
# python-markdown is quadratic on hostile input; past this size a text is shown as it was written.
LONGEST_MARKDOWN = 20_000
_BRACKETS = 400
_TAGS = frozenset(
    ("p", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "a", "h3", "h4", "h5", "table", "thead",
     "tbody", "tr", "th", "td", "hr", "br", "dl", "dt", "dd", "del")
)  # fmt: skip
_HEADING = re.compile(r"<(/?)h([1-6])\b[^>]*>")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|\+00:00)?)?)?)?")


@cache
def _parser(fences: bool) -> Callable[[str], str]:
    """One parser for all texts, one more for texts with fenced code, whose extension loads much else.

    Extensions are given as objects: finding them by name reads every installed package.
    """
    from markdown import Extension, Markdown
    from markdown.extensions.sane_lists import SaneListExtension
    from markdown.extensions.tables import TableExtension

    extensions: list[Extension] = [TableExtension(), SaneListExtension()]
    if fences:
        from markdown.extensions.fenced_code import FencedCodeExtension

        extensions.append(FencedCodeExtension())
    parser = Markdown(extensions=extensions)

    def convert(text: str) -> str:
        parser.reset()
        return str(parser.convert(text))

    return convert


# A line of prose without a character that could mean anything to Markdown or HTML.
_PROSE = r"[A-Za-z“](?:[A-Za-z0-9 ,.:;?!'\"(){}/%@’“”…-]|(?<=[a-z])_(?=[a-z])|(?<= )=(?= ))*(?<! )"
_PARAGRAPH = re.compile(rf"{_PROSE}(?:\n{_PROSE})*")
_ITEM = rf"{_PROSE}(?:\n   {_PROSE})*"
_NUMBERED = re.compile(rf"1\. {_ITEM}(?:\n[2-9]\. {_ITEM})*")
_NEXT = re.compile(r"\n(?=[2-9]\. )")


def simple(text: str) -> str | None:
    """HTML of one plain paragraph or one plain numbered list; None for every other text.

    Nearly all guidance is one or the other, and then nothing has to load the parser and the sanitiser.
    """
    if _PARAGRAPH.fullmatch(text):
        return f"<p>{text}</p>"
    if _NUMBERED.fullmatch(text):
        items = "".join(f"<li>{line[3:]}</li>\n" for line in _NEXT.split(text))
        return f"<ol>\n{items}</ol>"
    return None


@lru_cache(maxsize=4096)
def markdown(text: str) -> Markup:
    """Safe HTML of a check author's Markdown; headings start at h3. Rendered once per text."""
    if len(text) <= LONGEST_MARKDOWN and (html := simple(text)):
        return Markup(html)  # the pattern lets no character through that HTML gives a meaning
    return _parsed(text)


def _parsed(text: str) -> Markup:
    import nh3

    plain = Markup("<pre>{}</pre>").format(text)
    if len(text) > LONGEST_MARKDOWN or text.count("[") > _BRACKETS:
        return plain
    try:
        html = _parser("```" in text or "~~~" in text)(text)
    except RecursionError:
        # The parser stopped inside lists within lists and would take the next text for a part of them.
        _parser.cache_clear()
        return plain
    html = _HEADING.sub(lambda found: f"<{found[1]}h{min(5, max(3, int(found[2])))}>", html)
    return Markup(
        nh3.clean(
            html,
            tags=set(_TAGS),
            attributes={"a": {"href"}, "ol": {"start"}},
            url_schemes=set(LINK_SCHEMES),
            attribute_filter=_address_only,
            link_rel="noreferrer",
        )
    )  # nh3 has cleaned it


def safe_address(address: str | None) -> str | None:
    """The address when a reader may follow it, else None."""
    if not address or any(character.isspace() for character in address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in LINK_SCHEMES:
        return None
    return address if parts.netloc or parts.scheme == "mailto" else None


def _address_only(_tag: str, name: str, value: str) -> str | None:
    """Keeps an address only when it is whole: a relative one would lead to no page of this site."""
    return safe_address(value) if name == "href" else value


_ADDRESS = re.compile(r"https?://[^\s<>\"'()]+[^\s<>\"'().,;:]")


def linked(text: str | None) -> Markup:
    """Plain text whose web addresses can be followed."""
    out, position = Markup(), 0
    for found in _ADDRESS.finditer(text or ""):
        address = safe_address(found[0])
        if address:
            out += escape((text or "")[position : found.start()])
            out += Markup('<a href="{0}" rel="noreferrer">{0}</a>').format(address)
            position = found.end()
    return out + escape((text or "")[position:])


def host(address: str) -> str:
    """Host of a web address, for the words of a link."""
    return urlsplit(address).netloc.removeprefix("www.") or address


def day_words(value: str) -> str:
    """A date as people write it; anything else comes back as it is."""
    found = _DATE.fullmatch(value)
    try:
        date(int(found[1]), int(found[2] or 1), int(found[3] or 1)) if found else None
    except ValueError:
        found = None
    if not found:
        return value
    words = found[1]
    if found[2]:
        words = f"{_MONTHS[int(found[2]) - 1]} {words}"
    if found[3]:
        words = f"{int(found[3])} {words}"
    return words


# Not inside an address, a file name or a longer number.
_DATE_IN_TEXT = re.compile(r"(?<![\w/.:-])\d{4}-\d\d-\d\d(?!\.?[\w/:-])")


def dated(sentence: str) -> str:
    """A sentence of ours with its dates as people write them; one that quotes somebody's text stays as it is."""
    return sentence if "“" in sentence else _DATE_IN_TEXT.sub(lambda match: day_words(match[0]), sentence)


@lru_cache(maxsize=4096)
def day(value: str | None) -> Markup:
    """A date in words with its machine form; anything else comes back as it is."""
    if not value:
        return Markup("")
    words = day_words(value)
    if words == value and not value.isdigit():
        return escape(value)
    return Markup('<time datetime="{}">{}</time>').format(value[:10], words)


def moment(value: str | None) -> Markup:
    """A UTC moment as weekday, date and time."""
    found = _DATE.fullmatch(value or "")
    if not value or not found or not found[3]:
        return day(value)
    try:
        weekday = _DAYS[date(int(found[1]), int(found[2]), int(found[3])).weekday()]
    except ValueError:
        return escape(value)
    clock = f", {found[4]} UTC" if found[4] else ""
    text = f"{weekday} {int(found[3])} {_MONTHS[int(found[2]) - 1]} {found[1]}{clock}"
    return Markup('<time datetime="{}">{}</time>').format(value, text)


def year(value: str) -> str:
    """Year of a date, for a short line."""
    return value[:4] if value[:4].isdigit() else value


def numbers(*values: int) -> list[str]:
    """Numbers of one sentence: all as words when all are small, else all as figures."""
    small = all(map(is_small, values))
    return [number(value) if small else f"{value:,}" for value in values]


def count(value: int, one: str, many: str | None = None) -> str:
    """A counted thing: "three accounts"."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def sentence(text: str | None) -> str:
    """The text with a full stop where it has no end of its own."""
    kept = (text or "").strip()
    return kept if not kept or kept[-1] in ".?…:;" else kept + "."


def capital(text: str) -> str:
    """The text with its first letter large; the rest stays as written."""
    return text[:1].upper() + text[1:]


def in_days(days: int | None) -> str:
    """How far away a day is."""
    if days is None:
        return ""
    if days == 0:
        return "today"
    if days == 1:
        return "tomorrow"
    return f"in {number(days)} days" if days > 0 else f"{count(-days, 'day')} ago"


def several(items: Sequence[Markup]) -> Markup:
    """Marked-up items as a list in a sentence."""
    if not items:
        return Markup("")
    if len(items) == 1:
        return items[0]
    return Markup(", ").join(items[:-1]) + Markup(" and ") + items[-1]
