"""Hostile tools: their session answers sensibly, and nobody else notices."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from runtime.tools.bounded import Limit
from tests.conftest import OpenHouse
from tests.support.crowd import STEADY, crowd
from tests.support.hostile import EXPECTED, MALLORY, answer, misuse, names_of, released
from tests.support.hostile_tools import TOOLS
from tests.support.house import House, kinds, open_house
from tests.support.order import check_order
from tests.support.specs import TEXT
from tests.support.upstream import Call, Chat, Upstream

SPECS = {
    "calm": TEXT.replace("voice: null", "voice: {name: alloy, format: pcm}"),
    "mallory": MALLORY,
    "mallory_tools.py": TOOLS,
}
ADDED_GAP = 0.25
"""Seconds, the length from which a tool that blocks is named. Alone a piece of sound is 2 to 7 ms late; beside these
tools 60 to 120, because a call such as `list(range(2_000_000))` holds Python's lock for 35 and frees what it made in
one go: no thread gets round that."""


async def compare(server: House, upstream: Upstream, beside: Callable[[], Awaitable[object]], seconds: float) -> None:
    """Fail where 50 speaking sessions are later beside something than they are without it for so long."""
    upstream.chat.default, upstream.speech.default = answer, STEADY
    async with crowd(server, "/calm") as alone:
        await asyncio.sleep(seconds)
    async with crowd(server, "/calm") as hurt:
        await beside()
    assert hurt.pieces > 100
    assert hurt.gap < alone.gap + ADDED_GAP
    assert hurt.loop < alone.loop + ADDED_GAP


@pytest.mark.timeout(90)
async def test_a_hostile_tool_hurts_nobody(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)

    async def misuse_all() -> None:
        async with server.connect("/mallory") as client:
            for name, expected in EXPECTED.items():
                told = await misuse(client, name)
                assert expected in told, name
                assert "hunter2" not in told, name
                assert len(told) < 70_000, name
            check_order(client.heard)

    async with released(server):
        await compare(server, upstream, misuse_all, 3)


@pytest.mark.timeout(90)
async def test_a_flood_of_progress_hurts_nobody(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)

    async def flood() -> None:
        async with server.connect("/mallory") as client:
            await misuse(client, "floods")
        await asyncio.sleep(0.5)

    await compare(server, upstream, flood, 1)


@pytest.mark.parametrize(
    ("name", "who", "where"),
    [
        ("blocks", "tool mallory.blocks", "mallory_tools.py:{} (blocks)"),
        ("checked", "checking the arguments of tool mallory.checked", "mallory_tools.py:{} (slowly)"),
        ("blocks_installed", "tool mallory.blocks_installed", "callboard_test_hostile.py:{} (blocks)"),
    ],
)
async def test_a_tool_that_blocks_everybody_is_named(
    tmp_path: Path,
    upstream: Upstream,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    who: str,
    where: str,
) -> None:
    (tmp_path / "callboard_test_hostile.py").write_text(TOOLS)
    monkeypatch.syspath_prepend(tmp_path)
    installed = "  blocks_installed: {python: 'callboard_test_hostile:blocks', timeout_ms: 300}\n"
    line = TOOLS.splitlines().index("    time.sleep(0.5)" if name == "checked" else "    time.sleep(1.2)") + 1
    upstream.chat.default = answer
    specs, allowed = SPECS | {"mallory": MALLORY + installed}, ("callboard_test_hostile",)
    with caplog.at_level(logging.ERROR, logger="runtime.tools"):
        async with open_house(tmp_path / "agents.d", specs, upstream.env, allowed) as server:
            async with server.connect("/mallory") as client:
                assert await misuse(client, name) in ('"done"', '"x"', f"{name} did not answer within 0.3 s")
            async with server.session.get(f"{server.http}/metrics") as response:
                metrics = await response.text()
    told = [record.getMessage() for record in caplog.records if "blocks the event loop" in record.getMessage()]
    assert all(each.startswith(f"{who} blocks the event loop at ") for each in told)
    assert all(where.format(line) in each for each in told)
    assert told
    assert f"callboard_tool_loop_blocks_total {len(told)}.0" in metrics


async def test_an_agent_whose_calls_run_on_beyond_their_time_is_degraded_and_recovers(
    house: OpenHouse, upstream: Upstream
) -> None:
    server = await house(SPECS)
    upstream.chat.default = answer
    async with released(server), server.connect("/mallory") as client:
        await misuse(client, "hangs")
        await misuse(client, "swallows")
        assert await states(server) == {"calm": "ready", "mallory": "degraded"}
        async with server.session.get(f"{server.http}/metrics") as response:
            assert 'callboard_tool_calls_stuck{agent="mallory"} 2.0' in await response.text()
        assert await misuse(client, "nan") == EXPECTED["nan"], "other tools go on"
        names_of(server)["gate"].set()
        await until_state(server, "ready")


async def until_state(server: House, state: str) -> None:
    for _ in range(500):
        if (await states(server))["mallory"] == state:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"never {state}")


async def states(server: House) -> dict[str, str]:
    async with server.session.get(f"{server.http}/agents") as response:
        return {agent["name"]: agent["state"] for agent in (await response.json())["agents"]}


async def test_when_every_thread_is_lost_the_model_is_told_at_once(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    upstream.chat.default = answer
    executor = server.world.toolbox.executors.of("mallory")
    gate = threading.Event()
    lost = [asyncio.ensure_future(executor.in_thread(gate.wait, {}, Limit(0))) for _ in range(16)]
    for each in lost:
        await asyncio.sleep(0.01)  # a thread takes it
        each.cancel()
        await asyncio.wait((each,))
    async with server.connect("/mallory") as client:
        assert executor.stuck == 16
        assert "hold every thread" in await misuse(client, "nan")
    gate.set()


async def test_equal_calls_of_a_turn_run_once(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    upstream.chat.script(Chat(calls=[Call("counts"), Call("counts")]), Chat(calls=[Call("counts")]), Chat("Once."))
    async with server.connect("/mallory") as client:
        heard = await client.turn("Count")
    assert [each["result"] for each in heard if each["type"] == "tool_result"] == [1, 1, 1]


async def test_an_interrupted_function_that_still_has_time_does_not_make_its_agent_look_ill(
    house: OpenHouse, upstream: Upstream
) -> None:
    server = await house(SPECS | {"mallory": MALLORY.replace("300}", "20000, on_interrupt: cancel}")})
    upstream.chat.default = answer
    async with released(server), server.connect("/mallory") as client:
        await client.say("hangs")
        await client.until("tool_call")
        assert await asyncio.to_thread(names_of(server)["hanging"].wait, 20)
        await client.say("Never mind")
        await client.until("response_complete", interrupted=True)
        await client.until("response_complete")
        assert server.world.toolbox.executors.of("mallory")._threads.abandoned == 1
        assert (await states(server))["mallory"] == "ready"


async def test_a_user_may_interrupt_a_stuck_tool(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    upstream.chat.default = answer
    async with released(server), server.connect("/mallory") as client:
        await client.say("hangs")
        await client.until("tool_call")
        heard = await client.turn("Never mind")
        assert kinds(heard)[-1] == "response_complete"
        heard = await client.until("response_complete")
        assert heard[-1]["text"].endswith("ten.")
