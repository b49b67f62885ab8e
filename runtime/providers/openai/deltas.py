"""The events of a streamed chat completion → pieces of an answer.

Chunk objects: https://platform.openai.com/docs/api-reference/chat-streaming
"""

from __future__ import annotations

from typing import Any

import orjson

from runtime.chat import Usage
from runtime.providers.openai.calls import CallAssembly, NamelessCallError
from runtime.providers.openai.faults import Speaker, complaint_of
from runtime.providers.ports import ModelDone, ModelPiece, ReasoningPiece, TextPiece

MAX_BAD_EVENTS = 3
_FINISH_REASONS = {
    "stop": "stop",
    "length": "length",
    "max_tokens": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
}


class DeltaDecoder:
    """State of one answer. Up to `MAX_BAD_EVENTS` events that cannot be read are read past."""

    __slots__ = ("_bad_events", "_calls", "_speaker", "_usage", "finish_reason")

    def __init__(self, speaker: Speaker) -> None:
        self.finish_reason = ""  # as the server wrote it; empty until it did
        self._speaker = speaker
        self._calls = CallAssembly()
        self._usage = Usage()
        self._bad_events = 0

    def feed(self, event: bytes, pieces: list[ModelPiece]) -> None:
        """Append what the data of one event says to `pieces`. Raises ProviderError."""
        try:
            chunk = orjson.loads(event)
            if error := chunk.get("error"):
                raise self._speaker.failed("broke off its answer", detail=complaint_of({"error": error}).text)
            for choice in chunk.get("choices") or ():
                if not choice.get("index"):
                    self._choice(choice, pieces)
            if usage := chunk.get("usage"):
                self._usage = Usage(_count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens")))
        except (orjson.JSONDecodeError, AttributeError, TypeError):  # not JSON, or of another shape
            self._bad_events += 1
            if self._bad_events > MAX_BAD_EVENTS:
                raise self._speaker.failed("sent too much that cannot be read") from None

    def finish(self, pieces: list[ModelPiece]) -> None:
        """The answer is over: append what is left and `ModelDone`. Raises ProviderError."""
        try:
            self._calls.finish(pieces)
        except NamelessCallError:
            raise self._speaker.failed("asked for a tool without naming it") from None
        reason = _FINISH_REASONS.get(self.finish_reason.lower(), "stop")
        if reason == "stop" and self._calls:
            reason = "tool_calls"
        pieces.append(ModelDone(reason, self._usage))

    def _choice(self, choice: dict[str, Any], pieces: list[ModelPiece]) -> None:
        delta: dict[str, Any] | None = choice.get("delta")
        if delta:
            if text := delta.get("content") or delta.get("refusal"):
                pieces.append(TextPiece(_text(text)))
            if thought := delta.get("reasoning_content") or delta.get("reasoning"):
                pieces.append(ReasoningPiece(_text(thought)))
            for fragment in delta.get("tool_calls") or ():
                self._calls.feed(fragment, pieces)
        if reason := choice.get("finish_reason"):
            self.finish_reason = _text(reason)


def _count(value: Any) -> int:
    return value if type(value) is int else 0


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
