"""A call as a whole: its beginning, its trace, and what is kept from whom."""

from __future__ import annotations

import asyncio
import logging
from ipaddress import ip_network

import pytest
from aiohttp import web

from runtime.errors import ToolError
from runtime.settings import ProbeSettings, Secret
from runtime.tools.context import Call, Caller, WithdrawnError
from runtime.tools.executor import Executor
from runtime.tools.http.answer import is_expected
from runtime.tools.http.client import HttpClient
from tests.support.api import Api, Drip
from tests.tools.http.conftest import LOOPBACK, Kit, failure, schema

KEY = "sk-42/very secret"


@pytest.mark.parametrize(
    ("status", "expected", "is_so"),
    [
        (200, ("2xx",), True),
        (299, ("2XX",), True),
        (300, ("2xx",), False),
        (404, (200, 404), True),
        (404, ("2xx", "5xx"), False),
        (200, (), False),
    ],
)
def test_expected_statuses(status: int, expected: tuple[int | str, ...], *, is_so: bool) -> None:
    assert is_expected(status, expected) is is_so


async def test_a_withdrawn_call_is_not_sent(kit: Kit, api: Api) -> None:
    call = Call(Caller())
    assert call.withdraw()
    with pytest.raises(WithdrawnError):
        await kit.bind(api.url).call({}, call)
    assert api.connections == 0


async def test_a_call_with_wrong_arguments_does_not_begin(kit: Kit, api: Api) -> None:
    call = Call(Caller())
    assert await failure(kit.bind(api.url), call, unknown=1)
    assert call.withdraw()
    assert api.connections == 0


async def test_a_dropped_call_leaves_no_connection(kit: Kit, api: Api) -> None:
    api.answers(Drip(), web.Response(text="fine"))
    tool = kit.bind(api.url)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await tool.call({})
    assert await tool.call({}) == "fine"
    assert api.connections == 2


async def test_both_ways_are_traced_without_secrets(kit: Kit, api: Api) -> None:
    traced: list[tuple[str, str]] = []
    api.answers(web.Response(status=201, text=f"your key is {KEY}"))
    tool = kit.bind(
        f"{api.url}/{{{{ args.id }}}}",
        method="POST",
        headers={"Authorization": Secret(f"Bearer {KEY}", ("Bearer ", KEY, ""))},
        body=Secret(f"{KEY}: {{{{ args.id }}}}", ("", KEY, ": {{ args.id }}")),
        parameters=schema("id"),
    )
    assert await tool.call({"id": 7}, Call(Caller(), lambda *said: traced.append(said))) == "your key is ***"
    assert api.seen[0].headers["authorization"] == f"Bearer {KEY}"
    assert api.seen[0].body.decode() == f"{KEY}: 7"
    (request, sent), (answer, received) = traced
    assert (request, answer) == ("request", "answer")
    assert sent.splitlines()[0] == f"POST {api.url}/7"
    assert "Authorization: Bearer ***" in sent.splitlines()
    assert sent.splitlines()[-1] == "***: 7"
    assert received.splitlines() == ["201 Created", "Content-Type: text/plain; charset=utf-8", "", "your key is ***"]


async def test_a_value_from_outside_is_no_template(kit: Kit, api: Api) -> None:
    for value in ("{{ args.id }}", "{% endraw %}{{ args.id }}{% raw %}", "{%", "a{#b#}", "}}"):
        secret = Secret(f"<{value}>", ("<", value, ">"))
        await kit.bind(api.url, method="POST", json={"x": secret}, parameters=schema("id")).call({"id": "leak"})
        assert api.seen[-1].body.decode() == f'{{"x":"<{value}>"}}'


async def test_errors_hide_what_the_service_repeats(kit: Kit, api: Api, caplog: pytest.LogCaptureFixture) -> None:
    api.answers(web.Response(status=403, reason=f"bad {KEY}", text=f"{KEY} is unknown"))
    tool = kit.bind(api.url, query={"key": Secret(KEY)}, headers={"X-Token": "hunter2-hunter2"})
    assert await failure(tool) == "The service answered 403 bad ***: *** is unknown"
    api.answers(b"HTTP/1.1 sk-42/very secret hunter2-hunter2\r\n\r\n")
    with caplog.at_level(logging.WARNING):
        said = await failure(tool)
    assert said == "The service answered with something that is not HTTP"
    assert "hunter2" not in caplog.text
    assert KEY not in caplog.text


@pytest.mark.parametrize("length", [60, 100, 110, 118])
async def test_what_is_cut_is_hidden_before(kit: Kit, api: Api, length: int) -> None:
    """Reasons and types are cut to 120 characters, complaints to 1500."""
    key = "sk-" + "k3y" * 20
    padding = "x" * length
    tool = kit.bind(api.url, headers={"X-Token": key})
    api.answers(b"HTTP/1.1 404 " + f"{padding}{key}\r\nContent-Length: 0\r\n\r\n".encode())
    assert "k3y" not in await failure(tool)
    api.answers(web.Response(body=b"\0", headers={"Content-Type": f"image/{padding}{key}"}))
    assert "k3y" not in await failure(tool)
    api.answers(web.Response(status=400, text="x" * (1400 + length) + key))
    assert "k3y" not in await failure(tool)


async def test_an_answer_in_another_encoding_is_hidden_too(kit: Kit, api: Api) -> None:
    tool = kit.bind(api.url, headers={"X-Token": KEY})
    body = f"your key is {KEY.upper()}".encode("utf-16")
    api.answers(web.Response(body=body, headers={"Content-Type": "text/plain; charset=utf-16"}))
    assert await tool.call({}) == "your key is ***"


async def test_numbers_that_happen_to_be_those_of_the_request_stay(kit: Kit, api: Api) -> None:
    """A value from outside in the address need not be a secret, and JSON without its numbers is none."""
    api.answers(web.json_response({"hotel": 1234, "free": 3}))
    url = Secret(f"{api.url}/hotels/1234", (f"{api.url}/hotels/", "1234", ""))
    assert await kit.bind(url).call({}) == {"hotel": 1234, "free": 3}
    assert await kit.bind(url, result="free").call({}) == 3


async def test_what_is_logged_of_a_broken_answer_is_short(kit: Kit, api: Api, caplog: pytest.LogCaptureFixture) -> None:
    api.answers(b"HTTP/1.1 200 " + b"x" * 20_000 + b"\r\n\r\n")
    with caplog.at_level(logging.WARNING):
        await failure(kit.bind(api.url))
    assert len(caplog.text) < 500


async def test_a_probe_tells_no_secret(kit: Kit, api: Api) -> None:
    url = Secret(f"{api.url}/?q=a b&key={KEY}", (f"{api.url}/?q=a b&key=", KEY, ""))
    tool = kit.bind(api.url, headers={"X-Token": "hunter2-hunter2"}, probe=ProbeSettings(url))
    api.answers(web.Response(status=403, reason=f"Key {KEY} of hunter2-hunter2 is unknown"))
    with pytest.raises(ToolError, match=r"^The service answered 403 Key \*\*\* of \*\*\* is unknown$"):
        await tool.probe()
    assert api.seen[0].target == "/?q=a%20b&key=sk-42/very%20secret"


async def test_a_probe_is_harmless(kit: Kit, api: Api) -> None:
    tool = kit.bind(
        f"{api.url}/book",
        method="POST",
        json={"x": "{{ args.x }}"},
        headers={"X-Key": "k", "X-Who": "{{ args.x }}"},
        parameters=schema("x", required=("x",)),
        probe=ProbeSettings(f"{api.url}/health up?x=1", expect_status=(200, 401)),
    )
    await tool.probe()
    api.answers(web.Response(status=500, text="down"))
    with pytest.raises(Exception, match=r"^The service answered 500 Internal Server Error$"):
        await tool.probe()
    assert {(seen.method, seen.target, seen.body) for seen in api.seen} == {("GET", "/health%20up?x=1", b"")}
    assert api.seen[0].headers["x-key"] == "k"
    assert "x-who" not in api.seen[0].headers
    await kit.bind(api.url).probe()


async def test_many_calls_share_connections(kit: Kit, api: Api) -> None:
    tool = kit.bind(api.url)
    for _ in range(5):
        assert await tool.call({}) == "fine"
    assert api.connections == 1
    async with asyncio.TaskGroup() as tasks:
        calls = [tasks.create_task(tool.call({}), name="call") for _ in range(60)]
    assert {call.result() for call in calls} == {"fine"}
    assert api.connections <= 61, "as many as there are calls: none waits for another's connection"


async def test_each_set_of_networks_has_a_client() -> None:
    clients = HttpClient(Executor())
    networks = tuple(map(ip_network, LOOPBACK))
    first, other = clients.session(networks), clients.session(())
    assert first is clients.session(networks)
    assert first is not other
    await clients.aclose()
    assert first.closed
    assert other.closed
