from __future__ import annotations

import contextlib
import io
import re
import wave
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.audio.wav import Wav, header, read_wav
from tests.audio import samples

SOUND = samples.pcm()


def riff(*chunks: tuple[bytes, bytes], size: int = 0) -> bytes:
    body = b"".join(name + pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks)
    return b"RIFF" + pack("<I", size) + b"WAVE" + body


def fmt(tag: int = 1, channels: int = 1, rate: int = 24_000, frame_bytes: int = 2, bits: int = 16) -> bytes:
    return pack("<HHIIHH", tag, channels, rate, rate * frame_bytes, frame_bytes, bits)


@pytest.mark.parametrize(("rate", "channels", "width"), [(24_000, 1, 2), (8_000, 1, 1), (48_000, 2, 3), (44_100, 6, 4)])
def test_the_header_is_the_one_that_the_standard_library_writes(rate: int, channels: int, width: int) -> None:
    data = bytes(channels * width * 10)
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(width)
        writer.setframerate(rate)
        writer.writeframes(data)
    assert header(rate, channels, width, len(data)) + data == file.getvalue()


def test_sound_beyond_4_gb_gets_the_largest_size_that_fits() -> None:
    made = header(0xFFFF_FFFF, 2, 4, 5_000_000_000)
    assert made[4:8] == made[28:32] == made[40:44] == b"\xff\xff\xff\xff"


@given(st.integers(1, 0xFFFF_FFFF), st.integers(1, 8), st.integers(1, 4), st.integers(0, 50))
def test_what_is_written_is_read_back(rate: int, channels: int, width: int, frames: int) -> None:
    data = b"\x01" * (frames * channels * width)
    assert read_wav(header(rate, channels, width, len(data)) + data) == Wav(rate, channels, width, data)


def test_reads_what_libsndfile_and_ffmpeg_write() -> None:
    assert read_wav(samples.soundfile("WAV", "PCM_16")) == Wav(24_000, 1, 2, SOUND)
    assert read_wav(samples.soundfile("WAVEX", "PCM_16")) == Wav(24_000, 1, 2, SOUND)
    assert read_wav(samples.ffmpeg("wav", "pcm_s16le")) == Wav(24_000, 1, 2, SOUND)
    assert read_wav(samples.ffmpeg("wav", "pcm_s16le", piped=True)) == Wav(24_000, 1, 2, SOUND)


@pytest.mark.parametrize("declared", [0, 0xFFFF_FFFF, 0x7FFF_FFFF, 100, len(SOUND) + 1])
def test_a_wrong_data_size_is_not_believed(declared: int) -> None:
    assert read_wav(header(24_000, 1, 2, declared) + SOUND).data == SOUND


def test_chunks_around_the_sound_are_left_out() -> None:
    data = riff((b"LIST", b"odd"), (b"fmt ", fmt()), (b"fact", bytes(4)), (b"data", SOUND), (b"LIST", b"INFO"))
    assert read_wav(data) == Wav(24_000, 1, 2, SOUND)


def test_the_byte_that_pads_odd_sound_is_left_out() -> None:
    chunks = (b"fmt ", fmt(frame_bytes=1, bits=8)), (b"data", b"\x80\x81\x82")
    assert read_wav(riff(*chunks)).data == b"\x80\x81\x82"
    assert read_wav(riff(*chunks, (b"LIST", b"INFO"))).data == b"\x80\x81\x82"


def test_part_of_a_sample_at_the_end_is_left_out() -> None:
    assert read_wav(header(24_000, 2, 2, 7) + b"\x01" * 7).data == b"\x01" * 4


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The WAV ends before its data chunk."),
        (b"ID3\x04", "This is not a WAV: it does not begin with RIFF and WAVE."),
        (b"RIFF\0\0\0\0AVI LIST", "This is not a WAV: it does not begin with RIFF and WAVE."),
        (riff((b"fmt ", fmt())), "The WAV ends before its data chunk."),
        (riff((b"fmt ", fmt()))[:30], "The WAV ends before its data chunk."),
        (riff((b"data", SOUND)), "The WAV has no fmt chunk in front of its data chunk."),
        (riff((b"fmt ", b"short")), "The WAV's fmt chunk has 5 bytes, and should have 16, 18 or 40."),
        (
            riff((b"fmt ", fmt(tag=3))),
            "The WAV's samples are encoded (format 3); plain PCM (format 1) is wanted.",
        ),
        (
            riff((b"fmt ", fmt(channels=2))),
            "The WAV's format makes no sense: 24000 Hz, 2 channels, 16 bits, 2 bytes a frame.",
        ),
        (
            riff((b"fmt ", fmt(rate=0))),
            "The WAV's format makes no sense: 0 Hz, 1 channels, 16 bits, 2 bytes a frame.",
        ),
    ],
)
def test_anything_else_is_refused_in_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        read_wav(data)


@given(st.binary(max_size=200), st.sampled_from((b"", riff(), riff((b"fmt ", fmt())), header(8_000, 1, 2, 0))))
def test_any_bytes_are_read_or_refused_with_a_value_error(data: bytes, start: bytes) -> None:
    with contextlib.suppress(ValueError):
        assert len(read_wav(start + data).data) <= len(data)
