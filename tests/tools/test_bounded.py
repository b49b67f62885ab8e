from __future__ import annotations

import asyncio

import pytest

from runtime.errors import ToolError
from runtime.tools.bounded import Left, Limit, within

LEFT = Left()


async def test_what_the_work_returns_or_raises_is_passed_on() -> None:
    async def seven() -> int:
        return 7

    async def fail() -> None:
        raise ValueError("x")

    assert await within(Limit(5), seven(), "seven", LEFT) == 7
    with pytest.raises(ValueError, match=r"^x$"):
        await within(Limit(5), fail(), "fail", LEFT)


async def test_the_work_runs_in_a_named_task() -> None:
    async def name() -> str:
        task = asyncio.current_task()
        assert task is not None
        return task.get_name()

    assert await within(Limit(5), name(), "tool weather", LEFT) == "tool weather"


async def test_late_work_is_cancelled() -> None:
    ended = asyncio.Event()

    async def hang() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with pytest.raises(TimeoutError):
        await within(Limit(0.02), hang(), "hang", LEFT)
    await ended.wait()
    await nothing_is_left()


@pytest.mark.parametrize("ending", ["returns", "raises"])
async def test_work_that_swallows_its_cancellation_is_not_waited_for(ending: str) -> None:
    let_go, swallowed = asyncio.Event(), asyncio.Event()

    async def stubborn() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            swallowed.set()
            await let_go.wait()
        if ending == "raises":
            raise ValueError("too late for anyone")

    with pytest.raises(TimeoutError):
        await within(Limit(0.02), stubborn(), "stubborn", LEFT)
    await swallowed.wait()
    assert [task.get_name() for task in LEFT._tasks] == ["stubborn"]
    let_go.set()
    await nothing_is_left()


async def test_cancelling_the_caller_cancels_the_work() -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    caller = asyncio.get_running_loop().create_task(within(Limit(5), hang(), "hang", LEFT))
    await began.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await ended.wait()
    await nothing_is_left()


async def test_work_that_cancels_itself_has_failed() -> None:
    async def odd() -> None:
        raise asyncio.CancelledError

    with pytest.raises(ToolError, match=r"^The tool failed: CancelledError$"):
        await within(Limit(5), odd(), "odd", LEFT)


def test_a_limit_passes_when_its_time_has() -> None:
    assert not Limit(20).passed
    assert Limit(0).passed


async def nothing_is_left() -> None:
    """Let the callbacks of ended tasks run."""
    for task in tuple(LEFT._tasks):
        await asyncio.wait((task,), timeout=5)
    soon = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(soon.set_result, None)
    await soon
    assert not LEFT._tasks
