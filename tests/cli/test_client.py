"""One WebSocket conversation, with a server that may misbehave."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpServer

from runtime.cli.address import Address
from runtime.cli.client import connect
from runtime.errors import CallboardError
from tests.cli.stage import INIT, Leave, Stage


async def on(stage: Stage, aiohttp_server: AiohttpServer) -> Address:
    server = await aiohttp_server(stage.app())
    return Address("127.0.0.1", int(server.port or 0))


def first(group: pytest.ExceptionInfo[BaseExceptionGroup[Any]]) -> str:
    return str(group.value.exceptions[0])


async def test_messages_go_both_ways(aiohttp_server: AiohttpServer) -> None:
    stage = Stage(answer=lambda message: [{"type": "echo", "of": message}])
    async with connect(await on(stage, aiohttp_server), "/front/ada", {"guest": "Zoë"}) as connection:
        assert await connection.receive() == INIT
        await connection.send({"type": "transcript", "text": "hi"})
        assert await connection.receive() == {"type": "echo", "of": {"type": "transcript", "text": "hi"}}
        connection.ensure_open()
    assert stage.queries == [{"guest": "Zoë"}]


@pytest.mark.parametrize(
    ("code", "words"),
    [(1001, "it is shutting down"), (1011, "something went wrong on its side"), (4321, "the connection broke")],
)
async def test_a_server_that_leaves_is_told_in_words(aiohttp_server: AiohttpServer, code: int, words: str) -> None:
    address = await on(Stage(opening=[Leave(code)]), aiohttp_server)
    with pytest.raises(BaseExceptionGroup) as caught:
        async with connect(address, "/front/ada", {}) as connection:
            await connection.receive()
    assert first(caught) == f"The server ended the conversation: {words}."


async def test_who_waits_for_the_end_is_called(aiohttp_server: AiohttpServer) -> None:
    address = await on(Stage(answer=lambda _: [Leave(1000)]), aiohttp_server)
    left = asyncio.Event()

    async def talk() -> None:
        async with connect(address, "/front/ada", {}) as connection:
            connection.when_closed(left.set)
            await connection.send({"type": "transcript", "text": "hi"})
            await left.wait()
            connection.ensure_open()

    with pytest.raises(BaseExceptionGroup) as caught:
        await talk()
    assert first(caught) == "The server ended the conversation: it said goodbye."


async def test_nothing_can_be_sent_to_a_server_that_has_left(aiohttp_server: AiohttpServer) -> None:
    address = await on(Stage(opening=[]), aiohttp_server)

    async def talk() -> None:
        async with connect(address, "/front/ada", {}) as connection:
            await connection._websocket.close()
            await connection.send({"type": "transcript", "text": "hi"})

    with pytest.raises(BaseExceptionGroup) as caught:
        await talk()
    assert first(caught).startswith("The server ended the conversation: ")


@pytest.mark.parametrize("frame", ["no json", "[]", "{}", '{"type": 3}'])
async def test_what_is_no_message_ends_the_conversation(aiohttp_server: AiohttpServer, frame: str) -> None:
    address = await on(Stage(opening=[frame]), aiohttp_server)
    with pytest.raises(BaseExceptionGroup) as caught:
        async with connect(address, "/front/ada", {}) as connection:
            await connection.receive()
    assert first(caught) == "The server sent something that is no message of the protocol."


async def test_binary_frames_are_passed_over(aiohttp_server: AiohttpServer) -> None:
    async def handler(request: web.Request) -> web.WebSocketResponse:
        websocket = web.WebSocketResponse()
        await websocket.prepare(request)
        await websocket.send_bytes(b"sound")
        await websocket.send_json(INIT)
        await websocket.receive()
        return websocket

    app = web.Application()
    app.router.add_get("/ada", handler)
    server = await aiohttp_server(app)
    async with connect(Address("127.0.0.1", int(server.port or 0)), "/ada", {}) as connection:
        assert await connection.receive() == INIT


async def test_a_refused_handshake_is_told_in_the_servers_words(aiohttp_server: AiohttpServer) -> None:
    async def refuse(_request: web.Request) -> web.Response:
        return web.json_response({"error": "The query parameter 'guest' is \x1b missing."}, status=400)

    async def mumble(_request: web.Request) -> web.Response:
        return web.json_response(["no"], status=503)

    app = web.Application()
    app.router.add_get("/ada", refuse)
    app.router.add_get("/bob", mumble)
    server = await aiohttp_server(app)
    for path, ending in (
        ("/ada", "(HTTP 400): The query parameter 'guest' is \ufffd missing."),
        ("/bob", "(HTTP 503)."),
        ("/x", "(HTTP 404)."),
    ):
        with pytest.raises(BaseExceptionGroup) as caught:
            async with connect(Address("127.0.0.1", int(server.port or 0)), path, {"a": "b"}):
                raise AssertionError(path)
        assert first(caught).endswith(f"{path} refused the conversation {ending}")


async def test_an_answer_that_is_no_handshake_is_told(aiohttp_server: AiohttpServer) -> None:
    async def greet(_request: web.Request) -> web.Response:
        return web.Response(text="hello")

    app = web.Application()
    app.router.add_get("/ada", greet)
    server = await aiohttp_server(app)
    with pytest.raises(BaseExceptionGroup) as caught:
        async with connect(Address("127.0.0.1", int(server.port or 0)), "/ada", {}):
            raise AssertionError
    assert first(caught).endswith("/ada does not speak WebSocket (HTTP 200).")


async def test_a_server_that_is_not_there_is_one_sentence(unused_tcp_port: int) -> None:
    with pytest.raises(BaseExceptionGroup) as caught:
        async with connect(Address("127.0.0.1", unused_tcp_port), "/ada", {}):
            raise AssertionError
    assert isinstance(caught.value.exceptions[0], CallboardError)
    assert first(caught).startswith(f"Cannot reach a server at ws://127.0.0.1:{unused_tcp_port} (")
