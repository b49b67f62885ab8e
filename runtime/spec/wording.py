"""Types in YAML words, and how to turn what was written into what was wanted."""

from __future__ import annotations

import re
from typing import Any

from runtime.spec.values import Path

_EXPECTED = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
    "null": "null",
}
_YES = {"yes", "on", "y", "true", "1"}
_NO = {"no", "off", "n", "false", "0"}
_QUANTITY = re.compile(r"(?P<number>[-+]?\d+(\.\d+)?)\s*(?P<unit>ms|s|secs?|seconds?|m|mins?|minutes?|h|hours?)?\Z")
_MILLISECONDS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}


def expected(types: list[str]) -> str:
    """Say which types would be right: `text or a mapping`."""
    words = list(dict.fromkeys(_EXPECTED[name] for name in types))
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def got(value: Any) -> str:
    """Say what a value is."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case int():
            return "a number"
        case float():
            return "a decimal number"
        case str():
            return "text"
        case list():
            return "a list"
        case _:
            return "a mapping"


def fix(types: list[str], value: Any, written: str, path: Path) -> str:
    """Say how to write it instead. `written` is the value as it stands in the file, empty where it is hidden."""
    match value:
        case None:
            return "write a value, or remove the key"
        case bool() | int() | float():
            return _fix_scalar(types, value, written)
        case str():
            return _fix_text(types, value, path)
        case list() if "object" in types and "string" not in types:
            return "write a key for each, without the dash: `name: …`"
        case list():
            return "write one value, without [ ] and dashes"
        case _:
            return "write a list: [a, b]" if "array" in types else "write the value itself, without keys below it"


def _fix_scalar(types: list[str], value: bool | float, written: str) -> str:  # noqa: FBT001 - a value to look at
    if "string" in types:
        return f'quote it: "{written}"' if written else "put it in quotes"
    if "boolean" in types:
        return f"write {str(bool(value)).lower()}" if value in {0, 1} else "write true or false"
    if isinstance(value, float) and "integer" in types:
        return f"write {round(value)}"
    if "array" in types:
        return f"write a list: [{written}]"
    return "write its keys on indented lines below" if "object" in types else "write a number"


def _fix_text(types: list[str], value: str, path: Path) -> str:
    word = value.strip().lower()
    if "boolean" in types and word in _YES | _NO:
        return "write true" if word in _YES else "write false"
    quantity = _QUANTITY.match(word.replace("_", "").replace(",", ""))
    if quantity is not None and {"integer", "number"} & set(types):
        return _fix_quantity(quantity, str(path[-1]) if path else "")
    if "array" in types and value.startswith("-"):
        return "write a space after each dash: `- item`"
    if "array" in types:
        return f"write a list: [{value}]" if len(value) <= 40 else "write a list: one `- item` a line"
    return "write its keys on indented lines below" if "object" in types else f"write {expected(types)}"


def _fix_quantity(found: re.Match[str], key: str) -> str:
    number, unit = float(found["number"]), (found["unit"] or "")[:2]
    if not unit:
        return f"write the number without quotes: {found['number']}"
    scale = _MILLISECONDS["ms" if unit == "ms" else unit[0]]
    if key.endswith("_ms"):
        return f"write milliseconds, the number alone: {number * scale:g}"
    if key.endswith("_seconds"):
        return f"write seconds, the number alone: {number * scale / 1000:g}"
    return f"write the number alone: {found['number']}"
