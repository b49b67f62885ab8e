"""What the runtime asks of a model, a voice and a recogniser, and the values that pass between them.

The three ports are small on purpose: an adapter is one class with one method of substance. All of them are shared
by many sessions at once and hold nothing of any session. To stop one request, cancel the task that reads it:
the adapter closes the upstream request in its `finally`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol

from runtime.chat import Message, ToolDeclaration, Usage


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One call of a language model. `may_call_tools` False asks for words even where tools are declared."""

    instructions: str
    messages: Sequence[Message]
    tools: Sequence[ToolDeclaration] = ()
    may_call_tools: bool = True


@dataclass(frozen=True, slots=True)
class TextPiece:
    """More of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningPiece:
    """More of the model's reasoning, which is not spoken."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCallOpened:
    """The model begins a call; `index` tells parallel calls of one step apart."""

    index: int
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ToolCallPiece:
    """More of the arguments of an opened call, as JSON text."""

    index: int
    arguments: str


@dataclass(frozen=True, slots=True)
class ModelDone:
    """The last piece. `finish_reason` is stop, length, tool_calls or content_filter."""

    finish_reason: str
    usage: Usage


ModelPiece = TextPiece | ReasoningPiece | ToolCallOpened | ToolCallPiece | ModelDone


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was recognised; `text` is empty where there was no speech."""

    text: str
    language: str | None = None


class LanguageModel(Protocol):
    """Text and tool calls from a conversation."""

    def stream(self, request: ModelRequest) -> AsyncGenerator[ModelPiece, None]:
        """Yield pieces as they arrive, `ModelDone` last.

        Raises ProviderError with code `model_error` or `model_timeout`.
        """
        ...


class TextToSpeech(Protocol):
    """Sound from text."""

    @property
    def format(self) -> str:
        """One of `runtime.settings.AUDIO_FORMATS`."""
        ...

    @property
    def sample_rate(self) -> int | None:
        """Samples a second of `pcm` and `wav`; None where the format carries its own."""
        ...

    def stream(self, text: str) -> AsyncGenerator[bytes, None]:
        """Yield the encoded sound in pieces of any size as it is made.

        Raises ProviderError with code `speech_failed`.
        """
        ...


class SpeechToText(Protocol):
    """Text from one whole utterance."""

    async def transcribe(self, audio: bytes, format: str, sample_rate: int | None) -> Transcript:
        """Recognise `audio`, a container named by `format`: one that `runtime.audio.containers` names.

        `pcm` is mono, 16 bit, little-endian, at `sample_rate`, which is given for it and only hints elsewhere.

        Raises ProviderError with code `no_transcription`, `bad_audio` or `unsupported_format`.
        """
        ...

    async def aclose(self) -> None:
        """Release connections and processes; a later call opens them anew."""
        ...
