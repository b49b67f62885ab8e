"""One response, from `ResponseStarted` to `ResponseCompleted`: model calls, tool rounds and speech.

STREAMING ──calls──▶ RUNNING_TOOLS ──all settled──▶ STREAMING (next step)
    │ text only                                         │
    ▼                                                   │
SPEAKING ◀──────────────────────────────────────────────┘
    │ all audio out
    ▼
CLOSED ◀── interrupt, from anywhere
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from typing import Any

from runtime.audio.parts import Part
from runtime.chat import Message, Usage
from runtime.conversation.consent import MUST_ASK, Consent
from runtime.conversation.effects import CallModel, Effect, RunTool, StopResponse
from runtime.conversation.heard import Words
from runtime.conversation.narration import Narration
from runtime.conversation.plan import Plan
from runtime.conversation.rounds import DecodedCall, Round
from runtime.events import (
    ModelFailed,
    ModelFinished,
    ResponseAborted,
    ResponseCompleted,
    ResponseStarted,
    SpeechInterrupted,
    StepFinished,
    StepStarted,
    ToolCalled,
    ToolFailed,
    ToolReturned,
)


class Phase(Enum):
    """Where a response stands."""

    STREAMING = auto()
    RUNNING_TOOLS = auto()
    SPEAKING = auto()
    CLOSED = auto()


class Response:
    """The running answer. Every method takes news and returns effects; `now` is in milliseconds."""

    def __init__(self, message_id: str, plan: Plan, consent: Consent, chunk_ids: Iterator[int], *, now: float) -> None:
        self.id = message_id
        self.phase = Phase.STREAMING
        self._plan = plan
        self._consent = consent
        self._context: tuple[Message, ...] = ()
        self._rounds: list[Round] = []
        self._usage = Usage()
        self._started = now
        self._latency: dict[str, float] = {}
        self._left_behind: list[Message] = []
        self._remembered = True
        self._narration: Narration | None = None
        if plan.voice is not None:
            self._narration = Narration(message_id, plan.voice, plan.chunking, chunk_ids)

    @property
    def left_behind(self) -> list[Message]:
        """What a closed response leaves for the history."""
        assert self.phase is Phase.CLOSED, "a running response has no record yet"
        return self._left_behind if self._remembered else []

    @property
    def narration(self) -> Narration | None:
        """Its speech, None for an agent that only writes."""
        return self._narration

    @property
    def audible(self) -> bool:
        """Has it made a sound?"""
        return self._narration is not None and self._narration.started_at is not None

    @property
    def may_stall(self) -> bool:
        """Does it speak, and await text from the model?"""
        return self.phase is Phase.STREAMING and self._narration is not None

    def must_wait(self, key: int) -> bool:
        """Should this synthesis pause until its turn comes?"""
        return self._narration is not None and self._narration.must_wait(key)

    # -- beginnings

    def ask(self, context: tuple[Message, ...]) -> list[Effect]:
        """Answer what was said, with the model."""
        self._context = context
        return [ResponseStarted(self.id), *self._next_step()]

    def recite(self, text: str, now: float) -> list[Effect]:
        """Say a given text: the agent speaks first, and no model is asked."""
        self._rounds.append(Round(self.id, 1))
        effects: list[Effect] = [ResponseStarted(self.id), *self.text(text, now)]
        return effects + self._end_text(now) + self._model_is_done("stop", now)

    def _next_step(self) -> list[Effect]:
        step = len(self._rounds) + 1
        past = [message for done in self._rounds for message in done.messages(done.said)]
        self._rounds.append(Round(self.id, step))
        self.phase = Phase.STREAMING
        may_call = step < self._plan.max_steps
        return [StepStarted(self.id, step), CallModel(self.id, step, (*self._context, *past), may_call)]

    # -- news of the model

    def text(self, delta: str, now: float) -> list[Effect]:
        """More of the answer. The client reads it before it hears it."""
        self._mark("firstTextMs", now)
        current = self._rounds[-1]
        effects = current.piece(delta)
        if self._narration is not None:
            effects += self._narration.feed(delta, current.step, now)
        return effects

    def reasoning(self, delta: str) -> list[Effect]:
        """More of the reasoning, which is shown and never spoken."""
        return self._rounds[-1].piece(delta, "reasoning")

    def call_opened(self, index: int, call_id: str, name: str, now: float) -> list[Effect]:
        """A tool call begins, so the text before it is complete and can be spoken meanwhile."""
        return self._flush(now) + self._rounds[-1].open_call(index, call_id, name)

    def call_piece(self, index: int, arguments: str) -> list[Effect]:
        """More of a call's arguments."""
        return self._rounds[-1].call_piece(index, arguments)

    def stalled(self, now: float) -> list[Effect]:
        """The model has been silent for `max_wait_ms`."""
        if self._narration is None or not self.may_stall:
            return []
        return self._narration.stall(self._rounds[-1].step, now)

    def model_done(self, finish_reason: str, usage: Usage, now: float) -> list[Effect]:
        """A model call ended: run the tools it asked for, or finish."""
        current = self._rounds[-1]
        self._usage += usage
        effects = self._end_text(now) + current.close_calls()
        effects.append(StepFinished(self.id, current.step, finish_reason, usage))
        if current.calls and current.step < self._plan.max_steps:
            return effects + self._run_tools(current)
        current.calls = []
        return effects + self._model_is_done(finish_reason, now)

    def model_failed(self, code: str, message: str, now: float) -> list[Effect]:
        """The model gave up; what it said so far is still spoken."""
        current = self._rounds[-1]
        effects = self._end_text(now) + current.close_calls()
        current.calls = []
        effects.append(StepFinished(self.id, current.step, "error", Usage()))
        effects.append(ModelFailed(self.id, code, message))
        self.phase = Phase.SPEAKING
        return effects + self._complete_if_silent(now)

    def _end_text(self, now: float) -> list[Effect]:
        return self._flush(now) + self._rounds[-1].end_block()

    def _flush(self, now: float) -> list[Effect]:
        if self._narration is None:
            return []
        return self._narration.flush(self._rounds[-1].step, now)

    def _model_is_done(self, finish_reason: str, now: float) -> list[Effect]:
        self.phase = Phase.SPEAKING
        self._mark("modelMs", now)
        finished: list[Effect] = [ModelFinished(self.id, finish_reason, self._usage)]
        return finished + self._complete_if_silent(now)

    # -- news of the tools

    def _run_tools(self, current: Round) -> list[Effect]:
        self.phase = Phase.RUNNING_TOOLS
        effects: list[Effect] = [ToolCalled(self.id, decoded.call, decoded.input) for decoded in current.calls]
        for decoded in current.calls:
            effects += self._run(decoded)
        return effects

    def _run(self, decoded: DecodedCall) -> list[Effect]:
        if decoded.error:
            return self.tool_failed(decoded.call.id, decoded.error)
        if not self._consent.given(decoded.call.name, decoded.input):
            return self.tool_returned(decoded.call.id, MUST_ASK, 0.0)
        return [RunTool(self.id, decoded.call, decoded.input)]

    def tool_returned(self, call_id: str, result: Any, duration_ms: float) -> list[Effect]:
        """A tool gave a result, which is JSON-able."""
        decoded = self._rounds[-1].settle(call_id, result)
        if decoded is None:
            return []
        return [ToolReturned(self.id, decoded.call, result, duration_ms), *self._continue()]

    def tool_failed(self, call_id: str, error: str) -> list[Effect]:
        """A tool gave none; the model is told why."""
        decoded = self._rounds[-1].settle(call_id, {"error": error})
        if decoded is None:
            return []
        return [ToolFailed(self.id, decoded.call, error), *self._continue()]

    def _continue(self) -> list[Effect]:
        return self._next_step() if self._rounds[-1].settled else []

    # -- news of the speech

    def audio(self, key: int, part: Part, now: float) -> list[Effect]:
        """A synthesis made a part."""
        return self._voiced.audio(key, part, now)

    def audio_finished(self, key: int, last: Part | None, now: float, error: str = "") -> list[Effect]:
        """A synthesis ended, by itself or because it failed; the rest goes on."""
        effects = self._voiced.finished(key, last, now, error)
        return effects + self._complete_if_silent(now)

    @property
    def _voiced(self) -> Narration:
        assert self._narration is not None, "audio of an agent without a voice"
        return self._narration

    # -- endings

    def _complete_if_silent(self, now: float) -> list[Effect]:
        narration = self._narration
        if self.phase is not Phase.SPEAKING or (narration is not None and not narration.idle):
            return []
        effects = narration.end() if narration is not None else []
        for done in self._rounds:
            self._left_behind += done.messages(done.said)
        self._consent.response_over(heard=True, interrupted=False)
        effects.append(self._completed(now, interrupted=False))
        return effects

    def interrupt(self, reason: str, now: float) -> list[Effect]:
        """Stop at once. What was not heard was not said."""
        effects: list[Effect] = [StopResponse(self.id)]
        narration = self._narration
        if narration is not None:
            heard_ms = narration.heard.heard_ms(now)
            heard = narration.heard.by_step(heard_ms)
            effects += narration.end()
            text = " ".join(heard[step].text for step in sorted(heard) if heard[step].text)
            effects.append(SpeechInterrupted(self.id, reason, text, heard_ms))
        else:
            heard = {done.step: Words(done.said, whole=done is not self._rounds[-1]) for done in self._rounds}
            effects.append(ResponseAborted(self.id, reason))
        self._left_behind = self.as_heard(heard)
        question = heard.get(self._rounds[-1].step)
        self._consent.response_over(heard=question is not None and bool(question.text.strip()), interrupted=True)
        effects.append(self._completed(now, interrupted=True))
        return effects

    def as_heard(self, heard: dict[int, Words]) -> list[Message]:
        """What it leaves for the history if only this was heard of its steps.

        A step heard to its end keeps the text as the model wrote it, marks and all.
        """
        messages: list[Message] = []
        for done in self._rounds:
            words = heard.get(done.step, Words("", whole=not done.said.strip()))
            cut = done is self._rounds[-1] or not words.whole
            messages += done.messages(words.text if cut else done.said, interrupted=cut)
        return messages

    def disown(self) -> None:
        """The conversation was cleared: what the user said last is still answered, and nothing of it remembered."""
        self._context = self._context[-1:]
        self._remembered = False

    def _completed(self, now: float, *, interrupted: bool) -> ResponseCompleted:
        self.phase = Phase.CLOSED
        if self._narration is not None and self._narration.started_at is not None:
            self._mark("firstAudioMs", self._narration.started_at)
        self._mark("totalMs", now)
        return ResponseCompleted(
            self.id,
            "".join(done.said for done in self._rounds),
            "".join(text for done in self._rounds for text in done.reasoning),
            tuple(outcome for done in self._rounds for outcome in done.outcomes()),
            interrupted,
            self._usage,
            self._latency,
        )

    def _mark(self, name: str, now: float) -> None:
        if name not in self._latency:
            self._latency[name] = now - self._started
