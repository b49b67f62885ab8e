"""The sound that the upstream makes of a text: quickly made, true to its format, different for each text.

pcm, wav     24 kHz, mono, 16 bit; 50 ms a character, all of one level, which depends on the text
mp3          MPEG-2 layer III, 24 kHz, mono, 64 kbit/s; two frames (48 ms) a character, silent, each with
             bytes that depend on the text where a decoder does not look
opus aac flac   not sound at all: bytes that depend on the text
"""

from __future__ import annotations

import struct
import zlib

SAMPLE_RATE = 24_000
MP3_FRAME_BYTES = 192
MIME_TYPES = {
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
    "aac": "audio/aac",
    "flac": "audio/flac",
}
_MP3_HEADER = b"\xff\xf3\x84\xc4"
_MP3_SIDE_INFO = bytes(9)  # no granule has data: silence


def sound(text: str, audio_format: str) -> bytes:
    """All of the sound of `text`."""
    mark = zlib.crc32(text.encode())
    if audio_format == "pcm":
        return _samples(text, mark)
    if audio_format == "wav":
        samples = _samples(text, mark)
        head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(samples), b"WAVE", b"fmt ", 16, 1, 1,
                           SAMPLE_RATE, SAMPLE_RATE * 2, 2, 16, b"data", len(samples))  # fmt: skip
        return head + samples
    if audio_format == "mp3":
        return (_MP3_HEADER + _MP3_SIDE_INFO + b"%08x" % mark).ljust(MP3_FRAME_BYTES, b"\0") * (2 * len(text))
    return b"%08x" % mark * 100 * len(text)


def _samples(text: str, mark: int) -> bytes:
    return struct.pack("<h", mark % 16_000 + 1) * (len(text) * SAMPLE_RATE // 20)
