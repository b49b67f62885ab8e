"""The question before a tool with effects, as one response puts it to the user."""

from __future__ import annotations

from collections.abc import Mapping

from runtime.conversation.consent import Consent
from runtime.conversation.heard import Words
from runtime.conversation.narration import Narration
from runtime.conversation.record import Record


class Question:
    """It consists of the model's own words in a later step than the one in which it was told to ask.

    Words before the call, and phrases of other tools, are no question.
    """

    __slots__ = ("_after", "_consent", "_narration", "_put", "_record")

    def __init__(self, record: Record, narration: Narration | None, consent: Consent) -> None:
        self._record = record
        self._narration = narration
        self._consent = consent
        self._after: int | None = None
        self._put = False

    def due(self, step: int) -> None:
        """The model was told to ask, in this step."""
        self._after = step

    def is_heard(self, now: float) -> bool:
        """Has the user, by now, heard anything of it?"""
        if self._narration is None:
            return self._is_in(self._record.as_written())
        return self._is_in(self._narration.heard.by_step(self._narration.heard.heard_ms(now)))

    def over(self, heard: Mapping[int, Words], *, interrupted: bool) -> None:
        """The response is over, and this was heard of its steps."""
        self._put = self._is_in(heard)
        self._consent.response_over(asked=self._put, interrupted=interrupted)

    def unplayed(self, heard: Mapping[int, Words]) -> None:
        """No more than this was heard of the steps after all."""
        if self._put and not self._is_in(heard):
            self._put = False
            self._consent.unheard()

    def _is_in(self, heard: Mapping[int, Words]) -> bool:
        if self._after is None:
            return False
        own = {done.step for done in self._record.rounds if done.own.strip() and done.step > self._after}
        return any(heard[step].text.strip() for step in own & heard.keys())
