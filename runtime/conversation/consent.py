"""Tools with effects run only after the user agreed.

The model is an unreliable narrator of consent, so the rule is structural: the first call of such a tool is not run
but answered with a request to ask. The same call with the same arguments runs once the user has been asked, and has
spoken since: what they said is the model's to understand.
"""

from __future__ import annotations


class Consent:
    """Which calls the user was asked about, by which of the session's questions.

    A question counts once the response that put it is over and some of its words were heard. It lapses when a later
    response comes to its end without the call: the talk has moved on.
    """

    __slots__ = ("_answered", "_asked", "_open", "questions")

    def __init__(self) -> None:
        self.questions = 0  # that were put so far
        self._open: set[bytes] = set()
        self._asked: dict[bytes, int] = {}
        self._answered = 0

    def user_spoke(self, questions: int) -> None:
        """New words of the user, who had heard so many questions when they were said."""
        self._answered = questions

    def given(self, call: bytes, *, ask_first: bool) -> bool:
        """May this call run? If not, the running response is to ask; a consent is used up by its call."""
        if not ask_first:
            return True
        if self._asked.get(call, self._answered + 1) <= self._answered:
            del self._asked[call]
            return True
        self._open.add(call)
        return False

    def response_over(self, *, asked: bool, interrupted: bool) -> None:
        """The response that was to ask is over; `asked` says whether the user heard anything of a question."""
        if not interrupted:
            self._asked.clear()
        if asked:
            self.questions += 1
            self._asked |= dict.fromkeys(self._open, self.questions)
        self._open.clear()

    def unheard(self) -> None:
        """As it turns out, the newest question was sent and not played."""
        self._asked = {call: question for call, question in self._asked.items() if question < self.questions}

    def forget(self) -> None:
        """The conversation was cleared, and with it what was asked."""
        self._asked.clear()
        self._open.clear()
