"""One response, from its first byte to its last."""

from __future__ import annotations

import asyncio
import math
from enum import Enum, auto
from typing import TYPE_CHECKING

from runtime.providers.http.errors import DisconnectedError, HttpError, ReadTimeoutError
from runtime.providers.http.watch import Watch

if TYPE_CHECKING:
    from runtime.providers.http.connection import Connection

HIGH_WATER = 256 * 1024  # bytes of body unread before the server is made to wait
_REMNANT_BYTES = 64 * 1024
_REMNANT_SECONDS = 1.0


class Phase(Enum):
    """How far a response has come."""

    HEAD = auto()  # nothing yet, or not all of the headers
    BODY = auto()  # the body is arriving
    REMNANT = auto()  # the reader has left; the rest is read past so that the connection can be used again
    COMPLETE = auto()  # all of it has arrived, though perhaps not been read
    FAILED = auto()  # it ended early


_OVER = (Phase.COMPLETE, Phase.FAILED)


class Response:
    """A status, headers, and a body read with `async for`, `take` or `read` by one task.

    `status` is 0 and `headers` (names in lower case) empty until `head` returns. When the body was read to
    its end the connection is already back in the pool; else the reader calls `close` (stop now) or `release`
    (the end is near). Reading raises an HttpError, once what had arrived before it is read.
    """

    __slots__ = (
        "_connection",
        "_failure",
        "_loop",
        "_phase",
        "_pieces",
        "_unread",
        "_waiter",
        "_watch",
        "headers",
        "status",
    )

    def __init__(self, loop: asyncio.AbstractEventLoop, connection: Connection, deadline: float) -> None:
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self._loop = loop
        self._connection = connection
        self._phase = Phase.HEAD
        self._failure: HttpError | None = None
        self._pieces: list[bytes] = []
        self._unread = 0
        self._waiter: asyncio.Future[None] | None = None
        self._watch = Watch(loop, deadline, self._expired)

    # -- what the reader does

    def header(self, name: bytes) -> str:
        """The value of a header, by its name in lower case; empty where it is missing."""
        return self.headers.get(name, b"").decode("latin-1")

    def limit(self, deadline: float, idle: float = math.inf) -> None:
        """Give up at `deadline` (the loop's clock), or when a read waits longer than `idle` seconds."""
        if self._phase not in _OVER:
            self._watch.limit(deadline, idle)

    async def head(self) -> None:
        """Wait for the status and the headers."""
        while self._phase is Phase.HEAD:
            await self._arrival()
        if not self.status:
            raise self._error()

    async def take(self) -> bytes:
        """All of the body that has arrived and was not taken yet, at least one byte; empty at its end."""
        while not self._pieces:
            if self._phase is Phase.COMPLETE:
                return b""
            if self._phase is not Phase.BODY:
                raise self._error()
            await self._arrival()
        pieces = self._pieces
        data = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        pieces.clear()
        if self._unread > HIGH_WATER and self._phase is Phase.BODY:
            self._connection.resume()
        self._unread = 0
        return data

    async def read(self, limit: int) -> bytes:
        """The body up to `limit` bytes."""
        parts: list[bytes] = []
        size = 0
        while size < limit and (data := await self.take()):
            parts.append(data)
            size += len(data)
        return b"".join(parts)[:limit]

    def __aiter__(self) -> Response:
        return self

    async def __anext__(self) -> bytes:
        if data := await self.take():
            return data
        raise StopAsyncIteration

    def close(self) -> None:
        """Stop now: unless all of the response has arrived, the connection is cut at once."""
        self._pieces.clear()
        if self._phase not in _OVER:
            self._connection.abort()
            self.failed(DisconnectedError("was left before its answer was complete"))

    def release(self) -> None:
        """Leave the rest unread; if the server ends it in a moment, the connection is used again."""
        self._pieces.clear()
        if self._phase is not Phase.BODY:
            self.close()
            return
        self._phase = Phase.REMNANT
        if self._unread > HIGH_WATER:
            self._connection.resume()
        self._unread = 0
        self._watch.limit(self._loop.time() + _REMNANT_SECONDS, math.inf)

    # -- what the connection reports

    def began(self, status: int, headers: dict[bytes, bytes]) -> None:
        """The headers are complete."""
        self.status = status
        self.headers = headers
        self._phase = Phase.BODY
        self._wake()

    def feed(self, data: bytes) -> None:
        """More of the body; a reader that is behind makes the connection pause."""
        self._unread += len(data)
        if self._phase is Phase.REMNANT:
            if self._unread > _REMNANT_BYTES:
                self.close()
            return
        self._pieces.append(data)
        if self._unread > HIGH_WATER:
            self._connection.pause()
        self._wake()

    def completed(self) -> None:
        """The body is complete."""
        self._phase = Phase.COMPLETE
        self._watch.stop()
        self._wake()

    def failed(self, error: HttpError) -> None:
        """There will be no more."""
        self._phase = Phase.FAILED
        self._failure = error
        self._watch.stop()
        self._wake()

    # -- inside

    def _arrival(self) -> asyncio.Future[None]:
        assert self._waiter is None or self._waiter.done(), "a response has one reader"
        self._waiter = self._loop.create_future()
        self._watch.begin_wait()
        return self._waiter

    def _wake(self) -> None:
        waiter = self._waiter
        if waiter is not None:
            self._waiter = None
            self._watch.end_wait()
            if not waiter.done():
                waiter.set_result(None)

    def _expired(self) -> None:
        self._connection.abort()
        self.failed(ReadTimeoutError("did not answer in time"))

    def _error(self) -> HttpError:
        # A new one each time: a raised error keeps its traceback, thus the frames that hold this response.
        assert self._failure is not None
        return type(self._failure)(*self._failure.args)
