"""What the conversation asks of whoever drives it: tell the client, or do some work and report back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from runtime.chat import ToolCall
from runtime.events import Event


class Moment(Enum):
    """When an agent may say something by itself while a tool runs."""

    START = auto()
    SLOW = auto()


class Order:
    """Work to be done, as against an event, which is told to the client."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class CallModel(Order):
    """Stream one answer of the model; `step` counts the calls of this response from 1."""

    message_id: str
    step: int
    may_call_tools: bool


@dataclass(frozen=True, slots=True)
class RunTool(Order):
    """Run one tool with decoded arguments."""

    message_id: str
    call: ToolCall
    arguments: Any


@dataclass(frozen=True, slots=True)
class WakeUp(Order):
    """Say so when this much time has passed: a phrase may be due while a call is still running."""

    message_id: str
    call_id: str
    moment: Moment
    after_ms: float


@dataclass(frozen=True, slots=True)
class Synthesize(Order):
    """Turn text into sound; report its parts under `key`."""

    message_id: str
    key: int
    text: str


@dataclass(frozen=True, slots=True)
class StopSynthesis(Order):
    """This sound is not wanted after all."""

    message_id: str
    key: int


@dataclass(frozen=True, slots=True)
class ResumeSynthesis(Order):
    """This sound is on air now: whoever waits because too much of it was stored may go on."""

    message_id: str
    key: int


@dataclass(frozen=True, slots=True)
class StopResponse(Order):
    """Stop all work of this response: its model, its speech, and its tools but for the calls in `keep`.

    A kept call that has not really begun is not begun any more; its outcome is then `INTERRUPTED`.
    """

    message_id: str
    keep: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class HangUp(Order):
    """Ask whether to end the session, once the last words of this response have been played."""

    message_id: str
    after_ms: float


@dataclass(frozen=True, slots=True)
class EndSession(Order):
    """Close the connection: the agent has hung up."""


Effect = Event | Order
