"""Regular expressions whose time has no bound."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any, cast

_parser: Any = import_module("re._parser")  # the standard library's own reading of a pattern
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT")


def nests_repeats(pattern: str) -> bool:
    """Whether an open repeat stands inside another: `(a+)+` tries every way to share out the letters of a text.

    A pattern that is none counts as harmless: it is refused elsewhere, as no schema.
    """
    try:
        return any(_has_open_repeat(body) for body in _open_repeats(_parser.parse(pattern)))
    except (re.error, RecursionError, OverflowError):
        return False


def _open_repeats(parsed: Any) -> Iterator[Any]:
    """The bodies of repeats without a small bound, at every depth."""
    for name, argument in parsed:
        if str(name) in _REPEATS and argument[1] > 16:
            yield argument[2]
        for part in _inside(argument):
            yield from _open_repeats(part)


def _has_open_repeat(parsed: Any) -> bool:
    return next(_open_repeats(parsed), None) is not None


def _inside(argument: Any) -> Iterator[Any]:
    """The sub-patterns among the arguments of one operation."""
    if isinstance(argument, _parser.SubPattern):
        yield argument
    elif isinstance(argument, list | tuple):
        for part in cast("list[Any]", argument):
            yield from _inside(part)
