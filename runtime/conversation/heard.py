"""How much of a response the user has heard, from what was sent, when, and what the client reports."""

from __future__ import annotations

import re
from dataclasses import dataclass

MS_PER_CHAR = 65.0
"""Unhurried English speech, some 15 characters a second: used only where a format does not tell its duration."""

SYLLABLE_MS = 80.0

_WORD_END = re.compile(r"\S(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Words:
    """What was heard of one step; `whole` says that nothing of its sound was missed."""

    text: str
    whole: bool


@dataclass(slots=True)
class _Spoken:
    text: str
    step: int
    sent_ms: float = 0.0
    complete: bool = False

    def length(self, ms_per_char: float) -> float:
        """The duration of the whole chunk, a guess while only a part of it was sent."""
        return self.sent_ms if self.complete else max(self.sent_ms, len(self.text) * ms_per_char)


class Heard:
    """The audio of one response as the user's ear meets it.

    A client may report how far it has played; otherwise playing is assumed to start when the first part is sent, to
    go on without a pause while there is sound, and to wait where there is none yet.
    """

    __slots__ = ("_chunks", "_plays_until", "_reported", "_reported_at")

    def __init__(self) -> None:
        self._chunks: list[_Spoken] = []
        self._plays_until = 0.0
        self._reported: float | None = None
        self._reported_at = 0.0

    @property
    def sent_ms(self) -> float:
        """The duration of all audio sent."""
        return sum(chunk.sent_ms for chunk in self._chunks)

    @property
    def reported(self) -> bool:
        """Does the client tell how far it has played?"""
        return self._reported is not None

    def open(self, text: str, step: int) -> None:
        """The first audio of a text chunk is sent."""
        self._chunks.append(_Spoken(text, step))

    def sent(self, duration_ms: float | None, *, size: int, final: bool, now: float) -> None:
        """A part of the newest chunk was sent. `size` is the bytes of sound: none of them means no duration."""
        chunk = self._chunks[-1]
        if duration_ms is None:
            duration_ms = len(chunk.text) * MS_PER_CHAR if size else 0.0
        chunk.sent_ms += duration_ms
        chunk.complete = chunk.complete or final
        self._plays_until = max(self._plays_until, now) + duration_ms

    def report(self, played_ms: float, now: float) -> None:
        """The client says that it has played so much; until it says more, playing is taken to go on."""
        self._reported = max(played_ms, self._reported or 0.0)
        self._reported_at = now

    def heard_ms(self, now: float) -> float:
        """Never more than was sent; `now` is not before the last sending."""
        if self._reported is not None:
            return self._all_but(self._reported + now - self._reported_at)
        return max(0.0, self.sent_ms - max(0.0, self._plays_until - now))

    def unplayed_ms(self, now: float) -> float:
        """How long what was sent goes on playing."""
        return self.sent_ms - self.heard_ms(now)

    def _all_but(self, played_ms: float) -> float:
        """A client counts in whole frames or milliseconds: what is short by less than a syllable was played."""
        sent = self.sent_ms
        return sent if played_ms > sent - SYLLABLE_MS else max(0.0, played_ms)

    def by_step(self, heard_ms: float) -> dict[int, Words]:
        """What was heard within `heard_ms`, for each step that made a sound."""
        complete = [chunk for chunk in self._chunks if chunk.complete and chunk.text]
        chars = sum(len(chunk.text) for chunk in complete)
        rate = sum(chunk.sent_ms for chunk in complete) / chars if chars else MS_PER_CHAR
        steps: dict[int, Words] = {}
        left = heard_ms
        for chunk in self._chunks:
            length = chunk.length(rate)
            ended = left >= length
            text = chunk.text if ended else _whole_words(chunk.text, max(0.0, left) / max(length, 1.0))
            whole = ended and chunk.complete
            before = steps.get(chunk.step, Words("", whole=True))
            steps[chunk.step] = Words(f"{before.text} {text}".strip(), whole=before.whole and whole)
            left -= length
        return steps


def _whole_words(text: str, share: float) -> str:
    """The words that end within the first `share` of the text."""
    limit = len(text) * share
    end = 0
    for match in _WORD_END.finditer(text):
        if match.end() > limit:
            break
        end = match.end()
    return text[:end]
