"""What a session brings along: variables of the handshake, checked against the spec."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from runtime.errors import ClientError
from runtime.spec.model import VariableSpec

_TRUE = frozenset({"true", "1", "yes", "on"})
_FALSE = frozenset({"false", "0", "no", "off"})


def session_values(
    variables: Iterable[VariableSpec], query: Mapping[str, str], headers: Mapping[str, str]
) -> dict[str, Any]:
    """The value of each variable. Raises ClientError `bad_message` for one that is missing or does not fit."""
    values: dict[str, Any] = {}
    for variable in variables:
        source = headers if variable.source == "header" else query
        key = variable.name.replace("_", "-") if variable.source == "header" else variable.name
        raw = source.get(key)
        if raw is not None:
            values[variable.name] = _value(variable, raw)
        elif variable.required:
            raise ClientError("bad_message", f"The {variable.source} parameter {key!r} is missing.")
        else:
            values[variable.name] = _absent(variable)
    return values


def _absent(variable: VariableSpec) -> Any:
    if variable.default is not None or variable.type != "string":
        return variable.default
    return ""


def _value(variable: VariableSpec, raw: str) -> Any:
    if len(raw) > variable.max_length:
        raise ClientError(
            "bad_message", f"The variable {variable.name!r} is longer than {variable.max_length} characters."
        )
    # A control character could add a line to the instructions that its author never wrote.
    text = "".join(character for character in raw if character.isprintable()).strip()
    try:
        value = _READERS[variable.type](text)
    except ValueError:
        raise ClientError("bad_message", f"The variable {variable.name!r} must be of type {variable.type}.") from None
    if variable.enum and value not in variable.enum:
        known = ", ".join(str(choice) for choice in variable.enum)
        raise ClientError("bad_message", f"The variable {variable.name!r} must be one of: {known}.")
    return value


def _boolean(text: str) -> bool:
    word = text.lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError(text)


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


_READERS: dict[str, Callable[[str], Any]] = {"string": str, "integer": int, "number": _number, "boolean": _boolean}
