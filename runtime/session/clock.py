"""The session's time: monotonic milliseconds, and its timers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


def now_ms() -> float:
    """Monotonic milliseconds of the running loop, which tests may drive by hand."""
    return asyncio.get_running_loop().time() * 1000.0


async def pause(milliseconds: float) -> None:
    """Let time pass."""
    await asyncio.sleep(milliseconds / 1000.0)  # noqa: TID251 - this is where timers belong


class QuietTimer:
    """Calls back when nothing has happened for a while.

    It is touched for every delta of the model, so a touch only notes the time: the timer that runs is looked at when
    it fires, and set again for what is left.
    """

    __slots__ = ("_callback", "_handle", "_touched", "_wait_ms")

    def __init__(self, wait_ms: float, callback: Callable[[], None]) -> None:
        self._wait_ms = wait_ms
        self._callback = callback
        self._touched = 0.0
        self._handle: asyncio.TimerHandle | None = None

    def touch(self, now: float) -> None:
        """Something happened."""
        self._touched = now
        if self._handle is None:
            self._set(self._wait_ms)

    def cancel(self) -> None:
        """Nothing is awaited any more."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _set(self, after_ms: float) -> None:
        self._handle = asyncio.get_running_loop().call_later(after_ms / 1000.0, self._fire)

    def _fire(self) -> None:
        left = self._touched + self._wait_ms - now_ms()
        if left > 0.5:
            self._set(left)
            return
        self._handle = None
        self._callback()
