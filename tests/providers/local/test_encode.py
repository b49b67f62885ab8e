from __future__ import annotations

import io
import math
from array import array

import pytest

pytest.importorskip("numpy")
pytest.importorskip("soundfile")

import numpy as np
import soundfile

from runtime.audio.wav import read_wav
from runtime.errors import SettingsError
from runtime.providers.local import encode
from runtime.providers.local.encode import PCM_RATE, find_encoding
from runtime.providers.local.espeak import SAMPLE_RATE
from runtime.settings import AUDIO_FORMATS

SECOND = array("h", (round(8000 * math.sin(2 * math.pi * 440 * n / SAMPLE_RATE)) for n in range(SAMPLE_RATE))).tobytes()


def encoded(name: str) -> list[bytes]:
    """A second of 440 Hz, fed in five pieces."""
    encoder = find_encoding(name).begin()
    step = len(SECOND) // 5
    return [encoder.feed(SECOND[at : at + step]) for at in range(0, len(SECOND), step)] + [encoder.finish()]


def is_the_tone(samples: np.ndarray, rate: int) -> bool:
    loudest = int(np.abs(np.fft.rfft(samples)).argmax()) * rate / len(samples)
    return abs(loudest - 440) < 5 and abs(len(samples) / rate - 1) < 0.12


def test_wav_is_the_samples_behind_one_header() -> None:
    pieces = encoded("wav")
    wav = read_wav(b"".join(pieces))

    assert all(pieces[:5])
    assert (wav.sample_rate, wav.channels, wav.data) == (SAMPLE_RATE, 1, SECOND)
    assert find_encoding("wav").sample_rate == SAMPLE_RATE


def test_pcm_is_resampled_to_24_khz_as_it_comes() -> None:
    pieces = encoded("pcm")

    assert sum(map(len, pieces[:5])) > 0
    assert find_encoding("pcm").sample_rate == PCM_RATE
    assert is_the_tone(np.frombuffer(b"".join(pieces), "<i2"), PCM_RATE)


def test_mp3_is_encoded_as_it_comes() -> None:
    pytest.importorskip("lameenc")
    pieces = encoded("mp3")
    samples, rate = soundfile.read(io.BytesIO(b"".join(pieces)))

    assert sum(map(len, pieces[:5])) > 0
    assert is_the_tone(samples, rate)


@pytest.mark.parametrize("name", ["opus", "flac"])
def test_containers_are_whole_files(name: str) -> None:
    pytest.importorskip("av")
    pieces = encoded(name)
    samples, rate = soundfile.read(io.BytesIO(pieces[-1]))

    assert not any(pieces[:5])
    assert is_the_tone(samples, rate)


def test_aac_is_an_adts_stream() -> None:
    av = pytest.importorskip("av")
    pieces = encoded("aac")
    with av.open(io.BytesIO(pieces[-1])) as file:
        frames = [frame.to_ndarray()[0] for frame in file.decode(audio=0)]

    assert pieces[-1][:2] in {b"\xff\xf1", b"\xff\xf9"}
    assert is_the_tone(np.concatenate(frames), SAMPLE_RATE)


@pytest.mark.parametrize("name", AUDIO_FORMATS)
def test_no_sound_is_no_bytes(name: str) -> None:
    for package in find_encoding(name).packages:
        pytest.importorskip(package)

    assert find_encoding(name).begin().finish() == b""


def test_an_unknown_format_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(SettingsError, match="'wma'") as caught:
        find_encoding("wma")

    assert caught.value.key == "format"
    assert caught.value.hint == "Use one of: mp3, opus, wav, pcm, aac, flac."


@pytest.mark.parametrize(
    ("name", "package", "extra"),
    [("mp3", "lameenc", "local"), ("pcm", "soxr", "local"), ("opus", "av", "media"), ("aac", "av", "media")],
)
def test_a_missing_package_is_an_error_that_says_what_to_install(
    name: str, package: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encode, "find_spec", lambda asked: None if asked == package else object())

    with pytest.raises(SettingsError, match=f"needs the package {package}") as caught:
        find_encoding(name)

    assert caught.value.key == "format"
    assert f'pip install "callboard[{extra}]"' in caught.value.hint
    assert find_encoding("wav").packages == ()
