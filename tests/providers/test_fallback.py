from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest
from typing_extensions import override

from runtime.chat import Usage
from runtime.errors import ProviderError, SettingsError
from runtime.providers.fallback import FallbackModel, FallbackRecognizer, FallbackVoice
from runtime.providers.ports import ModelDone, ModelPiece, ModelRequest, SpeechToText, TextPiece, Transcript

REQUEST = ModelRequest("", [])


class Model:
    """Says its words, then fails if it is told to."""

    def __init__(self, name: str, words: int = 1, *, fails: bool = False) -> None:
        self.name = name
        self.words = words
        self.fails = fails
        self.closed = 0

    @override
    def __repr__(self) -> str:
        return self.name

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelPiece, None]:
        try:
            for _ in range(self.words):
                yield TextPiece(self.name)
            if self.fails:
                raise ProviderError("model_error", f"{self.name} failed.")
            yield ModelDone("stop", Usage())
        finally:
            self.closed += 1


class Voice:
    """Sounds like its name."""

    def __init__(self, name: str, audio_format: str = "mp3", sample_rate: int | None = None) -> None:
        self.name = name
        self.format = audio_format
        self.sample_rate = sample_rate

    async def stream(self, text: str) -> AsyncGenerator[bytes, None]:
        if self.name == "broken":
            raise ProviderError("speech_failed", "No.")
        yield self.name.encode()


class Recognizer(SpeechToText):
    """Hears its name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.closed = 0

    @override
    async def transcribe(self, audio: bytes, format: str, sample_rate: int | None) -> Transcript:
        if self.name == "broken":
            raise ProviderError("no_transcription", "No.")
        return Transcript(self.name)

    @override
    async def aclose(self) -> None:
        self.closed += 1


async def texts(model: FallbackModel) -> list[str]:
    return [piece.text async for piece in model.stream(REQUEST) if isinstance(piece, TextPiece)]


async def test_the_first_that_answers_is_heard() -> None:
    second = Model("second")
    assert await texts(FallbackModel([Model("first"), second])) == ["first"]
    assert second.closed == 0


async def test_the_next_answers_where_one_fails_and_the_log_says_so(caplog: pytest.LogCaptureFixture) -> None:
    broken = [Model(name, 0, fails=True) for name in ("one", "two")]
    with caplog.at_level(logging.WARNING):
        assert await texts(FallbackModel([*broken, Model("three")])) == ["three"]
    assert [record.getMessage() for record in caplog.records] == [
        "one failed, the next one is asked: one failed.",
        "two failed, the next one is asked: two failed.",
    ]


async def test_the_error_of_the_last_is_raised() -> None:
    with pytest.raises(ProviderError, match="two failed"):
        await texts(FallbackModel([Model("one", 0, fails=True), Model("two", 0, fails=True)]))


async def test_once_something_was_said_nobody_else_answers() -> None:
    second = Model("second")
    stream = FallbackModel([Model("first", 1, fails=True), second]).stream(REQUEST)
    assert await anext(stream) == TextPiece("first")
    with pytest.raises(ProviderError, match="first failed"):
        await anext(stream)
    assert second.closed == 0


async def test_a_reader_that_leaves_closes_the_adapter_at_once() -> None:
    model = Model("first", 5)
    async with aclosing(FallbackModel([model, Model("second")]).stream(REQUEST)) as stream:
        await anext(stream)
    assert model.closed == 1


async def test_voices_fall_back_too() -> None:
    voice = FallbackVoice([Voice("broken", "pcm", 24_000), Voice("good", "pcm", 24_000)])
    assert [piece async for piece in voice.stream("Hello.")] == [b"good"]
    assert (voice.format, voice.sample_rate) == ("pcm", 24_000)


@pytest.mark.parametrize("other", [Voice("b", "wav", 24_000), Voice("b", "pcm", 16_000), Voice("b")])
def test_voices_must_sound_alike(other: Voice) -> None:
    with pytest.raises(SettingsError) as raised:
        FallbackVoice([Voice("a", "pcm", 24_000), other])
    assert raised.value.key == "fallbacks"


async def test_recognizers_fall_back_too() -> None:
    recognizer = FallbackRecognizer([Recognizer("broken"), Recognizer("good"), Recognizer("unused")])
    assert (await recognizer.transcribe(b"", "wav", None)).text == "good"
    with pytest.raises(ProviderError):
        await FallbackRecognizer([Recognizer("broken"), Recognizer("broken")]).transcribe(b"", "wav", None)


async def test_recognizers_are_all_closed() -> None:
    recognizers = [Recognizer("one"), Recognizer("two")]
    await FallbackRecognizer(recognizers).aclose()
    assert [recognizer.closed for recognizer in recognizers] == [1, 1]


def test_they_show_what_they_are_made_of() -> None:
    assert repr(FallbackModel([Model("a"), Model("b")])) == "FallbackModel((a, b))"
    assert repr(FallbackVoice([Voice("a")])).startswith("FallbackVoice((")
    assert repr(FallbackRecognizer([Recognizer("a")])).startswith("FallbackRecognizer((")


def test_of_nothing_there_is_no_fallback() -> None:
    with pytest.raises(ValueError, match="at least one"):
        FallbackModel([])
