from __future__ import annotations

import json
import math
from collections import OrderedDict, UserList, deque, namedtuple
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from runtime.conversation.outcomes import to_json
from runtime.errors import ToolError
from runtime.settings import Secret
from runtime.tools.results import MAX_BYTES, MAX_DEPTH, jsonable


class Meal(Enum):
    LUNCH = "lunch"
    HOURS = (12, 14)


class Floor(IntEnum):
    FIRST = 1


class View(StrEnum):
    SEA = "sea"


@dataclass(frozen=True, slots=True)
class Guest:
    name: str
    since: date
    friends: list[Guest] = field(default_factory=list)


class Room(BaseModel):
    number: int
    price: Decimal


Pair = namedtuple("Pair", ["left", "right"])  # noqa: PYI024 - tools may return either kind
DAY = date(2025, 1, 31)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (3, 3),
        (2**63 - 1, 2**63 - 1),
        (2**63, str(2**63)),
        (-(2**70), str(-(2**70))),
        (1.5, 1.5),
        (math.nan, None),
        (math.inf, None),
        (Fraction(1, 2), 0.5),
        ("ä", "ä"),
        ("\ud800x", "?x"),
        ({"\ud800": 1}, {"?": 1}),
        (Secret("s"), "s"),
        ([1, [2]], [1, [2]]),
        ((1, 2), [1, 2]),
        ({"a": {"b": 1}}, {"a": {"b": 1}}),
        (OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
        (MappingProxyType({"a": 1}), {"a": 1}),
        ({1: "a", None: "b", False: "c", 1.5: "d"}, {"1": "a", "null": "b", "false": "c", "1.5": "d"}),
        ({DAY: 1, Meal.LUNCH: 2, UUID(int=0): 3}, {"2025-01-31": 1, "lunch": 2, str(UUID(int=0)): 3}),
        ({3, 1, 2}, [1, 2, 3]),
        (frozenset({"a"}), ["a"]),
        (deque([1]), [1]),
        (UserList([1]), [1]),
        (range(3), [0, 1, 2]),
        ({"a": 1}.keys(), ["a"]),
        ({"a": 1}.values(), [1]),
        (Pair(1, DAY), {"left": 1, "right": "2025-01-31"}),
        (Meal.LUNCH, "lunch"),
        (Meal.HOURS, [12, 14]),
        (Floor.FIRST, 1),
        (View.SEA, "sea"),
        (DAY, "2025-01-31"),
        (datetime(2025, 1, 31, 18, 30, tzinfo=UTC), "2025-01-31T18:30:00+00:00"),
        (time(18, 30), "18:30:00"),
        (timedelta(minutes=30), "0:30:00"),
        (Decimal("19.90"), "19.90"),
        (Decimal("NaN"), None),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (PurePosixPath("a/b"), "a/b"),
        (
            Guest("Ada", DAY, [Guest("Bo", DAY)]),
            {
                "name": "Ada",
                "since": "2025-01-31",
                "friends": [{"name": "Bo", "since": "2025-01-31", "friends": []}],
            },
        ),
        (Room(number=1, price=Decimal("2.50")), {"number": 1, "price": "2.50"}),
        ([], []),
        ({}, {}),
    ],
)
def test_values_become_plain_json(value: Any, expected: Any) -> None:
    plain = jsonable(value)
    assert plain == expected
    assert json.loads(to_json(plain)) == expected


def test_a_set_without_an_order_keeps_its_members() -> None:
    assert sorted(jsonable({1, "a"}), key=str) == [1, "a"]


def test_the_copy_shares_nothing_with_the_value() -> None:
    value = {"a": [1]}
    copy = jsonable(value)
    value["a"].append(2)
    assert copy == {"a": [1]}


def test_one_value_in_two_places_is_no_cycle() -> None:
    shared = [1]
    assert jsonable([shared, shared]) == [[1], [1]]


def nested(depth: int) -> Any:
    value: Any = "deep"
    for _ in range(depth):
        value = [value]
    return value


def itself() -> Any:
    value: dict[str, Any] = {}
    value["a"] = [value]
    return value


def generator() -> Iterator[int]:
    yield 1


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (b"x", "The result holds a value of type `bytes`, which JSON cannot carry"),
        ([bytearray()], "The result holds a value of type `bytearray`, which JSON cannot carry"),
        (object(), "The result holds a value of type `object`, which JSON cannot carry"),
        (generator(), "The result holds a value of type `generator`, which JSON cannot carry"),
        (Guest, "The result holds a value of type `type`, which JSON cannot carry"),
        (1j, "The result holds a value of type `complex`, which JSON cannot carry"),
        (len, "The result holds a value of type `builtin_function_or_method`, which JSON cannot carry"),
        ({(1, 2): 3}, "The result holds an object whose keys are not text"),
        (itself(), "The result contains itself"),
        (nested(MAX_DEPTH + 1), "The result is nested more than 50 levels deep"),
        pytest.param(10**5000, "The result holds a number that is too long to be told", id="long"),
    ],
)
def test_what_json_cannot_carry_is_refused(value: Any, message: str) -> None:
    with pytest.raises(ToolError) as caught:
        jsonable(value)
    assert str(caught.value) == message


def test_the_deepest_value_that_is_allowed_is_copied() -> None:
    assert jsonable(nested(MAX_DEPTH)) == nested(MAX_DEPTH)


def test_long_lists_and_objects_say_how_much_was_left_out() -> None:
    rooms = jsonable([{"number": number, "view": "sea"} for number in range(10_000)])
    kept = len(rooms) - 1
    assert rooms[: kept - 1] == [{"number": number, "view": "sea"} for number in range(kept - 1)]
    assert rooms[kept - 1]["number"] == kept - 1
    assert rooms[kept] == {"truncated": f"{10_000 - kept} more items"}
    prices = jsonable({f"room-{number}": number for number in range(10_000)})
    assert prices["truncated"] == f"{10_000 - len(prices) + 1} more entries"


def test_an_outer_list_tells_too_that_it_was_cut() -> None:
    outer = jsonable([["x" * 100] * 1_000, "last"])
    assert outer[1] == {"truncated": "1 more items"}


@pytest.mark.parametrize("letter", ["a", "ä", "\x01", "😀", '"'])
def test_long_text_is_cut_and_says_so(letter: str) -> None:
    text = jsonable(letter * 100_000)
    assert text.endswith("… (truncated)")
    assert set(text.removesuffix("… (truncated)")) == {letter}
    assert MAX_BYTES * 0.9 < len(to_json(text).encode()) <= MAX_BYTES


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.text().map(lambda text: text * 900),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON_VALUES, st.integers(1, 20_000))
def test_no_result_is_larger_than_the_bound(value: Any, times: int) -> None:
    assert len(to_json(jsonable([value] * times)).encode()) <= MAX_BYTES


def test_cuts_at_every_level_still_fit() -> None:
    value: Any = ["x"] * 1_000
    for _ in range(MAX_DEPTH - 1):
        value = [*["x" * 20] * 40, value, *["y"] * 5_000]
    assert len(to_json(jsonable(value)).encode()) <= MAX_BYTES
