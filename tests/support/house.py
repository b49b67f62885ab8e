"""A real server on a free loopback port with the specs of a test, and a client that keeps what it hears.

house = await open_house({"ada": SPEC})          # the fixture of tests/conftest.py
async with house.connect("/ada") as client:
    heard = await client.turn("Hello")           # every message up to `response_complete`
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import orjson
from aiohttp import web

from runtime.server.app import CONNECTIONS, make_app
from runtime.server.connection import Connections
from runtime.server.settings import ServerSettings
from runtime.server.world import World, open_world

Heard = dict[str, Any]
_WAIT_SECONDS = 20.0


class Client:
    """One WebSocket. `heard` is everything so far, in order."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.heard: list[Heard] = []

    async def say(self, text: str) -> None:
        """Send a transcript."""
        await self.socket.send_str(orjson.dumps({"type": "transcript", "text": text}).decode())

    async def send_json(self, message: Any) -> None:
        """Say anything that is JSON."""
        await self.socket.send_str(orjson.dumps(message).decode())

    async def hear(self) -> Heard:
        """The next message. Fails when the server closes."""
        async with asyncio.timeout(_WAIT_SECONDS):
            message = await self.socket.receive()
        assert message.type is aiohttp.WSMsgType.TEXT, f"the server sent {message}"
        heard: Heard = orjson.loads(message.data)
        self.heard.append(heard)
        return heard

    async def until(self, kind: str, **fields: Any) -> list[Heard]:
        """Everything up to and with the next message of this type that has these fields."""
        got: list[Heard] = []
        while True:
            got.append(await self.hear())
            last = got[-1]
            if last["type"] == kind and all(last.get(name) == value for name, value in fields.items()):
                return got

    async def hear_some(self, count: int, patience: float = 0.02) -> list[Heard]:
        """Up to so many messages, fewer if the server falls silent: where it stops is left to chance."""
        got: list[Heard] = []
        while len(got) < count:
            try:
                async with asyncio.timeout(patience):
                    got.append(await self.hear())
            except TimeoutError:
                break
        return got

    async def turn(self, text: str) -> list[Heard]:
        """Say something and hear all of the answer."""
        await self.say(text)
        return await self.until("response_complete")

    async def silence(self) -> None:
        """Prove that nothing more was on its way: what is sent after a ping comes after its pong."""
        await self.send_json({"type": "ping", "id": "silence"})
        last = await self.hear()
        assert last == {"type": "pong", "id": "silence"}, f"not silent: {last}"


class House:
    """A running server."""

    def __init__(self, world: World, runner: web.AppRunner, port: int, session: aiohttp.ClientSession) -> None:
        self.world = world
        self.runner = runner
        self.http = f"http://127.0.0.1:{port}"
        self.session = session

    @property
    def connections(self) -> Connections:
        """The WebSockets that the server holds."""
        app = self.runner.app
        assert app is not None
        return app[CONNECTIONS]

    @asynccontextmanager
    async def connect(self, path: str = "/", *, greet: bool = True, **options: Any) -> AsyncIterator[Client]:
        """A client at a path; `greet` takes the session_init."""
        async with self.session.ws_connect(self.http + path, max_msg_size=0, **options) as socket:
            client = Client(socket)
            if greet:
                await client.until("session_init")
            yield client

    async def get(self, path: str, **options: Any) -> tuple[int, Any]:
        """Status and decoded JSON of a plain request."""
        async with self.session.get(self.http + path, **options) as response:
            return response.status, orjson.loads(await response.read())


@asynccontextmanager
async def open_house(
    folder: Path, specs: Mapping[str, str], env: Mapping[str, str], tool_paths: tuple[str, ...] = ()
) -> AsyncIterator[House]:
    """Write the specs (or other files, where a name has a suffix) and serve them."""
    for name, text in specs.items():
        file = folder / (name if "." in name else f"{name}.yaml")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    async with serve_folder(folder, env, tool_paths) as house:
        yield house


@asynccontextmanager
async def serve_folder(folder: Path, env: Mapping[str, str], tool_paths: tuple[str, ...] = ()) -> AsyncIterator[House]:
    """Serve a folder as `callboard serve` does."""
    world = open_world(ServerSettings(agents=folder, env=dict(env), tool_paths=tool_paths))
    runner = web.AppRunner(make_app(world), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            yield House(world, runner, runner.addresses[0][1], session)
    finally:
        await runner.cleanup()
        await world.close()


def audio_of(messages: list[Heard], message_id: str | None = None) -> bytes:
    """All sound of these messages, in order."""
    return b"".join(
        base64.b64decode(message["data"])
        for message in messages
        if message["type"] == "audio_chunk" and message_id in (None, message["messageId"])
    )


def text_of(messages: list[Heard]) -> str:
    """All text of these messages."""
    return "".join(message["text"] for message in messages if message["type"] == "text_delta")


def kinds(messages: list[Heard]) -> list[str]:
    """The types, in order."""
    return [message["type"] for message in messages]
