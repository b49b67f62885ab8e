from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from contextlib import aclosing
from typing import Any

import pytest

from runtime.chat import AssistantMessage, Message, ToolCall, ToolDeclaration, ToolMessage, Usage, UserMessage
from runtime.errors import ProviderError
from runtime.providers.http.pool import HttpPool
from runtime.providers.openai.model import OpenAIModel
from runtime.providers.ports import (
    ModelDone,
    ModelPiece,
    ModelRequest,
    ReasoningPiece,
    TextPiece,
    ToolCallOpened,
    ToolCallPiece,
)
from runtime.settings import ModelSettings
from tests.providers.http.raw_server import Peer, RawServer
from tests.support.upstream import (
    MALFORMED,
    Call,
    Chat,
    Cut,
    Hold,
    Raw,
    Refusal,
    Reply,
    Silence,
    Stall,
    Upstream,
    chunk,
    event,
    html_page,
    rate_limited,
)

HI = ModelRequest("Be kind.", [UserMessage("Hi")])
TIME = ToolDeclaration("get_time", "Tell the time.", {"type": "object", "properties": {}})


def model_of(upstream: Upstream, pool: HttpPool, **settings: Any) -> OpenAIModel:
    return OpenAIModel(ModelSettings("m", **settings), pool, base_url=upstream.base_url, api_key=upstream.api_key)


async def everything(model: OpenAIModel, request: ModelRequest = HI) -> list[ModelPiece]:
    return [piece async for piece in model.stream(request)]


def text_of(pieces: list[ModelPiece]) -> str:
    return "".join(piece.text for piece in pieces if isinstance(piece, TextPiece))


async def test_an_answer_is_streamed_to_its_end(upstream: Upstream, pool: HttpPool) -> None:
    upstream.chat.script(Chat("Hello there.", reasoning="A greeting.", usage=(30, 4)))
    assert await everything(model_of(upstream, pool)) == [
        ReasoningPiece("A"),
        ReasoningPiece(" greeting."),
        TextPiece("Hello"),
        TextPiece(" there."),
        ModelDone("stop", Usage(30, 4)),
    ]


async def test_a_piece_arrives_before_the_server_has_the_next(upstream: Upstream, pool: HttpPool) -> None:
    hold = Hold()
    upstream.chat.script(Chat("Hello there.", at={2: hold}))
    async with aclosing(model_of(upstream, pool).stream(HI)) as stream:
        assert await anext(stream) == TextPiece("Hello")
        assert upstream.chat.in_flight == 1
        assert upstream.chat.completed == 0
        hold.release()
        assert await anext(stream) == TextPiece(" there.")


async def test_parallel_calls_are_streamed_and_their_results_accepted(upstream: Upstream, pool: HttpPool) -> None:
    model = model_of(upstream, pool)
    upstream.chat.script(
        Chat("One moment.", calls=[Call("get_time", '{"city": "Lisbon"}', "a"), Call("get_time", "{}", "b")])
    )
    pieces = await everything(model, ModelRequest("", [UserMessage("Hi")], (TIME,)))
    opened = [piece for piece in pieces if isinstance(piece, ToolCallOpened)]
    assert opened == [ToolCallOpened(0, "a", "get_time"), ToolCallOpened(1, "b", "get_time")]
    arguments = ["".join(p.arguments for p in pieces if isinstance(p, ToolCallPiece) and p.index == i) for i in (0, 1)]
    assert arguments == ['{"city": "Lisbon"}', "{}"]
    assert pieces[-1] == ModelDone("tool_calls", Usage(11, 7))

    calls = tuple(ToolCall(call.id, call.name, text) for call, text in zip(opened, arguments, strict=True))
    history: list[Message] = [
        UserMessage("Hi"),
        AssistantMessage("One moment.", calls),
        ToolMessage("a", "1"),
        ToolMessage("b", "2"),
    ]
    assert text_of(await everything(model, ModelRequest("", history, (TIME,)))) == "All right."


async def test_leaving_a_stream_closes_the_upstream_request(upstream: Upstream, pool: HttpPool) -> None:
    upstream.chat.script(Chat("Hello there.", at={2: Stall()}))
    async with aclosing(model_of(upstream, pool).stream(HI)) as stream:
        await anext(stream)
    await upstream.chat.wait(cancelled=1, in_flight=0)


@pytest.mark.parametrize(
    "reply", [Silence(), Chat("Hello there.", at={0: Stall()}), Chat("Hello there.", at={2: Stall()})]
)
async def test_cancelling_the_reader_closes_the_upstream_request(
    upstream: Upstream, pool: HttpPool, reply: Reply
) -> None:
    upstream.chat.script(reply)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(everything(model_of(upstream, pool)))
        await upstream.chat.wait(in_flight=1)
        task.cancel()
    await upstream.chat.wait(cancelled=1, in_flight=0)


async def test_answers_share_a_connection(upstream: Upstream, pool: HttpPool) -> None:
    model = model_of(upstream, pool)
    for number in range(1, 6):
        assert text_of(await everything(model)) == "All right."
        await upstream.chat.wait(completed=number)
        await _the_rest_has_come(pool)
    assert upstream.connections == 1


async def _the_rest_has_come(pool: HttpPool) -> None:
    """The end of the body follows `[DONE]` in a write of its own."""
    async with asyncio.timeout(5):
        while not any(origin._idle for origin in pool._origins.values()):
            await _one_round()


async def _one_round() -> None:
    turned = asyncio.Event()
    asyncio.get_running_loop().call_soon(turned.set)
    await turned.wait()


async def test_a_reader_that_leaves_after_the_last_piece_cancels_nothing(upstream: Upstream, pool: HttpPool) -> None:
    async with aclosing(model_of(upstream, pool).stream(HI)) as stream:
        async for piece in stream:
            if isinstance(piece, ModelDone):
                break
    await upstream.chat.wait(completed=1, in_flight=0)
    assert upstream.chat.cancelled == 0


# -- faults


@pytest.mark.parametrize(
    "first",
    [
        Refusal(500),
        Refusal(503, body="<html>", content_type="text/html"),
        Refusal(408),
        Refusal(409),
        rate_limited("0"),
        rate_limited(milliseconds="10"),
        Chat("Hello", at={0: Cut()}),
        Chat("Hello", at={1: Cut()}),
        Raw([]),
    ],
)
async def test_what_may_pass_is_tried_again_before_the_first_piece(
    upstream: Upstream, pool: HttpPool, first: Reply
) -> None:
    upstream.chat.script(first, Chat("Here I am."))
    assert text_of(await everything(model_of(upstream, pool))) == "Here I am."
    assert upstream.chat.started == 2


async def test_retries_have_an_end(upstream: Upstream, pool: HttpPool) -> None:
    upstream.chat.default = rate_limited("0")
    with pytest.raises(ProviderError, match=r"The model's server is rate limited \(429\)") as raised:
        await everything(model_of(upstream, pool, max_retries=2))
    assert upstream.chat.started == 3
    assert raised.value.retry_after == 0


async def test_a_pause_that_is_too_long_is_not_waited_for(upstream: Upstream, pool: HttpPool) -> None:
    upstream.chat.default = rate_limited("60")
    with pytest.raises(ProviderError) as raised:
        await everything(model_of(upstream, pool))
    assert upstream.chat.started == 1
    assert (raised.value.retryable, raised.value.retry_after) == (True, 60.0)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 302])
async def test_what_will_not_pass_is_not_tried_again(upstream: Upstream, pool: HttpPool, status: int) -> None:
    upstream.chat.default = Refusal(status, headers={"location": "/elsewhere"})
    with pytest.raises(ProviderError, match=f"{status}") as raised:
        await everything(model_of(upstream, pool))
    assert upstream.chat.started == 1
    assert raised.value.code == "model_error"


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (Chat("Hello there.", at={2: Cut()}), "closed the connection before its answer was complete"),
        (Raw([chunk({"content": "Hello"})]), "stopped in the middle of its answer"),
        (Chat("Hello there.", at={2: MALFORMED * 4}), "cannot be read"),
        (
            Raw([chunk({"content": "Hello"}), event({"error": {"message": "Overloaded."}})]),
            "broke off its answer. Overloaded",
        ),
        (Raw([chunk({"content": "Hello"}), b"data: " + b"x" * 9_000_000]), "too large"),
    ],
)
async def test_an_answer_that_breaks_is_an_error_and_not_tried_again(
    upstream: Upstream, pool: HttpPool, reply: Reply, sentence: str
) -> None:
    upstream.chat.script(reply)
    stream = model_of(upstream, pool).stream(HI)
    assert await anext(stream) == TextPiece("Hello")
    with pytest.raises(ProviderError) as raised:
        await anext(stream)
    assert re.search(sentence, f"{raised.value} {raised.value.detail}")
    assert upstream.chat.started == 1
    assert raised.value.code == "model_error"


async def test_what_came_with_the_error_in_one_read_is_heard_before_it(upstream: Upstream, pool: HttpPool) -> None:
    upstream.chat.script(Raw([chunk({"content": "Hello"}) + event({"error": "Overloaded."})]))
    stream = model_of(upstream, pool).stream(HI)
    assert await anext(stream) == TextPiece("Hello")
    with pytest.raises(ProviderError) as raised:
        await anext(stream)
    assert raised.value.detail == "Overloaded."


async def test_one_broken_event_is_read_past(upstream: Upstream, pool: HttpPool) -> None:
    upstream.chat.script(Chat("Hello there.", at={2: MALFORMED}))
    assert text_of(await everything(model_of(upstream, pool))) == "Hello there."


@pytest.mark.parametrize("end", [[], [b"data: [DONE]\n\n"], [b": bye\n\n"]])
async def test_an_answer_may_end_without_done_once_it_has_a_finish_reason(
    upstream: Upstream, pool: HttpPool, end: list[bytes]
) -> None:
    upstream.chat.script(Raw([chunk({"content": "Hello"}), chunk({}, "stop"), b"data:\n\n", *end]))
    assert await everything(model_of(upstream, pool)) == [TextPiece("Hello"), ModelDone("stop", Usage())]


async def test_an_answer_may_end_with_done_alone(upstream: Upstream, pool: HttpPool) -> None:
    upstream.chat.script(Raw([chunk({"content": "Hello"}), b"data: [DONE]\n\n"]))
    assert await everything(model_of(upstream, pool)) == [TextPiece("Hello"), ModelDone("stop", Usage())]


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (html_page(), "sent text/html where a stream was expected."),
        (Refusal(200, "Busy."), "sent application/json where a stream was expected. Busy."),
    ],
)
async def test_what_is_no_stream_is_an_error(upstream: Upstream, pool: HttpPool, reply: Reply, sentence: str) -> None:
    upstream.chat.script(reply)
    with pytest.raises(ProviderError) as raised:
        await everything(model_of(upstream, pool))
    assert re.search(sentence, f"{raised.value} {raised.value.detail}")
    assert upstream.chat.started == 1


async def test_a_refusal_whose_text_is_cut_is_still_told(upstream: Upstream, pool: HttpPool) -> None:
    async def script(peer: Peer) -> None:
        await peer.request()
        peer.send(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 100\r\n\r\nhalf")
        await peer.flushed()

    async with RawServer(script) as server:
        model = OpenAIModel(ModelSettings("m"), pool, base_url=server.url, api_key="k")
        with pytest.raises(ProviderError, match=r"does not allow this \(403\)\."):
            await everything(model)


async def test_a_server_that_is_not_there(pool: HttpPool) -> None:
    async with Upstream() as upstream:
        model = model_of(upstream, pool, max_retries=0)
    with pytest.raises(ProviderError, match=r"^The model's server cannot be reached\.$") as raised:
        await everything(model)
    assert raised.value.retryable


# -- deadlines


@pytest.mark.parametrize("reply", [Silence(), Chat("Hello", at={0: Stall()}), Raw([b": wait\n\n"] * 3 + [Stall()])])
async def test_the_first_piece_has_a_deadline(upstream: Upstream, pool: HttpPool, reply: Reply) -> None:
    upstream.chat.default = reply
    with pytest.raises(ProviderError, match=r"^The model's server did not answer in time\.$") as raised:
        await everything(model_of(upstream, pool, first_token_timeout_ms=40))
    assert raised.value.code == "model_timeout"
    await upstream.chat.wait(cancelled=1, in_flight=0)
    assert upstream.chat.started == 1


async def test_the_whole_answer_has_a_deadline(upstream: Upstream, pool: HttpPool) -> None:
    upstream.chat.script(Chat("Hello there.", at={2: Stall()}))
    with pytest.raises(ProviderError) as raised:
        await everything(model_of(upstream, pool, timeout_ms=60, first_token_timeout_ms=50))
    assert raised.value.code == "model_timeout"
    await upstream.chat.wait(cancelled=1)


async def test_silence_in_the_middle_has_a_bound(
    upstream: Upstream, pool: HttpPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.providers.openai.model.MAX_IDLE_SECONDS", 0.04)
    upstream.chat.script(Chat("Hello there.", at={2: Stall()}))
    with pytest.raises(ProviderError) as raised:
        await everything(model_of(upstream, pool))
    assert raised.value.code == "model_timeout"


async def test_the_deadline_of_the_first_piece_does_not_end_the_answer(upstream: Upstream, pool: HttpPool) -> None:
    hold = Hold()
    upstream.chat.script(Chat("Hello there.", at={2: hold}))
    async with aclosing(model_of(upstream, pool, first_token_timeout_ms=60).stream(HI)) as stream:
        await anext(stream)
        passed = asyncio.Event()
        asyncio.get_running_loop().call_later(0.09, passed.set)
        await passed.wait()
        hold.release()
        assert await anext(stream) == TextPiece(" there.")


# -- secrets


@pytest.mark.parametrize("status", [400, 401, 403, 429, 500, 200])
async def test_no_error_shows_the_key(upstream: Upstream, pool: HttpPool, status: int) -> None:
    def echo(request: Any) -> Refusal:
        headers: Mapping[str, str] = request.headers
        return Refusal(status, f"Bad header: Authorization: {headers['authorization']} {upstream.api_key}")

    upstream.chat.default = echo
    with pytest.raises(ProviderError) as raised:
        await everything(model_of(upstream, pool, max_retries=0))
    assert "0123456789" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_the_key_is_not_shown(pool: HttpPool) -> None:
    model = OpenAIModel(ModelSettings("m", api_key="sk-1"), pool, base_url="http://h/v1", api_key="sk-1")
    assert repr(model) == "OpenAIModel('m', base_url='http://h/v1')"
