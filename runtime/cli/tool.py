"""`callboard tool`: one call of one tool, exactly as the model would make it."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

import orjson

from runtime.blueprint.model import Blueprint
from runtime.catalog.snapshot import Snapshot
from runtime.cli.configuration import log_to_stderr, settings_from
from runtime.cli.ending import ended
from runtime.cli.folder import found_from_here
from runtime.cli.meeting import read_variables, refuse_unknown
from runtime.cli.parser import did_you_mean
from runtime.cli.terminal import Terminal, plain, stderr, stdout
from runtime.conversation.rounds import DecodedCall, Round
from runtime.errors import CallboardError, ClientError, ToolError, UsageError
from runtime.redaction import KNOWN
from runtime.server.settings import ServerSettings
from runtime.server.variables import session_values
from runtime.server.world import open_world
from runtime.spec.problem import render
from runtime.tools.context import Call, Caller

SESSION = "ses_tool"


@dataclass(frozen=True, slots=True)
class _Order:
    """What was typed."""

    agent: str
    tool: str
    call: DecodedCall
    variables: Mapping[str, str]


def run(arguments: argparse.Namespace) -> int:
    """Print what happens; 0 when the tool gave a result. Raises UsageError and CallboardError."""
    agent, dot, tool = arguments.tool.partition(".")
    if not dot:
        raise UsageError(f"{arguments.tool!r} names no tool: write AGENT.TOOL, such as concierge.book_table.")
    order = _Order(agent, tool, _read(tool, arguments.arguments), read_variables(arguments.var))
    settings = settings_from(vars(arguments))
    # A tool that is tried may say what it likes: its author is the one who reads it.
    log_to_stderr("info", traces=True)
    return asyncio.run(ended(_run(order, settings, stdout())))


def _read(tool: str, text: str) -> DecodedCall:
    """The call as a model's is read, once it is known that somebody did not just mistype it. Raises UsageError."""
    try:
        orjson.dumps(orjson.loads(text.strip() or "{}"))  # it reads deeper nesting than it can write
    except (orjson.JSONDecodeError, TypeError) as error:
        if not isinstance(error, orjson.JSONDecodeError) or "depth" in error.msg:
            raise UsageError("The arguments are nested too deeply.") from None
        place = f"line {error.lineno}, column {error.colno}"
        raise UsageError(
            f'The arguments are not JSON: {error.msg} at {place}. Write them as \'{{"city": "Rome"}}\'.'
        ) from None
    written = Round(SESSION, 1)
    written.open_call(0, "call_tool", tool)
    written.call_piece(0, text)
    written.close_calls()
    return written.calls[0]


async def _run(order: _Order, settings: ServerSettings, terminal: Terminal) -> int:
    world = open_world(settings)
    try:
        agent = _agent(order.agent, found_from_here(world.catalog.current, settings.agents))
        if order.tool not in agent.tools:
            known = did_you_mean(order.tool, list(agent.tools))
            raise UsageError(f"{agent.name} has no tool {order.tool!r}{known}")
        return await _Trial(agent, order, _values(agent, order.variables), terminal).run()
    finally:
        await world.close()


def _agent(name: str, snapshot: Snapshot) -> Blueprint:
    entry = snapshot.entries.get(name)
    if entry is None:
        raise UsageError(f"There is no agent {name!r}{did_you_mean(name, list(snapshot.entries))}")
    if entry.blueprint is None:
        terminal = stderr()
        for problem in entry.problems:
            terminal.line(render(problem, color=terminal.color))
        raise CallboardError(f"{name} has problems; its tools can be tried once they are solved.")
    return entry.blueprint


def _values(agent: Blueprint, given: Mapping[str, str]) -> Mapping[str, Any]:
    """The variables of a session that brings these, wherever it would bring them from. Raises UsageError."""
    refuse_unknown(given, [variable.name for variable in agent.variables], agent.name)
    missing = next((each.name for each in agent.variables if each.required and each.name not in given), None)
    if missing:
        raise UsageError(f"{agent.name} needs a value: add --var {missing}=VALUE.")
    headers = {name.replace("_", "-"): value for name, value in given.items()}
    try:
        return session_values(agent.variables, given, headers)
    except ClientError as error:
        raise UsageError(f"--var: {error}") from None


def _shown(call: DecodedCall) -> str:
    return str(call.input) if call.error else json.dumps(call.input, ensure_ascii=False)


class _Trial:
    """One call, told line by line: what goes in, what goes on, what comes out."""

    def __init__(self, agent: Blueprint, order: _Order, variables: Mapping[str, Any], terminal: Terminal) -> None:
        self._agent = agent
        self._order = order
        self._variables = variables
        self._terminal = terminal

    async def run(self) -> int:
        order, agent = self._order, self._agent
        self._tell("call", f"{agent.name}.{order.tool} {_shown(order.call)}")
        plan = agent.plan.tools[order.tool]
        objection = order.call.error or plan.objection(order.call.input)
        if objection:
            self._tell("refused", objection)
            return 1
        if plan.ask_first:
            self._tell("note", "in a conversation the user is asked first")
        began = perf_counter()
        try:
            result = await agent.tools[order.tool].call(order.call.input, self._call())
        except ToolError as error:
            self._tell("error", str(error), color="red")
            return 1
        else:
            self._tell("result", json.dumps(result, ensure_ascii=False, indent=2))
            return 0
        finally:
            self._tell("took", f"{(perf_counter() - began) * 1000:.0f} ms")

    def _call(self) -> Call:
        agent = self._agent
        values = {**agent.words(SESSION, datetime.now(UTC)), **self._variables}
        said = Caller(agent.name, SESSION, self._variables, values, lambda text: self._tell("says", text))
        return Call(said, self._tell)

    def _tell(self, what: str, text: str, color: str = "bold") -> None:
        lines = plain(KNOWN.text(text)).split("\n")
        self._terminal.line(f"{self._terminal.paint(f'{what:<9}', color)}{lines[0]}".rstrip())
        for line in lines[1:]:
            self._terminal.line(f"{' ' * 9}{line}".rstrip())
