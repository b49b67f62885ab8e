"""The examples of tools, read for mistakes: the embedded model and recogniser silently do without a broken one.

`(a|b)` is a choice, `[a]` may be left out, `{slot}` or `{...slot}` is the value of a parameter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runtime.spec.nearest import nearest

_CLOSING = {"(": ")", "[": "]", "{": "}"}
_OPENING = {closing: opening for opening, closing in _CLOSING.items()}
_MARK = re.compile(r"\{[^{}]*\}|[()\[\]{}]")


@dataclass(frozen=True, slots=True)
class ExampleMistake:
    """`written` is the part at fault, and `nth`, from 0, tells which of those; empty where it is the whole example."""

    message: str
    hint: str
    written: str = ""
    nth: int = 0


def mistakes(example: str, parameters: Sequence[str]) -> Iterator[ExampleMistake]:
    """What keeps an example of a tool with these parameters from being understood."""
    marks = list(_MARK.finditer(example))
    yield from _unbalanced(example, [mark for mark in marks if len(mark.group()) == 1])
    yield from _wrong_slots(example, [mark for mark in marks if len(mark.group()) > 1], parameters)
    if not any(map(str.isalnum, _MARK.sub("", example))):
        yield ExampleMistake("the example has no word of its own", "add the words that tell it: weather in {city}")


def _unbalanced(example: str, brackets: Sequence[re.Match[str]]) -> Iterator[ExampleMistake]:
    opened: list[re.Match[str]] = []
    for bracket in brackets:
        mark = bracket.group()
        if mark in _CLOSING:
            opened.append(bracket)
        elif not opened:
            yield _at(example, bracket, f"'{mark}' closes nothing", f"remove it, or open it with {_OPENING[mark]}")
        else:
            opening = opened.pop().group()
            if _CLOSING[opening] != mark:
                hint = f"close it with {_CLOSING[opening]}"
                yield _at(example, bracket, f"'{mark}' does not close '{opening}'", hint)
    for bracket in opened:
        mark = bracket.group()
        yield _at(example, bracket, f"'{mark}' is never closed", f"close it with {_CLOSING[mark]}, or remove it")


def _wrong_slots(example: str, slots: Sequence[re.Match[str]], parameters: Sequence[str]) -> Iterator[ExampleMistake]:
    seen: set[str] = set()
    for slot in slots:
        name = slot.group()[1:-1].strip().removeprefix("...")
        if not name:
            yield _at(example, slot, "this slot has no name", "write the name of a parameter, such as {city}")
        elif name in seen:
            yield _at(
                example, slot, f"the slot '{name}' is named twice", "name it once; a choice can hold what differs"
            )
        elif name not in parameters:
            similar = nearest(name, parameters)
            known = f"its parameters are: {', '.join(parameters)}" if parameters else "it has none"
            hint = f"did you mean '{similar}'?" if similar else known
            yield _at(example, slot, f"the slot '{name}' is no parameter of the tool", hint)
        seen.add(name)


def _at(example: str, mark: re.Match[str], message: str, hint: str) -> ExampleMistake:
    return ExampleMistake(message, hint, mark.group(), example.count(mark.group(), 0, mark.start()))
