"""From the arguments of a talk to the talk: the server is found or started, the agent found, the session opened."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from runtime.blueprint.model import Blueprint
from runtime.catalog.snapshot import Snapshot
from runtime.cli.address import Address, fetch_agents, read_address
from runtime.cli.announce import cast, provider_lines, tell_unserved
from runtime.cli.client import Connection, connect
from runtime.cli.configuration import log_to_stderr, settings_from
from runtime.cli.folder import found_from_here
from runtime.cli.parser import did_you_mean
from runtime.cli.talk import ChooseSound, Talk
from runtime.cli.terminal import stderr
from runtime.cli.view import View
from runtime.errors import CallboardError, UsageError
from runtime.server.run import running
from runtime.server.settings import ServerSettings


@asynccontextmanager
async def meet(
    arguments: argparse.Namespace, view: View, choose_sound: ChooseSound, banner: str = ""
) -> AsyncGenerator[tuple[Talk, Connection]]:
    """Open a session with the agent that the arguments name. Raises CallboardError.

    `banner` is told to a person before the agent says anything.
    """
    variables = read_variables(arguments.var)
    async with (
        _reached(arguments, variables, banner) as (address, path),
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


def refuse_unknown(variables: Iterable[str], known: Sequence[str], agent: str, origin: str = "") -> None:
    """Raises UsageError for the name of a variable that the agent would not look at."""
    for name in variables:
        if name not in known:
            has = f"its variables are: {', '.join(known)}" if known else "it takes none"
            raise UsageError(f"--var: {agent} takes no variable {name!r}{origin}; {has}.")


@asynccontextmanager
async def _reached(
    arguments: argparse.Namespace, variables: Mapping[str, str], banner: str
) -> AsyncGenerator[tuple[Address, str]]:
    """The server and the agent's path on it."""
    if arguments.url:
        address = read_address(arguments.url)
        path = _served_path(arguments.name, fetch_agents(address))
        _introduce([banner])
        yield address, path
        return
    settings = settings_from(vars(arguments))
    log_to_stderr(settings.log_level, traces=arguments.debug)
    async with _own_server(settings) as (address, snapshot):
        agent = _local_agent(arguments.name, snapshot)
        known = [variable.name for variable in agent.variables if variable.source == "query"]
        refuse_unknown(variables, known, agent.name, " from a query")
        _introduce([f"{agent.name}: {cast(agent.choices)}", *provider_lines([agent]), banner])
        yield address, agent.path


@asynccontextmanager
async def _own_server(settings: ServerSettings) -> AsyncGenerator[tuple[Address, Snapshot]]:
    """A server for this talk alone, on a free port of the loopback interface."""
    async with running(replace(settings, host="127.0.0.1", port=0)) as (world, url):
        yield read_address(url), found_from_here(world.catalog.current, settings.agents)


def _local_agent(name: str, snapshot: Snapshot) -> Blueprint:
    found = snapshot.entries.get(name)
    if found is not None and found.blueprint is not None:
        return found.blueprint
    if name in snapshot.entries:
        tell_unserved(Snapshot(snapshot.generation, {name: snapshot.entries[name]}), stderr())
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


def _introduce(lines: Iterable[str]) -> None:
    """Tell a person who plays the roles, and how to talk."""
    terminal = stderr()
    if terminal.interactive:
        for line in filter(None, lines):
            terminal.line(terminal.paint(line, "dim"))
