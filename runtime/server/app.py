"""The HTTP application: a few fixed routes, and one catch-all whose paths are data."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiohttp import WSCloseCode, web

from runtime.catalog.snapshot import Catalog
from runtime.server.connection import Connections, converse
from runtime.server.status import agents, healthz

CATALOG = web.AppKey("catalog", Catalog)
CONNECTIONS = web.AppKey("connections", Connections)

_log = logging.getLogger("runtime.server")


def make_app(catalog: Catalog) -> web.Application:
    """The application that serves a catalog."""
    app = web.Application(middlewares=[_clean_errors])
    app[CATALOG] = catalog
    app[CONNECTIONS] = Connections()
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/agents", _agents)
    app.router.add_route("*", "/{path:.*}", _anything_else)
    app.on_shutdown.append(_say_goodbye)
    return app


async def _agents(request: web.Request) -> web.Response:
    return agents(request.app[CATALOG].current)


async def _anything_else(request: web.Request) -> web.StreamResponse:
    snapshot = request.app[CATALOG].current
    blueprint = snapshot.at(request.path)
    upgrade = request.method == "GET" and request.headers.get("Upgrade", "").lower() == "websocket"
    if blueprint is None:
        known = ", ".join(sorted(snapshot.by_path)) or "none"
        return web.json_response({"error": f"No agent is served at this path. Agents: {known}."}, status=404)
    if not upgrade:
        text = (
            f"{blueprint.name} is talked to over WebSocket: connect to ws://HOST{blueprint.path}, "
            f"or run `callboard chat {blueprint.name}`."
        )
        return web.json_response({"error": text}, status=426, headers={"Upgrade": "websocket"})
    return await converse(request, blueprint, snapshot.generation, request.app[CONNECTIONS])


@web.middleware
async def _clean_errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Every error is JSON, and none shows what is inside."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return web.json_response({"error": error.reason}, status=error.status, headers=_allow(error))
    except Exception:  # noqa: BLE001 - the last resort before aiohttp's own page; it is logged with its traceback
        _log.exception("a request to %s failed", request.path)
        return web.json_response({"error": "Internal error."}, status=500)


def _allow(error: web.HTTPException) -> dict[str, str]:
    return {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}


async def _say_goodbye(app: web.Application) -> None:
    connections: Connections = app[CONNECTIONS]
    async with asyncio.TaskGroup() as tasks:
        for socket in connections:
            tasks.create_task(socket.close(WSCloseCode.GOING_AWAY, "Server going away"), name="goodbye")
