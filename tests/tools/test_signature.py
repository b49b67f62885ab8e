"""Signature → schema → call: a row is a parameter, its schema, what a model sends, what the function gets."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.errors import ToolError
from tests.tools.conftest import Folder
from tests.tools.hints import HEAD

GUEST = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer", "default": 0}},
    "required": ["name"],
    "additionalProperties": False,
}
ROOM = {
    "type": "object",
    "description": "A room of the house.",
    "properties": {
        "number": {"type": "integer"},
        "view": {"type": "string", "enum": ["sea", "yard"], "default": "yard"},
    },
    "required": ["number"],
    "additionalProperties": False,
}
PET = {
    "type": "object",
    "required": ["kind"],
    "additionalProperties": False,
}


def nullable(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


# the parameter as written, its schema, a value as sent, the repr of what the function gets
ROWS: list[tuple[str, Any, Any, str]] = [
    ("v: str", {"type": "string"}, "a", "'a'"),
    ("v: int", {"type": "integer"}, 3, "3"),
    ("v: int", {"type": "integer"}, "3", "3"),
    ("v: float", {"type": "number"}, 1, "1.0"),
    ("v: bool", {"type": "boolean"}, True, "True"),
    ("v: bool", {"type": "boolean"}, "no", "False"),
    ("v: None", {"type": "null"}, None, "None"),
    ("v: Any", {}, {"a": [1]}, "{'a': [1]}"),
    ("v: object", {}, [1], "[1]"),
    ("v: str = 'x'", {"type": "string", "default": "x"}, "a", "'a'"),
    ("v: int = 0", {"type": "integer", "default": 0}, 2, "2"),
    ("v: str | None", nullable({"type": "string"}), None, "None"),
    ("v: Optional[int] = None", {**nullable({"type": "integer"}), "default": None}, 4, "4"),
    ("v: str = None", {**nullable({"type": "string"}), "default": None}, None, "None"),
    ("v: Union[int, str]", {"anyOf": [{"type": "integer"}, {"type": "string"}]}, "7", "'7'"),
    ("v: Literal['a', 'b']", {"type": "string", "enum": ["a", "b"]}, "b", "'b'"),
    ("v: Literal[1, 'b']", {"enum": [1, "b"]}, 1, "1"),
    ("v: Literal['a']", {"type": "string", "const": "a"}, "a", "'a'"),
    ("v: Meal", {"type": "string", "enum": ["lunch", "dinner"]}, "lunch", "<Meal.LUNCH: 'lunch'>"),
    (
        "v: Meal = Meal.DINNER",
        {"type": "string", "enum": ["lunch", "dinner"], "default": "dinner"},
        "lunch",
        "<Meal.LUNCH: 'lunch'>",
    ),
    ("v: Floor", {"type": "integer", "enum": [0, 1]}, 1, "<Floor.FIRST: 1>"),
    ("v: list", {"type": "array", "items": {}}, [1, "a"], "[1, 'a']"),
    ("v: list[int]", {"type": "array", "items": {"type": "integer"}}, [1, "2"], "[1, 2]"),
    ("v: Sequence[str]", {"type": "array", "items": {"type": "string"}}, ["a"], "['a']"),
    ("v: set[int]", {"type": "array", "items": {"type": "integer"}, "uniqueItems": True}, [1, 1], "{1}"),
    ("v: tuple[int, ...]", {"type": "array", "items": {"type": "integer"}}, [1], "(1,)"),
    (
        "v: tuple[int, str]",
        {
            "type": "array",
            "items": {},
            "prefixItems": [{"type": "integer"}, {"type": "string"}],
            "minItems": 2,
            "maxItems": 2,
        },
        [1, "a"],
        "(1, 'a')",
    ),
    ("v: dict", {"type": "object", "additionalProperties": True}, {"a": 1}, "{'a': 1}"),
    (
        "v: dict[str, int]",
        {"type": "object", "additionalProperties": {"type": "integer"}},
        {"a": 1},
        "{'a': 1}",
    ),
    (
        "v: Mapping[str, float] = {}",
        {"type": "object", "additionalProperties": {"type": "number"}, "default": {}},
        {"a": 1},
        "{'a': 1.0}",
    ),
    ("v: Guest", GUEST, {"name": "Ada"}, "Guest(name='Ada', age=0)"),
    (
        "v: list[Guest]",
        {"type": "array", "items": GUEST},
        [{"name": "A", "age": 2}],
        "[Guest(name='A', age=2)]",
    ),
    ("v: Guest | None = None", {**nullable(GUEST), "default": None}, None, "None"),
    ("v: Room", ROOM, {"number": 3}, "Room(number=3, view='yard')"),
    (
        "v: Point",
        {
            "type": "object",
            "properties": {"x": {"type": "number"}},
            "required": ["x"],
            "additionalProperties": False,
        },
        {"x": 1},
        "{'x': 1.0}",
    ),
    (
        "v: Annotated[Cat | Dog, Field(discriminator='kind')]",
        {
            "oneOf": [
                {**PET, "properties": {"kind": {"type": "string", "const": "cat"}}},
                {**PET, "properties": {"kind": {"type": "string", "const": "dog"}}},
            ]
        },
        {"kind": "dog"},
        "Dog(kind='dog')",
    ),
    ("v: datetime.date", {"type": "string", "format": "date"}, "2025-01-31", "datetime.date(2025, 1, 31)"),
    (
        "v: datetime.datetime",
        {"type": "string", "format": "date-time"},
        "2025-01-31T18:30:00",
        "datetime.datetime(2025, 1, 31, 18, 30)",
    ),
    ("v: datetime.time", {"type": "string", "format": "time"}, "18:30", "datetime.time(18, 30)"),
    (
        "v: datetime.timedelta",
        {"type": "string", "format": "duration"},
        "PT30M",
        "datetime.timedelta(seconds=1800)",
    ),
    (
        "v: uuid.UUID",
        {"type": "string", "format": "uuid"},
        "12345678123456781234567812345678",
        "UUID('12345678-1234-5678-1234-567812345678')",
    ),
    ("v: pathlib.PurePosixPath", {"type": "string", "format": "path"}, "a/b", "PurePosixPath('a/b')"),
    ("v: Annotated[int, Field(ge=1, le=8)]", {"type": "integer", "minimum": 1, "maximum": 8}, 8, "8"),
    (
        "v: Annotated[float, Field(gt=0, lt=1)]",
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
        0.5,
        "0.5",
    ),
    ("v: Annotated[str, Field(pattern='^a')]", {"type": "string", "pattern": "^a"}, "ab", "'ab'"),
    ("v: Annotated[str, 'just a note']", {"description": "just a note", "type": "string"}, "a", "'a'"),
    (
        "v: Annotated[str, Field(description='Own words.')]",
        {"type": "string", "description": "Own words."},
        "a",
        "'a'",
    ),
    ("v: Name", {"type": "string", "minLength": 1, "maxLength": 5}, "abc", "'abc'"),
    ("v: Annotated[int, AfterValidator(even)]", {"type": "integer"}, 2, "2"),
]


@pytest.mark.parametrize(("parameter", "schema", "sent", "received"), ROWS, ids=[row[0] for row in ROWS])
async def test_a_type_hint_becomes_a_schema_and_a_checked_value(
    folder: Folder, parameter: str, schema: dict[str, Any], sent: Any, received: str
) -> None:
    folder.write("row.py", f"{HEAD}\ndef go({parameter}):\n    'Go.'\n    return repr(v)\n")
    tool = folder.bind("row:go")
    assert tool.declaration.parameters == {
        "type": "object",
        "properties": {"v": schema},
        "additionalProperties": False,
        **({} if "=" in parameter.rpartition("]")[2] else {"required": ["v"]}),
    }
    assert await tool.call({"v": sent}) == received


async def test_a_type_that_contains_itself_keeps_its_definition(folder: Folder) -> None:
    folder.write("row.py", f"{HEAD}\ndef go(v: Tree):\n    'Go.'\n    return v\n")
    tool = folder.bind("row:go")
    node = {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "kids": {"type": "array", "items": {"$ref": "#/$defs/Tree"}, "default": []},
        },
        "required": ["name"],
        "additionalProperties": False,
    }
    assert tool.declaration.parameters["$defs"] == {"Tree": node}
    tree = {"name": "a", "kids": [{"name": "b", "kids": []}]}
    assert await tool.call({"v": tree}) == tree


async def test_several_parameters_with_docstring_descriptions(folder: Folder) -> None:
    folder.write(
        "row.py",
        """
        def go(guests: int, schema: str = "x", *, _unit: str = "c", copy: bool = False, self: int = 1):
            '''Go.

            Args:
                guests: How many.
                schema: Which.
                ghost: Is not there.
            '''
            return [guests, schema, _unit, copy, self]
        """,
    )
    tool = folder.bind("row:go")
    properties = tool.declaration.parameters["properties"]
    assert list(properties) == ["guests", "schema", "_unit", "copy", "self"]
    assert properties["guests"] == {"type": "integer", "description": "How many."}
    assert properties["schema"] == {"type": "string", "description": "Which.", "default": "x"}
    assert tool.declaration.parameters["required"] == ["guests"]
    assert await tool.call({"guests": 1}) == [1, "x", "c", False, 1]
    assert await tool.call({"guests": 1, "schema": "y", "_unit": "f", "copy": True, "self": 2}) == [
        1,
        "y",
        "f",
        True,
        2,
    ]


async def test_no_parameters_are_an_empty_object(folder: Folder) -> None:
    folder.write("row.py", "def go():\n    'Go.'\n    return 'gone'")
    tool = folder.bind("row:go")
    assert tool.declaration.parameters == {"type": "object", "properties": {}, "additionalProperties": False}
    assert await tool.call({}) == "gone"
    with pytest.raises(ToolError) as caught:
        await tool.call({"x": 1})
    assert str(caught.value) == "x is not known: there are no arguments"


async def test_a_default_without_json_form_is_the_functions_own_affair(folder: Folder) -> None:
    folder.write("row.py", "UNSET = object()\ndef go(v: object = UNSET):\n    'Go.'\n    return v is UNSET")
    tool = folder.bind("row:go")
    assert tool.declaration.parameters["properties"] == {"v": {}}
    assert await tool.call({}) is True


async def test_what_a_partial_has_bound_is_neither_shown_nor_accepted(folder: Folder) -> None:
    folder.write(
        "row.py",
        """
        from functools import partial
        def send(text: str, key: str, loud: bool = False):
            'Send.'
            return [text, key, loud]
        go = partial(send, key="sesame")
        """,
    )
    tool = folder.bind("row:go")
    assert list(tool.declaration.parameters["properties"]) == ["text", "loud"]
    assert "sesame" not in str(tool.declaration)
    assert await tool.call({"text": "hi"}) == ["hi", "sesame", False]
    with pytest.raises(ToolError, match=r"^key is not known: the arguments are text, loud$"):
        await tool.call({"text": "hi", "key": "guess"})


USE = "use str, int, float, bool, list, dict, Literal, an enum, a date, a dataclass or a pydantic model"


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        ("v", "parameter `v` of `row:go` has no type hint; write one, such as `v: str`"),
        ("v=3", "parameter `v` of `row:go` has no type hint; write one, such as `v: str`"),
        (
            "v: Opaque",
            f"parameter `v` of `row:go` has the type `row.Opaque`, which a model cannot fill; {USE}",
        ),
        (
            "v: Callable[[], int]",
            "parameter `v` of `row:go` has the type `collections.abc.Callable[[], int]`, "
            f"which a model cannot fill; {USE}",
        ),
        ("v: range", f"parameter `v` of `row:go` has the type `range`, which a model cannot fill; {USE}"),
        ("v: 3", f"parameter `v` of `row:go` has the type `3`, which a model cannot fill; {USE}"),
    ],
)
def test_a_parameter_that_no_schema_describes_is_refused(folder: Folder, parameter: str, message: str) -> None:
    folder.write("row.py", f"{HEAD}\ndef go(w: int, {parameter}):\n    'Go.'\n")
    assert folder.refusal("row:go") == message
