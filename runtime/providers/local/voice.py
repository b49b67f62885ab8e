"""The embedded voice: espeak-ng behind the port for speech.

It is robotic, clear, and there at once: the first sound of a sentence comes after about a millisecond, on any
machine, with no network and no key.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from typing_extensions import override

from runtime.providers.local.encode import find_encoding
from runtime.providers.local.espeak import words_per_minute
from runtime.providers.local.synthesis import Manner, finish, passages, speak
from runtime.providers.local.voices import find_voice
from runtime.providers.ports import TextToSpeech
from runtime.settings import VoiceSettings


class LocalVoice(TextToSpeech):
    """One of these serves any number of sessions and event loops.

    `settings.model` and `settings.instructions` have no meaning here: there is one library, and it cannot be told how
    to feel. Everything that can be wrong with the settings is found here, though the library is loaded on first use.
    """

    def __init__(self, settings: VoiceSettings, language: str = "") -> None:
        """`language` is the persona's own tag, such as `pt`; empty is English.

        Raises SettingsError for an unknown voice or format, and where a package is not installed.
        """
        self._manner = Manner(find_voice(settings.name, language), words_per_minute(settings.speed))
        self._format = settings.format or "wav"
        self._encoding = find_encoding(self._format)
        self._timeout = settings.timeout_ms / 1000

    @property
    @override
    def format(self) -> str:
        """One of `runtime.settings.AUDIO_FORMATS`; `wav` where the spec names none."""
        return self._format

    @property
    @override
    def sample_rate(self) -> int | None:
        """22 050 for `wav`, 24 000 for `pcm`; None where the format carries its own."""
        return self._encoding.sample_rate

    @override
    def __repr__(self) -> str:
        return f"LocalVoice({self._manner.voice.name!r})"

    @override
    async def stream(self, text: str) -> AsyncGenerator[bytes, None]:
        """Yield the encoded sound as it is made; nothing where `text` has no words.

        Raises ProviderError `speech_failed`.
        """
        encoder = self._encoding.begin()
        for passage in passages(text):
            async with aclosing(speak(passage, self._manner, encoder, self._timeout)) as pieces:
                async for piece in pieces:
                    yield piece
        if rest := await finish(encoder):
            yield rest
