"""What a session has running, by what it works for."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from functools import partial
from typing import Any

Key = tuple[str, str, int | str]
"""The response a task works for (empty: none), its kind, and which of that kind it is."""


class Tasks:
    """The tasks of one session, all owned by its TaskGroup.

    To stop work is to cancel its task: adapters close their upstream request on the way out.
    """

    __slots__ = ("_group", "_running")

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self._group = group
        self._running: dict[Key, asyncio.Task[None]] = {}

    def start(self, key: Key, work: Coroutine[Any, Any, None]) -> None:
        """Begin some work."""
        task = self._group.create_task(work, name=" ".join(map(str, key[1:])))
        self._running[key] = task
        task.add_done_callback(partial(self._ended, key))

    def cancel(self, key: Key) -> None:
        """Stop one piece of work, if it still runs."""
        task = self._running.pop(key, None)
        if task is not None:
            task.cancel()

    def cancel_for(self, message_id: str, keep: frozenset[Key] = frozenset()) -> None:
        """Stop everything that works for a response, but for what is to be kept."""
        for key in [key for key in self._running if key[0] == message_id and key not in keep]:
            self.cancel(key)

    def cancel_all(self) -> None:
        """Stop everything."""
        for key in list(self._running):
            self.cancel(key)

    def _ended(self, key: Key, task: asyncio.Task[None]) -> None:
        if self._running.get(key) is task:
            del self._running[key]
