"""Whole WAV files of uncompressed samples."""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct

from runtime.audio.riff import DataChunk, HeaderReader

_HEADER = Struct("<4sI4s4sIHHIIHH4sI")
_LARGEST = 0xFFFF_FFFF  # sizes are 32 bit


@dataclass(frozen=True, slots=True)
class Wav:
    """The samples of a file: interleaved, little-endian, `sample_width` bytes each, only whole frames."""

    sample_rate: int
    channels: int
    sample_width: int
    data: bytes


def header(sample_rate: int, channels: int, sample_width: int, data_bytes: int) -> bytes:
    """The 44 bytes in front of `data_bytes` bytes of PCM; `sample_width` is bytes a sample.

    The canonical layout of RIFF, `fmt ` (16 bytes) and `data`: Multimedia Programming Interface 1.0.
    """
    frame_bytes = channels * sample_width
    return _HEADER.pack(
        b"RIFF",
        min(36 + data_bytes, _LARGEST),
        b"WAVE",
        b"fmt ",
        16,
        1,
        channels,
        sample_rate,
        min(sample_rate * frame_bytes, _LARGEST),
        frame_bytes,
        sample_width * 8,
        b"data",
        min(data_bytes, _LARGEST),
    )


def read_wav(data: bytes) -> Wav:
    """Read a file whose declared sizes may be wrong, with any chunks around its format and its samples.

    Raises ValueError, with a sentence that says what is wrong, for anything but uncompressed samples.
    """
    start = HeaderReader().feed(data)
    if start is None:
        raise ValueError("The WAV ends before its data chunk.")
    chunk = DataChunk(start.declared_bytes)
    sound = chunk.feed(start.data) + chunk.end()
    found = start.format
    whole = len(sound) - len(sound) % found.frame_bytes
    return Wav(found.sample_rate, found.channels, found.sample_width, sound[:whole])
