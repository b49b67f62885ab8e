"""A WebSocket as a session sees it."""

from __future__ import annotations

from aiohttp import web

_TEXT_FRAME = 0x81  # FIN and opcode 1, RFC 6455 section 5.2
_HIGH_WATER = 128 * 1024
_UNREAD_LIMIT = 16 * 1024


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
        await self._request.writer.drain()

    def abort(self) -> None:
        """Cut the connection; what is buffered is lost."""
        self._transport.abort()
