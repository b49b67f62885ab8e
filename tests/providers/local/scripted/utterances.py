"""What people say, and what should come of it: written before the model was tuned on any of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runtime.chat import ToolDeclaration


@dataclass(frozen=True, slots=True)
class Case:
    """An utterance; `tool` empty means that none may be called, `asks` what the question must contain."""

    said: str
    tool: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])
    asks: str = ""


def _tool(name: str, description: str, properties: dict[str, Any], required: str, *examples: str) -> ToolDeclaration:
    parameters: dict[str, Any] = {"type": "object", "properties": properties, "required": required.split()}
    return ToolDeclaration(name, description, parameters, examples)


_TEXT = {"type": "string"}
_CURRENCY = {"type": "string", "enum": ["EUR", "USD", "GBP", "JPY"]}

TOOLS = (
    _tool(
        "get_weather",
        "Get the current weather and the forecast for a place.",
        {
            "location": {"type": "string", "description": "City or region."},
            "unit": {"type": "string", "enum": ["celsius", "fahrenheit"], "default": "celsius"},
        },
        "location",
        "what is the weather (in|for) {location}",
    ),
    _tool(
        "book_table",
        "Book a table in the restaurant.",
        {
            "guests": {"type": "integer", "minimum": 1, "description": "Number of guests."},
            "time": {"type": "string", "description": "Day and time of the reservation."},
            "name": {"type": "string", "description": "Name for the reservation."},
        },
        "guests time name",
        "(book|reserve) a table for {guests} [people] at {time}",
    ),
    _tool(
        "set_lights",
        "Switch the lights of a room on or off.",
        {
            "room": {"type": "string", "enum": ["kitchen", "living room", "bedroom", "bathroom"]},
            "on": {"type": "boolean", "description": "Whether the lights are on."},
            "brightness": {"type": "integer", "minimum": 0, "maximum": 100, "description": "Percent."},
        },
        "room on",
    ),
    _tool(
        "play_music",
        "Play a song, an artist or a style of music.",
        {"query": {"type": "string", "description": "Song, artist or style."}},
        "query",
        "play {query}",
    ),
    _tool(
        "create_reminder",
        "Create a reminder for later.",
        {
            "text": {"type": "string", "description": "What to be reminded of."},
            "when": {"type": "string", "description": "When to remind."},
        },
        "text when",
    ),
    _tool(
        "find_order",
        "Look up the status of an order.",
        {"order_id": {"type": "string", "description": "The order number."}},
        "order_id",
    ),
    _tool(
        "send_email",
        "Send an e-mail.",
        {
            "to": {"type": "string", "format": "email", "description": "Address of the recipient."},
            "body": {"type": "string", "description": "Text of the message."},
        },
        "to body",
    ),
    _tool(
        "convert_currency",
        "Convert an amount of money from one currency to another.",
        {"amount": {"type": "number"}, "from_currency": _CURRENCY, "to_currency": _CURRENCY},
        "amount from_currency to_currency",
    ),
    _tool(
        "search_flights",
        "Find flights between two cities.",
        {
            "origin": {"type": "string", "description": "City of departure."},
            "destination": {"type": "string", "description": "City of arrival."},
            "date": {"type": "string", "description": "Day of the flight."},
        },
        "origin destination",
    ),
    _tool("get_time", "Tell the local time in a city.", {"city": _TEXT}, "city"),
    _tool(
        "set_timer",
        "Start a countdown timer.",
        {"minutes": {"type": "integer", "minimum": 1}},
        "minutes",
    ),
    _tool(
        "set_do_not_disturb",
        "Turn do not disturb on or off for the room.",
        {"enabled": {"type": "boolean"}},
        "enabled",
    ),
)

CASES = (
    Case("what's the weather like in Lisbon", "get_weather", {"location": "Lisbon", "unit": "celsius"}),
    Case("is it going to rain in new york tomorrow", "get_weather", {"location": "New York", "unit": "celsius"}),
    Case(
        "tell me the forecast for Oslo in fahrenheit please",
        "get_weather",
        {"location": "Oslo", "unit": "fahrenheit"},
    ),
    Case("how cold is it in Reykjavik", "get_weather", {"location": "Reykjavik", "unit": "celsius"}),
    Case(
        "I'd like to book a table for four tomorrow at half past seven, my name is Grace Hopper",
        "book_table",
        {"guests": 4, "time": "tomorrow at half past seven", "name": "Grace Hopper"},
    ),
    Case(
        "reserve a table for a couple of people on friday at eight pm under the name ada lovelace",
        "book_table",
        {"guests": 2, "time": "friday at eight pm", "name": "Ada Lovelace"},
    ),
    Case("can we get a table for twelve tonight", asks="name"),
    Case("book a table please", asks="guests"),
    Case("turn on the lights in the kitchen", "set_lights", {"room": "kitchen", "on": True}),
    Case("switch the bedroom light off", "set_lights", {"room": "bedroom", "on": False}),
    Case(
        "set the living room lights to forty percent",
        "set_lights",
        {"room": "living room", "on": True, "brightness": 40},
    ),
    Case("lights out in the bath room", "set_lights", {"room": "bathroom", "on": False}),
    Case("play some jazz", "play_music", {"query": "jazz"}),
    Case("I want to listen to the Goldberg Variations", "play_music", {"query": "the Goldberg Variations"}),
    Case("put on a song by Nina Simone", "play_music", {"query": "Nina Simone"}),
    Case(
        "remind me to call my mother tomorrow at nine",
        "create_reminder",
        {"text": "call my mother", "when": "tomorrow at nine"},
    ),
    Case(
        "set a reminder for monday to water the plants",
        "create_reminder",
        {"text": "water the plants", "when": "monday"},
    ),
    Case("remind me about the dentist", asks="when"),
    Case("where is my order 48213", "find_order", {"order_id": "48213"}),
    Case("what's the status of order a b seven four two", "find_order", {"order_id": "AB742"}),
    Case("has my package shipped", asks="order number"),
    Case(
        "send an email to ada@example.com saying I will be ten minutes late",
        "send_email",
        {"to": "ada@example.com", "body": "I will be ten minutes late"},
    ),
    Case(
        "email bob at example dot org that the meeting is off",
        "send_email",
        {"to": "bob@example.org", "body": "the meeting is off"},
    ),
    Case(
        "how much is two hundred and fifty dollars in euros",
        "convert_currency",
        {"amount": 250, "from_currency": "USD", "to_currency": "EUR"},
    ),
    Case(
        "convert 99.5 pounds to yen",
        "convert_currency",
        {"amount": 99.5, "from_currency": "GBP", "to_currency": "JPY"},
    ),
    Case(
        "find me a flight from Berlin to Rome next friday",
        "search_flights",
        {"origin": "Berlin", "destination": "Rome", "date": "next friday"},
    ),
    Case("I need to fly to Madrid from Porto", "search_flights", {"origin": "Porto", "destination": "Madrid"}),
    Case("are there any flights to Athens", asks="departure"),
    Case("what time is it in Tokyo", "get_time", {"city": "Tokyo"}),
    Case("do you know the local time in Buenos Aires right now", "get_time", {"city": "Buenos Aires"}),
    Case("set a timer for twenty five minutes", "set_timer", {"minutes": 25}),
    Case("start a timer for an hour and a half", "set_timer", {"minutes": 90}),
    Case("turn do not disturb on", "set_do_not_disturb", {"enabled": True}),
    Case("please switch off do not disturb", "set_do_not_disturb", {"enabled": False}),
    Case("good morning"),
    Case("thanks a lot, that was all"),
    Case("tell me a joke about penguins"),
    Case("who won the world cup in 1998"),
    Case("what do you think about love"),
    Case("wether in Vienna", "get_weather", {"location": "Vienna", "unit": "celsius"}),
)
