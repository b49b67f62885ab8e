"""What every adapter of a port keeps to, whoever stands behind it."""

import base64
import importlib.util
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from runtime.audio.parts import cutter
from runtime.audio.wav import header
from runtime.chat import ToolDeclaration, UserMessage
from runtime.errors import ProviderError
from runtime.providers.fallback import FallbackModel, FallbackRecognizer, FallbackVoice
from runtime.providers.http.pool import HttpPool
from runtime.providers.local.recognizer import LocalRecognizer
from runtime.providers.local.scripted.model import ScriptedModel
from runtime.providers.local.voice import LocalVoice
from runtime.providers.openai.model import OpenAIModel
from runtime.providers.openai.recognizer import OpenAIRecognizer
from runtime.providers.openai.voice import OpenAIVoice
from runtime.providers.ports import (
    LanguageModel,
    ModelDone,
    ModelRequest,
    SpeechToText,
    TextPiece,
    TextToSpeech,
    ToolCallOpened,
    ToolCallPiece,
)
from runtime.settings import AUDIO_FORMATS, ModelSettings, TranscriptionSettings, VoiceSettings
from tests.support.upstream import Call, Chat, Refusal, Request, Upstream

TOOL = ToolDeclaration(
    "get_time",
    "Tell the time of day.",
    {"type": "object", "properties": {}, "additionalProperties": False},
    ("what time is it",),
)
needs_local = pytest.mark.skipif(importlib.util.find_spec("espeakng_loader") is None, reason="needs callboard[local]")
ADAPTERS = ["openai", pytest.param("local", marks=needs_local), pytest.param("fallback", marks=needs_local)]


@pytest.fixture
async def pool() -> AsyncIterator[HttpPool]:
    pool = HttpPool()
    yield pool
    pool.close()


@pytest.fixture(params=ADAPTERS)
def model(request: pytest.FixtureRequest, upstream: Upstream, pool: HttpPool) -> LanguageModel:
    there = OpenAIModel(ModelSettings("m"), pool, base_url=upstream.base_url, api_key=upstream.api_key)
    upstream.chat.default = answer
    chosen: dict[str, LanguageModel] = {
        "openai": there,
        "local": ScriptedModel(ModelSettings("scripted")),
        "fallback": FallbackModel([there, ScriptedModel(ModelSettings("scripted"))]),
    }
    return chosen[request.param]


@pytest.fixture(params=ADAPTERS)
def voice(request: pytest.FixtureRequest, upstream: Upstream, pool: HttpPool) -> TextToSpeech:
    settings = VoiceSettings("alloy", format="wav")
    there = OpenAIVoice(settings, pool, base_url=upstream.base_url, api_key=upstream.api_key)
    chosen: dict[str, TextToSpeech] = {"openai": there, "fallback": FallbackVoice([there])}
    return chosen.get(request.param) or LocalVoice(settings)


@pytest.fixture(params=ADAPTERS)
async def recognizer(request: pytest.FixtureRequest, upstream: Upstream) -> AsyncIterator[SpeechToText]:
    there = OpenAIRecognizer(TranscriptionSettings(max_retries=0), base_url=upstream.base_url, api_key=upstream.api_key)
    chosen: dict[str, SpeechToText] = {"openai": there, "fallback": FallbackRecognizer([there])}
    adapter = chosen.get(request.param) or LocalRecognizer(TranscriptionSettings())
    yield adapter
    await adapter.aclose()


def answer(request: Request) -> Chat:
    said = request.body["messages"][-1].get("content") or ""
    return Chat(calls=[Call("get_time")]) if "time" in said else Chat("Hello to you, whoever you are.")


async def test_words_come_in_pieces_and_the_end_is_told_once_and_last(model: LanguageModel) -> None:
    request = ModelRequest("You are Ada.", [UserMessage("Hello")])
    pieces = [piece async for piece in model.stream(request)]
    assert isinstance(pieces[-1], ModelDone)
    assert pieces[-1].finish_reason == "stop"
    assert sum(isinstance(piece, ModelDone) for piece in pieces) == 1
    assert sum(isinstance(piece, TextPiece) for piece in pieces) > 1


async def test_a_call_is_opened_before_its_arguments(model: LanguageModel) -> None:
    request = ModelRequest("You are Ada.", [UserMessage("What time is it?")], (TOOL,))
    pieces = [piece async for piece in model.stream(request)]
    opened = next(piece for piece in pieces if isinstance(piece, ToolCallOpened))
    assert (opened.name, bool(opened.id)) == ("get_time", True)
    arguments = "".join(piece.arguments for piece in pieces if isinstance(piece, ToolCallPiece))
    assert arguments.strip() in ("", "{}")
    assert isinstance(pieces[-1], ModelDone)
    assert pieces[-1].finish_reason == "tool_calls"


async def test_a_model_that_may_not_call_speaks(model: LanguageModel) -> None:
    request = ModelRequest("You are Ada.", [UserMessage("Hello")], (TOOL,), may_call_tools=False)
    assert not [piece async for piece in model.stream(request) if isinstance(piece, ToolCallOpened)]


async def test_a_reader_may_leave_at_any_moment(model: LanguageModel, upstream: Upstream) -> None:
    async with aclosing(model.stream(ModelRequest("You are Ada.", [UserMessage("Hello")]))) as pieces:
        await anext(pieces)
    await upstream.chat.wait(in_flight=0)


async def test_sound_can_be_cut_into_parts_that_last_as_long_as_it_does(voice: TextToSpeech) -> None:
    assert voice.format in AUDIO_FORMATS
    assert voice.sample_rate
    parts = cutter(voice.format, voice.sample_rate)
    cut = [parts.feed(data) async for data in voice.stream("All is well here.")]
    cut.append(parts.end())
    seconds = sum(part.duration_ms or 0 for part in cut if part is not None) / 1000
    assert 0.3 < seconds < 5


async def test_a_listener_may_leave_at_any_moment(voice: TextToSpeech, upstream: Upstream) -> None:
    async with aclosing(voice.stream("All is well here, and so it stays for a long while.")) as pieces:
        assert await anext(pieces)
    await upstream.speech.wait(in_flight=0)


async def test_an_utterance_becomes_words_and_its_language(recognizer: SpeechToText) -> None:
    transcript = await recognizer.transcribe(bytes(32_000), "pcm", 16_000)
    assert isinstance(transcript.text, str)
    assert transcript.language is None or transcript.language.lower().startswith("en")


async def test_silence_in_a_container_is_understood(recognizer: SpeechToText) -> None:
    silence = header(22_050, 1, 2, 44_100) + bytes(44_100)
    assert isinstance((await recognizer.transcribe(silence, "wav", None)).text, str)


async def test_only_documented_codes_are_raised(recognizer: SpeechToText, upstream: Upstream) -> None:
    upstream.transcriptions.script(Refusal(400, "Invalid file format."))
    with pytest.raises(ProviderError) as raised:
        await recognizer.transcribe(base64.b64decode("bm8gc291bmQgYXQgYWxs"), "mp3", None)
    assert raised.value.code in {"no_transcription", "bad_audio", "unsupported_format"}
