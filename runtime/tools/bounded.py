"""A time limit that holds even for work that will not be cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from time import monotonic
from typing import Any, TypeVar

from runtime.errors import ToolError

_Answer = TypeVar("_Answer")


class Limit:
    """How long one call may take, in seconds from now on; each call has one of its own."""

    __slots__ = ("_end", "seconds")

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = monotonic() + seconds

    @property
    def left(self) -> float:
        """The seconds until it should have ended."""
        return max(self._end - monotonic(), 0.0)

    @property
    def passed(self) -> bool:
        """Whether the call should have ended."""
        return monotonic() >= self._end


class Left:
    """The tasks that were left to themselves and still run; the loop itself keeps only weak references."""

    def __init__(self) -> None:
        self._tasks: dict[asyncio.Task[Any], Limit] = {}

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The limit of each, which may not have passed yet: of those whose caller was cancelled."""
        return tuple(self._tasks.values())

    def leave(self, task: asyncio.Task[Any], limit: Limit) -> None:
        """Cancel a task and wait for it no more."""
        self._note(task, limit)
        task.cancel()

    def let_finish(self, task: asyncio.Task[Any], limit: Limit) -> None:
        """Wait for a task no more, and cancel it when its time is over."""
        self._note(task, limit)
        task.get_loop().call_later(limit.left, task.cancel)

    def _note(self, task: asyncio.Task[Any], limit: Limit) -> None:
        self._tasks[task] = limit
        task.add_done_callback(self._drop)

    def _drop(self, task: asyncio.Task[Any]) -> None:
        del self._tasks[task]
        if not task.cancelled():
            task.exception()  # seen, or the loop would report it as never retrieved


async def within(
    limit: Limit, work: Coroutine[Any, Any, _Answer], name: str, left: Left, *, finishes: bool = False
) -> _Answer:
    """Return what `work` returns, raise what it raises, or TimeoutError when that takes longer than the limit.

    Late or no longer wanted, because the caller was cancelled, the work is cancelled and goes into `left`: a
    tool that swallows the cancellation delays nobody. A TaskGroup would wait for it, so the task is a free
    one. Work that `finishes` is no longer wanted only once its time is over: half of it may be worse than all.
    """
    task = asyncio.get_running_loop().create_task(work, name=name)
    try:
        await asyncio.wait((task,), timeout=limit.seconds)
    except asyncio.CancelledError:
        if finishes:
            left.let_finish(task, limit)
        else:
            left.leave(task, limit)
        raise
    if not task.done():
        left.leave(task, limit)
        raise TimeoutError
    if task.cancelled():  # by the tool, as nobody else knows the task
        raise ToolError("The tool failed: CancelledError")
    if isinstance(task.exception(), GeneratorExit):  # the tool's own: it would end whoever waits, unheard
        raise ToolError("The tool failed: GeneratorExit")
    return task.result()
