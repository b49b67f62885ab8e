"""What an unquoted scalar means: YAML 1.2.2, core schema, section 10.3.2.

YAML 1.1, which PyYAML follows, reads `no` as false and `12:30` as 750. Editors follow 1.2, and so does this.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

CORE_TAG = "tag:yaml.org,2002:"
# What fits a signed 64-bit integer; JSON writers and databases refuse more.
_LARGEST = 2**63
_OTHER = "write another number, or quote it if it is text"
# Longer texts are not repeated in a hint: the line above it shows them.
_QUOTABLE = 40
# No 64-bit integer is written longer than this, and Python refuses to read numbers of thousands of digits.
_LONGEST = 20

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_DECIMAL = re.compile(r"[-+]?[0-9]+\Z")
_BASED = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]")
_TAGGED: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "null": (type(None),),
}


@dataclass(frozen=True, slots=True)
class Refused:
    """A number that cannot be used as it is written."""

    code: str
    message: str
    hint: str


def plain(text: str) -> Any:
    """Resolve an unquoted scalar to None, a bool, an int, a float or text, or say why it is refused."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _BASED.match(text):
        return _bounded(int(text, 0))
    if _FLOAT.match(text):
        return _number(text)
    if _NOT_FINITE.match(text):
        return Refused("bad-value", f"{text} is no number to calculate with", _OTHER)
    return text


def kind(text: str) -> str:
    """Name what an unquoted scalar is, for a message."""
    value = plain(text)
    if value is None:
        return "nothing"
    return f"the value {text.lower()}" if isinstance(value, bool) else "a number"


def quote(text: str) -> str:
    """Say how to write the text so that it stays text."""
    return f'quote it: "{text}"' if len(text) <= _QUOTABLE else "put it in quotes"


def matches_tag(tag: str, text: str) -> bool | None:
    """Say whether the text is what its explicit tag promises; None for a tag outside the core schema."""
    name = tag.removeprefix(CORE_TAG)
    if name == "str":
        return True
    if name not in _TAGGED:
        return None
    value = plain(text)
    return isinstance(value, _TAGGED[name]) and isinstance(value, bool) == (name == "bool")


def _number(text: str) -> Any:
    if _LEADING_ZERO.match(text):
        return Refused("leading-zero", f"{text} begins with 0, which a number would lose", quote(text))
    if not _DECIMAL.match(text):
        return _bounded(float(text))
    return _bounded(int(text) if len(text) <= _LONGEST else _LARGEST)


def _bounded(value: float) -> Any:
    if math.isinf(value) or (isinstance(value, int) and not -_LARGEST <= value < _LARGEST):
        return Refused("bad-value", "this number is too large", _OTHER)
    return value
