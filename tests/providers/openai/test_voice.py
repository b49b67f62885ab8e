from __future__ import annotations

import asyncio
import re
from contextlib import aclosing
from typing import Any

import pytest

from runtime.errors import ProviderError, SettingsError
from runtime.providers.http.pool import HttpPool
from runtime.providers.openai.voice import OpenAIVoice
from runtime.settings import VoiceSettings
from tests.support.upstream import (
    Cut,
    Hold,
    Refusal,
    Reply,
    Silence,
    Speech,
    Stall,
    Upstream,
    html_page,
    rate_limited,
    sound,
)


def voice_of(upstream: Upstream, pool: HttpPool, **settings: Any) -> OpenAIVoice:
    return OpenAIVoice(VoiceSettings(**settings), pool, base_url=upstream.base_url, api_key=upstream.api_key)


async def everything(voice: OpenAIVoice, text: str = "Hello.") -> bytes:
    return b"".join([piece async for piece in voice.stream(text)])


@pytest.mark.parametrize("audio_format", ["mp3", "opus", "wav", "pcm", "aac", "flac"])
async def test_sound_arrives_whole_in_every_format(upstream: Upstream, pool: HttpPool, audio_format: str) -> None:
    voice = voice_of(upstream, pool, format=audio_format)
    assert await everything(voice) == sound("Hello.", audio_format)
    assert voice.format == audio_format
    assert voice.sample_rate == (24_000 if audio_format in ("pcm", "wav") else None)


async def test_the_request_says_what_is_set_and_no_more(upstream: Upstream, pool: HttpPool) -> None:
    await everything(voice_of(upstream, pool))
    await everything(voice_of(upstream, pool, name="echo", model="tts-1", speed=1.5, instructions="Whisper."))
    assert [request.body for request in upstream.speech.requests] == [
        {"model": "gpt-4o-mini-tts", "voice": "alloy", "response_format": "mp3", "input": "Hello."},
        {
            "model": "tts-1",
            "voice": "echo",
            "response_format": "mp3",
            "input": "Hello.",
            "speed": 1.5,
            "instructions": "Whisper.",
        },
    ]


def test_an_unknown_format_is_refused(pool: HttpPool) -> None:
    with pytest.raises(SettingsError) as raised:
        OpenAIVoice(VoiceSettings(format="midi"), pool, base_url="http://h/v1", api_key="k")
    assert raised.value.key == "format"


async def test_the_first_sound_arrives_before_the_server_has_the_rest(upstream: Upstream, pool: HttpPool) -> None:
    hold = Hold()
    upstream.speech.script(Speech(b"abcdefgh", pieces=4, at={1: hold}))
    async with aclosing(voice_of(upstream, pool).stream("Hello.")) as stream:
        assert await anext(stream) == b"ab"
        assert upstream.speech.completed == 0
        hold.release()
        assert b"".join([piece async for piece in stream]) == b"cdefgh"


async def test_leaving_a_stream_closes_the_upstream_request(upstream: Upstream, pool: HttpPool) -> None:
    upstream.speech.script(Speech(at={1: Stall()}))
    async with aclosing(voice_of(upstream, pool).stream("Hello.")) as stream:
        await anext(stream)
    await upstream.speech.wait(cancelled=1, in_flight=0)


@pytest.mark.parametrize("reply", [Silence(), Speech(at={0: Stall()}), Speech(at={2: Stall()})])
async def test_cancelling_the_reader_closes_the_upstream_request(
    upstream: Upstream, pool: HttpPool, reply: Reply
) -> None:
    upstream.speech.script(reply)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(everything(voice_of(upstream, pool)))
        await upstream.speech.wait(in_flight=1)
        task.cancel()
    await upstream.speech.wait(cancelled=1, in_flight=0)


async def test_speeches_share_a_connection(upstream: Upstream, pool: HttpPool) -> None:
    voice = voice_of(upstream, pool)
    for _ in range(5):
        assert await everything(voice)
    assert upstream.connections == 1


@pytest.mark.parametrize("first", [Refusal(500), rate_limited("0"), Speech(at={0: Cut()}), Speech(b"")])
async def test_what_may_pass_is_tried_again_before_the_first_sound(
    upstream: Upstream, pool: HttpPool, first: Reply
) -> None:
    upstream.speech.script(first)
    assert await everything(voice_of(upstream, pool)) == sound("Hello.", "mp3")
    assert upstream.speech.started == 2


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (html_page(), "The voice's server sent text/html where a stream was expected."),
        (Refusal(200, "No such voice."), "No such voice."),
        (Refusal(404, "No such voice."), "No such voice."),
        (Refusal(401), r"The voice's server refused the key \(401\)."),
        (Speech(at={2: Cut()}), "closed the connection"),
    ],
)
async def test_what_will_not_pass_is_not_tried_again(
    upstream: Upstream, pool: HttpPool, reply: Reply, sentence: str
) -> None:
    upstream.speech.script(reply)
    with pytest.raises(ProviderError) as raised:
        await everything(voice_of(upstream, pool))
    assert re.search(sentence, f"{raised.value} {raised.value.detail}")
    assert raised.value.code == "speech_failed"
    assert upstream.speech.started == 1


@pytest.mark.parametrize("reply", [Silence(), Speech(at={0: Stall()}), Speech(at={2: Stall()})])
async def test_all_of_it_has_a_deadline(upstream: Upstream, pool: HttpPool, reply: Reply) -> None:
    upstream.speech.script(reply)
    with pytest.raises(ProviderError, match="did not answer in time") as raised:
        await everything(voice_of(upstream, pool, timeout_ms=50))
    assert raised.value.code == "speech_failed"
    await upstream.speech.wait(cancelled=1, in_flight=0)


async def test_no_sound_at_all_is_an_error(upstream: Upstream, pool: HttpPool) -> None:
    upstream.speech.default = Speech(b"")
    with pytest.raises(ProviderError, match="sent no sound"):
        await everything(voice_of(upstream, pool, max_retries=0))


def test_the_key_is_not_shown(pool: HttpPool) -> None:
    voice = OpenAIVoice(VoiceSettings(), pool, base_url="http://h/v1", api_key="sk-1")
    assert repr(voice) == "OpenAIVoice('alloy', base_url='http://h/v1')"
