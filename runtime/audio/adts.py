"""The frames of AAC in ADTS, the form in which AAC is streamed. Source: ISO/IEC 14496-3, 1.A.2.2."""

from __future__ import annotations

_RATES = (
    96_000,
    88_200,
    64_000,
    48_000,
    44_100,
    32_000,
    24_000,
    22_050,
    16_000,
    12_000,
    11_025,
    8_000,
    7_350,
)
_BLOCK_SAMPLES = 1024
_HEADER_BYTES = 7


def frame(data: bytes, at: int) -> tuple[int, float] | None:
    """Bytes and milliseconds of the frame whose header is at `at`; None where there is none."""
    if len(data) < at + _HEADER_BYTES or data[at] != 0xFF or data[at + 1] & 0xF6 != 0xF0:
        return None
    rate = data[at + 2] >> 2 & 15
    length = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
    if rate >= len(_RATES) or length < _HEADER_BYTES:
        return None
    blocks = (data[at + 6] & 3) + 1
    return length, blocks * _BLOCK_SAMPLES * 1000 / _RATES[rate]


def begins_stream(data: bytes, at: int) -> bool:
    """Whether a frame is at `at`, and behind it another one or the end of the data."""
    found = frame(data, at)
    return found is not None and (at + found[0] == len(data) or frame(data, at + found[0]) is not None)
