"""A conversation driven by hand: news in, effects out, as short readable lines.

`Playbook` performs nothing. It keeps what the conversation asked for, so that a test can answer in any order, and
writes each effect as one line such as `text_delta Hello` or `DO synthesize 1: Hello there.`
"""

from __future__ import annotations

from itertools import count
from typing import Any

import orjson
from typing_extensions import override

from runtime import events
from runtime.audio.parts import Part
from runtime.chat import Message, Usage
from runtime.conversation.conversation import Conversation
from runtime.conversation.effects import (
    CallModel,
    Effect,
    EndSession,
    HangUp,
    Moment,
    Order,
    ResumeSynthesis,
    RunTool,
    StopResponse,
    StopSynthesis,
    Synthesize,
    WakeUp,
)
from runtime.conversation.outcomes import Outcome, failed
from runtime.conversation.plan import Plan, ToolPlan, VoicePlan
from runtime.conversation.response import Response
from runtime.settings import ChunkSettings
from runtime.wire.native_events import encode


class AnyTool(dict[str, ToolPlan]):
    """Knows a tool by every name."""

    @override
    def get(self, key: str, default: Any = None) -> ToolPlan:
        return self[key]

    def __missing__(self, key: str) -> ToolPlan:
        return ToolPlan()


SPEAKING = Plan(
    tools=AnyTool(),
    chunking=ChunkSettings(min_chunk_size=4, first_chunk_size=4, max_chunk_size=80),
    voice=VoicePlan("pcm", 24_000),
)
WRITING = Plan(tools=AnyTool())


class Playbook:
    """One conversation and what it asked for so far."""

    def __init__(self, plan: Plan = SPEAKING) -> None:
        numbers = count(1)
        self.now = 0.0
        self.talk = Conversation(plan, lambda: f"m{next(numbers)}")
        self.effects: list[Effect] = []
        self.calls: list[CallModel] = []
        self.prompts: list[tuple[Message, ...]] = []
        self.tools: list[RunTool] = []
        self.syntheses: dict[tuple[str, int], Synthesize] = {}

    def __call__(self, effects: list[Effect]) -> list[str]:
        """Note effects; returns them as lines."""
        for effect in effects:
            self._note(effect)
        self.effects += effects
        return [line(effect) for effect in effects]

    def _note(self, effect: Effect) -> None:
        match effect:
            case CallModel():
                self.calls.append(effect)
                self.prompts.append(self.response(effect.message_id).prompt)
            case RunTool():
                self.tools.append(effect)
            case Synthesize(message_id, key):
                self.syntheses[message_id, key] = effect
            case StopSynthesis(message_id, key):
                self.syntheses.pop((message_id, key), None)
            case StopResponse(message_id):
                self.syntheses = {key: order for key, order in self.syntheses.items() if key[0] != message_id}
            case _:
                pass

    @property
    def events(self) -> list[dict[str, Any]]:
        """What the client was told, as it is on the wire."""
        return [orjson.loads(encode(effect)) for effect in self.effects if not isinstance(effect, Order)]

    def response(self, message_id: str = "") -> Response:
        """The running response."""
        found = self.talk.running(message_id or self.calls[-1].message_id)
        assert found is not None, "no such response runs"
        return found

    # -- the user

    def says(self, text: str) -> list[str]:
        return self(self.talk.typed(text, self.now))

    def utters(self) -> int:
        ticket = self.talk.utterance(self.now)
        assert isinstance(ticket, int)
        return ticket

    def understood(self, ticket: int, text: str) -> list[str]:
        return self(self.talk.transcribed(ticket, events.TranscriptionReady(text, "en"), self.now))

    def not_understood(self, ticket: int) -> list[str]:
        failed = events.TranscriptionFailed("no_speech", "Nothing.")
        return self(self.talk.transcribed(ticket, failed, self.now))

    def interrupts(self, reason: str = "client_request") -> list[str]:
        return self(self.talk.interrupt(reason, self.now))

    # -- the world, answering the running response

    def _settle(self, effects: list[Effect]) -> list[str]:
        return self(self.talk.settle(effects))

    def text(self, delta: str) -> list[str]:
        return self._settle(self.response().text(delta, self.now))

    def thinks(self, delta: str) -> list[str]:
        return self._settle(self.response().reasoning(delta))

    def calls_tool(self, name: str, arguments: str = "{}", *, index: int = 0, call_id: str = "c1") -> list[str]:
        opened = self._settle(self.response().call_opened(index, call_id, name, self.now))
        return opened + self._settle(self.response().call_piece(index, arguments))

    def done(self, reason: str = "stop") -> list[str]:
        return self._settle(self.response().model_done(reason, Usage(1, 2), self.now))

    def fails(self, code: str = "model_error") -> list[str]:
        return self._settle(self.response().model_failed(code, "It broke.", self.now))

    def returns(self, result: Any, call_id: str = "c1", *, message_id: str = "") -> list[str]:
        return self.over(Outcome(result, duration_ms=5.0), call_id, message_id=message_id)

    def tool_fails(self, error: str, call_id: str = "c1", *, message_id: str = "") -> list[str]:
        return self.over(failed(error), call_id, message_id=message_id)

    def over(self, outcome: Outcome, call_id: str = "c1", *, message_id: str = "") -> list[str]:
        """A tool ends, of whichever response."""
        return self(self.talk.tool_over(message_id or self.calls[-1].message_id, call_id, outcome, self.now))

    def phrase_is_due(self, call_id: str = "c1", moment: Moment = Moment.START) -> list[str]:
        return self(self.talk.phrase_due(self.calls[-1].message_id, call_id, moment, self.now))

    def sound(self, key: int, *, message_id: str = "", ms: float = 100.0) -> list[str]:
        return self._settle(self.response(message_id).audio(key, Part(b"~~", ms), self.now))

    def sound_ends(self, key: int, *, message_id: str = "", error: str = "", silent: bool = False) -> list[str]:
        last = None if silent else Part(b"~~", 100.0)
        return self._settle(self.response(message_id).audio_finished(key, last, self.now, error))


def line(effect: Effect) -> str:
    """One effect as one line."""
    match effect:
        case CallModel(message_id, step, may_call_tools):
            return f"DO call_model {message_id} {step}" + ("" if may_call_tools else " without tools")
        case RunTool(_, call, arguments):
            return f"DO run_tool {call.name} {orjson.dumps(arguments).decode()}"
        case Synthesize(_, key, text):
            return f"DO synthesize {key}: {text}"
        case StopSynthesis(_, key):
            return f"DO stop_synthesis {key}"
        case ResumeSynthesis(_, key):
            return f"DO resume_synthesis {key}"
        case StopResponse(message_id, keep):
            return f"DO stop {message_id}" + (f" but {' '.join(sorted(keep))}" if keep else "")
        case Order():
            return timed(effect)
        case _:
            fields = orjson.loads(encode(effect))
            shown = {"text_delta": "text", "audio_chunk": "text", "transcription_result": "text", "warning": "code"}
            shown |= {"error": "code", "stream_error": "code", "tool_call": "name", "tool_result": "result"}
            shown |= {"tool_error": "error", "speech_interrupted": "heardText", "stream_abort": "reason"}
            shown |= {"transcription_error": "code", "reasoning_delta": "text", "history_trimmed": "removedCount"}
            kind = fields["type"]
            return f"{kind} {fields[shown[kind]]}" if kind in shown else kind


def timed(order: Order) -> str:
    """An order that has to do with the clock."""
    match order:
        case WakeUp(_, call_id, moment, after_ms):
            return f"DO wake_up {call_id} {moment.name} {after_ms:g}"
        case HangUp(message_id, after_ms):
            return f"DO hang_up {message_id} {after_ms:g}"
        case _:
            assert isinstance(order, EndSession)
            return "DO end_session"
