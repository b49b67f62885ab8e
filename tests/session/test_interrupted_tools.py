"""Interruptions at any moment of a tool round: what the model reads next is whole, and nothing is done twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtime.chat import AssistantMessage, Message, ToolDeclaration, ToolMessage, Usage
from runtime.conversation.outcomes import INTERRUPTED, STILL_RUNNING, to_json
from runtime.providers.openai.chat import ChatEncoder
from runtime.providers.ports import ModelDone, ModelPiece, ModelRequest, TextPiece, ToolCallOpened, ToolCallPiece
from runtime.settings import ModelSettings
from runtime.sources import SourceRef
from runtime.tools.context import Call
from tests.session.test_session import ScriptedVoice, Stage, blueprint, play, says
from tests.support.sequence import check_messages

UNKNOWN = {to_json(STILL_RUNNING), to_json(INTERRUPTED.result)}
ENCODER = ChatEncoder(ModelSettings("gpt-4o"), "http://upstream/v1")


def done(name: str, number: int) -> dict[str, Any]:
    return {"done": name, "n": number}


@dataclass
class Effect:
    """A tool that counts how often it has really begun, and how often it came to its end."""

    name: str
    wait_ms: int
    finishes: bool
    begun: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    timeout_ms: int = 5000
    sources: tuple[SourceRef, ...] = ()

    @property
    def declaration(self) -> ToolDeclaration:
        return ToolDeclaration(self.name, "", {"type": "object"})

    def objection(self, _arguments: Any) -> str:
        return ""

    async def call(self, arguments: Any, call: Call | None = None) -> Any:
        assert call is not None
        await asyncio.sleep(0.005)  # a thread that is not free at once
        call.begin()
        key = orjson.dumps(arguments).decode()
        self.begun[key] += 1
        await asyncio.sleep(self.wait_ms / 1000)
        self.ended[key] += 1
        return done(self.name, arguments["n"])


def check_results(messages: Sequence[Message]) -> None:
    """Every result is that of its own call, or not known yet."""
    calls = {call.id: call for each in messages if isinstance(each, AssistantMessage) for call in each.tool_calls}
    for message in messages:
        if isinstance(message, ToolMessage) and message.content not in UNKNOWN:
            call = calls[message.call_id]
            assert message.content == to_json(done(call.name, orjson.loads(call.arguments)["n"]))


class Persistent:
    """A model that wants everything done and asks for whatever has no result yet, in words and calls."""

    def __init__(self, wants: list[tuple[str, int]], pause_ms: int, words: str) -> None:
        self.wants = wants
        self.pause_ms = pause_ms
        self.words = words
        self.requests: list[ModelRequest] = []

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelPiece, None]:
        self.requests.append(request)
        check_messages(orjson.loads(ENCODER.encode(request))["messages"])
        check_results(request.messages)
        results = {message.content for message in request.messages if isinstance(message, ToolMessage)} - UNKNOWN
        open_ = [want for want in self.wants if to_json(done(*want)) not in results]
        await asyncio.sleep(self.pause_ms / 1000)
        for word in self.words.split():
            yield TextPiece(f"{word} ")
            await asyncio.sleep(self.pause_ms / 1000)
        if not (open_ and request.may_call_tools):
            yield TextPiece("All is done.")
            yield ModelDone("stop", Usage(1, 1))
            return
        for index, (name, number) in enumerate(open_):
            yield ToolCallOpened(index, f"call_{index}", name)  # anew in every answer, as some servers do
            await asyncio.sleep(self.pause_ms / 1000)
            yield ToolCallPiece(index, f'{{"n": {number}}}')
        yield ModelDone("tool_calls", Usage(1, 1))


def interrupts(stage: Stage) -> None:
    stage.say("interrupt", reason="button")


MOMENTS = st.lists(
    st.tuples(st.integers(1, 400), st.sampled_from([interrupts, says("Go on"), says("Wait")])), max_size=6
)


@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    moments=MOMENTS,
    wants=st.lists(st.tuples(st.sampled_from(["book", "look"]), st.integers(1, 3)), min_size=1, max_size=5),
    book_ms=st.integers(0, 300),
    look_ms=st.integers(0, 300),
    pause_ms=st.integers(0, 20),
    words=st.sampled_from(["", "One moment.", "Let me see what I can do about that."]),
    voiced=st.booleans(),
)
def test_every_interruption_leaves_a_whole_history(
    moments: list[tuple[int, Callable[[Stage], None]]],
    wants: list[tuple[str, int]],
    book_ms: int,
    look_ms: int,
    pause_ms: int,
    words: str,
    voiced: bool,
) -> None:
    book = Effect("book", book_ms, finishes=True)
    look = Effect("look", look_ms, finishes=False)
    model = Persistent(wants, pause_ms, words)
    agent = blueprint(model, ScriptedVoice() if voiced else None, tools={"book": book, "look": look})  # type: ignore[arg-type]  # a model by shape
    acts: list[tuple[int, Callable[[Stage], None]]] = [(0, says("Do it all"))]
    for wait_ms, act in moments:
        acts.append((acts[-1][0] + wait_ms, act))
    play(agent, *acts, (acts[-1][0] + 1000, says("And now?")), until=acts[-1][0] + 60_000)
    # The last turn was left alone, so everything has been done, and what has effects exactly once.
    wanted = {f'{{"n":{number}}}' for name, number in wants if name == "book"}
    assert book.begun == book.ended == Counter(wanted)
    assert set(look.ended) == {f'{{"n":{number}}}' for name, number in wants if name == "look"}
    final = orjson.loads(ENCODER.encode(model.requests[-1]))["messages"]
    assert to_json(STILL_RUNNING) not in [message["content"] for message in final]


def test_the_check_finds_what_a_server_refuses() -> None:
    user = {"role": "user", "content": "Hi"}
    call = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
    asks = {"role": "assistant", "content": None, "tool_calls": [call]}
    result = {"role": "tool", "tool_call_id": "c1", "content": "1"}
    check_messages([user, asks, result])
    wrongs: list[list[dict[str, Any]]] = [
        [user, asks, user],
        [user, result],
        [user, asks],
        [user, asks, result, result],
        [user, {"role": "assistant", "content": ""}, user],
        [user, {**asks, "tool_calls": [call, call]}, result, result],
        [user, asks, {**result, "content": ""}],
        [user, {**asks, "tool_calls": [{**call, "function": {"name": "a b", "arguments": "{}"}}]}, result],
    ]
    for wrong in wrongs:
        try:
            check_messages(wrong)
        except AssertionError:
            continue
        raise RuntimeError(f"accepted: {wrong}")
