"""Interruptions: at once, at any moment, and down to the upstream's connections."""

import random

import pytest

from tests.conftest import OpenHouse
from tests.support.house import Client, kinds
from tests.support.order import check_order
from tests.support.specs import TEXT, TOOLS, VOICE
from tests.support.upstream import Call, Chat, Hold, Speech, Upstream

SPECS = {"ada": VOICE, "bob": TEXT, "demo_tools.py": TOOLS}
LONG = "One two three four. Five six seven eight. Nine ten eleven twelve. The end is here."


async def until_quiet(upstream: Upstream) -> None:
    await upstream.chat.wait(in_flight=0)
    await upstream.speech.wait(in_flight=0)


async def test_an_interruption_closes_model_and_speech_upstream(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    model, voice = Hold(), Hold()
    upstream.chat.script(Chat(LONG, at={10: model}))
    upstream.speech.default = Speech(at={1: voice})
    async with server.connect("/ada") as client:
        await client.say("Tell me.")
        await client.until("audio_chunk")
        assert upstream.chat.in_flight == 1
        assert upstream.speech.in_flight >= 1
        await client.send_json({"type": "interrupt", "reason": "user_speaking"})
        stopped = (await client.until("speech_interrupted"))[-1]
        await until_quiet(upstream)
        assert upstream.chat.cancelled == 1
        assert upstream.speech.cancelled >= 1
        model.release()
        voice.release()
        assert (await client.hear())["type"] == "response_complete"
        await client.silence()
        check_order(client.heard)
    assert stopped["reason"] == "user_speaking"


async def test_a_new_transcript_interrupts_and_is_answered(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    upstream.chat.script(Chat(LONG, at={6: Hold()}), Chat("Of course."))
    async with server.connect("/ada") as client:
        await client.say("Tell me.")
        await client.until("audio_chunk")
        heard = await client.turn("Stop")
        assert heard[-1]["interrupted"]
        heard = await client.until("response_complete")
        assert heard[-1]["text"] == "Of course."
        check_order(client.heard)
    assert [message["role"] for message in upstream.chat.requests[-1].body["messages"]][-1] == "user"


async def test_a_running_tool_is_stopped(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    upstream.chat.script(Chat(calls=[Call("slow")]))
    async with server.connect("/ada") as client:
        await client.say("Do it slowly.")
        await client.until("tool_call")
        await client.send_json({"type": "interrupt"})
        heard = await client.until("response_complete")
        await client.silence()
    assert heard[-1]["toolResults"][0]["output"] == {"error": "Interrupted by the user before there was a result."}


async def test_the_history_keeps_what_the_client_played(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    upstream.chat.script(Chat(LONG, at={17: Hold()}))
    async with server.connect("/ada") as client:
        await client.say("Tell me.")
        chunk = (await client.until("audio_chunk", chunkId=2, final=True))[-1]
        first = sum(heard["durationMs"] for heard in client.heard if heard.get("chunkId") == 1)
        report = {"messageId": chunk["messageId"], "playedMs": first}
        await client.send_json({"type": "interrupt", **report})
        stopped = (await client.until("speech_interrupted"))[-1]
        assert stopped["heardText"] == "One two three four."
        assert stopped["heardMs"] == round(first)
        await client.until("response_complete")
        await client.turn("And?")
    said = upstream.chat.requests[-1].body["messages"][2]
    assert said["role"] == "assistant"
    assert said["content"] == "One two three four."


@pytest.mark.timeout(180)
async def test_a_thousand_interruptions_leave_no_stale_sound(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    chance = random.Random(7)
    upstream.chat.default = lambda _: Chat(LONG, at={chance.randrange(6, 19): Hold()})
    upstream.speech.default = lambda _: Speech(
        pieces=6, at={chance.randrange(6): Hold()} if chance.random() < 0.4 else {}
    )
    async with server.connect("/ada") as client:
        for number in range(1000):
            await interrupt_somewhere(client, chance.randrange(0, 30), by_speech=number % 2 == 0)
        await client.silence()
        await until_quiet(upstream)
        check_order(client.heard)
    # An interruption that comes at once stops the model before it was asked.
    assert upstream.chat.cancelled == upstream.chat.started > 500
    assert upstream.speech.cancelled > 100


async def interrupt_somewhere(client: Client, place: int, *, by_speech: bool) -> None:
    """Start a turn, hear some of it, and interrupt; every message is checked against the rules afterwards."""
    await client.say("Tell me.")
    await client.hear_some(place, patience=0.01)
    await client.send_json({"type": "interrupt", "reason": "user_speaking" if by_speech else "button"})
    after = await client.until("response_complete")
    tail = kinds(after)[kinds(after).index("speech_interrupted") :]
    assert tail == ["speech_interrupted", "response_complete"]
