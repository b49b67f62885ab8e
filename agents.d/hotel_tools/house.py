"""The hotel itself."""

from typing import Annotated, Any, Literal

HOURS = {
    "breakfast": ("07:00", "10:30"),
    "restaurant": ("18:00", "22:00"),
    "bar": ("17:00", "01:00"),
    "sauna": ("15:00", "21:00"),
    "pool": ("08:00", "20:00"),
    "gym": ("06:00", "23:00"),
}
Place = Literal["breakfast", "restaurant", "bar", "sauna", "pool", "gym"]


def opening_hours(place: Annotated[Place, "the part of the house"]) -> dict[str, Any]:
    """Tell when a part of the hotel is open: breakfast, restaurant, bar, sauna, pool or gym.

    Args:
        place: the part of the house
    """
    opens, closes = HOURS[place]
    return {"place": place, "opens": opens, "closes": closes, "say": f"The {place} is open from {opens} to {closes}."}
