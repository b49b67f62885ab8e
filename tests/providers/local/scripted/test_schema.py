from __future__ import annotations

from typing import Any

import pytest

from runtime.providers.local.scripted.schema import Kind, Slot, slots


def _slot(name: str, schema: Any, **more: Any) -> Slot:
    (slot,) = slots({"properties": {name: schema}, **more})
    return slot


@pytest.mark.parametrize(
    ("name", "schema", "kind"),
    [
        ("n", {"type": "integer"}, Kind.NUMBER),
        ("n", {"type": ["null", "number"]}, Kind.NUMBER),
        ("flag", {"type": "boolean"}, Kind.TRUTH),
        ("to", {"type": "string", "format": "email"}, Kind.EMAIL),
        ("replyEmail", {"type": "string"}, Kind.EMAIL),
        ("start", {"type": "string", "format": "date-time"}, Kind.MOMENT),
        ("start", {"type": "string", "description": "Start time."}, Kind.MOMENT),
        ("order_id", {"type": "string"}, Kind.CODE),
        ("city", {"type": "string", "description": "Name of the city"}, Kind.PLACE),
        ("doctor", {"type": "string", "description": "Name of the doctor"}, Kind.PERSON),
        ("note", {"type": "string"}, Kind.TEXT),
        ("state", {"const": "on"}, Kind.CHOICE),
        ("maybe", {"anyOf": [{"type": "null"}, {"type": "integer"}]}, Kind.NUMBER),
        ("tags", {"type": "array", "items": {"enum": ["a", "b"]}}, Kind.CHOICE),
        ("odd", True, Kind.TEXT),
    ],
)
def test_the_kind_of_a_slot(name: str, schema: Any, kind: Kind) -> None:
    assert _slot(name, schema).kind is kind


def test_references_are_followed() -> None:
    slot = _slot("colour", {"$ref": "#/$defs/Colour"}, **{"$defs": {"Colour": {"enum": ["red", None, "blue"]}}})
    assert slot.choices == ("red", "blue")
    assert _slot("x", {"$ref": "#/$defs/None"}).kind is Kind.TEXT


def test_a_default_and_a_description_may_stand_beside_the_alternatives() -> None:
    slot = _slot("n", {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}], "default": 3, "title": "Count"})
    assert (slot.default, slot.label, slot.low, slot.integer) == (3, "Count", 1, True)


def test_bounds_that_exclude_become_bounds_that_include() -> None:
    whole = _slot("n", {"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 10})
    assert (whole.low, whole.high) == (1, 9)


def test_only_null_is_no_alternative() -> None:
    assert _slot("n", {"anyOf": [{"type": "null"}]}).kind is Kind.TEXT


def test_a_schema_without_properties_has_no_slots() -> None:
    assert slots({"type": "object"}) == ()
