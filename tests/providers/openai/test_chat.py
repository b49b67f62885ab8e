from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import orjson
import pytest
from typing_extensions import override

from runtime.chat import AssistantMessage, Message, ToolCall, ToolDeclaration, ToolMessage, UserMessage
from runtime.providers.openai.chat import ChatEncoder
from runtime.providers.ports import ModelRequest
from runtime.settings import ModelSettings

TIME = ToolDeclaration("get_time", "Tell the time.", {"type": "object", "properties": {}})


def encode(
    settings: ModelSettings | None = None, request: ModelRequest | None = None, base_url: str = "http://h/v1"
) -> dict[str, Any]:
    encoder = ChatEncoder(settings or ModelSettings("m"), base_url)
    body: dict[str, Any] = orjson.loads(encoder.encode(request or ModelRequest("Be kind.", [UserMessage("Hi")])))
    return body


def test_the_least_request() -> None:
    assert encode() == {
        "model": "m",
        "stream": True,
        "stream_options": {"include_usage": True},
        "messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi"}],
    }


def test_every_kind_of_message() -> None:
    messages: list[Message] = [
        UserMessage("What time is it?"),
        AssistantMessage("", (ToolCall("a", "get_time", ""), ToolCall("b", "get_time", '{"x":1}'))),
        ToolMessage("a", '"10:30"'),
        ToolMessage("b", '"11:30"'),
        AssistantMessage("Half past", interrupted=True),
        AssistantMessage("One moment.", (ToolCall("c", "get_time", "{}"),)),
    ]
    first = {"id": "a", "type": "function", "function": {"name": "get_time", "arguments": "{}"}}
    second = {"id": "b", "type": "function", "function": {"name": "get_time", "arguments": '{"x":1}'}}
    encoded = encode(request=ModelRequest("", messages))["messages"]
    assert encoded[:5] == [
        {"role": "user", "content": "What time is it?"},
        {"role": "assistant", "content": None, "tool_calls": [first, second]},
        {"role": "tool", "tool_call_id": "a", "content": '"10:30"'},
        {"role": "tool", "tool_call_id": "b", "content": '"11:30"'},
        {"role": "assistant", "content": "Half past"},
    ]
    assert encoded[5]["content"] == "One moment."


def test_settings_are_sent_where_they_are_set() -> None:
    settings = ModelSettings(
        "m", temperature=0.0, top_p=0.5, reasoning_effort="low", extra_body={"seed": 7, "stream": False}
    )
    body = encode(settings)
    assert (body["temperature"], body["top_p"], body["reasoning_effort"], body["seed"]) == (0.0, 0.5, "low", 7)
    assert body["stream"] is False


@pytest.mark.parametrize(
    ("base_url", "key"),
    [
        ("https://api.openai.com/v1", "max_completion_tokens"),
        ("https://eu.api.openai.com/v1", "max_completion_tokens"),
        ("http://127.0.0.1:8000/v1", "max_tokens"),
        ("https://api.openai.com.example/v1", "max_tokens"),
    ],
)
def test_the_limit_of_tokens_has_the_name_that_the_server_knows(base_url: str, key: str) -> None:
    body = encode(ModelSettings("m", max_tokens=9), base_url=base_url)
    assert {name for name in body if name.startswith("max_")} == {key}


@pytest.mark.parametrize(
    "parameters", [{"type": "object"}, MappingProxyType({"type": "object", "x": MappingProxyType({})})]
)
def test_tools_are_functions(parameters: Mapping[str, Any]) -> None:
    tool = ToolDeclaration("f", "Does it.", parameters)
    body = encode(request=ModelRequest("", [UserMessage("Hi")], (tool,)))
    function = body["tools"][0]["function"]
    assert body["tools"][0]["type"] == "function"
    assert (function["name"], function["description"], function["parameters"]["type"]) == ("f", "Does it.", "object")
    assert "tool_choice" not in body


def test_words_are_asked_for_where_tools_may_not_be_called() -> None:
    request = ModelRequest("", [UserMessage("Hi")], (TIME,), may_call_tools=False)
    assert encode(request=request)["tool_choice"] == "none"
    without_tools = ModelRequest("", [UserMessage("Hi")], may_call_tools=False)
    assert "tool_choice" not in encode(request=without_tools)


def test_a_schema_that_is_not_json_is_an_error_of_the_caller() -> None:
    with pytest.raises(TypeError):
        encode(request=ModelRequest("", [], (ToolDeclaration("f", "", {"x": object()}),)))


class Counted(Mapping[str, Any]):
    """A schema that counts how often it is read."""

    def __init__(self) -> None:
        self.reads = 0

    @override
    def __getitem__(self, key: str) -> str:
        return {"type": "object"}[key]

    @override
    def __iter__(self) -> Iterator[str]:
        self.reads += 1
        return iter(("type",))

    @override
    def __len__(self) -> int:
        return 1


def test_examples_of_a_tool_are_never_sent() -> None:
    tool = ToolDeclaration("f", "Does it.", {"type": "object"}, ("do it to {what}",))
    body = encode(request=ModelRequest("", [UserMessage("Hi")], (tool,)))
    function = {"name": "f", "description": "Does it.", "parameters": {"type": "object"}}
    assert body["tools"] == [{"type": "function", "function": function}]


def test_a_tuple_of_tools_is_encoded_once() -> None:
    encoder = ChatEncoder(ModelSettings("m"), "http://h/v1")
    schema = Counted()
    tools = (ToolDeclaration("f", "", schema),)
    bodies = {encoder.encode(ModelRequest("", [UserMessage("Hi")], tools)) for _ in range(3)}
    assert len(bodies) == 1
    assert schema.reads == 1


def test_a_list_of_tools_may_change() -> None:
    encoder = ChatEncoder(ModelSettings("m"), "http://h/v1")
    tools = [TIME]
    assert b"other" not in encoder.encode(ModelRequest("", [], tools))
    tools[0] = ToolDeclaration("other", "", {"type": "object"})
    assert b"other" in encoder.encode(ModelRequest("", [], tools))


def test_many_sets_of_tools_are_all_right() -> None:
    encoder = ChatEncoder(ModelSettings("m"), "http://h/v1")
    for number in range(200):
        tools = (ToolDeclaration(f"tool_{number}", "", {"type": "object"}),)
        assert f'"tool_{number}"'.encode() in encoder.encode(ModelRequest("", [], tools))
