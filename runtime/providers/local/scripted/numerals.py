"""Numbers as people say them: "2", "twenty one", "a couple of", "two hundred and fifty", "nineteen point five"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runtime.providers.local.scripted.foreign_numbers import foreign

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()
ONES = {word: value for value, word in enumerate(_SMALL)}
TENS = {word: value for value, word in zip(range(20, 100, 10), _TENS, strict=True)}
ORDINALS = {word: value for value, word in enumerate(_ORDINALS)} | {"twentieth": 20, "thirtieth": 30}
SCALES = {"hundred": 100, "thousand": 1000}
_PHRASES: tuple[tuple[tuple[str, ...], float], ...] = (
    (("a", "couple", "of"), 2),
    (("a", "couple"), 2),
    (("half", "a", "dozen"), 6),
    (("a", "dozen"), 12),
    (("half", "a"), 0.5),
    (("half", "an"), 0.5),
    (("a", "quarter", "of", "a"), 0.25),
    (("a", "third", "of", "a"), 1 / 3),
    (("three", "quarters", "of", "a"), 0.75),
    (("two", "thirds", "of", "a"), 2 / 3),
    (("the", "two", "of", "us"), 2),
    (("both", "of", "us"), 2),
    (("just", "me"), 1),
    (("only", "me"), 1),
    (("by", "myself"), 1),
    (("on", "my", "own"), 1),
)
_PARTS: tuple[tuple[tuple[str, ...], float], ...] = (
    (("and", "a", "half"), 0.5),
    (("and", "a", "quarter"), 0.25),
    (("and", "three", "quarters"), 0.75),
)
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_FRACTION = re.compile(r"(\d+)/(\d+)")
_NOT_A_COUNT_BEFORE_ONE = frozenset("this that which the no any every each another".split())

NUMBER_WORDS = "|".join(sorted([*ONES, *TENS, *SCALES], key=len, reverse=True))
"""A pattern for one word of a number, digits apart."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number and the words it was said with: from `first` up to but not including `last`."""

    value: float
    first: int
    last: int


def numerals(keys: Sequence[str]) -> Iterator[Numeral]:
    """All numbers of an utterance, from left to right."""
    at = 0
    while at < len(keys):
        found = _numeral(keys, at)
        if found:
            yield found
        at = found.last if found else at + 1


def spoken(value: int) -> str:
    """The words for a number from 0 to 99: 21 is "twenty one"."""
    if value < 20:
        return _SMALL[value]
    tens, ones = divmod(value, 10)
    return _TENS[tens - 2] + (f" {_SMALL[ones]}" if ones else "")


def ordinal(key: str) -> int | None:
    """3 for "third" and "3rd"."""
    digits = re.fullmatch(r"(\d+)(?:st|nd|rd|th)", key)
    return int(digits[1]) if digits else ORDINALS.get(key)


def _numeral(keys: Sequence[str], at: int) -> Numeral | None:
    for phrase, value in _PHRASES:
        if tuple(keys[at : at + len(phrase)]) == phrase:
            return Numeral(value, at, at + len(phrase))
    if keys[at] == "minus" and at + 1 < len(keys):
        rest = _numeral(keys, at + 1)
        return Numeral(-rest.value, at, rest.last) if rest and rest.first == at + 1 else None
    if _DIGITS.fullmatch(keys[at]):
        written, end = float(keys[at]), at + 1
        while end < len(keys) and keys[end] in SCALES:
            written, end = written * SCALES[keys[end]], end + 1
        return _with_part(keys, Numeral(written, at, end))
    if _FRACTION.fullmatch(keys[at]):
        return Numeral(_fraction(keys[at]), at, at + 1)
    if keys[at] == "one" and at and keys[at - 1] in _NOT_A_COUNT_BEFORE_ONE:
        return None
    abroad = foreign(keys, at)
    return Numeral(abroad[0], at, abroad[1]) if abroad else _in_words(keys, at)


def _in_words(keys: Sequence[str], at: int) -> Numeral | None:
    total, group, end = 0, -1, at
    if keys[at] == "a" and at + 1 < len(keys) and keys[at + 1] in SCALES:
        group, end = 1, at + 1
    while end < len(keys):
        key = keys[end]
        if key in SCALES and group > 0:
            group *= SCALES[key]
            if key == "thousand":
                total, group = total + group, 0
        elif _joins(key, group):
            group = max(group, 0) + (ONES[key] if key in ONES else TENS[key])
        elif not (key == "and" and group >= 0 and group % 100 == 0 and _starts(keys, end + 1)):
            break
        end += 1
    if group < 0:
        return None
    return _with_decimals(keys, Numeral(total + group, at, end))


def _joins(key: str, group: int) -> bool:
    """Whether a word goes on with the number so far: "twenty" takes "one", but "seven" does not take "four"."""
    if key in TENS:
        return group < 0 or group % 100 == 0
    if key in ONES:
        return group < 0 or group % 100 == 0 or (group % 10 == 0 and group % 100 >= 20 and 0 < ONES[key] < 10)
    return False


def _starts(keys: Sequence[str], at: int) -> bool:
    return at < len(keys) and (keys[at] in ONES or keys[at] in TENS)


def _with_decimals(keys: Sequence[str], whole: Numeral) -> Numeral:
    more = _with_part(keys, whole)
    if more is not whole:
        return more
    end = whole.last + 1
    if end >= len(keys) or keys[whole.last] != "point":
        return whole
    digits = ""
    while end < len(keys) and (keys[end].isdigit() or ONES.get(keys[end], 10) < 10):
        digits += keys[end] if keys[end].isdigit() else str(ONES[keys[end]])
        end += 1
    return Numeral(float(f"{int(whole.value)}.{digits}"), whole.first, end) if digits else whole


def _with_part(keys: Sequence[str], whole: Numeral) -> Numeral:
    """ "1 1/2", "2 and a half" and "two and 1/4" as one number."""
    for part, value in _PARTS:
        if tuple(keys[whole.last : whole.last + len(part)]) == part:
            return Numeral(whole.value + value, whole.first, whole.last + len(part))
    at = whole.last + 1 if keys[whole.last : whole.last + 1] == ["and"] else whole.last
    if at < len(keys) and _FRACTION.fullmatch(keys[at]):
        return Numeral(whole.value + _fraction(keys[at]), whole.first, at + 1)
    return whole


def _fraction(key: str) -> float:
    over, under = key.split("/")
    return int(over) / int(under)
