"""The embedded recogniser: pocketsphinx behind the port for transcription.

English only, and demo grade: people far from a microphone will be misheard. Sentences that the persona's tools
expect (see `grammar`) are recognised much better than others.
"""

from __future__ import annotations

import json
from importlib.util import find_spec

from typing_extensions import override

from runtime.errors import ProviderError, SettingsError
from runtime.providers.local.grammar import PhraseBook
from runtime.providers.local.recognizer_worker import shared_worker
from runtime.providers.local.voices import is_english
from runtime.providers.ports import SpeechToText, Transcript
from runtime.settings import TranscriptionSettings

_PACKAGES = ("pocketsphinx", "numpy", "soundfile", "soxr")
_LANGUAGE = "en"


class LocalRecognizer(SpeechToText):
    """All of these share one process, which starts with the first utterance.

    `settings.name` and `settings.prompt` have no meaning here: there is one model, and it takes no hints but
    `phrasebook`.
    """

    def __init__(self, settings: TranscriptionSettings, phrasebook: PhraseBook | None = None) -> None:
        """A language other than English is an error where the spec asks for this provider by name.

        Where it was only the default, the persona talks all the same, and an utterance is answered with the reason.
        Raises SettingsError for that, and where a package is not installed.
        """
        language = settings.language
        self._deaf_to = "" if is_english(language) else language
        if self._deaf_to and settings.provider:
            message = f"The embedded recogniser knows English only, not {language!r}."
            raise SettingsError("language", message, "Leave the key out, or use a provider that knows it.")
        missing = [package for package in _PACKAGES if find_spec(package) is None]
        if missing:
            message = f"The embedded recogniser needs the package {missing[0]}, which is not installed."
            raise SettingsError("provider", message, 'pip install "callboard[local]"')
        self._book = phrasebook.dumps() if phrasebook else b""
        self._seconds = settings.timeout_ms / 1000

    @override
    def __repr__(self) -> str:
        return f"LocalRecognizer({'with' if self._book else 'without'} a grammar)"

    @override
    async def transcribe(self, audio: bytes, format: str, sample_rate: int | None) -> Transcript:
        """Recognise one utterance of up to a minute; `text` is empty where there is no speech in it.

        `format` is pcm, wav, mp3, ogg, opus or flac, or with the extra `media` webm, m4a, mp4 or aac.
        Raises ProviderError `no_transcription`, `bad_audio` or `unsupported_format`.
        """
        if self._deaf_to:
            message = f"The embedded recogniser knows English only, and this agent listens in {self._deaf_to!r}."
            raise ProviderError("no_transcription", message)
        header = json.dumps({"format": format, "sample_rate": sample_rate}).encode()
        (answer,) = await shared_worker().ask(header, self._book, audio, seconds=self._seconds)
        said = json.loads(answer)
        if "code" in said:
            raise ProviderError(said["code"], said["message"])
        return Transcript(said["text"], _LANGUAGE)

    @override
    async def aclose(self) -> None:
        """End the process that all recognisers share; the next utterance starts it anew."""
        await shutdown()


async def shutdown() -> None:
    """End the process that all recognisers share. Called when the server stops."""
    await shared_worker().close()
