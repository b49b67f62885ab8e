"""How long a whole encoded stream lasts, read from its headers without decoding.

Sources: RFC 3533 (Ogg pages), RFC 7845 (Opus in Ogg), RFC 9639 (FLAC), and `adts` (AAC).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from struct import unpack_from

from runtime.audio import adts

_OPUS_RATE = 48_000  # RFC 7845, 4: granule positions count at 48 kHz whatever the input was
_NO_GRANULE = 0xFFFF_FFFF_FFFF_FFFF  # RFC 3533, 6: no packet ends on this page


def duration_ms(data: bytes, encoding: str) -> float | None:
    """Milliseconds of the whole stream `data` in `opus`, `aac` or `flac`; None where they cannot be known."""
    measure = _MEASURES.get(encoding)
    return measure(data) if measure else None


def _opus(data: bytes) -> float | None:
    """The last granule position less the pre-skip (RFC 7845, 4.3); chained streams (RFC 3533, 4) add up.

    A stream is taken to begin at granule 0, as an encoder's does; only one cut from a broadcast begins later.
    """
    samples, start, last = 0, None, 0
    for granule, packet in _ogg_pages(data):
        if packet.startswith(b"OpusHead") and len(packet) >= 12:
            samples += max(0, last - start) if start is not None else 0
            start = last = unpack_from("<H", packet, 10)[0]
        elif granule != _NO_GRANULE:
            last = granule
    if start is None:
        return None
    return (samples + max(0, last - start)) * 1000 / _OPUS_RATE or None


def _ogg_pages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The granule position of each page (RFC 3533, 6) and 12 bytes: of an OpusHead, up to its pre-skip."""
    at = data.find(b"OggS")
    while 0 <= at <= len(data) - 27:
        n_segments = data[at + 26]
        body = at + 27 + n_segments
        yield unpack_from("<Q", data, at + 6)[0], data[body : body + 12]
        at = data.find(b"OggS", body + sum(data[at + 27 : body]))


def _flac(data: bytes) -> float | None:
    """The total of samples in STREAMINFO (RFC 9639, 8.2), which an encoder that streams leaves at 0."""
    if len(data) < 26 or not data.startswith(b"fLaC") or data[4] & 0x7F:  # its first block is STREAMINFO
        return None
    # 20 bits sampling rate, 3 bits channels, 5 bits depth, 36 bits samples
    numbers: int = unpack_from(">Q", data, 18)[0]
    rate, samples = numbers >> 44, numbers & (1 << 36) - 1
    return samples * 1000 / rate if rate and samples else None


def _aac(data: bytes) -> float | None:
    """The frames from the first byte on; one that is cut off at the end counts."""
    at, ms = 0, 0.0
    while found := adts.frame(data, at):
        at += found[0]
        ms += found[1]
    return ms or None


_MEASURES: dict[str, Callable[[bytes], float | None]] = {"opus": _opus, "flac": _flac, "aac": _aac}
