"""The spoken side of one response: its text, cut, synthesised and sent in order."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.audio.parts import Part
from runtime.conversation.chunker import Chunker
from runtime.conversation.effects import Effect
from runtime.conversation.heard import Heard
from runtime.conversation.plan import VoicePlan
from runtime.conversation.speech import Lost, Order, Sound, SpeechQueue
from runtime.conversation.text_filters import TextFilter
from runtime.events import AudioChunk, SpeechEnded, SpeechStarted, Warned
from runtime.settings import ChunkSettings


class Narration:
    """Text in, effects out: what to synthesise, and the audio in text order.

    `chunk_ids` counts the chunks of the whole session: a number is taken when a chunk makes its first sound, so a
    chunk that fails leaves no gap.
    """

    __slots__ = (
        "_chunk_id",
        "_chunk_ids",
        "_chunker",
        "_filter",
        "_key",
        "_queue",
        "_voice",
        "heard",
        "id",
        "started_at",
    )

    def __init__(self, message_id: str, voice: VoicePlan, chunking: ChunkSettings, chunk_ids: Iterator[int]) -> None:
        self.id = message_id
        self.heard = Heard()
        self._voice = voice
        self._chunk_ids = chunk_ids
        self._filter = TextFilter(voice.text_filters)
        self._chunker = Chunker(chunking)
        self._queue = SpeechQueue(message_id, chunking.max_parallel_requests if chunking.parallel_generation else 1)
        self.started_at: float | None = None  # when the first sound was sent
        self._key = self._chunk_id = 0

    @property
    def idle(self) -> bool:
        """Has all that was decided been spoken?"""
        return self._queue.idle

    def quiet(self, now: float) -> bool:
        """Has all that was said also been played, as far as is known?"""
        return self.idle and self.heard.unplayed_ms(now) <= 0.0

    def feed(self, delta: str, step: int, now: float) -> list[Effect]:
        """More text of the model."""
        said = self._filter.feed(delta)
        if not said:
            return []
        texts = self._chunker.feed(said)
        return self._perform(self._queue.say(texts, self._chunker.guess(), step), now)

    def stall(self, step: int, now: float) -> list[Effect]:
        """The model pauses: speak what there is."""
        texts = self._chunker.stall()
        return self._perform(self._queue.say(texts, None, step), now) if texts else []

    def flush(self, step: int, now: float) -> list[Effect]:
        """The text of a step is complete."""
        texts = self._chunker.feed(self._filter.flush()) + self._chunker.flush()
        return self._perform(self._queue.say(texts, None, step), now)

    def audio(self, key: int, part: Part, now: float) -> list[Effect]:
        """A synthesis made a part."""
        return self._perform(self._queue.audio(key, part), now)

    def finished(self, key: int, last: Part | None, now: float, error: str = "") -> list[Effect]:
        """A synthesis is over, by itself or with an `error`."""
        return self._perform(self._queue.finished(key, last, error), now)

    def must_wait(self, key: int) -> bool:
        """Should this synthesis pause until its turn comes?"""
        return self._queue.must_wait(key)

    def end(self) -> list[Effect]:
        """No sound follows; closes the bracket that the first sound opened."""
        return [] if self.started_at is None else [SpeechEnded(self.id)]

    def _perform(self, orders: list[Order], now: float) -> list[Effect]:
        effects: list[Effect] = []
        for order in orders:
            match order:
                case Sound():
                    self._send(order, now, effects)
                case Lost(error):
                    effects.append(Warned("speech_failed", error))
                case _:
                    effects.append(order)
        return effects

    def _send(self, sound: Sound, now: float, effects: list[Effect]) -> None:
        if self.started_at is None:
            self.started_at = now
            effects.append(SpeechStarted(self.id))
        if sound.key != self._key:
            self._key, self._chunk_id = sound.key, next(self._chunk_ids)
            self.heard.open(sound.text, sound.step)
        audio = sound.audio
        self.heard.sent(audio.duration_ms, size=len(audio.data), final=sound.final, now=now)
        effects.append(
            AudioChunk(
                self.id,
                self._chunk_id,
                sound.part,
                sound.final,
                audio.data,
                sound.text,
                self._voice.format,
                self._voice.sample_rate,
                audio.duration_ms,
            )
        )
