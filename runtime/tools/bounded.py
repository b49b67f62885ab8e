"""A time limit that holds even for work that will not be cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from runtime.errors import ToolError

_Answer = TypeVar("_Answer")


class Left:
    """The tasks that were left to themselves and still run; the loop itself keeps only weak references."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def leave(self, task: asyncio.Task[Any]) -> None:
        """Cancel a task and wait for it no more."""
        self._tasks.add(task)
        task.add_done_callback(self._drop)
        task.cancel()

    def _drop(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # seen, or the loop would report it as never retrieved


async def within(seconds: float, work: Coroutine[Any, Any, _Answer], name: str, left: Left) -> _Answer:
    """Return what `work` returns, raise what it raises, or TimeoutError when that takes too long.

    Late or no longer wanted, because the caller was cancelled, the work is cancelled and goes into `left`: a
    tool that swallows the cancellation delays nobody. A TaskGroup would wait for it, so the task is a free
    one.
    """
    task = asyncio.get_running_loop().create_task(work, name=name)
    try:
        await asyncio.wait((task,), timeout=seconds)
    except asyncio.CancelledError:
        left.leave(task)
        raise
    if not task.done():
        left.leave(task)
        raise TimeoutError
    if task.cancelled():  # by the tool, as nobody else knows the task
        raise ToolError("The tool failed: CancelledError")
    return task.result()
