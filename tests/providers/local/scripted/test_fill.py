from __future__ import annotations

from typing import Any

import pytest

from runtime.providers.local.scripted.fill import answered, complete, fill, missing
from runtime.providers.local.scripted.repertoire import Tool, repertoire
from runtime.providers.local.scripted.route import routes
from runtime.providers.local.scripted.words import utterance
from tests.providers.local.scripted.talk import tool

_STRING: dict[str, Any] = {"type": "string"}
_INTEGER = {"type": "integer"}
_TRUTH = {"type": "boolean"}


def _tool(properties: dict[str, Any], *, name: str = "do_task", required: str = "", template: str = "") -> Tool:
    templates = [template] if template else []
    return repertoire([tool(name, "", properties, required, templates)]).tools[0]


def _filled(said: str, **properties: Any) -> dict[str, Any]:
    return fill(_tool(properties, required=" ".join(properties)), utterance(said), {})


@pytest.mark.parametrize(
    ("said", "name", "schema", "value"),
    [
        ("a table for twenty one people", "guests", _INTEGER, 21),
        ("there are a couple of us", "guests", _INTEGER, 2),
        ("room 12 for three nights", "nights", _INTEGER, 3),
        ("room 12 for three nights", "room", _INTEGER, 12),
        ("the third floor", "floor", _INTEGER, 3),
        ("make it nineteen point five", "temperature", {"type": "number"}, 19.5),
        ("minus five degrees", "temperature", {"type": "number"}, -5),
        ("wait half an hour", "delay_minutes", _INTEGER, 30),
        ("wait an hour and twenty minutes", "minutes", _INTEGER, 80),
        ("for two days", "duration_hours", _INTEGER, 48),
        ("wake me at half past seven", "hour", _INTEGER, 7),
        ("wake me at half past seven", "minute", _INTEGER, 30),
        ("write to Ada.L_1@example.co.uk.", "email", _STRING, "Ada.L_1@example.co.uk"),
        ("write to ada dot l at example dot com", "to", {"type": "string", "format": "email"}, "ada.l@example.com"),
        ("my pin is double four oh seven", "pin", _STRING, "4407"),
        ("booking A B twenty one x", "booking_id", _STRING, "AB21X"),
        ("order 007 please", "order_id", _STRING, "007"),
        ("ticket AB-742", "ticket_id", _STRING, "AB-742"),
        ("in a grey colour please", "colour", {"enum": ["red", "grey"]}, "grey"),
        ("the livingroom", "room", {"enum": ["living room", "hall"]}, "living room"),
        ("dark blue", "colour", {"enum": ["dark_blue", "blue"]}, "dark_blue"),
        ("a pepperony pizza", "pizza", {"enum": ["pepperoni", "funghi"]}, "pepperoni"),
        ("two espressos", "drink", {"enum": ["espresso", "tea"]}, "espresso"),
        ("two sandwiches", "snack", {"enum": ["sandwich", "cherry"]}, "sandwich"),
        ("some cherries", "snack", {"enum": ["sandwich", "cherry"]}, "cherry"),
        ("soft boiled eggs please", "food", {"enum": ["hard eggs", "soft eggs"]}, "soft eggs"),
        ("my eggs have to be runny", "food", {"enum": ["hard eggs", "soft eggs"]}, "soft eggs"),
        ("five of us, no wait, four", "guests", {"type": "integer"}, 4),
        ("200 g", "measure", {"enum": ["ounces", "grams"]}, "grams"),
        ("five kilos", "measure", {"enum": ["pounds", "kilograms"]}, "kilograms"),
        ("o vinte e oito", "line", {"enum": ["12", "28"]}, "28"),
        ("two pizzas", "size", {"enum": [1, 2, 3]}, 2),
        ("from dollars to euros", "from_currency", {"enum": ["EUR", "USD"]}, "USD"),
        ("from dollars to euros", "to_currency", {"enum": ["EUR", "USD"]}, "EUR"),
        ("turn it off", "on", _TRUTH, False),
        ("don't enable it", "enabled", _TRUTH, False),
        ("switch it on", "on", _TRUTH, True),
        ("without breakfast", "breakfast", _TRUTH, False),
        ("breakfast for all", "breakfast", _TRUTH, True),
        ("my name is ada lovelace", "name", _STRING, "Ada Lovelace"),
        ("a room under the name of Grace Hopper", "guest", _STRING, "Grace Hopper"),
        ("put it down for Ada Lovelace tomorrow", "name", _STRING, "Ada Lovelace"),
        ("somewhere near the old port today", "location", _STRING, "The Old Port"),
        ("from Porto to Faro", "origin", _STRING, "Porto"),
        ("from Porto to Faro", "destination", _STRING, "Faro"),
        ("write that I am late", "message", _STRING, "I am late"),
        ("search for a red bicycle", "query", _STRING, "red bicycle"),
        ("come on friday at eight pm", "time", _STRING, "friday at eight pm"),
        ("at 7:30 p.m. on June 5th", "when", _STRING, "7:30 p.m. on June 5th"),
        ("tomorrow I come at noon", "when", _STRING, "tomorrow at noon"),
        ("eggs, milk and bread", "items", {"type": "array", "items": _STRING}, ["eggs", "milk", "bread"]),
        ("red and blue", "colours", {"type": "array", "items": {"enum": ["blue", "red"]}}, ["red", "blue"]),
        ("four and twenty two", "numbers", {"type": "array", "items": _INTEGER}, [4, 22]),
        ("leaving porto at nine", "origin", _STRING, "Porto"),
        ("the code is four two", "code", _STRING, "42"),
        ("near lisboa", "city", {"type": "string", "examples": ["Lisboa"]}, "Lisboa"),
    ],
)  # fmt: skip
def test_a_value_is_found(said: str, name: str, schema: dict[str, Any], value: Any) -> None:
    assert _filled(said, **{name: schema})[name] == value


@pytest.mark.parametrize(
    ("said", "name", "schema"),
    [
        ("nothing of the kind", "guests", _INTEGER),
        ("for ninety people", "guests", {"type": "integer", "maximum": 10}),
        ("zero", "amount", {"type": "number", "exclusiveMinimum": 0}),
        ("this one", "guests", _INTEGER),
        ("half a table", "guests", _INTEGER),
        ("check it", "account", {"enum": ["checking", "savings"]}),
        ("the two of them", "address", _STRING),
        ("green", "colour", {"enum": ["red", "blue"]}),
        ("call me", "email", {"type": "string", "format": "email"}),
        ("my order", "order_id", _STRING),
        ("someday", "date", _STRING),
    ],
)
def test_what_was_not_said_is_not_made_up(said: str, name: str, schema: dict[str, Any]) -> None:
    assert name not in _filled(said, **{name: schema})


def test_a_day_and_a_time_go_to_slots_of_their_own() -> None:
    said = "tomorrow evening at eight"
    assert _filled(said, date=_STRING, time=_STRING) == {"date": "tomorrow evening", "time": "eight"}


def test_a_level_switches_a_thing_on_and_zero_off() -> None:
    properties = {"on": _TRUTH, "brightness": _INTEGER}
    assert _filled("brightness forty percent", **properties) == {"on": True, "brightness": 40}
    assert _filled("brightness zero percent", **properties) == {"on": False, "brightness": 0}


def test_words_of_the_tools_name_have_no_polarity() -> None:
    quiet = _tool({"enabled": _TRUTH}, name="set_do_not_disturb", required="enabled")
    assert fill(quiet, utterance("do not disturb on"), {}) == {"enabled": True}
    assert fill(quiet, utterance("do not disturb off"), {}) == {"enabled": False}


def test_an_optional_number_needs_a_word_beside_it() -> None:
    maybe = _tool({"volume": _INTEGER})
    assert fill(maybe, utterance("chapter seven"), {}) == {}
    assert fill(maybe, utterance("volume seven"), {}) == {"volume": 7}


@pytest.mark.parametrize(
    ("template", "said", "arguments"),
    [
        ("play {song}", "please play some jazz now", {"song": "jazz"}),
        ("fly to {city}", "fly to new york tomorrow", {"city": "New York"}),
        ("a table at {time}", "a table tomorrow at eight", {"time": "tomorrow at eight"}),
        ("meet at {time}", "can you meet at dinner", {"time": "dinner"}),
        ("find parcel {parcel_id}", "find parcel a 1 2", {"parcel_id": "A12"}),
        ("find parcel {parcel_id}", "find parcel zulu", {"parcel_id": "zulu"}),
        ("dim to {level}", "dim to forty", {"level": 40}),
    ],
)
def test_a_template_says_where_a_value_stands(template: str, said: str, arguments: dict[str, Any]) -> None:
    schema = _INTEGER if "{level}" in template else _STRING
    (name,) = arguments
    declared = repertoire([tool("task", "", {name: schema}, name, [template.replace("a table", "a table [tomorrow]")])])
    (route,) = routes(declared, utterance(said))
    assert route.certain
    assert fill(route.tool, utterance(said), route.captured) == arguments


@pytest.mark.parametrize("template", ["paint {n} walls", "get the wall number {n}"])
def test_an_optional_number_is_found_where_a_template_says_so(template: str) -> None:
    paint = tool("paint", "Paint.", {"n": {"type": "integer", "default": 1}}, "", [template])
    said = utterance(template.format(n=3))
    (route,) = routes(repertoire([paint]), said)
    assert fill(route.tool, said, route.captured) == {"n": 3}


def test_defaults_stand_in_for_optional_arguments_only() -> None:
    task = _tool(
        {
            "unit": {"type": "string", "default": "c"},
            "city": {"type": "string", "default": "x"},
            "n": {"default": None},
        },
        required="city",
    )
    assert complete(task, {}) == {"unit": "c"}
    assert complete(task, {"unit": "f", "city": "Rome"}) == {"unit": "f", "city": "Rome"}
    lacking = missing(task, {})
    assert lacking is not None
    assert lacking.name == "city"


@pytest.mark.parametrize(
    ("said", "schema", "value"),
    [
        ("it's for Ada", {"type": "string", "title": "Name"}, "Ada"),
        ("well", {"type": "string"}, None),
        ("it is B 12", {"type": "string", "title": "Code"}, "B12"),
        ("in the evening", {"type": "string", "title": "Time"}, "the evening"),
        ("sure", _TRUTH, True),
        ("nope", _TRUTH, False),
        ("maybe", _TRUTH, None),
        ("I'm late", {"type": "string", "title": "Message"}, "I'm late"),
        ("eggs and ham", {"type": "array", "items": _STRING}, ["eggs", "ham"]),
        ("none", {"type": "array", "items": _INTEGER}, None),
        ("red, I think, and blue", {"type": "array", "items": {"enum": ["blue", "red"]}}, ["red", "blue"]),
    ],
)
def test_an_answer_may_be_the_bare_value(said: str, schema: dict[str, Any], value: Any) -> None:
    task = _tool({"value": schema}, required="value")
    found = answered(task, task.slots[0], utterance(said))
    assert (found[0] if found else None) == value
