"""A voice behind a server's speech endpoint."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import orjson
from typing_extensions import override

from runtime.errors import SettingsError
from runtime.providers.http.errors import HttpError
from runtime.providers.http.pool import HttpPool
from runtime.providers.http.response import Response
from runtime.providers.openai.client import MAX_IDLE_SECONDS, ApiClient
from runtime.providers.openai.faults import Speaker
from runtime.providers.openai.retry import retrying
from runtime.providers.ports import TextToSpeech
from runtime.settings import AUDIO_FORMATS, VoiceSettings

_SAMPLE_RATE = 24_000  # of pcm and wav: https://platform.openai.com/docs/guides/text-to-speech


class OpenAIVoice(TextToSpeech):
    """Streams POST {base_url}/audio/speech; a `TextToSpeech`.

    `timeout_ms` bounds all of one text, retries included, and no silence may last longer than 15 seconds.
    Nothing is retried once sound has come. Raises SettingsError for a format that the API does not have.
    """

    def __init__(self, settings: VoiceSettings, pool: HttpPool, *, base_url: str, api_key: str) -> None:
        self._format = settings.format or "mp3"
        if self._format not in AUDIO_FORMATS:
            raise SettingsError(
                "format", f"There is no audio format {self._format}.", f"One of {', '.join(AUDIO_FORMATS)}."
            )
        self._base_url = base_url
        self._timeout = settings.timeout_ms / 1000
        self._max_retries = settings.max_retries
        self._constant = _constant_fields(settings, self._format)
        self._client = ApiClient(
            pool,
            f"{base_url}/audio/speech",
            Speaker("The voice's server", "speech_failed", "speech_failed", api_key),
            accept="*/*",
            unwanted=("text/", "application/json"),
        )

    @override
    def __repr__(self) -> str:
        return f"OpenAIVoice({self._constant['voice']!r}, base_url={self._base_url!r})"

    @property
    @override
    def format(self) -> str:
        """One of `runtime.settings.AUDIO_FORMATS`."""
        return self._format

    @property
    @override
    def sample_rate(self) -> int | None:
        """Samples a second of `pcm` and `wav`, else None."""
        return _SAMPLE_RATE if self._format in ("pcm", "wav") else None

    @override
    async def stream(self, text: str) -> AsyncGenerator[bytes, None]:
        """Yield the encoded sound in pieces as the server sends them.

        Raises ProviderError `speech_failed`.
        """
        deadline = asyncio.get_running_loop().time() + self._timeout
        body = orjson.dumps({**self._constant, "input": text})
        response, piece = await retrying(
            lambda: self._begin(body, deadline), max_retries=self._max_retries, deadline=deadline
        )
        try:
            while piece:
                yield piece
                piece = await response.take()
        except HttpError as error:
            raise self._client.failure(error) from None
        finally:
            response.close()

    async def _begin(self, body: bytes, deadline: float) -> tuple[Response, bytes]:
        response = await self._client.post(body, deadline)
        try:
            response.limit(deadline, min(MAX_IDLE_SECONDS, self._timeout))
            piece = await response.take()
        except HttpError as error:
            raise self._client.failure(error) from None
        except BaseException:
            response.close()
            raise
        if not piece:
            raise self._client.speaker.failed("sent no sound", retryable=True)
        return response, piece


def _constant_fields(settings: VoiceSettings, audio_format: str) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "model": settings.model,
        "voice": settings.name,
        "response_format": audio_format,
    }
    if settings.speed != 1:
        fields["speed"] = settings.speed
    if settings.instructions:
        fields["instructions"] = settings.instructions
    return fields
