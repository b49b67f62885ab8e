"""A secret that a tool needs is nowhere but in its request, whatever the service does with it."""

from __future__ import annotations

import logging
from pathlib import Path
from urllib.parse import quote

import orjson
import pytest
from aiohttp import web
from pytest_aiohttp import AiohttpServer

from tests.support.house import open_house
from tests.support.upstream import Call, Chat, Upstream

CANARY = "canary/9f27+b31"
PROMISES = {"TOKEN": CANARY, "IN_URL": f"{CANARY}-path", "IN_QUERY": f"{CANARY}-query", "IN_BODY": f"{CANARY}-body"}

SPEC = """\
model: gpt-4o
voice: null
transcription: null
instructions: Be kind.
max_tool_calls: 30
tools:
"""
TOOL = """\
  {name}:
    description: Ask the service.
    timeout_ms: 2000
    http:
      method: POST
      url: ${{env:API}}/{name}/${{env:IN_URL}}?key=${{env:IN_QUERY}}
      headers: {{Authorization: "Bearer ${{env:TOKEN}}", X-Api-Key: "literal-{canary}"}}
      json: {{secret: "${{env:IN_BODY}}"}}
      max_response_bytes: 20000
      allow_private: [127.0.0.0/8]
"""
WAYS = ("echo", "refuse", "fail", "redirect", "text", "header", "cut", "loop", "long", "html")
"""What the service does with what it was sent."""


async def misbehave(request: web.Request) -> web.StreamResponse:
    everything = {
        "url": request.raw_path,
        "path": request.path,
        "headers": {str(name): value for name, value in request.headers.items()},
        "body": (await request.json())["secret"],
        quote(CANARY, safe=""): [CANARY, {"deep": f"a {CANARY} b"}],
    }
    text = orjson.dumps(everything).decode()
    match request.path.split("/")[1]:
        case "echo":
            return web.json_response(everything)
        case "refuse":
            return web.json_response(everything, status=422)
        case "fail":
            return web.Response(status=500, text=text)
        case "redirect":
            raise web.HTTPFound(f"http://127.0.0.1:9/{quote(CANARY)}")
        case "text":
            return web.Response(text=text)
        case "header":
            return web.Response(status=400, reason=f"Bad {CANARY}", headers={"Content-Type": f"text/plain; x={CANARY}"})
        case "long":
            return web.Response(text=text + CANARY * 5000)
        case "html":
            return web.Response(status=404, text=f"<p>{text}", content_type="text/html")
        case _:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()


async def test_a_secret_is_seen_by_the_service_alone(
    upstream: Upstream, tmp_path: Path, aiohttp_server: AiohttpServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", misbehave)
    api = await aiohttp_server(app, access_log=None)
    spec = SPEC + "".join(TOOL.format(name=way, canary=CANARY) for way in WAYS)
    env = upstream.env | PROMISES | {"API": f"http://127.0.0.1:{api.port}"}
    seen: list[str] = []
    async with open_house(tmp_path, {"ada": spec}, env) as server:
        async with server.connect("/ada") as client:
            for way in WAYS:
                upstream.chat.script(Chat(calls=[Call(way, "{}")]), Chat("Done."))
                seen += [orjson.dumps(message).decode() for message in await client.turn(f"Please {way}")]
        for path in ("/agents", "/agents/ada", "/metrics", "/-/effective/ada", "/nowhere"):
            async with server.session.get(server.http + path) as response:
                seen.append(await response.text())
        seen.append(repr(server.world.catalog.current.agents))
    told = [kind for line in seen if (kind := orjson.loads(line)["type"] if line.startswith('{"type"') else "")]
    assert told.count("tool_result") + told.count("tool_error") == len(WAYS)
    seen += [orjson.dumps(request.body).decode() for request in upstream.chat.requests]
    # The test's own server and client log for themselves.
    seen += [record.getMessage() + str(record.exc_info or "") for record in caplog.records if "runtime" in record.name]
    assert len(seen) > 3 * len(WAYS)
    for text in seen:
        for spelling in ("canary", quote(CANARY, safe="")):
            assert spelling not in text.casefold(), text[:2000]
