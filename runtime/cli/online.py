"""Whether the services behind HTTP tools can be reached, by the harmless requests that specs give for it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from runtime.blueprint.model import Blueprint
from runtime.catalog.snapshot import Entry, Snapshot
from runtime.errors import ToolError
from runtime.spec.problem import Problem
from runtime.tools.http.tool import HttpTool

_RUNS = "see whether the service runs and can be reached from here"


async def probed(snapshot: Snapshot) -> Snapshot:
    """The snapshot with a problem for each probe that failed. All are sent at the same time."""
    async with asyncio.TaskGroup() as tasks:
        probing = {
            name: tasks.create_task(_probe_agent(entry.blueprint), name=f"probe {name}")
            for name, entry in snapshot.entries.items()
            if entry.blueprint is not None
        }
    found = {name: task.result() for name, task in probing.items()}
    return replace(
        snapshot, entries={name: _with(entry, found.get(name, ())) for name, entry in snapshot.entries.items()}
    )


def _with(entry: Entry, problems: tuple[Problem, ...]) -> Entry:
    return replace(entry, problems=entry.problems + problems)


async def _probe_agent(agent: Blueprint) -> tuple[Problem, ...]:
    problems: list[Problem] = []
    for name, tool in agent.tools.items():
        if not isinstance(tool, HttpTool) or tool.settings.probe is None or agent.spec is None:
            continue
        try:
            await tool.probe()
        except ToolError as error:
            answered = "answered" in str(error)
            hint = "see its address, and `expect_status` for answers that are right all the same" if answered else _RUNS
            path = ("tools", name, "http", "probe", "url")
            problems.append(agent.spec.document.problem(path, "unreachable", f"{name}: {_lower(str(error))}", hint))
    return tuple(problems)


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
