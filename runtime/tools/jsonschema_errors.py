"""The findings of jsonschema as violations. Keywords: JSON Schema 2020-12, validation vocabulary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, cast

from runtime.tools.violations import Violation, choices, shown

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.exceptions import SchemaError

_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}
_PREDICATES: dict[str, Callable[[Any], str]] = {
    "type": lambda wanted: f"is not {_type(wanted)}",
    "enum": lambda values: f"is not {choices(values)}",
    "const": lambda value: f"is not {shown(value)}",
    "minimum": lambda bound: f"is less than the minimum of {bound}",
    "maximum": lambda bound: f"is more than the maximum of {bound}",
    "exclusiveMinimum": lambda bound: f"is not more than {bound}",
    "exclusiveMaximum": lambda bound: f"is not less than {bound}",
    "multipleOf": lambda step: f"is not a multiple of {step}",
    "minLength": lambda length: f"has fewer than {length} characters",
    "maxLength": lambda length: f"has more than {length} characters",
    "minItems": lambda length: f"has fewer than {length} items",
    "maxItems": lambda length: f"has more than {length} items",
    "uniqueItems": lambda _: "has an item twice",
    "pattern": lambda pattern: f"does not match the pattern {pattern}",
}


def violations(errors: Iterable[ValidationError | SchemaError]) -> list[Violation]:
    """Translate errors; one about several allowed forms becomes what each form finds."""
    return [found for error in errors for found in _found(error)]


def _found(error: ValidationError | SchemaError) -> Iterator[Violation]:
    if error.context:
        yield from violations(error.context)
        return
    path = tuple(error.absolute_path)
    keyword = str(error.validator)
    wanted, instance = cast("Any", error.validator_value), cast("Any", error.instance)
    if keyword == "required":
        for name in wanted:
            if name not in instance:
                yield Violation((*path, name), "", "is missing")
    elif keyword == "additionalProperties" and wanted is False:
        for name in _additional(error):
            yield Violation((*path, name), "", "is not known")
    elif keyword in _PREDICATES:
        yield Violation(path, shown(instance), _PREDICATES[keyword](wanted))
    else:
        yield Violation(path, shown(instance), f"does not satisfy {keyword}: {shown(wanted)}")


def _additional(error: ValidationError | SchemaError) -> list[str]:
    known: dict[str, Any] = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
    return [name for name in cast("dict[str, Any]", error.instance) if name not in known]


def _type(wanted: str | list[str]) -> str:
    names = [wanted] if isinstance(wanted, str) else wanted
    return " or ".join(_TYPES[name] for name in names)
