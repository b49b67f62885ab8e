from __future__ import annotations

import pytest

pytest.importorskip("espeakng_loader")
pytest.importorskip("numpy")
pytest.importorskip("soxr")

import numpy as np
import soxr
from numpy.typing import NDArray

from runtime.audio.wav import read_wav
from runtime.providers.local.silence import has_speech
from tests.providers.local.speaking import spoken

TIME = np.arange(48_000) / 16_000
NOISE = np.random.default_rng(1).normal(0, 1, 48_000)
PINK = np.fft.irfft(np.fft.rfft(NOISE) / np.sqrt(np.arange(1, 24_002)))

QUIET: dict[str, NDArray[np.float64]] = {
    "nothing": np.zeros(0),
    "a moment": 8000 * NOISE[:1000],
    "digital silence": np.zeros(48_000),
    "an offset": np.full(48_000, 5000.0),
    "a quiet room": 20 * NOISE,
    "white noise": 3000 * NOISE,
    "pink noise": 30_000 * PINK,
    "hum": 8000 * np.sin(2 * np.pi * 50 * TIME),
    "a tone": 8000 * np.sin(2 * np.pi * 440 * TIME),
    "clicks": np.where(np.arange(48_000) % 8000 < 20, 20_000.0, 0.0),
}


def samples(sound: NDArray[np.float64]) -> NDArray[np.int16]:
    return np.clip(sound, -32_768, 32_767).astype(np.int16)


@pytest.mark.parametrize("name", QUIET)
def test_there_is_no_speech_in(name: str) -> None:
    assert not has_speech(samples(QUIET[name]))


@pytest.mark.parametrize("gain", [0.05, 1.0])
@pytest.mark.parametrize("noise", [0.0, 100.0])
async def test_there_is_speech_in_a_sentence(gain: float, noise: float) -> None:
    spoken_samples = np.frombuffer(read_wav(await spoken("What is the weather in Paris?")).data, "<i2")
    sound = soxr.resample(spoken_samples.astype(np.float64), 22_050, 16_000)

    assert has_speech(samples(gain * (sound + noise * np.resize(NOISE, len(sound)))))


async def test_there_is_speech_in_one_word_and_in_a_word_within_silence() -> None:
    word = np.frombuffer(read_wav(await spoken("Yes.")).data, "<i2").astype(np.float64)

    assert has_speech(samples(word))
    assert has_speech(samples(np.concatenate([np.zeros(80_000), word, np.zeros(80_000)])))
