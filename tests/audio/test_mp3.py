from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.audio.mp3 import HEADER_BYTES, begins_stream, find_sync, frame, past_info, past_tags
from tests.audio import samples

PLAIN = samples.mp3()
TAGGED = samples.ffmpeg("mp3", "libmp3lame")  # an ID3 tag, then an Info frame


def frames(data: bytes, at: int = 0) -> list[tuple[int, float]]:
    """All frames from `at` to the very end of the data."""
    found = []
    while one := frame(data[at : at + HEADER_BYTES]):
        found.append(one)
        at += one[0]
    assert at == len(data)
    return found


@pytest.mark.parametrize(
    ("rate", "kbps"),
    [
        (44_100, 128),
        (48_000, 320),
        (32_000, 32),
        (24_000, 160),
        (22_050, 64),
        (16_000, 8),
        (12_000, 24),
        (8_000, 64),
    ],
)
def test_the_frames_of_a_layer_3_file_follow_each_other_to_its_end(rate: int, kbps: int) -> None:
    found = frames(samples.mp3(rate, kbps))
    assert {ms for _, ms in found} == {(1152 if rate >= 32_000 else 576) * 1000 / rate}
    assert sum(ms for _, ms in found) == pytest.approx(samples.MS, abs=4 * found[0][1])  # the encoder's padding


@pytest.mark.parametrize("rate", [44_100, 48_000, 24_000])
def test_the_frames_of_a_layer_2_file_follow_each_other_to_its_end(rate: int) -> None:
    assert {ms for _, ms in frames(samples.ffmpeg("mp2", "mp2", rate))} == {1152 * 1000 / rate}


def test_layer_1_counts_in_slots_of_four_bytes() -> None:
    assert frame(b"\xff\xff\x40") == (136, 384 * 1000 / 44_100)  # MPEG 1, 128 kbit/s: 34 slots
    assert frame(b"\xff\xff\x42") == (140, 384 * 1000 / 44_100)
    assert frame(b"\xff\xf7\x44") == (128, 384 * 1000 / 24_000)  # MPEG 2, 64 kbit/s: 32 slots


@pytest.mark.parametrize(
    "header",
    [
        b"\xff\xfb",  # too short
        b"\xfe\xfb\x90",  # no sync
        b"\xff\xdb\x90",
        b"\xff\xeb\x90",  # reserved version
        b"\xff\xf9\x90",  # reserved layer
        b"\xff\xfb\x00",  # free format
        b"\xff\xfb\xf0",  # forbidden bit rate
        b"\xff\xfb\x9c",  # reserved sampling rate
    ],
)
def test_reserved_values_are_no_frame(header: bytes) -> None:
    assert frame(header) is None


def test_a_frame_counts_once_another_of_its_kind_follows() -> None:
    size = frames(PLAIN)[0][0]
    assert begins_stream(PLAIN, 0, final=False) is True
    assert begins_stream(PLAIN[: size + 2], 0, final=False) is None
    assert begins_stream(PLAIN[:2], 0, final=False) is None
    assert begins_stream(PLAIN[:size] + b"\xff\xfb\x90", 0, final=False) is False
    assert begins_stream(PLAIN[:size] + PLAIN[:2] + b"\xf0", 0, final=False) is False


def test_at_the_end_a_whole_frame_is_enough() -> None:
    size = frames(PLAIN)[0][0]
    assert begins_stream(PLAIN[:size], 0, final=True) is True
    assert begins_stream(PLAIN[: size - 1], 0, final=True) is False
    assert begins_stream(PLAIN[:2], 0, final=True) is False


def test_sync_is_found_behind_junk_and_false_frames() -> None:
    junk = b"junk\xff\xfb\x90\x00\xff\xff\xff"
    assert find_sync(junk + PLAIN, 0, final=False) == (len(junk), True)
    assert find_sync(b"no frame", 0, final=False) == (8, False)
    assert find_sync(b"perhaps\xff", 0, final=False) == (7, False)
    assert find_sync(b"not now\xff", 0, final=True) == (8, False)


def test_a_tag_is_passed_over_even_where_it_ends_behind_the_buffer() -> None:
    tag = b"ID3\x04\0\x10\0\0\x02\x01"  # 257 bytes and a footer
    assert past_tags(tag + PLAIN, 0) == find_sync(tag, 0, final=False)[0] == 277
    assert find_sync(tag + PLAIN[:267] + PLAIN, 0, final=False) == (277, True)
    assert find_sync(tag[:9], 0, final=False) == (0, False)
    assert find_sync(tag[:9], 0, final=True) == (9, False)
    assert past_tags(b"ID3\x03\0\0\0\0\0\0" * 2, 0) == 20


def test_the_info_frame_of_an_encoder_is_no_sound() -> None:
    at = past_tags(TAGGED, 0)
    behind = past_info(TAGGED, at)
    assert behind > at > 0
    assert past_info(TAGGED, behind) == behind
    count = TAGGED.index(b"Info") + 8  # flags first, then the number of frames
    assert len(frames(TAGGED, behind)) == int.from_bytes(TAGGED[count : count + 4], "big")


@given(st.binary(max_size=300), st.integers(0, 310), st.booleans())
def test_any_bytes_have_a_sync_or_none(data: bytes, at: int, final: bool) -> None:
    found, synced = find_sync(data, at, final=final)
    assert found >= at
    assert not synced or frame(data[found : found + HEADER_BYTES])
