from __future__ import annotations

from typing import Any

import pytest

from runtime.chat import AssistantMessage, UserMessage
from runtime.providers.local.scripted.form import question
from runtime.providers.local.scripted.schema import slots
from runtime.providers.local.scripted.speech import LANGUAGES
from tests.providers.local.scripted.talk import Conversation, tool
from tests.providers.local.scripted.utterances import TOOLS


async def test_missing_arguments_are_asked_for_one_after_the_other() -> None:
    talk = Conversation(TOOLS)
    assert await talk.say("book a table for two") == "What is the day and time of the reservation?"
    assert await talk.say("tomorrow at eight pm") == "What is the name for the reservation?"
    assert await talk.say("it's john smith") == "Done."
    assert talk.called == [("book_table", {"guests": 2, "time": "tomorrow at eight pm", "name": "John Smith"})]


async def test_one_answer_may_fill_several_arguments() -> None:
    talk = Conversation(TOOLS)
    await talk.say("book a table please")
    await talk.say("four people at eight pm, the name is Grace Hopper")
    assert talk.called == [("book_table", {"guests": 4, "time": "eight pm", "name": "Grace Hopper"})]


async def test_a_question_is_asked_again_when_the_answer_says_nothing() -> None:
    talk = Conversation(TOOLS)
    await talk.say("book a table please")
    assert await talk.say("um well") == "Sorry, I did not catch that. How many guests?"
    assert await talk.say("four") == "What is the day and time of the reservation?"


async def test_small_talk_in_between_keeps_the_form() -> None:
    talk = Conversation(TOOLS)
    await talk.say("book a table please")
    assert (await talk.say("who are you")).endswith("How many guests?")
    assert await talk.say("say that again") == talk.messages[-3].text  # type: ignore[union-attr] # an assistant's
    assert await talk.say("six") == "What is the day and time of the reservation?"


async def test_a_question_that_the_instructions_answer_keeps_the_form() -> None:
    talk = Conversation(TOOLS, "You are Ada. Dogs are welcome.")
    await talk.say("book a table please")
    assert await talk.say("can I bring my dog?") == "Dogs are welcome. How many guests?"


async def test_another_topic_ends_the_form() -> None:
    talk = Conversation(TOOLS, result=lambda name: {"location": "Paris", "temperature_c": 18})
    await talk.say("book a table for two")
    assert (
        await talk.say("what's the weather in Paris")
        == "The location is Paris and the temperature is 18 degrees Celsius."
    )
    assert await talk.say("tomorrow at eight") != "What is the name for the reservation?"


async def test_a_request_for_another_tool_without_its_arguments_opens_that_form() -> None:
    talk = Conversation(TOOLS)
    await talk.say("book a table please")
    assert await talk.say("set a timer") == "How many minutes?"
    assert await talk.say("ten") == "Done."
    assert talk.called == [("set_timer", {"minutes": 10})]


@pytest.mark.parametrize("said", ["never mind", "cancel that please", "forget it"])
async def test_cancel_ends_the_form(said: str) -> None:
    talk = Conversation(TOOLS)
    await talk.say("book a table please")
    assert await talk.say(said) == "All right, I will leave it."
    assert "guests" not in await talk.say("four")


async def test_a_question_cut_short_is_still_recognised() -> None:
    talk = Conversation(TOOLS)
    await talk.say("book a table please")
    talk.messages[-1] = AssistantMessage("How many gue", interrupted=True)
    assert await talk.say("four") == "What is the day and time of the reservation?"


async def test_a_request_on_top_of_an_unheard_answer_goes_on_with_it() -> None:
    talk = Conversation(TOOLS)
    talk.messages += [UserMessage("book a table"), AssistantMessage("", interrupted=True)]
    assert await talk.say("for two people") == "What is the day and time of the reservation?"


async def test_a_question_that_does_not_follow_from_what_was_said_is_not_ours() -> None:
    talk = Conversation(TOOLS)
    talk.messages += [UserMessage("book a table for two"), AssistantMessage("How many guests?")]
    assert await talk.say("four") != "What is the day and time of the reservation?"


async def test_an_answer_to_another_speaker_opens_no_form() -> None:
    talk = Conversation(TOOLS)
    talk.messages += [AssistantMessage("Welcome!"), UserMessage("hm"), AssistantMessage("How many guests?")]
    assert "guests" not in await talk.say("four")


async def test_a_boolean_is_asked_as_yes_or_no() -> None:
    talk = Conversation([tool("set_alarm", "Set the alarm system.", {"armed": {"type": "boolean"}}, "armed")])
    assert await talk.say("the alarm system") == "Yes or no: armed?"
    assert await talk.say("yes please") == "Done."
    assert talk.called == [("set_alarm", {"armed": True})]


def _asked(schema: dict[str, Any], language: str = "en") -> str:
    return question(slots({"properties": {"value": schema}, "required": ["value"]})[0], LANGUAGES[language])


@pytest.mark.parametrize(
    ("schema", "asked"),
    [
        ({"type": "integer", "description": "Number of guests."}, "How many guests?"),
        ({"type": "integer", "description": "The count of nights"}, "How many nights?"),
        ({"type": "integer", "title": "Copies"}, "How many copies?"),
        ({"type": "string", "description": "The city to look up, e.g. Paris."}, "What is the city to look up?"),
        ({"type": "string", "description": "IBAN of the account"}, "What is the IBAN of the account?"),
        ({"type": "string", "description": "Which day suits you?"}, "Which day suits you?"),
        ({"type": "string", "description": "Where to deliver it."}, "Where should I deliver it?"),
        ({"type": "string", "description": "Who gets the money."}, "Please tell me who gets the money."),
        ({"type": "string", "description": "How many nights to stay"}, "How many nights to stay?"),
        ({"type": "string"}, "What is the value?"),
        ({"enum": ["red", "dark_blue"]}, "Which value: red or dark blue?"),
        ({"enum": list("abcdefghi")}, "Which value: a, b, c, d, e, f or 3 more?"),
        ({"type": "boolean", "description": "Whether breakfast is included."}, "Yes or no: breakfast is included?"),
    ],
)
def test_questions_are_made_from_descriptions(schema: dict[str, Any], asked: str) -> None:
    assert _asked(schema) == asked


def test_questions_are_asked_in_the_language_of_the_persona() -> None:
    assert _asked({"type": "string", "description": "Nome do hóspede"}, "pt") == "Diga-me, por favor: nome do hóspede?"
