from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from runtime.audio.adts import begins_stream, frame
from tests.audio import samples

AAC = samples.ffmpeg("adts", "aac")


def test_a_frame_holds_1024_samples() -> None:
    found = frame(AAC, 0)
    assert found
    assert found[1] == 1024 * 1000 / 24_000
    assert frame(AAC, found[0])


def test_a_stream_begins_with_two_frames_or_with_one_that_ends_the_data() -> None:
    found = frame(AAC, 0)
    assert found
    assert begins_stream(AAC, 0)
    assert begins_stream(AAC[: found[0]], 0)
    assert not begins_stream(AAC[: found[0]] + b"0123456", 0)
    assert not begins_stream(AAC, 1)


def test_reserved_rates_and_impossible_lengths_are_no_frame() -> None:
    assert frame(b"\xff\xf1\x7c\x00\x1f\xfc\x00", 0) is None
    assert frame(b"\xff\xf1\x58\x00\x00\x00\x00", 0) is None


@given(st.binary(max_size=20), st.integers(0, 25))
def test_any_bytes_are_a_frame_or_none(data: bytes, at: int) -> None:
    found = frame(data, at)
    assert found is None or (found[0] >= 7 and found[1] > 0)
