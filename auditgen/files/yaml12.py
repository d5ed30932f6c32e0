"""YAML 1.2 with line numbers: what people write stays what it is.

The syntax is read by PyYAML (libyaml where its wheel has it); plain words become null, true, false and whole numbers
by the core schema of YAML 1.2.2, section 10.3, so `no`, `off`, `12:30` and `2026-11-24` stay text. Decimals stay text
too: a handle 1e3 and a version 1.10 are names. Aliases are refused beyond a small number,
and no tag is ever acted on.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import yaml

MAX_ALIASES = 100
MAX_DEPTH = 60
# Values that may appear again through aliases; an alias of an alias multiplies.
MAX_REPEATS = 10_000
_NULL = {"", "~", "null", "Null", "NULL"}
_TRUE = {"true", "True", "TRUE"}
_FALSE = {"false", "False", "FALSE"}
_INT = re.compile(r"[-+]?[0-9]+$")
_LONGEST_NUMBER = 30
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class YamlError(Exception):
    """A text that is not YAML, or more than a person writes; `line` counts from 1."""

    def __init__(self, line: int, says: str) -> None:
        self.line = line
        self.says = says
        super().__init__(f"line {line}: {says}")


class Map(dict[str, Any]):
    """A mapping that knows the line of itself and of each key."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class Sequence(list[Any]):
    """A list that knows the line of each entry."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []


def load(text: str) -> Any:
    """Value of a YAML text: Map, Sequence, text, number, true/false or None. Raises YamlError."""
    import yaml

    if control := _CONTROL.search(text):
        raise YamlError(text.count("\n", 0, control.start()) + 1, "holds a control character")
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        if "*" in text:
            aliases = sum(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=loader))
            if aliases > MAX_ALIASES:
                raise YamlError(1, f"holds {aliases:,} aliases; write the entries out")
        node = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(mark.line + 1 if mark else 1, str(error.problem or "is not YAML")) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise YamlError(1, f"is not YAML ({type(error).__name__})") from None
    return None if node is None else _value(node, 0, set(), [MAX_REPEATS])


def _value(node: yaml.Node, depth: int, met: set[int], spare: list[int]) -> Any:
    """Value of a node. `spare` repeats of nodes already `met` are left: copies of copies would fill the memory."""
    import yaml

    line = node.start_mark.line + 1
    if id(node) in met:
        spare[0] -= 1
    met.add(id(node))
    if spare[0] < 0:
        raise YamlError(line, "repeats itself through aliases; write the entries out")
    if depth > MAX_DEPTH:
        raise YamlError(line, "is nested too deeply")
    if isinstance(node, yaml.ScalarNode):
        # Only a plain word, without style, can mean something else than its text; a quoted one never does.
        return node.value if node.style else scalar(node.value)
    if isinstance(node, yaml.SequenceNode):
        sequence = Sequence()
        for item in node.value:
            sequence.append(_value(item, depth + 1, met, spare))
            sequence.lines.append(item.start_mark.line + 1)
        return sequence
    found = Map(line)
    for key, item in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise YamlError(key.start_mark.line + 1, "a key should be a word")
        if key.value == "<<" and not key.style:
            raise YamlError(key.start_mark.line + 1, "merging with << is not part of YAML 1.2; write the entries out")
        if key.value in found:
            raise YamlError(key.start_mark.line + 1, f"the key {key.value} stands twice")
        found[key.value] = _value(item, depth + 1, met, spare)
        found.lines[key.value] = key.start_mark.line + 1
    return found


def scalar(text: str) -> Any:
    """Value of a plain word."""
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if len(text) <= _LONGEST_NUMBER and _INT.match(text):
        # A number with a leading zero is a telephone or staff number to whoever wrote it.
        return text if re.match(r"[-+]?0[0-9]", text) or text.startswith("+") else int(text)
    return text
