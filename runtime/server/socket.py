"""A WebSocket as a session sees it."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress

from aiohttp import web

_TEXT_FRAME = 0x81  # FIN and opcode 1, RFC 6455 section 5.2
_HIGH_WATER = 128 * 1024
_SEND_BUFFER = 128 * 1024  # a deep kernel buffer hides whether a client reads, and holds sound that is stale
_CLOSE_SECONDS = 2.0


class WebSocketOut:
    """Writes text frames straight to the transport, so that sending never suspends the sender.

    aiohttp's own `send_str` is a coroutine because it may wait for the buffer to drain; between the decision to send
    and the bytes on the wire there must be no gap in which an interruption could slip. Its pings and its close frame
    go through the same transport, whole frames each. A server's frames are unmasked (RFC 6455 section 5.1).
    """

    __slots__ = ("_request", "_transport", "_websocket")

    def __init__(self, request: web.Request, websocket: web.WebSocketResponse) -> None:
        transport = request.transport
        assert transport is not None, "a prepared WebSocket has a transport"
        transport.set_write_buffer_limits(high=_HIGH_WATER)
        raw: socket.socket | None = transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        self._request = request
        self._websocket = websocket
        self._transport = transport

    def send(self, frame: bytes) -> None:
        """Write one text frame; nothing follows a close."""
        if self._websocket.closed or self._transport.is_closing():
            return
        size = len(frame)
        if size < 126:
            head = bytes((_TEXT_FRAME, size))
        elif size < 1 << 16:
            head = bytes((_TEXT_FRAME, 126)) + size.to_bytes(2, "big")
        else:
            head = bytes((_TEXT_FRAME, 127)) + size.to_bytes(8, "big")
        self._transport.write(head + frame)

    def unread_bytes(self) -> int:
        """How much is written and not yet taken by the kernel."""
        return self._transport.get_write_buffer_size()

    async def drained(self) -> None:
        """Wait until the buffer is below its low-water mark."""
        with suppress(ConnectionError):  # a closed socket has nothing left to wait for
            await self._request.writer.drain()

    async def close(self, code: int, reason: str) -> None:
        """Say goodbye, and cut the connection if the client does not answer soon.

        aiohttp's own wait for a full buffer has no bound: a client that does not read would hold the server.
        """
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._websocket.close(code=code, message=reason.encode(), drain=False)
        except TimeoutError:
            self._transport.abort()

    def abort(self) -> None:
        """Cut the connection; what is buffered is lost."""
        self._transport.abort()
