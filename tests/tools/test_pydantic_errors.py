from __future__ import annotations

from typing import Any

import pytest

from runtime.errors import ToolError
from tests.tools.conftest import Folder
from tests.tools.hints import HEAD

VIOLATIONS: list[tuple[str, Any, str]] = [
    ("v: Annotated[int, Field(le=8)]", 12, "v: 12 is more than the maximum of 8"),
    ("v: Annotated[int, Field(ge=1)]", 0, "v: 0 is less than the minimum of 1"),
    ("v: Annotated[int, Field(gt=1)]", 1, "v: 1 is not more than 1"),
    ("v: Annotated[int, Field(lt=1)]", 1, "v: 1 is not less than 1"),
    ("v: Annotated[int, Field(multiple_of=5)]", 3, "v: 3 is not a multiple of 5"),
    ("v: Name", "", 'v: "" has fewer than 1 characters'),
    ("v: Name", "abcdef", 'v: "abcdef" has more than 5 characters'),
    ("v: Annotated[str, Field(pattern='^a')]", "b", 'v: "b" does not match the pattern ^a'),
    ("v: Annotated[list[int], Field(min_length=1)]", [], "v: [] has fewer than 1 items"),
    ("v: Annotated[list[int], Field(max_length=1)]", [1, 2], "v: [1, 2] has more than 1 items"),
    ("v: Literal['a', 'b']", "c", "v: \"c\" is not 'a' or 'b'"),
    ("v: Meal", "tea", "v: \"tea\" is not 'lunch' or 'dinner'"),
    ("v: None", 1, "v: 1 is not null"),
    ("v: str", 1, "v: 1 is not a string"),
    ("v: int", "many", 'v: "many" is not an integer'),
    ("v: int", 1.5, "v: 1.5 is not an integer"),
    ("v: float", "x", 'v: "x" is not a number'),
    ("v: decimal.Decimal", "x", 'v: "x" is not a number'),
    ("v: Annotated[float, Field(allow_inf_nan=False)]", "inf", 'v: "inf" is not a finite number'),
    ("v: bool", "maybe", 'v: "maybe" is not true or false'),
    ("v: list[int]", "x", 'v: "x" is not a list'),
    ("v: set[int]", {}, "v: {} is not a list"),
    ("v: frozenset[int]", 1, "v: 1 is not a list"),
    ("v: tuple[int, ...]", 1, "v: 1 is not a list"),
    ("v: tuple[int, str]", [1], "v[1] is missing"),
    ("v: dict[str, int]", [], "v: [] is not an object"),
    ("v: Room", [], "v: [] is not an object"),
    ("v: Guest", 1, "v: 1 is not an object"),
    ("v: datetime.date", "soon", 'v: "soon" is not a date such as 2025-01-31'),
    ("v: datetime.datetime", "soon", 'v: "soon" is not a date and time such as 2025-01-31T18:30:00'),
    ("v: datetime.time", "soon", 'v: "soon" is not a time such as 18:30'),
    ("v: datetime.timedelta", "soon", 'v: "soon" is not a duration such as PT30M'),
    ("v: uuid.UUID", "x", 'v: "x" is not a UUID'),
    ("v: int | bool", [], "v: [] is not an integer, and is not true or false"),
    (
        "v: list[Guest]",
        [{"name": "a"}, {"age": "x"}],
        'v[1].name is missing; v[1].age: "x" is not an integer',
    ),
    ("v: Guest", {"name": "a", "nam": 1}, "v.nam is not known"),
    ("v: Point", {"x": 1, "y": 1}, "v.y is not known"),
    ("v: dict[int, int]", {"a": 1}, 'v.a: "a" is not an integer'),
    ("v: Annotated[int, AfterValidator(even)]", 3, "v: 3 is refused: must be even"),
    ("v: Guest | None", {"age": 1}, "v.name is missing"),
]


@pytest.mark.parametrize(("parameter", "sent", "message"), VIOLATIONS, ids=[row[2] for row in VIOLATIONS])
async def test_a_violation_is_told_in_words_that_a_model_can_repair(
    folder: Folder, parameter: str, sent: Any, message: str
) -> None:
    folder.write("row.py", f"{HEAD}\ndef go({parameter}):\n    'Go.'\n    raise SystemError\n")
    with pytest.raises(ToolError) as caught:
        await folder.bind("row:go").call({"v": sent})
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({}, "guests is missing; time is missing"),
        ({"gests": 2, "time": "x"}, "guests is missing; gests is not known: the arguments are guests, time"),
        ([2], "the arguments must be an object, not [2]"),
        (None, "the arguments must be an object, not null"),
    ],
)
async def test_missing_and_unknown_arguments_are_named(folder: Folder, sent: Any, message: str) -> None:
    folder.write("row.py", "def go(guests: int, time: str):\n    'Go.'\n")
    with pytest.raises(ToolError) as caught:
        await folder.bind("row:go").call(sent)
    assert str(caught.value) == message
