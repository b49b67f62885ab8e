"""What a client may say, whatever protocol it says it in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Transcript:
    """The user said or typed this."""

    text: str


@dataclass(frozen=True, slots=True)
class Audio:
    """One whole utterance. `format` and `sample_rate` are as the client declared them, if it did."""

    data: bytes
    format: str | None
    sample_rate: int | None


@dataclass(frozen=True, slots=True)
class Playback:
    """So much of a response's audio has left the client's loudspeaker."""

    message_id: str
    played_ms: float


@dataclass(frozen=True, slots=True)
class Interrupt:
    """Stop the running response now."""

    reason: str
    playback: Playback | None = None


@dataclass(frozen=True, slots=True)
class ClearHistory:
    """Forget the conversation."""


@dataclass(frozen=True, slots=True)
class Ping:
    """Answer with a pong that carries the same id."""

    id: Any = None


ClientMessage = Transcript | Audio | Playback | Interrupt | ClearHistory | Ping
