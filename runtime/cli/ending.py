"""Ending a process, also where a tool will not let it end."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Awaitable

PATIENCE_SECONDS = 1.0

_log = logging.getLogger("runtime.cli")
# Of the loop's executors and the runtime's, which have nothing to do any more, or soon.
_OWN = ("asyncio_", "ThreadPoolExecutor", "callboard-", "catalog", "openai-import", "scan")


async def ended(work: Awaitable[int]) -> int:
    """Return the exit code that some work gives, or end the process with it, as the last thing that a command does.

    The loop waits for every task before it closes, and the interpreter for every thread that is no daemon: an async
    tool that swallows its cancellation, or a thread that it has started, would keep both waiting for ever.
    """
    before = set(threading.enumerate())  # whoever runs this as a part of something else has threads of its own
    code = await work
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=PATIENCE_SECONDS)
    stubborn = [*(task.get_name() for task in tasks if not task.done()), *_threads(before)]
    if stubborn:
        _log.warning("ended although it still ran: %s", ", ".join(sorted(stubborn)))
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)
    return code


def _threads(before: set[threading.Thread]) -> list[str]:
    others = (each for each in threading.enumerate() if each not in before and not each.daemon)
    return [f"thread {each.name}" for each in others if not each.name.startswith(_OWN)]
