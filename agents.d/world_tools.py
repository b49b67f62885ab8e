"""Facts about cities that need no network: their clocks, and what their weather is usually like."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

City = Literal[
    "Amsterdam", "Berlin", "Cairo", "Lisbon", "London", "Madrid", "Mumbai", "New York", "Paris", "Rome",
    "San Francisco", "Sydney", "Tokyo", "Toronto",
]  # fmt: skip

ZONES: dict[str, str] = {
    "Amsterdam": "Europe/Amsterdam",
    "Berlin": "Europe/Berlin",
    "Cairo": "Africa/Cairo",
    "Lisbon": "Europe/Lisbon",
    "London": "Europe/London",
    "Madrid": "Europe/Madrid",
    "Mumbai": "Asia/Kolkata",
    "New York": "America/New_York",
    "Paris": "Europe/Paris",
    "Rome": "Europe/Rome",
    "San Francisco": "America/Los_Angeles",
    "Sydney": "Australia/Sydney",
    "Tokyo": "Asia/Tokyo",
    "Toronto": "America/Toronto",
}

# Mean daytime temperature in degrees Celsius and rainy days, for January, April, July and October (rounded).
CLIMATE: dict[str, tuple[tuple[int, int], ...]] = {
    "Amsterdam": ((5, 12), (13, 9), (21, 10), (14, 12)),
    "Berlin": ((3, 10), (14, 8), (24, 9), (14, 8)),
    "Cairo": ((19, 3), (28, 1), (35, 0), (30, 1)),
    "Lisbon": ((15, 10), (19, 8), (28, 1), (22, 8)),
    "London": ((8, 11), (14, 9), (23, 8), (16, 10)),
    "Madrid": ((10, 6), (18, 7), (32, 2), (20, 7)),
    "Mumbai": ((30, 0), (33, 0), (30, 23), (33, 4)),
    "New York": ((4, 10), (16, 11), (29, 10), (18, 8)),
    "Paris": ((7, 10), (16, 9), (25, 8), (16, 9)),
    "Rome": ((12, 7), (18, 8), (31, 2), (22, 8)),
    "San Francisco": ((14, 10), (17, 6), (19, 0), (21, 3)),
    "Sydney": ((26, 11), (23, 12), (17, 9), (22, 11)),
    "Tokyo": ((10, 5), (19, 10), (30, 12), (22, 12)),
    "Toronto": ((-1, 14), (12, 11), (27, 10), (14, 11)),
}


def get_weather(city: Annotated[City, "the city"]) -> dict[str, Any]:
    """Tell the usual weather of a city at this time of year."""
    month = datetime.now(ZoneInfo(ZONES[city])).month
    degrees, rainy_days = CLIMATE[city][month % 12 // 3]
    sky = "mostly dry" if rainy_days < 5 else "changeable" if rainy_days < 10 else "often wet"
    say = f"At this time of year, {city} usually has about {degrees} degrees and is {sky}."
    return {"city": city, "temperature_c": degrees, "rainy_days_per_month": rainy_days, "say": say}


def get_time(city: Annotated[City, "the city"]) -> dict[str, str]:
    """Tell the time of day in a city."""
    local = datetime.now(UTC).astimezone(ZoneInfo(ZONES[city]))
    clock = local.strftime("%H:%M")
    return {"city": city, "time": clock, "weekday": local.strftime("%A"), "say": f"It is {clock} in {city}."}
