"""Tool calls of one response, and those that outlive it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from runtime.chat import AssistantMessage, ToolMessage, UserMessage
from runtime.conversation.conversation import Conversation
from runtime.conversation.effects import Effect, Moment
from runtime.conversation.outcomes import INTERRUPTED, STILL_RUNNING, to_json
from runtime.conversation.plan import Plan, ToolPlan
from runtime.settings import ToolPhrases
from tests.support.playbook import SPEAKING, WRITING, Playbook


def objection(arguments: Any) -> str:
    return "" if "guests" in arguments else "guests is missing"


BOOK = ToolPlan(finishes=True)
PLAN = Plan(tools={"look": ToolPlan(), "book": BOOK, "check": ToolPlan(objection=objection)})


def asks(play: Playbook, *calls: tuple[str, str]) -> list[str]:
    """The model calls tools, c1 and so on, and is done."""
    for index, (name, arguments) in enumerate(calls):
        play.calls_tool(name, arguments, index=index, call_id=f"c{index + 1}")
    return play.done("tool_calls")


def runs(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("DO run_tool")]


# -- side by side


def test_calls_run_side_by_side_up_to_a_bound_and_the_others_wait() -> None:
    play = Playbook(replace(PLAN, max_parallel_tools=2))
    play.says("Look around")
    lines = asks(play, *(("look", f'{{"n": {number}}}') for number in range(4)))
    assert runs(lines) == ['DO run_tool look {"n":0}', 'DO run_tool look {"n":1}']
    assert runs(play.returns(0, "c1")) == ['DO run_tool look {"n":2}']
    assert runs(play.returns(2, "c3")) == ['DO run_tool look {"n":3}']
    play.returns(1, "c2")
    assert play.returns(3, "c4")[-1] == "DO call_model m1 2"


def test_results_are_told_in_the_order_of_the_calls_however_they_come() -> None:
    play = Playbook(PLAN)
    play.says("Both")
    asks(play, ("look", '{"n": 1}'), ("look", '{"n": 2}'))
    play.returns("second", "c2")
    play.returns("first", "c1")
    assert [message.content for message in play.prompts[-1] if isinstance(message, ToolMessage)] == [
        '"first"',
        '"second"',
    ]


# -- the same twice


def test_the_same_call_twice_runs_once() -> None:
    play = Playbook(PLAN)
    play.says("Book")
    lines = asks(play, ("book", '{"a": 1, "b": 2}'), ("book", '{"b": 2, "a": 1}'))
    assert len(runs(lines)) == 1
    lines = play.returns("booked", "c1")
    assert lines[:2] == ["tool_result booked", "tool_result booked"]
    assert lines[-1] == "DO call_model m1 2"


def test_the_same_call_in_a_later_step_gets_the_result_that_is_known() -> None:
    play = Playbook(PLAN)
    play.says("Book")
    asks(play, ("book", "{}"))
    play.returns("booked", "c1")
    lines = asks(play, ("book", "{}"))
    assert runs(lines) == []
    assert "tool_result booked" in lines


def test_the_same_call_in_another_turn_runs_again() -> None:
    play = Playbook(PLAN)
    for _ in range(2):
        play.says("Look")
        assert len(runs(asks(play, ("look", "{}")))) == 1
        play.returns("seen", "c1")
        play.text("There.")
        play.done()


# -- what is refused


def test_bad_arguments_go_back_to_the_model_before_anything_runs() -> None:
    play = Playbook(PLAN)
    play.says("Check")
    lines = asks(play, ("check", "{}"))
    assert "tool_error guests is missing" in lines
    assert runs(lines) == []
    assert lines[-1] == "DO call_model m1 2"
    assert runs(asks(play, ("check", '{"guests": 2}')))


def test_bad_arguments_go_back_twice_and_then_the_model_may_only_speak() -> None:
    play = Playbook(PLAN)
    play.says("Check")
    assert asks(play, ("check", "{}"))[-1] == "DO call_model m1 2"
    assert asks(play, ("unknown", "{}"))[-1] == "DO call_model m1 3"
    lines = asks(play, ("check", '{"guests'))
    assert lines[-1] == "DO call_model m1 4 without tools"
    assert any("Do not try again" in line for line in lines)
    play.text("I cannot do that.")
    assert play.done()[-1] == "response_complete"


def test_the_user_is_not_asked_about_a_call_that_cannot_be_made() -> None:
    play = Playbook(replace(PLAN, tools={"check": ToolPlan(objection=objection, ask_first=True)}))
    play.says("Check")
    lines = asks(play, ("check", "{}"))
    assert "tool_error guests is missing" in lines
    assert not any("confirmation_required" in line for line in lines)


def test_more_calls_than_a_turn_may_have_are_not_made() -> None:
    play = Playbook(replace(PLAN, max_tool_calls=2, max_parallel_tools=9))
    play.says("Look")
    lines = asks(play, *(("look", f'{{"n": {number}}}') for number in range(1000)))
    assert len(runs(lines)) == 2
    assert sum("2 calls are the most" in line for line in lines) == 998
    play.returns(0, "c1")
    assert play.returns(1, "c2")[-1] == "DO call_model m1 2 without tools"


# -- interruptions


def test_what_may_be_cut_is_stopped_and_leaves_a_result() -> None:
    play = Playbook(PLAN)
    play.says("Look")
    asks(play, ("look", "{}"))
    assert play.interrupts()[0] == "DO stop m1"
    assert play.returns("late", message_id="m1") == []
    assert play.talk.history.messages()[-1] == ToolMessage("c1", to_json(INTERRUPTED.result))


def test_what_is_to_finish_goes_on_and_its_result_reaches_the_history() -> None:
    play = Playbook(PLAN)
    play.says("Book")
    asks(play, ("look", "{}"), ("book", "{}"))
    assert play.interrupts()[0] == "DO stop m1 but c2"
    assert play.talk.history.messages()[-1] == ToolMessage("c2", to_json(STILL_RUNNING))
    assert play.returns("booked", "c2", message_id="m1") == [], "the client was told that the response is over"
    assert play.talk.history.messages()[-2:] == (
        ToolMessage("c1", to_json(INTERRUPTED.result)),
        ToolMessage("c2", '"booked"'),
    )


def test_its_result_reaches_an_answer_that_is_already_being_made() -> None:
    play = Playbook(PLAN)
    play.says("Book")
    asks(play, ("book", "{}"))
    play.says("And the weather?")
    assert ToolMessage("c1", to_json(STILL_RUNNING)) in play.prompts[-1]
    assert play.returns("booked", message_id="m1") == []
    asks(play, ("look", "{}"))
    play.returns("sunny", "c1-2", message_id="m2")
    assert ToolMessage("c1", '"booked"') in play.prompts[-1]


def test_the_same_call_joins_the_run_that_goes_on() -> None:
    play = Playbook(PLAN)
    play.says("Book")
    asks(play, ("book", "{}"))
    play.says("Book it, I said")
    assert runs(asks(play, ("book", "{}"))) == []
    lines = play.returns("booked", message_id="m1")
    assert lines == ["tool_result booked", "step_start", "DO call_model m2 2"]
    results = [message.content for message in play.prompts[-1] if isinstance(message, ToolMessage)]
    assert results == ['"booked"', '"booked"']


def test_a_call_that_joined_may_be_interrupted_too() -> None:
    play = Playbook(PLAN)
    for _ in range(3):
        play.says("Book")
        asks(play, ("book", "{}"))
    assert len(play.tools) == 1
    play.interrupts()
    play.returns("booked", message_id="m1")
    results = [message for message in play.talk.history.messages() if isinstance(message, ToolMessage)]
    assert results == [ToolMessage(call_id, '"booked"') for call_id in ("c1", "c1-2", "c1-3")]


def test_a_result_finds_its_own_call_where_a_server_counts_anew_in_every_answer() -> None:
    play = Playbook(replace(PLAN, tools={"book": BOOK, "look": ToolPlan()}))
    play.says("Book one")
    asks(play, ("book", '{"n": 1}'))
    play.says("Book two, and look")
    asks(play, ("book", '{"n": 2}'), ("look", "{}"))
    play.interrupts()
    play.returns("two", "c1-2", message_id="m2")
    play.returns("one", "c1", message_id="m1")
    results = [message for message in play.talk.history.messages() if isinstance(message, ToolMessage)]
    assert results == [
        ToolMessage("c1", '"one"'),
        ToolMessage("c1-2", '"two"'),
        ToolMessage("c2", to_json(INTERRUPTED.result)),
    ]


def test_what_goes_on_takes_its_place_until_it_is_over() -> None:
    play = Playbook(replace(PLAN, max_parallel_tools=1))
    play.says("Book")
    asks(play, ("book", '{"n": 1}'))
    play.says("Book another")
    assert runs(asks(play, ("book", '{"n": 2}'))) == []
    assert runs(play.returns("booked", message_id="m1")) == ['DO run_tool book {"n":2}']


def test_a_call_that_waited_for_its_turn_never_begins() -> None:
    play = Playbook(replace(PLAN, max_parallel_tools=1))
    play.says("Book twice")
    asks(play, ("book", '{"n": 1}'), ("book", '{"n": 2}'))
    assert play.interrupts()[0] == "DO stop m1 but c1"
    assert runs(play.returns("booked", "c1", message_id="m1")) == []
    assert play.talk.history.messages()[-2:] == (
        ToolMessage("c1", '"booked"'),
        ToolMessage("c2", to_json(INTERRUPTED.result)),
    )


def test_a_run_that_was_withdrawn_before_it_began_counts_as_interrupted() -> None:
    play = Playbook(PLAN)
    play.says("Book")
    asks(play, ("book", "{}"))
    play.interrupts()
    play.over(INTERRUPTED, message_id="m1")
    assert play.talk.history.messages()[-1] == ToolMessage("c1", to_json(INTERRUPTED.result))


def test_a_cleared_conversation_does_not_get_the_result_back() -> None:
    play = Playbook(PLAN)
    play.says("Book")
    asks(play, ("book", "{}"))
    play.interrupts()
    play(play.talk.clear())
    play.returns("booked", message_id="m1")
    assert play.talk.history.messages() == ()


def test_what_a_tool_does_to_its_arguments_changes_nothing_here() -> None:
    play = Playbook(PLAN)
    play.says("Look")
    asks(play, ("look", '{"a": {"b": 1}}'))
    play.tools[-1].arguments["a"]["b"] = object()
    play.returns("seen")
    assert [event["input"] for event in play.events if event["type"] == "tool_call"] == [{"a": {"b": 1}}]


def test_calls_that_differ_in_writing_alone_are_equal() -> None:
    play = Playbook(PLAN)
    play.says("Pay")
    asks(play, ("book", '{"n": 1, "of": [1.0]}'), ("book", '{"of": [1], "n": 1e0}'), ("book", '{"n": true, "of": [1]}'))
    assert [order.arguments["n"] for order in play.tools] == [1, True]


def test_a_call_that_was_cut_before_its_arguments_is_not_run() -> None:
    play = Playbook(PLAN)
    play.says("Book")
    play.response().call_opened(0, "c1", "book", play.now)
    assert "tool_error The answer was too long: the arguments are missing." in play.done("length")
    assert not play.tools


def test_playback_that_is_told_after_the_conversation_was_cleared_changes_nothing() -> None:
    play = Playbook(SPEAKING)
    play.says("Hi")
    play.text("Hello there.")
    play(play.talk.clear())
    play.done()
    play.sound_ends(1)
    play.talk.played("m1", 0, play.now)
    assert play.says("Again")[0] == "stream_start"


# -- what is said while a tool runs

PHRASES = ToolPhrases(start="Let me look.", slow="Still looking.", failed="That did not work.", slow_after_ms=900)
FILLED = replace(SPEAKING, tools={"look": ToolPlan(phrases=PHRASES)})


def looking(play: Playbook, text: str = "") -> list[str]:
    play.says("Look")
    if text:
        play.text(text)
    return asks(play, ("look", "{}"))


def test_a_phrase_is_asked_for_when_its_time_comes() -> None:
    lines = looking(Playbook(FILLED))
    assert lines[-3:] == ["DO run_tool look {}", "DO wake_up c1 START 300", "DO wake_up c1 SLOW 900"]


def test_a_running_tool_is_covered_by_words() -> None:
    play = Playbook(FILLED)
    looking(play)
    assert play.phrase_is_due() == [
        "text_start",
        "text_delta Let me look.",
        "DO synthesize 1: Let me look.",
        "text_end",
    ]
    play.sound_ends(1)
    play.now += 1000.0
    assert "text_delta  Still looking." in play.phrase_is_due(moment=Moment.SLOW)
    play.sound_ends(2)
    play.returns("seen")
    assert play.prompts[-1][-2] == AssistantMessage(
        "Let me look. Still looking.", (play.tools[0].call,), interrupted=False
    )


def test_nothing_is_said_about_a_tool_that_has_answered() -> None:
    play = Playbook(FILLED)
    looking(play)
    play.returns("seen")
    assert play.phrase_is_due() == []
    assert play.phrase_is_due(moment=Moment.SLOW) == []


def test_a_call_that_the_model_announced_needs_no_more_words() -> None:
    play = Playbook(FILLED)
    looking(play, "I will look.")
    play.sound_ends(1)
    play.now += 5000.0
    assert play.phrase_is_due() == []


def test_a_phrase_waits_until_nobody_speaks() -> None:
    play = Playbook(FILLED)
    looking(play, "I will look.")
    assert play.phrase_is_due(moment=Moment.SLOW) == ["DO wake_up c1 SLOW 250"], "the announcement is being made"
    play.sound_ends(1)
    assert play.phrase_is_due(moment=Moment.SLOW) == ["DO wake_up c1 SLOW 250"], "it is playing"
    play.now += 1000.0
    play.utters()
    assert play.phrase_is_due(moment=Moment.SLOW) == ["DO wake_up c1 SLOW 250"], "the user says something"


def test_a_failure_is_said_and_told_to_the_model() -> None:
    play = Playbook(FILLED)
    looking(play)
    lines = play.tool_fails("Nobody answers.")
    assert lines[:3] == ["tool_error Nobody answers.", "text_start", "text_delta That did not work."]
    assert lines[-1] == "DO call_model m1 2"


def test_a_tool_tells_how_far_it_is() -> None:
    play = Playbook(FILLED)
    looking(play)
    assert "text_delta Half of it." in play(play.talk.tool_progress("m1", "c1", " Half of it. ", play.now))
    assert play(play.talk.tool_progress("m1", "c1", "More.", play.now)) == [], "the half is not spoken yet"
    play.interrupts()
    assert play(play.talk.tool_progress("m1", "c1", "All.", play.now)) == []


def test_an_agent_that_writes_says_its_phrases_in_writing() -> None:
    play = Playbook(replace(WRITING, tools={"look": ToolPlan(phrases=PHRASES)}))
    looking(play)
    assert play.phrase_is_due() == ["text_start", "text_delta Let me look.", "text_end"]


def test_an_answer_does_not_stick_to_the_phrase_before_it() -> None:
    play = Playbook(replace(WRITING, tools={"look": ToolPlan(phrases=PHRASES)}))
    looking(play)
    play.phrase_is_due()
    play.returns("sun")
    play.text("It is sunny.")
    play.done()
    assert play.events[-1]["text"] == "Let me look. It is sunny."


def test_what_failed_is_not_said_over_the_user() -> None:
    play = Playbook(FILLED)
    looking(play)
    play.utters()
    assert "text_delta That did not work." not in play.tool_fails("no answer")


def test_a_tool_that_tells_too_often_is_heard_once_a_second() -> None:
    play = Playbook(replace(WRITING, tools={"look": ToolPlan()}))
    looking(play)
    said = []
    for number in range(100):
        play.now += 100
        said += play(play.talk.tool_progress("m1", "c1", f"Part {number}.", play.now))
    assert len([line for line in said if line.startswith("text_delta")]) == 10


# -- hanging up

LEAVING = replace(SPEAKING, tools={"leave": ToolPlan(ends_session=True), "look": ToolPlan()})


def leaves(play: Playbook) -> None:
    """The agent says goodbye and is about to hang up."""
    play.says("Bye")
    play.text("Goodbye.")
    asks(play, ("leave", "{}"))
    play.returns("ending")


def test_an_agent_hangs_up_once_its_last_words_were_played() -> None:
    play = Playbook(LEAVING)
    play.says("Bye")
    play.text("Goodbye.")
    asks(play, ("leave", "{}"))
    assert play.returns("ending") == ["tool_result ending", "stream_finish"], "it has said goodbye: no further step"
    assert play.sound_ends(1)[-2:] == ["response_complete", "DO hang_up m1 600"]
    play.now += 600
    assert play(play.talk.hang_up("m1", play.now)) == ["DO end_session"]


def test_an_agent_waits_for_words_that_are_played_late() -> None:
    play = Playbook(LEAVING)
    leaves(play)
    play.sound(1, ms=2900)
    play.sound_ends(1)
    play.now += 3500
    play.talk.played("m1", 500, play.now)  # the client has only begun
    assert play(play.talk.hang_up("m1", play.now)) == ["DO hang_up m1 2500"]
    play.now += 2500
    assert play(play.talk.hang_up("m1", play.now)) == ["DO end_session"]


def test_an_agent_does_not_wait_for_ever_for_a_client_that_does_not_play() -> None:
    play = Playbook(LEAVING)
    leaves(play)
    play.sound(1, ms=2900)
    play.sound_ends(1)
    for _ in range(30):
        play.now += 1000
        play.talk.played("m1", 0, play.now)
        if play(play.talk.hang_up("m1", play.now)) == ["DO end_session"]:
            return
    raise AssertionError("it never hangs up")


def test_a_noise_puts_the_end_off_and_does_not_call_it_off() -> None:
    play = Playbook(LEAVING)
    leaves(play)
    play.sound_ends(1)
    play.now += 600
    ticket = play.utters()
    assert play(play.talk.hang_up("m1", play.now)) == ["DO hang_up m1 500"]
    play.not_understood(ticket)
    play.now += 500
    assert play(play.talk.hang_up("m1", play.now)) == ["DO end_session"]


@pytest.mark.parametrize("calls_off", [lambda talk, now: talk.interrupt("vad", now), lambda talk, _: talk.clear()])
def test_only_words_call_the_end_off(calls_off: Callable[[Conversation, float], list[Effect]]) -> None:
    play = Playbook(LEAVING)
    leaves(play)
    play.sound(1, ms=2900)
    play.sound_ends(1)
    play.now += 500
    play(calls_off(play.talk, play.now))
    play.now += 20_000
    assert play(play.talk.hang_up("m1", play.now)) == ["DO end_session"]


def test_a_phrase_of_a_tool_is_no_goodbye() -> None:
    phrases = ToolPhrases(start="Let me look.")
    play = Playbook(replace(LEAVING, tools={"leave": ToolPlan(ends_session=True), "look": ToolPlan(phrases=phrases)}))
    play.says("Look, and bye")
    asks(play, ("look", "{}"), ("leave", "{}"))
    play.phrase_is_due("c1")
    play.returns("nothing", "c1")
    assert play.returns("ending", "c2")[-1] == "DO call_model m1 2 without tools"


def test_an_agent_that_has_said_nothing_says_goodbye_first() -> None:
    play = Playbook(LEAVING)
    play.says("Bye")
    asks(play, ("leave", "{}"))
    assert play.returns("ending")[-1] == "DO call_model m1 2 without tools"


def test_an_agent_tells_what_else_it_found_before_it_hangs_up() -> None:
    play = Playbook(LEAVING)
    play.says("Look, and bye")
    play.text("Goodbye.")
    asks(play, ("look", "{}"), ("leave", "{}"))
    play.returns("found", "c1")
    assert play.returns("ending", "c2")[-1] == "DO call_model m1 2 without tools"


def test_hanging_up_is_always_possible() -> None:
    play = Playbook(replace(LEAVING, max_tool_calls=1))
    play.says("Look, and bye")
    asks(play, ("look", "{}"), ("leave", "{}"))
    assert [order.call.name for order in play.tools] == ["look", "leave"]


def test_an_agent_stays_when_the_user_speaks_on() -> None:
    play = Playbook(LEAVING)
    leaves(play)
    play.sound_ends(1)
    play.says("Wait!")
    assert play(play.talk.hang_up("m1", play.now)) == []


def test_a_goodbye_that_is_interrupted_ends_nothing() -> None:
    play = Playbook(LEAVING)
    leaves(play)
    assert not any("hang_up" in line for line in play.interrupts())


def test_history_is_whole_after_a_goodbye() -> None:
    play = Playbook(replace(WRITING, tools={"leave": ToolPlan(ends_session=True)}))
    play.says("Bye")
    play.text("Goodbye.")
    asks(play, ("leave", "{}"))
    assert play.returns("ending")[-1] == "DO hang_up m1 0"
    assert play.talk.history.messages()[:1] == (UserMessage("Bye"),)
    assert [type(message).__name__ for message in play.talk.history.messages()] == [
        "UserMessage",
        "AssistantMessage",
        "ToolMessage",
    ]
