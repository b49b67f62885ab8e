"""Tools that do what no tool should: their session answers sensibly, and nobody else notices.

Not among them is `os._exit`, which ends the process before anybody can object.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest

from runtime.tools.bounded import Limit
from tests.conftest import OpenHouse
from tests.support.house import Client, House, kinds
from tests.support.order import check_order
from tests.support.specs import TEXT
from tests.support.upstream import Call, Chat, Request, Upstream

HOSTILE = """\
model: gpt-4o
voice: null
transcription: null
instructions: You are Mallory.
tools:
"""
TOOLS = '''\
import asyncio
import sys
import threading
import time

gate = threading.Event()
hanging = threading.Event()
calls = []


def raises() -> str:
    """Raise."""
    raise RuntimeError("the password is hunter2")


def exits() -> str:
    """Exit."""
    sys.exit(3)


async def exits_async() -> str:
    """Exit."""
    sys.exit(3)


async def interrupts() -> str:
    """Pretend to be Ctrl-C."""
    raise KeyboardInterrupt


def hangs() -> str:
    """Hang."""
    hanging.set()
    gate.wait()
    return "late"


async def hangs_async() -> str:
    """Hang."""
    await asyncio.Event().wait()
    return "never"


async def swallows() -> str:
    """Hang, and will not be cancelled."""
    while not gate.is_set():
        try:
            await asyncio.sleep(0.02)
        except asyncio.CancelledError:
            pass
    return "late"


async def blocks() -> str:
    """Block everybody."""
    time.sleep(1.2)
    return "done"


def huge_text() -> str:
    """Return 50 MB."""
    return "x" * 50_000_000


async def huge_text_async() -> str:
    """Return 50 MB."""
    return "x" * 50_000_000


def huge_list() -> list[int]:
    """Return a list of millions."""
    return list(range(2_000_000))


def cycle() -> list[object]:
    """Return what holds itself."""
    found: list[object] = []
    found.append(found)
    return found


def nan() -> dict[str, float]:
    """Return what JSON has not."""
    return {"x": float("nan"), "y": float("inf")}


def raw() -> bytes:
    """Return bytes."""
    return b"\\x00\\xff"


async def counts() -> int:
    """Count the calls."""
    calls.append(1)
    await asyncio.sleep(0.05)
    return len(calls)
'''
NAMES = [line.split("def ")[1].split("(")[0] for line in TOOLS.splitlines() if "def " in line]
SPECS = {
    "calm": TEXT,
    "mallory": HOSTILE + "".join(f"  {name}: {{python: 'mallory_tools:{name}', timeout_ms: 300}}\n" for name in NAMES),
    "mallory_tools.py": TOOLS,
}
FAILED = "The tool failed: "
EXPECTED = {
    "raises": f"{FAILED}RuntimeError",
    "exits": f"{FAILED}SystemExit",
    "exits_async": f"{FAILED}SystemExit",
    "interrupts": f"{FAILED}KeyboardInterrupt",
    "hangs": "hangs did not answer within 0.3 s",
    "hangs_async": "hangs_async did not answer within 0.3 s",
    "swallows": "swallows did not answer within 0.3 s",
    "huge_text": "… (truncated)",
    "huge_text_async": "… (truncated)",
    "huge_list": "more items",
    "cycle": "The result contains itself",
    "nan": '{"x":null,"y":null}',
    "raw": "The result holds a value of type `bytes`, which JSON cannot carry",
}
ADDED_GAP = 0.25
"""Seconds. On a busy machine 50 sessions are late by tens of milliseconds without any tool."""


def answer(request: Request) -> Chat:
    """Whoever names a tool gets it called."""
    last = request.body["messages"][-1]
    if last["role"] == "user" and last["content"] in NAMES:
        return Chat(calls=[Call(last["content"], "{}")])
    return Chat("One two three four five six seven eight nine ten.")


class Lateness:
    """The longest time that the loop, and with it every session, stood still."""

    worst = 0.0

    async def watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + 0.005
            await asyncio.sleep(0.005)
            self.worst = max(self.worst, loop.time() - due)


@asynccontextmanager
async def crowd(server: House, count: int = 50) -> AsyncIterator[Lateness]:
    """That many sessions of another agent, each in one turn after the other."""
    lateness = Lateness()

    async def talk() -> None:
        async with server.connect("/calm") as client:
            while True:
                heard = await client.turn("Count.")
                assert heard[-1]["text"].endswith("ten.")
                client.heard.clear()
                await asyncio.sleep(0.05)

    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(talk()) for _ in range(count)]
        await asyncio.sleep(0.5)  # all are in the middle of it
        running.append(tasks.create_task(lateness.watch()))
        try:
            yield lateness
        finally:
            for task in running:
                task.cancel()


def names_of(server: House) -> dict[str, Any]:
    """The names of the hostile tools' module."""
    agent = server.world.catalog.current.entries["mallory"].blueprint
    assert agent is not None
    names: dict[str, Any] = agent.tools["hangs"]._found.function.__globals__  # type: ignore[attr-defined]  # a PythonTool
    return names


def release(server: House) -> None:
    """Let hung tools go on."""
    names_of(server)["gate"].set()


async def misuse(client: Client, name: str) -> str:
    """Have a tool called, and return what the model was told."""
    heard = await client.turn(name)
    outcome = next(each for each in heard if each["type"] in ("tool_result", "tool_error"))
    assert heard[-1]["text"].endswith("ten."), "the agent speaks on"
    assert not heard[-1]["interrupted"]
    return str(outcome["error"]) if outcome["type"] == "tool_error" else orjson.dumps(outcome["result"]).decode()


@pytest.mark.timeout(90)
async def test_a_hostile_tool_hurts_nobody(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    upstream.chat.default = answer
    async with crowd(server) as alone:
        await asyncio.sleep(1)
    async with crowd(server) as beside, server.connect("/mallory") as client:
        for name, expected in EXPECTED.items():
            told = await misuse(client, name)
            assert expected in told, name
            assert "hunter2" not in told
            assert len(told) < 70_000
        check_order(client.heard)
    release(server)
    assert beside.worst < alone.worst + ADDED_GAP


async def test_a_tool_that_blocks_everybody_is_named(
    house: OpenHouse, upstream: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    server = await house(SPECS)
    upstream.chat.default = answer
    line = TOOLS.splitlines().index("    time.sleep(1.2)") + 1
    with caplog.at_level(logging.ERROR, logger="runtime.tools"):
        async with server.connect("/mallory") as client:
            assert await misuse(client, "blocks") in ('"done"', "blocks did not answer within 0.3 s")
    (told,) = [record.getMessage() for record in caplog.records if "blocks the event loop" in record.getMessage()]
    assert told.startswith("tool mallory.blocks blocks the event loop at ")
    assert f"mallory_tools.py:{line} (blocks)" in told
    async with server.session.get(f"{server.http}/metrics") as response:
        assert "callboard_tool_loop_blocks_total 1.0" in await response.text()


async def test_an_agent_whose_calls_run_on_beyond_their_time_is_degraded_and_recovers(
    house: OpenHouse, upstream: Upstream
) -> None:
    server = await house(SPECS)
    upstream.chat.default = answer
    async with server.connect("/mallory") as client:
        await misuse(client, "hangs")
        await misuse(client, "swallows")
        assert await states(server) == {"calm": "ready", "mallory": "degraded"}
        async with server.session.get(f"{server.http}/metrics") as response:
            assert 'callboard_tool_calls_stuck{agent="mallory"} 2.0' in await response.text()
        assert await misuse(client, "nan") == EXPECTED["nan"], "other tools go on"
        release(server)
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
    server = await house(SPECS | {"mallory": SPECS["mallory"].replace("300}", "20000, on_interrupt: cancel}")})
    upstream.chat.default = answer
    async with server.connect("/mallory") as client:
        await client.say("hangs")
        await client.until("tool_call")
        assert await asyncio.to_thread(names_of(server)["hanging"].wait, 20)
        await client.say("Never mind")
        await client.until("response_complete", interrupted=True)
        await client.until("response_complete")
        assert server.world.toolbox.executors.of("mallory")._threads.abandoned == 1
        assert (await states(server))["mallory"] == "ready"
    release(server)


async def test_a_user_may_interrupt_a_stuck_tool(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    upstream.chat.default = answer
    async with server.connect("/mallory") as client:
        await client.say("hangs")
        await client.until("tool_call")
        heard = await client.turn("Never mind")
        assert kinds(heard)[-1] == "response_complete"
        heard = await client.until("response_complete")
        assert heard[-1]["text"].endswith("ten.")
    release(server)
