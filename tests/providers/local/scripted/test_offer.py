from __future__ import annotations

import pytest

from runtime.chat import AssistantMessage, Message, ToolCall, ToolMessage, UserMessage
from runtime.conversation.outcomes import MUST_ASK
from runtime.providers.local.scripted import offer
from runtime.providers.local.scripted.offer import report
from runtime.providers.local.scripted.speech import ENGLISH, LANGUAGES
from runtime.tools.builtin import BUILTINS, END_CALL
from tests.providers.local.scripted.talk import Conversation
from tests.providers.local.scripted.utterances import TOOLS

_EMAIL = ("send_email", {"to": "ada@example.com", "body": "hi"})


def _guarded(question: str = "") -> Conversation:
    result = {"status": "confirmation_required"} | ({"question": question} if question else {})
    return Conversation(TOOLS, result=lambda name: result)


@pytest.mark.parametrize("said", ["yes", "yes please", "sure, go ahead", "ok do it", "yeah", "that's right"])
async def test_a_yes_makes_the_very_same_call_again(said: str) -> None:
    talk = _guarded()
    asked = await talk.say("send an email to ada@example.com saying hi")
    assert asked == "Just to be sure: send email, to ada@example.com, body hi. Shall I go ahead?"
    talk.result = lambda name: {"sent": True}
    assert await talk.say(said) == "It is sent."
    assert talk.called == [_EMAIL, _EMAIL]


@pytest.mark.parametrize("said", ["no", "no thanks", "nope", "better not", "cancel that"])
async def test_a_no_drops_the_call(said: str) -> None:
    talk = _guarded()
    await talk.say("send an email to ada@example.com saying hi")
    assert await talk.say(said) == "All right, I will leave it."
    assert await talk.say("yes") == "What can I do for you?"
    assert talk.called == [_EMAIL]


async def test_anything_else_is_a_new_request() -> None:
    talk = _guarded()
    await talk.say("send an email to ada@example.com saying hi")
    await talk.say("what time is it in Tokyo")
    assert talk.called[-1] == ("get_time", {"city": "Tokyo"})


async def test_a_repeated_question_still_waits() -> None:
    talk = _guarded()
    asked = await talk.say("send an email to ada@example.com saying hi")
    assert await talk.say("pardon?") == asked
    await talk.say("yes")
    assert talk.called == [_EMAIL, _EMAIL]


async def test_a_question_of_which_nothing_was_heard_confirms_nothing() -> None:
    talk = _guarded()
    await talk.say("send an email to ada@example.com saying hi")
    talk.messages[-1] = AssistantMessage("", interrupted=True)
    await talk.say("yes")
    assert talk.called == [_EMAIL]


async def test_the_guards_own_question_is_asked_with_what_it_leaves_out() -> None:
    talk = _guarded("Send it to ada@example.com?")
    asked = await talk.say("send an email to ada@example.com saying hi")
    assert asked == "Body hi. Send it to ada@example.com?"


async def test_an_error_is_said_and_tried_again_on_a_yes() -> None:
    talk = Conversation(TOOLS, result=lambda name: {"error": "the service is down."})
    said = await talk.say("what time is it in Tokyo")
    assert said == "Sorry, that did not work: the service is down. Shall I try again?"
    talk.result = lambda name: {"time": "10:30"}
    assert await talk.say("yes please") == "The time is 10:30."
    assert talk.called == [("get_time", {"city": "Tokyo"})] * 2


def _report(*results: str, arguments: str = "{}") -> str:
    calls = tuple(ToolCall(f"call_{n}", "do_it", arguments) for n in range(len(results)))
    messages = [ToolMessage(call.id, content) for call, content in zip(calls, results, strict=True)]
    return report([UserMessage("go"), AssistantMessage("", calls), *messages], ENGLISH)


def test_good_results_come_before_what_wants_an_answer() -> None:
    said = _report('{"error": {"message": "no paper"}}', '{"say": "The door is open"}')
    assert said == "The door is open. Sorry, that did not work: no paper. Shall I try again?"


def test_the_same_failure_is_said_once() -> None:
    assert _report('{"error": "busy"}', '{"error": "busy"}').count("busy") == 1


def test_an_error_of_another_shape_is_still_an_error() -> None:
    assert _report('{"error": {"code": 7}}') == "Sorry, that did not work: error. Shall I try again?"


@pytest.mark.parametrize("arguments", ["{}", "[1]", "not json"])
def test_a_confirmation_without_arguments_names_the_action(arguments: str) -> None:
    asked = _report('{"status": "confirmation_required"}', arguments=arguments)
    assert asked == "Just to be sure: do it. Shall I go ahead?"


def test_a_result_whose_call_was_forgotten_is_reported_all_the_same() -> None:
    forgotten: list[Message] = [ToolMessage("call_9", '{"status": "confirmation_required"}')]
    assert report(forgotten, ENGLISH).endswith("Shall I go ahead?")


def test_questions_are_asked_in_the_language_of_the_persona() -> None:
    calls = (ToolCall("call_1", "ligar_luz", '{"sala": "cozinha"}'),)
    messages: list[Message] = [
        AssistantMessage("", calls),
        ToolMessage("call_1", '{"status": "confirmation_required"}'),
    ]
    assert report(messages, LANGUAGES["pt"]) == "Só para confirmar: ligar luz, sala cozinha. Posso avançar?"


def test_the_states_that_are_looked_for_are_those_that_the_runtime_tells() -> None:
    assert BUILTINS[END_CALL].result["status"] == offer.ENDING
    assert MUST_ASK["status"] == offer.CONFIRMATION
