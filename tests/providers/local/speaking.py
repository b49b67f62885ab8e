"""Sound for the tests, made by the embedded voice itself."""

from __future__ import annotations

from runtime.audio.wav import read_wav
from runtime.providers.local.voice import LocalVoice
from runtime.settings import VoiceSettings


async def spoken(text: str, voice: str = "alloy", container: str = "wav") -> bytes:
    """`text`, said by the voice, as one file."""
    local = LocalVoice(VoiceSettings(name=voice, format=container))
    return b"".join([piece async for piece in local.stream(text)])


def seconds(wav: bytes) -> float:
    """How long a mono WAV of 16 bit samples lasts."""
    sound = read_wav(wav)
    return len(sound.data) / 2 / sound.sample_rate
