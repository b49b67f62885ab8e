"""The scripted model behind the port of a language model: decides at once, and streams what it decided."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterator, Sequence
from itertools import count

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


class ScriptedModel(LanguageModel):
    """A deterministic stand-in for a language model: no network, no key; see `runtime.providers.ports`.

    The same request always gives the same answer, but for the ids of its calls: those are never used twice.
    Of its settings only `max_tokens` counts: it bounds the words of an answer.
    """

    def __init__(self, settings: ModelSettings) -> None:
        self._most_words = settings.max_tokens
        self._numbers = count(1)

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
        for piece in _pieces(decision, self._ids(request.messages)):
            written += 1
            yield piece
        yield ModelDone("tool_calls", Usage(_input_tokens(request), written))

    def _ids(self, messages: Sequence[Message]) -> Iterator[str]:
        """New ids. A history may be cleared, so it cannot tell which are used; it may hold those of another model."""
        replies = [message for message in messages if isinstance(message, AssistantMessage)]
        known = {call.id for reply in replies for call in reply.tool_calls}
        return (name for number in self._numbers if (name := f"call_{number}") not in known)


def _pieces(calls: Sequence[Call], ids: Iterator[str]) -> Iterator[ModelPiece]:
    for index, call in enumerate(calls):
        yield ToolCallOpened(index, next(ids), call.name)
        for start in range(0, len(call.arguments), _ARGUMENT_PIECE):
            yield ToolCallPiece(index, call.arguments[start : start + _ARGUMENT_PIECE])


def _input_tokens(request: ModelRequest) -> int:
    """An estimate: nothing here counts tokens, and four characters of English are about one."""
    characters = len(request.instructions)
    for message in request.messages:
        characters += len(message.content if isinstance(message, ToolMessage) else message.text)
    return -(-characters // _CHARACTERS_PER_TOKEN)
