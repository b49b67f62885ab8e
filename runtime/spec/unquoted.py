"""Texts that need quotes, because YAML takes their brackets for lists and mappings of its own."""

from __future__ import annotations

import re
from typing import Any

from runtime.spec.problem import Finding, Place

_CLOSING = {"[": "]", "{": "}"}
_KINDS = {"[": "a list", "{": "a mapping"}
# What the parsers expected in place of the rest of such a text.
_EXPECTED = re.compile(r"',' or|expected key|'-' indicator|block end")
_IN_BRACKETS = re.compile(r"',' or")
# What a text may stand behind: a comma, a bracket, a key, or the dash of an item.
_BEFORE = re.compile(r"(?:.*(?:[,\[{]|:\s)|\s*-\s)?\s*")
# A slot, or a part that may be left out, rather than a mapping or a list of several items.
_PLACEHOLDER = re.compile(r"(?:\[[^\[\]{},:]*\]|\{[^\[\]{},:]*\})$")
_QUOTE = 'put the whole text in quotes: "…"'


def unquoted_text(error: Any, source: str, line: int, column: int) -> Finding | None:
    """Blame the text in which the parser gave up, on the line `source`, for its missing quotes, if that is it."""
    problem = error.problem or ""
    before, mark = source[:column].rstrip(), source[column : column + 1]
    if not _EXPECTED.search(problem) or not before or not mark or mark in ",]}:#":
        return None
    placeholder = _PLACEHOLDER.search(before)
    if placeholder:
        bracket, begin = placeholder[0][0], placeholder.start()
        message = f"YAML reads the {bracket} that this text begins with as {_KINDS[bracket]}"
    elif mark in _CLOSING and before[-1] not in ",[{]}:\"'":
        found = _BEFORE.match(before)
        begin = found.end() if found else 0
        message = f"YAML reads the {mark} in this unquoted text as {_KINDS[mark]}"
    else:
        return None
    length = _length(source[begin:], in_brackets=bool(_IN_BRACKETS.search(problem)))
    return Finding(Place(line + 1, begin + 1, length), "yaml", message, _QUOTE)


def _length(rest: str, *, in_brackets: bool) -> int:
    """How long the text is with which a line goes on: in brackets, to the next comma or to their end."""
    rest = rest.rstrip()
    if not in_brackets:
        return len(rest.partition(" #")[0].rstrip())
    closing: list[str] = []
    for at, character in enumerate(rest):
        if character in _CLOSING:
            closing.append(_CLOSING[character])
        elif closing and character == closing[-1]:
            closing.pop()
        elif not closing and character in ",]}":
            return at
    return len(rest)
