"""Which of the model's calls run, wait for their turn, share another's result, or are refused."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, cast

import orjson

from runtime.chat import ToolCall
from runtime.conversation.consent import Consent
from runtime.conversation.effects import Effect, Moment, RunTool, WakeUp
from runtime.conversation.outcomes import INTERRUPTED, MUST_ASK, Outcome, failed
from runtime.conversation.plan import Plan, ToolPlan
from runtime.conversation.rounds import DecodedCall, Round

MAX_REPAIRS = 2
"""How often in one turn the model may mend calls that cannot be made."""

START_MS = 300.0
"""A tool that answers sooner needs no words around it."""


class Stage(Enum):
    """How far a run is."""

    WAITING = auto()
    RUNNING = auto()
    OVER = auto()


@dataclass(slots=True, eq=False)
class Run:
    """One run of a tool. It answers `calls`: the one that ordered it, and those that ask for the same."""

    message_id: str
    key: bytes
    order: DecodedCall
    tool: ToolPlan
    calls: list[str] = field(default_factory=list[str])
    stage: Stage = Stage.WAITING
    outcome: Outcome | None = None

    @property
    def call(self) -> ToolCall:
        """The call that ordered it."""
        return self.order.call

    def end(self, outcome: Outcome) -> None:
        """It is over."""
        self.stage, self.outcome = Stage.OVER, outcome


class Ongoing:
    """The runs of one session that outlived their response: a call for the same joins them, and runs nothing."""

    __slots__ = ("_runs",)

    def __init__(self) -> None:
        self._runs: list[Run] = []

    def add(self, runs: Iterable[Run]) -> None:
        """Their response was interrupted, and they go on."""
        self._runs += runs

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._runs)

    @property
    def calls(self) -> frozenset[str]:
        """The calls that wait for one of them, of whichever response."""
        return frozenset(call for run in self._runs for call in run.calls)

    def by_key(self) -> dict[bytes, Run]:
        """The runs by what they do."""
        return {run.key: run for run in self._runs}

    def take(self, message_id: str, call_id: str) -> Run | None:
        """Give up the run that this call of that response ordered, because it is over."""
        for run in self._runs:
            if run.message_id == message_id and run.call.id == call_id:
                self._runs.remove(run)
                return run
        return None


class Dispatch:
    """The calls of one response.

    `exhausted` says that the model has had its share: it may only speak from here on.
    """

    __slots__ = (
        "_consent",
        "_inherited",
        "_known",
        "_message_id",
        "_ongoing",
        "_plan",
        "_repairs",
        "_runs",
        "exhausted",
    )

    def __init__(self, message_id: str, plan: Plan, consent: Consent, ongoing: Ongoing) -> None:
        self.exhausted = False
        self._message_id = message_id
        self._plan = plan
        self._consent = consent
        self._ongoing = ongoing
        # What the model of this response is told is still running, also when it has ended meanwhile.
        self._inherited = ongoing.by_key()
        self._known: dict[bytes, Run] = {}
        self._runs: deque[Run] = deque()
        self._repairs = 0

    # -- the calls of one step

    def admit(self, calls: Iterable[DecodedCall]) -> list[tuple[DecodedCall, Outcome]]:
        """Take the calls of a step; returns those whose outcome is known at once."""
        settled: list[tuple[DecodedCall, Outcome]] = []
        refused = False
        for call in calls:
            objection = self._objection(call)
            refused = refused or bool(objection)
            outcome = self._refusal(objection) if objection else self._place(call)
            if outcome is not None:
                settled.append((call, outcome))
        self._repairs += refused
        self.exhausted = self.exhausted or self._repairs > MAX_REPAIRS
        return settled

    def start(self) -> list[Effect]:
        """Run as many as may run beside each other."""
        effects: list[Effect] = []
        running = self._ongoing.count + sum(run.stage is Stage.RUNNING for run in self._runs)
        free = max(self._plan.max_parallel_tools - running, 0)
        for run in [run for run in self._runs if run.stage is Stage.WAITING][:free]:
            run.stage = Stage.RUNNING
            # A copy: what a tool does to its arguments is its own affair.
            effects.append(RunTool(self._message_id, run.call, orjson.loads(run.call.arguments)))
            if run.tool.phrases.start:
                effects.append(WakeUp(self._message_id, run.call.id, Moment.START, START_MS))
            if run.tool.phrases.slow:
                after_ms = run.tool.phrases.slow_after_ms
                effects.append(WakeUp(self._message_id, run.call.id, Moment.SLOW, after_ms))
        return effects

    def running(self, call_id: str) -> Run | None:
        """The run that this call ordered, while it runs."""
        return next((run for run in self._runs if run.call.id == call_id and run.stage is Stage.RUNNING), None)

    def knows(self, run: Run) -> bool:
        """Does a call of this response wait for the run, or has it waited?"""
        return run in self._known.values()

    def is_farewell(self, current: Round) -> bool:
        """Are the last words said in this step, and no result of another tool left to tell?"""
        names = (decoded.call.name for decoded in current.calls)
        return bool(current.own.strip()) and all(self._plan.tools[name].ends_session for name in names)

    def interrupt(self) -> frozenset[str]:
        """The response is over: returns the calls whose runs go on without it. What waits will never begin."""
        left = [run for run in self._runs if run.stage is Stage.RUNNING and run.tool.finishes]
        self._ongoing.add(left)
        self._runs.clear()
        return frozenset(run.call.id for run in left)

    # -- inside

    def _objection(self, call: DecodedCall) -> str:
        tool = self._plan.tools.get(call.call.name)
        if tool is None:
            known = ", ".join(self._plan.tools) or "none"
            return f"There is no tool named {call.call.name!r}. Known: {known}."
        return call.error or tool.objection(call.input)

    def _refusal(self, objection: str) -> Outcome:
        if self._repairs < MAX_REPAIRS:
            return failed(objection)
        return failed(f"{objection} Do not try again: tell the user that this cannot be done.")

    def _place(self, call: DecodedCall) -> Outcome | None:
        """Let the call share a run, or give it one of its own; an outcome where neither can be."""
        key = call.call.name.encode() + b" " + orjson.dumps(_plain(call.input), option=orjson.OPT_SORT_KEYS)
        tool = self._plan.tools[call.call.name]
        run = self._known.get(key) or self._inherited.get(key)
        if run is not None and run.outcome is INTERRUPTED:  # withdrawn: it never ran
            run = None
        if run is None:
            if len(self._known) >= self._plan.max_tool_calls and not tool.ends_session:
                self.exhausted = True
                return failed(f"Not done: {self._plan.max_tool_calls} calls are the most in one turn.")
            if not self._consent.given(key, ask_first=tool.ask_first):
                return Outcome(MUST_ASK)
            run = Run(self._message_id, key, call, tool)
            self._runs.append(run)
        self._known[key] = run
        if run.outcome is None:
            run.calls.append(call.call.id)
        return run.outcome


def _plain(value: Any) -> Any:
    """A value as all that is equal to it: 1.0 and 1e0 are 1 in JSON (RFC 8259 knows one kind of number)."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_plain(item) for item in cast("Any", value)]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value
