"""Texts from other threads, of which only the newest counts."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress


class Newest:
    """Hands the newest text to the loop that it was made in; those that came meanwhile are dropped.

    However often a thread puts one, the loop is woken once for all that came before it turned.
    """

    __slots__ = ("_deliver", "_lock", "_loop", "_text")

    def __init__(self, deliver: Callable[[str], None]) -> None:
        self._deliver = deliver
        self._lock = threading.Lock()
        self._loop = asyncio.get_running_loop()
        self._text: str | None = None

    def put(self, text: str) -> None:
        """May be called from any thread; nobody hears it once the loop has closed."""
        with self._lock:
            asleep, self._text = self._text is None, text
        if asleep:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._take)

    def _take(self) -> None:
        with self._lock:
            text, self._text = self._text, None
        if text is not None:
            self._deliver(text)
