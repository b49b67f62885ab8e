"""The sound of an answer as it arrives, and as samples."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from typing import Any, Protocol

from runtime.audio.wav import Wav, read_wav
from runtime.cli.client import Message
from runtime.errors import CallboardError

SAMPLES = frozenset({"wav", "pcm"})
_PCM_WIDTH = 2


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a spoken text chunk; `final` is the chunk's last. `data` is encoded in `format`."""

    chunk_id: int
    format: str
    sample_rate: int | None
    final: bool
    data: bytes


class Sound(Protocol):
    """Where the sound of answers goes."""

    def take(self, part: Part) -> None:
        """Accept the next part."""
        ...

    def stop(self) -> float | None:
        """Drop what is not heard yet; the milliseconds of the answer that were, None where nobody listens."""
        ...

    async def settle(self) -> None:
        """Wait until all that was taken has been heard."""
        ...

    def close(self) -> None:
        """Stop for good."""
        ...


class Silence:
    """Nobody listens."""

    def take(self, part: Part) -> None:
        """Forget it."""

    def stop(self) -> float | None:
        """There is nothing to stop."""
        return None

    async def settle(self) -> None:
        """There is nothing to wait for."""

    def close(self) -> None:
        """There is nothing to stop."""


def part_of(message: Message) -> Part:
    """Read an `audio_chunk`. Raises CallboardError where its audio is not base64."""
    try:
        data = base64.b64decode(message.get("data", ""), validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise CallboardError("The server sent sound that cannot be read.") from None
    return Part(
        chunk_id=int(message.get("chunkId", 0)),
        format=str(message.get("format", "")),
        sample_rate=message.get("sampleRate"),
        final=bool(message.get("final", True)),
        data=data,
    )


@cache
def can_decode(encoding: str) -> bool:
    """Can sound in this format be turned into samples on this machine?"""
    return encoding in SAMPLES or find_spec("av") is not None


def samples(encoding: str, sample_rate: int | None, data: bytes) -> Wav:
    """Decode a whole piece of sound. Raises CallboardError."""
    if encoding == "pcm":
        if not sample_rate:
            raise CallboardError("The server did not say at which rate its pcm sound is to be played.")
        return Wav(sample_rate, 1, _PCM_WIDTH, data[: len(data) - len(data) % _PCM_WIDTH])
    try:
        return read_wav(data) if encoding == "wav" else _decode(data)
    except ValueError:
        raise CallboardError(f"The server sent {encoding} sound that cannot be decoded.") from None


def needs_decoder(encoding: str) -> CallboardError:
    """Say what is missing for a format that `can_decode` denies."""
    return CallboardError(
        f"{encoding} sound needs PyAV to be decoded: pip install 'callboard[media]', or set `voice.format: wav`."
    )


def _decode(data: bytes) -> Wav:
    """Decode any container to 16-bit mono. Raises ValueError."""
    import av
    from av.audio.resampler import AudioResampler
    from av.error import FFmpegError

    sound = bytearray()
    rate = 0
    try:
        with av.open(BytesIO(data), "r") as container:
            stream = container.streams.audio[0]
            rate = int(stream.rate)
            resampler: Any = AudioResampler(format="s16", layout="mono", rate=rate)
            for frame in [*container.decode(stream), None]:
                for resampled in resampler.resample(frame):
                    sound += bytes(resampled.planes[0])[: resampled.samples * _PCM_WIDTH]
    except (FFmpegError, IndexError) as error:
        raise ValueError(type(error).__name__) from None
    return Wav(rate, 1, _PCM_WIDTH, bytes(sound))
