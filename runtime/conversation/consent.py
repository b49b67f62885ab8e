"""Tools with effects run only after the user agreed.

The model is an unreliable narrator of consent, so the rule is structural: the first call of such a tool is not run
but answered with a request to ask; the same call with the same arguments runs once the user has spoken since.
"""

from __future__ import annotations


class Consent:
    """Which calls the user was asked about, and in which of their turns.

    A question counts once the response that put it is over and something of it was heard. It lapses when a later
    response comes to its end without the call: the talk has moved on.
    """

    __slots__ = ("_asked", "_open", "_turn")

    def __init__(self) -> None:
        self._open: set[bytes] = set()
        self._asked: dict[bytes, int] = {}
        self._turn = 0

    def user_spoke(self) -> None:
        """A new turn of the user: what was asked before it may be answered now."""
        self._turn += 1

    def given(self, call: bytes, *, ask_first: bool) -> bool:
        """May this call run? If not, the running response is to ask; a consent is used up by its call."""
        if not ask_first:
            return True
        if self._asked.get(call, self._turn) < self._turn:
            del self._asked[call]
            return True
        self._open.add(call)
        return False

    def response_over(self, *, heard: bool, interrupted: bool) -> None:
        """The response that may have asked is over; `heard` says whether any of its words after the call were."""
        if not interrupted:
            self._asked = {call: turn for call, turn in self._asked.items() if turn == self._turn}
        if heard:
            self._asked |= dict.fromkeys(self._open, self._turn)
        self._open.clear()
