from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from runtime.providers.http.pool import HttpPool
from tests.providers.http.raw_server import CHUNKED, OK, Peer, RawServer

uvloop = pytest.importorskip("uvloop")


def run(story: Callable[[HttpPool], Awaitable[None]]) -> None:
    async def whole() -> None:
        pool = HttpPool()
        try:
            await story(pool)
        finally:
            pool.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(whole())


def test_connections_are_kept_on_uvloop() -> None:
    async def script(peer: Peer) -> None:
        while True:
            await peer.request()
            peer.send(OK)

    async def story(pool: HttpPool) -> None:
        async with RawServer(script) as server:
            for _ in range(3):
                deadline = asyncio.get_running_loop().time() + 5
                response = await pool.request(server.url, headers={}, deadline=deadline)
                assert await response.read(10) == b"ok"
            assert server.connections == 1

    run(story)


@pytest.mark.parametrize("body_bytes", [3, 2_000_000])
def test_leaving_a_response_closes_the_connection_at_once_on_uvloop(body_bytes: int) -> None:
    gone = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.request()
        peer.send(CHUNKED + b"%x\r\n" % body_bytes + bytes(body_bytes) + b"\r\n")
        await peer.gone()
        gone.set()

    async def story(pool: HttpPool) -> None:
        async with RawServer(script) as server:
            deadline = asyncio.get_running_loop().time() + 5
            response = await pool.request(server.url, headers={}, deadline=deadline)
            assert await response.take()
            response.close()
            async with asyncio.timeout(5):
                await gone.wait()

    run(story)


def test_a_server_waits_for_a_slow_reader_on_uvloop() -> None:
    total = 8_000_000

    async def script(peer: Peer) -> None:
        await peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % total + bytes(total))
        await peer.gone()

    async def story(pool: HttpPool) -> None:
        async with RawServer(script) as server:
            deadline = asyncio.get_running_loop().time() + 5
            response = await pool.request(server.url, headers={}, deadline=deadline)
            assert sum([len(piece) async for piece in response]) == total
            pool.close()

    run(story)
