"""From the arguments of a talk to the talk: the server is found or started, the agent found, the session opened."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from runtime.blueprint.model import Blueprint
from runtime.catalog.snapshot import Snapshot
from runtime.cli.address import Address, fetch_agents, read_address
from runtime.cli.announce import cast, provider_lines, tell_unserved
from runtime.cli.client import Connection, connect
from runtime.cli.configuration import log_to_stderr, settings_from
from runtime.cli.parser import did_you_mean
from runtime.cli.talk import ChooseSound, Talk
from runtime.cli.terminal import Terminal, stderr
from runtime.cli.view import View
from runtime.errors import CallboardError, UsageError
from runtime.server.app import make_app
from runtime.server.run import open_world
from runtime.server.settings import ServerSettings


@asynccontextmanager
async def meet(
    arguments: argparse.Namespace, view: View, choose_sound: ChooseSound
) -> AsyncGenerator[tuple[Talk, Connection]]:
    """Open a session with the agent that the arguments name. Raises CallboardError."""
    variables = read_variables(arguments.var)
    async with (
        _reached(arguments) as (address, path),
        connect(address, path, variables) as connection,
        asyncio.TaskGroup() as tasks,
    ):
        talk = Talk(connection, view, choose_sound, tasks)
        try:
            await talk.open()
            yield talk, connection
        finally:
            talk.close()


def read_variables(pairs: Sequence[str]) -> dict[str, str]:
    """`name=value` each. Raises UsageError."""
    variables: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not name or not equals:
            raise UsageError(f"--var: {pair!r} is not of the form name=value.")
        variables[name] = value
    return variables


@asynccontextmanager
async def _reached(arguments: argparse.Namespace) -> AsyncGenerator[tuple[Address, str]]:
    """The server and the agent's path on it."""
    if arguments.url:
        address = read_address(arguments.url)
        yield address, _served_path(arguments.name, fetch_agents(address))
        return
    settings = settings_from(vars(arguments))
    log_to_stderr(settings.log_level, traces=False)
    async with _own_server(settings) as (address, snapshot):
        agent = _local_agent(arguments.name, snapshot)
        _introduce(agent, stderr())
        yield address, agent.path


@asynccontextmanager
async def _own_server(settings: ServerSettings) -> AsyncGenerator[tuple[Address, Snapshot]]:
    """A server for this talk alone, on a free port of the loopback interface."""
    world = open_world(settings)
    runner = web.AppRunner(make_app(world.catalog), access_log=None, shutdown_timeout=1.0)
    try:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield Address(str(host), int(port)), world.catalog.current
    finally:
        await runner.cleanup()
        await world.close()


def _local_agent(name: str, snapshot: Snapshot) -> Blueprint:
    found = next((agent for agent in snapshot.agents if agent.name == name), None)
    if found is not None:
        return found
    rejected = tuple(spec for spec in snapshot.rejected if spec.name == name)
    if rejected:
        tell_unserved(Snapshot(snapshot.generation, {}, rejected), stderr())
        raise CallboardError(f"{name} cannot be talked to before its problems are solved.")
    raise _no_agent(name, [agent.name for agent in snapshot.agents])


def _served_path(name: str, agents: Sequence[dict[str, Any]]) -> str:
    found = next((agent for agent in agents if agent.get("name") == name), None)
    if found is None:
        raise _no_agent(name, [str(agent.get("name")) for agent in agents])
    if not found.get("path"):
        raise CallboardError(f"{name} is not served there: its file has problems.")
    return str(found["path"])


def _no_agent(name: str, known: list[str]) -> UsageError:
    return UsageError(f"There is no agent {name!r}{did_you_mean(name, known)}")


def _introduce(agent: Blueprint, terminal: Terminal) -> None:
    """Tell a person who plays the roles."""
    if terminal.interactive:
        for line in (f"{agent.name}: {cast(agent.choices)}", *provider_lines([agent])):
            terminal.line(terminal.paint(line, "dim"))
