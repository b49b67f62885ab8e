"""Each agent's tools run in a place of their own."""

from __future__ import annotations

import asyncio
import threading

import pytest

from runtime.tools.executor import Executor, Executors


async def test_agents_do_not_wait_for_each_other() -> None:
    executors, gate = Executors(), threading.Event()
    hung = [asyncio.get_running_loop().create_task(executors.of("one").in_thread(gate.wait, {})) for _ in range(20)]
    assert await executors.of("two").in_thread(lambda: "served", {}) == "served"
    assert executors.stuck("two") == executors.stuck("nobody") == 0
    gate.set()
    await asyncio.wait(hung)
    executors.close()


def test_an_agent_keeps_its_place_across_reloads() -> None:
    executors = Executors()
    assert executors.of("one") is executors.of("one")
    assert executors.of("one") is not executors.of("two")


async def test_what_never_came_back_is_counted() -> None:
    executor, gate = Executor(2), threading.Event()
    let_go = asyncio.Event()

    async def stubborn() -> None:
        while not let_go.is_set():
            try:
                await let_go.wait()
            except asyncio.CancelledError:
                continue

    for work in (executor.in_thread(gate.wait, {}), stubborn()):
        with pytest.raises(TimeoutError):
            await executor.within(0.05, work, "work")
    assert executor.stuck == 2
    gate.set()
    let_go.set()
    await asyncio.wait(tuple(executor._left._tasks))
    executor.close()
