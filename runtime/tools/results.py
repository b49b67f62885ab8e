"""What a tool returned, as plain JSON: rebuilt from JSON's own types, within a size that a model can read."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from numbers import Integral, Real
from pathlib import PurePath
from typing import Any, TypeGuard, cast
from uuid import UUID

import orjson

from runtime.errors import ToolError

MAX_BYTES = 65_536
MAX_DEPTH = 50
# Kept free for the notes about what was left out: at most one for each level of nesting.
_RESERVE = 4_096
_CUT = "… (truncated)"
_EXACT_BITS = 64  # beyond, a number is told as text: neither orjson nor most readers of JSON keep it whole
_MOST_BITS = 4_096

_FORMS: tuple[tuple[type | tuple[type, ...], Callable[[Any], Any]], ...] = (
    (Enum, lambda value: _plain(value.value)),
    ((date, time), lambda value: value.isoformat()),
    (Decimal, lambda value: str(value) if value.is_finite() else None),
    ((UUID, PurePath, timedelta), str),
)


def jsonable(value: Any) -> Any:
    """Return a copy of a value made of None, bool, int, float, str, list and dict.

    Dataclasses, pydantic models and named tuples become objects; other collections lists; dates and times ISO
    8601 text; Decimal, UUID and paths text; numbers that are not finite None. A copy never takes more than
    `MAX_BYTES` of JSON: text is cut, and `{"truncated": "120 more items"}` stands for what was left out of a
    list or object. Raises ToolError for bytes, for other objects, for a value inside itself, and for more
    than `MAX_DEPTH` levels.
    """
    return _Copy().of(value)


class _Copy:
    """One copy in the making: how many bytes are left for it, and which containers are open."""

    def __init__(self) -> None:
        self._left = MAX_BYTES - _RESERVE
        self._open: list[int] = []

    def of(self, value: Any) -> Any:
        original, value = value, _plain(value)
        if isinstance(value, str):
            return self._text(value)
        if value is None or isinstance(value, bool | int | float):
            self._left -= len(orjson.dumps(value))
            return value
        if len(self._open) == MAX_DEPTH:
            raise ToolError(f"The result is nested more than {MAX_DEPTH} levels deep")
        if id(original) in self._open:
            raise ToolError("The result contains itself")
        self._open.append(id(original))
        self._left -= 2
        copy = self._object(value) if _is_mapping(value) else self._list(value)
        self._open.pop()
        return copy

    def _object(self, value: Mapping[Any, Any]) -> dict[str, Any]:
        copy: dict[str, Any] = {}
        for number, (key, item) in enumerate(value.items()):
            name = _key(key)
            size = len(orjson.dumps(name)) + 2
            if size >= self._left:
                copy["truncated"] = f"{len(value) - number} more entries"
                break
            self._left -= size
            copy[name] = self.of(item)
        return copy

    def _list(self, value: Collection[Any]) -> list[Any]:
        copy: list[Any] = []
        for number, item in enumerate(value):
            if self._left <= 0:
                copy.append({"truncated": f"{len(value) - number} more items"})
                break
            self._left -= 1
            copy.append(self.of(item))
        return copy

    def _text(self, text: str) -> str:
        left = max(self._left, 0)
        cut = _encodable(text[:left])
        while (size := len(orjson.dumps(cut))) > left and cut:
            cut = cut[: len(cut) * left // size]
        self._left -= size
        return cut if len(cut) == len(text) else cut + _CUT


def _plain(value: Any) -> Any:
    """Return one value as a JSON scalar, a mapping or a sized collection; what is inside is not looked at."""
    for types, form in _FORMS:
        if isinstance(value, types):
            return form(value)
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Real):
        return _number(value)
    return _container(value)


def _number(value: Real) -> Any:
    if not isinstance(value, Integral):
        return float(value) if math.isfinite(value) else None
    whole = int(value)
    if whole.bit_length() > _MOST_BITS:
        raise ToolError("The result holds a number that is too long to be told")
    return whole if whole.bit_length() < _EXACT_BITS else str(whole)


def _container(value: Any) -> Any:
    kind = cast("type[object]", type(value))
    if is_dataclass(kind):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    for method in ("model_dump", "_asdict"):  # a pydantic model, a named tuple
        if hasattr(kind, method):
            return getattr(value, method)()
    if _is_set(value):
        return _ordered(value)
    if _is_collection(value):
        return value
    raise ToolError(f"The result holds a value of type `{kind.__name__}`, which JSON cannot carry")


def _ordered(value: AbstractSet[Any]) -> Collection[Any]:
    try:
        return sorted(value)
    except TypeError:
        return list(value)


def _is_mapping(value: Any) -> TypeGuard[Mapping[Any, Any]]:
    return isinstance(value, Mapping)


def _is_set(value: Any) -> TypeGuard[AbstractSet[Any]]:
    return isinstance(value, AbstractSet)


def _is_collection(value: Any) -> TypeGuard[Collection[Any]]:
    return isinstance(value, Collection) and not isinstance(value, bytes | bytearray | memoryview)


def _key(key: Any) -> str:
    name = _plain(key)
    if isinstance(name, Collection) and not isinstance(name, str):
        raise ToolError("The result holds an object whose keys are not text")
    return _encodable(name) if isinstance(name, str) else orjson.dumps(name).decode()


def _encodable(text: str) -> str:
    """Replace halves of surrogate pairs, which have no UTF-8."""
    return text.encode("utf-8", "replace").decode()
