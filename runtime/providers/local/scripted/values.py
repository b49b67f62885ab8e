"""Typed values in an utterance: choices, yes or no, numbers, and moments."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from runtime.providers.local.scripted.moments import SECONDS, Part, clock, duration, moments
from runtime.providers.local.scripted.numerals import Numeral, numerals, ordinal
from runtime.providers.local.scripted.phrases import ORIGIN, TARGET
from runtime.providers.local.scripted.schema import Slot
from runtime.providers.local.scripted.sheet import Sheet
from runtime.providers.local.scripted.vocabulary import LIKE, NEGATIVE, POSITIVE, SHORTHAND, VALUE_WORDS, related
from runtime.providers.local.scripted.words import alike, keys, stem

_DAYS = frozenset(map(stem, "date day weekday deadline due checkin checkout".split()))
_TIMES = frozenset(map(stem, "time when hour".split()))
_COUNTERS = frozenset("people persons guests of us degrees percent minutes hours seconds times".split())
_NUMBER_CUES = frozenset("to for at by of".split())
_SIBILANTS = ("ches", "shes", "xes", "sses")
Found = tuple[Any, int, int]
Span = tuple[int, int]


def choice(slot: Slot, sheet: Sheet) -> Found | None:
    """The choice that was said; of two that may both be meant, "from" and "to" decide."""
    said = sheet.said.keys
    found = sorted(_choices(slot, sheet), key=lambda option: (option[1], -option[2]))
    wanted = _prepositions(slot)
    for option in found:
        if option[1] and said[option[1] - 1] in wanted:
            return option
    return found[0] if found else None


def choices(slot: Slot, sheet: Sheet) -> list[Found]:
    """All choices that were said, in the order they were said."""
    return sorted(_choices(slot, sheet), key=lambda option: option[1])


def _prepositions(slot: Slot) -> frozenset[str]:
    if not ORIGIN.isdisjoint(slot.name.lower().split("_")):
        return frozenset({"from"})
    return frozenset({"to", "in", "into"}) if not TARGET.isdisjoint(slot.name.lower().split("_")) else frozenset()


def _choices(slot: Slot, sheet: Sheet) -> Iterator[Found]:
    """Each choice once, where it was said most clearly."""
    said = sheet.said.keys
    left, taken = list(slot.choices), set[int]()
    for heard in (_numbered, _exactly, _nearly, _apart):
        for option in tuple(left):
            free = (s for s in heard(said, str(option)) if sheet.free(*s) and taken.isdisjoint(range(*s)))
            span = next(free, None)
            if span is not None:
                left.remove(option)
                taken.update(range(*span))
                yield option, *span


def _numbered(said: list[str], option: str) -> Iterator[Span]:
    """Where a choice that is a number was said in words, of whatever language."""
    if option.isdecimal():
        yield from ((n.first, n.last) for n in numerals(said) if n.value == int(option))


def _exactly(said: list[str], option: str) -> Iterator[Span]:
    """Where the words of a choice stand, or others for it."""
    for wording in _wordings(option):
        for at in range(len(said)):
            if _same(said[at : at + len(wording)], wording):
                yield at, at + len(wording)


def _nearly(said: list[str], option: str) -> Iterator[Span]:
    """Where a choice stands with a slip of the recogniser, or one word more inside: "soft boiled eggs"."""
    for wording in _wordings(option):
        size, whole = len(wording), "".join(wording)
        for at in range(len(said)):
            if any(
                _same([*said[at : at + cut], *said[at + cut + 1 : at + size + 1]], wording) for cut in range(1, size)
            ):
                yield at, at + size + 1
            for length in (size, size + 1, max(size - 1, 1)):
                if at + length <= len(said) and alike("".join(said[at : at + length]), whole):
                    yield at, at + length


def _apart(said: list[str], option: str) -> Iterator[Span]:
    """Where the words of a choice stand away from each other, at the last of them: "eggs, and I like them hard"."""
    wording = keys(option.replace("_", " "))
    places = [[at for at, key in enumerate(said) if _same([key], [word])] for word in wording]
    if len(wording) > 1 and all(places):
        yield from ((at, at + 1) for at in places[-1])


def _wordings(option: str) -> Iterator[list[str]]:
    yield keys(option.replace("_", " "))
    name = option.casefold()
    for other in (*VALUE_WORDS.get(name, ()), *SHORTHAND.get(name, ())):
        yield [other]


def _same(said: list[str], wording: list[str]) -> bool:
    """Whether the words agree but for a plural: other endings would make "check" an account for checking."""
    if len(said) != len(wording):
        return False
    return all(_plain(one) == _plain(other) for one, other in zip(said, wording, strict=True))


def _plain(word: str) -> str:
    """A word without the ending of its plural, or the usual one for it."""
    word = LIKE.get(word, word)
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word.removesuffix("es") if word.endswith(_SIBILANTS) else word.removesuffix("s")


def truth(slot: Slot, tool_words: list[str], sheet: Sheet) -> Found | None:
    """True or False by polarity; words of a name, such as "do not disturb" of a tool, have none."""
    said = sheet.said.keys
    own = _mentioned(said, keys(slot.name.replace("_", " ")))
    quiet = own | _quoted(said, tool_words) | sheet.taken
    for at, key in enumerate(said):
        if at not in quiet and key in NEGATIVE:
            return False, at, at + 1
    for at, key in enumerate(said):
        if at not in sheet.taken and (at in own or (key in POSITIVE and at not in quiet and (slot.required or own))):
            return True, at, at + 1
    return None


def _mentioned(said: list[str], own: list[str]) -> set[int]:
    roots = {stem(word) for word in own if word not in {"is", "set"}}
    return {at for at, key in enumerate(said) if stem(key) in roots and key not in NEGATIVE | POSITIVE}


def _quoted(said: list[str], name: list[str]) -> set[int]:
    """Places of two or more words in a row that stand so in the name of the tool."""
    twos = {(one, other) for one, other in pairwise(name)}
    return {place for at, two in enumerate(pairwise(said)) if two in twos for place in (at, at + 1)}


def number(slot: Slot, sheet: Sheet) -> Found | None:
    """The number that fits best: beside a word of the parameter, after a cue, else the first that is free."""
    unit = _unit(slot)
    if unit and (span := duration(sheet.said)) and sheet.free(span[1], span[2]):
        return fitting(slot, span[0] / SECONDS[unit]), span[1], span[2]
    if {"hour", "minute"} & {slot.name} and (reading := clock(sheet.said)):
        return reading[slot.name == "minute"], 0, 0
    said = sheet.said.keys
    free = [n for n in _numbers(said) if sheet.free(n.first, n.last) and fits(slot, n.value)]
    ranked = sorted(free, key=lambda n: -_closeness(slot, said, n))
    if not ranked or (not slot.required and not _closeness(slot, said, ranked[0])):
        return None
    best = ranked[0]
    last = best.last
    while last < len(said) and (said[last] in _COUNTERS or stem(said[last]) in slot.words):
        last += 1
    return fitting(slot, best.value), best.first, last


def _numbers(said: list[str]) -> Iterator[Numeral]:
    yield from numerals(said)
    for at, key in enumerate(said):
        place = ordinal(key)
        if place is not None:
            yield Numeral(place, at, at + 1)


def _unit(slot: Slot) -> str | None:
    named = [stem(unit) for unit in SECONDS]
    for unit, root in zip(SECONDS, named, strict=True):
        if (root in slot.name_stems and slot.name_stems != (root,)) or slot.name.lower() == f"{unit}s":
            return unit
    return None


def _closeness(slot: Slot, said: list[str], numeral: Numeral) -> int:
    after = stem(said[numeral.last]) if numeral.last < len(said) else ""
    before = said[numeral.first - 1] if numeral.first else ""
    if after and (after in slot.words or any(related(after, word) for word in slot.words)):
        return 3
    if before and stem(before) in slot.words:
        return 2
    return 1 if before in _NUMBER_CUES else 0


def fits(slot: Slot, value: float) -> bool:
    """Whether the schema allows a number."""
    if slot.integer and value != int(value):
        return False
    return (slot.low is None or value >= slot.low) and (slot.high is None or value <= slot.high)


def fitting(slot: Slot, value: float) -> float | int:
    """`value` as the schema wants it: whole where it can be."""
    return round(value) if slot.integer or value == int(value) else value


def moment(slot: Slot, sheet: Sheet, *, shared: bool) -> Found | None:
    """A day, a time or both as they were spoken; `shared` when other slots of the tool want the other part."""
    parts = _wanted(slot, shared=shared)
    wanted = [m for m in moments(sheet.said) if m.part in parts and sheet.free(m.first, m.last)]
    if not wanted:
        return None
    first, last = wanted[0].first, wanted[0].last
    value = sheet.said.said(first, last)
    for following in wanted[1:]:
        between = following.first - last
        if between <= 1:
            value = sheet.said.said(first, following.last)
        elif following.part is not wanted[0].part:
            value = f"{value} at {sheet.said.said(following.first, following.last)}"
        else:
            break
        last = following.last
    return value, first, last


def _wanted(slot: Slot, *, shared: bool) -> set[Part]:
    days, times = bool(slot.words & _DAYS), bool(slot.words & _TIMES)
    if shared and _DAYS.intersection(slot.name_stems):
        return {Part.DAY}
    if shared and times:
        return {Part.CLOCK}
    return {Part.DAY} if days and not times else {Part.DAY, Part.CLOCK}
