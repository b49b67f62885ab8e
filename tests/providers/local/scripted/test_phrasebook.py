from __future__ import annotations

from runtime.providers.local.scripted.phrasebook import templates
from tests.providers.local.scripted.talk import tool
from tests.providers.local.scripted.utterances import TOOLS


def test_templates_are_listed_once_and_in_order() -> None:
    found, _ = templates([*TOOLS, *TOOLS])
    assert found == (
        "what is the weather (in|for) {location}",
        "(book|reserve) a table for {guests} [people] at {time}",
        "play {query}",
    )


def test_values_come_from_choices_examples_and_numbers() -> None:
    properties = {
        "city": {"type": "string", "examples": ["Lisbon", "Porto"]},
        "money": {"enum": ["EUR", "swiss_franc"]},
        "guests": {"type": "integer", "minimum": 1, "maximum": 3},
        "big": {"type": "integer", "minimum": 98, "maximum": 5000},
        "text": {"type": "string"},
    }
    _, values = templates([tool("one", "", properties), tool("two", "", {"city": {"enum": ["Faro", "Porto"]}})])
    assert values == {
        "city": ("Lisbon", "Porto", "Faro"),
        "money": ("EUR", "swiss franc", "euro", "euros"),
        "guests": ("one", "two", "three"),
        "big": ("ninety eight", "ninety nine"),
    }


def test_a_number_without_bounds_has_the_usual_ones() -> None:
    _, values = templates([tool("one", "", {"n": {"type": "integer"}})])
    assert values["n"][0] == "zero"
    assert values["n"][-1] == "sixty"


def test_without_tools_there_is_nothing() -> None:
    assert templates([]) == ((), {})
