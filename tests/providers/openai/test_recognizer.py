from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import openai
import pytest

from runtime.errors import ProviderError
from runtime.providers.openai.recognizer import OpenAIRecognizer
from runtime.providers.ports import Transcript
from runtime.settings import TranscriptionSettings
from tests.support.upstream import Hold, Refusal, Reply, Silence, Upstream, Words, html_page, rate_limited

Make = Callable[..., OpenAIRecognizer]


@pytest.fixture
async def make(upstream: Upstream) -> AsyncIterator[Make]:
    made: list[OpenAIRecognizer] = []

    def make(**settings: Any) -> OpenAIRecognizer:
        made.append(
            OpenAIRecognizer(TranscriptionSettings(**settings), base_url=upstream.base_url, api_key=upstream.api_key)
        )
        return made[-1]

    yield make
    for recognizer in made:
        await recognizer.aclose()


async def test_an_utterance_becomes_words_and_a_language(upstream: Upstream, make: Make) -> None:
    upstream.transcriptions.script(Words(" Hello there. ", "portuguese"))
    assert await make().transcribe(b"ID3...", "mp3", None) == Transcript("Hello there.", "portuguese")
    request = upstream.transcriptions.requests[0]
    assert request.file == ("audio.mp3", b"ID3...")
    assert request.body == {"model": "whisper-1", "response_format": "verbose_json"}


async def test_other_models_tell_no_language(upstream: Upstream, make: Make) -> None:
    recognizer = make(name="gpt-4o-transcribe", language="pt", prompt="Hotel")
    assert await recognizer.transcribe(b"x", "webm", None) == Transcript("what is the weather like today", None)
    request = upstream.transcriptions.requests[0]
    assert request.file[0] == "audio.webm"
    assert request.body == {
        "model": "gpt-4o-transcribe",
        "response_format": "json",
        "language": "pt",
        "prompt": "Hotel",
    }


async def test_raw_samples_are_sent_as_a_wav_file(upstream: Upstream, make: Make) -> None:
    await make().transcribe(b"\1\2" * 100, "pcm", 16_000)
    name, data = upstream.transcriptions.requests[0].file
    assert name == "audio.wav"
    assert data[:4] + data[8:12] == b"RIFFWAVE"
    assert int.from_bytes(data[24:28], "little") == 16_000
    assert data[44:] == b"\1\2" * 100


@pytest.mark.parametrize(
    ("audio", "container", "code"),
    [(b"", "mp3", "bad_audio"), (b"\1\2", "pcm", "bad_audio"), (b"x", "midi", "unsupported_format")],
)
async def test_what_cannot_be_sent_is_refused_here(
    upstream: Upstream, make: Make, audio: bytes, container: str, code: str
) -> None:
    with pytest.raises(ProviderError) as raised:
        await make().transcribe(audio, container, None)
    assert raised.value.code == code
    assert upstream.transcriptions.started == 0


@pytest.mark.parametrize(
    ("reply", "code", "sentence"),
    [
        (Refusal(400, "Audio file might be corrupted."), "bad_audio", "Audio file might be corrupted."),
        (Refusal(415), "unsupported_format", "415"),
        (
            Refusal(401, "Incorrect API key: sk-test-0123456789abcdef"),
            "no_transcription",
            r"refused the key \(401\)\. $",
        ),
        (Refusal(403, "Bad: sk-test-0123456789abcdef"), "no_transcription", "does not allow this"),
        (rate_limited("7"), "no_transcription", "is rate limited"),
        (Refusal(500), "no_transcription", "has a fault of its own"),
        (html_page(), "no_transcription", "sent something that is no transcription"),
        (Refusal(200, body="[7]"), "no_transcription", "sent something that is no transcription"),
        (Refusal(200, body="{"), "no_transcription", "sent something that is no transcription"),
    ],
)
async def test_a_refusal_is_told_in_words_without_the_key(
    upstream: Upstream, make: Make, reply: Reply, code: str, sentence: str
) -> None:
    upstream.transcriptions.script(reply)
    with pytest.raises(ProviderError) as raised:
        await make(max_retries=0).transcribe(b"x", "mp3", None)
    assert re.search(sentence, f"{raised.value} {raised.value.detail}")
    assert raised.value.code == code
    assert "0123456789" not in str(raised.value)
    assert raised.value.__cause__ is None


async def test_what_may_pass_is_tried_again(upstream: Upstream, make: Make) -> None:
    upstream.transcriptions.script(rate_limited(milliseconds="10"), Words("Here."))
    assert (await make().transcribe(b"x", "mp3", None)).text == "Here."


async def test_it_has_a_deadline(upstream: Upstream, make: Make) -> None:
    recognizer = make(timeout_ms=60)
    await make().transcribe(b"x", "mp3", None)  # whatever has to be imported is
    upstream.transcriptions.script(Silence())
    with pytest.raises(ProviderError, match="did not answer in time") as raised:
        await recognizer.transcribe(b"x", "mp3", None)
    assert raised.value.code == "no_transcription"


async def test_a_server_that_is_not_there() -> None:
    async with Upstream() as upstream:
        base_url = upstream.base_url
    recognizer = OpenAIRecognizer(TranscriptionSettings(max_retries=0), base_url=base_url, api_key="k")
    with pytest.raises(ProviderError, match="cannot be reached"):
        await recognizer.transcribe(b"x", "mp3", None)
    await recognizer.aclose()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (openai.APITimeoutError(cast("Any", None)), "did not answer in time"),
        (openai.APIConnectionError(request=cast("Any", None)), "cannot be reached"),
        (openai.OpenAIError("sk-secret"), "sent something that is no transcription"),
    ],
)
async def test_the_packages_own_errors_are_told_in_words(
    make: Make, monkeypatch: pytest.MonkeyPatch, error: openai.OpenAIError, sentence: str
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("openai.resources.audio.AsyncTranscriptions.create", fail)
    with pytest.raises(ProviderError) as raised:
        await make().transcribe(b"x", "mp3", None)
    assert re.search(sentence, f"{raised.value} {raised.value.detail}")
    assert raised.value.code == "no_transcription"
    assert "secret" not in str(raised.value)


async def test_cancelling_closes_the_upstream_request(upstream: Upstream, make: Make) -> None:
    upstream.transcriptions.script(Words(hold=Hold()))
    async with asyncio.TaskGroup() as group:
        task = group.create_task(make().transcribe(b"x", "mp3", None))
        await upstream.transcriptions.wait(in_flight=1)
        task.cancel()
    await upstream.transcriptions.wait(cancelled=1, in_flight=0)


async def test_utterances_at_once_share_one_client(upstream: Upstream, make: Make) -> None:
    recognizer = make()
    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(recognizer.transcribe(b"x", "mp3", None))
    assert upstream.transcriptions.completed == 3
    await recognizer.aclose()
    await recognizer.aclose()
    assert (await recognizer.transcribe(b"x", "mp3", None)).text


def test_the_key_is_not_shown() -> None:
    recognizer = OpenAIRecognizer(TranscriptionSettings(), base_url="http://h/v1", api_key="sk-1")
    assert repr(recognizer) == "OpenAIRecognizer('whisper-1', base_url='http://h/v1')"


def test_the_package_is_not_imported_before_it_is_needed() -> None:
    code = (
        "import sys, runtime.providers.openai.model, runtime.providers.openai.voice, "
        "runtime.providers.openai.recognizer; sys.exit('openai' in sys.modules or 'aiohttp' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
