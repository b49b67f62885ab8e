"""Server addresses, and asking a server for its agents."""

from __future__ import annotations

import socket

import pytest
from aiohttp import web

from runtime.cli.address import Address, fetch_agents, read_address
from runtime.errors import CallboardError, UsageError
from tests.cli.stage import Stage, served


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ws://a:1", Address("a", 1)),
        ("a:1", Address("a", 1)),
        ("a", Address("a", 80)),
        ("http://a/", Address("a", 80)),
        ("wss://a", Address("a", 443, secure=True)),
        ("https://a:9/voice/", Address("a", 9, secure=True, prefix="/voice")),
        ("ws://[::1]:5", Address("::1", 5)),
    ],
)
def test_an_address_may_be_written_in_several_ways(text: str, expected: Address) -> None:
    assert read_address(text) == expected


@pytest.mark.parametrize("text", ["", "ftp://a", "ws://:1", "ws://a:port", "ws://[::1"])
def test_what_is_no_address_is_told(text: str) -> None:
    with pytest.raises(UsageError, match=r"is not a server's address, such as ws://127\.0\.0\.1:8080\.$"):
        read_address(text)


def test_an_agents_url_carries_the_variables() -> None:
    assert Address("::1", 5).websocket("/ada", {}) == "ws://[::1]:5/ada"
    url = Address("a", 9, secure=True, prefix="/v").websocket("/ada", {"guest": "Zoë & co"})
    assert url == "wss://a:9/v/ada?guest=Zo%C3%AB+%26+co"


def test_a_server_tells_its_agents() -> None:
    stage = Stage()
    with served(stage.app()) as url:
        assert fetch_agents(read_address(url)) == stage.agents


def test_a_server_that_is_not_there_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(CallboardError) as caught:
            fetch_agents(Address("127.0.0.1", port))
    expected = f"Cannot reach a server at ws://127.0.0.1:{port} (Connection refused). Does `callboard serve` run there?"
    assert str(caught.value) == expected


def test_a_server_that_speaks_no_http_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = Address("127.0.0.1", listener.getsockname()[1], secure=True)
        listener.close()
        with pytest.raises(CallboardError, match="Cannot reach a server"):
            fetch_agents(address)


@pytest.mark.parametrize("body", ["hello", "[]", "{}", '{"error": "no"}'])
def test_another_kind_of_server_is_told(body: str) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text=body)

    app = web.Application()
    app.router.add_get("/agents", answer)
    with served(app) as url, pytest.raises(CallboardError, match=r"is no Callboard server; give its address"):
        fetch_agents(read_address(url))
