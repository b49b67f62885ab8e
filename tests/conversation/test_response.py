import re
from dataclasses import replace
from typing import Any

import pytest

from runtime.chat import AssistantMessage, ToolCall, ToolMessage, UserMessage
from runtime.conversation.plan import ToolPlan, VoicePlan
from runtime.settings import ChunkSettings
from tests.support.playbook import SPEAKING, WRITING, Playbook


def test_a_written_answer_opens_streams_and_closes() -> None:
    play = Playbook(WRITING)
    assert play.says("Hi") == ["stream_start", "step_start", "DO call_model m1 1"]
    assert play.text("Hello") == ["text_start", "text_delta Hello"]
    assert play.text(" there.") == ["text_delta  there."]
    assert play.done() == ["text_end", "step_finish", "stream_finish", "response_complete"]
    assert play.talk.history.messages() == (UserMessage("Hi"), AssistantMessage("Hello there."))


def test_a_spoken_answer_is_complete_only_after_its_audio() -> None:
    play = Playbook()
    play.says("Hi")
    assert play.text("Hello there.") == ["text_start", "text_delta Hello there.", "DO synthesize 1: Hello there."]
    assert play.sound(1) == []  # still a guess
    assert play.text(" Come in.") == [
        "text_delta  Come in.",
        "speech_stream_start",
        "audio_chunk Hello there.",
        "DO synthesize 2: Come in.",
    ]
    assert play.done() == ["text_end", "step_finish", "stream_finish"]
    assert play.sound_ends(2) == []
    assert play.sound_ends(1) == [
        "audio_chunk Hello there.",
        "audio_chunk Come in.",
        "speech_stream_end",
        "response_complete",
    ]


def test_the_text_is_told_before_its_synthesis_begins() -> None:
    play = Playbook()
    play.says("Hi")
    lines = play.text("All is well here.")
    assert lines.index("text_delta All is well here.") < lines.index("DO synthesize 1: All is well here.")


def test_chunk_numbers_count_through_the_session_without_gaps() -> None:
    play = Playbook()
    for turn in ("m1", "m2"):
        play.says("Hi")
        play.text("One is here. Two is here. Three is here.")
        play.done()
        play.sound_ends(1, message_id=turn)
        play.sound_ends(2, message_id=turn, error="Lost.", silent=True)
        play.sound_ends(3, message_id=turn)
    chunks = [event for event in play.events if event["type"] == "audio_chunk"]
    assert [chunk["chunkId"] for chunk in chunks] == [1, 2, 3, 4]
    assert [chunk["text"] for chunk in chunks] == ["One is here.", "Three is here."] * 2


def test_parts_are_numbered_within_their_chunk_and_the_last_is_marked() -> None:
    play = Playbook()
    play.says("Hi")
    play.text("Hello there, friend.")
    play.done()
    play.sound(1)
    play.sound(1)
    play.sound_ends(1)
    chunks = [event for event in play.events if event["type"] == "audio_chunk"]
    assert [(chunk["chunkId"], chunk["part"], chunk["final"]) for chunk in chunks] == [
        (1, 1, False),
        (1, 2, False),
        (1, 3, True),
    ]


def test_a_failed_synthesis_warns_and_the_rest_goes_on() -> None:
    play = Playbook()
    play.says("Hi")
    play.text("One is here. Two is here.")
    play.done()
    assert play.sound_ends(1, error="Lost.", silent=True) == ["warning speech_failed"]
    assert play.sound_ends(2) == [
        "speech_stream_start",
        "audio_chunk Two is here.",
        "speech_stream_end",
        "response_complete",
    ]


def test_an_answer_whose_speech_failed_altogether_opens_no_speech() -> None:
    play = Playbook()
    play.says("Hi")
    play.text("One is here.")
    play.done()
    assert play.sound_ends(1, error="Lost.", silent=True) == ["warning speech_failed", "response_complete"]


def test_reasoning_is_shown_apart_and_never_spoken() -> None:
    play = Playbook()
    play.says("Hi")
    assert play.thinks("Let me think about it.") == ["reasoning_start", "reasoning_delta Let me think about it."]
    assert play.text("Yes of course.")[:2] == ["reasoning_end", "text_start"]
    play.done()
    play.sound_ends(1)
    complete = play.events[-1]
    assert complete["reasoning"] == "Let me think about it."
    assert complete["text"] == "Yes of course."


def tool_round(play: Playbook) -> None:
    play.says("Weather?")
    play.calls_tool("look", '{"city":"Rome"}')


def test_a_tool_round_runs_the_tool_and_asks_the_model_again() -> None:
    play = Playbook(WRITING)
    play.says("Weather?")
    assert play.text("Let me see.") == ["text_start", "text_delta Let me see."]
    assert play.calls_tool("look", '{"city":"Rome"}') == ["text_end", "tool_input_start", "tool_input_delta"]
    assert play.done("tool_calls") == [
        "tool_input_end",
        "step_finish",
        "tool_call look",
        'DO run_tool look {"city":"Rome"}',
    ]
    assert play.returns({"c": 20}) == ["tool_result {'c': 20}", "step_start", "DO call_model m1 2"]
    call = ToolCall("c1", "look", '{"city":"Rome"}')
    rounds = (UserMessage("Weather?"), AssistantMessage("Let me see.", (call,)), ToolMessage("c1", '{"c":20}'))
    assert play.prompts[-1] == rounds
    play.text("It is 20 degrees.")
    play.done()
    assert play.talk.history.messages() == (*rounds, AssistantMessage("It is 20 degrees."))


def test_parallel_calls_wait_for_each_other() -> None:
    play = Playbook(WRITING)
    play.says("Both?")
    play.calls_tool("one", index=0, call_id="c1")
    play.calls_tool("two", index=1, call_id="c2")
    assert [line for line in play.done("tool_calls") if line.startswith("DO")] == [
        "DO run_tool one {}",
        "DO run_tool two {}",
    ]
    assert play.returns(2, "c2") == ["tool_result 2"]
    assert play.tool_fails("Broken.", "c1") == ["tool_error Broken.", "step_start", "DO call_model m1 2"]
    answers = [message for message in play.prompts[-1] if isinstance(message, ToolMessage)]
    assert answers == [ToolMessage("c1", '{"error":"Broken."}'), ToolMessage("c2", "2")]


def test_the_words_before_a_tool_are_spoken_while_it_runs() -> None:
    play = Playbook()
    play.says("Weather?")
    play.text("Let me check")
    assert play.calls_tool("look")[0] == "DO synthesize 1: Let me check"


def test_arguments_that_are_no_json_go_back_to_the_model() -> None:
    play = Playbook(WRITING)
    play.says("Weather?")
    play.calls_tool("look", '{"city":')
    assert play.done("tool_calls")[-3:] == [
        "tool_error The arguments are not valid JSON.",
        "step_start",
        "DO call_model m1 2",
    ]
    assert not play.tools
    sent = play.prompts[-1][1]
    assert isinstance(sent, AssistantMessage)
    assert sent.tool_calls == (ToolCall("c1", "look", "{}"),)


def test_empty_arguments_are_an_empty_object() -> None:
    play = Playbook(WRITING)
    play.says("Time?")
    play.calls_tool("clock", "")
    assert "DO run_tool clock {}" in play.done("tool_calls")


def test_the_last_step_may_only_speak() -> None:
    play = Playbook(replace(WRITING, max_steps=2))
    tool_round(play)
    play.done("tool_calls")
    assert "DO call_model m1 2 without tools" in play.returns(1)
    play.calls_tool("look", call_id="c2")
    assert play.done("tool_calls")[-2:] == ["stream_finish", "response_complete"]
    assert len(play.tools) == 1
    assert play.events[-1]["toolCalls"] == [{"toolName": "look", "toolCallId": "c1", "input": {"city": "Rome"}}]


def test_a_tool_with_effects_asks_first_and_runs_on_the_next_turn() -> None:
    play = Playbook(replace(WRITING, tools={"book": ToolPlan(ask_first=True)}))
    play.says("Book it.")
    play.calls_tool("book", '{"guests":2}')
    lines = play.done("tool_calls")
    assert any("confirmation_required" in line for line in lines)
    assert not play.tools
    play.text("Shall I?")
    play.done()
    play.says("Yes.")
    play.calls_tool("book", '{"guests":2}', call_id="c2")
    assert 'DO run_tool book {"guests":2}' in play.done("tool_calls")


def test_the_completion_lists_calls_results_usage_and_latency() -> None:
    play = Playbook(WRITING)
    tool_round(play)
    play.now = 10.0
    play.done("tool_calls")
    play.returns({"c": 20})
    play.now = 30.0
    play.text("Warm.")
    play.now = 40.0
    play.done()
    complete = play.events[-1]
    result = {"toolName": "look", "toolCallId": "c1", "output": {"c": 20}, "result": {"c": 20}}
    assert complete["toolResults"] == [result]
    assert complete["usage"] == {"inputTokens": 2, "outputTokens": 4, "totalTokens": 6}
    assert complete["latency"] == {"firstTextMs": 30.0, "modelMs": 40.0, "totalMs": 40.0}
    assert complete["interrupted"] is False


def test_a_model_that_fails_is_reported_and_what_it_said_is_spoken() -> None:
    play = Playbook()
    play.says("Hi")
    play.text("The answer is")
    assert play.fails("model_timeout") == [
        "DO synthesize 1: The answer is",
        "text_end",
        "step_finish",
        "stream_error model_timeout",
    ]
    assert play.sound_ends(1)[-1] == "response_complete"
    assert play.talk.history.messages()[-1] == AssistantMessage("The answer is")


def test_a_model_that_fails_at_once_still_completes_its_response() -> None:
    play = Playbook()
    play.says("Hi")
    assert play.fails() == ["step_finish", "stream_error model_error", "response_complete"]
    assert play.talk.history.messages() == (UserMessage("Hi"),)


def test_a_model_that_fails_while_writing_a_call_leaves_no_orphan() -> None:
    play = Playbook(WRITING)
    tool_round(play)
    assert play.fails() == ["tool_input_end", "step_finish", "stream_error model_error", "response_complete"]
    assert play.talk.history.messages() == (UserMessage("Weather?"),)


@pytest.mark.parametrize("name", ["multi_tool_use.parallel", "get weather", "x" * 80, "", "naïve"])
def test_a_name_that_servers_refuse_does_not_stay_in_the_history(name: str) -> None:
    play = Playbook(WRITING)
    play.says("Weather?")
    play.calls_tool(name, "{}")
    play.done("tool_calls")
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", play.tools[0].call.name)


@pytest.mark.parametrize("arguments", ["5", "[1]", '"text"', "null"])
def test_arguments_that_are_no_object_go_back_to_the_model(arguments: str) -> None:
    play = Playbook(WRITING)
    play.says("Weather?")
    play.calls_tool("look", arguments)
    assert "tool_error The arguments must be a JSON object." in play.done("tool_calls")
    assert not play.tools


def test_arguments_nested_beyond_reason_go_back_to_the_model() -> None:
    play = Playbook(WRITING)
    play.says("Weather?")
    play.calls_tool("look", '{"a":' * 400 + "1" + "}" * 400)
    assert "tool_error The arguments are not valid JSON." in play.done("tool_calls")


def test_arguments_longer_than_any_tool_needs_go_back_to_the_model() -> None:
    play = Playbook(WRITING)
    play.says("Weather?")
    play.calls_tool("look", '{"a": "' + "x" * 70_000 + '"}')
    assert "tool_error The arguments are too long." in play.done("tool_calls")
    assert not play.tools


def test_an_answer_of_white_space_is_no_message() -> None:
    play = Playbook(WRITING)
    play.says("Hi")
    play.text("\n")
    play.done()
    assert play.talk.history.messages() == (UserMessage("Hi"),)


def test_a_guess_that_failed_and_was_wrong_is_no_news() -> None:
    play = Playbook()
    play.says("Hi")
    play.text("See example.")
    assert play.sound_ends(1, error="Lost.", silent=True) == []
    lines = play.text("com today.") + play.done()
    assert not any(line.startswith("warning") for line in lines)


def test_a_guess_that_failed_and_was_right_is_told() -> None:
    play = Playbook()
    play.says("Hi")
    play.text("All is well here.")
    play.sound_ends(1, error="Lost.", silent=True)
    assert "warning speech_failed" in play.text(" Yes.")


def test_a_stall_speaks_what_there_is() -> None:
    play = Playbook()
    play.says("Hi")
    play.text("Let me look into thi")
    assert play(play.response().stalled(play.now)) == ["DO synthesize 1: Let me look into"]
    play.text("s matter.")
    play.done()
    assert play.syntheses["m1", 2].text == "this matter."


def test_a_stall_means_nothing_to_an_agent_that_writes() -> None:
    play = Playbook(WRITING)
    play.says("Hi")
    play.text("Let me look into this")
    assert play.response().stalled(0.0) == []
    assert not play.response().may_stall


# -- interruptions


def test_an_interrupted_answer_keeps_what_was_heard() -> None:
    play = Playbook()
    play.says("Tell me.")
    play.text("One two three four. Five six seven.")
    play.done()
    play.sound(1, ms=1000.0)
    play.now = 500.0
    assert play.interrupts("user_speaking") == [
        "DO stop m1",
        "speech_stream_end",
        "speech_interrupted One two",
        "response_complete",
    ]
    interrupted, complete = play.events[-2:]
    assert interrupted == {
        "type": "speech_interrupted",
        "messageId": "m1",
        "reason": "user_speaking",
        "heardText": "One two",
        "heardMs": 500,
    }
    assert complete["interrupted"] is True
    assert complete["text"] == "One two three four. Five six seven."
    assert play.talk.history.messages()[-1] == AssistantMessage("One two", interrupted=True)


def test_an_answer_interrupted_before_any_sound_was_not_said() -> None:
    play = Playbook()
    play.says("Tell me.")
    play.text("One two three four.")
    assert play.interrupts() == ["DO stop m1", "speech_interrupted ", "response_complete"]
    assert play.talk.history.messages() == (UserMessage("Tell me."),)


def test_a_written_answer_is_aborted_and_keeps_what_was_sent() -> None:
    play = Playbook(WRITING)
    play.says("Tell me.")
    play.text("One two")
    assert play.interrupts("why") == ["DO stop m1", "stream_abort why", "response_complete"]
    assert play.talk.history.messages()[-1] == AssistantMessage("One two", interrupted=True)


def test_a_tool_that_was_running_leaves_a_result_of_its_own() -> None:
    play = Playbook(WRITING)
    tool_round(play)
    play.done("tool_calls")
    play.interrupts()
    call, result = play.talk.history.messages()[-2:]
    assert isinstance(call, AssistantMessage)
    assert isinstance(result, ToolMessage)
    assert result.call_id == call.tool_calls[0].id
    assert "Interrupted" in result.content


def test_the_news_of_an_interrupted_response_change_nothing() -> None:
    play = Playbook()
    play.says("Tell me.")
    play.text("One two three four.")
    play.interrupts()
    assert play.talk.running("m1") is None


def test_each_step_of_an_interrupted_answer_keeps_its_own_words() -> None:
    play = Playbook()
    play.says("Weather?")
    play.text("Let me look.")
    play.calls_tool("look")
    play.done("tool_calls")
    play.sound_ends(1)
    play.returns(1)
    play.text("It is warm and dry.")
    play.done()
    play.sound(2, ms=1000.0)
    play.now = 500.0
    play.interrupts()
    call = ToolCall("c1", "look", "{}")
    assert play.talk.history.messages() == (
        UserMessage("Weather?"),
        AssistantMessage("Let me look.", (call,)),
        ToolMessage("c1", "1"),
        AssistantMessage("It is", interrupted=True),
    )


def test_the_first_message_is_a_response_without_steps() -> None:
    play = Playbook()
    lines = play(play.talk.open("Welcome to the house.", 0.0))
    assert lines == [
        "stream_start",
        "text_start",
        "text_delta Welcome to the house.",
        "DO synthesize 1: Welcome to the house.",
        "text_end",
        "stream_finish",
    ]
    response = play.talk.running("m1")
    assert response is not None
    assert play.sound_ends(1, message_id="m1")[-2:] == ["speech_stream_end", "response_complete"]
    assert play.talk.history.messages() == (AssistantMessage("Welcome to the house."),)


@pytest.mark.parametrize("parallel", [True, False])
def test_parallel_generation_can_be_switched_off(parallel: bool) -> None:
    chunking = ChunkSettings(min_chunk_size=4, first_chunk_size=4, parallel_generation=parallel)
    play = Playbook(replace(SPEAKING, chunking=chunking))
    play.says("Hi")
    play.text("One is here. Two is here. Three is here.")
    play.done()
    begun: Any = [key for _, key in play.syntheses]
    assert begun == ([1, 2, 3] if parallel else [1])


def test_a_step_heard_to_its_end_keeps_its_text_as_written() -> None:
    play = Playbook(replace(SPEAKING, voice=VoicePlan("pcm", 24_000, ("markdown", "emoji"))))
    play.says("Weather?")
    play.text("Let me **look**.\n")
    play.calls_tool("look")
    play.done("tool_calls")
    play.sound_ends(1)
    play.returns(1)
    play.now = 500.0
    play.text("It is warm and dry.")
    play.interrupts()
    said = [message for message in play.talk.history.messages() if isinstance(message, AssistantMessage)]
    assert [(message.text, message.interrupted) for message in said] == [("Let me **look**.\n", False)]
