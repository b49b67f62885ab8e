"""One call of the model within a response: its text, and the tools it asks for."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from runtime.chat import AssistantMessage, Message, ToolCall, ToolMessage
from runtime.conversation.effects import Effect
from runtime.conversation.outcomes import INTERRUPTED, STILL_RUNNING, to_json
from runtime.events import (
    TextDelta,
    TextEnded,
    TextStarted,
    ToolInputDelta,
    ToolInputEnded,
    ToolInputStarted,
    ToolOutcome,
)

MAX_ARGUMENT_CHARS = 65_536
"""More than any tool needs, and little enough to be checked and filled in within a blink."""

_SHOWN_CHARS = 1_000
_UNFIT_FOR_A_NAME = re.compile(r"[^a-zA-Z0-9_-]")


@dataclass(slots=True)
class _OpenCall:
    id: str
    name: str
    pieces: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class DecodedCall:
    """A complete call. `error` is set where the arguments cannot be read; `input` is then the text itself."""

    call: ToolCall
    input: Any
    error: str = ""


class Round:
    """What one model call has brought so far. Blocks of text and reasoning open with their first piece."""

    __slots__ = ("_block", "_blocks", "_open", "_own", "calls", "message_id", "reasoning", "results", "step", "text")

    def __init__(self, message_id: str, step: int) -> None:
        self.message_id = message_id
        self.step = step
        self.text: list[str] = []
        self._own: list[str] = []
        self.reasoning: list[str] = []
        self.calls: list[DecodedCall] = []
        self.results: dict[str, Any] = {}
        self._open: dict[int, _OpenCall] = {}
        self._block = ""
        self._blocks = 0

    @property
    def said(self) -> str:
        """Its text so far."""
        return "".join(self.text)

    @property
    def ends_aside(self) -> bool:
        """Was the last of it not the model's?"""
        return bool(self.text) and self.text[-1:] != self._own[-1:]

    @property
    def own(self) -> str:
        """What of it the model said."""
        return "".join(self._own)

    # -- pieces of the model, each returning what the client is told

    def piece(self, text: str, kind: str = "text") -> list[Effect]:
        """More text, or more reasoning, of the model."""
        if kind == "text":
            self._own.append(text)
        return self._told(text, kind)

    def aside(self, text: str) -> list[Effect]:
        """Text that is not the model's."""
        return self._told(text, "text")

    def _told(self, text: str, kind: str) -> list[Effect]:
        effects: list[Effect] = []
        if self._block != kind:
            effects += self.end_block()
            self._block, self._blocks = kind, self._blocks + 1
            effects.append(TextStarted(self.message_id, self._block_id, kind))
        (self.text if kind == "text" else self.reasoning).append(text)
        effects.append(TextDelta(self.message_id, self._block_id, text, kind))
        return effects

    def end_block(self) -> list[Effect]:
        """Close the open block, if there is one."""
        if not self._block:
            return []
        kind, self._block = self._block, ""
        return [TextEnded(self.message_id, self._block_id, kind)]

    def open_call(self, index: int, call_id: str, name: str) -> list[Effect]:
        """The model begins to write a call."""
        self._open[index] = _OpenCall(call_id, name)
        return [*self.end_block(), ToolInputStarted(self.message_id, call_id, name)]

    def call_piece(self, index: int, arguments: str) -> list[Effect]:
        """More of a call's arguments."""
        call = self._open[index]
        call.pieces.append(arguments)
        return [ToolInputDelta(self.message_id, call.id, arguments)]

    def close_calls(self, *, cut: bool = False) -> list[Effect]:
        """The model is done: the calls it wrote are complete, in the order of their indices; the last may be `cut`."""
        opened = [self._open[index] for index in sorted(self._open)]
        self._open.clear()
        self.calls = [_decode(call) for call in opened]
        if cut and self.calls and not opened[-1].pieces:
            # Cut before its first argument, it would be taken for one without any.
            self.calls[-1] = replace(self.calls[-1], error="The answer was too long: the arguments are missing.")
        return [ToolInputEnded(self.message_id, call.id) for call in opened]

    @property
    def _block_id(self) -> str:
        return f"{self.message_id}-{self.step}.{self._blocks}"

    # -- results

    @property
    def settled(self) -> bool:
        """Has every call its result?"""
        return len(self.results) == len(self.calls)

    def settle(self, call_id: str, result: Any) -> DecodedCall | None:
        """Keep the result of a call; None if it is unknown or already has one."""
        for decoded in self.calls:
            if decoded.call.id == call_id and call_id not in self.results:
                self.results[call_id] = result
                return decoded
        return None

    def leave_open(self, running: Container[str]) -> None:
        """The user interrupts while these calls go on: their results are not known yet."""
        for decoded in self.calls:
            if decoded.call.id in running:
                self.results.setdefault(decoded.call.id, STILL_RUNNING)

    def amend(self, call_ids: Iterable[str], result: Any) -> None:
        """Put the result of calls that were left open in its place."""
        for call_id in call_ids:
            if self.results.get(call_id) is STILL_RUNNING:
                self.results[call_id] = result

    # -- what is left of it

    def messages(self, text: str, *, interrupted: bool = False) -> list[Message]:
        """For the history: `text` as it was heard, every call, and a result for each."""
        if not text.strip() and not self.calls:
            return []
        calls = tuple(decoded.call for decoded in self.calls)
        answers = [ToolMessage(call.id, to_json(self.results.get(call.id, INTERRUPTED.result))) for call in calls]
        return [AssistantMessage(text, calls, interrupted), *answers]

    def outcomes(self) -> list[ToolOutcome]:
        """For the client."""
        return [
            ToolOutcome(decoded.call, decoded.input, self.results.get(decoded.call.id, INTERRUPTED.result))
            for decoded in self.calls
        ]


def _decode(call: _OpenCall) -> DecodedCall:
    """What the history keeps must please any server: a plain name, and arguments that are a JSON object.

    A conversation with anything else in it is refused from then on, and models do write such calls.
    """
    text = "".join(call.pieces).strip() or "{}"
    name = _UNFIT_FOR_A_NAME.sub("_", call.name)[:64] or "unnamed"
    if len(text) > MAX_ARGUMENT_CHARS:
        return DecodedCall(ToolCall(call.id, name, "{}"), text[:_SHOWN_CHARS], "The arguments are too long.")
    try:
        arguments = orjson.loads(text)
        orjson.dumps(arguments)  # it reads deeper nesting than it can write
    except (orjson.JSONDecodeError, TypeError):
        return DecodedCall(ToolCall(call.id, name, "{}"), text, "The arguments are not valid JSON.")
    if not isinstance(arguments, dict):
        return DecodedCall(ToolCall(call.id, name, "{}"), text, "The arguments must be a JSON object.")
    return DecodedCall(ToolCall(call.id, name, text), arguments)
