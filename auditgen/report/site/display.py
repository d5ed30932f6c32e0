"""Makes text safe to look at: what would reorder, hide or break a page is shown as its code point instead.

Escaping for HTML is the templates' work. This is the step before it, at the one door through which results enter.
"""

from __future__ import annotations

import re
from typing import Any

from auditgen.report.site.words import dated

# Control characters other than tab and line feed, directional controls, invisible marks, tags and lone surrogates.
# Joiners (U+200C, U+200D) and variation selectors stay: scripts and emoji need them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"
)


def _code_point(match: re.Match[str]) -> str:
    return f"[U+{ord(match[0]):04X}]"


def visible(text: str) -> str:
    """The text with every character that cannot be seen written as its code point."""
    return _UNSEEN.sub(_code_point, text.replace("\r\n", "\n"))


def visible_data(value: Any) -> Any:
    """Plain data with every text made visible and the dates in sentences made readable.

    Parts that need no change are handed back as they are.
    """
    if isinstance(value, str):
        return value if value.isascii() and value.isprintable() else visible(value)
    if isinstance(value, list):
        made = [visible_data(item) for item in value]
        return made if any(new is not old for new, old in zip(made, value, strict=True)) else value
    if isinstance(value, dict):
        pairs = {name: visible_data(item) for name, item in value.items()}
        if isinstance(says := pairs.get("says"), str):
            pairs["says"] = dated(says)
        return pairs if any(pairs[name] is not value[name] for name in value) else value
    return value
