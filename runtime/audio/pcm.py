"""Bytes and milliseconds of raw sound: mono, 16 bit, signed, little-endian."""

from __future__ import annotations

SAMPLE_BYTES = 2


def duration_ms(n_bytes: int, sample_rate: int) -> float:
    """Milliseconds that `n_bytes` last at `sample_rate` samples a second; an odd last byte is no sample."""
    return n_bytes // SAMPLE_BYTES * 1000 / sample_rate


def byte_count(ms: float, sample_rate: int) -> int:
    """Bytes of `ms` milliseconds, to the nearest whole sample: always even."""
    return round(ms * sample_rate / 1000) * SAMPLE_BYTES
