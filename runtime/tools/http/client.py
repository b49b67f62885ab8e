"""The connections of HTTP tools: pooled, guarded, and without a memory.

No proxy of the environment, no cookies, no .netrc; nothing is followed and nothing decompressed here. What may be
reached with one set of private networks never shares a connection with another set, nor does one agent with another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.tools.executor import Executor
from runtime.tools.http.addresses import Network

if TYPE_CHECKING:
    from aiohttp import ClientSession

CONNECT_SECONDS = 5.0


class HttpClient:
    """One agent's connections, a pool for each set of networks. aiohttp is imported with the first request."""

    def __init__(self, executor: Executor) -> None:
        self.executor = executor
        self._sessions: dict[tuple[Network, ...], ClientSession] = {}

    def session(self, allowed: tuple[Network, ...]) -> ClientSession:
        """The client that may reach these networks besides the public internet; inside a running loop."""
        if allowed not in self._sessions:
            self._sessions[allowed] = _open(allowed, self.executor)
        return self._sessions[allowed]

    async def aclose(self) -> None:
        """Close every connection."""
        sessions = list(self._sessions.values())
        self._sessions.clear()
        for session in sessions:
            await session.close()


class HttpClients:
    """The clients of all agents of the process, by name: a reload of the agent keeps its own."""

    def __init__(self) -> None:
        self._of: dict[str, HttpClient] = {}

    def of(self, agent: str, executor: Executor) -> HttpClient:
        """The agent's own. `executor` is where it looks up names and reads long answers."""
        if agent not in self._of:
            self._of[agent] = HttpClient(executor)
        return self._of[agent]

    async def aclose(self) -> None:
        """Close every connection."""
        for client in self._of.values():
            await client.aclose()


def _open(allowed: tuple[Network, ...], executor: Executor) -> ClientSession:
    from aiohttp import ClientSession, ClientTimeout, DummyCookieJar

    from runtime.tools.http.connector import GuardedConnector

    return ClientSession(
        connector=GuardedConnector(allowed, executor),
        cookie_jar=DummyCookieJar(),
        trust_env=False,
        auto_decompress=False,
        # The whole call has a limit of its own.
        timeout=ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
        skip_auto_headers=("Content-Type",),
    )
