"""Every persona in `agents.d/` talks: with an upstream, and with no key and no network."""

import base64
import importlib.util
from pathlib import Path

import pytest

from tests.conftest import OpenHouse
from tests.support.house import audio_of, kinds, serve_folder, text_of
from tests.support.order import check_order
from tests.support.upstream import Call, Chat, Hold, Speech, Upstream

AGENTS = Path(__file__).parents[2] / "agents.d"
PATHS = {"assistant": "/", "concierge": "/concierge?guest_name=Mr+Bell", "guia": "/lisboa/guia", "kitchen": "/kitchen"}
SHIPPED = sorted(PATHS)  # others in the folder are a user's own
CALLS = {
    "assistant": Call("get_weather", '{"city": "Rome"}'),
    "concierge": Call("opening_hours", '{"place": "sauna"}'),
    "guia": Call("proximo_eletrico", '{"linha": "28"}'),
    "kitchen": Call("convert_measure", '{"amount": 2, "source": "cups", "target": "millilitres"}'),
}
QUESTIONS = {
    "assistant": ("What is the weather like in Rome?", "get_weather", "Rome usually has"),
    "concierge": ("When does the sauna open?", "opening_hours", "The sauna is open from 15:00 to 21:00."),
    "guia": ("Quando passa o elétrico 28?", "proximo_eletrico", "O elétrico 28 passa daqui a"),
    "kitchen": ("How many millilitres are in 2 cups?", "convert_measure", "2 cups are 480 millilitres."),
}
FORMATS = {"assistant": "mp3", "concierge": "mp3", "guia": "wav", "kitchen": "pcm"}
speaks_locally = pytest.mark.skipif(
    importlib.util.find_spec("espeakng_loader") is None, reason="needs callboard[local]"
)


def test_every_shipped_persona_is_tested() -> None:
    assert PATHS.keys() == CALLS.keys() == QUESTIONS.keys() == FORMATS.keys()
    assert set(SHIPPED) <= {path.stem for path in AGENTS.glob("*.yaml")}


@pytest.mark.parametrize("name", SHIPPED)
async def test_a_persona_talks_through_an_upstream(upstream: Upstream, name: str) -> None:
    hold = Hold()
    async with serve_folder(AGENTS, upstream.env) as server, server.connect(PATHS[name]) as client:
        if name in ("concierge", "guia"):
            greeting = await client.until("response_complete")
            assert "audio_chunk" in kinds(greeting)
        upstream.chat.script(
            Chat("One moment, please.", calls=[CALLS[name]]), Chat("Here it is. That is all there is.")
        )
        upstream.speech.script(Speech(at={1: hold}))
        await client.say("Please.")
        first = (await client.until("audio_chunk"))[-1]
        assert upstream.speech.in_flight >= 1, "sound reaches the client before the upstream has sent it all"
        assert first["format"] == FORMATS[name]
        hold.release()
        heard = await client.until("response_complete")
        check_order(client.heard)
    results = [message for message in client.heard if message["type"] == "tool_result"]
    assert [result["name"] for result in results] == [CALLS[name].name]
    assert heard[-1]["text"] == "One moment, please.Here it is. That is all there is."
    assert len(audio_of(client.heard)) > 2000


@speaks_locally
@pytest.mark.parametrize("name", SHIPPED)
async def test_a_persona_talks_with_no_key_and_no_network(name: str) -> None:
    question, tool, answer = QUESTIONS[name]
    async with serve_folder(AGENTS, {}) as server, server.connect(PATHS[name]) as client:
        if name in ("concierge", "guia"):
            await client.until("response_complete")
        heard = await client.turn(question)
        check_order(client.heard)
    assert [message["name"] for message in heard if message["type"] == "tool_result"] == [tool]
    assert answer in text_of(heard)
    seconds = sum(message["durationMs"] for message in heard if message["type"] == "audio_chunk") / 1000
    words = len(text_of(heard).split())
    assert 0.15 < seconds / words < 1.0, "about as long as a person would need"


@speaks_locally
async def test_the_concierge_asks_before_it_books() -> None:
    async with serve_folder(AGENTS, {}) as server, server.connect(PATHS["concierge"]) as client:
        greeting = await client.until("response_complete")
        assert "Mr Bell" in greeting[-1]["text"]
        heard = await client.turn("Book a table for two people at eight.")
        assert [message["result"]["status"] for message in heard if message["type"] == "tool_result"] == [
            "confirmation_required"
        ]
        heard = await client.turn("Yes, please.")
        assert "is booked, number" in text_of(heard)
        check_order(client.heard)


@speaks_locally
@pytest.mark.timeout(60)
async def test_a_spoken_question_is_understood_and_answered() -> None:
    pytest.importorskip("pocketsphinx")
    from runtime.providers.local.voice import LocalVoice
    from runtime.settings import VoiceSettings

    voice = LocalVoice(VoiceSettings("en-us+f3", format="wav"))
    question = b"".join([piece async for piece in voice.stream("what is the weather in paris")])
    async with serve_folder(AGENTS, {}) as server, server.connect("/") as client:
        await client.send_json({"type": "audio", "data": base64.b64encode(question).decode(), "format": "wav"})
        heard = await client.until("response_complete")
        check_order(client.heard)
    assert heard[0]["type"] == "transcription_result"
    assert heard[0]["text"].lower() == "what is the weather in paris"
    assert "Paris usually has" in text_of(heard)


async def test_each_persona_has_its_own_character(house: OpenHouse) -> None:
    async with serve_folder(AGENTS, {"OPENAI_API_KEY": "k"}) as server:
        agents = [agent for agent in server.world.catalog.current.agents if agent.name in SHIPPED]
    assert len({agent.choices["voice"].label for agent in agents}) == len(agents)
    assert len({agent.plan.chunking for agent in agents}) == len(agents)
    assert len({tuple(agent.tools) for agent in agents}) == len(agents)
