"""What the user said, in the order they said it, however long each piece takes to be understood."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from runtime.events import TranscriptionFailed, TranscriptionReady

Words = str | TranscriptionReady | TranscriptionFailed
"""Typed text, or what came of an utterance."""


@dataclass(frozen=True, slots=True)
class Input:
    """Words, and how many questions about tools the user had heard when they came in."""

    words: Words
    questions: int = 0


@dataclass(slots=True)
class _Place:
    ticket: int
    questions: int
    words: Words | None = None


class InputLine:
    """A queue whose places are taken on arrival and filled later; it is served from the front only."""

    __slots__ = ("_line", "_next")

    def __init__(self) -> None:
        self._line: deque[_Place] = deque()
        self._next = 1

    def __len__(self) -> int:
        return len(self._line)

    def join(self, words: Words | None = None, *, questions: int = 0) -> int:
        """Take the next place; returns its ticket. `questions`: see `Input`."""
        place = _Place(self._next, questions, words)
        self._next += 1
        self._line.append(place)
        return place.ticket

    def fill(self, ticket: int, words: Words) -> None:
        """Say what the input of this ticket was; a ticket that was served or is unknown changes nothing."""
        for place in self._line:
            if place.ticket == ticket:
                place.words = words
                return

    def serve(self) -> list[Input]:
        """Take all filled places up to the first that still waits."""
        served: list[Input] = []
        while self._line and (words := self._line[0].words) is not None:
            served.append(Input(words, self._line.popleft().questions))
        return served
