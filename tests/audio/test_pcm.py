from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from runtime.audio.pcm import byte_count, duration_ms

RATES = st.sampled_from((8_000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000))


def test_one_second_of_24_khz_is_48_000_bytes() -> None:
    assert duration_ms(48_000, 24_000) == 1000
    assert byte_count(1000, 24_000) == 48_000


def test_half_a_sample_lasts_no_time() -> None:
    assert duration_ms(1, 24_000) == 0
    assert duration_ms(481, 24_000) == 10


def test_ten_milliseconds_of_11_025_hz_end_at_a_sample() -> None:
    assert byte_count(10, 11_025) == 220


@given(st.integers(0, 10_000_000), RATES)
def test_milliseconds_lead_back_to_the_same_bytes(samples: int, rate: int) -> None:
    assert byte_count(duration_ms(2 * samples, rate), rate) == 2 * samples
