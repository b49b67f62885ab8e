"""A recogniser behind a server's transcription endpoint.

One file per utterance and no stream, so the `openai` package does it (`transcriptions.py`). Importing that
takes 0.4 s, so it happens at the first utterance, in a thread of its own: the loop's default threads resolve
names for the hot path.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import TYPE_CHECKING

from typing_extensions import override

from runtime.audio import wav
from runtime.audio.containers import upload_name
from runtime.errors import ProviderError
from runtime.providers.ports import SpeechToText, Transcript
from runtime.settings import TranscriptionSettings

if TYPE_CHECKING:
    from runtime.providers.openai.transcriptions import Transcriptions


class OpenAIRecognizer(SpeechToText):
    """Calls POST {base_url}/audio/transcriptions; `timeout_ms` bounds all tries together."""

    def __init__(self, settings: TranscriptionSettings, *, base_url: str, api_key: str) -> None:
        self._settings = settings
        self._base_url = base_url
        self._api_key = api_key
        self._opening = asyncio.Lock()
        self._transcriptions: Transcriptions | None = None

    @override
    def __repr__(self) -> str:
        return f"OpenAIRecognizer({self._settings.name!r}, base_url={self._base_url!r})"

    @override
    async def transcribe(self, audio: bytes, format: str, sample_rate: int | None) -> Transcript:
        """Recognise one utterance.

        Raises ProviderError: `bad_audio` or `unsupported_format` where the sound itself is refused, else
        `no_transcription`.
        """
        upload = _upload(audio, format, sample_rate)
        transcriptions = self._transcriptions or await self._open()
        return await transcriptions.create(upload)

    @override
    async def aclose(self) -> None:
        """Close the connections; the next utterance opens new ones."""
        if self._transcriptions is not None:
            transcriptions, self._transcriptions = self._transcriptions, None
            await transcriptions.aclose()

    async def _open(self) -> Transcriptions:
        async with self._opening:
            if self._transcriptions is not None:
                return self._transcriptions
            executor = ThreadPoolExecutor(1, thread_name_prefix="openai-import")
            try:
                opened = await asyncio.get_running_loop().run_in_executor(executor, self._load)
            finally:
                executor.shutdown(wait=False)
            self._transcriptions = opened
            return opened

    def _load(self) -> Transcriptions:
        module = import_module("runtime.providers.openai.transcriptions")
        opened: Transcriptions = module.Transcriptions(self._settings, self._base_url, self._api_key)
        return opened


def _upload(audio: bytes, container: str, sample_rate: int | None) -> tuple[str, bytes]:
    if not audio:
        raise ProviderError("bad_audio", "There is no sound in this utterance.")
    if container == "pcm":
        if sample_rate is None:
            raise ProviderError("bad_audio", "PCM needs a sample rate.")
        return upload_name("wav"), wav.header(sample_rate, 1, 2, len(audio)) + audio
    try:
        return upload_name(container), audio
    except KeyError:
        raise ProviderError("unsupported_format", f"Speech cannot be sent as {container[:20]}.") from None
