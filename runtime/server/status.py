"""What the process says of itself: never a secret, never an instruction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from aiohttp import web

from runtime.blueprint.model import Blueprint
from runtime.catalog.reload import Report
from runtime.catalog.snapshot import Entry, Snapshot
from runtime.server.connection import Connections
from runtime.spec.effective import effective_values
from runtime.spec.problem import Problem


async def healthz(_request: web.Request) -> web.Response:
    """200 while the event loop turns; no provider is asked."""
    return _json({"status": "ok"})


Stuck = Callable[[str], int]
"""Says how many tool calls of an agent run on although their time limit has passed."""


def agents(snapshot: Snapshot, stuck: Stuck) -> web.Response:
    """The agents and how it stands with each."""
    return _json({"generation": snapshot.generation, "agents": summaries(snapshot, stuck)})


def agent(entry: Entry, connections: Connections, stuck: Stuck) -> web.Response:
    """One agent in full: where it comes from, who talks to it, and every finding about it."""
    pinned = [blueprint for blueprint in connections.values() if blueprint.name == entry.name]
    fields = _summary(entry, stuck) | {
        "file": entry.file,
        "loadedAt": entry.loaded_at or None,
        "sessions": len(pinned),
        "sessionsOnFormerRevisions": sum(blueprint is not entry.blueprint for blueprint in pinned),
        "stuckToolCalls": stuck(entry.name),
        "findings": [_finding(problem) for problem in entry.problems],
    }
    return _json(fields)


def effective(blueprint: Blueprint) -> web.Response:
    """Every value of a served agent, for `callboard diff`: secrets hidden, instructions included."""
    return _json({"name": blueprint.name, "revision": blueprint.digest} | effective_fields(blueprint))


def effective_fields(blueprint: Blueprint) -> dict[str, Any]:
    """The values of an agent's spec by their keys, and the digests of the other files that it was built from."""
    values = {} if blueprint.spec is None else {value.key: value.text for value in effective_values(blueprint.spec)}
    return {"values": values, "parts": {part.path.name: part.digest for part in blueprint.parts}}


def reloaded(report: Report, snapshot: Snapshot) -> web.Response:
    """What a reload did; 422 with the findings where something could not be served as it is written."""
    fields: dict[str, Any] = {
        "generation": report.generation,
        "changed": list(report.changed),
        "failed": list(report.failed),
    }
    if not (report.failed or snapshot.folder_problems):
        return _json(fields)
    fields["findings"] = [_finding(problem) for problem in snapshot.problems]
    return _json(fields, status=422)


def summaries(snapshot: Snapshot, stuck: Stuck = lambda _name: 0) -> list[dict[str, Any]]:
    """One entry for each agent, those of which nothing is served last."""
    entries = sorted(snapshot.entries.values(), key=lambda entry: (entry.blueprint is None, entry.name))
    return [_summary(entry, stuck) for entry in entries]


def _summary(entry: Entry, stuck: Stuck) -> dict[str, Any]:
    served = entry.blueprint
    voice = served.choices.get("voice") if served is not None else None
    return {
        "name": entry.name,
        "path": served.path if served is not None else None,
        "description": served.description if served is not None else "",
        "state": _state(entry, stuck),
        "revision": served.digest if served is not None else None,
        "model": served.choices["model"].label if served is not None else None,
        "voice": voice.label if voice is not None else None,
        "problems": len(entry.problems),
    }


def _state(entry: Entry, stuck: Stuck) -> str:
    """An agent whose tool calls run on beyond their time is not well, however good its files are."""
    return "degraded" if entry.state == "ready" and stuck(entry.name) else entry.state


def _finding(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "severity": problem.severity,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
    }


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(value), status=status, content_type="application/json")
