"""Lines that a person types, or that a pipe holds, without holding up the event loop."""

from __future__ import annotations

import asyncio
import os
import sys
import threading


class TypedLines:
    """Standard input, line by line, read by a thread of its own that ends with the process.

    The thread reads from a duplicate of the descriptor: the interpreter cannot shut down while somebody waits inside
    `sys.stdin` itself. Lines keep the terminal's own editing.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self.thread = threading.Thread(target=self._read, name="typed-lines", daemon=True)
        self.thread.start()

    async def next(self) -> str | None:
        """The next line, or None when there are no more."""
        return await self._lines.get()

    def end(self) -> None:
        """Let there be no more lines."""
        self._lines.put_nowait(None)

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
            self._loop.call_soon_threadsafe(self._lines.put_nowait, line)
        except RuntimeError:  # the loop is closed: nobody reads any more
            return
