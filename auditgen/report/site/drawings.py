"""Drawings as inline SVG: the bar of one barrier, rows of bars, and the bow-tie of a disaster.

One shape language everywhere, never colour alone: a full bar is in place, two stubs with a gap are missing, hatching
was not checked, a half-filled bar has only someone's word. Classes carry the colours, so both schemes and print work,
and no drawing needs an id or a style attribute. Every drawing stands beside its text equivalent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

# What a state is called. A check and a barrier share the state "open" but not its word.
WORDS = {
    "open": "to fix",
    "fail": "to fix",
    "holds": "passed",
    "pass": "passed",
    "unseen": "not checked",
    "unknown": "not checked",
    "due": "not answered",
    "attested": "vouched for",
    "not_applicable": "does not apply",
    "left_out": "left out",
}
BARRIER_WORDS = {
    "stands": "in place",
    "open": "missing",
    "unseen": "not checked",
    "attested": "vouched for",
    "not_applicable": "does not apply",
}
# What became of a barrier there and then.
THEN_WORDS = {
    "held": "worked",
    "failed": "failed",
    "absent": "was missing",
    "degraded": "was weakened",
    "unknown": "not known",
}
_SHAPES = {"holds": "stands", "fail": "open", "pass": "stands", "unknown": "unseen", "due": "unseen",
           "absent": "open", "failed": "open", "degraded": "attested", "held": "stands",
           "left_out": "not_applicable"}  # fmt: skip


def shape(state: str) -> str:
    """The drawn shape of a state: stands, open, unseen, attested or not_applicable."""
    known = _SHAPES.get(state, state)
    return known if known in ("stands", "open", "unseen", "attested") else "not_applicable"


def _bar(x: float, y: float, height: float, state: str) -> str:
    """One bar, eight wide, centred on (x, y)."""
    left, top, kind = x - 4, y - height / 2, shape(state)
    if kind == "stands":
        return f'<rect class="s" x="{left:g}" y="{top:g}" width="8" height="{height:g}" rx="1.5"/>'
    if kind == "open":
        stub = round(height * 0.3, 1)
        low = y + height / 2 - stub
        return (
            f'<rect class="o" x="{left:g}" y="{top:g}" width="8" height="{stub:g}" rx="1.5"/>'
            f'<rect class="o" x="{left:g}" y="{low:g}" width="8" height="{stub:g}" rx="1.5"/>'
        )
    if kind == "attested":
        return (
            f'<rect class="a" x="{left:g}" y="{top:g}" width="8" height="{height:g}" rx="1.5"/>'
            f'<path class="s" d="M{left:g} {top + height / 2:g}h8v{height / 2:g}h-8z"/>'
        )
    if kind == "unseen":
        lines = "".join(f"M{left:g} {top + step + 5:g}l8 -5" for step in range(1, int(height) - 5, 5))
        return (
            f'<rect class="u" x="{left:g}" y="{top:g}" width="8" height="{height:g}" rx="1.5"/>'
            f'<path class="u" d="{lines}"/>'
        )
    return f'<path class="u" d="M{left:g} {y:g}h8"/>'


_GLYPHS = {
    kind: Markup(f'<svg class="g" viewBox="0 0 10 24" aria-hidden="true">{_bar(5, 12, 22, kind)}</svg>')
    for kind in ("stands", "open", "unseen", "attested", "not_applicable")
}  # fmt: skip


def glyph(state: str) -> Markup:
    """The small bar that goes before a state's word; hidden from screen readers, which get the word."""
    return _GLYPHS[shape(state)]


def state_word(state: str) -> str:
    """Word for the state of a check or a finding."""
    return WORDS.get(state, state.replace("_", " "))


def barrier_word(state: str) -> str:
    """Word for the state of a barrier."""
    return BARRIER_WORDS.get(state, state.replace("_", " "))


@lru_cache(maxsize=512)
def state_mark(state: str, word: str | None = None) -> Markup:
    """Bar and word together; without a word, that of a check in this state."""
    return Markup('<span class="st {}">{}{}</span>').format(shape(state), glyph(state), word or state_word(state))


def tally(states: Sequence[tuple[str, int]], label: str, across: int = 24) -> Markup:
    """One bar for each thing counted, in the given order of states; `label` says the same in words."""
    marks = [state for state, amount in states for _ in range(max(0, amount))]
    if not marks:
        return Markup("")
    if len(marks) > 240:  # beyond this a bar stands for several
        marks = marks[:: len(marks) // 240 + 1]
    columns = min(across, len(marks))
    rows = -(-len(marks) // columns)
    drawn = "".join(
        _bar(5 + 11 * (index % columns), 11 + 26 * (index // columns), 20, state) for index, state in enumerate(marks)
    )
    width, height = 11 * across, 26 * rows - 4
    return Markup(
        f'<svg class="tally" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">{drawn}</svg>'
    )


def strip(barriers: Sequence[Mapping[str, Any]], label: str) -> Markup:
    """A small drawing of the barriers round one account: bars across one line that ends at the account."""
    step, start = 30, 46
    width = start + step * len(barriers) + 30
    bars = "".join(_bar(start + step * index, 26, 36, item["state"]) for index, item in enumerate(barriers))
    return Markup(
        f'<svg class="strip" viewBox="0 0 {width} 52" role="img" aria-label="{escape(label)}">'
        f'<path class="rest" d="M0 26H{width - 30}"/>{bars}'
        f'<circle class="event" cx="{width - 16}" cy="26" r="12"/></svg>'
    )


def wrap(text: str, width: int, most: int) -> list[str]:
    """Lines of at most `width` characters, at most `most` of them; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    for word in text.split():
        piece = word if len(word) <= width else word[: width - 1] + "…"
        if lines and len(lines[-1]) + 1 + len(piece) <= width:
            lines[-1] += " " + piece
        else:
            lines.append(piece)
    if len(lines) > most:
        lines = lines[:most]
        lines[-1] = lines[-1][: width - 1].rstrip() + "…"
    return lines


def _text(lines: Sequence[str], x: float, y: float, css: str, leading: float) -> str:
    """Centred on y, one tspan a line."""
    first = y - leading * (len(lines) - 1) / 2
    spans = "".join(
        f'<tspan x="{x:g}" y="{first + leading * index:g}">{escape(line)}</tspan>' for index, line in enumerate(lines)
    )
    return f'<text class="{css}">{spans}</text>'


# The bow-tie has fixed columns, so it needs no layout: ways in, their barriers, the event, the answer's three phases.
_WIDTH, _ROW, _BAR = 1120, 104, 44
_LANE_FROM, _LANE_TO, _EVENT, _RADIUS = 216, 504, 600, 74
_ANSWER_FROM, _ANSWER_TO = 738, 1046
_PHASES = (("act", "Act"), ("cure", "Cure"), ("recover", "Recover"))


def in_the_way(path: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Barriers of a way that concern its account."""
    return [item for item in path["barriers"] if item["state"] != "not_applicable"]


def first_standing(path: Mapping[str, Any]) -> int | None:
    """Position of the barrier that ends a way among those in it, or None when it arrives.

    A way without depth arrives whatever is in place on it: what failed in the disaster itself ends nothing alone.
    """
    if not path["depth"]:
        return None
    for index, item in enumerate(in_the_way(path)):
        if stops(item):
            return index
    return None


def stops(barrier: Mapping[str, Any]) -> bool:
    """Whether a barrier on a way ends it. Safeguards never do; someone's word only where the workspace says so."""
    if barrier.get("kind", "barrier") != "barrier":
        return False
    return bool(barrier.get("counts_as_standing", barrier["state"] == "stands"))


def unsure(scenario: Mapping[str, Any], path: Mapping[str, Any]) -> bool:
    """Whether a way is open only as far as one can tell, because something in it could not be checked."""
    if scenario["certain"] and path is scenario["paths"][scenario["path"]]:
        return False
    return any(shape(item["state"]) == "unseen" for item in in_the_way(path))


def _rows(count: int, middle: float) -> list[float]:
    return [middle + _ROW * (index - (count - 1) / 2) for index in range(count)]


def _touch(y: float, middle: float, side: int) -> tuple[float, float]:
    """Where a lane at height y meets the circle of the event; side is -1 for the left, 1 for the right."""
    sine = max(-0.8, min(0.8, (y - middle) / (1.5 * _RADIUS)))
    return round(_EVENT + side * _RADIUS * (1 - sine * sine) ** 0.5, 1), round(middle + _RADIUS * sine, 1)


def _named(places: Sequence[float], names: Sequence[str], spread: float, y: float) -> str:
    """Names above bars, each in the room it has."""
    made = []
    for place, name in zip(places, names, strict=True):
        lines = wrap(name, max(9, int(spread / 6.8)), 3)
        made.append(_text(lines, place, y - _BAR / 2 - 2 - 7 * len(lines), "name", 13))
    return "".join(made)


def _lane(scenario: Mapping[str, Any], path: Mapping[str, Any], y: float, middle: float) -> str:
    barriers = in_the_way(path)
    spread = (_LANE_TO - _LANE_FROM) / max(1, len(barriers))
    places = [_LANE_FROM + spread * (index + 0.5) for index in range(len(barriers))]
    x, touch = _touch(y, middle, -1)
    bend = (_LANE_TO + x) / 2
    into = f"H{_LANE_TO - 12}C{bend:g} {y:g} {bend:g} {touch:g} {x:g} {touch:g}"
    end = first_standing(path)
    thick = "way weakest" if path is scenario["paths"][scenario["path"]] else "way"
    parts = [_text(wrap(path["threat_title"], 22, 4), 0, y + 4, "threat", 17)]
    start = f"M{_LANE_FROM - 12} {y:g}"
    if end is None:
        maybe = " maybe" if unsure(scenario, path) else ""
        parts.append(f'<path class="{thick} reach{maybe}" d="{start}{into}"/>')
        parts.append(f'<path class="arrow" d="M{x - 8:g} {touch - 7:g}l11 7l-11 7z"/>')
    else:
        parts.append(f'<path class="rest" d="{start}{into}"/>')
        parts.append(f'<path class="{thick}" d="{start}H{places[end]:g}"/>')
    parts += [_bar(place, y, _BAR, item["state"]) for place, item in zip(places, barriers, strict=True)]
    parts.append(_named(places, [item["short"] for item in barriers], spread, y))
    return "".join(parts)


def _answer(phase: str, links: Sequence[Mapping[str, Any]], y: float, middle: float) -> str:
    spread = (_ANSWER_TO - _ANSWER_FROM) / max(3, len(links))
    places = [_ANSWER_FROM + spread * (index + 0.5) for index in range(len(links))]
    x, touch = _touch(y, middle, 1)
    bend = (x + _ANSWER_FROM) / 2
    out = f"M{x:g} {touch:g}C{bend:g} {touch:g} {bend:g} {y:g} {_ANSWER_FROM} {y:g}H{_ANSWER_TO + 4}"
    parts = [f'<path class="rest" d="{out}"/>', _text([phase], _WIDTH, y + 4, "phase", 15)]
    parts += [_bar(place, y, _BAR, item["state"]) for place, item in zip(places, links, strict=True)]
    parts.append(_named(places, [item["title"] for item in links], spread, y))
    return "".join(parts)


def bow_tie(scenario: Mapping[str, Any], says: str) -> Markup:
    """The bow-tie of one disaster: ways in from the left, the event, the answer on the right. `says` is its summary."""
    phases = [
        (title, links)
        for phase, title in _PHASES
        if (links := [link for link in scenario["chain"] if link["phase"] == phase])
    ]
    count = max(len(scenario["paths"]), len(phases), 2)
    height = _ROW * count + 44
    middle = height / 2 + 12
    parts = [
        _lane(scenario, path, y, middle)
        for path, y in zip(scenario["paths"], _rows(len(scenario["paths"]), middle), strict=True)
    ]
    parts += [
        _answer(title, links, y, middle) for (title, links), y in zip(phases, _rows(len(phases), middle), strict=True)
    ]
    ring = "event reached" if scenario["state"] in ("reaches", "not_preventable") else "event"
    parts.append(f'<circle class="{ring}" cx="{_EVENT}" cy="{middle:g}" r="{_RADIUS}"/>')
    parts.append(_text(wrap(scenario["top_event_title"], 14, 5), _EVENT, middle + 5, "knot", 18))
    heads = (
        f'<text class="head" x="0" y="12">How it would come</text>'
        f'<text class="head" x="{_LANE_FROM}" y="12">what is in its way here, today</text>'
        f'<text class="head" x="{_ANSWER_FROM}" y="12">the answer, if it happened</text>'
    )
    return Markup(
        f'<svg class="bowtie" viewBox="0 0 {_WIDTH} {height:g}" role="img" aria-label="{escape(says)}">'
        f"{heads}{''.join(parts)}</svg>"
    )
