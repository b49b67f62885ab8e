from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest

from runtime.tools.schema import plain, tidy, walk

STRING = {"type": "string"}


def test_plain_copies_mappings_and_sequences_of_any_kind() -> None:
    frozen = MappingProxyType({"enum": ("a", "b"), "items": MappingProxyType({"type": "string"})})
    assert plain(frozen) == {"enum": ["a", "b"], "items": {"type": "string"}}


@pytest.mark.parametrize(
    ("schema", "tidied"),
    [
        ({"title": "T", "type": "string"}, STRING),
        (
            {"properties": {"title": {"title": "Title", **STRING}}},
            {"properties": {"title": STRING}, "additionalProperties": False},
        ),
        ({"default": {"title": "kept"}, "enum": [{"title": "kept"}]}, None),
        (
            {"properties": {}, "additionalProperties": {"title": "T", **STRING}},
            {"properties": {}, "additionalProperties": STRING},
        ),
        ({"properties": {}, "additionalProperties": True}, None),
        (
            {"$ref": "#/$defs/A", "default": 1, "$defs": {"A": {"title": "A", "type": "integer"}}},
            {"type": "integer", "default": 1},
        ),
        (
            {"$ref": "#/$defs/A", "$defs": {"A": {"$ref": "#/$defs/B"}, "B": {"title": "B", **STRING}}},
            STRING,
        ),
        ({"anyOf": [{"title": "x", **STRING}, True]}, {"anyOf": [STRING, True]}),
        (
            {"prefixItems": [{"title": "x", **STRING}], "items": False},
            {"prefixItems": [STRING], "items": False},
        ),
        ({"oneOf": [], "discriminator": {"mapping": {"a": "#/$defs/A"}}}, {"oneOf": []}),
    ],
)
def test_generated_schemas_lose_titles_and_definitions(schema: dict[str, Any], tidied: dict[str, Any] | None) -> None:
    assert tidy(schema) == (schema if tidied is None else tidied)


def test_only_definitions_that_contain_themselves_stay() -> None:
    node = {
        "title": "Node",
        "properties": {"next": {"$ref": "#/$defs/Pair"}, "leaf": {"$ref": "#/$defs/Leaf"}},
    }
    schema = {
        "items": {"$ref": "#/$defs/Node"},
        "$defs": {
            "Node": node,
            "Pair": {"items": {"$ref": "#/$defs/Node"}, "contains": {"$ref": "#/$defs/Pair2"}},
            "Pair2": {"anyOf": [{"$ref": "#/$defs/Leaf"}, {"$ref": "#/$defs/Leaf"}]},
            "Leaf": STRING,
        },
    }
    inlined = {"anyOf": [STRING, STRING]}
    assert tidy(schema) == {
        "items": {"$ref": "#/$defs/Node"},
        "$defs": {
            "Node": {
                "properties": {"next": {"$ref": "#/$defs/Pair"}, "leaf": STRING},
                "additionalProperties": False,
            },
            "Pair": {"items": {"$ref": "#/$defs/Node"}, "contains": inlined},
        },
    }


def test_walking_meets_schemas_and_no_data() -> None:
    schema = {
        "properties": {"a": {"id": 1, "default": {"id": "data"}}},
        "items": {"id": 2},
        "allOf": [{"id": 3}, True],
        "unevaluatedItems": {"id": 4},
        "const": {"id": "data"},
    }
    assert sorted(inner["id"] for inner in walk(schema) if "id" in inner) == [1, 2, 3, 4]
