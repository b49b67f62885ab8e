"""What the process says of itself: never a secret, never an instruction."""

from __future__ import annotations

from typing import Any

import orjson
from aiohttp import web

from runtime.blueprint.model import Blueprint
from runtime.catalog.snapshot import Snapshot


async def healthz(_request: web.Request) -> web.Response:
    """200 while the event loop turns; no provider is asked."""
    return _json({"status": "ok"})


def agents(snapshot: Snapshot) -> web.Response:
    """The agents and how it stands with each."""
    return _json({"generation": snapshot.generation, "agents": summaries(snapshot)})


def summaries(snapshot: Snapshot) -> list[dict[str, Any]]:
    """One entry for each agent, those that are not served last."""
    served = [_served(blueprint) for blueprint in snapshot.agents]
    failed: list[dict[str, Any]] = [
        {"name": spec.name, "path": None, "description": "", "state": "failed", "revision": None}
        | {"model": None, "voice": None, "problems": len(spec.problems)}
        for spec in snapshot.rejected
    ]
    return served + failed


def _served(blueprint: Blueprint) -> dict[str, Any]:
    voice = blueprint.choices.get("voice")
    return {
        "name": blueprint.name,
        "path": blueprint.path,
        "description": blueprint.description,
        "state": "ready",
        "revision": blueprint.digest,
        "model": blueprint.choices["model"].label,
        "voice": voice.label if voice is not None else None,
        "problems": 0,
    }


def _json(value: Any) -> web.Response:
    return web.Response(body=orjson.dumps(value), content_type="application/json")
