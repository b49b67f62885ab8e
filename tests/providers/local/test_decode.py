from __future__ import annotations

import io
from typing import Any

import pytest

pytest.importorskip("numpy")
pytest.importorskip("soundfile")
pytest.importorskip("soxr")

import numpy as np
import soundfile

from runtime.audio.wav import header
from runtime.errors import ProviderError
from runtime.providers.local import decode as decode_module
from runtime.providers.local.decode import SAMPLE_RATE, decode


def tone(rate: int, seconds: float = 1.0) -> Any:
    """440 Hz, 16 bit."""
    return (8000 * np.sin(2 * np.pi * 440 * np.arange(round(rate * seconds)) / rate)).astype("<i2")


def is_the_tone(samples: Any) -> bool:
    loudest = int(np.abs(np.fft.rfft(samples)).argmax()) * SAMPLE_RATE / len(samples)
    # Codecs add some hundredths of a second before and after, and resampling must keep the level.
    return abs(loudest - 440) < 5 and abs(len(samples) / SAMPLE_RATE - 1) < 0.12 and 6000 < np.abs(samples).max() < 9500


def with_soundfile(container: str, subtype: str, rate: int) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, tone(rate), rate, format=container, subtype=subtype)
    return file.getvalue()


def with_ffmpeg(container: str, codec: str, rate: int) -> bytes:
    av: Any = pytest.importorskip("av")
    frame = av.AudioFrame.from_ndarray(tone(rate).reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = rate
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate)
        stream.layout = "mono"
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return file.getvalue()


@pytest.mark.parametrize("rate", [8000, 16_000, 22_050, 48_000])
def test_pcm_of_any_rate(rate: int) -> None:
    assert is_the_tone(decode(tone(rate).tobytes() + b"\1", "pcm", rate))


def test_pcm_without_a_rate_is_at_16_khz() -> None:
    assert is_the_tone(decode(tone(16_000).tobytes(), "PCM", None))


@pytest.mark.parametrize(("width", "shift"), [(1, -8), (2, 0), (3, 8), (4, 16)])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("declared", [None, 0xFFFF_FFFF])
def test_wav_of_any_width_and_any_number_of_channels(
    width: int, shift: int, channels: int, declared: int | None
) -> None:
    wide = np.repeat(tone(8000).astype("<i8"), channels)
    shifted = wide << shift if shift > 0 else (wide >> 8) + 128 if shift < 0 else wide
    data = shifted.astype("<i8").view(np.uint8).reshape(-1, 8)[:, :width].tobytes()

    wav = header(8000, channels, width, len(data) if declared is None else declared) + data
    assert is_the_tone(decode(wav, "wav", None))


@pytest.mark.parametrize("subtype", ["FLOAT", "ALAW", "ULAW", "DOUBLE"])
def test_wav_that_is_not_plain_samples(subtype: str) -> None:
    assert is_the_tone(decode(with_soundfile("WAV", subtype, 44_100), "wav", None))


@pytest.mark.parametrize(
    ("name", "container", "subtype", "rate"),
    [
        ("mp3", "MP3", "MPEG_LAYER_III", 44_100),
        ("ogg", "OGG", "VORBIS", 44_100),
        ("ogg", "OGG", "OPUS", 48_000),
        ("opus", "OGG", "OPUS", 24_000),
        (".FLAC", "FLAC", "PCM_16", 22_050),
    ],
)
def test_what_soundfile_reads(name: str, container: str, subtype: str, rate: int) -> None:
    assert is_the_tone(decode(with_soundfile(container, subtype, rate), name, None))


@pytest.mark.parametrize(
    ("name", "container", "codec", "rate"),
    [
        ("webm", "webm", "libopus", 48_000),
        ("m4a", "ipod", "aac", 44_100),
        ("mp4", "mp4", "aac", 44_100),
        ("aac", "adts", "aac", 44_100),
    ],
)
def test_what_ffmpeg_reads(name: str, container: str, codec: str, rate: int) -> None:
    assert is_the_tone(decode(with_ffmpeg(container, codec, rate), name, None))


def test_no_samples_are_no_sound() -> None:
    assert len(decode(b"", "pcm", 8000)) == 0
    assert len(decode(header(8000, 1, 2, 0), "wav", None)) == 0


@pytest.mark.parametrize("name", ["wav", "mp3", "ogg", "opus", "flac", "webm", "m4a", "aac"])
@pytest.mark.parametrize("audio", [b"", b"no sound", bytes(2000), b"RIFF\0\0\0\0WAVEfmt ", b"\x1a\x45\xdf\xa3" * 50])
def test_what_is_broken_is_bad_audio(name: str, audio: bytes) -> None:
    pytest.importorskip("av")

    with pytest.raises(ProviderError, match=f"cannot be read as {name}") as caught:
        decode(audio, name, None)

    assert caught.value.code == "bad_audio"


def test_a_file_of_ffmpeg_without_sound_is_bad_audio() -> None:
    whole = with_ffmpeg("webm", "libopus", 48_000)

    with pytest.raises(ProviderError, match="cannot be read as webm"):
        decode(whole[:500], "webm", None)


@pytest.mark.parametrize("rate", [-8000, 1, 999, 400_000])
def test_an_impossible_rate_is_bad_audio(rate: int) -> None:
    with pytest.raises(ProviderError, match=f"sample rate of {rate} ") as caught:
        decode(bytes(100), "pcm", rate)

    assert caught.value.code == "bad_audio"


def test_more_than_a_minute_is_refused_before_it_is_decoded_whole() -> None:
    hour = io.BytesIO()
    soundfile.write(hour, np.zeros(8000 * 3600, np.int16), 8000, format="FLAC")
    for audio, name in ((bytes(2 * 8000 * 61), "pcm"), (hour.getvalue(), "flac")):
        with pytest.raises(ProviderError, match="up to 60 seconds") as caught:
            decode(audio, name, 8000)
        assert caught.value.code == "bad_audio"


def test_more_than_a_minute_of_what_ffmpeg_reads_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode_module, "LONGEST_SECONDS", 0.5)

    with pytest.raises(ProviderError, match="up to"):
        decode(with_ffmpeg("webm", "libopus", 48_000), "webm", None)


def test_an_unknown_container_is_unsupported() -> None:
    with pytest.raises(ProviderError, match="cannot read 'midi'") as caught:
        decode(b"MThd", "midi", None)

    assert caught.value.code == "unsupported_format"


def test_without_the_package_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode_module, "find_spec", lambda _: None)

    with pytest.raises(ProviderError, match=r'pip install "callboard\[media\]"') as caught:
        decode(b"\x1a\x45\xdf\xa3", "webm", None)

    assert caught.value.code == "unsupported_format"
