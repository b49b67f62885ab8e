from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from textwrap import dedent
from typing import Any

import pytest

from runtime.errors import ToolError
from runtime.tools.threads import ToolThreads

VARIABLE: ContextVar[str] = ContextVar("VARIABLE")


class Gate:
    """Calls that hang until they are let go, and how many of them do."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self._entered = threading.Semaphore(0)
        self._lock = threading.Lock()
        self.inside = self.most = self.calls = 0

    def hang(self) -> str:
        with self._lock:
            self.calls += 1
            self.inside += 1
            self.most = max(self.most, self.inside)
        self._entered.release()
        self._open.wait(20)
        with self._lock:
            self.inside -= 1
        return "late"

    async def entered(self, count: int = 1) -> None:
        for _ in range(count):
            assert await asyncio.to_thread(self._entered.acquire, timeout=20)

    def open(self) -> None:
        self._open.set()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.to_thread(threading.Event().wait, 0.001)


async def cancelled(task: asyncio.Task[Any]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def start(work: Awaitable[Any]) -> asyncio.Task[Any]:
    async def run() -> Any:
        return await work

    return asyncio.get_running_loop().create_task(run())


async def test_a_function_runs_in_a_daemon_thread_of_its_own() -> None:
    threads = ToolThreads()
    thread = await threads.run(threading.current_thread, {})
    assert thread.daemon
    assert thread is not threading.main_thread()
    assert await threads.run(threading.current_thread, {}) is thread
    threads.close()


async def test_keyword_arguments_and_results_pass() -> None:
    threads = ToolThreads()
    assert await threads.run(dict, {"a": 1, "b": [2]}) == {"a": 1, "b": [2]}
    threads.close()


@pytest.mark.parametrize("error", [ValueError("x"), SystemExit(3), KeyboardInterrupt()])
async def test_what_a_function_raises_reaches_its_caller(error: BaseException) -> None:
    def fail() -> None:
        raise error

    threads = ToolThreads(size=1)
    with pytest.raises(type(error)) as caught:
        await threads.run(fail, {})
    assert caught.value is error
    assert await threads.run(lambda: "alive", {}) == "alive"
    threads.close()


async def test_context_variables_are_carried_over_and_not_back() -> None:
    def look() -> str:
        seen = VARIABLE.get()
        VARIABLE.set("changed")
        return seen

    threads = ToolThreads()
    VARIABLE.set("mine")
    assert await threads.run(look, {}) == "mine"
    assert VARIABLE.get() == "mine"
    threads.close()


async def test_no_more_calls_run_at_once_than_there_are_threads() -> None:
    threads, gate = ToolThreads(size=3), Gate()
    calls = [start(threads.run(gate.hang, {})) for _ in range(10)]
    await gate.entered(3)
    assert (gate.calls, gate.most) == (3, 3)
    gate.open()
    assert [await call for call in calls] == ["late"] * 10
    assert gate.most == 3
    threads.close()


async def test_a_hung_call_gives_its_place_to_another_thread_until_it_returns() -> None:
    threads, gate = ToolThreads(size=1), Gate()
    hung = start(threads.run(gate.hang, {}))
    await gate.entered()
    queued = start(threads.run(lambda: "next", {}))
    await cancelled(hung)
    assert threads.abandoned == 1
    assert await queued == "next"
    gate.open()
    await until(lambda: threads.abandoned == 0)
    assert await threads.run(lambda: "again", {}) == "again"
    threads.close()


async def test_places_are_made_up_for_only_so_often() -> None:
    before = set(threading.enumerate())
    threads, gate = ToolThreads(size=2), Gate()
    assert set(threading.enumerate()) == before  # threads start when they are needed
    for _ in range(4):
        hung = start(threads.run(gate.hang, {}))
        await gate.entered()
        await cancelled(hung)
    assert threads.abandoned == 4
    with pytest.raises(ToolError, match="earlier calls that never ended hold every thread"):
        await threads.run(lambda: "served", {})
    gate.open()
    await until(lambda: threads.abandoned < 4)
    assert await threads.run(lambda: "served", {}) == "served"
    await until(lambda: threads.abandoned == 0)
    threads.close()
    await until(lambda: all(thread.name != "callboard-tool" for thread in set(threading.enumerate()) - before))


async def test_a_call_that_has_not_begun_never_runs_once_it_is_cancelled() -> None:
    threads, gate = ToolThreads(size=1), Gate()
    ran: list[str] = []
    busy = start(threads.run(gate.hang, {}))
    await gate.entered()
    queued = start(threads.run(ran.append, {}))
    await asyncio.wait((queued,), timeout=0)
    await cancelled(queued)
    assert threads.abandoned == 0
    gate.open()
    assert await busy == "late"
    assert await threads.run(lambda: ran, {}) == []
    threads.close()


async def test_a_result_that_arrives_with_the_cancellation_is_dropped() -> None:
    threads = ToolThreads(size=1)
    finished = threading.Event()
    call = start(threads.run(finished.set, {}))
    await asyncio.wait((call,), timeout=0)
    finished.wait(20)  # on the loop: the answer cannot be taken before the cancellation
    await cancelled(call)
    await until(lambda: threads.abandoned == 0)
    assert await threads.run(lambda: "next", {}) == "next"
    threads.close()


async def test_a_closed_executor_takes_no_calls_and_its_threads_end() -> None:
    threads = ToolThreads()
    thread = await threads.run(threading.current_thread, {})
    threads.close()
    await asyncio.to_thread(thread.join, 20)
    assert not thread.is_alive()
    with pytest.raises(ToolError, match=r"^no tool can be called any more: the server is stopping$"):
        await threads.run(dict, {})


def test_a_thread_outlives_the_loop_that_waited_for_it() -> None:
    threads, gate = ToolThreads(size=1), Gate()
    used: list[threading.Thread] = []

    def hang() -> None:
        used.append(threading.current_thread())
        gate.hang()

    async def leave() -> None:
        call = start(threads.run(hang, {}))
        await gate.entered()
        call.cancel()

    async def again() -> threading.Thread:
        await until(lambda: threads.abandoned == 0)
        thread: threading.Thread = await threads.run(threading.current_thread, {})
        return thread

    asyncio.run(leave())
    gate.open()
    assert asyncio.run(again()) is used[0]
    threads.close()


def test_a_hung_call_does_not_hold_up_the_end_of_the_process() -> None:
    script = """
        import asyncio, threading
        from runtime.tools.threads import ToolThreads

        async def main():
            threads = ToolThreads()
            entered = threading.Event()
            def hang():
                entered.set()
                threading.Event().wait()
            try:
                async with asyncio.timeout(0.02):
                    await threads.run(hang, {})
            except TimeoutError:
                entered.wait()
                print("left", threads.abandoned)

        asyncio.run(main())
    """
    done = subprocess.run(
        [sys.executable, "-c", dedent(script)], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout == "left 1\n"
