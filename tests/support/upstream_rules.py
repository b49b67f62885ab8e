"""What the real API refuses. Each check gives a sentence about the first thing that is wrong, or None."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.support.upstream_sounds import MIME_TYPES

_CHAT_KEYS = frozenset(
    (
        "model",
        "messages",
        "stream",
        "stream_options",
        "temperature",
        "top_p",
        "max_tokens",
        "max_completion_tokens",
        "reasoning_effort",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "seed",
        "user",
        "stop",
        "n",
        "metadata",
        "store",
        "service_tier",
        "presence_penalty",
        "logit_bias",
        "frequency_penalty",
        "response_format",
        "logprobs",
        "top_logprobs",
        "modalities",
        "prediction",
        "verbosity",
    )
)
_SPEECH_KEYS = frozenset(("model", "input", "voice", "response_format", "speed", "instructions", "stream_format"))
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def chat_problem(body: dict[str, Any]) -> str | None:
    """Check a chat completion request."""
    return next(_chat_problems(body), None)


def speech_problem(body: dict[str, Any]) -> str | None:
    """Check a speech request."""
    return next(_speech_problems(body), None)


def _chat_problems(body: dict[str, Any]) -> Iterator[str]:
    for key in body.keys() - _CHAT_KEYS:
        yield f"Unrecognized request argument supplied: {key}"
    if not isinstance(body.get("model"), str) or not body["model"]:
        yield "model must be a string"
    if "max_tokens" in body and "max_completion_tokens" in body:
        yield "max_tokens and max_completion_tokens exclude each other"
    yield from _tool_problems(body)
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        yield "messages must be a list that is not empty"
    else:
        yield from _sequence_problems(messages)


def _tool_problems(body: dict[str, Any]) -> Iterator[str]:
    if "tools" not in body:
        if "tool_choice" in body:
            yield "tool_choice is only allowed when tools are specified"
        return
    if not body["tools"]:
        yield "tools must not be empty"
    for tool in body["tools"]:
        function = tool.get("function", {})
        if tool.get("type") != "function" or not _NAME.fullmatch(function.get("name", "")):
            yield "a tool needs type function and a name of letters, digits, _ and -"
        if function.get("parameters", {"type": "object"}).get("type") != "object":
            yield "parameters must be a schema of type object"


def _sequence_problems(messages: list[dict[str, Any]]) -> Iterator[str]:
    pending: list[str] = []  # calls of the last assistant message that have no result yet
    for number, message in enumerate(messages):
        role, where = message.get("role"), f"messages[{number}]"
        if role == "tool":
            if message.get("tool_call_id") not in pending:
                yield f"{where}: role tool must be a response to a preceding message with tool_calls"
                return
            pending.remove(message["tool_call_id"])
            if not isinstance(message.get("content"), str):
                yield f"{where}: content must be a string"
            continue
        if pending:
            yield f"{where}: tool_calls without a response: {', '.join(pending)}"
            return
        if role == "assistant":
            yield from _assistant_problems(message, where)
            pending = [call["id"] for call in message.get("tool_calls", ())]
        elif role not in ("system", "developer", "user"):
            yield f"{where}: unknown role {role}"
        elif not isinstance(message.get("content"), str):
            yield f"{where}: content must be a string"
    if pending:
        yield f"tool_calls without a response: {', '.join(pending)}"


def _assistant_problems(message: dict[str, Any], where: str) -> Iterator[str]:
    calls = message.get("tool_calls")
    if calls == []:
        yield f"{where}: tool_calls must not be empty"
    if not isinstance(message.get("content"), str) and not (calls and message.get("content") is None):
        yield f"{where}: content must be a string"
    ids = [call.get("id") for call in calls or ()]
    if len(set(ids)) < len(ids):
        yield f"{where}: tool_calls repeat an id"
    for call in calls or ():
        function = call.get("function", {})
        if not call.get("id") or call.get("type") != "function" or not _NAME.fullmatch(function.get("name", "")):
            yield f"{where}: a call needs an id, type function and a name"
        if not isinstance(function.get("arguments"), str):
            yield f"{where}: arguments must be a string"


def _speech_problems(body: dict[str, Any]) -> Iterator[str]:
    for key in body.keys() - _SPEECH_KEYS:
        yield f"Unrecognized request argument supplied: {key}"
    for key in ("model", "voice", "input"):
        if not isinstance(body.get(key), str) or not body[key].strip():
            yield f"{key} must be a string that is not empty"
    if len(body.get("input", "")) > 4096:
        yield "input is longer than 4096 characters"
    if body.get("response_format", "mp3") not in MIME_TYPES:
        yield "response_format is unknown"
    if not 0.25 <= body.get("speed", 1.0) <= 4:
        yield "speed must be between 0.25 and 4"
