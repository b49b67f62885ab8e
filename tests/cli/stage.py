"""A server that plays a part: it says what a test gives it, and remembers what it was told."""

from __future__ import annotations

import asyncio
import base64
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

Message = dict[str, Any]
INIT: Message = {"type": "session_init", "agent": "ada", "audio": {"format": "wav", "sampleRate": None}}
WRITES_ONLY: Message = {"type": "session_init", "agent": "ada", "audio": None}


@dataclass
class Leave:
    """Close the socket with this code."""

    code: int


Line = Message | Leave | str


def response(message_id: str, text: str, *, sound: bytes = b"", encoding: str = "wav", **fields: Any) -> list[Line]:
    """A whole response of the protocol."""
    spoken = {"type": "audio_chunk", "chunkId": 1, "messageId": message_id, "format": encoding, "final": True}
    spoken |= {"data": base64.b64encode(sound).decode(), "sampleRate": 8000}
    return [
        {"type": "stream_start", "messageId": message_id},
        {"type": "text_start", "messageId": message_id},
        {"type": "text_delta", "messageId": message_id, "text": text},
        *([spoken] if sound else []),
        {"type": "response_complete", "messageId": message_id, "text": text, **fields},
    ]


def unanswered(_message: Message) -> Sequence[Line]:
    """Say nothing to anything."""
    return ()


@dataclass
class Stage:
    """`opening` is said at once, `answer` to each message but pings, which get their pong."""

    opening: Sequence[Line] = (INIT,)
    answer: Callable[[Message], Sequence[Line]] = unanswered
    agents: Any = field(default_factory=lambda: [{"name": "ada", "path": "/front/ada", "state": "ready"}])
    received: list[Message] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)

    def app(self) -> web.Application:
        """The server."""
        app = web.Application()
        app.router.add_get("/agents", self._list)
        app.router.add_get("/front/ada", self._talk)
        return app

    async def _list(self, _request: web.Request) -> web.Response:
        return web.json_response({"agents": self.agents})

    async def _talk(self, request: web.Request) -> web.WebSocketResponse:
        self.queries.append(dict(request.query))
        websocket = web.WebSocketResponse()
        await websocket.prepare(request)
        await self._say(websocket, self.opening)
        async for frame in websocket:
            assert frame.type is WSMsgType.TEXT
            message = frame.json()
            if message["type"] == "ping":
                await websocket.send_json({"type": "pong", "id": message["id"]})
            else:
                self.received.append(message)
                await self._say(websocket, self.answer(message))
        return websocket

    async def _say(self, websocket: web.WebSocketResponse, lines: Sequence[Line]) -> None:
        for line in lines:
            if isinstance(line, Leave):
                await websocket.close(code=line.code)
            elif isinstance(line, str):
                await websocket.send_str(line)
            else:
                await websocket.send_json(line)


@contextmanager
def served(app: web.Application) -> Generator[str]:
    """Run a server in a thread of its own, for code that runs an event loop itself; gives its URL."""
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    thread = threading.Thread(target=loop.run_forever, name="stage")

    async def start() -> str:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"ws://127.0.0.1:{runner.addresses[0][1]}"

    thread.start()
    try:
        yield asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
