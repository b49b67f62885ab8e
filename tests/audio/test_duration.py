from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.audio.duration import duration_ms
from tests.audio import samples

OPUS = samples.soundfile("OGG", "OPUS")


def page(granule: int, body: bytes = b"sound") -> bytes:
    return b"OggS\0\0" + pack("<Q", granule) + bytes(12) + bytes((1, len(body))) + body


def head(pre_skip: int) -> bytes:
    return page(0, b"OpusHead\x01\x01" + pack("<H", pre_skip) + bytes(7))


def test_opus_lasts_as_long_as_the_decoder_says() -> None:
    assert duration_ms(OPUS, "opus") == pytest.approx(samples.sndfile_ms(OPUS), abs=0.1) == samples.MS


def test_chained_opus_streams_add_up() -> None:
    assert duration_ms(OPUS + OPUS, "opus") == 2 * samples.MS


def test_the_pre_skip_is_not_heard_and_a_page_without_granule_says_nothing() -> None:
    assert duration_ms(head(312) + page(48_312) + page(2**64 - 1), "opus") == 1000


def test_opus_without_sound_or_without_head_is_of_unknown_length() -> None:
    assert duration_ms(head(312), "opus") is None
    assert duration_ms(head(312) + page(100), "opus") is None
    assert duration_ms(page(48_000), "opus") is None
    assert duration_ms(samples.ffmpeg("webm", "libopus", 48_000), "opus") is None


def test_flac_states_its_samples() -> None:
    assert duration_ms(samples.soundfile("FLAC", "PCM_16"), "flac") == samples.MS


def test_flac_from_a_pipe_does_not_know_its_length() -> None:
    assert duration_ms(samples.ffmpeg("flac", "flac", piped=True), "flac") is None


def test_what_is_not_flac_is_of_unknown_length() -> None:
    flac = samples.soundfile("FLAC", "PCM_16")
    assert duration_ms(flac[:25], "flac") is None
    assert duration_ms(b"ID3" + flac, "flac") is None
    assert duration_ms(flac[:4] + b"\x84" + flac[5:], "flac") is None


def test_aac_lasts_as_long_as_the_decoder_says() -> None:
    aac = samples.ffmpeg("adts", "aac")
    assert duration_ms(aac, "aac") == pytest.approx(samples.decoded_ms(aac, "aac"))
    assert duration_ms(aac[1:], "aac") is None


def test_other_formats_are_of_unknown_length() -> None:
    assert duration_ms(samples.mp3(), "mp3") is None


@given(
    st.sampled_from(("opus", "flac", "aac", "wav", "")),
    st.sampled_from((b"", b"OggS", b"fLaC\0", head(9), b"\xff\xf1\x58")),
    st.lists(st.one_of(st.binary(max_size=40), st.just(b"OggS"), st.just(OPUS[:60]))),
)
def test_no_bytes_raise(encoding: str, start: bytes, rest: list[bytes]) -> None:
    found = duration_ms(start + b"".join(rest), encoding)
    assert found is None or found > 0
