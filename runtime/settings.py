"""What an author may set, as frozen values.

`spec` decodes a file into these, `blueprint` resolves them, and each room reads its own: the providers their
models and voices, the conversation its chunking and history. Durations are milliseconds. Keys mean what
`schemas/agent.schema.json` says, and defaults stand here and there alike (a test compares them).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from typing_extensions import override

AUDIO_FORMATS = ("mp3", "opus", "wav", "pcm", "aac", "flac")


class Secret(str):
    """A text with values from the environment or a mounted file: usable as text, hidden when shown.

    `pieces` are its parts in turn, what was written and what a reference stands for, beginning and ending with the
    former. Without them, all of it came from outside. `known` are the places of pieces that the spec itself tells,
    as a default.
    """

    __slots__ = ("known", "pieces")

    pieces: tuple[str, ...]
    known: frozenset[int]

    def __new__(cls, text: str, pieces: tuple[str, ...] = (), known: frozenset[int] = frozenset()) -> Self:
        secret = super().__new__(cls, text)
        secret.pieces = pieces or ("", text, "")
        secret.known = known
        return secret

    @property
    def values(self) -> tuple[str, ...]:
        """What came from outside, without the white space around it."""
        outside = range(1, len(self.pieces), 2)
        return tuple(self.pieces[at].strip() for at in outside if at not in self.known)

    @override
    def __repr__(self) -> str:
        return "'***'"


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """A language model. `provider` empty means the server's default."""

    name: str
    provider: str = ""
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    reasoning_effort: str = ""
    timeout_ms: int = 60_000
    first_token_timeout_ms: int = 15_000
    max_retries: int = 2
    fallbacks: tuple[ModelSettings, ...] = ()
    extra_body: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class TranscriptionSettings:
    """A speech recogniser."""

    name: str = "whisper-1"
    provider: str = ""
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    language: str = ""
    prompt: str = ""
    timeout_ms: int = 30_000
    max_retries: int = 2
    fallbacks: tuple[TranscriptionSettings, ...] = ()


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """A speech synthesiser. `format` empty means the provider's own: mp3 from a server, wav when embedded."""

    name: str = "alloy"
    provider: str = ""
    model: str = "gpt-4o-mini-tts"
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    instructions: str = ""
    format: str = ""
    speed: float = 1.0
    timeout_ms: int = 30_000
    max_retries: int = 2
    fallbacks: tuple[VoiceSettings, ...] = ()
    text_filters: tuple[str, ...] = ("markdown", "emoji")
    pronunciations: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class ChunkSettings:
    """How streamed text becomes pieces that are spoken. Sizes are characters of text."""

    min_chunk_size: int = 20
    max_chunk_size: int = 150
    first_chunk_size: int = 12
    max_wait_ms: int = 400
    parallel_generation: bool = True
    max_parallel_requests: int = 3


@dataclass(frozen=True, slots=True)
class HistorySettings:
    """How much a session remembers. 0 means no bound."""

    max_messages: int = 100
    max_chars: int = 0


@dataclass(frozen=True, slots=True)
class ToolPhrases:
    """What the agent says by itself around a call that takes time; empty means nothing.

    `start` soon after the tool began, `slow` after `slow_after_ms`, both only while it still runs and nobody speaks;
    `failed` when it gave no result.
    """

    start: str = ""
    slow: str = ""
    failed: str = ""
    slow_after_ms: int = 4000


@dataclass(frozen=True, slots=True)
class ProbeSettings:
    """A harmless request by which `check --online` finds out whether a service can be reached."""

    url: str
    method: str = "GET"
    expect_status: tuple[int | str, ...] = ("2xx",)


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """The request of an HTTP tool. Texts are templates, filled in for each call.

    `expect_status` holds numbers and classes such as `2xx`. `timeout_ms` bounds one attempt; None means an equal share
    of the tool's own limit, which bounds them all together. `allow_private` are the networks, in CIDR notation, that
    may be reached besides the public internet.
    """

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    query: Mapping[str, Any] = field(default_factory=dict[str, Any])
    json: Any = None
    form: Mapping[str, Any] | None = None
    body: str | None = None
    result: str = ""
    expect_status: tuple[int | str, ...] = ("2xx",)
    timeout_ms: int | None = None
    max_response_bytes: int = 1_048_576
    retry: int = 0
    max_redirects: int = 0
    allow_private: tuple[str, ...] = ()
    probe: ProbeSettings | None = None
