"""A service to call, the short way to bind a tool to it, and a resolver that asks nobody."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from runtime.errors import ToolError
from runtime.settings import HttpSettings
from runtime.tools.context import Call, Caller
from runtime.tools.declaration import DeclarationErrors, Terms
from runtime.tools.executor import Executor
from runtime.tools.http.bind import bind
from runtime.tools.http.client import HttpClient
from runtime.tools.http.tool import HttpTool
from tests.support.api import Api

LOOPBACK = ("127.0.0.0/8", "::1/128")


def schema(*names: str, required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    """Parameters with these names, of any type or as given."""
    described = {name: {} for name in names} | properties
    return {"type": "object", "properties": described, "required": list(required)}


@dataclass(frozen=True, slots=True)
class Kit:
    client: HttpClient = field(default_factory=lambda: HttpClient(Executor()))

    def bind(
        self,
        url: str,
        *,
        parameters: Mapping[str, Any] | None = None,
        variables: tuple[str, ...] = (),
        limit_ms: int = 5_000,
        description: str = "Does it.",
        allow_private: tuple[str, ...] = LOOPBACK,
        **settings: Any,
    ) -> HttpTool:
        return bind(
            Terms("it", limit_ms, description, parameters),
            HttpSettings(url, allow_private=allow_private, **settings),
            variables=variables,
            client=self.client,
        )

    def mistakes(self, url: str, **options: Any) -> list[tuple[tuple[str | int, ...], str]]:
        """Bind what cannot be bound, and return every mistake with its path."""
        with pytest.raises(DeclarationErrors) as caught:
            self.bind(url, **options)
        return [(found.path, str(found)) for found in caught.value.found]

    def refusal(self, url: str, **options: Any) -> str:
        """The one mistake of an address."""
        ((path, message),) = self.mistakes(url, **options)
        assert path == ("http", "url")
        return message


async def failure(tool: HttpTool, call: Call | None = None, /, **arguments: Any) -> str:
    with pytest.raises(ToolError) as caught:
        await tool.call(arguments, call)
    return str(caught.value)


def called_with(**values: Any) -> Call:
    """A call of a session whose templates see these words."""
    return Call(Caller(values=values))


@pytest.fixture
async def kit() -> AsyncIterator[Kit]:
    kit = Kit()
    yield kit
    await kit.client.aclose()
    kit.client.executor.close()


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    async with Api() as server:
        yield server


Resolve = Callable[..., None]


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Resolve:
    """Let names mean addresses: `resolve({"api.example": ["8.8.8.8", "127.0.0.1"]})` gives one after the other.

    The last one is for ever. Numbers are still read by the system; any other name means nothing. Nobody is asked.
    """
    known: dict[str, list[str]] = {}
    real = socket.getaddrinfo

    def getaddrinfo(host: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0) -> Any:  # noqa: A002 - the name of the real one
        addresses = known.get(host.decode() if isinstance(host, bytes) else str(host))
        if addresses is not None:
            host = addresses.pop(0) if len(addresses) > 1 else addresses[0]
            family, flags = socket.AF_UNSPEC, 0
        return real(host, port, family, type, proto, flags | socket.AI_NUMERICHOST)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return lambda names: known.update({name: list(addresses) for name, addresses in names.items()})
