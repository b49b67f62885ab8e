"""One timer for a whole response, however many pieces it has."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable


def _nothing() -> None:
    """What a stopped watch calls."""


class Watch:
    """Calls `expire` once when the deadline passes, or when a reader has waited longer than `idle` seconds.

    A timer per read would be the dearest part of a read. Here a wait costs one reading of the clock: the
    timer stays armed, and when it goes off too early it is set again for when it would be right.
    """

    __slots__ = ("_armed_for", "_deadline", "_expire", "_handle", "_idle", "_loop", "_waiting_since")

    def __init__(self, loop: asyncio.AbstractEventLoop, deadline: float, expire: Callable[[], None]) -> None:
        self._loop = loop
        self._expire = expire
        self._deadline = deadline
        self._idle = math.inf
        self._waiting_since = math.inf  # infinite while nobody waits
        self._armed_for = deadline
        self._handle = loop.call_at(deadline, self._check)

    def limit(self, deadline: float, idle: float) -> None:
        """Replace both bounds; `deadline` is a time of the loop's clock and finite."""
        self._deadline = deadline
        self._idle = idle
        due = self._due(self._loop.time())
        if due < self._armed_for:
            self._arm(due)

    def begin_wait(self) -> None:
        """A reader begins to wait."""
        self._waiting_since = self._loop.time()

    def end_wait(self) -> None:
        """The reader has what it waited for: a slow reader is not the server's fault."""
        self._waiting_since = math.inf

    def stop(self) -> None:
        """Nothing more is expected."""
        self._handle.cancel()
        self._expire = _nothing  # the callback holds the response, which holds this watch

    def _due(self, now: float) -> float:
        since = now if self._waiting_since == math.inf else self._waiting_since
        return min(self._deadline, since + self._idle)

    def _check(self) -> None:
        now = self._loop.time()
        due = self._due(now)
        if due <= now:
            self._expire()
        else:
            self._arm(due)

    def _arm(self, due: float) -> None:
        self._handle.cancel()
        self._armed_for = due
        self._handle = self._loop.call_at(due, self._check)
