"""The connections to one origin: at most so many at once, the idle ones kept for the next request."""

from __future__ import annotations

import asyncio
import ssl

from runtime.providers.http.connection import Connection
from runtime.providers.http.errors import ConnectError
from runtime.providers.http.target import OriginAddress


class Origin:
    """Lends connections. The last one returned is lent first, so that those not needed grow old and go.

    A permit is held for each exchange, and a connection is only made when none is idle: so there are never
    more connections than permits.
    """

    def __init__(self, address: OriginAddress, tls: ssl.SSLContext | None, *, limit: int, idle_timeout: float) -> None:
        self._address = address
        self._tls = tls
        self._idle_timeout = idle_timeout
        self._permits = asyncio.Semaphore(limit)
        self._idle: dict[Connection, float] = {}  # with the time it became idle; the last is the newest
        self._is_open = True

    async def acquire(self, connect_timeout: float, deadline: float, *, fresh: bool = False) -> Connection:
        """An open connection, a new one if `fresh`. Raises ConnectError.

        Every connection acquired carries one exchange, whose end gives the permit back.
        """
        try:
            async with asyncio.timeout_at(deadline if self._permits.locked() else None):
                await self._permits.acquire()
        except TimeoutError:
            raise ConnectError("is busy with all the requests that may run at once") from None
        try:
            return (None if fresh else self._newest_idle()) or await self._connect(connect_timeout, deadline)
        except BaseException:
            self._permits.release()
            raise

    def close(self) -> None:
        """Drop the idle connections; those in use are dropped as they come back."""
        self._is_open = False
        self._drop_idle(before=float("inf"))

    # -- Owner of the connections

    def take_back(self, connection: Connection, *, reusable: bool) -> None:
        """An exchange is over."""
        if reusable and self._is_open:
            now = asyncio.get_running_loop().time()
            self._idle[connection] = now
            self._drop_idle(before=now - self._idle_timeout)
        elif reusable:
            connection.abort()
        self._permits.release()

    def forget(self, connection: Connection) -> None:
        """An idle connection closed."""
        self._idle.pop(connection, None)

    # -- inside

    def _newest_idle(self) -> Connection | None:
        oldest = asyncio.get_running_loop().time() - self._idle_timeout
        while self._idle:
            connection, since = self._idle.popitem()
            if since >= oldest and connection.is_open:
                return connection
            connection.abort()
        return None

    def _drop_idle(self, *, before: float) -> None:
        while self._idle:
            connection = next(iter(self._idle))
            if self._idle[connection] >= before:
                return
            del self._idle[connection]
            connection.abort()

    async def _connect(self, connect_timeout: float, deadline: float) -> Connection:
        loop = asyncio.get_running_loop()
        address = self._address
        try:
            async with asyncio.timeout_at(min(loop.time() + connect_timeout, deadline)):
                _, connection = await loop.create_connection(
                    lambda: Connection(self), address.host, address.port, ssl=self._tls
                )
        except ssl.SSLCertVerificationError:
            raise ConnectError("has a certificate that is not trusted here") from None
        except (
            OSError,
            UnicodeError,
        ):  # TimeoutError is an OSError, a name that cannot be one a UnicodeError
            raise ConnectError("cannot be reached") from None
        return connection
