"""A tool's JSON result as a sentence that can be spoken."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from runtime.providers.local.scripted.shapes import is_list, is_record
from runtime.providers.local.scripted.speech import ENGLISH, Speech, capitalised, listed
from runtime.providers.local.scripted.units import MONEY, split_unit, unit
from runtime.providers.local.scripted.words import name_words

SPOKEN_KEYS = ("say", "message", "summary", "answer")
"""Keys whose text is spoken as it is, the first that is there."""

_MOST = 5
_NAMES = ("name", "title", "label", "item", "subject", "id")
_MONTHS = "January February March April May June July August September October November December".split()
_FINE = frozenset({"ok", "success", "done", "true"})
_STATES = re.compile(
    r"(?:ed|able|ible)$|^(?:open|ready|full|free|on|off|active|closed|empty|busy|online|done|sent|found|made|paid|set|sold|lost|won|built|kept)$"
)
_PLURAL = re.compile(r"[^sui]s$")
_STAMP = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?")


def decoded(content: str) -> Any:
    """The value of JSON text, or the text itself where it is none."""
    try:
        return json.loads(content)
    except ValueError:
        return content


def spoken(value: Any, speech: Speech = ENGLISH) -> str:
    """Sentences for a result of any shape."""
    if is_record(value):
        return _record(value, speech)
    if is_list(value):
        return _sentence(_items(value, speech)) if value else speech.nothing_found
    if value is None or value is True or value == "":
        return speech.done
    return _sentence(_scalar(value, speech))


def pairs(record: Mapping[str, Any], speech: Speech) -> list[str]:
    """ "guests 2", "time eight pm": keys and values in words, for a list within a sentence."""
    return [f"{label} {text}" for label, text, _ in _facts(record, speech)]


def _record(record: Mapping[str, Any], speech: Speech) -> str:
    for key in SPOKEN_KEYS:
        text = record.get(key)
        if isinstance(text, str) and text.strip():
            return _sentence(text.strip())
    facts = _facts(record, speech)
    if not facts:
        return speech.done
    if len(facts) == 1 and facts[0][2] == []:
        return speech.nothing_found
    clauses = [_clause(label, text, value, speech) for label, text, value in facts]
    return _sentence(listed(_cut(clauses, speech), speech.conjunction, _mark(clauses)))


def _facts(record: Mapping[str, Any], speech: Speech) -> list[tuple[str, str, Any]]:
    """Label, spoken value and value of every key that has something to say."""
    telling = {key: value for key, value in record.items() if not _is_empty(value) and not _goes_without(key, value)}
    currency = str(telling.get("currency", "")).lower()
    facts: list[tuple[str, str, Any]] = []
    for key, value in telling.items():
        words, suffix = split_unit(name_words(key))
        if key == "currency" and currency in MONEY and len(telling) > 1:
            continue
        if not suffix and currency in MONEY and not {"amount", "price", "total", "cost"}.isdisjoint(words):
            suffix = currency
        facts.append((" ".join(words), _value(value, suffix, speech), value))
    return facts


def _clause(label: str, text: str, value: Any, speech: Speech) -> str:
    if speech.code != "en":
        return f"{label}: {text}"
    if value == []:
        return f"there are no {label}"
    if isinstance(value, bool):
        return _state(label, value)
    if is_record(value):
        return f"the {label}: {text}"
    if isinstance(value, int | float) and text == str(value) and _PLURAL.search(label):
        return f"the number of {label} is {text}"
    many = is_list(value) and len(value) > 1
    plural = many or _PLURAL.search(label)
    return f"the {label} {'are' if plural else 'is'} {text}"


def _state(label: str, value: bool) -> str:  # noqa: FBT001 - the value of a key
    first, _, rest = label.partition(" ")
    if first == "is" and rest:
        return f"it is {'' if value else 'not '}{rest}"
    if first == "has" and rest:
        return f"it has {'' if value else 'no '}{rest}"
    if _STATES.search(label):
        return f"it is {'' if value else 'not '}{label}"
    return f"the answer for {label} is {'yes' if value else 'no'}"


def _value(value: Any, suffix: str, speech: Speech) -> str:
    if is_record(value):
        inner = value
        flat = {key: item for key, item in inner.items() if not is_record(item)}
        return listed(_cut(pairs(flat, speech), speech), speech.conjunction)
    if is_list(value):
        return _items(value, speech)
    if suffix and isinstance(value, int | float) and not isinstance(value, bool):
        return f"{_number(value, speech, money=suffix in MONEY)} {unit(suffix, speech.code, value)}"
    return _scalar(value, speech)


def _items(items: Sequence[Any], speech: Speech) -> str:
    if not items:
        return speech.no
    texts = [_item(item, speech) for item in items if not _is_empty(item)]
    return listed(_cut(texts, speech), speech.conjunction, _mark(texts))


def _item(item: Any, speech: Speech) -> str:
    if not is_record(item):
        return _items(item, speech) if is_list(item) else _scalar(item, speech)
    record = dict(item)
    name = next((record.pop(key) for key in _NAMES if isinstance(record.get(key), str)), "")
    flat = {key: value for key, value in record.items() if not isinstance(value, Mapping | list)}
    return ", ".join(filter(None, [str(name), *pairs(flat, speech)[:3]]))


def _cut(texts: Sequence[str], speech: Speech) -> list[str]:
    if len(texts) <= _MOST + 1:
        return list(texts)
    return [*texts[:_MOST], speech.more.format(count=len(texts) - _MOST)]


def _mark(texts: Sequence[str]) -> str:
    return ";" if any(", " in text for text in texts) else ","


def _scalar(value: Any, speech: Speech) -> str:
    if isinstance(value, bool):
        return speech.yes if value else speech.no
    if isinstance(value, int | float):
        return _number(value, speech)
    text = " ".join(str(value).split())
    stamp = _STAMP.fullmatch(text)
    return _day(stamp, text) if stamp and speech.code == "en" else text


def _number(value: float, speech: Speech, *, money: bool = False) -> str:
    if value == round(value):
        return str(round(value))
    text = f"{value:.2f}" if money else f"{value:.2f}".rstrip("0")
    return text.replace(".", speech.decimal)


def _day(stamp: re.Match[str], text: str) -> str:
    if not 1 <= int(stamp[2]) <= 12:
        return text
    return f"{int(stamp[3])} {_MONTHS[int(stamp[2]) - 1]} {stamp[1]}" + (f" at {stamp[4]}" if stamp[4] else "")


def _is_empty(value: Any) -> bool:
    # An address of a page cannot be spoken.
    return value is None or value == "" or (isinstance(value, str) and value.startswith(("http://", "https://")))


def _goes_without(key: str, value: Any) -> bool:
    return key in {"ok", "success", "status", "error"} and (value is True or str(value).lower() in _FINE)


def _sentence(text: str) -> str:
    text = capitalised(text.strip())
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
