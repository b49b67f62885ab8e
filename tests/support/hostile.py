"""The agent that has hostile tools, and a model that calls them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson

from tests.support.hostile_tools import TOOLS
from tests.support.house import Client, House
from tests.support.upstream import Call, Chat, Request

HOSTILE = """\
model: gpt-4o
voice: null
transcription: null
instructions: You are Mallory.
tools:
"""
NAMES = [name for name in re.findall(r"(?m)^(?:async )?def (\w+)", TOOLS) if name not in ("slowly", "unspeakably")]
MALLORY = HOSTILE + "".join(f"  {name}: {{python: 'mallory_tools:{name}', timeout_ms: 300}}\n" for name in NAMES)
FAILED = "The tool failed: "
EXPECTED = {
    "raises": f"{FAILED}RuntimeError",
    "exits": f"{FAILED}SystemExit",
    "exits_async": f"{FAILED}SystemExit",
    "interrupts": f"{FAILED}KeyboardInterrupt",
    "exits_in_a_task": f"{FAILED}RuntimeError",
    "ends_like_a_generator": f"{FAILED}GeneratorExit",
    "says_nothing": f"{FAILED}ToolError",
    "hangs": "hangs did not answer within 0.3 s",
    "hangs_async": "hangs_async did not answer within 0.3 s",
    "swallows": "swallows did not answer within 0.3 s",
    "huge_text": "… (truncated)",
    "huge_text_async": "… (truncated)",
    "huge_list": "more items",
    "cycle": "The result contains itself",
    "nan": '{"x":null,"y":null}',
    "raw": "The result holds a value of type `bytes`, which JSON cannot carry",
    "lies": f"{FAILED}RuntimeError",
    "lies_async": f"{FAILED}RuntimeError",
    "shy": f"{FAILED}RuntimeError",
    "unspeakable": f"{FAILED}Unspeakable",
    "unspeakable_async": f"{FAILED}Unspeakable",
    "unspeakable_tool_error": f"{FAILED}UnspeakableToolError",
    "checked_unspeakably": f"{FAILED}UnspeakableToolError",
    "generator": "The result holds a value of type `generator`, which JSON cannot carry",
    "coroutine": "coroutine did not answer within 0.3 s",
    "coroutine_async": "The result holds a value of type `coroutine`, which JSON cannot carry",
    "starts_a_thread": '"started"',
}
"""What the model is told of each that hurts nobody, or a part of it."""


def answer(request: Request) -> Chat:
    """Whoever names a tool gets it called."""
    last = request.body["messages"][-1]
    if last["role"] == "user" and last["content"] in (*NAMES, "blocks_installed"):
        arguments = '{"text": "x"}' if last["content"].startswith("checked") else "{}"
        return Chat(calls=[Call(last["content"], arguments)])
    return Chat("One two three four five six seven eight nine ten.")


async def misuse(client: Client, name: str) -> str:
    """Have a tool called, and return what the model was told."""
    heard = await client.turn(name)
    outcome = next(each for each in heard if each["type"] in ("tool_result", "tool_error"))
    assert heard[-1]["text"].endswith("ten."), "the agent speaks on"
    assert not heard[-1]["interrupted"]
    return str(outcome["error"]) if outcome["type"] == "tool_error" else orjson.dumps(outcome["result"]).decode()


def names_of(server: House) -> dict[str, Any]:
    """The names of the hostile tools' module."""
    agent = server.world.catalog.current.entries["mallory"].blueprint
    assert agent is not None
    names: dict[str, Any] = agent.tools["hangs"]._found.function.__globals__  # type: ignore[attr-defined]  # a PythonTool
    return names


@asynccontextmanager
async def released(server: House) -> AsyncIterator[None]:
    """At the end, whatever came of it, hung tools are let go on: the loop could not be closed otherwise."""
    names = names_of(server)
    try:
        yield
    finally:
        names["gate"].set()
        for coroutine in names["made"]:  # Python warns of those that nobody has awaited
            coroutine.close()
