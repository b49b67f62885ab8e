"""Two parameters with the same choices, such as the measures of a conversion: which was meant by which word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from runtime.providers.local.scripted.numerals import numerals
from runtime.providers.local.scripted.phrases import ORIGIN, TARGET
from runtime.providers.local.scripted.schema import Kind, Slot
from runtime.providers.local.scripted.sheet import Sheet
from runtime.providers.local.scripted.values import Found, choices

_SOUGHT = (["how", "many"], ["how", "much"])


def directed(slots: Sequence[Slot], sheet: Sheet) -> Mapping[str, Found]:
    """The values of an origin and a target that compete for the same words, by slot; empty where none do.

    "How many X in Y" and "X from Y" seek X. "X in Y", and all else, starts from X, unless only Y has an amount.
    """
    origin, target = _ends(slots, ORIGIN), _ends(slots, TARGET)
    if origin is None or target is None or origin.choices != target.choices:
        return {}
    found = choices(origin, sheet)
    if not found:
        return {}
    first = found[0]
    if len(found) == 1:
        sought = sheet.said.keys[: first[1]][-2:] in _SOUGHT
        return {target.name: first} if sought else {origin.name: first} if _counted(sheet, first) else {}
    second = found[1]
    if _is_sought(sheet, first, second):
        return {origin.name: second, target.name: first}
    return {origin.name: first, target.name: second}


def _ends(slots: Sequence[Slot], telling: frozenset[str]) -> Slot | None:
    named = (s for s in slots if s.kind is Kind.CHOICE and not telling.isdisjoint(s.name.lower().split("_")))
    return next((slot for slot in named if not slot.many), None)


def _is_sought(sheet: Sheet, first: Found, second: Found) -> bool:
    said = sheet.said.keys
    if said[: first[1]][-2:] in _SOUGHT or said[second[1] - 1] == "from":
        return True
    return _counted(sheet, second) and not _counted(sheet, first)


def _counted(sheet: Sheet, choice: Found) -> bool:
    """Whether an amount stands right before the choice."""
    before = sheet.said.keys[: choice[1]]
    return before[-1:] in (["a"], ["an"]) or any(numeral.last == choice[1] for numeral in numerals(before))
