"""Hanging up: after the last words, and when the client has played them."""

from __future__ import annotations

from runtime.conversation.effects import Effect, EndSession, HangUp
from runtime.conversation.narration import Narration

HELD_BACK_MS = 500.0
"""What a client may hold back before it plays."""

PATIENCE_MS = 15_000.0
"""How much later than it could a client may play."""


class Farewell:
    """The end of a session, after one response. It is put off while the user speaks or words are still played."""

    __slots__ = ("_by", "_narration", "message_id")

    def __init__(self, message_id: str, narration: Narration | None) -> None:
        self.message_id = message_id
        self._narration = narration
        self._by = 0.0

    def begin(self, now: float) -> list[Effect]:
        """The last words are on their way."""
        if self._narration is None:
            return [HangUp(self.message_id, 0.0)]
        wait_ms = self._unplayed_ms(now) + HELD_BACK_MS
        self._by = now + wait_ms + PATIENCE_MS
        return [HangUp(self.message_id, wait_ms)]

    def ask(self, now: float, *, floor_taken: bool) -> list[Effect]:
        """They should have been played: end the session, or ask again later."""
        late_ms = self._unplayed_ms(now)
        if floor_taken or (late_ms > 0 and now < self._by):
            return [HangUp(self.message_id, max(late_ms, HELD_BACK_MS))]
        return [EndSession()]

    def _unplayed_ms(self, now: float) -> float:
        return self._narration.heard.unplayed_ms(now) if self._narration is not None else 0.0
