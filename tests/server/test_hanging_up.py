"""A client that leaves while a tool runs: what changes something is finished, what only reads is dropped."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp import web
from pytest_aiohttp import AiohttpServer

from tests.support.house import House, open_house
from tests.support.upstream import Call, Chat, Upstream

SPEC = """\
model: gpt-4o
voice: null
transcription: null
instructions: Be kind.
tools:
  it:
    description: Do it.
    http:
      method: {method}
      url: ${{env:API}}/it
      allow_private: [127.0.0.0/8]
"""


@pytest.mark.parametrize(("method", "outcome"), [("POST", "done"), ("GET", "dropped")])
async def test_what_changes_something_is_finished_when_the_user_hangs_up(
    upstream: Upstream, tmp_path: Path, aiohttp_server: AiohttpServer, method: str, outcome: str
) -> None:
    begun, go_on, ended = asyncio.Event(), asyncio.Event(), asyncio.Queue[str]()

    async def serve(_: web.Request) -> web.Response:
        begun.set()
        try:
            await go_on.wait()
        except asyncio.CancelledError:
            ended.put_nowait("dropped")
            raise
        ended.put_nowait("done")
        return web.Response(text="fine")

    app = web.Application()
    app.router.add_route("*", "/it", serve)
    api = await aiohttp_server(app, access_log=None)
    env = upstream.env | {"API": f"http://127.0.0.1:{api.port}"}
    upstream.chat.script(Chat(calls=[Call("it", "{}")]))
    async with open_house(tmp_path, {"ada": SPEC.format(method=method)}, env) as server:
        async with server.connect("/ada") as client:
            await client.say("Do it")
            await begun.wait()
        async with asyncio.timeout(5):
            for _ in range(400):
                if not await sessions(server):
                    break
                await asyncio.sleep(0.01)
            if outcome == "done":
                assert ended.empty(), "the session is gone, and the call goes on"
                go_on.set()
            assert await ended.get() == outcome


async def sessions(server: House) -> int:
    async with server.session.get(f"{server.http}/agents/ada") as response:
        count: int = (await response.json())["sessions"]
    return count
