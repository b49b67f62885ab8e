"""Plain HTTP on the same port, and what a handshake may bring."""

import aiohttp
import pytest

from tests.conftest import OpenHouse
from tests.support.specs import TEXT, TOOLS, VOICE
from tests.support.upstream import Chat, Upstream

SPECS = {"ada": VOICE + "description: Speaks.\n", "bob": TEXT, "demo_tools.py": TOOLS}
GREETER = """\
model: gpt-4o
voice: null
instructions: You talk to {{ guest }}, aged {{ age }}. {{ agent }} {{ session_id[:4] }} {{ timezone }}
timezone: Europe/Lisbon
variables:
  guest: {type: string, default: guest, max_length: 20, from: query}
  age: {type: integer, default: 0, from: query}
  tier: {type: string, enum: [gold, silver], default: silver}
  token_name: {type: string, from: header, default: none}
"""


async def test_health_is_a_matter_of_the_loop(house: OpenHouse) -> None:
    server = await house(SPECS)
    assert await server.get("/healthz") == (200, {"status": "ok"})


async def test_the_agents_are_listed_without_secrets_or_instructions(house: OpenHouse) -> None:
    server = await house({**SPECS, "bad": "model: 3\n"})
    status, listed = await server.get("/agents")
    assert status == 200
    ada, bob, bad = listed["agents"]
    assert listed["generation"] == 1
    assert ada | {"revision": ""} == {
        "name": "ada",
        "path": "/ada",
        "description": "Speaks.",
        "state": "ready",
        "revision": "",
        "model": "openai/gpt-4o",
        "voice": "openai/alloy",
        "problems": 0,
    }
    assert bob["voice"] is None
    assert (bad["name"], bad["state"]) == ("bad", "failed")
    assert bad["problems"] >= 1
    assert "You are" not in str(listed)


@pytest.mark.parametrize("path", ["/nobody", "/ada/more", "/agents/ada/x"])
async def test_a_path_without_an_agent_is_not_found(house: OpenHouse, path: str) -> None:
    server = await house(SPECS)
    status, answer = await server.get(path)
    assert status == 404
    assert "error" in answer
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await server.session.ws_connect(server.http + path)
    assert refused.value.status == 404


async def test_a_plain_get_on_an_agent_explains_how_to_connect(house: OpenHouse) -> None:
    server = await house(SPECS)
    status, answer = await server.get("/ada")
    assert status == 426
    assert "WebSocket" in answer["error"]


async def test_a_wrong_method_is_refused_as_json(house: OpenHouse) -> None:
    server = await house(SPECS)
    async with server.session.post(server.http + "/healthz") as response:
        assert response.status in (404, 405)
        assert "error" in await response.json()


async def test_the_subprotocol_is_selected_when_offered(house: OpenHouse) -> None:
    server = await house(SPECS)
    async with server.connect("/ada", protocols=("other", "callboard.v1")) as client:
        assert client.socket.protocol == "callboard.v1"


async def test_compression_is_not_negotiated(house: OpenHouse) -> None:
    server = await house(SPECS)
    async with server.connect("/ada", compress=15) as client:
        assert client.socket.compress == 0


async def test_variables_of_the_handshake_reach_the_instructions(house: OpenHouse, upstream: Upstream) -> None:
    server = await house({"greeter": GREETER})
    upstream.chat.default = Chat("Hi.")
    async with server.connect("/greeter?guest=Ada%0ALovelace&age=36&unknown=1") as client:
        await client.turn("Hello")
    asked = upstream.chat.requests[-1].body["messages"][0]["content"]
    assert asked == "You talk to AdaLovelace, aged 36. greeter ses_ Europe/Lisbon"


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?guest=" + "x" * 21, "longer than 20"),
        ("?age=old", "integer"),
        ("?tier=bronze", "one of: gold, silver"),
    ],
)
async def test_a_value_that_does_not_fit_refuses_the_session(house: OpenHouse, query: str, says: str) -> None:
    server = await house({"greeter": GREETER})
    async with server.session.get(server.http + "/greeter" + query, headers=UPGRADE) as response:
        assert response.status == 400
        assert says in (await response.json())["error"]


UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}


async def test_the_root_and_a_trailing_slash_are_paths_like_any_other(house: OpenHouse) -> None:
    server = await house({"ada": TEXT + "path: /\n", "bob": TEXT})
    async with server.connect("/", greet=False) as client:
        assert (await client.hear())["agent"] == "ada"
    async with server.connect("/bob/", greet=False) as client:
        assert (await client.hear())["agent"] == "bob"


async def test_instructions_that_cannot_be_filled_in_refuse_the_session(house: OpenHouse) -> None:
    spec = "model: gpt-4o\nvoice: null\nvariables: {guest: {type: string, default: ''}}\n"
    server = await house({"ada": spec + "instructions: Hello {{ guest[999999] }}\n"})
    async with server.session.get(server.http + "/ada", headers=UPGRADE) as response:
        assert response.status == 500
        assert "cannot be filled in" in (await response.json())["error"]


@pytest.mark.parametrize("method", ["POST", "HEAD", "DELETE"])
async def test_only_get_opens_a_session(house: OpenHouse, method: str) -> None:
    server = await house(SPECS)
    async with server.session.request(method, server.http + "/ada", headers=UPGRADE) as response:
        assert response.status == 426
