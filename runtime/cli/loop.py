"""An event loop for one command, whose errors come out as they went in, and which no signal passes by."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from typing import Any, TypeVar

_Result = TypeVar("_Result")


def run_loop(main: Coroutine[Any, Any, _Result]) -> _Result:
    """Run a coroutine. A task group wraps even the error of its own body; the first error inside is raised."""
    try:
        return asyncio.run(_attended(main))
    except BaseExceptionGroup as group:
        raise _first(group) from None


async def _attended(main: Coroutine[Any, Any, _Result]) -> _Result:
    if sys.platform == "win32":  # its loop does this by itself
        return await main
    with _woken_by_signals(asyncio.get_running_loop()):
        return await main


@contextmanager
def _woken_by_signals(loop: asyncio.AbstractEventLoop) -> Generator[None]:
    """Ctrl-C that meets another thread, or comes just before the loop falls asleep, would wait for the next event."""
    inner, outer = socket.socketpair()
    with inner, outer:
        inner.settimeout(0)
        outer.settimeout(0)
        loop.add_reader(inner, inner.recv, 4096)
        before = signal.set_wakeup_fd(outer.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(before)
            loop.remove_reader(inner)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error  # pyright: ignore[reportUnknownArgumentType]
