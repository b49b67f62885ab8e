"""Whatever a client sends, it gets an answer it can act on, and the next turn works."""

import base64
from typing import Any

import aiohttp
import orjson
import pytest
from websockets.asyncio.client import connect as websockets_connect

from tests.conftest import OpenHouse
from tests.support.specs import TEXT, TOOLS, VOICE
from tests.support.upstream import Upstream

SPECS = {"ada": VOICE + "limits: {max_audio_bytes: 2000}\n", "bob": TEXT, "demo_tools.py": TOOLS}


def audio(data: bytes, **fields: Any) -> bytes:
    return orjson.dumps({"type": "audio", "data": base64.b64encode(data).decode(), **fields})


BAD: list[tuple[bytes, str]] = [
    (b"{", "bad_json"),
    (b"\xff\xfe\x00", "bad_json"),
    (b"", "bad_json"),
    (b"[" * 50_000, "bad_json"),
    (b'{"a": NaN}', "bad_json"),
    (b"null", "bad_message"),
    (b"[1, 2]", "bad_message"),
    (b'{"text": "no type"}', "bad_message"),
    (b'{"type": {}}', "bad_message"),
    (b'{"type": "transcript"}', "bad_message"),
    (b'{"type": "transcript", "text": ["a"]}', "bad_message"),
    (b'{"type": "transcript", "text": ""}', "bad_message"),
    (b'{"type": "playback", "messageId": 3, "playedMs": 1}', "bad_message"),
    (b'{"type": "dance"}', "unknown_type"),
    (b'{"type": "audio", "data": "%%%"}', "bad_audio"),
    (b'{"type": "audio", "data": ""}', "bad_audio"),
    (audio(b"abc", format="pcm", sampleRate=16000), "bad_audio"),
    (audio(b"no container at all", format="midi"), "unsupported_format"),
    (audio(b"no container at all"), "unsupported_format"),
    (audio(bytes(2001), format="wav"), "too_large"),
    (orjson.dumps({"type": "transcript", "text": "a" * 40_000}), "too_large"),
]


@pytest.mark.parametrize(("frame", "code"), BAD, ids=[f"{code}-{number}" for number, (_, code) in enumerate(BAD)])
async def test_a_bad_message_gets_its_code_and_changes_nothing(
    house: OpenHouse, upstream: Upstream, frame: bytes, code: str
) -> None:
    server = await house(SPECS)
    async with server.connect("/ada") as client:
        await client.socket.send_frame(frame, aiohttp.WSMsgType.TEXT)
        answer = await client.hear()
        assert answer["type"] == "error"
        assert answer["code"] == code
        assert 5 < len(answer["message"]) < 250
        await client.silence()
        assert (await client.turn("Hello"))[-1]["interrupted"] is False


async def test_binary_frames_are_refused_in_words(house: OpenHouse) -> None:
    server = await house(SPECS)
    async with server.connect("/ada") as client:
        await client.socket.send_bytes(b"\x00\x01")
        assert (await client.hear())["code"] == "bad_message"
        await client.turn("Hello")


async def test_audio_for_an_agent_that_reads_is_refused(house: OpenHouse) -> None:
    server = await house(SPECS)
    async with server.connect("/bob") as client:
        await client.socket.send_str(audio(b"RIFF").decode())
        assert (await client.hear())["code"] == "no_transcription"
        await client.turn("Hello")


async def test_a_bad_message_does_not_disturb_a_running_answer(house: OpenHouse) -> None:
    server = await house(SPECS)
    async with server.connect("/ada") as client:
        await client.say("Hello")
        await client.socket.send_str("{")
        heard = await client.until("response_complete")
    assert heard[-1]["interrupted"] is False


async def test_a_frame_beyond_all_bounds_closes_the_connection(house: OpenHouse) -> None:
    server = await house(SPECS)
    async with server.connect("/ada") as client:
        await client.socket.send_str("x" * 200_000)
        message = await client.socket.receive()
        assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
        assert client.socket.close_code == 1009
    async with server.connect("/ada") as client:
        await client.turn("Hello")


async def test_another_client_library_talks_to_us(house: OpenHouse) -> None:
    server = await house(SPECS)
    async with websockets_connect(server.http.replace("http", "ws") + "/ada", subprotocols=None) as socket:
        assert orjson.loads(await socket.recv())["type"] == "session_init"
        await socket.send(b"\xff\xfe", text=True)
        assert orjson.loads(await socket.recv())["code"] == "bad_json"
        await socket.send('{"type":"transcript","text":"Hello"}')
        kinds: list[str] = []
        while not kinds or kinds[-1] != "response_complete":
            kinds.append(orjson.loads(await socket.recv())["type"])
    assert kinds[0] == "stream_start"
    assert "audio_chunk" in kinds
