"""The connections of HTTP tools: pooled, guarded, and without a memory.

No proxy of the environment, no cookies, no .netrc; nothing is followed and nothing decompressed here. What may be
reached with one set of private networks never shares a connection with another set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.tools.http.addresses import Network, guarded_sockets

if TYPE_CHECKING:
    from aiohttp import ClientSession

CONNECT_SECONDS = 5.0
_MAX_CONNECTIONS = 100
_MAX_TO_ONE_HOST = 32


class HttpClients:
    """One client for each set of networks. aiohttp is imported with the first request."""

    def __init__(self) -> None:
        self._sessions: dict[tuple[Network, ...], ClientSession] = {}

    def session(self, allowed: tuple[Network, ...]) -> ClientSession:
        """The client that may reach these networks besides the public internet; inside a running loop."""
        if allowed not in self._sessions:
            self._sessions[allowed] = _open(allowed)
        return self._sessions[allowed]

    async def aclose(self) -> None:
        """Close every connection."""
        sessions = list(self._sessions.values())
        self._sessions.clear()
        for session in sessions:
            await session.close()


def _open(allowed: tuple[Network, ...]) -> ClientSession:
    from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector

    connector = TCPConnector(
        limit=_MAX_CONNECTIONS, limit_per_host=_MAX_TO_ONE_HOST, socket_factory=guarded_sockets(allowed)
    )
    return ClientSession(
        connector=connector,
        cookie_jar=DummyCookieJar(),
        trust_env=False,
        auto_decompress=False,
        # The whole call has a limit of its own.
        timeout=ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
        skip_auto_headers=("Content-Type",),
    )
