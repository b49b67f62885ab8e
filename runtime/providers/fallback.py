"""Several adapters as one: the next answers where one fails before it has said anything."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from functools import partial
from typing import TypeVar

from typing_extensions import override

from runtime.errors import ProviderError, SettingsError
from runtime.providers.ports import (
    LanguageModel,
    ModelPiece,
    ModelRequest,
    SpeechToText,
    TextToSpeech,
    Transcript,
)

T = TypeVar("T")
LOG = logging.getLogger(__name__)


class FallbackModel(LanguageModel):
    """A `LanguageModel` out of one or more, in the order of preference."""

    def __init__(self, models: Sequence[LanguageModel]) -> None:
        self._models = _some(models)

    @override
    def __repr__(self) -> str:
        return f"FallbackModel({self._models!r})"

    @override
    def stream(self, request: ModelRequest) -> AsyncGenerator[ModelPiece, None]:
        """As the port says; the error raised is that of the last model."""
        return _first_to_answer([(model, partial(model.stream, request)) for model in self._models])


class FallbackVoice(TextToSpeech):
    """A `TextToSpeech` out of one or more that share a format, for clients are told one."""

    def __init__(self, voices: Sequence[TextToSpeech]) -> None:
        self._voices = _some(voices)
        first = self._voices[0]
        for voice in self._voices[1:]:
            if (voice.format, voice.sample_rate) != (first.format, first.sample_rate):
                raise SettingsError(
                    "fallbacks",
                    f"A fallback speaks {_sound(voice)}, but the voice {_sound(first)}.",
                    "Give both the same format.",
                )

    @override
    def __repr__(self) -> str:
        return f"FallbackVoice({self._voices!r})"

    @property
    @override
    def format(self) -> str:
        """The format that all of them share."""
        return self._voices[0].format

    @property
    @override
    def sample_rate(self) -> int | None:
        """The sample rate that all of them share."""
        return self._voices[0].sample_rate

    @override
    def stream(self, text: str) -> AsyncGenerator[bytes, None]:
        """As the port says; the error raised is that of the last voice."""
        return _first_to_answer([(voice, partial(voice.stream, text)) for voice in self._voices])


class FallbackRecognizer(SpeechToText):
    """A `SpeechToText` out of one or more, in the order of preference."""

    def __init__(self, recognizers: Sequence[SpeechToText]) -> None:
        self._recognizers = _some(recognizers)

    @override
    def __repr__(self) -> str:
        return f"FallbackRecognizer({self._recognizers!r})"

    @override
    async def transcribe(self, audio: bytes, format: str, sample_rate: int | None) -> Transcript:
        """As the port says; the error raised is that of the last recogniser."""
        for recognizer in self._recognizers[:-1]:
            try:
                return await recognizer.transcribe(audio, format, sample_rate)
            except ProviderError as error:
                _report(recognizer, error)
        return await self._recognizers[-1].transcribe(audio, format, sample_rate)

    @override
    async def aclose(self) -> None:
        """Close all of them."""
        for recognizer in self._recognizers:
            await recognizer.aclose()


async def _first_to_answer(
    choices: Sequence[tuple[object, Callable[[], AsyncGenerator[T, None]]]],
) -> AsyncGenerator[T, None]:
    last, _ = choices[-1]
    for adapter, start in choices:
        answered = False
        try:
            # A reader that leaves closes this generator; the adapter's must not wait for its finalizer.
            async with aclosing(start()) as stream:
                async for piece in stream:
                    answered = True
                    yield piece
            return
        except ProviderError as error:
            if answered or adapter is last:
                raise
            _report(adapter, error)


def _report(adapter: object, error: ProviderError) -> None:
    LOG.warning("%r failed, the next one is asked: %s", adapter, error)


def _sound(voice: TextToSpeech) -> str:
    return voice.format if voice.sample_rate is None else f"{voice.format} at {voice.sample_rate} Hz"


def _some(adapters: Sequence[T]) -> tuple[T, ...]:
    if not adapters:
        raise ValueError("at least one adapter is needed")
    return tuple(adapters)
