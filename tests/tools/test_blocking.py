"""The watch over the event loop while tools run on it."""

from __future__ import annotations

import asyncio
import logging
import threading
import time

import pytest

from runtime.tools import blocking
from runtime.tools.blocking import blocks, on_loop, watch_of
from tests.tools.conftest import Folder


async def turns(seconds: float) -> None:
    waiting = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(seconds, waiting.set_result, None)
    await waiting


async def test_the_line_is_named_while_it_still_blocks(folder: Folder, caplog: pytest.LogCaptureFixture) -> None:
    folder.write("t.py", "import time\nasync def go():\n    'Go.'\n    time.sleep(0.6)\n    return TOLD()\nTOLD = None")
    tool = folder.bind("t:go")
    tool._found.function.__globals__["TOLD"] = lambda: [record.getMessage() for record in caplog.records]
    with caplog.at_level(logging.ERROR, logger="runtime.tools"):
        (told,) = await tool.call({})
    assert told.startswith(f"tool go blocks the event loop at {folder.path}/t.py:4 (go): ")
    assert blocks() == 1


async def test_a_tool_that_waits_properly_is_not_named(folder: Folder, caplog: pytest.LogCaptureFixture) -> None:
    folder.write("t.py", "import asyncio\nasync def go():\n    'Go.'\n    await asyncio.sleep(0.5)")
    await folder.bind("t:go").call({})
    assert caplog.records == []


async def test_a_loop_that_others_hold_up_is_not_the_tools_fault(caplog: pytest.LogCaptureFixture) -> None:
    with on_loop():
        time.sleep(0.5)  # noqa: ASYNC251 - what a test is about
    assert caplog.records == []


async def test_the_loop_beats_only_while_a_tool_runs_on_it() -> None:
    watch = watch_of(asyncio.get_running_loop())
    with on_loop():
        assert watch._turning
    await turns(3 * blocking._BEAT_SECONDS)
    assert not watch._turning


async def test_many_tools_are_one_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    beats: list[float] = []
    call_later = loop.call_later
    watch = watch_of(loop)

    def counted(delay: float, callback: object, *arguments: object) -> object:
        if callback == watch._turn:
            beats.append(delay)
        return call_later(delay, callback, *arguments)  # type: ignore[arg-type]  # as the loop's own

    monkeypatch.setattr(loop, "call_later", counted)
    for _ in range(100):
        with on_loop():
            pass
    assert len(beats) == 1


async def test_the_thread_ends_when_no_tool_has_run_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocking, "_IDLE_SECONDS", 0.02)
    with on_loop():
        pass
    thread = watch_of(asyncio.get_running_loop())._thread
    assert isinstance(thread, threading.Thread)
    await turns(0.3)
    await asyncio.to_thread(thread.join, 5)
    assert not thread.is_alive()
    with on_loop():
        assert watch_of(asyncio.get_running_loop())._thread is not thread
