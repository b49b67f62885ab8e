from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from runtime.audio.riff import DataChunk, DataStart, HeaderReader, WavFormat
from runtime.audio.wav import header
from tests.audio.test_wav import fmt, riff

FILE = riff((b"LIST", b"odd"), (b"fmt ", fmt()), (b"data", b"abcd"))


@given(st.integers(1, len(FILE)))
def test_a_header_in_pieces_is_the_same_header(size: int) -> None:
    reader = HeaderReader()
    found, sound = None, b""
    for at in range(0, len(FILE), size):
        piece = FILE[at : at + size]
        if found:
            sound += piece
        elif found := reader.feed(piece):
            sound = found.data
            assert found == DataStart(WavFormat(24_000, 1, 2), 4, sound)
    assert sound == b"abcd"


def test_a_chunk_larger_than_memory_is_passed_over_without_being_kept() -> None:
    reader = HeaderReader()
    assert reader.feed(riff() + b"LIST\xff\xff\xff\xff") is None
    for _ in range(100):
        assert reader.feed(bytes(1000)) is None
    assert len(reader._rest) == 0


@given(st.binary(max_size=40), st.integers(0, 50), st.integers(1, 9))
def test_sound_that_no_chunk_follows_is_all_sound(sound: bytes, declared: int, size: int) -> None:
    chunk = DataChunk(declared)
    got = b"".join(chunk.feed(sound[at : at + size]) for at in range(0, len(sound), size)) + chunk.end()
    pad = declared % 2 and len(sound) == declared + 1
    assert got == (sound[:declared] if pad else sound)


@given(st.integers(1, 9))
def test_a_chunk_behind_the_sound_is_dropped_in_any_pieces(size: int) -> None:
    data = b"sound\0LIST\x04\0\0\0INFO"
    chunk = DataChunk(5)
    assert b"".join(chunk.feed(data[at : at + size]) for at in range(0, len(data), size)) == b"sound"
    assert chunk.end() == b""


def test_a_header_alone_leaves_no_sound() -> None:
    assert HeaderReader().feed(header(24_000, 1, 2, 0)) == DataStart(WavFormat(24_000, 1, 2), 0, b"")
