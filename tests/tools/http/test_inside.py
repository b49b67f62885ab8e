"""A service inside the network, which no tool may reach that its spec does not send there."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from runtime.errors import ToolError
from runtime.tools import declared
from tests.support.api import Api
from tests.tools.conftest import Folder
from tests.tools.http.conftest import Kit, Resolve, failure, schema

REFUSED = "The service is not on the public internet, and may not be reached from here"
UNREACHABLE = "The service cannot be reached"
NOT_PUBLIC = (
    "the host is no public address, and tools reach the public internet only; "
    "if it is meant, allow it with `allow_private: [{network}]`"
)
NO_HOST = "the address names no host"
FRAGMENT = "the address has a fragment, a part after #, which is never sent"

LOCAL = NOT_PUBLIC.format(network="127.0.0.1/32")


@pytest.fixture
async def inside() -> AsyncIterator[Api]:
    """Whoever reaches this has reached what he may not."""
    async with Api() as server:
        yield server
        assert server.connections == 0


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("127.0.0.1", LOCAL),
        ("localhost", LOCAL),
        ("LOCALHOST", LOCAL),
        ("LocalHost.", LOCAL),
        ("any.localhost", LOCAL),
        ("any.localhost.", LOCAL),
        ("127.1", LOCAL),
        ("0x7f.1", LOCAL),
        ("0X7F.0.0.1", LOCAL),
        ("0x7f000001", LOCAL),
        ("2130706433", LOCAL),
        ("0177.0.0.1", LOCAL),
        ("017700000001", LOCAL),
        ("127.0.0.1.", LOCAL),
        ("①②⑦.⓪.⓪.①", LOCAL),
        ("１２７.0.0.1", LOCAL),
        ("127。0。0。1", LOCAL),
        ("0.0.0.0", NOT_PUBLIC.format(network="0.0.0.0/32")),
        ("0", NOT_PUBLIC.format(network="0.0.0.0/32")),
        ("[::1]", NOT_PUBLIC.format(network="::1/128")),
        ("[0:0:0:0:0:0:0:1]", NOT_PUBLIC.format(network="::1/128")),
        ("[::]", NOT_PUBLIC.format(network="::/128")),
        ("[::ffff:127.0.0.1]", LOCAL),
        ("[::ffff:7f00:1]", LOCAL),
        ("[::7f00:1]", NOT_PUBLIC.format(network="::7f00:1/128")),
        ("[64:ff9b::7f00:1]", NOT_PUBLIC.format(network="64:ff9b::7f00:1/128")),
        ("[2002:7f00:1::]", NOT_PUBLIC.format(network="2002:7f00:1::/128")),
        ("[2001:0:7f00:1::]", NOT_PUBLIC.format(network="2001:0:7f00:1::/128")),
        ("[fec0::1]", NOT_PUBLIC.format(network="fec0::1/128")),
        ("[fd00:ec2::254]", NOT_PUBLIC.format(network="fd00:ec2::254/128")),
        ("[fe80::1%25eth0]", NOT_PUBLIC.format(network="fe80::1/128")),
        ("[ff02::1]", NOT_PUBLIC.format(network="ff02::1/128")),
        ("224.0.0.1", NOT_PUBLIC.format(network="224.0.0.1/32")),
        ("169.254.169.254", NOT_PUBLIC.format(network="169.254.169.254/32")),
        ("100.64.0.1", NOT_PUBLIC.format(network="100.64.0.1/32")),
        ("10.0.0.1", NOT_PUBLIC.format(network="10.0.0.1/32")),
        ("api.example@127.0.0.1", LOCAL),
        ("api.example:80@127.0.0.1", LOCAL),
        ("api.example\\@127.0.0.1", LOCAL),
        ("127.0.0.\t1", NO_HOST),
        ("127.0.0.1\n", NO_HOST),
        ("\x00127.0.0.1", NO_HOST),
    ],
)
async def test_an_address_inside_is_refused_when_bound(kit: Kit, inside: Api, host: str, said: str) -> None:
    assert kit.refusal(f"http://{host}:{inside.port}/x", allow_private=()) == said


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1#@api.example/", LOCAL),
        ("http://127.0.0.1?@api.example/", LOCAL),
        ("http://api.example#@127.0.0.1/", FRAGMENT),
        ("http://[::1", "the address has a host or port that is none"),
        ("http://api.example:99999/", "the address has a host or port that is none"),
    ],
)
async def test_tricks_with_the_authority_are_refused(kit: Kit, inside: Api, url: str, said: str) -> None:
    assert kit.refusal(url, allow_private=()) == said


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "0.0.0.0", "::1", "::ffff:127.0.0.1", "10.0.0.1", "169.254.169.254", "64:ff9b::7f00:1", "fe80::1"],
)
async def test_a_name_that_means_an_address_inside_is_refused(
    kit: Kit, inside: Api, resolve: Resolve, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    resolve({"api.example": [address]})
    tool = kit.bind(f"http://api.example:{inside.port}/", allow_private=(), retry=1)
    with caplog.at_level(logging.WARNING, "runtime.tools"):
        assert await failure(tool) == REFUSED


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1\\@api.example", "127.0.0.1%23@api.example", "%31%32%37.0.0.1", "0x7f.0.0.1.", "[::1]@api.example",
     "127.0.0.1%00.api.example", "nowhere.example", "api.example."],
)  # fmt: skip
async def test_whatever_is_made_of_a_host_the_socket_is_guarded(
    kit: Kit, inside: Api, resolve: Resolve, host: str
) -> None:
    resolve({"api.example": ["127.0.0.1"], "api.example.": ["127.0.0.1"]})
    said = ""
    try:
        tool = kit.bind(f"http://{host}:{inside.port}/", allow_private=())
    except ToolError as error:
        said = str(error)
    else:
        said = await failure(tool)
        assert said in (REFUSED, UNREACHABLE)
        assert re.search(r"\d", said) is None
    assert said


async def test_a_name_that_changes_its_mind_is_refused(
    kit: Kit, inside: Api, resolve: Resolve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is looked at is what is connected to: being public a moment ago opens no door."""
    tried: list[str] = []

    async def connect(_: object, made: object, address: tuple[str, int]) -> None:
        tried.append(address[0])
        raise ConnectionRefusedError  # no test reaches the internet

    monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", connect.__get__(tried))
    resolve({"api.example": ["8.8.8.8", "127.0.0.1", "8.8.8.8", "127.0.0.1"]})
    tool = kit.bind(f"http://api.example:{inside.port}/", allow_private=())
    said: list[str] = []
    for _ in range(4):
        said.append(await failure(tool))
        connector = kit.client.session(()).connector
        assert connector is not None
        connector.clear_dns_cache()  # type: ignore[attr-defined]
    assert said == [UNREACHABLE, REFUSED, UNREACHABLE, REFUSED]
    assert tried == ["8.8.8.8", "8.8.8.8"]


async def test_a_name_with_an_allowed_and_another_address_reaches_the_allowed_one(
    kit: Kit, api: Api, resolve: Resolve
) -> None:
    """Rebinding between two calls: the second finds no open connection and is refused."""
    resolve({"api.example": ["127.0.0.1", "127.0.0.2", "0.0.0.0"]})
    api.answers(web.Response(text="fine", headers={"Connection": "close"}))
    tool = kit.bind(f"http://api.example:{api.port}/", allow_private=("127.0.0.1/32",))
    assert await tool.call({}) == "fine"
    connector = kit.client.session(tool._exchange.allowed).connector
    for said in (REFUSED, REFUSED):
        assert connector is not None
        connector.clear_dns_cache()  # type: ignore[attr-defined]
        assert await failure(tool) == said
    assert api.connections == 1


@pytest.mark.parametrize("followed", [0, 5])
@pytest.mark.parametrize("location", ["http://127.0.0.1:{port}/", "//127.0.0.1:{port}/", "http://api.example:{port}/"])
async def test_a_redirect_leads_not_inside(
    kit: Kit, inside: Api, resolve: Resolve, location: str, followed: int
) -> None:
    resolve({"api.example": ["127.0.0.1"], "front.example": ["127.0.0.2"]})
    async with Api("127.0.0.2") as front:
        front.answers(web.Response(status=302, headers={"Location": location.format(port=inside.port)}))
        url = f"http://front.example:{front.port}/"
        tool = kit.bind(url, allow_private=("127.0.0.2/32",), max_redirects=followed)
        said = await failure(tool)
    assert said == "The service answered 302 Found: it sends to another address, which is not followed"


async def test_a_proxy_of_the_environment_is_not_asked(
    kit: Kit, inside: Api, resolve: Resolve, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, inside.url)
    resolve({"api.example": ["127.0.0.2"]})
    tool = kit.bind("http://api.example:9/", allow_private=())
    assert await failure(tool) == REFUSED


async def test_a_connection_is_not_lent_to_a_tool_that_may_not_open_it(kit: Kit, api: Api, resolve: Resolve) -> None:
    resolve({"api.example": ["127.0.0.1"]})
    url = f"http://api.example:{api.port}/"
    may, other = kit.bind(url, allow_private=("127.0.0.0/8",)), kit.bind(url, allow_private=("10.0.0.0/8",))
    may_not = kit.bind(url, allow_private=())
    assert await may.call({}) == "fine"
    assert [await failure(tool) for tool in (may_not, other)] == [REFUSED, REFUSED]
    assert await may.call({}) == "fine"
    assert (api.connections, len(api.seen)) == (1, 2)


async def test_ipv6_is_guarded_too(kit: Kit, resolve: Resolve) -> None:
    try:
        server = await Api("::1").__aenter__()
    except OSError:
        pytest.skip("no IPv6 here")
    resolve({"api.example": ["::1"]})
    refused = kit.bind(f"http://api.example:{server.port}/", allow_private=("127.0.0.0/8",))
    assert await failure(refused) == REFUSED
    assert server.connections == 0
    assert await kit.bind(server.url, allow_private=("::1/128",)).call({}) == "fine"
    await server.__aexit__(None, None, None)


@pytest.mark.parametrize("key", ["$ref", "$dynamicRef"])
async def test_a_schema_is_never_fetched(kit: Kit, inside: Api, folder: Folder, key: str) -> None:
    url = f"{inside.url}/x"
    said = f"`{key}: {url}` leads out of the parameters; put what it names into `$defs`"
    parameters = schema(a={key: url})
    assert kit.mistakes("https://api.example/", parameters=parameters) == [(("parameters",), said)]
    with pytest.raises(ToolError) as caught:
        declared.alone(schema(a={"anyOf": [{"items": {key: url}}]}))
    folder.write("mine.py", "def look(a): pass")
    refused = folder.refusal("mine:look", description="Looks.", parameters=parameters)
    assert (str(caught.value), refused) == (said, said)


async def test_a_schema_that_names_itself_elsewhere_is_never_fetched(kit: Kit, inside: Api) -> None:
    parameters = {**schema(a={"$ref": "#/$defs/a"}), "$id": f"{inside.url}/", "$defs": {"a": {}}}
    assert [path for path, _ in kit.mistakes("https://api.example/", parameters=parameters)] == [("parameters",)]
