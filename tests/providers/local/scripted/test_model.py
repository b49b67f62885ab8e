from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from runtime.chat import AssistantMessage, Message, ToolCall, ToolMessage, UserMessage
from runtime.providers.local.scripted.model import ScriptedModel
from runtime.providers.ports import LanguageModel, ModelDone, ModelRequest, TextPiece, ToolCallOpened, ToolCallPiece
from runtime.settings import ModelSettings
from tests.providers.local.scripted.talk import answer, pieces
from tests.providers.local.scripted.utterances import CASES, TOOLS


def _request(*messages: Message, may_call_tools: bool = True) -> ModelRequest:
    return ModelRequest("You are Ada.", messages, TOOLS, may_call_tools)


def test_it_is_a_language_model() -> None:
    model: LanguageModel = ScriptedModel(ModelSettings("scripted"))
    assert model is not None


async def test_text_comes_word_by_word_with_the_space_before_each() -> None:
    *words, done = await pieces(_request(UserMessage("hello")))
    assert words == [TextPiece("Hello!"), TextPiece(" How"), TextPiece(" can"), TextPiece(" I"), TextPiece(" help?")]
    assert isinstance(done, ModelDone)
    assert done.finish_reason == "stop"
    assert (done.usage.input_tokens, done.usage.output_tokens) == (5, 5)


async def test_calls_are_opened_and_their_arguments_come_in_pieces() -> None:
    request = _request(UserMessage("what's the weather in Lisbon"))
    opened, *parts, done = await pieces(request, ScriptedModel(ModelSettings("scripted")))
    assert opened == ToolCallOpened(0, "call_1", "get_weather")
    assert len(parts) > 1
    text = "".join(part.arguments for part in parts if isinstance(part, ToolCallPiece))
    assert json.loads(text) == {"location": "Lisbon", "unit": "celsius"}
    assert isinstance(done, ModelDone)
    assert done.finish_reason == "tool_calls"


async def test_two_requests_in_one_utterance_are_two_parallel_calls() -> None:
    said = "what's the weather in Paris and what time is it in Tokyo"
    model = ScriptedModel(ModelSettings("scripted"))
    opened = [p for p in await pieces(_request(UserMessage(said)), model) if isinstance(p, ToolCallOpened)]
    assert opened == [ToolCallOpened(0, "call_1", "get_weather"), ToolCallOpened(1, "call_2", "get_time")]


async def _id(model: ScriptedModel, *past: Message) -> str:
    request = _request(*past, UserMessage("what time is it in Oslo"))
    return next(piece.id for piece in await pieces(request, model) if isinstance(piece, ToolCallOpened))


async def test_an_id_is_not_used_again_though_the_history_was_cleared() -> None:
    model = ScriptedModel(ModelSettings("scripted"))
    assert len({await _id(model) for _ in range(3)}) == 3


async def test_an_id_that_another_model_gave_is_not_used_again() -> None:
    before = AssistantMessage("", (ToolCall("call_1", "get_time", "{}"), ToolCall("other", "get_time", "{}")))
    results = ToolMessage("call_1", "{}"), ToolMessage("other", "{}")
    assert await _id(ScriptedModel(ModelSettings("scripted")), UserMessage("x"), before, *results) == "call_2"


async def test_max_tokens_bounds_the_words() -> None:
    short = ScriptedModel(ModelSettings("scripted", max_tokens=3))
    *words, done = await pieces(_request(UserMessage("hello")), short)
    assert len(words) == 3
    assert isinstance(done, ModelDone)
    assert done.finish_reason == "length"


async def test_without_leave_to_call_tools_it_speaks() -> None:
    reply = await answer(_request(UserMessage("what's the weather in Lisbon"), may_call_tools=False))
    assert not reply.tool_calls
    assert "not a language model" in reply.text


async def test_with_nothing_said_it_asks_what_to_do() -> None:
    assert (await answer(_request())).text == "What can I do for you?"
    assert (await answer(_request(AssistantMessage("Welcome!")))).text == "What can I do for you?"


_WORDS = " ".join(case.said for case in CASES).split()
_SAID = st.lists(st.sampled_from([*_WORDS, "never mind", "yes", "no", "(", "@", "12:30", "é"]), max_size=12).map(
    " ".join
)
_SCHEMAS = {tool.name: Draft202012Validator(dict(tool.parameters)) for tool in TOOLS}


def _without_ids(reply: AssistantMessage) -> tuple[str, list[tuple[str, str]]]:
    return reply.text, [(call.name, call.arguments) for call in reply.tool_calls]


@settings(max_examples=60, deadline=None)
@given(st.lists(_SAID, min_size=1, max_size=5))
async def test_whatever_is_said_calls_are_valid_and_the_same_each_time(said: list[str]) -> None:
    messages: list[Message] = []
    for text in said:
        messages.append(UserMessage(text))
        request = ModelRequest("You are Ada.", list(messages), TOOLS)
        reply = await answer(request)
        assert _without_ids(reply) == _without_ids(await answer(request))
        assert bool(reply.text) != bool(reply.tool_calls)
        messages.append(reply)
        for call in reply.tool_calls:
            arguments: Any = json.loads(call.arguments)
            _SCHEMAS[call.name].validate(arguments)
            messages.append(ToolMessage(call.id, json.dumps({"ok": True})))
        if reply.tool_calls:
            messages.append(await answer(ModelRequest("You are Ada.", list(messages), TOOLS)))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
async def test_any_text_gets_an_answer(said: str) -> None:
    reply = await answer(_request(UserMessage(said)))
    assert reply.text or reply.tool_calls
