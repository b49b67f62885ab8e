from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from runtime.providers.http.connection import Connection
from runtime.providers.http.errors import ConnectError, DisconnectedError, ReadTimeoutError
from runtime.providers.http.pool import HttpPool
from runtime.providers.http.response import Response
from tests.providers.http.raw_server import CHUNKED, OK, Peer, RawServer


@pytest.fixture
async def pool() -> AsyncIterator[HttpPool]:
    pool = HttpPool()
    yield pool
    pool.close()


@asynccontextmanager
async def pool_of(*, limit: int = 1000, idle_timeout: float = 45.0) -> AsyncIterator[HttpPool]:
    pool = HttpPool(limit=limit, idle_timeout=idle_timeout)
    try:
        yield pool
    finally:
        pool.close()


async def ask(pool: HttpPool, server: RawServer, seconds: float = 5.0) -> Response:
    deadline = asyncio.get_running_loop().time() + seconds
    return await pool.request(server.url, headers={}, body=b"{}", deadline=deadline)


async def ask_all(pool: HttpPool, server: RawServer) -> bytes:
    response = await ask(pool, server)
    return await response.read(1000)


async def always_ok(peer: Peer) -> None:
    while True:
        await peer.request()
        peer.send(OK)


def first_part_then(gone: asyncio.Event) -> Callable[[Peer], Awaitable[None]]:
    """A server that sends the first part of a body and no more, and sets `gone` when its client leaves."""

    async def script(peer: Peer) -> None:
        await peer.request()
        peer.send(CHUNKED + b"3\r\none\r\n")
        await peer.gone()
        gone.set()

    return script


async def test_a_connection_is_used_again(pool: HttpPool) -> None:
    async with RawServer(always_ok) as server:
        for _ in range(5):
            assert await ask_all(pool, server) == b"ok"
        assert server.connections == 1


async def test_requests_at_once_have_a_connection_each(pool: HttpPool) -> None:
    async with RawServer(always_ok) as server:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(ask_all(pool, server)) for _ in range(5)]
        assert [task.result() for task in tasks] == [b"ok"] * 5
        assert server.connections == 5


async def test_a_piece_is_read_before_the_next_one_is_sent(pool: HttpPool) -> None:
    go_on = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.request()
        peer.send(CHUNKED + b"3\r\none\r\n")
        await go_on.wait()
        peer.send(b"3\r\ntwo\r\n0\r\n\r\n")
        await peer.gone()

    async with RawServer(script) as server:
        response = await ask(pool, server)
        assert await response.take() == b"one"
        go_on.set()
        assert await response.take() == b"two"
        assert await response.take() == b""
        pool.close()


async def test_a_kept_connection_that_the_server_closed_is_not_used(pool: HttpPool) -> None:
    closed = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.request()
        peer.send(OK)
        if peer.number == 1:
            peer.close()
            closed.set()
        await peer.gone()

    async with RawServer(script) as server:
        assert await ask_all(pool, server) == b"ok"
        await closed.wait()
        assert await ask_all(pool, server) == b"ok"
        assert server.connections == 2
        pool.close()


async def test_a_request_that_dies_on_a_kept_connection_is_sent_again(pool: HttpPool) -> None:
    requests: list[int] = []

    async def script(peer: Peer) -> None:
        await peer.request()
        requests.append(peer.number)
        peer.send(OK)
        await peer.request()
        requests.append(peer.number)  # the second on the first connection: dropped without a byte

    async with RawServer(script) as server:
        assert await ask_all(pool, server) == b"ok"
        assert await ask_all(pool, server) == b"ok"
        assert requests == [1, 1, 2]
        pool.close()


async def test_a_request_that_dies_on_a_new_connection_is_not_sent_again(pool: HttpPool) -> None:
    async def script(peer: Peer) -> None:
        await peer.request()

    async with RawServer(script) as server:
        with pytest.raises(DisconnectedError):
            await ask(pool, server)
        assert server.connections == 1


async def test_a_request_whose_answer_began_is_not_sent_again(pool: HttpPool) -> None:
    async def script(peer: Peer) -> None:
        await peer.request()
        peer.send(OK)
        await peer.request()
        peer.send(b"HTTP/1.1 2")
        await peer.flushed()
        peer.close()
        await peer.gone()

    async with RawServer(script) as server:
        assert await ask_all(pool, server) == b"ok"
        with pytest.raises(DisconnectedError):
            await ask(pool, server)
        assert server.connections == 1


async def test_closing_a_response_closes_its_connection_at_once(pool: HttpPool) -> None:
    gone = asyncio.Event()
    async with RawServer(first_part_then(gone)) as server:
        response = await ask(pool, server)
        assert await response.take() == b"one"
        response.close()
        async with asyncio.timeout(5):
            await gone.wait()


async def test_a_cancelled_request_closes_its_connection(pool: HttpPool) -> None:
    asked, gone = asyncio.Event(), asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.request()
        asked.set()
        await peer.gone()
        gone.set()

    async with RawServer(script) as server:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(ask(pool, server))
            await asked.wait()
            task.cancel()
        async with asyncio.timeout(5):
            await gone.wait()


async def test_nothing_listens_there(pool: HttpPool) -> None:
    async with RawServer(always_ok) as server:
        pass
    with pytest.raises(ConnectError, match="cannot be reached"):
        await ask(pool, server)


async def test_a_name_that_cannot_be_a_host_is_not_reached(pool: HttpPool) -> None:
    deadline = asyncio.get_running_loop().time() + 5
    with pytest.raises(ConnectError):
        await pool.request(f"http://{'a' * 70}.invalid/", headers={}, deadline=deadline)


async def test_headers_that_do_not_come_in_time(pool: HttpPool) -> None:
    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.gone()

    async with RawServer(script) as server:
        with pytest.raises(ReadTimeoutError):
            await ask(pool, server, seconds=0.03)


async def test_a_body_that_stalls_is_given_up_after_the_idle_time(pool: HttpPool) -> None:
    gone = asyncio.Event()
    async with RawServer(first_part_then(gone)) as server:
        response = await ask(pool, server)
        response.limit(asyncio.get_running_loop().time() + 60, idle=0.03)
        assert await response.take() == b"one"
        with pytest.raises(ReadTimeoutError):
            await response.take()
        async with asyncio.timeout(5):
            await gone.wait()
        response.limit(0.0)  # too late to matter


async def test_requests_beyond_the_limit_wait_for_a_connection() -> None:
    both_busy = asyncio.Barrier(2)

    async def script(peer: Peer) -> None:
        while True:
            await peer.request()
            await both_busy.wait()
            peer.send(OK)

    async with RawServer(script) as server, pool_of(limit=2) as pool:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(ask_all(pool, server)) for _ in range(10)]
        assert [task.result() for task in tasks] == [b"ok"] * 10
        assert server.connections == 2


async def test_waiting_for_a_connection_ends_at_the_deadline() -> None:
    async def script(peer: Peer) -> None:
        await peer.request()
        peer.send(CHUNKED)
        await peer.gone()

    async with RawServer(script) as server, pool_of(limit=1) as pool:
        response = await ask(pool, server)
        with pytest.raises(ConnectError, match="busy"):
            await ask(pool, server, seconds=0.02)
        response.close()
        (await ask(pool, server)).close()  # the permit came back


async def test_a_failed_connection_gives_its_permit_back() -> None:
    async with RawServer(always_ok) as server:
        pass
    async with pool_of(limit=1) as pool:
        for _ in range(3):
            with pytest.raises(ConnectError, match="reached"):
                await ask(pool, server)


async def test_connections_that_were_idle_too_long_are_dropped() -> None:
    async with RawServer(always_ok) as server, pool_of(idle_timeout=-1.0) as pool:
        for _ in range(3):
            assert await ask_all(pool, server) == b"ok"
        assert server.connections == 3


async def test_a_connection_that_grew_old_is_dropped_when_the_next_request_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = asyncio.get_running_loop()
    async with RawServer(always_ok) as server, pool_of(idle_timeout=45.0) as pool:
        assert await ask_all(pool, server) == b"ok"
        real = loop.time
        monkeypatch.setattr(loop, "time", lambda: real() + 50)
        assert await ask_all(pool, server) == b"ok"
        assert server.connections == 2


async def test_the_last_connection_returned_is_lent_first(pool: HttpPool) -> None:
    numbers: list[int] = []
    both_busy = asyncio.Barrier(2)

    async def script(peer: Peer) -> None:
        await peer.request()
        await both_busy.wait()
        if peer.number == 1:
            peer.send(OK)
        else:
            peer.send(CHUNKED)
            await second_ends.wait()
            peer.send(b"0\r\n\r\n")
        while True:
            await peer.request()
            numbers.append(peer.number)
            peer.send(OK)

    second_ends = asyncio.Event()
    async with RawServer(script) as server:
        async with asyncio.TaskGroup() as group:
            first = group.create_task(ask(pool, server))
            second = group.create_task(ask(pool, server))
        second_ends.set()
        for task in (first, second):
            await task.result().read(10)
        for _ in range(3):
            assert await ask_all(pool, server) == b"ok"
        assert numbers == [2, 2, 2]


async def test_a_closed_pool_keeps_no_connection() -> None:
    closed, gone = asyncio.Event(), asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.request()
        peer.send(CHUNKED + b"2\r\nok\r\n")
        await closed.wait()
        peer.send(b"0\r\n\r\n")
        await peer.gone()
        gone.set()

    pool = HttpPool()
    async with RawServer(script) as server:
        response = await ask(pool, server)
        pool.close()
        closed.set()
        assert await response.read(100) == b"ok"
        async with asyncio.timeout(5):
            await gone.wait()


async def test_the_server_is_made_to_wait_while_nobody_reads(pool: HttpPool) -> None:
    sent = 0
    stuck = asyncio.Event()
    total = 64 * 1024 * 1024

    async def script(peer: Peer) -> None:
        nonlocal sent
        await peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % total)
        block = bytes(256 * 1024)
        while sent < total:
            peer.send(block)
            sent += len(block)
            try:
                async with asyncio.timeout(0.2):
                    await peer.flushed()
            except TimeoutError:
                stuck.set()
                await peer.flushed()
        await peer.gone()

    async with RawServer(script) as server:
        response = await ask(pool, server)
        async with asyncio.timeout(10):
            await stuck.wait()
        assert sent < total
        received = 0
        async for piece in response:
            received += len(piece)
        assert received == total
        pool.close()


async def test_a_pool_belongs_to_one_loop(pool: HttpPool) -> None:
    async with RawServer(always_ok) as server:
        assert await ask_all(pool, server) == b"ok"

        def elsewhere() -> None:
            asyncio.run(ask_all(pool, server))

        with pytest.raises(RuntimeError, match="another event loop"):
            await asyncio.to_thread(elsewhere)


async def test_nothing_is_left_for_the_garbage_collector(pool: HttpPool) -> None:
    async def script(peer: Peer) -> None:
        await peer.request()
        peer.send(OK)
        await peer.request()
        peer.send(CHUNKED + b"2\r\nok\r\n")
        await peer.gone()

    def alive() -> int:
        return sum(isinstance(thing, (Response, Connection)) for thing in gc.get_objects())

    gone = asyncio.Event()
    async with RawServer(script) as server:
        gc.collect()
        gc.disable()
        try:
            before = alive()
            for _ in range(5):
                assert await ask_all(pool, server) == b"ok"
                (await ask(pool, server)).close()
            asyncio.get_running_loop().call_later(0, gone.set)
            await gone.wait()
            assert alive() == before
        finally:
            gc.enable()
