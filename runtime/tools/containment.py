"""Keeping an exit() in a task that a tool has made from ending the server.

The event loop lets SystemExit and KeyboardInterrupt out of any task, and so out of itself. A tool's own coroutine is
watched over by whoever calls it; the tasks that it makes are not, so they get a wrapping.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from weakref import WeakSet

_in_tool: ContextVar[bool] = ContextVar("_in_tool", default=False)
_prepared: WeakSet[asyncio.AbstractEventLoop] = WeakSet()

_Factory = Callable[..., asyncio.Future[Any]]


@contextmanager
def contained() -> Generator[None]:
    """Inside, every task that is made, and those that they make, turn an exit into an ordinary error."""
    loop = asyncio.get_running_loop()
    if loop not in _prepared:
        loop.set_task_factory(_containing(loop.get_task_factory()))
        _prepared.add(loop)
    token = _in_tool.set(True)
    try:
        yield
    finally:
        _in_tool.reset(token)


def _containing(make: _Factory | None) -> Any:
    """A task factory on top of the loop's own, if it has one. Tasks of the runtime are made as ever."""

    def factory(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any], **options: Any) -> asyncio.Future[Any]:
        wrapped = _without_exit(work) if _in_tool.get() else work
        task = asyncio.Task(wrapped, loop=loop, **options) if make is None else make(loop, wrapped, **options)
        if wrapped is not work:  # of a task that is cancelled before it begins, nobody else closes what is inside
            task.add_done_callback(lambda _: work.close())
        return task

    return factory


async def _without_exit(work: Coroutine[Any, Any, Any]) -> Any:
    try:
        return await work
    except (SystemExit, KeyboardInterrupt) as error:
        raise RuntimeError(f"{type(error).__name__} in a task of a tool") from error
