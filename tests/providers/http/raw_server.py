"""A server that speaks bytes, so that a test decides each of them."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"


class Peer:
    """The server's end of one connection; `number` counts them from 1."""

    def __init__(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.number = number
        self.socket: socket.socket = writer.get_extra_info("socket")
        self._reader = reader
        self._writer = writer

    async def request(self) -> bytes:
        """The next request, head and body. Raises IncompleteReadError when the client has left."""
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        return head + await self._reader.readexactly(int(length[1]) if length else 0)

    def send(self, data: bytes) -> None:
        """Write."""
        self._writer.write(data)

    async def flushed(self) -> None:
        """Wait until the client has taken what was sent, but for what the transport may keep."""
        await self._writer.drain()

    async def gone(self) -> bool:
        """Wait until the client closes the connection."""
        with suppress(ConnectionError):
            await self._reader.read()
        return True

    def close(self) -> None:
        """End the connection after what was sent."""
        self._writer.close()


class RawServer:
    """Runs `script` for each connection. Its failures surface when the server is left."""

    def __init__(self, script: Callable[[Peer], Awaitable[None]]) -> None:
        self.url = ""
        self.port = 0
        self.connections = 0
        self._script = script
        self._failures: list[BaseException] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/x"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks) if self._tasks else None
        if error is None and self._failures:
            raise self._failures[0]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._script(Peer(self.connections, reader, writer))
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # the client left, or the test is over
        except Exception as error:  # noqa: BLE001 - raised again where the test sees it
            self._failures.append(error)
        finally:
            self._tasks.discard(task)
            writer.transport.abort()
