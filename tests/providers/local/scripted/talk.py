"""A conversation with the scripted model, as a session would lead it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from runtime.chat import AssistantMessage, Message, ToolCall, ToolDeclaration, ToolMessage, UserMessage
from runtime.providers.local.scripted.model import ScriptedModel
from runtime.providers.ports import ModelPiece, ModelRequest, TextPiece, ToolCallOpened, ToolCallPiece
from runtime.settings import ModelSettings

MODEL = ScriptedModel(ModelSettings("scripted"))


def tool(
    name: str, description: str, properties: Mapping[str, Any], required: str = "", examples: Sequence[str] = ()
) -> ToolDeclaration:
    """A declaration with the usual schema around `properties`."""
    parameters: dict[str, Any] = {"type": "object", "properties": dict(properties), "required": required.split()}
    return ToolDeclaration(name, description, parameters, tuple(examples))


async def pieces(request: ModelRequest, model: ScriptedModel = MODEL) -> list[ModelPiece]:
    """All pieces of one call of the model."""
    return [piece async for piece in model.stream(request)]


async def answer(request: ModelRequest) -> AssistantMessage:
    """What the pieces of one call add up to."""
    text, calls = "", dict[int, ToolCall]()
    for piece in await pieces(request):
        match piece:
            case TextPiece(more):
                text += more
            case ToolCallOpened(index, call_id, name):
                calls[index] = ToolCall(call_id, name, "")
            case ToolCallPiece(index, more):
                opened = calls[index]
                calls[index] = ToolCall(opened.id, opened.name, opened.arguments + more)
            case _:
                pass
    return AssistantMessage(text, tuple(calls.values()))


@dataclass(slots=True)
class Conversation:
    """Keeps the messages; `result` stands in for the tools, and `called` lists what they were called with."""

    tools: Sequence[ToolDeclaration] = ()
    instructions: str = "You are Ada, the concierge of a small hotel."
    result: Callable[[str], Any] = lambda name: {"ok": True}
    messages: list[Message] = field(default_factory=list[Message])
    called: list[tuple[str, Any]] = field(default_factory=list[tuple[str, Any]])

    async def say(self, text: str) -> str:
        """What the agent says to `text`, after all the tools that it calls."""
        self.messages.append(UserMessage(text))
        while True:
            reply = await answer(ModelRequest(self.instructions, self.messages, self.tools))
            self.messages.append(reply)
            if not reply.tool_calls:
                return reply.text
            for call in reply.tool_calls:
                self.called.append((call.name, json.loads(call.arguments)))
                self.messages.append(ToolMessage(call.id, json.dumps(self.result(call.name))))
