"""The top of a tool module with types of every kind that a parameter may have."""

from __future__ import annotations

HEAD = """
from __future__ import annotations
import datetime, decimal, enum, pathlib, uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, NamedTuple, Optional, TypeAlias, Union
from typing_extensions import TypedDict
from pydantic import AfterValidator, BaseModel, Field

class Meal(enum.Enum):
    LUNCH = "lunch"
    DINNER = "dinner"
class Floor(enum.IntEnum):
    GROUND = 0
    FIRST = 1
@dataclass
class Guest:
    name: str
    age: int = 0
class Room(BaseModel):
    '''A room of the house.'''
    number: int
    view: Literal["sea", "yard"] = "yard"
class Tree(BaseModel):
    name: str
    kids: list[Tree] = []
class Point(TypedDict):
    x: float
class Pair(NamedTuple):
    left: int
    right: int
class Cat(BaseModel):
    kind: Literal["cat"]
class Dog(BaseModel):
    kind: Literal["dog"]
Name: TypeAlias = Annotated[str, Field(min_length=1, max_length=5)]
class Opaque: ...
def even(value: int) -> int:
    if value % 2:
        raise ValueError("must be even")
    return value
"""
