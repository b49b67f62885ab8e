"""Naming the tool that holds up the event loop, and the line it does it at.

An async function that never yields stops every session of the process. Nothing can end it; what can be done is to
say, while it still happens, who it is. A thread of its own looks at the loop only while an async tool runs.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from time import monotonic
from traceback import walk_stack
from types import FrameType
from weakref import WeakKeyDictionary

from runtime.tools.namespaces import ROOT

BLOCKED_SECONDS = 0.25
"""A loop that has not turned for so long is called blocked: a quarter of a second of silence is heard."""

_BEAT_SECONDS = 0.05
_IDLE_SECONDS = 10.0

_log = logging.getLogger("runtime.tools")


class LoopWatch:
    """Watches one loop while tools run on it. `blocked` counts the times that one held it up.

    Its thread ends when no tool has run for a while, so that neither outlives the loop for long.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.blocked = 0
        self._loop = loop
        self._loop_thread = threading.get_ident()
        self._running = 0
        self._beat = 0.0
        self._turning = False
        self._armed = threading.Event()
        self._thread: threading.Thread | None = None

    def enter(self) -> None:
        """An async tool begins."""
        self._running += 1
        self._beat = monotonic()
        if not self._turning:
            self._turning = True
            self._loop.call_later(_BEAT_SECONDS, self._turn)
            self._armed.set()
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._watch, name="callboard-loop-watch", daemon=True)
            self._thread.start()

    def leave(self) -> None:
        """An async tool has ended."""
        self._running -= 1

    def _turn(self) -> None:
        """The loop turns: note when, for as long as there is something to watch."""
        self._beat = monotonic()
        if self._running:
            self._loop.call_later(_BEAT_SECONDS, self._turn)
        else:
            self._armed.clear()
            self._turning = False

    def _watch(self) -> None:
        told = 0.0
        pause = threading.Event()
        while self._armed.wait(_IDLE_SECONDS) and not self._loop.is_closed():
            pause.wait(_BEAT_SECONDS)
            beat = self._beat
            if self._armed.is_set() and beat != told and monotonic() - beat > BLOCKED_SECONDS:
                told = beat
                self._tell()

    def _tell(self) -> None:
        frame = sys._current_frames().get(self._loop_thread)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - there is no other way
        place = _place(frame)
        if place is None:  # held up by something else
            return
        self.blocked += 1
        task = asyncio.current_task(self._loop)
        name = task.get_name() if task is not None else "a tool"
        _log.error(
            "%s blocks the event loop at %s: nobody hears anything until it yields. Write it with `def` instead of "
            "`async def`, and it runs in a thread; or await what it waits for",
            name,
            place,
        )


def _place(frame: FrameType | None) -> str | None:
    """The innermost line of a tool's own code, as `file:line (function)`."""
    for each, line in walk_stack(frame):
        module = str(each.f_globals.get("__name__", ""))
        if module.startswith(f"{ROOT}."):
            return f"{each.f_code.co_filename}:{line} ({each.f_code.co_name})"
    return None


_watches: WeakKeyDictionary[asyncio.AbstractEventLoop, LoopWatch] = WeakKeyDictionary()


def watch_of(loop: asyncio.AbstractEventLoop) -> LoopWatch:
    """The watch over a loop, from inside that loop."""
    found = _watches.get(loop)
    if found is None:
        found = _watches[loop] = LoopWatch(loop)
    return found


def blocks() -> int:
    """How often the running loop was found held up by a tool."""
    return watch_of(asyncio.get_running_loop()).blocked


@contextmanager
def on_loop() -> Generator[None]:
    """Inside, the code of a tool runs on the event loop."""
    watch = watch_of(asyncio.get_running_loop())
    watch.enter()
    try:
        yield
    finally:
        watch.leave()
