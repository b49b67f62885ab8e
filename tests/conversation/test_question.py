"""Asking before a tool with effects: what counts as the question, and what as an answer to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runtime.conversation.plan import Plan, ToolPlan
from runtime.conversation.question import Question
from runtime.settings import ToolPhrases
from tests.support.playbook import SPEAKING, WRITING, Playbook

TOOLS = {"book": ToolPlan(ask_first=True), "look": ToolPlan(phrases=ToolPhrases(start="One moment."))}
WRITTEN, SPOKEN = replace(WRITING, tools=TOOLS), replace(SPEAKING, tools=TOOLS)


def is_told_to_ask(play: Playbook, before: str = "") -> None:
    """The user wants a table, and the model calls the tool at once."""
    play.says("Book")
    if before:
        play.text(before)
    play.calls_tool("book")
    play.done("tool_calls")


def books(play: Playbook) -> bool:
    """The model calls the tool once more: does it run?"""
    ran = len(play.tools)
    play.calls_tool("book", call_id="again")
    play.done("tool_calls")
    return len(play.tools) > ran


def asks(play: Playbook, *, sounds: bool = True) -> None:
    play.text("Shall I go ahead?")
    play.done()
    for key in list(play.syntheses):
        play.sound_ends(key[1], silent=not sounds, error="" if sounds else "no voice")


@pytest.mark.parametrize("plan", [WRITTEN, SPOKEN])
def test_an_answer_to_the_question_lets_the_tool_run(plan: Plan) -> None:
    play = Playbook(plan)
    is_told_to_ask(play)
    asks(play)
    play.says("Yes")
    assert books(play)


def test_a_model_that_fails_has_not_asked() -> None:
    play = Playbook(WRITTEN)
    is_told_to_ask(play)
    play.fails()
    play.says("Hello?")
    assert not books(play)


def test_a_model_that_says_nothing_has_not_asked() -> None:
    play = Playbook(WRITTEN)
    is_told_to_ask(play)
    play.done()
    play.says("Hello?")
    assert not books(play)


def test_a_question_without_sound_was_not_asked() -> None:
    play = Playbook(SPOKEN)
    is_told_to_ask(play)
    asks(play, sounds=False)
    play.says("Hello?")
    assert not books(play)


def test_a_question_that_was_sent_and_not_played_was_not_asked() -> None:
    play = Playbook(SPOKEN)
    is_told_to_ask(play)
    asks(play)
    play.talk.played("m1", 0, play.now)
    play.says("Wait")
    assert not books(play)


def test_words_before_the_call_are_no_question() -> None:
    play = Playbook(WRITTEN)
    is_told_to_ask(play, "I will book that.")
    play.says("Wait")
    assert not books(play)


def test_phrases_of_another_tool_are_no_question() -> None:
    play = Playbook(WRITTEN)
    is_told_to_ask(play)
    play.calls_tool("look", call_id="look")
    play.done("tool_calls")
    play.phrase_is_due("look")
    play.says("Wait")
    assert not books(play)


def test_what_was_said_before_the_question_is_no_answer() -> None:
    play = Playbook(WRITTEN)
    is_told_to_ask(play)
    ticket = play.utters()
    asks(play)
    play.understood(ticket, "Yes")
    assert not books(play)


def test_who_speaks_into_the_question_may_answer_it() -> None:
    play = Playbook(SPOKEN)
    is_told_to_ask(play)
    play.text("Shall I go ahead?")
    play.done()
    play.sound(1, ms=1000)
    play.now += 900
    ticket = play.utters()
    play.understood(ticket, "Yes")
    assert books(play)


def test_a_question_is_forgotten_with_the_conversation() -> None:
    play = Playbook(WRITTEN)
    is_told_to_ask(play)
    asks(play)
    play(play.talk.clear())
    play.says("Yes")
    assert not books(play)


def test_an_answer_of_an_agent_that_was_told_to_ask_nothing_puts_none() -> None:
    play = Playbook(WRITTEN)
    play.says("Hi")
    play.text("Hello.")
    question: Question = play.response().question
    assert not question.is_heard(play.now)
