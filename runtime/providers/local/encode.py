"""From the samples of the embedded library to the format that was asked for.

`wav`, `pcm` and `mp3` are encoded as the sound is made. The containers of Opus, AAC and FLAC are whole files, made
when the sound is complete, because a client cannot play a part of one.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

from runtime.audio import wav
from runtime.errors import SettingsError
from runtime.providers.local.espeak import SAMPLE_RATE
from runtime.settings import AUDIO_FORMATS

PCM_RATE = 24_000  # what OpenAI's `pcm` has (API reference, Create speech), so that clients may rely on it
_UNKNOWN_SIZE = 0xFFFF_FFFF
_MP3_KBPS = 64
_OPUS_RATE = 48_000  # an encoder of Opus takes 48, 24, 16, 12 or 8 kHz (RFC 6716, section 2)


class Encoder(Protocol):
    """One sound. Both methods run outside of the event loop's thread."""

    def feed(self, pcm: bytes) -> bytes:
        """Take mono 16 bit PCM at the library's rate; give what is encoded so far, perhaps nothing."""
        ...

    def finish(self) -> bytes:
        """The rest; empty where nothing was fed."""
        ...


@dataclass(frozen=True, slots=True)
class Encoding:
    """A format: its rate (None where it carries its own), what it needs installed, and how to begin a sound."""

    sample_rate: int | None
    packages: tuple[str, ...]
    extra: str
    begin: Callable[[], Encoder]


def find_encoding(name: str) -> Encoding:
    """How to make the format called `name`.

    Raises SettingsError where there is no such format, or a package it needs is not installed.
    """
    encoding = _ENCODINGS.get(name)
    if encoding is None:
        known = ", ".join(AUDIO_FORMATS)
        raise SettingsError("format", f"The embedded voice cannot make {name!r}.", f"Use one of: {known}.")
    missing = [package for package in encoding.packages if find_spec(package) is None]
    if missing:
        message = f"The format {name!r} needs the package {missing[0]}, which is not installed."
        raise SettingsError("format", message, f'pip install "callboard[{encoding.extra}]", or use wav.')
    return encoding


class _Wav:
    """A header that leaves the sizes open, as is usual for WAV that is sent while it is made, then the samples."""

    def __init__(self) -> None:
        self._header = wav.header(SAMPLE_RATE, 1, 2, _UNKNOWN_SIZE)

    def feed(self, pcm: bytes) -> bytes:
        header, self._header = self._header, b""
        return header + pcm

    def finish(self) -> bytes:
        return b""


class _Pcm:
    """Importing numpy takes 100 ms, so it waits for the first sound, in the worker's thread."""

    def __init__(self) -> None:
        self._stream: Any = None

    def feed(self, pcm: bytes) -> bytes:
        if self._stream is None:
            soxr = import_module("soxr")
            self._stream = soxr.ResampleStream(SAMPLE_RATE, PCM_RATE, 1, dtype="int16")
        return self._resample(pcm, last=False)

    def finish(self) -> bytes:
        return self._resample(b"", last=True) if self._stream else b""

    def _resample(self, pcm: bytes, *, last: bool) -> bytes:
        import numpy as np

        resampled: bytes = self._stream.resample_chunk(np.frombuffer(pcm, "<i2"), last=last).tobytes()
        return resampled


class _Mp3:
    def __init__(self) -> None:
        self._encoder: Any = import_module("lameenc").Encoder()
        self._encoder.silence()
        self._encoder.set_channels(1)
        self._encoder.set_in_sample_rate(SAMPLE_RATE)
        self._encoder.set_bit_rate(_MP3_KBPS)
        self._encoder.set_quality(5)
        self._begun = False

    def feed(self, pcm: bytes) -> bytes:
        self._begun = True
        return bytes(self._encoder.encode(pcm))

    def finish(self) -> bytes:
        return bytes(self._encoder.flush()) if self._begun else b""


class _Container:
    """A whole file in one of FFmpeg's containers. 1 s of sound takes some 10 ms of one core."""

    def __init__(self, container: str, codec: str, sample_rate: int) -> None:
        self._container = container
        self._codec = codec
        self._sample_rate = sample_rate
        self._pcm: list[bytes] = []

    def feed(self, pcm: bytes) -> bytes:
        self._pcm.append(pcm)
        return b""

    def finish(self) -> bytes:
        if not self._pcm:
            return b""
        av: Any = import_module("av")
        pcm = b"".join(self._pcm)
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(pcm) // 2)
        frame.sample_rate = SAMPLE_RATE
        # A plane is padded at its end, so it takes the samples and then silence.
        frame.planes[0].update(pcm.ljust(frame.planes[0].buffer_size, b"\0"))
        file = io.BytesIO()
        with av.open(file, "w", format=self._container) as out:
            stream = out.add_stream(self._codec, rate=self._sample_rate)
            stream.layout = "mono"
            out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
        return file.getvalue()


_ENCODINGS: Mapping[str, Encoding] = {
    "wav": Encoding(SAMPLE_RATE, (), "local", _Wav),
    "pcm": Encoding(PCM_RATE, ("numpy", "soxr"), "local", _Pcm),
    "mp3": Encoding(None, ("lameenc",), "local", _Mp3),
    "opus": Encoding(None, ("av",), "media", lambda: _Container("ogg", "libopus", _OPUS_RATE)),
    "aac": Encoding(None, ("av",), "media", lambda: _Container("adts", "aac", SAMPLE_RATE)),
    "flac": Encoding(None, ("av",), "media", lambda: _Container("flac", "flac", SAMPLE_RATE)),
}
