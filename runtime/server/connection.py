"""One WebSocket, from the handshake to the close: a fresh session, and its trouble contained."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from aiohttp import WSCloseCode, WSMsgType, web

from runtime.blueprint.model import Blueprint, Opening
from runtime.blueprint.prompt import PromptError
from runtime.errors import ClientError
from runtime.server.socket import WebSocketOut
from runtime.server.variables import session_values
from runtime.session.outlet import Outlet
from runtime.session.session import Session
from runtime.wire.native_events import encode

SUBPROTOCOL = "callboard.v1"
HEARTBEAT_SECONDS = 30.0
_FRAME_MARGIN = 64 * 1024

_log = logging.getLogger("runtime.server")


class Connections(dict[WebSocketOut, Blueprint]):
    """The sockets that are open, each with the revision that its session was born with."""


async def converse(
    request: web.Request, blueprint: Blueprint, generation: int, connections: Connections
) -> web.StreamResponse:
    """Serve one client until it leaves. What is wrong with its values is said before the upgrade, as JSON."""
    session_id = f"ses_{secrets.token_hex(8)}"
    try:
        opening = _opening(request, blueprint, session_id)
    except ClientError as error:
        return web.json_response({"error": str(error)}, status=400)
    except PromptError as error:
        _log.warning("agent %s cannot open a session: %s", blueprint.name, error)
        return web.json_response({"error": str(error)}, status=500)
    websocket = web.WebSocketResponse(
        protocols=(SUBPROTOCOL,),
        heartbeat=HEARTBEAT_SECONDS,
        # Deflating base64 audio costs more than the rest of a turn.
        compress=False,
        # An utterance that is too long is refused in words; a frame of twice the bound is no utterance.
        max_msg_size=2 * (blueprint.max_audio_bytes * 4 // 3) + _FRAME_MARGIN,
        decode_text=False,
    )
    await websocket.prepare(request)
    socket = WebSocketOut(request, websocket)
    connections[socket] = blueprint
    try:
        begin = partial(Session, session_id, blueprint, opening, Outlet(socket, encode))
        await _talk(websocket, begin, generation)
    except Exception:  # noqa: BLE001 - one session's defect ends that session alone; it is logged in full
        _log.exception("session %s of agent %s broke", session_id, blueprint.name)
        await socket.close(WSCloseCode.INTERNAL_ERROR, "Internal error")
    finally:
        del connections[socket]
    return websocket


def _opening(request: web.Request, blueprint: Blueprint, session_id: str) -> Opening:
    variables = session_values(blueprint.variables, request.query, request.headers)
    return blueprint.open(session_id, variables, datetime.now(UTC))


async def _talk(
    websocket: web.WebSocketResponse, begin: Callable[[asyncio.TaskGroup], Session], generation: int
) -> None:
    async with asyncio.TaskGroup() as group:
        session = begin(group)
        try:
            session.open(generation)
            async for message in websocket:
                if message.type is WSMsgType.TEXT:
                    session.receive(message.data)
                elif message.type is WSMsgType.BINARY:
                    session.refuse(ClientError("bad_message", "This session takes text frames; send audio as base64."))
        finally:
            session.close()
