"""Days, clock times and durations in an utterance, found but not computed: they stay as they were spoken."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from runtime.providers.local.scripted.numerals import NUMBER_WORDS, ORDINALS, numerals
from runtime.providers.local.scripted.words import Utterance

_N = rf"(?:\d+|a couple of|(?:{NUMBER_WORDS})(?: (?:{NUMBER_WORDS}))*)"
_ORDINAL = rf"(?:\d+(?:st|nd|rd|th)|(?:(?:twenty|thirty) )?(?:{'|'.join(ORDINALS)}))"
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_HOUR = rf"(?:{_ONES}|{_TEENS}|twenty(?: (?:one|two|three|four))?)"
_MINUTE = rf"(?:oh (?:{_ONES})|{_TEENS}|(?:twenty|thirty|forty|fifty)(?: (?:{_ONES}))?)"
# A time of day in words or digits; "one nine" is none.
_TIME = rf"(?:\d\d?(?: \d\d)?|{_HOUR}(?: {_MINUTE})?)"
_MONTH = (
    "(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
)
_WEEKDAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_PART = "(?:morning|afternoon|evening|night|lunchtime|noon)"
_UNIT = "(?:second|minute|hour|day|week|month|year)s?"

_DAY = re.compile(
    r"\b(?:the day after tomorrow"
    rf"|(?:today|tonight|tomorrow|yesterday)(?: {_PART})?"
    rf"|(?:(?:this|next|coming|every) )?{_WEEKDAY}(?: {_PART}| next week)?"
    rf"|(?:this|next|every) (?:week|weekend|month|year|day|{_PART})"
    rf"|{_MONTH} (?:the )?(?:{_ORDINAL}|\d\d?)"
    rf"|(?:the )?{_ORDINAL} (?:of )?{_MONTH}"
    rf"|(?<=on )the {_ORDINAL}"
    rf"|\d\d? (?:of )?{_MONTH}"
    r"|\d{4}-\d\d-\d\d"
    r"|christmas(?: eve| day)?|new years (?:eve|day)"
    rf"|in {_N} (?:day|week|month|year)s?)\b"
)
_MERIDIEM = "(?:am|pm|a m|p m)"
_CLOCK = re.compile(
    rf"\b(?:(?:half|a quarter|quarter|{_N}(?: minutes)?) (?:past|to) (?:{NUMBER_WORDS}|\d\d?)(?: {_MERIDIEM})?"
    rf"|\d\d?:\d\d(?: ?{_MERIDIEM})?"
    rf"|{_TIME} ?{_MERIDIEM}"
    rf"|(?:\d\d?|{_HOUR}) oclock"
    r"|noon|midnight|midday"
    rf"|in (?:{_N}|an?|half an) (?:minute|hour|second)s?(?: and a half)?"
    rf"|{_HOUR} (?:fifteen|thirty|forty five)"
    rf"|(?:(?<=at )|(?<=around )|(?<=about )|(?<=by )|(?<=after )|(?<=before )){_TIME}"
    r"(?! (?:degrees|percent|people|guests|persons|euros|dollars)))"
    rf"(?: in the {_PART}| at night| sharp)?\b"
)
_DURATION = re.compile(
    r"\b(?:(?P<half>half an)|(?P<quarter>a quarter of an)|(?P<one>an?)"
    rf"|(?P<count>(?:\d+ )?\d/\d\d?|{_N})(?P<dot>\.\d+)?)"
    rf" (?P<unit>{_UNIT})(?P<more> and a half)?\b"
)
SECONDS = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86_400,
    "week": 604_800,
    "month": 2_592_000,
    "year": 31_536_000,
}


# Words of a moment that is told no nearer: "in the evening", "as soon as possible".
_VAGUE = frozenset(
    "morning afternoon evening night noon lunch lunchtime dinner dinnertime breakfast now later soon soonest asap "
    "earliest anytime whenever early late weekend week month day half quarter oclock "
    "hoje amanha manha tarde noite agora meia heute morgen abend abends mittag mittags nachmittag jetzt uhr halb "
    "viertel aujourd demain matin midi soir maintenant heures heure hoy manana mediodia noche ahora media".split()
)


class Part(Enum):
    """What a piece of an utterance says of a moment."""

    DAY = auto()
    CLOCK = auto()


@dataclass(frozen=True, slots=True)
class Moment:
    """A day or a clock time, from word `first` up to but not including `last`."""

    part: Part
    first: int
    last: int


def moments(said: Utterance) -> list[Moment]:
    """Days and clock times from left to right, without overlap."""
    found = [Moment(Part.DAY, *span) for span in said.spans(_DAY)]
    found += [Moment(Part.CLOCK, *span) for span in said.spans(_CLOCK)]
    found.sort(key=lambda moment: (moment.first, -moment.last))
    kept: list[Moment] = []
    for moment in found:
        if not kept or moment.first >= kept[-1].last:
            kept.append(moment)
    return kept


def momentous(said: Utterance) -> bool:
    """Whether something in the words is like a time or a day."""
    if moments(said) or any(True for _ in numerals(said.keys)):
        return True
    return any(key in _VAGUE or any(c.isdigit() for c in key) for key in said.keys)


def duration(said: Utterance) -> tuple[float, int, int] | None:
    """Seconds of "an hour and twenty minutes", and the words it was said with."""
    total, first, last = 0.0, -1, -1
    for match in _DURATION.finditer(said.joined):
        start, end = said.range(*match.span())
        if first >= 0 and start > last + 1:
            break
        unit = SECONDS[match["unit"].removesuffix("s")]
        total += (_count(match) + (0.5 if match["more"] else 0)) * unit
        first, last = (start if first < 0 else first), end
    return (total, first, last) if first >= 0 else None


def clock(said: Utterance) -> tuple[int, int] | None:
    """Hour and minute of the first clock time: (7, 30) for "half past seven", (20, 0) for "eight pm"."""
    for moment in moments(said):
        if moment.part is Part.CLOCK:
            return _reading(said.keys[moment.first : moment.last])
    return None


def _reading(keys: list[str]) -> tuple[int, int] | None:
    if keys[0] in {"noon", "midday"}:
        return 12, 0
    if keys[0] == "midnight":
        return 0, 0
    if keys[0] == "in":
        return None
    digits = re.match(r"(\d+):(\d\d)", keys[0])
    numbers = [int(n.value) for n in numerals([re.sub(r"(?<=\d)[ap]m$", "", key) for key in keys])]
    hour, minute = (int(digits[1]), int(digits[2])) if digits else (numbers[-1] if numbers else -1, 0)
    if "past" in keys or "to" in keys:
        away = 30 if "half" in keys else 15 if "quarter" in keys else numbers[0]
        hour, minute = (hour, away) if "past" in keys else (hour - 1, 60 - away)
    elif not digits and len(numbers) == 2:
        hour, minute = numbers[0], numbers[1]
    late = any(key.endswith("pm") or key in {"afternoon", "evening", "night"} for key in keys)
    return (hour + 12 if late and hour < 12 else hour, minute) if 0 <= hour < 24 else None


def _count(match: re.Match[str]) -> float:
    if match["half"]:
        return 0.5
    if match["quarter"]:
        return 0.25
    if match["one"]:
        return 1
    return next(numerals((match["count"] + (match["dot"] or "")).split())).value
