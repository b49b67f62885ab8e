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
