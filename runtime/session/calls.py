"""The tool calls of a session, each a task of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from runtime.blueprint.model import Blueprint, Opening
from runtime.conversation.conversation import Conversation
from runtime.conversation.effects import Effect, Moment, RunTool, WakeUp
from runtime.conversation.outcomes import INTERRUPTED, Outcome, failed
from runtime.errors import ToolError
from runtime.session.clock import now_ms, pause
from runtime.session.newest import Newest
from runtime.session.presentable import presentable
from runtime.session.tasks import Key, Tasks
from runtime.session.work import DEFECT
from runtime.tools.context import Call, Caller, WithdrawnError

MAX_ERROR_CHARS = 2000

_log = logging.getLogger("runtime.session")


class ToolCalls:
    """Runs tools and reports what came of them, also where their response is over and they were to finish."""

    __slots__ = ("_blueprint", "_calls", "_conversation", "_opening", "_perform", "_tasks")

    def __init__(
        self,
        blueprint: Blueprint,
        opening: Opening,
        conversation: Conversation,
        perform: Callable[[list[Effect]], None],
        tasks: Tasks,
    ) -> None:
        self._blueprint = blueprint
        self._opening = opening
        self._conversation = conversation
        self._perform = perform
        self._tasks = tasks
        self._calls: dict[tuple[str, str], Call] = {}

    def run(self, order: RunTool) -> None:
        """Run one tool."""
        key = order.message_id, order.call.id
        finishes = self._blueprint.plan.tools[order.call.name].finishes
        call = self._calls[key] = Call(self._caller(*key), finishes=finishes)
        self._tasks.start((order.message_id, "tool", order.call.id), self._await(order, call))

    def stop(self, message_id: str, keep: frozenset[str]) -> frozenset[str]:
        """The response is over: no call of it begins from here on. Returns those of `keep` that have begun.

        The others of them are reported as interrupted at once, so that nobody waits for what will not come.
        """
        waiting = [key for key, call in self._calls.items() if key[0] == message_id and call.withdraw()]
        for _, call_id in waiting:
            if call_id in keep:
                self._perform(self._conversation.tool_over(message_id, call_id, INTERRUPTED, now_ms()))
        return keep.difference(call_id for _, call_id in waiting)

    def close(self) -> None:
        """The session is over: what has not begun will not; what has begun and finishes goes on without it."""
        for call in self._calls.values():
            call.withdraw()

    def wake_up(self, order: WakeUp) -> None:
        """Ask for a tool's phrase when its time has come."""
        self._tasks.start(_phrase(order.message_id, order.call_id, order.moment), self._wait(order))

    async def _await(self, order: RunTool, call: Call) -> None:
        try:
            outcome = await self._outcome(order, call)
        finally:
            del self._calls[order.message_id, order.call.id]
            for moment in Moment:
                self._tasks.cancel(_phrase(order.message_id, order.call.id, moment))
        self._perform(self._conversation.tool_over(order.message_id, order.call.id, outcome, now_ms()))

    async def _outcome(self, order: RunTool, call: Call) -> Outcome:
        started = now_ms()
        try:
            result = await self._blueprint.tools[order.call.name].call(order.arguments, call)
            return Outcome(result, duration_ms=now_ms() - started)
        except WithdrawnError:
            return INTERRUPTED
        except ToolError as error:
            return failed(presentable(str(error), MAX_ERROR_CHARS) or "The tool failed.")
        except Exception:  # noqa: BLE001 - a defect ends this piece of work, not the session; it is logged in full
            _log.exception("a tool call broke")
            return failed(DEFECT)

    def _caller(self, message_id: str, call_id: str) -> Caller:
        """Who calls: what a tool says of its progress comes back to its own call, from whatever thread."""
        blueprint, opening = self._blueprint, self._opening
        values = {**blueprint.words(opening.session_id, datetime.now(UTC)), **opening.variables}
        progress = Newest(lambda text: self._progress(message_id, call_id, presentable(text)))
        return Caller(blueprint.name, opening.session_id, opening.variables, values, progress.put)

    def _progress(self, message_id: str, call_id: str, text: str) -> None:
        if (message_id, call_id) in self._calls:  # the session is not over
            self._perform(self._conversation.tool_progress(message_id, call_id, text, now_ms()))

    async def _wait(self, order: WakeUp) -> None:
        await pause(order.after_ms)
        self._perform(self._conversation.phrase_due(order.message_id, order.call_id, order.moment, now_ms()))


def _phrase(message_id: str, call_id: str, moment: Moment) -> Key:
    return message_id, "phrase", f"{call_id} {moment.name}"
