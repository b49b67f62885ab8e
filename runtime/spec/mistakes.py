"""What the JSON Schema validator found, in words for the author and at the span that is at fault.

One function per keyword of our schema; the validator's own messages, which quote values, are never shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from runtime.settings import Secret
from runtime.spec.document import Document
from runtime.spec.masking import is_secret
from runtime.spec.nearest import members, nearest, same, synonym
from runtime.spec.values import Path, entries
from runtime.spec.wording import expected, fix, got

# Keys that many things have: where one is unknown, the agent's own was not meant.
_COMMON = {"name", "path", "description"}
# Longer values are not repeated in a message: the line below shows them.
_QUOTABLE = 40


class Fault(Protocol):
    """What is used of `jsonschema.ValidationError`."""

    validator: str
    validator_value: Any
    instance: Any
    schema: Mapping[str, Any]
    context: Sequence[Any]
    absolute_path: Iterable[str | int]
    relative_path: Sequence[str | int]
    relative_schema_path: Sequence[str | int]
    absolute_schema_path: Sequence[str | int]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that the schema has against a value, or (`key`) against its key.

    `about` are the keys that an unknown one was meant to be, or that are missing: a misspelt key is told once.
    """

    path: Path
    code: str
    message: str
    hint: str = ""
    key: bool = False
    about: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What the explanations look things up in."""

    document: Document
    schema: Mapping[str, Any]


def explain(error: Fault, document: Document, schema: Mapping[str, Any]) -> Iterator[Mistake]:
    """Give the mistakes behind one error of the validator."""
    return _explain(error, Context(document, schema))


def where(path: Path) -> str:
    """Name a place in the spec as people write it: `model.fallbacks[0].name`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "this file"


def _explain(error: Fault, context: Context) -> Iterator[Mistake]:
    if "propertyNames" in error.absolute_schema_path:
        return _key_name(error, context)
    return _EXPLANATIONS[error.validator](error, context)


def _path(error: Fault) -> Path:
    return tuple(error.absolute_path)


def _shown(value: Any, path: Path) -> str:
    """The value for a message, unless it is secret or long."""
    if isinstance(value, Secret) or is_secret(path) or len(str(value)) > _QUOTABLE:
        return "this value"
    return f"'{value}'" if isinstance(value, str) else json.dumps(value)


def _example(schema: Mapping[str, Any]) -> str:
    """What a value may look like; every key and pattern of our schemas shows it in one way or another."""
    fixed = [schema[word] for word in ("default", "const") if word in schema]
    first = [*schema.get("examples", ()), *fixed, *schema.get("enum", ())][0]
    return first if isinstance(first, str) else json.dumps(first, ensure_ascii=False)


# -- keys


def _unknown_keys(error: Fault, context: Context) -> Iterator[Mistake]:
    path, known = _path(error), members(error.schema, context.schema)
    for key in error.instance:
        if key not in known and not key.startswith("x-"):
            message = f"unknown key '{key}'" + (f" in {where(path)}" if path else "")
            meant, hint = _meant(key, known, path, context.schema)
            yield Mistake((*path, key), "unknown-key", message, hint, key=True, about=meant)


def _meant(key: str, known: Mapping[str, Any], path: Path, root: Mapping[str, Any]) -> tuple[tuple[Path, ...], str]:
    """What an unknown key was meant to be, and how to say so."""
    found = same(key, known) or synonym(key, known)
    if found is None and path and key in root["properties"] and key not in _COMMON:
        return ((key,),), f"'{key}' belongs to the file's top level: move it out to the left"
    if found is None:
        owner = next((name for name, schema in known.items() if key in members(schema, root)), None)
        if owner is not None:
            return (), f"'{key}' belongs under '{owner}'"
        found = nearest(key, known)
    if found is not None:
        return ((*path, found),), f"did you mean '{found}'?"
    return (), f"known keys: {', '.join(known)}; a key of your own begins with x-"


def _missing_keys(error: Fault, context: Context) -> Iterator[Mistake]:
    path, known = _path(error), members(_owner(error, context), context.schema)
    for key in error.validator_value:
        if key not in error.instance:
            hint = f"add `{key}: {_example(known[key])}`"
            message = f"{where(path)} has no '{key}'"
            yield Mistake(path, "missing-key", message, hint, key=True, about=((*path, key),))


def _owner(error: Fault, context: Context) -> Mapping[str, Any]:
    """The schema that lists the keys: `required` may stand in an `else` beside them."""
    schema: Mapping[str, Any] = error.schema
    return schema if "properties" in schema else context.schema


def _key_name(error: Fault, context: Context) -> Iterator[Mistake]:
    path, key = _path(error), str(error.instance)
    message = f"'{key}' is not {error.schema['patternErrorMessage']}"
    yield Mistake((*path, key), "bad-name", message, "rename it", key=True)


# -- alternatives


def _any_of(error: Fault, context: Context) -> Iterator[Mistake]:
    """Tell the errors of the alternative that the author chose: the one whose type fits."""
    branches = list(_branches(error))
    fitting = [branch for branch in branches if not any(_is_type_error(each) for each in branch)]
    if fitting:
        for each in min(fitting, key=len):
            yield from _explain(each, context)
        return
    types = [name for branch in branches for each in branch if _is_type_error(each) for name in _types(each)]
    yield _wrong_type(error, context, types)


def _branches(error: Fault) -> Iterator[list[Fault]]:
    groups: dict[Any, list[Fault]] = {}
    for each in error.context:
        groups.setdefault(each.relative_schema_path[0], []).append(each)
    for group in groups.values():
        if len(group) == 1 and group[0].validator == "anyOf" and not group[0].relative_path:
            yield from _branches(group[0])
        else:
            yield group


def _is_type_error(error: Fault) -> bool:
    return error.validator == "type" and not error.relative_path


def _one_kind(error: Fault, context: Context) -> Iterator[Mistake]:
    """A tool is of exactly one kind; each alternative requires the key of one."""
    path = _path(error)
    kinds = [branch["required"][0] for branch in error.validator_value]
    given = [kind for kind in kinds if kind in entries(error.instance)]
    if not given and isinstance(error.instance, dict):
        hint = f"add `{kinds[0]}: {_example(error.schema['properties'][kinds[0]])}`"
        message = f"{where(path)} does not say how it runs"
        yield Mistake(path, "missing-key", message, hint, key=True, about=tuple((*path, kind) for kind in kinds))
    for kind in given[1:]:
        message = f"{where(path)} is of two kinds: {given[0]} and {kind}"
        yield Mistake(
            (*path, kind),
            "two-kinds",
            message,
            "keep one, or write two tools",
            key=True,
        )


# -- values


def _type(error: Fault, context: Context) -> Iterator[Mistake]:
    yield _wrong_type(error, context, _types(error))


def _types(error: Fault) -> list[str]:
    value = error.validator_value
    return [value] if isinstance(value, str) else list(value)


def _wrong_type(error: Fault, context: Context, types: list[str]) -> Mistake:
    path = _path(error)
    message = f"{where(path)} must be {expected(types)}, not {got(error.instance)}"
    return Mistake(path, "wrong-type", message, _fix(error.instance, types, context.document, path))


def _fix(value: Any, types: list[str], document: Document, path: Path) -> str:
    if isinstance(value, Secret):
        return "a reference stands for text: write the value itself"
    if isinstance(value, str) and is_secret(path):
        return f"write {expected(types)}"
    return fix(types, value, document.written(path), path)


def _enum(error: Fault, context: Context) -> Iterator[Mistake]:
    path, allowed = _path(error), [str(each) for each in error.validator_value]
    near = None if isinstance(error.instance, Secret) else nearest(str(error.instance), allowed)
    hint = (f"did you mean '{near}'? " if near else "") + f"it is one of: {', '.join(allowed)}"
    yield Mistake(path, "bad-value", f"{where(path)} cannot be {_shown(error.instance, path)}", hint)


def _const(error: Fault, context: Context) -> Iterator[Mistake]:
    path = _path(error)
    message = f"{where(path)} cannot be {_shown(error.instance, path)}"
    yield Mistake(path, "bad-value", message, f"write {str(error.validator_value).lower()}")


def _pattern(error: Fault, context: Context) -> Iterator[Mistake]:
    path = _path(error)
    message = f"{where(path)} must be {error.schema['patternErrorMessage']}"
    quoted = _is_quoted_number(error)
    hint = f"remove the quotes: {error.instance}" if quoted else f"for example: {_example(error.schema)}"
    yield Mistake(path, "bad-value", message, hint)


def _is_quoted_number(error: Fault) -> bool:
    """Whether the text would be right as the number that it holds."""
    text, schema = str(error.instance), error.schema
    if (
        isinstance(error.instance, Secret)
        or "integer" not in schema.get("type", ())
        or not re.fullmatch(r"[0-9]{1,9}", text)
    ):
        return False
    return bool(schema["minimum"] <= int(text) <= schema["maximum"])


def _bound(words: str) -> Callable[[Fault, Context], Iterator[Mistake]]:
    def explanation(error: Fault, context: Context) -> Iterator[Mistake]:
        path = _path(error)
        message = f"{where(path)} cannot be {_shown(error.instance, path)}"
        yield Mistake(path, "bad-value", message, f"{words} {error.validator_value}")

    return explanation


def _amount(words: str) -> Callable[[Fault, Context], Iterator[Mistake]]:
    def explanation(error: Fault, context: Context) -> Iterator[Mistake]:
        path = _path(error)
        message = f"{where(path)} {words.format(error.validator_value)}"
        yield Mistake(path, "bad-value", message, _AMOUNT_HINTS[error.validator])

    return explanation


_AMOUNT_HINTS = {
    "minLength": "write a text, or remove the key",
    "maxLength": "shorten it",
    "minItems": "add an item, or remove the key",
    "maxItems": "remove some",
    "maxProperties": "remove some",
    "uniqueItems": "keep each once",
}
_EXPLANATIONS: dict[str, Callable[[Fault, Context], Iterator[Mistake]]] = {
    "additionalProperties": _unknown_keys,
    "required": _missing_keys,
    "anyOf": _any_of,
    "oneOf": _one_kind,
    "type": _type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "minimum": _bound("the least is"),
    "maximum": _bound("the most is"),
    "minLength": _amount("is empty"),
    "maxLength": _amount("is longer than {} characters"),
    "minItems": _amount("is an empty list"),
    "maxItems": _amount("has more than {} items"),
    "maxProperties": _amount("has more than {} entries"),
    "uniqueItems": _amount("holds the same item twice"),
}
