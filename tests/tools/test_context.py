"""A call, from the order to its beginning, and what a tool's code sees of its session."""

from __future__ import annotations

import logging
import threading

import pytest

from runtime.tools.context import Call, Caller, ToolContext, WithdrawnError


def test_a_call_that_was_withdrawn_never_begins() -> None:
    call = Call(Caller())
    assert call.withdraw()
    with pytest.raises(WithdrawnError):
        call.begin()


def test_a_call_that_has_begun_cannot_be_withdrawn() -> None:
    call = Call(Caller())
    call.begin()
    assert not call.withdraw()
    call.begin()


def test_of_two_threads_exactly_one_wins() -> None:
    for _ in range(300):
        call, barrier = Call(Caller()), threading.Barrier(2)
        won: list[str] = []

        def begin(call: Call = call, barrier: threading.Barrier = barrier, won: list[str] = won) -> None:
            barrier.wait()
            try:
                call.begin()
            except WithdrawnError:
                return
            won.append("begun")

        thread = threading.Thread(target=begin)
        thread.start()
        barrier.wait()
        if call.withdraw():
            won.append("withdrawn")
        thread.join()
        assert len(won) == 1


async def test_a_context_tells_who_calls(caplog: pytest.LogCaptureFixture) -> None:
    said: list[str] = []
    variables = {"guest": "Mr Bell"}
    context = ToolContext("book", Caller("ada", "ses_1", variables, {}, said.append))
    assert (context.agent, context.session_id, context.tool) == ("ada", "ses_1", "book")
    with pytest.raises(TypeError):
        context.variables["guest"] = "me"  # type: ignore[index]  # that it is refused is the point
    variables["guest"] = "another"
    assert context.variables == {"guest": "Mr Bell"}
    await context.progress("Half of it.")
    _ = context.progress("All of it.")
    assert said == ["Half of it.", "All of it."]
    with caplog.at_level(logging.INFO):
        context.logger.info("booked %s", 7)
    assert caplog.records[-1].getMessage() == "ada.book ses_1: booked 7"
