"""An encoded stream of sound, cut into parts that can each be played on their own.

A cutter forwards all it can at once and holds back one small playable tail. So the first piece from upstream
leaves without delay, and the last part can still be marked as the last when the stream ends.

MP3 is cut between frames. Layer III lets a frame borrow bits from the ones before it (ISO/IEC 11172-3,
2.4.2.7), so a decoder that is given a part alone may leave its first frames silent; how long it lasts is
right all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from runtime.audio import duration, mp3, pcm, wav
from runtime.audio.riff import DataChunk, DataStart, HeaderReader

_TAIL_MS = 10
_MP3_FRAMES = 2  # FFmpeg and mpg123 refuse a single frame: nothing follows that proves it to be one
_USUAL_RATE = 24_000  # what speech services send; here it only sizes the tail of a stream of unknown rate


@dataclass(frozen=True, slots=True)
class Part:
    """Encoded sound that can be played on its own; `duration_ms` is None where it cannot be known."""

    data: bytes
    duration_ms: float | None


class PartCutter(Protocol):
    """Cuts one stream. None of its methods raises, whatever the bytes."""

    def feed(self, data: bytes) -> Part | None:
        """Take the next bytes as they came; what can be played now, if anything."""
        ...

    def end(self) -> Part | None:
        """The rest, the stream's final part; None only where no sound ever came."""
        ...


def cutter(format: str, sample_rate: int | None) -> PartCutter:
    """A cutter for one stream in `format`, one of `runtime.settings.AUDIO_FORMATS`.

    `sample_rate` is for `pcm` alone, the rest carries its own. Raises ValueError for any other format.
    """
    match format:
        case "mp3":
            return Mp3Cutter()
        case "wav":
            return WavCutter()
        case "pcm":
            return SampleCutter(sample_rate, pcm.SAMPLE_BYTES)
        case "opus" | "aac" | "flac":
            return WholeStream(format)
        case _:
            raise ValueError(f"There is no cutter for {format!r}: use mp3, wav, pcm, opus, aac or flac.")


class WholeStream:
    """Keeps a stream whose parts cannot stand alone, and gives it as one."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._pieces: list[bytes] = []

    def feed(self, data: bytes) -> Part | None:
        self._pieces.append(data)
        return None

    def end(self) -> Part | None:
        data = b"".join(self._pieces)
        return Part(data, duration.duration_ms(data, self._encoding)) if data else None


class SampleCutter:
    """Cuts uncompressed samples between frames of `frame_bytes`; `header` goes in front of each part."""

    def __init__(self, sample_rate: int | None, frame_bytes: int, header: Callable[[int], bytes] | None = None) -> None:
        self._frame_bytes = frame_bytes
        self._bytes_per_second = frame_bytes * sample_rate if sample_rate else None
        self._tail_bytes = max(1, (sample_rate or _USUAL_RATE) * _TAIL_MS // 1000) * frame_bytes
        self._tail = b""
        self._header = header

    def feed(self, data: bytes) -> Part | None:
        sound = self._tail + data
        ready = len(sound) - self._tail_bytes
        if ready < self._frame_bytes:
            self._tail = sound
            return None
        ready -= ready % self._frame_bytes
        self._tail = sound[ready:]
        return self._part(sound[:ready])

    def end(self, last: bytes = b"") -> Part | None:
        sound = self._tail + last
        whole = len(sound) - len(sound) % self._frame_bytes
        return self._part(sound[:whole]) if whole else None

    def _part(self, sound: bytes) -> Part:
        ms = len(sound) * 1000 / self._bytes_per_second if self._bytes_per_second else None
        return Part(self._header(len(sound)) + sound if self._header else sound, ms)


class WavCutter:
    """Takes the header off the stream and puts a true one in front of each part.

    A stream that is no WAV of plain samples comes out whole in the end.
    """

    def __init__(self) -> None:
        self._reader = HeaderReader()
        self._unread = WholeStream("wav")
        self._understood: PartCutter | None = None

    def feed(self, data: bytes) -> Part | None:
        if self._understood:
            return self._understood.feed(data)
        self._unread.feed(data)
        try:
            start = self._reader.feed(data)
        except ValueError:
            self._understood = self._unread
            return None
        if start is None:
            return None
        self._understood = _WavSound(start)
        return self._understood.feed(start.data)

    def end(self) -> Part | None:
        return self._understood.end() if self._understood else None


class _WavSound:
    """The part of a WAV stream that begins with its first sample."""

    def __init__(self, start: DataStart) -> None:
        found = start.format
        self._chunk = DataChunk(start.declared_bytes)
        header = partial(wav.header, found.sample_rate, found.channels, found.sample_width)
        self._samples = SampleCutter(found.sample_rate, found.frame_bytes, header)

    def feed(self, data: bytes) -> Part | None:
        return self._samples.feed(self._chunk.feed(data))

    def end(self) -> Part | None:
        return self._samples.end(self._chunk.end())


class Mp3Cutter:
    """Cuts between frames; each part has two whole ones or more, and so has what is held back."""

    def __init__(self) -> None:
        self._held: list[bytes] = []  # whole frames, with the tags and junk around them
        self._starts: list[int] = []  # where the held frames begin; 0 is the first byte of `_open`
        self._times: list[float] = []  # how long each of them lasts
        self._open = b""  # what may yet become a frame
        self._skip = 0  # bytes of a tag that are still to come
        self._in_step = False  # whether a frame begins at `_open`

    def feed(self, data: bytes) -> Part | None:
        return self._walk(self._open + data, final=False)

    def end(self) -> Part | None:
        ready = self._walk(self._open, final=True) or Part(b"", None)
        data = b"".join((ready.data, *self._held, self._open))
        ms = (ready.duration_ms or 0.0) + sum(self._times)
        return Part(data, ms or None) if data else None

    def _walk(self, stream: bytes, *, final: bool) -> Part | None:
        """Step from frame to frame, and let go of those that are not to be held back."""
        at, starts, times = self._skip, self._starts, self._times
        size, frame = len(stream), mp3.frame
        if not self._in_step:
            at = self._sync(stream, at, final=final)
        while self._in_step:
            while (found := frame(stream[at : at + 3])) and (end := at + found[0]) <= size:
                starts.append(at)
                times.append(found[1])
                at = end
            if found or size - at < mp3.HEADER_BYTES:
                break
            at = self._sync(stream, at, final=final)
        end = min(at, size)  # a tag may reach further
        self._open, self._skip = stream[end:], at - end
        self._held.append(stream[:end])
        ready = self._release(end) if len(starts) >= 2 * _MP3_FRAMES else None
        self._starts = [start - end for start in self._starts]
        return ready

    def _sync(self, stream: bytes, at: int, *, final: bool) -> int:
        at, self._in_step = mp3.find_sync(stream, at, final=final)
        return mp3.past_info(stream, at) if self._in_step else at

    def _release(self, end: int) -> Part:
        """All that is held but the last frames; the held bytes end at `end`, as the starts count."""
        data = b"".join(self._held)
        cut = len(data) - end + self._starts[-_MP3_FRAMES]
        self._held = [data[cut:]]
        self._starts, gone = self._starts[-_MP3_FRAMES:], self._times[:-_MP3_FRAMES]
        self._times = self._times[-_MP3_FRAMES:]
        return Part(data[:cut], sum(gone))
