"""Pydantic's validation errors as violations.

Types and their contexts: https://docs.pydantic.dev/latest/errors/validation_errors/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from runtime.tools.parameters import unknown
from runtime.tools.violations import Violation, shown

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_PREDICATES = {
    "greater_than": "is not more than {gt}",
    "greater_than_equal": "is less than the minimum of {ge}",
    "less_than": "is not less than {lt}",
    "less_than_equal": "is more than the maximum of {le}",
    "multiple_of": "is not a multiple of {multiple_of}",
    "string_too_short": "has fewer than {min_length} characters",
    "string_too_long": "has more than {max_length} characters",
    "string_pattern_mismatch": "does not match the pattern {pattern}",
    "too_short": "has fewer than {min_length} items",
    "too_long": "has more than {max_length} items",
    "literal_error": "is not {expected}",
    "enum": "is not {expected}",
    "none_required": "is not null",
    "string_type": "is not a string",
    "list_type": "is not a list",
    "tuple_type": "is not a list",
    "set_type": "is not a list",
    "timezone_aware": "has no time zone; write it as 2025-01-31T18:30:00Z",
    "timezone_naive": "has a time zone, and should have none",
    "date_past": "is not in the past",
    "date_future": "is not in the future",
    "datetime_past": "is not in the past",
    "datetime_future": "is not in the future",
    "decimal_max_digits": "has more than {max_digits} digits",
    "decimal_max_places": "has more than {decimal_places} decimal places",
    "decimal_whole_digits": "has more than {whole_digits} digits before the point",
    "frozen_set_type": "is not a list",
}
# Families of types: each has members for the wrong type, for text that cannot be parsed, and so on.
_FAMILIES = {
    "int_": "is not an integer",
    "float_": "is not a number",
    "decimal_": "is not a number",
    "finite_": "is not a finite number",
    "bool_": "is not true or false",
    "dict_": "is not an object",
    "model_": "is not an object",
    "dataclass_": "is not an object",
    "datetime_": "is not a date and time such as 2025-01-31T18:30:00",
    "timezone_": "is not a date and time such as 2025-01-31T18:30:00",
    "date_": "is not a date such as 2025-01-31",
    "time_delta_": "is not a duration such as PT30M",
    "time_": "is not a time such as 18:30",
    "uuid_": "is not a UUID",
}


def violation(error: ErrorDetails, arguments: dict[str, Any], known: Sequence[str]) -> Violation:
    """Translate one error about `arguments`; `known` are the names of the parameters."""
    missing = error["type"].startswith("missing")
    path = _path(error["loc"], arguments, missing=missing)
    if missing:
        return Violation(path, "", "is missing")
    if error["type"] == "extra_forbidden" or error["type"] == "unexpected_keyword_argument":
        return unknown(str(path[0]), list(known)) if len(path) == 1 else Violation(path, "", "is not known")
    return Violation(path, shown(error["input"]), _predicate(error))


def _predicate(error: ErrorDetails) -> str:
    context: Mapping[str, Any] = error.get("ctx", {})
    template = _PREDICATES.get(error["type"])
    if template is not None:
        return template.format_map(context)
    for family, predicate in _FAMILIES.items():
        if error["type"].startswith(family):
            return predicate
    # A validator of the tool's author speaks for itself; the rest of pydantic's types are rare.
    message = error["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
    return f"is refused: {message}"


def _path(loc: tuple[int | str, ...], arguments: Any, *, missing: bool) -> tuple[str | int, ...]:
    """Keep the parts of `loc` that lead through the arguments: it also names the branches of unions."""
    path: list[str | int] = []
    value = arguments
    for part in loc:
        if isinstance(value, dict) and part in value:
            value = value[part]  # pyright: ignore[reportUnknownVariableType] - decoded JSON has no static type
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):  # pyright: ignore[reportUnknownArgumentType] - as above
            value = value[part]  # pyright: ignore[reportUnknownVariableType] - as above
        elif not (missing and part == loc[-1]):
            continue
        path.append(part)
    return tuple(path)
