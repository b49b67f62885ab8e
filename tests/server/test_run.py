"""The process: it listens, tells where, leaves cleanly, and says in words what is in the way."""

import asyncio
import os
import signal
import socket
from pathlib import Path

import aiohttp
import pytest

from runtime.catalog.snapshot import Snapshot
from runtime.errors import UsageError
from runtime.server.run import serve
from runtime.server.settings import ServerSettings
from tests.support.specs import TEXT
from tests.support.upstream import Chat, Hold, Upstream


@pytest.fixture
def agents(tmp_path: Path) -> Path:
    (tmp_path / "bob.yaml").write_text(TEXT)
    return tmp_path


async def test_a_server_that_is_stopped_says_goodbye(agents: Path, upstream: Upstream) -> None:
    told: asyncio.Queue[tuple[Snapshot, str]] = asyncio.Queue()
    upstream.chat.script(Chat("One two three.", at={2: Hold()}))
    settings = ServerSettings(port=0, agents=agents, env=dict(upstream.env))
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(serve(settings, lambda snapshot, url: told.put_nowait((snapshot, url))))
        snapshot, url = await told.get()
        assert [agent.name for agent in snapshot.agents] == ["bob"]
        async with aiohttp.ClientSession() as session, session.ws_connect(f"{url}/bob") as client:
            await client.send_str('{"type": "transcript", "text": "Hi"}')
            await upstream.chat.wait(in_flight=1)
            os.kill(os.getpid(), signal.SIGTERM)
            while (message := await client.receive()).type is aiohttp.WSMsgType.TEXT:
                pass
            assert message.type is aiohttp.WSMsgType.CLOSE
            assert client.close_code == 1001
        await running
    await upstream.chat.wait(in_flight=0)
    assert upstream.chat.cancelled == 1


async def test_an_address_in_use_is_one_clear_line(agents: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = ServerSettings(port=taken.getsockname()[1], agents=agents, env={"OPENAI_API_KEY": "k"})
        with pytest.raises(UsageError, match=r"Cannot listen on 127.0.0.1:\d+: .*Choose another --port"):
            await serve(settings, lambda *_: None)


async def test_an_address_of_another_machine_is_advised_on(agents: Path) -> None:
    settings = ServerSettings(host="203.0.113.7", port=0, agents=agents, env={"OPENAI_API_KEY": "k"})
    with pytest.raises(UsageError, match="Choose a --host of this machine"):
        await serve(settings, lambda *_: None)


@pytest.mark.timeout(30)
async def test_a_client_that_reads_nothing_does_not_hold_up_the_end(agents: Path, upstream: Upstream) -> None:
    told: asyncio.Queue[str] = asyncio.Queue()
    upstream.chat.script(Chat([word * 1000 for word in ["abc "] * 2000]))
    settings = ServerSettings(port=0, agents=agents, env=dict(upstream.env))
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(serve(settings, lambda _, url: told.put_nowait(url)))
        port = int((await told.get()).rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(HANDSHAKE % port)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(masked(b'{"type":"transcript","text":"Go on."}'))
        await writer.drain()
        await upstream.chat.wait(completed=1)
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(10):
            await asyncio.wait([running])
        writer.close()


HANDSHAKE = (
    b"GET /bob HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


def masked(text: bytes) -> bytes:
    """A text frame as clients send it, with a mask of zeros (RFC 6455 section 5.3)."""
    assert len(text) < 126
    return bytes([0x81, 0x80 | len(text)]) + bytes(4) + text
