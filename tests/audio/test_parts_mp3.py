from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.audio.mp3 import frame
from runtime.audio.parts import Mp3Cutter, Part, cutter
from tests.audio import samples

PLAIN = samples.mp3()
SIZE, FRAME_MS = 192, 24.0  # 64 kbit/s at 24 kHz: every frame is alike
TAGGED = samples.ffmpeg("mp3", "libmp3lame")  # an ID3 tag, then an Info frame, which states the number of frames
TAGGED_MS = int.from_bytes(TAGGED[TAGGED.index(b"Info") + 8 :][:4], "big") * FRAME_MS
STREAMS = {
    "24 kHz": PLAIN,
    "44.1 kHz": samples.mp3(44_100, 128),
    "8 kHz": samples.mp3(8_000, 8),
    "a tag and an Info frame": TAGGED,
    "a tag from a pipe": samples.ffmpeg("mp3", "libmp3lame", 44_100, piped=True),
    "layer II": samples.ffmpeg("mp2", "mp2", 48_000),
}


def parts_of(data: bytes, size: int) -> list[Part]:
    return samples.cut(cutter("mp3", None), samples.pieces(data, size))


def frames(n: int, start: int = 0) -> bytes:
    return PLAIN[start * SIZE : (start + n) * SIZE]


def test_the_sample_is_what_the_tests_count_on() -> None:
    assert frame(PLAIN[:3]) == (SIZE, FRAME_MS)
    assert len(PLAIN) % SIZE == 0


@pytest.mark.parametrize("size", [500, 4096])
@pytest.mark.parametrize("name", STREAMS)
def test_every_part_can_be_decoded_alone_and_lasts_as_long_as_it_says(name: str, size: int) -> None:
    parts = parts_of(STREAMS[name], size)
    assert samples.joined(parts) == STREAMS[name]
    assert len(parts) > 1
    for index, part in enumerate(parts):
        assert part.duration_ms
        # An Info frame tells decoders to drop the encoder's delay of 1,105 samples from the first part.
        trimmed = 1105 / 24 if b"Info" in part.data[:400] and index == 0 else 0
        assert samples.decoded_ms(part.data, "mp3") == pytest.approx(part.duration_ms - trimmed, abs=0.1)
        assert samples.sndfile_ms(part.data) == pytest.approx(part.duration_ms - trimmed, abs=1)


@pytest.mark.parametrize("name", ["24 kHz", "44.1 kHz", "8 kHz", "layer II"])
def test_all_parts_last_as_long_as_the_stream_to_within_a_frame(name: str) -> None:
    data = STREAMS[name]
    found = frame(data[:3])
    assert found
    assert samples.total_ms(parts_of(data, 4096)) == pytest.approx(samples.decoded_ms(data, "mp3"), abs=found[1])


def test_the_first_piece_goes_out_at_once_but_for_the_last_two_frames() -> None:
    parts = cutter("mp3", None)
    assert parts.feed(PLAIN[:4096]) == Part(frames(19), 19 * FRAME_MS)  # 21 whole frames came
    assert parts.feed(PLAIN[4096:4100]) is None
    assert parts.end() == Part(PLAIN[19 * SIZE : 4100], 2 * FRAME_MS)


def test_frame_by_frame_every_second_one_lets_two_go() -> None:
    parts = cutter("mp3", None)
    out = [parts.feed(frames(1, n)) for n in range(8)]
    assert [part.duration_ms if part else None for part in out] == [None] * 3 + [48.0, None, 48.0, None, 48.0]
    assert parts.end() == Part(frames(2, 6), 48.0)


def test_tags_and_the_info_frame_stay_with_the_first_part_and_count_no_time() -> None:
    sound = TAGGED.index(b"\xff", TAGGED.index(b"Info"))
    first = parts_of(TAGGED, sound + 50)[0]
    assert first.data.startswith(b"ID3")
    assert len(first.data) > sound
    assert samples.total_ms(parts_of(TAGGED, 300)) == TAGGED_MS


def test_a_tag_that_comes_in_pieces_is_passed_over_with_the_false_frames_in_it() -> None:
    tag = b"ID3\x04\0\0\0\0\x08\0" + frames(5) + bytes(64)  # 1,024 bytes
    for size in (1, 9, 100, 1034):
        parts = parts_of(tag + frames(10), size)
        assert parts[0].data.startswith(tag + frames(2))
        assert samples.total_ms(parts) == 10 * FRAME_MS


def test_junk_between_frames_goes_with_the_frame_before_it() -> None:
    junk = b"junk\xff\xfb\x90" * 500
    for size in (1, 50, 5000):
        parts = parts_of(frames(6) + junk + frames(6, 6), size)
        assert all(part.data.startswith(PLAIN[:2]) for part in parts)
        assert samples.joined(parts) == frames(6) + junk + frames(6, 6)
        assert samples.total_ms(parts) == 12 * FRAME_MS


def test_a_tag_between_frames_goes_with_the_frame_before_it_even_where_it_comes_later() -> None:
    tag = b"ID3\x04\0\0\0\0\x08\0" + bytes(1024)
    for size in (1, 100, 5 * SIZE + 20, 5000):
        parts = parts_of(frames(5) + tag + frames(7, 5), size)
        assert all(part.data.startswith(PLAIN[:2]) for part in parts)
        assert samples.joined(parts) == frames(5) + tag + frames(7, 5)
        assert samples.total_ms(parts) == 12 * FRAME_MS


def test_streams_in_a_row_each_with_a_tag_are_one_stream() -> None:
    assert samples.total_ms(parts_of(TAGGED * 3, 777)) == 3 * TAGGED_MS


def test_a_broken_frame_and_a_tag_at_the_end_go_with_the_final_part() -> None:
    data = PLAIN[: 10 * SIZE + 100]
    assert parts_of(data, 4096)[-1] == Part(data[8 * SIZE :], 48.0)
    data = frames(10) + b"TAG" + bytes(125)
    assert parts_of(data, 4096)[-1] == Part(data[8 * SIZE :], 48.0)


def test_a_single_frame_is_one_part() -> None:
    assert parts_of(frames(1), 100) == [Part(frames(1), FRAME_MS)]


@pytest.mark.parametrize("data", [b"no frame at all", b"\xff\xfb\x90", b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + PLAIN])
def test_what_never_becomes_mp3_comes_out_whole_at_the_end(data: bytes) -> None:
    assert parts_of(data, 5) == [Part(data, None)]


@given(st.sampled_from(sorted(STREAMS)), st.lists(st.integers(1, 3000), max_size=30))
def test_in_any_pieces_it_is_the_same_sound_of_the_same_length(name: str, sizes: list[int]) -> None:
    data = STREAMS[name][:20_000]
    stream, at = [], 0
    for size in sizes:
        stream.append(data[at : at + size])
        at += size
    parts = samples.cut(cutter("mp3", None), [*stream, data[at:]])
    assert samples.joined(parts) == data
    assert samples.total_ms(parts) == pytest.approx(samples.total_ms(parts_of(data, 20_000)))


SCRAPS = st.one_of(
    st.binary(max_size=30),
    st.integers(0, 20).map(lambda n: frames(1, n)),
    st.integers(1, SIZE).map(lambda n: PLAIN[:n]),
    st.sampled_from((b"ID3", b"ID3\x04\0\0\0\0\x01\0", b"TAG", b"\xff\xfb\x90", b"\xff" * 9, bytes(500))),
)


@given(st.lists(SCRAPS), st.integers(1, 600))
def test_no_byte_is_lost_or_moved_and_little_is_looked_at_twice(scraps: list[bytes], size: int) -> None:
    data = b"".join(scraps)
    parts, out = Mp3Cutter(), []
    for piece in samples.pieces(data, size):
        if part := parts.feed(piece):
            assert part.duration_ms
            out.append(part.data)
        assert len(parts._open) < 2884  # the largest frame and the header behind it: the work per byte is bounded
    last = parts.end()
    out.append(last.data if last else b"")
    assert b"".join(out) == data
