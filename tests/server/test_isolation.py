"""Sessions share nothing: not their words, not their troubles, and nothing of them stays behind."""

import asyncio
import gc
import sys
from collections import Counter
from pathlib import Path

import pytest

from runtime.conversation.conversation import Conversation
from runtime.session.session import Session
from tests.conftest import OpenHouse
from tests.support.house import House, kinds, text_of
from tests.support.order import check_order
from tests.support.specs import TEXT, TOOLS, VOICE
from tests.support.upstream import Call, Chat, Hold, Refusal, Request, Upstream

SPECS = {"ada": VOICE, "bob": TEXT, "demo_tools.py": TOOLS}


def echo(request: Request) -> Chat | Refusal:
    """Say back everything that the user has said, so that a leak between sessions would be read."""
    if request.body["messages"][-1]["role"] == "tool":
        return Chat("Done with the tool.")
    said = [message["content"] for message in request.body["messages"] if message["role"] == "user"]
    if said[-1].startswith("broken"):
        return Chat(calls=[Call("broken")])
    if said[-1].startswith("refuse"):
        return Refusal(400, "No.")
    return Chat("You said " + ", then ".join(said) + ".")


async def talk(server: House, path: str, name: str, turns: int) -> None:
    async with server.connect(path) as client:
        said: list[str] = []
        for number in range(turns):
            said.append(f"{name} word {number}")
            heard = await client.turn(said[-1])
            assert text_of(heard) == "You said " + ", then ".join(said) + "."
        check_order(client.heard)
        assert all(message.get("agent", path[1:]) == path[1:] for message in client.heard)


async def test_two_clients_on_each_of_two_paths_never_hear_each_other(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    upstream.chat.default = echo
    async with asyncio.TaskGroup() as tasks:
        for path, name in (("/ada", "anna"), ("/ada", "otto"), ("/bob", "emma"), ("/bob", "hans")):
            tasks.create_task(talk(server, path, name, 6))
    systems = Counter(request.body["messages"][0]["content"] for request in upstream.chat.requests)
    assert systems == {"You are Ada.": 12, "You are Bob.": 12}


async def test_trouble_stays_with_the_session_that_has_it(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    upstream.chat.default = echo

    async def stumble(word: str) -> None:
        async with server.connect("/ada") as client:
            for _ in range(5):
                heard = await client.turn(word)
                assert {"tool_error", "stream_error"} & set(kinds(heard))

    async def vanish() -> None:
        for _ in range(5):
            async with server.connect("/ada") as client:
                await client.say("and gone")
                await client.until("text_delta")

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(stumble("broken"))
        tasks.create_task(stumble("refuse"))
        tasks.create_task(vanish())
        tasks.create_task(talk(server, "/ada", "anna", 8))
        tasks.create_task(talk(server, "/bob", "emma", 8))


async def test_a_client_that_vanishes_stops_its_requests(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    upstream.chat.default = Chat("One two three. Four five six.", at={3: Hold()})
    async with server.connect("/ada") as client:
        await client.say("Hello")
        await client.until("text_delta")
        transport = client.socket.get_extra_info("socket")
        assert transport is not None
    await upstream.chat.wait(in_flight=0)
    assert upstream.chat.cancelled == 1


async def until_gone(server: House) -> None:
    """Let the server notice that its clients left."""
    async with asyncio.timeout(10):
        while server.connections:
            await server.get("/healthz")


async def one_cycle(server: House, number: int) -> None:
    """Connect, talk, and leave: at the end of a turn, in its middle, or at once."""
    async with server.connect("/ada" if number % 3 else "/bob") as client:
        if number % 5 == 4:
            return
        await client.say("Hello there")
        await client.until("response_complete" if number % 2 else "text_delta")


def count_sessions() -> tuple[int, int]:
    gc.collect()
    living = [type(item) for item in gc.get_objects()]
    return living.count(Session), living.count(Conversation)


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@pytest.mark.timeout(240)
@pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors in /proc")
async def test_two_thousand_sessions_leave_nothing_behind(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    upstream.chat.default = echo

    async def cycles(count: int) -> None:
        for start in range(0, count, 8):
            async with asyncio.TaskGroup() as tasks:
                for number in range(start, start + 8):
                    tasks.create_task(one_cycle(server, number))
        await until_gone(server)
        await upstream.chat.wait(in_flight=0)
        await upstream.speech.wait(in_flight=0)

    await cycles(200)
    before = (len(asyncio.all_tasks()), count_sessions())
    files = open_files()
    await cycles(2000)
    assert (len(asyncio.all_tasks()), count_sessions()) == before
    # Kept-alive connections to the upstream come and go within the pool's bounds, on both ends of this process.
    assert open_files() <= files + 16
    assert before[1] == (0, 0)
