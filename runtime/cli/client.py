"""One WebSocket conversation with an agent: messages out, and messages in as they arrive."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from aiohttp import (
    ClientError,
    ClientResponse,
    ClientSession,
    ClientWebSocketResponse,
    ClientWSTimeout,
    WSMsgType,
    WSServerHandshakeError,
)

from runtime.cli.address import Address, unreachable
from runtime.cli.terminal import plain
from runtime.errors import CallboardError

Message = Mapping[str, Any]

_LARGEST_FRAME = 64 * 1024 * 1024
_LONGEST_REFUSAL = 4096
_HEARTBEAT_SECONDS = 30.0
_CLOSE_SECONDS = 2.0


class Connection:
    """An open WebSocket. Frames are taken in at once, whether or not somebody waits for them."""

    def __init__(self, websocket: ClientWebSocketResponse) -> None:
        self._websocket = websocket
        self._inbox: asyncio.Queue[Message | None] = asyncio.Queue()
        self._when_closed: Callable[[], None] = _nothing

    async def send(self, message: Message) -> None:
        """Send one message. Raises CallboardError when the connection is gone."""
        try:
            await self._websocket.send_str(json.dumps(message))
        except (ClientError, OSError):
            raise self._ending() from None

    async def receive(self) -> Message:
        """The next message. Raises CallboardError when the server has closed the connection."""
        message = await self._inbox.get()
        if message is None:
            raise self._ending()
        return message

    def when_closed(self, callback: Callable[[], None]) -> None:
        """Have `callback` called when the server leaves, also while nobody receives."""
        self._when_closed = callback

    def ensure_open(self) -> None:
        """Raises CallboardError when the server has left."""
        if self._websocket.closed:
            raise self._ending()

    async def pump(self) -> None:
        """Take in frames until the connection ends; answering pings is part of it."""
        async for frame in self._websocket:
            if frame.type is WSMsgType.TEXT:
                self._inbox.put_nowait(_message(frame.data))
        self._inbox.put_nowait(None)
        self._when_closed()

    async def close(self) -> None:
        """Say goodbye."""
        self._when_closed = _nothing
        await self._websocket.close()

    def _ending(self) -> CallboardError:
        code = self._websocket.close_code
        words = _CLOSINGS.get(code or 0, "the connection broke")
        return CallboardError(f"The server ended the conversation: {words}.")


@asynccontextmanager
async def connect(address: Address, path: str, variables: Mapping[str, str]) -> AsyncGenerator[Connection]:
    """Talk to the agent at `path`. Raises CallboardError when the server does not let us in."""
    # aiohttp's own decorator hides the fields from the checker.
    timeout = ClientWSTimeout(ws_close=_CLOSE_SECONDS)  # pyright: ignore[reportCallIssue]
    async with (
        ClientSession(raise_for_status=partial(_ensure_welcome, f"{address}{path}")) as http,
        asyncio.TaskGroup() as tasks,
    ):
        try:
            websocket = await http.ws_connect(
                address.websocket(path, variables),
                heartbeat=_HEARTBEAT_SECONDS,
                max_msg_size=_LARGEST_FRAME,
                timeout=timeout,
            )
        except WSServerHandshakeError as error:
            raise CallboardError(f"{address}{path} does not speak WebSocket (HTTP {error.status}).") from None
        except (ClientError, OSError) as error:
            raise unreachable(address, error) from None
        connection = Connection(websocket)
        tasks.create_task(connection.pump(), name="client-pump")
        try:
            yield connection
        finally:
            await connection.close()


async def _ensure_welcome(where: str, response: ClientResponse) -> None:
    """Pass on why a server does not let us in: a handshake's own error leaves out what the answer says."""
    if response.status < 400:
        return
    body = await response.content.read(_LONGEST_REFUSAL)
    raise CallboardError(f"{where} refused the conversation (HTTP {response.status}){_reason(body)}")


def _reason(body: bytes) -> str:
    try:
        return f": {plain(str(json.loads(body)['error']))}"
    except (ValueError, KeyError, TypeError):
        return "."


def _message(frame: str) -> Message:
    try:
        message: Message = json.loads(frame)
        if isinstance(message["type"], str):
            return message
    except (ValueError, KeyError, TypeError):
        pass
    raise CallboardError("The server sent something that is no message of the protocol.")


def _nothing() -> None:
    """Nobody asked to be told."""


# What a server says with its close codes (RFC 6455, section 7.4.1, and the protocol's own).
_CLOSINGS = {
    1000: "it said goodbye",
    1001: "it is shutting down",
    1008: "it does not accept this client",
    1009: "the message was too big",
    1011: "something went wrong on its side",
    4404: "there is no agent at this path any more",
    4408: "it lasted too long, or nothing was said",
}
