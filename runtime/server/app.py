"""The HTTP application: a few fixed routes, and one catch-all whose paths are data."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from ipaddress import ip_address

from aiohttp import WSCloseCode, web

from runtime.blueprint.model import Blueprint
from runtime.errors import ClientError
from runtime.server.comparison import differing
from runtime.server.connection import Connections, converse
from runtime.server.status import agent, agents, effective, healthz, reloaded
from runtime.server.world import World

WORLD = web.AppKey("world", World)
CONNECTIONS = web.AppKey("connections", Connections)

_log = logging.getLogger("runtime.server")


def make_app(world: World) -> web.Application:
    """The application that serves a world's agents."""
    app = web.Application(middlewares=[_clean_errors])
    app[WORLD] = world
    app[CONNECTIONS] = Connections()
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/agents", _agents)
    app.router.add_get("/agents/{name}", _agent)
    app.router.add_get("/metrics", _metrics)
    app.router.add_get("/-/effective/{name}", _effective)
    app.router.add_post("/-/effective/{name}", _compare)
    app.router.add_post("/-/reload", _reload)
    app.router.add_post("/-/rollback/{name}", _roll_back)
    app.router.add_route("*", "/{path:.*}", _anything_else)
    app.on_shutdown.append(_say_goodbye)
    return app


async def _agents(request: web.Request) -> web.Response:
    world = request.app[WORLD]
    return agents(world.catalog.current, world.toolbox.executors.stuck)


async def _agent(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    world = request.app[WORLD]
    entry = world.catalog.current.entries.get(name)
    if entry is None:
        return web.json_response({"error": f"There is no agent named {name!r}."}, status=404)
    return agent(entry, request.app[CONNECTIONS], world.toolbox.executors.stuck)


async def _metrics(request: web.Request) -> web.Response:
    from runtime.server.metrics import metrics

    return metrics(request.app[WORLD], request.app[CONNECTIONS])


async def _effective(request: web.Request) -> web.Response:
    _only_from_here(request)
    blueprint = _served(request)
    return _not_served(request) if blueprint is None else effective(blueprint)


async def _compare(request: web.Request) -> web.Response:
    _only_from_here(request)
    blueprint = _served(request)
    if blueprint is None:
        return _not_served(request)
    try:
        return web.json_response({"changed": differing(blueprint, await request.read())})
    except ClientError as error:
        return web.json_response({"error": str(error)}, status=400)


def _served(request: web.Request) -> Blueprint | None:
    entry = request.app[WORLD].catalog.current.entries.get(request.match_info["name"])
    return None if entry is None else entry.blueprint


def _not_served(request: web.Request) -> web.Response:
    return web.json_response({"error": f"No agent named {request.match_info['name']!r} is served."}, status=404)


async def _reload(request: web.Request) -> web.Response:
    _only_from_here(request)
    world = request.app[WORLD]
    return reloaded(await world.reloader.reload(), world.catalog.current)


async def _roll_back(request: web.Request) -> web.Response:
    _only_from_here(request)
    world, name = request.app[WORLD], request.match_info["name"]
    report = await world.reloader.roll_back(name)
    if report is None:
        return web.json_response({"error": f"There is no former revision of {name!r}."}, status=404)
    return reloaded(report, world.catalog.current)


def _only_from_here(request: web.Request) -> None:
    """Until there are tokens for it, what changes the server is asked for on the machine itself."""
    try:
        local = ip_address(request.remote or "").is_loopback
    except ValueError:
        local = False
    if not local:
        raise web.HTTPForbidden(reason="Only a client on the server's own machine may ask for this")


async def _anything_else(request: web.Request) -> web.StreamResponse:
    snapshot = request.app[WORLD].catalog.current
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
