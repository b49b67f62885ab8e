"""The scripted model behind the port of a language model: decides at once, and streams what it decided."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterator, Sequence

from typing_extensions import override

from runtime.chat import AssistantMessage, Message, ToolMessage, Usage
from runtime.providers.local.scripted.decide import Call, Say, decide
from runtime.providers.ports import (
    LanguageModel,
    ModelDone,
    ModelPiece,
    ModelRequest,
    TextPiece,
    ToolCallOpened,
    ToolCallPiece,
)
from runtime.settings import ModelSettings

_TOKEN = re.compile(r"\s*\S+")
_ARGUMENT_PIECE = 12
_CHARACTERS_PER_TOKEN = 4
_ID = re.compile(r"call_(\d+)")


class ScriptedModel(LanguageModel):
    """A deterministic stand-in for a language model: no network, no key, no state; see `runtime.providers.ports`.

    Of its settings only `max_tokens` counts: it bounds the words of an answer.
    """

    def __init__(self, settings: ModelSettings) -> None:
        self._most_words = settings.max_tokens

    @override
    def __repr__(self) -> str:
        return "ScriptedModel()"

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelPiece, None]:
        """Yield text word by word, or calls with their arguments in pieces, and `ModelDone` last."""
        decision = decide(request)
        if isinstance(decision, Say):
            words: list[str] = _TOKEN.findall(decision.text)
            kept = words[: self._most_words]
            for word in kept:
                yield TextPiece(word)
            reason = "stop" if len(kept) == len(words) else "length"
            yield ModelDone(reason, Usage(_input_tokens(request), len(kept)))
            return
        written = 0
        for piece in _pieces(decision, _next_id(request.messages)):
            written += 1
            yield piece
        yield ModelDone("tool_calls", Usage(_input_tokens(request), written))


def _pieces(calls: Sequence[Call], number: int) -> Iterator[ModelPiece]:
    for index, call in enumerate(calls):
        yield ToolCallOpened(index, f"call_{number + index}", call.name)
        for start in range(0, len(call.arguments), _ARGUMENT_PIECE):
            yield ToolCallPiece(index, call.arguments[start : start + _ARGUMENT_PIECE])


def _next_id(messages: Sequence[Message]) -> int:
    """One more than the highest number of a call in the history, so that an id is never used twice in it."""
    ids = [call.id for message in messages if isinstance(message, AssistantMessage) for call in message.tool_calls]
    return 1 + max((int(match[1]) for match in map(_ID.fullmatch, ids) if match), default=0)


def _input_tokens(request: ModelRequest) -> int:
    """An estimate: nothing here counts tokens, and four characters of English are about one."""
    characters = len(request.instructions)
    for message in request.messages:
        characters += len(message.content if isinstance(message, ToolMessage) else message.text)
    return -(-characters // _CHARACTERS_PER_TOKEN)
