"""Parameters that a spec's author wrote as JSON Schema 2020-12: they win over the function's type hints.

The tool gets the values as the model sent them, once the schema has accepted them.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from itertools import islice
from types import MappingProxyType
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from runtime.errors import ToolError
from runtime.settings import Secret
from runtime.tools.functions import ToolFunction
from runtime.tools.jsonschema_errors import violations
from runtime.tools.nearest import suggestion
from runtime.tools.parameters import Parameters, unknown
from runtime.tools.patterns import matcher
from runtime.tools.schema import Schema, plain, walk
from runtime.tools.validation import MAX_FINDINGS, NOTHING, checker
from runtime.tools.violations import Violation, sentence


def read(function: ToolFunction, parameters: Mapping[str, Any]) -> Parameters:
    """Compile parameters for a function; raises ToolError when they are no schema or do not fit it."""
    schema = _checked(parameters)
    with function.to_blame():
        _check_fit(schema, function)
    return _compiled(schema)


def alone(parameters: Mapping[str, Any]) -> Parameters:
    """Compile parameters that stand for themselves; raises ToolError when they are no schema.

    A property's `default` takes the place of an argument that was not sent.
    """
    schema = _checked(parameters)
    for name in schema.get("required", []):
        if name not in schema["properties"]:
            raise _undeclared(name)
    described = [(name, each) for name, each in schema["properties"].items() if not isinstance(each, bool)]
    defaults = {name: each["default"] for name, each in described if "default" in each}
    return _compiled(schema, defaults)


def _checked(parameters: Mapping[str, Any]) -> Schema:
    schema: Schema = plain(parameters)
    _check_open(schema)
    _check_schema(schema)
    _check_references(schema)
    _check_patterns(schema)
    schema.setdefault("properties", {})
    for inner in walk(schema):
        if inner.get("type") == "array":
            inner.setdefault("items", {})  # OpenAI takes no array without
    return schema


def _compiled(schema: Schema, defaults: Mapping[str, Any] = MappingProxyType({})) -> Parameters:
    # Nobody could take any other name.
    schema["additionalProperties"] = False
    names = list(schema["properties"])
    wrong_with = checker(schema)

    def check(arguments: dict[str, Any]) -> dict[str, Any] | list[Violation]:
        others = (unknown(name, names) for name in arguments if name not in schema["properties"])
        known = {name: value for name, value in arguments.items() if name in schema["properties"]}
        found = [*islice(others, MAX_FINDINGS), *wrong_with(known)]
        return found or {**defaults, **arguments}

    return Parameters(schema, check)


def _check_schema(schema: Schema) -> None:
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        found = violations([error])
        placed = [Violation(("parameters", *each.path), each.subject, each.predicate) for each in found]
        raise ToolError(f"the parameters are not a JSON Schema: {sentence(placed)}") from None
    if schema.get("type") != "object":
        raise ToolError("the parameters must be a JSON Schema of `type: object`, with the arguments as its properties")


def _check_open(value: Any) -> None:
    """Raise where something would tell the model what came from outside; an author may describe with it."""
    if isinstance(value, Secret):
        raise ToolError(
            "the parameters are told to the model, and no value from outside may stand in them but in a `description`"
        )
    if isinstance(value, dict):
        for key, item in cast("dict[str, Any]", value).items():
            if key not in ("description", "title"):
                _check_open(item)
    elif isinstance(value, list):
        for item in cast("Any", value):
            _check_open(item)


def _check_references(schema: Schema) -> None:
    resolver = NOTHING.with_resource("", DRAFT202012.create_resource(schema)).resolver()
    for inner in walk(schema):
        if "$id" in inner:
            raise ToolError("`$id` has no meaning in a tool's parameters; use `$defs` and `$ref: '#/$defs/name'`")
        for key in ("$ref", "$dynamicRef"):
            reference = inner.get(key, "#")
            if not reference.startswith("#"):
                raise ToolError(f"`{key}: {reference}` leads out of the parameters; put what it names into `$defs`")
            try:
                resolver.lookup(reference)
            except Unresolvable:
                raise ToolError(f"`{key}: {reference}` names nothing in the parameters") from None


def _check_patterns(schema: Schema) -> None:
    for inner in walk(schema):
        if isinstance(inner.get("pattern"), str):
            matcher(inner["pattern"])
        if "patternProperties" in inner:
            raise ToolError("`patternProperties` is not available in a tool's parameters; name the properties")


def _undeclared(name: str) -> ToolError:
    return ToolError(f"`{name}` is required by the parameters, but not among their properties")


def _check_fit(schema: Schema, function: ToolFunction) -> None:
    reference, takes = function.reference.text, function.parameters
    properties, required = schema["properties"], schema.get("required", [])
    for name in (*properties, *required):
        if name not in takes:
            hint = suggestion(name, takes, "it takes no parameters")
            raise ToolError(f"`{reference}` has no parameter `{name}`, which the parameters declare; {hint}")
        if name not in properties:
            raise _undeclared(name)
    for name, parameter in takes.items():
        if parameter.default is inspect.Parameter.empty and name not in required:
            raise ToolError(
                f"parameter `{name}` of `{reference}` has no default; declare it and list it under `required`"
            )
