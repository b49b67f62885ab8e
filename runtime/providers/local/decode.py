"""From the container that a client sent to what the recogniser hears: mono, 16 kHz, 16 bit.

Runs in the recogniser's process only: the server itself never imports numpy for this.
"""

from __future__ import annotations

import io
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runtime.audio.wav import Wav, read_wav
from runtime.errors import ProviderError

soundfile: Any = import_module("soundfile")
soxr: Any = import_module("soxr")

SAMPLE_RATE = 16_000
LONGEST_SECONDS = 60
_RATES = range(1_000, 400_000)
_SOUNDFILE = frozenset({"wav", "mp3", "ogg", "oga", "opus", "flac"})
_FFMPEG = frozenset({"webm", "m4a", "mp4", "aac"})

Samples = NDArray[np.int16]


def decode(audio: bytes, container: str, sample_rate: int | None) -> Samples:
    """The sound of `audio`. `container` is its format; `pcm` is mono at `sample_rate`, 16 kHz where that is None.

    Raises ProviderError `unsupported_format`, also where the package for it is not installed, and `bad_audio` for
    what cannot be decoded or is longer than a minute.
    """
    name = container.lower().lstrip(".")
    if name == "pcm":
        whole = audio[: len(audio) // 2 * 2]
        return _at_16_khz(np.frombuffer(whole, "<i2").reshape(-1, 1), sample_rate or SAMPLE_RATE)
    if name == "wav":
        return _wav(audio)
    if name in _SOUNDFILE:
        return _with_soundfile(audio, name)
    if name in _FFMPEG:
        return _with_ffmpeg(audio, name)
    raise ProviderError("unsupported_format", f"The embedded recogniser cannot read {container[:20]!r}.")


def _wav(audio: bytes) -> Samples:
    try:
        wav = read_wav(audio)
    except ValueError:
        return _with_soundfile(audio, "wav")  # floats, A-law and the like
    return _at_16_khz(_integers(wav), wav.sample_rate)


def _integers(wav: Wav) -> Samples:
    """The upper 16 bits of each sample, one column a channel."""
    raw = np.frombuffer(wav.data, np.uint8).reshape(-1, wav.sample_width)
    if wav.sample_width == 1:  # the one width that is unsigned
        samples = (raw[:, 0].astype(np.int16) - 128) << 8
    else:
        samples = np.ascontiguousarray(raw[:, -2:]).view("<i2")[:, 0]
    return samples.reshape(-1, wav.channels)


def _with_soundfile(audio: bytes, name: str) -> Samples:
    try:
        with soundfile.SoundFile(io.BytesIO(audio)) as file:
            rate: int = file.samplerate
            samples = file.read(LONGEST_SECONDS * rate + 1, dtype="int16", always_2d=True)
    except (soundfile.SoundFileError, ValueError) as error:
        raise _broken(name) from error
    return _at_16_khz(samples, rate)


def _with_ffmpeg(audio: bytes, name: str) -> Samples:
    if find_spec("av") is None:
        message = f'Reading {name!r} needs the package av: pip install "callboard[media]".'
        raise ProviderError("unsupported_format", message)
    av: Any = import_module("av")
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
    pieces: list[Any] = []
    room = LONGEST_SECONDS * SAMPLE_RATE
    try:
        with av.open(io.BytesIO(audio)) as file:
            for frame in file.decode(audio=0):
                pieces += (piece.to_ndarray()[0] for piece in resampler.resample(frame))
                room -= frame.samples * SAMPLE_RATE // frame.sample_rate
                if room < 0:
                    raise _too_long()
            pieces += (piece.to_ndarray()[0] for piece in resampler.resample(None))
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise _broken(name) from error
    if not pieces:
        raise _broken(name)
    return _at_16_khz(np.concatenate(pieces).reshape(-1, 1), SAMPLE_RATE)


def _at_16_khz(samples: NDArray[np.int16], rate: int) -> Samples:
    if rate not in _RATES:
        raise ProviderError("bad_audio", f"A sample rate of {rate} is not between 1000 and 400000.")
    if len(samples) > LONGEST_SECONDS * rate:
        raise _too_long()
    mono = samples[:, 0] if samples.shape[1] == 1 else samples.mean(axis=1).astype(np.int16)
    if rate == SAMPLE_RATE or not len(mono):
        return mono
    resampled: Samples = soxr.resample(mono, rate, SAMPLE_RATE)
    return resampled


def _broken(name: str) -> ProviderError:
    return ProviderError("bad_audio", f"The audio cannot be read as {name}.")


def _too_long() -> ProviderError:
    return ProviderError("bad_audio", f"The embedded recogniser takes up to {LONGEST_SECONDS} seconds at once.")
