"""`localhost.pem` is a certificate for localhost, signed by itself, and its key: they protect nothing."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from runtime.providers.http.errors import ConnectError
from runtime.providers.http.pool import HttpPool
from tests.support.upstream import Chat, Hold, Upstream

CERTIFICATE = Path(__file__).parent / "localhost.pem"
BODY = b'{"model": "m", "messages": [{"role": "user", "content": "hi"}]}'


@pytest.fixture
async def secure() -> AsyncIterator[Upstream]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    async with Upstream(tls=context) as server:
        yield server


@pytest.fixture
async def pool() -> AsyncIterator[HttpPool]:
    pool = HttpPool()
    yield pool
    pool.close()


async def stream(pool: HttpPool, upstream: Upstream) -> bytes:
    response = await pool.request(
        f"{upstream.base_url}/chat/completions",
        headers={"authorization": "Bearer k"},
        body=BODY,
        deadline=asyncio.get_running_loop().time() + 5,
    )
    try:
        return await response.read(10_000)
    finally:
        response.close()


async def test_a_trusted_server_is_spoken_to_and_its_connection_kept(
    pool: HttpPool, secure: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    for _ in range(2):
        assert (await stream(pool, secure)).endswith(b"data: [DONE]\n\n")
    assert secure.connections == 1


async def test_a_server_that_is_not_trusted_gets_no_request(pool: HttpPool, secure: Upstream) -> None:
    with pytest.raises(ConnectError, match="not trusted"):
        await stream(pool, secure)
    assert secure.chat.started == 0


async def test_leaving_a_secure_stream_is_seen_by_the_server(
    pool: HttpPool, secure: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    hold = Hold()
    secure.chat.script(Chat("Hello there.", at={2: hold}))
    async with asyncio.TaskGroup() as group:
        task = group.create_task(stream(pool, secure))
        await hold.reached.wait()
        task.cancel()
        await secure.chat.wait(cancelled=1, in_flight=0)
