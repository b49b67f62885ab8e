"""A time limit that holds even for work that will not be cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from runtime.errors import ToolError

_Answer = TypeVar("_Answer")

# The owner of what was left behind: the loop itself keeps only weak references to its tasks.
_left: set[asyncio.Task[Any]] = set()


async def within(seconds: float, work: Coroutine[Any, Any, _Answer], name: str) -> _Answer:
    """Return what `work` returns, raise what it raises, or TimeoutError when that takes too long.

    Late or no longer wanted, because the caller was cancelled, the work is cancelled and left to itself: a
    tool that swallows the cancellation delays nobody. A TaskGroup would wait for it, so the task is a free
    one.
    """
    task = asyncio.get_running_loop().create_task(work, name=name)
    try:
        await asyncio.wait((task,), timeout=seconds)
    except asyncio.CancelledError:
        _leave(task)
        raise
    if not task.done():
        _leave(task)
        raise TimeoutError
    if task.cancelled():  # by the tool, as nobody else knows the task
        raise ToolError("The tool failed: CancelledError")
    return task.result()


def _leave(task: asyncio.Task[Any]) -> None:
    _left.add(task)
    task.add_done_callback(_drop)
    task.cancel()


def _drop(task: asyncio.Task[Any]) -> None:
    _left.discard(task)
    if not task.cancelled():
        task.exception()  # seen, or the loop would report it as never retrieved
