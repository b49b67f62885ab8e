"""Real encoded sound, made by the encoders that people use, and decoders to check what became of it."""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np

from runtime.audio.parts import Part, PartCutter

RATE = 24_000
SECONDS = 2
MS = SECONDS * 1000


@cache
def pcm(rate: int = RATE) -> bytes:
    """Two seconds of a noisy tone: mono, 16 bit."""
    at = np.arange(rate * SECONDS) / rate
    noise = np.random.default_rng(7).normal(0, 1500, at.size)
    return (8000 * np.sin(2 * np.pi * 440 * at) + noise).astype("<i2").tobytes()


@cache
def mp3(rate: int = RATE, kbps: int = 64) -> bytes:
    """Constant bit rate, no tag and no Info frame: as services stream it."""
    import lameenc

    encoder = lameenc.Encoder()
    encoder.set_in_sample_rate(rate)
    encoder.set_out_sample_rate(rate)
    encoder.set_channels(1)
    encoder.set_bit_rate(kbps)
    encoder.set_quality(7)
    encoder.silence()
    return bytes(encoder.encode(pcm(rate))) + bytes(encoder.flush())


@cache
def soundfile(container: str, subtype: str) -> bytes:
    """A file by libsndfile."""
    import soundfile as sf

    file = io.BytesIO()
    sf.write(file, np.frombuffer(pcm(), "<i2"), RATE, format=container, subtype=subtype)
    return file.getvalue()


class _Pipe:
    """A sink that cannot seek, as the body of an HTTP response cannot."""

    def __init__(self) -> None:
        self.written = io.BytesIO()

    def write(self, data: bytes) -> int:
        return self.written.write(data)


@cache
def ffmpeg(container: str, codec: str, rate: int = RATE, *, piped: bool = False) -> bytes:
    """A file by FFmpeg; `piped`: written as a stream whose header cannot be mended afterwards."""
    import av

    pipe, file = _Pipe(), io.BytesIO()
    sink: Any = pipe if piped else file
    with av.open(sink, "w", format=container) as output:
        stream: Any = output.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.frombuffer(pcm(rate), "<i2").reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = rate
        context = stream.codec_context
        resampler = av.AudioResampler(context.format, "mono", rate, context.frame_size or 1024)
        for ready in (*resampler.resample(frame), *resampler.resample(None), None):
            output.mux(stream.encode(ready))
    return (pipe.written if piped else file).getvalue()


def decoded_ms(data: bytes, container: str | None = None) -> float:
    """Milliseconds that FFmpeg makes of a file, told what it is or left to find out."""
    import av

    with av.open(io.BytesIO(data), "r", format=container) as file:
        rate: int = file.streams.audio[0].rate
        return sum(frame.samples for frame in file.decode(file.streams.audio[0])) * 1000 / rate


def sndfile_ms(data: bytes) -> float:
    """Milliseconds that libsndfile (mpg123 for MP3) makes of a file."""
    import soundfile as sf

    samples, rate = sf.read(io.BytesIO(data))
    return float(len(samples) * 1000 / rate)


def pieces(data: bytes, size: int) -> list[bytes]:
    """`data` as it would arrive, `size` bytes at a time."""
    return [data[at : at + size] for at in range(0, len(data), size)]


def cut(cutter: PartCutter, stream: Iterable[bytes]) -> list[Part]:
    """All parts of a stream."""
    parts = [part for piece in stream if (part := cutter.feed(piece))]
    last = cutter.end()
    return [*parts, last] if last else parts


def joined(parts: Iterable[Part]) -> bytes:
    """The bytes of all parts in a row."""
    return b"".join(part.data for part in parts)


def total_ms(parts: Iterable[Part]) -> float:
    """How long all parts say they last."""
    return sum(part.duration_ms or 0 for part in parts)
