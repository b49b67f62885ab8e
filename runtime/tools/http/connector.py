"""How connections are made and kept: to permitted addresses, with names looked up apart, and none with a leftover."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from aiohttp import TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

from runtime.errors import ToolError
from runtime.tools.bounded import Limit
from runtime.tools.executor import Executor
from runtime.tools.http.addresses import Network, guarded_sockets

LOOKUP_SECONDS = 5.0
_NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV


class GuardedConnector(TCPConnector):
    """Makes sockets for permitted addresses only, as many as there are calls: these have bounds of their own."""

    def __init__(self, allowed: tuple[Network, ...], executor: Executor) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType]  # its addresses have no type
            limit=0, socket_factory=guarded_sockets(allowed), resolver=Resolver(executor)
        )

    @override
    async def _get(self, key: Any, traces: Any) -> Any:
        """Give a kept connection, unless a service has sent more on it than was asked for.

        That would be taken for the answer to the next request, which may be another caller's. The method is aiohttp's
        own and not part of its interface; a test sees whether it still does its part.
        """
        kept = self._conns.get(key)
        while kept and kept[0][0].should_close:
            kept.popleft()[0].close()
        if kept is not None and not kept:
            del self._conns[key]
        return await super()._get(key, traces)


class Resolver(AbstractResolver):
    """Asks the system for addresses in the threads of one agent.

    The loop's own few threads look up names for the models too: a name server that does not answer would stop them.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        arguments = {
            "host": host,
            "port": port,
            "family": family,
            "type": socket.SOCK_STREAM,
            "flags": socket.AI_ADDRCONFIG,
        }
        try:
            async with asyncio.timeout(LOOKUP_SECONDS):
                found = await self._executor.in_thread(socket.getaddrinfo, arguments, Limit(LOOKUP_SECONDS))
        except TimeoutError:
            raise OSError("its name server does not answer") from None
        except ToolError as error:
            raise OSError(str(error)) from None
        return [_result(host, *each) for each in found if each[0] in (socket.AF_INET, socket.AF_INET6)]

    @override
    async def close(self) -> None:
        """Nothing is held."""


def _result(host: str, family: int, _kind: int, proto: int, _name: str, address: tuple[Any, ...]) -> ResolveResult:
    # A link-local address is told from its namesakes on other links by its zone (RFC 4007 section 11).
    zone = f"%{address[3]}" if family == socket.AF_INET6 and address[3] else ""
    return ResolveResult(
        hostname=host, host=f"{address[0]}{zone}", port=address[1], family=family, proto=proto, flags=_NUMERIC
    )
