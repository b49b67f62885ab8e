from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest

from runtime.errors import ToolError
from tests.tools.conftest import Folder

SOURCE = """
def book(guests, time, note="", *, seat=None):
    "Book a table."
    return [guests, time, note, seat]
"""
TABLE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "guests": {"type": "integer", "minimum": 1, "maximum": 8},
        "time": {"type": "string"},
        "note": {"type": ["string", "null"], "maxLength": 5},
        "seat": {"$ref": "#/$defs/seat"},
    },
    "required": ["guests", "time"],
    "$defs": {"seat": {"enum": ["inside", "terrace"]}},
}


@pytest.fixture
def tavern(folder: Folder) -> Folder:
    folder.write("tavern.py", SOURCE)
    return folder


async def test_written_parameters_win_over_the_signature_and_pass_values_as_they_are(tavern: Folder) -> None:
    tool = tavern.bind("tavern:book", parameters=TABLE)
    assert tool.declaration.parameters == {**TABLE, "additionalProperties": False}
    assert await tool.call({"guests": 2, "time": "noon"}) == [2, "noon", "", None]
    assert await tool.call({"guests": 2, "time": "8", "seat": "terrace", "note": None}) == [
        2,
        "8",
        None,
        "terrace",
    ]


async def test_frozen_parameters_are_understood_and_left_alone(tavern: Folder) -> None:
    frozen = MappingProxyType(
        {
            "type": "object",
            "properties": MappingProxyType({"guests": MappingProxyType({"enum": (1, 2)}), "time": True}),
            "required": ("guests", "time"),
        }
    )
    tool = tavern.bind("tavern:book", parameters=frozen)
    assert await tool.call({"guests": 2, "time": 5}) == [2, 5, "", None]
    assert "additionalProperties" not in frozen


async def test_a_function_without_parameters_needs_no_properties(folder: Folder) -> None:
    folder.write("bell.py", "def ring():\n    'Ring.'\n    return 'ding'")
    tool = folder.bind("bell:ring", parameters={"type": "object"})
    assert await tool.call({}) == "ding"
    with pytest.raises(ToolError, match=r"^loud is not known: there are no arguments$"):
        await tool.call({"loud": True})


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"guests": 12, "time": "8"}, "guests: 12 is more than the maximum of 8"),
        ({"guests": "2", "time": "8"}, 'guests: "2" is not an integer'),
        ({"guests": True, "time": "8"}, "guests: true is not an integer"),
        ({}, "guests is missing; time is missing"),
        (
            {"gests": 1},
            "gests is not known: the arguments are guests, time, note, seat; guests is missing; time is missing",
        ),
        ({"guests": 1, "time": "8", "seat": "roof"}, 'seat: "roof" is not "inside" or "terrace"'),
        ({"guests": 1, "time": "8", "note": 1}, "note: 1 is not a string or null"),
        ("x", 'the arguments must be an object, not "x"'),
    ],
)
async def test_arguments_are_checked_before_the_call(tavern: Folder, sent: Any, message: str) -> None:
    with pytest.raises(ToolError) as caught:
        await tavern.bind("tavern:book", parameters=TABLE).call(sent)
    assert str(caught.value) == message


def only(schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"guests": schema, "time": {}},
        "required": ["guests", "time"],
        **more,
    }


SHAPE = "the parameters must be a JSON Schema of `type: object`, with the arguments as its properties"
NO_SCHEMA = "the parameters are not a JSON Schema: parameters"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, SHAPE),
        ({"type": "string"}, SHAPE),
        ({"type": ["object", "null"]}, SHAPE),
        (
            only({"type": "integr"}),
            f'{NO_SCHEMA}.properties.guests.type: "integr" is not "array", "boolean", "integer", "null", '
            '"number", "object" or "string", and is not a list',
        ),
        (only({"required": True}), f"{NO_SCHEMA}.properties.guests.required: true is not a list"),
        (only({"minimum": "1"}), f'{NO_SCHEMA}.properties.guests.minimum: "1" is not a number'),
        (
            only({"pattern": "("}),
            f'{NO_SCHEMA}.properties.guests.pattern: "(" does not satisfy format: "regex"',
        ),
        (
            only({"minLength": -1}),
            f"{NO_SCHEMA}.properties.guests.minLength: -1 is less than the minimum of 0",
        ),
        (
            only({"$ref": "http://169.254.169.254/x"}),
            "`$ref: http://169.254.169.254/x` leads out of the parameters; put what it names into `$defs`",
        ),
        (
            only({"items": {"$dynamicRef": "other.json"}}),
            "`$dynamicRef: other.json` leads out of the parameters; put what it names into `$defs`",
        ),
        (only({"$ref": "#/$defs/seat"}), "`$ref: #/$defs/seat` names nothing in the parameters"),
        (only({"anyOf": [{"$ref": "#seat"}]}), "`$ref: #seat` names nothing in the parameters"),
        (
            only({"$id": "http://x/y"}),
            "`$id` has no meaning in a tool's parameters; use `$defs` and `$ref: '#/$defs/name'`",
        ),
        (
            {"type": "object", "properties": {"gests": {}}},
            "`tavern:book` has no parameter `gests`, which the parameters declare; did you mean `guests`?",
        ),
        (
            {"type": "object", "properties": {"guests": {}, "time": {}}, "required": ["guests"]},
            "parameter `time` of `tavern:book` has no default; declare it and list it under `required`",
        ),
        (
            only({}, required=["guests", "time", "card"]),
            "`tavern:book` has no parameter `card`, which the parameters declare; "
            "there is `guests`, `note`, `seat`, `time`",
        ),
        (
            only({}, required=["guests", "time", "note"]),
            "`note` is required by the parameters, but not among their properties",
        ),
        (
            {"type": "object"},
            "parameter `guests` of `tavern:book` has no default; declare it and list it under `required`",
        ),
    ],
)
def test_parameters_that_cannot_be_are_refused(tavern: Folder, parameters: dict[str, Any], message: str) -> None:
    assert tavern.refusal("tavern:book", parameters=parameters) == message


async def test_a_schema_that_never_ends_is_an_error_of_the_call_only(tavern: Folder) -> None:
    tool = tavern.bind("tavern:book", parameters=only({"$ref": "#/properties/guests"}))
    with pytest.raises(ToolError, match=r"^the arguments are nested too deeply$"):
        await tool.call({"guests": 1, "time": 1})
