"""Where the frames of an MPEG audio stream begin, and how long they last.

Sources: ISO/IEC 11172-3, 2.4.1.3 and 2.4.2.3 (the header, bit rates, sampling rates, padding); ISO/IEC
13818-3, 2.4 (MPEG-2, half the sampling rates); Fraunhofer's MPEG 2.5 (a quarter). The ID3v2 tag: id3.org,
ID3v2.4.0, 3.1.

A frame of free format (bit rate index 0) does not state its length, and is not found here.
"""

from __future__ import annotations

from functools import lru_cache

HEADER_BYTES = 3  # the fourth byte says nothing of length or time
_TAG_HEADER_BYTES = 10

_KBPS_1 = {  # MPEG 1, by layer
    1: (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    2: (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    3: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
}
_KBPS_2 = {  # MPEG 2 and 2.5
    1: (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    2: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    3: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = (44_100, 48_000, 32_000)
_RATE_DIVISORS = {3: 1, 2: 2, 0: 4}  # version bits: MPEG 1, 2, 2.5
_VERSION_1 = 3


@lru_cache(maxsize=4096)  # there are 3,024 headers of known length
def frame(header: bytes) -> tuple[int, float] | None:
    """Bytes and milliseconds of the frame that begins with `header` (3 bytes); None where no frame does."""
    if len(header) < HEADER_BYTES or header[0] != 0xFF or header[1] < 0xE0:
        return None
    version, layer = header[1] >> 3 & 3, 4 - (header[1] >> 1 & 3)
    bit_rate, rate, padding = header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    if version not in _RATE_DIVISORS or layer == 4 or bit_rate in (0, 15) or rate == 3:
        return None
    kbps = (_KBPS_1 if version == _VERSION_1 else _KBPS_2)[layer]
    samples_per_second = _RATES[rate] // _RATE_DIVISORS[version]
    samples = _samples(version, layer)
    slot = 4 if layer == 1 else 1
    slots = samples // 8 // slot * kbps[bit_rate - 1] * 1000 // samples_per_second
    return (slots + padding) * slot, samples * 1000 / samples_per_second


def _samples(version: int, layer: int) -> int:
    if layer == 1:
        return 384
    return 576 if layer == 3 and version != _VERSION_1 else 1152


def find_sync(buffer: bytes, at: int, *, final: bool) -> tuple[int, bool]:
    """Search from `at`, where no frame is known to begin, for one that another of its kind follows.

    Returns its place and True; or False and the first place that more bytes have to decide, which lies behind
    the buffer where a tag does. When `final`, no more bytes will come: a whole frame at the end counts too.
    """
    at = past_tags(buffer, at)
    head = buffer[at : at + _TAG_HEADER_BYTES]
    if not final and len(head) < _TAG_HEADER_BYTES and b"ID3".startswith(head[:3]):
        return at, False
    while at < len(buffer):
        at = buffer.find(0xFF, at)
        if at < 0:
            return len(buffer), False
        verdict = begins_stream(buffer, at, final=final)
        if verdict is not False:
            return at, verdict is True
        at += 1
    return at, False


def begins_stream(buffer: bytes, at: int, *, final: bool) -> bool | None:
    """Whether a frame is at `at`, then another of its kind (or the end, if `final`); None: undecided."""
    undecided = False if final else None
    first = buffer[at : at + HEADER_BYTES]
    if len(first) < HEADER_BYTES:
        return undecided
    if (found := frame(first)) is None:
        return False
    end = at + found[0]
    second = buffer[end : end + HEADER_BYTES]
    if len(second) < HEADER_BYTES:
        return end <= len(buffer) if final else None
    # Version, layer and rate stay the same within a stream; what only looks like a frame rarely agrees.
    alike = first[1] & 0xFE == second[1] & 0xFE and first[2] & 0x0C == second[2] & 0x0C
    return alike and frame(second) is not None


def past_info(buffer: bytes, at: int) -> int:
    """The place behind the frame at `at` if it holds an encoder's notes (Xing, Info, VBRI), else `at`.

    The notes stand behind the side information of a silent frame, at most 36 bytes in.
    """
    found = frame(buffer[at : at + HEADER_BYTES])
    notes = buffer[at + 4 : at + 44]
    if found and any(name in notes for name in (b"Xing", b"Info", b"VBRI")):
        return at + found[0]
    return at


def past_tags(buffer: bytes, at: int) -> int:
    """The place behind any ID3v2 tags at `at`; they may hold pictures, which are full of false frames."""
    while buffer.startswith(b"ID3", at) and len(buffer) >= at + _TAG_HEADER_BYTES:
        size = 0
        for byte in buffer[at + 6 : at + 10]:
            size = size << 7 | byte & 0x7F
        footer = buffer[at + 5] & 0x10
        at += _TAG_HEADER_BYTES * (2 if footer else 1) + size  # the footer repeats the header
    return at
