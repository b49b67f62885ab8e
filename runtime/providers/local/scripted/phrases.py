"""Text values: places, people, messages, topics and codes, found by the words that introduce them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from runtime.providers.local.scripted.moments import moments
from runtime.providers.local.scripted.numerals import ONES, numerals
from runtime.providers.local.scripted.repertoire import Tool
from runtime.providers.local.scripted.schema import Kind, Slot
from runtime.providers.local.scripted.sheet import Sheet
from runtime.providers.local.scripted.vocabulary import STOP, meanings
from runtime.providers.local.scripted.words import fold, stem

ORIGIN = frozenset("origin from departure depart source start pickup".split())
TARGET = frozenset("destination to arrival target dropoff".split())
_MESSAGES = frozenset("body message text content note description comment reason say".split())

_PERSON_CUES = (
    "my name is", "under the name of", "under the name", "in the name of", "the name is", "name is", "the name of",
    "called", "named", "this is", "i am", "under", "to", "for", "with",
)  # fmt: skip
PLACE_CUES = ("in", "at", "near", "around", "for", "to", "of", "from")
_MESSAGE_CUES = (
    "that says", "and say", "and tell them", "with the message", "with the text", "saying", "says", "telling", "that",
    "about", "to", "because",
)  # fmt: skip
_TOPIC_CUES = ("called", "named", "about", "with", "for", "by", "on", "to", "of")
_BOUNDARIES = frozenset(
    "in at on for from to with and or under please by saying that about my because named called then is".split()
)
_ARTICLES = frozenset({"some", "any", "a", "an"})
_ADDRESS = re.compile(r"\b(\w+(?: dot \w+)*) at (\w+(?: dot \w+)+)\b")
_FILLERS = "oh|uh|um|er|well|so|ok|okay|yes|please|just|say|to"
_OPENERS = re.compile(rf"^(?:(?:{_FILLERS})(?: |$))+")
_NAMED_OPENERS = re.compile(
    rf"^(?:(?:{_FILLERS}|it is|it would be|that is|that would be|(?:my|the) (?:name|number|code) is|"
    r"i am|this is|make it|make that|for|in|at|on|from|with|under|about|near)(?: |$))+"
)


def cues(slot: Slot) -> tuple[str, ...]:
    """What introduces the value of a slot, its own name first."""
    own = " ".join(slot.name.replace("-", "_").lower().split("_"))
    named = (f"the {own} is", f"{own} is", own)
    if not ORIGIN.isdisjoint(slot.name_stems) or slot.name.lower() in ORIGIN:
        return (*named, "from", "leaving")
    if not TARGET.isdisjoint(slot.name_stems) or slot.name.lower() in TARGET:
        return (*named, "to", "into", "towards", "for")
    if slot.kind is Kind.PERSON:
        return (*named, *_PERSON_CUES)
    if slot.kind is Kind.PLACE:
        return (*named, *PLACE_CUES)
    if slot.kind is Kind.CODE:
        return named
    return (*named, *(_MESSAGE_CUES if slot.name.lower() in _MESSAGES else _TOPIC_CUES))


def text(slot: Slot, tool: Tool, sheet: Sheet) -> tuple[str, int, int] | None:
    """The value of a text slot, and its words, after the first cue that is followed by something to say."""
    for cue, first in sheet.after(cues(slot)):
        span = _bounded(slot, sheet, first)
        if span[0] < span[1] and (cue not in STOP or _says(tool, sheet, span)):
            return polished(slot, sheet.said.said(*span)), *span
    return None


def rest(slot: Slot, tool: Tool, sheet: Sheet) -> tuple[str, int, int] | None:
    """What is left when the words of the command itself are gone: "play jazz" leaves "jazz"."""
    keys = sheet.said.keys
    first = 0
    while first < len(keys) and (first in sheet.taken or keys[first] in STOP or _belongs(tool, keys[first])):
        first += 1
    span = _bounded(slot, sheet, first)
    counted = all(key in STOP or _has_digit(key) for key in keys[slice(*span)])
    return None if counted else (polished(slot, sheet.said.said(*span)), *span)


def captured(slot: Slot, sheet: Sheet, first: int, last: int) -> tuple[str, int, int] | None:
    """The value where a template says that it stands between `first` and `last`."""
    inner = Sheet(sheet.said, sheet.taken | set(range(last, len(sheet.said.words))))
    if slot.kind is Kind.CODE:
        return code(slot, inner) or (sheet.said.said(first, last), first, last)
    span = _bounded(slot, inner, first)
    return (polished(slot, sheet.said.said(*span)), *span) if span[0] < span[1] else None


def answer(slot: Slot, sheet: Sheet) -> str | None:
    """The value from the answer to a question about it: all of it but "it is", "my name is" and the like."""
    opened = (_OPENERS if slot.kind is Kind.TEXT else _NAMED_OPENERS).match(sheet.said.joined)
    first = len(opened.group().split()) if opened else 0
    if first >= len(sheet.said.words):
        return None
    if slot.kind is Kind.CODE and (found := code(slot, Sheet(sheet.said))):
        return found[0]
    return polished(slot, sheet.said.said(first, sheet.trimmed(first, len(sheet.said.words))))


def email(slot: Slot, sheet: Sheet) -> tuple[str, int, int] | None:
    """An address, written or spoken as "ada at example dot com"."""
    for at, key in enumerate(sheet.said.keys):
        if "@" in key and at not in sheet.taken:
            return sheet.said.said(at, at + 1).rstrip("."), at, at + 1
    for match in _ADDRESS.finditer(sheet.said.joined):
        first, last = sheet.said.range(*match.span())
        if sheet.free(first, last):
            return f"{match[1]}@{match[2]}".replace(" dot ", "."), first, last
    return None


def code(slot: Slot, sheet: Sheet) -> tuple[str, int, int] | None:
    """A number or code that is spelled: "a b seven four two" is AB742. It has a digit somewhere."""
    keys, best = sheet.said.keys, (0, 0)
    at = 0
    while at < len(keys):
        end = at
        while end < len(keys) and end not in sheet.taken and _spelled(keys[end]):
            end += 1
        run = keys[at:end]
        if end - at > best[1] - best[0] and any(_has_digit(key) for key in run):
            best = (at, end)
        at = max(end, at + 1)
    first, last = best
    if keys[first:last][:1] == ["a"] and last - first == 2:
        first += 1
    return (_joined(keys[first:last]), first, last) if first < last else None


FINDERS: dict[Kind, Callable[[Slot, Sheet], tuple[str, int, int] | None]] = {
    Kind.EMAIL: email,
    Kind.CODE: code,
}


def polished(slot: Slot, value: str) -> str:
    """A value as it should be written: the schema's own spelling, names with capitals, no leading article."""
    value = value.strip(" .,!?;:")
    for example in slot.examples:
        if fold(example) == fold(value):
            return example
    head, _, tail = value.partition(" ")
    if head.lower() in _ARTICLES and tail and slot.kind in {Kind.TEXT, Kind.PLACE, Kind.PERSON}:
        value = tail
    if slot.kind in {Kind.PERSON, Kind.PLACE} and value == value.lower():
        return " ".join(word[:1].upper() + word[1:] for word in value.split(" "))
    return value


def _bounded(slot: Slot, sheet: Sheet, first: int) -> tuple[int, int]:
    if slot.kind is Kind.TEXT:
        return sheet.phrase(first)
    # A place or a name does not go on into "tomorrow at eight", whether or not a slot wants the time.
    apart = {at for moment in moments(sheet.said) for at in range(moment.first, moment.last)}
    stops = _BOUNDARIES - {"and"} if slot.kind is Kind.PERSON or slot.many else _BOUNDARIES
    return Sheet(sheet.said, sheet.taken | apart).phrase(first, stops, most=6)


def _belongs(tool: Tool, key: str) -> bool:
    root = stem(key)
    return tool.weights.get(root, 0) >= 0.5 or not tool.meanings.isdisjoint(meanings(root))


def _says(tool: Tool, sheet: Sheet, span: tuple[int, int]) -> bool:
    """Whether a phrase after a small word is a value: not of the command itself, and more than small words."""
    said = sheet.said.keys[slice(*span)]
    return not _belongs(tool, said[0]) and any(key not in STOP for key in said)


def _spelled(key: str) -> bool:
    return _letter(key) or _has_digit(key) or key in {"double", "oh"}


def _letter(key: str) -> bool:
    return len(key) == 1 and key.isalpha()


def _has_digit(key: str) -> bool:
    return any(c.isdigit() for c in key) or next(numerals([key]), None) is not None


def _joined(keys: list[str]) -> str:
    return "".join(_characters(keys)).upper()


def _characters(keys: list[str]) -> Iterator[str]:
    at = 0
    while at < len(keys):
        key, end = keys[at], at + 1
        if key == "double" and end < len(keys):
            yield str(ONES.get(keys[end], keys[end])) * 2
            end += 1
        elif key == "oh":
            yield "0"
        elif key.isalpha() and not _letter(key) and (numeral := next(numerals(keys[at:]), None)):
            yield str(int(numeral.value))
            end = at + numeral.last
        else:
            yield key
        at = end
