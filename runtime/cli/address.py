"""Where a running server is, and which agents it serves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, cast
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
    _, answer = ask(address, "GET", "/agents")
    agents: Any = answer.get("agents")
    if not isinstance(agents, list):
        raise _stranger(address)
    return cast("list[dict[str, Any]]", agents)


def ask(address: Address, method: str, path: str, body: bytes | None = None) -> tuple[int, dict[str, Any]]:
    """Send a request; the status, and the object in the answer. Raises CallboardError."""
    kind = HTTPSConnection if address.secure else HTTPConnection
    connection = kind(address.host, address.port, timeout=_TIMEOUT_SECONDS)
    try:
        connection.request(method, f"{address.prefix}{path}", body, headers={"Accept": "application/json"})
        response = connection.getresponse()
        status, text = response.status, response.read()
    except (OSError, HTTPException) as error:
        raise unreachable(address, error) from None
    finally:
        connection.close()
    try:
        answer: Any = json.loads(text)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise _stranger(address)
    return status, cast("dict[str, Any]", answer)


def usual_address() -> Address:
    """Where `serve` listens when it is started here."""
    # Only here: with --url nothing of a server is needed.
    from runtime.cli.configuration import settings_from

    settings = settings_from({"agents": "."})  # the folder makes no difference, and may be elsewhere
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - the address is only looked up
    return Address(everywhere.get(settings.host, settings.host), settings.port)


def _stranger(address: Address) -> CallboardError:
    message = f"What answers at {address} is no Callboard server; give its address without an agent's path."
    return CallboardError(message)


def unreachable(address: Address, error: Exception) -> CallboardError:
    """Say that no server answers."""
    reason = getattr(error, "strerror", None) or ("no answer" if isinstance(error, TimeoutError) else "no HTTP")
    return CallboardError(f"Cannot reach a server at {address} ({reason}). Does `callboard serve` run there?")
