"""What the conversation asks of whoever drives it: tell the client, or do some work and report back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from runtime.chat import Message, ToolCall
from runtime.events import Event


@dataclass(frozen=True, slots=True)
class CallModel:
    """Stream one answer of the model; `step` counts the calls of this response from 1."""

    message_id: str
    step: int
    messages: tuple[Message, ...]
    may_call_tools: bool


@dataclass(frozen=True, slots=True)
class RunTool:
    """Run one tool with decoded arguments."""

    message_id: str
    call: ToolCall
    arguments: Any


@dataclass(frozen=True, slots=True)
class Synthesize:
    """Turn text into sound; report its parts under `key`."""

    message_id: str
    key: int
    text: str


@dataclass(frozen=True, slots=True)
class StopSynthesis:
    """This sound is not wanted after all."""

    message_id: str
    key: int


@dataclass(frozen=True, slots=True)
class ResumeSynthesis:
    """This sound is on air now: whoever waits because too much of it was stored may go on."""

    message_id: str
    key: int


@dataclass(frozen=True, slots=True)
class StopResponse:
    """Stop all work of this response: its model, its tools and its speech."""

    message_id: str


Effect = Event | CallModel | RunTool | Synthesize | StopSynthesis | ResumeSynthesis | StopResponse
