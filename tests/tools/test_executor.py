"""Each agent's tools run in a place of their own."""

from __future__ import annotations

import asyncio
import gc
import threading

import pytest

from runtime.tools.bounded import Limit
from runtime.tools.executor import Executor, Executors

SOON, LATE = 0.05, 20.0


async def test_agents_do_not_wait_for_each_other() -> None:
    executors, gate, limit = Executors(), threading.Event(), Limit(LATE)
    start = asyncio.get_running_loop().create_task
    hung = [start(executors.of("one").in_thread(gate.wait, {}, limit)) for _ in range(20)]
    assert await executors.of("two").in_thread(lambda: "served", {}, limit) == "served"
    assert executors.stuck("two") == executors.stuck("nobody") == 0
    gate.set()
    await asyncio.wait(hung)
    executors.close()


def test_an_agent_keeps_its_place_across_reloads() -> None:
    executors = Executors()
    assert executors.of("one") is executors.of("one")
    assert executors.of("one") is not executors.of("two")


async def test_an_agent_that_is_gone_leaves_its_place_once_its_last_call_is_over() -> None:
    executors, began, gate = Executors(), threading.Event(), threading.Event()

    def hang() -> None:
        began.set()
        gate.wait(20)

    executor = executors.of("gone")
    call = asyncio.get_running_loop().create_task(executor.in_thread(hang, {}, Limit(0)))
    del executor
    assert await asyncio.to_thread(began.wait, 20)
    call.cancel()
    await asyncio.wait((call,))
    del call
    gc.collect()
    assert executors.stuck("gone") == 1, "its tools are no more, its call is"
    gate.set()
    async with asyncio.timeout(20):
        while list(executors._of):
            await asyncio.to_thread(threading.Event().wait, 0.001)


async def stubborn(let_go: asyncio.Event, began: asyncio.Event) -> None:
    while not let_go.is_set():
        began.set()
        try:
            await let_go.wait()
        except asyncio.CancelledError:
            continue


async def test_what_runs_on_beyond_its_limit_is_stuck() -> None:
    executor, gate = Executor(2), threading.Event()
    let_go = asyncio.Event()
    limits = Limit(4 * SOON), Limit(SOON)
    for limit, work in zip(
        limits, (executor.in_thread(gate.wait, {}, limits[0]), stubborn(let_go, asyncio.Event())), strict=True
    ):
        with pytest.raises(TimeoutError):
            await executor.within(limit, work, "work")
    assert executor.stuck == 2
    gate.set()
    let_go.set()
    await asyncio.wait(tuple(executor._left._tasks))
    await until_free(executor)
    assert executor.stuck == 0
    executor.close()


@pytest.mark.parametrize(("seconds", "stuck"), [(LATE, 0), (SOON, 1)])
@pytest.mark.parametrize("kind", ["thread", "task"])
async def test_an_interrupted_call_is_stuck_only_once_its_own_limit_has_passed(
    kind: str, seconds: float, stuck: int
) -> None:
    executor, gate, limit = Executor(2), threading.Event(), Limit(seconds)
    in_thread = threading.Event()
    began, let_go = asyncio.Event(), asyncio.Event()

    def hang() -> None:
        in_thread.set()
        gate.wait(20)

    work = executor.in_thread(hang, {}, limit) if kind == "thread" else stubborn(let_go, began)
    call = asyncio.get_running_loop().create_task(executor.within(limit, work, "work"))
    await (asyncio.to_thread(in_thread.wait, 20) if kind == "thread" else began.wait())
    call.cancel()
    await asyncio.wait((call,))
    assert call.cancelled() or isinstance(call.exception(), TimeoutError), "or this machine is slow"
    await asyncio.to_thread(threading.Event().wait, 2 * SOON)
    assert executor.stuck == stuck
    assert executor._threads.abandoned == (kind == "thread"), "its place is made up for at once"
    gate.set()
    let_go.set()
    await until_free(executor)
    assert executor.stuck == 0
    executor.close()


async def until_free(executor: Executor) -> None:
    async with asyncio.timeout(20):
        while executor._threads.abandoned or executor._left._tasks or executor._in_threads:
            await asyncio.to_thread(threading.Event().wait, 0.001)
