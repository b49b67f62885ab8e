from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.audio.parts import Part, cutter
from runtime.audio.wav import header, read_wav
from runtime.settings import AUDIO_FORMATS
from tests.audio import samples
from tests.audio.test_wav import fmt, riff

SOUND = samples.pcm()
WHOLE = {
    "opus": samples.soundfile("OGG", "OPUS"),
    "aac": samples.ffmpeg("adts", "aac"),
    "flac": samples.soundfile("FLAC", "PCM_16"),
}
SIZES = st.integers(1, 5000)


def split(data: bytes, sizes: list[int]) -> list[bytes]:
    """`data` in pieces of these sizes, and the rest in one."""
    pieces = []
    for size in sizes:
        pieces.append(data[:size])
        data = data[size:]
    return [*pieces, data]


# -- every format


@pytest.mark.parametrize("encoding", AUDIO_FORMATS)
def test_every_format_of_the_spec_has_a_cutter_that_starts_empty(encoding: str) -> None:
    assert cutter(encoding, 24_000).end() is None


def test_other_formats_are_refused() -> None:
    with pytest.raises(ValueError, match=r"There is no cutter for 'midi': use mp3, wav, pcm, opus, aac or flac\."):
        cutter("midi", None)


@given(st.sampled_from([f for f in AUDIO_FORMATS if f not in ("pcm", "wav")]), st.lists(st.binary(max_size=60)))
def test_any_bytes_come_out_whole(encoding: str, stream: list[bytes]) -> None:
    assert samples.joined(samples.cut(cutter(encoding, None), stream)) == b"".join(stream)


# -- whole streams


@pytest.mark.parametrize("encoding", WHOLE)
def test_formats_that_cannot_be_cut_are_one_part(encoding: str) -> None:
    data = WHOLE[encoding]
    (part,) = samples.cut(cutter(encoding, None), samples.pieces(data, 1000))
    assert part.data == data
    assert part.duration_ms == pytest.approx(samples.decoded_ms(data), abs=0.1)


# -- PCM


def test_pcm_goes_out_at_once_but_for_ten_milliseconds() -> None:
    parts = cutter("pcm", 24_000)
    assert parts.feed(SOUND[:4096]) == Part(SOUND[: 4096 - 480], (4096 - 480) / 48)
    assert parts.feed(SOUND[4096:8192]) == Part(SOUND[3616 : 8192 - 480], 4096 / 48)
    assert parts.end() == Part(SOUND[7712:8192], 10)


def test_pcm_shorter_than_the_tail_is_one_part() -> None:
    parts = cutter("pcm", 24_000)
    assert parts.feed(SOUND[:480]) is None
    assert parts.end() == Part(SOUND[:480], 10)


def test_pcm_of_unknown_rate_is_cut_and_of_unknown_length() -> None:
    parts = cutter("pcm", None)
    assert parts.feed(SOUND[:1000]) == Part(SOUND[:520], None)
    assert parts.end() == Part(SOUND[520:1000], None)


@given(st.integers(0, 6000), st.lists(SIZES), st.sampled_from((8_000, 11_025, 24_000)))
def test_pcm_in_any_pieces_loses_an_odd_last_byte_at_most(n_bytes: int, sizes: list[int], rate: int) -> None:
    parts = samples.cut(cutter("pcm", rate), split(SOUND[:n_bytes], sizes))
    assert samples.joined(parts) == SOUND[: n_bytes - n_bytes % 2]
    assert all(part.data and len(part.data) % 2 == 0 for part in parts)
    assert samples.total_ms(parts) == pytest.approx(n_bytes // 2 * 1000 / rate)


# -- WAV


def wav_sound(parts: list[Part]) -> bytes:
    """What the parts hold, each read as a file of its own whose header has to be true."""
    for part in parts:
        assert part.data[:44] == header(24_000, 1, 2, len(part.data) - 44)
        assert part.duration_ms == (len(part.data) - 44) / 48
    return b"".join(read_wav(part.data).data for part in parts)


def test_wav_goes_out_at_once_but_for_ten_milliseconds() -> None:
    parts = cutter("wav", None)
    first = parts.feed(header(24_000, 1, 2, 0xFFFF_FFFF) + SOUND[:4096])
    assert first == Part(header(24_000, 1, 2, 3616) + SOUND[:3616], 3616 / 48)


def test_each_part_of_a_wav_is_a_file_that_decoders_read() -> None:
    data = samples.ffmpeg("wav", "pcm_s16le", piped=True)
    parts = samples.cut(cutter("wav", None), samples.pieces(data, 4096))
    assert len(parts) > 20
    for part in parts:
        assert samples.sndfile_ms(part.data) == pytest.approx(part.duration_ms)
    assert wav_sound(parts) == SOUND


@given(
    st.sampled_from((0, 0xFFFF_FFFF, 0x7FFF_FFFF, 8000, 8001, 77, 5_000_000)),
    st.booleans(),
    st.booleans(),
    st.lists(SIZES),
)
def test_wav_in_any_pieces_with_any_size_and_chunks_keeps_its_sound(
    declared: int, before: bool, behind: bool, sizes: list[int]
) -> None:
    sound = SOUND[: 8000 + before]
    start = riff((b"LIST", b"before the sound!"), (b"fmt ", fmt())) if before else riff((b"fmt ", fmt() + b"\0\0"))
    data = start + b"data" + declared.to_bytes(4, "little") + sound
    if behind and declared == len(sound):
        data += b"\0" * (declared % 2) + b"LIST\x04\0\0\0INFO"
    assert wav_sound(samples.cut(cutter("wav", None), split(data, sizes))) == SOUND[:8000]


def test_wav_keeps_its_channels_and_width() -> None:
    data = header(48_000, 2, 3, 60_000) + bytes(range(250)) * 240
    parts = samples.cut(cutter("wav", 24_000), samples.pieces(data, 1000))
    assert {read_wav(part.data).channels for part in parts} == {2}
    assert b"".join(read_wav(part.data).data for part in parts) == data[44:]
    assert samples.total_ms(parts) == pytest.approx(10_000 / 48)


@pytest.mark.parametrize(
    "data", [b"RIFX" + SOUND[:5000], riff((b"fmt ", fmt(tag=3)), (b"data", SOUND[:5000])), WHOLE["flac"]]
)
def test_what_is_no_wav_of_plain_samples_comes_out_whole(data: bytes) -> None:
    assert samples.cut(cutter("wav", None), samples.pieces(data, 700)) == [Part(data, None)]


@pytest.mark.parametrize(
    "data", [b"RI", riff((b"fmt ", fmt())), header(24_000, 1, 2, 0), header(24_000, 1, 2, 9) + b"a"]
)
def test_a_wav_without_a_sample_has_no_part(data: bytes) -> None:
    assert samples.cut(cutter("wav", None), [data]) == []


@given(st.lists(st.one_of(st.binary(max_size=60), st.sampled_from((riff(), b"fmt \x10\0\0\0", fmt(), b"data")))))
def test_no_bytes_raise_as_wav(stream: list[bytes]) -> None:
    data = b"".join(stream)
    out = samples.joined(samples.cut(cutter("wav", None), stream))
    assert data.startswith(b"RIFF"[: len(data)]) or out == data
