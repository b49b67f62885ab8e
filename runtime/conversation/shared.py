"""What the responses of one session have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from runtime.conversation.consent import Consent
from runtime.conversation.dispatch import Ongoing

_LONGEST = 32  # OpenAI takes ids of 40 characters


class CallIds:
    """The ids of a session's tool calls, each given once: results find their calls by them, whichever response made it.

    Some servers count anew in every answer.
    """

    __slots__ = ("_given",)

    def __init__(self) -> None:
        self._given: set[str] = set()

    def give(self, wanted: str) -> str:
        """The id that the model gave a call, or another where it gave that before."""
        numbers, given = count(2), wanted
        while given in self._given:
            given = f"{wanted[:_LONGEST]}-{next(numbers)}"
        self._given.add(given)
        return given


@dataclass(frozen=True, slots=True)
class Shared:
    """Numbers of audio chunks, ids of calls, what the user agreed to, and the tools that outlived their response."""

    call_ids: CallIds = field(default_factory=CallIds)
    chunk_ids: Iterator[int] = field(default_factory=lambda: count(1))
    consent: Consent = field(default_factory=Consent)
    ongoing: Ongoing = field(default_factory=Ongoing)
