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

from enum import Enum, auto
from typing import Any

from runtime.audio.parts import Part
from runtime.chat import Message, Usage
from runtime.conversation.asides import Asides
from runtime.conversation.dispatch import Dispatch, Run
from runtime.conversation.effects import CallModel, Effect, StopResponse
from runtime.conversation.farewell import Farewell
from runtime.conversation.history import amended
from runtime.conversation.narration import Narration
from runtime.conversation.outcomes import MUST_ASK, Outcome
from runtime.conversation.plan import Plan
from runtime.conversation.question import Question
from runtime.conversation.record import Record
from runtime.conversation.rounds import Round
from runtime.conversation.shared import Shared
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

    def __init__(self, message_id: str, plan: Plan, shared: Shared, *, now: float) -> None:
        self.id = message_id
        self.phase = Phase.STREAMING
        self.farewell: Farewell | None = None  # the agent hangs up after it
        self._plan = plan
        self._shared = shared
        self.tools = Dispatch(message_id, plan, shared.consent, shared.ongoing)
        self._context: tuple[Message, ...] = ()
        self.record = Record(message_id)
        self._usage = Usage()
        self._started = now
        self._latency: dict[str, float] = {}
        self._left_behind: list[Message] = []
        self._remembered = True
        self.narration: Narration | None = None  # an agent that only writes has none
        if plan.voice is not None:
            self.narration = Narration(message_id, plan.voice, plan.chunking, shared.chunk_ids)
        self.question = Question(self.record, self.narration, shared.consent)
        self.asides = Asides(message_id, self.record, self.narration, self.tools)

    @property
    def left_behind(self) -> list[Message]:
        """What a closed response leaves for the history."""
        assert self.phase is Phase.CLOSED, "a running response has no record yet"
        return self._left_behind if self._remembered else []

    @property
    def audible(self) -> bool:
        """Has it made a sound?"""
        return self.narration is not None and self.narration.started_at is not None

    @property
    def may_stall(self) -> bool:
        """Does it speak, and await text from the model?"""
        return self.phase is Phase.STREAMING and self.narration is not None

    def must_wait(self, key: int) -> bool:
        """Should this synthesis pause until its turn comes?"""
        return self.narration is not None and self.narration.must_wait(key)

    # -- beginnings

    def ask(self, context: tuple[Message, ...]) -> list[Effect]:
        """Answer what was said, with the model."""
        self._context = context
        return [ResponseStarted(self.id), *self._next_step()]

    def recite(self, text: str, now: float) -> list[Effect]:
        """Say a given text: the agent speaks first, and no model is asked."""
        self.record.begin()
        effects: list[Effect] = [ResponseStarted(self.id), *self.text(text, now)]
        return effects + self._end_text(now) + self._model_is_done("stop", now)

    def _next_step(self) -> list[Effect]:
        step = self.record.begin().step
        self.phase = Phase.STREAMING
        return [StepStarted(self.id, step), CallModel(self.id, step, self._may_call)]

    @property
    def prompt(self) -> tuple[Message, ...]:
        """What the model is to answer in this step, as it is known by now: a tool may have just come to its end."""
        return (*self._context, *self.record.messages())

    @property
    def _may_call(self) -> bool:
        """May the model call tools in this step, or only speak?"""
        last = self.record.steps >= self._plan.max_steps
        return not (last or self.tools.exhausted or self.farewell)

    # -- news of the model

    def text(self, delta: str, now: float) -> list[Effect]:
        """More of the answer. The client reads it before it hears it."""
        self._mark("firstTextMs", now)
        delta, current = self.record.set_apart(delta), self.record.current
        effects = current.piece(delta)
        if self.narration is not None:
            effects += self.narration.feed(delta, current.step, now)
        return effects

    def reasoning(self, delta: str) -> list[Effect]:
        """More of the reasoning, which is shown and never spoken."""
        return self.record.current.piece(delta, "reasoning")

    def call_opened(self, index: int, call_id: str, name: str, now: float) -> list[Effect]:
        """A tool call begins, so the text before it is complete and can be spoken meanwhile."""
        call_id = self._shared.call_ids.give(call_id)
        return self._flush(now) + self.record.current.open_call(index, call_id, name)

    def call_piece(self, index: int, arguments: str) -> list[Effect]:
        """More of a call's arguments."""
        return self.record.current.call_piece(index, arguments)

    def stalled(self, now: float) -> list[Effect]:
        """The model has been silent for `max_wait_ms`."""
        if self.narration is None or not self.may_stall:
            return []
        return self.narration.stall(self.record.current.step, now)

    def model_done(self, finish_reason: str, usage: Usage, now: float) -> list[Effect]:
        """A model call ended: run the tools it asked for, or finish."""
        current = self.record.current
        self._usage += usage
        effects = self._end_text(now) + current.close_calls(cut=finish_reason == "length")
        effects.append(StepFinished(self.id, current.step, finish_reason, usage))
        if current.calls and self._may_call:
            return effects + self._run_tools(current, now)
        current.calls = []
        return effects + self._model_is_done(finish_reason, now)

    def model_failed(self, code: str, message: str, now: float) -> list[Effect]:
        """The model gave up; what it said so far is still spoken."""
        current = self.record.current
        effects = self._end_text(now) + current.close_calls()
        current.calls = []
        effects += [StepFinished(self.id, current.step, "error", Usage()), ModelFailed(self.id, code, message)]
        self.phase = Phase.SPEAKING
        return effects + self._complete_if_silent(now)

    def _end_text(self, now: float) -> list[Effect]:
        return self._flush(now) + self.record.current.end_block()

    def _flush(self, now: float) -> list[Effect]:
        return [] if self.narration is None else self.narration.flush(self.record.current.step, now)

    def _model_is_done(self, finish_reason: str, now: float) -> list[Effect]:
        self.phase = Phase.SPEAKING
        self._mark("modelMs", now)
        return [ModelFinished(self.id, finish_reason, self._usage), *self._complete_if_silent(now)]

    # -- news of the tools

    def _run_tools(self, current: Round, now: float) -> list[Effect]:
        self.phase = Phase.RUNNING_TOOLS
        effects: list[Effect] = [ToolCalled(self.id, decoded.call, decoded.input) for decoded in current.calls]
        for decoded, outcome in self.tools.admit(current.calls):
            if outcome.result is MUST_ASK:
                self.question.due(current.step)
            effects += self._settle(decoded.call.id, outcome)
        return effects + self.tools.start() + self._continue(now)

    def run_over(self, run: Run, outcome: Outcome, now: float, *, floor_taken: bool) -> list[Effect]:
        """A run is over, whoever ordered it: go on if calls of this response wait for it, or for its place.

        `floor_taken` says that the user speaks.
        """
        run.end(outcome)
        if not self.tools.knows(run):
            return self.tools.start()
        if run.tool.ends_session and not outcome.error:
            self.farewell = Farewell(self.id, self.narration)
        effects = [effect for call_id in run.calls for effect in self._settle(call_id, outcome)]
        if outcome.error:
            effects += self.asides.failed(run, now, floor_taken=floor_taken)
        return effects + self.tools.start() + self._continue(now)

    def _settle(self, call_id: str, outcome: Outcome) -> list[Effect]:
        decoded = self.record.current.settle(call_id, outcome.result)
        if decoded is None:
            return []
        if outcome.error:
            return [ToolFailed(self.id, decoded.call, outcome.error)]
        return [ToolReturned(self.id, decoded.call, outcome.result, outcome.duration_ms)]

    def _continue(self, now: float) -> list[Effect]:
        current = self.record.current
        if not current.settled:
            return []
        if self.farewell and self.tools.is_farewell(current):
            return self._model_is_done("stop", now)
        return self._next_step()

    def amend(self, call_ids: list[str], result: Any) -> None:
        """Calls that were still running when they were written down have a result now."""
        self._context = amended(self._context, call_ids, result)
        self.record.amend(call_ids, result)
        self._left_behind = list(amended(self._left_behind, call_ids, result))

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
        assert self.narration is not None, "audio of an agent without a voice"
        return self.narration

    # -- endings

    def _complete_if_silent(self, now: float) -> list[Effect]:
        narration = self.narration
        if self.phase is not Phase.SPEAKING or (narration is not None and not narration.idle):
            return []
        effects = narration.end() if narration is not None else []
        self._left_behind = self.record.messages()
        sent = self.record.as_written() if narration is None else narration.heard.by_step(narration.heard.sent_ms)
        self.question.over(sent, interrupted=False)
        effects.append(self._completed(now, interrupted=False))
        return effects + (self.farewell.begin(now) if self.farewell is not None else [])

    def interrupt(self, reason: str, now: float) -> list[Effect]:
        """Stop at once. What was not heard was not said."""
        effects: list[Effect] = [StopResponse(self.id, self.tools.interrupt())]
        self.record.current.leave_open(self._shared.ongoing.calls)
        narration = self.narration
        if narration is not None:
            heard_ms = narration.heard.heard_ms(now)
            heard = narration.heard.by_step(heard_ms)
            effects += narration.end()
            text = " ".join(heard[step].text for step in sorted(heard) if heard[step].text)
            effects.append(SpeechInterrupted(self.id, reason, text, heard_ms))
        else:
            heard = self.record.as_written()
            effects.append(ResponseAborted(self.id, reason))
        self._left_behind = self.record.as_heard(heard)
        self.question.over(heard, interrupted=True)
        effects.append(self._completed(now, interrupted=True))
        return effects

    def disown(self) -> None:
        """The conversation was cleared: what the user said last is still answered, and nothing of it remembered."""
        self._context = self._context[-1:]
        self._remembered = False

    def _completed(self, now: float, *, interrupted: bool) -> ResponseCompleted:
        self.phase = Phase.CLOSED
        if self.narration is not None and self.narration.started_at is not None:
            self._mark("firstAudioMs", self.narration.started_at)
        self._mark("totalMs", now)
        record = self.record
        return ResponseCompleted(
            self.id, record.text, record.reasoning, record.outcomes, interrupted, self._usage, self._latency
        )

    def _mark(self, name: str, now: float) -> None:
        self._latency.setdefault(name, now - self._started)
