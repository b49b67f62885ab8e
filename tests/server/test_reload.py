"""Reloading a server that talks: new sessions get what is new, running ones keep what they were born with."""

import asyncio
import gc
import os
import signal
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from runtime.catalog.watch import Watcher
from runtime.server.run import running, serve
from runtime.server.settings import ServerSettings
from tests.conftest import OpenHouse
from tests.support.house import House, text_of
from tests.support.specs import TEXT, TOOLS, VOICE
from tests.support.upstream import Call, Chat, Request, Upstream


def instructions(request: Request) -> Chat:
    """The agent says what it was told to be, so that a mixture would be heard."""
    return Chat(str(request.body["messages"][0]["content"]))


def folder_of(server: House) -> Path:
    return server.world.watcher._folder


async def reload(server: House) -> tuple[int, dict[str, object]]:
    async with server.session.post(server.http + "/-/reload") as response:
        return response.status, await response.json()


async def test_a_running_session_keeps_its_revision(house: OpenHouse, upstream: Upstream) -> None:
    server = await house({"bob": TEXT})
    upstream.chat.default = instructions
    async with server.connect("/bob") as old:
        assert text_of(await old.turn("Who?")) == "You are Bob."
        (folder_of(server) / "bob.yaml").write_text(TEXT.replace("Bob", "Rob"))
        assert await reload(server) == (200, {"generation": 2, "changed": ["bob"], "failed": []})
        assert text_of(await old.turn("Who?")) == "You are Bob."
        async with server.connect("/bob", greet=False) as new:
            assert (await new.hear())["generation"] == 2
            assert text_of(await new.turn("Who?")) == "You are Rob."
        status, agent = await server.get("/agents/bob")
        assert (status, agent["sessions"], agent["sessionsOnFormerRevisions"]) == (200, 1, 1)


async def test_a_broken_edit_is_told_and_talked_over(house: OpenHouse, upstream: Upstream) -> None:
    server = await house({"bob": TEXT})
    upstream.chat.default = instructions
    (folder_of(server) / "bob.yaml").write_text(TEXT.replace("voice:", "voise:"))
    status, report = await reload(server)
    assert (status, report["failed"]) == (422, ["bob"])
    assert "voise" in str(report["findings"])
    async with server.connect("/bob") as client:
        assert text_of(await client.turn("Who?")) == "You are Bob."
    _, agent = await server.get("/agents/bob")
    assert agent["state"] == "degraded"
    assert [finding["line"] for finding in agent["findings"]] == [2]
    assert "You are" not in str(agent)
    (folder_of(server) / "bob.yaml").write_text(TEXT)
    assert (await reload(server))[0] == 200
    _, agent = await server.get("/agents/bob")
    assert (agent["state"], agent["findings"]) == ("ready", [])


async def test_a_removed_agent_is_gone_for_new_sessions_alone(house: OpenHouse, upstream: Upstream) -> None:
    server = await house({"bob": TEXT, "ada": TEXT})
    upstream.chat.default = instructions
    async with server.connect("/bob") as client:
        (folder_of(server) / "bob.yaml").unlink()
        await reload(server)
        assert (await server.get("/bob"))[0] == 404
        assert text_of(await client.turn("Who?")) == "You are Bob."
    assert (await server.get("/agents/bob"))[0] == 404


async def test_places_for_tools_are_kept_for_agents_that_are_served_or_talked_to(
    house: OpenHouse, upstream: Upstream
) -> None:
    server = await house({"ada": VOICE, "demo_tools.py": TOOLS})
    kept, folder = server.world.toolbox.executors._of, folder_of(server)
    async with server.connect("/ada") as client:
        for number in range(20):
            (folder / f"ada{number or ''}.yaml").rename(folder / f"ada{number + 1}.yaml")
            await reload(server)
        gc.collect()
        assert sorted(kept) == ["ada", "ada20"]
        upstream.chat.script(Chat(calls=[Call("look", '{"city": "Rome"}')]), Chat("Fine."))
        assert "tool_result" in [heard["type"] for heard in await client.turn("Look")]
    async with asyncio.timeout(10):
        while list(kept) != ["ada20"]:  # the server notices that its client left
            await server.get("/healthz")
            gc.collect()


async def test_a_former_revision_can_be_brought_back(house: OpenHouse, upstream: Upstream) -> None:
    server = await house({"bob": TEXT})
    upstream.chat.default = instructions
    (folder_of(server) / "bob.yaml").write_text(TEXT.replace("Bob", "Rob"))
    await reload(server)
    async with server.session.post(server.http + "/-/rollback/bob") as response:
        assert (await response.json())["changed"] == ["bob"]
    async with server.connect("/bob") as client:
        assert text_of(await client.turn("Who?")) == "You are Bob."
    async with server.session.post(server.http + "/-/rollback/nobody") as response:
        assert response.status == 404


async def test_the_metrics_tell_of_reloads_and_sessions(house: OpenHouse) -> None:
    server = await house({"bob": TEXT, "bad": "model: 3\n"})
    async with server.connect("/bob"):
        await reload(server)
        async with server.session.get(server.http + "/metrics") as response:
            text = await response.text()
    assert 'callboard_config_last_reload_successful{agent="bob"} 1.0' in text
    assert 'callboard_config_last_reload_successful{agent="bad"} 0.0' in text
    assert 'callboard_config_reloads_total{agent="bad",result="failure"} 1.0' in text
    assert 'callboard_agents{state="ready"} 1.0' in text
    assert 'callboard_sessions_pinned{agent="bob",stale="false"} 1.0' in text
    assert "callboard_config_scan_last_timestamp_seconds" in text


@pytest.mark.timeout(120)
async def test_reloads_under_talking_sessions_lose_no_turn(house: OpenHouse, upstream: Upstream) -> None:
    server = await house({"bob": TEXT})
    upstream.chat.default = instructions
    file, over = folder_of(server) / "bob.yaml", asyncio.Event()

    async def talk() -> int:
        turns = 0
        while not over.is_set():
            async with server.connect("/bob") as client:
                first = text_of(await client.turn("Who?"))
                assert text_of(await client.turn("Who?")) == first, "one session, one revision"
                turns += 2
        return turns

    async with asyncio.TaskGroup() as tasks:
        talks = [tasks.create_task(talk()) for _ in range(20)]
        for number in range(100):
            file.write_text(TEXT.replace("Bob", f"Bob {number}"))
            assert (await reload(server))[0] == 200
        over.set()
    assert sum(each.result() for each in talks) > 100
    assert server.world.catalog.current.generation == 101


async def test_a_signal_reloads(tmp_path: Path, upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Watcher, "run", lambda self: self._stop.wait())
    (tmp_path / "bob.yaml").write_text(TEXT)
    told: asyncio.Queue[str] = asyncio.Queue()
    settings = ServerSettings(port=0, agents=tmp_path, env=dict(upstream.env))
    async with asyncio.TaskGroup() as tasks, asyncio.timeout(10):
        tasks.create_task(serve(settings, lambda _, url: told.put_nowait(url)))
        http = (await told.get()).replace("ws:", "http:")
        await asyncio.sleep(0)
        (tmp_path / "ada.yaml").write_text(TEXT)
        os.kill(os.getpid(), signal.SIGHUP)
        async with aiohttp.ClientSession() as session:
            while True:
                async with session.get(f"{http}/agents") as response:
                    if len((await response.json())["agents"]) == 2:
                        break
        os.kill(os.getpid(), signal.SIGTERM)


async def test_only_the_machine_itself_may_reload(
    tmp_path: Path, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bob.yaml").write_text(TEXT)
    monkeypatch.setattr(web.BaseRequest, "remote", "203.0.113.7")
    settings = ServerSettings(port=0, agents=tmp_path, env=dict(upstream.env))
    async with (
        running(settings) as (_, url),
        aiohttp.ClientSession() as session,
        session.post(url.replace("ws:", "http:") + "/-/reload") as response,
    ):
        assert response.status == 403
        assert "own machine" in (await response.json())["error"]
