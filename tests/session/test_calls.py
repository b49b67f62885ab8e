"""Tools of a session, in virtual time: what is said while they run, what outlives an interruption, and hanging up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from runtime.blueprint.model import Blueprint
from runtime.chat import ToolDeclaration, ToolMessage
from runtime.conversation.plan import ToolPlan
from runtime.providers.ports import ModelDone, TextPiece, ToolCallOpened, ToolCallPiece
from runtime.settings import ToolPhrases
from runtime.sources import SourceRef
from runtime.tools.context import Call
from tests.session.test_session import CALLS, DONE, ScriptedModel, ScriptedVoice, Stage, blueprint, play, says

ASKS: list[ToolCallOpened | ModelDone] = [ToolCallOpened(0, "c1", "work"), CALLS]


@dataclass
class Worker:
    """A tool whose call a test writes; it notes whether it was cut."""

    work: Callable[[Call], Any]
    cut: bool = False
    timeout_ms: int = 60_000
    sources: tuple[SourceRef, ...] = ()
    declaration: ToolDeclaration = ToolDeclaration("work", "", {"type": "object"})  # noqa: RUF009 - frozen

    def objection(self, _arguments: Any) -> str:
        return ""

    async def call(self, _arguments: Any, call: Call | None = None) -> Any:
        assert call is not None
        try:
            return await self.work(call)
        except asyncio.CancelledError:
            self.cut = True
            raise


def agent(model: ScriptedModel, worker: Worker, plan: ToolPlan, voice: ScriptedVoice | None = None) -> Blueprint:
    made = blueprint(model, voice, tools={"work": worker})
    return replace(made, plan=replace(made.plan, tools={"work": plan}))


async def three_seconds(call: Call) -> str:
    call.begin()
    await asyncio.sleep(3)
    return "done"


def texts(stage: Stage) -> list[tuple[int, str]]:
    return [(round(time), heard["text"]) for time, heard in stage.heard if heard["type"] == "text_delta"]


def interrupt(stage: Stage) -> None:
    stage.say("interrupt")


def test_phrases_come_at_their_times() -> None:
    phrases = ToolPhrases(start="Let me look.", slow="Still looking.", slow_after_ms=2000)
    model = ScriptedModel(list(ASKS))
    stage = play(agent(model, Worker(three_seconds), ToolPlan(phrases=phrases)), (0, says("Work")))
    assert texts(stage) == [(300, "Let me look."), (2000, " Still looking."), (3000, " Yes.")]


def test_a_tool_that_answers_at_once_brings_no_phrases() -> None:
    async def at_once(call: Call) -> str:
        call.begin()
        return "done"

    plan = ToolPlan(phrases=ToolPhrases(start="Let me look.", slow="Still looking."))
    stage = play(agent(ScriptedModel(list(ASKS)), Worker(at_once), plan), (0, says("Work")))
    assert texts(stage) == [(0, "Yes.")]


def test_a_phrase_waits_for_the_end_of_what_is_playing() -> None:
    """The announcement plays for a second from 80 ms on; the phrase is due in the middle of it."""
    model = ScriptedModel([TextPiece("I will look for it now."), *ASKS])
    plan = ToolPlan(phrases=ToolPhrases(slow="Still looking.", slow_after_ms=500))
    stage = play(agent(model, Worker(three_seconds), plan, ScriptedVoice()), (0, says("Work")))
    ((_, _), (when, text), (_, _)) = texts(stage)
    assert text == " Still looking."
    assert 1080 <= when <= 1400


def test_a_tool_tells_how_far_it_is_from_any_thread() -> None:
    async def working(call: Call) -> str:
        call.begin()
        await asyncio.sleep(1)
        thread = threading.Thread(target=call.caller.say, args=("Half of it.",))
        thread.start()
        thread.join()
        await asyncio.sleep(1)
        return "done"

    stage = play(agent(ScriptedModel(list(ASKS)), Worker(working), ToolPlan()), (0, says("Work")))
    assert [text for _, text in texts(stage)] == ["Half of it.", " Yes."]


def test_a_run_that_finishes_outlives_an_interruption() -> None:
    model, worker = ScriptedModel(list(ASKS)), Worker(three_seconds)
    stage = play(
        agent(model, worker, ToolPlan(finishes=True)), (0, says("Work")), (1000, interrupt), (5000, says("And?"))
    )
    assert not worker.cut
    assert stage.events("tool_result") == [], "the client was told that the response is over"
    assert ToolMessage("c1", '"done"') in model.requests[-1].messages


def test_a_run_that_may_be_cut_is_cut() -> None:
    model, worker = ScriptedModel(list(ASKS)), Worker(three_seconds)
    stage = play(agent(model, worker, ToolPlan()), (0, says("Work")), (1000, interrupt), (5000, says("And?")))
    assert worker.cut
    assert stage.events("response_complete")[0]["interrupted"]


def test_a_run_that_waits_for_a_thread_never_begins_after_an_interruption() -> None:
    begun: list[bool] = []

    async def queued(call: Call) -> str:
        await asyncio.sleep(2)
        call.begin()
        begun.append(True)
        return "done"

    model = ScriptedModel(list(ASKS))
    play(agent(model, Worker(queued), ToolPlan(finishes=True)), (0, says("Work")), (1000, interrupt), (5000, says("?")))
    assert not begun
    results = [[each.content for each in asked.messages if isinstance(each, ToolMessage)] for asked in model.requests]
    assert all("Interrupted" in result for told in results for result in told), "also in the first answer after it"


def test_a_call_that_has_not_begun_when_its_answer_is_over_never_begins() -> None:
    """Not even in the moment before its task is told."""
    begun: list[str] = []

    async def queued(call: Call) -> str:
        try:
            await asyncio.sleep(2)
        except asyncio.CancelledError:
            call.begin()  # a thread that was just free
            begun.append("begun")
        return "done"

    stage = play(agent(ScriptedModel(list(ASKS)), Worker(queued), ToolPlan()), (0, says("Work")), (1000, interrupt))
    assert not begun
    assert stage.events("response_complete")[0]["interrupted"]


def test_what_was_withdrawn_is_begun_when_it_is_asked_for_again() -> None:
    times: list[str] = []

    async def queued(call: Call) -> str:
        if not times:
            times.append("waited")
            await asyncio.sleep(2)
        call.begin()
        times.append("begun")
        return "done"

    model = ScriptedModel(list(ASKS), list(ASKS))
    stage = play(agent(model, Worker(queued), ToolPlan(finishes=True)), (0, says("Work")), (1000, says("Do it!")))
    assert times == ["waited", "begun"]
    assert [heard["result"] for heard in stage.events("tool_result")] == ["done"]


def test_a_phrase_is_not_said_for_another_call_of_the_same_name_and_id() -> None:
    async def working(call: Call) -> str:
        call.begin()
        await asyncio.sleep(1.8)
        return "done"

    phrases = ToolPhrases(slow="Still looking.", slow_after_ms=2000)
    model = ScriptedModel(list(ASKS), [ToolCallOpened(0, "c1", "work"), ToolCallPiece(0, '{"a": 1}'), CALLS])
    stage = play(agent(model, Worker(working), ToolPlan(phrases=phrases)), (0, says("Work")))
    assert [text for _, text in texts(stage)] == ["Yes."]


def test_a_tool_that_tells_without_pause_holds_nobody_up() -> None:
    async def working(call: Call) -> str:
        call.begin()

        def tell() -> None:
            for number in range(20_000):
                call.caller.say(str(number))

        flood = [threading.Thread(target=tell) for _ in range(3)]
        for thread in flood:
            thread.start()
        for thread in flood:
            thread.join()
        await asyncio.sleep(3)
        return "done"

    stage = play(agent(ScriptedModel(list(ASKS)), Worker(working), ToolPlan()), (0, says("Work")))
    assert len(texts(stage)) == 2, "the newest of it, and the answer"


def test_nothing_outlives_the_session() -> None:
    worker = Worker(three_seconds)
    play(agent(ScriptedModel(list(ASKS)), worker, ToolPlan(finishes=True)), (0, says("Work")), until=1000)
    assert worker.cut


def test_an_agent_hangs_up_after_its_last_words_have_played() -> None:
    async def ending(call: Call) -> str:
        call.begin()
        return "ending"

    model = ScriptedModel([TextPiece("Goodbye."), *ASKS])
    stage = play(agent(model, Worker(ending), ToolPlan(ends_session=True), ScriptedVoice()), (0, says("Bye")))
    # Ten parts of 100 ms from 80 ms on, and half a second for what a client holds back.
    assert [(round(time), heard["code"]) for time, heard in stage.heard if heard["type"] == "CLOSED"] == [(1580, 1000)]


def test_an_agent_does_not_hang_up_on_a_user_who_speaks_on() -> None:
    async def ending(call: Call) -> str:
        call.begin()
        return "ending"

    model = ScriptedModel([TextPiece("Goodbye."), *ASKS], [TextPiece("I am here."), DONE])
    acts = ((0, says("Bye")), (900, says("Wait")))
    stage = play(agent(model, Worker(ending), ToolPlan(ends_session=True), ScriptedVoice()), *acts)
    assert stage.events("CLOSED") == []
