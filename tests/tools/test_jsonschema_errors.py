from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from runtime.tools.jsonschema_errors import violations
from runtime.tools.violations import sentence


@pytest.mark.parametrize(
    ("schema", "value", "told"),
    [
        ({"type": "array"}, 1, "1 is not a list"),
        ({"type": "boolean"}, 1, "1 is not true or false"),
        ({"type": "null"}, 1, "1 is not null"),
        ({"type": "number"}, "1", '"1" is not a number'),
        ({"type": "object"}, 1, "1 is not an object"),
        ({"const": 5}, 1, "1 is not 5"),
        ({"minimum": 2}, 1, "1 is less than the minimum of 2"),
        ({"exclusiveMinimum": 1}, 1, "1 is not more than 1"),
        ({"exclusiveMaximum": 1}, 1, "1 is not less than 1"),
        ({"multipleOf": 2}, 1, "1 is not a multiple of 2"),
        ({"minLength": 2}, "a", '"a" has fewer than 2 characters'),
        ({"maxLength": 2}, "abc", '"abc" has more than 2 characters'),
        ({"minItems": 1}, [], "[] has fewer than 1 items"),
        ({"maxItems": 1}, [1, 2], "[1, 2] has more than 1 items"),
        ({"uniqueItems": True}, [1, 1], "[1, 1] has an item twice"),
        ({"pattern": "^a"}, "b", '"b" does not match the pattern ^a'),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "b", '"b" is not an integer, and is not null'),
        ({"not": {"const": 1}}, 1, '1 does not satisfy not: {"const": 1}'),
        ({"oneOf": [{}, {"type": "integer"}]}, 1, '1 does not satisfy oneOf: [{}, {"type": "integer"}]'),
        ({"minProperties": 1}, {}, "{} does not satisfy minProperties: 1"),
    ],
)
def test_each_keyword_has_its_words(schema: dict[str, Any], value: Any, told: str) -> None:
    errors = Draft202012Validator({"properties": {"v": schema}}).iter_errors({"v": value})
    assert sentence(violations(errors)) == f"v: {told}"


@pytest.mark.parametrize(
    ("schema", "value", "told"),
    [
        ({"required": ["a", "b"]}, {"b": 1}, "v.a is missing"),
        ({"required": ["a", "b"]}, {}, "v.a is missing; v.b is missing"),
        ({"properties": {"a": {}}, "additionalProperties": False}, {"a": 1, "b": 2}, "v.b is not known"),
        ({"additionalProperties": False}, {"b": 2}, "v.b is not known"),
        ({"additionalProperties": {"type": "string"}}, {"b": 2}, "v.b: 2 is not a string"),
        ({"items": {"properties": {"n": {"type": "string"}}}}, [{}, {"n": 1}], "v[1].n: 1 is not a string"),
    ],
)
def test_findings_inside_a_value_are_placed(schema: dict[str, Any], value: Any, told: str) -> None:
    errors = Draft202012Validator({"properties": {"v": schema}}).iter_errors({"v": value})
    assert sentence(violations(errors)) == told


def test_no_errors_are_no_violations() -> None:
    assert violations(Draft202012Validator({}).iter_errors({})) == []
