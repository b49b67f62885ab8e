"""What a persona's tools expect to hear, for the grammar of an embedded recogniser."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.chat import ToolDeclaration
from runtime.providers.local.scripted.numerals import spoken
from runtime.providers.local.scripted.schema import Kind, Slot, slots
from runtime.providers.local.scripted.vocabulary import VALUE_WORDS

_LARGEST = 60


def templates(tools: Sequence[ToolDeclaration]) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """All example templates, each once, and the values that are known for their slots.

    Values are enumerations, the `examples` of a parameter, and number words for numbers; a slot of which nothing is
    known is not among them. Tools that share the name of a slot share its values.
    """
    found: dict[str, None] = {}
    values: dict[str, dict[str, None]] = {}
    for tool in tools:
        found |= dict.fromkeys(tool.examples)
        for slot in slots(tool.parameters):
            known = _values(slot)
            if known:
                values.setdefault(slot.name, {}).update(dict.fromkeys(known))
    return tuple(found), {name: tuple(known) for name, known in values.items()}


def _values(slot: Slot) -> list[str]:
    known = [str(choice).replace("_", " ") for choice in slot.choices]
    known += [word for choice in slot.choices for word in VALUE_WORDS.get(str(choice).casefold(), ())]
    known += slot.examples
    if slot.kind is Kind.NUMBER:
        low, high = int(max(slot.low or 0, 0)), int(min(slot.high or _LARGEST, 99))
        known += [spoken(value) for value in range(low, high + 1)]
    return known
