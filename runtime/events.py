"""What happens in a session, as facts for its client.

The conversation states them, the wire encodes them; neither knows the other. Each carries the `message_id` of the
response it belongs to, where it belongs to one. Times are milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runtime.chat import ToolCall, Usage


@dataclass(frozen=True, slots=True)
class AudioOutput:
    """The sound that a session sends. `sample_rate` is None where the format carries its own."""

    format: str
    sample_rate: int | None
    binary: bool = False


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """The first thing a client hears; `audio` is None for an agent that only writes."""

    session_id: str
    agent: str
    generation: int
    spec_digest: str
    audio: AudioOutput | None


# -- what the user said


@dataclass(frozen=True, slots=True)
class TranscriptionReady:
    """Speech was recognised."""

    text: str
    language: str | None


@dataclass(frozen=True, slots=True)
class TranscriptionFailed:
    """An utterance brought no words."""

    code: str
    message: str


# -- a response, from its start to its completion


@dataclass(frozen=True, slots=True)
class ResponseStarted:
    """Opens a response."""

    message_id: str


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A call of the model begins; steps count from 1."""

    message_id: str
    step: int


@dataclass(frozen=True, slots=True)
class StepFinished:
    """A call of the model ended."""

    message_id: str
    step: int
    finish_reason: str
    usage: Usage


@dataclass(frozen=True, slots=True)
class TextStarted:
    """A block of text begins; `kind` is text or reasoning."""

    message_id: str
    id: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More of a block of text."""

    message_id: str
    id: str
    text: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class TextEnded:
    """A block of text is complete."""

    message_id: str
    id: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class ToolInputStarted:
    """The model begins to write the arguments of a call."""

    message_id: str
    id: str
    tool_name: str


@dataclass(frozen=True, slots=True)
class ToolInputDelta:
    """More of the arguments, as JSON text in pieces."""

    message_id: str
    id: str
    delta: str


@dataclass(frozen=True, slots=True)
class ToolInputEnded:
    """The arguments are complete."""

    message_id: str
    id: str


@dataclass(frozen=True, slots=True)
class ToolCalled:
    """A tool is about to run; `input` is the decoded arguments, or the text itself where it is not JSON."""

    message_id: str
    call: ToolCall
    input: Any


@dataclass(frozen=True, slots=True)
class ToolReturned:
    """A tool gave a result."""

    message_id: str
    call: ToolCall
    result: Any
    duration_ms: float


@dataclass(frozen=True, slots=True)
class ToolFailed:
    """A tool gave no result; `error` is fit for people."""

    message_id: str
    call: ToolCall
    error: str


@dataclass(frozen=True, slots=True)
class ModelFinished:
    """The model is done; audio may still follow."""

    message_id: str
    finish_reason: str
    usage: Usage


@dataclass(frozen=True, slots=True)
class ModelFailed:
    """The model gave up."""

    message_id: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ResponseAborted:
    """The response was stopped before it was complete."""

    message_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The first audio of the response follows."""

    message_id: str


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """All audio of the response is out."""

    message_id: str


@dataclass(frozen=True, slots=True)
class AudioChunk:
    """Sound of one text chunk, or a part of it that can be played on its own."""

    message_id: str
    chunk_id: int
    part: int
    final: bool
    data: bytes
    text: str
    format: str
    sample_rate: int | None
    duration_ms: float | None


@dataclass(frozen=True, slots=True)
class SpeechInterrupted:
    """The user cut the speech short; `heard_text` is what had been heard by then."""

    message_id: str
    reason: str
    heard_text: str
    heard_ms: float


@dataclass(frozen=True, slots=True)
class ToolOutcome:
    """One call of a finished response and what came of it."""

    call: ToolCall
    input: Any
    output: Any


@dataclass(frozen=True, slots=True)
class ResponseCompleted:
    """Closes a response, after all of its audio."""

    message_id: str
    text: str
    reasoning: str
    tools: tuple[ToolOutcome, ...]
    interrupted: bool
    usage: Usage
    latency: Mapping[str, float]


# -- the session as a whole


@dataclass(frozen=True, slots=True)
class HistoryTrimmed:
    """The oldest turns were forgotten."""

    removed_count: int
    reason: str


@dataclass(frozen=True, slots=True)
class HistoryCleared:
    """All turns were forgotten."""

    removed_count: int
    reason: str


@dataclass(frozen=True, slots=True)
class Warned:
    """Something went wrong that the response survives."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Something was refused or broke; the connection goes on."""

    code: str
    message: str
    message_id: str | None = None
    retry_after_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Ponged:
    """The answer to a ping."""

    id: Any = None


Event = (
    SessionOpened
    | TranscriptionReady
    | TranscriptionFailed
    | ResponseStarted
    | StepStarted
    | StepFinished
    | TextStarted
    | TextDelta
    | TextEnded
    | ToolInputStarted
    | ToolInputDelta
    | ToolInputEnded
    | ToolCalled
    | ToolReturned
    | ToolFailed
    | ModelFinished
    | ModelFailed
    | ResponseAborted
    | SpeechStarted
    | SpeechEnded
    | AudioChunk
    | SpeechInterrupted
    | ResponseCompleted
    | HistoryTrimmed
    | HistoryCleared
    | Warned
    | Failed
    | Ponged
)
