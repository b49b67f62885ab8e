"""The threads that synchronous tools run in: their own, few, and never waited for.

The loop's default executor also resolves host names, so tools stay out of it. A thread cannot be stopped; one
whose caller has gone is *abandoned*: its result is dropped, and another thread takes its place until it comes
back. No more than `size` places are made up for in this way, so that there are never more than twice `size`
threads.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from runtime.errors import ToolError

IDLE_SECONDS = 30.0
"""A thread that has had nothing to do for so long ends: a thousand agents keep no thousand threads."""


class _State(Enum):
    WAITING = auto()
    RUNNING = auto()
    ABANDONED = auto()
    DONE = auto()


@dataclass(frozen=True, slots=True)
class _Outcome:
    """An error travels as a value: SystemExit set on a future would end the loop."""

    value: Any = None
    error: BaseException | None = None


@dataclass(slots=True, eq=False)
class _Job:
    function: Callable[..., Any]
    kwargs: Mapping[str, Any]
    answer: asyncio.Future[_Outcome]
    context: Context = field(default_factory=copy_context)
    state: _State = _State.WAITING

    def perform(self) -> _Outcome:
        try:
            return _Outcome(self.context.run(self.function, **self.kwargs))
        except BaseException as error:  # noqa: BLE001 - whatever a tool raises is its caller's to judge
            return _Outcome(error=error)

    def deliver(self, outcome: _Outcome) -> None:
        with suppress(RuntimeError):  # the loop has closed meanwhile
            self.answer.get_loop().call_soon_threadsafe(self._set, outcome)

    def _set(self, outcome: _Outcome) -> None:
        if not self.answer.done():
            self.answer.set_result(outcome)


class ToolThreads:
    """A bounded executor; threads start when needed and are daemons, so that none holds up the exit."""

    def __init__(self, size: int = 8) -> None:
        self._size = size
        self._changed = threading.Condition()
        self._waiting: deque[_Job] = deque()
        self._threads = 0
        self._free = 0  # of these, the ones without a job: waiting for one or just starting
        self._abandoned = 0
        self._closed = False

    @property
    def abandoned(self) -> int:
        """How many threads run a call that nobody waits for any more."""
        return self._abandoned

    async def run(self, function: Callable[..., Any], kwargs: Mapping[str, Any]) -> Any:
        """Call the function in a thread, with the caller's context variables; return or raise what it does.

        When the caller is cancelled, a call that still waits for a thread never runs; one that runs is
        abandoned. Raises ToolError after `close`, and where abandoned calls hold every thread there may be.
        """
        job = _Job(function, kwargs, asyncio.get_running_loop().create_future())
        self._enter(job)
        try:
            outcome = await job.answer
        except asyncio.CancelledError:
            self._leave(job)
            raise
        if outcome.error is not None:
            raise outcome.error
        return outcome.value

    def close(self) -> None:
        """Take no more calls and let each thread end once it has nothing to do; waits for none."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _enter(self, job: _Job) -> None:
        with self._changed:
            if self._closed:
                raise ToolError("no tool can be called any more: the server is stopping")
            if self._abandoned >= 2 * self._size:
                raise ToolError("The tool cannot run now: earlier calls that never ended hold every thread")
            self._waiting.append(job)
            self._grow()
            self._changed.notify()

    def _leave(self, job: _Job) -> None:
        with self._changed:
            if job.state is _State.WAITING:
                self._waiting.remove(job)
            elif job.state is _State.RUNNING:
                job.state = _State.ABANDONED
                self._abandoned += 1
                self._grow()

    def _grow(self) -> None:
        if len(self._waiting) > self._free and self._threads < self._places():
            threading.Thread(target=self._work, name="callboard-tool", daemon=True).start()
            self._threads += 1
            self._free += 1

    def _places(self) -> int:
        return self._size + min(self._abandoned, self._size)

    def _work(self) -> None:
        while self._serve():
            pass

    def _serve(self) -> bool:
        """Do one job and say whether the thread goes on. Returning lets an idle thread hold no result."""
        job = self._next()
        if job is None:
            return False
        outcome = job.perform()
        goes_on = self._finish(job)
        job.deliver(outcome)
        return goes_on

    def _next(self) -> _Job | None:
        with self._changed:
            in_time = True
            while in_time and not self._waiting and not self._closed:
                in_time = self._changed.wait(IDLE_SECONDS)
            self._free -= 1
            if not self._waiting:
                self._threads -= 1
                return None
            job = self._waiting.popleft()
            job.state = _State.RUNNING
            return job

    def _finish(self, job: _Job) -> bool:
        with self._changed:
            if job.state is _State.ABANDONED:
                self._abandoned -= 1
            job.state = _State.DONE
            goes_on = self._threads <= self._places()
            if goes_on:
                self._free += 1
            else:
                self._threads -= 1
            return goes_on
