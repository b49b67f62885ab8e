"""The restaurant's book: kept in memory, as this is a demonstration."""

import asyncio
from itertools import count
from typing import Annotated, Any

from pydantic import Field

_numbers = count(101)
_kitchen = asyncio.Lock()


async def book_table(
    guests: Annotated[int, Field(ge=1, le=8, description="the number of guests")],
    time: Annotated[str, Field(max_length=40, description="the time of day")],
) -> dict[str, Any]:
    """Book a table in the hotel restaurant.

    Args:
        guests: the number of guests, at most eight
        time: the time of day, such as 19:30
    """
    async with _kitchen:
        number = next(_numbers)
    people = "one guest" if guests == 1 else f"{guests} guests"
    return {"reservation": number, "say": f"Your table for {people} at {time} is booked, number {number}."}
