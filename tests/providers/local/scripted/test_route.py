from __future__ import annotations

import json
from types import ModuleType

import pytest

from runtime.chat import ToolDeclaration, UserMessage
from runtime.providers.local.scripted.repertoire import repertoire
from runtime.providers.local.scripted.route import routes
from runtime.providers.local.scripted.words import utterance
from runtime.providers.ports import ModelRequest
from tests.providers.local.scripted import unseen, utterances
from tests.providers.local.scripted.talk import answer, tool
from tests.providers.local.scripted.utterances import Case


async def _outcome(case: Case, module: ModuleType) -> tuple[bool, bool, str]:
    """Whether the right tool was called or asked about, whether its arguments were right too, and what came."""
    reply = await answer(ModelRequest("You are Ada. Be brief.", [UserMessage(case.said)], module.TOOLS))
    calls = [(call.name, json.loads(call.arguments)) for call in reply.tool_calls]
    came = f"{case.said!r}: {reply.text or calls}"
    if case.tool:
        routed = [name for name, _ in calls] == [case.tool]
        return routed, routed and calls[0][1] == dict(case.arguments), came
    spoken = not calls and case.asks in reply.text.casefold()
    asked = reply.text.startswith(("What is the ", "Which ", "How many "))
    return (spoken, spoken, came) if case.asks else (spoken and not asked, spoken and not asked, came)


async def _score(module: ModuleType) -> tuple[int, int]:
    outcomes = [await _outcome(case, module) for case in module.CASES]
    for routed, right, came in outcomes:
        if not right:
            print("wrong arguments" if routed else "wrong tool", came)
    return sum(routed for routed, _, _ in outcomes), sum(right for _, right, _ in outcomes)


async def test_utterances_reach_their_tool_with_their_arguments() -> None:
    routed, right = await _score(utterances)
    print(f"{routed} of {len(utterances.CASES)} to the right tool, {right} with the right arguments")
    assert routed >= 0.9 * len(utterances.CASES)
    assert right >= 0.8 * len(utterances.CASES)


async def test_utterances_of_another_persona_mostly_do_too() -> None:
    routed, right = await _score(unseen)
    print(f"{routed} of {len(unseen.CASES)} to the right tool, {right} with the right arguments")
    assert routed >= 0.8 * len(unseen.CASES)
    assert right >= 0.7 * len(unseen.CASES)


def _names(said: str, *tools: tuple[str, str]) -> list[str]:
    declared = [tool(name, description, {}) for name, description in tools]
    return [route.tool.name for route in routes(repertoire(declared), utterance(said))]


def test_the_verb_decides_between_opposites() -> None:
    tools = (("book_room", "Book a room."), ("cancel_booking", "Cancel the booking of a room."))
    assert _names("cancel my room booking", *tools)[0] == "cancel_booking"
    assert _names("book me a room", *tools)[0] == "book_room"


def test_an_opposite_that_is_an_argument_belongs_to_the_tool() -> None:
    lock = tool("lock_door", "Lock a door.", {"locked": {"type": "boolean"}}, "locked")
    assert [route.tool.name for route in routes(repertoire([lock]), utterance("unlock it"))] == ["lock_door"]
    assert _names("unlock it", ("lock_door", "Lock a door.")) == []


def test_a_slip_of_the_recogniser_is_put_right() -> None:
    assert _names("find a restarant", ("find_restaurant", "Find a restaurant."), ("tell_joke", "Tell a joke.")) == [
        "find_restaurant"
    ]


@pytest.mark.parametrize("said", ["", "please", "what do you think about love", "another thing"])
def test_words_that_no_tool_has_reach_none(said: str) -> None:
    assert _names(said, ("book_room", "Book a room."), ("tell_time", "Tell the time in another city.")) == []


def test_the_template_with_more_words_of_its_own_wins() -> None:
    tools = [
        tool("play", "Play.", {"what": {"type": "string"}}, "what", ["play {what}"]),
        tool("play_radio", "Play radio.", {"name": {"type": "string"}}, "name", ["play radio station {name}"]),
    ]
    found = routes(repertoire(tools), utterance("play radio station Antenne"))
    assert [route.tool.name for route in found] == ["play_radio", "play"]
    assert all(route.certain for route in found)


PLACES = {"place": {"type": "string", "enum": ["pool", "bar", "hot tub"]}}
HOURS = tool(
    "opening_hours", "Tell when the pool or the bar is open.", PLACES, "place", ["when does the {place} close"]
)


def _score_of(said: str) -> float:
    return next((route.score for route in routes(repertoire([HOURS]), utterance(said))), 0.0)


def test_what_is_asked_counts_and_the_name_of_a_place_alone_does_not() -> None:
    assert _score_of("can I go to the pool or is it too late")
    assert _score_of("when does the bar close tonight"), "the opposite of open is among the tool's own words"
    for said in (
        "the pool was wonderful",
        "how much is a beer in the bar",
        "where is the pool",
        "the hot tub is broken",
        "from the pool to the bar to the hot tub",
        "we spent hours in the pool yesterday",
    ):
        assert not _score_of(said), said


def test_an_exact_tool_is_asked_for_in_its_own_words_only() -> None:
    end = ToolDeclaration("end_call", "End the call.", {"type": "object"}, ("hang up",), exact=True)
    assert [route.tool.name for route in routes(repertoire([end]), utterance("please hang up"))] == ["end_call"]
    for said in ("call me a taxi", "did the call end", "hang up my coat"):
        assert routes(repertoire([end]), utterance(said)) == [], said


def test_a_number_and_a_time_where_both_are_needed_speak_for_a_tool() -> None:
    needs = {"guests": {"type": "integer"}, "time": {"type": "string"}}
    book = tool("book_table", "Book a table in the restaurant.", needs, "guests time")
    hours = tool("opening_hours", "Tell when the restaurant is open.", {}, "")
    found = routes(repertoire([book, hours]), utterance("dinner for three at nine"))
    assert [route.tool.name for route in found] == ["book_table"]
