"""The event loop of a command."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
import time
from types import FrameType
from typing import Any

import pytest

from runtime.cli.loop import run_loop


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals to threads")
def test_a_signal_that_meets_another_thread_wakes_the_loop() -> None:
    async def wait_for_signal() -> float:
        arrived, about_to_sleep = asyncio.Event(), threading.Event()

        def handle(_number: int, _frame: FrameType | None) -> None:
            arrived.set()

        def be_met() -> None:
            about_to_sleep.wait(10)
            signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)

        before = signal.signal(signal.SIGUSR1, handle)
        thread = threading.Thread(target=be_met)
        thread.start()
        selector: Any = getattr(asyncio.get_running_loop(), "_selector")  # noqa: B009 - it is private
        select = selector.select

        def fall_asleep(timeout: float | None) -> Any:
            if timeout is None or timeout > 0:
                about_to_sleep.set()
            return select(timeout)

        selector.select = fall_asleep
        try:
            started = time.monotonic()
            async with asyncio.timeout(5):  # a loop that sleeps through the signal wakes up then, and meets both
                await arrived.wait()
            return time.monotonic() - started
        finally:
            signal.signal(signal.SIGUSR1, before)
            thread.join()

    assert run_loop(wait_for_signal()) < 4
    assert signal.set_wakeup_fd(-1) == -1, "what was there before is put back"
