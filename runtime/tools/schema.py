"""JSON Schemas as data: walking, copying, and making a generated one fit for a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

Schema = dict[str, Any]

# Where schemas stand inside a schema, by draft 2020-12; everything else is data (`default`, `const`, `enum`).
_ONE = (
    "additionalProperties",
    "contains",
    "contentSchema",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
)
_ONE_MORE = ("unevaluatedItems", "unevaluatedProperties")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_NAMED = ("$defs", "definitions", "dependentSchemas", "patternProperties", "properties")

_DEFINITIONS = "#/$defs/"

# How pydantic before 2.14 begins the pattern of a decimal; models' strict modes know no lookahead.
_LOOKAHEAD = "^(?!"


def plain(value: Any) -> Any:
    """Return a deep copy made of dicts and lists, whatever mappings and sequences a value is made of."""
    if isinstance(value, Mapping):
        mapping = cast("Mapping[str, Any]", value)
        return {key: plain(item) for key, item in mapping.items()}
    if isinstance(value, list | tuple):
        sequence = cast("list[Any]", value)
        return [plain(item) for item in sequence]
    return value


def walk(schema: Any) -> Iterator[Schema]:
    """Yield a schema and all schemas inside it."""
    if not isinstance(schema, dict):
        return
    own = cast("Schema", schema)
    yield own
    for inner in _inside(own):
        yield from walk(inner)


def _inside(schema: Schema) -> Iterator[Any]:
    for key in (*_ONE, *_ONE_MORE):
        if key in schema:
            yield schema[key]
    for key in _LISTS:
        yield from schema.get(key, ())
    for key in _NAMED:
        yield from schema.get(key, {}).values()


def tidy(schema: Schema) -> Schema:
    """Return a generated schema without titles, with definitions put where they are used, and objects closed.

    A definition that contains itself stays in `$defs`.
    """
    definitions: dict[str, Schema] = schema.get("$defs", {})
    recursive = {name for name in definitions if _reaches(name, name, definitions)}
    root = _rewrite({key: value for key, value in schema.items() if key != "$defs"}, definitions, recursive)
    if recursive:
        root["$defs"] = {name: _rewrite(definitions[name], definitions, recursive) for name in sorted(recursive)}
    return root


def _rewrite(schema: Schema, definitions: dict[str, Schema], recursive: set[str]) -> Schema:
    while (name := _referenced(schema)) is not None and name not in recursive:
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        schema = {**definitions[name], **beside}
    closed = {key: value for key, value in schema.items() if key not in {"title", "discriminator"}}
    if "properties" in closed:
        closed.setdefault("additionalProperties", False)
    if closed.get("type") == "array":
        closed.setdefault("items", {})  # OpenAI takes no array without, be it a tuple
    if str(closed.get("pattern", "")).startswith(_LOOKAHEAD):
        del closed["pattern"]
    return _mapped(closed, lambda inner: _rewrite(inner, definitions, recursive))


def _mapped(schema: Schema, change: Callable[[Schema], Schema]) -> Schema:
    def each(value: Any) -> Any:
        return change(cast("Schema", value)) if isinstance(value, dict) else value

    mapped = dict(schema)
    for key in (*_ONE, *_ONE_MORE):
        if key in mapped:
            mapped[key] = each(mapped[key])
    for key in _LISTS:
        if key in mapped:
            mapped[key] = [each(value) for value in mapped[key]]
    for key in _NAMED:
        if key in mapped:
            mapped[key] = {name: each(value) for name, value in mapped[key].items()}
    return mapped


def _referenced(schema: Schema) -> str | None:
    reference = schema.get("$ref")
    return reference.removeprefix(_DEFINITIONS) if isinstance(reference, str) else None


def _reaches(start: str, goal: str, definitions: dict[str, Schema]) -> bool:
    """Whether definition `goal` is used somewhere below definition `start`."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for inner in walk(definitions[waiting.pop()]):
            name = _referenced(inner)
            if name == goal:
                return True
            if name is not None and name not in seen:
                seen.add(name)
                waiting.append(name)
    return False
