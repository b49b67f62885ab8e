"""`callboard explain`: what an agent is made of, where each value comes from, and what a session begins with."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from runtime.blueprint.compile import Workshop, compile_agent
from runtime.blueprint.model import Blueprint
from runtime.blueprint.roles import Providers
from runtime.blueprint.toolbox import Toolbox
from runtime.cli.announce import provider_lines
from runtime.cli.configuration import log_for_debugging, settings_from
from runtime.cli.folder import name_from_here
from runtime.cli.parser import did_you_mean
from runtime.cli.table import aligned, shortened
from runtime.cli.terminal import Terminal, plain, stderr, stdout
from runtime.errors import CallboardError, UsageError
from runtime.providers.http.pool import HttpPool
from runtime.server.settings import ServerSettings
from runtime.settings import Secret
from runtime.spec.effective import HIDDEN, Value, effective_values
from runtime.spec.load import Loaded, load_folder
from runtime.spec.model import AgentSpec, TemplateSpec, VariableSpec
from runtime.spec.problem import Problem, render
from runtime.tools.paths import tool_paths

_WIDEST = 72


def run(arguments: argparse.Namespace) -> int:
    """Print the values and the filled-in templates. Raises UsageError for an unknown name, CallboardError."""
    log_for_debugging(debug=arguments.debug)
    settings = settings_from(vars(arguments))
    loaded = _find(arguments.name, settings)
    if loaded.spec is None:
        raise _refusal(arguments.name, loaded.problems, settings)
    terminal = stdout()
    for line in _value_lines(loaded.spec, settings, terminal):
        terminal.line(line)
    blueprint = asyncio.run(_compiled(loaded.spec, settings))
    for line in provider_lines([blueprint]):
        terminal.line(terminal.paint(line, "dim"))
    opening = blueprint.open("ses_example", _values(loaded.spec), datetime.now(UTC))
    for title, text in (("instructions", opening.instructions), ("first message", opening.greeting)):
        if text:
            terminal.line()
            terminal.line(terminal.paint(f"{title}:", "bold"))
            terminal.line(plain(text.rstrip()))
    return 0


def _find(name: str, settings: ServerSettings) -> Loaded:
    """The agent of that name, or the file that would hold it."""
    folder = load_folder(settings.agents, settings.env).specs
    known = {each.spec.name if each.spec else each.file.rpartition("/")[2].partition(".")[0]: each for each in folder}
    if name not in known:
        raise UsageError(f"There is no agent {name!r}{did_you_mean(name, list(known))}")
    return known[name]


def _refusal(name: str, problems: tuple[Problem, ...], settings: ServerSettings) -> CallboardError:
    terminal = stderr()
    for problem in problems:
        found = replace(problem, file=name_from_here(problem.file, settings.agents))
        terminal.line(render(found, color=terminal.color))
    return CallboardError(f"{name} cannot be explained before its problems are solved.")


# -- values


def _value_lines(spec: AgentSpec, settings: ServerSettings, terminal: Terminal) -> Iterator[str]:
    values = list(effective_values(spec))
    rows = [(shortened(plain(f"{value.key}: {value.text}"), _WIDEST), _place(value, settings)) for value in values]
    for value, line in zip(values, aligned(rows), strict=True):
        yield line if value.origin is not None else terminal.paint(line, "dim")


def _place(value: Value, settings: ServerSettings) -> str:
    if value.origin is None:
        return "(default)"
    return f"{name_from_here(value.origin.file, settings.agents)}:{value.origin.line}"


# -- templates


async def _compiled(spec: AgentSpec, settings: ServerSettings) -> Blueprint:
    """The agent with templates that hold references in place of what they stand for."""
    shown = replace(
        spec,
        instructions=_unresolved(spec, "instructions", spec.instructions),
        first_message=spec.first_message and _unresolved(spec, "first_message", spec.first_message),
    )
    pool = HttpPool()
    toolbox = Toolbox(tool_paths(settings.agents, settings.tool_paths))
    try:
        workshop = Workshop(settings.agents, Providers(pool, settings.env, settings.provider), toolbox)
        blueprint, problems = compile_agent(shown, workshop)
        if blueprint is None:
            raise _refusal(spec.name, problems, settings)
        if blueprint.recognizer is not None:
            await blueprint.recognizer.aclose()
        return blueprint
    finally:
        await toolbox.aclose()
        pool.close()


def _unresolved(spec: AgentSpec, key: str, template: TemplateSpec) -> TemplateSpec:
    return replace(template, text=spec.document.data[key]) if isinstance(template.text, Secret) else template


def _values(spec: AgentSpec) -> dict[str, Any]:
    """The variables of a session that brings nothing, and what must not be shown of the words beside them."""
    hidden = {"timezone": HIDDEN} if isinstance(spec.timezone, Secret) else {}
    return {variable.name: _default(variable) for variable in spec.variables} | hidden


def _default(variable: VariableSpec) -> Any:
    if isinstance(variable.default, Secret):
        return HIDDEN
    if variable.required:
        return f"<{variable.name}>"
    return "" if variable.default is None and variable.type == "string" else variable.default
