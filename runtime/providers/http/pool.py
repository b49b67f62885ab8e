"""The pool: the one thing of this package that others use."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping

from runtime.providers.http.connection import Connection
from runtime.providers.http.errors import DisconnectedError
from runtime.providers.http.origin import Origin
from runtime.providers.http.response import Response
from runtime.providers.http.target import OriginAddress, encode, parse


class HttpPool:
    """Connections to all servers, shared by the whole process and bound to the loop of its first request.

    `limit` is the most connections to one origin; requests beyond it wait. A connection is dropped after
    `idle_timeout` seconds without use, which is looked at when others come and go.
    """

    def __init__(self, *, limit: int = 1000, idle_timeout: float = 45.0) -> None:
        self._limit = limit
        self._idle_timeout = idle_timeout
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tls: ssl.SSLContext | None = None
        self._origins: dict[OriginAddress, Origin] = {}

    async def request(
        self,
        url: str,
        *,
        headers: Mapping[str, str],
        deadline: float,
        body: bytes = b"",
        method: str = "POST",
        connect_timeout: float = 5.0,
    ) -> Response:
        """Send a request and wait for the status and headers of its response, of any status.

        `deadline` is a time of the loop's clock; it holds for the body too until `Response.limit` moves it.
        Raises an HttpError, or ValueError for a URL or header that cannot be sent. A request that dies on a
        kept connection before any byte of an answer is sent once more on a new one: the server had closed it,
        and the news crossed the request (RFC 9112 §9.3.1).
        """
        target = parse(url)
        payload = encode(method, target, headers, body)
        origin = self._origin(target.origin)
        connection = await origin.acquire(connect_timeout, deadline)
        try:
            return await _exchange(connection, payload, deadline)
        except DisconnectedError:
            if connection.exchanges == 1 or connection.was_answered:
                raise
        connection = await origin.acquire(connect_timeout, deadline, fresh=True)
        return await _exchange(connection, payload, deadline)

    def close(self) -> None:
        """Drop all idle connections, and each other one when its response is over."""
        for origin in self._origins.values():
            origin.close()
        self._origins.clear()

    def _origin(self, address: OriginAddress) -> Origin:
        loop = asyncio.get_running_loop()
        if self._loop is None:
            self._loop = loop
        elif self._loop is not loop:
            raise RuntimeError("this pool belongs to another event loop")
        origin = self._origins.get(address)
        if origin is None:
            tls = self._trust() if address.tls else None
            origin = Origin(address, tls, limit=self._limit, idle_timeout=self._idle_timeout)
            self._origins[address] = origin
        return origin

    def _trust(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = ssl.create_default_context()
        return self._tls


async def _exchange(connection: Connection, payload: bytes, deadline: float) -> Response:
    response = Response(asyncio.get_running_loop(), connection, deadline)
    connection.exchange(payload, response)
    try:
        await response.head()
    except BaseException:
        response.close()
        raise
    return response
