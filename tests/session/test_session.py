"""Scores: a whole session in virtual time, as a list of (milliseconds, what the client heard)."""

import asyncio
import base64
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from runtime.blueprint.model import Blueprint, RoleChoice
from runtime.chat import ToolDeclaration, Usage, UserMessage
from runtime.conversation.plan import Plan, ToolPlan, VoicePlan
from runtime.errors import ProviderError, ToolError
from runtime.providers.ports import (
    ModelDone,
    ModelPiece,
    ModelRequest,
    TextPiece,
    ToolCallOpened,
    ToolCallPiece,
    Transcript,
)
from runtime.session.outlet import Outlet
from runtime.session.session import Session
from runtime.settings import ChunkSettings
from runtime.sources import SourceRef
from runtime.tools.context import Call
from runtime.wire.native_events import encode
from tests.support.order import check_order
from tests.support.virtual_time import run

Heard = dict[str, Any]
Score = list[tuple[int, str]]
Turn = list[ModelPiece | int | Exception]


class ScriptedModel:
    """Each turn is a list of pieces and of pauses in milliseconds."""

    def __init__(self, *turns: Turn) -> None:
        self.turns = list(turns)
        self.requests: list[ModelRequest] = []
        self.open = 0

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelPiece, None]:
        self.requests.append(request)
        self.open += 1
        try:
            turn: Turn = self.turns.pop(0) if self.turns else [TextPiece("Yes."), DONE]
            for piece in turn:
                if isinstance(piece, int):
                    await asyncio.sleep(piece / 1000)
                elif isinstance(piece, Exception):
                    raise piece
                else:
                    yield piece
        finally:
            self.open -= 1


class ScriptedVoice:
    """Speaks ten parts of 100 ms each, one every `pace` milliseconds, of any text."""

    format = "pcm"
    sample_rate = 24_000

    def __init__(self, first_ms: int = 80, pace: int = 10, parts: int = 10) -> None:
        self.first_ms, self.pace, self.parts = first_ms, pace, parts
        self.texts: list[str] = []
        self.open = 0

    async def stream(self, text: str) -> AsyncGenerator[bytes, None]:
        self.texts.append(text)
        self.open += 1
        try:
            await asyncio.sleep(self.first_ms / 1000)
            for _ in range(self.parts):
                yield bytes(4800)
                await asyncio.sleep(self.pace / 1000)
        finally:
            self.open -= 1


class ScriptedEar:
    """Understands an utterance after as many milliseconds as its first byte says."""

    async def transcribe(self, audio: bytes, format: str, sample_rate: int | None) -> Transcript:
        await asyncio.sleep(audio[0] / 1000)
        if audio[1:] == b"!":
            raise ProviderError("no_transcription", "It broke.")
        return Transcript(audio[1:].decode(), "en")

    async def aclose(self) -> None:
        pass


@dataclass
class ScriptedTool:
    declaration: ToolDeclaration
    answer: Callable[[Any], Any]
    wait_ms: int = 0
    timeout_ms: int = 1000
    finishes: bool = False
    sources: tuple[SourceRef, ...] = ()

    def objection(self, _arguments: Any) -> str:
        return ""

    async def call(self, arguments: Any, call: Call | None = None) -> Any:
        assert call is not None
        call.begin()
        await asyncio.sleep(self.wait_ms / 1000)
        return self.answer(arguments)


class Text:
    """A template that is its text."""

    def __init__(self, text: str) -> None:
        self.text = text

    def render(self, values: Mapping[str, Any]) -> str:
        return self.text.format(**values)


DONE = ModelDone("stop", Usage(1, 1))
CALLS = ModelDone("tool_calls", Usage(1, 1))
SPOKEN = Plan(
    chunking=ChunkSettings(min_chunk_size=8, first_chunk_size=8), voice=VoicePlan("pcm", 24_000, ("markdown", "emoji"))
)


def blueprint(model: ScriptedModel, voice: ScriptedVoice | None = None, **changes: Any) -> Blueprint:
    tools = {
        name: ToolPlan(finishes=getattr(tool, "finishes", False)) for name, tool in changes.get("tools", {}).items()
    }
    plan = replace(SPOKEN if voice else Plan(), tools=tools)
    choice = RoleChoice("test", "test", "a test")
    made = Blueprint(
        name="ada", path="/ada", description="", file="ada.yaml", digest="d", plan=plan, model=model, voice=voice,
        recognizer=ScriptedEar(), tools={}, declarations=(), instructions=Text("Be {agent}."), first_message=None,  # type: ignore[arg-type]  # a template by shape
        variables=(), timezone="UTC", max_audio_bytes=10_000, pronounce=str, choices={"model": choice},
    )  # fmt: skip
    return replace(made, **changes)


class Stage:
    """A session whose client is a list."""

    def __init__(self, agent: Blueprint, tasks: asyncio.TaskGroup) -> None:
        self.heard: list[tuple[float, Heard]] = []
        self.unread = 0
        opening = agent.open("ses_1", {}, datetime.now(UTC))
        self.session = Session("ses_1", agent, opening, Outlet(self, encode), tasks)
        self.session.open(1)

    def send(self, frame: bytes) -> None:
        self.heard.append((asyncio.get_running_loop().time() * 1000, orjson.loads(frame)))

    def unread_bytes(self) -> int:
        return self.unread

    async def drained(self) -> None:
        await asyncio.Event().wait()

    async def close(self, code: int, reason: str) -> None:
        self.heard.append((asyncio.get_running_loop().time() * 1000, {"type": "CLOSED", "code": code}))

    def abort(self) -> None:
        self.heard.append((asyncio.get_running_loop().time() * 1000, {"type": "ABORTED"}))

    def say(self, kind: str, **fields: Any) -> None:
        self.session.receive(orjson.dumps({"type": kind, **fields}))

    def score(self, *kinds: str) -> Score:
        return [(round(time), heard["type"]) for time, heard in self.heard if heard["type"] in kinds]

    def events(self, kind: str) -> list[Heard]:
        return [heard for _, heard in self.heard if heard["type"] == kind]


def play(agent: Blueprint, *acts: tuple[int, Callable[[Stage], None]], until: int = 10_000) -> Stage:
    """Perform acts at their times, in virtual milliseconds, then let the session run on and end it."""

    async def main() -> Stage:
        async with asyncio.TaskGroup() as tasks:
            stage = Stage(agent, tasks)
            for time, act in acts:
                await asyncio.sleep(time / 1000 - asyncio.get_running_loop().time())
                act(stage)
            await asyncio.sleep(until / 1000 - asyncio.get_running_loop().time())
            stage.session.close()
        return stage

    stage = run(main())
    check_order([heard for _, heard in stage.heard if heard["type"] not in ("ABORTED", "CLOSED")])
    return stage


def says(text: str) -> Callable[[Stage], None]:
    return lambda stage: stage.say("transcript", text=text)


def utters(wait_ms: int, text: str) -> Callable[[Stage], None]:
    data = bytes([wait_ms]) + text.encode()
    padded = data if len(data) % 2 == 0 else data + b" "
    return lambda stage: stage.say("audio", data=base64.b64encode(padded).decode(), format="pcm", sampleRate=16000)


def words(text: str, every_ms: int = 20) -> Turn:
    pieces: Turn = []
    for index, word in enumerate(text.split()):
        stem, stop = (word[:-1], word[-1]) if word[-1] in ".,!?" else (word, "")
        pieces += [every_ms, TextPiece(" " * bool(index) + stem)]
        if stop:
            pieces += [every_ms, TextPiece(stop)]
    return [*pieces, DONE]


def test_synthesis_begins_with_the_full_stop_and_not_a_token_later() -> None:
    voice = ScriptedVoice(first_ms=80)
    stage = play(blueprint(ScriptedModel(words("All is well here. And so it stays.")), voice), (0, says("Hi")))
    # Five tokens to the full stop at 20 ms each, then 80 ms to the first sound: nothing is waited for.
    assert stage.score("audio_chunk")[0] == (180, "audio_chunk")
    assert voice.texts == ["All is well here.", "And so it stays."]


def test_a_wrong_guess_is_never_heard() -> None:
    voice = ScriptedVoice(first_ms=5)
    model = ScriptedModel([20, TextPiece("You find it at example."), 20, TextPiece("com today."), 20, DONE])
    stage = play(blueprint(model, voice), (0, says("Where?")))
    assert voice.texts == ["You find it at example.", "You find it at example.com today."]
    assert {chunk["text"] for chunk in stage.events("audio_chunk")} == {"You find it at example.com today."}
    assert voice.open == 0


def test_an_interruption_silences_at_once() -> None:
    model, voice = ScriptedModel(words("One two three four. " * 8)), ScriptedVoice()
    stage = play(blueprint(model, voice), (0, says("Hi")), (400, lambda stage: stage.say("interrupt", reason="enough")))
    assert stage.score("audio_chunk")[-1][0] <= 400
    assert stage.score("speech_stream_end", "speech_interrupted", "response_complete") == [
        (400, "speech_stream_end"),
        (400, "speech_interrupted"),
        (400, "response_complete"),
    ]
    heard = stage.events("speech_interrupted")[0]
    assert heard["heardMs"] == 220  # the first sound came at 180 ms
    assert "One two three four. One two three four.".startswith(heard["heardText"])
    assert model.open == voice.open == 0


def test_a_stalling_model_is_spoken_at_a_word_boundary() -> None:
    model = ScriptedModel([20, TextPiece("Let me look into tha"), 2000, TextPiece("t for you."), DONE])
    voice = ScriptedVoice(first_ms=80)
    stage = play(blueprint(model, voice), (0, says("Hi")))
    assert voice.texts == ["Let me look into", "that for you."]
    assert stage.score("audio_chunk")[0] == (20 + 400 + 80, "audio_chunk")


def test_markdown_is_read_and_not_spoken() -> None:
    voice = ScriptedVoice()
    stage = play(blueprint(ScriptedModel(words("It is **very** good, see `x`. 😀")), voice), (0, says("Hi")))
    assert stage.events("response_complete")[0]["text"] == "It is **very** good, see `x`. 😀"
    assert voice.texts == ["It is very good,", "see x."]


def test_tools_run_side_by_side() -> None:
    declared = ToolDeclaration("look", "", {})
    tools = {"look": ScriptedTool(declared, lambda arguments: arguments, wait_ms=300)}
    calls: Turn = [
        ToolCallOpened(0, "c1", "look"), ToolCallPiece(0, '{"a":1}'), ToolCallOpened(1, "c2", "look"),
        ToolCallPiece(1, '{"a":2}'), CALLS,
    ]  # fmt: skip
    stage = play(blueprint(ScriptedModel(calls), tools=tools), (0, says("Both")))
    assert stage.score("tool_call", "tool_result") == [
        (0, "tool_call"),
        (0, "tool_call"),
        (300, "tool_result"),
        (300, "tool_result"),
    ]
    assert [result["result"] for result in stage.events("tool_result")] == [{"a": 1}, {"a": 2}]
    assert stage.events("tool_result")[0]["durationMs"] == 300


def test_a_failing_tool_and_an_unknown_one_go_back_to_the_model() -> None:
    def fail(_: Any) -> Any:
        raise ToolError("Out of order.")

    tools = {"look": ScriptedTool(ToolDeclaration("look", "", {}), fail)}
    calls: Turn = [
        ToolCallOpened(0, "c1", "look"),
        ToolCallOpened(1, "c2", "leap"),
        CALLS,
    ]
    model = ScriptedModel(calls)
    stage = play(blueprint(model, tools=tools), (0, says("Both")))
    assert {error["error"] for error in stage.events("tool_error")} == {
        "Out of order.",
        "There is no tool named 'leap'. Known: look.",
    }
    assert len(model.requests) == 2


def test_a_failing_model_is_told_and_the_next_turn_works() -> None:
    model = ScriptedModel([20, ProviderError("model_timeout", "It took too long.")])
    stage = play(blueprint(model), (0, says("Hi")), (100, says("Again")))
    assert stage.events("stream_error")[0]["code"] == "model_timeout"
    assert [complete["text"] for complete in stage.events("response_complete")] == ["", "Yes."]


def test_inputs_are_answered_in_the_order_they_came() -> None:
    model = ScriptedModel()
    stage = play(blueprint(model), (0, utters(200, "first")), (10, utters(50, "second")))
    assert [heard["text"] for heard in stage.events("transcription_result")] == ["first", "second"]
    assert model.requests[-1].messages == (UserMessage("first"), UserMessage("second"))
    assert stage.score("stream_start") == [(200, "stream_start")]


def test_an_utterance_that_fails_is_told() -> None:
    stage = play(blueprint(ScriptedModel()), (0, utters(10, "!")), (50, utters(10, "   ")))
    assert [heard["code"] for heard in stage.events("transcription_error")] == ["no_transcription", "no_speech"]


def test_a_client_that_does_not_read_is_cut_off() -> None:
    def stop_reading(stage: Stage) -> None:
        stage.unread = 50_000

    stage = play(
        blueprint(ScriptedModel(words("One two three four.")), ScriptedVoice()),
        (0, stop_reading),
        (1, says("Hi")),
        until=15_000,
    )
    assert stage.score("ABORTED") == [(10_181, "ABORTED")]


def test_a_later_chunk_waits_when_too_much_of_it_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.conversation.speech.STORED_BYTES", 10_000)
    voice = ScriptedVoice(first_ms=10, pace=200)
    stage = play(
        blueprint(ScriptedModel(words("One two three four. Five six seven eight.", 1)), voice), (0, says("Hi"))
    )
    chunks = stage.events("audio_chunk")
    assert [chunk["chunkId"] for chunk in chunks] == [1] * 11 + [2] * 11
    second = [round(time) for time, heard in stage.heard if heard["type"] == "audio_chunk" and heard["chunkId"] == 2]
    assert len(set(second)) > 3, "what was not stored came later, at its own pace"


def test_closing_stops_all_work() -> None:
    model, voice = ScriptedModel(words("One two three four. " * 20)), ScriptedVoice(pace=1000)
    play(blueprint(model, voice), (0, says("Hi")), until=300)
    assert model.open == voice.open == 0


def test_the_state_names_who_has_the_floor() -> None:
    states: list[str] = []
    look = lambda stage: states.append(stage.session.state)  # noqa: E731 - an act is a function of the stage
    agent = blueprint(ScriptedModel(words("All is well here.")), ScriptedVoice())
    play(agent, (0, look), (1, utters(50, "Hi")), (10, look), (60, look), (260, look), (9000, look))
    assert states == ["listening", "hearing", "thinking", "speaking", "listening"]


def test_each_session_renders_its_own_instructions() -> None:
    model = ScriptedModel()
    play(blueprint(model), (0, says("Hi")))
    assert model.requests[0].instructions == "Be ada."


class Broken:
    """A defect: raises what nobody expects."""

    format = "pcm"
    sample_rate = 24_000

    async def stream(self, _: Any) -> AsyncGenerator[Any, None]:
        raise RuntimeError("a defect")
        yield  # what makes it a generator

    async def transcribe(self, *_: Any) -> Transcript:
        raise RuntimeError("a defect")

    async def call(self, _: Any) -> Any:
        raise RuntimeError("a defect")


def test_a_defect_in_a_model_ends_its_response_and_not_the_session(caplog: pytest.LogCaptureFixture) -> None:
    model: Any = Broken()
    stage = play(blueprint(model), (0, says("Hi")), (100, says("Again")))
    assert [error["code"] for error in stage.events("stream_error")] == ["internal", "internal"]
    assert len(stage.events("response_complete")) == 2
    assert "a defect" not in str(stage.heard)
    assert "a defect" in caplog.text


def test_a_defect_in_a_voice_loses_its_chunk_alone() -> None:
    voice: Any = Broken()
    stage = play(blueprint(ScriptedModel(words("All is well here.")), voice), (0, says("Hi")))
    assert stage.events("warning")[0]["code"] == "speech_failed"
    assert stage.events("response_complete")[0]["text"] == "All is well here."


def test_a_defect_in_a_tool_goes_back_to_the_model() -> None:
    tool: Any = Broken()
    calls: Turn = [ToolCallOpened(0, "c1", "look"), CALLS]
    stage = play(blueprint(ScriptedModel(calls), tools={"look": tool}), (0, says("Hi")))
    assert stage.events("tool_error")[0]["error"] == "Something went wrong on the server."
    assert stage.events("response_complete")[0]["text"] == "Yes."


def test_a_defect_in_a_recogniser_is_told() -> None:
    stage = play(blueprint(ScriptedModel(), recognizer=Broken()), (0, utters(10, "Hi")), (50, says("Typed")))
    assert stage.events("transcription_error")[0]["code"] == "internal"
    assert stage.events("response_complete")[0]["text"] == "Yes."


def test_what_a_tool_complains_of_is_made_fit_to_send() -> None:
    def fail(_: Any) -> Any:
        raise ToolError("cannot open caf\udce9.txt " + "x" * 100_000)

    tools = {"look": ScriptedTool(ToolDeclaration("look", "", {}), fail)}
    calls: Turn = [ToolCallOpened(0, "c1", "look"), CALLS]
    stage = play(blueprint(ScriptedModel(calls), tools=tools), (0, says("Hi")))
    error = stage.events("tool_error")[0]["error"]
    assert error.startswith("cannot open caf?.txt x")
    assert len(error) == 2000


def test_a_slow_client_that_reads_is_waited_for() -> None:
    def read_slowly(stage: Stage) -> None:
        stage.unread = 50_000

    def read_on(stage: Stage) -> None:
        stage.unread -= 10_000

    acts = [(time, read_on) for time in range(5000, 50_000, 9000)]
    agent = blueprint(ScriptedModel(words("One two three four.")), ScriptedVoice())
    stage = play(agent, (0, read_slowly), (1, says("Hi")), *acts, until=49_000)
    assert not stage.score("ABORTED")
