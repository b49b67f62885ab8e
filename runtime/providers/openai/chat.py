"""A conversation as the body of a chat completion request.

Fields: https://platform.openai.com/docs/api-reference/chat/create
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from runtime.chat import AssistantMessage, Message, ToolDeclaration, ToolMessage, UserMessage
from runtime.providers.openai.endpoint import is_official
from runtime.providers.ports import ModelRequest
from runtime.settings import ModelSettings

_TOOLS_REMEMBERED = 64


class ChatEncoder:
    """Writes requests with one model's settings; `extra_body` has the last word.

    An agent's tools are the same in every request, so each tuple of them is encoded once.
    """

    __slots__ = ("_constant", "_extra", "_tools")

    def __init__(self, settings: ModelSettings, base_url: str) -> None:
        self._constant = _constant_fields(settings, base_url)
        self._extra = dict(settings.extra_body)
        # By identity, with the tuple itself: while it is held here no other object can have its id.
        self._tools: dict[int, tuple[Sequence[ToolDeclaration], orjson.Fragment]] = {}

    def encode(self, request: ModelRequest) -> bytes:
        """The request body, JSON in UTF-8."""
        messages = [encode_message(message) for message in request.messages]
        if request.instructions:
            messages.insert(0, {"role": "system", "content": request.instructions})
        body: dict[str, Any] = {**self._constant, "messages": messages}
        if request.tools:
            body["tools"] = self._encoded(request.tools)
            if not request.may_call_tools:
                body["tool_choice"] = "none"
        body.update(self._extra)
        return orjson.dumps(body)

    def _encoded(self, tools: Sequence[ToolDeclaration]) -> orjson.Fragment:
        if not isinstance(tools, tuple):
            return _encode_tools(tools)  # a list may change under the same identity
        known = self._tools.get(id(tools))
        if known is None:
            if len(self._tools) >= _TOOLS_REMEMBERED:
                self._tools.clear()
            known = self._tools[id(tools)] = (tools, _encode_tools(tools))
        return known[1]


def encode_message(message: Message) -> dict[str, Any]:
    """One message in the API's terms."""
    match message:
        case UserMessage(text):
            return {"role": "user", "content": text}
        case ToolMessage(call_id, content):
            return {"role": "tool", "tool_call_id": call_id, "content": content}
        case AssistantMessage(text, ()):
            return {"role": "assistant", "content": text}
        case AssistantMessage(text, calls):
            encoded = [
                {
                    "id": call.id,
                    "type": "function",
                    "function": {"name": call.name, "arguments": call.arguments or "{}"},
                }
                for call in calls
            ]
            return {"role": "assistant", "content": text or None, "tool_calls": encoded}


def _encode_tools(tools: Sequence[ToolDeclaration]) -> orjson.Fragment:
    encoded = [
        {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.description,
                "parameters": dict(tool.parameters),
            },
        }
        for tool in tools
    ]
    return orjson.Fragment(orjson.dumps(encoded, default=_plain))


def _plain(value: object) -> object:
    """Schemas may be frozen mappings, which orjson does not know."""
    if isinstance(value, Mapping):
        return dict(value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - any keys
    raise TypeError


def _constant_fields(settings: ModelSettings, base_url: str) -> dict[str, Any]:
    # OpenAI's reasoning models refuse `max_tokens`; other servers mostly know no other name.
    limit = "max_completion_tokens" if is_official(base_url) else "max_tokens"
    fields: dict[str, Any] = {
        "model": settings.name,
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": settings.temperature,
        "top_p": settings.top_p,
        limit: settings.max_tokens,
        "reasoning_effort": settings.reasoning_effort or None,
    }
    return {name: value for name, value in fields.items() if value is not None}
