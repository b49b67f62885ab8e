"""Lines that a person types, or that a pipe holds, without holding up the event loop."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections import deque
from typing import Protocol


class Lines(Protocol):
    """What is typed, line by line."""

    async def next(self) -> str | None:
        """The next line, or None when there are no more."""
        ...

    async def begun(self) -> None:
        """Wait until there is something of a line that nobody asked for yet."""
        ...

    def end(self) -> None:
        """Let there be no more lines."""
        ...

    def close(self) -> None:
        """Leave everything as it was found."""
        ...


class TypedLines:
    """Standard input, line by line, read by a thread of its own that ends with the process.

    The thread reads from a duplicate of the descriptor: the interpreter cannot shut down while somebody waits inside
    `sys.stdin` itself. Lines keep the terminal's own editing.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._lines: deque[str | None] = deque()
        self._arrived = asyncio.Event()
        self.thread = threading.Thread(target=self._read, name="typed-lines", daemon=True)
        self.thread.start()

    async def next(self) -> str | None:
        """The next line, or None when there are no more."""
        await self._arrived.wait()
        line = self._lines.popleft()
        if not self._lines:
            self._arrived.clear()
        return line

    async def begun(self) -> None:
        """Wait until a line is there."""
        await self._arrived.wait()

    def end(self) -> None:
        """Let there be no more lines."""
        self._put(None)

    def close(self) -> None:
        """The input stays as it is."""

    def _put(self, line: str | None) -> None:
        self._lines.append(line)
        self._arrived.set()

    def _read(self) -> None:
        try:
            descriptor = os.dup(sys.stdin.fileno())
        except (OSError, ValueError, AttributeError):  # closed, replaced, or not there at all
            self._pass_on(None)
            return
        with open(descriptor, encoding=sys.stdin.encoding, errors="replace") as stream:  # noqa: PTH123 - a descriptor
            for line in stream:
                self._pass_on(line.strip())
        self._pass_on(None)

    def _pass_on(self, line: str | None) -> None:
        try:
            self._loop.call_soon_threadsafe(self._put, line)
        except RuntimeError:  # the loop is closed: nobody reads any more
            return
