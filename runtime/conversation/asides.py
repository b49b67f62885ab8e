"""What an agent says by itself while its tools run: only what is still true, and never over anybody's words."""

from __future__ import annotations

from runtime.conversation.dispatch import Dispatch, Run
from runtime.conversation.effects import Effect, Moment, WakeUp
from runtime.conversation.narration import Narration
from runtime.conversation.record import Record

PROGRESS_CHARS = 500
"""What a tool may say of its progress at once; the rest is cut."""

PROGRESS_GAP_MS = 1000.0
"""Of a tool that tells it more often, what comes in between is not said, nor written where nothing is spoken."""

RETRY_MS = 250.0
"""A word that is due while somebody speaks is looked at again after this time."""


class Asides:
    """The phrases of one response's tools. `floor_taken` says that the user speaks."""

    __slots__ = ("_message_id", "_narration", "_record", "_told", "_tools")

    def __init__(self, message_id: str, record: Record, narration: Narration | None, tools: Dispatch) -> None:
        self._message_id = message_id
        self._record = record
        self._narration = narration
        self._tools = tools
        self._told: dict[str, float] = {}  # when a call last told how far it is

    def due(self, call_id: str, moment: Moment, now: float, *, floor_taken: bool) -> list[Effect]:
        """The time of a phrase has come."""
        run = self._tools.running(call_id)
        if run is None:
            return []
        free = not floor_taken and self._quiet(now)
        if moment is Moment.START:
            # Not where the model has announced the call itself, or another call's phrase was heard.
            return self._say(run.tool.phrases.start, now) if free and not self._record.current.said.strip() else []
        return self._say(run.tool.phrases.slow, now) if free else [WakeUp(self._message_id, call_id, moment, RETRY_MS)]

    def progress(self, call_id: str, text: str, now: float, *, floor_taken: bool) -> list[Effect]:
        """A running tool tells how far it is: what cannot be said now is not worth saying later."""
        if self._tools.running(call_id) is None or floor_taken or not self._quiet(now):
            return []
        if now - self._told.get(call_id, -PROGRESS_GAP_MS) < PROGRESS_GAP_MS:
            return []
        self._told[call_id] = now
        return self._say(text[:PROGRESS_CHARS], now)

    def failed(self, run: Run, now: float, *, floor_taken: bool) -> list[Effect]:
        """A run gave no result."""
        free = not floor_taken and self._quiet(now)
        return self._say(run.tool.phrases.failed, now) if run.tool.phrases.failed and free else []

    def _quiet(self, now: float) -> bool:
        return self._narration is None or self._narration.quiet(now)

    def _say(self, phrase: str, now: float) -> list[Effect]:
        """Say what is no model's text, as a block of its own."""
        current = self._record.current
        space = " " if current.said and not current.said[-1].isspace() else ""
        effects = current.aside(space + phrase)
        if self._narration is not None:
            effects += self._narration.feed(space + phrase, current.step, now)
            effects += self._narration.flush(current.step, now)
        return effects + current.end_block()
