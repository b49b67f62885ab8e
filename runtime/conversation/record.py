"""The rounds of one response, and what they leave for the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from runtime.chat import Message
from runtime.conversation.heard import Words
from runtime.conversation.rounds import Round
from runtime.events import ToolOutcome


class Record:
    """Every call of the model that a response has made so far, the running one last."""

    __slots__ = ("_message_id", "_rounds")

    def __init__(self, message_id: str) -> None:
        self._message_id = message_id
        self._rounds: list[Round] = []

    @property
    def rounds(self) -> Sequence[Round]:
        """All of them."""
        return self._rounds

    @property
    def current(self) -> Round:
        """The newest round."""
        return self._rounds[-1]

    @property
    def steps(self) -> int:
        """How many rounds there are."""
        return len(self._rounds)

    def set_apart(self, delta: str) -> str:
        """The model's next words, with a space before them where they would stick to those of another."""
        if self.current.text or delta[:1].isspace():
            return delta
        before = next((done for done in reversed(self._rounds) if done.text), None)
        return f" {delta}" if before is not None and before.ends_aside else delta

    def begin(self) -> Round:
        """Open the next round."""
        self._rounds.append(Round(self._message_id, len(self._rounds) + 1))
        return self.current

    # -- for the client

    @property
    def text(self) -> str:
        """All that was said."""
        return "".join(done.said for done in self._rounds)

    @property
    def reasoning(self) -> str:
        """All that was thought."""
        return "".join(text for done in self._rounds for text in done.reasoning)

    @property
    def outcomes(self) -> tuple[ToolOutcome, ...]:
        """Every call and what came of it."""
        return tuple(outcome for done in self._rounds for outcome in done.outcomes())

    # -- for the model

    def messages(self) -> list[Message]:
        """The rounds as they were written, all of it heard."""
        return [message for done in self._rounds for message in done.messages(done.said)]

    def as_written(self) -> dict[int, Words]:
        """What a reader has seen: every round to its end but the one that was cut short."""
        return {done.step: Words(done.said, whole=done is not self.current) for done in self._rounds}

    def as_heard(self, heard: Mapping[int, Words]) -> list[Message]:
        """What the rounds leave if only this was heard of their steps.

        A step heard to its end keeps the text as the model wrote it, marks and all.
        """
        messages: list[Message] = []
        for done in self._rounds:
            words = heard.get(done.step, Words("", whole=not done.said.strip()))
            cut = done is self.current or not words.whole
            messages += done.messages(words.text if cut else done.said, interrupted=cut)
        return messages

    def amend(self, call_ids: Sequence[str], result: Any) -> None:
        """Put the result of calls that were left open in its place."""
        for done in self._rounds:
            done.amend(call_ids, result)
