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


_BOOK = tool(
    "book_table",
    "Book a table.",
    {
        "guests": {"type": "integer", "minimum": 1, "maximum": 8, "description": "the number of guests"},
        "time": {"type": "string", "description": "the time of day"},
    },
    "guests time",
    ["(book|reserve) a table for {guests} [people] at {time}", "i want a table for {guests}"],
)
_WEATHER = tool(
    "get_weather",
    "Tell the weather of a city.",
    {"city": {"enum": ["Rome", "Paris"]}},
    "city",
    ["what is the weather in {city}"],
)
_NOTE = tool("write_note", "Write a note.", {"text": {"type": "string", "description": "the text"}}, "text")


@pytest.mark.parametrize(
    "said", ["how much does a room cost", "do you like music", "I love this hotel", "is the terrace heated at eight"]
)
async def test_what_is_not_like_a_time_is_no_time(said: str) -> None:
    talk = Conversation([_BOOK])
    await talk.say("i want a table for two")
    assert (await talk.say(said)).endswith("What is the time of day?")
    assert talk.called == []
    await talk.say("at seven")
    assert talk.called == [("book_table", {"guests": 2, "time": "seven"})]


@pytest.mark.parametrize("said", ["can we do seven", "seven?", "late in the evening", "19h30", "amanhã"])
async def test_a_time_may_be_vague_or_asked_for(said: str) -> None:
    talk = Conversation([_BOOK])
    await talk.say("i want a table for two")
    await talk.say(said)
    assert len(talk.called) == 1


@pytest.mark.parametrize("said", ["how much does a room cost", "the pool is heated?", "will you be long"])
async def test_free_text_does_not_swallow_a_question(said: str) -> None:
    talk = Conversation([_NOTE])
    await talk.say("write a note")
    assert (await talk.say(said)).endswith("What is the text?")
    assert talk.called == []


@pytest.mark.parametrize("said", ["will power", "have fun"])
async def test_free_text_may_begin_like_a_question(said: str) -> None:
    talk = Conversation([_NOTE])
    await talk.say("write a note")
    await talk.say(said)
    assert talk.called == [("write_note", {"text": said})]


@pytest.mark.parametrize("said", ["no", "no thanks", "nope"])
async def test_a_bare_no_ends_the_form_and_leaves_nothing_behind(said: str) -> None:
    talk = Conversation([_BOOK])
    await talk.say("book a table for 20 at 8pm")
    assert await talk.say(said) == "All right, I will leave it."
    await talk.say("reserve a table for two at seven")
    assert talk.called == [("book_table", {"guests": 2, "time": "seven"})]


async def test_a_no_that_is_a_choice_is_an_answer() -> None:
    talk = Conversation([tool("set_smoking", "Set smoking.", {"smoking": {"enum": ["yes", "no"]}}, "smoking")])
    await talk.say("set smoking")
    await talk.say("no")
    assert talk.called == [("set_smoking", {"smoking": "no"})]


async def test_a_request_that_is_made_anew_wins_over_what_was_said_before() -> None:
    talk = Conversation([_BOOK])
    await talk.say("book a table for 20 at 8pm")
    await talk.say("reserve a table for two at seven")
    assert talk.called == [("book_table", {"guests": 2, "time": "seven"})]


@pytest.mark.parametrize("said", ["um well", "hello", "how much does a room cost"])
async def test_a_question_is_repeated_once_and_then_let_go(said: str) -> None:
    talk = Conversation([_BOOK])
    await talk.say("i want a table for two")
    assert (await talk.say(said)).endswith("What is the time of day?")
    assert "time of day" not in await talk.say(said)
    await talk.say("seven")
    assert talk.called == []


async def test_to_repeat_a_question_on_request_is_no_miss() -> None:
    talk = Conversation([_BOOK])
    asked = await talk.say("i want a table for two")
    assert [await talk.say("pardon?") for _ in range(3)] == [asked] * 3


async def test_a_request_after_a_question_was_let_go_starts_anew() -> None:
    talk = Conversation(TOOLS)
    for said in ("book a table for two", "um", "the table"):
        await talk.say(said)
    assert await talk.say("four") == "What is the day and time of the reservation?"


async def test_a_number_out_of_range_is_named_and_let_go_after_the_second_answer() -> None:
    talk = Conversation([_BOOK])
    why = "is more than the most I can book, which is 8."
    assert await talk.say("book a table for 20 at 8pm") == f"20 {why} How many guests?"
    assert await talk.say("12 people") == f"12 {why} How many guests?"
    assert await talk.say("30") == f"30 {why} All right, I will leave it."
    assert talk.called == []


async def test_a_negative_amount_is_named_and_never_turned_positive() -> None:
    pour = tool("pour", "Pour wine.", {"cups": {"type": "number", "minimum": 0.5}}, "cups", ["pour {cups} cups"])
    talk = Conversation([pour])
    assert await talk.say("pour -5 cups") == "-5 is less than the least I can take, which is 0.5. What is the cups?"
    assert talk.called == []


async def test_a_name_that_is_no_choice_is_named() -> None:
    talk = Conversation([_WEATHER])
    assert await talk.say("what is the weather in Reykjavik") == "I do not know Reykjavik; which city: Rome or Paris?"
    assert await talk.say("Oslo") == "I do not know Oslo; which city: Rome or Paris?"
    assert await talk.say("Rome") == "Done."


@pytest.mark.parametrize("said", ["hmm", "I could not tell", "somewhere in the very deep south of it all"])
async def test_what_is_no_name_is_not_named(said: str) -> None:
    talk = Conversation([_WEATHER])
    await talk.say("the weather")
    assert await talk.say(said) == "Sorry, I did not catch that. Which city: Rome or Paris?"


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
