"""Connections that are kept, and names that are looked up, without one caller's trouble becoming another's."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from typing import Any

import pytest
from aiohttp import web

from runtime.tools.executor import Executor
from runtime.tools.http import connector
from runtime.tools.http.client import HttpClient
from tests.support.api import Api, Drip
from tests.tools.http.conftest import Kit, failure


async def passed(seconds: float) -> None:
    """Time goes by."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.Event().wait()


FINE = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\n"


async def test_what_was_sent_unasked_is_not_taken_for_the_next_answer(kit: Kit, api: Api) -> None:
    """A second answer that arrives later, on a connection that is kept."""
    api.answers(Drip((FINE + b"mine", FINE + b"evil"), pause=0.05), web.Response(text="good"))
    tool = kit.bind(api.url)
    assert await tool.call({}) == "mine"
    await passed(0.15)  # the second answer is there
    assert await tool.call({}) == "good"
    assert api.connections == 2


async def test_many_calls_to_one_host_do_not_wait_for_each_other(kit: Kit, api: Api) -> None:
    api.answers(*[Drip()] * 150, web.Response(text="fine"))
    tool = kit.bind(api.url, limit_ms=3000)
    async with asyncio.TaskGroup() as tasks:
        silent = [tasks.create_task(failure(tool), name="silent") for _ in range(150)]
        while len(api.seen) < 150:
            await passed(0.01)
        assert await tool.call({}) == "fine"
        assert not any(each.done() for each in silent)
        for each in silent:
            each.cancel()


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the name server of `*.hang` keep silent until the test is over."""
    over, real = threading.Event(), socket.getaddrinfo

    def getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        if str(host).endswith(".hang"):
            over.wait(20)
            raise socket.gaierror(socket.EAI_AGAIN, "nobody answers")
        return real(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield
    over.set()


@pytest.mark.usefixtures("hanging")
async def test_a_name_server_that_hangs_stops_its_agent_alone(kit: Kit, api: Api) -> None:
    other = Kit(HttpClient(Executor()))
    async with asyncio.TaskGroup() as tasks:
        for number in range(12):
            tool = kit.bind(f"http://n{number}.hang/", limit_ms=300)
            tasks.create_task(failure(tool), name="hanging")
    # Neither the loop's own threads, which models need, nor another agent's are held.
    async with asyncio.timeout(2):
        await asyncio.get_running_loop().getaddrinfo("localhost", 80)
        assert await other.bind(f"http://localhost:{api.port}/").call({}) == "fine"
    await other.client.aclose()


@pytest.mark.usefixtures("hanging")
async def test_a_lookup_that_takes_too_long_is_left(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connector, "LOOKUP_SECONDS", 0.05)
    assert await failure(kit.bind("http://n.hang/")) == "The service cannot be reached"


async def test_the_result_of_a_long_answer_is_made_in_a_thread(
    kit: Kit, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    from runtime.tools.http import answer
    from runtime.tools.http import tool as module

    where: list[str] = []
    real = answer.result_of

    def result_of(*arguments: Any) -> Any:
        where.append(threading.current_thread().name)
        return real(*arguments)

    monkeypatch.setattr(module, "result_of", result_of)
    api.answers(web.json_response([0] * 10), web.json_response([0] * 100_000))
    tool = kit.bind(api.url)
    assert await tool.call({}) == [0] * 10
    assert (await tool.call({}))[-1] == {"truncated": "69281 more items"}
    assert where == [threading.current_thread().name, "callboard-tool"]


async def test_a_link_local_address_keeps_its_zone() -> None:
    found = connector._result("host", socket.AF_INET6, 1, 6, "", ("fe80::1", 80, 0, 3))
    assert (found["host"], found["port"], found["hostname"]) == ("fe80::1%3", 80, "host")
