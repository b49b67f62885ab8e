"""Values that keep other validators busy for years, and those that are equal to JSON alone."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.errors import ToolError
from runtime.tools.validation import MAX_FINDINGS, checker

TREE: dict[str, Any] = {
    "$defs": {
        "filter": {
            "anyOf": [
                {"type": "object", "required": ["and"], "properties": {"and": {"$ref": "#/$defs/filter"}}},
                {"type": "object", "required": ["and"], "properties": {"and": {"$ref": "#/$defs/filter"}, "x": {}}},
                {"type": "string"},
            ]
        }
    },
    "$ref": "#/$defs/filter",
}


def nested(levels: int, inside: Any) -> Any:
    return inside if levels == 0 else {"and": nested(levels - 1, inside)}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (TREE, nested(40, 1)),
        ({"items": {"type": "integer"}}, list(range(100_000))),
        ({"propertyNames": {"minLength": 1}}, {str(n): n for n in range(50_000)}),
        ({"$ref": "#"}, 1),
    ],
)
def test_a_check_that_would_take_too_long_is_refused(schema: dict[str, Any], value: Any) -> None:
    with pytest.raises((ToolError, RecursionError)) as caught:
        checker(schema)(value)
    assert isinstance(caught.value, RecursionError) or "to be checked" in str(caught.value)


def test_a_long_list_of_objects_is_checked() -> None:
    text = {"type": "string", "minLength": 1, "maxLength": 9}
    rows = {"type": "array", "items": {"type": "object", "properties": dict.fromkeys("abcde", text)}}
    assert checker(rows)([dict.fromkeys("abcde", "x")] * 500) == []


def test_a_deep_value_that_is_right_passes() -> None:
    assert checker(TREE)(nested(6, "x")) == []


def test_no_more_is_found_than_anybody_reads() -> None:
    assert len(checker({"items": {"type": "string"}})(list(range(1_000)))) == MAX_FINDINGS


@pytest.mark.parametrize(
    ("items", "unique"),
    [
        ([1, True, "1", None, False, 0], True),
        ([1, 1.0], False),
        ([{"a": [1, {}]}, {"a": [1.0, {}]}], False),
        ([{"a": 1, "b": 2}, {"b": 2, "a": 1}], False),
        ([[1], [True]], True),
        ([{"a": 1}, [["a", 1]]], True),
        ([{"n": n} for n in range(4_000)], True),
        ([], True),
    ],
)
def test_items_are_compared_as_json(items: list[Any], unique: bool) -> None:
    assert [each.predicate for each in checker({"uniqueItems": True})(items)] == (
        [] if unique else ["has an item twice"]
    )
    assert checker({"uniqueItems": False})(items) == []
