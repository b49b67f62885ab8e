"""Where a running server is, and which agents it serves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from typing_extensions import override

from runtime.errors import CallboardError, UsageError

_SECURE = {"ws": False, "http": False, "wss": True, "https": True}
_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Address:
    """A server's address. `prefix` is the path in front of all of its own, empty or such as `/voice`."""

    host: str
    port: int
    secure: bool = False
    prefix: str = ""

    def websocket(self, path: str, variables: Mapping[str, str]) -> str:
        """The URL of an agent's path, with the session's variables."""
        query = f"?{urlencode(variables)}" if variables else ""
        return f"{self}{path}{query}"

    @override
    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'wss' if self.secure else 'ws'}://{host}:{self.port}{self.prefix}"


def read_address(text: str) -> Address:
    """Read `ws://host:port`, also with another scheme of the web or none. Raises UsageError."""
    try:
        url = urlsplit(text if "://" in text else f"ws://{text}")
        host, port = url.hostname, url.port
    except ValueError:
        host, port, url = None, None, urlsplit("")
    if not host or url.scheme not in _SECURE:
        raise UsageError(f"--url: {text!r} is not a server's address, such as ws://127.0.0.1:8080.")
    secure = _SECURE[url.scheme]
    return Address(host, port or (443 if secure else 80), secure, url.path.rstrip("/"))


def fetch_agents(address: Address) -> list[dict[str, Any]]:
    """Ask the server for its agents (`GET /agents`). Raises CallboardError."""
    kind = HTTPSConnection if address.secure else HTTPConnection
    connection = kind(address.host, address.port, timeout=_TIMEOUT_SECONDS)
    try:
        connection.request("GET", f"{address.prefix}/agents", headers={"Accept": "application/json"})
        body = connection.getresponse().read()
    except (OSError, HTTPException) as error:
        raise unreachable(address, error) from None
    finally:
        connection.close()
    try:
        return read_agents(body)
    except (ValueError, KeyError, TypeError):
        message = f"What answers at {address} is no Callboard server; give its address without an agent's path."
        raise CallboardError(message) from None


def read_agents(body: Any) -> list[dict[str, Any]]:
    """The agents in the answer to `GET /agents`. Raises ValueError, KeyError or TypeError for anything else."""
    agents: list[dict[str, Any]] = json.loads(body)["agents"]
    return agents


def unreachable(address: Address, error: Exception) -> CallboardError:
    """Say that no server answers."""
    reason = getattr(error, "strerror", None) or ("no answer" if isinstance(error, TimeoutError) else "no HTTP")
    return CallboardError(f"Cannot reach a server at {address} ({reason}). Does `callboard serve` run there?")
