"""The arguments of a call, read from an utterance."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from runtime.providers.local.scripted import phrases, values
from runtime.providers.local.scripted.facts import is_surely_question
from runtime.providers.local.scripted.intents import Intent, intent
from runtime.providers.local.scripted.moments import momentous
from runtime.providers.local.scripted.numerals import numerals
from runtime.providers.local.scripted.pairs import directed
from runtime.providers.local.scripted.repertoire import Tool
from runtime.providers.local.scripted.schema import Kind, Slot
from runtime.providers.local.scripted.sheet import Sheet
from runtime.providers.local.scripted.values import Found
from runtime.providers.local.scripted.vocabulary import content
from runtime.providers.local.scripted.words import Utterance, name_words

# What is easiest to recognise is read first and leaves less for the rest to be mistaken about.
FREE = (Kind.PERSON, Kind.PLACE, Kind.TEXT)
_ORDER = (Kind.EMAIL, Kind.CHOICE, Kind.MOMENT, Kind.NUMBER, Kind.TRUTH, Kind.CODE, *FREE)

_SHORT = 5  # words of a follow-up that is no more than a name
_CORRECTION = re.compile(
    r"\b(?:no wait|wait no|no sorry|sorry no|i mean|actually no|no actually|make that|scratch that|or rather|"
    r"nao espera|quero dizer|digo|ich meine|nein warte|je veux dire|quiero decir)\b"
)
_SWITCHES = frozenset({"on", "enabled", "active", "power"})


@dataclass(frozen=True, slots=True)
class Known:
    """Arguments from earlier, and the range of the words now said that are spoken for."""

    found: Mapping[str, Any]
    first: int
    last: int


_NOTHING = Known({}, 0, 0)


def fill(
    tool: Tool, said: Utterance, captured: Mapping[str, tuple[int, int]], known: Known = _NOTHING
) -> dict[str, Any]:
    """Arguments that `said` states, but for those `known` already.

    `captured` are the word ranges that a template gave to slots.
    """
    sheet = Sheet(said, set(range(known.first, known.last)))
    found: dict[str, Any] = {}
    wanted = [slot for slot in tool.slots if slot.name not in known.found]
    for slot in sorted(wanted, key=_ease):
        if slot.name in captured:
            _note(found, slot, sheet, _captured(tool, slot, sheet, *captured[slot.name]))
    open_slots = [slot for slot in wanted if slot.name not in found]
    pair = directed(open_slots, sheet)
    for slot in open_slots:
        _note(found, slot, sheet, pair.get(slot.name))
    for slot in sorted(open_slots, key=_ease):
        if slot.kind not in FREE and slot.name not in found:
            _note(found, slot, sheet, _corrected(tool, slot, sheet) or _typed(tool, slot, sheet))
    _imply(wanted, found)
    _count_one(wanted, found, said)
    texts = [slot for slot in sorted(wanted, key=_ease) if slot.kind in FREE and slot.name not in found]
    for slot in texts:
        _note(found, slot, sheet, phrases.text(slot, tool, sheet))
    lacking = [slot for slot in wanted if slot.required and slot.name not in found]
    if not known.found and len(lacking) == 1 and lacking[0].kind in {Kind.PLACE, Kind.TEXT}:
        _note(found, lacking[0], sheet, phrases.rest(lacking[0], tool, sheet))
    return {slot.name: found[slot.name] for slot in wanted if slot.name in found}


def _imply(wanted: Sequence[Slot], found: dict[str, Any]) -> None:
    """Who sets a level wants the thing on: "the lights to forty percent"."""
    levels = [found[slot.name] for slot in wanted if slot.kind is Kind.NUMBER and slot.name in found]
    for slot in wanted:
        if levels and slot.required and slot.kind is Kind.TRUTH and slot.name in _SWITCHES:
            found.setdefault(slot.name, levels[0] > 0)


def _count_one(wanted: Sequence[Slot], found: dict[str, Any], said: Utterance) -> None:
    """ "An ounce" is one of what can be chosen, where no number is said."""
    if any(True for _ in numerals(said.keys)):
        return
    chosen = [slot for slot in wanted if slot.kind is Kind.CHOICE and slot.name in found and not slot.many]
    named = [(option, first) for slot in chosen for option, first, _ in values.choices(slot, Sheet(said))]
    picked = [found[slot.name] for slot in chosen]
    if any(option in picked and said.keys[first - 1 : first] in (["a"], ["an"]) for option, first in named):
        for slot in wanted:
            if slot.kind is Kind.NUMBER and slot.required and values.fits(slot, 1):
                found.setdefault(slot.name, 1)


def _ease(slot: Slot) -> int:
    return _ORDER.index(slot.kind)


def changes(tool: Tool, said: Utterance, *, bare: bool) -> dict[str, Any]:
    """The arguments that "in Berlin" or "for four" states after a call; `bare` takes a place or name alone."""
    free = [slot for slot in tool.required if slot.kind in {Kind.PLACE, Kind.PERSON}]
    found = fill(tool, said, {}, Known({slot.name: None for slot in tool.slots if slot.kind in FREE}, 0, 0))
    if found or not free or len(said.words) > _SHORT:
        return found
    value = phrases.answer(free[0], Sheet(said))
    return {free[0].name: value} if value and (bare or said.words[0].key in phrases.PLACE_CUES) else {}


def complete(tool: Tool, found: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with the defaults of what the user left open."""
    defaults = {slot.name: slot.default for slot in tool.slots if not slot.required and slot.default is not None}
    return {slot.name: {**defaults, **found}[slot.name] for slot in tool.slots if slot.name in {**defaults, **found}}


def missing(tool: Tool, found: Mapping[str, Any]) -> Slot | None:
    """The first slot that a call needs and nobody has filled."""
    return next((slot for slot in tool.required if slot.name not in found), None)


def answered(tool: Tool, slot: Slot, said: Utterance) -> Found | None:
    """The value of `slot` in the answer to a question about it, and its words; None where there is none."""
    whole = len(said.words)
    if slot.many:
        items = _listed(slot, said)
        return (items, 0, whole) if items else None
    meant = intent(said)
    if slot.kind is Kind.TRUTH and meant in {Intent.YES, Intent.NO}:
        return meant is Intent.YES, 0, whole
    if meant is Intent.NO and slot.kind is not Kind.CHOICE:
        return None
    found = _typed(tool, slot, Sheet(said))
    if is_surely_question(said):
        found = found or (_bare_time(said) if slot.kind is Kind.MOMENT else None)
        return found if found and _all_said(found, said) else None
    if found or slot.kind in {Kind.CHOICE, Kind.NUMBER, Kind.TRUTH, Kind.EMAIL}:
        return found
    if slot.kind is Kind.MOMENT and not momentous(said):
        return None
    value = phrases.answer(slot, Sheet(said))
    return (value, 0, whole) if value else None


def _bare_time(said: Utterance) -> Found | None:
    numeral = next(iter(numerals(said.keys)), None)
    return (said.said(numeral.first, numeral.last), numeral.first, numeral.last) if numeral else None


def _all_said(found: Found, said: Utterance) -> bool:
    """Whether a question is about nothing but the value: "can we do seven" is, "is the bar open at seven" is not."""
    return len(content([*said.keys[: found[1]], *said.keys[found[2] :]])) <= 1


def _note(found: dict[str, Any], slot: Slot, sheet: Sheet, value: Found | None) -> None:
    if value is None:
        return
    found[slot.name] = _several(slot, sheet, value) if slot.many else value[0]
    sheet.take(value[1], value[2])


def _several(slot: Slot, sheet: Sheet, value: Found) -> list[Any]:
    if slot.kind is Kind.CHOICE:
        return [option for option, _, _ in values.choices(slot, sheet)]
    if slot.kind is Kind.NUMBER:
        return _listed(slot, sheet.said)
    return _listed(slot, sheet.said.part(value[1], value[2]))


def _listed(slot: Slot, said: Utterance) -> list[Any]:
    if slot.kind is Kind.CHOICE:
        return [option for option, _, _ in values.choices(slot, Sheet(said))]
    if slot.kind is Kind.NUMBER:
        return [values.fitting(slot, numeral.value) for numeral in numerals(said.keys)]
    items = said.text.replace(" and ", ",").split(",")
    return [phrases.polished(slot, item) for item in items if item.strip()]


def _corrected(tool: Tool, slot: Slot, sheet: Sheet) -> Found | None:
    """The value that comes after the last "no, wait", where there is one: what was said before it is taken back."""
    taken_back = max((last for _, last in sheet.said.spans(_CORRECTION)), default=0)
    return _typed(tool, slot, Sheet(sheet.said, sheet.taken | set(range(taken_back)))) if taken_back else None


def _typed(tool: Tool, slot: Slot, sheet: Sheet) -> Found | None:
    match slot.kind:
        case Kind.CHOICE:
            return values.choice(slot, sheet)
        case Kind.MOMENT:
            return values.moment(slot, sheet, shared=sum(s.kind is Kind.MOMENT for s in tool.slots) > 1)
        case Kind.NUMBER:
            return values.number(slot, sheet)
        case Kind.TRUTH:
            return values.truth(slot, name_words(tool.name), sheet)
        case Kind.EMAIL:
            return phrases.email(slot, sheet)
        case Kind.CODE:
            return phrases.code(slot, sheet)
        case _:
            return None


def _captured(tool: Tool, slot: Slot, sheet: Sheet, first: int, last: int) -> Found | None:
    if slot.kind in FREE or slot.kind is Kind.CODE:
        return phrases.captured(slot, sheet, first, last)
    if slot.kind is Kind.MOMENT:
        # "tomorrow at {time}": the day belongs to it though it stands outside.
        whole = _typed(tool, slot, sheet)
        apart = whole is None or whole[1] >= last or whole[2] <= first
        return (sheet.said.said(first, last), first, last) if apart else whole
    outside = {*range(first), *range(last, len(sheet.said.words))}
    # The template says that a value stands here, so it is looked for as if the tool needed it.
    return _typed(tool, replace(slot, required=True), Sheet(sheet.said, sheet.taken | outside))
