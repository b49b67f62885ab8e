"""The only way out to a client."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from runtime.events import Event, ResponseCompleted, ResponseStarted

_log = logging.getLogger("runtime.session")

READ_TIMEOUT_SECONDS = 10.0
"""A client that reads nothing for so long is cut off."""

MAX_UNREAD_BYTES = 8 * 1024 * 1024
"""What may wait for a client that reads slowly; more than that is never held in memory."""


NORMAL_CLOSURE = 1000


class Socket(Protocol):
    """What a session needs of a connection. `send` never waits; a closed socket ignores it."""

    def send(self, frame: bytes) -> None:
        """Write one text frame."""
        ...

    def unread_bytes(self) -> int:
        """How much is written and not yet on its way."""
        ...

    async def drained(self) -> None:
        """Return when little of what was written still waits."""
        ...

    async def close(self, code: int, reason: str) -> None:
        """Say goodbye, with a code of RFC 6455 section 7.4, and close."""
        ...

    def abort(self) -> None:
        """Cut the connection at once."""
        ...


class Outlet:
    """Writes events as frames, and drops what belongs to a response that is not on air.

    The drop is synchronous: a cancelled task runs once more before it ends, and must not be heard.
    """

    __slots__ = ("_encode", "_on_air", "_socket")

    def __init__(self, socket: Socket, encode: Callable[[Event], bytes]) -> None:
        self._socket = socket
        self._encode = encode
        self._on_air: str | None = None

    def send(self, event: Event) -> None:
        """Send one event, if its response is on air or it belongs to none."""
        message_id = getattr(event, "message_id", None)
        if message_id is not None and message_id != self._on_air:
            if not isinstance(event, ResponseStarted):
                return
            self._on_air = message_id
        self._socket.send(self._encode(event))
        if isinstance(event, ResponseCompleted):
            self._on_air = None
        if self._socket.unread_bytes() > MAX_UNREAD_BYTES:
            _log.info("a client that reads too slowly is cut off")
            self._socket.abort()

    async def close(self, reason: str) -> None:
        """The session has come to its natural end."""
        await self._socket.close(NORMAL_CLOSURE, reason)

    async def room(self) -> None:
        """Wait until the client has read enough. A slow one is waited for; one that reads nothing is cut off."""
        unread = self._socket.unread_bytes()
        while unread:
            try:
                async with asyncio.timeout(READ_TIMEOUT_SECONDS):
                    await self._socket.drained()
                    return
            except TimeoutError:
                before, unread = unread, self._socket.unread_bytes()
                if unread >= before:
                    _log.info("a client that reads nothing is cut off with %d bytes unread", unread)
                    self._socket.abort()
                    return
