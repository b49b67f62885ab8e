"""With no key and no network the shipped personas find the right tool and arguments for what nobody has shown them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from runtime.blueprint.compile import Workshop
from runtime.blueprint.model import Blueprint
from runtime.blueprint.roles import Providers
from runtime.blueprint.toolbox import Toolbox
from runtime.catalog.build import build_snapshot
from runtime.chat import UserMessage
from runtime.providers.http.pool import HttpPool
from runtime.providers.ports import ModelRequest, ToolCallOpened, ToolCallPiece
from runtime.tools.paths import ToolPaths

AGENTS = Path(__file__).parents[2] / "agents.d"
README = (AGENTS.parent / "README.md").read_text(encoding="utf-8")
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
LEAST = 27

Case = dict[str, Any]


def cases(name: str) -> list[Case]:
    found: list[Case] = yaml.safe_load(Path(__file__).with_name(f"{name}.yaml").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def personas() -> dict[str, Blueprint]:
    workshop = Workshop(AGENTS, Providers(HttpPool(), {}, "local"), Toolbox(ToolPaths(AGENTS)))
    return {agent.name: agent for agent in build_snapshot(AGENTS, {}, workshop).agents}


async def called(agent: Blueprint, said: str) -> tuple[str, dict[str, Any]]:
    """The tool that the embedded model calls, and its arguments as text that people say."""
    name, arguments = "", ""
    instructions = agent.instructions.render({**agent.words("ses_1", NOW), "guest_name": "guest"})
    async for piece in agent.model.stream(ModelRequest(instructions, (UserMessage(said),), agent.declarations)):
        if isinstance(piece, ToolCallOpened):
            name = piece.name
        elif isinstance(piece, ToolCallPiece):
            arguments += piece.arguments
    return name, json.loads(arguments or "{}")


def fits(case: dict[str, Any], name: str, arguments: dict[str, Any]) -> bool:
    free = case.get("accept", {})
    told = {key: str(value).casefold() for key, value in arguments.items() if key in free}
    exact = {key: value for key, value in arguments.items() if key not in free}
    right = all(told.get(key) in accepted for key, accepted in free.items())
    return name == case["tool"] and exact == case["arguments"] and right


async def misses(personas: dict[str, Blueprint], said: list[Case]) -> list[str]:
    """What was not understood, and what came instead."""
    missed: list[str] = []
    for case in said:
        name, arguments = await called(personas[case["agent"]], case["said"])
        if not (fits(case, name, arguments) if "tool" in case else not name):
            missed.append(f"{case['agent']}: {case['said']!r} -> {name or 'words'} {arguments}")
    print(f"{len(said) - len(missed)} of {len(said)}", *missed, sep="\n")
    return missed


async def test_most_of_what_was_never_shown_is_understood(personas: dict[str, Blueprint]) -> None:
    unseen = cases("unseen")
    assert len(unseen) == 30
    understood = len(unseen) - len(await misses(personas, unseen))
    assert understood >= LEAST
    assert f"understand {understood} without" in " ".join(README.split()), "what is published is true"


async def test_what_was_shown_is_understood(personas: dict[str, Blueprint]) -> None:
    shown = cases("shown")
    assert len(shown) > 250
    assert len(await misses(personas, shown)) <= len(shown) // 50


async def test_what_is_for_no_tool_calls_none(personas: dict[str, Blueprint]) -> None:
    nothing = cases("nothing")
    assert len(nothing) == 130
    assert len(await misses(personas, nothing)) <= len(nothing) // 25


async def test_whatever_has_effects_is_asked_about(personas: dict[str, Blueprint]) -> None:
    acting = {
        f"{agent.name}.{name}"
        for agent in personas.values()
        for name, tool in agent.plan.tools.items()
        if tool.ask_first
    }
    assert acting == {"concierge.book_table"}
