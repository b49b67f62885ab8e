"""From the thread that speaks to the coroutine that listens.

espeak-ng is not thread-safe, and one thread speaks some 800 times faster than a person listens: so there is one
worker thread in a process, and every request waits its turn there for a few milliseconds. Compressing a whole file
takes longer, and has threads of its own.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TypeVar

from runtime.errors import ProviderError
from runtime.providers.local.encode import Encoder
from runtime.providers.local.espeak import Espeak
from runtime.providers.local.voices import EspeakVoice, data_folder

# A request holds the worker for one passage at a time (some 15 ms), and that is also what a slow reader makes wait.
LONGEST_PASSAGE = 300
_SENTENCE_END = re.compile(r"(?<=[.!?…;:])\s+|(?<=[。！？])")

_Result = TypeVar("_Result")

_speaking = ThreadPoolExecutor(1, "callboard-espeak")
_compressing = ThreadPoolExecutor(2, "callboard-encode")


@dataclass(frozen=True, slots=True)
class Manner:
    """How to say it: the voice, and the rate in words a minute."""

    voice: EspeakVoice
    rate: int


class Handover:
    """Pieces on their way from the worker to one coroutine. What has gathered is taken as one piece."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._arrived = asyncio.Event()
        self._lock = Lock()
        self._pieces: list[bytes] = []
        self._open = True

    def put(self, piece: bytes) -> bool:
        """Called by the worker; False once the reader has gone."""
        if piece and self._open:
            with self._lock:
                self._pieces.append(piece)
                first = len(self._pieces) == 1
            if first:
                self._wake()
        return self._open

    def close(self) -> None:
        """Called from either side: nothing more will come, or nothing more is wanted."""
        self._open = False
        self._wake()

    async def take(self) -> bytes:
        """Called by the reader: all that has come, as soon as there is some; empty at the end."""
        while True:
            await self._arrived.wait()
            last = not self._open  # read first: a piece that is put before the end must not be left behind
            with self._lock:
                pieces, self._pieces = self._pieces, []
            if not last:
                self._arrived.clear()
            if pieces or last:
                return b"".join(pieces)

    def _wake(self) -> None:
        with suppress(RuntimeError):  # the loop was closed, so that nobody waits
            self._loop.call_soon_threadsafe(self._arrived.set)


def passages(text: str) -> Iterator[str]:
    """`text` in pieces of at most `LONGEST_PASSAGE` characters, cut after sentences, else between words."""
    held = ""
    for sentence in _SENTENCE_END.split(text):
        if held and len(held) + len(sentence) >= LONGEST_PASSAGE:
            yield held
            held = ""
        held = f"{held} {sentence}".strip()
        while len(held) > LONGEST_PASSAGE:
            cut = held.rfind(" ", 1, LONGEST_PASSAGE + 1)
            cut = cut if cut > 0 else LONGEST_PASSAGE
            yield held[:cut]
            held = held[cut:].lstrip()
    if held:
        yield held


async def speak(passage: str, manner: Manner, encoder: Encoder, seconds: float) -> AsyncGenerator[bytes, None]:
    """Yield the encoded sound of `passage` as it is made. Closing the generator stops the worker at once.

    Raises ProviderError `speech_failed`, also where nothing comes for `seconds`.
    """
    handover = Handover()
    job = _speaking.submit(_say, passage, manner, encoder, handover)
    job.add_done_callback(lambda _: handover.close())
    try:
        while piece := await _within(seconds, handover):
            yield piece
        job.result()
    finally:
        handover.close()
        job.cancel()


async def finish(encoder: Encoder) -> bytes:
    """The rest of the encoded sound. Raises ProviderError `speech_failed`."""
    rest: Future[bytes] = _compressing.submit(_guarded, encoder.finish)
    return await asyncio.wrap_future(rest)


async def _within(seconds: float, handover: Handover) -> bytes:
    try:
        async with asyncio.timeout(seconds):
            return await handover.take()
    except TimeoutError:
        message = f"The embedded voice made no sound within {seconds:g} seconds."
        raise ProviderError("speech_failed", message, retryable=True) from None


def _say(passage: str, manner: Manner, encoder: Encoder, handover: Handover) -> None:
    if handover.put(b""):
        sink = _Feed(encoder, handover)
        _guarded(lambda: _espeak().speak(passage, manner.voice.identifier, manner.rate, sink))


@dataclass(frozen=True, slots=True)
class _Feed:
    encoder: Encoder
    handover: Handover

    def __call__(self, pcm: bytes, /) -> bool:
        return self.handover.put(self.encoder.feed(pcm))


def _guarded(work: Callable[[], _Result]) -> _Result:
    try:
        return work()
    except ProviderError:
        raise
    except Exception as error:
        raise ProviderError("speech_failed", "The embedded voice failed while it made the sound.") from error


@cache
def _espeak() -> Espeak:
    return Espeak(data_folder())
