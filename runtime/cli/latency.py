"""How long an answer took, as the person who waits for it meets it."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from typing_extensions import override

from runtime.cli.client import Message

_MARKS = {"text_delta": "first text", "audio_chunk": "first audio", "response_complete": "total"}


class Latency:
    """A stopwatch that hears a turn's messages; `clock` gives seconds."""

    __slots__ = ("_clock", "_marks", "_started")

    def __init__(self, clock: Callable[[], float] = perf_counter) -> None:
        self._clock = clock
        self._started = clock()
        self._marks: dict[str, float] = {}

    def hear(self, message: Message) -> None:
        """Note the first message of each kind that counts."""
        mark = _MARKS.get(message["type"])
        if mark is not None:
            self._marks.setdefault(mark, self._clock() - self._started)

    @override
    def __str__(self) -> str:
        return " · ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in self._marks.items())
