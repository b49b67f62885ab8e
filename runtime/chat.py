"""The words of a chat: what a conversation remembers and a language model reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call that the model asked for. `arguments` is the JSON text as the model wrote it."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class UserMessage:
    """What the user said or typed."""

    text: str


@dataclass(frozen=True, slots=True)
class AssistantMessage:
    """What the agent said, as far as it was heard, and the tools it called.

    Every call is answered by a `ToolMessage` further on. `interrupted` marks text that the user cut short.
    """

    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class ToolMessage:
    """The result of one call; `content` is JSON text."""

    call_id: str
    content: str


Message = UserMessage | AssistantMessage | ToolMessage


@dataclass(frozen=True, slots=True)
class ToolDeclaration:
    """A tool as the model sees it. `parameters` is a JSON Schema of type object.

    `examples` are templates of utterances that call for it: for the embedded model, and for recognisers. `exact`
    keeps the embedded model from calling it for anything else, as a guess would do harm. No request to an upstream
    model carries either.
    """

    name: str
    description: str
    parameters: Mapping[str, Any]
    examples: tuple[str, ...] = ()
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one model call, or of all calls of a response."""

    input_tokens: int = 0
    output_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.input_tokens + other.input_tokens, self.output_tokens + other.output_tokens)

    @property
    def total_tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens
